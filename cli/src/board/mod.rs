//! The data of the board: every light of a stack, worst first. `table` reads it from the state
//! table, `read` from Step Functions, `source` from every target; `records` has it as NDJSON, and `face`
//! gives it to `guardian_board`, which groups, searches and draws.

mod alarms;
mod evaluated;
mod express;
mod face;
mod incomplete;
mod metrics;
pub mod names;
mod pulse;
pub mod read;
pub mod records;
pub mod source;
pub mod table;
pub mod targets;
mod why;

use crate::alarm::{Alarm, State};
use crate::exit::Exit;
use guardian_contract::table::Fleet;
use guardian_contract::{
    Aborted, Declared, Doubt, Held, Light, MachineKey, Partition, Run, Semantics, Status, Verdict,
    deciding_runs, light_since, running_runs,
};
use names::{AlarmNames, Names};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
pub use why::Why;

/// A machine that is to be on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its key.
    pub key: MachineKey,
    /// Its name.
    pub name: String,
    /// Whether it is EXPRESS.
    pub express: bool,
    /// What is declared of it.
    pub declared: Declared,
}

impl Machine {
    /// How long a first failure of it may be retried before it counts, in milliseconds.
    fn settle_ms(&self) -> i64 {
        i64::from(self.declared.settle_s.unwrap_or(0)) * 1_000
    }
}

/// How a light is evaluated from runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The semantics.
    pub semantics: Semantics,
    /// What an aborted run means.
    pub aborted: Aborted,
}

/// The account and region of the machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
}

impl Account {
    /// ARN of a machine.
    pub fn arn(&self, machine: &str) -> String {
        let partition = Partition::of_region_or_aws(&self.region).name;
        format!("arn:{partition}:states:{}:{}:stateMachine:{machine}", self.region, self.account)
    }
}

/// Everything that is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Board {
    /// The machines, worst first.
    pub rows: Vec<Row>,
    /// The alarm over all machines, if there is one.
    pub fleet: Option<Alarm>,
    /// The alarms on Guardian itself that there are.
    pub guard: Vec<Alarm>,
    /// What could not be read besides the machines, and what else is wrong.
    pub notes: Vec<String>,
    /// What the last tick found; none without a table.
    pub tick: Option<Fleet>,
    /// When the stack was deployed last, where that is known.
    pub deployed_ms: Option<i64>,
    /// When it was read, in milliseconds since the epoch.
    pub as_of_ms: i64,
    /// What the state table shows of Guardian itself; none if the lights are from Step Functions.
    pub pulse: Option<Pulse>,
}

