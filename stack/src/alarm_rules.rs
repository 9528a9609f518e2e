//! CloudWatch's rules for the numbers of an alarm (PutMetricAlarm), checked before any deploy.

use crate::app::{Comparison, Metric, MissingData, Statistic};
use crate::problem::Reason;
use guardian_contract::{RED_THRESHOLD, Semantics};

/// Seconds that Period × EvaluationPeriods may reach (PutMetricAlarm).
pub const LONGEST_WINDOW_S: u64 = 604_800;
/// The same for periods under an hour.
pub const LONGEST_WINDOW_OF_SHORT_PERIODS_S: u64 = 86_400;
/// Characters of an alarm's name.
pub const MAX_NAME: usize = 255;
/// Characters of an alarm's description.
pub const MAX_DESCRIPTION: usize = 1_024;
/// Periods under a minute, of alarms on high-resolution metrics.
const SHORT_PERIODS: [u32; 3] = [10, 20, 30];
/// Actions for each state.
pub const MAX_ACTIONS: usize = 5;

/// How an alarm evaluates its metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// The statistic.
    pub statistic: Statistic,
    /// Seconds of a period.
    pub period_s: u32,
    /// Evaluation periods.
    pub evaluation_periods: u32,
    /// Datapoints to alarm: how many of these periods must breach.
    pub datapoints_to_alarm: u32,
    /// The threshold.
    pub threshold: f64,
    /// How a value is compared with it.
    pub comparison: Comparison,
    /// What missing points mean.
    pub missing: MissingData,
}

/// The number that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// [`Evaluation::period_s`].
    Period,
    /// [`Evaluation::evaluation_periods`].
    EvaluationPeriods,
    /// [`Evaluation::datapoints_to_alarm`].
    DatapointsToAlarm,
    /// [`Evaluation::threshold`].
    Threshold,
}

/// How close together the points of a metric may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// A minute.
    Standard,
    /// A second; its alarms may have a period of 10, 20 or 30 s, too.
    High,
}

impl Evaluation {
    /// The status alarm of a STANDARD machine.
    ///
    /// `original` has the published recipe's numbers. `last-finished` reads each point by itself
    /// within a minute and holds the state where there is none, so the light is the last status
    /// that was published, however long ago.
    pub fn of_status(semantics: Semantics) -> Self {
        let (period_s, missing) = match semantics {
            Semantics::Original => (3_600, MissingData::Missing),
            Semantics::LastFinished => (60, MissingData::Ignore),
        };
        Self {
            statistic: Statistic::Maximum,
            period_s,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            threshold: RED_THRESHOLD,
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            missing,
        }
    }

    /// Where an alarm on one of AWS/States' metrics starts from. These have points only when
    /// something happened, so periods without one are fine.
    pub fn of_metric(metric: Metric) -> Self {
        let statistic =
            if metric == Metric::ExecutionTime { Statistic::Maximum } else { Statistic::Sum };
        Self {
            statistic,
            period_s: 300,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            threshold: 1.0,
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            missing: MissingData::NotBreaching,
        }
    }

    /// Every rule of CloudWatch that these numbers break on a metric of this resolution.
    pub fn problems(&self, resolution: Resolution) -> Vec<(Part, Reason)> {
        let mut problems = Vec::new();
        if let Err(reason) = period(self.period_s, resolution) {
            problems.push((Part::Period, reason));
        } else {
            problems.extend(self.window().err().map(|reason| (Part::EvaluationPeriods, reason)));
        }
        if self.datapoints_to_alarm == 0 || self.datapoints_to_alarm > self.evaluation_periods {
            let (m, n) = (self.datapoints_to_alarm, self.evaluation_periods);
            let reason = Reason::new(format!("an alarm on {m} of {n} periods cannot be"));
            let reason = reason.help(format!("write 1 to {}", n.max(1)));
            problems.push((Part::DatapointsToAlarm, reason));
        }
        if !self.threshold.is_finite() {
            let reason = Reason::new("a threshold is a finite number");
            problems.push((Part::Threshold, reason));
        }
        problems
    }

    fn window(&self) -> Result<(), Reason> {
        let (period, count) = (u64::from(self.period_s), u64::from(self.evaluation_periods));
        let (longest, of) = if period < 3_600 {
            (LONGEST_WINDOW_OF_SHORT_PERIODS_S, "a day while a period is under an hour")
        } else {
            (LONGEST_WINDOW_S, "7 days")
        };
        if count == 0 {
            return Err(Reason::new("an alarm looks at 1 period or more").help("write 1"));
        }
        if period * count > longest {
            let message = format!(
                "{count} periods of {period} s are {} s; CloudWatch takes {longest} s at most, {of}",
                period * count
            );
            return Err(Reason::new(message)
                .help(format!("with this period, {} periods at most", longest / period)));
        }
        Ok(())
    }
}

