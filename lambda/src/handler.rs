//! What the function answers to which event.

use crate::sweep::{Fleet, SweepError, Sweeper};
use crate::{Publisher, Summary};
use lambda_runtime::Diagnostic;
use serde_json::Value;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An event that reached the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Look at every machine.
    Sweep(Trigger),
    /// Records of a queue: hints that single machines be looked at now.
    Records {
        /// How many.
        count: usize,
        /// Where they say they come from.
        source: String,
    },
    /// An execution's change of status, straight from the event bus.
    StatusChange,
}

/// What asked for a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The stack's schedule.
    Cron,
    /// Somebody.
    Manual,
}

impl Event {
    /// Reads an event. What is no hint is somebody's wish for a sweep, whatever its payload.
    pub fn of(payload: &Value) -> Self {
        if let Some(records) = payload.get("Records").and_then(Value::as_array) {
            let source = records.first().and_then(|r| r.get("eventSource")).and_then(Value::as_str);
            return Event::Records {
                count: records.len(),
                source: source.unwrap_or("an unnamed source").to_owned(),
            };
        }
        let word = |name: &str| payload.get(name).and_then(Value::as_str);
        if word("detail-type") == Some("Step Functions Execution Status Change") {
            return Event::StatusChange;
        }
        let cron =
            word("trigger") == Some("cron") || word("detail-type") == Some("Scheduled Event");
        Event::Sweep(if cron { Trigger::Cron } else { Trigger::Manual })
    }
}

/// Why an event was not answered.
#[derive(Debug)]
pub enum HandlerError {
    /// This version has no answer to such an event.
    NotHandled(Event),
    /// The sweep did not come through.
    Sweep(SweepError),
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandlerError::NotHandled(Event::Records { count, source }) => write!(
                f,
                "{count} records from {source} are not handled by this version of Guardian, which \
                 only sweeps; remove the function's event source mapping"
            ),
            HandlerError::NotHandled(_) => f.write_str(
                "execution status events are not handled by this version of Guardian, which only \
                 sweeps; remove the rule that sends them to the function",
            ),
            HandlerError::Sweep(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for HandlerError {}

impl From<HandlerError> for Diagnostic {
    fn from(error: HandlerError) -> Self {
        let error_type = match &error {
            HandlerError::NotHandled(_) => "Guardian.NotHandled",
            HandlerError::Sweep(_) => "Guardian.SweepIncomplete",
        };
        Diagnostic { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// Answers events.
#[derive(Debug)]
pub struct Handler<F, P> {
    sweeper: Sweeper<F, P>,
}

impl<F: Fleet, P: Publisher> Handler<F, P> {
    /// A handler that sweeps with this.
    pub fn new(sweeper: Sweeper<F, P>) -> Self {
        Self { sweeper }
    }

    /// Answers one event; `deadline_ms` is when Lambda ends the invocation, in milliseconds since
    /// the epoch, 0 if it is not known.
    pub async fn handle(&self, payload: &Value, deadline_ms: u64) -> Result<Summary, HandlerError> {
        let trigger = match Event::of(payload) {
            Event::Sweep(trigger) => trigger,
            other => {
                let error = HandlerError::NotHandled(other);
                tracing::error!(error = %error, "event not handled");
                return Err(error);
            }
        };
        let remaining = remaining(deadline_ms, SystemTime::now());
        let swept = self.sweeper.sweep(remaining).await;
        let summary = match &swept {
            Ok(summary) => summary,
            Err(error) => {
                tracing::error!(error = %error, "the sweep did not come through");
                &error.summary
            }
        };
        tracing::info!(
            ?trigger,
            machines = summary.machines,
            held = summary.held,
            skipped = summary.skipped,
            failed = summary.failed,
            unread = summary.unread,
            published = summary.published,
            heartbeat = summary.heartbeat,
            duration_ms = summary.duration_ms,
            by_status = serde_json::to_string(&summary.by_status).unwrap_or_default(),
            calls = serde_json::to_string(&summary.calls).unwrap_or_default(),
            "swept"
        );
        swept.map_err(HandlerError::Sweep)
    }
}

/// Time left until the deadline. Without one, or with one that lies in the past (a clock that is
/// wrong), the stack's default timeout less a margin.
fn remaining(deadline_ms: u64, now: SystemTime) -> Duration {
    (UNIX_EPOCH + Duration::from_millis(deadline_ms))
        .duration_since(now)
        .ok()
        .filter(|left| !left.is_zero())
        .unwrap_or(Duration::from_secs(25))
        // Lambda's longest timeout: what is beyond it is a wrong clock, too.
        .min(Duration::from_secs(900))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rule_and_anything_a_person_sends_ask_for_a_sweep() {
        for (payload, trigger) in [
            (json!({"trigger": "cron"}), Trigger::Cron),
            (json!({"detail-type": "Scheduled Event"}), Trigger::Cron),
            (json!({}), Trigger::Manual),
            (json!(null), Trigger::Manual),
            (json!("hello"), Trigger::Manual),
            (json!([1]), Trigger::Manual),
            (json!({"Records": "none"}), Trigger::Manual),
        ] {
            assert_eq!(Event::of(&payload), Event::Sweep(trigger), "{payload}");
        }
    }

    #[test]
    fn hints_are_told_apart_and_named_in_the_error() {
        let event = Event::of(&json!({"Records": [{"eventSource": "aws:sqs"}, {}]}));
        assert_eq!(event, Event::Records { count: 2, source: "aws:sqs".into() });
        let message = HandlerError::NotHandled(event).to_string();
        assert!(message.contains("2 records from aws:sqs"), "{message}");
        let change = json!({"detail-type": "Step Functions Execution Status Change"});
        assert_eq!(Event::of(&change), Event::StatusChange);
    }

    #[test]
    fn a_missing_deadline_is_a_short_one() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000);
        assert_eq!(remaining(1_030_000, now), Duration::from_secs(30));
        assert_eq!(remaining(0, now), Duration::from_secs(25));
        assert_eq!(remaining(u64::from(u32::MAX) * 1_000, now), Duration::from_secs(900));
    }
}
