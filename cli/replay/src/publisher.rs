//! Models of what each recipe publishes from a history of executions, and the alarm that goes with
//! it. The rules of the alarm itself are in [`crate::alarm`].

use crate::alarm::{Alarm, Comparison, MissingData, Point, State, Statistic, Window};
use crate::truth::Meaning;
use fastrand::Rng;
use guardian_contract::{
    Aborted, CHANGING_S, CONFIRM_AFTER_S, RED_THRESHOLD, Run, Semantics, Status, Verdict,
    changed_within, deciding_runs, read, verdict, worth_telling,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
const CHANGING_MS: i64 = CHANGING_S as i64 * 1_000;

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
            Recipe::OriginalAsDeployed | Recipe::Original => (3600, MissingData::Missing),
            Recipe::LastFinished => (60, MissingData::Ignore),
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
            confirm_after_ms: i64::from(CONFIRM_AFTER_S) * 1_000,
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

/// What a recipe publishes of one machine between two instants, in the order of publishing. The
/// recipe of old knows no time to settle.
pub fn publish(
    recipe: Recipe,
    machine: &str,
    attempts: &[Run],
    meaning: Meaning,
    (from_ms, to_ms): (i64, i64),
    conditions: &Conditions,
) -> Vec<Published> {
    if recipe == Recipe::OriginalAsDeployed {
        return Vec::new();
    }
    let (semantics, Meaning { aborted, settle_ms }) = (Semantics::LastFinished, meaning);
    let list = List::new(attempts);
    let mut rng = Rng::with_seed(conditions.seed ^ fnv1a(machine.as_bytes()));
    let mut looks = Looks::default();
    let every = conditions.sweep_every_ms.max(60_000);
    let mut sweep = from_ms.div_euclid(every) * every;
    while sweep < to_ms {
        looks.add(sweep + draw(&mut rng, conditions.sweep_delay_ms), Source::Sweep, Vec::new());
        sweep += every;
    }
    if recipe == Recipe::LastFinished {
        for end in &list.ends {
            let at = end + draw(&mut rng, conditions.hint_delay_ms);
            if rng.f64() >= conditions.lost_events {
                looks.add(at, Source::Hint, Vec::new());
            }
        }
    }
    let mut published = Vec::new();
    while let Some((at_ms, source, told)) = looks.next() {
        if !(from_ms..to_ms).contains(&at_ms) {
            continue;
        }
        let code = match recipe {
            Recipe::LastFinished => {
                let known = list.known(at_ms, aborted, told);
                let said = verdict(semantics, aborted, settle_ms, &known, None, at_ms);
                let code = said.code(semantics);
                let changing = changed_within(semantics, aborted, &known, at_ms, CHANGING_MS);
                let confirm =
                    (code.is_some() && changing).then_some(at_ms + conditions.confirm_after_ms);
                let settled = match said {
                    Verdict::Held(held) => held.until_ms().map(whole_seconds_after(at_ms)),
                    _ => None,
                };
                if let Some(again) = settled.into_iter().chain(confirm).min() {
                    let told = worth_telling(semantics, aborted, &known);
                    looks.add(again, Source::Confirmation, told);
                }
                code
            }
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

/// Looks that are to be taken at a machine, by their time; each with what it is told beside the
/// list.
#[derive(Default)]
struct Looks(BTreeMap<(i64, usize), (Source, Vec<Run>)>, usize);

impl Looks {
    fn add(&mut self, at_ms: i64, source: Source, told: Vec<Run>) {
        self.1 += 1;
        self.0.insert((at_ms, self.1), (source, told));
    }

    fn next(&mut self) -> Option<(i64, Source, Vec<Run>)> {
        self.0.pop_first().map(|((at_ms, _), (source, told))| (at_ms, source, told))
    }
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
    /// Instants at which an attempt ended. The function reads no machine for a beginning.
    ends: Vec<i64>,
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
        let mut ends: Vec<i64> = attempts.iter().filter_map(|run| run.stop_ms).collect();
        ends.sort_unstable();
        Self { rows, ends }
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

    /// What a look knows: the list as far as it can matter, and what it was told.
    fn known(&self, at_ms: i64, aborted: Aborted, told: Vec<Run>) -> Vec<Run> {
        let mut known = told;
        let (mut decided, mut settled) = (0, false);
        for run in self.rows_at(at_ms) {
            // What began before the run that decides cannot matter, but for the last one that was
            // there before anything changed, and for whether the failure is the first.
            if decided > 1 && settled {
                break;
            }
            let one = std::slice::from_ref(&run);
            if !deciding_runs(Semantics::LastFinished, aborted, one).is_empty() {
                decided += 1;
                settled |= run.changed_ms() <= at_ms - CHANGING_MS;
            }
            known.push(run);
        }
        known
    }
}

/// When a message with a delay is there that is to be no earlier than an instant.
fn whole_seconds_after(now_ms: i64) -> impl Fn(i64) -> i64 {
    move |until_ms| now_ms + (until_ms - now_ms + 999).div_euclid(1_000) * 1_000
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
