//! From observations to a verdict. Pure; a check without a control that shows that something could
//! have been seen confirms nothing.

use super::claims::Finding;
use guardian_aws::AwsError;
use serde_json::Value;

/// Whether the bucket of Guardian's packages may be used, from the status of HeadBucket. Only 404 says
/// that there is none: 403 is another account's bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// There is none: the run creates and deletes it.
    Missing,
    /// The account has it already: it stays.
    Existing,
}

/// What HeadBucket says.
pub fn bucket(name: &str, status: Option<u16>) -> Result<Bucket, String> {
    match status {
        Some(200) => Ok(Bucket::Existing),
        Some(404) => Ok(Bucket::Missing),
        Some(403) => Err(format!(
            "bucket `{name}` is another account's, or these credentials may not read it (403); \
             nothing was created"
        )),
        other => {
            Err(format!("cannot tell whether bucket `{name}` exists: HeadBucket gave {other:?}"))
        }
    }
}

/// An alarm's state, where another alarm's change shows that alarms are evaluated.
pub fn with_control(control: Result<(), String>, holds: bool, found: String) -> Finding {
    match control {
        Ok(()) => Finding::of(holds, found),
        Err(why) => Finding::not_checkable(why),
    }
}

/// A field of an event's detail.
fn detail<'a>(event: &'a Value, name: &str) -> &'a str {
    event["detail"][name].as_str().unwrap_or_default()
}

/// The statuses of an execution's events, in the order of arrival.
pub fn statuses<'a>(events: &'a [Value], execution: &str) -> Vec<&'a str> {
    let of = events.iter().filter(|event| detail(event, "executionArn") == execution);
    of.map(|event| detail(event, "status")).collect()
}

/// Whether children of a Map Run have events: only where the parent's end has come, too.
pub fn children_events(events: &[Value], parent: &str, children: &[String]) -> Finding {
    let parents = statuses(events, parent);
    if !parents.contains(&"SUCCEEDED") {
        return Finding::not_checkable(format!(
            "the parent's own events did not come: {parents:?}"
        ));
    }
    if children.is_empty() {
        return Finding::not_checkable("ListExecutions gave no children of the Map Run");
    }
    let of: Vec<&Value> = events
        .iter()
        .filter(|event| children.iter().any(|child| detail(event, "executionArn") == child))
        .collect();
    let machines: Vec<&str> = of.iter().map(|event| detail(event, "stateMachineArn")).collect();
    let example = machines.first().map(|arn| format!(", of {}", machine_part(arn)));
    Finding::of(
        !of.is_empty(),
        format!(
            "{} events of the parent, {} of {} children{}",
            parents.len(),
            of.len(),
            children.len(),
            example.unwrap_or_default()
        ),
    )
}

/// The machine's part of the ARN of a machine or an execution.
fn machine_part(arn: &str) -> &str {
    arn.split(':').nth(6).unwrap_or_default()
}

/// Whether each child can be told from the machine's own runs.
pub fn children_arns(children: &[String]) -> Finding {
    let Some(first) = children.first() else {
        return Finding::not_checkable("ListExecutions gave no children of the Map Run");
    };
    let marked = children.iter().all(|arn| machine_part(arn).contains('/'));
    Finding::of(marked, format!("{} children, of {}", children.len(), machine_part(first)))
}

/// Whether a redrive's end came as an event of the same execution.
pub fn redriven(events: &[Value], execution: &str) -> bool {
    events.iter().any(|event| {
        let count = &event["detail"]["redriveCount"];
        detail(event, "executionArn") == execution
            && detail(event, "status") == "SUCCEEDED"
            && (count.as_u64() == Some(1) || count.as_str() == Some("1"))
    })
}

/// An alarm's history after an action: entries of the type Action, as summary and data.
pub fn action_history(entries: &[(String, String)], topic: &str) -> Finding {
    let reported = |(summary, data): &(String, String)| {
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        let words = summary.starts_with("Successfully") && summary.contains(topic);
        let fields = data["notificationResource"] == topic && data["actionState"] == "Succeeded";
        words || fields
    };
    let found = entries.first().map_or_else(
        || "no Action entry".to_owned(),
        |(summary, data)| format!("\"{summary}\", {data}"),
    );
    Finding::of(entries.iter().any(reported), found)
}

