//! IAM statements: what the calls and the templates take, joined where they agree in resources and
//! condition, and divided where a policy would be too long.

use super::actions::{Handling, UnknownType, actions};
use super::arns::{self, Resource};
use super::calls::{self, CALLS, On, Operation, Operations};
use super::subject::{PREVIEW, PREVIEWS, Subject, TEMPLATES};
use guardian_cfn::Val;
use guardian_contract::glob_matches;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a managed policy, white space not counted [IAM quotas, from memory].
pub const MAX_MANAGED_POLICY: usize = 6_144;
/// Characters of all inline policies of a role together, likewise.
pub const MAX_INLINE_POLICIES: usize = 10_240;
/// Managed policies of a role, unless the account has been given more, likewise.
pub(super) const MAX_POLICIES: usize = 10;
/// Room that the reference to the boundary is counted with; a policy's ARN is shorter.
const ARN_ROOM: usize = 200;

/// When a statement holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Always,
    /// For change sets that are only looked at.
    Preview,
    /// For calls that CloudFormation makes on the caller's behalf [IAM user guide, forward access
    /// sessions: the keys are there for every operation on a resource].
    ThroughCloudFormation,
    /// The same, on a role that has our boundary.
    Bounded,
    /// The same, for a managed policy that a template names.
    Attaching(BTreeSet<String>),
    /// The same, for event source mappings of these functions: a mapping's own ARN is not known.
    OfFunction(BTreeSet<String>),
    /// When the role is handed to this service.
    Passing(&'static str),
}

/// A statement of a policy that allows something.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What its `Sid` begins with.
    pub label: String,
    /// Its actions.
    pub actions: BTreeSet<String>,
    /// Its resources, as texts for `Fn::Sub`.
    pub resources: BTreeSet<String>,
    /// Its condition.
    pub condition: Option<Value>,
}

/// A policy that cannot be made short enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the policy takes {policies} managed policies and a role has {MAX_POLICIES} at most; let it \
     name machines and alarms by pattern instead of one by one"
)]
pub struct TooLong {
    /// How many there would be.
    pub policies: usize,
}

/// The statements that these operations take. `boundary` is the ARN of the boundary that every
/// role of the stack must have.
pub fn statements(
    subject: &Subject<'_>,
    operations: Operations<'_>,
    boundary: &Val<String>,
) -> Result<Vec<Statement>, UnknownType> {
    let mut atoms: BTreeMap<(String, Holds), BTreeSet<String>> = BTreeMap::new();
    let mut allow = |action: &str, holds: Holds, on: BTreeSet<String>| {
        atoms.entry((action.to_owned(), holds)).or_default().extend(on);
    };
    for call in CALLS.iter().filter(|c| c.operations.iter().any(|o| operations.contains(o))) {
        let holds = if call.on == On::Previews { Holds::Preview } else { Holds::Always };
        allow(call.action, holds, calls::resources(call.on, subject));
    }
    // A change set reads what it is about, too: names that are taken are found before it runs.
    let changes = operations.iter().any(|o| matches!(o, Operation::Deploy | Operation::Destroy));
    let handling = if changes { Handling::Change } else { Handling::Read };
    // Thousands of resources are of a dozen types: each is looked up once.
    let mut needed = BTreeSet::new();
    for resource in arns::resources(subject.templates) {
        for action in actions(resource.kind, resource.properties, handling)? {
            needed.insert((resource.kind, action, holds(subject, &resource, action)));
        }
    }
    for (kind, action, holds) in needed {
        allow(action, holds, arns::handled(subject, kind, action));
    }
    let plans = operations.contains(&Operation::Plan);
    if plans && subject.reads_from_bucket() {
        // CloudFormation reads templates from the bucket with the caller's permissions.
        let of = [PREVIEWS, TEMPLATES].map(|prefix| arns::objects(subject.bucket, prefix));
        allow("s3:GetObject", Holds::Always, of.into());
    }
    if plans && subject.has_nested() {
        // CloudFormation creates and deletes the change sets of nested stacks, and names them.
        for action in ["cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"] {
            let nested = BTreeSet::from([arns::nested(subject.stack_name)]);
            allow(action, Holds::ThroughCloudFormation, nested);
        }
        // Of a stack that is yet to be made nothing is known but its change set.
        let all = BTreeSet::from([arns::change_sets("")]);
        allow("cloudformation:DescribeChangeSet", Holds::Always, all);
    }
    drop_covered(&mut atoms);
    Ok(join(atoms, boundary))
}

