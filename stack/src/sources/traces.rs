//! Which keys of the configuration give each property, and what each resource is there for: what the
//! templates do, read backwards.

use crate::app::{Alarm, App, Metric};
use crate::config::{DEFAULT_PREFIX, KeyPath, Written};
use guardian_contract::{MachineKey, env};

/// Where a place in a template may come from.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// Keys that give the value; the first that is written counts.
    pub sets: Vec<KeyPath>,
    /// The key to write if none of them is, where that is another one.
    pub would: Option<KeyPath>,
    /// What the resource is there for; the first that is written counts.
    pub within: Vec<KeyPath>,
    /// Where the lock has it.
    pub locked: Vec<KeyPath>,
}

impl Traces {
    pub fn sets(mut self, path: impl Into<KeyPath>) -> Self {
        self.sets.push(path.into());
        self
    }

    pub fn within(mut self, path: impl Into<KeyPath>) -> Self {
        self.within.push(path.into());
        self
    }
}

impl From<&str> for KeyPath {
    fn from(keys: &str) -> Self {
        Self::of(keys)
    }
}

/// A resource of a managed machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Machine,
    Role,
    LogGroup,
}

/// The inputs of one environment.
pub(super) struct Inputs<'a> {
    pub app: &'a App,
    pub config: Written,
    /// Names that the environment may have in the lock, the most particular first.
    pub locked_as: Vec<String>,
}

