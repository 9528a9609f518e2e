//! The state table as `status`, `incidents` and `report` read it, against a scripted account: its
//! pages, its refusals, and its size.

use super::lights::{self, caller};
use super::{Ended, Project};
use guardian_contract::table::{DOCUMENT, FLEET, GENERAL, SCHEMA, SCHEMA_KEY, SWEEP, shard};
use guardian_contract::{
    Aborted, Attempt, Incident, IncidentWrite, Listed, MachineKey, Row, Rules, Run, Status, Why,
};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

const MINUTE: i64 = 60_000;
const RULES: Rules = Rules {
    aborted: Aborted::Red,
    settle_ms: 0,
    renotify_every: 0,
    topic: false,
    bus: false,
    notify_on: guardian_contract::NotifyOn::DEFAULT,
};
/// What a page of a query holds [DynamoDB API, Query].
const PAGE: usize = 1 << 20;

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// Records by partition and sort key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table(BTreeMap<String, BTreeMap<String, String>>);

impl Table {
    fn put(&mut self, partition: &str, sort: &str, document: String) {
        self.0.entry(partition.to_owned()).or_default().insert(sort.to_owned(), document);
    }

    /// A table whose last tick was half a minute ago, with these rows.
    pub(crate) fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut table = Self::default();
        table.put(GENERAL, SCHEMA_KEY, json!({"v": SCHEMA}).to_string());
        table.put(GENERAL, FLEET, json!({"tick_ms": now_ms() - MINUTE / 2}).to_string());
        table.put(GENERAL, SWEEP, json!({"round_took_ms": 20 * MINUTE}).to_string());
        for row in rows {
            table.put(shard(&row.key), row.key.as_str(), row.encode());
        }
        table
    }

    fn incident(&mut self, incident: &Incident) {
        let document = serde_json::to_string(incident).unwrap();
        self.put(&incident.partition(), &incident.sort_key(), document);
    }

    /// A page, as DynamoDB cuts it.
    pub(crate) fn query(&self, request: &Request) -> Reply {
        let text = |value: &Value| value["S"].as_str().map(str::to_owned);
        let partition = text(&request.json["ExpressionAttributeValues"][":p"]).unwrap();
        let after = text(&request.json["ExclusiveStartKey"]["sk"]).unwrap_or_default();
        let wanted = text(&request.json["ExpressionAttributeValues"][":s"]);
        let wanted = |sort: &String| wanted.as_ref().is_none_or(|wanted| wanted == sort);
        let mut items = Vec::new();
        let (mut read, mut last) = (0, None);
        let empty = BTreeMap::new();
        let records = self.0.get(&partition).unwrap_or(&empty);
        for (sort, document) in records.iter().filter(|(sort, _)| **sort > after && wanted(sort)) {
            // Names and values of the attributes.
            let size = partition.len() + sort.len() + document.len() + 21;
            if read + size > PAGE {
                last = items.last().map(|item: &Value| item["sk"]["S"].clone());
                break;
            }
            read += size;
            items.push(json!({"pk": {"S": partition}, "sk": {"S": sort}, "ver": {"N": "1"},
                DOCUMENT: {"S": document}}));
        }
        let mut answer = json!({"Items": items, "Count": items.len()});
        if let Some(last) = last {
            answer["LastEvaluatedKey"] = json!({"pk": {"S": partition}, "sk": {"S": last}});
        }
        Reply::json(&answer)
    }
}

pub(crate) fn stacks(output: Option<&str>) -> Reply {
    let output = output.map_or(String::new(), |table| {
        format!(
            "<Outputs><member><OutputKey>StateTableName</OutputKey><OutputValue>{table}\
             </OutputValue></member></Outputs>"
        )
    });
    Reply::query(
        "DescribeStacks",
        &format!(
            "<Stacks><member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/\
             1</StackId><StackName>shop-dev</StackName><CreationTime>2026-01-01T00:00:00Z\
             </CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>{output}</member></Stacks>"
        ),
    )
}

/// An account with a stack and its table.
pub(crate) fn account(table: Table) -> Stub {
    queried(move |request| table.query(request))
}

