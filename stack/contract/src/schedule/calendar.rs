//! The days of a schedule: its next time, and how long it is at most from one to the next. Pure: the
//! clock is given, and the longest gap is that of the whole calendar.

const MINUTES_OF_A_DAY: u64 = 24 * 60;
/// The calendar of the years that are no multiples of 100 repeats itself after 28 of them; the
/// schedule's own years are left aside.
const FIRST_YEAR: u16 = 2024;
const YEARS: u16 = 28;

/// When something comes again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recurrence {
    /// Every so many minutes.
    Rate {
        /// Minutes from one run to the next, 1 or more.
        minutes: u64,
    },
    /// At the times that all fields allow, in UTC.
    Cron(Cron),
}

/// The fields of a cron expression: each the values it allows, in order and without repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    /// 0 to 59.
    pub minutes: Vec<u16>,
    /// 0 to 23.
    pub hours: Vec<u16>,
    /// Which days.
    pub days: Days,
    /// 1 to 12.
    pub months: Vec<u16>,
    /// 1970 to 2199.
    pub years: Vec<u16>,
}

/// The days of a cron expression, from whichever of its two fields for days is not `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// Days of the month, 1 to 31.
    OfMonth(Vec<u16>),
    /// `L`: the last day of the month.
    LastOfMonth,
    /// `15W`: the weekday nearest to this day of the month.
    NearestWeekday(u16),
    /// Days of the week, 1 (Sunday) to 7.
    OfWeek(Vec<u16>),
    /// `6L`, or `L` alone (Saturday): the last such day of the month.
    LastOfWeek(u16),
    /// `6#3`: such a day of the week for the so-manieth time in the month, 1 to 5.
    Nth(u16, u16),
}

/// A minute as a clock on a wall shows it, in no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute {
    /// 1970 to 2199.
    pub year: u16,
    /// 1 to 12.
    pub month: u16,
    /// 1 to 31.
    pub day: u16,
    /// 0 to 23.
    pub hour: u16,
    /// 0 to 59.
    pub minute: u16,
}

impl Recurrence {
    /// Seconds from one time to the next, where that is longest; none if it never comes twice.
    ///
    /// ```
    /// use guardian_contract::schedule::parse;
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
    /// Whether any of the months has any of the days (30 FEB has not).
    pub(super) fn has_a_day(&self) -> bool {
        let longest = |month: &u16| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let longest = self.months.iter().map(longest).max().unwrap_or(0);
        match &self.days {
            Days::OfMonth(days) => days.iter().any(|day| *day <= longest),
            Days::NearestWeekday(day) => *day <= longest,
            _ => true,
        }
    }

    /// The first of its minutes after this one; none if there is none.
    pub fn next_after(&self, after: Minute) -> Option<Minute> {
        let days = self
            .years
            .iter()
            .filter(|year| **year >= after.year)
            .flat_map(|year| self.months.iter().flat_map(move |month| Day::all(*year, *month)));
        let today = (after.year, after.month, after.day);
        days.filter(|day| (day.year, day.month, day.day) >= today && day.is_one_of(&self.days))
            .flat_map(|Day { year, month, day, .. }| {
                self.hours.iter().flat_map(move |hour| {
                    let (hour, minutes) = (*hour, self.minutes.iter());
                    minutes.map(move |minute| Minute { year, month, day, hour, minute: *minute })
                })
            })
            .find(|minute| *minute > after)
    }

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

    /// The days on which it comes, counted from 1970.
    fn days(&self) -> Vec<u64> {
        (FIRST_YEAR..FIRST_YEAR + YEARS)
            .flat_map(|year| self.months.iter().flat_map(move |month| Day::all(year, *month)))
            .filter(|day| day.is_one_of(&self.days))
            .map(|day| day.number)
            .collect()
    }
}

#[derive(Clone, Copy)]
struct Day {
    year: u16,
    month: u16,
    day: u16,
    /// Days since the 1st of January 1970, a Thursday.
    number: u64,
    /// Days of its month.
    length: u16,
    /// 1 is Sunday.
    weekday: u16,
}

impl Day {
    fn all(year: u16, month: u16) -> impl Iterator<Item = Self> {
        let length = length(year, month);
        let before = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum::<u64>()
            + (1..month).map(|month| u64::from(self::length(year, month))).sum::<u64>();
        (1..=length).map(move |day| {
            let number = before + u64::from(day) - 1;
            let weekday = ((number + 4) % 7) as u16 + 1;
            Self { year, month, day, number, length, weekday }
        })
    }

    fn is_one_of(self, days: &Days) -> bool {
        let Self { day, length, weekday, .. } = self;
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
        let Self { day, length, weekday, .. } = self;
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

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn length(year: u16, month: u16) -> u16 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{Minute, Recurrence};
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

    #[test]
    fn the_next_minute_is_later_and_of_the_calendar() {
        let next = |expression: &str, (year, month, day, hour, minute)| {
            let Ok(Recurrence::Cron(cron)) = parse(expression) else { panic!("{expression}") };
            let after = Minute { year, month, day, hour, minute };
            cron.next_after(after).map(|m| (m.year, m.month, m.day, m.hour, m.minute))
        };
        let now = (2026, 11, 24, 12, 0);
        for (expression, expected) in [
            ("cron(0 12 * * ? *)", Some((2026, 11, 25, 12, 0))),
            ("cron(1,59 0,12 * * ? *)", Some((2026, 11, 24, 12, 1))),
            ("cron(0 0 29 2 ? *)", Some((2028, 2, 29, 0, 0))),
            // The 31st of January 2026 was a Saturday; in 2027 it is a Sunday.
            ("cron(0 0 31W 1 ? *)", Some((2027, 1, 29, 0, 0))),
            ("cron(0 0 ? * 2#5 *)", Some((2026, 11, 30, 0, 0))),
            ("cron(0 0 1 1 ? 2020-2026)", None),
        ] {
            assert_eq!(next(expression, now), expected, "{expression}");
        }
        // 2100 is no leap year.
        assert_eq!(next("cron(0 0 29 2 ? *)", (2096, 3, 1, 0, 0)), Some((2104, 2, 29, 0, 0)));
        assert_eq!(next("cron(0 0 ? 1 6 2100)", (2099, 1, 1, 0, 0)), Some((2100, 1, 1, 0, 0)));
    }
}
