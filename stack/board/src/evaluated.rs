//! Machines from rows of the state table, by the function's own evaluation; and the parts of it that a
//! reader of Step Functions shares. Pure.

use crate::machine::{Alarm, Machine, Why};
use crate::settings::Settings;
use crate::target::Target;
use crate::text::duration;
use guardian_contract::{
    Aborted, Attempt, Doubt, Evaluation, Held, KEPT_RUNNING, Light, Row, Run, Semantics, Status,
    Verdict, deciding_runs, evaluate, is_stale, light_since,
};
use std::sync::Arc;

/// Days for which Step Functions keeps a finished execution.
const KEPT_DAYS: u16 = 90;
/// How long an alarm may take to follow its light: a confirmation, and CloudWatch's evaluation.
pub const FOLLOWS_MS: i64 = 120_000;
const DAY_MS: i64 = 86_400_000;

/// How many days back no run is known of a machine that has none; none if it is younger, so that it has
/// never run. `created_ms` is when it was created, if that is known.
pub fn none_in_days(created_ms: Option<i64>, now_ms: i64) -> Option<u16> {
    let kept_ms = i64::from(KEPT_DAYS) * DAY_MS;
    let young = created_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < kept_ms);
    (!young).then_some(KEPT_DAYS)
}

/// How a light is evaluated from runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meaning {
    /// The semantics.
    pub semantics: Semantics,
    /// What an aborted run means.
    pub aborted: Aborted,
    /// How long a first failure may be retried before it counts, in milliseconds.
    pub settle_ms: i64,
}

/// The status alarm of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusAlarm {
    /// Its state.
    pub state: Alarm,
    /// Since when it is in its state, in milliseconds since the epoch.
    pub since_ms: Option<i64>,
}

impl StatusAlarm {
    /// The light that it shows; none if there is no such alarm.
    pub fn light(self) -> Option<Light> {
        match self.state {
            Alarm::Alarm => Some(Light::Red),
            Alarm::Ok => Some(Light::Green),
            Alarm::NoData => Some(Light::Grey),
            Alarm::Missing | Alarm::Fleet | Alarm::Unknown => None,
        }
    }
}

/// Evaluates the rows of a table.
#[derive(Debug, Clone, Copy)]
pub struct Evaluator<'a> {
    /// Account and region of the table.
    pub target: &'a Arc<Target>,
    /// Declarations and mutes of the machines.
    pub settings: &'a Settings,
    /// How long a round of the reconciler takes, if that is known.
    pub round_ms: Option<i64>,
    /// The time.
    pub now_ms: i64,
}

impl Evaluator<'_> {
    /// The machine of a row. Its alarm is compared with its light, if it is known.
    pub fn machine(&self, row: &Row, alarm: Option<StatusAlarm>) -> Machine {
        let Self { target, settings, now_ms, .. } = *self;
        let declared = settings.watch.of(&row.key);
        let evaluation = evaluate(row, &declared, settings.aborted, now_ms);
        let (semantics, aborted) = (Semantics::LastFinished, settings.aborted);
        let meaning = Meaning { semantics, aborted, settle_ms: declared.settle_ms() };
        let runs = row.known();
        let mut machine = Machine::named(row.key.as_str(), row.machine_name(), Arc::clone(target));
        let decided_by = machine.decide(meaning, &evaluation.verdict, &runs, evaluation.light);
        machine.light = Some(evaluation.light);
        let shown = row.shown.as_ref().filter(|shown| shown.light == evaluation.light);
        let shown_ms = shown.map(|shown| shown.since_ms);
        // The light may be older than the oldest run that was kept.
        machine.light_since_ms = machine.light_since_ms.into_iter().chain(shown_ms).min();
        if decided_by.is_none() {
            // Its runs have aged out.
            machine.at_ms = machine.at_ms.or(shown_ms);
        }
        machine.compare(meaning, &evaluation.verdict, alarm, now_ms);
        machine.take_limits(&evaluation, now_ms);
        machine.tags.clone_from(&row.tags);
        machine.doubt = evaluation.doubt;
        machine.read_ms = row.listed_ms;
        machine.stale = self.round_ms.is_some_and(|round_ms| is_stale(row, round_ms, now_ms));
        machine.running = evaluation.running;
        machine.running_more = row.running.len() >= KEPT_RUNNING;
        machine.running_since_ms = row.under_way().map(Run::began_ms).min();
        let good = row.finished.iter().filter(|run| run.status == Status::Succeeded);
        machine.last_success_ms = good.map(Run::changed_ms).max();
        machine.incomplete = evaluation.incomplete.is_some_and(|items| items > 0);
        machine.muted = settings.mutes.iter().any(|mute| mute.holds(row.key.as_str(), now_ms));
        machine.history.clone_from(&row.history);
        if machine.light == Some(Light::Red) && !machine.redriving {
            let why = row.why.as_ref();
            let why = why.filter(|why| decided_by.is_some_and(|r| Attempt::of(r) == why.attempt));
            machine.why = why.map(|why| {
                let (state, error, cause) =
                    (why.state.clone(), why.error.clone(), why.cause.clone());
                Box::new(Why { state, error, cause, unread: None })
            });
        }
        machine.link_to(decided_by, &row.machine_arn);
        if let Some((code, since_ms)) = &row.unreadable {
            let long = duration(now_ms.saturating_sub(*since_ms));
            machine.unread = Some(format!("{code} for {long}"));
            machine.unread_since_ms = Some(*since_ms);
        }
        if row.gone_ms.is_some() {
            machine.light = None;
            machine.unread = Some("the machine does not exist (any more)".to_owned());
        }
        let nothing = runs.is_empty() && row.unknown.is_none() && row.history.is_empty();
        match machine.doubt {
            // Without an event either, nothing is known.
            Some(Doubt::Unread | Doubt::Unreadable) if machine.light == Some(Light::Grey) => {
                machine.light = None;
            }
            None if nothing && machine.light == Some(Light::Grey) => {
                machine.none_in_days = none_in_days(row.created_ms, now_ms);
                machine.never_run = machine.none_in_days.is_none();
            }
            _ => {}
        }
        machine
    }
}

