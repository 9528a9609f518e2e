//! Asks the deployed function for something, and reads what it answers to the wish for a sweep.

use crate::exit::Failure;
use crate::text::{count, plain};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LogType;
use guardian_aws::AwsError;
use serde_json::{Value, json};
use std::time::Duration;

/// What the function answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its summary, or its error.
    pub payload: Value,
    /// Whether it failed.
    pub failed: bool,
    /// The end of its log, at most 4 KB.
    pub log: String,
}

/// What asks for a sweep.
pub fn request() -> Value {
    json!({"trigger": "manual"})
}

/// Invokes the function and waits for its answer. It is asked once: a sweep that took too long is
/// no reason to begin a second one beside it.
pub async fn invoke(
    config: &SdkConfig,
    function: &str,
    request: &Value,
) -> Result<Answer, Failure> {
    let lambda = aws_sdk_lambda::config::Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(1))
        // Lambda's longest timeout is 900 s.
        .timeout_config(TimeoutConfig::builder().read_timeout(Duration::from_secs(910)).build());
    let lambda = aws_sdk_lambda::Client::from_conf(lambda.build());
    let call = lambda.invoke().function_name(function).log_type(LogType::Tail);
    let answer = call.payload(Blob::new(request.to_string())).send().await;
    let answer =
        answer.map_err(|e| AwsError::of(format!("invoke the function `{function}`"), &e))?;
    let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
    let log = answer.log_result.and_then(|log| aws_smithy_types::base64::decode(log).ok());
    Ok(Answer {
        payload: serde_json::from_slice(&payload)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&payload).into_owned())),
        failed: answer.function_error.is_some(),
        log: String::from_utf8_lossy(&log.unwrap_or_default()).into_owned(),
    })
}

/// A summary for people.
pub fn summary(answer: &Value) -> String {
    let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
    let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let counted = |name: &str, noun: &str| count(whole(number(name)), noun);
    let mut parts = vec![counted("machines", "machine")];
    if let Some(statuses) = answer.get("by_status").and_then(Value::as_object) {
        for (status, machines) in statuses {
            parts.push(format!("{machines} {}", status_words(status)));
        }
    }
    for (name, word) in [
        ("held", "held"),
        ("skipped", "skipped"),
        ("failed", "could not be read"),
        ("unread", "not reached"),
    ] {
        if number(name) > 0 {
            parts.push(format!("{} {word}", number(name)));
        }
    }
    let calls: usize = answer
        .get("calls")
        .and_then(Value::as_object)
        .map(|all| all.values().filter_map(Value::as_u64).map(whole).sum())
        .unwrap_or_default();
    let mut text = format!(
        "{} ({}, {}, {} ms)",
        parts.join(" · "),
        counted("published", "point"),
        count(calls, "call"),
        number("duration_ms")
    );
    for error in answer.get("errors").and_then(Value::as_array).into_iter().flatten() {
        text.push_str(&format!("\n  {}", plain(error.as_str().unwrap_or_default())));
    }
    text
}

/// A status of the function's summary in words. Step Functions keeps a finished run for 90 days, and AWS/States
/// has no points of a machine that is idle: no run that is found is not "never".
fn status_words(status: &str) -> String {
    match status {
        "NEVER_RUN" => "without a run on record".to_owned(),
        _ => plain(status).to_lowercase().replace('_', " "),
    }
}

/// Whether a sweep left something out that it should have read.
pub fn is_incomplete(answer: &Value) -> bool {
    ["failed", "unread"]
        .iter()
        .any(|name| answer.get(name).and_then(Value::as_u64).unwrap_or_default() > 0)
}

/// The failure of a function that failed, with the end of its log.
pub fn failure(function: &str, answer: &Answer) -> Failure {
    let message = answer.payload.get("errorMessage").and_then(Value::as_str);
    let message = message.map_or_else(|| answer.payload.to_string(), str::to_owned);
    let log: Vec<String> = answer.log.lines().map(plain).collect();
    let tail = log[log.len().saturating_sub(20)..].join("\n  ");
    Failure::error(format!("the function `{function}` failed: {}", plain(&message)))
        .help(format!("the end of its log:\n  {tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_line_and_each_error_another() {
        let answer = json!({
            "machines": 7, "by_status": {"SUCCEEDED": 3, "TIMED_OUT": 1, "NEVER_RUN": 1},
            "held": 0, "skipped": 1, "failed": 1, "unread": 0, "published": 6,
            "calls": {"ListExecutions": 6, "ListStateMachines": 1}, "duration_ms": 412,
            "errors": ["secret: AccessDenied: no\u{1b}[2J"],
        });
        insta::assert_snapshot!(summary(&answer), @r"
        7 machines · 3 succeeded · 1 timed out · 1 without a run on record · 1 skipped · 1 could not be read (6 points, 7 calls, 412 ms)
          secret: AccessDenied: no\u{1b}[2J
        ");
        assert!(is_incomplete(&answer) && !is_incomplete(&json!({"failed": 0})));
    }

    #[test]
    fn a_failure_has_the_functions_words_and_the_end_of_its_log() {
        let answer = Answer {
            payload: json!({"errorMessage": "listing broke off"}),
            failed: true,
            log: "one\ntwo".into(),
        };
        let failure = failure("f", &answer);
        assert!(failure.report.to_string().contains("listing broke off"));
        assert!(failure.report.help().is_some_and(|h| h.to_string().contains("two")));
    }
}