/// When an action that handles a resource may be used.
fn holds(subject: &Subject<'_>, resource: &Resource<'_>, action: &str) -> Holds {
    match action {
        // Lambda and CloudFormation fetch it with the caller's permissions.
        "s3:GetObject" | "s3:GetObjectVersion" => Holds::Always,
        "iam:PassRole" => Holds::Passing(match resource.kind {
            "AWS::Lambda::Function" => "lambda.amazonaws.com",
            "AWS::StepFunctions::StateMachine" => "states.amazonaws.com",
            "AWS::Scheduler::Schedule" => "scheduler.amazonaws.com",
            "AWS::SNS::Topic" => "sns.amazonaws.com",
            _ => "events.amazonaws.com",
        }),
        "iam:AttachRolePolicy" | "iam:DetachRolePolicy" => {
            let arns = resource.properties.get("ManagedPolicyArns").and_then(Value::as_array);
            let arns = arns.into_iter().flatten().filter_map(Value::as_str);
            Holds::Attaching(arns.map(Val::sub_literal).collect())
        }
        "lambda:CreateEventSourceMapping"
        | "lambda:UpdateEventSourceMapping"
        | "lambda:DeleteEventSourceMapping" => {
            Holds::OfFunction(arns::of_type(subject, "AWS::Lambda::Function"))
        }
        "iam:CreateRole"
        | "iam:PutRolePolicy"
        | "iam:DeleteRolePolicy"
        | "iam:PutRolePermissionsBoundary" => Holds::Bounded,
        _ => Holds::ThroughCloudFormation,
    }
}

/// Takes out what is allowed where it is allowed anyway: for more names, or without a condition.
fn drop_covered(atoms: &mut BTreeMap<(String, Holds), BTreeSet<String>>) {
    let always: BTreeMap<String, BTreeSet<String>> = atoms
        .iter()
        .filter(|((_, holds), _)| *holds == Holds::Always)
        .map(|((action, _), on)| (action.clone(), on.clone()))
        .collect();
    for ((action, holds), on) in atoms.iter_mut() {
        // Of thousands of names few are patterns.
        let patterns: Vec<String> = on.iter().filter(|arn| arn.contains('*')).cloned().collect();
        on.retain(|arn| !patterns.iter().any(|wide| wide != arn && glob_matches(wide, arn)));
        if matches!(holds, Holds::ThroughCloudFormation | Holds::Preview)
            && let Some(wide) = always.get(action)
        {
            on.retain(|arn| !wide.iter().any(|wide| glob_matches(wide, arn)));
        }
    }
    atoms.retain(|_, on| !on.is_empty());
}

/// What the actions of one statement share: service, condition and resources.
type StatementKey = (String, Holds, BTreeSet<String>);

/// One statement for all actions of a service that agree in resources and condition.
fn join(
    atoms: BTreeMap<(String, Holds), BTreeSet<String>>,
    boundary: &Val<String>,
) -> Vec<Statement> {
    let mut joined: BTreeMap<StatementKey, BTreeSet<String>> = BTreeMap::new();
    for ((action, holds), on) in atoms {
        let service = action.split(':').next().unwrap_or_default().to_owned();
        joined.entry((service, holds, on)).or_default().insert(action);
    }
    joined
        .into_iter()
        .map(|((service, holds, resources), actions)| Statement {
            label: label(&service, &holds),
            actions,
            resources,
            condition: condition(&holds, boundary),
        })
        .collect()
}

fn label(service: &str, holds: &Holds) -> String {
    let service = match service {
        "cloudformation" => "CloudFormation",
        "cloudwatch" => "CloudWatch",
        "dynamodb" => "DynamoDb",
        "events" => "Events",
        "iam" => "Iam",
        "kms" => "Kms",
        "lambda" => "Lambda",
        "logs" => "Logs",
        "s3" => "S3",
        "scheduler" => "Scheduler",
        "sns" => "Sns",
        "sqs" => "Sqs",
        "states" => "States",
        _ => "Other",
    };
    let how = match holds {
        Holds::Always => "Calls",
        Holds::Preview => "Previews",
        Holds::ThroughCloudFormation => "InStack",
        Holds::Bounded => "Bounded",
        Holds::Attaching(_) => "Attach",
        Holds::OfFunction(_) => "OfFunction",
        Holds::Passing(_) => "Pass",
    };
    format!("{service}{how}")
}

