//! A plan as a table, with signs and words beside the colours, and as records.

use super::permissions;
use super::resources::{Group, Machines, Resources, grouped};
use crate::event::Event;
use crate::plan_file::Plan;
use crate::text::{Paint, clip, count, plain, wrap};
use crate::ui::{TextStyle, Ui};
use guardian_deploy::change::{Action, Change, Replacement};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of resources that are shown.
const GROUPS_SHOWN: usize = 40;
/// Resources whose changes a stack policy refuses, and permissions' resources, that are named in a group.
const NAMES_SHOWN: usize = 20;

/// A plan for people.
pub fn plan(plan: &Plan, resources: Resources<'_>, style: TextStyle) -> String {
    let verb = if plan.base.create { "is created" } else { "changes" };
    let head = format!("Stack {} {verb}", plain(&plan.base.stack));
    format!("{}\n{}", Paint(style.colour).bold(&head), contents(plan, resources, style))
}

/// The changed resources one by one.
fn each(changes: &[&Change], style: TextStyle) -> Vec<String> {
    let paint = Paint(style.colour);
    let mut lines = Vec::new();
    let type_width =
        changes.iter().map(|c| short_type(c).len()).max().unwrap_or(0).min(style.width / 3);
    for change in changes {
        let kind = format!("{:type_width$}", clip(&short_type(change), type_width));
        let room = style.width.saturating_sub(SIGN_AND_WORD + type_width + 3).max(12);
        let head = head(change, paint);
        lines.push(
            format!("  {head} {kind} {}", clip(&plain(&change.path()), room)).trim_end().to_owned(),
        );
        lines.extend(details(change, style).into_iter().map(|line| paint.dim(&line)));
    }
    lines
}

/// Columns of sign and word.
const SIGN_AND_WORD: usize = 13;

/// Sign and word of a change, with its colour.
fn head(change: &Change, paint: Paint) -> String {
    let (sign, word) = signs(change);
    let head = format!("{sign} {word:10}");
    match sign {
        '+' => paint.green(&head),
        '-' => paint.red(&head),
        '!' => paint.magenta(&head),
        _ => paint.yellow(&head),
    }
}

/// The changed resources in groups. A single one that is changed or removed is shown itself, with what
/// changes. The second is whether a line stands for resources that it does not name.
fn in_groups(changes: &[Change], machines: &Machines, style: TextStyle) -> (Vec<String>, bool) {
    let (folded, alone): (Vec<_>, Vec<_>) =
        grouped(changes, machines, signs).into_iter().partition(|group| {
            let is_added = group.changes[0].action == Action::Add;
            group.changes.len() > 1 || is_added && group.says_all
        });
    let mut lines: Vec<String> =
        folded.iter().take(GROUPS_SHOWN).flat_map(|group| group_lines(group, style)).collect();
    if folded.len() > GROUPS_SHOWN {
        lines.push(format!("  and {}", count(folded.len() - GROUPS_SHOWN, "more group")));
    }
    let alone: Vec<&Change> = alone.iter().map(|group| group.changes[0]).collect();
    lines.extend(each(&alone, style));
    (lines, folded.iter().any(|group| group.changes.len() > 1))
}

fn group_lines(group: &Group<'_>, style: TextStyle) -> Vec<String> {
    let paint = Paint(style.colour);
    let indent = SIGN_AND_WORD + 2;
    let room = style.width.saturating_sub(indent).max(20);
    let margin = format!("\n{:indent$}", "");
    let title = wrap(&plain(&group.title), room).join(&margin);
    let mut lines = vec![format!("  {} {title}", head(group.changes[0], paint))];
    if !group.names.is_empty() {
        let names = format!("{:indent$}{}", "", listed(&group.names, room));
        lines.push(paint.dim(&names));
    }
    lines.extend(shared_details(&group.changes, style).into_iter().map(|line| paint.dim(&line)));
    lines
}

/// The names that fit, and the number of the others.
fn listed(names: &[String], room: usize) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let name = plain(name);
        let left = names.len() - at - 1;
        let rest = if left > 0 { format!(" and {left} more").len() } else { 0 };
        let comma = if at > 0 { ", " } else { "" };
        if at > 0 && text.chars().count() + comma.len() + name.chars().count() + rest > room {
            return format!("{text} and {} more", left + 1);
        }
        text.push_str(comma);
        text.push_str(&name);
    }
    clip(&text, room)
}

