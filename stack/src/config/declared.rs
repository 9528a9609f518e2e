//! From what machines declare to what the function is told and to the alarms on it: what the lock
//! knows of their schedules and what their definitions say of their time is filled in.

use super::alarms::DEFAULT_PREFIX;
use super::resolve::Making;
use super::settings::Settings;
use super::times;
use super::watch::DeclaredSpec;
use crate::alarm_rules::Evaluation;
use crate::app::Watched;
use crate::app::{
    Actions, Alarm, Comparison, MachineType, Managed, Metric, MissingData, Statistic,
};
use crate::lock::{Locked, StartedBy};
use crate::problem::{Problem, Wrong, nearest};
use crate::schedule;
use guardian_contract::{
    Declared, GRACE_S, MachineKey, Schedule, Watch, incomplete_alarm_name, overdue_alarm_name,
    stuck_alarm_name,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Machines that a warning names; of more it says how many.
const NAMED: usize = 10;

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Watching {
    pub watch: Watch,
    /// The alarms, by machine.
    pub alarms: BTreeMap<MachineKey, Vec<Alarm>>,
}

/// A machine, as far as it matters here.
struct Known<'a> {
    key: &'a MachineKey,
    name: String,
    express: bool,
    /// Seconds of its definition's TimeoutSeconds; a definition is only known of a managed one.
    timeout_s: Option<u32>,
    managed: bool,
}

