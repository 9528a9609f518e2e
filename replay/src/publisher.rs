//! Models of what each recipe publishes from a history of executions, and the alarm that goes with
//! it. The rules of the alarm itself are in [`crate::alarm`].

use crate::alarm::{Alarm, Comparison, Missing, Point, State, Statistic, Window};
use fastrand::Rng;
use guardian_contract::{Aborted, RED_THRESHOLD, Run, Semantics, Status, read};
use serde::{Deserialize, Serialize};

const HOUR_MS: i64 = 3_600_000;

/// A way of making lights: what is published when, and the alarm on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipe {
    /// The published recipe as its code is: the function publishes `<name>` and the alarm watches
    /// `<key>_Status`, so that no point ever reaches an alarm.
    OriginalAsDeployed,
    /// The published recipe as it was meant: every three hours the status of the first execution
    /// in the list, running or not; Maximum over an hour, missing data missing.
    Original,
    /// Guardian's default: the last finished run, after each execution event and again in a later
    /// minute, and every three hours; Maximum over a minute, missing data ignored. A machine that
    /// has finished no run publishes nothing.
    LastFinished,
}

impl Recipe {
    /// Its word on the command line and in output.
    pub fn word(self) -> &'static str {
        match self {
            Recipe::OriginalAsDeployed => "original-as-deployed",
            Recipe::Original => "original",
            Recipe::LastFinished => "last-finished",
        }
    }

    /// Its alarm. `range` is the number of periods that an evaluation fetches; absent, the N + 2
    /// of the documentation's example.
    pub fn alarm(self, range: Option<u32>) -> Alarm {
        let (period_s, missing) = match self {
            Recipe::OriginalAsDeployed | Recipe::Original => (3600, Missing::Missing),
            Recipe::LastFinished => (60, Missing::Ignore),
        };
        Alarm {
            statistic: Statistic::Maximum,
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            threshold: RED_THRESHOLD,
            period_s,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            missing,
            window: Window::Sliding,
            range: range.unwrap_or_else(|| Alarm::range_like_the_example(1)),
        }
    }
}

/// What the world does to publishing. Delays are drawn evenly from `(least, most)` milliseconds.
/// No figure here is documented by AWS: they are assumptions, stated in every report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Seed of all that is drawn; one machine's draws do not depend on another's.
    pub seed: u64,
    /// From a change of status to the function reading the machine: event, queue, batch window.
    pub hint_delay_ms: (i64, i64),
    /// From a schedule's minute to the reading of a machine in that sweep.
    pub sweep_delay_ms: (i64, i64),
    /// From PutMetricData to the point being visible to an evaluation.
    pub ingest_delay_ms: (i64, i64),
    /// Share of execution events that never arrive, 0 to 1; EventBridge delivers at best effort.
    pub lost_events: f64,
    /// From a hint to its confirmation.
    pub confirm_after_ms: i64,
    /// Between two sweeps, on whole multiples of it.
    pub sweep_every_ms: i64,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            seed: 1,
            hint_delay_ms: (1_000, 5_000),
            sweep_delay_ms: (1_000, 30_000),
            ingest_delay_ms: (500, 5_000),
            lost_events: 0.0,
            confirm_after_ms: 75_000,
            sweep_every_ms: 3 * HOUR_MS,
        }
    }
}

/// Why a point was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A schedule.
    Sweep,
    /// An execution event.
    Hint,
    /// The second look after one.
    Confirmation,
}

/// A point and why it was published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// The point.
    pub point: Point,
    /// Why.
    pub source: Source,
}

/// What a recipe publishes of one machine between two instants, in the order of publishing.
pub fn publish(
    recipe: Recipe,
    machine: &str,
    attempts: &[Run],
    aborted: Aborted,
    (from_ms, to_ms): (i64, i64),
    conditions: &Conditions,
) -> Vec<Published> {
    if recipe == Recipe::OriginalAsDeployed {
        return Vec::new();
    }
    let list = List::new(attempts);
    let mut rng = Rng::with_seed(conditions.seed ^ fnv1a(machine.as_bytes()));
    let mut looks: Vec<(i64, Source)> = Vec::new();
    let every = conditions.sweep_every_ms.max(60_000);
    let mut sweep = from_ms.div_euclid(every) * every;
    while sweep < to_ms {
        looks.push((sweep + draw(&mut rng, conditions.sweep_delay_ms), Source::Sweep));
        sweep += every;
    }
    if recipe == Recipe::LastFinished {
        for change in list.changes() {
            let at = change + draw(&mut rng, conditions.hint_delay_ms);
            if rng.f64() >= conditions.lost_events {
                looks.push((at, Source::Hint));
                looks.push((at + conditions.confirm_after_ms, Source::Confirmation));
            }
        }
    }
    looks.retain(|(at, _)| (from_ms..to_ms).contains(at));
    looks.sort_by_key(|(at, _)| *at);
    let mut published = Vec::new();
    for (at_ms, source) in looks {
        let code = match recipe {
            Recipe::LastFinished => list.last_finished(at_ms, aborted),
            _ => list.original(at_ms, aborted),
        };
        let visible_ms = at_ms + draw(&mut rng, conditions.ingest_delay_ms);
        if let Some(code) = code {
            let point = Point { at_ms, visible_ms, value: f64::from(code) };
            published.push(Published { point, source });
        }
    }
    published
}