/// Names of log groups in the account's resource policies: none of the run's own (they begin with
/// `ours`), but the shared entry.
pub fn log_policies(documents: &[String], ours: &str) -> Finding {
    let named = documents.iter().filter(|document| document.contains(ours)).count();
    let shared = documents.iter().filter(|d| d.contains("log-group:/aws/vendedlogs/")).count();
    let all = documents.len();
    Finding::of(
        named == 0 && shared > 0,
        format!("{all} policies, {shared} with the shared entry, {named} with a group of the run"),
    )
}

/// A first deploy's messages on the topic, and the states that its alarms were in. Without any
/// entry in the history nothing shows that it was read.
pub fn first_deploy(messages: &[String], history: &[String]) -> Finding {
    if history.is_empty() {
        return Finding::not_checkable("the alarms' history has no entry at all");
    }
    let alarms = history.iter().filter(|summary| summary.contains("to ALARM")).count();
    Finding::of(
        messages.is_empty() && alarms == 0,
        format!(
            "{} messages, {alarms} changes to ALARM among {} entries of the history",
            messages.len(),
            history.len()
        ),
    )
}

/// The answers to a role that may only make previews: the error, or none. What is wrong with
/// the change set itself is said only to those who may make it; another error says nothing.
pub fn change_set_condition(
    by_name: Option<&AwsError>,
    by_arn: Option<&AwsError>,
    other: Option<&AwsError>,
) -> Finding {
    let allowed = |error: Option<&AwsError>| match error {
        None => Some(true),
        Some(error) if error.is_access_denied() => Some(false),
        Some(error) => (error.is_invalid_request() || error.is_not_found()).then_some(true),
    };
    let (Some(name), Some(arn), Some(rest)) = (allowed(by_name), allowed(by_arn), allowed(other))
    else {
        let [name, arn, rest] = [by_name, by_arn, other].map(|error| error.map(AwsError::code));
        return Finding::not_checkable(format!(
            "the calls ended with other errors: {name:?}, {arn:?}, {rest:?}"
        ));
    };
    let said = |allowed: bool| if allowed { "allowed" } else { "denied" };
    let found =
        format!("by name {}, by ARN {}, another name {}", said(name), said(arn), said(rest));
    Finding::of(name && arn && !rest, found)
}

#[cfg(test)]
mod tests {
    use super::super::claims::Verdict;
    use super::*;
    use serde_json::json;

    fn event(execution: &str, status: &str, redrives: u64) -> Value {
        let machine = execution.replace(":execution:", ":stateMachine:");
        json!({"detail": {"executionArn": execution, "status": status, "stateMachineArn": machine,
            "redriveCount": redrives}})
    }

    const PARENT: &str = "arn:aws:states:r:1:execution:m:p";
    const CHILD: &str = "arn:aws:states:r:1:execution:m/Items:c";

    fn verdict(finding: Finding) -> Verdict {
        finding.verdict
    }

    fn not_checkable(finding: Finding) -> bool {
        matches!(finding.verdict, Verdict::NotCheckable(_))
    }

    #[test]
    fn only_404_is_no_bucket_and_a_foreign_one_stops_the_run() {
        assert_eq!(bucket("b", Some(404)), Ok(Bucket::Missing));
        assert_eq!(bucket("b", Some(200)), Ok(Bucket::Existing));
        assert!(bucket("b", Some(403)).is_err_and(|e| e.contains("another account")));
        for unclear in [None, Some(301), Some(400), Some(500)] {
            assert!(bucket("b", unclear).is_err(), "{unclear:?}");
        }
    }

    #[test]
    fn children_are_confirmed_refuted_or_open_by_what_arrived() {
        let children = [CHILD.to_owned()];
        let all = [event(PARENT, "SUCCEEDED", 0), event(CHILD, "SUCCEEDED", 0)];
        assert_eq!(verdict(children_events(&all, PARENT, &children)), Verdict::Confirmed);
        assert_eq!(verdict(children_events(&all[..1], PARENT, &children)), Verdict::Refuted);
        assert!(not_checkable(children_events(&all[1..], PARENT, &children)));
        assert!(not_checkable(children_events(&all, PARENT, &[])));
    }