/// Whether the reconciler ticks, by the state table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Whether it does.
    pub heart: Heart,
    /// When its last tick ended, in milliseconds since the epoch; none if none is on record.
    pub tick_ms: Option<i64>,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Key of the machine.
    pub key: String,
    /// Name of the machine.
    pub machine: String,
    /// Its light; none if it could not be read.
    pub light: Option<Light>,
    /// Status of the run that decided it.
    pub status: Option<Status>,
    /// When that run ended (or began, if it goes on), in milliseconds since the epoch.
    pub at_ms: Option<i64>,
    /// Since when the light is what it is, as far back as its runs were read, in milliseconds since
    /// the epoch.
    pub since_ms: Option<i64>,
    /// Since when a red light is red, as far back as its runs were read, in milliseconds since the
    /// epoch.
    pub red_since_ms: Option<i64>,
    /// When a first failure that may still be retried will turn the light red, in milliseconds since
    /// the epoch; until then the light is as it was before.
    pub settles_at_ms: Option<i64>,
    /// Since when the light and its alarm disagree, in milliseconds since the epoch; none while they
    /// agree, or have disagreed for so short a time that the alarm may follow.
    pub disagrees_since_ms: Option<i64>,
    /// Whether a redrive hides how the run before it ended.
    pub redriving: bool,
    /// Whether it has never run, where that is known.
    pub never_run: bool,
    /// How many days back no run is known, where that is all that is known.
    pub none_in_days: Option<u16>,
    /// Why the light is not certain.
    pub doubt: Option<Doubt>,
    /// When ListExecutions last confirmed the machine's row of the state table, in milliseconds
    /// since the epoch; none if the light is not from a row, or it never has.
    pub confirmed_ms: Option<i64>,
    /// Whether that is longer ago than two rounds.
    pub stale: bool,
    /// Runs that are not over.
    pub running: usize,
    /// Whether there may be more of them: a row names ten at most.
    pub running_more: bool,
    /// When the oldest of these began, in milliseconds since the epoch.
    pub running_since_ms: Option<i64>,
    /// When a run last succeeded, in milliseconds since the epoch.
    pub last_success_ms: Option<i64>,
    /// Whether a run was due and none has finished.
    pub late: bool,
    /// When it was due, in milliseconds since the epoch, where that is known.
    pub late_since_ms: Option<i64>,
    /// Whether a run takes longer than it may.
    pub stuck: bool,
    /// Since when it does, in milliseconds since the epoch, where that is known.
    pub stuck_since_ms: Option<i64>,
    /// Whether the run that decided the light left items of a Map Run undone.
    pub incomplete: bool,
    /// Whether a mute window mutes its alarm now.
    pub muted: bool,
    /// State of its status alarm; none if there is no such alarm, or it was not read.
    pub alarm: Option<State>,
    /// Whether the alarms of machines were not read.
    pub alarm_unread: bool,
    /// Names of its further alarms that are in ALARM.
    pub others: Vec<String>,
    /// Why its light is red.
    pub why: Option<Why>,
    /// The last runs, oldest first, where they are asked for.
    pub history: Vec<Status>,
    /// Link to the run in the console.
    pub link: Option<String>,
    /// Whether the light comes from AWS/States metrics: an EXPRESS machine's runs cannot be listed.
    pub from_metrics: bool,
    /// Why the machine could not be read.
    pub error: Option<String>,
    /// Its tags, as far as they are known.
    #[serde(skip)]
    pub tags: BTreeMap<String, String>,
}

impl Row {
    /// A machine's row with nothing known of it.
    pub fn new(key: &str, machine: &str) -> Self {
        Self {
            key: key.to_owned(),
            machine: machine.to_owned(),
            light: None,
            status: None,
            at_ms: None,
            since_ms: None,
            red_since_ms: None,
            settles_at_ms: None,
            disagrees_since_ms: None,
            redriving: false,
            never_run: false,
            none_in_days: None,
            doubt: None,
            confirmed_ms: None,
            stale: false,
            running: 0,
            running_more: false,
            running_since_ms: None,
            last_success_ms: None,
            late: false,
            late_since_ms: None,
            stuck: false,
            stuck_since_ms: None,
            incomplete: false,
            muted: false,
            alarm: None,
            alarm_unread: false,
            others: Vec::new(),
            why: None,
            history: Vec::new(),
            link: None,
            from_metrics: false,
            error: None,
            tags: BTreeMap::new(),
        }
    }

    /// Sets what the machine's runs show besides its light, the last `past` of them one by one.
    pub fn take(&mut self, runs: &[Run], past: usize) {
        let running = running_runs(runs);
        self.running = running.len();
        self.running_since_ms = running.iter().map(|run| run.began_ms()).min();
        let good = runs.iter().filter(|run| run.status == Status::Succeeded);
        self.last_success_ms = good.map(Run::changed_ms).max();
        let mut last: Vec<&Run> = runs.iter().collect();
        last.sort_by_key(|run| Reverse(run.order()));
        self.history = last.iter().take(past).rev().map(|run| run.status).collect();
    }