impl Inputs<'_> {
    pub(super) fn managed(index: usize) -> KeyPath {
        KeyPath::of("machines.managed").item(index)
    }

    pub(super) fn of_machine(&self, index: usize, part: Part, property: &[&str]) -> Traces {
        let item = Self::managed(index);
        let traces = Traces::default();
        let traces = match (part, property) {
            (Part::Machine, ["StateMachineName", ..]) => traces.within(item.key("name")),
            (Part::Machine, ["StateMachineType", ..]) => traces.sets(item.key("type")),
            (Part::Machine, ["LoggingConfiguration", "Level", ..]) => {
                traces.sets(item.keys("logging.level"))
            }
            (Part::Machine, ["LoggingConfiguration", "IncludeExecutionData", ..]) => {
                traces.sets(item.keys("logging.include_execution_data"))
            }
            (Part::Machine, ["LoggingConfiguration", ..]) => traces.within(item.key("logging")),
            (Part::Machine, ["DefinitionSubstitutions", name, ..]) => {
                traces.sets(item.key("substitutions").key(name))
            }
            (Part::Machine, ["Tags", ..]) => traces.sets(item.key("tags")),
            (Part::Role, ["Policies", rest @ ..]) => {
                self.statement(index, rest).into_iter().fold(traces, Traces::within)
            }
            (Part::Role, ["ManagedPolicyArns", rest @ ..]) => {
                items(&item.key("managed_policies"), rest).into_iter().fold(traces, Traces::sets)
            }
            (Part::Role, ["PermissionsBoundary", ..]) => traces.sets("permissions_boundary"),
            (Part::LogGroup, ["RetentionInDays", ..]) => {
                traces.sets(item.keys("logging.retention_days"))
            }
            (Part::LogGroup, ["LogGroupName", ..]) => traces.sets("logging.prefix"),
            _ => traces,
        };
        traces.within(item).within("machines.managed")
    }

    /// The statement of the configuration that a path into a role's policies leads to: the last of
    /// them has what is configured, the one before it is for logs.
    fn statement(&self, index: usize, path: &[&str]) -> Vec<KeyPath> {
        let managed = &self.app.managed[index];
        let configured = usize::from(managed.log_level != "OFF").to_string();
        let policy = Self::managed(index).key("policy");
        match path {
            [number, "PolicyDocument", "Statement", rest @ ..] if *number == configured => {
                let mut paths = items(&policy, rest);
                if let (Some(item), [_, key, ..]) = (paths.first().cloned(), rest) {
                    paths.insert(0, item.key(key));
                }
                paths
            }
            [number, ..] if *number == configured => vec![policy],
            _ => Vec::new(),
        }
    }

    /// Where a machine is asked for, managed or watched.
    fn asked_for(&self, key: &MachineKey) -> Traces {
        if let Some(index) = self.app.managed.iter().position(|m| m.key == *key) {
            return Traces::default().within(Self::managed(index)).within("machines.managed");
        }
        let Some(watched) = self.app.watched.iter().find(|m| m.key == *key) else {
            return Traces::default();
        };
        let list = KeyPath::of("machines.watched");
        let named = (0..self.config.items(&list)).map(|index| list.item(index)).find(|item| {
            let name = self.config.text(item).or_else(|| self.config.text(&item.key("name")));
            name == Some(watched.name.as_str())
        });
        let environments = KeyPath::of("environments");
        let in_lock = |name: &String| environments.key(name).key("machines").key(&watched.name);
        // Who is asked for by name is in the lock for its type only.
        let locked = match named {
            Some(_) => Vec::new(),
            None => self.locked_as.iter().map(in_lock).collect(),
        };
        let traces = Traces { locked, ..Traces::default() };
        named.into_iter().fold(traces, Traces::within).within(list)
    }

    /// What is declared for a machine under a section of which each entry is a machine.
    fn own_section(&self, section: &str, key: &MachineKey) -> Option<KeyPath> {
        let section = KeyPath::of(section);
        let names = self.config.keys(&section);
        let own = |name: &&str| MachineKey::of_machine(name).is_ok_and(|own| own == *key);
        names.into_iter().find(own).map(|name| section.key(name))
    }

    /// The item of the configuration that declares an alarm.
    fn declared(&self, alarm: &Alarm) -> Option<KeyPath> {
        let prefix = self.config.text(&KeyPath::of("alarms.prefix")).unwrap_or(DEFAULT_PREFIX);
        let managed = self.app.managed.iter().position(|m| m.key == alarm.machine);
        let lists = managed
            .map(|index| Self::managed(index).key("alarms"))
            .into_iter()
            .chain(self.own_section("alarms.machines", &alarm.machine));
        let mut items = lists.flat_map(|list| {
            let items: Vec<KeyPath> =
                (0..self.config.items(&list)).map(|index| list.item(index)).collect();
            items
        });
        let is_it = |item: &KeyPath| {
            let name = self.config.text(&item.key("name"));
            let metric = self.config.text(&item.key("metric"));
            let full = match name.or(metric.filter(|metric| *metric != "Status")) {
                Some(short) => format!("{prefix}{}-{short}", alarm.machine),
                None => format!("{prefix}{}", alarm.machine),
            };
            full == alarm.name
        };
        // Of several that change the status alarm the last counts.
        items.rfind(is_it)
    }

    pub(super) fn of_alarm(&self, alarm: &Alarm, property: &[&str]) -> Traces {
        let asked = self.asked_for(&alarm.machine);
        let marks = [Metric::OverdueSeconds, Metric::OldestRunningSeconds, Metric::IncompleteItems];
        let mut traces = if let Some(item) = self.declared(alarm) {
            let mut traces = Traces::default();
            if let Some(key) = alarm_key(property) {
                let own = item.keys(key);
                traces.sets = indexed(&own, property);
                match key {
                    _ if key.starts_with("actions.") => {
                        traces.sets.extend(shared_actions(key, property));
                    }
                    "name" | "description" | "metric" => {}
                    _ if alarm.metric == Metric::Status => {
                        traces.sets.push(KeyPath::of("alarms.status").key(key));
                    }
                    _ => {}
                }
            }
            traces.within(item)
        } else if marks.contains(&alarm.metric) {
            self.of_mark(alarm, property)
        } else {
            self.of_light(alarm, property)
        };
        traces.within.extend(asked.within);
        traces.locked = asked.locked;
        traces
    }

    /// The alarm on what a machine declares.
    fn of_mark(&self, alarm: &Alarm, property: &[&str]) -> Traces {
        let keys: &[&str] = match alarm.metric {
            Metric::OverdueSeconds => &["expect_every", "schedules"],
            Metric::OldestRunningSeconds => &["max_duration"],
            _ => &["incomplete"],
        };
        let own = self.own_section("watch.machines", &alarm.machine);
        let sections = own.into_iter().chain([KeyPath::of("watch.defaults")]);
        let declared = sections.flat_map(|section| keys.iter().map(move |key| section.key(key)));
        let mut traces = Traces::default();
        match alarm_key(property) {
            Some("name") => traces = traces.sets("alarms.prefix"),
            Some(key) if key.starts_with("actions.") => {
                traces.sets.extend(shared_actions(key, property));
            }
            Some("threshold") if alarm.metric == Metric::OldestRunningSeconds => {
                traces.sets.extend(declared.clone());
            }
            _ => {}
        }
        traces.within.extend(declared);
        traces
    }

    /// The status alarm that every machine has.
    fn of_light(&self, alarm: &Alarm, property: &[&str]) -> Traces {
        let express = alarm.metric != Metric::Status;
        let mut traces = Traces::default();
        let for_one = KeyPath::of("alarms.machines").key(alarm.machine.as_str());
        match alarm_key(property) {
            Some("name") => traces = traces.sets("alarms.prefix"),
            Some("description") => traces.would = Some(for_one),
            Some("metric") if express => traces = traces.sets("alarms.express"),
            Some("metric") => {}
            Some(key) if key.starts_with("actions.") => {
                traces.sets.extend(shared_actions(key, property));
            }
            Some(_) if express => traces.would = Some(for_one),
            Some(key) => traces = traces.sets(KeyPath::of("alarms.status").key(key)),
            None => {}
        }
        traces
    }

    /// What the id alone says; none for one that Guardian does not make.
    pub(super) fn of_fixed(&self, id: &str, property: &[&str]) -> Option<Traces> {
        let traces = Traces::default();
        let number = |rest: &str| rest.parse::<usize>().ok().filter(|n| *n > 0).map(|n| n - 1);
        Some(match id {
            "Function" => function(property),
            "FunctionVersion" => traces.within("function.publish").within("function"),
            "FunctionLogGroup" => match property {
                ["RetentionInDays", ..] => traces.sets("function.log_retention_days"),
                ["LogGroupName", ..] => traces.sets("function.name").sets("project"),
                _ => traces,
            }
            .within("function"),
            "FunctionRole" => match property {
                ["PermissionsBoundary", ..] => traces.sets("permissions_boundary"),
                _ => traces,
            },
            "FunctionInvokeConfig" | "FailureQueue" | "FailureQueuePolicy" => traces,
            "Schedule" | "SchedulePermission" => match property {
                ["ScheduleExpression", ..] => traces.sets("schedule"),
                _ => traces,
            }
            .within("schedule"),
            "HintQueue" => match property {
                ["VisibilityTimeout", ..] => traces.sets("function.timeout"),
                _ => traces,
            }
            .within("events"),
            "HintRule" => match property {
                ["EventPattern", ..] => traces.within("machines"),
                _ => traces,
            }
            .within("events"),
            "HintFailureQueue" | "HintQueuePolicy" | "HintFailureQueuePolicy" | "HintMapping" => {
                traces.within("events")
            }
            "Topic" | "TopicPolicy" => match property {
                ["TopicName" | "DisplayName", ..] => traces.sets("project"),
                ["KmsMasterKeyId", ..] => traces.sets("notifications.key"),
                _ => traces,
            }
            .within("notifications.create")
            .within("notifications"),
            "Fleet" => self.of_fleet(property),
            "Mutes" => traces.within("mute"),
            "Dashboard" => match property {
                ["DashboardName", ..] => traces.sets("dashboard.name"),
                _ => traces,
            }
            .within("dashboard"),
            _ if id.ends_with("Guard") => self.of_guard(id, property),
            _ => {
                if let Some(rest) = id.strip_prefix("Mute") {
                    let (window, _) = rest.split_once("Rule")?;
                    return Some(mute(number(window)?, property));
                }
                if id.strip_prefix("Fleet").and_then(number).is_some() {
                    return Some(self.of_fleet(property));
                }
                if id.strip_prefix("Machines").and_then(number).is_some() {
                    return Some(traces.within("machines.managed").within("machines"));
                }
                let page = id.strip_prefix("Dashboards").or_else(|| id.strip_prefix("Dashboard"));
                number(page?)?;
                return self.of_fixed("Dashboard", property);
            }
        })
    }

    fn of_guard(&self, id: &str, property: &[&str]) -> Traces {
        let traces = Traces::default();
        let traces = match (alarm_key(property), property) {
            (Some("name"), _) => traces.sets("project"),
            (Some(key), _) if key.starts_with("actions.") => {
                let mut sets = indexed(&KeyPath::of("guard").keys(key), property);
                sets.extend(shared_actions(key, property));
                Traces { sets, ..traces }
            }
            (Some("period" | "evaluation_periods"), _) if id == "HeartbeatGuard" => {
                traces.sets("schedule")
            }
            _ => traces,
        };
        traces.within("guard.enabled").within("guard")
    }

    fn of_fleet(&self, property: &[&str]) -> Traces {
        let traces = Traces::default();
        let traces = match alarm_key(property) {
            Some("name") => traces.sets("project"),
            Some(key) if key.starts_with("actions.") => {
                let sets = indexed(&KeyPath::of("fleet").keys(key), property);
                Traces { sets, ..traces }
            }
            _ if property.first() == Some(&"AlarmRule") => traces.within("machines"),
            _ => traces,
        };
        traces.within("fleet.enabled").within("fleet")
    }
}

