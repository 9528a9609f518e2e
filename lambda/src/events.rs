//! Reads the messages of the event queue: an execution's change of status. Unknown fields are
//! ignored: AWS may add some.

use crate::fleet::{Execution, is_map_run};
use serde_json::Value;

/// The event's `detail-type`.
pub(crate) const STATUS_CHANGE: &str = "Step Functions Execution Status Change";

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// An execution changed its status.
    Change(Change),
    /// It does not concern a light, with the reason.
    Ignored(&'static str),
}

/// An execution's change of status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub machine: MachineArn,
    pub execution: Execution,
    /// The error and cause of the run, untrusted.
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// The ARN of a machine, without the version or alias that a run was started by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MachineArn {
    pub arn: String,
    pub name: String,
}

impl MachineArn {
    /// Whether the machine is in the account and region of a queue with this ARN.
    pub fn is_beside(&self, queue_arn: &str) -> bool {
        let place =
            |arn: &str| arn.split(':').skip(3).take(2).map(str::to_owned).collect::<Vec<_>>();
        place(&self.arn) == place(queue_arn)
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            ["arn", _, "states", _, _, "stateMachine", name, ..] if !name.is_empty() => {
                Some(Self { arn: parts[..7].join(":"), name: name.to_owned() })
            }
            _ => None,
        }
    }
}

/// Reads the body of a message. The error is the reason why it can never be processed.
pub(crate) fn read(body: &str) -> Result<Event, String> {
    let value: Value = serde_json::from_str(body).map_err(|e| format!("it is no JSON: {e}"))?;
    if value.get("guardian").is_some() {
        // Confirmations, which versions before the state table sent themselves: rows need none.
        return Ok(Event::Ignored("a confirmation of an older version"));
    }
    if value.get("detail-type").and_then(Value::as_str) != Some(STATUS_CHANGE) {
        return Err(format!("its detail-type is not `{STATUS_CHANGE}`"));
    }
    let detail = &value["detail"];
    let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
    let missing = |name: &str| format!("its detail has no {name} that can be read");
    let execution_arn = text("executionArn").ok_or_else(|| missing("executionArn"))?;
    let machine_arn = text("stateMachineArn").ok_or_else(|| missing("stateMachineArn"))?;
    if is_map_run(&machine_arn) || is_map_run(&execution_arn) {
        return Ok(Event::Ignored("a Map Run's child"));
    }
    let machine =
        MachineArn::read(&machine_arn).ok_or("its stateMachineArn is no state machine's")?;
    let time = |name: &str| detail.get(name).and_then(milliseconds);
    let redrive_ms = time("redriveDate");
    let redrives = detail.get("redriveCount").and_then(whole_number);
    let execution = Execution {
        arn: execution_arn,
        status: text("status").ok_or_else(|| missing("status"))?,
        start_ms: time("startDate").ok_or_else(|| missing("startDate"))?,
        stop_ms: time("stopDate"),
        redrive_ms,
        // One that has a date was redriven, whatever else is missing.
        redrive_count: redrives.unwrap_or(u32::from(redrive_ms.is_some())),
    };
    Ok(Event::Change(Change { machine, execution, error: text("error"), cause: text("cause") }))
}

fn whole_number(value: &Value) -> Option<u32> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    u32::try_from(number).ok()
}

