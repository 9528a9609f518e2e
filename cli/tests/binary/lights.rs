//! Commands that read and test lights, against a scripted account: throttling, pagination, a machine
//! that may not be read, and an alarm that acts.

use super::{Ended, HELLO, Project};
use guardian_tests::stub::cbor::time;
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:alerts";
const CONFIG: &str = "\
project: shop
region: eu-west-1
machines:
  managed: [hello, charge, secret, { name: clicks, type: EXPRESS }]
alarms:
  prefix: Pager-
  actions: { alarm: [\"arn:aws:sns:eu-west-1:123456789012:alerts\"] }
guard: { enabled: false }
dashboard: { enabled: false }
";

pub(crate) fn project() -> Project {
    Project::of(&[
        ("guardian.yaml", CONFIG),
        ("definitions/hello.json", HELLO),
        ("definitions/charge.json", HELLO),
        ("definitions/secret.json", HELLO),
        ("definitions/clicks.json", HELLO),
    ])
}

fn run(project: &Project, arguments: &[&str], stub: &Stub) -> Ended {
    let environment = stub.environment();
    let mut variables: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.extend([("NO_PROXY", "127.0.0.1"), ("AWS_REGION", "eu-west-1"), ("USER", "ann")]);
    project.run(arguments, &variables)
}

/// Seconds since the epoch, this many minutes ago.
fn ago(minutes: f64) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    // Half a minute more, so that the age stays the same while the test runs.
    now.as_secs_f64() - minutes * 60.0 - 30.0
}

pub(crate) fn execution(machine: &str, status: &str, minutes: f64) -> Value {
    let arn = format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:{minutes}");
    let mut execution = json!({
        "executionArn": arn,
        "stateMachineArn": format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}"),
        "name": minutes.to_string(),
        "status": status,
        "startDate": ago(minutes + 1.0),
    });
    if status != "RUNNING" {
        execution["stopDate"] = json!(ago(minutes));
    }
    execution
}

pub(crate) fn caller() -> Reply {
    Reply::query(
        "GetCallerIdentity",
        "<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>ann</UserId>\
         <Account>123456789012</Account>",
    )
}

fn executions(request: &Request) -> Reply {
    let arn = request.json["stateMachineArn"].as_str().unwrap();
    let runs = match arn.rsplit(':').next().unwrap() {
        "secret-step-function" => {
            let why = "User ann is not authorized to perform: states:ListExecutions";
            return Reply::json_error(400, "AccessDeniedException", why);
        }
        // So many runs are in progress that the first page of the list has no finished one.
        "charge-step-function" => match request.json["statusFilter"].as_str() {
            None => vec![execution("charge", "RUNNING", 190.0); 100],
            Some("FAILED") => vec![execution("charge", "FAILED", 125.0)],
            Some("SUCCEEDED") => vec![execution("charge", "SUCCEEDED", 60.0 * 50.0)],
            Some(_) => Vec::new(),
        },
        _ => vec![execution("hello", "SUCCEEDED", 3.0), execution("hello", "TIMED_OUT", 9.0)],
    };
    Reply::json(&json!({ "executions": runs }))
}

fn alarm(name: &str, state: &str) -> Value {
    json!({"AlarmName": name, "StateValue": state, "StateUpdatedTimestamp": time(ago(9.0))})
}

