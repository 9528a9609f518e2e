//! A wall clock for croner: its calendar on jiff's dates. croner has its own for an older jiff, of
//! which there would be two then.

use croner::errors::CronError;
use croner::{CivilDateTime, CronDateTime, Resolution, Weekday};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::cmp::Ordering;

/// A date and time as a clock on a wall shows it, in no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WallClock(pub DateTime);

impl CronDateTime for WallClock {
    fn to_civil(&self) -> CivilDateTime {
        let part = |number: i8| u32::try_from(number).unwrap_or(0);
        let (date, time) = (self.0.date(), self.0.time());
        let (year, month, day) = (i32::from(date.year()), part(date.month()), part(date.day()));
        let (hour, minute, second) = (part(time.hour()), part(time.minute()), part(time.second()));
        CivilDateTime::from_ymd_hms_opt(year, month, day, hour, minute, second)
            .expect("a date of jiff's is a date")
    }

    fn civil_weekday(&self) -> Weekday {
        let days = self.0.weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::try_from(days).unwrap_or(0))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let part = |number: u32| i8::try_from(number).map_err(|_| CronError::InvalidDate);
        let clock = DateTime::new(
            year,
            part(civil.month())?,
            part(civil.day())?,
            part(civil.hour())?,
            part(civil.minute())?,
            part(civil.second())?,
            0,
        );
        Ok(Resolution::Single(Self(clock.map_err(|_| CronError::InvalidDate)?)))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
