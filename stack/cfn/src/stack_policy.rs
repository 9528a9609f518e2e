//! Stack policies: what a policy refuses when a stack is updated, and a policy that lifts another for
//! one update and stores it meanwhile. Nothing here calls AWS.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;

/// The most characters of a policy's body [API reference, SetStackPolicy].
pub const MAX_BODY: usize = 16_384;
/// What the names of resources begin with in a policy.
const PREFIX: &str = "LogicalResourceId/";
/// A resource that is in no template: it marks a policy as Guardian's. CloudFormation does not
/// compare the names with the template [INF: they may have wildcards, and a policy is set before
/// its resources exist].
const OURS: &str = "SetByGuardian";
/// As [`OURS`], for a policy that lifts another one. Three digits follow, then a part of the other
/// policy's text in hexadecimal digits. A logical id has 255 characters at most.
const HOLDS: &str = "GuardianHolds";
const PART: usize = 255 - HOLDS.len() - 3;

/// What an update does to an existing resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Changes it in place.
    Modify,
    /// Creates a replacement and deletes the old resource.
    Replace,
    /// Deletes it.
    Delete,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Modify => "Update:Modify",
            Self::Replace => "Update:Replace",
            Self::Delete => "Update:Delete",
        })
    }
}

/// A policy's decision on an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The policy allows it.
    Allowed,
    /// A statement denies it: its number, from 1.
    Denied(usize),
    /// No statement allows it, which is enough to refuse it.
    NotAllowed,
}

/// A policy's document.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy(Value);

impl Policy {
    /// Reads a document. Errors: it is not JSON, or not a policy.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let statements = match &value["Statement"] {
            Value::Array(statements) if !statements.is_empty() => statements.iter().collect(),
            statement @ Value::Object(_) => vec![statement],
            _ => return Err("it has no `Statement`".to_owned()),
        };
        for (number, statement) in (1..).zip(statements) {
            let has = |one: &str, other: &str| {
                statement.get(one).is_some() != statement.get(other).is_some()
            };
            let wrong = if !matches!(statement["Effect"].as_str(), Some("Allow" | "Deny")) {
                "`Effect` is Allow or Deny"
            } else if !has("Action", "NotAction") {
                "it takes one of `Action` and `NotAction`"
            } else if !has("Resource", "NotResource") {
                "it takes one of `Resource` and `NotResource`"
            } else if statement.get("Principal") != Some(&json!("*")) {
                "`Principal` is \"*\" and nothing else"
            } else {
                continue;
            };
            return Err(format!("statement {number}: {wrong}"));
        }
        Ok(Self(value))
    }

    /// The document as compact JSON.
    pub fn to_text(&self) -> String {
        crate::ascii(self.0.to_string())
    }

    /// The policy that refuses nothing. A stack's policy cannot be removed, only replaced
    /// [CloudFormation guide, protect-stack-resources].
    pub fn allowing_all() -> Self {
        Self::of(vec![allow(json!([format!("{PREFIX}{OURS}"), "*"]))])
    }

    fn of(statements: Vec<Value>) -> Self {
        Self(json!({ "Statement": statements }))
    }

    fn statements(&self) -> Vec<&Value> {
        match &self.0["Statement"] {
            Value::Array(statements) => statements.iter().collect(),
            statement => vec![statement],
        }
    }

    /// Its decision on an action on a resource of its stack. A statement that denies overrides all
    /// that allow; an action that none allows is refused.
    pub fn judge(&self, action: Action, logical_id: &str, resource_type: &str) -> Verdict {
        let resource = format!("{PREFIX}{logical_id}");
        let mut verdict = Verdict::NotAllowed;
        for (number, statement) in (1..).zip(self.statements()) {
            let denies = statement["Effect"] == "Deny";
            let about = named(statement, "Action", &action.to_string())
                && named(statement, "Resource", &resource)
                && condition_holds(&statement["Condition"], resource_type).unwrap_or(denies);
            if about && denies {
                return Verdict::Denied(number);
            }
            if about {
                verdict = Verdict::Allowed;
            }
        }
        verdict
    }

    /// Whether Guardian made it from a configuration.
    pub fn is_ours(&self) -> bool {
        self.resources().any(|name| name == OURS)
    }

    /// The names of its statements' resources, as they are written.
    fn resources(&self) -> impl Iterator<Item = &str> {
        let all = self.statements().into_iter().flat_map(|s| texts(&s["Resource"]));
        all.filter_map(|name| name.strip_prefix(PREFIX))
    }

    /// A policy that allows updates of these resources (logical id and type) and of no others, and
    /// stores this one until it is restored. None if that would be too long for a policy.
    pub fn lifted(&self, resources: &[(&str, &str)]) -> Option<Self> {
        let hex: String = self.to_text().bytes().map(|byte| format!("{byte:02x}")).collect();
        let parts = hex.as_bytes().chunks(PART).enumerate();
        let held: Vec<String> = parts
            .map(|(n, part)| format!("{PREFIX}{HOLDS}{n:03}{}", String::from_utf8_lossy(part)))
            .collect();
        let ids: Vec<String> = resources.iter().map(|(id, _)| format!("{PREFIX}{id}")).collect();
        let types: BTreeSet<&str> = resources.iter().map(|(_, kind)| *kind).collect();
        let mut by_type = allow(json!("*"));
        by_type["Condition"] = json!({"StringEquals": {"ResourceType": types}});
        // For very many resources, the list of their types is shorter.
        let all = [allow(json!(ids)), by_type].map(|s| Self::of(vec![s, allow(json!(held))]));
        all.into_iter().find(|policy| policy.to_text().len() <= MAX_BODY)
    }

    /// The policy that this one has lifted and stores.
    pub fn held(&self) -> Option<Self> {
        let mut parts: Vec<&str> =
            self.resources().filter_map(|name| name.strip_prefix(HOLDS)).collect();
        parts.sort_unstable();
        let hex: String = parts.iter().filter_map(|part| part.get(3..)).collect();
        let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(byte).collect();
        Self::parse(&String::from_utf8(bytes?).ok()?).ok()
    }

    /// The policy that denies replacing and deleting the resources of these types and logical ids,
    /// or all, and allows everything else.
    pub fn denying(all: bool, types: &BTreeSet<&str>, logical_ids: &BTreeSet<String>) -> Self {
        let mut statements = vec![allow(json!([format!("{PREFIX}{OURS}"), "*"]))];
        if all {
            statements.push(deny(json!("*")));
        }
        if !types.is_empty() {
            let mut statement = deny(json!("*"));
            statement["Condition"] = json!({"StringEquals": {"ResourceType": types}});
            statements.push(statement);
        }
        if !logical_ids.is_empty() {
            let names: Vec<String> =
                logical_ids.iter().map(|name| format!("{PREFIX}{name}")).collect();
            statements.push(deny(json!(names)));
        }
        Self::of(statements)
    }
}

