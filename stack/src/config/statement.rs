//! Reads IAM policy statements that a managed machine's role gets besides its own. Their keys are
//! IAM's, with its capital letters, so that a statement can be pasted from anywhere.

use super::keys;
use super::reader::{Field, Section};
use crate::problem::Wrong;
use serde_json::Value;

/// One statement as JSON; none if something is wrong with it.
pub(super) fn read(item: &Field<'_>) -> Option<Value> {
    if !item.is_map() {
        let help = "write it as in `- { Effect: Allow, Action: …, Resource: … }`";
        item.problem(Wrong::new("a statement is a map").help(help));
        return None;
    }
    let section = item.section(keys::STATEMENT);
    let problems = check(&section);
    let sound = problems.is_empty();
    for (key, wrong) in problems {
        section.problem_at(key, wrong);
    }
    sound.then(|| item.json())
}

fn check(section: &Section<'_>) -> Vec<(&'static str, Wrong)> {
    let mut problems = Vec::new();
    let effect: Option<Result<&str, Wrong>> = section.get("Effect").map(Field::text);
    let allows = match effect {
        Some(Ok("Allow")) => true,
        Some(Ok("Deny")) => false,
        Some(Err(wrong)) => {
            problems.push(("Effect", wrong));
            false
        }
        _ => {
            problems.push(("Effect", Wrong::new("`Effect` is Allow or Deny")));
            false
        }
    };
    for (key, other) in [("Action", "NotAction"), ("Resource", "NotResource")] {
        let wrong = match (section.get(key), section.get(other)) {
            (Some(_), Some(_)) => Wrong::new(format!("`{key}` and `{other}` exclude each other")),
            (None, None) => Wrong::new(format!("this statement has no `{key}`")),
            _ => continue,
        };
        problems.push((key, wrong.help(format!("write one of `{key}` and `{other}`"))));
    }
    for key in ["Action", "NotAction"] {
        for action in texts(section, key, &mut problems) {
            let every = action == "*" || action == "*:*";
            if every && allows && key == "Action" {
                let help = "name what the machine calls, such as `lambda:InvokeFunction`; a role \
                            that may do everything is a way in for others";
                let wrong = Wrong::new(format!("`Action: \"{action}\"` allows everything"));
                problems.push((key, wrong.help(help)));
            } else if !every && !is_action(action) {
                let wrong = Wrong::new(format!("`{action}` is not an action"));
                problems.push((key, wrong.help("write it as in `lambda:InvokeFunction`")));
            }
        }
    }
    for key in ["Resource", "NotResource"] {
        for resource in texts(section, key, &mut problems) {
            if resource != "*"
                && !(resource.starts_with("arn:") && resource.matches(':').count() >= 5)
            {
                let wrong = Wrong::new(format!("`{resource}` is neither an ARN nor `*`"));
                let help = "write it as in arn:aws:lambda:eu-west-1:123456789012:function:name";
                problems.push((key, wrong.help(help)));
            }
        }
    }
    if let Some(sid) = section.get("Sid") {
        let good = sid.text().is_ok_and(|t| t.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !good {
            problems.push(("Sid", Wrong::new("a `Sid` is letters and digits")));
        }
    }
    if section.get("Condition").is_some_and(|field| !field.is_map()) {
        problems.push(("Condition", Wrong::new("a `Condition` is a map of operators")));
    }
    problems
}

/// A text, or the texts of a list.
fn texts<'a>(
    section: &Section<'a>,
    key: &'static str,
    problems: &mut Vec<(&'static str, Wrong)>,
) -> Vec<&'a str> {
    let Some(field) = section.get(key) else { return Vec::new() };
    if let Ok(text) = field.text() {
        return vec![text];
    }
    let mut texts = Vec::new();
    for item in field.items() {
        match item.text() {
            Ok(text) => texts.push(text),
            Err(wrong) => problems.push((key, wrong)),
        }
    }
    if texts.is_empty() {
        problems.push((key, Wrong::new(format!("`{key}` names nothing"))));
    }
    texts
}

fn is_action(text: &str) -> bool {
    let service = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name = |c: char| c.is_ascii_alphanumeric() || c == '*' || c == '?';
    text.split_once(':').is_some_and(|(s, n)| {
        !s.is_empty() && !n.is_empty() && s.chars().all(service) && n.chars().all(name)
    })
}
