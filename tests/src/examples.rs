//! The runs that make the examples' lights, and the files of the examples.

use crate::{Error, repository};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// A run of one of the machines of `examples/`.
#[derive(Debug)]
pub struct Run {
    /// Key of the machine.
    pub key: &'static str,
    /// Its input, JSON.
    input: &'static str,
    /// Its status once it is settled.
    pub ends: &'static str,
    /// Its story.
    pub story: &'static str,
}

impl Run {
    /// Name of the machine.
    pub fn machine(&self) -> String {
        format!("{}-step-function", self.key)
    }

    /// Its input.
    pub fn input(&self) -> Value {
        // The texts below are JSON; a test runs each.
        serde_json::from_str(self.input).unwrap_or_default()
    }
}

const fn run(
    key: &'static str,
    input: &'static str,
    ends: &'static str,
    story: &'static str,
) -> Run {
    Run { key, input, ends, story }
}

/// One run of each machine that runs; `year-end-closing` never has.
pub const RUNS: &[Run] = &[
    run("nightly-report", "{}", "SUCCEEDED", "sales and stock gathered side by side"),
    run("order-fulfilment", r#"{"items": 1000}"#, "FAILED", "more ordered than there is"),
    run("payment-capture", r#"{"manual": true}"#, "SUCCEEDED", "gateway gone, a person takes over"),
    run(
        "image-thumbnails",
        r#"{"pictures": [{"name": "cat.jpg"}, {"name": "dog.bmp"}]}"#,
        "FAILED",
        "one picture in a format that cannot be read",
    ),
    run("inventory-sync", "{}", "TIMED_OUT", "the warehouse never sends its list"),
    run("contract-approval", "{}", "RUNNING", "a week to object has begun"),
    run("click-stream", r#"{"page": "/"}"#, "SUCCEEDED", "one click of many"),
];

/// The definitions of an example, each with its text, in the order of their names.
pub fn definitions(example: &str) -> Result<Vec<(PathBuf, String)>, Error> {
    let directory = repository().join(example).join("definitions");
    let failed = |e: std::io::Error| format!("{}: {e}", directory.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(&directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let text = fs::read_to_string(&path).map_err(failed)?;
        found.push((path, text));
    }
    found.sort();
    Ok(found)
}
