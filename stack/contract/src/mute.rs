//! When machines are muted: the windows of the configuration as the board's function reads them.

use crate::expected::Timetable;
use crate::{MANAGED_SUFFIX, Schedule};
use serde::{Deserialize, Serialize};

/// A window in which the alarms of some machines do nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MuteWindow {
    /// Keys or names of the machines, or globs; none: all.
    pub machines: Vec<String>,
    /// When it begins, in EventBridge's dialect; each of them begins one.
    pub schedules: Vec<Schedule>,
    /// How long it lasts, in seconds.
    pub duration_s: u32,
}

impl MuteWindow {
    /// A window by CloudWatch's schedule: `cron(…)` with five fields, or `at(…)`. With both a day of
    /// the month and one of the week it begins on either, as in Unix' cron; CloudWatch's guide says
    /// nothing of it [INF].
    pub fn new(
        machines: &[String],
        schedule: &str,
        timezone: Option<&str>,
        duration_s: u32,
    ) -> Self {
        let fields: Vec<&str> = schedule
            .strip_prefix("cron(")
            .and_then(|rest| rest.strip_suffix(')'))
            .map(|inner| inner.split(' ').collect())
            .unwrap_or_default();
        let expressions = match fields.as_slice() {
            [minute, hour, day, month, "*"] => {
                vec![format!("cron({minute} {hour} {day} {month} ? *)")]
            }
            [minute, hour, "*", month, weekday] => {
                vec![format!("cron({minute} {hour} ? {month} {weekday} *)")]
            }
            [minute, hour, day, month, weekday] => vec![
                format!("cron({minute} {hour} {day} {month} ? *)"),
                format!("cron({minute} {hour} ? {month} {weekday} *)"),
            ],
            _ => vec![schedule.to_owned()],
        };
        let schedule = |expression| Schedule { expression, timezone: timezone.map(str::to_owned) };
        Self {
            machines: machines.to_vec(),
            schedules: expressions.into_iter().map(schedule).collect(),
            duration_s,
        }
    }

    /// From when until when the window is that holds now, in milliseconds since the epoch.
    pub fn at(&self, now_ms: i64) -> Option<(i64, i64)> {
        let long_ms = i64::from(self.duration_s) * 1_000;
        let begins = self.schedules.iter().filter_map(|schedule| {
            let timetable = Timetable::read(schedule).ok()?;
            timetable.next_after(now_ms.saturating_sub(long_ms)).filter(|from| *from <= now_ms)
        });
        begins.min().map(|from| (from, from.saturating_add(long_ms)))
    }

    /// Patterns of the keys of its machines: of a managed machine's name, the key.
    pub fn keys(&self) -> Vec<String> {
        if self.machines.is_empty() {
            return vec!["*".to_owned()];
        }
        let keys = self.machines.iter().filter_map(|name| name.strip_suffix(MANAGED_SUFFIX));
        self.machines.iter().cloned().chain(keys.map(str::to_owned)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    fn window(schedule: &str, timezone: Option<&str>) -> MuteWindow {
        MuteWindow::new(&[], schedule, timezone, 3_600)
    }

    #[test]
    fn a_window_holds_from_its_minute_until_its_duration_is_over() {
        let nightly = window("cron(0 2 * * *)", Some("Europe/Berlin"));
        let (from, until) = (ms("2027-01-05T01:00:00Z"), ms("2027-01-05T02:00:00Z"));
        assert_eq!(nightly.at(from - 1), None);
        assert_eq!(nightly.at(from), Some((from, until)));
        assert_eq!(nightly.at(until - 1), Some((from, until)));
        assert_eq!(nightly.at(until), None);
        let once = window("at(2027-01-31T02:00)", None);
        assert!(once.at(ms("2027-01-31T02:59:00Z")).is_some());
        assert_eq!(once.at(ms("2027-02-28T02:30:00Z")), None);
    }

    #[test]
    fn days_of_the_month_and_of_the_week_are_either() {
        // 2027-01-03 is a Sunday.
        for (schedule, first, third, fourth) in [
            ("cron(0 2 1 * *)", true, false, false),
            ("cron(0 2 * JAN SUN)", false, true, false),
            ("cron(0 2 1 * SUN)", true, true, false),
        ] {
            let window = window(schedule, None);
            for (day, holds) in [("01", first), ("03", third), ("04", fourth)] {
                let at = ms(&format!("2027-01-{day}T02:30:00Z"));
                assert_eq!(window.at(at).is_some(), holds, "{schedule} on {day}");
            }
        }
        assert_eq!(window("whenever", None).at(0), None);
    }

    #[test]
    fn machines_are_named_by_key_or_name() {
        let window = MuteWindow::new(&["a-*".into(), "b-step-function".into()], "", None, 60);
        assert_eq!(window.keys(), ["a-*", "b-step-function", "b"]);
        assert_eq!(MuteWindow::default().keys(), ["*"]);
    }
}