/// The changed properties of several resources: with their values where all have the same, otherwise by
/// name with the number of resources.
fn shared_details(changes: &[&Change], style: TextStyle) -> Vec<String> {
    let first = details(changes[0], style);
    if changes.iter().all(|change| details(change, style) == first) {
        return first;
    }
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        let own: BTreeSet<String> = change
            .details
            .iter()
            .map(|detail| {
                let name = detail.name.as_deref().unwrap_or(&detail.attribute);
                format!("{name}{}", replaces(detail.replaces))
            })
            .collect();
        own.into_iter().for_each(|name| *names.entry(name).or_default() += 1);
    }
    let mut lines: Vec<String> = names
        .iter()
        .map(|(name, number)| {
            let line = format!("{name} in {}", count(*number, "resource"));
            format!("      {}", clip(&plain(&line), style.width.saturating_sub(6)))
        })
        .collect();
    if lines.len() > DETAILS_SHOWN {
        let more = lines.len() - DETAILS_SHOWN;
        lines.truncate(DETAILS_SHOWN);
        lines.push(format!("      and {more} more"));
    }
    lines
}

/// A plan for people, without the line that names its stack.
pub fn contents(plan: &Plan, resources: Resources<'_>, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let mut lines = Vec::new();
    if plan.base.is_empty() {
        lines.push("  no resource changes".to_owned());
    }
    let (changes, folded) = match resources {
        Resources::Each => (each(&plan.base.changes.iter().collect::<Vec<_>>(), style), false),
        Resources::Grouped(machines) => in_groups(&plan.base.changes, machines, style),
    };
    lines.extend(changes);
    let shown = match resources {
        Resources::Each => usize::MAX,
        Resources::Grouped(_) => NAMES_SHOWN,
    };
    let counts = plan.base.counts();
    lines.push(String::new());
    lines.push(format!(
        "{} to add, {} to change, {} to replace, {} to remove",
        counts.add, counts.modify, counts.replace, counts.remove
    ));
    if folded {
        lines.push(paint.dim("-v lists each resource"));
    }
    if !plan.lights.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("For the lights"));
        for note in &plan.lights {
            let text = wrap(&plain(&note.sentence()), style.width.saturating_sub(4));
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
        for group in permissions::grouped(&plan.base.permissions) {
            lines.extend(permission(&group, shown, style));
        }
    }
    if !plan.base.refused.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("Refused by the stack's policy"));
        for refusal in plan.base.refused.iter().take(shown) {
            let text = plain(&refusal.sentence());
            let text = wrap(&text, style.width.saturating_sub(4)).join("\n    ");
            lines.push(format!("  {} {text}", paint.red("x")));
        }
        if plan.base.refused.len() > shown {
            lines.push(format!("  and {} more", plan.base.refused.len() - shown));
        }
    }
    if let Some(cost) = plan.cost.sentence() {
        lines.push(String::new());
        lines.extend(wrap(&cost, style.width));
    }
    lines.join("\n")
}

/// The permissions of some resources. No permission is clipped: whatever is approved has to be visible. Of
/// many resources that get the same, only so many are named.
fn permission(group: &permissions::Group, shown: usize, style: TextStyle) -> Vec<String> {
    let plus = Paint(style.colour).yellow("+");
    let lines = |text: &str, indent: &str| {
        let room = style.width.saturating_sub(indent.len());
        wrap(&plain(text), room).join(&format!("\n{indent}"))
    };
    if let [one] = group.resources.as_slice() {
        let of = |text: &String| format!("  {plus} {}", lines(&format!("{one}: {text}"), "    "));
        return group.texts.iter().map(of).collect();
    }
    let mut names = group.resources[..group.resources.len().min(shown)].join(", ");
    if group.resources.len() > shown {
        names.push_str(&format!(" and {} more", group.resources.len() - shown));
    }
    let head = format!("{} grouped: {names}", group.resources.len());
    let texts = group.texts.iter().map(|text| format!("      {}", lines(text, "      ")));
    std::iter::once(format!("  {plus} {}", lines(&head, "    "))).chain(texts).collect()
}

/// Number of properties of a resource that are shown.
const DETAILS_SHOWN: usize = 6;

