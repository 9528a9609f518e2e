//! Which errors are worth another try, when, and until when.

use crate::Budget;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// The kind of a failed call's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Throttled: retried until the deadline.
    Throttled,
    /// A transient error of the network or the service: retried a few times.
    Transient,
    /// What was asked for does not exist (any more).
    Gone,
    /// A retry would give the same error: access denied, invalid input.
    Permanent,
    /// No retry can succeed, whatever permissions are added: the machine is of another type.
    Unsupported,
}

/// Codes of a request that no retry makes valid, such as a row above DynamoDB's limit of 400 KB
/// [UpdateItem, TransactWriteItems].
const INVALID: [&str; 2] = ["ValidationException", "ValidationError"];

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// What it means.
    pub kind: Kind,
    /// AWS's error code, or ours where there was no answer.
    pub code: String,
    /// What AWS or the network said.
    pub message: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
impl std::error::Error for CallError {}

const THROTTLES: [&str; 15] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequests",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "LimitExceeded",
    "LimitExceededException",
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "SlowDown",
    // Another transaction has the record at this moment [DynamoDB API].
    "TransactionConflictException",
    "TransactionInProgressException",
];
const TRANSIENT: [&str; 9] = [
    "RequestTimeout",
    "RequestTimeoutException",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceFault",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];
const UNSUPPORTED: [&str; 2] = ["StateMachineTypeNotSupported", "InvalidArn"];
const GONE: [&str; 4] = [
    "StateMachineDoesNotExist",
    "ExecutionDoesNotExist",
    "ResourceNotFound",
    "ResourceNotFoundException",
];

impl CallError {
    /// From what a service answered: error code, HTTP status, message.
    pub fn from_answer(code: Option<&str>, status: Option<u16>, message: &str) -> Self {
        // Some protocols spell the code `namespace#Code` or `Code:http://…`.
        let code = code.map(|c| c.rsplit('#').next().unwrap_or(c));
        let code = code.map(|c| c.split(':').next().unwrap_or(c)).filter(|c| !c.is_empty());
        let known = |list: &[&str]| code.is_some_and(|c| list.contains(&c));
        let kind = if known(&THROTTLES) || status == Some(429) {
            Kind::Throttled
        } else if known(&GONE) {
            Kind::Gone
        } else if known(&UNSUPPORTED) {
            Kind::Unsupported
        } else if known(&TRANSIENT) || status.is_none_or(|s| s >= 500) {
            Kind::Transient
        } else {
            Kind::Permanent
        };
        let code = match (code, status) {
            (Some(code), _) => code.to_owned(),
            (None, Some(status)) => format!("Http{status}"),
            (None, None) => "NoAnswer".to_owned(),
        };
        Self { kind, code, message: message.to_owned() }
    }

    /// From one of the reasons for which DynamoDB cancelled a transaction; none for an item that is
    /// not the reason. Throttled, or another transaction has the record: the reason is worth another
    /// try, the exception itself would not be.
    pub fn from_cancellation(code: Option<&str>, message: Option<&str>) -> Option<Self> {
        let code = match code? {
            "None" => return None,
            "ThrottlingError" | "ProvisionedThroughputExceeded" => "ThrottlingException",
            "TransactionConflict" => "RequestLimitExceeded",
            code => code,
        };
        Some(Self::from_answer(Some(code), Some(400), message.unwrap_or("cancelled")))
    }

    /// Whether the caller lacks a permission.
    pub fn is_access_denied(&self) -> bool {
        self.code.starts_with("AccessDenied")
    }

    /// Whether the service calls the request invalid: no later try can succeed.
    pub fn is_invalid_request(&self) -> bool {
        INVALID.contains(&self.code.as_str())
    }
}

/// Whether DynamoDB cancelled a transaction because a condition does not hold, by the code of one of
/// its reasons.
pub fn is_condition_failed(code: Option<&str>) -> bool {
    code == Some("ConditionalCheckFailed")
}

/// How a call ended that did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Time ran out; the last error, if there was one.
    Deadline(Option<CallError>),
    /// The error stands.
    Error(CallError),
}

/// Tries of a call that fails with [`Kind::Transient`].
const TRANSIENT_TRIES: u32 = 4;
const BASE: Duration = Duration::from_millis(50);
const CAP: Duration = Duration::from_secs(5);

/// How long to wait before try number `tries` + 1: full jitter, so anything between nothing and
/// a bound that doubles from 100 ms to 5 s. `random(n)` is to give a number from 0 to n.
pub fn backoff(tries: u32, random: impl FnOnce(u64) -> u64) -> Duration {
    let bound = BASE.saturating_mul(1 << tries.min(10)).min(CAP);
    Duration::from_millis(random(u64::try_from(bound.as_millis()).unwrap_or(u64::MAX)))
}

