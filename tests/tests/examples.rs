//! The examples: Guardian accepts each definition without a warning, and each run ends with its expected
//! status.
#![allow(clippy::unwrap_used)]

use guardian_stack::app::MachineType;
use guardian_stack::definition::check;
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::{RUNS, definitions};
use guardian_tests::{repository, wait};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// A machine's key, from the file of its definition.
fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap()
}

/// As examples/guardian.yaml has it.
fn machine_type(path: &Path) -> MachineType {
    match name(path) {
        "click-stream" => MachineType::Express,
        _ => MachineType::Standard,
    }
}

#[test]
fn every_definition_passes_the_checks_without_a_warning() {
    for example in ["examples", "examples/recipe"] {
        let found = definitions(example).unwrap();
        assert!(found.len() >= 3, "{example} has {} definitions", found.len());
        for (path, text) in found {
            let file = path.strip_prefix(repository()).unwrap().display().to_string();
            let checked = check(&file, &text, machine_type(&path));
            let checked = checked.unwrap_or_else(|problems| panic!("{problems:#?}"));
            assert_eq!(checked.warnings, [], "{file}");
        }
    }
}

#[test]
fn every_run_ends_with_its_expected_status() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    for (path, text) in definitions("examples").unwrap() {
        let definition = check(&path.display().to_string(), &text, machine_type(&path));
        let body = json!({
            "name": format!("{}-step-function", name(&path)), "type": machine_type(&path),
            "roleArn": "arn:aws:iam::000000000000:role/none",
            "definition": definition.unwrap().definition,
        });
        aws.states("CreateStateMachine", &body).unwrap();
    }
    let started: Vec<_> =
        RUNS.iter().map(|run| (run, aws.start(&run.machine(), &run.input()).unwrap())).collect();
    for (run, execution) in started {
        let ended = wait::until(Duration::from_secs(30), || {
            aws.status(&execution).ok().filter(|status| status == run.ends)
        });
        assert!(ended.is_some(), "{} is {:?}, not {}", run.key, aws.status(&execution), run.ends);
    }
}
