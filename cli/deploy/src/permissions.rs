//! The permissions that a deploy adds. Only templates are compared; the contents of managed policies
//! are not known.

use crate::change::{Tree, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A permission that is added, or a denial that is removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AddedPermission {
    /// The resource that grants it: `Machines3/Step1Role`.
    pub resource: String,
    /// The permission, in words.
    pub text: String,
}

/// One effect on one action: the unit of comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    resource: String,
    /// The statement without its action, as canonical JSON.
    rest: String,
    action: String,
    widens: bool,
}

/// The permissions of `new` that `old` lacks.
pub fn widened(old: &Tree, new: &Tree) -> Vec<AddedPermission> {
    let (before, after) = (atoms(old), atoms(new));
    let given = after.difference(&before).filter(|a| a.widens);
    let freed = before.difference(&after).filter(|a| !a.widens);
    let mut grouped: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for atom in given.chain(freed) {
        let key = (atom.resource.as_str(), atom.rest.as_str());
        grouped.entry(key).or_default().push(&atom.action);
    }
    let mut all: Vec<AddedPermission> = grouped
        .into_iter()
        .map(|((resource, rest), actions)| AddedPermission {
            resource: resource.to_owned(),
            text: rest.replacen(ACTIONS, &actions.join(", "), 1),
        })
        .collect();
    all.sort();
    all
}

/// Placeholder of a statement's actions in its text.
const ACTIONS: &str = "\u{0}";

fn atoms(tree: &Tree) -> BTreeSet<Atom> {
    let mut atoms = BTreeSet::new();
    for (path, id, body) in tree.resources() {
        let mut resource = path.join("/");
        if !resource.is_empty() {
            resource.push('/');
        }
        resource.push_str(id);
        let Some(properties) = body.get("Properties") else { continue };
        let mut statements = |policy: Option<&Value>| {
            for statement in list(policy.and_then(|p| p.get("Statement"))) {
                of_statement(&resource, statement, &mut atoms);
            }
        };
        match text(body, "Type").unwrap_or_default() {
            "AWS::IAM::Role" => {
                statements(properties.get("AssumeRolePolicyDocument"));
                for policy in list(properties.get("Policies")) {
                    statements(policy.get("PolicyDocument"));
                }
                for arn in list(properties.get("ManagedPolicyArns")) {
                    let rest = format!("has {ACTIONS}");
                    let action = format!("the managed policy {}", plain(arn));
                    let resource = resource.clone();
                    atoms.insert(Atom { resource, rest, action, widens: true });
                }
            }
            "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::Policy"
            | "AWS::SQS::QueuePolicy"
            | "AWS::SNS::TopicPolicy"
            | "AWS::S3::BucketPolicy" => statements(properties.get("PolicyDocument")),
            "AWS::Lambda::Permission" => {
                let property = |name: &str| properties.get(name).map(plain).unwrap_or_default();
                let source = match properties.get("SourceArn") {
                    Some(arn) => format!(" for {}", plain(arn)),
                    None => String::new(),
                };
                let rest = format!("lets {} do {ACTIONS}{source}", property("Principal"));
                let action = property("Action");
                atoms.insert(Atom { resource: resource.clone(), rest, action, widens: true });
            }
            _ => {}
        }
    }
    atoms
}

fn of_statement(resource: &str, statement: &Value, atoms: &mut BTreeSet<Atom>) {
    let widens = text(statement, "Effect") != Some("Deny");
    let mut rest = format!("{} {ACTIONS}", if widens { "allows" } else { "no longer denies" });
    for (key, word) in [
        ("Resource", "on"),
        ("NotResource", "on all but"),
        ("Principal", "for"),
        ("NotPrincipal", "for all but"),
        ("Condition", "if"),
    ] {
        if let Some(value) = statement.get(key) {
            let mut values: Vec<String> = list(Some(value)).into_iter().map(plain).collect();
            values.sort();
            rest = format!("{rest} {word} {}", values.join(", "));
        }
    }
    let mut add = |action: String| {
        let resource = resource.to_owned();
        atoms.insert(Atom { resource, rest: rest.clone(), action, widens });
    };
    list(statement.get("Action")).into_iter().for_each(|action| add(plain(action)));
    for action in list(statement.get("NotAction")) {
        add(format!("all but {}", plain(action)));
    }
}

