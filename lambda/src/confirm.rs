//! Confirmations: messages that Guardian sends itself, to look at a machine again a little later.
//!
//! CloudWatch has no statistic for "the last": two numbers published within a minute are read as
//! their maximum, and the alarm holds that until a later minute says otherwise. And a sweep may
//! read from a list that is behind what an event has told already. So this holds:
//!
//! **Whoever publishes a light that may have been read otherwise within the last [`CHANGING`]
//! looks at it again [`DELAY`] later.**
//!
//! That is enough. Say a light changed at 0. Whoever reads the list before [`LIST_LAG`] may still
//! see it as it was, and stamps what it read at most [`PUBLISH_LAG`] later, so a wrong point lies
//! before 60 s, and the minute that it can spoil has passed by [`CHANGING`]. What is published
//! after that is right and alone in its minute. Whoever first publishes the change does so either
//! after [`CHANGING`], or asks for another look; that look in turn is after [`CHANGING`], or asks
//! for one more. A look that is lost with its process is delivered again by the queue. What no
//! event told is found by the next sweep, under the same rule.

use crate::retry::CallError;
use guardian_contract::{CHANGING_S, CONFIRM_AFTER_S, Run};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far ListExecutions may be behind. AWS promises no number; this is what is provided for.
pub const LIST_LAG: Duration = Duration::from_secs(30);
/// The longest time from reading a machine to the stamp of its point.
pub const PUBLISH_LAG: Duration = Duration::from_secs(30);
/// How long a light is taken for changing: both lags, and the minute in which numbers are merged.
pub const CHANGING: Duration = Duration::from_secs(CHANGING_S as u64);
/// From a point to its confirmation: more than a minute, whatever second it began at.
pub const DELAY: Duration = Duration::from_secs(CONFIRM_AFTER_S as u64);
/// SQS's longest delay of a message.
pub const MAX_DELAY: Duration = Duration::from_secs(900);
/// SQS's limit of messages a call.
pub const MAX_MESSAGES: usize = 10;

/// Version of [`Confirmation`]. One of a later version is dropped: after a rollback the next sweep
/// does what it asked for. One without a version is from before there were any, and is read.
pub const VERSION: u32 = 1;
/// Confirmations in a row without an event between them. Two or three confirm any change; more come
/// from a clock that is wrong, or from a time to settle, which is added.
const MAX_HOPS: u32 = 12;

/// A wish to look at a machine again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Always `confirm`: tells it from what others put into the queue.
    pub guardian: Word,
    /// [`VERSION`].
    #[serde(default)]
    pub v: u32,
    /// How many confirmations led to this one, without an event.
    #[serde(default)]
    pub hop: u32,
    /// The machine.
    pub machine_arn: String,
    /// What was known of it: the run that decided its light, and others that the list may forget.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// Whether its light was held for a first failure to settle: then nobody has been told yet.
    #[serde(default)]
    pub settling: bool,
}

/// The word that marks a [`Confirmation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// `confirm`.
    Confirm,
}

/// A message for the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delayed {
    /// Its body.
    pub body: String,
    /// When it may be delivered, from now; whole seconds, at most [`MAX_DELAY`].
    pub delay: Duration,
}

impl Confirmation {
    /// The message, for after this time.
    pub fn after(&self, delay: Duration) -> Delayed {
        // Only maps with keys that are no text do not become JSON; there are none here.
        let body = serde_json::to_string(self).unwrap_or_default();
        let whole = Duration::from_secs(delay.as_secs() + u64::from(delay.subsec_nanos() > 0));
        Delayed { body, delay: whole.min(MAX_DELAY) }
    }
}

/// The most confirmations in a row of a machine whose first failure has this time to settle.
pub(crate) fn max_hops(settle_s: u32) -> u32 {
    MAX_HOPS + settle_s.div_ceil(u32::try_from(MAX_DELAY.as_secs()).unwrap_or(u32::MAX))
}

/// The queue that hints come from.
pub trait Confirmations: Send + Sync + 'static {
    /// Sends at most [`MAX_MESSAGES`]; gives back the positions of those that were refused.
    fn send(
        &self,
        messages: &[Delayed],
    ) -> impl Future<Output = Result<Vec<usize>, CallError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_add_up() {
        let minute = Duration::from_secs(60);
        assert!(CHANGING >= LIST_LAG + PUBLISH_LAG + minute);
        assert!(DELAY > minute && DELAY <= MAX_DELAY);
    }

    #[test]
    fn a_delay_is_rounded_up_and_cut_to_what_the_queue_allows() {
        let confirmation = Confirmation {
            guardian: Word::Confirm,
            v: VERSION,
            hop: 3,
            machine_arn: "m".into(),
            runs: vec![],
            settling: true,
        };
        let message = confirmation.after(Duration::from_millis(1_500));
        assert_eq!(message.delay, Duration::from_secs(2));
        assert_eq!(confirmation.after(Duration::from_secs(5_000)).delay, MAX_DELAY);
        let body =
            r#"{"guardian":"confirm","v":1,"hop":3,"machine_arn":"m","runs":[],"settling":true}"#;
        assert_eq!(message.body, body);
        assert_eq!(serde_json::from_str::<Confirmation>(body).unwrap(), confirmation);
    }
}
