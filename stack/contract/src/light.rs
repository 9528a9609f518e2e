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
    /// It says nothing about the machine: the run before it counts.
    Ignore,
}

/// One execution, as ListExecutions or an event tells it. Times are milliseconds since the epoch.
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
    /// When the present attempt began: a redrive begins an old execution anew.
    pub fn began_ms(&self) -> i64 {
        self.redrive_ms.map_or(self.start_ms, |r| r.max(self.start_ms))
    }

    /// The order of runs, whatever order they were heard of in:
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
    /// Never finished a run.
    Grey,
    /// Succeeded (under `original`, also: running).
    Green,
}

/// What a machine's runs say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The value to publish; 0 means never run.
    pub code: u8,
    /// The light to show.
    pub light: Light,
    /// The run that decided it.
    pub decided_by: Option<Run>,
    /// How many of the runs are not over.
    pub running: usize,
}

/// Reads a light from runs, in any order and with repetitions: of one execution only its newest
/// attempt counts.
pub fn read(semantics: Semantics, aborted: Aborted, runs: &[Run]) -> Reading {
    let newest_attempt =
        |run: &&Run| !runs.iter().any(|other| other.arn == run.arn && other.order() > run.order());
    let mut attempts: Vec<&Run> = runs.iter().filter(newest_attempt).collect();
    attempts.sort_by(|a, b| a.arn.cmp(&b.arn));
    attempts.dedup_by(|a, b| a.arn == b.arn);
    let running = attempts.iter().filter(|r| !r.status.is_finished()).count();
    let counts = |run: &&&Run| match semantics {
        Semantics::Original => true,
        Semantics::LastFinished => {
            run.status.is_finished()
                && !(aborted == Aborted::Ignore && run.status == Status::Aborted)
        }
    };
    let decided_by = attempts.iter().filter(counts).max_by_key(|r| r.order()).map(|r| (*r).clone());
    // Under last-finished a first run that is still going has decided nothing: it is published
    // as RUNNING (1), which no alarm takes for a failure, and shown grey with a running mark.
    let code = match &decided_by {
        Some(run) => run.status.code(),
        None if running > 0 => Status::Running.code(),
        None => 0,
    };
    let light = match &decided_by {
        None => Light::Grey,
        Some(run) if f64::from(run.status.code()) >= crate::RED_THRESHOLD => Light::Red,
        Some(_) => Light::Green,
    };
    Reading { code, light, decided_by, running }
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

    proptest! {
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
