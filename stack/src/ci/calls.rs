//! Every AWS API call that the command line makes itself, and what it takes. CloudFormation's own
//! calls on the caller's behalf are not here: they follow from the templates.
//!
//! A test in the command line's crate compares this list with its source, both ways: a call that
//! is not listed fails it, and so does one that is listed and not made.

use super::arns;
use super::subject::{OBJECTS, PREVIEWS, Subject};
use Operation::{Deploy, Destroy, Plan, Prepare};
use guardian_contract::MANAGED_SUFFIX;
use std::collections::BTreeSet;

/// What a role of CI does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Shows what a deploy would change, and leaves nothing: `diff`, `plan`.
    Plan,
    /// Makes the plan that is approved and then deployed: `plan -o`. It uploads what the deploy
    /// reads and keeps the change set, and cannot execute it.
    Prepare,
    /// Deploys: `deploy`, with the plan that it may be given, `run` and `attach`.
    Deploy,
    /// Removes the stack and what belongs to it: `destroy`.
    Destroy,
}

/// What a role may be used for.
pub type Operations<'a> = &'a [Operation];

/// What a call is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The action takes no resource.
    Account,
    /// The stack and those nested in it.
    Stacks,
    /// The same, with a change set of a name that is given to no change set that is executed.
    Previews,
    /// A stack set.
    StackSets,
    /// The artifact bucket itself.
    Bucket,
    /// What Guardian keeps in the artifact bucket.
    Objects,
    /// What it keeps there for as long as it looks at a change; nothing where CloudFormation reads
    /// all of the templates from the request.
    PreviewObjects,
    /// The function that watches.
    Function,
    /// The state table; nothing under `original`.
    Table,
    /// State machines that the stack creates.
    Machines,
    /// Their executions.
    Executions,
}

/// A call of the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The SDK's method.
    pub method: &'static str,
    /// The IAM action that allows it.
    pub action: &'static str,
    /// What it is made on.
    pub on: On,
    /// What CI makes it for; nothing: only people do.
    pub operations: &'static [Operation],
}

const fn call(
    method: &'static str,
    action: &'static str,
    on: On,
    operations: &'static [Operation],
) -> Call {
    Call { method, action, on, operations }
}

const ALL: &[Operation] = &[Plan, Prepare, Deploy, Destroy];
/// What makes a change set or reads one.
const PLANS: &[Operation] = &[Plan, Prepare, Deploy];
/// What makes a change set that stays.
const MAKES: &[Operation] = &[Prepare, Deploy];
/// Only people do this.
const NOBODY: &[Operation] = &[];

