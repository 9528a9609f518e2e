//! A plan as a table, with signs and words beside the colours, and as records.

use super::permissions::{Group, grouped};
use crate::event::Event;
use crate::plan_file::Plan;
use crate::text::{Paint, clip, plain, wrap};
use crate::ui::{Look, Ui};
use guardian_deploy::change::{Action, Change, Replacement};
use guardian_deploy::stack::Invalid;
use serde_json::json;

/// A plan for people.
pub fn plan(plan: &Plan, look: Look) -> String {
    let verb = if plan.base.create { "is created" } else { "changes" };
    let head = format!("Stack {} {verb}", plain(&plan.base.stack));
    format!("{}\n{}", Paint(look.colour).bold(&head), contents(plan, look))
}

/// A plan for people, without the line that names its stack.
pub fn contents(plan: &Plan, look: Look) -> String {
    let paint = Paint(look.colour);
    let mut lines = Vec::new();
    if plan.base.is_empty() {
        lines.push("  no resource changes".to_owned());
    }
    let sign_and_word = 13;
    let type_width = plan
        .base
        .changes
        .iter()
        .map(|c| short_type(c).len())
        .max()
        .unwrap_or(0)
        .min(look.width / 3);
    for change in &plan.base.changes {
        let (sign, word) = signs(change);
        let kind = format!("{:type_width$}", clip(&short_type(change), type_width));
        let room = look.width.saturating_sub(sign_and_word + type_width + 3).max(12);
        let head = format!("{sign} {word:10}");
        let head = match sign {
            '+' => paint.green(&head),
            '-' => paint.red(&head),
            '!' => paint.magenta(&head),
            _ => paint.yellow(&head),
        };
        lines.push(
            format!("  {head} {kind} {}", clip(&plain(&change.path()), room)).trim_end().to_owned(),
        );
        lines.extend(details(change, look).into_iter().map(|line| paint.dim(&line)));
    }
    let counts = plan.base.counts();
    lines.push(String::new());
    lines.push(format!(
        "{} to add, {} to change, {} to replace, {} to remove",
        counts.add, counts.modify, counts.replace, counts.remove
    ));
    if !plan.lights.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("For the lights"));
        for note in &plan.lights {
            let text = wrap(&plain(&note.sentence()), look.width.saturating_sub(4));
            let text = text.join("\n    ");
            let text = if note.is_loss() {
                paint.yellow(&format!("! {text}"))
            } else {
                format!("  {text}")
            };
            lines.push(format!("  {text}"));
        }
    }
    if !plan.base.permissions.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("Permissions added"));
        for group in grouped(&plan.base.permissions) {
            lines.extend(permission(&group, look));
        }
    }
    if !plan.base.refused.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("Refused by the stack's policy"));
        for refusal in &plan.base.refused {
            let text = plain(&refusal.sentence());
            let text = wrap(&text, look.width.saturating_sub(4)).join("\n    ");
            lines.push(format!("  {} {text}", paint.red("x")));
        }
    }
    if let Some(cost) = plan.cost.sentence() {
        lines.push(String::new());
        lines.extend(wrap(&cost, look.width));
    }
    lines.join("\n")
}

/// The permissions of some resources. Nothing is clipped: whatever is approved has to be visible.
fn permission(group: &Group, look: Look) -> Vec<String> {
    let plus = Paint(look.colour).yellow("+");
    let lines = |text: &str, indent: &str| {
        let room = look.width.saturating_sub(indent.len());
        wrap(&plain(text), room).join(&format!("\n{indent}"))
    };
    if let [one] = group.resources.as_slice() {
        let of = |text: &String| format!("  {plus} {}", lines(&format!("{one}: {text}"), "    "));
        return group.texts.iter().map(of).collect();
    }
    let names = group.resources.join(", ");
    let head = format!("{} grouped: {names}", group.resources.len());
    let texts = group.texts.iter().map(|text| format!("      {}", lines(text, "      ")));
    std::iter::once(format!("  {plus} {}", lines(&head, "    "))).chain(texts).collect()
}

/// Number of properties of a resource that are shown.
const DETAILS_SHOWN: usize = 6;

