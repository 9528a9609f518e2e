//! Turns the declarations of machines into the function's settings and the alarms. Schedules come
//! from the lock, time limits from the definitions.

use super::alarms::DEFAULT_PREFIX;
use super::resolve::Resolver;
use super::settings::Settings;
use super::times;
use super::watch::DeclaredSpec;
use crate::alarm_rules::Evaluation;
use crate::app::Watched;
use crate::app::{
    Actions, Alarm, Comparison, MachineType, Managed, Metric, MissingData, Statistic,
};
use crate::definition;
use crate::lock::{Locked, StartedBy};
use crate::problem::{Problem, Reason, nearest};
use guardian_contract::schedule;
use guardian_contract::{
    Declared, GRACE_S, MachineKey, Schedule, Watch, incomplete_alarm_name, overdue_alarm_name,
    stuck_alarm_name,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most machines that a warning names; the rest are counted.
const NAMED: usize = 10;

#[derive(Debug, Default)]
pub(super) struct ResolvedWatch {
    pub watch: Watch,
    /// The alarms, by machine.
    pub alarms: BTreeMap<MachineKey, Vec<Alarm>>,
}

struct MachineFacts<'a> {
    key: &'a MachineKey,
    name: String,
    express: bool,
    /// Its definition, which is known only for a managed machine.
    definition: Option<&'a str>,
}