/// Every call, by service.
pub const CALLS: &[Call] = &[
    // Only people recover a stack, cancel a deploy, or detect drift, which takes the permission to
    // read every resource.
    call("cancel_update_stack", "cloudformation:CancelUpdateStack", On::Stacks, NOBODY),
    call("continue_update_rollback", "cloudformation:ContinueUpdateRollback", On::Stacks, NOBODY),
    call("create_change_set", "cloudformation:CreateChangeSet", On::Previews, &[Plan]),
    call("create_change_set", "cloudformation:CreateChangeSet", On::Stacks, MAKES),
    call("delete_change_set", "cloudformation:DeleteChangeSet", On::Previews, &[Plan]),
    call("delete_change_set", "cloudformation:DeleteChangeSet", On::Stacks, MAKES),
    // A deploy deletes a stack whose first create failed: it would block the next.
    call("delete_stack", "cloudformation:DeleteStack", On::Stacks, &[Deploy, Destroy]),
    call("describe_account_limits", "cloudformation:DescribeAccountLimits", On::Account, NOBODY),
    call("describe_change_set", "cloudformation:DescribeChangeSet", On::Stacks, PLANS),
    // What validation found wrong with a change set.
    call("describe_events", "cloudformation:DescribeEvents", On::Stacks, PLANS),
    call(
        "describe_stack_drift_detection_status",
        "cloudformation:DescribeStackDriftDetectionStatus",
        On::Account,
        NOBODY,
    ),
    call(
        "describe_stack_resource_drifts",
        "cloudformation:DescribeStackResourceDrifts",
        On::Stacks,
        NOBODY,
    ),
    call("describe_stack_events", "cloudformation:DescribeStackEvents", On::Stacks, ALL),
    call("describe_stacks", "cloudformation:DescribeStacks", On::Stacks, ALL),
    call("detect_stack_drift", "cloudformation:DetectStackDrift", On::Stacks, NOBODY),
    call("execute_change_set", "cloudformation:ExecuteChangeSet", On::Stacks, &[Deploy]),
    // Refusals of the stack policy are reported before anything runs.
    call("get_stack_policy", "cloudformation:GetStackPolicy", On::Stacks, &[Plan, Deploy]),
    call("set_stack_policy", "cloudformation:SetStackPolicy", On::Stacks, &[Deploy]),
    call("get_template", "cloudformation:GetTemplate", On::Stacks, ALL),
    call("list_change_sets", "cloudformation:ListChangeSets", On::Stacks, MAKES),
    call("list_stack_resources", "cloudformation:ListStackResources", On::Stacks, ALL),
    call(
        "update_termination_protection",
        "cloudformation:UpdateTerminationProtection",
        On::Stacks,
        &[Deploy],
    ),
    // Stack sets: a role that deploys them is written by hand (docs/accounts.md).
    call("create_stack_instances", "cloudformation:CreateStackInstances", On::StackSets, NOBODY),
    call("create_stack_set", "cloudformation:CreateStackSet", On::StackSets, NOBODY),
    call("delete_stack_instances", "cloudformation:DeleteStackInstances", On::StackSets, NOBODY),
    call("delete_stack_set", "cloudformation:DeleteStackSet", On::StackSets, NOBODY),
    call("describe_stack_set", "cloudformation:DescribeStackSet", On::StackSets, NOBODY),
    call(
        "describe_stack_set_operation",
        "cloudformation:DescribeStackSetOperation",
        On::StackSets,
        NOBODY,
    ),
    call("list_stack_instances", "cloudformation:ListStackInstances", On::StackSets, NOBODY),
    call(
        "list_stack_set_operation_results",
        "cloudformation:ListStackSetOperationResults",
        On::StackSets,
        NOBODY,
    ),
    call(
        "list_stack_set_operations",
        "cloudformation:ListStackSetOperations",
        On::StackSets,
        NOBODY,
    ),
    call("stop_stack_set_operation", "cloudformation:StopStackSetOperation", On::StackSets, NOBODY),
    call("update_stack_set", "cloudformation:UpdateStackSet", On::StackSets, NOBODY),
    // A drill and a proof are for people: they page, and run machines.
    call("describe_alarm_history", "cloudwatch:DescribeAlarmHistory", On::Account, NOBODY),
    call("list_alarm_mute_rules", "cloudwatch:ListAlarmMuteRules", On::Account, NOBODY),
    call("list_subscriptions_by_topic", "sns:ListSubscriptionsByTopic", On::Account, NOBODY),
    call("set_alarm_state", "cloudwatch:SetAlarmState", On::Account, NOBODY),
    call("start_execution", "states:StartExecution", On::Machines, NOBODY),
    call("describe_execution", "states:DescribeExecution", On::Executions, NOBODY),
    call("describe_alarms", "cloudwatch:DescribeAlarms", On::Account, NOBODY),
    call("get_metric_data", "cloudwatch:GetMetricData", On::Account, NOBODY),
    // `destroy` counts the incidents that go with the table.
    call("query", "dynamodb:Query", On::Table, &[Destroy]),
    // People acknowledge faults; docs/board.md has a policy for the partition of acknowledgements.
    call("put_item", "dynamodb:PutItem", On::Table, NOBODY),
    call("delete_item", "dynamodb:DeleteItem", On::Table, NOBODY),
    // The doctor looks at the table and the rule of the events.
    call("describe_table", "dynamodb:DescribeTable", On::Account, NOBODY),
    call("describe_time_to_live", "dynamodb:DescribeTimeToLive", On::Account, NOBODY),
    call("describe_rule", "events:DescribeRule", On::Account, NOBODY),
    // `gc` looks for tables of stacks that are gone.
    call("list_tables", "dynamodb:ListTables", On::Account, NOBODY),
    call("list_tags_of_resource", "dynamodb:ListTagsOfResource", On::Account, NOBODY),
    // `destroy --artifacts`, `destroy --logs` and `gc` look beyond their own stack.
    call("describe_log_groups", "logs:DescribeLogGroups", On::Account, NOBODY),
    // Only the doctor looks at the log delivery policy.
    call("describe_resource_policies", "logs:DescribeResourcePolicies", On::Account, NOBODY),
    call("delete_log_group", "logs:DeleteLogGroup", On::Account, NOBODY),
    call("describe_state_machine", "states:DescribeStateMachine", On::Machines, NOBODY),
    call("get_function_configuration", "lambda:GetFunctionConfiguration", On::Function, NOBODY),
    call("list_object_versions", "s3:ListBucketVersions", On::Bucket, NOBODY),
    // The doctor's test object in a bucket of an endpoint that ignores the condition.
    call("delete_object", "s3:DeleteObjectVersion", On::Objects, NOBODY),
    call("delete_object", "s3:DeleteObjectVersion", On::PreviewObjects, &[Plan]),
    call("delete_objects", "s3:DeleteObjectVersion", On::Objects, NOBODY),
    call("get_account_settings", "lambda:GetAccountSettings", On::Account, NOBODY),
    // Always allowed, whatever a policy says.
    call("get_caller_identity", "sts:GetCallerIdentity", On::Account, NOBODY),
    call("get_execution_history", "states:GetExecutionHistory", On::Executions, NOBODY),
    // The first sweep after a deploy.
    call("invoke", "lambda:InvokeFunction", On::Function, &[Deploy]),
    // The first deploy of an account and region makes the artifact bucket.
    call("create_bucket", "s3:CreateBucket", On::Bucket, &[Deploy]),
    call("get_bucket_policy", "s3:GetBucketPolicy", On::Bucket, MAKES),
    call("head_bucket", "s3:ListBucket", On::Bucket, MAKES),
    call("head_object", "s3:GetObject", On::Objects, MAKES),
    call("put_bucket_encryption", "s3:PutEncryptionConfiguration", On::Bucket, &[Deploy]),
    call(
        "put_bucket_lifecycle_configuration",
        "s3:PutLifecycleConfiguration",
        On::Bucket,
        &[Deploy],
    ),
    call("put_bucket_ownership_controls", "s3:PutBucketOwnershipControls", On::Bucket, &[Deploy]),
    call("put_bucket_policy", "s3:PutBucketPolicy", On::Bucket, &[Deploy]),
    call("put_bucket_versioning", "s3:PutBucketVersioning", On::Bucket, &[Deploy]),
    call("put_object", "s3:PutObject", On::PreviewObjects, &[Plan]),
    call("put_object", "s3:PutObject", On::Objects, MAKES),
    call("put_public_access_block", "s3:PutBucketPublicAccessBlock", On::Bucket, &[Deploy]),
    call("list_executions", "states:ListExecutions", On::Machines, NOBODY),
    call("list_state_machines", "states:ListStateMachines", On::Account, NOBODY),
    call("list_tags_for_resource", "states:ListTagsForResource", On::Machines, NOBODY),
    call(
        "validate_state_machine_definition",
        "states:ValidateStateMachineDefinition",
        On::Account,
        PLANS,
    ),
    // CI takes the lock as it is.
    call("list_rules", "events:ListRules", On::Account, NOBODY),
    call("list_targets_by_rule", "events:ListTargetsByRule", On::Account, NOBODY),
    call("get_schedule", "scheduler:GetSchedule", On::Account, NOBODY),
    call("list_schedules", "scheduler:ListSchedules", On::Account, NOBODY),
];

/// What a call is made on, as ARNs for `Fn::Sub`.
pub(super) fn resources(on: On, subject: &Subject<'_>) -> BTreeSet<String> {
    let one = |arn: String| BTreeSet::from([arn]);
    match on {
        On::Account => one("*".to_owned()),
        On::Stacks => arns::stacks(subject.stack_name),
        On::StackSets => one(arns::stack_set(subject.stack_name)),
        On::Previews => one(arns::stack(subject.stack_name)),
        On::Bucket => one(arns::bucket(subject.bucket)),
        On::Objects => one(arns::objects(subject.bucket, OBJECTS)),
        On::PreviewObjects if subject.reads_from_bucket() => {
            one(arns::objects(subject.bucket, PREVIEWS))
        }
        On::PreviewObjects => BTreeSet::new(),
        On::Function => arns::of_id(subject, "Function").into_iter().flatten().collect(),
        On::Table => arns::of_type(subject, "AWS::DynamoDB::Table"),
        On::Machines => arns::of_type(subject, "AWS::StepFunctions::StateMachine"),
        On::Executions => one(format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:\
             *{MANAGED_SUFFIX}:*"
        )),
    }
}
