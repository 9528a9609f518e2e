//! How long it is at most from one time of a schedule to the next. Pure: it goes through the whole
//! calendar, so it need not know what day it is.

use super::{Cron, Days, Schedule};

const MINUTES_OF_A_DAY: u64 = 24 * 60;
/// The calendar of the years that are no multiples of 100 repeats itself after 28 of them; the
/// schedule's own years are left aside.
const FIRST_YEAR: u16 = 2024;
const YEARS: u16 = 28;
/// The 1st of January 2024 was a Monday; 1 is Sunday.
const FIRST_WEEKDAY: u16 = 2;

impl Schedule {
    /// Seconds from one time to the next, where that is longest; none if it never comes twice.
    ///
    /// ```
    /// use guardian_stack::schedule::parse;
    /// assert_eq!(parse("cron(0 8-17 ? * MON-FRI *)").unwrap().longest_gap_s(), Some(63 * 3_600));
    /// ```
    pub fn longest_gap_s(&self) -> Option<u64> {
        match self {
            Self::Rate { minutes } => Some(minutes * 60),
            Self::Cron(cron) => cron.longest_gap_minutes().map(|minutes| minutes * 60),
        }
    }
}

impl Cron {
    fn longest_gap_minutes(&self) -> Option<u64> {
        let times: Vec<u64> = self
            .hours
            .iter()
            .flat_map(|hour| self.minutes.iter().map(move |minute| u64::from(hour * 60 + minute)))
            .collect();
        let (first, last) = (*times.first()?, *times.last()?);
        let within = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        let days = self.days();
        let gaps =
            days.windows(2).map(|pair| (pair[1] - pair[0]) * MINUTES_OF_A_DAY + first - last);
        Some(gaps.max()?.max(within))
    }

    /// The days on which it comes, counted from the first of the calendar.
    fn days(&self) -> Vec<u64> {
        let mut days = Vec::new();
        let (mut number, mut weekday) = (0, FIRST_WEEKDAY);
        for year in FIRST_YEAR..FIRST_YEAR + YEARS {
            for month in 1..=12 {
                let length = length(year, month);
                for day in 1..=length {
                    let of_month = Day { day, length, weekday };
                    if self.months.contains(&month) && of_month.is_one_of(&self.days) {
                        days.push(number);
                    }
                    number += 1;
                    weekday = weekday % 7 + 1;
                }
            }
        }
        days
    }
}

/// A day of a month.
#[derive(Clone, Copy)]
struct Day {
    day: u16,
    /// Days of its month.
    length: u16,
    weekday: u16,
}

impl Day {
    fn is_one_of(self, days: &Days) -> bool {
        let Self { day, length, weekday } = self;
        match days {
            Days::OfMonth(days) => days.contains(&day),
            Days::LastOfMonth => day == length,
            Days::OfWeek(days) => days.contains(&weekday),
            Days::LastOfWeek(of_week) => weekday == *of_week && day + 7 > length,
            Days::Nth(of_week, nth) => weekday == *of_week && (day - 1) / 7 + 1 == *nth,
            Days::NearestWeekday(wanted) => self.is_nearest_weekday_to(*wanted),
        }
    }

    /// A Saturday goes to the Friday before, a Sunday to the Monday after, within the month.
    fn is_nearest_weekday_to(self, wanted: u16) -> bool {
        let Self { day, length, weekday } = self;
        match weekday {
            // Monday to Friday.
            2..=6 => {
                day == wanted
                    || weekday == 6 && day + 1 == wanted && wanted <= length
                    || weekday == 2 && day == wanted + 1
                    || weekday == 2 && wanted == 1 && day == 3
                    || weekday == 6 && wanted == length && day + 2 == length
            }
            _ => false,
        }
    }
}

fn length(year: u16, month: u16) -> u16 {
    match month {
        // No year of the calendar is a multiple of 100.
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use crate::schedule::parse;

    #[test]
    fn the_longest_gap_is_that_of_the_calendar() {
        const HOUR: u64 = 3_600;
        const DAY: u64 = 24 * HOUR;
        for (expression, seconds) in [
            ("rate(5 minutes)", 300),
            ("rate(2 days)", 2 * DAY),
            ("cron(0 */3 * * ? *)", 3 * HOUR),
            ("cron(0/5 * * * ? *)", 300),
            ("cron(*/7 * * * ? *)", 420),
            ("cron(0 6,18 * * ? *)", 12 * HOUR),
            ("cron(0 3 * * ? *)", DAY),
            ("cron(0 6,8 * * ? *)", 22 * HOUR),
            ("cron(0 0 ? * MON-FRI *)", 3 * DAY),
            ("cron(0 0 ? * SUN *)", 7 * DAY),
            ("cron(0 0 1 * ? *)", 31 * DAY),
            ("cron(0 0 L * ? *)", 31 * DAY),
            ("cron(0 0 31 * ? *)", 61 * DAY),
            ("cron(0 0 29 2 ? *)", (4 * 365 + 1) * DAY),
            // From the first Friday of one month to that of the next: four weeks or five.
            ("cron(0 0 ? * 6#1 *)", 35 * DAY),
            ("cron(0 0 ? * 6L *)", 35 * DAY),
            // The 15th or a day beside it; two of these days are never both a day away.
            ("cron(0 0 15W * ? *)", 32 * DAY),
        ] {
            assert_eq!(parse(expression).unwrap().longest_gap_s(), Some(seconds), "{expression}");
        }
    }
}
