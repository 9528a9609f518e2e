//! Reads IAM policy statements that a managed machine's role gets besides its own. Their keys are
//! IAM's, with its capital letters, so that a statement can be pasted from anywhere.

use super::keys;
use super::reader::{Field, Section};
use crate::problem::Reason;
use serde_json::Value;

/// One statement as JSON; none if something is wrong with it.
pub(super) fn read(item: &Field<'_>) -> Option<Value> {
    if !item.is_map() {
        let help = "write it as in `- { Effect: Allow, Action: …, Resource: … }`";
        item.problem(Reason::new("a statement is a map").help(help));
        return None;
    }
    let section = item.section(keys::STATEMENT);
    let problems = check(&section);
    let sound = problems.is_empty();
    for (key, reason) in problems {
        section.problem_at(key, reason);
    }
    sound.then(|| item.json())
}

fn check(section: &Section<'_>) -> Vec<(&'static str, Reason)> {
    let mut problems = Vec::new();
    let effect: Option<Result<&str, Reason>> = section.get("Effect").map(Field::text);
    let allows = match effect {
        Some(Ok("Allow")) => true,
        Some(Ok("Deny")) => false,
        Some(Err(reason)) => {
            problems.push(("Effect", reason));
            false
        }
        _ => {
            problems.push(("Effect", Reason::new("`Effect` is Allow or Deny")));
            false
        }
    };
    for (key, other) in [("Action", "NotAction"), ("Resource", "NotResource")] {
        let reason = match (section.get(key), section.get(other)) {
            (Some(_), Some(_)) => Reason::new(format!("`{key}` and `{other}` exclude each other")),
            (None, None) => Reason::new(format!("this statement has no `{key}`")),
            _ => continue,
        };
        problems.push((key, reason.help(format!("write one of `{key}` and `{other}`"))));
    }
    for key in ["Action", "NotAction"] {
        for action in texts(section, key, &mut problems) {
            let every = action == "*" || action == "*:*";
            if every && allows && key == "Action" {
                let help = "name what the machine calls, such as `lambda:InvokeFunction`; a role \
                            that may do everything is a way in for others";
                let reason = Reason::new(format!("`Action: \"{action}\"` allows everything"));
                problems.push((key, reason.help(help)));
            } else if !every && !is_action(action) {
                let reason = Reason::new(format!("`{action}` is not an action"));
                problems.push((key, reason.help("write it as in `lambda:InvokeFunction`")));
            }
        }
    }
    for key in ["Resource", "NotResource"] {
        for resource in texts(section, key, &mut problems) {
            if resource != "*"
                && !(resource.starts_with("arn:") && resource.matches(':').count() >= 5)
            {
                let reason = Reason::new(format!("`{resource}` is neither an ARN nor `*`"));
                let help = "write it as in arn:aws:lambda:eu-west-1:123456789012:function:name";
                problems.push((key, reason.help(help)));
            }
        }
    }
    if let Some(sid) = section.get("Sid") {
        let good = sid.text().is_ok_and(|t| t.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !good {
            problems.push(("Sid", Reason::new("a `Sid` is letters and digits")));
        }
    }
    if section.get("Condition").is_some_and(|field| !field.is_map()) {
        problems.push(("Condition", Reason::new("a `Condition` is a map of operators")));
    }
    problems
}

/// A text, or the texts of a list.
fn texts<'a>(
    section: &Section<'a>,
    key: &'static str,
    problems: &mut Vec<(&'static str, Reason)>,
) -> Vec<&'a str> {
    let Some(field) = section.get(key) else { return Vec::new() };
    if let Ok(text) = field.text() {
        return vec![text];
    }
    let mut texts = Vec::new();
    for item in field.items() {
        match item.text() {
            Ok(text) => texts.push(text),
            Err(reason) => problems.push((key, reason)),
        }
    }
    if texts.is_empty() {
        problems.push((key, Reason::new(format!("`{key}` names nothing"))));
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
