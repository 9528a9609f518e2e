//! Which machines have alarms of their own, and the names by which the function knows those of
//! routes: here a machine may be called by its key, there only by its name.

use super::resolve::Resolver;
use super::settings::Settings;
use crate::app::{MachineType, Watched};
use crate::lock::{Discovered, Locked, Pattern};
use crate::problem::{Problem, Reason, nearest};
use guardian_contract::{MachineKey, Routes, count, glob_matches};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The most machines that a warning names; the rest are counted.
const NAMED: usize = 10;

/// The machines that have alarms of their own.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub keys: BTreeSet<MachineKey>,
    /// The names and globs by which the function knows them.
    pub patterns: Vec<String>,
}

/// A machine of the configuration.
struct Known<'a> {
    key: &'a MachineKey,
    machine: Discovered,
    managed: bool,
    /// Whether alarms are declared for it.
    declares: bool,
}

impl Known<'_> {
    fn is_called(&self, pattern: &str) -> bool {
        glob_matches(pattern, &self.machine.name) || glob_matches(pattern, self.key.as_str())
    }
}

impl Resolver<'_> {
    /// The machines that have alarms of their own; none: all.
    pub(super) fn chosen(
        &mut self,
        settings: &Settings,
        watched: &[Watched],
        locked: Option<&Locked>,
    ) -> Option<Chosen> {
        let each = settings.each.as_ref()?;
        let machines = known(settings, watched);
        let mut chosen = Chosen::default();
        for (pattern, span) in each {
            let text = pattern.to_string();
            let selects = |one: &&Known<'_>| match pattern {
                Pattern::Tags(_) if one.managed => pattern.matches(&one.machine),
                Pattern::Tags(_) => {
                    locked.is_some_and(|locked| locked.selected_by(&one.machine.name, &text))
                }
                Pattern::Name(_) | Pattern::Glob(_) => one.is_called(&text),
            };
            let found: Vec<&Known<'_>> = machines.iter().filter(selects).collect();
            match pattern {
                Pattern::Name(_) if found.is_empty() => {
                    let help = "`alarms.each` names managed and watched machines";
                    self.problem(span, no_machine(&text, &machines, help));
                }
                // A tag is looked up only if machines are watched by it.
                Pattern::Tags(_)
                    if found.is_empty()
                        && !settings.watched.iter().any(|spec| spec.pattern == *pattern) =>
                {
                    let reason = Reason::new(format!("no machines are watched by {text}"));
                    self.problem(span, reason.help("list the same tag under `machines.watched`"));
                }
                _ => {}
            }
            if let Pattern::Glob(glob) = pattern {
                chosen.patterns.push(glob.clone());
            }
            chosen.extend(&found);
        }
        // A machine with a declared alarm also has a status alarm, which is its first one.
        let declaring: Vec<&Known<'_>> = machines.iter().filter(|one| one.declares).collect();
        chosen.extend(&declaring);
        self.warn_of_express(&machines, &chosen);
        Some(chosen)
    }

    /// Warns of machines that nothing covers: an EXPRESS machine has neither events nor a list of
    /// executions, so it is in no metric over all machines.
    fn warn_of_express(&mut self, machines: &[Known<'_>], chosen: &Chosen) {
        let alone = |one: &&Known<'_>| {
            one.machine.machine_type == MachineType::Express && !chosen.keys.contains(one.key)
        };
        let alone: Vec<&str> =
            machines.iter().filter(alone).map(|one| one.machine.name.as_str()).collect();
        if alone.is_empty() {
            return;
        }
        let mut named =
            alone.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if alone.len() > NAMED {
            named.push_str(&format!(" and {} more", alone.len() - NAMED));
        }
        let message = format!("nothing covers {}: {named}", count(alone.len(), "EXPRESS machine"));
        let help = "its light comes from its own alarm; add it to `alarms.each`, or exclude it";
        let reason = Reason::new(message).help(help);
        self.warnings.push(Problem::without_location(self.file, reason));
    }

    /// The routes with the names by which the function knows their machines.
    pub(super) fn routes(&mut self, settings: &Settings, watched: &[Watched]) -> Routes {
        let machines = known(settings, watched);
        let routes = settings.routes.iter().map(|(route, span)| {
            let mut route = route.clone();
            route.machines = self.named(&route.machines, span, &machines);
            route
        });
        Routes(routes.collect())
    }

    /// Patterns of names for patterns of keys or names. A glob is also for machines that come later.
    fn named(
        &mut self,
        patterns: &[String],
        span: &Range<usize>,
        machines: &[Known<'_>],
    ) -> Vec<String> {
        let mut named = Vec::new();
        for pattern in patterns {
            let is_glob = pattern.contains(['*', '?']);
            if is_glob {
                named.push(pattern.clone());
            }
            let mut found = machines.iter().filter(|one| one.is_called(pattern)).peekable();
            if !is_glob && found.peek().is_none() {
                named.push(pattern.clone());
                let help = "it counts once a machine of this name is watched";
                self.warn(span, no_machine(pattern, machines, help));
            }
            let names = found.map(|one| &one.machine.name);
            named.extend(names.filter(|name| !is_glob || !glob_matches(pattern, name)).cloned());
        }
        named
    }
}

impl Chosen {
    fn extend(&mut self, found: &[&Known<'_>]) {
        for one in found {
            if self.keys.insert(one.key.clone())
                && !self.patterns.iter().any(|glob| glob_matches(glob, &one.machine.name))
            {
                self.patterns.push(one.machine.name.clone());
            }
        }
    }
}

fn no_machine(name: &str, machines: &[Known<'_>], help: &str) -> Reason {
    let reason = Reason::new(format!("there is no machine `{name}`"));
    match nearest(name, machines.iter().map(|one| one.key.as_str())) {
        Some(near) => reason.help(format!("did you mean `{near}`?")),
        None => reason.help(help),
    }
}

fn known<'a>(settings: &'a Settings, watched: &'a [Watched]) -> Vec<Known<'a>> {
    let declaring: BTreeSet<MachineKey> = settings
        .machine_alarms
        .iter()
        .filter(|(_, _, alarms)| !alarms.is_empty())
        .filter_map(|(written, ..)| MachineKey::of_machine(written).ok())
        .collect();
    let managed = settings.managed.iter().map(|spec| {
        let own = settings.tags.iter().chain(&spec.tags);
        Known {
            key: &spec.key,
            machine: Discovered {
                name: spec.key.managed_name(),
                machine_type: spec.machine_type,
                tags: own.map(|(key, value)| (key.clone(), value.clone())).collect(),
            },
            managed: true,
            declares: !spec.alarms.is_empty() || declaring.contains(&spec.key),
        }
    });
    let watched = watched.iter().map(|one| Known {
        key: &one.key,
        machine: Discovered {
            name: one.name.clone(),
            machine_type: one.machine_type,
            tags: BTreeMap::new(),
        },
        managed: false,
        declares: declaring.contains(&one.key),
    });
    managed.chain(watched).collect()
}
