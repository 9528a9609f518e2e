//! The first cause of a failure, found in the events, and what to do about the reasons that are
//! known.

use super::StackEvent;

/// Why an operation failed: the first event that is no consequence of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The event.
    pub event: StackEvent,
    /// What to do, where the reason is known.
    pub hint: Option<String>,
    /// Failures besides it that are no consequences either.
    pub others: Vec<StackEvent>,
}

/// Finds the first cause in an operation's events, oldest first.
pub fn first_cause(events: &[StackEvent]) -> Option<Cause> {
    let failures: Vec<&StackEvent> =
        events.iter().filter(|e| e.is_failure() && !is_cancellation(e)).collect();
    // A stack in the stack only repeats what one of its own resources has said.
    let echo = |row: &StackEvent| {
        row.is_of_nested_stack()
            && failures.iter().any(|e| e.stack_id == row.physical_id && !e.is_of_stack_itself())
    };
    let mut causes: Vec<&StackEvent> =
        failures.iter().copied().filter(|e| !e.is_of_stack_itself() && !echo(e)).collect();
    causes.sort_by_key(|e| e.time_ms);
    let mut causes = causes.into_iter();
    let first = causes.next().or_else(|| {
        // No resource failed: the stack itself was refused, by a hook or a bad template.
        let of_itself = |e: &&StackEvent| e.is_of_stack_itself() && e.reason.is_some();
        let bad = |e: &&StackEvent| e.is_failure() || e.status.contains("ROLLBACK_IN_PROGRESS");
        events.iter().filter(of_itself).find(bad)
    })?;
    // A resource that fails, and then fails to be rolled back, is one cause.
    let mut others: Vec<StackEvent> = Vec::new();
    for event in causes {
        let same =
            |e: &StackEvent| (&e.stack_id, &e.logical_id) == (&event.stack_id, &event.logical_id);
        if !same(first) && !others.iter().any(same) {
            others.push(event.clone());
        }
    }
    let hint = first.reason.as_deref().and_then(hint);
    Some(Cause { event: first.clone(), hint, others })
}

/// Whether the resource was only stopped because another one had failed.
fn is_cancellation(event: &StackEvent) -> bool {
    event.reason.as_deref().is_some_and(|reason| {
        ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"]
            .iter()
            .any(|text| reason.starts_with(text))
    })
}

/// Reasons that services give, by words that are in them (all of a row), and what to do. The
/// first row that fits counts.
const KNOWN: &[(&[&str], &str)] = &[
    (&["nosuchkey"], "the package is not in the artifact bucket; deploy again, which uploads it"),
    (
        &["error occurred while getobject", "s3"],
        "Lambda cannot read the package from the artifact bucket; deploy again, which uploads it",
    ),
    (&["cannot be assumed by lambda"], "the role was not known everywhere yet; deploy again"),
    (
        &["unable to assume the role"],
        "the role was not known everywhere yet, or its trust policy lacks the service; deploy again",
    ),
    (
        &["already exists"],
        "something outside this stack has that name: delete it, import it, or choose another \
         project or env in guardian.yaml",
    ),
    (
        &["alreadyexists"],
        "something outside this stack has that name: delete it, import it, or choose another \
         project or env in guardian.yaml",
    ),
    (
        &["rate exceeded"],
        "AWS was asked for too much at once; deploy again, which goes on with what is left",
    ),
    (
        &["throttl"],
        "AWS was asked for too much at once; deploy again, which goes on with what is left",
    ),
    (
        &["limit exceeded"],
        "a quota of the account is reached: ask for more in Service Quotas, or remove what is \
         not needed",
    ),
    (
        &["limitexceeded"],
        "a quota of the account is reached: ask for more in Service Quotas, or remove what is \
         not needed",
    ),
    (
        &["maximum number of"],
        "a quota of the account is reached: ask for more in Service Quotas, or remove what is \
         not needed",
    ),
    (
        &["below its minimum value", "concurren"],
        "the account has too few concurrent executions to reserve any: ask for more in Service \
         Quotas",
    ),
    (
        &["invalid principal in policy"],
        "a role or user that the policy names does not exist (any more)",
    ),
    (
        &["schemavalidationfailed"],
        "Step Functions refuses the machine's definition; `guardian validate` shows what it can, \
         the reason above has the rest",
    ),
    (
        &["invalid state machine definition"],
        "Step Functions refuses the machine's definition; `guardian validate` shows what it can, \
         the reason above has the rest",
    ),
    (
        &["not found"],
        "something that the stack refers to was deleted outside of it: make it again, or deploy \
         after removing what refers to it",
    ),
    (
        &["does not exist"],
        "something that the stack refers to was deleted outside of it: make it again, or deploy \
         after removing what refers to it",
    ),
];

