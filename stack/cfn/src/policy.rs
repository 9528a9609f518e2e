//! IAM policy documents: statements whose resources are ARNs and whose values may be references.

use crate::table::fitted;
use crate::val::single;
use crate::{Arn, Json, Val};
use serde_json::{Map, Value, json};

/// A policy document.
///
/// ```
/// use guardian_cfn::{Arn, Policy, Statement, Template, iam, sqs};
///
/// let mut t = Template::new();
/// let queue = t.add("Queue", sqs::Queue::new());
/// let send = Statement::allow(["sqs:SendMessage"], [queue.arn()])
///     .service("events.amazonaws.com")
///     .when("StringEquals", "aws:SourceAccount", "123456789012");
/// t.add(
///     "QueuePolicy",
///     sqs::QueuePolicy::new().policy_document(Policy::new([send])).queues([queue.reference()]),
/// );
/// assert!(t.synth().unwrap().to_json().contains("sqs:SendMessage"));
/// ```
///
/// A text is not an ARN:
///
/// ```compile_fail
/// guardian_cfn::Statement::allow(["sqs:SendMessage"], ["my-queue"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Policy(Vec<Statement>);

impl Policy {
    /// A document of these statements.
    #[must_use]
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self(statements.into_iter().collect())
    }

    /// The trust policy that lets a service assume a role.
    #[must_use]
    pub fn trust(service: &str) -> Self {
        Self::new([Statement::trust(service)])
    }
}

impl From<Policy> for Value {
    fn from(policy: Policy) -> Self {
        let statements = policy.0.into_iter().map(Value::from).collect();
        let version = ("Version".to_owned(), "2012-10-17".into());
        Value::Object(Map::from_iter([version, ("Statement".to_owned(), statements)]))
    }
}

impl From<Policy> for Val<Json> {
    fn from(policy: Policy) -> Self {
        Val::raw(policy.into())
    }
}

/// A statement of a policy.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Statement(Map<String, Value>);

impl Statement {
    /// Allows actions on resources.
    pub fn allow<'a, V: Into<Arn>>(
        actions: impl IntoIterator<Item = &'a str>,
        resources: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::effect("Allow").actions(actions).resources(resources)
    }

    /// Denies actions on resources.
    pub fn deny<'a, V: Into<Arn>>(
        actions: impl IntoIterator<Item = &'a str>,
        resources: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::effect("Deny").actions(actions).resources(resources)
    }

    /// Allows a service to assume the role that has this statement in its trust policy.
    pub fn trust(service: &str) -> Self {
        Self::effect("Allow").service(service).actions(["sts:AssumeRole"])
    }

    /// Denies actions, such as `sqs:*`, to every caller without TLS.
    pub fn tls_only(actions: &str, resource: impl Into<Arn>) -> Self {
        Self::effect("Deny").sid("TlsOnly").anyone().actions([actions]).resources([resource]).when(
            "Bool",
            "aws:SecureTransport",
            "false",
        )
    }

    fn effect(effect: &str) -> Self {
        Self(Map::from_iter([("Effect".to_owned(), json!(effect))]))
    }

    fn set(mut self, key: &str, value: Value) -> Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    fn actions<'a>(self, actions: impl IntoIterator<Item = &'a str>) -> Self {
        self.set("Action", one_or_many(actions.into_iter().map(Value::from).collect()))
    }

    fn resources<V: Into<Arn>>(self, resources: impl IntoIterator<Item = V>) -> Self {
        let resources = resources.into_iter().map(|r| r.into().into_json()).collect();
        self.set("Resource", one_or_many(resources))
    }

    /// `Sid`: the statement's name.
    pub fn sid(mut self, sid: &str) -> Self {
        self.0.shift_insert(0, "Sid".to_owned(), json!(sid));
        self
    }

    /// `Principal`: a service, such as `events.amazonaws.com`.
    pub fn service(self, service: &str) -> Self {
        self.set("Principal", single("Service", service))
    }

    /// `Principal`: a role, a user, or an account.
    pub fn aws(self, principal: impl Into<Arn>) -> Self {
        self.set("Principal", single("AWS", principal.into().into_json()))
    }

    /// `Principal`: everyone.
    pub fn anyone(self) -> Self {
        self.set("Principal", json!("*"))
    }

    /// `Condition`: an operator, a key and a value, such as `ArnEquals`, `aws:SourceArn` and the ARN
    /// of a rule. All conditions of a statement must hold.
    pub fn when(mut self, operator: &str, key: &str, value: impl Into<Val<Json>>) -> Self {
        let all = self.0.entry("Condition").or_insert_with(|| json!({}));
        let value = value.into().into_json();
        match all.get_mut(operator) {
            Some(keys) => keys[key] = value,
            None => all[operator] = single(key, value),
        }
        self
    }
}

impl From<Statement> for Value {
    fn from(mut statement: Statement) -> Self {
        if let Some(Value::Object(conditions)) = statement.0.get_mut("Condition") {
            *conditions = fitted(std::mem::take(conditions));
        }
        Self::Object(fitted(statement.0))
    }
}

fn one_or_many(mut items: Vec<Value>) -> Value {
    if items.len() == 1 { items.remove(0) } else { Value::Array(items) }
}
