//! The limit of a run's duration that is a multiple of recent durations, as in `3 x p99`. Pure: the
//! caller lists the runs.

use crate::{Declared, Run, Status};
use std::collections::BTreeMap;

/// Executions that are asked for at once of a machine whose limit comes from its runs: the most
/// that one call gives, since the quota counts calls. Of a hundred runs or fewer the 99th
/// percentile is the longest or the one before it, so that a single run that hung and then came
/// through would be the measure of all others.
pub const LISTED_FOR_P99: u16 = 1_000;
/// Runs that must have succeeded before there is a limit.
pub const LEAST_RUNS: usize = 20;
/// No limit is shorter: the numbers are published by the minute, and a machine whose runs take a
/// second is not stuck when one takes four.
const LEAST_S: f64 = 60.0;

/// The limit in seconds; `None` if nothing is declared, or if too few runs are known.
/// `p99_ms` is what [`p99_ms`] gave.
pub fn limit_s(declared: &Declared, p99_ms: Option<i64>) -> Option<f64> {
    if let Some(seconds) = declared.max_duration_s {
        return Some(f64::from(seconds));
    }
    let percent = i64::from(declared.max_p99_percent?);
    let p99_ms = p99_ms?;
    Some((p99_ms.saturating_mul(percent) as f64 / 100_000.0).max(LEAST_S))
}

/// The 99th percentile of how long successful runs took, in milliseconds; `None` of too few.
pub fn p99_ms(runs: &[Run]) -> Option<i64> {
    nearest_rank(durations_ms(runs), 99)
}

/// Durations of the runs that succeeded at the first attempt. A failed run may have failed at once,
/// or have hung. The duration of a redriven run means nothing: counted from its start it includes
/// the time until the redrive, and counted from the redrive it covers only the remaining states.
fn durations_ms(runs: &[Run]) -> Vec<i64> {
    let whole = runs.iter().filter(|r| r.status == Status::Succeeded && r.redrive_count == 0);
    // The list and an event may report the same run.
    let took: BTreeMap<&str, i64> = whole
        .filter_map(|run| Some((run.arn.as_str(), (run.stop_ms? - run.start_ms).max(0))))
        .collect();
    took.into_values().collect()
}

/// The nearest-rank percentile; `None` for fewer than [`LEAST_RUNS`] values.
fn nearest_rank(mut values: Vec<i64>, percent: usize) -> Option<i64> {
    if values.len() < LEAST_RUNS {
        return None;
    }
    let rank = (values.len() * percent).div_ceil(100).max(1);
    let (_, value, _) = values.select_nth_unstable(rank - 1);
    Some(*value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(number: usize, status: Status, took_ms: i64) -> Run {
        let start_ms = 1_000_000 * i64::try_from(number).unwrap();
        Run {
            arn: format!("run-{number}"),
            status,
            start_ms,
            stop_ms: status.is_finished().then_some(start_ms + took_ms),
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    fn factor(percent: u32) -> Declared {
        Declared { max_p99_percent: Some(percent), ..Declared::default() }
    }

    /// So many runs of a hundred seconds each.
    fn usual(count: usize) -> Vec<Run> {
        (0..count).map(|number| run(number, Status::Succeeded, 100_000)).collect()
    }

    #[test]
    fn a_limit_is_the_declared_time_or_so_many_times_what_runs_take() {
        let time = Declared { max_duration_s: Some(90), ..Declared::default() };
        assert_eq!(limit_s(&time, p99_ms(&[])), Some(90.0));
        assert_eq!(limit_s(&factor(300), p99_ms(&usual(20))), Some(300.0));
        assert_eq!(limit_s(&factor(150), p99_ms(&usual(20))), Some(150.0));
        assert_eq!(limit_s(&Declared::default(), p99_ms(&usual(20))), None);
    }

    #[test]
    fn fewer_runs_than_twenty_are_no_measure_and_no_limit_is_below_a_minute() {
        assert_eq!(limit_s(&factor(300), p99_ms(&usual(19))), None);
        // The same run twice is one run.
        let twice = [usual(19), usual(19)].concat();
        assert_eq!(limit_s(&factor(300), p99_ms(&twice)), None);
        let short: Vec<Run> = (0..50).map(|n| run(n, Status::Succeeded, 400)).collect();
        assert_eq!(limit_s(&factor(300), p99_ms(&short)), Some(60.0));
    }

    #[test]
    fn only_runs_that_succeeded_at_the_first_attempt_are_measured() {
        let mut runs = usual(20);
        for (number, status) in [Status::Failed, Status::TimedOut, Status::Aborted, Status::Running]
            .into_iter()
            .enumerate()
        {
            runs.push(run(100 + number, status, 9_000_000));
        }
        let mut redriven = run(200, Status::Succeeded, 9_000_000);
        (redriven.redrive_ms, redriven.redrive_count) = (Some(redriven.start_ms + 8_999_000), 1);
        runs.push(redriven);
        assert_eq!(limit_s(&factor(100), p99_ms(&runs)), Some(100.0));
    }

    #[test]
    fn one_long_run_in_a_hundred_and_one_is_not_the_measure() {
        let with = |usual_runs: usize| {
            let mut runs = usual(usual_runs);
            runs.push(run(500, Status::Succeeded, 36_000_000));
            limit_s(&factor(100), p99_ms(&runs))
        };
        assert_eq!((with(98), with(99)), (Some(36_000.0), Some(100.0)));
    }

    proptest! {
        /// Against the definition: the least of the values that at least 99 in 100 do not exceed.
        #[test]
        fn the_nearest_rank_is_what_its_definition_says(
            values in prop::collection::vec(-5i64..40, 0..300), percent in 1usize..=100,
        ) {
            let covers = |least: i64| {
                values.iter().filter(|v| **v <= least).count() * 100 >= values.len() * percent
            };
            let expected = values.iter().copied().filter(|v| covers(*v)).min();
            let expected = expected.filter(|_| values.len() >= LEAST_RUNS);
            prop_assert_eq!(nearest_rank(values.clone(), percent), expected);
        }

        /// Neither the order of the reports nor a repeated report changes the result.
        #[test]
        fn a_limit_depends_on_the_runs_and_not_on_how_they_came(
            took in prop::collection::vec(0i64..10_000_000, 20..200), at in 0usize..200,
            percent in 100u32..=10_000,
        ) {
            let all: Vec<Run> = took.iter().enumerate()
                .map(|(number, took)| run(number, Status::Succeeded, *took))
                .collect();
            let limit = limit_s(&factor(percent), p99_ms(&all)).unwrap();
            let mut shuffled = [all.clone(), all].concat();
            let middle = at % shuffled.len();
            shuffled.rotate_left(middle);
            prop_assert_eq!(limit_s(&factor(percent), p99_ms(&shuffled)), Some(limit));
            prop_assert!(limit >= LEAST_S);
            let over = took.iter().filter(|took| **took as f64 / 1_000.0 > limit).count();
            prop_assert!(over * 100 <= took.len(), "{} of {} runs over it", over, took.len());
        }
    }
}