fn allow(resource: Value) -> Value {
    json!({"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": resource})
}

fn deny(resource: Value) -> Value {
    let actions = [Action::Replace, Action::Delete].map(|action| action.to_string());
    json!({"Effect": "Deny", "Action": actions, "Principal": "*", "Resource": resource})
}

/// One text, or the texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Whether an element, or its opposite with `Not` before it, covers a name. A statement without
/// either covers nothing.
fn named(statement: &Value, element: &str, name: &str) -> bool {
    let any = |value: &Value| texts(value).iter().any(|pattern| matches(pattern, name));
    match (statement.get(element), statement.get(format!("Not{element}"))) {
        (Some(patterns), _) => any(patterns),
        (None, Some(patterns)) => !any(patterns),
        (None, None) => false,
    }
}

/// Whether a condition holds for a resource of this type; none for one that is not known here.
fn condition_holds(condition: &Value, resource_type: &str) -> Option<bool> {
    let operators = match condition {
        Value::Null => return Some(true),
        condition => condition.as_object()?,
    };
    let mut holds = true;
    for (operator, keys) in operators {
        for (key, values) in keys.as_object()? {
            let values = texts(values);
            holds &= match (operator.as_str(), key.as_str()) {
                ("StringEquals", "ResourceType") => values.contains(&resource_type),
                ("StringLike", "ResourceType") => {
                    values.iter().any(|pattern| matches(pattern, resource_type))
                }
                _ => return None,
            };
        }
    }
    Some(holds)
}

