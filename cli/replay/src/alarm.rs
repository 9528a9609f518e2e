//! CloudWatch's rules for metric alarms: from points to states, minute by minute. What is
//! published and what is true is not known here.
//!
//! Sources, both of the CloudWatch user guide: "Configuring how CloudWatch alarms treat missing
//! data" (alarms-and-missing-data) and "Alarm evaluation window" (alarm-evaluation-window). Where
//! they are silent or contradict each other, `tests/alarm_rules.rs` names the case.

use crate::Timeline;
pub use guardian_contract::{Comparison, MissingData, Statistic};
use serde::{Deserialize, Serialize};

/// A minute, in milliseconds. Alarms of standard resolution are evaluated once a minute, and
/// points of standard resolution are kept by the minute.
pub const MINUTE_MS: i64 = 60_000;
const DAY_S: i64 = 86_400;

/// A value that was published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Its timestamp, in milliseconds since the epoch.
    pub at_ms: i64,
    /// From when on an evaluation can see it.
    pub visible_ms: i64,
    /// The value; CloudWatch takes no NaN and no infinity, and neither counts here.
    pub value: f64,
}

/// Where periods begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// They end at the evaluation and move with it: 13:07–14:07, then 13:08–14:08. The default.
    Sliding,
    /// They are whole hours, days, weeks of a clock that is `offset_s` seconds ahead of UTC, and
    /// only those that are over count. There is no extended range: exactly N periods are fetched.
    WallClock {
        /// Seconds ahead of UTC, a multiple of 300. Time zones with changing offsets are not
        /// modelled.
        offset_s: i32,
    },
}

/// StateValue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Not breaching.
    Ok,
    /// Breaching.
    Alarm,
    /// Just made, or no data.
    InsufficientData,
}

/// A metric alarm of standard resolution. [`Alarm::check`] decides whether CloudWatch accepts it;
/// an alarm that it refuses is evaluated all the same, with numbers below 1 raised to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Statistic.
    pub statistic: Statistic,
    /// Comparison of a period's value with the threshold.
    pub comparison: Comparison,
    /// Threshold.
    pub threshold: f64,
    /// Length of a period, in seconds.
    pub period_s: u32,
    /// N: so many periods are looked at.
    pub evaluation_periods: u32,
    /// M: so many of them must breach.
    pub datapoints_to_alarm: u32,
    /// What stands in for periods without points.
    pub missing: MissingData,
    /// Where periods begin.
    pub window: Window,
    /// So many periods a sliding window fetches, in case some of the newest N are missing.
    ///
    /// CloudWatch does not publish the number: "depends on the length of the alarm period". Its
    /// only example fetches 5 for N = 3. That N + 2 is the rule for every N is inferred from this
    /// one example ([`Alarm::range_like_the_example`]); see how much hangs on it by varying it.
    pub range: u32,
}

/// Why CloudWatch would refuse an alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAlarm {
    /// High-resolution or odd period.
    #[error("an alarm of standard resolution cannot have a period of {0} s; use a multiple of 60")]
    Period(u32),
    /// M or N.
    #[error("{m} of {n} datapoints cannot be asked for; use 1 <= M <= N")]
    Datapoints {
        /// M.
        m: u32,
        /// N.
        n: u32,
    },
    /// Period times N.
    #[error("the periods span {span_s} s together; with a period of {period_s} s at most {most_s}")]
    Span {
        /// Period.
        period_s: u32,
        /// Period times N.
        span_s: i64,
        /// The most that is allowed.
        most_s: i64,
    },
    /// Period of a wall-clock window.
    #[error("a wall-clock window has no periods of {0} s; use 60, 300, 3600, 86400 or 604800")]
    WallClockPeriod(u32),
    /// Offset of a wall-clock window.
    #[error("a clock {0} s ahead of UTC is refused; use a multiple of 300")]
    Offset(i32),
    /// Range shorter than N.
    #[error("a range of {range} periods cannot hold the {n} that are looked at; use {n} or more")]
    Range {
        /// Range.
        range: u32,
        /// N.
        n: u32,
    },
}

/// What one evaluation made of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    /// The new state; `None` keeps the old one.
    pub state: Option<State>,
    /// How many of the N values missing data treatment filled in.
    pub filled: u32,
}

impl Alarm {
    /// The range that the documentation's example suggests for N evaluation periods: N + 2.
    pub fn range_like_the_example(evaluation_periods: u32) -> u32 {
        evaluation_periods.saturating_add(2)
    }

    /// Whether PutMetricAlarm would take it (limits of its API reference), and whether the range
    /// makes sense.
    pub fn check(&self) -> Result<(), InvalidAlarm> {
        let Self { period_s, evaluation_periods: n, datapoints_to_alarm: m, range, .. } = *self;
        if period_s == 0 || period_s % 60 != 0 {
            return Err(InvalidAlarm::Period(period_s));
        }
        if m == 0 || m > n {
            return Err(InvalidAlarm::Datapoints { m, n });
        }
        let span_s = i64::from(period_s).saturating_mul(i64::from(n));
        let most_s = if period_s < 3600 { DAY_S } else { 7 * DAY_S };
        if span_s > most_s {
            return Err(InvalidAlarm::Span { period_s, span_s, most_s });
        }
        if let Window::WallClock { offset_s } = self.window {
            if ![60, 300, 3600, 86_400, 604_800].contains(&period_s) {
                return Err(InvalidAlarm::WallClockPeriod(period_s));
            }
            if offset_s % 300 != 0 {
                return Err(InvalidAlarm::Offset(offset_s));
            }
        } else if range < n {
            return Err(InvalidAlarm::Range { range, n });
        }
        Ok(())
    }

