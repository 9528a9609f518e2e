//! A machine's row of the state table: what is known of its runs, joined from events, lists and
//! descriptions in whatever order they come.
//!
//! Joining is commutative, associative and idempotent: of one attempt the later report counts,
//! finished attempts are kept apart from running ones, and what is cut is cut by the order of runs.
//! So a message that comes twice, late or out of order changes nothing, and two writers that join
//! what they know end at the same row. What depends on the clock and on the configuration (late,
//! stuck, settled) is not stored: [`Row::verdict`] and [`crate::evaluate`] compute it.

use crate::attempt::{Attempt, Why};
use crate::compact::{self, letter};
use crate::incident::Incident;
use crate::{
    Aborted, ChangeKind, Evaluation, Light, MachineKey, NotifyOn, Occasion, Reading, Run,
    Semantics, StateChange, Status, Verdict, deciding_runs, light_since, read, verdict,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Finished attempts that a row keeps, besides the newest of each status.
pub const KEPT_FINISHED: usize = 8;
/// Running attempts that a row names, the oldest: they are the ones that may be stuck.
pub const KEPT_RUNNING: usize = 10;
/// Finished runs of which a row keeps the status.
pub const KEPT_HISTORY: usize = 30;
/// Notifications that wait in a row; more of them become one that says so.
pub const MAX_PENDING: usize = 4;
/// A busy machine needs no write for each run: a success after a success is written after so many
/// milliseconds.
pub const HOT_MS: i64 = 30_000;
/// A machine is one of these while the runs that a row keeps ended within so many milliseconds.
const HOT_SPAN_MS: i64 = (KEPT_FINISHED as i64 + 1) * HOT_MS;
/// For how long after a write a tick publishes a row's metrics each time, in milliseconds: numbers
/// published within a minute are read as their maximum, so that the next minute must repeat them.
pub const CHANGED_MS: i64 = 180_000;
/// How often a tick publishes the metrics of all rows, in milliseconds.
pub const JUDGE_MS: i64 = 290_000;
/// How far an event's date may lie ahead of the clock, in milliseconds.
pub const AHEAD_MS: i64 = 60_000;
/// Incidents of one machine that are recorded in a day; further ones are only counted.
pub const MAX_INCIDENTS_A_DAY: u32 = 50;
/// Milliseconds that ListExecutions may be behind.
const LIST_LAG_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// The light that the last write accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its colour: red or green.
    #[serde(rename = "l")]
    pub light: Light,
    /// The attempt that decided it.
    #[serde(rename = "b")]
    pub by: Attempt,
    /// Since when it has this colour, in milliseconds since the epoch.
    #[serde(rename = "s")]
    pub since_ms: i64,
    /// Failures in a row; 0 for a green light.
    #[serde(rename = "f", default)]
    pub failures: u32,
    /// How many there were when the first notification was due.
    #[serde(rename = "n", default)]
    pub first: u32,
}

/// A notification that is decided and not sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What happened.
    #[serde(flatten)]
    pub change: StateChange,
    /// When it was decided, in milliseconds since the epoch.
    #[serde(rename = "t")]
    pub at_ms: i64,
    /// Whether the topic has yet to get it.
    #[serde(rename = "to", default)]
    pub topic: bool,
    /// Whether the event bus has yet to get it.
    #[serde(rename = "bu", default)]
    pub bus: bool,
    /// How many older ones it stands for, which found no room.
    #[serde(rename = "m", default, skip_serializing_if = "is_zero")]
    pub more: u32,
    /// Key of the incident that it belongs to.
    #[serde(rename = "i", default)]
    pub incident: String,
}

/// What the clock has brought about and was queued, so that it is notified once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// Whether the machine is late.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The attempt that is stuck.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<Attempt>,
}

