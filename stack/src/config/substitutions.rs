//! Reads what CloudFormation puts into a definition when it deploys it.

use super::keys;
use super::reader::Field;
use crate::problem::Reason;
use guardian_cfn::Val;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads `substitutions` of a managed machine: names with their values as texts for `Fn::Sub`.
pub(super) fn read(field: &Field<'_>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for entry in field.fields() {
        if !is_name(entry.key) {
            let message = format!("`{}` cannot be substituted", entry.key.escape_debug());
            let help = "a name has letters, digits and `_`, and stands as `${Name}`";
            entry.problem(Reason::new(message).help(help));
            continue;
        }
        match value(&entry) {
            Ok(text) => {
                entry.note(&text);
                read.insert(entry.key.to_owned(), text);
            }
            Err(reason) => entry.problem(reason),
        }
    }
    read
}

/// Whether a text can be the name in `${Name}`.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn value(entry: &Field<'_>) -> Result<String, Reason> {
    if !entry.is_map() {
        return Ok(match entry.json() {
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            // CloudFormation knows its own parameters; any other `${` is text.
            _ => Val::sub_literal(entry.text()?).replace("${!AWS::", "${AWS::"),
        });
    }
    let section = entry.section(keys::REFERENCE);
    let given: Vec<&str> =
        keys::REFERENCE.iter().copied().filter(|key| section.get(key).is_some()).collect();
    let [kind] = given.as_slice() else {
        let all = keys::REFERENCE.join(", ");
        return Err(Reason::new("a reference names one resource").help(format!("by one of: {all}")));
    };
    let name = section.optional(kind, |field| {
        let name = field.text()?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        if name.is_empty() || !name.chars().all(fits) {
            let message = format!("`{}` is no name of a resource", name.escape_debug());
            return Err(
                Reason::new(message).help("a resource of another account has an ARN: write that")
            );
        }
        Ok(name.to_owned())
    });
    let name = name.unwrap_or_default();
    let rest = match *kind {
        "function" => format!("lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}"),
        "queue" => format!("sqs:${{AWS::Region}}:${{AWS::AccountId}}:{name}"),
        "topic" => format!("sns:${{AWS::Region}}:${{AWS::AccountId}}:{name}"),
        "table" => format!("dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{name}"),
        "event_bus" => format!("events:${{AWS::Region}}:${{AWS::AccountId}}:event-bus/{name}"),
        "bucket" => format!("s3:::{name}"),
        _ => format!("states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{name}"),
    };
    Ok(format!("arn:${{AWS::Partition}}:{rest}"))
}
