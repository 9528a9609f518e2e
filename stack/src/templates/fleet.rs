//! Resources over many alarms: the fleet's alarm, which is a tree of composite alarms,
//! and the mute rules. Each is in a separate nested stack: it needs every alarm to exist first,
//! and grows with them.

use super::machines::Part;
use super::origins::{Origin, Template};
use super::{links, parameters, topic};
use crate::app::{App, Fleet, Mute};
use guardian_cfn::Val;
use guardian_cfn::resources::cloudwatch;
use serde_json::{Value, json};

/// Logical ids of the nested stacks.
pub(super) const FLEET: &str = "Fleet";
pub(super) const MUTES: &str = "Mutes";
/// The settings that the alarm over all machines comes from.
pub(super) const SETTINGS: [&str; 2] = ["fleet.enabled", "fleet"];

/// Alarms that a composite alarm may contain, and characters of its rule [PutCompositeAlarm].
const MAX_CHILDREN: usize = 100;
const MAX_RULE: usize = 10_240;
/// Alarms of a mute rule [MuteTargets].
const MAX_MUTED: usize = 100;

/// The name of the alarm over all machines.
pub(super) fn name(app: &App) -> String {
    format!("GuardianFleet-{}-{}", app.project, app.env)
}

/// A composite alarm: its name and rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    name: String,
    rule: String,
}

/// The tree over these alarms, children before their parents, the whole's last.
fn tree(root: &str, alarms: Vec<String>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut level = alarms;
    loop {
        let rules = rules(&level);
        if let [rule] = rules.as_slice() {
            nodes.push(Node { name: root.to_owned(), rule: rule.clone() });
            return nodes;
        }
        let first = nodes.len() + 1;
        let named = rules.into_iter().enumerate();
        let next: Vec<Node> =
            named.map(|(i, rule)| Node { name: format!("{root}-{}", first + i), rule }).collect();
        level = next.iter().map(|node| node.name.clone()).collect();
        nodes.extend(next);
    }
}

/// Rules that are true when any of their alarms is in ALARM, as few as the limits allow.
fn rules(names: &[String]) -> Vec<String> {
    let mut rules: Vec<(usize, String)> = Vec::new();
    for name in names {
        // No name of an alarm has a quote or a backslash in it: the configuration refuses them.
        let term = format!("ALARM(\"{name}\")");
        match rules.last_mut() {
            Some((children, rule))
                if *children < MAX_CHILDREN && rule.len() + 4 + term.len() <= MAX_RULE =>
            {
                *children += 1;
                rule.push_str(" OR ");
                rule.push_str(&term);
            }
            _ => rules.push((1, term)),
        }
    }
    rules.into_iter().map(|(_, rule)| rule).collect()
}