/// Makes a call until it succeeds, its error stands or `deadline` is there. Each try is counted
/// in `counter` and takes a token of `budget`.
pub(crate) async fn until<T, F, Fut>(
    deadline: Instant,
    counter: &AtomicU64,
    budget: Option<&Budget>,
    mut call: F,
) -> Result<T, Failure>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, CallError>>,
{
    if Instant::now() >= deadline {
        return Err(Failure::Deadline(None));
    }
    let mut last = None;
    let tries = async {
        let mut tries = 0;
        let mut transient = 0;
        loop {
            let taken = match budget {
                Some(budget) => Some(budget.take().await),
                None => None,
            };
            counter.fetch_add(1, Ordering::Relaxed);
            let error = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tries += 1;
            match error.kind {
                Kind::Throttled => {
                    if let (Some(budget), Some(taken)) = (budget, taken) {
                        budget.throttled(taken);
                    }
                }
                Kind::Transient if transient + 1 < TRANSIENT_TRIES => transient += 1,
                Kind::Transient | Kind::Gone | Kind::Permanent | Kind::Unsupported => {
                    return Err(error);
                }
            }
            tracing::debug!(code = error.code, tries, "trying again");
            last = Some(error);
            sleep(backoff(tries, |bound| fastrand::u64(0..=bound))).await;
        }
    };
    match timeout_at(deadline, tries).await {
        Ok(ended) => ended.map_err(Failure::Error),
        Err(_) => Err(Failure::Deadline(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_are_told_apart_by_code_then_by_status() {
        for (code, status, kind) in [
            (Some("ThrottlingException"), Some(400), Kind::Throttled),
            (Some("com.amazonaws.x#TooManyRequestsException"), Some(400), Kind::Throttled),
            (None, Some(429), Kind::Throttled),
            (Some("StateMachineDoesNotExist"), Some(400), Kind::Gone),
            (Some("ExecutionDoesNotExist"), Some(400), Kind::Gone),
            (Some("TransactionConflictException"), Some(400), Kind::Throttled),
            (Some("AccessDeniedException"), Some(400), Kind::Permanent),
            (Some("StateMachineTypeNotSupported"), Some(400), Kind::Unsupported),
            (Some("ValidationException"), Some(400), Kind::Permanent),
            (Some("InternalFailure"), Some(400), Kind::Transient),
            (None, Some(503), Kind::Transient),
            (None, None, Kind::Transient),
        ] {
            assert_eq!(CallError::from_answer(code, status, "").kind, kind, "{code:?} {status:?}");
        }
        assert_eq!(CallError::from_answer(None, Some(404), "").code, "Http404");
        assert_eq!(CallError::from_answer(Some("a#B:http://x"), Some(400), "").code, "B");
    }

    #[test]
    fn a_cancelled_transaction_is_retried_if_it_was_throttled_or_in_conflict() {
        for (code, expected, kind) in [
            ("ThrottlingError", "ThrottlingException", Kind::Throttled),
            ("ProvisionedThroughputExceeded", "ThrottlingException", Kind::Throttled),
            ("TransactionConflict", "RequestLimitExceeded", Kind::Throttled),
            ("ValidationError", "ValidationError", Kind::Permanent),
        ] {
            let error = CallError::from_cancellation(Some(code), Some("why")).unwrap();
            assert_eq!((error.code.as_str(), error.kind), (expected, kind), "{code}");
            assert_eq!(error.message, "why");
        }
        assert_eq!(CallError::from_cancellation(Some("None"), None), None);
        assert_eq!(CallError::from_cancellation(None, Some("why")), None);
        let silent = CallError::from_cancellation(Some("ValidationError"), None).unwrap();
        assert_eq!(silent.message, "cancelled");
        assert!(is_condition_failed(Some("ConditionalCheckFailed")));
        assert!(!is_condition_failed(Some("None")) && !is_condition_failed(None));
    }

    #[test]
    fn a_denied_call_and_an_invalid_one_are_known_by_their_codes() {
        let error = |code| CallError::from_answer(Some(code), Some(400), "");
        assert!(error("AccessDeniedException").is_access_denied());
        assert!(error("AccessDenied").is_access_denied());
        assert!(error("ValidationException").is_invalid_request());
        assert!(error("ValidationError").is_invalid_request());
        for code in ["ThrottlingException", "ResourceNotFoundException", "InvalidArn"] {
            let other = error(code);
            assert!(!other.is_access_denied() && !other.is_invalid_request(), "{code}");
        }
    }

    proptest! {
        #[test]
        fn backoff_stays_between_nothing_and_its_bound(tries in 0u32..100, seed: u64) {
            let bound = backoff(tries, |b| b);
            prop_assert!(bound <= CAP && bound >= BASE);
            prop_assert!(backoff(tries, |b| seed % (b + 1)) <= bound);
            prop_assert!(backoff(tries + 1, |b| b) >= bound);
        }
    }

    fn error(kind: Kind) -> CallError {
        CallError { kind, code: "X".into(), message: String::new() }
    }

    #[tokio::test(start_paused = true)]
    async fn throttles_are_retried_until_the_deadline_and_not_past_it() {
        let counter = AtomicU64::new(0);
        let deadline = Instant::now() + Duration::from_secs(60);
        let ended: Result<(), _> =
            until(deadline, &counter, None, || async { Err(error(Kind::Throttled)) }).await;
        assert!(matches!(ended, Err(Failure::Deadline(Some(_)))));
        assert_eq!(Instant::now(), deadline);
        assert!(counter.load(Ordering::Relaxed) > 10);
        let late: Result<(), _> = until(deadline, &counter, None, || async { Ok(()) }).await;
        assert!(matches!(late, Err(Failure::Deadline(None))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_bad_moment_is_tried_four_times_and_a_refusal_once() {
        for (kind, expected) in [(Kind::Transient, 4), (Kind::Permanent, 1), (Kind::Gone, 1)] {
            let counter = AtomicU64::new(0);
            let deadline = Instant::now() + Duration::from_secs(60);
            let ended: Result<(), _> =
                until(deadline, &counter, None, || async { Err(error(kind)) }).await;
            assert!(matches!(ended, Err(Failure::Error(e)) if e.kind == kind));
            assert_eq!(counter.load(Ordering::Relaxed), expected);
        }
    }
}