fn details(change: &Change, look: Look) -> Vec<String> {
    if change.action == Action::Add {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for detail in &change.details {
        let name = detail.name.as_deref().unwrap_or(&detail.attribute);
        let mut line = match (&detail.before, &detail.after) {
            (Some(before), Some(after)) => {
                format!("{name}: {} → {}", one_line(before), one_line(after))
            }
            (None, Some(after)) => format!("{name}: {}", one_line(after)),
            (Some(before), None) => format!("{name}: {} → unset", one_line(before)),
            (None, None) => name.to_owned(),
        };
        match detail.replaces {
            Replacement::No => {}
            Replacement::Yes => line.push_str(" (replaces it)"),
            Replacement::Maybe => line.push_str(" (may replace it)"),
        }
        let line = format!("      {}", clip(&plain(&line), look.width.saturating_sub(6)));
        // A property may be listed once for itself and once for the cause of its change.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.len() > DETAILS_SHOWN {
        let more = lines.len() - DETAILS_SHOWN;
        lines.truncate(DETAILS_SHOWN);
        lines.push(format!("      and {more} more"));
    }
    lines
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sign and a word for the change: colour is never the only sign.
fn signs(change: &Change) -> (char, &'static str) {
    match (change.action, change.replacement) {
        (Action::Add, _) => ('+', "add"),
        (Action::Import, _) => ('+', "import"),
        (Action::Remove, _) => ('-', "remove"),
        (_, Replacement::Yes) => ('!', "replace"),
        (_, Replacement::Maybe) => ('!', "replace?"),
        (Action::Dynamic, _) => ('~', "depends"),
        (Action::Modify, Replacement::No) => ('~', "change"),
    }
}

fn short_type(change: &Change) -> String {
    let name = change.resource_type.strip_prefix("AWS::").unwrap_or(&change.resource_type);
    plain(name)
}

/// A finding of the validation: the resource, the path in its template, and the reason.
pub fn invalid(invalid: &Invalid) -> String {
    let kind = invalid.resource_type.as_deref();
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let id = invalid.logical_id.clone().or_else(|| resource_of(invalid.path.as_deref()?));
    let path = invalid.path.as_deref().map(|path| format!(" at {path}")).unwrap_or_default();
    plain(&format!("{}{kind}{path}: {}", id.as_deref().unwrap_or("the template"), invalid.reason))
}

/// The resource in a path of a template: `Queue` of `/Resources/Queue/Properties`.
fn resource_of(path: &str) -> Option<String> {
    let rest = path.trim_start_matches('/').strip_prefix("Resources/")?;
    rest.split('/').next().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The events of a plan: each change, effect on lights, permission and refusal, then the plan.
pub fn events(plan: &Plan) -> Vec<Event<'_>> {
    let base = &plan.base;
    let mut events: Vec<_> = base.changes.iter().map(Event::Change).collect();
    events.extend(plan.lights.iter().map(|note| {
        let text = note.sentence();
        Event::Meaning { note: json!(note), text }
    }));
    events.extend(base.permissions.iter().map(Event::Permission));
    events.extend(base.refused.iter().map(Event::Refused));
    events.push(Event::Plan {
        stack: &base.stack,
        stack_id: base.stack_id.as_deref(),
        change_set: base.change_set.as_deref(),
        create: base.create,
        template_sha256: &base.template_sha256,
        package: plan.package.as_deref(),
        parameters: &base.parameters,
        tags: &base.tags,
        counts: base.counts(),
        cost: json!(plan.cost),
        cost_text: plan.cost.sentence(),
    });
    events
}

/// Reports the events of a plan.
pub fn emit(plan: &Plan, ui: &Ui) {
    events(plan).iter().for_each(|event| ui.emit(event));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Billed, Cost};
    use crate::lights::{Effect, LightNote};
    use guardian_deploy::change::Detail;
    use guardian_deploy::permissions::Widening;
    use guardian_deploy::plan::{self as base};
    use guardian_deploy::refusals::Refusal;

    fn example() -> Plan {
        let detail = |name: &str, replaces, before: &str, after: &str| Detail {
            attribute: "Properties".into(),
            name: Some(name.into()),
            replaces,
            before: Some(before.into()),
            after: Some(after.into()),
            cause: None,
        };
        Plan {
            base: base::Plan {
                stack: "orders-dev".into(),
                stack_id: Some("arn:stack".into()),
                stack_changed_ms: None,
                change_set: Some("arn:change-set".into()),
                create: false,
                template_sha256: "ab".repeat(32),
                parameters: [("ArtifactBucket".to_owned(), "bucket".to_owned())].into(),
                tags: [].into(),
                changes: vec![
                    Change::add(&[], "Step4Alarm", "AWS::CloudWatch::Alarm"),
                    Change {
                        action: Action::Modify,
                        details: vec![detail("MemorySize", Replacement::No, "256", "512")],
                        ..Change::add(&[], "Function", "AWS::Lambda::Function")
                    },
                    Change {
                        action: Action::Modify,
                        replacement: Replacement::Yes,
                        details: vec![detail("AlarmName", Replacement::Yes, "a", "b")],
                        ..Change::add(&["Machines3".into()], "Step1Alarm", "AWS::CloudWatch::Alarm")
                    },
                    Change {
                        action: Action::Remove,
                        ..Change::add(&[], "Evil\u{1b}[31mId", "AWS::StepFunctions::StateMachine")
                    },
                ],
                permissions: ["FunctionRole", "ARole", "BRole"]
                    .map(|role| Widening {
                        resource: role.into(),
                        text: "allows states:ListExecutions on *".into(),
                    })
                    .to_vec(),
                refused: vec![Refusal {
                    logical_id: "Step1Alarm".into(),
                    resource_type: "AWS::CloudWatch::Alarm".into(),
                    action: "Update:Replace".into(),
                    statement: Some(2),
                    certain: true,
                }],
            },
            package: None,
            lights: vec![
                LightNote {
                    effect: Effect::AlarmReplaced,
                    names: vec!["step1".into()],
                    detail: None,
                },
                LightNote { effect: Effect::Watched, names: vec!["step4".into()], detail: None },
            ],
            cost: Cost {
                before: Billed { alarm_metrics: 4, custom_metrics: 3, ..Billed::default() },
                after: Billed { alarm_metrics: 5, custom_metrics: 4, ..Billed::default() },
            },
        }
    }

    #[test]
    fn a_plan_at_80_columns_without_colour() {
        let text = plan(&example(), Look { width: 80, colour: false });
        assert!(text.lines().all(|line| line.chars().count() <= 80));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_plan_on_a_narrow_terminal_is_cut_and_never_wider() {
        let text = plan(&example(), Look { width: 48, colour: false });
        insta::assert_snapshot!(text);
    }

    #[test]
    fn colours_are_added_to_the_same_words() {
        let with = plan(&example(), Look { width: 80, colour: true });
        let without = plan(&example(), Look { width: 80, colour: false });
        assert_ne!(with, without);
        let mut stripped = String::new();
        let mut rest = with.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        stripped.push_str(rest);
        assert_eq!(stripped, without);
    }

    #[test]
    fn a_finding_is_shown_with_its_resource_and_its_path_in_the_template() {
        let found = |logical_id: Option<&str>, path: Option<&str>| Invalid {
            logical_id: logical_id.map(str::to_owned),
            resource_type: logical_id.map(|_| "AWS::SQS::Queue".to_owned()),
            path: path.map(str::to_owned),
            reason: "Properties validation failed".into(),
        };
        let path = Some("/Resources/Queue/Properties/DelaySeconds");
        let shown = [(Some("Queue"), path), (None, path), (Some("Queue"), None), (None, None)]
            .map(|(id, path)| invalid(&found(id, path)));
        insta::assert_snapshot!(shown.join("\n"), @r"
        Queue (AWS::SQS::Queue) at /Resources/Queue/Properties/DelaySeconds: Properties validation failed
        Queue at /Resources/Queue/Properties/DelaySeconds: Properties validation failed
        Queue (AWS::SQS::Queue): Properties validation failed
        the template: Properties validation failed
        ");
    }

    #[test]
    fn a_plan_as_records() {
        let lines: Vec<String> = events(&example()).iter().map(Event::record).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
