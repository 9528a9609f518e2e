//! The workflow files of the repository and those that `guardian ci` writes, read by zizmor; and the
//! install script against a release on this machine.
#![allow(clippy::unwrap_used)]

use guardian_tests::actions::Runner;
use guardian_tests::binaries;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::python::Python;
use guardian_tests::repository;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn lint(inputs: &[&Path]) {
    let mut zizmor = Python::ready().unwrap().program("zizmor");
    zizmor.args(["--offline", "--no-progress", "--no-online-audits", "--config"]);
    zizmor.arg(repository().join("zizmor.yml")).args(inputs);
    let output = zizmor.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_workflows_of_the_repository_have_no_fault() {
    lint(&[&repository().join(".github/workflows"), &repository().join("action.yml")]);
}

#[test]
fn the_workflow_that_guardian_ci_writes_has_no_fault_and_compiles_nothing() {
    let project = Project::shop().unwrap();
    let options = ["ci", "github", "--repository", "acme/shop", "--region", "eu-west-1", "-o", "."];
    let written = project.guardian(options);
    assert_eq!(written.code, Some(0), "{written:?}");
    let workflow = ".github/workflows/guardian.yml";
    lint(&[&project.path().join(workflow)]);
    let text = project.read(workflow).unwrap();
    assert!(!text.contains("cargo") && !text.contains("rustup"), "{text}");
    assert!(text.contains("sha256sum --check"), "{text}");
}

#[test]
fn a_fault_in_a_workflow_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let workflow = directory.path().join("workflow.yml");
    let text = "on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo \
                ${{ github.event.pull_request.title }}\n";
    std::fs::write(&workflow, text).unwrap();
    assert!(std::panic::catch_unwind(|| lint(&[&workflow])).is_err());
}

/// A release whose program is this script; gives the archive's SHA-256.
fn release(directory: &Path, target: &str, script: &str) -> String {
    let name = format!("guardian-9.9.9-{target}");
    let program = directory.join(&name);
    std::fs::create_dir_all(&program).unwrap();
    let file = program.join("guardian");
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    let archive = directory.join("v9.9.9").join(format!("{name}.tar.gz"));
    std::fs::create_dir_all(archive.parent().unwrap()).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(&archive).arg("-C").arg(directory).arg(&name);
    assert!(tar.status().unwrap().success());
    let sum = Command::new("sha256sum").arg(&archive).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    let sum = sum.split_whitespace().next().unwrap().to_owned();
    let sums = directory.join("v9.9.9").join("SHA256SUMS");
    std::fs::write(sums, format!("{sum}  {name}.tar.gz\n")).unwrap();
    sum
}

fn install(from: &Path, to: &Path, sha256: Option<&str>) -> (bool, String) {
    let mut command = Command::new("bash");
    command.arg(repository().join("install.sh")).arg(to);
    command.env("GUARDIAN_VERSION", "9.9.9");
    command.env("GUARDIAN_MIRROR", format!("file://{}", from.display()));
    command.env_remove("GUARDIAN_SHA256").envs(sha256.map(|sum| ("GUARDIAN_SHA256", sum)));
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_release_is_installed_if_its_checksum_is_the_expected_one() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let directory = tempfile::tempdir().unwrap();
    let sum = release(directory.path(), &target, "echo guardian 9.9.9");
    let bin = directory.path().join("bin");
    for pinned in [None, Some(sum.as_str())] {
        let (installed, said) = install(directory.path(), &bin, pinned);
        assert!(installed && said.contains("guardian 9.9.9"), "{said}");
    }
    std::fs::remove_dir_all(&bin).unwrap();
    let (installed, said) = install(directory.path(), &bin, Some(&"0".repeat(64)));
    assert!(!installed && said.contains("was expected") && !bin.exists(), "{said}");
}

#[test]
fn the_workflow_that_guardian_ci_writes_plans_deploys_and_refuses_a_stale_plan() {
    let emulator = Emulator::start().unwrap();
    let project = Project::shop().unwrap().on(&emulator);
    // Paths in the workflow are from the root of the repository.
    let git = Command::new("git").args(["init", "--quiet"]).current_dir(project.path()).status();
    assert!(git.unwrap().success());
    let options = ["ci", "github", "--repository", "acme/shop", "--region", "us-east-1", "-o", "."];
    project.guardian(options).with(0);
    let text = project.read(".github/workflows/guardian.yml").unwrap();
    let workflow: Value = serde_yaml::from_str(&text).unwrap();

    let directory = tempfile::tempdir().unwrap();
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let program = format!("exec {} \"$@\"", binaries::guardian().unwrap().display());
    let variables = [
        ("RELEASES", format!("file://{}", directory.path().display())),
        ("VERSION", "9.9.9".to_owned()),
        ("SHA256", release(directory.path(), &target, &program)),
    ];
    let mut environment = emulator.environment();
    environment.extend([
        ("PATH".to_owned(), std::env::var("PATH").unwrap()),
        ("HOME".to_owned(), directory.path().display().to_string()),
        ("GUARDIAN_BINARY".to_owned(), binaries::bootstrap().unwrap().display().to_string()),
    ]);
    let mut runner = Runner {
        directory: directory.path().join("runner"),
        repository: project.path().to_owned(),
        variables: variables.map(|(name, value)| (format!("GUARDIAN_{name}"), value)).into(),
        environment,
        jobs: 0,
    };
    let mut job = |name: &str| runner.job(&workflow, name).unwrap();

    // A pull request sees the change, and nothing of it stays.
    let planned = job("plan");
    assert!(planned.succeeded && planned.log.contains("add        the function"), "{planned:?}");
    let deployed = || emulator.aws().stacks().unwrap().iter().any(|(name, _)| name == "shop-dev");
    assert!(!deployed());
    // A push prepares it, and the approved deploy does exactly that.
    let prepared = job("prepare");
    assert!(prepared.succeeded, "{}", prepared.log);
    assert_eq!(prepared.outputs["plan.changes"], "true");
    let first = job("deploy");
    assert!(first.succeeded && deployed(), "{}", first.log);
    // The same plan again is stale, and the run says what to do.
    let stale = job("deploy");
    assert!(
        !stale.succeeded && stale.log.contains("::error title=The plan is stale::"),
        "{stale:?}"
    );
    // Without a change there is nothing to approve.
    let unchanged = job("prepare");
    assert!(unchanged.succeeded && unchanged.outputs.is_empty(), "{unchanged:?}");
}
