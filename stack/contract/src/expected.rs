//! Late and stuck: whether a finished run was due, and how long the oldest run in progress has been
//! going. Pure: the time and the runs are given.

use crate::schedule::{self, Cron, Minute, Recurrence};
use crate::{Declared, GRACE_S, Run, Schedule};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// When something is due, as EventBridge's rules and schedules say it.
///
/// The calendar is the contract's, the zones are jiff's. What AWS does where the clocks change is
/// written here: a time that the clocks skip is not due, one that they repeat is due once (AWS
/// re:Post, "How can I adjust my Amazon EventBridge schedule for daylight saving?").
#[derive(Debug, Clone)]
pub enum Timetable {
    /// So many milliseconds after the last time.
    Every(i64),
    /// At these minutes, by the clocks of the zone.
    Cron(Box<Cron>, TimeZone),
    /// Once.
    At(i64),
}

impl Timetable {
    /// Reads `rate(…)`, `cron(…)` or `at(…)`; the error says what is wrong.
    pub fn read(schedule: &Schedule) -> Result<Self, String> {
        let text = schedule.expression.trim();
        let inner = text
            .split_once('(')
            .and_then(|(kind, rest)| Some((kind.trim(), rest.strip_suffix(')')?.trim())));
        let Some((kind, inner)) = inner else {
            return Err(format!("`{text}` is neither rate(…) nor cron(…) nor at(…)"));
        };
        let zone = || match schedule.timezone.as_deref() {
            None => Ok(TimeZone::UTC),
            Some(name) => TimeZone::get(name).map_err(|e| format!("time zone `{name}`: {e}")),
        };
        match kind {
            "rate" => every(inner).map(Self::Every).ok_or_else(|| format!("`{text}` is no rate")),
            "cron" => Ok(Self::Cron(Box::new(cron(inner)?), zone()?)),
            "at" => {
                let at: DateTime = inner.parse().map_err(|e| format!("`{inner}`: {e}"))?;
                let at = zone()?.to_timestamp(at).map_err(|e| format!("`{inner}`: {e}"))?;
                Ok(Self::At(at.as_millisecond()))
            }
            _ => Err(format!("`{text}` is neither rate(…) nor cron(…) nor at(…)")),
        }
    }

    /// The first due time after this one, both in milliseconds since the epoch; `None` if nothing
    /// is due any more.
    pub fn next_after(&self, after_ms: i64) -> Option<i64> {
        match self {
            Self::Every(ms) => after_ms.checked_add(*ms),
            Self::At(at) => (*at > after_ms).then_some(*at),
            Self::Cron(cron, zone) => {
                let after = Timestamp::from_millisecond(after_ms).ok()?;
                let mut minute = minute_of(zone.to_datetime(after))?;
                // A fold hides an hour of times at most, a gap skips one: thousands of steps only
                // for a cron of each minute in a zone that changed by days.
                for _ in 0..5_000 {
                    minute = cron.next_after(minute)?;
                    let at = zone.to_ambiguous_timestamp(clock_of(minute)?);
                    if matches!(at.offset(), AmbiguousOffset::Gap { .. }) {
                        continue;
                    }
                    let at = at.earlier().ok()?;
                    if at > after {
                        return Some(at.as_millisecond());
                    }
                }
                None
            }
        }
    }
}

fn every(rate: &str) -> Option<i64> {
    let (count, unit) = rate.split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|n| *n > 0)?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    count.checked_mul(seconds * 1_000)
}

/// Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year.
fn cron(text: &str) -> Result<Cron, String> {
    match schedule::read(&format!("cron({text})")) {
        Ok(Recurrence::Cron(cron)) => Ok(cron),
        Ok(Recurrence::Rate { .. }) => Err(format!("cron({text}) is a rate")),
        Err(refused) => Err(format!("cron({text}): {}", refused.message)),
    }
}

