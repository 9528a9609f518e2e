//! Which resources an action is allowed on: ARNs, as narrow as the action takes them and as the
//! names in the templates allow. Every ARN is a text for `Fn::Sub`.

use super::subject::{OBJECTS, Subject};
use guardian_cfn::Val;
use guardian_contract::{
    MANAGED_SUFFIX, MachineKey, alarm_name, glob_matches, incomplete_alarm_name,
    overdue_alarm_name, stuck_alarm_name,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What CloudFormation keeps of a stack's name in the names that it makes up. Names of roles have
/// 64 characters, and this many of them come from the stack [from memory].
const KEPT_OF_STACK: usize = 24;

/// A resource of one of the templates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub properties: &'a Map<String, Value>,
}

/// Every resource of the templates.
pub(super) fn resources<'a>(templates: &[&'a Value]) -> Vec<Resource<'a>> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    let of = |(id, body): (&'a String, &'a Value)| Resource {
        id,
        kind: body["Type"].as_str().unwrap_or_default(),
        properties: body["Properties"].as_object().unwrap_or(&NONE),
    };
    let maps = templates.iter().filter_map(|t| t["Resources"].as_object());
    maps.flatten().map(of).collect()
}

/// An ARN in this partition, less its `arn:` and partition.
fn arn(rest: &str) -> String {
    format!("arn:${{AWS::Partition}}:{rest}")
}