/// The template of the fleet's alarm over those of the machines and those over all machines; none
/// without any.
pub(super) fn fleet(
    app: &App,
    fleet: &Fleet,
    parts: &[Part],
    over_all: impl Iterator<Item = String>,
) -> Option<Template> {
    let over_all: Vec<String> = over_all.collect();
    // A mute rule suppresses an alarm's actions, not its state, which a composite alarm would still
    // see: it reads counts without the muted machines instead. EXPRESS machines are not counted.
    let counted = |part: &&Part| {
        app.counts_muted()
            && !over_all.is_empty()
            && part.metadata["type"] == "STANDARD"
            && app.mute.iter().any(|mute| covers(mute, part))
    };
    let of_machines = parts.iter().filter(|part| !counted(part));
    let of_machines = of_machines.flat_map(|part| part.lights.iter().cloned());
    let alarms: Vec<String> = of_machines.chain(over_all.iter().cloned()).collect();
    if alarms.is_empty() {
        return None;
    }
    let root = name(app);
    let nodes = tree(&root, alarms);
    let mut t = Template::new(format!(
        "Guardian: the alarm over all machines of {} {}",
        app.project, app.env
    ));
    parameters::console(&mut t);
    let mut made = Vec::new();
    for node in &nodes {
        let says = description(app, node, &root, nodes.len());
        let says = format!("{} {}", Val::sub_literal(&says), links::alarms());
        let mut alarm = cloudwatch::CompositeAlarm::new()
            .alarm_rule(node.rule.as_str())
            .alarm_name(&node.name)
            .alarm_description(Val::sub(&says, []));
        if node.name == root {
            let of = &fleet.actions;
            if !of.alarm.is_empty() {
                alarm = alarm.alarm_actions(topic::actions(app, &of.alarm));
            }
            if !of.ok.is_empty() {
                alarm = alarm.ok_actions(topic::actions(app, &of.ok));
            }
            if !of.insufficient_data.is_empty() {
                let list = topic::actions(app, &of.insufficient_data);
                alarm = alarm.insufficient_data_actions(list);
            }
        }
        let number = node.name[root.len()..].trim_start_matches('-');
        let origin = Origin::of(SETTINGS)
            .property("AlarmName", ["project"])
            .property("AlarmRule", ["machines"])
            .actions(&["fleet"]);
        let id = t.add(format!("Fleet{number}"), alarm, origin);
        // A rule has names of alarms and no references, so the dependencies are explicit.
        for (child, name) in &made {
            if node.rule.contains(&format!("\"{name}\"")) {
                t.resource_mut(&id).depends_on(child);
            }
        }
        made.push((id, node.name.clone()));
    }
    Some(t)
}

/// The description of a composite alarm: the person on call gets its name, and no list of alarms.
fn description(app: &App, node: &Node, root: &str, nodes: usize) -> String {
    let (project, env) = (&app.project, &app.env);
    // Every rule has a name in quotes.
    let first = node.rule.split('"').nth(1).unwrap_or_default();
    let last = node.rule.rsplit('"').nth(1).unwrap_or_default();
    if node.name != root {
        return format!("A part of {root}: the alarms from {first} to {last}.");
    }
    let parts = match nodes {
        1 => String::new(),
        _ => format!(" The alarm has parts, {root}-1 to {root}-{}.", nodes - 1),
    };
    format!(
        "A machine of {project} {env} is red, late or stuck. `guardian status` names the worst; the \
         alarm's page lists its children in ALARM, each with the machine's key in its \
         name.{parts}"
    )
}

/// The alarms that a window mutes.
fn muted(mute: &Mute, parts: &[Part]) -> Vec<String> {
    let alarms = parts.iter().filter(|part| covers(mute, part)).flat_map(|part| &part.alarms);
    alarms.map(|(name, _)| name.clone()).collect()
}

fn covers(mute: &Mute, part: &Part) -> bool {
    mute.covers(part.key.as_str(), part.metadata["name"].as_str().unwrap_or_default())
}

/// The template of the mute rules, with what the metadata says of them: each window's name, and
/// those of its rules; and the windows that mute nothing.
pub(super) fn mutes(app: &App, parts: &[Part]) -> (Option<Template>, Value, Vec<String>) {
    let mut t = Template::new(format!("Guardian: mute windows of {} {}", app.project, app.env));
    let (mut said, mut idle) = (Vec::new(), Vec::new());
    for (window, mute) in app.mute.iter().enumerate() {
        let alarms = muted(mute, parts);
        if alarms.is_empty() {
            idle.push(mute.name.clone());
        }
        let mut rules = Vec::new();
        for (number, alarms) in alarms.chunks(MAX_MUTED).enumerate() {
            let mut name = format!("Guardian-{}-{}-{}", app.project, app.env, mute.name);
            if number > 0 {
                name = format!("{name}-{}", number + 1);
            }
            let mut schedule = json!({
                "Expression": mute.schedule,
                "Duration": iso_duration(mute.duration_s),
            });
            if let Some(zone) = &mute.timezone {
                schedule["Timezone"] = json!(zone);
            }
            let rule = cloudwatch::AlarmMuteRule::new()
                .rule(json!({"Schedule": schedule}))
                .name(&name)
                .description(format!("`{}` of Guardian's mute windows", mute.name))
                .mute_targets(json!({"AlarmNames": alarms}));
            let id = format!("Mute{}Rule{}", window + 1, number + 1);
            t.add(id, rule, rule_origin(window));
            rules.push(name);
        }
        said.push(json!({"name": mute.name, "rules": rules}));
    }
    let template = (t.resource_count() > 0).then_some(t);
    (template, Value::Array(said), idle)
}