fn minute_of(clock: DateTime) -> Option<Minute> {
    let part = |number: i8| u16::try_from(number).ok();
    Some(Minute {
        year: u16::try_from(clock.year()).ok()?,
        month: part(clock.month())?,
        day: part(clock.day())?,
        hour: part(clock.hour())?,
        minute: part(clock.minute())?,
    })
}

fn clock_of(minute: Minute) -> Option<DateTime> {
    let part = |number: u16| i8::try_from(number).ok();
    let Minute { year, month, day, hour, minute } = minute;
    let (month, day, hour, minute) = (part(month)?, part(day)?, part(hour)?, part(minute)?);
    DateTime::new(i16::try_from(year).ok()?, month, day, hour, minute, 0, 0).ok()
}

/// For how many seconds a finished run has been due: 0 while none is, `None` if nothing is
/// expected, or if its start is unknown. `finished` are the finished runs that count;
/// without any, the machine's creation is the time that it is expected from. `limit_s` is for how
/// many seconds a run may go on, if that is known.
pub fn overdue(
    declared: &Declared,
    limit_s: Option<f64>,
    finished: &[&Run],
    created_ms: Option<i64>,
    now_ms: i64,
) -> Result<Option<f64>, String> {
    let grace_s = declared.grace_s.map(f64::from);
    let ms = |seconds: f64| (seconds * 1_000.0) as i64;
    let due_ms = if declared.schedules.is_empty() {
        let Some(every_s) = declared.expect_every_s else { return Ok(None) };
        let last = finished.iter().map(|run| run.changed_ms()).max().or(created_ms);
        last.map(|last| last + i64::from(every_s) * 1_000 + ms(grace_s.unwrap_or(0.0)))
    } else {
        let timetables: Vec<Timetable> =
            declared.schedules.iter().map(Timetable::read).collect::<Result<_, _>>()?;
        // What was started by a due time has begun after it.
        let Some(last) = finished.iter().map(|run| run.began_ms()).max().or(created_ms) else {
            return Ok(None);
        };
        let due = timetables.iter().filter_map(|t| t.next_after(last)).min();
        // Nothing will ever be due again, so nothing is overdue.
        let Some(due) = due else { return Ok(Some(0.0)) };
        let usual_s = f64::from(GRACE_S);
        // The duration of runs does not show how punctually they start.
        let least_s = if declared.limits_by_p99() { usual_s } else { 0.0 };
        let limit_s = limit_s.map_or(usual_s, |limit| limit.max(least_s));
        let grace_s = grace_s.unwrap_or(limit_s);
        let window_s = f64::from(declared.window_s.unwrap_or(0));
        Some(due + ms(grace_s + window_s))
    };
    Ok(due_ms.map(|due| seconds(now_ms - due)))
}

/// The duration of the oldest running execution in seconds, 0 without one. A redrive restarts it,
/// as it restarts the machine's own TimeoutSeconds.
pub fn oldest_running(running: &[&Run], now_ms: i64) -> f64 {
    running.iter().map(|run| run.began_ms()).min().map_or(0.0, |began| seconds(now_ms - began))
}

