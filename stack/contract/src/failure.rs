//! Why a run failed, from the end of its history: the state, the error and the cause, as the
//! machine wrote them. They are untrusted text: every view must cut and escape them.

use serde::Deserialize;

/// An event of an execution's history, as far as it concerns a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEvent {
    /// Its number.
    pub id: i64,
    /// The number of the event that led to it, 0 for none.
    pub previous: i64,
    /// What happened.
    pub step: Step,
}

/// What an event of a history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The state with this name was entered.
    Entered(String),
    /// The state with this name was left.
    Exited(String),
    /// An expression of the state with this name could not be evaluated. What led to the event is
    /// the exit of the state before, which did not fail.
    EvaluationFailed(String),
    /// The execution ended without success: ExecutionFailed, ExecutionTimedOut, ExecutionAborted.
    Ended {
        /// What it failed of.
        error: Option<String>,
        /// Why.
        cause: Option<String>,
    },
    /// Anything else.
    Other,
}

/// What is known of a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The innermost state that failed.
    pub state: Option<String>,
    /// The name of its error.
    pub error: Option<String>,
    /// Its cause, as [`Cause::text`] has it.
    pub cause: Option<String>,
}

impl Failure {
    /// From the last events of a history, newest first. Error and cause are those of the newest end
    /// alone: what a state failed of may have been caught, and a run that was redriven has ended
    /// before. `parse` reads the JSON of a cause.
    pub fn of(events: &[HistoryEvent], parse: impl Fn(&str) -> Option<Cause>) -> Self {
        let ended = |event: &HistoryEvent| matches!(event.step, Step::Ended { .. });
        let events = &events[events.iter().position(ended).unwrap_or(0)..];
        let (error, cause) = match events.first().map(|event| &event.step) {
            Some(Step::Ended { error, cause }) => (error.clone(), cause.as_deref()),
            _ => (None, None),
        };
        let cause = cause.map(|cause| Cause::text(cause, parse));
        Self { state: failed_state(events).map(str::to_owned), error, cause }
    }
}

/// The state in which the run failed. With parallel branches it need not be the last one entered. The
/// events of a Map's iteration and of a Parallel's branch lead to its failure, so that the first state
/// on the way is the innermost.
fn failed_state(events: &[HistoryEvent]) -> Option<&str> {
    let mut at = events.first()?;
    loop {
        if let Step::Entered(state) | Step::EvaluationFailed(state) = &at.step {
            return Some(state);
        }
        if !(1..at.id).contains(&at.previous) {
            break;
        }
        // An event beyond those that were read: the states among them may be of other branches.
        at = events.iter().find(|event| event.id == at.previous)?;
    }
    // A run that was stopped or timed out may have no event that its end came from, and emulators
    // name none at all: then it is the state that was entered last and not left.
    let mut left: Vec<&str> = Vec::new();
    for event in events {
        match &event.step {
            Step::Exited(state) => left.push(state),
            Step::Entered(state) => match left.iter().position(|name| name == state) {
                Some(at) => drop(left.swap_remove(at)),
                None => return Some(state),
            },
            _ => {}
        }
    }
    events.iter().find_map(|event| match &event.step {
        Step::Entered(state) => Some(state.as_str()),
        _ => None,
    })
}

/// What services write into a cause that is JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Cause {
    /// A Lambda function's error.
    #[serde(rename = "errorMessage")]
    message: Option<String>,
    /// A child execution's ARN, error and cause, in the answer of DescribeExecution.
    #[serde(rename = "ExecutionArn")]
    execution: Option<String>,
    #[serde(rename = "Error")]
    error: Option<String>,
    #[serde(rename = "Cause")]
    cause: Option<String>,
}

/// Child executions of child executions that are looked into.
const MAX_CHILDREN: usize = 8;

