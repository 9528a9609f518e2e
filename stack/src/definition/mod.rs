//! Checks definitions in Amazon States Language before anything is deployed: what Step Functions
//! would refuse is an error here, with its line and column. Nothing here reads a file.

mod document;
mod fields;
mod json;
mod language;
mod state;
mod yaml;

use document::{Finding, Lines};
use serde_json::Value;

/// Bytes that a definition may have as JSON (`maxLength` of DefinitionString in the resource
/// schema of AWS::StepFunctions::StateMachine).
pub const MAX_DEFINITION_BYTES: usize = 1_048_576;

/// A definition that Step Functions will take, as far as can be known without asking it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The definition as JSON, keys in the order of the file.
    pub definition: Value,
    /// What is allowed and probably not meant.
    pub warnings: Vec<DefinitionProblem>,
}

/// What is wrong with a definition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct DefinitionProblem {
    /// The file, as it was named to [`check`].
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes before the place.
    pub offset: usize,
    /// Bytes of the place, up to the end of its first line.
    pub len: usize,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// Checks a definition; a `file` that ends in `.yaml` or `.yml` is read as YAML, any other as
/// JSON. The errors come in the order of the file.
///
/// ```
/// let text = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}"#;
/// assert!(guardian_stack::definition::check("hello.json", text).is_ok());
///
/// let text = "StartAt: Helo\nStates:\n  Hello:\n    Type: Succeed\n";
/// let problems = guardian_stack::definition::check("hello.asl.yaml", text).unwrap_err();
/// assert_eq!((problems[0].line, problems[0].column), (1, 10));
/// assert_eq!(problems[0].help.as_deref(), Some("did you mean `Hello`?"));
/// ```
pub fn check(file: &str, text: &str) -> Result<Checked, Vec<DefinitionProblem>> {
    let lines = Lines::new(text);
    let problem = |finding: Finding| {
        let place = lines.place(&finding.span);
        DefinitionProblem {
            file: file.to_owned(),
            line: place.line,
            column: place.column,
            offset: place.offset,
            len: place.len,
            message: finding.message,
            help: finding.help,
        }
    };
    let lower = file.to_ascii_lowercase();
    let read = if lower.ends_with(".yaml") || lower.ends_with(".yml") {
        yaml::read(text)
    } else {
        json::read(text)
    };
    let root = read.map_err(|finding| vec![problem(finding)])?;
    let mut findings = language::check(&root);
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

#[cfg(test)]
mod tests;
