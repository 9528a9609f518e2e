//! The root cause of a failed operation, found in its events, and the fixes of known reasons.

use crate::StackEvent;
use crate::state::is_rolling_back;

/// The first failure of an operation that is no consequence of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The event.
    pub event: StackEvent,
    /// The fix, if the reason is a known one.
    pub hint: Option<String>,
    /// Other failures that are no consequences either.
    pub others: Vec<StackEvent>,
}

/// Finds the root cause in an operation's events, oldest first.
pub fn root_cause(events: &[StackEvent]) -> Option<Cause> {
    let failures: Vec<&StackEvent> =
        events.iter().filter(|e| e.is_failure() && !is_cancellation(e)).collect();
    // The row of a nested stack only repeats the failure of one of its resources.
    let echo = |row: &StackEvent| {
        row.is_of_nested_stack()
            && failures.iter().any(|e| e.stack_id == row.physical_id && !e.is_of_stack_itself())
    };
    let mut causes: Vec<&StackEvent> =
        failures.iter().copied().filter(|e| !e.is_of_stack_itself() && !echo(e)).collect();
    causes.sort_by_key(|e| e.time_ms);
    let mut causes = causes.into_iter();
    let first = causes.next().or_else(|| {
        // No resource failed: a hook or an invalid template stopped the stack itself.
        let of_itself = |e: &&StackEvent| e.is_of_stack_itself() && e.reason.is_some();
        let bad = |e: &&StackEvent| e.is_failure() || is_rolling_back(&e.status);
        events.iter().filter(of_itself).find(bad)
    })?;
    // A resource that fails, and whose rollback then fails, is one cause.
    let mut others: Vec<StackEvent> = Vec::new();
    for event in causes {
        let same =
            |e: &StackEvent| (&e.stack_id, &e.logical_id) == (&event.stack_id, &event.logical_id);
        if !same(first) && !others.iter().any(same) {
            others.push(event.clone());
        }
    }
    let hint = first.reason.as_deref().and_then(advice);
    Some(Cause { event: first.clone(), hint, others })
}

/// Whether the resource was only cancelled because another one had failed.
fn is_cancellation(event: &StackEvent) -> bool {
    event.reason.as_deref().is_some_and(|reason| {
        ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"]
            .iter()
            .any(|text| reason.starts_with(text))
    })
}

/// Known reasons, by words that they contain (all words of a row, in lower case), with their fix. The
/// first row that matches counts.
const KNOWN: &[(&[&str], &str)] = &[
    (&["denied by stack policy"], PROTECTED),
    // Tables first: their words contain those of other rows. The first one is from memory.
    (&["time to live has been modified multiple times"], TIME_TO_LIVE),
    (&["timetolive is active on a different attributename"], TIME_TO_LIVE),
    (&["resource which is still in use", "table"], TABLE_IN_USE),
    (&["subscriber limit exceeded", "simultaneously"], TABLES_AT_ONCE),
    (
        &["protected against deletion", "dynamodb"],
        "the table has deletion protection: `aws dynamodb update-table \
         --no-deletion-protection-enabled` switches it off; then try again",
    ),
    (&["not allowed by stack policy"], PROTECTED),
    (&["nosuchkey"], "the package is not in the artifact bucket; deploy again, which uploads it"),
    (
        &["error occurred while getobject", "s3"],
        "Lambda cannot read the package from the artifact bucket; deploy again, which uploads it",
    ),
    (
        &["specified key does not exist"],
        "a template or the package is not in the artifact bucket; deploy again, which uploads it",
    ),
    (&["cannot be assumed by lambda"], NEW_ROLE),
    (&["unable to assume the role"], NEW_ROLE),
    (&["authorized to assume the provided role"], NEW_ROLE),
    (
        &["not authorized to access the log destination"],
        "the machine's role had not propagated yet, or the permissions boundary lacks the `logs:` \
         actions of log delivery; deploy again, and if it fails again, extend the boundary",
    ),
    (
        &["resource policy size was exceeded"],
        "the account's log delivery policy is full; it lists the log group of each machine. Remove \
         unused groups from it, or set `logging: { level: OFF }` on machines",
    ),
    (&["already exist"], NAME_TAKEN),
    (&["alreadyexists"], NAME_TAKEN),
    (
        &["being deleted"],
        "a resource of that name is still being deleted; wait a few minutes and deploy again",
    ),
    (
        &["you must wait 60 seconds"],
        "a queue of that name was deleted less than a minute ago; wait and deploy again",
    ),
    (&["rate exceeded"], THROTTLED),
    (&["throttl"], THROTTLED),
    (&["toomanyrequests"], THROTTLED),
    (&["below its minimum value", "concurren"], CONCURRENCY),
    (&["limit exceeded"], QUOTA),
    (&["limitexceeded"], QUOTA),
    (&["maximum number"], QUOTA),
    (&["exceeds the maximum number allowed"], QUOTA),
    (&["cannot exceed quota"], QUOTA),
    (&["quota", "exceeded"], QUOTA),
    (
        &["security token", "expired"],
        "the credentials expired during the operation; log in again and deploy again",
    ),
    (
        &["security token", "invalid"],
        "the credentials are not valid; log in again and deploy again",
    ),
    (&["invalid principal in policy"], "a role or user that the policy names does not exist"),
    (&["schemavalidationfailed"], DEFINITION),
    (&["invalid state machine definition"], DEFINITION),
    (&["invalid_definition"], DEFINITION),
    (
        &["hook(s)", "failed"],
        "a hook or a validation of CloudFormation rejects it: `aws cloudformation describe-events` \
         with the change set's ARN shows why; allow cloudformation:DescribeEvents, and guardian \
         shows it here",
    ),
    (&["not found"], GONE),
    (&["does not exist"], GONE),
];