/// Whether the whole name matches the pattern: `*` is any text, `?` any one character.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => {
                // The last `*` matches one more character.
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                (p, n) = (at + 1, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALARM: &str = "AWS::CloudWatch::Alarm";

    fn policy(statements: Value) -> Policy {
        Policy::parse(&json!({ "Statement": statements }).to_string()).unwrap()
    }

    fn statement(effect: &str, more: Value) -> Value {
        let mut all = json!({"Effect": effect, "Principal": "*"});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    }

    #[test]
    fn a_denial_overrides_and_what_nobody_allows_is_refused() {
        let open = statement("Allow", json!({"Action": "Update:*", "Resource": "*"}));
        let shut = statement(
            "Deny",
            json!({"Action": ["Update:Replace"], "Resource": ["LogicalResourceId/Prod*"]}),
        );
        let both = policy(json!([open, shut]));
        assert_eq!(both.judge(Action::Replace, "ProdAlarm", ALARM), Verdict::Denied(2));
        assert_eq!(both.judge(Action::Modify, "ProdAlarm", ALARM), Verdict::Allowed);
        assert_eq!(both.judge(Action::Replace, "Other", ALARM), Verdict::Allowed);
        let only = policy(json!(statement(
            "Allow",
            json!({"NotAction": "Update:Delete", "NotResource": "LogicalResourceId/Prod"})
        )));
        assert_eq!(only.judge(Action::Modify, "Other", ALARM), Verdict::Allowed);
        assert_eq!(only.judge(Action::Delete, "Other", ALARM), Verdict::NotAllowed);
        assert_eq!(only.judge(Action::Modify, "Prod", ALARM), Verdict::NotAllowed);
    }

    #[test]
    fn a_condition_is_about_types_and_one_that_is_not_known_never_allows() {
        let on = |effect: &str, condition: Value| {
            statement(
                effect,
                json!({"Action": "Update:*", "Resource": "*", "Condition": condition}),
            )
        };
        let open = statement("Allow", json!({"Action": "Update:*", "Resource": "*"}));
        let equals = json!({"StringEquals": {"ResourceType": [ALARM, "AWS::SQS::Queue"]}});
        let like = json!({"StringLike": {"ResourceType": "AWS::CloudWatch::*"}});
        let wild = json!({"StringEquals": {"ResourceType": "AWS::CloudWatch::*"}});
        let other = json!({"StringEquals": {"aws:username": "ann"}});
        for (condition, refused) in
            [(equals, true), (like, true), (wild, false), (other.clone(), true)]
        {
            let policy = policy(json!([open, on("Deny", condition)]));
            let verdict = policy.judge(Action::Modify, "A", ALARM);
            assert_eq!(verdict == Verdict::Denied(2), refused, "{policy:?}");
        }
        let never = policy(json!([on("Allow", other)]));
        assert_eq!(never.judge(Action::Modify, "A", ALARM), Verdict::NotAllowed);
    }

    #[test]
    fn what_is_no_policy_is_refused_with_the_statement_that_is_wrong() {
        let wrong = |text: &str| Policy::parse(text).unwrap_err();
        assert!(wrong("{").contains("EOF"));
        assert_eq!(wrong("{}"), "it has no `Statement`");
        let bad = r#"{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*"}]}"#;
        assert_eq!(wrong(bad), "statement 1: it takes one of `Resource` and `NotResource`");
    }

    #[test]
    fn a_lifted_policy_allows_what_it_was_lifted_for_and_gives_the_old_one_back() {
        let old =
            policy(json!([statement("Deny", json!({"Action": "Update:*", "Resource": "*"}))]));
        let lifted = old.lifted(&[("A", ALARM), ("B", "AWS::SQS::Queue")]).unwrap();
        assert_eq!(lifted.judge(Action::Replace, "A", ALARM), Verdict::Allowed);
        assert_eq!(lifted.judge(Action::Modify, "C", ALARM), Verdict::NotAllowed);
        let read = Policy::parse(&lifted.to_text()).unwrap();
        assert_eq!(read.held(), Some(old.clone()));
        assert_eq!(old.held(), None);
        assert_eq!(Policy::allowing_all().held(), None);
        // A long policy is stored in parts; very many resources are allowed by their types.
        let names: Vec<String> =
            (0..150).map(|n| format!("LogicalResourceId/Resource{n}")).collect();
        let long =
            policy(json!([statement("Deny", json!({"Action": "Update:*", "Resource": names}))]));
        let ids: Vec<String> = (0..400).map(|n| format!("Step{n}StatusAlarm")).collect();
        let many: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), ALARM)).collect();
        let lifted = long.lifted(&many).unwrap();
        assert!(lifted.to_text().len() <= MAX_BODY);
        assert_eq!(lifted.held(), Some(long));
        assert_eq!(lifted.judge(Action::Replace, "Step7StatusAlarm", ALARM), Verdict::Allowed);
        assert_eq!(lifted.judge(Action::Replace, "Q", "AWS::SQS::Queue"), Verdict::NotAllowed);
        let huge: Vec<String> =
            (0..400).map(|n| format!("LogicalResourceId/Resource{n}")).collect();
        let huge =
            policy(json!([statement("Deny", json!({"Action": "Update:*", "Resource": huge}))]));
        assert_eq!(huge.lifted(&[("A", ALARM)]), None);
    }

    #[test]
    fn wildcards_match_whole_names() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcdef", false),
            ("?b*", "abc", true),
            ("*ab", "aab", true),
            ("ab", "abc", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
