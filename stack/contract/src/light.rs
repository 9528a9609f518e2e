//! What a light means: from a machine's runs to what is published and shown.

use crate::Status;
use serde::{Deserialize, Serialize};

/// How a machine's runs become its light.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Semantics {
    /// The published recipe: the newest run's status, running or not.
    Original,
    /// The last finished run: a restart never turns a red light green.
    #[default]
    LastFinished,
}

/// What an aborted run does to the light under [`Semantics::LastFinished`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aborted {
    /// It is a failure, as in the recipe.
    #[default]
    Red,
    /// It is ignored: the run before it counts.
    Ignore,
}

/// One execution, as ListExecutions or an event reports it. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Execution ARN.
    pub arn: String,
    /// Its status.
    pub status: Status,
    /// When it started.
    pub start_ms: i64,
    /// When it ended, if it has.
    pub stop_ms: Option<i64>,
    /// When it was last redriven, if it was.
    pub redrive_ms: Option<i64>,
    /// How often it was redriven.
    pub redrive_count: u32,
}

impl Run {
    /// When the current attempt began: a redrive starts a new attempt of an old execution.
    pub fn began_ms(&self) -> i64 {
        self.redrive_ms.map_or(self.start_ms, |r| r.max(self.start_ms))
    }

    /// The order of two reports of one execution. An execution keeps its start date, and each
    /// attempt has its redrive count, so the count decides before any date: lists and events round
    /// dates differently.
    pub fn attempt(&self) -> (u32, bool, i64, i64) {
        let (began, redrives, finished, stop) = self.order();
        (redrives, finished, began, stop)
    }

    /// When its status last changed: its end, or the start of its current attempt.
    pub fn changed_ms(&self) -> i64 {
        self.stop_ms.filter(|_| self.status.is_finished()).unwrap_or_else(|| self.began_ms())
    }

    /// Whether it is a failure.
    pub fn is_red(&self) -> bool {
        f64::from(self.status.code()) >= crate::RED_THRESHOLD
    }

    /// The order of runs, independent of the order of their reports:
    /// (max(startDate, redriveDate), redriveCount, finished over running, stopDate).
    pub fn order(&self) -> (i64, u32, bool, i64) {
        (self.began_ms(), self.redrive_count, self.status.is_finished(), self.stop_ms.unwrap_or(0))
    }
}

/// The colour of a light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    /// Failed, timed out or aborted.
    Red,
    /// No finished run is known.
    Grey,
    /// Succeeded (under `original`, also: running).
    Green,
}

/// The evaluation of a machine's runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The number of what is known; 0 means that no run is known.
    pub code: u8,
    /// The light to show.
    pub light: Light,
    /// The run that decided it.
    pub decided_by: Option<Run>,
    /// The number of running executions.
    pub running: usize,
}

impl Reading {
    /// Whether a run that began then is newer than what decides, or as new.
    pub fn outranked_by(&self, began_ms: i64) -> bool {
        self.decided_by.as_ref().is_none_or(|decided| began_ms >= decided.began_ms())
    }

    /// The number to publish, if any is.
    ///
    /// The recipe publishes every status that it reads. Under `last-finished` only a finished run
    /// is published. A machine without one in its list either has never finished a run, and its
    /// alarm correctly has no data; or its history has expired (Step Functions keeps it for 90
    /// days), and a 0, or the 1 of a restart, would turn a red light green without a success. If
    /// nothing is published, the alarm keeps its state.
    pub fn published(&self, semantics: Semantics) -> Option<u8> {
        (semantics == Semantics::Original || self.decided_by.is_some()).then_some(self.code)
    }
}

/// Reads a light from runs, in any order and with repetitions: of one execution only the newest
/// attempt that decides anything counts. While a failed one is redriven it stays failed.
pub fn read(semantics: Semantics, aborted: Aborted, runs: &[Run]) -> Reading {
    let running = running_runs(runs).len();
    let decided_by = deciding_runs(semantics, aborted, runs).last().map(|run| (*run).clone());
    let code = match &decided_by {
        Some(run) => run.status.code(),
        None if running > 0 => Status::Running.code(),
        None => 0,
    };
    let light = match &decided_by {
        None => Light::Grey,
        Some(run) if run.is_red() => Light::Red,
        Some(_) => Light::Green,
    };
    Reading { code, light, decided_by, running }
}