fn condition(holds: &Holds, boundary: &Val<String>) -> Option<Value> {
    let via = json!({"aws:CalledVia": "cloudformation.amazonaws.com"});
    let bounded = json!({"iam:PermissionsBoundary": boundary.to_json()});
    match holds {
        Holds::Always => None,
        // The condition key has the change set's name or its ARN, as the call has it.
        Holds::Preview => Some(json!({"StringLike": {"cloudformation:ChangeSetName": [
            text(&format!("{PREVIEW}*")),
            text(&arns::change_sets(PREVIEW)),
        ]}})),
        Holds::ThroughCloudFormation => Some(json!({"ForAnyValue:StringEquals": via})),
        Holds::Bounded => Some(json!({"ForAnyValue:StringEquals": via, "ArnEquals": bounded})),
        Holds::Attaching(policies) => {
            let policies: Vec<Value> = policies.iter().map(|p| text(p)).collect();
            Some(json!({
                "ForAnyValue:StringEquals": via,
                "ArnEquals": {
                    "iam:PermissionsBoundary": boundary.to_json(),
                    "iam:PolicyARN": policies,
                },
            }))
        }
        Holds::OfFunction(functions) => {
            let functions: Vec<Value> = functions.iter().map(|f| text(f)).collect();
            Some(json!({
                "ForAnyValue:StringEquals": via,
                "ArnLike": {"lambda:FunctionArn": functions},
            }))
        }
        Holds::Passing(service) => Some(json!({"StringEquals": {"iam:PassedToService": service}})),
    }
}

impl Statement {
    /// The statement as it stands in a policy, under this `Sid`.
    fn to_json(&self, sid: &str) -> Value {
        let mut statement = json!({
            "Sid": sid,
            "Effect": "Allow",
            "Action": self.actions.iter().collect::<Vec<_>>(),
            "Resource": self.resources.iter().map(|r| text(r)).collect::<Vec<_>>(),
        });
        if let Some(condition) = &self.condition {
            statement["Condition"] = condition.clone();
        }
        statement
    }

    fn length(&self) -> usize {
        // Two digits more than the label: the longest ordinal.
        characters(&self.to_json(&format!("{}99", self.label))) + 1
    }

    /// Two statements that say the same together; none if there is only one resource.
    fn halves(&self) -> Option<[Self; 2]> {
        let all: Vec<&String> = self.resources.iter().collect();
        let (one, other) = all.split_at_checked(all.len() / 2).filter(|(a, _)| !a.is_empty())?;
        let part = |r: &[&String]| Self {
            resources: r.iter().map(|r| (*r).clone()).collect(),
            ..self.clone()
        };
        Some([part(one), part(other)])
    }
}

/// A text with variables as `Fn::Sub`, another as it is.
pub(super) fn text(text: &str) -> Value {
    if text.contains("${") { Val::sub(text, []).into_json() } else { json!(text) }
}

/// The documents of managed policies that say all of the statements, each short enough.
pub fn split(statements: Vec<Statement>) -> Result<Vec<Value>, TooLong> {
    let empty = characters(&document(Vec::new()));
    let mut rest = statements;
    rest.reverse();
    let mut documents: Vec<(usize, Vec<Statement>)> = Vec::new();
    while let Some(statement) = rest.pop() {
        let length = statement.length();
        if empty + length > MAX_MANAGED_POLICY
            && let Some([one, other]) = statement.halves()
        {
            rest.push(other);
            rest.push(one);
            continue;
        }
        match documents.last_mut() {
            Some((used, last)) if *used + length <= MAX_MANAGED_POLICY => {
                *used += length;
                last.push(statement);
            }
            _ => documents.push((empty + length, vec![statement])),
        }
    }
    if documents.len() > MAX_POLICIES {
        return Err(TooLong { policies: documents.len() });
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut sid = |label: &str| {
        let count = seen.entry(label.to_owned()).or_default();
        *count += 1;
        format!("{label}{count}")
    };
    Ok(documents
        .into_iter()
        .map(|(_, all)| document(all.iter().map(|s| s.to_json(&sid(&s.label))).collect()))
        .collect())
}

pub(super) fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// How many characters IAM counts of a policy at most: white space is free, and a variable of
/// CloudFormation is longer than what it stands for.
pub fn characters(policy: &Value) -> usize {
    plain(policy).to_string().chars().filter(|c| !c.is_whitespace()).count()
}

/// The policy with the texts that CloudFormation's functions stand for.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.len() == 1 => match map.iter().next() {
            Some((function, Value::String(text))) if function == "Fn::Sub" => json!(text),
            Some((function, _)) if function == "Ref" || function.starts_with("Fn::") => {
                json!("x".repeat(ARN_ROOM))
            }
            _ => plain_map(map),
        },
        Value::Object(map) => plain_map(map),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn plain_map(map: &Map<String, Value>) -> Value {
    Value::Object(map.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
}
