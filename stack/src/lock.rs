//! `guardian.lock`: the machines that the patterns of the configuration found, so that templates are
//! reproducible and need no network, and the nested stack of each machine. Nothing here does I/O.

mod started_by;

pub use started_by::{Rule, Schedule, StartedBy, started_by};

use crate::app::MachineType;
use crate::config::keys;
use crate::problem::{Problem, Problems, Reason, Warning};
use guardian_contract::{MachineKey, glob_matches};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Name of the file.
pub const FILE: &str = "guardian.lock";
/// Version of the format that this Guardian reads and writes.
pub const VERSION: u32 = 1;
const HEADER: &str = "\
# Written by guardian; commit it, do not edit it. It has the machines that the patterns of
# guardian.yaml found, and the nested stack of each machine where there is more than one stack.
";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// By environment.
    #[serde(default)]
    pub environments: BTreeMap<String, Locked>,
}

/// The machines, schedules and nested stacks of one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// The region of the machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Globs and tags that were searched for, found or not.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub patterns: BTreeSet<String>,
    /// Machines by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub machines: BTreeMap<String, LockedMachine>,
    /// Machines by a tag pattern that selects them after another pattern did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tagged: BTreeMap<String, BTreeSet<String>>,
    /// Schedules of machines, by name; none: not searched for yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedules: Option<BTreeMap<String, Vec<StartedBy>>>,
    /// Nested stack of each machine, where the stack is split.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stacks: BTreeMap<MachineKey, String>,
}

impl Locked {
    /// Whether this tag pattern selects the machine, after another or not.
    pub fn selected_by(&self, machine: &str, pattern: &str) -> bool {
        self.machines.get(machine).is_some_and(|locked| locked.by == pattern)
            || self.tagged.get(pattern).is_some_and(|names| names.contains(machine))
    }
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

/// How the configuration selects existing machines.
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
    /// Whether it selects this machine.
    pub fn matches(&self, machine: &Discovered) -> bool {
        match self {
            Self::Name(name) => *name == machine.name,
            Self::Glob(glob) => glob_matches(glob, &machine.name),
            Self::Tags(wanted) => wanted.iter().all(|(key, value)| {
                machine.tags.get(key).is_some_and(|has| value == "*" || value == has)
            }),
        }
    }

    /// Whether the account has to be searched for its machines.
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

/// The machines that an environment selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The environment.
    pub env: String,
    /// Its region, if the configuration names one.
    pub region: Option<String>,
    /// Watched machines, in the order of the file.
    pub patterns: Vec<Pattern>,
    /// Globs of names to exclude.
    pub exclude: Vec<String>,
    /// Machines that the stack creates: patterns do not select them.
    pub managed: Vec<MachineKey>,
    /// Whether their schedules are needed; see [`started_by`].
    pub schedules: bool,
}

impl Wanted {
    /// Whether the machines' tags are needed.
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
    /// Its tags; may be empty if [`Wanted::has_tags`] is false.
    pub tags: BTreeMap<String, String>,
}

/// The result of a search of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The new lock of the environment.
    pub locked: Locked,
    /// Names that are new in the lock.
    pub added: Vec<String>,
    /// Names that are no longer in the lock.
    pub removed: Vec<String>,
    /// Names whose type has changed.
    pub retyped: Vec<String>,
    /// Names whose schedules have changed.
    pub rescheduled: Vec<String>,
    /// Patterns that found nothing, and machines that cannot have a light.
    pub warnings: Vec<Warning>,
}

/// Selects machines of the account, and compares them with the old lock.
///
/// Errors: two machines that would have one key (`x` and `x-step-function`), since their metrics
/// could not be distinguished.
pub fn discover(
    wanted: &Wanted,
    region: Option<&str>,
    found: &[Discovered],
    old: Option<&Locked>,
) -> Result<Discovery, Problems> {
    let mut warnings = Vec::new();
    let mut problems = Vec::new();
    let (mut machines, mut tagged) = (BTreeMap::new(), BTreeMap::new());
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
        let (mut first, mut further) = (None, Vec::new());
        for (index, pattern) in wanted.patterns.iter().enumerate() {
            if !pattern.matches(machine) {
                continue;
            }
            matched[index] = true;
            if first.is_none() {
                first = Some(pattern);
            } else if matches!(pattern, Pattern::Tags(_)) {
                further.push(pattern.to_string());
            }
        }
        let Some(pattern) = first.filter(|_| !own.contains(&machine.name)) else { continue };
        let key = match MachineKey::of_machine(&machine.name) {
            Ok(key) => key,
            Err(error) => {
                let reason = Reason::new(format!("it gets no light: {error}"))
                    .help("add it to `machines.exclude`, or recreate it under another name");
                warnings.push(Problem::without_location(&machine.name, reason));
                continue;
            }
        };
        if let Some(other) = keys.insert(key.clone(), machine.name.clone()) {
            let message = format!(
                "the machines `{other}` and `{}` would both be `{key}`, with one metric",
                machine.name
            );
            let reason = Reason::new(message).help("add one of them to `machines.exclude`");
            problems.push(Problem::without_location(keys::FILE, reason));
            continue;
        }
        let locked = LockedMachine { machine_type: machine.machine_type, by: pattern.to_string() };
        machines.insert(machine.name.clone(), locked);
        for pattern in further {
            tagged.entry(pattern).or_insert_with(BTreeSet::new).insert(machine.name.clone());
        }
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
        warnings
            .push(Problem::without_location("machines.watched", Reason::new(message).help(help)));
    }
    let patterns = wanted.patterns.iter().filter(|p| p.is_open()).map(Pattern::to_string);
    let locked = Locked {
        region: region.map(str::to_owned),
        patterns: patterns.collect(),
        machines,
        tagged,
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
    /// Adds the schedules of the machines.
    pub fn with_schedules(
        mut self,
        schedules: BTreeMap<String, Vec<StartedBy>>,
        old: Option<&Locked>,
    ) -> Self {
        let nothing = BTreeMap::new();
        let before = old.and_then(|old| old.schedules.as_ref()).unwrap_or(&nothing);
        let names: BTreeSet<&String> = before.keys().chain(schedules.keys()).collect();
        let listed = |name: &String| self.added.contains(name) || self.removed.contains(name);
        let changed = names.into_iter().filter(|name| before.get(*name) != schedules.get(*name));
        self.rescheduled = changed.filter(|name| !listed(name)).cloned().collect();
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
                let reason = Reason::new(format!("this lock cannot be read: {said}")).help(help);
                return refuse(Problem::at(file, text, &span, reason));
            }
        };
        if lock.version != VERSION {
            let at = text.find("version").unwrap_or(0);
            let message = format!("this lock is of version {}, not {VERSION}", lock.version);
            let reason = Reason::new(message).help("update guardian, or delete the file");
            return refuse(Problem::at(file, text, &(at..at + 7), reason));
        }
        Ok(lock)
    }

    /// The file's text: the same lock, the same bytes.
    ///
    /// Errors: those of the serializer, which these types do not cause.
    pub fn to_text(&self) -> Result<String, serde_yaml::Error> {
        Ok(format!("{HEADER}{}", serde_yaml::to_string(self)?))
    }
}

#[cfg(test)]
mod tests;
