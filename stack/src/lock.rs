//! `guardian.lock`: what the patterns of the configuration found when somebody last looked, so that
//! templates can be made without network and the same again; and which nested stack each machine
//! is in. Nothing here looks for machines or touches a file.

mod started_by;

pub use started_by::{Rule, Schedule, started_by};

use crate::app::MachineType;
use crate::config;
use crate::problem::{Problem, Problems, Warning, Wrong};
use guardian_contract::{MachineKey, glob_matches};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Name of the file.
pub const FILE: &str = "guardian.lock";
/// Version of its form that this Guardian writes and reads.
pub const VERSION: u32 = 1;
const HEADER: &str = "\
# Written by guardian; commit it, do not edit it. It has the machines that the patterns of
# guardian.yaml found, and the nested stack of each machine where there is more than one stack.
";

/// Nested stack of each machine.
pub type Assignment = BTreeMap<MachineKey, String>;

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// What is known of each environment.
    #[serde(default)]
    pub environments: BTreeMap<String, Locked>,
}

/// What is known of one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// The region that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Globs and tags that were asked for, found or not: a pattern that is not here is one that
    /// nobody has looked for yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub patterns: BTreeSet<String>,
    /// Machines by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub machines: BTreeMap<String, LockedMachine>,
    /// What starts machines by the clock, by their name; none: nobody has looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedules: Option<BTreeMap<String, Vec<StartedBy>>>,
    /// Nested stack of each machine, where the stack is split.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stacks: Assignment,
}

/// A machine that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedMachine {
    /// STANDARD or EXPRESS.
    #[serde(rename = "type")]
    pub machine_type: MachineType,
    /// The first pattern of the configuration that it matches; see [`Pattern`]'s text.
    pub by: String,
}

/// A rule or a schedule that starts a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartedBy {
    /// `rule` or `schedule`, and its name.
    pub by: String,
    /// `cron(…)` or `rate(…)`.
    pub expression: String,
    /// IANA name of the zone that the expression is read in; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// How much later than its time a schedule may start the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
}

/// How the configuration asks for machines that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One machine by its name.
    Name(String),
    /// All whose name matches; `*` any text, `?` one character.
    Glob(String),
    /// All that have each of these tags; the value `*` is any value.
    Tags(BTreeMap<String, String>),
}

impl Pattern {
    /// Whether it asks for this machine.
    pub fn matches(&self, machine: &Discovered) -> bool {
        match self {
            Self::Name(name) => *name == machine.name,
            Self::Glob(glob) => glob_matches(glob, &machine.name),
            Self::Tags(wanted) => wanted.iter().all(|(key, value)| {
                machine.tags.get(key).is_some_and(|has| value == "*" || value == has)
            }),
        }
    }

    /// Whether what it stands for can only be known by looking.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Name(_))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Glob(text) => f.write_str(text),
            Self::Tags(wanted) => {
                let tags: Vec<String> = wanted.iter().map(|(k, v)| format!("{k}={v}")).collect();
                write!(f, "tag {}", tags.join(", "))
            }
        }
    }
}

/// What the configuration of an environment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The environment.
    pub env: String,
    /// Its region, if the configuration names one.
    pub region: Option<String>,
    /// Watched machines, in the order of the file.
    pub patterns: Vec<Pattern>,
    /// Globs of names to leave out.
    pub exclude: Vec<String>,
    /// Machines that the stack creates: patterns do not mean them.
    pub managed: Vec<MachineKey>,
    /// Whether it is asked what starts them by the clock; see [`started_by`].
    pub schedules: bool,
}

impl Wanted {
    /// Whether templates need a look at the account first.
    pub fn has_open_patterns(&self) -> bool {
        self.patterns.iter().any(Pattern::is_open)
    }

    /// Whether tags are asked for, so that each machine's tags have to be read.
    pub fn has_tags(&self) -> bool {
        self.patterns.iter().any(|pattern| matches!(pattern, Pattern::Tags(_)))
    }
}

/// A machine of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Its name.
    pub name: String,
    /// STANDARD or EXPRESS.
    pub machine_type: MachineType,
    /// Its tags; need not be filled where [`Wanted::has_tags`] is false.
    pub tags: BTreeMap<String, String>,
}

/// What a look at the account says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// What the lock should have for the environment.
    pub locked: Locked,
    /// Names that the old lock had not.
    pub added: Vec<String>,
    /// Names that only the old lock had.
    pub removed: Vec<String>,
    /// Names whose type is another one now.
    pub retyped: Vec<String>,
    /// Names that the old lock had, too, and that something else starts by the clock now.
    pub rescheduled: Vec<String>,
    /// Patterns that found nothing, and machines that cannot have a light.
    pub warnings: Vec<Warning>,
}