const TIME_TO_LIVE: &str = "DynamoDB takes one change of a table's time to live an hour, and one attribute \
                            for it: wait an hour, then try again";
const TABLE_IN_USE: &str = "the table is being created, updated, restored or deleted by another call: wait \
                            until `aws dynamodb describe-table` shows ACTIVE, then try again";
const TABLES_AT_ONCE: &str = "other tables of the account are being created, updated or deleted, and DynamoDB \
                              takes a limited number at once: wait a few minutes, then try again";
const PROTECTED: &str = "the stack's policy protects this resource. If the change is intended, `guardian \
                         deploy --override-stack-policy` lifts the policy for what it changes";
const NEW_ROLE: &str = "the role had not propagated yet, or its trust policy lacks the \
                        service; deploy again";
const NAME_TAKEN: &str = "a resource outside this stack has that name: delete it, import it, or \
                          choose another project or env in guardian.yaml";
const THROTTLED: &str =
    "AWS throttled the calls; deploy again, which continues with the remaining resources";
const QUOTA: &str = "a quota of the account is reached: request an increase in Service Quotas, or \
                     remove unused resources";
const CONCURRENCY: &str = "the account has too few concurrent executions to reserve any: request \
                           an increase in Service Quotas";
const DEFINITION: &str = "Step Functions rejects the machine's definition; `guardian validate` \
                          checks part of it, and the reason above names the fault";
const GONE: &str = "a resource that the stack refers to was deleted outside of it: create it again, \
                    or remove the reference and deploy";

/// The fix of a reason, if it is a known one.
pub fn advice(reason: &str) -> Option<String> {
    let lower = reason.to_lowercase();
    let known = KNOWN.iter().find(|(words, _)| words.iter().all(|word| lower.contains(word)));
    // A denied action is named. Services also say "access denied" of a role that cannot be assumed
    // yet and of an object that does not exist: for these the row is more exact.
    match (denied_action(reason), known) {
        (Some(Denied::Action(action)), _) => Some(format!(
            "the credentials (or the role that CloudFormation uses) lack `{action}`: allow it, \
             then deploy again"
        )),
        (_, Some((_, advice))) => Some((*advice).to_owned()),
        (Some(Denied::Something), None) => Some(
            "the credentials (or the role that CloudFormation uses) lack a permission that this \
             resource needs: allow it, then deploy again"
                .to_owned(),
        ),
        (None, None) => None,
    }
}

/// The denial in a reason.
#[derive(Debug, PartialEq, Eq)]
enum Denied<'a> {
    /// This action.
    Action(&'a str),
    /// An action that is not named.
    Something,
}