/// What to do about a reason, if it is a known one.
pub fn hint(reason: &str) -> Option<String> {
    if let Some(action) = denied_action(reason) {
        return Some(format!(
            "the credentials (or the role that CloudFormation uses) lack {action}: allow it, then \
             deploy again"
        ));
    }
    let reason = reason.to_lowercase();
    KNOWN
        .iter()
        .find(|(words, _)| words.iter().all(|word| reason.contains(word)))
        .map(|(_, advice)| (*advice).to_owned())
}

/// The action in `… is not authorized to perform: states:CreateStateMachine on resource …`.
fn denied_action(reason: &str) -> Option<String> {
    if let Some((_, rest)) = reason.split_once("not authorized to perform: ") {
        let action = rest.split([' ', ',', '(']).next().unwrap_or(rest);
        return Some(format!("`{}`", action.trim_end_matches('.')));
    }
    let lower = reason.to_lowercase();
    (lower.contains("accessdenied") || lower.contains("access denied"))
        .then(|| "a permission that this resource needs".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::events::tests::event;
    use super::*;

    fn failed(n: i64, logical_id: &str, reason: &str) -> StackEvent {
        StackEvent { reason: Some(reason.into()), ..event(n, logical_id, "CREATE_FAILED") }
    }

    fn row(n: i64, physical_id: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            resource_type: super::super::stack::STACK_TYPE.into(),
            physical_id: physical_id.into(),
            reason: Some(reason.into()),
            ..event(n, "Row", status)
        }
    }

    #[test]
    fn cancellations_and_what_came_later_are_not_the_cause() {
        let events = [
            event(0, "a", "CREATE_IN_PROGRESS"),
            failed(1, "b", "Resource creation cancelled"),
            failed(2, "c", "Role guardian already exists"),
            failed(3, "d", "Limit exceeded"),
            row(4, "arn:root", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
        ];
        let cause = first_cause(&events).unwrap();
        assert_eq!(cause.event.logical_id, "c");
        assert!(cause.hint.unwrap().contains("another project"));
        assert_eq!(cause.others.len(), 1);
    }

    #[test]
    fn a_nested_stacks_row_is_the_cause_only_when_nothing_in_it_is() {
        let inner = StackEvent { stack_id: "arn:nested".into(), ..failed(1, "q", "Rate exceeded") };
        let echo = row(2, "arn:nested", "CREATE_FAILED", "Embedded stack was not created");
        assert_eq!(first_cause(&[inner, echo.clone()]).unwrap().event.logical_id, "q");
        assert_eq!(first_cause(std::slice::from_ref(&echo)).unwrap().event, echo);
    }

    #[test]
    fn a_stack_that_was_refused_as_a_whole_is_its_own_cause() {
        let refused = row(1, "arn:root", "ROLLBACK_IN_PROGRESS", "Template error");
        assert_eq!(first_cause(std::slice::from_ref(&refused)).unwrap().event, refused);
        assert_eq!(first_cause(&[event(1, "q", "CREATE_COMPLETE")]), None);
    }

    #[test]
    fn each_known_reason_has_its_hint() {
        for (reason, words) in [
            (
                "User: arn:aws:iam::1:user/a is not authorized to perform: states:CreateStateMachine on resource: x",
                "`states:CreateStateMachine`",
            ),
            ("API: iam:CreateRole Access Denied", "permission"),
            ("Error occurred while GetObject. S3 Error Code: NoSuchKey.", "uploads"),
            ("The role defined for the function cannot be assumed by Lambda.", "deploy again"),
            (
                "Resource of type 'AWS::Logs::LogGroup' with identifier 'x' already exists.",
                "outside this stack",
            ),
            ("Rate exceeded (Service: CloudWatch)", "too much at once"),
            ("The maximum number of alarms", "quota"),
            ("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED'", "definition"),
            ("Topic does not exist", "deleted outside"),
        ] {
            let hint = hint(reason).unwrap_or_default();
            assert!(hint.contains(words), "{reason}: {hint}");
        }
        assert_eq!(hint("Something new"), None);
    }
}