/// The same of a service in this account and region.
fn regional(service: &str, rest: &str) -> String {
    arn(&format!("{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

/// ARN of a stack of this name.
pub(super) fn stack(name: &str) -> String {
    regional("cloudformation", &format!("stack/{name}/*"))
}

/// ARN of the stacks nested in one.
pub(super) fn nested(stack_name: &str) -> String {
    stack(&format!("{stack_name}-*"))
}

/// ARNs of the stack and of the stacks nested in it.
pub(super) fn stacks(stack_name: &str) -> BTreeSet<String> {
    BTreeSet::from([stack(stack_name), nested(stack_name)])
}

/// ARN of the change sets whose names begin like this, whichever stack they are of.
pub(super) fn change_sets(prefix: &str) -> String {
    regional("cloudformation", &format!("changeSet/{prefix}*"))
}

/// ARN of the stack set of this name; its id follows the name.
pub(super) fn stack_set(name: &str) -> String {
    regional("cloudformation", &format!("stackset/{name}:*"))
}

/// What names that CloudFormation makes up for the stack's resources begin with.
pub(super) fn made_up(stack_name: &str) -> String {
    match stack_name.get(..KEPT_OF_STACK) {
        Some(kept) if stack_name.len() > KEPT_OF_STACK => format!("{kept}*"),
        _ => format!("{stack_name}-*"),
    }
}

/// ARNs of the artifact bucket, and of what is in it under a prefix.
pub(super) fn bucket(name: &str) -> String {
    arn(&format!("s3:::{name}"))
}

pub(super) fn objects(name: &str, prefix: &str) -> String {
    arn(&format!("s3:::{name}/{prefix}*"))
}

/// ARNs of all resources of one type, by their names in the templates.
pub(super) fn of_type(subject: &Subject<'_>, kind: &str) -> BTreeSet<String> {
    let (kind, forms) = forms(kind);
    let mut names: BTreeSet<String> = resources(subject.templates)
        .iter()
        .filter(|r| r.kind == kind)
        .map(|r| name(r, subject.stack_name))
        .collect();
    if !subject.exact {
        let patterns = patterns(kind, &names);
        let covered = |name: &String| patterns.iter().any(|p| glob_matches(p, name));
        let used: Vec<&String> =
            patterns.iter().filter(|p| names.iter().any(|n| glob_matches(p, n))).collect();
        let used: Vec<String> = used.into_iter().cloned().collect();
        names.retain(|name| !covered(name));
        names.extend(used);
    }
    names.iter().flat_map(|n| forms.iter().map(|f| arn(&f.replace("{}", n)))).collect()
}

/// The ARN of the resource with this logical id, as a role's policy names it.
pub(super) fn of_id(subject: &Subject<'_>, id: &str) -> Option<Vec<String>> {
    let found = resources(subject.templates).into_iter().find(|r| r.id == id)?;
    let name = name(&found, subject.stack_name);
    let arns = forms(found.kind).1.iter().map(|f| arn(&f.replace("{}", &name)));
    Some(arns.map(|arn| by_pattern(subject, &arn)).collect())
}

/// The ARN of a managed machine as that of all of them, unless they are named one by one.
pub(super) fn by_pattern(subject: &Subject<'_>, arn: &str) -> String {
    let all = regional("states", &format!("stateMachine:*{MANAGED_SUFFIX}"));
    if !subject.exact && glob_matches(&all, arn) { all } else { arn.to_owned() }
}

/// The resources that an action is allowed on when it handles resources of a type.
pub(super) fn handled(subject: &Subject<'_>, kind: &str, action: &str) -> BTreeSet<String> {
    if let Some(wide) = account_wide(action) {
        return BTreeSet::from([wide]);
    }
    let service = action.split(':').next().unwrap_or_default();
    match (service, kind) {
        // A handler that passes a role or looks at it: one of the stack's.
        ("iam", kind) if !kind.starts_with("AWS::IAM::") => of_type(subject, "AWS::IAM::Role"),
        ("kms", kind) => keys(subject, kind),
        ("s3", kind) if !kind.starts_with("AWS::S3::") => {
            BTreeSet::from([objects(subject.bucket, OBJECTS)])
        }
        // It is asked for the rule and for each alarm that the rule is about.
        (_, "AWS::CloudWatch::AlarmMuteRule") if action == "cloudwatch:PutAlarmMuteRule" => {
            let mut all = of_type(subject, kind);
            all.extend(of_type(subject, "AWS::CloudWatch::Alarm"));
            all
        }
        _ => of_type(subject, kind),
    }
}

/// ARNs of the customer managed keys that resources of a type are encrypted with.
fn keys(subject: &Subject<'_>, kind: &str) -> BTreeSet<String> {
    let of_kind = resources(subject.templates).into_iter().filter(|r| r.kind == kind);
    let keys = of_kind.filter_map(|r| {
        r.properties.get("SSESpecification")?["KMSMasterKeyId"].as_str().map(Val::sub_literal)
    });
    keys.collect()
}

/// Actions that take no single resource, or whose answer is empty for a narrower one [IAM service
/// authorization; those of CloudWatch Logs from memory].
fn account_wide(action: &str) -> Option<String> {
    match action {
        // Composite alarms are neither made nor seen with less than this.
        "cloudwatch:PutCompositeAlarm"
        | "kms:ListAliases"
        | "cloudwatch:DescribeAlarms"
        | "lambda:CreateEventSourceMapping"
        | "logs:CreateLogDelivery"
        | "logs:DescribeIndexPolicies"
        | "logs:DescribeResourcePolicies"
        | "logs:PutResourcePolicy"
        | "logs:DeleteResourcePolicy"
        | "sns:GetSubscriptionAttributes"
        | "sns:SetSubscriptionAttributes"
        | "sns:Unsubscribe"
        | "states:ListStateMachines" => Some("*".to_owned()),
        "logs:DescribeLogGroups" => Some(regional("logs", "log-group:*")),
        action if action.starts_with("ec2:Describe") => Some("*".to_owned()),
        _ => None,
    }
}

/// The type whose ARN a type goes by, and the ends of its ARNs; `{}` is the name.
fn forms(kind: &str) -> (&str, &'static [&'static str]) {
    const FUNCTION: &[&str] = &[
        "lambda:${AWS::Region}:${AWS::AccountId}:function:{}",
        "lambda:${AWS::Region}:${AWS::AccountId}:function:{}:*",
    ];
    const QUEUE: &[&str] = &["sqs:${AWS::Region}:${AWS::AccountId}:{}"];
    const TOPIC: &[&str] = &["sns:${AWS::Region}:${AWS::AccountId}:{}"];
    const BUCKET: &[&str] = &["s3:::{}"];
    match kind {
        "AWS::CloudFormation::Stack" => {
            (kind, &["cloudformation:${AWS::Region}:${AWS::AccountId}:stack/{}/*"])
        }
        "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => {
            (kind, &["cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:{}"])
        }
        "AWS::CloudWatch::AlarmMuteRule" => {
            (kind, &["cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm-mute-rule:{}"])
        }
        "AWS::CloudWatch::Dashboard" => (kind, &["cloudwatch::${AWS::AccountId}:dashboard/{}"]),
        "AWS::DynamoDB::Table" => (kind, &["dynamodb:${AWS::Region}:${AWS::AccountId}:table/{}"]),
        "AWS::Events::Rule" => (kind, &["events:${AWS::Region}:${AWS::AccountId}:rule/{}"]),
        "AWS::IAM::ManagedPolicy" => (kind, &["iam::${AWS::AccountId}:policy/{}"]),
        "AWS::IAM::OIDCProvider" => (kind, &["iam::${AWS::AccountId}:oidc-provider/{}"]),
        "AWS::IAM::Role" => (kind, &["iam::${AWS::AccountId}:role/{}"]),
        "AWS::Lambda::Function" => (kind, FUNCTION),
        "AWS::Lambda::Alias"
        | "AWS::Lambda::EventInvokeConfig"
        | "AWS::Lambda::Permission"
        | "AWS::Lambda::Version" => ("AWS::Lambda::Function", FUNCTION),
        // Lambda gives a mapping its id; nothing of it is known before.
        "AWS::Lambda::EventSourceMapping" => {
            (kind, &["lambda:${AWS::Region}:${AWS::AccountId}:event-source-mapping:*"])
        }
        "AWS::Logs::LogGroup" => (
            kind,
            &[
                "logs:${AWS::Region}:${AWS::AccountId}:log-group:{}",
                "logs:${AWS::Region}:${AWS::AccountId}:log-group:{}:*",
            ],
        ),
        "AWS::S3::Bucket" => (kind, BUCKET),
        "AWS::S3::BucketPolicy" => ("AWS::S3::Bucket", BUCKET),
        "AWS::SNS::Topic" => (kind, TOPIC),
        "AWS::SNS::Subscription" | "AWS::SNS::TopicPolicy" => ("AWS::SNS::Topic", TOPIC),
        "AWS::SQS::Queue" => (kind, QUEUE),
        "AWS::SQS::QueuePolicy" => ("AWS::SQS::Queue", QUEUE),
        "AWS::Scheduler::Schedule" => {
            (kind, &["scheduler:${AWS::Region}:${AWS::AccountId}:schedule/*/{}"])
        }
        "AWS::StepFunctions::StateMachine" => {
            (kind, &["states:${AWS::Region}:${AWS::AccountId}:stateMachine:{}"])
        }
        _ => (kind, &[]),
    }
}

/// Whether ARNs of this type are known.
#[cfg(test)]
pub(super) fn knows(kind: &str) -> bool {
    !forms(kind).1.is_empty()
}

/// The property that holds a type's name.
fn name_property(kind: &str) -> &'static str {
    match kind {
        "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => "AlarmName",
        "AWS::CloudWatch::Dashboard" => "DashboardName",
        "AWS::DynamoDB::Table" => "TableName",
        "AWS::IAM::ManagedPolicy" => "ManagedPolicyName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Lambda::Function" => "FunctionName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        "AWS::S3::Bucket" => "BucketName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::SQS::Queue" => "QueueName",
        "AWS::StepFunctions::StateMachine" => "StateMachineName",
        _ => "Name",
    }
}

