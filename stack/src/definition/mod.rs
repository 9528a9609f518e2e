//! Checks definitions in Amazon States Language before anything is deployed: what Step Functions
//! would refuse is an error here, with its line and column. Nothing here reads a file.

mod choice;
mod fields;
mod language;
mod paths;
mod resource;
mod state;

use crate::app::MachineType;
use crate::document::{self, Finding, Kind, Node};
use crate::problem::{Problem, Warning};
use serde::Deserialize;
use serde_json::Value;
use std::ops::Range;

/// Bytes that a definition may have as JSON (`maxLength` of DefinitionString in the resource
/// schema of AWS::StepFunctions::StateMachine).
const MAX_DEFINITION_BYTES: usize = 1_048_576;

/// A definition without errors that can be found offline.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The definition as compact JSON: keys in the order of the file, numbers as they are written.
    pub definition: String,
    /// The same as it was read.
    pub(crate) root: Node,
    /// What is allowed and probably a mistake.
    pub warnings: Vec<Warning>,
}

/// Checks the definition of a machine of this type. A `file` that ends in `.yaml` or `.yml` is read as
/// YAML, any other as JSON. The errors are in the order of the file.
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
    let problem = |finding: Finding| finding.into_problem(file, text);
    let root = read(file, text).map_err(|finding| vec![problem(finding)])?;
    let mut findings = language::check(&root, machine_type);
    findings.errors.extend(document::repeated_keys(&root, text));
    let definition = root.to_json();
    let bytes = definition.len();
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
        Ok(Checked { definition, root, warnings })
    } else {
        Err(findings.errors.into_iter().map(problem).collect())
    }
}

/// Seconds after which a run of this definition times out; none without such a limit, or where it
/// is computed.
pub(crate) fn timeout_s(definition: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Limit {
        #[serde(rename = "TimeoutSeconds")]
        seconds: Value,
    }
    let limit: Limit = serde_json::from_str(definition).ok()?;
    limit.seconds.as_u64().and_then(|seconds| u32::try_from(seconds).ok())
}

fn read(file: &str, text: &str) -> Result<Node, Finding> {
    let lower = file.to_ascii_lowercase();
    if lower.ends_with(".yaml") || lower.ends_with(".yml") {
        let root = document::yaml::read(text)?;
        match root.kind {
            Kind::Null => {
                let message = "this YAML cannot be read: it is empty".to_owned();
                Err(Finding::new(&root.span, message, None))
            }
            _ => Ok(root),
        }
    } else {
        document::json::read(text)
    }
}

/// The place in a definition that a message of Step Functions names, as in `… at
/// /States/Pay/Resource`: its bytes, and the part of the path that exists.
pub(crate) fn named_place(file: &str, text: &str, reason: &str) -> Option<(Range<usize>, String)> {
    let root = read(file, text).ok()?;
    reason.match_indices('/').find_map(|(at, _)| {
        let path = &reason[at..];
        let (span, rest) = walk(&root, path)?;
        Some((span, path[..path.len() - rest.len()].to_owned()))
    })
}

/// Follows a path into a node; returns its target and the rest of the path. Names of states may have
/// blanks and slashes, so the longest matching key is taken.
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
