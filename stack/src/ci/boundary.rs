//! The permissions boundary of the stack's roles: all that its templates give to any of them, and
//! no more. A change of the templates cannot give a role more than this.

use super::actions::UnknownType;
use super::arns::{self, of_id};
use super::policy::{document, text};
use super::subject::Subject;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A boundary, and the managed policies outside of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The policy document.
    pub document: Value,
    /// Managed policies that roles have and whose contents are not known here: what they allow is
    /// outside of the boundary.
    pub unknown: Vec<String>,
}

/// The boundary of the roles in these templates.
pub(super) fn boundary(subject: &Subject<'_>) -> Result<Boundary, UnknownType> {
    let mut unknown = Vec::new();
    // By all that a statement says but for its actions.
    let mut joined: BTreeMap<String, (Map<String, Value>, Vec<Value>)> = BTreeMap::new();
    for role in arns::resources(subject.templates).iter().filter(|r| r.kind == "AWS::IAM::Role") {
        let list = |key: &str| role.properties.get(key).and_then(Value::as_array);
        for arn in list("ManagedPolicyArns").into_iter().flatten() {
            let arn = arn.as_str().map_or_else(|| arn.to_string(), str::to_owned);
            if !unknown.contains(&arn) {
                unknown.push(arn);
            }
        }
        let policies = list("Policies").into_iter().flatten();
        for statement in policies.flat_map(|p| items(&p["PolicyDocument"]["Statement"])) {
            let Value::Object(mut statement) = statement.clone() else { continue };
            statement.shift_remove("Sid");
            for key in ["Resource", "NotResource"] {
                if let Some(of) = statement.get(key) {
                    let mut named: Vec<Value> = Vec::new();
                    for arn in items(of).into_iter().flat_map(|r| resource(subject, r)) {
                        if !named.contains(&arn) {
                            named.push(arn);
                        }
                    }
                    statement.insert(key.to_owned(), Value::Array(named));
                }
            }
            if statement.get("Condition").is_some_and(refers) {
                // The role's own policy still has it; a boundary may be wider.
                statement.shift_remove("Condition");
            }
            let actions = statement.shift_remove("Action").unwrap_or_default();
            let (_, all) = joined
                .entry(Value::Object(statement.clone()).to_string())
                .or_insert_with(|| (statement, Vec::new()));
            for action in items(&actions) {
                if !action.is_null() && !all.contains(action) {
                    all.push(action.clone());
                }
            }
        }
    }
    let statements = joined.into_values().map(|(mut said, actions)| {
        // In the order in which people read it.
        let mut statement = Map::new();
        statement.extend(said.shift_remove_entry("Effect"));
        if !actions.is_empty() {
            statement.insert("Action".to_owned(), Value::Array(actions));
        }
        statement.extend(said);
        Value::Object(statement)
    });
    Ok(Boundary { document: document(statements.collect()), unknown })
}

/// One or many as many.
fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// A resource of a statement as another template can name it.
fn resource(subject: &Subject<'_>, of: &Value) -> Vec<Value> {
    match logical_id(of).and_then(|id| of_id(subject, id)) {
        Some(arns) => arns.iter().map(|arn| text(arn)).collect(),
        None if refers(of) => vec![json!("*")],
        None => vec![
            of["Fn::Sub"]
                .as_str()
                .map_or_else(|| of.clone(), |arn| text(&arns::by_pattern(subject, arn))),
        ],
    }
}

/// The logical id that `Ref` or `Fn::GetAtt` names.
fn logical_id(value: &Value) -> Option<&str> {
    value["Ref"].as_str().or_else(|| value["Fn::GetAtt"].as_array()?.first()?.as_str())
}

/// Whether a value names something that only its own template has.
fn refers(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| match key.as_str() {
            "Ref" => value.as_str().is_some_and(|id| !id.starts_with("AWS::")),
            "Fn::GetAtt" | "Fn::If" | "Fn::ImportValue" | "Fn::FindInMap" => true,
            "Fn::Sub" => value.to_string().split("${").skip(1).any(|v| !v.starts_with("AWS::")),
            _ => refers(value),
        }),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
