//! Invokes the deployed function, and reads its answer to a manual sweep or tick.

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

/// What starts a sweep; under `last-finished`, where the function has a table, a tick.
pub fn request() -> Value {
    json!({"trigger": "manual"})
}

/// Invokes the function and waits for its answer. It is invoked once: a sweep that takes too long is
/// no reason to start a second one beside it.
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
    let mut text = match answer.get("tick").filter(|tick| tick.is_object()) {
        Some(tick) => of_tick(answer, tick),
        None => of_sweep(answer),
    };
    for error in answer.get("errors").and_then(Value::as_array).into_iter().flatten() {
        text.push_str(&format!("\n  {}", plain(error.as_str().unwrap_or_default())));
    }
    text
}

fn number(of: &Value, name: &str) -> u64 {
    of.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn counted(of: &Value, name: &str, noun: &str) -> String {
    count(usize::try_from(number(of, name)).unwrap_or(usize::MAX), noun)
}

/// The numbers above zero, each with its words.
fn above_zero(of: &Value, names: &[(&str, &str)]) -> Vec<String> {
    let all = names.iter().map(|(name, words)| (number(of, name), words));
    all.filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{number} {words}"))
        .collect()
}

/// Points, calls and time.
fn effort(answer: &Value) -> [String; 3] {
    let calls = answer.get("calls").and_then(Value::as_object);
    let calls: u64 = calls.into_iter().flat_map(|all| all.values()).filter_map(Value::as_u64).sum();
    [
        counted(answer, "published", "point"),
        count(usize::try_from(calls).unwrap_or(usize::MAX), "call"),
        format!("{} ms", number(answer, "duration_ms")),
    ]
}

fn of_sweep(answer: &Value) -> String {
    let mut parts = vec![counted(answer, "machines", "machine")];
    if let Some(statuses) = answer.get("by_status").and_then(Value::as_object) {
        for (status, machines) in statuses {
            parts.push(format!("{machines} {}", status_words(status)));
        }
    }
    parts.extend(above_zero(
        answer,
        &[
            ("held", "held"),
            ("skipped", "skipped"),
            ("failed", "could not be read"),
            ("unread", "not reached"),
        ],
    ));
    format!("{} ({})", parts.join(" · "), effort(answer).join(", "))
}

/// What a tick of the reconciler did, and what the lights are.
fn of_tick(answer: &Value, tick: &Value) -> String {
    if let Some(holder) = leased_by(tick) {
        return format!(
            "nothing was done: another tick is in progress (lease of {})",
            plain(holder)
        );
    }
    let mut parts = vec![counted(answer, "machines", "machine")];
    if let Some(counts) = tick.get("counts").filter(|counts| counts.is_object()) {
        parts.extend(above_zero(
            counts,
            &[
                ("green", "green"),
                ("red", "red"),
                ("grey", "grey"),
                ("late", "late"),
                ("stuck", "stuck"),
                ("unreadable", "could not be read"),
            ],
        ));
    }
    parts.extend(above_zero(answer, &[("unread", "not read yet")]));
    let mut done = vec![format!("{} listed", number(tick, "listed"))];
    done.extend(above_zero(
        tick,
        &[
            ("confirmed", "confirmed"),
            ("changed", "changed"),
            ("repaired", "repaired"),
            ("notified", "notified"),
            ("dead_letters", "dead letters taken"),
        ],
    ));
    done.extend(effort(answer));
    if let Some(share) = tick.get("share").and_then(Value::as_f64) {
        done.push(format!("{share:.0} % of the quota"));
    }
    if let Some(lag) = tick.get("lag").and_then(Value::as_f64) {
        done.push(format!("lag {lag:.1}"));
    }
    format!("{} ({})", parts.join(" · "), done.join(", "))
}

/// Who has the lease, where that kept a tick from doing anything.
fn leased_by(tick: &Value) -> Option<&str> {
    tick.get("leased_by").and_then(Value::as_str)
}

/// A status of the function's summary in words. Step Functions keeps a finished run for 90 days, and AWS/States
/// has no points of a machine that is idle: no run that is found is not "never".
fn status_words(status: &str) -> String {
    match status {
        "NEVER_RUN" => "without a run on record".to_owned(),
        _ => plain(status).to_lowercase().replace('_', " "),
    }
}

/// Machines that no tick has read yet: a new table is filled over several.
pub fn filling(answer: &Value) -> Option<u64> {
    answer.get("tick").filter(|tick| tick.is_object() && leased_by(tick).is_none())?;
    Some(number(answer, "unread")).filter(|unread| *unread > 0)
}

/// Whether a sweep left something out that it should have read, or a tick did nothing. A tick that
/// has not read all machines is not incomplete: the next ones read the others.
pub fn is_incomplete(answer: &Value) -> bool {
    match answer.get("tick").filter(|tick| tick.is_object()) {
        Some(tick) => leased_by(tick).is_some() || number(answer, "failed") > 0,
        None => number(answer, "failed") > 0 || number(answer, "unread") > 0,
    }
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
    fn a_tick_says_what_the_lights_are_and_what_it_did() {
        let answer = json!({
            "machines": 7, "by_status": {"SUCCEEDED": 5, "FAILED": 1}, "held": 0, "skipped": 0,
            "failed": 0, "unread": 1, "published": 6, "calls": {"ListExecutions": 6, "Query": 10},
            "duration_ms": 412, "errors": [],
            "tick": {"leased_by": null, "listed": 6, "confirmed": 2, "repaired": 1, "changed": 1,
                "notified": 1, "dead_letters": 0, "share": 50.0, "lag": 0.25,
                "counts": {"machines": 7, "green": 5, "red": 1, "grey": 1, "late": 0, "stuck": 1,
                    "doubt": 1, "unreadable": 0}},
        });
        insta::assert_snapshot!(summary(&answer), @"7 machines · 5 green · 1 red · 1 grey · 1 stuck · 1 not read yet (6 listed, 2 confirmed, 1 changed, 1 repaired, 1 notified, 6 points, 16 calls, 412 ms, 50 % of the quota, lag 0.2)");
        assert_eq!((filling(&answer), is_incomplete(&answer)), (Some(1), false));
        let leased = json!({"machines": 0, "unread": 0, "tick": {"leased_by": "00\u{1b}[2J"}});
        insta::assert_snapshot!(summary(&leased), @r"nothing was done: another tick is in progress (lease of 00\u{1b}[2J)");
        assert_eq!((filling(&leased), is_incomplete(&leased)), (None, true));
        let sweep = json!({"unread": 3, "tick": null});
        assert_eq!((filling(&sweep), is_incomplete(&sweep)), (None, true));
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