    /// Sets the light that was evaluated from these runs, and returns the run that decided it. `held`
    /// is the light while nothing is decided.
    fn take_verdict<'a>(
        &mut self,
        meaning: Evaluation,
        verdict: &Verdict,
        runs: &'a [Run],
        held: Light,
    ) -> Option<&'a Run> {
        let Evaluation { semantics, aborted } = meaning;
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
        }
        self.at_ms = decided_by.map(Run::changed_ms);
        self.status = decided_by.filter(|_| !self.redriving).map(|run| run.status);
        decided_by
    }

    /// Sets whether the machine is late or stuck, and since when.
    fn take_limits(&mut self, evaluation: &guardian_contract::Evaluation, now_ms: i64) {
        // Years at most; the fraction does not matter.
        #[allow(clippy::cast_possible_truncation)]
        let ago = |seconds: f64| now_ms.saturating_sub((seconds.min(1e9) * 1_000.0) as i64);
        (self.late, self.stuck) = (evaluation.is_late(), evaluation.is_stuck());
        self.late_since_ms = evaluation.overdue_s.filter(|_| self.late).map(ago);
        self.stuck_since_ms = self.stuck.then(|| ago(evaluation.overrun_s));
    }

    /// Since when the light is what it is, by the runs that were read.
    fn decided_since(&self, meaning: Evaluation, verdict: &Verdict, runs: &[Run]) -> Option<i64> {
        match verdict {
            Verdict::Read(_) => light_since(meaning.semantics, meaning.aborted, runs),
            _ => self.at_ms,
        }
    }

    /// Marks a light that has been `decided` since then, and an alarm that shows another one.
    fn compare(
        &mut self,
        (decided, since_ms): (Option<Light>, Option<i64>),
        settle_ms: i64,
        alarm: Option<&Alarm>,
        now_ms: i64,
    ) {
        let (Some(light), Some(since_ms), Some(alarm)) = (decided, since_ms, alarm) else { return };
        let settled_ms = if light == Light::Red { settle_ms } else { 0 };
        let both_ms = (since_ms + settled_ms).max(alarm.since_ms.unwrap_or(i64::MIN));
        let disagree = light != Light::Grey && light != alarm_light(Some(alarm));
        self.disagrees_since_ms = Some(both_ms).filter(|at| disagree && now_ms - at > FOLLOWS_MS);
    }

    /// Sets what its alarms show.
    fn take_alarms(
        &mut self,
        alarm_names: &AlarmNames,
        alarms: &BTreeMap<String, Alarm>,
        muted: &BTreeSet<String>,
    ) {
        let state = |name: &String| alarms.get(name).map(|alarm| alarm.state);
        self.alarm = alarm_names.status.as_ref().and_then(state);
        self.muted = alarm_names.status.as_ref().is_some_and(|name| muted.contains(name));
        let others = alarm_names.others.iter().filter(|name| state(name) == Some(State::Alarm));
        self.others = others.cloned().collect();
    }

    /// Sets the marks from alarms, where no row of the table knows more.
    fn take_marks(&mut self, alarm_names: &AlarmNames, alarms: &BTreeMap<String, Alarm>) {
        let rings = |name: &Option<String>| {
            let alarm = name.as_ref().and_then(|name| alarms.get(name));
            alarm.is_some_and(|alarm| alarm.state == State::Alarm)
        };
        self.late |= rings(&alarm_names.late);
        self.stuck |= rings(&alarm_names.stuck);
        self.incomplete |= rings(&alarm_names.incomplete);
    }

    /// How bad it is; 0 is the worst. An amber light is a green one that is incomplete.
    fn rank(&self) -> u8 {
        match self.light {
            Some(Light::Red) => 0,
            _ if self.stuck => 1,
            _ if self.late => 2,
            None => 3,
            Some(_) if self.is_doubtful() => 3,
            Some(Light::Green) if self.incomplete || self.settles_at_ms.is_some() => 4,
            Some(Light::Grey) => 5,
            Some(Light::Green) => 6,
        }
    }

    /// Whether the light rests on events alone or on an old reading, or is missing.
    fn is_doubtful(&self) -> bool {
        let doubt = matches!(self.doubt, Some(Doubt::Unread | Doubt::Unreadable));
        self.light.is_none() || doubt || self.stale
    }

    /// Its place on the board, the worst first: by rank, the muted last. Then those that have been red,
    /// stuck, late or incomplete longest (an unknown time counts as the longest), and among the others
    /// the newest change.
    fn order(&self) -> (u8, bool, Option<i64>, &str) {
        let since = match self.rank() {
            0 => self.red_since_ms.or(self.at_ms),
            1 => self.running_since_ms,
            2..=4 => self.at_ms,
            _ => Some(self.at_ms.map_or(i64::MAX, |at| -at)),
        };
        (self.rank(), self.muted, since, &self.key)
    }
}

