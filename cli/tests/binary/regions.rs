//! Several regions, and an assumed role.

use super::{Ended, HELLO, Project};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::json;

const SEVERAL: &str = "project: shop\nmachines:\n  managed: [hello]\nenvironments:\n  prod:\n    \
                       regions: [eu-west-1, us-east-1]\n    assume_role:\n      \
                       arn: arn:aws:iam::210987654321:role/deploys\n      external_id: shop-7\n";

fn run(project: &Project, arguments: &[&str], endpoint: &str) -> Ended {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("NO_PROXY", "127.0.0.1"),
        ("USER", "ann"),
    ];
    let mut ended = project.run(arguments, &variables);
    for text in [&mut ended.stdout, &mut ended.stderr] {
        *text = text.replace(endpoint, "[endpoint]");
    }
    ended
}

/// An account without stacks, whose first region cannot be read.
fn account(request: &Request) -> Reply {
    match request.action.as_str() {
        "AssumeRole" => Reply::query(
            "AssumeRole",
            "<Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
             </Credentials><AssumedRoleUser><Arn>arn:aws:sts::210987654321:assumed-role/deploys/x\
             </Arn><AssumedRoleId>A:x</AssumedRoleId></AssumedRoleUser>",
        ),
        "DescribeStacks" if request.region == "eu-west-1" => {
            Reply::query_error(403, "AccessDenied", "not in this region")
        }
        "DescribeStacks" => {
            Reply::query_error(400, "ValidationError", "Stack with id shop-prod does not exist")
        }
        action => Reply::json_error(400, "UnknownOperationException", action),
    }
}

fn project() -> Project {
    Project::of(&[("guardian.yaml", SEVERAL), ("definitions/hello.json", HELLO)])
}

/// Without the time that each region took.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| match line.rsplit_once("  ") {
        Some((before, time)) if time.ends_with(" s") => before.trim_end().to_owned(),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_region_is_worked_on_with_the_role_and_a_failure_is_told_in_its_place() {
    let (project, stub) = (project(), Stub::serve(account).unwrap());
    let ended = run(&project, &["destroy", "--yes", "--env", "prod"], &stub.endpoint());
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("stopped", timeless(&ended.stdout));
    let going =
        ["destroy", "--yes", "--env", "prod", "--keep-going", "--region", "eu-west-1,us-east-1"];
    let ended = run(&project, &going, &stub.endpoint());
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("kept_going", timeless(&ended.stdout));
    let calls = stub.calls();
    let assumed = calls.iter().find(|call| call.action == "AssumeRole").unwrap();
    assert_eq!(assumed.parameter("RoleArn"), "arn:aws:iam::210987654321:role/deploys");
    assert_eq!(assumed.parameter("ExternalId"), "shop-7");
    assert_eq!(assumed.parameter("RoleSessionName"), "guardian-ann");
    assert!(calls.iter().any(|c| c.action == "DescribeStacks" && c.region == "us-east-1"));
}

#[test]
fn one_region_of_several_is_named_where_a_command_works_in_one() {
    let (project, stub) = (project(), Stub::serve(account).unwrap());
    let ended = run(&project, &["run", "--env", "prod"], &stub.endpoint());
    assert_eq!(ended.code, Some(64), "{}", ended.all());
    insta::assert_snapshot!("name_one", ended.stderr);
    assert_eq!(stub.calls().len(), 0);
    let valid = run(&project, &["validate", "--env", "prod"], &stub.endpoint());
    assert_eq!(valid.code, Some(0), "{}", valid.all());
}

#[test]
fn a_role_that_cannot_be_taken_on_is_told_with_what_it_takes() {
    let project = project();
    let stub = Stub::serve(|request| match request.action.as_str() {
        "AssumeRole" => Reply::query_error(
            403,
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole",
        ),
        action => Reply::json_error(400, "UnknownOperationException", action),
    })
    .unwrap();
    let arguments = ["status", "--env", "prod", "--region", "eu-west-1"];
    let ended = run(&project, &arguments, &stub.endpoint());
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("not_trusted", ended.stderr);
    assert!(stub.calls().iter().all(|call| call.action == "AssumeRole"));
}

#[test]
fn the_lock_has_an_entry_for_each_region_and_it_is_found_again_by_the_flag() {
    let text =
        "project: shop\nregions: [eu-west-1, us-east-1]\nmachines:\n  watched: [\"orders-*\"]\n";
    let project = Project::of(&[("guardian.yaml", text)]);
    let stub = Stub::serve(|request| {
        let name = format!("orders-{}", request.region);
        let arn = format!("arn:aws:states:{}:123456789012:stateMachine:{name}", request.region);
        match request.action.as_str() {
            "ListStateMachines" => Reply::json(&json!({"stateMachines": [{
                "stateMachineArn": arn, "name": name, "type": "STANDARD",
                "creationDate": 1_700_000_000.0,
            }]})),
            "DescribeStacks" => Reply::query_error(400, "ValidationError", "x does not exist"),
            action => Reply::json_error(400, "UnknownOperationException", action),
        }
    })
    .unwrap();
    let ended = run(&project, &["diff"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    insta::assert_snapshot!("lock", project.read("guardian.lock"));
    let one = run(&project, &["synth", "--locked", "--region", "us-east-1"], &stub.endpoint());
    assert_eq!(one.code, Some(0), "{}", one.all());
    assert!(one.stdout.contains("orders-us-east-1") && !one.stdout.contains("orders-eu-west-1"));
}

#[test]
fn what_the_lock_knows_of_one_region_is_never_taken_for_another() {
    let text =
        "project: shop\nregions: [eu-west-1, us-east-1]\nmachines:\n  watched: [\"orders-*\"]\n";
    let lock = "version: 1\nenvironments:\n  dev.eu-west-1:\n    region: eu-west-1\n    patterns:\n    \
                - orders-*\n    machines:\n      orders-a: { type: STANDARD, by: orders-* }\n";
    let project = Project::of(&[("guardian.yaml", text), ("guardian.lock", lock)]);
    let refusing = "http://127.0.0.1:9";
    let known = run(&project, &["synth", "--locked", "--region", "eu-west-1"], refusing);
    assert_eq!(known.code, Some(0), "{}", known.all());
    let mut output = String::new();
    for arguments in [
        &["synth", "--locked", "--region", "us-east-1"][..],
        &["synth", "--region", "us-east-1"],
        &["deploy", "--yes", "--locked"],
    ] {
        let ended = run(&project, arguments, refusing);
        assert_ne!(ended.code, Some(0), "{}", ended.all());
        output += &format!("$ guardian {}\n{}\n\n", arguments.join(" "), timeless(&ended.all()));
    }
    insta::assert_snapshot!(output);
    // A region that is found gets an entry of its own, and the entry of the other one stays.
    let stub = Stub::serve(|request| {
        let arn = format!("arn:aws:states:{}:123456789012:stateMachine:orders-b", request.region);
        Reply::json(&json!({"stateMachines": [{
            "stateMachineArn": arn, "name": "orders-b", "type": "STANDARD",
            "creationDate": 1_700_000_000.0,
        }]}))
    })
    .unwrap();
    let found = run(&project, &["synth", "--region", "us-east-1"], &stub.endpoint());
    assert_eq!(found.code, Some(0), "{}", found.all());
    let lock = project.read("guardian.lock");
    assert!(lock.contains("dev.eu-west-1:") && lock.contains("dev.us-east-1:"), "{lock}");
    assert!(!lock.contains("\n  dev:"), "{lock}");
}
