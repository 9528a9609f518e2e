//! Mute windows: when they are open, and which machines they mute. CloudWatch mutes the alarms of
//! single machines by itself; the counts over all machines leave out the machines that the
//! same windows mute. Pure: the time is given.

use crate::glob_matches;
use crate::schedule::{DAYS, MONTHS};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

const DAY_S: u32 = 86_400;

/// A window in which alarms of some machines take no action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Its name in the configuration.
    pub name: String,
    /// Keys or names of the machines, or globs; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub machines: Vec<String>,
    /// When it begins: `cron(…)` with five fields, or `at(…)`.
    pub schedule: String,
    /// How long it lasts, in seconds.
    pub duration_s: u32,
    /// IANA name of the zone that `schedule` is read in; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

/// A window that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenMute {
    /// Its name in the configuration.
    pub name: String,
    /// Keys or names of the machines, or globs; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub machines: Vec<String>,
    /// When it closes, in milliseconds since the epoch.
    pub until_ms: i64,
}

impl Mute {
    /// The window, if it is open at `now_ms`; the error says why its schedule cannot be read.
    pub fn open_at(&self, now_ms: i64) -> Result<Option<OpenMute>, String> {
        let schedule = MuteSchedule::read(&self.schedule)
            .map_err(|reason| format!("`{}` {reason}", self.schedule))?;
        let zone = match self.timezone.as_deref() {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|e| format!("time zone `{name}`: {e}"))?,
        };
        let Ok(now) = Timestamp::from_millisecond(now_ms) else { return Ok(None) };
        let days = self.duration_s.div_ceil(DAY_S) + 1;
        let Some(start) = schedule.last_start(&zone, now, days) else { return Ok(None) };
        let until_ms = start.as_millisecond() + i64::from(self.duration_s) * 1_000;
        Ok((now_ms < until_ms).then(|| OpenMute {
            name: self.name.clone(),
            machines: self.machines.clone(),
            until_ms,
        }))
    }

    /// Whether it mutes the machine, when it is open.
    pub fn covers(&self, key: &str, name: &str) -> bool {
        covers(&self.machines, key, name)
    }
}

impl OpenMute {
    /// Whether it mutes the machine.
    pub fn covers(&self, key: &str, name: &str) -> bool {
        covers(&self.machines, key, name)
    }
}

fn covers(machines: &[String], key: &str, name: &str) -> bool {
    machines.is_empty()
        || machines.iter().any(|glob| glob_matches(glob, key) || glob_matches(glob, name))
}

/// When a window begins, in CloudWatch's dialect, which is not that of EventBridge's rules
/// [CloudWatch, Schedule].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MuteSchedule {
    /// At the minutes that all fields allow. A bit of a field stands for a value; Sunday is day 0.
    ///
    /// Whether CloudWatch takes a day that only one of its two fields for days allows is not
    /// documented; it is not muted here: an alarm too many is better than one too few.
    Cron {
        /// 0 to 59.
        minutes: u64,
        /// 0 to 23.
        hours: u64,
        /// 1 to 31.
        days: u64,
        /// 1 to 12.
        months: u64,
        /// 0 to 6.
        weekdays: u64,
    },
    /// Once.
    At(DateTime),
}

impl MuteSchedule {
    /// Reads `cron(…)` with five fields, or `at(…)` with a minute; the error says what is wrong, as
    /// the rest of a sentence that begins with the expression.
    pub fn read(text: &str) -> Result<Self, String> {
        let inner = |kind| text.strip_prefix(kind).and_then(|rest| rest.strip_suffix(')'));
        if let Some(inner) = inner("at(") {
            let shape = "dddd-dd-ddTdd:dd";
            let fits = inner.len() == shape.len()
                && inner.bytes().zip(shape.bytes()).all(|(b, of)| match of {
                    b'd' => b.is_ascii_digit(),
                    other => b == other,
                });
            let at = if fits { inner.parse::<DateTime>().ok() } else { None };
            return at.map(Self::At).ok_or_else(|| "is not a minute".to_owned());
        }
        let Some(inner) = inner("cron(") else {
            return Err("is neither cron(…) nor at(…)".to_owned());
        };
        let fields: Vec<&str> = inner.split(' ').collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else {
            return Err(format!("has {} fields; a mute window's has 5", fields.len()));
        };
        Ok(Self::Cron {
            minutes: field(minutes, 0, 59, &[], true)?,
            hours: field(hours, 0, 23, &[], true)?,
            days: field(days, 1, 31, &[], true)?,
            months: field(months, 1, 12, &MONTHS, true)?,
            // Which number Sunday has is not documented, so days of the week are taken by name alone.
            weekdays: field(weekdays, 0, 6, &DAYS, false)?,
        })
    }

