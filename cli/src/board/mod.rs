//! The board: every light of a stack, worst first. Here is what is on it; `read` asks AWS, `view`
//! draws it.

pub mod read;
pub mod view;

use guardian_contract::{Light, Reading, Status};
use serde::Serialize;

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
    /// Runs that are not over.
    pub running: usize,
    /// State of its alarm, in CloudWatch's word; none if there is no such alarm.
    pub alarm: Option<String>,
    /// Link to the run in the console.
    pub link: Option<String>,
    /// Whether the light comes from AWS/States metrics: an EXPRESS machine's runs cannot be listed.
    pub from_metrics: bool,
    /// Why the machine could not be read.
    pub error: Option<String>,
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
            running: 0,
            alarm: None,
            link: None,
            from_metrics: false,
            error: None,
        }
    }

    /// Takes over what the machine's runs say.
    pub fn take(&mut self, reading: &Reading) {
        self.light = Some(reading.light);
        self.running = reading.running;
        if let Some(run) = &reading.decided_by {
            self.status = Some(run.status);
            self.at_ms = Some(run.stop_ms.unwrap_or_else(|| run.began_ms()));
        }
    }
}

/// How many lights of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Red.
    pub red: usize,
    /// Not read.
    pub unread: usize,
    /// Never run.
    pub grey: usize,
    /// Green.
    pub green: usize,
}

/// Counts the lights.
pub fn counts(rows: &[Row]) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match row.light {
            Some(Light::Red) => counts.red += 1,
            None => counts.unread += 1,
            Some(Light::Grey) => counts.grey += 1,
            Some(Light::Green) => counts.green += 1,
        }
    }
    counts
}

/// Sorts worst first: red, not read, grey, green; within each the newest change first.
pub fn sort(rows: &mut [Row]) {
    let rank = |row: &Row| match row.light {
        Some(Light::Red) => 0,
        None => 1,
        Some(Light::Grey) => 2,
        Some(Light::Green) => 3,
    };
    rows.sort_by(|a, b| {
        (rank(a), std::cmp::Reverse(a.at_ms), &a.key).cmp(&(
            rank(b),
            std::cmp::Reverse(b.at_ms),
            &b.key,
        ))
    });
}
