//! The function's entry point: reads the payload of an invocation and dispatches it.

use crate::Summary;
use crate::batch::{Answered, Message};
use crate::drill::Sent;
use crate::events::STATUS_CHANGE;
use crate::notice::Drill;
use crate::sweep::SweepError;
use crate::watcher::{Ports, Watcher};
use guardian_contract::count as counted;
use lambda_runtime::Diagnostic;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An event that reached the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A tick, or without a state table a sweep.
    Sweep(Trigger),
    /// A batch of execution events from the queue.
    Batch(Vec<Message>),
    /// An execution event directly from the event bus.
    StatusChange(Message),
    /// A drill of the notifications; or why the request cannot be read.
    Drill(Result<Drill, String>),
    /// Records that are not from SQS.
    Foreign {
        /// How many.
        count: usize,
        /// Where they say they come from.
        source: String,
    },
    /// Anything else, with its beginning.
    Unknown(String),
}

/// The trigger of a tick or a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The stack's schedule.
    Cron,
    /// A person, by `guardian run` or a deploy.
    Manual,
}

/// Characters of an unknown payload that the error shows.
const UNKNOWN_SHOWN: usize = 200;

impl Event {
    /// Reads an event. An unknown payload starts nothing: a sweep uses the account's
    /// quota, and another version may mean something else by it.
    pub fn of(payload: &Value) -> Self {
        let word = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        if let Some(records) = payload.get("Records").and_then(Value::as_array) {
            let source = records.first().map(|first| word(first, "eventSource"));
            let message = |record| Message {
                id: word(record, "messageId"),
                body: word(record, "body"),
                queue_arn: Some(word(record, "eventSourceARN")).filter(|arn| !arn.is_empty()),
            };
            return match source.filter(|source| source != "aws:sqs" && !records.is_empty()) {
                None => Event::Batch(records.iter().map(message).collect()),
                Some(source) => Event::Foreign { count: records.len(), source },
            };
        }
        if word(payload, "guardian") == "drill" {
            return Event::Drill(Drill::deserialize(payload).map_err(|error| error.to_string()));
        }
        let kind = word(payload, "detail-type");
        if kind == STATUS_CHANGE {
            let body = payload.to_string();
            let message = Message { id: word(payload, "id"), body, queue_arn: None };
            return Event::StatusChange(message);
        }
        match word(payload, "trigger").as_str() {
            "cron" => Event::Sweep(Trigger::Cron),
            "manual" => Event::Sweep(Trigger::Manual),
            _ if kind == "Scheduled Event" => Event::Sweep(Trigger::Cron),
            _ => Event::Unknown(payload.to_string().chars().take(UNKNOWN_SHOWN).collect()),
        }
    }
}

/// The remainder of an invocation that failed for good, or that Lambda did not start: its event,
/// if it was one. The body is the schedule's payload, or what Lambda's destination says of it
/// [Lambda guide, asynchronous invocation records]. A sweep is overtaken by the next.
pub(crate) fn event_of_failed(body: &str) -> Option<String> {
    let record: Value = serde_json::from_str(body).unwrap_or_default();
    let payload = record.get("requestPayload").unwrap_or(&record);
    let text = |pointer: &str| {
        let text = record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        text.chars().take(UNKNOWN_SHOWN).collect::<String>()
    };
    let condition = text("/requestContext/condition");
    let error = text("/responsePayload/errorMessage");
    match Event::of(payload) {
        Event::StatusChange(message) => return Some(message.body),
        Event::Sweep(trigger) => {
            tracing::warn!(
                ?trigger,
                condition,
                error,
                "a sweep failed, and is overtaken by this one"
            );
        }
        Event::Batch(_) | Event::Drill(_) | Event::Foreign { .. } | Event::Unknown(_) => {
            let body: String = body.chars().take(UNKNOWN_SHOWN).collect();
            tracing::error!(condition, error, body, "an invocation failed, and is not repeated");
        }
    }
    None
}

/// What the function answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To a sweep.
    Swept(Box<Summary>),
    /// To a batch of events.
    Answered(Box<Answered>),
    /// To a drill.
    Drilled(Vec<Sent>),
}

