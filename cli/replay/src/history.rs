//! Recorded histories of executions: their file format and what they are in memory. Where they
//! come from (the API, a simulator) is not known here.
//!
//! A file is NDJSON. Its first line may be a header; each other line is one attempt of one
//! execution, so that a redriven execution has several lines:
//!
//! ```json
//! {"guardian_history":1,"simulated":true,"seed":1,"from":"2026-01-05T00:00:00Z","to":"2026-01-12T00:00:00Z"}
//! {"machine":"nightly","execution":"run-1","status":"FAILED","start":"2026-01-05T01:00:00Z","stop":"2026-01-05T01:20:00Z"}
//! {"machine":"nightly","execution":"run-1","status":"SUCCEEDED","start":"2026-01-05T01:00:00Z","stop":1767578400000,"redrive":"2026-01-05T01:40:00Z","redrive_count":1}
//! ```
//!
//! Times are RFC 3339 or milliseconds since the epoch. Seconds, which the AWS CLI writes, are refused.

use guardian_contract::{MachineKey, Run, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file format.
pub const FORMAT: u32 = 1;

/// Where a history comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Recorded from a real account or emulator.
    Recorded,
    /// Made up by [`mod@crate::simulate`] from this seed.
    Simulated(u64),
}

/// Attempts of executions, by machine, between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Where it comes from.
    pub origin: Origin,
    /// Its first instant, in milliseconds since the epoch. Attempts may be older.
    pub from_ms: i64,
    /// The instant after its last.
    pub to_ms: i64,
    /// Attempts of each machine's executions, by when they began.
    pub machines: BTreeMap<MachineKey, Vec<Run>>,
}

/// Why a file is no history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct HistoryError {
    /// Line, from 1; 0 where no one line is to blame.
    pub line: usize,
    /// What is wrong and how to fix it.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    guardian_history: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Instant>,
    /// Machines that had no executions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    machines: Vec<MachineKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    machine: String,
    execution: String,
    status: Status,
    start: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stop: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redrive: Option<Instant>,
    #[serde(default, skip_serializing_if = "is_zero")]
    redrive_count: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// 2001-09-09. A smaller number is one of seconds: Step Functions is younger than this, and as
/// seconds it is in the year 33658.
const EARLIEST_MS: i64 = 1_000_000_000_000;

/// An instant as the file spells it.
#[derive(Clone, Copy)]
struct Instant(i64);

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => serializer.collect_str(&at),
            Err(_) => serializer.serialize_i64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Spelled {
            Milliseconds(i64),
            Rfc3339(String),
        }
        let ms = match Spelled::deserialize(deserializer) {
            Ok(Spelled::Milliseconds(seconds @ 0..EARLIEST_MS)) => {
                return Err(D::Error::custom(format!(
                    "{seconds} ms since the epoch is before 2001: a time is in milliseconds, so \
                     multiply seconds by 1000, or write RFC 3339 text"
                )));
            }
            Ok(Spelled::Milliseconds(ms)) => ms,
            Ok(Spelled::Rfc3339(text)) => text
                .parse::<jiff::Timestamp>()
                .map_err(|e| {
                    D::Error::custom(format!("`{}` is no instant: {e}", text.escape_debug()))
                })?
                .as_millisecond(),
            Err(_) => {
                return Err(D::Error::custom(
                    "a time is RFC 3339 text or a whole number of milliseconds since the epoch",
                ));
            }
        };
        // Where jiff's years end (9999) nothing else here works either.
        if jiff::Timestamp::from_millisecond(ms).is_err() {
            return Err(D::Error::custom(format!("{ms} ms since the epoch is beyond year 9999")));
        }
        Ok(Self(ms))
    }
}