/// The action in `… is not authorized to perform: states:CreateStateMachine on resource …`, or in
/// `API: iam:CreateRole User: … is not authorized …`.
fn denied_action(reason: &str) -> Option<Denied<'_>> {
    let action = |rest: &'_ str| -> Option<usize> {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ":-*".contains(c)));
        let end = end.unwrap_or(rest.len());
        rest[..end].contains(':').then_some(end)
    };
    for before in ["not authorized to perform: ", "not authorized to perform the ", "API: "] {
        if let Some((_, rest)) = reason.split_once(before)
            && let Some(end) = action(rest)
        {
            return Some(Denied::Action(&rest[..end]));
        }
    }
    let lower = reason.to_lowercase();
    ["accessdenied", "access denied", "not authorized", "unauthorizedoperation"]
        .iter()
        .any(|words| lower.contains(words))
        .then_some(Denied::Something)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;

    fn failed(n: i64, logical_id: &str, reason: &str) -> StackEvent {
        StackEvent { reason: Some(reason.into()), ..event(n, logical_id, "CREATE_FAILED") }
    }

    fn row(n: i64, physical_id: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            resource_type: crate::stack::STACK_TYPE.into(),
            physical_id: physical_id.into(),
            reason: Some(reason.into()),
            ..event(n, "Row", status)
        }
    }

    #[test]
    fn neither_cancellations_nor_later_failures_are_the_root_cause() {
        let events = [
            event(0, "a", "CREATE_IN_PROGRESS"),
            failed(1, "b", "Resource creation cancelled"),
            failed(2, "c", "Role guardian already exists"),
            failed(3, "d", "Limit exceeded"),
            row(4, "arn:root", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
        ];
        let cause = root_cause(&events).unwrap();
        assert_eq!(cause.event.logical_id, "c");
        assert!(cause.hint.unwrap().contains("another project"));
        assert_eq!(cause.others.len(), 1);
    }

    #[test]
    fn the_row_of_a_nested_stack_is_the_root_cause_only_without_a_failed_resource() {
        let inner = StackEvent { stack_id: "arn:nested".into(), ..failed(1, "q", "Rate exceeded") };
        let echo = row(2, "arn:nested", "CREATE_FAILED", "Embedded stack was not created");
        assert_eq!(root_cause(&[inner, echo.clone()]).unwrap().event.logical_id, "q");
        assert_eq!(root_cause(std::slice::from_ref(&echo)).unwrap().event, echo);
    }

    #[test]
    fn a_stack_that_was_refused_as_a_whole_is_its_own_root_cause() {
        let refused = row(1, "arn:root", "ROLLBACK_IN_PROGRESS", "Template error");
        assert_eq!(root_cause(std::slice::from_ref(&refused)).unwrap().event, refused);
        assert_eq!(root_cause(&[event(1, "q", "CREATE_COMPLETE")]), None);
    }

    /// The texts of AWS, as users quote them in public issues.
    #[test]
    fn each_known_reason_has_a_fix() {
        for (reason, words) in [
            // Access denied, with or without the action.
            (
                "Resource handler returned message: \"User: arn:aws:sts::111122223333:assumed-role/ci/x is not authorized to perform: states:CreateStateMachine on resource: arn:aws:states:eu-west-1:111122223333:stateMachine:a because no identity-based policy allows the states:CreateStateMachine action (Service: Sfn, Status Code: 400, Request ID: 1)\" (RequestToken: 2, HandlerErrorCode: AccessDenied)",
                "`states:CreateStateMachine`",
            ),
            (
                "API: iam:CreateRole User: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::111122223333:role/a",
                "`iam:CreateRole`",
            ),
            (
                "API: ec2:deleteTags You are not authorized to perform this operation.",
                "`ec2:deleteTags`",
            ),
            ("API: s3:PutBucketPolicy Access Denied", "`s3:PutBucketPolicy`"),
            ("Access Denied (Service: S3, Status Code: 403)", "a permission"),
            // The package.
            (
                "Resource handler returned message: \"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist. (Service: Lambda, Status Code: 400, Request ID: ad9bb8d6)\" (RequestToken: fe23dc9c, HandlerErrorCode: InvalidRequest)",
                "uploads",
            ),
            (
                "Error occurred while GetObject. S3 Error Code: AccessDenied. S3 Error Message: Access Denied (Service: AWSLambdaInternal; Status Code: 403; Error Code: AccessDeniedException; Request ID: 1)",
                "cannot read the package",
            ),
            // Roles.
            (
                "The role defined for the function cannot be assumed by Lambda. (Service: AWSLambdaInternal; Status Code: 400; Error Code: InvalidParameterValueException; Request ID: d98cedb2)",
                "deploy again",
            ),
            (
                "Resource handler returned message: \"Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role. (Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException; Request ID: 1; Proxy: null)\" (RequestToken: 2, HandlerErrorCode: AccessDenied)",
                "trust policy",
            ),
            (
                "Resource handler returned message: \"The state machine IAM Role is not authorized to access the Log Destination (Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException; Request ID: 2264351c; Proxy: null)\" (RequestToken: ccf5ac0c, HandlerErrorCode: AccessDenied)",
                "boundary",
            ),
            (
                "Resource handler returned message: \"Invalid Logging Configuration: The CloudWatch Logs Resource Policy size was exceeded. We suggest prefixing your CloudWatch log group name with /aws/vendedlogs/states/",
                "log delivery policy is full",
            ),
            // Tables.
            (
                "Resource handler returned message: \"Time to live has been modified multiple times within a fixed interval (Service: DynamoDb, Status Code: 400, Request ID: 1)\"",
                "wait an hour",
            ),
            ("TimeToLive is active on a different AttributeName", "wait an hour"),
            (
                "Attempt to change a resource which is still in use: Table is being updated: shop-dev-StateTable-1 (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceInUseException)",
                "shows ACTIVE",
            ),
            (
                "Attempt to change a resource which is still in use: Table is being deleted: shop-dev-StateTable-1",
                "shows ACTIVE",
            ),
            (
                "Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted simultaneously (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: LimitExceededException)",
                "other tables of the account",
            ),
            (
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (Service: DynamoDb, Status Code: 400)",
                "no-deletion-protection-enabled",
            ),
            // Names.
            (
                "Resource of type 'AWS::Lambda::Function' with identifier 'my-lambda-function' already exists.",
                "outside this stack",
            ),
            (
                "Resource handler returned message: \"State Machine Already Exists: 'arn:aws:states:eu-west-1:111122223333:stateMachine:a' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineAlreadyExists; Request ID: 1)\" (RequestToken: 2, HandlerErrorCode: AlreadyExists)",
                "outside this stack",
            ),
            (
                "/aws/lambda/shop already exists in stack arn:aws:cloudformation:eu-west-1:111122223333:stack/other/1",
                "outside this stack",
            ),
            (
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
                "less than a minute",
            ),
            // Quotas and throttles.
            (
                "LimitExceededException: The requested resource exceeds the maximum number allowed.",
                "quota",
            ),
            (
                "The maximum number of alarms has been reached (Service: CloudWatch, Status Code: 400)",
                "quota",
            ),
            (
                "Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)",
                "quota",
            ),
            (
                "Resource handler returned message: \"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10]. (Service: Lambda, Status Code: 400)\"",
                "concurrent executions",
            ),
            (
                "Rate exceeded for operation 'Rate exceeded (Service: Lambda, Status Code: 429, Request ID: 2d5768a1, Extended Request ID: null)'.",
                "throttled",
            ),
            (
                "Rate exceeded (Service: AmazonCloudWatch; Status Code: 400; Error Code: Throttling; Request ID: 1f0a35b7; Proxy: null)",
                "throttled",
            ),
            // Definitions.
            (
                "Resource handler returned message: \"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The value is not a valid resource ARN at /States/A/Resource' (Service: AWSStepFunctions; Status Code: 400; Error Code: InvalidDefinition; Request ID: 1; Proxy: null)\" (RequestToken: 2, HandlerErrorCode: InvalidRequest)",
                "definition",
            ),
            (
                "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next'",
                "definition",
            ),
            // CloudFormation itself.
            (
                "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for resource [LogicalResourceId/A];",
                "--override-stack-policy",
            ),
            (
                "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.",
                "cloudformation:DescribeEvents",
            ),
            ("The security token included in the request is expired", "log in again"),
            ("Topic does not exist (Service: Sns, Status Code: 404)", "deleted outside"),
        ] {
            let hint = advice(reason).unwrap_or_default();
            assert!(hint.contains(words), "{reason}: {hint}");
        }
        assert_eq!(advice("Something new"), None);
    }
}
