//! The changed resources of a plan, grouped by what people think in: machines with their log group, role
//! and alarm, the function, event delivery, self-monitoring, dashboard. Which resource belongs where
//! follows from its logical id, as the templates make it.

use crate::text::count;
use guardian_deploy::change::Change;
use guardian_deploy::stack::STACK_TYPE;
use guardian_stack::app::App;
use guardian_stack::templates::stem;
use std::collections::{BTreeMap, BTreeSet};

/// How the resources of a plan are shown.
#[derive(Debug, Clone, Copy)]
pub enum Resources<'a> {
    /// One by one (`--verbose`).
    Each,
    /// In groups, machines by their keys.
    Grouped(&'a Machines),
}

impl<'a> Resources<'a> {
    /// One by one with `--verbose`, otherwise grouped.
    pub fn of(machines: &'a Machines, verbose: bool) -> Self {
        match verbose {
            true => Self::Each,
            false => Self::Grouped(machines),
        }
    }
}

/// The keys of an application's machines, by the prefix of their logical ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machines(BTreeMap<String, String>);

impl Machines {
    /// The managed and the watched machines.
    pub fn of(app: &App) -> Self {
        let watched = app.watched.iter().map(|machine| &machine.key);
        let all = app.managed.iter().map(|machine| &machine.key).chain(watched);
        Self(all.map(|key| (stem(key), key.to_string())).collect())
    }
}

/// Changes of the same kind in the same part of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// The part, with the number and kinds of its resources.
    pub title: String,
    /// The machines, if there are several.
    pub names: Vec<String>,
    /// Whether the title says all of a single resource.
    pub says_all: bool,
    /// The changes; never empty.
    pub changes: Vec<&'a Change>,
}

/// A part of the application, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Machines that have these resources.
    Machines(Vec<(Kind, usize)>),
    Function,
    StateTable,
    EventDelivery,
    SelfMonitoring,
    Fleet,
    Notifications,
    Dashboard,
    Board,
    NestedStacks,
    Other,
}

/// A resource of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    LogGroup,
    Role,
    Machine,
    Alarm,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::LogGroup => "log group",
            Self::Role => "role",
            Self::Machine => "machine",
            Self::Alarm => "alarm",
        }
    }
}

/// What a logical id says: a resource of a machine, by its stem, or a part.
enum Owner<'a> {
    Machine(&'a str, Kind),
    Part(Part),
}

/// The machines of a group, if it is of machines, and its changes.
#[derive(Debug, Default)]
struct Found<'s, 'a> {
    stems: Vec<&'s str>,
    changes: Vec<&'a Change>,
}

/// Groups changes by part and by `same`, which says how a resource changes. Each change is in one of the
/// groups; those of a part stand together.
pub fn grouped<'a, K: Ord>(
    changes: &'a [Change],
    machines: &Machines,
    same: impl Fn(&Change) -> K,
) -> Vec<Group<'a>> {
    let stems = stems(changes, machines);
    let mut by_machine: BTreeMap<(K, &str), Vec<(Kind, &Change)>> = BTreeMap::new();
    let mut groups: BTreeMap<(Part, K), Found<'_, '_>> = BTreeMap::new();
    for change in changes {
        match owner(change, &stems) {
            Owner::Machine(stem, kind) => {
                by_machine.entry((same(change), stem)).or_default().push((kind, change));
            }
            Owner::Part(part) => {
                groups.entry((part, same(change))).or_default().changes.push(change);
            }
        }
    }
    for ((same, stem), resources) in by_machine {
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        resources.iter().for_each(|(kind, _)| *kinds.entry(*kind).or_default() += 1);
        let part = Part::Machines(kinds.into_iter().collect());
        let found = groups.entry((part, same)).or_default();
        found.stems.push(stem);
        found.changes.extend(resources.iter().map(|(_, change)| *change));
    }
    let of = |part: Part, stems: Vec<&str>, changes: Vec<&'a Change>| {
        let names: Vec<String> = stems.iter().map(|stem| machines.key(stem)).collect();
        let title = title(&part, &names, &changes);
        let names = if names.len() > 1 { names } else { Vec::new() };
        let says_all = matches!(part, Part::Machines(_) | Part::StateTable | Part::Dashboard);
        Group { title, names, says_all, changes }
    };
    groups.into_iter().map(|((part, _), found)| of(part, found.stems, found.changes)).collect()
}

impl Machines {
    /// The key; of a machine that the application no longer has, the prefix of its logical ids.
    fn key(&self, stem: &str) -> String {
        self.0.get(stem).cloned().unwrap_or_else(|| stem.to_owned())
    }
}

/// All prefixes of machines: those of the application, and those that the logical ids of removed
/// resources show.
fn stems<'a>(changes: &'a [Change], machines: &'a Machines) -> BTreeSet<&'a str> {
    let shown = changes.iter().filter_map(|change| {
        let id = change.logical_id.as_str();
        match change.resource_type.as_str() {
            "AWS::StepFunctions::StateMachine" => id.strip_suffix("Machine"),
            "AWS::CloudWatch::Alarm" => id.strip_suffix("StatusAlarm"),
            _ => None,
        }
    });
    machines.0.keys().map(String::as_str).chain(shown).collect()
}

