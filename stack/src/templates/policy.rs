//! IAM policy documents: how they are written, and the ARNs that they name.

use crate::app::App;
use guardian_cfn::resources::{iam, sqs};
use guardian_cfn::{Id, Val};
use serde_json::{Map, Value, json};

const STATES_PREFIX: &str = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:";

/// One statement that allows something.
#[derive(Debug, Clone)]
pub(super) struct Allow(Map<String, Value>);

impl Allow {
    /// Allows actions on resources.
    pub fn new<V: Into<Val<String>>>(
        sid: &str,
        actions: &[&str],
        resources: impl IntoIterator<Item = V>,
    ) -> Self {
        let resources = resources.into_iter().map(|r| r.into().into_json()).collect();
        Self(Map::from_iter([
            ("Sid".to_owned(), json!(sid)),
            ("Effect".to_owned(), json!("Allow")),
            ("Action".to_owned(), one_or_many(actions.iter().map(|a| json!(a)).collect())),
            ("Resource".to_owned(), one_or_many(resources)),
        ]))
    }

    /// Allows a service to take on the role, or to use the queue, under a condition.
    pub fn service(self, principal: &str) -> Self {
        self.principal(json!({"Service": principal}))
    }

    /// Allows somebody to use the topic.
    pub fn principal(mut self, principal: Value) -> Self {
        self.0.insert("Principal".to_owned(), principal);
        self
    }

    /// Only where this holds.
    pub fn condition(mut self, condition: Value) -> Self {
        self.0.insert("Condition".to_owned(), condition);
        self
    }
}

impl From<Allow> for Value {
    fn from(allow: Allow) -> Value {
        Value::Object(allow.0)
    }
}

/// What refuses everybody who comes to a queue without TLS.
pub(super) fn tls_only(queue: &Id<sqs::Queue>) -> Value {
    json!({
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.arn().into_json(),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    })
}

/// A policy document.
pub(super) fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The document by which a service may take on a role, under a condition where there is one.
pub(super) fn trust(service: &str, condition: Option<Value>) -> Value {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    });
    if let Some(condition) = condition {
        statement["Condition"] = condition;
    }
    document(vec![statement])
}

/// The role with the boundary that the configuration asks for.
pub(super) fn bounded(role: iam::Role, app: &App) -> iam::Role {
    let Some(boundary) = &app.permissions_boundary else { return role };
    if boundary.starts_with("arn:") && !boundary.contains("${") {
        return role.permissions_boundary(boundary);
    }
    let arn = if boundary.starts_with("arn:") {
        boundary.clone()
    } else {
        let path = boundary.trim_start_matches('/');
        format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{path}")
    };
    role.permissions_boundary(Val::sub(&arn, []))
}

/// The ARN of machines in the stack's account and region, by name or glob (IAM reads `*` and `?`
/// as Guardian does).
pub(super) fn machine_arn(name: &str) -> Val<String> {
    Val::sub(&machine_arn_text(name), [])
}

/// The ARN of what belongs to machines, such as their executions: they are named in the same way,
/// with something behind it.
pub(super) fn states_arn(kind: &str, name: &str, ending: &str) -> Val<String> {
    let name = Val::sub_literal(name);
    Val::sub(&format!("{STATES_PREFIX}{kind}:{name}{ending}"), [])
}

/// The ARN of machines as a text for `Fn::Sub`.
pub(super) fn machine_arn_text(name: &str) -> String {
    format!("{STATES_PREFIX}stateMachine:{}", Val::sub_literal(name))
}

fn one_or_many(mut items: Vec<Value>) -> Value {
    if items.len() == 1 { items.remove(0) } else { Value::Array(items) }
}
