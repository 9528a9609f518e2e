//! A deploy's effects on the lights: from the templates that are deployed and those
//! that would be, and from what the change set replaces.

use guardian_deploy::change::{Action, Change, Replacement, Tree, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What happens to a light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The machine is deleted, and its history with it.
    MachineDeleted,
    /// The machine is replaced: the history of its runs is lost.
    MachineReplaced,
    /// The machine's alarm is deleted.
    #[serde(rename = "unwatched")]
    AlarmRemoved,
    /// The alarm is replaced: its state is lost.
    #[serde(rename = "forgets")]
    AlarmReplaced,
    /// The alarm evaluates another metric.
    MetricChanged,
    /// The alarm's threshold or evaluation changes.
    RuleChanged,
    /// The alarm's actions change.
    ActionsChanged,
    /// The machine has an alarm from now on.
    Watched,
    /// The function's semantics change.
    MeaningChanged,
    /// The sweep's schedule changes.
    ScheduleChanged,
}

/// An effect and the machines or settings that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LightNote {
    /// The kind of change.
    pub effect: Effect,
    /// To which alarms or machines, by name.
    pub names: Vec<String>,
    /// The changed properties, if all of them have the same ones.
    pub detail: Option<String>,
}

/// How many names a sentence spells out.
const NAMES_SHOWN: usize = 3;

impl LightNote {
    /// The note as a sentence.
    pub fn sentence(&self) -> String {
        let mut who = self.names.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = self.names.len().saturating_sub(NAMES_SHOWN);
        if more > 0 {
            who = format!("{who} and {more} more");
        }
        let many = self.names.len() > 1;
        let pick = |one: &'static str, other: &'static str| if many { other } else { one };
        let detail = self.detail.as_deref().unwrap_or_default();
        match self.effect {
            Effect::MachineDeleted => format!(
                "{who}: the state {} deleted, with the history of all runs",
                pick("machine is", "machines are")
            ),
            Effect::MachineReplaced => format!(
                "{who}: the state {} replaced; the history of all runs is lost",
                pick("machine is", "machines are")
            ),
            Effect::AlarmRemoved => format!("{who}: no longer watched; the alarm is deleted"),
            Effect::AlarmReplaced => format!(
                "{who}: the {} replaced and {} whether the light is red, until the next sweep",
                pick("alarm is", "alarms are"),
                pick("forgets", "forget")
            ),
            Effect::MetricChanged => format!(
                "{who}: the alarm evaluates another metric{}; it keeps its state until the new one \
                 has a point",
                if detail.is_empty() { String::new() } else { format!(" ({detail})") }
            ),
            Effect::RuleChanged => format!("{who}: the alarm's rule changes ({detail})"),
            Effect::ActionsChanged => format!("{who}: the alarm's actions change"),
            Effect::Watched => format!("{who}: watched from now on"),
            Effect::MeaningChanged => format!("the meaning of every light changes: {detail}"),
            Effect::ScheduleChanged => format!("the sweep runs at other times: {detail}"),
        }
    }

    /// Whether it loses something: a state, a history, a watch.
    pub fn is_loss(&self) -> bool {
        !matches!(
            self.effect,
            Effect::Watched
                | Effect::ActionsChanged
                | Effect::ScheduleChanged
                | Effect::RuleChanged
        )
    }
}