/// How long an alarm may take to follow its light: a confirmation, and CloudWatch's evaluation.
const FOLLOWS_MS: i64 = 120_000;

/// The light that an alarm shows.
fn alarm_light(alarm: Option<&Alarm>) -> Light {
    match alarm.map(|alarm| alarm.state) {
        Some(State::Alarm) => Light::Red,
        Some(State::Ok) => Light::Green,
        Some(State::InsufficientData) | None => Light::Grey,
    }
}

/// Whether sweeps come to their end, by the heartbeat's alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heart {
    /// They do, or no alarm watches them.
    Beats,
    /// There has been none yet that the alarm knows of: the stack has just been deployed.
    Young,
    /// There has been none for too long.
    Stopped,
}

/// The meaning of a heartbeat alarm's state. Missing heartbeats are breaching, so a new alarm is in
/// ALARM before its range is full, although nothing is late yet.
pub(crate) fn heart(alarm: &Alarm, now_ms: i64) -> Heart {
    let young = alarm.full_ms.is_some_and(|full| now_ms < full);
    match alarm.state {
        State::Ok => Heart::Beats,
        State::InsufficientData => Heart::Young,
        State::Alarm if young => Heart::Young,
        State::Alarm => Heart::Stopped,
    }
}

impl Board {
    /// Whether Guardian sweeps.
    pub fn heart(&self) -> Heart {
        if let Some(pulse) = self.pulse {
            return pulse.heart;
        }
        let alarm = self.guard.iter().find(|alarm| Names::is_heartbeat(&alarm.name));
        alarm.map_or(Heart::Beats, |alarm| heart(alarm, self.as_of_ms))
    }

    /// The exit code of `status --exit-code`: red, late or stuck machines are certain; otherwise a
    /// machine that could not be read, or a Guardian that has stopped, leaves the result open.
    pub fn exit(&self) -> Exit {
        let counts = counts(&self.rows);
        if counts.red + counts.late + counts.stuck > 0 {
            Exit::Differences
        } else if counts.unread + counts.doubtful > 0 || self.heart() == Heart::Stopped {
            Exit::Warnings
        } else {
            Exit::Done
        }
    }
}

/// How many lights of each kind. A machine is counted once among the first four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Red.
    pub red: usize,
    /// Not read.
    pub unread: usize,
    /// With a light that rests on events alone: the machine cannot be read, or has not been yet.
    pub doubtful: usize,
    /// Without a finished run that is known.
    pub grey: usize,
    /// Green.
    pub green: usize,
    /// With a first failure that may still be retried.
    pub settling: usize,
    /// Green, of a run that left items undone.
    pub incomplete: usize,
    /// No run when one was due.
    pub late: usize,
    /// With a run that takes too long.
    pub stuck: usize,
    /// Muted by a mute window.
    pub muted: usize,
}

/// Counts the lights.
pub fn counts(rows: &[Row]) -> Counts {
    let of = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    Counts {
        red: of(&|row| row.light == Some(Light::Red)),
        unread: of(&|row| row.light.is_none()),
        doubtful: of(&|row| {
            row.light.is_some() && matches!(row.doubt, Some(Doubt::Unread | Doubt::Unreadable))
        }),
        grey: of(&|row| row.light == Some(Light::Grey)),
        green: of(&|row| row.light == Some(Light::Green)),
        settling: of(&|row| row.settles_at_ms.is_some()),
        incomplete: of(&|row| row.light == Some(Light::Green) && row.incomplete),
        late: of(&|row| row.late),
        stuck: of(&|row| row.stuck),
        muted: of(&|row| row.muted),
    }
}

