//! Why a run failed, from the end of its history: the state, the error and the cause, as the
//! machine wrote them. They are untrusted text, which `view` cuts and escapes.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::HistoryEvent;
use guardian_aws::AwsError;
use serde::Serialize;

/// Events at the end of a history that are looked at: the state that failed is among the last ones
/// unless branches beside it went on for long.
const EVENTS: i32 = 100;

/// What is known of a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The state that failed.
    pub state: Option<String>,
    /// The name of its error.
    pub error: Option<String>,
    /// Its cause.
    pub cause: Option<String>,
    /// Why nothing is known.
    pub unread: Option<String>,
}

/// Reads why an execution failed; one call.
pub(super) async fn why(sfn: &Client, execution: &str) -> Why {
    let call = sfn.get_execution_history().execution_arn(execution);
    let call = call.reverse_order(true).max_results(EVENTS).include_execution_data(false);
    match call.send().await.map_err(|e| AwsError::of("read why it failed", &e)) {
        Ok(page) => of(&page.events),
        Err(error) => Why { unread: Some(error.to_string()), ..Why::default() },
    }
}

/// From the last events, newest first. Error and cause are those of the execution's end alone:
/// what a state failed of may have been caught. The state is the one that the last event came
/// from, which beside parallel branches need not be the one entered last; an end that came from
/// no event (a time-out, a stop) is told of the state entered last.
fn of(events: &[HistoryEvent]) -> Why {
    let (error, cause) = events.iter().find_map(end).unwrap_or_default();
    let entered =
        |event: &HistoryEvent| event.state_entered_event_details().map(|d| d.name().to_owned());
    let mut at = events.first();
    let mut state = None;
    while let (Some(event), None) = (at, &state) {
        state = entered(event);
        at = events.iter().find(|e| e.id == event.previous_event_id && e.id < event.id);
    }
    Why { state: state.or_else(|| events.iter().find_map(entered)), error, cause, unread: None }
}

/// Error and cause of an event that ends an execution.
fn end(event: &HistoryEvent) -> Option<(Option<String>, Option<String>)> {
    if let Some(failed) = &event.execution_failed_event_details {
        return Some((failed.error.clone(), failed.cause.clone()));
    }
    if let Some(late) = &event.execution_timed_out_event_details {
        return Some((late.error.clone(), late.cause.clone()));
    }
    let stopped = event.execution_aborted_event_details.as_ref()?;
    Some((stopped.error.clone(), stopped.cause.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sfn::types::{
        ExecutionFailedEventDetails, HistoryEventType, StateEnteredEventDetails,
    };
    use aws_smithy_types::DateTime;

    fn event(id: i64, previous: i64, entered: Option<&str>) -> HistoryEvent {
        let entered =
            entered.map(|name| StateEnteredEventDetails::builder().name(name).build().unwrap());
        HistoryEvent::builder()
            .id(id)
            .previous_event_id(previous)
            .timestamp(DateTime::from_secs(id))
            .r#type(HistoryEventType::from("x"))
            .set_state_entered_event_details(entered)
            .build()
            .unwrap()
    }

    #[test]
    fn the_state_is_the_one_that_the_end_came_from_not_the_one_entered_last() {
        let mut failed = event(5, 3, None);
        failed.execution_failed_event_details =
            Some(ExecutionFailedEventDetails::builder().error("E").cause("c").build());
        let events = [
            failed,
            event(4, 1, Some("Beside")),
            event(3, 2, None),
            event(2, 1, Some("Charge")),
            event(1, 0, None),
        ];
        let why = of(&events);
        assert_eq!(why.state.as_deref(), Some("Charge"));
        assert_eq!((why.error.as_deref(), why.cause.as_deref()), (Some("E"), Some("c")));
        assert_eq!(of(&[event(9, 0, None), event(8, 7, Some("Last"))]).state.unwrap(), "Last");
        assert_eq!(of(&[]), Why::default());
    }
}
