//! The examples: their runs, their files, and their committed templates.

use crate::{Error, repository};
use guardian_stack::config::{Config, Files, Overrides};
use guardian_stack::templates::templates;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Each example with the directory of its templates.
pub const EXAMPLES: [(&str, &str); 2] =
    [("examples", "cfn-templates/shop"), ("examples/recipe", "cfn-templates/recipe")];

/// A run of one of the machines of `examples/`.
#[derive(Debug)]
pub struct Run {
    /// Key of the machine.
    pub key: &'static str,
    /// Its input, JSON.
    input: &'static str,
    /// Its final status.
    pub ends: &'static str,
    /// What happens in it.
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

/// One run of each machine except `year-end-closing`, which has none.
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

/// The definitions of an example with their texts, sorted by name.
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

/// The files in the directory of an example's `guardian.yaml`.
struct Directory(PathBuf);

impl Files for Directory {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        let path = self.0.join(relative);
        path.exists().then(|| fs::read_to_string(path).map_err(|e| e.to_string()))
    }
}

/// The templates of all examples as `guardian synth` writes them: paths from the repository's root, and
/// texts.
pub fn synthesised() -> Result<Vec<(String, String)>, Error> {
    let mut written = Vec::new();
    for (example, to) in EXAMPLES {
        let directory = repository().join(example);
        let file = directory.join("guardian.yaml");
        let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let resolved = Config::parse("guardian.yaml", &text)
            .and_then(|config| config.resolve(&Overrides::default(), &Directory(directory), None))
            .map_err(|problems| format!("{example}: {problems}"))?;
        let made = templates(&resolved.app, &BTreeMap::new()).map_err(|e| e.to_string())?;
        let named = |(name, synth): (&str, &guardian_cfn::Synth)| {
            (format!("{to}/{name}.yaml"), synth.to_yaml())
        };
        written.extend(made.files().map(named));
    }
    Ok(written)
}

/// The templates in `cfn-templates`: paths from the repository's root, and texts.
pub fn committed() -> Result<Vec<(String, String)>, Error> {
    let mut found = Vec::new();
    for (_, to) in EXAMPLES {
        let directory = repository().join(to);
        let failed = |e: std::io::Error| format!("{}: {e}", directory.display());
        if !directory.exists() {
            continue;
        }
        for entry in fs::read_dir(&directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((format!("{to}/{name}"), fs::read_to_string(&path).map_err(failed)?));
        }
    }
    found.sort();
    Ok(found)
}

/// A definition whose result depends on the input's `how`: it fails at once, runs for ten minutes
/// (`go on`), or else succeeds at once.
pub const RESULT_BY_INPUT: &str = r#"{
  "StartAt": "How",
  "States": {
    "How": {
      "Type": "Choice",
      "Choices": [
        { "Variable": "$.how", "StringEquals": "fail", "Next": "Bad" },
        { "Variable": "$.how", "StringEquals": "go on", "Next": "Long" }
      ],
      "Default": "Good"
    },
    "Bad": { "Type": "Fail", "Error": "Bad" },
    "Long": { "Type": "Wait", "Seconds": 600, "Next": "Good" },
    "Good": { "Type": "Succeed" }
  }
}"#;