impl Resolver<'_> {
    pub(super) fn watching(
        &mut self,
        settings: &Settings,
        managed: &[Managed],
        watched: &[Watched],
        locked: Option<&Locked>,
    ) -> ResolvedWatch {
        let spec = &settings.watch;
        let machines = known(managed, watched);
        let own = self.own(settings, &machines);
        let schedules = locked.and_then(|locked| locked.schedules.as_ref());
        if spec.asks_for_schedules() && schedules.is_none() {
            let message = format!(
                "the schedules that start the machines of environment `{}` are not known",
                settings.env
            );
            let help = "`schedules: auto` needs them: run `guardian synth` with network to write \
                        them to guardian.lock";
            self.problem_without_location(Reason::new(message).help(help));
            return ResolvedWatch::default();
        }
        let mut watching = ResolvedWatch::default();
        watching.watch.defaults = spec.defaults.declared.clone();
        let (mut unlimited, mut unknown) = (Vec::new(), Vec::new());
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
                self.check_found(&machine.name, found);
                declared.schedules = found
                    .iter()
                    .map(|entry| Schedule {
                        expression: entry.expression.clone(),
                        timezone: entry.timezone.clone(),
                    })
                    .collect();
                // A flexible time window delays the start.
                let window = found.iter().filter_map(|entry| entry.window_minutes).max();
                declared.window_s = window.map(|minutes| minutes.saturating_mul(60));
                if found.is_empty()
                    && declared.expect_every_s.is_none()
                    && let Some(span) = span.filter(|_| own.auto)
                {
                    let message = format!("no schedule starts `{}`", machine.name);
                    let help = "it will never be late; write `expect_every` beside it";
                    self.warn(span, Reason::new(message).help(help));
                }
            }
            let asks = !own.declared.limits() && spec.defaults.from_definition;
            if own.from_definition || asks {
                let timeout_s = machine.definition.and_then(definition::timeout_s);
                declared.max_duration_s = timeout_s;
                if timeout_s.is_none()
                    && let Some(span) = span.filter(|_| own.from_definition)
                {
                    let message = match machine.definition.is_some() {
                        true => {
                            format!("the definition of `{}` has no TimeoutSeconds", machine.key)
                        }
                        false => format!("the definition of `{}` is not known", machine.key),
                    };
                    let help = "write how long it may run, as in `max_duration: 2h`, or a multiple \
                                of its usual duration, as in `3 x p99`";
                    self.problem(span, Reason::new(message).help(help));
                } else if timeout_s.is_none() {
                    let of_these = match machine.definition {
                        Some(_) => &mut unlimited,
                        None => &mut unknown,
                    };
                    of_these.push(machine.key.as_str());
                }
            }
            if !declared.is_empty() {
                watching.watch.machines.insert(machine.key.clone(), declared);
            }
            let declared = watching.watch.of(machine.key);
            let incomplete = own.incomplete_alarm.or(spec.defaults.incomplete_alarm);
            let alarms =
                alarms(settings, machine.key, &declared, incomplete == Some(true), &own.path);
            self.sweeps_often_enough(settings, machine.key, &declared, span);
            if !alarms.is_empty() {
                watching.alarms.insert(machine.key.clone(), alarms);
            }
        }
        self.warn_without_limit(
            &unlimited,
            "no TimeoutSeconds in the definition",
            "add TimeoutSeconds to the definition, or write how long it may run under \
             `watch.machines`, as in `max_duration: 2h` or `3 x p99`",
        );
        // Only name, type and tags of a watched machine are read, not its definition.
        self.warn_without_limit(
            &unknown,
            "the definition of a watched machine is not known here",
            "write under `watch.machines` how long it may run, as in `max_duration: 2h`; or take \
             `3 x p99`, which needs no definition",
        );
        watching
    }

    /// Warns of a schedule that AWS accepts but the function cannot evaluate: the machine would never
    /// be late.
    fn check_found(&mut self, machine: &str, found: &[StartedBy]) {
        for StartedBy { by, expression, timezone, .. } in found {
            let why = match timezone.as_deref().map(times::timezone) {
                Some(Err(reason)) => reason.message,
                _ => match schedule::read(expression) {
                    Err(refused) => refused.message,
                    Ok(_) => continue,
                },
            };
            let message = format!("the function cannot evaluate the {by} of `{machine}`: {why}");
            let help = "write the machine's `schedules` or `expect_every` under `watch.machines`";
            let reason = Reason::new(message).help(help);
            self.warnings.push(Problem::without_location(self.file, reason));
        }
    }

    /// Warns of machines for which `max_duration: definition` finds no limit.
    fn warn_without_limit(&mut self, machines: &[&str], why: &str, help: &str) {
        if machines.is_empty() {
            return;
        }
        let named = machines.iter().take(NAMED).map(|name| format!("`{name}`"));
        let mut names = named.collect::<Vec<_>>().join(", ");
        if machines.len() > NAMED {
            names.push_str(&format!(" and {} more", machines.len() - NAMED));
        }
        let message = format!(
            "under `watch.defaults`, `max_duration: definition` sets no limit for {names}: {why}, so \
             never stuck"
        );
        self.warnings.push(Problem::without_location(self.file, Reason::new(message).help(help)));
    }

    /// The declarations of single machines, by key; unknown names are reported.
    fn own<'s>(
        &mut self,
        settings: &'s Settings,
        machines: &[MachineFacts<'_>],
    ) -> BTreeMap<MachineKey, (&'s Range<usize>, &'s DeclaredSpec)> {
        let mut own = BTreeMap::new();
        for (written, span, spec) in &settings.watch.machines {
            let key = MachineKey::of_machine(written).ok();
            let machine = key.and_then(|key| machines.iter().find(|m| *m.key == key));
            let reason = match machine {
                None => {
                    let reason = Reason::new(format!("there is no machine `{written}`"));
                    match nearest(written, machines.iter().map(|m| m.key.as_str())) {
                        Some(near) => reason.help(format!("did you mean `{near}`?")),
                        None => reason.help("this is for managed and watched machines"),
                    }
                }
                Some(machine) if machine.express => {
                    Reason::new(format!("`{written}` is EXPRESS, which has no such declarations"))
                        .help("its executions cannot be listed; remove it here")
                }
                Some(machine) => {
                    if own.insert(machine.key.clone(), (span, spec)).is_none() {
                        continue;
                    }
                    Reason::new(format!("`{}` is here twice", machine.key)).help("remove one")
                }
            };
            self.problem(span, reason);
        }
        own
    }

    /// Warns of sweeps too far apart to notice lateness in time.
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
        // With a state table, rows are evaluated once a minute.
        let often = settings.memory.is_some() || gap * 2 <= u64::from(shortest);
        if often || shortest < 60 || self.rare_sweeps {
            return;
        }
        // One warning: there is one schedule.
        self.rare_sweeps = true;
        let message = format!(
            "`{key}` is late or stuck after {shortest} s, and sweeps come up to {gap} s apart: it \
             is noticed as much later"
        );
        let reason = Reason::new(message).help("sweep at least twice as often: set `schedule`");
        match span {
            Some(span) => self.warn(span, reason),
            None => self.warnings.push(Problem::without_location(self.file, reason)),
        }
    }
}

fn known<'a>(managed: &'a [Managed], watched: &'a [Watched]) -> Vec<MachineFacts<'a>> {
    let managed = managed.iter().map(|machine| MachineFacts {
        key: &machine.key,
        name: machine.key.managed_name(),
        express: machine.machine_type == MachineType::Express,
        definition: Some(&machine.definition),
    });
    let watched = watched.iter().map(|machine| MachineFacts {
        key: &machine.key,
        name: machine.name.clone(),
        express: machine.machine_type == MachineType::Express,
        definition: None,
    });
    managed.chain(watched).collect()
}

/// The alarms on what a machine declares.
fn alarms(
    settings: &Settings,
    key: &MachineKey,
    declared: &Declared,
    incomplete: bool,
    path: &Option<String>,
) -> Vec<Alarm> {
    let actions: &Actions = &settings.alarm_only;
    // With a custom prefix a suffix distinguishes them.
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
            setting: path.clone(),
        })
    })
    .collect()
}

/// Like the status alarm: each point counts alone, and until the next one.
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