    #[test]
    fn a_childs_arn_without_a_label_refutes() {
        assert_eq!(verdict(children_arns(&[CHILD.to_owned()])), Verdict::Confirmed);
        let both = [CHILD.to_owned(), PARENT.to_owned()];
        assert_eq!(verdict(children_arns(&both)), Verdict::Refuted);
        assert!(not_checkable(children_arns(&[])));
    }

    #[test]
    fn a_redrive_is_the_same_execution_with_a_count() {
        assert!(redriven(&[event(PARENT, "SUCCEEDED", 1)], PARENT));
        assert!(!redriven(&[event(PARENT, "SUCCEEDED", 0)], PARENT));
        assert!(!redriven(&[event(PARENT, "FAILED", 1), event(CHILD, "SUCCEEDED", 1)], PARENT));
    }

    #[test]
    fn an_action_is_in_the_history_by_its_words_or_by_its_fields() {
        let entry = |summary: &str, data: &str| [(summary.to_owned(), data.to_owned())];
        let words = entry("Successfully executed action arn:t", "");
        let fields =
            entry("done", r#"{"actionState": "Succeeded", "notificationResource": "arn:t"}"#);
        let failed = entry("Failed to execute action arn:t", r#"{"actionState": "Failed"}"#);
        assert_eq!(verdict(action_history(&words, "arn:t")), Verdict::Confirmed);
        assert_eq!(verdict(action_history(&fields, "arn:t")), Verdict::Confirmed);
        assert_eq!(verdict(action_history(&failed, "arn:t")), Verdict::Refuted);
        assert_eq!(verdict(action_history(&[], "arn:t")), Verdict::Refuted);
    }

    #[test]
    fn log_policies_need_the_shared_entry_and_no_entry_of_the_run() {
        let shared = "arn:aws:logs:r:1:log-group:/aws/vendedlogs/states/*".to_owned();
        let own = "arn:aws:logs:r:1:log-group:/aws/vendedlogs/states/run-map:*".to_owned();
        let of = |documents: &[String]| verdict(log_policies(documents, "/states/run"));
        assert_eq!(of(std::slice::from_ref(&shared)), Verdict::Confirmed);
        assert_eq!(of(&[shared, own]), Verdict::Refuted);
        assert_eq!(of(&[]), Verdict::Refuted);
    }

    #[test]
    fn a_first_deploy_that_notifies_or_alarms_refutes() {
        let created = ["Alarm created".to_owned()];
        assert_eq!(verdict(first_deploy(&[], &created)), Verdict::Confirmed);
        assert_eq!(verdict(first_deploy(&["ALARM".to_owned()], &created)), Verdict::Refuted);
        let rang = ["Alarm updated from INSUFFICIENT_DATA to ALARM".to_owned()];
        assert_eq!(verdict(first_deploy(&[], &rang)), Verdict::Refuted);
        assert!(not_checkable(first_deploy(&[], &[])));
    }

    #[test]
    fn a_condition_has_to_admit_and_to_deny() {
        let error = |code| AwsError::refused("create", code, "");
        let (denied, invalid) = (error("AccessDenied"), error("ValidationError"));
        let (throttled, missing) = (error("Throttling"), error("ChangeSetNotFound"));
        let (no, other) = (Some(&denied), Some(&invalid));
        assert_eq!(verdict(change_set_condition(None, other, no)), Verdict::Confirmed);
        assert_eq!(verdict(change_set_condition(None, Some(&missing), no)), Verdict::Confirmed);
        for (name, arn, rest) in [(None, None, None), (no, None, no), (None, no, no)] {
            assert_eq!(verdict(change_set_condition(name, arn, rest)), Verdict::Refuted);
        }
        assert!(not_checkable(change_set_condition(Some(&throttled), None, no)));
    }

    #[test]
    fn without_a_control_nothing_follows_from_a_state() {
        let found = || "OK".to_owned();
        assert_eq!(verdict(with_control(Ok(()), true, found())), Verdict::Confirmed);
        assert_eq!(verdict(with_control(Ok(()), false, found())), Verdict::Refuted);
        assert!(not_checkable(with_control(Err("nothing moved".to_owned()), true, found())));
    }
}
