//! What a delete removes and what it keeps: a stack's objects in the artifact bucket, its incidents, a
//! retained state table; and a delete without Guardian.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::{Aws, elements};
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RESULT_BY_INPUT;
use guardian_tests::project::Project;
use guardian_tests::wait;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

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
        let output = second.command(command).unwrap().output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {message}");
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(message.contains("belongs to project `a` in environment `b-c`"), "{message}");
    }
    assert_eq!(emulator.aws().inventory().unwrap(), before);
    first.guardian(["destroy", "--yes"]).with(0);
}

/// A deployed project with a machine whose run has failed, and an incident of it.
fn with_an_incident(emulator: &Emulator, more: &str) -> Project {
    let project = Project::new().unwrap().on(emulator);
    let text = format!("project: shop\nmachines: {{ managed: [import] }}\n{more}");
    project.write("guardian.yaml", &text).unwrap();
    project.write("definitions/import.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    emulator.aws().start("import-step-function", &json!({"how": "fail"})).unwrap();
    let known = wait::until(LIMIT, || {
        let said = project.guardian(["incidents", "--json"]).with(0).stdout;
        said.contains("\"type\":\"incident\"").then_some(())
    });
    assert!(known.is_some(), "no incident: {}", project.guardian(["incidents"]).output());
    project
}

/// The names of everything of this kind in the account.
fn named(aws: &Aws, kind: &str) -> Vec<String> {
    let inventory = aws.inventory().unwrap();
    inventory.into_iter().find(|(found, _)| *found == kind).unwrap().1
}

/// Deletes a stack as any client of CloudFormation does.
#[track_caller]
fn delete_without_guardian(aws: &Aws, stack: &str) {
    aws.cloudformation("DeleteStack", &[("StackName", stack)]).unwrap();
    let gone = wait::until(LIMIT, || {
        let stacks = aws.stacks().unwrap();
        stacks
            .iter()
            .all(|(name, status)| name != stack || status == "DELETE_COMPLETE")
            .then_some(())
    });
    assert!(gone.is_some(), "{:?}", aws.stacks());
}

#[test]
fn delete_stack_alone_removes_all_that_the_stack_created() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let before = aws.inventory().unwrap();
    let every_part = "watch: { defaults: { max_duration: 1h } }\nalarms: { each: [import] }\n\
                      notifications: { create: true }\nfleet: { groups: { all: [\"*\"] } }\n";
    let _project = with_an_incident(&emulator, every_part);
    let deployed = aws.inventory().unwrap();
    for ((kind, names), (_, earlier)) in deployed.iter().zip(&before) {
        assert!(names.len() > earlier.len(), "the stack has none of the {kind}");
    }
    let objects = aws.objects().unwrap();

    delete_without_guardian(&aws, "shop-dev");
    assert_eq!(aws.inventory().unwrap(), before);
    // The artifact bucket is the account's and not the stack's.
    assert_eq!(aws.objects().unwrap(), objects);
}

#[test]
fn destroy_writes_the_incidents_to_a_file_and_deletes_the_table() {
    let emulator = Emulator::start().unwrap();
    let project = with_an_incident(&emulator, "");
    let ended = project.guardian(["destroy", "--yes", "--export-incidents", "lost.ndjson"]).with(0);
    assert!(ended.stdout.contains("after its 1 incident"), "{}", ended.output());
    let written = project.read("lost.ndjson").unwrap();
    let records: Vec<Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [incident] = records.as_slice() else { panic!("{written}") };
    assert_eq!((&incident["type"], &incident["key"]), (&json!("incident"), &json!("import")));
    assert_eq!(named(&emulator.aws(), "tables"), Vec::<String>::new());
}

#[test]
fn gc_finds_a_table_that_a_delete_retained_and_its_command_removes_it() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = with_an_incident(&emulator, "");
    let tables = named(&aws, "tables");
    let [table] = tables.as_slice() else { panic!("{tables:?}") };
    let listed = || project.guardian(["gc", "--yes"]).with(0).stdout;
    assert!(!listed().contains(table), "a table in use is listed: {}", listed());

    // The user's own decision, in the template that the stack has.
    let body = aws.cloudformation("GetTemplate", &[("StackName", "shop-dev")]).unwrap();
    let body = elements(&body, "TemplateBody").concat().replace("&quot;", "\"");
    let body = body.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let mut template: Value = serde_json::from_str(&body).unwrap();
    template["Resources"]["StateTable"]["DeletionPolicy"] = json!("Retain");
    let parameters = [
        ("StackName", "shop-dev"),
        ("TemplateBody", &template.to_string()),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("Parameters.member.1.ParameterKey", "ArtifactBucket"),
        ("Parameters.member.1.UsePreviousValue", "true"),
        ("Parameters.member.2.ParameterKey", "PackageKey"),
        ("Parameters.member.2.UsePreviousValue", "true"),
        ("Parameters.member.3.ParameterKey", "EndpointUrl"),
        ("Parameters.member.3.UsePreviousValue", "true"),
    ];
    aws.cloudformation("UpdateStack", &parameters).unwrap();
    let updated = ("shop-dev".to_owned(), "UPDATE_COMPLETE".to_owned());
    let there = wait::until(LIMIT, || aws.stacks().unwrap().contains(&updated).then_some(()));
    assert!(there.is_some(), "{:?}", aws.stacks());
    let destroyed = project.guardian(["destroy", "--yes"]).with(0);
    assert!(destroyed.stdout.contains("Retained: StateTable"), "{}", destroyed.output());
    assert_eq!(named(&aws, "tables"), tables);

    let shown = listed();
    assert!(shown.contains(table) && shown.contains("aws dynamodb delete-table"), "{shown}");
    assert_eq!(named(&aws, "tables"), tables, "gc deletes no incidents");
    aws.json("dynamodb", "DynamoDB_20120810.DeleteTable", &json!({"TableName": table})).unwrap();
    assert!(!listed().contains(table), "{}", listed());
}

#[test]
fn a_first_create_whose_table_failed_is_recovered_and_deployed() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::shop().unwrap().on(&emulator);
    let before = aws.inventory().unwrap();
    project.guardian(["export", "--out", "exported"]).with(0);
    let template = project.read("exported/template.json").unwrap();
    let mut template: Value = serde_json::from_str(&template).unwrap();
    // The emulator checks little of a table: this it cannot read, and its creation fails.
    template["Resources"]["StateTable"]["Properties"]["KeySchema"] = json!(["pk"]);
    let parameters = [
        ("StackName", "shop-dev"),
        ("TemplateBody", &template.to_string()),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("Parameters.member.1.ParameterKey", "ArtifactBucket"),
        ("Parameters.member.1.ParameterValue", "artifacts"),
        ("Parameters.member.2.ParameterKey", "PackageKey"),
        ("Parameters.member.2.ParameterValue", "none.zip"),
    ];
    aws.cloudformation("CreateStack", &parameters).unwrap();
    let failed = ("shop-dev".to_owned(), "ROLLBACK_COMPLETE".to_owned());
    let there = wait::until(LIMIT, || aws.stacks().unwrap().contains(&failed).then_some(()));
    assert!(there.is_some(), "{:?}", aws.stacks());
    let recovered = project.guardian(["recover", "--yes"]).with(0);
    assert!(recovered.stdout.contains("is deleted"), "{}", recovered.output());
    assert_eq!(aws.inventory().unwrap(), before);
    project.guardian(["deploy", "--yes", "--no-sweep"]).with(0);
    assert_eq!(named(&aws, "tables").len(), 1);
}