/// Compares what is wanted with what is there, and with the old lock.
///
/// Errors: two machines that would have one key (`x` and `x-step-function`), since their metrics
/// could not be told apart.
pub fn discover(
    wanted: &Wanted,
    region: Option<&str>,
    found: &[Discovered],
    old: Option<&Locked>,
) -> Result<Discovery, Problems> {
    let mut warnings = Vec::new();
    let mut problems = Vec::new();
    let mut machines = BTreeMap::new();
    let mut matched = vec![false; wanted.patterns.len()];
    let own: BTreeSet<String> = wanted.managed.iter().map(MachineKey::managed_name).collect();
    let mut keys: BTreeMap<MachineKey, String> =
        wanted.managed.iter().map(|key| (key.clone(), key.managed_name())).collect();
    let mut found: Vec<&Discovered> = found.iter().collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    for machine in found {
        if wanted.exclude.iter().any(|glob| glob_matches(glob, &machine.name)) {
            continue;
        }
        let mut first = None;
        for (index, pattern) in wanted.patterns.iter().enumerate() {
            if pattern.matches(machine) {
                matched[index] = true;
                first = first.or(Some(pattern));
            }
        }
        let Some(pattern) = first.filter(|_| !own.contains(&machine.name)) else { continue };
        let key = match MachineKey::of_machine(&machine.name) {
            Ok(key) => key,
            Err(error) => {
                let wrong = Wrong::new(format!("it gets no light: {error}"))
                    .help("add it to `machines.exclude`, or recreate it under another name");
                warnings.push(Problem::without_place(&machine.name, wrong));
                continue;
            }
        };
        if let Some(other) = keys.insert(key.clone(), machine.name.clone()) {
            let message = format!(
                "the machines `{other}` and `{}` would both be `{key}`, with one metric",
                machine.name
            );
            let wrong = Wrong::new(message).help("add one of them to `machines.exclude`");
            problems.push(Problem::without_place(config::FILE, wrong));
            continue;
        }
        let locked = LockedMachine { machine_type: machine.machine_type, by: pattern.to_string() };
        machines.insert(machine.name.clone(), locked);
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    for (pattern, _) in wanted.patterns.iter().zip(&matched).filter(|(_, matched)| !**matched) {
        let place = region.map_or(String::new(), |region| format!(" in {region}"));
        let message = match pattern {
            Pattern::Name(name) => format!("there is no machine `{name}`{place}"),
            other => format!("`{other}` matches no machine{place}"),
        };
        let help = "check the spelling, the region and `machines.exclude`";
        warnings.push(Problem::without_place("machines.watched", Wrong::new(message).help(help)));
    }
    let patterns = wanted.patterns.iter().filter(|p| p.is_open()).map(Pattern::to_string);
    let locked = Locked {
        region: region.map(str::to_owned),
        patterns: patterns.collect(),
        machines,
        schedules: old.and_then(|old| old.schedules.clone()).filter(|_| wanted.schedules),
        stacks: old.map(|old| old.stacks.clone()).unwrap_or_default(),
    };
    let none = Locked::default();
    let before = &old.unwrap_or(&none).machines;
    let now = &locked.machines;
    let only = |these: &BTreeMap<String, LockedMachine>, those: &BTreeMap<String, _>| {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect()
    };
    let retyped = now.iter().filter(|(name, machine)| {
        before.get(*name).is_some_and(|old| old.machine_type != machine.machine_type)
    });
    Ok(Discovery {
        added: only(now, before),
        removed: only(before, now),
        retyped: retyped.map(|(name, _)| name.clone()).collect(),
        rescheduled: Vec::new(),
        warnings,
        locked,
    })
}

impl Discovery {
    /// The same with what starts the machines by the clock now.
    pub fn with_schedules(
        mut self,
        schedules: BTreeMap<String, Vec<StartedBy>>,
        old: Option<&Locked>,
    ) -> Self {
        let nothing = BTreeMap::new();
        let before = old.and_then(|old| old.schedules.as_ref()).unwrap_or(&nothing);
        let names: BTreeSet<&String> = before.keys().chain(schedules.keys()).collect();
        let told = |name: &String| self.added.contains(name) || self.removed.contains(name);
        let changed = names.into_iter().filter(|name| before.get(*name) != schedules.get(*name));
        self.rescheduled = changed.filter(|name| !told(name)).cloned().collect();
        self.locked.schedules = Some(schedules);
        self
    }
}

impl Default for Lock {
    fn default() -> Self {
        Self { version: VERSION, environments: BTreeMap::new() }
    }
}

impl Lock {
    /// Reads the file's text.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let refuse = |problem| Err(Problems(vec![problem]));
        let help = "restore it from version control, or delete it and run `guardian synth` with \
                    network";
        let lock: Self = match serde_yaml::from_str(text) {
            Ok(lock) => lock,
            Err(error) => {
                let span = error.location().map_or(0..0, |at| at.index()..at.index() + 1);
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or(&said);
                let wrong = Wrong::new(format!("this lock cannot be read: {said}")).help(help);
                return refuse(Problem::at(file, text, &span, wrong));
            }
        };
        if lock.version != VERSION {
            let at = text.find("version").unwrap_or(0);
            let message = format!("this lock is of version {}, not {VERSION}", lock.version);
            let wrong = Wrong::new(message).help("update guardian, or delete the file");
            return refuse(Problem::at(file, text, &(at..at + 7), wrong));
        }
        Ok(lock)
    }

    /// The file's text: the same lock, the same bytes.
    ///
    /// Errors: none that the types allow; a serializer may fail all the same.
    pub fn to_text(&self) -> Result<String, serde_yaml::Error> {
        Ok(format!("{HEADER}{}", serde_yaml::to_string(self)?))
    }
}

#[cfg(test)]
mod tests;