impl Cause {
    /// A cause for people: a Lambda function's message, a child execution's own error and cause,
    /// and any other as it is.
    pub fn text(cause: &str, parse: impl Fn(&str) -> Option<Self>) -> String {
        let mut before = String::new();
        let mut cause = cause.to_owned();
        for _ in 0..MAX_CHILDREN {
            let Some(read) = Some(&cause).filter(|c| c.trim_start().starts_with('{')) else {
                break;
            };
            match parse(read) {
                Some(Self { message: Some(message), .. }) => {
                    cause = message;
                    break;
                }
                Some(Self { execution: Some(arn), error, cause: inner, .. })
                    if error.is_some() || inner.is_some() =>
                {
                    let name = arn.rsplit(':').next().unwrap_or_default();
                    before.push_str(&format!("child execution {name}: "));
                    before.extend(error.map(|error| format!("{error}: ")));
                    cause = inner.unwrap_or_default();
                }
                _ => break,
            }
        }
        let text = before + &cause;
        text.trim_end_matches([':', ' ']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, previous: i64, step: Step) -> HistoryEvent {
        HistoryEvent { id, previous, step }
    }

    fn entered(id: i64, previous: i64, state: &str) -> HistoryEvent {
        event(id, previous, Step::Entered(state.into()))
    }

    fn exited(id: i64, previous: i64, state: &str) -> HistoryEvent {
        event(id, previous, Step::Exited(state.into()))
    }

    fn other(id: i64, previous: i64) -> HistoryEvent {
        event(id, previous, Step::Other)
    }

    fn ended(id: i64, previous: i64) -> HistoryEvent {
        event(id, previous, Step::Ended { error: Some("E".into()), cause: Some("c".into()) })
    }

    /// The failed state of a history in the order in which it was written.
    fn state(mut events: Vec<HistoryEvent>) -> Option<String> {
        events.reverse();
        let failure = Failure::of(&events, parse);
        if !events.is_empty() {
            assert_eq!(failure.error.as_deref(), Some("E"));
        }
        failure.state
    }

    fn parse(text: &str) -> Option<Cause> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn a_task_that_fails_is_the_state_however_it_fails() {
        // Between the entry and the end: TaskScheduled, TaskStarted, TaskFailed or TaskTimedOut;
        // the events of Lambda functions and activities alike; TaskSubmitFailed one later
        // (callbacks and child executions are submitted); LambdaFunctionScheduleFailed,
        // TaskStartFailed earlier.
        for between in 1..=5 {
            let mut events = vec![other(1, 0), entered(2, 1, "Before"), exited(3, 2, "Before")];
            events.push(entered(4, 3, "Charge"));
            events.extend((5..5 + between).map(|id| other(id, id - 1)));
            events.push(ended(5 + between, 4 + between));
            assert_eq!(state(events).as_deref(), Some("Charge"), "{between}");
        }
    }

    #[test]
    fn a_fail_state_is_the_state_though_another_failed_and_was_caught() {
        let caught = [entered(2, 1, "Charge"), other(3, 2), exited(4, 3, "Charge")];
        let events =
            [vec![other(1, 0)], caught.into(), vec![entered(5, 4, "Give up"), ended(6, 5)]];
        assert_eq!(state(events.concat()).as_deref(), Some("Give up"));
    }

    #[test]
    fn a_failed_evaluation_names_its_state_and_not_the_one_before() {
        // As AWS records it: what led to it is the exit of the state before.
        let events = vec![
            other(1, 0),
            entered(2, 0, "State1"),
            exited(3, 2, "State1"),
            entered(4, 3, "State2"),
            event(5, 3, Step::EvaluationFailed("State2".into())),
            ended(6, 5),
        ];
        assert_eq!(state(events).as_deref(), Some("State2"));
    }

    #[test]
    fn within_map_and_parallel_it_is_the_innermost_state() {
        // ParallelStateFailed of a branch, in which MapStateFailed of MapIterationFailed of a task.
        let events = vec![
            entered(2, 1, "Parallel"),
            other(3, 2),
            entered(4, 3, "Beside"),
            entered(5, 3, "Map"),
            other(6, 5),
            other(7, 6),
            entered(8, 7, "Inner"),
            other(9, 8),
            entered(10, 4, "Beside goes on"),
            other(11, 9),
            other(12, 11),
            other(13, 12),
            ended(14, 13),
        ];
        assert_eq!(state(events).as_deref(), Some("Inner"));
        // A distributed Map: MapRunFailed, whose children have histories of their own.
        let events = vec![entered(2, 1, "Map"), other(3, 2), other(4, 3), other(5, 4), ended(6, 5)];
        assert_eq!(state(events).as_deref(), Some("Map"));
    }

    #[test]
    fn an_end_that_came_from_no_event_is_of_the_state_that_is_still_open() {
        let events = || {
            vec![
                other(1, 0),
                entered(2, 1, "Wait for approval"),
                entered(3, 1, "Copy"),
                exited(4, 3, "Copy"),
            ]
        };
        let with = |end| state([events(), vec![end]].concat());
        assert_eq!(with(ended(5, 0)).as_deref(), Some("Wait for approval"));
        // A run that was stopped: TaskStateAborted, then ExecutionAborted.
        let stopped = [events(), vec![other(5, 2), ended(6, 5)]].concat();
        assert_eq!(state(stopped).as_deref(), Some("Wait for approval"));
        let over = vec![entered(1, 0, "A"), exited(2, 1, "A"), ended(3, 0)];
        assert_eq!(state(over).as_deref(), Some("A"));
    }

    #[test]
    fn only_what_was_before_the_newest_end_counts() {
        let redriven =
            vec![entered(2, 1, "First"), ended(3, 2), other(4, 3), entered(5, 4, "Second")];
        assert_eq!(state(redriven).as_deref(), Some("First"));
    }

    #[test]
    fn a_broken_chain_names_no_other_branch_and_no_history_goes_on_for_ever() {
        assert_eq!(state(vec![entered(90, 5, "Beside"), other(98, 7), ended(99, 98)]), None);
        assert_eq!(state(vec![other(2, 9), ended(3, 3)]), None);
        assert_eq!(state(vec![]), None);
    }

    #[test]
    fn a_cause_is_what_a_person_wants_to_read() {
        for (cause, expected) in [
            ("card declined", "card declined"),
            (
                r#"{"errorMessage":"card declined","errorType":"PaymentError","trace":["a"]}"#,
                "card declined",
            ),
            (
                r#"{"ExecutionArn":"arn:aws:states:eu-west-1:1:execution:child:run-7",
                    "Error":"PaymentError","Cause":"{\"errorMessage\":\"card declined\"}",
                    "Status":"FAILED"}"#,
                "child execution run-7: PaymentError: card declined",
            ),
            (
                r#"{"ExecutionArn":"arn:aws:states:eu-west-1:1:execution:child:run-7",
                    "Error":"States.Timeout","Status":"TIMED_OUT"}"#,
                "child execution run-7: States.Timeout",
            ),
            (r#"{"JobName":"x","Status":"FAILED"}"#, r#"{"JobName":"x","Status":"FAILED"}"#),
            (r#"{"errorMessage":{"a":1}}"#, r#"{"errorMessage":{"a":1}}"#),
            (r#"{"errorMessage":"cut"#, r#"{"errorMessage":"cut"#),
            ("", ""),
        ] {
            assert_eq!(Cause::text(cause, parse), expected);
        }
    }
}