/// The runs that decide a light, each when it was the newest of them: oldest first, so that the
/// last one decides it now. Of one execution only the newest attempt that decides is among them.
pub fn deciding_runs(semantics: Semantics, aborted: Aborted, runs: &[Run]) -> Vec<&Run> {
    let decides = |run: &&Run| decides(semantics, aborted, run);
    let mut deciding = newest_attempts(runs.iter().filter(decides).collect());
    deciding.sort_by_key(|run| run.order());
    deciding
}

/// Since when the light has its colour, as far back as the runs go: the end of the first
/// of the latest deciding runs that all have this colour.
pub fn light_since(semantics: Semantics, aborted: Aborted, runs: &[Run]) -> Option<i64> {
    let deciding = deciding_runs(semantics, aborted, runs);
    let red = deciding.last()?.is_red();
    deciding.iter().rev().take_while(|run| run.is_red() == red).last().map(|run| run.changed_ms())
}

/// Executions that are listed of a machine at once under [`Semantics::LastFinished`]: enough that a
/// machine with dozens of runs in progress is still one call.
pub const LISTED: u16 = 100;
/// Pages of these that are read through before finished executions are listed by status.
pub const LIST_PAGES: usize = 3;

/// Whether no execution on the next pages of the list can decide the light. `back_to_ms` is the
/// last status change of the oldest listed execution: the executions after it ended earlier, so
/// they also began earlier.
pub fn list_decides(
    semantics: Semantics,
    aborted: Aborted,
    runs: &[Run],
    back_to_ms: Option<i64>,
) -> bool {
    let decided_by = read(semantics, aborted, runs).decided_by;
    decided_by.is_some_and(|run| back_to_ms.is_none_or(|back_to| run.began_ms() >= back_to))
}

/// When a first failure that is still settling turns the light red, in milliseconds since the
/// epoch: `settle_ms` after its end. A retry that succeeds before then leaves the light green; a
/// second failure counts at once.
///
/// The retry must also finish within that time. If a retry in progress extended it, one that hangs
/// would keep a broken machine green.
pub fn settles_at(
    semantics: Semantics,
    aborted: Aborted,
    settle_ms: i64,
    runs: &[Run],
    now_ms: i64,
) -> Option<i64> {
    // Without that time no clock decides: a failure may have ended after `now_ms` was read.
    if semantics == Semantics::Original || settle_ms <= 0 {
        return None;
    }
    let deciding = deciding_runs(semantics, aborted, runs);
    let (last, before) = deciding.split_last()?;
    // A redriven execution has failed before, under the same ARN.
    let first_failure =
        last.is_red() && last.redrive_count == 0 && !before.last().is_some_and(|run| run.is_red());
    let due = last.changed_ms().saturating_add(settle_ms);
    (first_failure && now_ms < due).then_some(due)
}

/// The runs that are not over, each by its newest attempt.
pub fn running_runs(runs: &[Run]) -> Vec<&Run> {
    // Most machines are idle; comparing the names of their runs would take longest of all.
    if runs.iter().all(|run| run.status.is_finished()) {
        return Vec::new();
    }
    let mut running = newest_attempts(runs.iter().collect());
    running.retain(|run| !run.status.is_finished());
    running
}

fn newest_attempts(mut all: Vec<&Run>) -> Vec<&Run> {
    all.sort_by(|a, b| a.arn.cmp(&b.arn).then_with(|| b.attempt().cmp(&a.attempt())));
    all.dedup_by(|later, first| later.arn == first.arn);
    all
}

