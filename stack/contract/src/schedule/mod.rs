//! Schedule expressions of EventBridge, `rate(…)` and `cron(…)` with its six fields: the one reader
//! for what is configured and for what the function evaluates. Nothing here knows the time.
//!
//! The dialect is that of the EventBridge user guide ("Setting a schedule pattern"). Where the
//! guide is silent (a range that runs backwards, names in small letters, `L` within a list),
//! [`parse`] refuses the form: there is always another one that the guide shows. [`read`] takes the
//! first two as well: AWS has accepted the expressions that it is for.

mod calendar;
mod parse;

pub use calendar::{Cron, Days, Minute, Recurrence};
pub(crate) use parse::{DAYS, MONTHS};
pub use parse::{Refused, parse, read};

#[cfg(test)]
mod tests;
