//! The example of `guardian-deploy`, which deploys a template that Guardian has not made, and the program
//! of `examples/own-stack`, which defines and deploys one with its monitoring.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::environment;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::{binaries, repository};
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

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

/// The program of `examples/own-stack`, on an emulator or without a network.
struct OwnStack<'a>(Option<&'a Emulator>);

impl OwnStack<'_> {
    /// Its exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(binaries::own_stack().unwrap());
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.envs(self.0.map(|emulator| environment(emulator.endpoint())).into_iter().flatten());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}\n{stdout}{stderr}");
        stdout
    }
}

#[test]
fn a_stack_of_ones_own_is_deployed_with_its_monitoring_and_destroyed() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let before = aws.inventory().unwrap();
    // What docs/own-stack.md says about the package.
    let project = Project::new().unwrap();
    project.guardian(["package", "--arch", "x86_64", "--out", "function.zip"]).with(0);
    aws.create_bucket("artifacts").unwrap();
    let package = fs::read(project.path().join("function.zip")).unwrap();
    aws.put_object("artifacts", "function.zip", &package).unwrap();
    let endpoint = format!("EndpointUrl={}", emulator.endpoint());
    let parameters =
        ["-p", "ArtifactBucket=artifacts", "-p", "PackageKey=function.zip", "-p", &endpoint];
    let with = |command: &[&'static str]| [command, &parameters[..]].concat();
    let own = OwnStack(Some(&emulator));

    let shown = own.succeeds(&with(&["diff"]));
    assert!(shown.starts_with("creates stack own-stack: "), "{shown}");
    assert!(shown.contains("+ add Lister (AWS::StepFunctions::StateMachine)"), "{shown}");
    assert!(shown.contains("+ add MonitoringFunction (AWS::Lambda::Function)"), "{shown}");
    assert!(aws.stacks().unwrap().is_empty(), "diff leaves nothing behind");
    let (code, _, said) = own.run(&with(&["deploy"]));
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("no terminal to ask on; --yes answers without one"), "{said}");
    assert!(aws.stacks().unwrap().is_empty(), "nothing was approved");

    let deployed = own.succeeds(&with(&["deploy", "--yes"]));
    assert!(
        deployed.contains("CREATE_COMPLETE Lister (AWS::StepFunctions::StateMachine)"),
        "{deployed}"
    );
    assert!(deployed.contains("stack own-stack is CREATE_COMPLETE"), "{deployed}");
    assert!(deployed.contains("ListerArn: arn:aws:states:"), "{deployed}");
    // The parameters keep their values.
    assert_eq!(own.succeeds(&["deploy", "--yes"]), "stack own-stack is up to date\n");
    assert_eq!(own.succeeds(&["diff", "--exit-code"]), "stack own-stack is up to date\n");

    // The machine's light follows its run.
    let execution = aws.start("own-stack-lister", &json!({})).unwrap();
    let began = Instant::now();
    let expected = loop {
        match aws.status(&execution).unwrap().as_str() {
            "RUNNING" => {}
            "SUCCEEDED" => break "OK",
            _ => break "ALARM",
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the execution does not end");
        thread::sleep(Duration::from_millis(200));
    };
    let alarm = "StepFunctionStatusAlarm-own-stack-lister";
    loop {
        let states = aws.alarm_states().unwrap();
        let (state, _) = states.get(alarm).unwrap_or_else(|| panic!("{:?}", states.keys()));
        if state == expected {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{alarm} is {state}, not {expected}");
        thread::sleep(Duration::from_millis(500));
    }

    let (code, _, said) = own.run(&["destroy"]);
    assert_eq!(code, Some(6), "{said}");
    assert!(own.succeeds(&["destroy", "--yes"]).ends_with("stack own-stack is deleted\n"));
    assert_eq!(own.succeeds(&["destroy", "--yes"]), "there is no stack own-stack\n");
    aws.delete_object("artifacts", "function.zip").unwrap();
    let mut left = aws.inventory().unwrap();
    for ((kind, left), (_, before)) in left.iter_mut().zip(&before) {
        left.retain(|name| !before.contains(name) && name != "artifacts");
        assert!(left.is_empty(), "{kind}: {left:?}");
    }
}

#[test]
fn a_stack_of_ones_own_says_what_is_wrong_and_has_the_exit_codes_of_guardian() {
    let offline = OwnStack(None);
    let template: Value = serde_json::from_str(&offline.succeeds(&["synth", "--json"])).unwrap();
    assert_eq!(template["Resources"]["Names"]["Type"], "AWS::SQS::Queue");
    assert!(offline.succeeds(&["synth"]).starts_with("AWSTemplateFormatVersion: "));
    for (arguments, code, text) in [
        (&["deplo"][..], 64, "a similar subcommand exists: 'deploy'"),
        (&["deploy", "-p", "ArtifactBucket"], 64, "write NAME=VALUE"),
        (&["deploy"], 1, "no AWS region is known"),
    ] {
        let (found, _, said) = offline.run(arguments);
        assert_eq!(found, Some(code), "{said}");
        assert!(said.contains(text), "{said}");
    }
    let emulator = Emulator::start().unwrap();
    let own = OwnStack(Some(&emulator));
    let (code, _, said) = own.run(&["deploy", "--yes", "-p", "Bucket=artifacts"]);
    assert_eq!((code, said.as_str()), (Some(7), "error: the template has no parameter `Bucket`\n"));
}