/// A machine's row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The machine's key.
    #[serde(skip, default = "nameless")]
    pub key: MachineKey,
    /// How often the row was written: the only condition of a write.
    #[serde(skip)]
    pub version: u64,
    /// The machine's ARN.
    #[serde(rename = "m")]
    pub machine_arn: String,
    /// When the row was made; what ended before is not notified.
    #[serde(rename = "k")]
    pub made_ms: i64,
    /// When the row was last written.
    #[serde(rename = "w", default)]
    pub written_ms: i64,
    /// When the machine was created; another date means another machine of the same name.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub created_ms: Option<i64>,
    /// Finished attempts, newest first.
    #[serde(rename = "f", with = "compact", default)]
    pub finished: Vec<Run>,
    /// Attempts in progress, oldest first.
    #[serde(rename = "r", with = "compact", default, skip_serializing_if = "Vec::is_empty")]
    pub running: Vec<Run>,
    /// Those of them that a list or a description has confirmed.
    #[serde(rename = "c", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirmed: BTreeSet<Attempt>,
    /// The newest execution with a status that this version does not know, and when it began.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<(String, i64)>,
    /// The last finished runs by the first letter of their status, oldest first.
    #[serde(rename = "h", default, skip_serializing_if = "String::is_empty")]
    pub history: String,
    /// Up to which run, by [`Run::order`], the history goes.
    #[serde(rename = "hw", default)]
    pub history_to: (i64, u32),
    /// Why the newest failure failed.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// The light that was accepted last.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// Notifications that are to be sent.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub outbox: Vec<Pending>,
    /// The same of what is no change of the light; apart, so that a version without them keeps them
    /// as they are.
    #[serde(rename = "on", default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Pending>,
    /// See [`Noticed`].
    #[serde(rename = "no", default, skip_serializing_if = "is_default")]
    pub noticed: Noticed,
    /// The incident that is open.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Incident>,
    /// A day since the epoch, and how many incidents began in it.
    #[serde(rename = "d", default)]
    pub incidents: (i64, u32),
    /// When ListExecutions last confirmed the row.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub listed_ms: Option<i64>,
    /// Error code of the last try to read the machine, and since when it cannot be read.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<(String, i64)>,
    /// Whether the machine is EXPRESS, of which nothing is listed.
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    pub express: bool,
    /// When the machine was found to be deleted.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub gone_ms: Option<i64>,
    /// An attempt that succeeded, and how many items of its Map Runs did not.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<(Attempt, u64)>,
    /// The 99th percentile of how long successful runs took, where a limit is derived from it.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<i64>,
    /// Whether the light turned red while the machine was muted, and that is yet to be counted.
    #[serde(rename = "q", default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// The machine's tags, where routes need them.
    #[serde(rename = "t", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// When the tags were read.
    #[serde(rename = "tr", default, skip_serializing_if = "Option::is_none")]
    pub tags_ms: Option<i64>,
    /// What another version wrote: kept as it is.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// How a row's light is decided and notified.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// What an aborted run says.
    pub aborted: Aborted,
    /// How long a first failure waits for a retry, in milliseconds.
    pub settle_ms: i64,
    /// A notification for each so many failures after the first; 0 for none.
    pub renotify_every: u32,
    /// Whether there is a topic.
    pub topic: bool,
    /// Whether there is an event bus.
    pub bus: bool,
    /// The occasions of notifications.
    pub notify_on: NotifyOn,
}

/// What a list says of a machine.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The runs.
    pub runs: Vec<Run>,
    /// The newest execution whose status is not known, and when it began.
    pub unknown: Option<(String, i64)>,
    /// Whether nothing of the machine's history is missing.
    pub complete: bool,
    /// When the list was asked for, in milliseconds since the epoch.
    pub at_ms: i64,
    /// See [`Row::p99_ms`].
    pub p99_ms: Option<i64>,
}

/// What a decision changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// What happened to the light, notified or not.
    pub change: Option<StateChange>,
    /// The incident's record, to be written with the row.
    pub incident: Option<IncidentWrite>,
    /// What the process that writes the row is to send.
    pub queued: Vec<Pending>,
}

/// What becomes of an incident's record.
#[derive(Debug, Clone, PartialEq)]
pub enum IncidentWrite {
    /// It is written.
    Put(Incident),
    /// It never was: later reports say that the light had been green.
    Delete(Incident),
}

impl Row {
    /// The name of the machine, by its ARN.
    pub fn machine_name(&self) -> &str {
        self.machine_arn.rsplit(':').next().unwrap_or_default()
    }

    /// A row of which nothing is known.
    pub fn new(key: MachineKey, machine_arn: String, made_ms: i64) -> Self {
        Self {
            key,
            version: 0,
            machine_arn,
            made_ms,
            written_ms: 0,
            created_ms: None,
            finished: Vec::new(),
            running: Vec::new(),
            confirmed: BTreeSet::new(),
            unknown: None,
            history: String::new(),
            history_to: (0, 0),
            why: None,
            shown: None,
            outbox: Vec::new(),
            notes: Vec::new(),
            noticed: Noticed::default(),
            incident: None,
            incidents: (0, 0),
            listed_ms: None,
            unreadable: None,
            express: false,
            gone_ms: None,
            incomplete: None,
            p99_ms: None,
            quiet: false,
            tags: BTreeMap::new(),
            tags_ms: None,
            rest: Map::new(),
        }
    }

    /// The row as the table keeps it: a JSON document in which executions go by their names.
    pub fn encode(&self) -> String {
        let prefix = self.execution_prefix();
        let mut row = self.clone();
        row.each_execution(|arn| {
            if let Some(name) = arn.strip_prefix(&prefix) {
                *arn = name.to_owned();
            }
        });
        // Only maps with keys that are no text do not become JSON; there are none here.
        serde_json::to_string(&row).unwrap_or_default()
    }