impl Making<'_> {
    pub(super) fn watching(
        &mut self,
        settings: &Settings,
        managed: &[Managed],
        watched: &[Watched],
        locked: Option<&Locked>,
    ) -> Watching {
        let spec = &settings.watch;
        let machines = known(managed, watched);
        let own = self.own(settings, &machines);
        let schedules = locked.and_then(|locked| locked.schedules.as_ref());
        if spec.asks_for_schedules() && schedules.is_none() {
            let message = format!(
                "what starts the machines of environment `{}` by the clock is not known",
                settings.env
            );
            let help = "`schedules: auto` needs it: run `guardian synth` with network; it looks \
                        and writes what it found to guardian.lock";
            self.problem_without_place(Wrong::new(message).help(help));
            return Watching::default();
        }
        let mut watching = Watching::default();
        watching.watch.defaults = spec.defaults.declared.clone();
        let (mut endless, mut unknown) = (Vec::new(), Vec::new());
        let nothing = DeclaredSpec::default();
        for machine in machines.iter().filter(|machine| !machine.express) {
            let (span, own) = match own.get(machine.key) {
                Some((span, own)) => (Some(*span), *own),
                None => (None, &nothing),
            };
            let mut declared = own.declared.clone();
            let asks = !own.declared.expects() && spec.defaults.auto;
            if own.auto || asks {
                let found = schedules.and_then(|all| all.get(&machine.name));
                let found = found.map(Vec::as_slice).unwrap_or_default();
                self.unknown_zones(&machine.name, found);
                declared.schedules = found
                    .iter()
                    .map(|entry| Schedule {
                        expression: entry.expression.clone(),
                        timezone: entry.timezone.clone(),
                    })
                    .collect();
                // A schedule may start its machine so much later than it says.
                let window = found.iter().filter_map(|entry| entry.window_minutes).max();
                declared.window_s = window.map(|minutes| minutes.saturating_mul(60));
                if found.is_empty()
                    && declared.expect_every_s.is_none()
                    && let Some(span) = span.filter(|_| own.auto)
                {
                    let message = format!("nothing starts `{}` by the clock", machine.name);
                    let help = "it will never be late; write `expect_every` beside it";
                    self.doubt(span, Wrong::new(message).help(help));
                }
            }
            let asks = !own.declared.limits() && spec.defaults.from_definition;
            if own.from_definition || asks {
                declared.max_duration_s = machine.timeout_s;
                if machine.timeout_s.is_none()
                    && let Some(span) = span.filter(|_| own.from_definition)
                {
                    let message = match machine.managed {
                        true => {
                            format!("the definition of `{}` has no TimeoutSeconds", machine.key)
                        }
                        false => format!("the definition of `{}` is not known here", machine.key),
                    };
                    let help = "write how long it may run, as in `max_duration: 2h`, or a multiple \
                                of what its runs usually take, as in `3 x p99`";
                    self.problem(span, Wrong::new(message).help(help));
                } else if machine.timeout_s.is_none() {
                    let of_these = if machine.managed { &mut endless } else { &mut unknown };
                    of_these.push(machine.key.as_str());
                }
            }
            if !declared.is_empty() {
                watching.watch.machines.insert(machine.key.clone(), declared);
            }
            let declared = watching.watch.of(machine.key);
            let incomplete = own.incomplete_alarm.or(spec.defaults.incomplete_alarm);
            let alarms = alarms(settings, machine.key, &declared, incomplete == Some(true));
            self.sweeps_often_enough(settings, machine.key, &declared, span);
            if !alarms.is_empty() {
                watching.alarms.insert(machine.key.clone(), alarms);
            }
        }
        self.warn_of_endless(
            &endless,
            "no TimeoutSeconds in the definition",
            "add TimeoutSeconds to the definition, or write how long it may run under \
             `watch.machines`, as in `max_duration: 2h` or `3 x p99`",
        );
        // A watched machine's definition is its owner's; of the machine itself only name, type and
        // tags are looked up.
        self.warn_of_endless(
            &unknown,
            "the definition of a watched machine is not known here",
            "write under `watch.machines` how long it may run, as in `max_duration: 2h`; or take \
             `3 x p99`, which needs no definition",
        );
        watching
    }

    /// A zone that AWS knows and the function does not: the machine would never be late.
    fn unknown_zones(&mut self, machine: &str, found: &[StartedBy]) {
        let zones = found.iter().filter_map(|entry| Some((entry, entry.timezone.as_deref()?)));
        for (entry, zone) in zones.filter(|(_, zone)| times::timezone(zone).is_err()) {
            let message = format!(
                "the {} of `{machine}` is in the time zone `{zone}`, which the function does not know",
                entry.by
            );
            let help = "write the machine's `schedules` or `expect_every` under `watch.machines`";
            let wrong = Wrong::new(message).help(help);
            self.warnings.push(Problem::without_place(self.file, wrong));
        }
    }

    /// `max_duration: definition` for all of them says nothing of a machine whose definition sets
    /// no limit, or is not known.
    fn warn_of_endless(&mut self, machines: &[&str], why: &str, help: &str) {
        if machines.is_empty() {
            return;
        }
        let named = machines.iter().take(NAMED).map(|name| format!("`{name}`"));
        let mut names = named.collect::<Vec<_>>().join(", ");
        if machines.len() > NAMED {
            names.push_str(&format!(" and {} more", machines.len() - NAMED));
        }
        let message = format!(
            "under `watch.defaults`, `max_duration: definition` says nothing of {names}: {why}, so \
             never stuck"
        );
        self.warnings.push(Problem::without_place(self.file, Wrong::new(message).help(help)));
    }

    /// What single machines declare, by key; the names that are none are told.
    fn own<'s>(
        &mut self,
        settings: &'s Settings,
        machines: &[Known<'_>],
    ) -> BTreeMap<MachineKey, (&'s Range<usize>, &'s DeclaredSpec)> {
        let mut own = BTreeMap::new();
        for (written, span, spec) in &settings.watch.machines {
            let key = MachineKey::of_machine(written).ok();
            let machine = key.and_then(|key| machines.iter().find(|m| *m.key == key));
            let wrong = match machine {
                None => {
                    let wrong = Wrong::new(format!("there is no machine `{written}`"));
                    match nearest(written, machines.iter().map(|m| m.key.as_str())) {
                        Some(near) => wrong.help(format!("did you mean `{near}`?")),
                        None => wrong.help("this is for managed and watched machines"),
                    }
                }
                Some(machine) if machine.express => Wrong::new(format!(
                    "`{written}` is EXPRESS, and nothing of this is known of it"
                ))
                .help("its executions cannot be listed; remove it here"),
                Some(machine) => {
                    if own.insert(machine.key.clone(), (span, spec)).is_none() {
                        continue;
                    }
                    Wrong::new(format!("`{}` is here twice", machine.key)).help("remove one")
                }
            };
            self.problem(span, wrong);
        }
        own
    }

    /// A number that is published too rarely comes too late.
    fn sweeps_often_enough(
        &mut self,
        settings: &Settings,
        key: &MachineKey,
        declared: &Declared,
        span: Option<&Range<usize>>,
    ) {
        let grace = declared.grace_s.unwrap_or(0);
        let expected = if declared.schedules.is_empty() {
            declared.expect_every_s.map(|every| every.saturating_add(grace))
        } else {
            let grace = declared.grace_s.or(declared.max_duration_s).unwrap_or(GRACE_S);
            Some(grace.saturating_add(declared.window_s.unwrap_or(0)))
        };
        let shortest = expected.into_iter().chain(declared.max_duration_s).min();
        let gap = schedule::parse(&settings.schedule).ok().and_then(|s| s.longest_gap_s());
        let (Some(shortest), Some(gap)) = (shortest, gap) else { return };
        if gap * 2 <= u64::from(shortest) || shortest < 60 || self.rare_sweeps {
            return;
        }
        // Once is enough: the schedule is one.
        self.rare_sweeps = true;
        let message = format!(
            "`{key}` is late or stuck after {shortest} s, and sweeps come up to {gap} s apart: it \
             is noticed as much later"
        );
        let wrong = Wrong::new(message).help("sweep at least twice as often: set `schedule`");
        match span {
            Some(span) => self.doubt(span, wrong),
            None => self.warnings.push(Problem::without_place(self.file, wrong)),
        }
    }
}

