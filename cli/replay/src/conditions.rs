//! What the world does between an execution and an alarm, and what is seen of executions meanwhile.

use crate::alarm::Point;
use fastrand::Rng;
use guardian_contract::{Aborted, Run, Semantics, Status, read};
use serde::{Deserialize, Serialize};

const HOUR_MS: i64 = 3_600_000;

/// What the world does to publishing. Delays are drawn evenly from `(least, most)` milliseconds.
/// No figure here is documented by AWS: they are assumptions, stated in every report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Seed of all that is drawn; one machine's draws do not depend on another's.
    pub seed: u64,
    /// From a change of status to the point that its event leads to: event, queue, row.
    pub hint_delay_ms: (i64, i64),
    /// From a schedule's minute to the reading of a machine in that sweep, or to the evaluation of
    /// its row in that tick.
    pub sweep_delay_ms: (i64, i64),
    /// From the evaluation of a row to the publishing at the end of the tick. Lists are read
    /// halfway.
    pub tick_takes_ms: (i64, i64),
    /// From PutMetricData to the point being visible to an evaluation.
    pub ingest_delay_ms: (i64, i64),
    /// Share of execution events that never arrive, 0 to 1; EventBridge delivers at best effort.
    pub lost_events: f64,
    /// How long a round takes, in which each machine is listed once: whole minutes. Absent, what
    /// the default quota allows for the number of machines (`round_ms` of the function's model).
    pub round_ms: Option<i64>,
    /// Between two sweeps of the published recipe, on whole multiples of it.
    pub sweep_every_ms: i64,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            seed: 1,
            hint_delay_ms: (1_000, 5_000),
            sweep_delay_ms: (1_000, 30_000),
            tick_takes_ms: (1_000, 10_000),
            ingest_delay_ms: (500, 5_000),
            lost_events: 0.0,
            round_ms: None,
            sweep_every_ms: 3 * HOUR_MS,
        }
    }
}

/// Why a point was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A sweep of the published recipe.
    Sweep,
    /// An execution event.
    Event,
    /// A tick that evaluated the row.
    Tick,
    /// A tick that found another light by listing the machine or describing a run.
    List,
}

/// A point and why it was published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// The point.
    pub point: Point,
    /// Why.
    pub source: Source,
}

/// ListExecutions of one machine at any instant.
pub(crate) struct List<'a> {
    /// Attempts by when they began, with when the next attempt of the same execution began.
    rows: Vec<(&'a Run, Option<i64>)>,
    /// Instants at which an attempt began or ended.
    changes: Vec<i64>,
}

impl<'a> List<'a> {
    pub fn new(attempts: &'a [Run]) -> Self {
        let mut by_execution: Vec<&Run> = attempts.iter().collect();
        by_execution.sort_by(|a, b| a.arn.cmp(&b.arn).then(a.order().cmp(&b.order())));
        let next = by_execution.iter().skip(1).map(Some).chain([None]);
        let mut rows: Vec<(&Run, Option<i64>)> = by_execution
            .iter()
            .zip(next)
            .map(|(run, next)| (*run, next.filter(|n| n.arn == run.arn).map(|n| n.began_ms())))
            .collect();
        rows.sort_by_key(|(run, _)| (run.began_ms(), run.redrive_count));
        let instants = |run: &'a Run| [Some(run.began_ms()), run.stop_ms].into_iter().flatten();
        let mut changes: Vec<i64> = attempts.iter().flat_map(instants).collect();
        changes.sort_unstable();
        Self { rows, changes }
    }

    /// All attempts, by when they began.
    pub fn attempts(&self) -> impl Iterator<Item = &'a Run> + '_ {
        self.rows.iter().map(|(run, _)| *run)
    }

    /// How many attempts began and ended by then.
    pub fn happened_by(&self, at_ms: i64) -> usize {
        self.changes.partition_point(|change_ms| *change_ms <= at_ms)
    }

    /// Executions as they stood, those that began last first.
    pub fn rows_at(&self, at_ms: i64) -> impl Iterator<Item = Run> + '_ {
        let begun = self.rows.partition_point(|(run, _)| run.began_ms() <= at_ms);
        self.rows[..begun]
            .iter()
            .rev()
            .filter(move |(_, next)| next.is_none_or(|next| next > at_ms))
            .map(move |(run, _)| match run.stop_ms.is_some_and(|stop| stop <= at_ms) {
                true => (*run).clone(),
                false => Self::as_running(run),
            })
    }

    /// An attempt before its end.
    pub fn as_running(run: &Run) -> Run {
        Run { status: Status::Running, stop_ms: None, ..run.clone() }
    }

    /// The code to publish under `original`, from the first row: the API sorts running executions
    /// by when they began, others by when they ended, newest first.
    pub fn original(&self, at_ms: i64, aborted: Aborted) -> Option<u8> {
        let first = self.rows_at(at_ms).max_by_key(|run| (run.changed_ms(), run.order()));
        read(Semantics::Original, aborted, first.as_slice()).published(Semantics::Original)
    }
}

/// Evenly from `least` to `most`.
pub(crate) fn draw(rng: &mut Rng, (least, most): (i64, i64)) -> i64 {
    rng.i64(least..=most.max(least))
}

/// FNV-1a, so that a machine's draws depend on its name alone.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
