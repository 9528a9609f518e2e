//! The fields that Amazon States Language has, by where they stand (its specification, and the Step
//! Functions guide for what AWS added).

/// Of a machine.
pub(super) const MACHINE: &[&str] =
    &["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"];
/// Of a branch of a Parallel and of the processor of a Map.
pub(super) const PROCESSOR: &[&str] =
    &["Comment", "StartAt", "States", "ProcessorConfig", "QueryLanguage"];
/// Of every state.
pub(super) const COMMON: &[&str] = &[
    "Type",
    "Comment",
    "QueryLanguage",
    "Next",
    "End",
    "InputPath",
    "OutputPath",
    "Output",
    "Assign",
];
/// Of the states that do work: Task, Parallel and Map.
pub(super) const RESULT: &[&str] =
    &["Parameters", "Arguments", "ResultSelector", "ResultPath", "Retry", "Catch"];

/// A state's type, and the fields that it has beside the common ones.
pub(super) const TYPES: &[(&str, &[&str])] = &[
    (
        "Task",
        &[
            "Resource",
            "TimeoutSeconds",
            "TimeoutSecondsPath",
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            "Credentials",
        ],
    ),
    ("Pass", &["Result", "ResultPath", "Parameters"]),
    ("Choice", &["Choices", "Default"]),
    ("Wait", WAITS),
    ("Succeed", &[]),
    ("Fail", &["Error", "ErrorPath", "Cause", "CausePath"]),
    ("Parallel", &["Branches"]),
    (
        "Map",
        &[
            "ItemProcessor",
            "Iterator",
            "Items",
            "ItemsPath",
            "ItemReader",
            "ItemSelector",
            "ItemBatcher",
            "ResultWriter",
            "MaxConcurrency",
            "MaxConcurrencyPath",
            "Label",
            "ToleratedFailureCount",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentage",
            "ToleratedFailurePercentagePath",
        ],
    ),
];
/// Of a Wait: the ways to say how long.
pub(super) const WAITS: &[&str] = &["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