    /// The states from `from_ms` until before `to_ms`, of an alarm that was `initial` before; one
    /// just made is INSUFFICIENT_DATA. The points may come in any order.
    pub fn evaluate(
        &self,
        points: &[Point],
        from_ms: i64,
        to_ms: i64,
        initial: State,
    ) -> Timeline<State> {
        // Points of standard resolution are kept by the minute.
        let mut points: Vec<Point> =
            points.iter().filter(|p| p.value.is_finite()).copied().collect();
        points.iter_mut().for_each(|p| p.at_ms = p.at_ms.div_euclid(MINUTE_MS) * MINUTE_MS);
        points.sort_by_key(|p| p.at_ms);

        let mut timeline = Timeline::new(from_ms, to_ms, initial);
        let mut state = initial;
        let every_ms = self.evaluated_every_ms();
        let mut at = from_ms.div_euclid(every_ms) * every_ms;
        if at < from_ms {
            at += every_ms;
        }
        while at < to_ms {
            if let Some(next) = self.decide(&self.real(&points, at)).state {
                state = next;
            }
            timeline.set(at, state);
            at += every_ms;
        }
        timeline
    }

    /// Decides over the periods of the evaluation range that have points: their ages in periods,
    /// 0 being the newest period, and their values, newest first.
    pub fn decide(&self, real: &[(u32, f64)]) -> Evaluation {
        let n = self.evaluation_periods.max(1) as usize;
        let m = self.datapoints_to_alarm.max(1) as usize;
        let newest: Vec<(u32, bool)> =
            real.iter().take(n).map(|&(age, v)| (age, self.breaches(v))).collect();
        let breaching = newest.iter().filter(|(_, breaches)| *breaches).count();
        let missing = n - newest.len();
        let met = |count: usize| Some(if count >= m { State::Alarm } else { State::Ok });
        let state = match self.missing {
            // Enough real points, or enough of them breach: missing ones need no treatment.
            _ if missing == 0 || breaching >= m => met(breaching),
            MissingData::Breaching => met(breaching + missing),
            MissingData::NotBreaching => met(breaching),
            // A real point that does not breach is enough for OK.
            _ if newest.len() > breaching => Some(State::Ok),
            MissingData::Ignore => None,
            MissingData::Missing => match newest.last() {
                None => Some(State::InsufficientData),
                // "Avoiding premature transitions": too few points, all of them breaching, turn
                // the alarm once the oldest is M periods old; before that the next may be good.
                Some((age, _)) if *age as usize + 1 >= m => Some(State::Alarm),
                Some(_) => None,
            },
        };
        Evaluation { state, filled: u32::try_from(missing).unwrap_or(u32::MAX) }
    }

    /// Every minute; every hour when the periods span more than a day together.
    fn evaluated_every_ms(&self) -> i64 {
        let span_s = i64::from(self.period_s).saturating_mul(i64::from(self.evaluation_periods));
        if span_s > DAY_S { 60 * MINUTE_MS } else { MINUTE_MS }
    }

    fn breaches(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::GreaterThanOrEqualToThreshold => value >= self.threshold,
            Comparison::GreaterThanThreshold => value > self.threshold,
            Comparison::LessThanThreshold => value < self.threshold,
            Comparison::LessThanOrEqualToThreshold => value <= self.threshold,
        }
    }

    /// The newest N periods with points that an evaluation fetches: age and value, newest first.
    fn real(&self, points: &[Point], at_ms: i64) -> Vec<(u32, f64)> {
        let period_ms = i64::from(self.period_s.max(1)) * 1000;
        let (end_ms, periods) = match self.window {
            Window::Sliding => (at_ms, self.range.max(self.evaluation_periods)),
            Window::WallClock { offset_s } => {
                // 1970-01-01 was a Thursday; weeks begin on Monday (ISO 8601), four days later.
                let monday = if self.period_s == 604_800 { 4 * DAY_S * 1000 } else { 0 };
                let shift = monday - i64::from(offset_s) * 1000;
                let end = (at_ms - shift).div_euclid(period_ms) * period_ms + shift;
                (end, self.evaluation_periods)
            }
        };
        let begin_ms = end_ms.saturating_sub(period_ms.saturating_mul(i64::from(periods)));
        let first = points.partition_point(|p| p.at_ms < begin_ms);
        let last = points.partition_point(|p| p.at_ms < end_ms);
        let mut seen = points[first..last.max(first)]
            .iter()
            .rev()
            .filter(|p| p.visible_ms <= at_ms)
            .peekable();
        let mut real = Vec::new();
        while real.len() < self.evaluation_periods.max(1) as usize
            && let Some(point) = seen.peek()
        {
            let age = (end_ms - 1 - point.at_ms) / period_ms;
            let begins = end_ms - (age + 1) * period_ms;
            let mut period = Aggregate::default();
            while let Some(point) = seen.next_if(|p| p.at_ms >= begins) {
                period.add(point.value);
            }
            real.push((u32::try_from(age).unwrap_or(u32::MAX), period.value(self.statistic)));
        }
        real
    }
}

/// The statistic set of one period.
#[derive(Debug, Default)]
struct Aggregate {
    count: f64,
    sum: f64,
    least: Option<f64>,
    greatest: Option<f64>,
}

impl Aggregate {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.least = Some(self.least.map_or(value, |l| l.min(value)));
        self.greatest = Some(self.greatest.map_or(value, |g| g.max(value)));
    }

    fn value(&self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::SampleCount => self.count,
            Statistic::Average => self.sum / self.count,
            Statistic::Sum => self.sum,
            Statistic::Minimum => self.least.unwrap_or_default(),
            Statistic::Maximum => self.greatest.unwrap_or_default(),
        }
    }
}