    /// Reads a row; the error says what of it cannot be read.
    pub fn decode(key: MachineKey, version: u64, text: &str) -> Result<Self, String> {
        let mut row: Self = serde_json::from_str(text).map_err(|e| format!("row `{key}`: {e}"))?;
        (row.key, row.version) = (key, version);
        let prefix = row.execution_prefix();
        row.each_execution(|arn| {
            if !arn.starts_with("arn:") && !arn.is_empty() {
                *arn = format!("{prefix}{arn}");
            }
        });
        Ok(row)
    }

    fn execution_prefix(&self) -> String {
        self.machine_arn.replacen(":stateMachine:", ":execution:", 1) + ":"
    }

    fn each_execution(&mut self, mut act: impl FnMut(&mut String)) {
        self.finished.iter_mut().chain(&mut self.running).for_each(|run| act(&mut run.arn));
        let mut confirmed: Vec<Attempt> = std::mem::take(&mut self.confirmed).into_iter().collect();
        confirmed.iter_mut().for_each(|attempt| act(&mut attempt.0));
        self.confirmed = confirmed.into_iter().collect();
        self.unknown.iter_mut().for_each(|(arn, _)| act(arn));
        self.why.iter_mut().for_each(|why| act(&mut why.attempt.0));
        self.shown.iter_mut().for_each(|shown| act(&mut shown.by.0));
        let pending = self.outbox.iter_mut().chain(&mut self.notes);
        pending.for_each(|pending| act(&mut pending.change.run.arn));
        self.noticed.stuck.iter_mut().for_each(|attempt| act(&mut attempt.0));
        self.incident.iter_mut().for_each(|incident| act(&mut incident.execution));
        self.incomplete.iter_mut().for_each(|(attempt, _)| act(&mut attempt.0));
    }

    /// All runs that are known.
    pub fn runs(&self) -> Vec<Run> {
        self.finished.iter().chain(self.under_way()).cloned().collect()
    }