fn owner<'a>(change: &Change, stems: &BTreeSet<&'a str>) -> Owner<'a> {
    let id = change.logical_id.as_str();
    if let Some(part) = fixed(id, &change.resource_type) {
        return Owner::Part(part);
    }
    let kind = match change.resource_type.as_str() {
        "AWS::Logs::LogGroup" => Kind::LogGroup,
        "AWS::IAM::Role" => Kind::Role,
        "AWS::StepFunctions::StateMachine" => Kind::Machine,
        "AWS::CloudWatch::Alarm" => Kind::Alarm,
        _ => return Owner::Part(Part::Other),
    };
    // The longest: `Step` is not the machine of `StepOneMachine`.
    let ends = (1..=id.len()).rev().filter(|end| id.is_char_boundary(*end));
    match ends.filter_map(|end| stems.get(&id[..end])).next() {
        Some(stem) => Owner::Machine(stem, kind),
        None => Owner::Part(Part::Other),
    }
}

/// The part of a resource that belongs to no machine.
fn fixed(id: &str, resource_type: &str) -> Option<Part> {
    let numbered = |prefix: &str| {
        let rest = id.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
    };
    Some(match id {
        _ if resource_type == STACK_TYPE => Part::NestedStacks,
        "Function"
        | "FunctionVersion"
        | "FunctionLogGroup"
        | "FunctionRole"
        | "FunctionInvokeConfig"
        | "FailureQueue"
        | "FailureQueuePolicy"
        | "Schedule"
        | "SchedulePermission" => Part::Function,
        "StateTable" => Part::StateTable,
        "BoardFunction" | "BoardReader" | "BoardLog" => Part::Board,
        "HintQueue"
        | "HintRule"
        | "HintFailureQueue"
        | "HintQueuePolicy"
        | "HintFailureQueuePolicy"
        | "HintMapping" => Part::EventDelivery,
        "Topic" | "TopicPolicy" => Part::Notifications,
        _ if resource_type == "AWS::SNS::Subscription" => Part::Notifications,
        _ if resource_type == "AWS::CloudWatch::CompositeAlarm" && numbered("Fleet") => Part::Fleet,
        _ if resource_type == "AWS::CloudWatch::AlarmMuteRule" => Part::Fleet,
        _ if resource_type == "AWS::CloudWatch::Dashboard" => Part::Dashboard,
        _ if (id.ends_with("Guard") || id.starts_with("RedGuard"))
            && resource_type == "AWS::CloudWatch::Alarm" =>
        {
            Part::SelfMonitoring
        }
        _ => return None,
    })
}

fn title(part: &Part, names: &[String], changes: &[&Change]) -> String {
    let number = changes.len();
    let resources = count(number, "resource");
    match part {
        Part::Machines(kinds) => {
            let kinds: Vec<String> = kinds
                .iter()
                .map(|(kind, number)| match number {
                    1 => kind.word().to_owned(),
                    _ => count(*number, kind.word()),
                })
                .collect();
            let kinds = kinds.join(", ");
            match names {
                [one] => format!("machine {one}: {kinds}"),
                _ => format!("{}: {kinds} each", count(names.len(), "machine")),
            }
        }
        Part::Function => format!("the function ({resources})"),
        Part::StateTable => "the state table".to_owned(),
        Part::EventDelivery => format!("event delivery ({resources})"),
        Part::SelfMonitoring => format!("self-monitoring ({})", count(number, "alarm")),
        Part::Fleet => format!("the alarm over all machines ({resources})"),
        Part::Notifications => format!("notifications ({resources})"),
        Part::Board => format!("the dashboard's board ({resources})"),
        Part::Dashboard if number == 1 => "dashboard".to_owned(),
        Part::Dashboard => count(number, "dashboard"),
        Part::NestedStacks => count(number, "nested stack"),
        Part::Other => count(number, "other resource"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::MachineKey;

    /// The machines with these keys.
    fn machines(keys: &[String]) -> Machines {
        let of = |key: &String| (stem(&MachineKey::new(key).unwrap()), key.clone());
        Machines(keys.iter().map(of).collect())
    }

    fn titles(changes: &[Change], machines: &Machines) -> Vec<String> {
        grouped(changes, machines, |_| ()).into_iter().map(|group| group.title).collect()
    }

    #[test]
    fn a_resource_belongs_to_the_machine_with_the_longest_prefix_of_its_id() {
        let machines = machines(&["step".to_owned(), "step-one".to_owned()]);
        let role = |id: &str| Change::add(&[], id, "AWS::IAM::Role");
        let changes = [role("StepMachineRole"), role("StepOneMachineRole")];
        let groups = grouped(&changes, &machines, |_| ());
        assert_eq!(groups[0].names, ["step", "step-one"]);
        assert_eq!(titles(&changes, &machines), ["2 machines: role each"]);
    }

    #[test]
    fn a_removed_machine_is_named_by_its_ids_and_an_unknown_resource_is_counted() {
        let changes = [
            Change::add(&[], "GoneMachine", "AWS::StepFunctions::StateMachine"),
            Change::add(&[], "GoneMachineLogGroup", "AWS::Logs::LogGroup"),
            Change::add(&[], "GoneStatusAlarm", "AWS::CloudWatch::Alarm"),
            Change::add(&[], "GoneExecutionsFailedAlarm53602e4c", "AWS::CloudWatch::Alarm"),
            Change::add(&[], "Stranger", "AWS::S3::Bucket"),
        ];
        assert_eq!(
            titles(&changes, &Machines::default()),
            ["machine Gone: log group, machine, 2 alarms", "1 other resource"]
        );
    }
}