/// A date, in milliseconds since the epoch. The documentation shows `redriveDate` as text, real
/// events have a number; both are read, and so is a date in ISO 8601.
fn milliseconds(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(number) => number,
            Err(_) => return Some(text.trim().parse::<jiff::Timestamp>().ok()?.as_millisecond()),
        },
        _ => return None,
    };
    // Up to the year 9999; `as` is exact there.
    (0.0..253_402_300_800_000.0).contains(&number).then_some(number.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const MACHINE: &str = "arn:aws:states:eu-central-1:123456789012:stateMachine:step1";
    const RUN: &str = "arn:aws:states:eu-central-1:123456789012:execution:step1:run";

    fn event(detail: Value) -> String {
        json!({"version": "0", "source": "aws.states", "detail-type": STATUS_CHANGE,
               "detail": detail})
        .to_string()
    }

    fn change(extra: Value) -> Change {
        let mut detail = json!({"executionArn": RUN, "stateMachineArn": MACHINE,
            "status": "FAILED", "startDate": 1_700_000_000_123_i64, "stopDate": null});
        detail.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        match read(&event(detail)) {
            Ok(Event::Change(change)) => change,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_redrive_date_is_read_as_number_and_as_text() {
        for date in [
            json!(1_700_000_100_000_i64),
            json!(1_700_000_100_000.0),
            json!("1700000100000"),
            json!("2023-11-14T22:15:00Z"),
            json!("2023-11-14T22:15:00.000+00:00"),
        ] {
            let run = change(json!({"redriveDate": date, "redriveCount": 1})).execution;
            assert_eq!((run.redrive_ms, run.redrive_count), (Some(1_700_000_100_000), 1), "{date}");
        }
        let run = change(json!({"redriveDate": null, "redriveCount": 0})).execution;
        assert_eq!((run.redrive_ms, run.redrive_count, run.stop_ms), (None, 0, None));
        assert_eq!(run.start_ms, 1_700_000_000_123);
        assert_eq!(change(json!({"redriveDate": 5})).execution.redrive_count, 1);
        assert_eq!(change(json!({"redriveCount": "2"})).execution.redrive_count, 2);
    }

    #[test]
    fn a_run_by_version_or_alias_is_one_of_its_machine() {
        let by_version = change(json!({"stateMachineArn": format!("{MACHINE}:7")}));
        assert_eq!(by_version.machine, MachineArn { arn: MACHINE.into(), name: "step1".into() });
    }

    #[test]
    fn what_older_versions_sent_themselves_is_passed_over() {
        let body = json!({"guardian": "confirm", "machine_arn": MACHINE, "runs": []}).to_string();
        assert!(matches!(read(&body), Ok(Event::Ignored(_))));
    }

    #[test]
    fn a_word_that_we_do_not_know_is_kept_for_the_history_to_judge() {
        assert_eq!(change(json!({"status": "PAUSED"})).execution.status, "PAUSED");
    }

    #[test]
    fn children_of_a_map_run_are_ignored_by_either_arn() {
        for (name, arn) in [
            ("stateMachineArn", format!("{MACHINE}/label")),
            ("executionArn", RUN.replace("step1:", "step1/label:")),
        ] {
            let mut detail = json!({"executionArn": RUN, "stateMachineArn": MACHINE,
                "status": "FAILED", "startDate": 1});
            detail[name] = json!(arn);
            assert!(matches!(read(&event(detail)), Ok(Event::Ignored(_))), "{name}");
        }
    }

    #[test]
    fn what_is_none_of_ours_says_why() {
        for (body, reason) in [("", "no JSON"), ("[1]", "detail-type")] {
            let error = read(body).unwrap_err();
            assert!(error.contains(reason), "{body}: {error}");
        }
        let other = json!({"detail-type": STATUS_CHANGE, "detail": {"executionArn": RUN}});
        assert!(read(&other.to_string()).unwrap_err().contains("stateMachineArn"));
        let not_one = json!({"executionArn": RUN, "stateMachineArn": RUN, "status": "FAILED",
                             "startDate": 1});
        assert!(read(&event(not_one)).unwrap_err().contains("no state machine's"));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(text in ".{0,200}", number: f64, word in "[a-z:/]{0,40}") {
            let _ = read(&text);
            let date = json!(number);
            let _ = milliseconds(&date);
            let detail = json!({"executionArn": word, "stateMachineArn": format!("{MACHINE}{word}"),
                "status": text, "startDate": date, "redriveDate": text, "redriveCount": date});
            let _ = read(&event(detail));
        }
    }
}