    /// The last start up to now, at most so many days before. A time that the clocks skip is none,
    /// and one that they repeat is its first.
    fn last_start(&self, zone: &TimeZone, now: Timestamp, days_back: u32) -> Option<Timestamp> {
        let (minutes, hours, days, months, weekdays) = match self {
            Self::At(at) => return zone.to_timestamp(*at).ok().filter(|start| *start <= now),
            Self::Cron { minutes, hours, days, months, weekdays } => {
                (*minutes, *hours, *days, *months, *weekdays)
            }
        };
        let mut date = zone.to_datetime(now).date();
        for _ in 0..=days_back {
            let weekday = date.weekday().to_sunday_zero_offset();
            if has(days, date.day()) && has(months, date.month()) && has(weekdays, weekday) {
                for hour in (0..24).rev().filter(|hour| has(hours, *hour)) {
                    for minute in (0..60).rev().filter(|minute| has(minutes, *minute)) {
                        let at = zone.to_ambiguous_timestamp(date.at(hour, minute, 0, 0));
                        if matches!(at.offset(), AmbiguousOffset::Gap { .. }) {
                            continue;
                        }
                        if let Some(start) = at.earlier().ok().filter(|start| *start <= now) {
                            return Some(start);
                        }
                    }
                }
            }
            date = date.checked_sub(SignedDuration::from_hours(24)).ok()?;
        }
        None
    }
}

fn has(set: u64, value: i8) -> bool {
    set & (1 << value) != 0
}

