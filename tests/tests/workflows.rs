//! The workflow files of the repository and those that `guardian ci` writes, read by zizmor; and the
//! install script against a release on this machine.
#![allow(clippy::unwrap_used)]

use guardian_tests::project::Project;
use guardian_tests::python::Python;
use guardian_tests::repository;
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

/// A release with a program that only says its version.
fn release(directory: &Path, target: &str) -> String {
    let name = format!("guardian-9.9.9-{target}");
    let program = directory.join(&name);
    std::fs::create_dir_all(&program).unwrap();
    std::fs::write(program.join("guardian"), "#!/bin/sh\necho guardian 9.9.9\n").unwrap();
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
    let sum = release(directory.path(), &target);
    let bin = directory.path().join("bin");
    for pinned in [None, Some(sum.as_str())] {
        let (installed, said) = install(directory.path(), &bin, pinned);
        assert!(installed && said.contains("guardian 9.9.9"), "{said}");
    }
    std::fs::remove_dir_all(&bin).unwrap();
    let (installed, said) = install(directory.path(), &bin, Some(&"0".repeat(64)));
    assert!(!installed && said.contains("was expected") && !bin.exists(), "{said}");
}