impl Machine {
    /// Sets the light that was evaluated from these runs, and returns the run that decided it. `held`
    /// is the light while nothing is decided.
    pub fn decide<'a>(
        &mut self,
        meaning: Meaning,
        verdict: &Verdict,
        runs: &'a [Run],
        held: Light,
    ) -> Option<&'a Run> {
        let Meaning { semantics, aborted, .. } = meaning;
        self.light = Some(verdict.light(semantics).unwrap_or(held));
        let redriven =
            || runs.iter().filter(|run| run.redrive_count > 0).max_by_key(|run| run.order());
        let decided_by = match verdict {
            Verdict::Read(reading) => {
                reading.decided_by.as_ref().and_then(|by| runs.iter().find(|run| *run == by))
            }
            Verdict::Redriving | Verdict::Held(Held::Hidden(_)) => {
                self.redriving = true;
                redriven()
            }
            Verdict::Held(Held::Settling(_, Some(_))) => {
                deciding_runs(semantics, aborted, runs).iter().rev().nth(1).copied()
            }
            Verdict::Held(Held::Settling(_, None) | Held::Unknown) => None,
        };
        if let Verdict::Held(reason) = verdict {
            self.settles_at_ms = reason.until_ms();
            self.settling_since_ms =
                self.settles_at_ms.map(|until| until.saturating_sub(meaning.settle_ms));
        }
        self.at_ms = decided_by.map(Run::changed_ms);
        self.decided = decided_by.filter(|_| !self.redriving).map(|run| run.status);
        self.light_since_ms = match verdict {
            Verdict::Read(_) => light_since(semantics, aborted, runs),
            _ => self.at_ms,
        };
        decided_by
    }

    /// Sets its alarm, and marks one that has shown another light than the runs for too long.
    pub fn compare(
        &mut self,
        meaning: Meaning,
        verdict: &Verdict,
        alarm: Option<StatusAlarm>,
        now_ms: i64,
    ) {
        let Some(alarm) = alarm else { return };
        self.alarm = alarm.state;
        let light = verdict.light(meaning.semantics).filter(|light| *light != Light::Grey);
        let (Some(light), Some(shown)) = (light, alarm.light()) else { return };
        let Some(since_ms) = self.light_since_ms else { return };
        let settled_ms = if light == Light::Red { meaning.settle_ms } else { 0 };
        let both_ms = since_ms.saturating_add(settled_ms).max(alarm.since_ms.unwrap_or(i64::MIN));
        let disagree = light != shown && now_ms.saturating_sub(both_ms) > FOLLOWS_MS;
        self.disagrees_since_ms = disagree.then_some(both_ms);
    }

    /// Sets whether it is late or stuck, and since when.
    pub fn take_limits(&mut self, evaluation: &Evaluation, now_ms: i64) {
        // Years at most; the fraction does not matter.
        #[allow(clippy::cast_possible_truncation)]
        let ago = |seconds: f64| now_ms.saturating_sub((seconds.min(1e9) * 1_000.0) as i64);
        (self.late, self.stuck) = (evaluation.is_late(), evaluation.is_stuck());
        self.late_since_ms = evaluation.overdue_s.filter(|_| self.late).map(ago);
        self.stuck_since_ms = self.stuck.then(|| ago(evaluation.overrun_s));
    }
}