fn period(seconds: u32, resolution: Resolution) -> Result<(), Reason> {
    let short = SHORT_PERIODS.contains(&seconds);
    if short && resolution == Resolution::High {
        return Ok(());
    }
    if seconds > 0 && seconds.is_multiple_of(60) {
        if u64::from(seconds) > LONGEST_WINDOW_S {
            return Err(Reason::new(format!("a period of {seconds} s is over 7 days"))
                .help(format!("CloudWatch takes {LONGEST_WINDOW_S} s at most")));
        }
        return Ok(());
    }
    let below = (seconds / 60 * 60).max(60);
    let reason = Reason::new(format!("CloudWatch refuses a period of {seconds} s here"));
    Err(if short {
        reason.help(
            "10, 20 and 30 s are for high-resolution metrics; those of Step Functions have a point a \
             minute, and so have those of Guardian without `alarms.high_resolution`: write 60",
        )
    } else {
        reason.help(format!("write a multiple of 60, such as {below}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn evaluation(period_s: u32, evaluation_periods: u32, datapoints_to_alarm: u32) -> Evaluation {
        let base = Evaluation::of_metric(Metric::ExecutionsFailed);
        Evaluation { period_s, evaluation_periods, datapoints_to_alarm, ..base }
    }

    #[test]
    fn the_built_in_numbers_keep_cloudwatchs_rules() {
        for semantics in [Semantics::Original, Semantics::LastFinished] {
            assert_eq!(Evaluation::of_status(semantics).problems(Resolution::Standard), []);
        }
        assert_eq!(Evaluation::of_metric(Metric::ExecutionTime).problems(Resolution::Standard), []);
    }

    #[test]
    fn the_original_has_the_recipes_numbers() {
        let original = Evaluation::of_status(Semantics::Original);
        assert_eq!((original.period_s, original.evaluation_periods), (3_600, 1));
        assert_eq!((original.statistic, original.threshold), (Statistic::Maximum, 3.0));
        assert_eq!(original.missing, MissingData::Missing);
    }

    #[test]
    fn each_broken_rule_is_told_at_its_number() {
        for (case, part, words) in [
            (evaluation(0, 1, 1), Part::Period, "refuses a period of 0 s"),
            (evaluation(30, 1, 1), Part::Period, "refuses a period of 30 s"),
            (evaluation(90, 1, 1), Part::Period, "refuses a period of 90 s"),
            (evaluation(604_860, 1, 1), Part::Period, "over 7 days"),
            (evaluation(60, 1_441, 1), Part::EvaluationPeriods, "a day while"),
            (evaluation(86_400, 8, 1), Part::EvaluationPeriods, "7 days"),
            (evaluation(60, 2, 3), Part::DatapointsToAlarm, "on 3 of 2"),
            (evaluation(60, 2, 0), Part::DatapointsToAlarm, "0 of 2"),
        ] {
            let problems = case.problems(Resolution::Standard);
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].0, part);
            assert!(problems[0].1.message.contains(words), "{}", problems[0].1);
        }
        assert_eq!(evaluation(60, 0, 0).problems(Resolution::Standard).len(), 2);
        let threshold = Evaluation { threshold: f64::NAN, ..evaluation(60, 1, 1) };
        assert_eq!(threshold.problems(Resolution::Standard)[0].0, Part::Threshold);
    }

    #[test]
    fn short_periods_are_for_metrics_of_high_resolution() {
        for period_s in SHORT_PERIODS {
            assert_eq!(evaluation(period_s, 1, 1).problems(Resolution::High), []);
        }
        for case in [evaluation(15, 1, 1), evaluation(10, 8_641, 1)] {
            assert_eq!(case.problems(Resolution::High).len(), 1);
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_what_putmetricalarm_documents(
            period in prop_oneof![0u32..200, (0u32..12_000).prop_map(|n| n * 60), any::<u32>()],
            periods in prop_oneof![0u32..5, any::<u32>()],
            datapoints in prop_oneof![0u32..5, any::<u32>()],
        ) {
            let window = u64::from(period) * u64::from(periods);
            let valid = period >= 60 && period % 60 == 0
                && (1..=periods).contains(&datapoints)
                && window <= 604_800
                && (period >= 3_600 || window <= 86_400);
            prop_assert_eq!(evaluation(period, periods, datapoints).problems(Resolution::Standard).is_empty(), valid);
        }
    }
}