/// The key of an alarm's item that gives a property.
fn alarm_key(property: &[&str]) -> Option<&'static str> {
    Some(match *property.first()? {
        "AlarmName" => "name",
        "AlarmDescription" => "description",
        "ComparisonOperator" => "comparison",
        "EvaluationPeriods" => "evaluation_periods",
        "DatapointsToAlarm" => "datapoints_to_alarm",
        "Threshold" => "threshold",
        "TreatMissingData" => "missing",
        "Period" => "period",
        "Statistic" => "statistic",
        "Metrics" => match property.last() {
            Some(&"Period") => "period",
            Some(&"Stat") => "statistic",
            _ => "metric",
        },
        "MetricName" | "Namespace" => "metric",
        "AlarmActions" => "actions.alarm",
        "OKActions" => "actions.ok",
        "InsufficientDataActions" => "actions.insufficient_data",
        _ => return None,
    })
}

/// The item of a list that the first of these names counts, and the list.
fn items(list: &KeyPath, rest: &[&str]) -> Vec<KeyPath> {
    let index = rest.first().and_then(|index| index.parse().ok());
    index.map(|index| list.item(index)).into_iter().chain([list.clone()]).collect()
}

/// As [`items`], of what stands behind the name of a property.
fn indexed(list: &KeyPath, property: &[&str]) -> Vec<KeyPath> {
    items(list, property.get(1..).unwrap_or_default())
}

