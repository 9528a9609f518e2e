//! What `guardian export` writes, deployed by the AWS CLI with the commands of its README.
#![allow(clippy::unwrap_used)]

use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::python::Python;
use std::process::Command;

/// The shell commands of a section of a README.
fn commands<'a>(readme: &'a str, section: &str) -> &'a str {
    let section = readme.split(&format!("## {section}\n")).nth(1).unwrap();
    section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn the_aws_cli_deploys_an_export_by_the_commands_of_its_readme_and_deletes_it() {
    let emulator = Emulator::start().unwrap();
    let aws_cli = Python::with("awscli", "tests/awscli.txt").unwrap();
    let project = Project::shop().unwrap().on(&emulator);
    project.guardian(["export", "--out", "exported"]).with(0);
    let readme = project.read("exported/README.md").unwrap();
    let shell = |script: &str| {
        let script = script.replace("BUCKET", "artifacts").replace("ACCOUNT", "000000000000");
        let script = script.replace("REGION", guardian_tests::aws::REGION);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            [aws_cli.programs()].into_iter().chain(std::env::split_paths(&path)),
        );
        let output = Command::new("sh")
            .args(["-ec", &script])
            .current_dir(project.path().join("exported"))
            .envs(guardian_tests::aws::environment(emulator.endpoint()))
            .env("AWS_DEFAULT_REGION", guardian_tests::aws::REGION)
            .env("PATH", path.unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{script}\n{said}");
        said
    };
    shell("aws s3 mb s3://BUCKET");
    shell(commands(&readme, "AWS CLI"));
    let aws = emulator.aws();
    let stack = ("shop-dev".to_owned(), "CREATE_COMPLETE".to_owned());
    assert!(aws.stacks().unwrap().contains(&stack));
    let machines = shell("aws stepfunctions list-state-machines");
    assert!(machines.contains("import-step-function"), "{machines}");
    shell("aws cloudformation delete-stack --stack-name shop-dev");
    shell("aws cloudformation wait stack-delete-complete --stack-name shop-dev");
    let left = shell("aws stepfunctions list-state-machines");
    assert!(!left.contains("import-step-function"), "{left}");
    // The emulator knows no stack sets; their commands are only written.
    assert!(commands(&readme, "StackSets").contains("create-stack-instances"));
}

#[test]
fn an_export_names_the_parameters_and_the_terraform_resources() {
    let project = Project::shop().unwrap();
    let exported = project.guardian(["export", "--region", "cn-north-1"]).with(0);
    assert!(exported.stdout.contains("guardian.tf"), "{}", exported.output());
    let terraform = project.read("guardian-export/guardian.tf").unwrap();
    assert!(terraform.contains("ArtifactBucket = var.bucket"), "{terraform}");
    assert!(terraform.contains("aws_cloudformation_stack"), "{terraform}");
    let parameters = project.read("guardian-export/parameters.json").unwrap();
    assert!(parameters.contains("console.amazonaws.cn"), "{parameters}");
}