/// The alarm's states over a recipe's points.
pub fn said(
    alarm: &Alarm,
    published: &[Published],
    from_ms: i64,
    to_ms: i64,
) -> crate::Timeline<State> {
    let points: Vec<Point> = published.iter().map(|p| p.point).collect();
    alarm.evaluate(&points, from_ms, to_ms, State::InsufficientData)
}

/// ListExecutions of one machine at any instant.
struct List<'a> {
    /// Attempts by when they began, with when the next attempt of the same execution began.
    rows: Vec<(&'a Run, Option<i64>)>,
}

impl<'a> List<'a> {
    fn new(attempts: &'a [Run]) -> Self {
        let mut by_execution: Vec<&Run> = attempts.iter().collect();
        by_execution.sort_by(|a, b| a.arn.cmp(&b.arn).then(a.order().cmp(&b.order())));
        let next = by_execution.iter().skip(1).map(Some).chain([None]);
        let mut rows: Vec<(&Run, Option<i64>)> = by_execution
            .iter()
            .zip(next)
            .map(|(run, next)| (*run, next.filter(|n| n.arn == run.arn).map(|n| n.began_ms())))
            .collect();
        rows.sort_by_key(|(run, _)| (run.began_ms(), run.redrive_count));
        Self { rows }
    }

    /// Instants at which an execution began, was redriven or ended.
    fn changes(&self) -> Vec<i64> {
        let mut changes: Vec<i64> = Vec::new();
        for (run, _) in &self.rows {
            changes.push(run.began_ms());
            changes.extend(run.stop_ms);
        }
        changes.sort_unstable();
        changes
    }

    /// Executions as they stood, those that began last first.
    fn rows_at(&self, at_ms: i64) -> impl Iterator<Item = Run> + '_ {
        let begun = self.rows.partition_point(|(run, _)| run.began_ms() <= at_ms);
        self.rows[..begun]
            .iter()
            .rev()
            .filter(move |(_, next)| next.is_none_or(|next| next > at_ms))
            .map(move |(run, _)| {
                let over = run.stop_ms.is_some_and(|stop| stop <= at_ms);
                let mut run = (*run).clone();
                if !over {
                    (run.status, run.stop_ms) = (Status::Running, None);
                }
                run
            })
    }

    /// The code to publish under `original`, from the first row: the API sorts running executions
    /// by when they began, others by when they ended, newest first.
    fn original(&self, at_ms: i64, aborted: Aborted) -> Option<u8> {
        let first = self.rows_at(at_ms).max_by_key(|run| (run.changed_ms(), run.order()));
        read(Semantics::Original, aborted, first.as_slice()).published(Semantics::Original)
    }

    /// The code to publish under `last-finished`; `None` publishes nothing.
    fn last_finished(&self, at_ms: i64, aborted: Aborted) -> Option<u8> {
        // What began before the run that decides cannot matter: read no further than its like.
        let mut seen: Vec<Run> = Vec::new();
        let mut decided_at: Option<i64> = None;
        for run in self.rows_at(at_ms) {
            if decided_at.is_some_and(|at| run.began_ms() < at) {
                break;
            }
            let decides = run.status.is_finished()
                && !(aborted == Aborted::Ignore && run.status == Status::Aborted);
            if decides {
                decided_at = Some(run.began_ms());
            }
            seen.push(run);
        }
        let reading = read(Semantics::LastFinished, aborted, &seen);
        let decided_by = reading.decided_by.as_ref()?;
        // As the function does: while a redrive runs, the list does not show how the attempt
        // before it ended. If that end was the last, the light holds.
        let hides_an_end = |run: &Run| {
            let ended = if run.redrive_count == 1 { run.start_ms } else { run.began_ms() };
            !run.status.is_finished() && run.redrive_count > 0 && ended >= decided_by.began_ms()
        };
        let hidden = seen.iter().any(hides_an_end);
        reading.published(Semantics::LastFinished).filter(|_| !hidden)
    }
}

/// Evenly from `least` to `most`.
fn draw(rng: &mut Rng, (least, most): (i64, i64)) -> i64 {
    rng.i64(least..=most.max(least))
}

/// FNV-1a, so that a machine's draws depend on its name alone.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