    /// The same; without runs in progress, as most rows are, it copies none.
    pub fn known(&self) -> Cow<'_, [Run]> {
        match self.under_way().next() {
            None => Cow::Borrowed(&self.finished),
            Some(_) => Cow::Owned(self.runs()),
        }
    }

    /// The attempts in progress. A report of one that began before all finished attempts that are
    /// kept may be late: it counts when it is confirmed.
    pub fn under_way(&self) -> impl Iterator<Item = &Run> {
        self.running.iter().filter(|run| !self.is_unconfirmed(run))
    }

    /// Attempts that began before all finished ones that are kept, and are not confirmed: only
    /// DescribeExecution knows their state.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Run> {
        self.running.iter().filter(|run| self.is_unconfirmed(run))
    }

    fn is_unconfirmed(&self, run: &Run) -> bool {
        let full = self.finished.len() >= KEPT_FINISHED;
        let old = full && run.order() < self.finished[KEPT_FINISHED - 1].order();
        old && !self.confirmed.contains(&Attempt::of(run))
    }

    /// Evaluates the runs at `now_ms`.
    pub fn verdict(&self, aborted: Aborted, settle_ms: i64, now_ms: i64) -> Verdict {
        let unknown_ms = self.unknown.as_ref().map(|(_, began_ms)| *began_ms);
        let semantics = Semantics::LastFinished;
        verdict(semantics, aborted, settle_ms, &self.known(), unknown_ms, now_ms)
    }

    /// Whether what the runs say at `now_ms` has yet to be accepted by [`Row::decide`].
    pub fn is_undecided(&self, aborted: Aborted, settle_ms: i64, now_ms: i64) -> bool {
        let shown = self.shown.as_ref();
        match self.verdict(aborted, settle_ms, now_ms) {
            Verdict::Read(Reading { decided_by: Some(run), light, .. }) => {
                shown.is_none_or(|shown| shown.by != Attempt::of(&run) || shown.light != light)
            }
            Verdict::Redriving => shown.is_none_or(|shown| shown.light != Light::Red),
            Verdict::Read(_) | Verdict::Held(_) => false,
        }
    }

    /// What the runs say, settled or not.
    pub fn reading(&self, aborted: Aborted) -> Reading {
        read(Semantics::LastFinished, aborted, &self.known())
    }

    /// The machine with this date of creation is there: another one than before has none of the
    /// old one's runs, only its own, which events may have reported already. The version goes on,
    /// and so does the incident's count.
    pub fn created(
        &mut self,
        machine_arn: &str,
        created_ms: Option<i64>,
        now_ms: i64,
    ) -> Option<IncidentWrite> {
        let recreated = self.created_ms.zip(created_ms).is_some_and(|(before, now)| now > before);
        let other = recreated || self.machine_arn != machine_arn;
        let mut ended = None;
        if other {
            ended = self.end_incident(now_ms);
            let old = std::mem::replace(
                self,
                Self::new(self.key.clone(), machine_arn.to_owned(), now_ms),
            );
            (self.version, self.written_ms) = (old.version, old.written_ms);
            (self.incidents, self.rest) = (old.incidents, old.rest);
            (self.outbox, self.notes) = (old.outbox, old.notes);
            self.created_ms = created_ms;
            if old.machine_arn == machine_arn {
                self.join(old.finished.into_iter().chain(old.running));
            }
        }
        self.created_ms = created_ms.or(self.created_ms);
        self.gone_ms = None;
        ended
    }

    /// The machine was deleted, or is not watched any more.
    pub fn gone(&mut self, now_ms: i64) -> Option<IncidentWrite> {
        self.gone_ms.get_or_insert(now_ms);
        self.end_incident(now_ms)
    }

    fn end_incident(&mut self, now_ms: i64) -> Option<IncidentWrite> {
        let mut open = self.incident.take()?;
        open.end_ms = Some(now_ms.max(open.start_ms.saturating_add(1)));
        Some(IncidentWrite::Put(open))
    }

    /// Joins what events say of runs. Dates ahead of the clock are held to it.
    pub fn hear(&mut self, runs: impl IntoIterator<Item = Run>, now_ms: i64) {
        let latest = now_ms.saturating_add(AHEAD_MS);
        let clamped = runs.into_iter().map(|run| Run {
            start_ms: run.start_ms.min(latest),
            stop_ms: run.stop_ms.map(|ms| ms.min(latest)),
            redrive_ms: run.redrive_ms.map(|ms| ms.min(latest)),
            ..run
        });
        self.join(clamped);
    }

    /// An execution with a status that this version does not know.
    pub fn hear_unknown(&mut self, execution: String, began_ms: i64) {
        let known = self.finished.iter().any(|run| run.arn == execution);
        if !known && self.unknown.as_ref().is_none_or(|(_, before)| *before <= began_ms) {
            self.unknown = Some((execution, began_ms));
        }
    }

    /// What DescribeExecution says of a run; `None`: there is no such execution any more.
    pub fn confirm(&mut self, execution: &str, run: Option<Run>) {
        match run {
            Some(run) => {
                self.confirmed.insert(Attempt::of(&run));
                self.join([run]);
            }
            None => self.running.retain(|run| run.arn != execution),
        }
    }

    /// Joins a list. The list may be behind by some seconds, so that what events have said since
    /// stays; what it must show and does not is gone.
    pub fn list(&mut self, listed: Listed) {
        let Listed { runs, unknown, complete, at_ms, p99_ms } = listed;
        let oldest = runs.iter().map(|run| run.start_ms).min().unwrap_or(i64::MAX);
        let shown: BTreeSet<&str> = runs.iter().map(|run| run.arn.as_str()).collect();
        self.running.retain(|run| {
            let covered = complete || run.start_ms > oldest;
            let settled = run.began_ms() < at_ms.saturating_sub(LIST_LAG_MS);
            shown.contains(run.arn.as_str()) || !covered || !settled
        });
        let finished: Vec<Run> =
            runs.iter().filter(|run| run.status.is_finished()).cloned().collect();
        self.confirmed.extend(runs.iter().map(Attempt::of));
        self.join(runs);
        // Of one execution the list shows the newest attempt alone: so does the history.
        let mut all: BTreeMap<String, Run> = BTreeMap::new();
        for run in finished.into_iter().chain(self.finished.iter().cloned()) {
            let newer = |old: &Run| old.attempt() < run.attempt();
            if all.get(&run.arn).is_none_or(newer) {
                all.insert(run.arn.clone(), run);
            }
        }
        let mut all: Vec<Run> = all.into_values().collect();
        all.sort_by_key(Run::order);
        if all.len() >= KEPT_HISTORY || complete {
            self.history.clear();
            self.history_to = (0, 0);
            self.append(&all);
        }
        self.unknown = match (unknown, self.unknown.take()) {
            (None, Some((_, began))) if began < at_ms.saturating_sub(LIST_LAG_MS) => None,
            (listed, known) => listed.or(known),
        };
        self.p99_ms = p99_ms.or(self.p99_ms);
        self.listed_ms = Some(self.listed_ms.unwrap_or(0).max(at_ms));
        self.unreadable = None;
    }

    /// Joins runs.
    fn join(&mut self, runs: impl IntoIterator<Item = Run>) {
        let heard: Vec<Run> = runs.into_iter().filter(|run| self.is_own(run)).collect();
        let mut attempts: BTreeMap<(String, u32), Run> = BTreeMap::new();
        let known = std::mem::take(&mut self.running);
        let kept = std::mem::take(&mut self.finished);
        for run in kept.into_iter().chain(known).chain(heard) {
            let slot = attempts.entry((run.arn.clone(), run.redrive_count));
            let merged = slot.or_insert_with(|| run.clone());
            if merged.attempt() < run.attempt() {
                *merged = run;
            }
        }
        let newest: BTreeMap<String, u32> =
            attempts.keys().map(|(arn, count)| (arn.clone(), *count)).collect();
        let (mut finished, mut running): (Vec<Run>, Vec<Run>) =
            attempts.into_values().partition(|run| run.status.is_finished());
        // An attempt that was followed by another is over, however it ended.
        running.retain(|run| newest.get(&run.arn) == Some(&run.redrive_count));
        running.sort_by(|a, b| (a.began_ms(), &a.arn).cmp(&(b.began_ms(), &b.arn)));
        running.truncate(KEPT_RUNNING);
        finished.sort_by(|a, b| (b.order(), &b.arn).cmp(&(a.order(), &a.arn)));
        let oldest_first: Vec<Run> = finished.iter().rev().cloned().collect();
        self.append(&oldest_first);
        let mut seen = BTreeSet::new();
        let mut position = 0;
        finished.retain(|run| {
            position += 1;
            // The newest of each status stays, however many others came since.
            seen.insert(run.status.as_str()) || position <= KEPT_FINISHED
        });
        if self.unknown.as_ref().is_some_and(|(arn, _)| finished.iter().any(|r| r.arn == *arn)) {
            self.unknown = None;
        }
        (self.finished, self.running) = (finished, running);
        let running = |attempt: &Attempt| self.running.iter().any(|r| Attempt::of(r) == *attempt);
        self.confirmed.retain(running);
    }

    /// Whether a run is one of this machine, and not of one that had its name before.
    fn is_own(&self, run: &Run) -> bool {
        // Dates are rounded differently by lists and events.
        self.created_ms.is_none_or(|created_ms| run.start_ms >= created_ms.saturating_sub(1_000))
    }

    /// Appends to the history what is newer than all of it. `runs` are oldest first.
    fn append(&mut self, runs: &[Run]) {
        for run in runs {
            let at = (run.began_ms(), run.redrive_count);
            if at > self.history_to {
                self.history.push(letter(run.status));
                self.history_to = at;
            }
        }
        let cut = self.history.len().saturating_sub(KEPT_HISTORY);
        self.history.drain(..cut);
    }

    /// Accepts what the runs say now: the light, what is to be notified, and the incident.
    pub fn decide(&mut self, rules: &Rules, now_ms: i64) -> Decision {
        let (light, run) = match self.verdict(rules.aborted, rules.settle_ms, now_ms) {
            Verdict::Read(Reading { decided_by: Some(run), light, .. }) => (light, run),
            Verdict::Redriving => match self.redriven() {
                Some(run) => (Light::Red, run),
                None => return Decision::default(),
            },
            Verdict::Read(_) | Verdict::Held(_) => return Decision::default(),
        };
        let by = Attempt::of(&run);
        let before = self.shown.clone();
        let was_red = before.as_ref().is_some_and(|shown| shown.light == Light::Red);
        let same = before.as_ref().is_some_and(|shown| shown.light == light);
        let since_ms = self.since_ms(rules.aborted, &run, before.as_ref().filter(|_| same));
        let failures = match (light, &before) {
            (Light::Red, Some(shown)) if was_red => match shown.by == by {
                true => shown.failures,
                false => shown.failures.saturating_add(self.failures_after(rules, &shown.by)),
            },
            (Light::Red, _) => self.failures_in_a_row(rules).max(1),
            _ => 0,
        };
        let first = match &before {
            Some(shown) if was_red => shown.first,
            _ => failures,
        };
        let kind = match (was_red, light) {
            (false, Light::Red) => Some(ChangeKind::Failed),
            (true, Light::Green) => Some(ChangeKind::Recovered),
            (true, Light::Red) => {
                let every = rules.renotify_every;
                let step = |failures: u32| failures.saturating_sub(first).checked_div(every);
                let had = before.as_ref().map_or(0, |shown| shown.failures);
                (step(failures) > step(had)).then_some(ChangeKind::StillFailing)
            }
            (false, _) | (true, Light::Grey) => None,
        };
        let before_ms =
            before.as_ref().map(|shown| run.changed_ms().saturating_sub(shown.since_ms).max(0));
        let told = before.as_ref().map_or(failures, |shown| failures.max(shown.failures));
        let change =
            kind.map(|kind| StateChange { kind, run: run.clone(), before_ms, failures: told });
        self.shown = Some(Shown { light, by, since_ms, failures, first });
        let incident = self.record(light, &run, since_ms, failures, now_ms);
        // The first read of a row finds an older state, which is not notified.
        let news = before.is_some() || run.changed_ms() >= self.made_ms;
        let wanted = |change: &StateChange| match change.kind {
            ChangeKind::Recovered => rules.notify_on.has(Occasion::Recovered),
            _ => rules.notify_on.has(Occasion::Red),
        };
        if let Some(change) = change.clone().filter(|change| news && wanted(change)) {
            self.push(change, rules, now_ms, &incident);
        }
        Decision { change: change.filter(|_| news), incident, queued: Vec::new() }
    }

    /// Records that the light turned red while the machine was muted: it is counted
    /// when the mute window closes, unless the light is green again.
    pub fn hush(&mut self, decision: &Decision, muted: bool) {
        let kind = decision.change.as_ref().map(|change| change.kind);
        let red = self.shown.as_ref().is_some_and(|shown| shown.light == Light::Red);
        self.quiet = red && (self.quiet || (muted && kind == Some(ChangeKind::Failed)));
    }

    /// The failed attempt that a redrive hides. Step Functions no longer lists its status.
    fn redriven(&self) -> Option<Run> {
        let mut redriven: Vec<&Run> =
            self.running.iter().filter(|run| run.redrive_count > 0).collect();
        redriven.extend(self.finished.iter().filter(|run| run.redrive_count > 0));
        let run = redriven.into_iter().max_by_key(|run| run.order())?;
        Some(Run {
            status: Status::Failed,
            redrive_count: run.redrive_count - 1,
            redrive_ms: None,
            stop_ms: Some(run.began_ms()),
            ..run.clone()
        })
    }

    /// Since when the light has its colour: as far back as the kept runs go, and further if all
    /// of them have it.
    fn since_ms(&self, aborted: Aborted, run: &Run, before: Option<&Shown>) -> i64 {
        let semantics = Semantics::LastFinished;
        let deciding = deciding_runs(semantics, aborted, &self.finished);
        // The end that a redrive hides is not among them: the light is red since the redrive.
        let told = deciding.last().is_some_and(|last| last.is_red() == run.is_red());
        let since = light_since(semantics, aborted, &self.finished).filter(|_| told);
        let since = since.unwrap_or_else(|| run.changed_ms());
        let one_colour = deciding.iter().all(|one| one.is_red() == run.is_red());
        match before {
            Some(shown) if one_colour => since.min(shown.since_ms),
            _ => since,
        }
    }

    /// Failures among the kept runs since the last success.
    fn failures_in_a_row(&self, rules: &Rules) -> u32 {
        let deciding = deciding_runs(Semantics::LastFinished, rules.aborted, &self.finished);
        let count = deciding.iter().rev().take_while(|run| run.is_red()).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Failures after this attempt among the kept runs.
    fn failures_after(&self, rules: &Rules, attempt: &Attempt) -> u32 {
        let deciding = deciding_runs(Semantics::LastFinished, rules.aborted, &self.finished);
        let newer = deciding.iter().rev().take_while(|run| Attempt::of(run) != *attempt);
        u32::try_from(newer.filter(|run| run.is_red()).count()).unwrap_or(u32::MAX).max(1)
    }

    /// Opens, corrects or closes the incident.
    fn record(
        &mut self,
        light: Light,
        run: &Run,
        since_ms: i64,
        failures: u32,
        now_ms: i64,
    ) -> Option<IncidentWrite> {
        let why = self.why.clone().filter(|why| why.attempt == Attempt::of(run));
        match (light, self.incident.take()) {
            (Light::Red, None) => {
                let day = now_ms.div_euclid(DAY_MS);
                let count = if self.incidents.0 == day { self.incidents.1 + 1 } else { 1 };
                self.incidents = (day, count);
                if count > MAX_INCIDENTS_A_DAY {
                    return None;
                }
                let mut incident = Incident::open(&self.key, &self.machine_arn, run, since_ms);
                incident.failures = failures;
                incident.explain(why.as_ref());
                self.incident = Some(incident.clone());
                Some(IncidentWrite::Put(incident))
            }
            (Light::Red, Some(open)) => {
                let mut corrected = open.clone();
                corrected.start_ms = since_ms;
                corrected.failures = failures;
                corrected.explain(why.as_ref());
                self.incident = Some(corrected.clone());
                // How many failures there were is written when it ends.
                let news = (corrected.start_ms, &corrected.error, &corrected.cause)
                    != (open.start_ms, &open.error, &open.cause)
                    || corrected.state != open.state;
                news.then_some(IncidentWrite::Put(corrected))
            }
            (_, Some(mut open)) => {
                let end_ms = run.changed_ms();
                if end_ms <= open.start_ms {
                    return Some(IncidentWrite::Delete(open));
                }
                open.end_ms = Some(end_ms);
                Some(IncidentWrite::Put(open))
            }
            (_, None) => None,
        }
    }

    /// All that is to be sent.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.outbox.iter().chain(&self.notes)
    }

    /// Queues a notification of each run that has ended and that the row did not know before:
    /// `known` is what it had kept, `heard` what it may have had no room for. What ended before the
    /// row was made is no news, and the run of a change that is queued already is in that.
    pub fn queue_runs(&mut self, known: &[Run], heard: &[Run], rules: &Rules, now_ms: i64) {
        let of_failures = rules.notify_on.has(Occasion::EveryFailure);
        let of_successes = rules.notify_on.has(Occasion::EverySuccess);
        if !of_failures && !of_successes {
            return;
        }
        let known_attempts: BTreeSet<Attempt> = known.iter().map(Attempt::of).collect();
        // A run older than all that a full row keeps may have been known and cut.
        let oldest = known.get(KEPT_FINISHED - 1).map(Run::order);
        let mut ended: BTreeMap<Attempt, Run> = BTreeMap::new();
        for run in self.finished.iter().chain(heard).filter(|run| run.status.is_finished()) {
            let attempt = Attempt::of(run);
            let new = !known_attempts.contains(&attempt)
                && oldest.is_none_or(|oldest| run.order() > oldest)
                && run.changed_ms() >= self.made_ms
                && self.is_own(run);
            let queued = |pending: &Pending| Attempt::of(&pending.change.run) == attempt;
            let ignored = run.status == Status::Aborted && rules.aborted == Aborted::Ignore;
            let wanted = if run.is_red() { of_failures && !ignored } else { of_successes };
            if new && wanted && !self.pending().any(queued) {
                ended.insert(attempt, run.clone());
            }
        }
        let mut ended: Vec<Run> = ended.into_values().collect();
        ended.sort_by_key(Run::order);
        for run in ended {
            let (kind, failures) = match run.is_red() {
                true => (ChangeKind::RunFailed, 1),
                false => (ChangeKind::RunSucceeded, 0),
            };
            self.push(StateChange { kind, run, before_ms: None, failures }, rules, now_ms, &None);
        }
    }

    /// The occasions of notifications that passing time has brought about.
    fn to_notice(&self, judged: &Evaluation, rules: &Rules) -> Noticed {
        let stuck = judged.is_stuck() && rules.notify_on.has(Occasion::Stuck);
        Noticed {
            late: judged.is_late() && rules.notify_on.has(Occasion::Late),
            stuck: self.oldest_running().filter(|_| stuck).map(Attempt::of),
        }
    }

    fn oldest_running(&self) -> Option<&Run> {
        self.under_way().min_by_key(|run| run.began_ms())
    }

    /// Whether [`Row::queue_judged`] would change the row.
    pub fn is_unnoticed(&self, judged: &Evaluation, rules: &Rules) -> bool {
        self.to_notice(judged, rules) != self.noticed
    }

    /// Queues a notification of a machine that has become late, and of a run that has become stuck;
    /// once of each.
    pub fn queue_judged(&mut self, judged: &Evaluation, rules: &Rules, now_ms: i64) {
        let now = self.to_notice(judged, rules);
        let before = std::mem::replace(&mut self.noticed, now.clone());
        let ms = |seconds: f64| (seconds.clamp(0.0, 1e9) * 1_000.0) as i64;
        if now.late && !before.late {
            let late_ms = ms(judged.overdue_s.unwrap_or(0.0));
            let last = self.finished.first().cloned();
            // Of a machine that never ran there is no run to name.
            let run = last.unwrap_or_else(|| Run {
                arn: String::new(),
                status: Status::Running,
                start_ms: now_ms.saturating_sub(late_ms),
                stop_ms: None,
                redrive_ms: None,
                redrive_count: 0,
            });
            let kind = ChangeKind::Late;
            let change = StateChange { kind, run, before_ms: Some(late_ms), failures: 0 };
            self.push(change, rules, now_ms, &None);
        }
        let run = self.oldest_running().filter(|_| now.stuck != before.stuck).cloned();
        if let (Some(run), Some(_)) = (run, &now.stuck) {
            let before_ms = Some(ms(judged.running_s));
            let change = StateChange { kind: ChangeKind::Stuck, run, before_ms, failures: 0 };
            self.push(change, rules, now_ms, &None);
        }
    }

    fn push(
        &mut self,
        change: StateChange,
        rules: &Rules,
        at_ms: i64,
        incident: &Option<IncidentWrite>,
    ) {
        let written = incident.as_ref().map(|write| match write {
            IncidentWrite::Put(one) | IncidentWrite::Delete(one) => one.id(),
        });
        if !rules.topic && !rules.bus {
            return;
        }
        let open = self.incident.as_ref().map(Incident::id);
        let list = match change.kind.is_of_light() {
            true => &mut self.outbox,
            false => &mut self.notes,
        };
        let mut more = 0;
        while list.len() >= MAX_PENDING {
            more += 1 + list.remove(0).more;
        }
        let incident = open.or(written).unwrap_or_default();
        let (topic, bus) = (rules.topic, rules.bus);
        list.push(Pending { change, at_ms, topic, bus, more, incident });
    }

    /// Adds details of an attempt's failure, and removes none.
    pub fn explain(&mut self, why: Why) -> Option<IncidentWrite> {
        let known = self.why.as_ref().filter(|known| known.attempt == why.attempt);
        if known.is_some_and(|known| known.complete && !why.complete) {
            return None;
        }
        // The attempt that the light is red for; before it is red, the newest failure.
        let red = self.shown.as_ref().filter(|shown| shown.light == Light::Red);
        let decides = |why: &Why| red.is_some_and(|shown| shown.by == why.attempt);
        let newest = self.finished.iter().filter(|run| run.is_red()).max_by_key(|run| run.order());
        let older = newest.is_some_and(|run| Attempt::of(run) != why.attempt);
        if !decides(&why) && (older || self.why.as_ref().is_some_and(decides)) {
            return None;
        }
        let known = known.cloned();
        let why = Why {
            state: why.state.or_else(|| known.as_ref()?.state.clone()),
            error: why.error.or_else(|| known.as_ref()?.error.clone()),
            cause: why.cause.or_else(|| known.as_ref()?.cause.clone()),
            ..why
        };
        self.why = Some(why.clone());
        let incident = self.incident.as_mut()?;
        let before = incident.clone();
        incident.explain(Some(&why));
        (*incident != before).then(|| IncidentWrite::Put(incident.clone()))
    }

    /// A notification went out by these ways.
    pub fn sent(&mut self, attempt: &Attempt, kind: ChangeKind, topic: bool, bus: bool) {
        for pending in self.outbox.iter_mut().chain(&mut self.notes) {
            if Attempt::of(&pending.change.run) == *attempt && pending.change.kind == kind {
                pending.topic &= !topic;
                pending.bus &= !bus;
            }
        }
        self.outbox.retain(|pending| pending.topic || pending.bus);
        self.notes.retain(|pending| pending.topic || pending.bus);
    }

    /// Whether something of the row is worth a write, compared with what it was before. Dates that
    /// a list and an event round differently are no news; and a machine whose light is and stays
    /// green is written every [`HOT_MS`] at most.
    pub fn is_news(&self, before: &Row, now_ms: i64) -> bool {
        let rounded = |row: &Row| {
            let mut row = row.clone();
            let runs = row.finished.iter_mut().chain(&mut row.running);
            runs.for_each(|run| (run.start_ms, run.stop_ms, run.redrive_ms) = (0, None, None));
            (row.written_ms, row.version, row.history_to) = (0, 0, (0, 0));
            row.finished.sort_by_key(Attempt::of);
            row.running.sort_by_key(Attempt::of);
            row.shown.iter_mut().for_each(|shown| shown.since_ms = 0);
            row
        };
        let (new, old) = (rounded(self), rounded(before));
        if new == old {
            return false;
        }
        let green = |row: &Row| {
            row.shown.as_ref().is_some_and(|shown| shown.light == Light::Green)
                && row.pending().next().is_none()
        };
        let steady = Row {
            finished: Vec::new(),
            running: Vec::new(),
            history: String::new(),
            shown: None,
            ..new.clone()
        } == Row {
            finished: Vec::new(),
            running: Vec::new(),
            history: String::new(),
            shown: None,
            ..old
        };
        // A success that is left out must not be missed when an older run fails: the next one comes
        // soon only where they come often.
        let often = before
            .finished
            .get(KEPT_FINISHED - 1)
            .is_some_and(|run| now_ms.saturating_sub(run.changed_ms()) < HOT_SPAN_MS);
        let still_running = before.running.iter().all(|run| {
            let same = |one: &Run| Attempt::of(one) == Attempt::of(run);
            self.running.iter().any(same)
        });
        let hot = green(self)
            && green(before)
            && steady
            && often
            && still_running
            && now_ms.saturating_sub(before.written_ms) < HOT_MS
            && self.listed_ms == before.listed_ms;
        !hot
    }
}

fn nameless() -> MachineKey {
    MachineKey::nameless()
}

fn is_default(noticed: &Noticed) -> bool {
    *noticed == Noticed::default()
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