/// What the change from `old` to `new` means for the lights. On a first deploy `old` is empty and
/// every machine is watched from then on.
pub fn notes(old: &Tree, new: &Tree, changes: &[Change]) -> Vec<LightNote> {
    let mut found: BTreeMap<(Effect, Option<String>), Vec<String>> = BTreeMap::new();
    let mut note = |effect: Effect, name: &str, detail: Option<String>| {
        found.entry((effect, detail)).or_default().push(name.to_owned());
    };

    let (before, after) = (named(old, ALARM, "AlarmName"), named(new, ALARM, "AlarmName"));
    for (name, (path, was)) in &before {
        let short = name.strip_prefix(STATUS_ALARM).unwrap_or(name);
        let Some((new_path, is)) = after.get(name) else {
            note(Effect::AlarmRemoved, short, None);
            continue;
        };
        // The same name under another logical id is another alarm to CloudFormation.
        if path != new_path || replaced(changes, path) {
            note(Effect::AlarmReplaced, short, None);
        }
        let (was, is) = (was.get("Properties"), is.get("Properties"));
        let differs = |key: &str| {
            let (was, is) = (was.and_then(|p| p.get(key)), is.and_then(|p| p.get(key)));
            (was != is).then(|| format!("{key}: {} → {}", short_json(was), short_json(is)))
        };
        let all = |keys: &[&str]| {
            let found: Vec<String> = keys.iter().filter_map(|key| differs(key)).collect();
            (!found.is_empty()).then(|| found.join(", "))
        };
        if let Some(detail) = all(&["Namespace", "MetricName", "Dimensions", "Metrics"]) {
            note(Effect::MetricChanged, short, Some(detail));
        }
        if let Some(detail) = all(RULE) {
            note(Effect::RuleChanged, short, Some(detail));
        }
        if all(&["AlarmActions", "OKActions", "InsufficientDataActions", "ActionsEnabled"])
            .is_some()
        {
            note(Effect::ActionsChanged, short, None);
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        note(Effect::Watched, name.strip_prefix(STATUS_ALARM).unwrap_or(name), None);
    }

    let machines = named(old, MACHINE, "StateMachineName");
    let machines_after = named(new, MACHINE, "StateMachineName");
    for (name, (path, _)) in &machines {
        match machines_after.get(name) {
            None => note(Effect::MachineDeleted, name, None),
            Some((new_path, _)) if path != new_path || replaced(changes, path) => {
                note(Effect::MachineReplaced, name, None);
            }
            Some(_) => {}
        }
    }

    if !old.templates.is_empty() {
        let (was, is) = (variables(old), variables(new));
        for (variable, word) in [
            (guardian_contract::env::SEMANTICS, "semantics"),
            (guardian_contract::env::ABORTED, "aborted runs"),
        ] {
            let (was, is) = (was.get(variable).copied(), is.get(variable).copied());
            if was != is {
                let detail = format!("{word}: {} → {}", short_json(was), short_json(is));
                note(Effect::MeaningChanged, "", Some(detail));
            }
        }
        let (was, is) = (schedules(old), schedules(new));
        if was != is {
            let detail = format!("{} → {}", was.join(", "), is.join(", "));
            note(Effect::ScheduleChanged, "", Some(detail));
        }
    }
    found
        .into_iter()
        .map(|((effect, detail), mut names)| {
            names.retain(|name| !name.is_empty());
            LightNote { effect, names, detail }
        })
        .collect()
}

const ALARM: &str = "AWS::CloudWatch::Alarm";
const MACHINE: &str = "AWS::StepFunctions::StateMachine";
/// What the names of status alarms have before the key.
const STATUS_ALARM: &str = "StepFunctionStatusAlarm-";
/// The properties that decide when an alarm is red.
const RULE: &[&str] = &[
    "Threshold",
    "ComparisonOperator",
    "Statistic",
    "Period",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "TreatMissingData",
];

type ResourcePath = (Vec<String>, String);

/// The resources of a type by their name: where each is, and its body. A name that is no literal
/// is taken as its JSON.
fn named<'a>(
    tree: &'a Tree,
    kind: &str,
    property: &str,
) -> BTreeMap<String, (ResourcePath, &'a Value)> {
    tree.resources()
        .filter(|(_, _, body)| text(body, "Type") == Some(kind))
        .map(|(path, id, body)| {
            let name = body.get("Properties").and_then(|p| p.get(property));
            let name = match name {
                Some(Value::String(name)) => name.clone(),
                Some(other) => other.to_string(),
                None => id.clone(),
            };
            (name, ((path.clone(), id.clone()), body))
        })
        .collect()
}

/// Whether the change set replaces this resource, or may do so.
fn replaced(changes: &[Change], (within, id): &ResourcePath) -> bool {
    changes.iter().any(|c| {
        (&c.within, &c.logical_id) == (within, id)
            && c.action == Action::Modify
            && c.replacement != Replacement::No
    })
}

/// The environment of every function, in one map: what two of them have is the same in both.
fn variables(tree: &Tree) -> BTreeMap<String, &Value> {
    tree.resources()
        .filter(|(_, _, body)| text(body, "Type") == Some("AWS::Lambda::Function"))
        .filter_map(|(_, _, body)| body.pointer("/Properties/Environment/Variables")?.as_object())
        .flatten()
        .map(|(name, value)| (name.clone(), value))
        .collect()
}

