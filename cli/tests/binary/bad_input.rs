//! A mistake is reported once, with its file and line and its exit code, and leaves
//! nothing half-made.

use super::{Ended, HELLO, Project, SHOP};

/// Runs `validate`, which must refuse the input and write nothing.
#[track_caller]
fn refused(project: &Project, arguments: &[&str], code: i32) -> Ended {
    let before = project.files();
    let ended = project.run(arguments, &[]);
    assert_eq!(ended.code, Some(code), "{}", ended.all());
    assert_eq!(ended.stdout, "", "{}", ended.all());
    assert_eq!(project.files(), before);
    ended
}

fn shop_with(lines: &str) -> Project {
    let text = format!("{SHOP}{lines}");
    Project::of(&[("guardian.yaml", &text), ("definitions/hello.json", HELLO)])
}

/// One test for each bad input: its name, the project, the snapshot of the message.
macro_rules! refused {
    ($($name:ident: $project:expr;)*) => {
        $(#[test]
        fn $name() {
            let ended = refused(&$project, &["validate"], 7);
            insta::assert_snapshot!(stringify!($name), ended.stderr);
        })*
    };
}

refused! {
    an_unknown_key_is_refused_with_the_nearest_known: shop_with("shedule: rate(1 hour)\n");
    a_key_written_twice_is_refused: shop_with("project: other\n");
    a_machine_named_twice_is_refused:
        Project::of(&[("guardian.yaml", &SHOP.replace("[hello]", "[hello, hello]")),
            ("definitions/hello.json", HELLO)]);
    a_name_that_breaks_metrics_is_refused:
        Project::of(&[("guardian.yaml", &SHOP.replace("[hello]", "[café]"))]);
    a_definition_that_is_missing_is_refused: Project::of(&[("guardian.yaml", SHOP)]);
    a_definition_that_is_no_json_is_refused:
        Project::of(&[("guardian.yaml", SHOP), ("definitions/hello.json", "{\n  \"StartAt\": }")]);
    a_definition_that_leads_nowhere_is_refused:
        Project::of(&[("guardian.yaml", SHOP),
            ("definitions/hello.json", &HELLO.replace("\"End\": true", "\"Next\": \"Gone\""))]);
    a_cron_expression_that_eventbridge_refuses_is_refused:
        shop_with("schedule: cron(0 */3 * * * *)\n");
    a_rate_expression_that_eventbridge_refuses_is_refused: shop_with("schedule: rate(1 hours)\n");
    a_period_that_cloudwatch_refuses_is_refused:
        shop_with("alarms:\n  status:\n    period: 45\n");
    a_region_that_cannot_be_is_refused: shop_with("region: Frankfurt\n");
    a_file_that_is_no_yaml_is_refused:
        Project::of(&[("guardian.yaml", "project: shop\n  machines: [\n")]);
    an_empty_file_is_refused: Project::of(&[("guardian.yaml", "")]);
    several_problems_are_told_at_once: shop_with("shedule: x\nregion: 7\n");
    a_pattern_that_nobody_has_looked_for_is_refused:
        Project::of(&[("guardian.yaml", "project: shop\nmachines:\n  watched: [\"orders-*\"]\n")]);
    a_lock_that_is_damaged_is_refused: {
        let project = Project::shop();
        project.write("guardian.lock", b"version: 1\nmachines: {}\n");
        project
    };
}

#[test]
fn a_file_is_named_as_it_is_found_from_here() {
    let project = shop_with("shedule: x\n");
    let below = project.run_in("definitions", &["validate"], &[]);
    assert!(below.stderr.contains("../guardian.yaml:4:1"), "{}", below.all());
    let other = Project::of(&[
        ("apps/shop/guardian.yaml", SHOP),
        ("apps/shop/definitions/hello.json", "{"),
    ]);
    let named = refused(&other, &["validate", "-C", "apps/shop"], 7);
    assert!(named.stderr.contains("apps/shop/definitions/hello.json:1:"), "{}", named.all());
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let project = Project::of(&[]);
    project.write("guardian.yaml", b"project: sh\xffp\n");
    insta::assert_snapshot!(refused(&project, &["validate"], 7).stderr);
}

#[test]
fn a_project_that_is_not_there_is_refused_with_a_way_to_one() {
    let project = Project::of(&[]);
    insta::assert_snapshot!(refused(&project, &["synth"], 7).stderr);
    let named = refused(&project, &["synth", "-C", "nowhere/guardian.yaml"], 7);
    insta::assert_snapshot!(named.stderr);
}

#[test]
fn an_environment_that_is_not_there_is_refused_with_those_that_are() {
    let project = shop_with("environments:\n  prod: {}\n");
    insta::assert_snapshot!(refused(&project, &["validate", "--env", "prd"], 7).stderr);
}

#[test]
fn a_directory_in_the_place_of_a_file_is_refused() {
    let project = Project::of(&[("guardian.yaml", SHOP), ("definitions/hello.json/x", "")]);
    insta::assert_snapshot!(refused(&project, &["validate"], 7).stderr);
}

#[test]
fn a_command_line_that_cannot_be_is_a_usage_error() {
    let project = Project::shop();
    insta::assert_snapshot!(refused(&project, &["frobnicate"], 64).stderr);
    insta::assert_snapshot!(refused(&project, &["synth", "--format", "toml"], 64).stderr);
    insta::assert_snapshot!(refused(&project, &["synth", "--check"], 64).stderr);
    let json = project.run(&["synth", "--json", "--nope"], &[]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(64), ""));
    insta::assert_snapshot!(json.stdout);
}

#[test]
fn an_error_is_a_record_with_json_and_coloured_where_colour_is_asked_for() {
    let project = shop_with("shedule: rate(1 hour)\n");
    let json = project.run(&["validate", "--json"], &[]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(7), ""));
    insta::assert_snapshot!(json.stdout);
    let coloured = project.run(&["validate"], &[("CLICOLOR_FORCE", "1")]);
    insta::assert_snapshot!(coloured.stderr.replace('\u{1b}', "ESC"));
}

#[test]
fn a_binary_that_cannot_be_the_function_is_refused() {
    let project = Project::shop();
    project.write("bootstrap", b"#!/bin/sh\nexit 0\n");
    let mut said = Vec::new();
    for arguments in [
        &["package", "--binary", "bootstrap"][..],
        &["package", "--binary", "nowhere/bootstrap"],
        &["package", "--source", "definitions"],
    ] {
        said.push(refused(&project, arguments, 1).stderr);
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_project_that_is_there_already_is_not_overwritten() {
    let project = Project::shop();
    insta::assert_snapshot!(refused(&project, &["init"], 1).stderr);
    let other = Project::of(&[("definitions/hello.json", HELLO)]);
    insta::assert_snapshot!(refused(&other, &["init"], 1).stderr);
    insta::assert_snapshot!(refused(&Project::of(&[]), &["init", "--project", "Shop!"], 7).stderr);
}