/// What all alarms do, or else whom all notifications go to.
fn shared_actions(key: &str, property: &[&str]) -> Vec<KeyPath> {
    let mut paths = indexed(&KeyPath::of("alarms").keys(key), property);
    paths.extend(["notifications.topic", "notifications.create"].map(KeyPath::of));
    paths
}

fn function(property: &[&str]) -> Traces {
    let traces = Traces::default();
    match property {
        ["FunctionName" | "Description", ..] => traces.sets("function.name").sets("project"),
        ["MemorySize", ..] => traces.sets("function.memory"),
        ["Timeout", ..] => traces.sets("function.timeout"),
        ["Architectures", ..] => traces.sets("function.architecture"),
        ["Environment", "Variables", name, ..] => match *name {
            env::SEMANTICS => traces.sets("semantics"),
            env::ABORTED => traces.sets("aborted"),
            env::LIST_BURST => traces.sets("function.list_burst"),
            env::LIST_REFILL => traces.sets("function.list_refill"),
            env::REDACT_CAUSE => traces.sets("notifications.redact_cause"),
            env::TOPIC_ARN => traces.sets("notifications.topic").sets("notifications.create"),
            env::DEPLOYMENT => traces.sets("project"),
            env::EVENT_BUS => traces.sets("notifications.event_bus"),
            env::WATCH => traces.sets("watch"),
            env::EXCLUDE => traces.sets("machines.exclude"),
            env::HINT_QUEUE_URL => traces.sets("events"),
            env::INCLUDE | env::GUARDED => traces.within("machines"),
            _ => traces,
        },
        _ => traces,
    }
    .within("function")
}

fn mute(window: usize, property: &[&str]) -> Traces {
    let item = KeyPath::of("mute").item(window);
    let key = match property {
        ["Name" | "Description", ..] => Some("name"),
        ["Rule", "Schedule", "Expression", ..] => Some("schedule"),
        ["Rule", "Schedule", "Duration", ..] => Some("duration"),
        ["Rule", "Schedule", "Timezone", ..] => Some("timezone"),
        ["MuteTargets", ..] => Some("machines"),
        _ => None,
    };
    let traces = Traces::default();
    key.map(|key| item.key(key)).into_iter().fold(traces, Traces::sets).within(item)
}
