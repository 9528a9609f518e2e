//! Models of what each recipe publishes from a history of executions, and the alarm that goes with
//! it. The rules of the alarm itself are in [`crate::alarm`].

use crate::alarm::{Alarm, Comparison, Missing, Point, State, Statistic, Window};
use fastrand::Rng;
use guardian_contract::{Aborted, Light, RED_THRESHOLD, Run, Semantics, Status, read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
/// How long after a change the function looks again, and again until it is past.
const CHANGING_MS: i64 = 120_000;

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
    let mut looks = Looks::default();
    let every = conditions.sweep_every_ms.max(60_000);
    let mut sweep = from_ms.div_euclid(every) * every;
    while sweep < to_ms {
        looks.add(sweep + draw(&mut rng, conditions.sweep_delay_ms), Source::Sweep, Vec::new());
        sweep += every;
    }
    if recipe == Recipe::LastFinished {
        for change in list.changes() {
            let at = change + draw(&mut rng, conditions.hint_delay_ms);
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
                let code = last_finished(&known, aborted);
                if code.is_some() && list.changed_within(at_ms, CHANGING_MS) {
                    let again = at_ms + conditions.confirm_after_ms;
                    looks.add(again, Source::Confirmation, worth_telling(&known, aborted));
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
    /// Instants at which an attempt ended or a redrive began.
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
        let ends = attempts.iter().flat_map(|run| [run.stop_ms, run.redrive_ms]);
        let mut ends: Vec<i64> = ends.flatten().collect();
        ends.sort_unstable();
        Self { rows, ends }
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

    /// What a look knows: the list as far as it can matter, and what it was told.
    fn known(&self, at_ms: i64, aborted: Aborted, told: Vec<Run>) -> Vec<Run> {
        let mut known = told;
        let mut decided_at: Option<i64> = None;
        for run in self.rows_at(at_ms) {
            // What began before the run that decides cannot matter.
            if decided_at.is_some_and(|at| run.began_ms() < at) {
                break;
            }
            if decides(&run, aborted) {
                decided_at = Some(run.began_ms());
            }
            known.push(run);
        }
        known
    }

    /// Whether a run ended or was redriven within so long: what was published since may
    /// contradict what is published now.
    fn changed_within(&self, at_ms: i64, window_ms: i64) -> bool {
        let upto = |at: i64| self.ends.partition_point(|end| *end <= at);
        upto(at_ms) > upto(at_ms - window_ms)
    }
}

fn decides(run: &Run, aborted: Aborted) -> bool {
    run.status.is_finished() && !ignored(run, aborted)
}

fn ignored(run: &Run, aborted: Aborted) -> bool {
    run.status == Status::Aborted && aborted == Aborted::Ignore
}

/// The code to publish under `last-finished`, by the function's own rules: `None` holds the light.
///
/// The list shows only the newest attempt of an execution. While a redrive runs, how the attempt
/// before it ended is not in it, and if that end was the last one, publishing the run before would
/// turn a red light green for a restart. Only what did not succeed can be redriven, so where all
/// attempts are newer than what decides, the light is red.
fn last_finished(known: &[Run], aborted: Aborted) -> Option<u8> {
    let reading = read(Semantics::LastFinished, aborted, known);
    let decided_at = reading.decided_by.as_ref().map(Run::began_ms);
    let outranks = |began: i64| decided_at.is_none_or(|decided| began >= decided);
    let hiding: Vec<&Run> =
        known.iter().filter(|run| hides(known, run, aborted, outranks)).collect();
    // What is hidden was no success: a light that is red without it is red with it.
    if hiding.is_empty() || reading.light == Light::Red {
        return reading.published(Semantics::LastFinished);
    }
    let red = aborted == Aborted::Red && hiding.iter().any(|run| outranks(run.start_ms));
    red.then(|| Status::Failed.code())
}

/// Whether a redriven run hides an end that decides the light, for all that is known.
fn hides(known: &[Run], run: &Run, aborted: Aborted, outranks: impl Fn(i64) -> bool) -> bool {
    let newest = |count: Option<u32>| {
        let tellings = known.iter().filter(|other| other.arn == run.arn);
        let tellings = tellings.filter(|other| count.is_none_or(|c| other.redrive_count == c));
        tellings.max_by_key(|other| other.attempt())
    };
    if run.redrive_count == 0 || newest(None) != Some(run) || decides(run, aborted) {
        return false;
    }
    // The attempts before it, newest first: one that is known to have ended has decided, or is
    // ignored; one that is not known began before the next one did.
    let mut began_before = run.began_ms();
    for count in (0..run.redrive_count).rev() {
        match newest(Some(count)) {
            Some(attempt) if decides(attempt, aborted) => return false,
            Some(attempt) if ignored(attempt, aborted) => began_before = attempt.began_ms(),
            Some(attempt) => return outranks(attempt.began_ms()),
            None if count == 0 => return outranks(run.start_ms),
            None => return outranks(began_before),
        }
    }
    false
}

/// What a confirmation is told: the run that decides, and redriven ones, which the list forgets
/// with their next attempt.
fn worth_telling(known: &[Run], aborted: Aborted) -> Vec<Run> {
    let decided_by = read(Semantics::LastFinished, aborted, known).decided_by;
    let redriven = known.iter().filter(|run| run.redrive_count > 0);
    let mut told: Vec<Run> = decided_by.into_iter().chain(redriven.cloned()).collect();
    told.sort_by(|a, b| a.order().cmp(&b.order()).then(a.arn.cmp(&b.arn)));
    told.dedup();
    told
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
