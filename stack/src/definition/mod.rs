//! Checks definitions in Amazon States Language before anything is deployed: what Step Functions
//! would refuse is an error here, with its line and column. Nothing here reads a file.

mod choice;
mod document;
mod fields;
mod json;
mod language;
mod paths;
mod resource;
mod state;
mod yaml;

use crate::app::MachineType;
use crate::problem::{Problem, Warning, Wrong};
use document::{Finding, Node};
use serde_json::Value;
use std::ops::Range;

/// Bytes that a definition may have as JSON (`maxLength` of DefinitionString in the resource
/// schema of AWS::StepFunctions::StateMachine).
pub const MAX_DEFINITION_BYTES: usize = 1_048_576;

/// A definition that Step Functions will take, as far as can be known without asking it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The definition as JSON, keys in the order of the file.
    pub definition: Value,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Warning>,
}

/// Checks the definition of a machine of this type; a `file` that ends in `.yaml` or `.yml` is read as YAML, any other as
/// JSON. The errors come in the order of the file.
///
/// ```
/// let text = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}"#;
/// use guardian_stack::app::MachineType;
/// use guardian_stack::definition::check;
/// assert!(check("hello.json", text, MachineType::Standard).is_ok());
///
/// let text = "StartAt: Helo\nStates:\n  Hello:\n    Type: Succeed\n";
/// let problems = check("hello.asl.yaml", text, MachineType::Standard).unwrap_err();
/// assert_eq!((problems[0].line, problems[0].column), (1, 10));
/// assert_eq!(problems[0].help.as_deref(), Some("did you mean `Hello`?"));
/// ```
pub fn check(file: &str, text: &str, machine_type: MachineType) -> Result<Checked, Vec<Problem>> {
    let problem = |Finding { span, message, help }: Finding| {
        Problem::at(file, text, &span, Wrong { message, help })
    };
    let root = read(file, text).map_err(|finding| vec![problem(finding)])?;
    let mut findings = language::check(&root, machine_type);
    let definition = root.to_value();
    let bytes = definition.to_string().len();
    if bytes > MAX_DEFINITION_BYTES {
        findings.errors.push(Finding::new(
            &(0..0),
            format!("it has {bytes} bytes; Step Functions takes {MAX_DEFINITION_BYTES}"),
            Some("move a part of it into a machine of its own and start that".to_owned()),
        ));
    }
    findings.errors.sort_by_key(|finding| finding.span.start);
    findings.warnings.sort_by_key(|finding| finding.span.start);
    if findings.errors.is_empty() {
        let warnings = findings.warnings.into_iter().map(problem).collect();
        Ok(Checked { definition, warnings })
    } else {
        Err(findings.errors.into_iter().map(problem).collect())
    }
}

fn read(file: &str, text: &str) -> Result<Node, Finding> {
    let lower = file.to_ascii_lowercase();
    if lower.ends_with(".yaml") || lower.ends_with(".yml") {
        yaml::read(text)
    } else {
        json::read(text)
    }
}

/// Finds the place in a definition that a sentence of Step Functions names, as in `… at
/// /States/Pay/Resource`: its bytes, and the path as far as it leads. None if it names none.
pub(crate) fn named_place(file: &str, text: &str, reason: &str) -> Option<(Range<usize>, String)> {
    let root = read(file, text).ok()?;
    reason.match_indices('/').find_map(|(at, _)| {
        let path = &reason[at..];
        let (span, rest) = walk(&root, path)?;
        Some((span, path[..path.len() - rest.len()].to_owned()))
    })
}

/// Follows a path into a node; what it leads to, and what of it is left. The names of states have
/// blanks and slashes in them, so the longest key that fits is taken.
fn walk<'p>(node: &Node, path: &'p str) -> Option<(Range<usize>, &'p str)> {
    let rest = path.strip_prefix('/')?;
    let ends =
        |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    let (span, next, rest) = match (node.fields(), node.items()) {
        (Some(fields), _) => fields
            .iter()
            .filter_map(|(key, value)| {
                let rest = rest.strip_prefix(key.name.as_str()).filter(|rest| ends(rest))?;
                Some((key, value, rest))
            })
            .max_by_key(|(key, ..)| key.name.len())
            .map(|(key, value, rest)| {
                let leaf = value.fields().is_none() && value.items().is_none();
                (if leaf { &value.span } else { &key.span }, value, rest)
            })?,
        (_, Some(items)) => {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let item = items.get(rest[..digits].parse::<usize>().ok()?)?;
            (&item.span, item, &rest[digits..])
        }
        _ => return None,
    };
    Some(walk(next, rest).unwrap_or((span.clone(), rest)))
}

#[cfg(test)]
mod tests;