/// A list, or the one thing that stands for a list of one.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

/// A value as people write it: intrinsic functions by what they name.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) if map.len() == 1 => match map.iter().next() {
            Some((key, Value::String(name))) if key == "Ref" => format!("${{{name}}}"),
            Some((key, Value::String(text))) if key == "Fn::Sub" => text.clone(),
            Some((key, Value::Array(parts))) if key == "Fn::GetAtt" => {
                let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
                format!("${{{}}}", parts.join("."))
            }
            Some((key, inner)) if matches!(key.as_str(), "Service" | "AWS" | "Federated") => {
                list(Some(inner)).into_iter().map(plain).collect::<Vec<_>>().join(", ")
            }
            _ => unfolded(value).to_string(),
        },
        other => unfolded(other).to_string(),
    }
}

/// A value with the intrinsic functions in it as people write them.
fn unfolded(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            // Exactly the forms that `plain` writes without coming back here.
            let is_function = map.len() == 1
                && map.iter().all(|(key, inner)| match key.as_str() {
                    "Ref" | "Fn::Sub" => inner.is_string(),
                    "Fn::GetAtt" => inner.is_array(),
                    _ => false,
                });
            if is_function {
                return Value::String(plain(value));
            }
            Value::Object(map.iter().map(|(key, inner)| (key.clone(), unfolded(inner))).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(unfolded).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn role(statements: Value) -> Tree {
        let template = json!({"Resources": {"FunctionRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
                "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": statements}}],
            },
        }}});
        Tree { templates: BTreeMap::from([(Vec::new(), template)]) }
    }

    fn lines(old: &Tree, new: &Tree) -> String {
        let lines: Vec<_> =
            widened(old, new).iter().map(|w| format!("{} {}", w.resource, w.text)).collect();
        lines.join("\n")
    }

    #[test]
    fn only_added_permissions_are_listed_and_the_order_of_a_list_does_not_matter() {
        let old = role(json!({"Effect": "Allow", "Action": ["a:X", "a:Y"], "Resource": "*"}));
        let same = role(json!([{"Effect": "Allow", "Action": ["a:Y", "a:X"], "Resource": ["*"]}]));
        assert_eq!(lines(&old, &same), "");
        let more = role(json!([
            {"Effect": "Allow", "Action": ["a:Y", "a:X", "a:Z"], "Resource": "*"},
            {"Effect": "Allow", "Action": "b:W", "Resource": {"Fn::GetAtt": ["Queue", "Arn"]},
             "Condition": {"Bool": {"x": {"Ref": "P"}, "y": {"Fn::Sub": ["a", {}]}}}},
        ]));
        insta::assert_snapshot!(lines(&old, &more), @r#"
        FunctionRole allows a:Z on *
        FunctionRole allows b:W on ${Queue.Arn} if {"Bool":{"x":"${P}","y":{"Fn::Sub":["a",{}]}}}
        "#);
        assert_eq!(lines(&more, &old), "", "a removal adds no permission");
    }

    #[test]
    fn a_refusal_that_goes_away_widens_too() {
        let deny = role(json!({"Effect": "Deny", "Action": "a:X", "Resource": "*"}));
        assert_eq!(lines(&deny, &role(json!([]))), "FunctionRole no longer denies a:X on *");
    }

    #[test]
    fn a_new_role_says_who_may_take_it_and_what_it_may_do() {
        let new = role(json!({"Effect": "Allow", "Action": "a:X", "Resource": "*"}));
        insta::assert_snapshot!(lines(&Tree::default(), &new), @r"
        FunctionRole allows a:X on *
        FunctionRole allows sts:AssumeRole for lambda.amazonaws.com
        ");
    }
}
