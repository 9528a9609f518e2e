//! The start of the built function: what it knows from its environment and from its package.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use guardian_contract::{Declared, MachineKey, Watch, env};
use std::collections::BTreeMap;
use std::process::{Command, Output};

/// Starts the function with this package and these variables. No runtime answers, so it ends.
fn start(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Output {
    let package = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(package.path().join(name), text).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .env("LAMBDA_TASK_ROOT", package.path())
        // Nothing listens on port 1.
        .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
        .env("AWS_LAMBDA_FUNCTION_NAME", "f")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_REGION", "eu-west-1")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// The line of the log with this message.
fn line(output: &Output, message: &str) -> serde_json::Value {
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = log.lines().filter_map(|line| serde_json::from_str(line).ok());
    lines
        .into_iter()
        .find(|line: &serde_json::Value| line["message"] == message)
        .unwrap_or_default()
}

#[test]
fn a_function_whose_settings_are_not_in_its_package_does_not_start_and_says_which() {
    let output = start(&[], &[(env::SETTINGS, "settings-0123456789ab.json")]);
    assert!(!output.status.success());
    let error = line(&output, "the function cannot start")["error"].to_string();
    assert!(error.contains("settings-0123456789ab.json") && error.contains("deploy"), "{error}");
    assert!(line(&output, "started").is_null());
}

#[test]
fn ten_thousand_machines_that_declare_something_are_known_at_the_start() {
    let names: Vec<String> = (0..10_000).map(|n| format!("{n:-<80}")).collect();
    let declared = Declared { max_duration_s: Some(900), ..Declared::default() };
    let machines = names.iter().map(|name| (MachineKey::new(name).unwrap(), declared.clone()));
    let watch = Watch { machines: machines.collect(), ..Watch::default() };
    let variables = BTreeMap::from([
        (env::INCLUDE, names.join(",")),
        (env::GUARDED, names.join(",")),
        (env::WATCH, serde_json::to_string(&watch).unwrap()),
    ]);
    let text = serde_json::to_string(&variables).unwrap();
    let name = "settings-0123456789ab.json";
    let output = start(&[(name, &text)], &[(env::SETTINGS, name), (env::EXCLUDE, "x")]);
    let started = line(&output, "started");
    for (field, count) in [("include", 10_000), ("exclude", 1), ("declared", 10_000)] {
        assert_eq!(started[field], count, "{field}: {started}");
    }
    assert_eq!(started["guarded"], 10_000, "{started}");
}

#[test]
fn the_package_starts_in_the_role_that_the_stack_names_and_in_no_other() {
    let output = start(&[], &[(env::ROLE, "cleaner")]);
    assert!(!output.status.success());
    let error = line(&output, "the function cannot start")["error"].to_string();
    assert!(error.contains("GUARDIAN_ROLE") && error.contains("cleaner"), "{error}");
    let output = start(&[], &[(env::ROLE, env::BOARD), (env::TABLE, "lights")]);
    assert!(line(&output, "the function cannot start").is_null());
    assert!(line(&output, "started").is_object());
}