impl Serialize for Answer {
    /// A summary as it is; for a batch what the queue's event source mapping takes, and no more.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Swept(summary) => summary.serialize(serializer),
            Answer::Answered(answered) => {
                let item = |id: &String| json!({"itemIdentifier": id});
                let failed: Vec<Value> = answered.failed.iter().map(item).collect();
                json!({"batchItemFailures": failed}).serialize(serializer)
            }
            Answer::Drilled(sent) => json!({"drill": sent}).serialize(serializer),
        }
    }
}

/// Why an event was not answered.
#[derive(Debug)]
pub enum HandlerError {
    /// There is no answer to records of this source.
    Foreign {
        /// How many.
        count: usize,
        /// Where they say they come from.
        source: String,
    },
    /// This version does not know the payload.
    Unknown(String),
    /// The row of an event directly from the bus could not be written.
    StatusChange,
    /// A drill that cannot be read, and why.
    Drill(String),
    /// The sweep or the tick failed.
    Sweep(SweepError),
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandlerError::Foreign { count, source } => write!(
                f,
                "{} from `{source}`, which Guardian does not read: it takes execution events from \
                 an SQS queue; remove the event source mapping",
                counted(*count, "record")
            ),
            HandlerError::Unknown(payload) => write!(
                f,
                "this version of Guardian does not know the payload `{payload}`; a sweep is asked \
                 for with `guardian run`, or with the payload {{\"trigger\": \"manual\"}}"
            ),
            HandlerError::StatusChange => f.write_str(
                "the machine of an execution event could not be read, or its status not \
                 published; the log says why, and Lambda tries again",
            ),
            HandlerError::Drill(why) => write!(f, "this is no drill of this version: {why}"),
            HandlerError::Sweep(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for HandlerError {}

impl From<HandlerError> for Diagnostic {
    fn from(error: HandlerError) -> Self {
        let error_type = match &error {
            HandlerError::Foreign { .. } => "Guardian.NotHandled",
            HandlerError::StatusChange => "Guardian.HintIncomplete",
            HandlerError::Drill(_) | HandlerError::Unknown(_) => "Guardian.NotHandled",
            HandlerError::Sweep(_) => "Guardian.SweepIncomplete",
        };
        Diagnostic { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// Handles invocations.
#[derive(Debug)]
pub struct Handler<P> {
    watcher: Watcher<P>,
}

impl<P: Ports> Handler<P> {
    /// A handler that watches with this.
    pub fn new(watcher: Watcher<P>) -> Self {
        Self { watcher }
    }

    /// Answers one event; `deadline_ms` is when Lambda ends the invocation, in milliseconds since
    /// the epoch, 0 if it is not known.
    pub async fn handle(&self, payload: &Value, deadline_ms: u64) -> Result<Answer, HandlerError> {
        let remaining = remaining(deadline_ms, SystemTime::now());
        match Event::of(payload) {
            Event::Sweep(trigger) => self.sweep(trigger, remaining).await,
            Event::Batch(messages) => Ok(Answer::Answered(self.hints(&messages, remaining).await)),
            Event::StatusChange(message) => {
                let answered = self.hints(&[message], remaining).await;
                match answered.failed.is_empty() {
                    true => Ok(Answer::Answered(answered)),
                    false => Err(HandlerError::StatusChange),
                }
            }
            Event::Drill(drill) => {
                let sent =
                    self.watcher.drill(&drill.map_err(HandlerError::Drill)?, remaining).await;
                tracing::info!(sent = serde_json::to_string(&sent).unwrap_or_default(), "drilled");
                Ok(Answer::Drilled(sent))
            }
            Event::Foreign { count, source } => refuse(HandlerError::Foreign { count, source }),
            Event::Unknown(payload) => refuse(HandlerError::Unknown(payload)),
        }
    }

    async fn hints(&self, messages: &[Message], remaining: Duration) -> Box<Answered> {
        let answered = self.watcher.answer(messages, remaining).await;
        tracing::info!(
            messages = messages.len(),
            machines = answered.machines,
            written = answered.written,
            changed = answered.changed,
            ignored = answered.ignored,
            dropped = answered.dropped,
            failed = answered.failed.len(),
            published = answered.published,
            notified = answered.notified,
            duration_ms = answered.duration_ms,
            calls = serde_json::to_string(&answered.calls).unwrap_or_default(),
            "answered"
        );
        Box::new(answered)
    }

    async fn sweep(&self, trigger: Trigger, remaining: Duration) -> Result<Answer, HandlerError> {
        let swept = match self.watcher.has_table() {
            true => self.watcher.tick(trigger == Trigger::Manual, remaining).await,
            false => self.watcher.sweep(remaining).await,
        };
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
            tick = serde_json::to_string(&summary.tick).unwrap_or_default(),
            "swept"
        );
        swept.map(|summary| Answer::Swept(Box::new(summary))).map_err(HandlerError::Sweep)
    }
}

fn refuse(error: HandlerError) -> Result<Answer, HandlerError> {
    tracing::error!(error = %error, "event not handled");
    Err(error)
}

/// Time left until the deadline. Without one, or with one that lies in the past (a clock that is
/// wrong), the stack's default timeout less a margin.
pub(crate) fn remaining(deadline_ms: u64, now: SystemTime) -> Duration {
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
    fn the_rule_and_the_program_ask_for_a_sweep_and_an_unknown_payload_for_nothing() {
        for (payload, trigger) in [
            (json!({"trigger": "cron"}), Trigger::Cron),
            (json!({"detail-type": "Scheduled Event"}), Trigger::Cron),
            (json!({"trigger": "manual"}), Trigger::Manual),
        ] {
            assert_eq!(Event::of(&payload), Event::Sweep(trigger), "{payload}");
        }
        for payload in [
            json!({}),
            json!(null),
            json!("hello"),
            json!([1]),
            json!({"Records": "none"}),
            json!({"trigger": "all"}),
            json!({"guardian": "confirm", "machine_arn": "m"}),
        ] {
            assert_eq!(Event::of(&payload), Event::Unknown(payload.to_string()), "{payload}");
        }
    }

    #[test]
    fn hints_are_told_apart_and_foreign_records_are_named_in_the_error() {
        let record = json!({"eventSource": "aws:sqs", "messageId": "1", "body": "x"});
        let message = Message { id: "1".into(), body: "x".into(), queue_arn: None };
        assert_eq!(Event::of(&json!({"Records": [record]})), Event::Batch(vec![message]));
        assert_eq!(Event::of(&json!({"Records": []})), Event::Batch(vec![]));
        let change = json!({"detail-type": STATUS_CHANGE, "id": "2"});
        assert!(matches!(Event::of(&change), Event::StatusChange(m) if m.id == "2"));
        let foreign = Event::of(&json!({"Records": [{"eventSource": "aws:s3"}, {}]}));
        let Event::Foreign { count, source } = foreign else { panic!("{foreign:?}") };
        let message = HandlerError::Foreign { count, source }.to_string();
        assert!(message.contains("2 records from `aws:s3`"), "{message}");
    }

    #[test]
    fn a_batch_is_answered_in_the_words_of_the_event_source_mapping() {
        let failed = vec!["a".to_owned(), "b".to_owned()];
        let answer = Answer::Answered(Box::new(Answered { failed, ..Answered::default() }));
        let expected = json!({"batchItemFailures": [{"itemIdentifier": "a"},
                                                    {"itemIdentifier": "b"}]});
        assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
    }

    #[test]
    fn of_failed_invocations_events_alone_are_left_to_do() {
        let change = json!({"detail-type": STATUS_CHANGE, "id": "2"});
        let of_lambda = |payload: &Value| {
            json!({"version": "1.0", "requestPayload": payload,
                   "requestContext": {"condition": "RetriesExhausted"},
                   "responsePayload": {"errorMessage": "no"}})
            .to_string()
        };
        assert_eq!(event_of_failed(&of_lambda(&change)), Some(change.to_string()));
        for payload in [json!({"trigger": "cron"}), json!({"guardian": "drill"}), json!(3)] {
            assert_eq!(event_of_failed(&of_lambda(&payload)), None, "{payload}");
            assert_eq!(event_of_failed(&payload.to_string()), None, "{payload}");
        }
        assert_eq!(event_of_failed("no JSON"), None);
    }

    #[test]
    fn a_missing_deadline_is_a_short_one() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000);
        assert_eq!(remaining(1_030_000, now), Duration::from_secs(30));
        assert_eq!(remaining(0, now), Duration::from_secs(25));
        assert_eq!(remaining(u64::from(u32::MAX) * 1_000, now), Duration::from_secs(900));
    }
}