impl History {
    /// From executions as ListExecutions returns them, by machine. It does not return how the earlier
    /// attempts of a redriven execution ended: [`History::hidden_attempts`] counts them.
    pub fn from_runs(
        from_ms: i64,
        to_ms: i64,
        machines: impl IntoIterator<Item = (MachineKey, Vec<Run>)>,
    ) -> Self {
        let mut machines: BTreeMap<MachineKey, Vec<Run>> = machines.into_iter().collect();
        for runs in machines.values_mut() {
            runs.retain(|run| !is_map_run(&run.arn));
            runs.sort_by(|a, b| a.order().cmp(&b.order()).then(a.arn.cmp(&b.arn)));
        }
        Self { origin: Origin::Recorded, from_ms, to_ms, machines }
    }

    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, HistoryError> {
        let mut header: Option<Header> = None;
        let mut machines: BTreeMap<MachineKey, Vec<Run>> = BTreeMap::new();
        // Where each attempt stands: its line and its place among the machine's.
        let mut places: BTreeMap<(MachineKey, String, u32), (usize, usize)> = BTreeMap::new();
        let mut first = true;
        for (index, text) in text.lines().enumerate() {
            let line = index + 1;
            let text = if line == 1 { text.trim_start_matches('\u{feff}') } else { text }.trim();
            if text.is_empty() {
                continue;
            }
            let bad = |reason: String| HistoryError { line, reason };
            if std::mem::take(&mut first) && text.contains("\"guardian_history\"") {
                let read: Header = serde_json::from_str(text).map_err(|e| bad(json_error(&e)))?;
                if read.guardian_history != FORMAT {
                    return Err(bad(format!(
                        "format {} is not known to this version, which reads {FORMAT}",
                        read.guardian_history
                    )));
                }
                for key in &read.machines {
                    machines.entry(key.clone()).or_default();
                }
                header = Some(read);
                continue;
            }
            let attempt: Attempt = serde_json::from_str(text).map_err(|e| bad(json_error(&e)))?;
            if is_map_run(&attempt.execution) {
                continue;
            }
            let key = MachineKey::of_machine(&attempt.machine).map_err(|e| bad(e.to_string()))?;
            let run = attempt.checked().map_err(bad)?;
            let place = (key.clone(), run.arn.clone(), run.redrive_count);
            let runs = machines.entry(key).or_default();
            match places.get(&place) {
                None => {
                    places.insert(place, (line, runs.len()));
                    runs.push(run);
                }
                // Recorded while it ran, and again when it was over: the later state counts.
                Some(&(_, at)) if !runs[at].status.is_finished() => runs[at] = run,
                Some(&(_, at)) if runs[at] == run || !run.status.is_finished() => {}
                Some((other, _)) => {
                    return Err(bad(format!(
                        "`{}` (redrive {}) ended otherwise on line {other}; leave one of them out",
                        run.arn.escape_debug(),
                        run.redrive_count
                    )));
                }
            }
        }
        let instants = || machines.values().flatten().flat_map(|r| [Some(r.start_ms), r.stop_ms]);
        let (first_ms, last_ms) = (instants().flatten().min(), instants().flatten().max());
        let (from, to, origin) = match header {
            None => (None, None, Origin::Recorded),
            Some(h) => {
                let origin = match (h.simulated, h.seed) {
                    (true, seed) => Origin::Simulated(seed.unwrap_or_default()),
                    (false, _) => Origin::Recorded,
                };
                (h.from.map(|i| i.0), h.to.map(|i| i.0), origin)
            }
        };
        let nothing = || HistoryError {
            line: 0,
            reason: "there is no attempt and no header that says from when to when".to_owned(),
        };
        let from_ms = from.or(first_ms).ok_or_else(nothing)?;
        let to_ms = to.or(last_ms.map(|l| l + 1)).ok_or_else(nothing)?;
        if to_ms <= from_ms {
            let reason = "it ends before it begins; `from` is to be before `to`".to_owned();
            return Err(HistoryError { line: 1, reason });
        }
        let mut history = Self::from_runs(from_ms, to_ms, machines);
        history.origin = origin;
        Ok(history)
    }

    /// Writes a file; [`History::parse`] reads it back.
    pub fn write(&self) -> String {
        let seed = match self.origin {
            Origin::Recorded => None,
            Origin::Simulated(seed) => Some(seed),
        };
        let idle = self.machines.iter().filter(|(_, runs)| runs.is_empty());
        let header = Header {
            guardian_history: FORMAT,
            simulated: seed.is_some(),
            seed,
            from: Some(Instant(self.from_ms)),
            to: Some(Instant(self.to_ms)),
            machines: idle.map(|(key, _)| key.clone()).collect(),
        };
        let mut lines = vec![line(&header)];
        for (key, runs) in &self.machines {
            lines.extend(runs.iter().map(|run| line(&Attempt::of(key, run))));
        }
        lines.concat()
    }

    /// Attempts whose end is missing from the history, because a redrive of the same execution
    /// hides them and they have no line. The truth in between is unknown then.
    pub fn hidden_attempts(&self) -> usize {
        let mut hidden = 0;
        for runs in self.machines.values() {
            let mut known: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for run in runs {
                let (lines, redrives) = known.entry(&run.arn).or_default();
                *lines += 1;
                *redrives = (*redrives).max(run.redrive_count as usize);
            }
            hidden += known
                .values()
                .map(|(n, redrives)| (redrives + 1).saturating_sub(*n))
                .sum::<usize>();
        }
        hidden
    }
}

impl Attempt {
    fn of(key: &MachineKey, run: &Run) -> Self {
        Self {
            machine: key.to_string(),
            execution: run.arn.clone(),
            status: run.status,
            start: Instant(run.start_ms),
            stop: run.stop_ms.map(Instant),
            redrive: run.redrive_ms.map(Instant),
            redrive_count: run.redrive_count,
        }
    }

    fn checked(self) -> Result<Run, String> {
        let run = Run {
            arn: self.execution,
            status: self.status,
            start_ms: self.start.0,
            stop_ms: self.stop.map(|i| i.0),
            redrive_ms: self.redrive.map(|i| i.0),
            redrive_count: self.redrive_count,
        };
        let word = run.status.as_str();
        if run.arn.is_empty() {
            return Err("`execution` is empty; give its ARN or name".to_owned());
        }
        if run.status.is_finished() && run.stop_ms.is_none() {
            return Err(format!("an attempt that is {word} needs `stop`"));
        }
        if !run.status.is_finished() && run.stop_ms.is_some() {
            return Err(format!("an attempt that is {word} cannot have `stop`"));
        }
        if run.stop_ms.is_some_and(|stop| stop < run.began_ms()) {
            return Err("`stop` is before the attempt began".to_owned());
        }
        if run.redrive_ms.is_some() != (run.redrive_count > 0) {
            return Err("`redrive` and `redrive_count` go together; give both or none".to_owned());
        }
        Ok(run)
    }
}

fn line(value: &impl Serialize) -> String {
    // Serialising these structs cannot fail: their keys are text and their maps none.
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    text
}

/// serde_json's words without its own line number, which is always 1 here.
fn json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line 1 column").next().unwrap_or(&text).to_owned()
}

/// Whether an execution is a Map Run's child: its ARN has `NAME/LABEL` for the machine.
fn is_map_run(arn: &str) -> bool {
    arn.starts_with("arn:") && arn.split(':').nth(6).is_some_and(|machine| machine.contains('/'))
}
