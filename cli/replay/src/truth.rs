//! The truth about a machine: the result of its last finished run at every instant, from its full
//! history. What a publisher or an alarm saw of it is not known here.

use crate::Timeline;
use guardian_contract::{Aborted, Light, Run, Semantics, deciding_runs, read, settles_at};
use std::collections::{BTreeMap, HashMap};

/// What the runs of a machine mean, beyond [`Semantics::LastFinished`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meaning {
    /// What an aborted run says.
    pub aborted: Aborted,
    /// How long a first failure has to be retried before the light turns red, in milliseconds.
    pub settle_ms: i64,
}

/// The true light over time. Grey before a first run has finished.
///
/// `attempts` are all attempts of all executions: a redrive is an attempt of its own, and while it
/// runs, the end of the attempt before it still stands. Which of several finished runs is the last
/// is the contract's order ([`Run::order`]): the one that began last. A first failure that has time
/// to be retried turns the light red when that time is over, unless another run has ended since.
pub fn truth(attempts: &[Run], meaning: Meaning, from_ms: i64, to_ms: i64) -> Timeline<Light> {
    let (semantics, Meaning { aborted, settle_ms }) = (Semantics::LastFinished, meaning);
    // An aborted run that is ignored decides nothing.
    let decides =
        |run: &&Run| !deciding_runs(semantics, aborted, std::slice::from_ref(*run)).is_empty();
    let mut ends: Vec<(i64, &Run)> = attempts
        .iter()
        .filter(decides)
        .filter_map(|run| run.stop_ms.map(|stop| (stop, run)))
        .collect();
    ends.sort_by_key(|(stop, run)| (*stop, run.order()));
    let mut timeline = Timeline::new(from_ms, to_ms, Light::Grey);
    // Of those that are over, the newest attempt of each execution, in the order of runs.
    let mut over = BTreeMap::new();
    let mut attempt_of = HashMap::new();
    let mut red_at: Option<i64> = None;
    for (stop_ms, run) in ends {
        if let Some(due) = red_at.filter(|due| *due <= stop_ms) {
            timeline.set(due, Light::Red);
        }
        let place = |run: &Run| (run.order(), run.arn.clone());
        let newest = attempt_of.entry(&run.arn).or_insert(run);
        if run.attempt() >= newest.attempt() {
            over.remove(&place(newest));
            over.insert(place(run), run);
            *newest = run;
        }
        // The last decides, and with the one before it whether its failure is the first.
        let last: Vec<Run> = over.values().rev().take(2).map(|run| (*run).clone()).collect();
        red_at = settles_at(semantics, aborted, settle_ms, &last, stop_ms);
        if red_at.is_none() {
            timeline.set(stop_ms, read(semantics, aborted, &last).light);
        }
    }
    if let Some(due) = red_at {
        timeline.set(due, Light::Red);
    }
    timeline
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::Status;

    fn run(arn: &str, status: Status, start_ms: i64, stop_ms: i64) -> Run {
        let stop_ms = status.is_finished().then_some(stop_ms);
        Run { arn: arn.into(), status, start_ms, stop_ms, redrive_ms: None, redrive_count: 0 }
    }

    fn lights(runs: &[Run]) -> Vec<(i64, Light)> {
        truth(runs, Meaning::default(), 0, 1000).segments().map(|s| (s.from_ms, s.state)).collect()
    }

    #[test]
    fn a_restart_leaves_the_light_and_the_run_that_began_last_decides() {
        let runs = [
            run("a", Status::Failed, 10, 20),
            run("b", Status::Running, 30, 0),
            run("long", Status::Failed, 5, 90),
            run("c", Status::Succeeded, 50, 60),
        ];
        // `long` fails after `c` succeeded, but `c` is the newer run.
        assert_eq!(lights(&runs), [(0, Light::Grey), (20, Light::Red), (60, Light::Green)]);
    }

    #[test]
    fn a_redrive_that_runs_leaves_the_light_red_until_it_has_succeeded() {
        let mut again = run("a", Status::Succeeded, 10, 80);
        (again.redrive_ms, again.redrive_count) = (Some(40), 1);
        let runs = [run("a", Status::Failed, 10, 20), again];
        assert_eq!(lights(&runs), [(0, Light::Grey), (20, Light::Red), (80, Light::Green)]);
    }

    #[test]
    fn a_first_failure_is_red_once_its_time_is_over_or_a_second_one_comes() {
        let lights = |runs: &[Run]| -> Vec<(i64, Light)> {
            let settling = Meaning { settle_ms: 50, ..Meaning::default() };
            let timeline = truth(runs, settling, 0, 1000);
            timeline.segments().map(|s| (s.from_ms, s.state)).collect()
        };
        let (grey, green, red) = (Light::Grey, Light::Green, Light::Red);
        let good = run("good", Status::Succeeded, 10, 20);
        let bad = run("bad", Status::Failed, 30, 40);
        let with = |more: Run| lights(&[good.clone(), bad.clone(), more]);
        assert_eq!(lights(&[good.clone(), bad.clone()]), [(0, grey), (20, green), (90, red)]);
        let in_time = run("retry", Status::Succeeded, 50, 80);
        assert_eq!(with(in_time), [(0, grey), (20, green)]);
        let too_late = run("retry", Status::Succeeded, 50, 120);
        assert_eq!(with(too_late), [(0, grey), (20, green), (90, red), (120, green)]);
        let second = run("retry", Status::TimedOut, 50, 60);
        assert_eq!(with(second), [(0, grey), (20, green), (60, red)]);
        assert_eq!(lights(std::slice::from_ref(&bad)), [(0, grey), (90, red)]);
        // A redrive that fails is a second failure.
        let again =
            Run { redrive_ms: Some(50), redrive_count: 1, ..run("bad", Status::Failed, 30, 70) };
        assert_eq!(with(again), [(0, grey), (20, green), (70, red)]);
    }

    #[test]
    fn an_ignored_abort_changes_nothing() {
        let runs = [run("a", Status::Succeeded, 1, 2), run("b", Status::Aborted, 3, 4)];
        let ignore = Meaning { aborted: Aborted::Ignore, ..Meaning::default() };
        let ignoring = truth(&runs, ignore, 0, 10);
        assert_eq!(ignoring.at(5), Light::Green);
        assert_eq!(truth(&runs, Meaning::default(), 0, 10).at(5), Light::Red);
    }

    #[test]
    fn what_finished_before_the_beginning_is_known_at_the_beginning() {
        let timeline = truth(&[run("a", Status::Failed, 1, 2)], Meaning::default(), 100, 200);
        assert_eq!(timeline.at(100), Light::Red);
        assert_eq!(timeline.segments().count(), 1);
    }
}
