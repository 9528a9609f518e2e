//! The roster: the machines of the account and region, by key.

use crate::fleet::{Fleet, Machine, is_map_run};
use crate::retry::{CallError, Failure, Kind, until};
use crate::{Calls, Settings};
use guardian_contract::MachineKey;
use std::collections::{BTreeMap, HashSet};
use tokio::time::Instant;

/// The machines of the account and region, by what is done with them.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// Those that are watched, each under its key.
    pub watched: BTreeMap<MachineKey, Machine>,
    /// Those that cannot be watched: name, code, reason.
    pub refused: Vec<(String, &'static str, String)>,
    /// Machines that the scope leaves out, and Map Run children.
    pub out_of_scope: usize,
    /// Machines that are to have an alarm and have none, if it is known which have one.
    pub unguarded: Option<usize>,
}

/// Lists every machine; with an error, those before it.
pub(crate) async fn list<F: Fleet>(
    fleet: &F,
    deadline: Instant,
    calls: &Calls,
) -> (Vec<Machine>, Option<CallError>) {
    let mut machines = Vec::new();
    let mut arns = HashSet::new();
    let mut tokens = HashSet::new();
    let mut token: Option<String> = None;
    loop {
        let page =
            until(deadline, &calls.list_machines, None, || fleet.list_machines(token.as_deref()));
        let page = match page.await {
            Ok(page) => page,
            Err(failure) => return (machines, Some(Failure::into_error(failure))),
        };
        machines.extend(page.items.into_iter().filter(|m| arns.insert(m.arn.clone())));
        token = match page.next {
            None => return (machines, None),
            Some(next) if tokens.insert(next.clone()) => Some(next),
            Some(_) => {
                let error = CallError {
                    kind: Kind::Permanent,
                    code: "RepeatedToken".to_owned(),
                    message: "ListStateMachines gave the same page token twice; what comes after \
                              it cannot be seen"
                        .to_owned(),
                };
                return (machines, Some(error));
            }
        };
    }
}

impl Roster {
    /// Decides which of the listed machines are watched.
    pub fn of(listed: Vec<Machine>, settings: &Settings) -> Self {
        let mut roster =
            Self { unguarded: settings.guarded.is_some().then_some(0), ..Self::default() };
        for machine in listed {
            if is_map_run(&machine.arn) || !settings.scope.covers(&machine.name) {
                roster.out_of_scope += 1;
                continue;
            }
            let key = MachineKey::of_machine(&machine.name);
            if let Some(guarded) = &settings.guarded {
                // A machine whose name no metric can carry has no alarm either.
                let alone = !key.as_ref().is_ok_and(|key| guarded.contains(key.as_str()));
                let wanted = settings.each.as_ref().is_none_or(|each| each.matches(&machine.name));
                *roster.unguarded.get_or_insert(0) += usize::from(alone && wanted);
            }
            let key = match key {
                Ok(key) => key,
                // Its executions cannot be listed anyway.
                Err(_) if machine.express => continue,
                Err(invalid) => {
                    roster.refused.push((machine.name, "InvalidName", invalid.to_string()));
                    continue;
                }
            };
            // `x` and `x-step-function` have one metric: two machines would share a light.
            let Some(other) = roster.watched.get(&key) else {
                roster.watched.insert(key, machine);
                continue;
            };
            let (kept, left) = if owns(settings, &key, &machine, other) {
                (machine, other.clone())
            } else {
                (other.clone(), machine)
            };
            let reason = format!("its metric is that of `{}`; rename or exclude one", kept.name);
            // The alarm of their key is on the other.
            let guarded = settings.guarded.as_ref();
            let covered = guarded.is_some_and(|all| all.contains(key.as_str()));
            if let Some(unguarded) = roster.unguarded.as_mut().filter(|_| covered) {
                *unguarded += 1;
            }
            roster.refused.push((left.name, "SameKey", reason));
            roster.watched.insert(key, kept);
        }
        for (machine, code, reason) in &roster.refused {
            tracing::warn!(machine, code, error = reason, "machine not watched");
        }
        roster
    }
}

/// Whether of two machines with one key the first has its metric: the one that the stack was made
/// for, which the scope names; else the older one, since a machine that comes later does not take
/// over a light; else the one that is named as Guardian names its own.
fn owns(settings: &Settings, key: &MachineKey, one: &Machine, other: &Machine) -> bool {
    let include = &settings.scope.include;
    match (include.names(&one.name), include.names(&other.name)) {
        (true, false) => true,
        (false, true) => false,
        _ => match (one.created_ms, other.created_ms) {
            (Some(one), Some(other)) if one != other => one < other,
            _ => one.name == key.managed_name(),
        },
    }
}