fn details(change: &Change, style: TextStyle) -> Vec<String> {
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
        line.push_str(replaces(detail.replaces));
        let line = format!("      {}", clip(&plain(&line), style.width.saturating_sub(6)));
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

fn replaces(replaces: Replacement) -> &'static str {
    match replaces {
        Replacement::No => "",
        Replacement::Yes => " (replaces it)",
        Replacement::Maybe => " (may replace it)",
    }
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
    use crate::deployment::{Draft, tree};
    use crate::global::Global;
    use crate::lights::{Effect, LightNote};
    use crate::project::Project;
    use crate::synthesis::make;
    use guardian_deploy::change::Detail;
    use guardian_deploy::change::Tree;
    use guardian_deploy::permissions::AddedPermission;
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
                    .map(|role| AddedPermission {
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
        let text = plan(&example(), Resources::Each, TextStyle { width: 80, colour: false });
        assert!(text.lines().all(|line| line.chars().count() <= 80));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_plan_on_a_narrow_terminal_is_cut_and_never_wider() {
        let text = plan(&example(), Resources::Each, TextStyle { width: 48, colour: false });
        insta::assert_snapshot!(text);
    }

    #[test]
    fn colours_are_added_to_the_same_words() {
        let with = plan(&example(), Resources::Each, TextStyle { width: 80, colour: true });
        let without = plan(&example(), Resources::Each, TextStyle { width: 80, colour: false });
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

    /// The plan of a first deploy of a project with so many managed machines, as the templates make it.
    fn first_deploy(machines: usize, more: &str) -> (Plan, Machines) {
        let dir = tempfile::tempdir().unwrap();
        let keys: Vec<String> = (1..=machines).map(|n| format!("order-import{n}")).collect();
        let configuration = format!(
            "project: orders\nregion: eu-west-1\nmachines: {{ managed: {keys:?} }}\n{more}"
        );
        std::fs::create_dir(dir.path().join("definitions")).unwrap();
        std::fs::write(dir.path().join("guardian.yaml"), configuration).unwrap();
        let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        for key in &keys {
            std::fs::write(dir.path().join(format!("definitions/{key}.json")), definition).unwrap();
        }
        let global = Global { config: Some(dir.path().to_owned()), ..Global::default() };
        let synthesis = make(Project::open(&global).unwrap()).unwrap();
        let body = synthesis.templates.root.to_json_min();
        let plan = Draft {
            synthesis: &synthesis,
            body: &body,
            existing: None,
            old: &Tree::default(),
            parameters: BTreeMap::new(),
            change_set: None,
            changes: tree(&synthesis.templates).additions(),
            policy: None,
        }
        .plan();
        (plan, Machines::of(&synthesis.app))
    }

    #[test]
    fn a_first_deploy_of_1_of_8_and_of_1000_machines_is_shown_in_groups() {
        for number in [1, 8, 1_000] {
            let (made, machines) = first_deploy(number, "");
            let style = TextStyle { width: 80, colour: false };
            let text = plan(&made, Resources::Grouped(&machines), style);
            // Bounded, though every permission of both functions is shown.
            assert!(text.lines().count() < 80, "{number}: {text}");
            insta::assert_snapshot!(format!("first_deploy_of_{number}"), text);
            let each = plan(&made, Resources::Each, style);
            assert!(each.lines().count() > made.base.changes.len());
        }
    }

    #[test]
    fn every_resource_of_the_templates_has_a_group_of_its_own_kind() {
        let more = "notifications: { create: true, email: [a@example.com] }
fleet: { enabled: true }
mute: [{ name: night, machines: ['*'], schedule: cron(0 22 * * *), duration: 8h }]
function: { publish: true }
";
        let (made, machines) = first_deploy(2, more);
        let groups = grouped(&made.base.changes, &machines, signs);
        let titles: Vec<_> = groups.into_iter().map(|group| group.title).collect();
        insta::assert_snapshot!(titles.join("\n"));
    }

    #[test]
    fn changes_of_several_machines_are_one_line_with_the_properties_that_they_have_in_common() {
        let detail = |name: &str, after: &str| Detail {
            attribute: "Properties".into(),
            name: Some(name.into()),
            replaces: Replacement::No,
            before: Some("1".into()),
            after: Some(after.into()),
            cause: None,
        };
        let alarm = |n: usize, details: Vec<Detail>| Change {
            action: Action::Modify,
            details,
            ..Change::add(&[], &format!("Step{n}StatusAlarm"), "AWS::CloudWatch::Alarm")
        };
        let style = TextStyle { width: 80, colour: false };
        let shown =
            |changes: &[Change]| in_groups(changes, &Machines::default(), style).0.join("\n");
        let same: Vec<_> = (1..4).map(|n| alarm(n, vec![detail("Threshold", "2")])).collect();
        let differ: Vec<_> =
            (1..4).map(|n| alarm(n, vec![detail("Threshold", &n.to_string())])).collect();
        insta::assert_snapshot!([shown(&same), shown(&differ), shown(&same[..1])].join("\n\n"));
    }

    #[test]
    fn a_plan_as_records() {
        let lines: Vec<String> = events(&example()).iter().map(Event::record).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