#[test]
fn the_board_waits_out_throttles_reads_every_page_and_isolates_a_machine_that_is_denied() {
    let calls = AtomicUsize::new(0);
    let stub = Stub::serve(move |request| match request.action.as_str() {
        "GetCallerIdentity" => caller(),
        "DescribeStacks" => super::table::stacks(None),
        // The first call of each kind is throttled.
        "ListExecutions" if calls.fetch_add(1, Ordering::Relaxed) == 0 => {
            Reply::json_error(400, "ThrottlingException", "Rate exceeded")
        }
        "ListExecutions" => executions(request),
        "GetExecutionHistory" => Reply::json(&json!({"events": [
            {"id": 3, "previousEventId": 2, "type": "ExecutionFailed", "timestamp": ago(125.0),
             "executionFailedEventDetails": {"error": "CardError",
                 "cause": "declined\u{1b}[2J by the bank\nat charge.py:12"}},
            {"id": 2, "previousEventId": 1, "type": "TaskStateEntered", "timestamp": ago(126.0),
             "stateEnteredEventDetails": {"name": "Charge"}},
        ]})),
        "DescribeAlarms" if request.json["NextToken"].is_null() => Reply::cbor(&json!({
            "MetricAlarms": [alarm("Pager-hello", "OK"), alarm("Pager-charge", "ALARM")],
            "NextToken": "2",
        })),
        "DescribeAlarms" => Reply::cbor(&json!({
            "MetricAlarms": [alarm("Pager-clicks", "OK"), alarm("Pager-secret", "INSUFFICIENT_DATA")],
        })),
        "GetMetricData" => Reply::cbor(&json!({"MetricDataResults": [
            {"Id": "m0_0", "Timestamps": [time(ago(4.0))], "Values": [7.0]},
            {"Id": "m0_1", "Timestamps": [time(ago(5.0))], "Values": [0.0]},
        ]})),
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap();
    let project = project();
    let ended = run(&project, &["status", "--history", "--exit-code"], &stub);
    let lines: Vec<&str> = ended.stdout.lines().filter(|l| !l.starts_with("as of ")).collect();
    insta::assert_snapshot!("board", format!("{}\n{}", lines.join("\n"), ended.stderr));
    assert_eq!(ended.code, Some(2));
    let described = stub.calls().into_iter().filter(|call| call.action == "DescribeAlarms");
    assert_eq!(described.count(), 2);

    let records = run(&project, &["status", "--json"], &stub);
    assert_eq!(records.code, Some(0), "{}", records.all());
    let records: Vec<Value> =
        records.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let secret = records.iter().find(|record| record["key"] == "secret").unwrap();
    assert!(secret["error"].as_str().unwrap().contains("AccessDenied"), "{secret}");
    assert_eq!((&secret["light"], &secret["alarm"]), (&Value::Null, &json!("INSUFFICIENT_DATA")));
}

/// An account in which setting an alarm makes its action happen.
fn paging(subscribers: &'static str) -> Stub {
    let state = Mutex::new(("OK".to_owned(), "Threshold Crossed".to_owned()));
    Stub::serve(move |request| {
        let mut state = state.lock().unwrap();
        match request.action.as_str() {
            "DescribeAlarms" => {
                let names = request.json["AlarmNames"].as_array().unwrap();
                let alarms = names.iter().map(|name| {
                    json!({"AlarmName": name, "StateValue": state.0, "StateReason": state.1,
                        "ActionsEnabled": true, "AlarmActions": [TOPIC]})
                });
                Reply::cbor(&json!({"MetricAlarms": alarms.collect::<Vec<_>>()}))
            }
            "SetAlarmState" => {
                let text = |name: &str| request.json[name].as_str().unwrap().to_owned();
                *state = (text("StateValue"), text("StateReason"));
                Reply::cbor(&json!({}))
            }
            "DescribeAlarmHistory" if state.0 == "ALARM" => {
                Reply::cbor(&json!({"AlarmHistoryItems": [{
                    "AlarmName": request.json["AlarmName"], "Timestamp": time(1_700_000_000.0),
                    "HistoryItemType": "Action",
                    "HistorySummary": format!("Successfully executed action {TOPIC}"),
                }]}))
            }
            "DescribeAlarmHistory" => Reply::cbor(&json!({"AlarmHistoryItems": []})),
            "GetCallerIdentity" => caller(),
            "ListSubscriptionsByTopic" => Reply::query(&request.action, subscribers),
            other => Reply::json_error(400, "UnknownOperationException", other),
        }
    })
    .unwrap()
}

/// An account in which ann gets the page.
pub(crate) fn heard() -> Stub {
    paging(
        "<Subscriptions><member><SubscriptionArn>arn:aws:sns:eu-west-1:123456789012:alerts:1\
         </SubscriptionArn><Protocol>email</Protocol><Endpoint>ann@example.com</Endpoint></member>\
         </Subscriptions>",
    )
}

#[test]
fn a_drill_follows_the_page_and_sets_the_alarm_back() {
    let stub = heard();
    let project = project();
    let asked = run(&project, &["drill", "hello"], &stub);
    assert_eq!(asked.code, Some(6), "{}", asked.all());
    assert_eq!(stub.count("SetAlarmState"), 0);
    let ended = run(&project, &["drill", "hello", "--yes"], &stub);
    let text = ended.all();
    let (report, _) = text.split_once(", after ").unwrap();
    insta::assert_snapshot!("drill", report);
    assert_eq!(ended.code, Some(0));
    let set = stub.calls().into_iter().filter(|call| call.action == "SetAlarmState");
    let set: Vec<Value> = set.map(|call| call.json).collect();
    assert_eq!(set.len(), 2, "{set:?}");
    assert!(set[0]["StateReason"].as_str().unwrap().starts_with("DRILL by ann"));
    assert_eq!((&set[0]["StateValue"], &set[1]["StateValue"]), (&json!("ALARM"), &json!("OK")));
}

#[test]
fn a_drill_fails_where_nobody_is_subscribed() {
    let stub = paging("<Subscriptions></Subscriptions>");
    let ended = run(&project(), &["drill", "--yes", "--json"], &stub);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    let mut records = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    let record = records.find(|record: &Value| record["type"] == "drill").unwrap();
    assert_eq!(record["told"][0]["fate"], "done");
    assert_eq!(record["told"][0]["subscriptions"]["Ok"], json!([]));
}

#[test]
fn a_proof_needs_to_be_told_what_to_run() {
    let stub = paging("");
    let ended = run(&project(), &["verify"], &stub);
    assert_eq!(ended.code, Some(7), "{}", ended.all());
    assert!(ended.stderr.contains("no machine to run"), "{}", ended.stderr);
    let project = project();
    let text = format!("{CONFIG}verify: {{ machine: helo, pass: {{}}, fail: {{}} }}\n");
    project.write("guardian.yaml", text.as_bytes());
    let ended = run(&project, &["verify"], &stub);
    assert_eq!(ended.code, Some(7), "{}", ended.all());
    assert!(ended.stderr.contains("did you mean `hello`?"), "{}", ended.stderr);
    assert!(stub.calls().is_empty());
}