/// The name of a resource, or what it begins with where CloudFormation makes it up.
fn name(resource: &Resource<'_>, stack_name: &str) -> String {
    // As it must stand in `Fn::Sub`.
    match resource.properties.get(name_property(resource.kind)) {
        Some(Value::String(name)) => Val::sub_literal(name),
        Some(name) => name["Fn::Sub"].as_str().map_or_else(|| made_up(stack_name), str::to_owned),
        None => made_up(stack_name),
    }
}

/// Names that Guardian gives by a rule: one more machine has one more of them.
fn patterns(kind: &str, names: &BTreeSet<String>) -> Vec<String> {
    let machine = format!("*{MANAGED_SUFFIX}");
    match kind {
        "AWS::CloudWatch::Alarm" => {
            let names = [alarm_name, overdue_alarm_name, stuck_alarm_name, incomplete_alarm_name];
            let of_x = MachineKey::new("x").map(|key| names.map(|name| name(&key)));
            of_x.iter()
                .flatten()
                .filter_map(|name| name.strip_suffix('x').map(|stem| format!("{stem}*")))
                .collect()
        }
        "AWS::StepFunctions::StateMachine" => vec![machine],
        "AWS::Logs::LogGroup" => {
            let of_machines = names.iter().filter(|name| name.ends_with(MANAGED_SUFFIX));
            let prefixes: BTreeSet<&str> =
                of_machines.filter_map(|name| Some(name.rsplit_once('/')?.0)).collect();
            prefixes.into_iter().map(|prefix| format!("{prefix}/{machine}")).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_every_type_of_the_binding_are_known() {
        let all = guardian_cfn::resources::handlers::TYPES;
        let unknown: Vec<_> = all.iter().filter(|kind| !knows(kind)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn made_up_names_begin_with_what_is_kept_of_the_stack() {
        assert_eq!(made_up("guardian-shop-dev"), "guardian-shop-dev-*");
        assert_eq!(made_up("guardian-a-long-project-production"), "guardian-a-long-project-*");
    }
}
