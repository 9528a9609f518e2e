//! The schedules that start machines, looked up over the wire: the calls of EventBridge and its
//! Scheduler, and what their answers become in the lock.

use super::{Project, online};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

const AUTO: &str = "project: shop
region: eu-west-1
machines:
  watched: [\"*\"]
watch:
  defaults: { schedules: auto }
";

fn arn(name: &str) -> String {
    format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{name}")
}

/// One item of a list, and where the next is: the shortest pages that can be.
fn page(field: &str, token: Option<&str>, items: &[Value]) -> Value {
    let at: usize = token.map_or(0, |token| token.parse().unwrap());
    let mut page = json!({ field: [items[at]] });
    if at + 1 < items.len() {
        page["NextToken"] = json!((at + 1).to_string());
    }
    page
}

/// A value of the query of a REST protocol.
fn parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let (_, query) = request.path.split_once('?')?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|p| p.1)
}

/// An account whose machines `report` and `sync` are started by a rule and by a schedule, among
/// others that start nothing.
fn account(request: &Request) -> Reply {
    let token = request.json["NextToken"].as_str();
    let answer = match request.action.as_str() {
        "ListStateMachines" => {
            let machines = ["report", "sync"].map(|name| online::machine(name, "STANDARD"));
            json!({ "stateMachines": machines })
        }
        "ListRules" => page(
            "Rules",
            token,
            &[
                json!({ "Name": "on-upload", "EventPattern": "{}", "State": "ENABLED" }),
                json!({ "Name": "old", "ScheduleExpression": "rate(1 day)", "State": "DISABLED" }),
                json!({
                    "Name": "nightly",
                    "ScheduleExpression": "cron(0 3 * * ? *)",
                    "State": "ENABLED",
                }),
            ],
        ),
        "ListTargetsByRule" => page(
            "Targets",
            token,
            &[
                json!({ "Id": "1", "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:count" }),
                json!({ "Id": "2", "Arn": arn("report") }),
            ],
        ),
        "GET /schedules" => {
            let summary = |name: &str, group: &str, state: &str, target: &str| {
                json!({
                    "Name": name, "GroupName": group, "State": state, "Target": { "Arn": target },
                })
            };
            let mail = "arn:aws:sns:eu-west-1:123456789012:mail";
            let schedules = [
                summary("mail", "default", "ENABLED", mail),
                summary("sync", "default", "DISABLED", &arn("sync")),
                summary("sync", "shop", "ENABLED", &arn("sync")),
            ];
            page("Schedules", parameter(request, "NextToken"), &schedules)
        }
        "GET /schedules/sync" => json!({
            "Name": "sync", "GroupName": "shop", "State": "ENABLED",
            "ScheduleExpression": "rate(6 hours)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "FlexibleTimeWindow": { "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15 },
            "Target": { "Arn": arn("sync"), "RoleArn": "arn:aws:iam::123456789012:role/start" },
        }),
        other => return Reply::json_error(400, "UnknownOperationException", other),
    };
    Reply::json(&answer)
}

#[test]
fn what_starts_a_machine_is_found_on_every_page_and_kept_in_the_lock() {
    let project = Project::of(&[("guardian.yaml", AUTO)]);
    let stub = Stub::serve(account).unwrap();
    let ended = online::run(&project, &["synth", "-o", "out"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    insta::assert_snapshot!("schedules_in_the_lock", project.read("guardian.lock"));
    assert_eq!((stub.count("ListRules"), stub.count("GET /schedules")), (3, 3));
    // Only what may start a machine is read in full: one of the rules, on two pages.
    let of = |request: &Request| request.json["Rule"].clone();
    let calls = stub.calls();
    let targets = calls.iter().filter(|call| call.action == "ListTargetsByRule").map(of);
    assert_eq!(targets.collect::<Vec<_>>(), ["nightly", "nightly"]);
    // A schedule's name is unique only within its group.
    let read: Vec<_> = calls.iter().filter(|c| c.path.starts_with("/schedules/")).collect();
    let groups: Vec<_> = read.iter().map(|call| parameter(call, "groupName")).collect();
    assert_eq!(groups, [Some("shop")]);
}

#[test]
fn each_call_that_is_throttled_is_tried_again_and_finds_the_same() {
    let project = Project::of(&[("guardian.yaml", AUTO)]);
    let calm = Stub::serve(account).unwrap();
    online::run(&project, &["synth", "-o", "out"], &calm.endpoint());
    let lock = project.read("guardian.lock");

    let project = Project::of(&[("guardian.yaml", AUTO)]);
    let asked = Mutex::new(BTreeSet::new());
    let busy = Stub::serve(move |request| {
        let first = asked.lock().unwrap().insert(request.action.clone());
        // Another test throttles Step Functions.
        if first && request.service != "states" {
            return Reply::json_error(429, "ThrottlingException", "Rate exceeded");
        }
        account(request)
    })
    .unwrap();
    let ended = online::run(&project, &["synth", "-o", "out"], &busy.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(project.read("guardian.lock"), lock);
    for action in ["ListRules", "ListTargetsByRule", "GET /schedules", "GET /schedules/sync"] {
        assert_eq!(busy.count(action), calm.count(action) + 1, "{action}");
    }
}

#[test]
fn what_is_deleted_after_it_was_listed_starts_nothing() {
    let project = Project::of(&[("guardian.yaml", AUTO)]);
    let stub = Stub::serve(|request| match request.action.as_str() {
        "ListTargetsByRule" | "GET /schedules/sync" => {
            Reply::json_error(404, "ResourceNotFoundException", "does not exist")
        }
        _ => account(request),
    })
    .unwrap();
    let ended = online::run(&project, &["synth", "-o", "out"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((stub.count("ListTargetsByRule"), stub.count("GET /schedules/sync")), (1, 1));
    let lock = project.read("guardian.lock");
    assert!(lock.contains("schedules: {}"), "{lock}");
}

#[test]
fn who_may_not_look_is_told_the_action_that_is_denied_and_gets_no_lock() {
    let mut output = String::new();
    for (denied, action) in [
        ("ListRules", "events:ListRules"),
        ("ListTargetsByRule", "events:ListTargetsByRule"),
        ("GET /schedules", "scheduler:ListSchedules"),
        ("GET /schedules/sync", "scheduler:GetSchedule"),
    ] {
        let project = Project::of(&[("guardian.yaml", AUTO)]);
        let stub = Stub::serve(move |request| {
            if request.action != denied {
                return account(request);
            }
            let message = format!("User: ann is not authorized to perform: {action}");
            Reply::json_error(400, "AccessDeniedException", &message)
        })
        .unwrap();
        let ended = online::run(&project, &["synth"], &stub.endpoint());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{}", ended.all());
        assert_eq!(stub.count(denied), 1);
        assert_eq!(project.files(), ["guardian.yaml".to_owned()].into());
        output.push_str(&ended.stderr);
    }
    insta::assert_snapshot!("schedules_denied", output);
}