fn decides(semantics: Semantics, aborted: Aborted, run: &Run) -> bool {
    match semantics {
        Semantics::Original => true,
        Semantics::LastFinished => {
            run.status.is_finished()
                && !(aborted == Aborted::Ignore && run.status == Status::Aborted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(arn: &str, status: Status, start: i64) -> Run {
        let stop_ms = status.is_finished().then_some(start + 5);
        Run {
            arn: arn.into(),
            status,
            start_ms: start,
            stop_ms,
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    #[test]
    fn each_status_alone_has_its_code_and_colour() {
        for (status, code, original, last) in [
            (Status::Running, 1, Light::Green, Light::Grey),
            (Status::Succeeded, 2, Light::Green, Light::Green),
            (Status::Failed, 3, Light::Red, Light::Red),
            (Status::TimedOut, 4, Light::Red, Light::Red),
            (Status::Aborted, 5, Light::Red, Light::Red),
            (Status::PendingRedrive, 1, Light::Green, Light::Grey),
        ] {
            let runs = [run("a", status, 1)];
            let o = read(Semantics::Original, Aborted::Red, &runs);
            let l = read(Semantics::LastFinished, Aborted::Red, &runs);
            assert_eq!((o.code, o.light), (code, original), "{status:?}");
            assert_eq!((l.code, l.light), (code, last), "{status:?}");
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
    }

    #[test]
    fn no_execution_is_zero_and_grey() {
        let reading = read(Semantics::LastFinished, Aborted::Red, &[]);
        assert_eq!((reading.code, reading.light), (0, Light::Grey));
    }

    #[test]
    fn a_restart_after_a_failure_stays_red_and_the_recipe_shows_it_green() {
        let runs = [run("b", Status::Running, 10), run("a", Status::Failed, 1)];
        let last = read(Semantics::LastFinished, Aborted::Red, &runs);
        assert_eq!((last.light, last.code, last.running), (Light::Red, 3, 1));
        assert_eq!(read(Semantics::Original, Aborted::Red, &runs).light, Light::Green);
    }

    #[test]
    fn a_redrive_that_succeeds_clears_the_light_and_one_that_runs_does_not_hide_an_older_failure() {
        let failed = run("a", Status::Failed, 1);
        let mut redriven = run("a", Status::Succeeded, 1);
        (redriven.redrive_ms, redriven.redrive_count) = (Some(50), 1);
        let green = read(Semantics::LastFinished, Aborted::Red, &[failed, redriven.clone()]);
        assert_eq!(green.light, Light::Green);
        let stays = read(
            Semantics::LastFinished,
            Aborted::Red,
            &[
                run("older", Status::Succeeded, 0),
                run("a", Status::Failed, 1),
                Run { status: Status::Running, stop_ms: None, ..redriven.clone() },
            ],
        );
        assert_eq!((stays.light, stays.running), (Light::Red, 1));
        let given_up = Run { status: Status::Aborted, ..redriven.clone() };
        let runs = [run("older", Status::Succeeded, 0), run("a", Status::Failed, 1), given_up];
        assert_eq!(read(Semantics::LastFinished, Aborted::Ignore, &runs).code, 3);
        redriven.status = Status::PendingRedrive;
        let red = read(
            Semantics::LastFinished,
            Aborted::Red,
            &[run("older", Status::Failed, 0), redriven],
        );
        assert_eq!((red.light, red.running), (Light::Red, 1));
    }

    #[test]
    fn an_aborted_run_may_be_ignored() {
        let runs = [run("b", Status::Aborted, 10), run("a", Status::Succeeded, 1)];
        assert_eq!(read(Semantics::LastFinished, Aborted::Red, &runs).code, 5);
        assert_eq!(read(Semantics::LastFinished, Aborted::Ignore, &runs).code, 2);
    }

    #[test]
    fn dates_that_two_sources_round_differently_do_not_bring_an_old_telling_back() {
        let started = run("a", Status::Running, 101);
        let failed = run("a", Status::Failed, 100);
        let reading = read(Semantics::LastFinished, Aborted::Red, &[started, failed]);
        assert_eq!((reading.light, reading.running), (Light::Red, 0));
    }

    #[test]
    fn without_a_finished_run_nothing_is_published_unless_the_recipe_asks_for_it() {
        for (runs, recipe) in [(vec![], 0), (vec![run("a", Status::Running, 1)], 1)] {
            let last = read(Semantics::LastFinished, Aborted::Red, &runs);
            assert_eq!((last.light, last.published(Semantics::LastFinished)), (Light::Grey, None));
            let original = read(Semantics::Original, Aborted::Red, &runs);
            assert_eq!(original.published(Semantics::Original), Some(recipe));
        }
        let only_aborted = [run("a", Status::Aborted, 1)];
        let ignored = read(Semantics::LastFinished, Aborted::Ignore, &only_aborted);
        assert_eq!(ignored.published(Semantics::LastFinished), None);
    }

    #[test]
    fn a_first_failure_settles_and_a_second_one_counts_at_once() {
        let settles =
            |runs: &[Run], now| settles_at(Semantics::LastFinished, Aborted::Red, 60, runs, now);
        let good = run("a", Status::Succeeded, 0);
        let failed = run("b", Status::Failed, 100);
        assert_eq!(settles(&[good.clone(), failed.clone()], 110), Some(165));
        assert_eq!(settles(&[good.clone(), failed.clone()], 165), None);
        let again = run("c", Status::TimedOut, 120);
        assert_eq!(settles(&[good.clone(), failed.clone(), again], 126), None);
        let retried = run("c", Status::Succeeded, 120);
        assert_eq!(settles(&[good, failed.clone(), retried], 126), None);
        assert_eq!(settles(std::slice::from_ref(&failed), 110), Some(165));
        let mut redriven = failed;
        (redriven.redrive_ms, redriven.redrive_count) = (Some(101), 1);
        assert_eq!(settles(&[redriven], 110), None);
        let recipe = settles_at(
            Semantics::Original,
            Aborted::Red,
            60,
            &[run("b", Status::Failed, 100)],
            110,
        );
        assert_eq!(recipe, None);
    }

    #[test]
    fn a_light_is_what_it_is_since_the_first_of_the_runs_in_a_row() {
        let since = |runs: &[Run]| light_since(Semantics::LastFinished, Aborted::Red, runs);
        let runs = [
            run("d", Status::Failed, 30),
            run("c", Status::TimedOut, 20),
            run("b", Status::Succeeded, 10),
            run("a", Status::Succeeded, 1),
        ];
        assert_eq!(since(&runs), Some(25));
        assert_eq!(since(&runs[2..]), Some(6));
        assert_eq!(since(&[]), None);
    }

    proptest! {
        /// Overlapping runs: the light is that of the finished run that began last, and the runs
        /// in progress take no part in it.
        #[test]
        fn of_concurrent_runs_the_last_begun_that_is_over_decides(
            runs in prop::collection::vec((0i64..50, 1i64..50, 0usize..5), 1..20),
            now in 0i64..100,
        ) {
            let runs: Vec<Run> = runs.iter().enumerate()
                .filter(|(_, (start, ..))| *start <= now)
                .map(|(i, &(start, length, status))| {
                    let over = start + length <= now;
                    let ended = if Status::ALL[status].is_finished() { Status::ALL[status] }
                        else { Status::Succeeded };
                    let mut r = run(&format!("e{i}"), Status::Running, start);
                    if over { (r.status, r.stop_ms) = (ended, Some(start + length)); }
                    r
                }).collect();
            let reading = read(Semantics::LastFinished, Aborted::Red, &runs);
            let over = runs.iter().filter(|r| r.stop_ms.is_some());
            let latest = over.clone().map(|r| r.start_ms).max();
            prop_assert_eq!(reading.decided_by.as_ref().map(|r| r.start_ms), latest);
            prop_assert_eq!(reading.running, runs.len() - over.count());
            let deciding = deciding_runs(Semantics::LastFinished, Aborted::Red, &runs);
            prop_assert_eq!(deciding.last().copied(), reading.decided_by.as_ref());
        }

        #[test]
        fn order_of_arrival_and_duplicates_change_nothing(
            seeds in prop::collection::vec((0usize..6, 0usize..6, 0i64..9, 0u32..3), 0..12),
            rotate in 0usize..12,
        ) {
            let runs: Vec<Run> = seeds.iter().map(|&(arn, status, start, redrives)| {
                let mut r = run(&format!("e{arn}"), Status::ALL[status], start);
                r.redrive_count = redrives;
                r
            }).collect();
            // Two different statuses under one order key contradict each other; AWS sends none.
            let mut keys: Vec<_> = runs.iter().map(Run::order).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assume!(keys.len() == runs.len());
            let mut shuffled = runs.clone();
            shuffled.extend(runs.iter().cloned());
            if !shuffled.is_empty() { let k = rotate % shuffled.len(); shuffled.rotate_left(k); }
            for semantics in [Semantics::Original, Semantics::LastFinished] {
                prop_assert_eq!(
                    read(semantics, Aborted::Red, &runs),
                    read(semantics, Aborted::Red, &shuffled)
                );
            }
        }
    }
}