/// The worst machine, which is the board's first row; none if all are green or grey.
pub fn worst(rows: &[Row]) -> Option<&Row> {
    rows.iter().filter(|row| row.rank() < 5).min_by_key(|row| row.order())
}

/// Sorts worst first: red, stuck, late, not read or in doubt, incomplete or settling, grey, green.
pub fn sort(rows: &mut [Row]) {
    rows.sort_by(|a, b| a.order().cmp(&b.order()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(state: State, full_ms: Option<i64>) -> Alarm {
        Alarm {
            name: "GuardianHeartbeat-shop-dev".into(),
            state,
            reason: String::new(),
            since_ms: Some(5),
            full_ms,
            acts: true,
            on_alarm: Vec::new(),
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        }
    }

    #[test]
    fn the_exit_code_is_2_for_what_is_bad_and_3_for_what_is_not_known() {
        let of = |rows: &[Row], guard: &[Alarm]| {
            let (rows, guard) = (rows.to_vec(), guard.to_vec());
            Board { rows, guard, as_of_ms: 100, ..Board::default() }.exit()
        };
        let green = Row { light: Some(Light::Green), ..Row::new("good", "good") };
        let unread = Row::new("secret", "secret");
        let red = Row { light: Some(Light::Red), ..Row::new("bad", "bad") };
        let late = Row { late: true, ..green.clone() };
        let stuck = Row { stuck: true, ..green.clone() };
        let stopped = [heartbeat(State::Alarm, Some(100))];
        assert_eq!(of(&[], &[]), Exit::Done);
        assert_eq!(of(std::slice::from_ref(&green), &[]), Exit::Done);
        assert_eq!(of(&[green.clone(), unread.clone()], &[]), Exit::Warnings);
        assert_eq!(of(std::slice::from_ref(&green), &stopped), Exit::Warnings);
        for bad in [red, late, stuck] {
            assert_eq!(of(&[green.clone(), unread.clone(), bad], &stopped), Exit::Differences);
        }
    }

    #[test]
    fn a_new_stack_has_not_stopped() {
        let heart = |state, full_ms| heart(&heartbeat(state, full_ms), 100);
        assert_eq!(heart(State::Ok, Some(1)), Heart::Beats);
        assert_eq!(heart(State::InsufficientData, Some(1)), Heart::Young);
        assert_eq!(heart(State::Alarm, Some(101)), Heart::Young);
        assert_eq!(heart(State::Alarm, Some(100)), Heart::Stopped);
        assert_eq!(heart(State::Alarm, None), Heart::Stopped);
    }

    #[test]
    fn the_worst_is_red_longest_then_stuck_then_late_then_incomplete() {
        let row =
            |key: &str| Row { light: Some(Light::Green), at_ms: Some(9), ..Row::new(key, key) };
        let red = |key: &str, since| Row {
            light: Some(Light::Red),
            red_since_ms: Some(since),
            ..row(key)
        };
        let stuck = Row { stuck: true, running_since_ms: Some(1), ..row("stuck") };
        let late = Row { late: true, ..row("late") };
        let incomplete = Row { incomplete: true, ..row("incomplete") };
        let rows = [row("good"), incomplete, late, stuck, red("b", 5), red("c", 7), red("a", 5)];
        let named = |rows: &[Row]| worst(rows).map(|row| row.key.clone());
        for (some, expected) in [(7, "a"), (6, "b"), (4, "stuck"), (3, "late"), (2, "incomplete")] {
            assert_eq!(named(&rows[..some]).as_deref(), Some(expected));
            let mut turned = rows[..some].to_vec();
            turned.reverse();
            assert_eq!(named(&turned).as_deref(), Some(expected));
            sort(&mut turned);
            assert_eq!(turned[0].key, expected);
        }
        assert_eq!(named(&rows[..1]), None);
    }
}