/// The origin of a rule of the window at this index of the list.
fn rule_origin(window: usize) -> Origin {
    let item = format!("mute[{window}]");
    let properties = [
        ("Name", "name"),
        ("Description", "name"),
        ("Rule/Schedule/Expression", "schedule"),
        ("Rule/Schedule/Duration", "duration"),
        ("Rule/Schedule/Timezone", "timezone"),
        ("MuteTargets", "machines"),
    ];
    properties.into_iter().fold(Origin::of([&item]), |origin, (property, key)| {
        origin.property(property, [format!("{item}.{key}")])
    })
}

/// Seconds as CloudWatch reads them, with days where there are whole ones.
fn iso_duration(seconds: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let parts = [(rest / 3_600, 'H'), (rest % 3_600 / 60, 'M'), (rest % 60, 'S')];
    let time: String =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    let days = if days > 0 { format!("{days}D") } else { String::new() };
    if time.is_empty() { format!("P{days}") } else { format!("P{days}T{time}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_duration_is_written_as_cloudwatch_shows_it() {
        for (seconds, text) in
            [(60, "PT1M"), (14_400, "PT4H"), (216_000, "P2DT12H"), (604_800, "P7D")]
        {
            assert_eq!(iso_duration(seconds), text);
        }
    }

    #[test]
    fn a_part_says_what_it_covers() {
        let alarms: Vec<String> = (1..=150).map(|n| format!("Alarm-{n}")).collect();
        let nodes = tree("Fleet", alarms);
        let app = crate::templates::tests::app();
        let said: Vec<String> =
            nodes.iter().map(|node| description(&app, node, "Fleet", nodes.len())).collect();
        assert_eq!(said[0], "A part of Fleet: the alarms from Alarm-1 to Alarm-100.");
        assert_eq!(said[1], "A part of Fleet: the alarms from Alarm-101 to Alarm-150.");
        assert!(said[2].ends_with("parts, Fleet-1 to Fleet-2."), "{}", said[2]);
        // [PutCompositeAlarm]
        assert!(said.iter().all(|text| text.len() < 900));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Each alarm is in one node, each node but the root in one other, and no limit
        /// is exceeded.
        #[test]
        fn the_tree_holds_every_alarm_once(count in 1usize..12_000, length in 5usize..255) {
            let alarms: Vec<String> = (0..count).map(|i| format!("{i:-<length$}")).collect();
            let nodes = tree("Root", alarms.clone());
            prop_assert_eq!(&nodes.last().unwrap().name, "Root");
            let mut seen = BTreeSet::new();
            for node in &nodes {
                prop_assert!(node.rule.len() <= MAX_RULE);
                let children: Vec<&str> = node.rule.split(" OR ").collect();
                prop_assert!(children.len() <= MAX_CHILDREN);
                for child in children {
                    let name = child.strip_prefix("ALARM(\"").unwrap().strip_suffix("\")").unwrap();
                    prop_assert!(seen.insert(name.to_owned()), "twice: {name}");
                }
                prop_assert!(!seen.contains(&node.name) || node.name != "Root");
            }
            let all = alarms.into_iter().chain(nodes.iter().map(|n| n.name.clone()));
            let all: BTreeSet<String> = all.filter(|name| name != "Root").collect();
            prop_assert_eq!(seen, all);
        }
    }
}
