//! What the commands print and write when all is well.

use super::{HELLO, Project, SHOP};
use guardian_tests::binaries;
use std::process::{Command, Stdio};

#[test]
fn init_writes_a_project_that_is_valid() {
    let project = Project::of(&[]);
    let ended = project.run(&["init", "--project", "shop"], &[]);
    insta::assert_snapshot!(ended.all());
    assert!(project.files().contains("definitions/hello.json"));
    let valid = project.run(&["validate", "--strict"], &[]);
    insta::assert_snapshot!(valid.all());
}

#[test]
fn a_project_is_found_from_a_directory_below_it() {
    let project = Project::shop();
    let ended = project.run_in("definitions", &["validate"], &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
}

#[test]
fn validate_counts_what_it_checked() {
    insta::assert_snapshot!(Project::shop().run(&["validate", "--json"], &[]).all());
}

#[test]
fn synth_prints_the_template_and_the_same_again() {
    let project = Project::shop();
    let (first, second) = (project.run(&["synth"], &[]), project.run(&["synth"], &[]));
    assert_eq!(first.code, Some(0), "{}", first.all());
    assert_eq!(first.stderr, "");
    assert!(first.stdout.starts_with("AWSTemplateFormatVersion"));
    assert_eq!(first.stdout, second.stdout);
    let json = project.run(&["synth", "--format", "json"], &[]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let yaml: serde_json::Value = serde_yaml::from_str(&first.stdout).unwrap();
    assert_eq!(json, yaml);
}

#[test]
fn synth_writes_files_and_check_says_whether_they_are_up_to_date() {
    let project = Project::shop();
    let check = ["synth", "-o", "out", "--check"];
    insta::assert_snapshot!("check_missing", project.run(&check, &[]).all());
    let written = project.run(&["synth", "-o", "out"], &[]);
    assert!(written.stdout.starts_with("out/template.yaml (37 resources, "), "{}", written.all());
    insta::assert_snapshot!("check_fresh", project.run(&check, &[]).all());
    let template = project.read("out/template.yaml");
    project.write("out/machines-9.yaml", template.as_bytes());
    project.write("out/template.yaml", b"by hand");
    project.write("out/other.yaml", b"not: ours\n");
    insta::assert_snapshot!("check_stale", project.run(&check, &[]).all());
    project.run(&["synth", "-o", "out"], &[]);
    assert_eq!(project.read("out/template.yaml"), template);
    let out = ["guardian.yaml", "definitions/hello.json", "out/other.yaml", "out/template.yaml"];
    assert_eq!(project.files(), out.map(str::to_owned).into());
}

#[test]
fn many_machines_are_several_templates_and_the_lock_keeps_where_each_is() {
    let names: Vec<String> = (0..150).map(|i| format!("m{i}")).collect();
    let text = format!("project: shop\nmachines:\n  managed: [{}]\n", names.join(", "));
    let project = Project::of(&[("guardian.yaml", &text)]);
    for name in &names {
        project.write(&format!("definitions/{name}.json"), HELLO.as_bytes());
    }
    let print = project.run(&["synth", "--locked"], &[]);
    assert_eq!(print.code, Some(64), "{}", print.all());
    assert!(print.stderr.contains("--out"), "{}", print.all());
    assert!(!project.files().contains("guardian.lock"));
    let written = project.run(&["synth", "-o", "out"], &[]);
    assert_eq!(written.code, Some(0), "{}", written.all());
    let lock = project.read("guardian.lock");
    assert!(lock.contains("m149:"), "{lock}");
    let first = project.read("out/template.yaml");
    assert_eq!(project.run(&["synth", "-o", "out", "--check"], &[]).code, Some(0));
    // Removing a machine does not move any other.
    project.write("guardian.yaml", text.replace("[m0, ", "[").as_bytes());
    project.run(&["synth", "-o", "out"], &[]);
    let second = project.read("guardian.lock");
    let others = lock.lines().filter(|line| !line.trim_start().starts_with("m0:"));
    assert_eq!(second.lines().collect::<Vec<_>>(), others.collect::<Vec<_>>());
    assert_ne!(project.read("out/template.yaml"), first);
}

#[test]
fn config_show_says_where_each_value_comes_from() {
    let text = format!("{SHOP}environments:\n  prod:\n    semantics: original\n");
    let project = Project::of(&[("guardian.yaml", &text), ("definitions/hello.json", HELLO)]);
    let variables = [("GUARDIAN_ENV", "prod"), ("AWS_REGION", "eu-west-1")];
    let arguments = ["config", "show", "--origin", "--stack-name", "lights"];
    let shown = project.run(&arguments, &variables);
    insta::assert_snapshot!(shown.all());
    let json = project.run(&["config", "show", "--json"], &variables);
    assert_eq!(json.stdout.lines().count(), shown_settings(&json.stdout), "{}", json.all());
}

fn shown_settings(text: &str) -> usize {
    text.lines().filter(|line| line.contains("\"type\":\"setting\"")).count()
}

/// A program, and text behind it to compress.
fn smallest_program() -> Vec<u8> {
    let mut program = binaries::smallest();
    program.extend("guardian ".repeat(10_000).bytes());
    program
}

#[test]
fn a_binary_is_packed_the_same_every_time() {
    let project = Project::shop();
    let program = smallest_program();
    project.write("bootstrap", &program);
    let arguments = ["package", "--binary", "bootstrap"];
    let first = project.run(&arguments, &[]);
    insta::assert_snapshot!(first.all());
    let zip = project.files().into_iter().find(|name| name.ends_with(".zip")).unwrap();
    let read = |name: &str| std::fs::read(project.path().join(name)).unwrap();
    let again = project.run(&[&arguments[..], &["-o", "again.zip", "--json"]].concat(), &[]);
    assert_eq!(read("again.zip"), read(&zip));
    project.run(&[&arguments[..], &["-o", "definitions"]].concat(), &[]);
    let in_directory = zip.replace("target/guardian/", "definitions/");
    assert_eq!(read(&in_directory), read(&zip));
    let record: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(record["s3_key"], zip.replace("target/guardian/", "guardian/packages/"));
    assert_eq!(record["unpacked_bytes"], program.len());
    assert_eq!(record["zipped_bytes"], read("again.zip").len());
}

#[test]
fn a_completion_script_names_the_subcommands() {
    let project = Project::of(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = project.run(&["completions", shell], &[]);
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout.contains("validate"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_fail() {
    let project = Project::shop();
    let mut child = Command::new(env!("CARGO_BIN_EXE_guardian"))
        .arg("synth")
        .current_dir(project.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}
