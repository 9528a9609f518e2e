//! What was true of a machine: the result of its last finished run, at every instant, from its
//! full history. What anybody saw of it is not known here.

use crate::Timeline;
use guardian_contract::{Aborted, Light, Run, Semantics, read};

/// The true light over time. Grey before a first run has finished.
///
/// `attempts` are all attempts of all executions: a redrive is an attempt of its own, and while it
/// runs, the end of the attempt before it still stands. Which of several finished runs is the last
/// is the contract's order ([`Run::order`]): the one that began last.
pub fn truth(attempts: &[Run], aborted: Aborted, from_ms: i64, to_ms: i64) -> Timeline<Light> {
    let mut ends: Vec<(i64, &Run)> = attempts
        .iter()
        .filter(|run| run.status.is_finished())
        .filter_map(|run| run.stop_ms.map(|stop| (stop, run)))
        .collect();
    ends.sort_by_key(|(stop, run)| (*stop, run.order()));
    let mut timeline = Timeline::new(from_ms, to_ms, Light::Grey);
    let mut last: Option<&Run> = None;
    for (stop_ms, run) in ends {
        let reading = read(Semantics::LastFinished, aborted, std::slice::from_ref(run));
        // An aborted run that is ignored decides nothing.
        let Some(decided) = reading.decided_by else { continue };
        if last.is_none_or(|last| decided.order() >= last.order()) {
            last = Some(run);
            timeline.set(stop_ms, reading.light);
        }
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
        truth(runs, Aborted::Red, 0, 1000).segments().map(|s| (s.from_ms, s.state)).collect()
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
    fn an_ignored_abort_changes_nothing() {
        let runs = [run("a", Status::Succeeded, 1, 2), run("b", Status::Aborted, 3, 4)];
        let ignoring = truth(&runs, Aborted::Ignore, 0, 10);
        assert_eq!(ignoring.at(5), Light::Green);
        assert_eq!(truth(&runs, Aborted::Red, 0, 10).at(5), Light::Red);
    }

    #[test]
    fn what_finished_before_the_beginning_is_known_at_the_beginning() {
        let timeline = truth(&[run("a", Status::Failed, 1, 2)], Aborted::Red, 100, 200);
        assert_eq!(timeline.at(100), Light::Red);
        assert_eq!(timeline.segments().count(), 1);
    }
}
