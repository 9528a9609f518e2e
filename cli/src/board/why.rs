//! Why a run failed, from the end of its history: the state, the error and the cause, as the
//! machine wrote them. They are untrusted text, which the board cuts and escapes.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use guardian_aws::AwsError;
use guardian_board::machine::Why;
use guardian_contract::{Failure, Step};

/// Events at the end of a history that are read: the state that failed is among the last ones
/// unless parallel branches ran on for long.
const EVENTS: i32 = 100;

/// Reads why an execution failed; one call.
pub(super) async fn why(sfn: &Client, execution: &str) -> Why {
    let call = sfn.get_execution_history().execution_arn(execution);
    let call = call.reverse_order(true).max_results(EVENTS).include_execution_data(false);
    match call.send().await.map_err(|e| AwsError::of("read why it failed", &e)) {
        Ok(page) => of(&page.events),
        Err(error) => Why { unread: Some(error.to_string()), ..Why::default() },
    }
}

/// From the last events, newest first.
fn of(events: &[HistoryEvent]) -> Why {
    let events: Vec<_> = events.iter().map(event).collect();
    let Failure { state, error, cause } =
        Failure::of(&events, |cause| serde_json::from_str(cause).ok());
    Why { state, error, cause, unread: None }
}

fn event(event: &HistoryEvent) -> guardian_contract::HistoryEvent {
    let step = if let Some(entered) = &event.state_entered_event_details {
        Step::Entered(entered.name.clone())
    } else if let Some(exited) = &event.state_exited_event_details {
        Step::Exited(exited.name.clone())
    } else if let Some(failed) = &event.evaluation_failed_event_details {
        Step::EvaluationFailed(failed.state.clone())
    } else {
        end(event).map_or(Step::Other, |(error, cause)| Step::Ended {
            error: error.clone(),
            cause: cause.clone(),
        })
    };
    guardian_contract::HistoryEvent { id: event.id, previous: event.previous_event_id, step }
}

/// Error and cause of an event that ends an execution without success.
fn end(event: &HistoryEvent) -> Option<(&Option<String>, &Option<String>)> {
    let details = match event.r#type {
        HistoryEventType::ExecutionFailed => {
            event.execution_failed_event_details.as_ref().map(|d| (&d.error, &d.cause))
        }
        HistoryEventType::ExecutionTimedOut => {
            event.execution_timed_out_event_details.as_ref().map(|d| (&d.error, &d.cause))
        }
        HistoryEventType::ExecutionAborted => {
            event.execution_aborted_event_details.as_ref().map(|d| (&d.error, &d.cause))
        }
        _ => return None,
    };
    Some(details.unwrap_or((&None, &None)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sfn::types::{
        EvaluationFailedEventDetails, ExecutionAbortedEventDetails, ExecutionFailedEventDetails,
        ExecutionTimedOutEventDetails, StateEnteredEventDetails,
    };
    use aws_smithy_types::DateTime;

    fn event(id: i64, kind: HistoryEventType) -> HistoryEvent {
        HistoryEvent::builder()
            .id(id)
            .previous_event_id(id - 1)
            .timestamp(DateTime::from_secs(id))
            .r#type(kind)
            .build()
            .unwrap()
    }

    #[test]
    fn each_event_that_ends_a_run_gives_its_error_and_cause_and_the_state_before_it() {
        let mut entered = event(1, HistoryEventType::TaskStateEntered);
        entered.state_entered_event_details =
            Some(StateEnteredEventDetails::builder().name("Charge").build().unwrap());
        let mut failed = event(2, HistoryEventType::ExecutionFailed);
        failed.execution_failed_event_details =
            Some(ExecutionFailedEventDetails::builder().error("E").cause("c").build());
        let mut late = event(2, HistoryEventType::ExecutionTimedOut);
        late.execution_timed_out_event_details =
            Some(ExecutionTimedOutEventDetails::builder().error("E").cause("c").build());
        let mut stopped = event(2, HistoryEventType::ExecutionAborted);
        stopped.execution_aborted_event_details =
            Some(ExecutionAbortedEventDetails::builder().error("E").cause("c").build());
        for end in [failed.clone(), late, stopped] {
            let why = of(&[end, entered.clone()]);
            let text = Some("Charge".to_owned());
            assert_eq!(
                (why.state, why.error.as_deref(), why.cause.as_deref()),
                (text, Some("E"), Some("c"))
            );
        }
        let mut unevaluated = event(2, HistoryEventType::EvaluationFailed);
        unevaluated.evaluation_failed_event_details =
            Some(EvaluationFailedEventDetails::builder().state("State2").build().unwrap());
        let mut end = failed;
        (end.id, end.previous_event_id) = (3, 2);
        assert_eq!(of(&[end, unevaluated, entered]).state.as_deref(), Some("State2"));
        let silent = event(1, HistoryEventType::ExecutionAborted);
        assert_eq!(of(&[silent]), Why::default());
        assert_eq!(of(&[]), Why::default());
    }
}