fn seconds(ms: i64) -> f64 {
    SignedDuration::from_millis(ms.max(0)).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use proptest::prelude::*;

    fn timetable(expression: &str, timezone: Option<&str>) -> Timetable {
        let timezone = timezone.map(str::to_owned);
        Timetable::read(&Schedule { expression: expression.into(), timezone }).unwrap()
    }

    fn ms(time: &str) -> i64 {
        time.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn next(expression: &str, timezone: Option<&str>, after: &str) -> String {
        let next = timetable(expression, timezone).next_after(ms(after));
        next.map_or("never".to_owned(), |at| Timestamp::from_millisecond(at).unwrap().to_string())
    }

    /// The examples of the EventBridge guide, and what its table of wildcards promises.
    #[test]
    fn the_dialect_of_aws_is_read() {
        // 2026-11-24 is a Tuesday.
        let after = "2026-11-24T12:00:00Z";
        for (expression, expected) in [
            ("cron(0 10 * * ? *)", "2026-11-25T10:00:00Z"),
            ("cron(15 12 * * ? *)", "2026-11-24T12:15:00Z"),
            ("cron(0 18 ? * MON-FRI *)", "2026-11-24T18:00:00Z"),
            ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00Z"),
            ("cron(0/15 * * * ? *)", "2026-11-24T12:15:00Z"),
            ("cron(0/10 * ? * MON-FRI *)", "2026-11-24T12:10:00Z"),
            ("cron(0/5 8-17 ? * MON-FRI *)", "2026-11-24T12:05:00Z"),
            ("cron(0 */3 * * ? *)", "2026-11-24T15:00:00Z"),
            ("cron(0 0 L * ? *)", "2026-11-30T00:00:00Z"),
            ("cron(0 0 ? * L *)", "2026-11-28T00:00:00Z"),
            ("cron(0 0 ? * 1 *)", "2026-11-29T00:00:00Z"),
            ("cron(0 0 ? * 6L *)", "2026-11-27T00:00:00Z"),
            ("cron(0 0 ? * TUE#1 *)", "2026-12-01T00:00:00Z"),
            ("cron(0 0 ? * 3#2 *)", "2026-12-08T00:00:00Z"),
            // The 3rd of January 2027 is a Sunday; the nearest weekday is the 4th.
            ("cron(0 0 3W 1 ? *)", "2027-01-04T00:00:00Z"),
            ("cron(0 0 1 1 ? 2030)", "2030-01-01T00:00:00Z"),
            ("cron(0 0 1 1 ? 2020)", "never"),
            ("rate(5 minutes)", "2026-11-24T12:05:00Z"),
            ("rate(1 day)", "2026-11-25T12:00:00Z"),
            ("at(2027-01-01T00:00:00)", "2027-01-01T00:00:00Z"),
            ("at(2026-01-01T00:00:00)", "never"),
        ] {
            assert_eq!(next(expression, None, after), expected, "{expression}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_not_due_and_one_that_they_repeat_is_due_once() {
        let nightly = |after| next("cron(30 2 * * ? *)", Some("Europe/Berlin"), after);
        assert_eq!(nightly("2026-03-28T12:00:00Z"), "2026-03-30T00:30:00Z");
        assert_eq!(nightly("2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(nightly("2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
        let summer = next("cron(0 3 * * ? *)", Some("America/New_York"), "2026-07-01T00:00:00Z");
        assert_eq!(summer, "2026-07-01T07:00:00Z");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (expression, timezone, reason) in [
            ("hourly", None, "neither"),
            ("cron(0 10 * * *)", None, "5 fields"),
            ("cron(61 10 * * ? *)", None, "cron(61"),
            ("rate(0 minutes)", None, "no rate"),
            ("rate(5 weeks)", None, "no rate"),
            ("cron(0 10 * * ? *)", Some("Europe/Atlantis"), "Atlantis"),
        ] {
            let timezone = timezone.map(str::to_owned);
            let schedule = Schedule { expression: expression.into(), timezone };
            let error = Timetable::read(&schedule).unwrap_err();
            assert!(error.contains(reason), "{expression}: {error}");
        }
    }

    proptest! {
        /// Against the definition: the next due minute is the first later one whose clock matches.
        #[test]
        fn the_next_due_time_is_the_first_that_matches(
            minute in 0i8..60, hour in 0i8..24, step in 1i8..6, after in 1_700_000_000i64..1_900_000_000,
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York",
                                              "Asia/Kolkata", "Australia/Lord_Howe"]),
        ) {
            let expression = format!("cron({minute} {}/{step} * * ? *)", hour % step);
            let after_ms = after * 1_000 + 1;
            let found = timetable(&expression, Some(zone)).next_after(after_ms).unwrap();
            let zone = TimeZone::get(zone).unwrap();
            let first_minute = after / 60 + 1;
            let matches = |at: &Timestamp| {
                let clock = zone.to_datetime(*at);
                let first = zone.to_ambiguous_timestamp(clock).earlier().unwrap() == *at;
                first && clock.minute() == minute && (clock.hour() - hour % step) % step == 0
                    && clock.hour() >= hour % step
            };
            let expected = (first_minute..)
                .map(|m| Timestamp::from_second(m * 60).unwrap())
                .find(matches);
            prop_assert_eq!(found, expected.unwrap().as_millisecond());
        }
    }

    fn run(start_s: i64, stop_s: Option<i64>) -> Run {
        Run {
            arn: start_s.to_string(),
            status: if stop_s.is_some() { Status::Failed } else { Status::Running },
            start_ms: start_s * 1_000,
            stop_ms: stop_s.map(|s| s * 1_000),
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    #[test]
    fn an_interval_counts_from_the_last_end_or_from_the_machines_creation() {
        let hourly = Declared { expect_every_s: Some(3_600), ..Declared::default() };
        let ended = run(100, Some(200));
        let late = |finished: &[&Run], created, now_s: i64| {
            overdue(&hourly, None, finished, created, now_s * 1_000).unwrap()
        };
        assert_eq!(late(&[&ended], None, 3_800), Some(0.0));
        assert_eq!(late(&[&ended], None, 3_801), Some(1.0));
        assert_eq!(late(&[], Some(0), 3_700), Some(100.0));
        assert_eq!(late(&[], None, 3_700), None);
        assert_eq!(overdue(&Declared::default(), None, &[&ended], None, 0), Ok(None));
    }

    #[test]
    fn a_scheduled_run_is_late_once_its_time_to_finish_is_over() {
        let mut nightly = Declared {
            schedules: vec![Schedule { expression: "cron(0 3 * * ? *)".into(), timezone: None }],
            ..Declared::default()
        };
        let due = ms("2026-11-24T03:00:00Z") / 1_000;
        let yesterday = run(due - 86_400 + 5, Some(due - 86_000));
        let late = |declared: &Declared, finished: &[&Run], now_s: i64| {
            overdue(declared, Some(600.0), finished, None, now_s * 1_000).unwrap().unwrap()
        };
        assert_eq!(late(&nightly, &[&yesterday], due + 600), 0.0);
        assert_eq!(late(&nightly, &[&yesterday], due + 660), 60.0);
        let today = run(due + 5, Some(due + 650));
        assert_eq!(late(&nightly, &[&yesterday, &today], due + 660), 0.0);
        // While it is not known how long a run may take, it is a quarter of an hour.
        let unknown = overdue(&nightly, None, &[&yesterday], None, (due + 960) * 1_000);
        assert_eq!(unknown, Ok(Some(60.0)));
        // Nor is it less where that comes from how long runs took.
        nightly.max_p99_percent = Some(300);
        assert_eq!(late(&nightly, &[&yesterday], due + 960), 60.0);
        let long = overdue(&nightly, Some(1_800.0), &[&yesterday], None, (due + 1_860) * 1_000);
        assert_eq!(long, Ok(Some(60.0)));
        nightly.max_p99_percent = None;
        nightly.grace_s = Some(60);
        assert_eq!(late(&nightly, &[&yesterday], due + 120), 60.0);
        nightly.window_s = Some(30);
        assert_eq!(late(&nightly, &[&yesterday], due + 120), 30.0);
        nightly.schedules[0].expression = "cron(nonsense)".into();
        assert!(overdue(&nightly, None, &[&yesterday], None, 0).is_err());
    }

    #[test]
    fn the_oldest_run_under_way_is_the_one_whose_present_attempt_began_first() {
        let mut redriven = run(0, None);
        (redriven.redrive_ms, redriven.redrive_count) = (Some(90_000), 1);
        assert_eq!(oldest_running(&[], 100_000), 0.0);
        assert_eq!(oldest_running(&[&redriven, &run(50, None)], 100_000), 50.0);
        assert_eq!(oldest_running(&[&redriven], 100_000), 10.0);
    }
}
