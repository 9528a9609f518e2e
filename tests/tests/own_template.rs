//! The example of `guardian-deploy`: it deploys a template that Guardian has not made.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::environment;
use guardian_tests::emulator::Emulator;
use guardian_tests::{binaries, repository};
use std::fs;
use std::process::Command;

#[test]
fn the_example_of_the_deployer_creates_and_updates_a_stack_and_fails_on_an_invalid_template() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let example = binaries::example("guardian-deploy", "deploy").unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let run = |template: &str| {
        fs::write(file.path(), template).unwrap();
        Command::new(&example)
            .args(["own", file.path().to_str().unwrap()])
            .envs(environment(emulator.endpoint()))
            .output()
            .unwrap()
    };
    let queue = |seconds: u32| {
        format!(
            r#"{{"Resources": {{"Queue": {{"Type": "AWS::SQS::Queue", "Properties": {{"VisibilityTimeout": {seconds}}}}}}}}}"#
        )
    };
    for (template, said) in [
        (queue(10), "stack own is deployed\n"),
        (queue(10), "stack own is up to date\n"),
        (queue(20), "stack own is deployed\n"),
    ] {
        let output = run(&template);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{errors}");
        assert!(output.status.success(), "{errors}");
    }
    assert!(aws.stacks().unwrap().contains(&("own".to_owned(), "UPDATE_COMPLETE".to_owned())));
    let invalid = run("{ this is no template");
    assert!(!invalid.status.success());
    assert!(!invalid.stderr.is_empty(), "{invalid:?}");
}

#[test]
fn the_readme_of_the_deployer_shows_its_example() {
    let root = repository().join("cli/deploy");
    let example = fs::read_to_string(root.join("examples/deploy.rs")).unwrap();
    let shown = example.split("#[tokio::main]").next().unwrap();
    let shown = &shown[shown.find("use ").unwrap()..];
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(shown.trim_end()), "copy examples/deploy.rs into README.md");
}
