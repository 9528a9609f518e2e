//! The fields of Amazon States Language: by the state types that have them and the query language
//! that they need. Sources: its specification, the Step Functions guide, and, for refusals, the answers
//! of ValidateStateMachineDefinition that floci-io/floci #2735 and #2968 quote.

use crate::document::Node;

/// How a state reads its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    JsonPath,
    Jsonata,
}

impl Language {
    /// The language that a machine or a state declares; none if there is no such language.
    pub(super) fn declared(node: &Node) -> Option<Self> {
        match node.text() {
            Some("JSONPath") => Some(Self::JsonPath),
            Some("JSONata") => Some(Self::Jsonata),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        }
    }
}

/// A field of a state.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The language that it needs; none: either.
    pub(super) language: Option<Language>,
    pub(super) types: &'static [&'static str],
}

/// Of a machine.
pub(super) const MACHINE: &[&str] =
    &["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"];
/// Of a branch of a Parallel and of the processor of a Map.
pub(super) const PROCESSOR: &[&str] =
    &["Comment", "StartAt", "States", "ProcessorConfig", "QueryLanguage"];
/// The types of states.
pub(super) const TYPES: &[&str] =
    &["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

const PATH: Option<Language> = Some(Language::JsonPath);
const JSONATA: Option<Language> = Some(Language::Jsonata);
/// The types that do work.
const WORK: &[&str] = &["Task", "Parallel", "Map"];
/// The types that shape what they pass on.
const SHAPE: &[&str] = &["Task", "Parallel", "Map", "Pass"];
const ALL_BUT_FAIL: &[&str] = &["Task", "Pass", "Choice", "Wait", "Succeed", "Parallel", "Map"];
const ALL_BUT_ENDS: &[&str] = &["Task", "Pass", "Choice", "Wait", "Parallel", "Map"];
const TASK: &[&str] = &["Task"];
const PASS: &[&str] = &["Pass"];
const CHOICE: &[&str] = &["Choice"];
const WAIT: &[&str] = &["Wait"];
const FAIL: &[&str] = &["Fail"];
const MAP: &[&str] = &["Map"];

const fn field(
    name: &'static str,
    language: Option<Language>,
    types: &'static [&'static str],
) -> Field {
    Field { name, language, types }
}

/// The table. `Next` and `End` have their rules in the transitions.
pub(super) const FIELDS: &[Field] = &[
    field("Type", None, TYPES),
    field("Comment", None, TYPES),
    field("QueryLanguage", None, TYPES),
    field("Next", None, TYPES),
    field("End", None, TYPES),
    field("InputPath", PATH, ALL_BUT_FAIL),
    field("OutputPath", PATH, ALL_BUT_FAIL),
    field("Output", JSONATA, ALL_BUT_FAIL),
    field("Assign", None, ALL_BUT_ENDS),
    field("Parameters", PATH, SHAPE),
    field("Arguments", JSONATA, &["Task", "Parallel"]),
    field("ResultSelector", PATH, WORK),
    field("ResultPath", PATH, SHAPE),
    field("Retry", None, WORK),
    field("Catch", None, WORK),
    field("Resource", None, TASK),
    field("TimeoutSeconds", None, TASK),
    field("TimeoutSecondsPath", PATH, TASK),
    field("HeartbeatSeconds", None, TASK),
    field("HeartbeatSecondsPath", PATH, TASK),
    field("Credentials", None, TASK),
    field("Result", PATH, PASS),
    field("Choices", None, CHOICE),
    field("Default", None, CHOICE),
    field("Seconds", None, WAIT),
    field("Timestamp", None, WAIT),
    field("SecondsPath", PATH, WAIT),
    field("TimestampPath", PATH, WAIT),
    field("Error", None, FAIL),
    field("ErrorPath", PATH, FAIL),
    field("Cause", None, FAIL),
    field("CausePath", PATH, FAIL),
    field("Branches", None, &["Parallel"]),
    field("ItemProcessor", None, MAP),
    field("Iterator", None, MAP),
    field("Items", JSONATA, MAP),
    field("ItemsPath", PATH, MAP),
    field("ItemReader", None, MAP),
    field("ItemSelector", None, MAP),
    field("ItemBatcher", None, MAP),
    field("ResultWriter", None, MAP),
    field("MaxConcurrency", None, MAP),
    field("MaxConcurrencyPath", PATH, MAP),
    field("Label", None, MAP),
    field("ToleratedFailureCount", None, MAP),
    field("ToleratedFailureCountPath", PATH, MAP),
    field("ToleratedFailurePercentage", None, MAP),
    field("ToleratedFailurePercentagePath", PATH, MAP),
];

/// Fields that a type does not have by the specification, without a recorded answer of AWS: a warning.
pub(super) const UNSURE: &[(&str, &[&str])] = &[
    ("Fail", &["InputPath", "OutputPath", "Output", "Assign"]),
    ("Succeed", &["Assign"]),
    ("Map", &["Arguments"]),
];

/// The ways to say how long a Wait takes.
pub(super) const WAITS: &[&str] = &["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];

/// Fields that exclude each other.
pub(super) const EITHER: &[(&str, &str)] = &[
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
    ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
    ("MaxItems", "MaxItemsPath"),
    ("ItemSelector", "Parameters"),
    ("ItemProcessor", "Iterator"),
];
