//! A stack's objects in the artifact bucket: kept while another stack uses them, removed with the last.
#![allow(clippy::unwrap_used)]

use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RESULT_BY_INPUT;
use guardian_tests::project::Project;
use serde_json::Value;

const SHOP: &str = "project: shop\nenvironments:\n  dev: { machines: { managed: [a] } }\n  prod: { \
                    machines: { managed: [b] }, dashboard: { enabled: false } }\n";

/// Kinds of what the last record says was removed, and what stays with the reason.
fn receipt(records: &str) -> (Vec<Value>, String) {
    let last: Value = serde_json::from_str(records.lines().last().unwrap()).unwrap();
    assert_eq!(last["deleted"], true, "{last}");
    let removed = last["removed"].as_array().unwrap();
    let removed = removed.iter().filter(|r| r["kind"] == "object").cloned().collect();
    (removed, last["stays"].to_string())
}

#[test]
fn a_package_stays_while_another_stack_uses_it_and_goes_with_the_last() {
    let emulator = Emulator::start().unwrap();
    let project = Project::new().unwrap().on(&emulator);
    project.write("guardian.yaml", SHOP).unwrap();
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    for machine in ["a", "b"] {
        project.write(&format!("definitions/{machine}.json"), definition).unwrap();
    }
    for env in ["dev", "prod"] {
        project.guardian(["deploy", "--yes", "--no-sweep", "--env", env]).with(0);
    }
    let ended = project.guardian(["destroy", "--yes", "--artifacts", "--json", "--env", "dev"]);
    let (removed, stays) = receipt(&ended.with(0).stdout);
    assert_eq!(removed, Vec::<Value>::new());
    assert!(stays.contains("shop-prod uses it"), "{stays}");

    let collected = project.guardian(["gc", "--yes", "--older-than", "0", "--keep", "0"]).with(0);
    assert!(collected.stdout.contains("Nothing in"), "{}", collected.output());

    let ended = project.guardian(["destroy", "--yes", "--artifacts", "--json", "--env", "prod"]);
    let (removed, _) = receipt(&ended.with(0).stdout);
    assert_eq!(removed.len(), 1, "{removed:?}");
    project.guardian(["destroy", "--yes", "--artifacts", "--logs", "--env", "prod"]).with(0);
}

#[test]
fn a_stack_of_another_project_with_the_same_name_is_left_alone() {
    let emulator = Emulator::start().unwrap();
    let project = |text: &str| {
        let project = Project::new().unwrap().on(&emulator);
        project.write("guardian.yaml", text).unwrap();
        project.write("definitions/import.json", RESULT_BY_INPUT).unwrap();
        project
    };
    let machines = "machines: { managed: [import] }\n";
    let first = project(&format!("project: a\nenv: b-c\n{machines}"));
    first.guardian(["deploy", "--yes", "--no-sweep"]).with(0);
    let before = emulator.aws().inventory().unwrap();
    let second = project(&format!("project: a-b\nenv: c\n{machines}"));
    for command in [&["deploy", "--yes"][..], &["diff"], &["plan"], &["destroy", "--yes"]] {
        let said = second.command(command).unwrap().output().unwrap();
        let told = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(1), "{command:?}: {told}");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("belongs to project `a` in environment `b-c`"), "{told}");
    }
    assert_eq!(emulator.aws().inventory().unwrap(), before);
    first.guardian(["destroy", "--yes"]).with(0);
}
