//! What GitHub Actions shows of a run: a summary in Markdown and annotations at lines of files.
//! Texts are made here; [`crate::ui::Ui`] writes them, and only where Actions runs it.

use crate::plan_file::Plan;
use crate::text::{clip, plain};
use guardian_deploy::change::{Action, Change, Replacement};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many changed resources, and how many items of any other list, a summary shows.
const ITEMS_SHOWN: usize = 200;
/// How many characters of one item it shows.
const ITEM_WIDTH: usize = 500;
/// The largest part that one run adds: a step may deploy several regions.
const MAX_PART: usize = 128 << 10;

/// What a plan does, as Markdown.
pub fn plan(plan: &Plan) -> String {
    let mut text = format!("### Stack {}\n\n", escape(&plan.base.stack));
    if plan.base.is_empty() {
        text.push_str("Nothing of its resources changes.\n");
        return text;
    }
    let counts = plan.base.counts();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} to add, {} to change, {} to replace, {} to remove\n\n| | Type | Resource |\n|---|---|---|",
        counts.add, counts.modify, counts.replace, counts.remove
    );
    list(&mut text, plan.base.changes.iter(), |change| {
        let (kind, path) = (escape(&change.resource_type), escape(&change.path()));
        format!("| {} | {kind} | {path} |", word(change))
    });
    if !plan.lights.is_empty() {
        text.push_str("\n**For the lights**\n\n");
        list(&mut text, plan.lights.iter(), |note| {
            let sign = if note.is_loss() { "⚠️ " } else { "" };
            format!("- {sign}{}", escape(&note.sentence()))
        });
    }
    if !plan.base.permissions.is_empty() {
        text.push_str("\n**Permissions that are given**\n\n");
        list(&mut text, plan.base.permissions.iter(), |permission| {
            format!("- {}: {}", escape(&permission.resource), escape(&permission.text))
        });
    }
    if !plan.base.refused.is_empty() {
        text.push_str("\n**Refused by the stack's policy**\n\n");
        list(&mut text, plan.base.refused.iter(), |refusal| {
            format!("- {}", escape(&refusal.sentence()))
        });
    }
    if let Some(cost) = plan.cost.sentence() {
        let _ = writeln!(text, "\n{}", escape(&cost));
    }
    bounded(text)
}

/// Appends a line for each of the first items, and the number of the others.
fn list<T>(text: &mut String, items: impl ExactSizeIterator<Item = T>, line: impl Fn(T) -> String) {
    let more = items.len().saturating_sub(ITEMS_SHOWN);
    for item in items.take(ITEMS_SHOWN) {
        let _ = writeln!(text, "{}", line(item));
    }
    if more > 0 {
        let _ = writeln!(text, "\nand {more} more");
    }
}

/// The text, cut after a whole line if it is larger than a part may be.
fn bounded(mut text: String) -> String {
    if text.len() > MAX_PART {
        let end = text.floor_char_boundary(MAX_PART);
        text.truncate(text[..end].rfind('\n').map_or(end, |end| end + 1));
        text.push_str("\nThe rest is left out here; the log of the step has it.\n");
    }
    text
}

fn word(change: &Change) -> &'static str {
    match (change.action, change.replacement) {
        (Action::Add, _) => "➕ add",
        (Action::Import, _) => "➕ import",
        (Action::Remove, _) => "➖ remove",
        (_, Replacement::Yes) => "❗ replace",
        (_, Replacement::Maybe) => "❗ replace?",
        (Action::Dynamic, _) => "depends",
        (Action::Modify, Replacement::No) => "change",
    }
}

/// A deploy that went well, with the stack's outputs.
pub fn deployed(stack: &str, outputs: &BTreeMap<String, String>) -> String {
    let mut text = format!("\n✅ Stack {} is deployed\n", escape(stack));
    if !outputs.is_empty() {
        text.push_str("\n| Output | Value |\n|---|---|\n");
    }
    list(&mut text, outputs.iter(), |(name, value)| {
        format!("| {} | {} |", escape(name), escape(value))
    });
    bounded(text)
}

/// A stack that is as it is wanted.
pub fn up_to_date(stack: &str) -> String {
    format!("### Stack {}\n\nUp to date; nothing to do.\n", escape(stack))
}

/// A failure, from its record: what failed, its root cause, and what to do.
pub fn failed(record: &Map<String, Value>) -> String {
    let mut lines = string(record, "message").lines();
    let mut text = format!("\n❌ **{}**\n", escape(lines.next().unwrap_or_default()));
    // The root cause is on the second line.
    for line in lines {
        let _ = write!(text, "\n> {}  ", escape(line));
    }
    if let Some(help) = record.get("help").and_then(Value::as_str) {
        let _ = write!(text, "\n\n{}", help.lines().map(escape).collect::<Vec<_>>().join("  \n"));
    }
    text.push('\n');
    bounded(text)
}

/// A diagnostic's record as workflow commands, one for each place: `::error file=…,line=…::…`.
pub fn annotations(record: &Map<String, Value>) -> Vec<String> {
    annotations_as("error", record)
}

/// As [`annotations`], of a warning.
pub fn warnings(record: &Map<String, Value>) -> Vec<String> {
    annotations_as("warning", record)
}

