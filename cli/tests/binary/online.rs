//! Machines that exist: what is read of the account, what the lock keeps, and what happens where
//! the account cannot be read.

use super::{Ended, Project};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::{Duration, Instant};

const WATCHING: &str = "project: shop\nregion: eu-west-1\nmachines:\n  watched: [\"orders-*\"]\n";

pub(super) fn machine(name: &str, kind: &str) -> Value {
    json!({
        "stateMachineArn": format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{name}"),
        "name": name,
        "type": kind,
        "creationDate": 1_700_000_000.0,
    })
}

/// An account with these machines, one on a page.
fn account(names: &'static [(&'static str, &'static str)]) -> Stub {
    Stub::serve(move |request: &Request| match request.action.as_str() {
        "ListStateMachines" => {
            let at: usize = request.json["nextToken"].as_str().map_or(0, |t| t.parse().unwrap());
            let mut page = json!({ "stateMachines": [machine(names[at].0, names[at].1)] });
            if at + 1 < names.len() {
                page["nextToken"] = json!((at + 1).to_string());
            }
            Reply::json(&page)
        }
        "ListTagsForResource" => {
            let team = if request.json["resourceArn"].as_str().unwrap().contains("orders") {
                json!([{ "key": "team", "value": "orders" }])
            } else {
                json!([])
            };
            Reply::json(&json!({ "tags": team }))
        }
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap()
}

pub(super) fn run(project: &Project, arguments: &[&str], endpoint: &str) -> Ended {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    let mut ended = project.run(arguments, &variables);
    ended.stderr = ended.stderr.replace(endpoint, "[endpoint]");
    ended
}

/// An endpoint that refuses connections.
fn refusing_endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_glob_is_looked_up_on_every_page_and_kept_in_the_lock() {
    let project = Project::of(&[("guardian.yaml", WATCHING)]);
    let stub =
        account(&[("billing", "STANDARD"), ("orders-a", "STANDARD"), ("orders-b", "EXPRESS")]);
    let ended = run(&project, &["synth", "-o", "out"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    insta::assert_snapshot!("found", ended.stderr);
    insta::assert_snapshot!("lock", project.read("guardian.lock"));
    assert_eq!(stub.count("ListStateMachines"), 3);
    assert_eq!(stub.count("ListTagsForResource"), 0);
    let template = project.read("out/template.yaml");
    assert!(template.contains("StepFunctionStatusAlarm-orders-a"));
    assert!(!template.contains("billing"));

    // The same again, without output and without a network.
    let locked = run(&project, &["synth", "--locked"], &refusing_endpoint());
    assert_eq!((locked.code, locked.stderr.as_str()), (Some(0), ""));
    assert_eq!(locked.stdout, template);
    let offline = run(&project, &["synth"], &refusing_endpoint());
    assert_eq!((offline.code, &offline.stdout), (Some(0), &template));
    insta::assert_snapshot!("offline", offline.stderr);
    let valid = run(&project, &["validate"], &refusing_endpoint());
    assert_eq!(valid.code, Some(0), "{}", valid.all());

    // A change since the last lock is reported.
    let later = account(&[("orders-b", "EXPRESS"), ("orders-c", "STANDARD")]);
    let ended = run(&project, &["validate", "--online", "--json"], &later.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    insta::assert_snapshot!("changed", ended.stdout.lines().next().unwrap());
    assert!(project.read("guardian.lock").contains("orders-c"));
}

#[test]
fn tags_are_read_where_a_rule_asks_for_them() {
    let text = WATCHING.replace("\"orders-*\"", "{ tag: { team: orders } }");
    let project = Project::of(&[("guardian.yaml", &text)]);
    let stub = account(&[("billing", "STANDARD"), ("orders-a", "STANDARD")]);
    let ended = run(&project, &["synth"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(stub.count("ListTagsForResource"), 2);
    assert!(ended.stdout.contains("StepFunctionStatusAlarm-orders-a"));
    assert!(!ended.stdout.contains("StepFunctionStatusAlarm-billing"));
}

#[test]
fn an_account_that_cannot_be_read_is_told_and_leaves_no_lock() {
    let project = Project::of(&[("guardian.yaml", WATCHING)]);
    let denied = Stub::serve(|_| {
        Reply::json_error(
            400,
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: \
             states:ListStateMachines on resource: * because no identity-based policy allows it",
        )
    })
    .unwrap();
    let expired =
        Stub::serve(|_| Reply::json_error(400, "ExpiredTokenException", "expired")).unwrap();
    for (name, endpoint) in [("denied", denied.endpoint()), ("expired", expired.endpoint())] {
        let ended = run(&project, &["synth"], &endpoint);
        assert_eq!(ended.code, Some(1), "{}", ended.all());
        insta::assert_snapshot!(name, ended.stderr);
    }
    let started = Instant::now();
    let away = run(&project, &["synth"], &refusing_endpoint());
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(away.code, Some(1), "{}", away.all());
    insta::assert_snapshot!("unreachable", away.stderr);
    assert_eq!(project.files(), ["guardian.yaml".to_owned()].into());
}

#[test]
fn without_credentials_or_region_each_is_named_with_the_ways_to_give_it() {
    let project = Project::of(&[("guardian.yaml", WATCHING)]);
    let ended = project.run(&["synth"], &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("no_credentials", ended.stderr);
    project.write("guardian.yaml", WATCHING.replace("region: eu-west-1\n", "").as_bytes());
    let ended = project.run(&["synth"], &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("no_region", ended.stderr);
    let ended = project.run(&["synth", "--profile", "prod"], &[]);
    insta::assert_snapshot!("no_profile", ended.stderr);
}

#[test]
fn a_throttled_call_is_tried_again() {
    let project = Project::of(&[("guardian.yaml", WATCHING)]);
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let stub =
        Stub::serve(move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 | 1 => Reply::json_error(400, "ThrottlingException", "Rate exceeded"),
            _ => Reply::json(&json!({ "stateMachines": [machine("orders-a", "STANDARD")] })),
        })
        .unwrap();
    let ended = run(&project, &["synth"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(stub.count("ListStateMachines"), 3);
}