fn known<'a>(managed: &'a [Managed], watched: &'a [Watched]) -> Vec<Known<'a>> {
    let managed = managed.iter().map(|machine| {
        let timeout = machine.definition.get("TimeoutSeconds");
        Known {
            key: &machine.key,
            name: machine.key.managed_name(),
            express: machine.machine_type == MachineType::Express,
            timeout_s: timeout.and_then(|t| t.as_u64()).and_then(|t| u32::try_from(t).ok()),
            managed: true,
        }
    });
    let watched = watched.iter().map(|machine| Known {
        key: &machine.key,
        name: machine.name.clone(),
        express: machine.machine_type == MachineType::Express,
        timeout_s: None,
        managed: false,
    });
    managed.chain(watched).collect()
}

/// The alarms on what a machine declares.
fn alarms(
    settings: &Settings,
    key: &MachineKey,
    declared: &Declared,
    incomplete: bool,
) -> Vec<Alarm> {
    let actions: &Actions = &settings.unseen;
    // Under a prefix of one's own they are told apart behind the key.
    let prefix = settings.alarms.prefix.as_str();
    let overdue = declared.expects().then_some(0.0);
    let stuck = match declared.limits_by_p99() {
        true => (Metric::OverrunSeconds, Some(0.0)),
        false => (Metric::OldestRunningSeconds, declared.max_duration_s.map(f64::from)),
    };
    [
        (overdue_alarm_name(key), "overdue", Metric::OverdueSeconds, overdue),
        (stuck_alarm_name(key), "stuck", stuck.0, stuck.1),
        (
            incomplete_alarm_name(key),
            "incomplete",
            Metric::IncompleteItems,
            incomplete.then_some(0.0),
        ),
    ]
    .into_iter()
    .filter_map(|(usual, word, metric, threshold)| {
        let evaluation = above(threshold?);
        Some(Alarm {
            name: if prefix == DEFAULT_PREFIX { usual } else { format!("{prefix}{key}-{word}") },
            machine: key.clone(),
            metric,
            statistic: evaluation.statistic,
            period_s: evaluation.period_s,
            evaluation_periods: evaluation.evaluation_periods,
            datapoints_to_alarm: evaluation.datapoints_to_alarm,
            threshold: evaluation.threshold,
            comparison: evaluation.comparison,
            missing: evaluation.missing,
            actions: actions.clone(),
            description: None,
        })
    })
    .collect()
}

/// As the status alarm: each point speaks for itself, and holds until the next.
fn above(threshold: f64) -> Evaluation {
    Evaluation {
        statistic: Statistic::Maximum,
        period_s: 60,
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        threshold,
        comparison: Comparison::GreaterThanThreshold,
        missing: MissingData::Ignore,
    }
}