fn schedules(tree: &Tree) -> Vec<String> {
    let mut all: Vec<String> = tree
        .resources()
        .filter_map(|(_, _, body)| body.pointer("/Properties/ScheduleExpression")?.as_str())
        .map(str::to_owned)
        .collect();
    all.sort();
    all
}

fn short_json(value: Option<&Value>) -> String {
    match value {
        None => "unset".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree(resources: Value) -> Tree {
        Tree { templates: BTreeMap::from([(Vec::new(), json!({"Resources": resources}))]) }
    }

    fn alarm(key: &str, metric: &str, threshold: u32) -> Value {
        json!({"Type": ALARM, "Properties": {
            "AlarmName": format!("StepFunctionStatusAlarm-{key}"),
            "MetricName": metric, "Threshold": threshold,
        }})
    }

    fn sentences(old: &Tree, new: &Tree, changes: &[Change]) -> Vec<String> {
        notes(old, new, changes).iter().map(LightNote::sentence).collect()
    }

    #[test]
    fn the_same_templates_mean_nothing_for_the_lights() {
        let one = tree(json!({"A": alarm("a", "a_Status", 3)}));
        assert_eq!(sentences(&one, &one, &[]), Vec::<String>::new());
    }

    #[test]
    fn an_alarm_that_is_replaced_or_moved_to_another_logical_id_loses_its_state() {
        let one = tree(json!({"A": alarm("a", "a_Status", 3)}));
        let replace = Change {
            action: Action::Modify,
            replacement: Replacement::Yes,
            ..Change::add(&[], "A", ALARM)
        };
        let expected = "a: the alarm is replaced and forgets whether the light is red, until the \
                        next sweep";
        assert_eq!(sentences(&one, &one, &[replace]), [expected]);
        let moved = tree(json!({"B": alarm("a", "a_Status", 3)}));
        assert_eq!(sentences(&one, &moved, &[]), [expected]);
    }

    #[test]
    fn machines_that_come_and_go_metrics_that_are_renamed_and_rules_that_change_are_reported() {
        let old = tree(json!({
            "A": alarm("a", "a_Status", 3),
            "B": alarm("b", "b_Status", 3),
            "M": {"Type": MACHINE, "Properties": {"StateMachineName": "b-step-function"}},
        }));
        let new = tree(json!({
            "A": alarm("a", "a_Light", 2),
            "C": alarm("c", "c_Status", 3),
        }));
        insta::assert_snapshot!(sentences(&old, &new, &[]).join("\n"), @r"
        b-step-function: the state machine is deleted, with the history of all runs
        b: no longer watched; the alarm is deleted
        a: the alarm evaluates another metric (MetricName: a_Status → a_Light); it keeps its state until the new one has a point
        a: the alarm's rule changes (Threshold: 3 → 2)
        c: watched from now on
        ");
    }

    #[test]
    fn many_machines_are_one_sentence() {
        let all = |keys: std::ops::Range<u32>| {
            let alarms = keys.map(|n| (format!("A{n}"), alarm(&format!("m{n:02}"), "x", 3)));
            tree(Value::Object(alarms.collect()))
        };
        assert_eq!(
            sentences(&all(0..42), &all(0..0), &[]),
            ["m00, m01, m02 and 39 more: no longer watched; the alarm is deleted"]
        );
    }

    #[test]
    fn another_meaning_or_schedule_is_reported_but_not_on_a_first_deploy() {
        let with = |semantics: &str, schedule: &str| {
            tree(json!({
                "F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {
                    "Variables": {"GUARDIAN_SEMANTICS": semantics}}}},
                "R": {"Type": "AWS::Events::Rule",
                    "Properties": {"ScheduleExpression": schedule}},
            }))
        };
        let (old, new) = (with("original", "rate(1 hour)"), with("last-finished", "rate(1 day)"));
        insta::assert_snapshot!(sentences(&old, &new, &[]).join("\n"), @r"
        the meaning of every light changes: semantics: original → last-finished
        the sweep runs at other times: rate(1 hour) → rate(1 day)
        ");
        assert_eq!(sentences(&Tree::default(), &new, &[]), Vec::<String>::new());
    }
}