/// The values of a field: `*`, a value, a range, or several of them with commas. A range may run
/// past the last value.
fn field(text: &str, first: u8, last: u8, words: &[&str], numbers: bool) -> Result<u64, String> {
    let value = |part: &str| {
        let digits = numbers && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| part.parse::<u8>().ok()).flatten();
        let position = words.iter().position(|word| *word == part);
        let word = position.and_then(|at| u8::try_from(at).ok()).map(|at| at + first);
        number.or(word).filter(|value| (first..=last).contains(value))
    };
    let mut set = 0_u64;
    for part in text.split(',') {
        let range = match part.split_once('-') {
            _ if part == "*" => Some((first, last)),
            Some((from, to)) => value(from).zip(value(to)),
            None => value(part).map(|value| (value, value)),
        };
        let Some((from, to)) = range else {
            let text = text.escape_debug();
            return Err(format!("has a field `{text}` that CloudWatch does not read"));
        };
        let mut at = from;
        set |= 1 << at;
        while at != to {
            at = if at == last { first } else { at + 1 };
            set |= 1 << at;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn mute(schedule: &str, hours: u32, timezone: Option<&str>) -> Mute {
        Mute {
            name: "w".to_owned(),
            machines: Vec::new(),
            schedule: schedule.to_owned(),
            duration_s: hours * 3_600,
            timezone: timezone.map(str::to_owned),
        }
    }

    fn is_open(mute: &Mute, at: &str) -> bool {
        mute.open_at(ms(at)).unwrap().is_some()
    }

    #[test]
    fn a_window_is_open_from_its_start_until_its_end() {
        // 2026-11-22 is a Sunday.
        let weekly = mute("cron(0 2 * * SUN)", 4, Some("Europe/Berlin"));
        for (at, open) in [
            ("2026-11-22T00:59:59Z", false),
            ("2026-11-22T01:00:00Z", true),
            ("2026-11-22T04:59:59Z", true),
            ("2026-11-22T05:00:00Z", false),
            ("2026-11-21T01:30:00Z", false),
        ] {
            assert_eq!(is_open(&weekly, at), open, "{at}");
        }
        let open = weekly.open_at(ms("2026-11-22T03:00:00Z")).unwrap().unwrap();
        assert_eq!(open.until_ms, ms("2026-11-22T05:00:00Z"));
        // Past midnight, and over days and months.
        let night = mute("cron(0 22 * * MON-FRI)", 8, None);
        assert!(
            is_open(&night, "2026-11-21T05:59:00Z") && !is_open(&night, "2026-11-22T05:59:00Z")
        );
        let long = mute("cron(0 0 25 * *)", 15 * 24, None);
        assert!(is_open(&long, "2026-12-09T23:59:00Z") && !is_open(&long, "2026-12-10T00:00:00Z"));
        let once = mute("at(2026-11-26T10:00)", 1, Some("America/New_York"));
        assert!(is_open(&once, "2026-11-26T15:30:00Z") && !is_open(&once, "2026-11-26T14:59:00Z"));
        assert!(!is_open(&once, "2027-11-26T15:30:00Z"));
    }

    #[test]
    fn a_start_that_the_clocks_skip_is_none_and_one_that_they_repeat_is_the_first() {
        let skipped = mute("cron(30 2 * * *)", 1, Some("Europe/Berlin"));
        assert!(!is_open(&skipped, "2026-03-29T01:15:00Z"));
        assert!(is_open(&skipped, "2026-03-30T01:15:00Z"));
        assert!(is_open(&skipped, "2026-10-25T00:45:00Z"));
        assert!(!is_open(&skipped, "2026-10-25T01:45:00Z"));
    }

    #[test]
    fn a_range_may_run_past_the_last_value_and_both_fields_for_days_must_allow_a_day() {
        let weekend = mute("cron(0 0 * * SAT-SUN)", 24, None);
        let open = |day: u8| is_open(&weekend, &format!("2026-11-{day}T12:00:00Z"));
        assert_eq!([20, 21, 22, 23].map(open), [false, true, true, false]);
        let both = mute("cron(0 0 1-7 JAN,NOV-DEC MON)", 24, None);
        assert!(is_open(&both, "2026-11-02T12:00:00Z"));
        assert!(!is_open(&both, "2026-11-09T12:00:00Z") && !is_open(&both, "2026-11-03T12:00:00Z"));
        assert!(!is_open(&both, "2026-02-02T12:00:00Z"));
    }

    #[test]
    fn a_window_mutes_by_key_by_name_and_by_glob_and_without_any_all() {
        let some = Mute { machines: vec!["pay-*".into(), "etl".into()], ..mute("at(x)", 1, None) };
        assert!(some.covers("pay-1", "x") && some.covers("k", "etl") && !some.covers("k", "pay"));
        assert!(mute("at(x)", 1, None).covers("any", "thing"));
    }

    #[test]
    fn what_cannot_be_read_says_why_and_mutes_nothing() {
        let reason = mute("cron(0 2 * * ?)", 1, None).open_at(0).unwrap_err();
        assert!(reason.contains("cron(0 2 * * ?)") && reason.contains("`?`"), "{reason}");
        let reason = mute("cron(0 2 * * *)", 1, Some("Europe/Nowhere")).open_at(0).unwrap_err();
        assert!(reason.contains("Europe/Nowhere"), "{reason}");
        assert!(mute("at(2026-02-30T10:00)", 1, None).open_at(0).is_err());
    }

    proptest! {
        /// The last start is found whatever the fields are: tried against each minute of the days
        /// before.
        #[test]
        fn a_window_is_open_if_any_minute_before_is_a_start(
            minute in 0u8..60, hour in 0u8..24, from in 0usize..7, to in 0usize..7,
            minutes in 1u32..4_000, now in 0i64..40_000,
        ) {
            let days = format!("{}-{}", DAYS[from], DAYS[to]);
            let schedule = format!("cron({minute} {hour} * * {days})");
            let window = Mute { duration_s: minutes * 60, ..mute(&schedule, 0, None) };
            let now_ms = ms("2026-11-01T00:00:00Z") + now * 60_000;
            let starts = |at_ms: i64| {
                let at = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(at_ms).unwrap());
                let weekday = usize::try_from(at.weekday().to_sunday_zero_offset()).unwrap();
                let within = match from <= to {
                    true => (from..=to).contains(&weekday),
                    false => weekday >= from || weekday <= to,
                };
                within && at.hour() == hour as i8 && at.minute() == minute as i8
            };
            let open = (0..i64::from(minutes)).any(|ago| starts(now_ms - ago * 60_000));
            prop_assert_eq!(window.open_at(now_ms).unwrap().is_some(), open);
        }
    }
}