/// An account whose table answers this.
fn queried(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Stub {
    Stub::serve(move |request| match request.action.as_str() {
        "DescribeStacks" => stacks(Some("shop-dev-state")),
        "GetStackPolicy" => Reply::query("GetStackPolicy", ""),
        "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
        "Query" => answer(request),
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap()
}

pub(crate) fn run(project: &Project, arguments: &[&str], stub: &Stub) -> Ended {
    let environment = stub.environment();
    let mut variables: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.extend([("NO_PROXY", "127.0.0.1"), ("AWS_REGION", "eu-west-1"), ("USER", "ann")]);
    project.run(arguments, &variables)
}

fn project() -> Project {
    let config = "project: shop\nregion: eu-west-1\nmachines:\n  watched: [order, nightly]\n";
    Project::of(&[("guardian.yaml", config)])
}

fn records(ended: &Ended) -> Vec<Value> {
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn key(machine: &str) -> MachineKey {
    MachineKey::new(machine).unwrap()
}

/// A run that began and ended this many minutes ago.
pub(crate) fn execution(machine: &str, name: &str, status: Status, began: i64, ended: i64) -> Run {
    Run {
        arn: format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:{name}"),
        status,
        start_ms: now_ms() - began * MINUTE - MINUTE / 2,
        stop_ms: status.is_finished().then(|| now_ms() - ended * MINUTE - MINUTE / 2),
        redrive_ms: None,
        redrive_count: 0,
    }
}

/// A row as the function writes it after a list with these runs.
pub(crate) fn row(machine: &str, runs: Vec<Run>) -> Row {
    let arn = format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}");
    let mut row = Row::new(key(machine), arn, now_ms() - 9_000 * MINUTE);
    row.created_ms = Some(now_ms() - 9_000 * MINUTE);
    row.list(Listed { runs, complete: true, at_ms: now_ms() - MINUTE, ..Listed::default() });
    row.decide(&RULES, now_ms());
    row
}

/// A red machine and a green one, with an incident that is over and one that is open.
pub(crate) fn red_and_green() -> Table {
    let failed = execution("order", "c", Status::Failed, 30, 29);
    let mut order =
        row("order", vec![failed.clone(), execution("order", "a", Status::Succeeded, 90, 80)]);
    let why = Why {
        attempt: Attempt::of(&failed),
        state: Some("Charge".into()),
        error: Some("CardError".into()),
        cause: Some("declined\u{1b}[2J by the bank\nat charge.py:12".into()),
        complete: true,
    };
    let Some(IncidentWrite::Put(open)) = order.explain(why) else { panic!("no incident") };
    let nightly = row("nightly", vec![execution("nightly", "a", Status::Succeeded, 200, 190)]);
    let start_ms = now_ms() - 600 * MINUTE;
    let over = Incident {
        machine: "nightly".into(),
        machine_arn: nightly.machine_arn.clone(),
        opened_ms: start_ms,
        start_ms,
        end_ms: Some(start_ms + 410 * MINUTE),
        execution: execution("nightly", "z", Status::TimedOut, 601, 600).arn,
        status: Status::TimedOut,
        failures: 3,
        error: Some("States.Timeout".into()),
        ..open.clone()
    };
    let mut table = Table::of([order, nightly]);
    table.incident(&open);
    table.incident(&over);
    table
}

#[test]
fn the_board_is_read_from_the_table_without_a_call_to_step_functions() {
    let stub = account(red_and_green());
    let ended = run(&project(), &["status", "--history", "--exit-code"], &stub);
    let lines: Vec<&str> = ended.stdout.lines().filter(|l| !l.starts_with("as of ")).collect();
    insta::assert_snapshot!("board_of_a_table", format!("{}\n{}", lines.join("\n"), ended.stderr));
    assert_eq!(ended.code, Some(2));
    let services: Vec<String> = stub.calls().into_iter().map(|call| call.service).collect();
    assert!(!services.iter().any(|service| service == "states"), "{services:?}");
    let summary = records(&run(&project(), &["status", "--json"], &stub)).pop().unwrap();
    assert_eq!((&summary["source"], &summary["silent"]), (&json!("table"), &json!(false)));
}

#[test]
fn ten_thousand_machines_are_read_in_at_most_15_calls_and_one_for_acknowledgements_of_faults() {
    let id = "3f2b8c1e-5a77-4d0e-9b61-7c2f4e8d9a10";
    let name = |n: usize| format!("customer-invoices-{n:05}");
    let rows = |faults: bool| {
        (0..10_000).map(move |n| {
            let name = name(n);
            let runs = (0..20).map(|k| {
                let failed = faults && n % 100 == 0 && k == 0;
                let status = if failed { Status::Failed } else { Status::Succeeded };
                let began = 60 * k + 10;
                execution(&name, &format!("{id}{k:02}"), status, began, began - 5)
            });
            row(&name, runs.collect())
        })
    };
    let stub = account(Table::of(rows(true)));
    let green = account(Table::of(rows(false)));
    let names: Vec<String> = (0..10_000).map(name).collect();
    let config = format!(
        "project: shop\nregion: eu-west-1\nfunction: {{ list_burst: 2000, list_refill: 100 }}\n\
             machines:\n  watched: [{}]\n",
        names.join(", ")
    );
    let project = Project::of(&[("guardian.yaml", &config)]);
    let ended = run(&project, &["status", "--json"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let calls = |stub: &Stub| stub.calls().into_iter().map(|call| call.action).collect::<Vec<_>>();
    assert!(calls(&stub).len() <= 16, "{:?}", calls(&stub));
    assert_eq!(run(&project, &["status", "--json"], &green).code, Some(0));
    assert!(calls(&green).len() <= 15, "{:?}", calls(&green));
    let records = records(&ended);
    let summary = records.last().unwrap();
    let counts = (&summary["red"], &summary["green"], &summary["unread"]);
    assert_eq!(counts, (&json!(100), &json!(9_900), &json!(0)));
    let notes = summary["notes"].to_string();
    assert!(notes.contains("alarms are too many to read here"), "{notes}");
    assert_eq!(records[0]["alarm_unread"], true);
}

#[test]
fn what_keeps_the_table_from_being_read_is_said_with_what_to_do() {
    let of = |answer: fn() -> Reply, words: &[&str]| {
        let stub = queried(move |_| answer());
        run(&project(), words, &stub)
    };
    let denied = || {
        let message = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: \
                       dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/\
                       shop-dev-state";
        Reply::json_error(400, "com.amazon.coral.service#AccessDeniedException", message)
    };
    let missing = || {
        let code = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
        Reply::json_error(400, code, "Requested resource not found")
    };
    let newer = || {
        let item = json!({"pk": {"S": "g"}, "sk": {"S": "schema"}, "ver": {"N": "1"},
            "doc": {"S": json!({"v": SCHEMA + 1}).to_string()}});
        Reply::json(&json!({"Items": [item], "Count": 1}))
    };
    let said: Vec<String> = [denied, missing, newer]
        .into_iter()
        .flat_map(|answer: fn() -> Reply| {
            [["status", "--exit-code"], ["incidents", "--since=1d"]].map(|words| of(answer, &words))
        })
        .map(|ended| ended.all())
        .collect();
    insta::assert_snapshot!("unreadable_table", said.join("\n\n"));
    let ids = [denied, missing, newer].map(|answer: fn() -> Reply| {
        let records = records(&of(answer, &["status", "--json"]));
        records[0]["id"].as_str().unwrap().to_owned()
    });
    assert_eq!(ids, ["access-denied", "not-found", "error"]);
}

#[test]
fn a_throttled_query_is_tried_again() {
    let table = red_and_green();
    let first = std::sync::atomic::AtomicBool::new(true);
    let stub = queried(move |request| {
        if first.swap(false, std::sync::atomic::Ordering::Relaxed) {
            let code = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
            return Reply::json_error(400, code, "slow down");
        }
        table.query(request)
    });
    let ended = run(&project(), &["status", "--exit-code"], &stub);
    assert_eq!(ended.code, Some(2), "{}", ended.all());
}

#[test]
fn a_table_without_rows_yet_has_no_light_and_a_stack_without_a_table_is_read_from_step_functions() {
    let stub = account(Table::of([]));
    let ended = run(&project(), &["status", "--exit-code"], &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stdout.contains("2 machines have not been read yet"), "{}", ended.all());
    assert!(ended.stdout.contains("2 not read"), "{}", ended.all());

    let old = Stub::serve(|request| match request.action.as_str() {
        "DescribeStacks" => stacks(None),
        "GetCallerIdentity" => caller(),
        "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
        "ListExecutions" => Reply::json(&json!({"executions": [
            lights::execution("order", "SUCCEEDED", 3.0),
        ]})),
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap();
    let ended = run(&project(), &["status"], &old);
    let text = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("stack `shop-dev` has no state table yet; the lights are read from"));
    assert!(text.contains("2 green"), "{}", ended.all());
    assert_eq!(old.count("ListExecutions"), 2);
    // With --from-api the user knows this already, so the board does not mention it.
    let ended = run(&project(), &["status", "--from-api"], &old);
    assert!(!ended.stdout.contains("state table") && old.count("DescribeStacks") == 1);
    let ended = run(&project(), &["report"], &old);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    assert!(ended.stderr.contains("has no state table"), "{}", ended.stderr);
}

#[test]
fn status_shows_a_redrive_and_a_short_failure_as_the_function_does() {
    let again = Run {
        redrive_ms: Some(now_ms() - 5 * MINUTE),
        redrive_count: 1,
        ..execution("order", "b", Status::Running, 60, 0)
    };
    let redriven = vec![again, execution("order", "a", Status::Succeeded, 90, 80)];
    let long = |n: i64| execution("nightly", &format!("l{n}"), Status::Succeeded, 120, 2);
    let mut outlived: Vec<Run> = (0..110).map(long).collect();
    outlived.push(execution("nightly", "short", Status::Failed, 60, 59));
    let rows = [row("order", redriven), row("nightly", outlived)];
    for row in &rows {
        let shown = row.shown.as_ref().unwrap();
        assert_eq!(shown.light, guardian_contract::Light::Red, "{}", row.key);
    }
    let stub = account(Table::of(rows));
    let ended = run(&project(), &["status", "--json", "--exit-code"], &stub);
    assert_eq!(ended.code, Some(2), "{}", ended.all());
    let records = records(&ended);
    let of = |key: &str| records.iter().find(|record| record["key"] == key).unwrap();
    assert_eq!((&of("order")["light"], &of("order")["redriving"]), (&json!("red"), &json!(true)));
    let nightly = of("nightly");
    assert_eq!((&nightly["light"], &nightly["status"]), (&json!("red"), &json!("FAILED")));
}

#[test]
fn an_incident_that_began_long_before_the_period_is_found_by_its_end() {
    const DAY: i64 = 86_400_000;
    let at = |days: i64| now_ms() - days * DAY;
    let mut table = red_and_green();
    let of = |machine: &str, opened_ms: i64, end_ms: Option<i64>| -> Incident {
        serde_json::from_value(json!({
            "machine": machine,
            "machine_arn": format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}"),
            "opened_ms": opened_ms, "start_ms": opened_ms, "end_ms": end_ms,
            "execution": format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:1"),
            "status": "FAILED",
        }))
        .unwrap()
    };
    let second = |table: &mut Table, incident: &Incident| {
        let document = serde_json::to_string(incident).unwrap();
        table.put(&incident.end_partition().unwrap(), &incident.sort_key(), document);
    };
    // Of the first incident both records are read, of the other only the second.
    for (machine, opened, ended) in [("near", 95, 3), ("far", 300, 2)] {
        let incident = of(machine, at(opened), Some(at(ended)));
        table.incident(&incident);
        second(&mut table, &incident);
    }
    // The first record decides: one incident was corrected since, and one never was an incident.
    table.incident(&of("corrected", at(250), Some(at(120))));
    second(&mut table, &of("corrected", at(250), Some(at(1))));
    second(&mut table, &of("never", at(260), Some(at(1))));
    let stub = account(table);
    let found = records(&run(&project(), &["incidents", "--since", "7d", "--json"], &stub));
    let keys: Vec<&Value> = found.iter().map(|one| &one["key"]).collect();
    assert_eq!(keys, ["order", "nightly", "near", "far"]);
    assert_eq!(found[3]["duration_ms"], 298 * DAY);
}

#[test]
fn incidents_and_the_report_are_read_from_the_table() {
    let stub = account(red_and_green());
    let ended = run(&project(), &["incidents"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(lines[0].starts_with("✖ open    order  ") && lines[0].contains("1 failure"));
    assert_eq!(lines[1].trim(), "in Charge: CardError: declined\\u{1b}[2J by the bank");
    assert!(lines[2].contains("https://eu-west-1.console.aws.amazon.com/states/home"));
    assert!(lines[3].starts_with("● ended   nightly") && lines[3].contains("6 h 50 min"));

    let found = records(&run(&project(), &["incidents", "nightly", "--json"], &stub));
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["type"], &found[0]["open"]), (&json!("incident"), &json!(false)));
    assert_eq!(found[0]["duration_ms"], 410 * MINUTE);
    // An hour ago the other incident had already ended.
    let found = records(&run(&project(), &["incidents", "--since", "1h", "--json"], &stub));
    assert_eq!((found.len(), &found[0]["key"]), (1, &json!("order")));
    let unknown = run(&project(), &["incidents", "ordr"], &stub);
    assert_eq!(unknown.code, Some(7), "{}", unknown.all());

    let found = records(&run(&project(), &["report", "--json"], &stub));
    let kinds: Vec<_> = found.iter().map(|one| (&one["type"], &one["machine"])).collect();
    let report = &json!("report");
    let expected = [(report, &json!("nightly")), (report, &json!("order")), (report, &Value::Null)];
    assert_eq!(kinds, expected);
    assert_eq!((&found[2]["incidents"], &found[2]["open"]), (&json!(2), &json!(1)));
    assert_eq!(found[2]["median_recovery_ms"], 410 * MINUTE);
    let ended = run(&project(), &["report"], &stub);
    assert!(ended.stdout.contains("1 × CardError in Charge"), "{}", ended.all());
    let wide = |line: &str| line.chars().count() > 80;
    assert!(!ended.stdout.lines().any(wide), "{}", ended.stdout);
}
