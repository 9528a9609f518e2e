//! The examples: Guardian accepts each definition without a warning, and each run ends with its expected
//! status.
#![allow(clippy::unwrap_used)]

use guardian_tests::emulator::Emulator;
use guardian_tests::examples::{RUNS, definitions};
use guardian_tests::{repository, wait};
use serde_json::json;
use std::time::Duration;

#[test]
fn every_definition_passes_the_checks_without_a_warning() {
    for example in ["examples", "examples/recipe"] {
        let found = definitions(example).unwrap();
        assert!(found.len() >= 3, "{example} has {} definitions", found.len());
        for (path, text) in found {
            let file = path.strip_prefix(repository()).unwrap().display().to_string();
            let checked = guardian_stack::definition::check(&file, &text);
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
        let definition = guardian_stack::definition::check(&path.display().to_string(), &text);
        let name = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
        let kind = if name == "click-stream" { "EXPRESS" } else { "STANDARD" };
        let body = json!({
            "name": format!("{name}-step-function"), "type": kind,
            "roleArn": "arn:aws:iam::000000000000:role/none",
            "definition": definition.unwrap().definition.to_string(),
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