fn annotations_as(level: &str, record: &Map<String, Value>) -> Vec<String> {
    let related = record.get("related").and_then(Value::as_array);
    let related: Vec<&Map<String, Value>> =
        related.into_iter().flatten().filter_map(Value::as_object).collect();
    if !related.is_empty() {
        return related
            .into_iter()
            .flat_map(|other| {
                let own = other.get("severity").and_then(Value::as_str);
                annotations_as(if own == Some("warning") { "warning" } else { level }, other)
            })
            .collect();
    }
    let mut place = Vec::new();
    for (name, key) in [("file", "file"), ("line", "line"), ("col", "column")] {
        match record.get(key) {
            Some(Value::String(text)) => place.push(format!("{name}={}", property(text))),
            Some(Value::Number(number)) => place.push(format!("{name}={number}")),
            _ => {}
        }
    }
    let place = if place.is_empty() { String::new() } else { format!(" {}", place.join(",")) };
    let mut message = string(record, "message").to_owned();
    if let Some(help) = record.get("help").and_then(Value::as_str) {
        message.push('\n');
        message.push_str(help);
    }
    vec![format!("::{level}{place}::{}", data(&message))]
}

fn string<'a>(record: &'a Map<String, Value>, key: &str) -> &'a str {
    record.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Text of a workflow command, in which a line break would begin another command.
fn data(text: &str) -> String {
    let text: Vec<String> = text.lines().map(plain).collect();
    text.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text that Markdown shows as it is, on one line: names and reasons come from elsewhere.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in clip(&plain(text), ITEM_WIDTH).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lights::{Effect, LightNote};
    use crate::plan_file;
    use guardian_deploy::permissions::AddedPermission;
    use guardian_deploy::plan as base;
    use serde_json::json;

    fn record(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_plan_is_a_table_with_what_it_means() {
        let file = plan_file::tests::example();
        let base = plan_file::tests::example().plan.base;
        let example = Plan {
            base: base::Plan {
                changes: vec![
                    Change::add(&[], "Queue", "AWS::SQS::Queue"),
                    Change {
                        action: Action::Modify,
                        replacement: Replacement::Yes,
                        ..Change::add(&["Nested".into()], "Evil|<b>*id*", "AWS::SQS::Queue")
                    },
                ],
                permissions: vec![AddedPermission {
                    resource: "Role".into(),
                    text: "allows states:* on *".into(),
                }],
                ..base
            },
            lights: vec![LightNote {
                effect: Effect::AlarmReplaced,
                names: vec!["step1".into()],
                detail: None,
            }],
            ..file.plan
        };
        insta::assert_snapshot!(plan(&example));
    }

    #[test]
    fn the_summary_of_a_thousand_machines_stays_within_githubs_limit() {
        let file = plan_file::tests::example();
        let long = "@".repeat(3_000);
        let changes = (0..1_000).map(|n| Change::add(&[], &format!("A{n}"), &long)).collect();
        let permissions = (0..1_000)
            .map(|n| AddedPermission { resource: format!("R{n}"), text: long.clone() })
            .collect();
        let base = base::Plan { changes, permissions, ..file.plan.base.clone() };
        let text = plan(&Plan { base, ..file.plan });
        assert!(text.len() <= MAX_PART + 100, "{}", text.len());
        assert!(text.ends_with("the log of the step has it.\n"), "{text}");
        let message = format!("failed\n{long}\n").repeat(1_000);
        assert!(failed(&record(json!({ "message": message }))).len() <= MAX_PART + 100);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary");
        let (mut ui, said) = crate::ui::Ui::into_text(false);
        ui.actions.summary = Some(path.clone());
        for _ in 0..20 {
            ui.summarize(&text);
        }
        assert!(std::fs::metadata(&path).unwrap().len() <= crate::ui::MAX_SUMMARY);
        assert!(said.lock().unwrap().contains("summary of this step is full"));
    }

    #[test]
    fn a_long_plan_is_cut() {
        let file = plan_file::tests::example();
        let changes = (0..300).map(|n| Change::add(&[], &format!("A{n}"), "T")).collect();
        let text =
            plan(&Plan { base: base::Plan { changes, ..file.plan.base.clone() }, ..file.plan });
        assert!(text.contains("A199 ") && !text.contains("A200 ") && text.contains("and 100 more"));
    }

    #[test]
    fn the_end_is_shown_with_outputs_or_with_the_root_cause() {
        let outputs = [("FunctionName".to_owned(), "orders|x".to_owned())].into();
        let failure = record(json!({
            "message": "the deploy failed and was rolled back\nQueue: <script> already exists",
            "help": "choose another `project`",
        }));
        let texts = [deployed("orders-dev", &outputs), failed(&failure), up_to_date("a_b")];
        insta::assert_snapshot!(texts.join("\n---\n"));
    }

    #[test]
    fn an_annotation_is_at_its_line_and_nothing_in_it_is_a_command() {
        let one = record(json!({
            "message": "unknown key\n::set-env name=X::y 100%", "help": "fix\u{1b}[2J it",
            "file": "a,b:c.yaml", "line": 3, "column": 7,
        }));
        assert_eq!(
            annotations(&one),
            [
                "::error file=a%2Cb%3Ac.yaml,line=3,col=7::unknown key%0A::set-env name=X::y 100%25%0Afix\\u{1b}[2J it"
            ]
        );
        let several = record(json!({
            "message": "2 problems",
            "related": [{"message": "a"}, {"message": "b", "severity": "warning"}],
        }));
        assert_eq!(annotations(&several), ["::error::a", "::warning::b"]);
        assert_eq!(warnings(&record(json!({"message": "c"}))), ["::warning::c"]);
    }
}
