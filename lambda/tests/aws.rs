//! The SDK behind the ports, over the wire: the requests, and what answers and faults become.
#![allow(clippy::unwrap_used)]

use guardian_contract::{HistoryEvent, MachineKey, Status, Step};
use guardian_lambda::aws::{Clients, clients};
use guardian_lambda::{
    Ask, BusEvent, Delivery, Fleet, Item, Key, Kind, Letters, Notice, Notifications, Point,
    Publisher, Table, Way, Write, Written,
};
use serde_json::{Value, json};
use std::time::SystemTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it was received.
struct Request {
    head: String,
    body: Vec<u8>,
}

/// Answers one request with a status line and a body, and returns the request.
async fn answer(
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
) -> (Clients, JoinHandle<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        let (head, length) = loop {
            let mut part = [0; 4_096];
            let count = socket.read(&mut part).await.unwrap();
            assert!(count > 0, "the request broke off");
            bytes.extend_from_slice(&part[..count]);
            let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(bytes.drain(..end + 4).collect()).unwrap();
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: "));
            break (head.clone(), length.unwrap().parse::<usize>().unwrap());
        };
        while bytes.len() < length {
            assert!(socket.read_buf(&mut bytes).await.unwrap() > 0, "the request broke off");
        }
        let length = body.len();
        let reply = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nsmithy-protocol: rpc-v2-cbor\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        socket.write_all(&[reply.as_bytes(), &body].concat()).await.unwrap();
        Request { head, body: bytes }
    });
    (connect(&endpoint), served)
}

fn connect(endpoint: &str) -> Clients {
    clients(|name| {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "test",
            "AWS_ENDPOINT_URL" => endpoint,
            "AWS_ENDPOINT_URL_SFN" => "",
            "GUARDIAN_TABLE" => "lights",
            "GUARDIAN_FAILURE_QUEUE_URL" => "http://queue/1/failures",
            "GUARDIAN_EVENT_RULE" => "rule",
            "GUARDIAN_HIGH_RESOLUTION" => "true",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

const BUS: &str = "arn:aws:events:us-west-2:210987654321:event-bus/central";
const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:lights";
const JSON: &str = "application/x-amz-json-1.0";
const MACHINE: &str = "arn:aws:states:eu-central-1:123456789012:stateMachine:m";

fn ask(status: Option<Status>) -> Ask<'static> {
    Ask { machine_arn: MACHINE, status, limit: 100, token: Some("next") }
}

#[tokio::test]
async fn machines_are_asked_for_a_thousand_at_a_time() {
    let page = json!({
        "stateMachines": [
            {"stateMachineArn": MACHINE, "name": "m", "type": "STANDARD", "creationDate": 1.0},
            {"stateMachineArn": "x", "name": "e", "type": "EXPRESS", "creationDate": 1.0},
        ],
        "nextToken": "more",
    });
    let (fleet, served) = answer("200 OK", JSON, page.to_string().into()).await;
    let page = fleet.list_machines(Some("token")).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("more"));
    let kinds: Vec<_> = page.items.iter().map(|m| (m.name.as_str(), m.express)).collect();
    assert_eq!(kinds, [("m", false), ("e", true)]);
    let request = served.await.unwrap();
    assert!(request.head.contains("awsstepfunctions.liststatemachines"), "{}", request.head);
    assert!(request.head.contains("/eu-central-1/states/aws4_request"), "{}", request.head);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body, json!({"maxResults": 1000, "nextToken": "token"}));
}

#[tokio::test]
async fn executions_come_with_their_times_their_redrives_and_words_we_do_not_know() {
    let page = json!({"executions": [
        {"executionArn": "a", "stateMachineArn": MACHINE, "name": "a", "status": "FAILED",
         "startDate": 1700000000.123, "stopDate": 1700000012.25, "redriveCount": 2, "redriveDate": 11.0},
        {"executionArn": "b", "stateMachineArn": MACHINE, "name": "b", "status": "PAUSED",
         "startDate": 10.0},
    ]});
    let (fleet, served) = answer("200 OK", JSON, page.to_string().into()).await;
    let page = fleet.list_executions(ask(Some(Status::TimedOut))).await.unwrap();
    let first = &page.items[0];
    assert_eq!((first.start_ms, first.stop_ms), (1_700_000_000_123, Some(1_700_000_012_250)));
    assert_eq!((first.redrive_ms, first.redrive_count), (Some(11_000), 2));
    let second = &page.items[1];
    assert_eq!((second.status.as_str(), second.stop_ms, page.next), ("PAUSED", None, None));
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    let expected = json!({"stateMachineArn": MACHINE, "statusFilter": "TIMED_OUT",
                          "maxResults": 100, "nextToken": "next"});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn faults_keep_their_code_and_are_sorted_by_what_to_do() {
    for (status, code, kind) in [
        ("400 Bad Request", "ThrottlingException", Kind::Throttled),
        ("400 Bad Request", "AccessDeniedException", Kind::Permanent),
        ("400 Bad Request", "StateMachineDoesNotExist", Kind::Gone),
        ("500 Internal Server Error", "Whatever", Kind::Transient),
    ] {
        let body = json!({"__type": format!("com.amazonaws#{code}"), "message": "said AWS"});
        let (fleet, served) = answer(status, JSON, body.to_string().into()).await;
        let error = fleet.list_executions(ask(None)).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
        assert_eq!(error.message, "said AWS");
        // One request only: the sweep decides on retries.
        served.await.unwrap();
    }
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_a_bad_moment_that_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = connect(&endpoint).list_machines(None).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (Kind::Transient, "NoAnswer"));
    assert!(error.message.contains("refused"), "{}", error.message);
}

#[tokio::test]
async fn points_go_to_the_namespace_of_the_contract() {
    let empty = b"\xbf\xff".to_vec();
    let (publisher, served) = answer("200 OK", "application/cbor", empty).await;
    let key = MachineKey::new("step1").unwrap();
    let points = [Point::status(&key, 3), Point::heartbeat(Some("shop-prod"))];
    publisher.publish(&points, SystemTime::now()).await.unwrap();
    let request = served.await.unwrap();
    assert!(request.head.contains("putmetricdata"), "{}", request.head);
    let body = String::from_utf8_lossy(&request.body).into_owned();
    for text in ["StepFunctions", "step1_Status", "Guardian_Heartbeat", "Timestamp"] {
        assert!(body.contains(text), "{text} in {body}");
    }
    // Only the heartbeat has the deployment as a dimension.
    assert_eq!(body.matches("Dimensions").count(), 1, "{body}");
    assert!(body.contains("Deployment") && body.contains("shop-prod"), "{body}");
}

#[tokio::test]
async fn a_group_is_a_second_dimension_and_a_status_has_the_resolution_that_is_asked_for() {
    let empty = b"\xbf\xff".to_vec();
    let (publisher, served) = answer("200 OK", "application/cbor", empty).await;
    let counts = guardian_contract::Counts { red: 2, ..Default::default() };
    let points: Vec<Point> = Point::counts(&counts, Some("shop-prod"), Some("payments"))
        .into_iter()
        .take(1)
        .chain([Point::status(&MachineKey::new("step1").unwrap(), 3)])
        .collect();
    publisher.publish(&points, SystemTime::now()).await.unwrap();
    let body = String::from_utf8_lossy(&served.await.unwrap().body).into_owned();
    for text in ["Guardian_Red", "Deployment", "shop-prod", "Group", "payments", "step1_Status"] {
        assert!(body.contains(text), "{text} in {body}");
    }
    assert_eq!(body.matches("StorageResolution").count(), 1, "{body}");
}

fn notice() -> Notice {
    Notice {
        subject: "RED step1".to_owned(),
        text: "line\nline\n".to_owned(),
        attributes: vec![("machine", "step1".to_owned()), ("light", "red".to_owned())],
        event: BusEvent {
            detail_type: "Guardian Light Change",
            resources: vec![MACHINE.to_owned()],
            detail: r#"{"v":1}"#.to_owned(),
        },
    }
}

#[tokio::test]
async fn events_go_to_the_bus_in_its_own_region_and_a_refused_entry_is_a_failure() {
    let reply = json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]});
    let (outbox, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    assert_eq!(outbox.notify(Way::Bus, BUS, &notice()).await.unwrap(), "e");
    let request = served.await.unwrap();
    assert!(request.head.contains("awsevents.putevents"), "{}", request.head);
    assert!(request.head.contains("/us-west-2/events/aws4_request"), "{}", request.head);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let expected = json!({"Entries": [{
        "Source": "guardian", "DetailType": "Guardian Light Change", "Resources": [MACHINE],
        "Detail": "{\"v\":1}",
        "EventBusName": "arn:aws:events:us-west-2:210987654321:event-bus/central",
    }]});
    assert_eq!(body, expected);
    for (entry, kind, code) in [
        (json!({"ErrorCode": "ThrottlingException"}), Kind::Throttled, "ThrottlingException"),
        (json!({"ErrorCode": "InternalFailure"}), Kind::Transient, "InternalFailure"),
        (
            json!({"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "no"}),
            Kind::Permanent,
            "NotAuthorizedForSourceException",
        ),
        (json!({}), Kind::Transient, "NoAnswer"),
    ] {
        let reply = json!({"FailedEntryCount": 1, "Entries": [entry]});
        let (outbox, _) = answer("200 OK", JSON, reply.to_string().into()).await;
        let error = outbox.notify(Way::Bus, BUS, &notice()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
    }
}

#[tokio::test]
async fn notices_go_to_the_topic_with_what_subscribers_filter_by() {
    let reply = b"<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult>\
                  </PublishResponse>";
    let (outbox, served) = answer("200 OK", "text/xml", reply.to_vec()).await;
    assert_eq!(outbox.notify(Way::Topic, TOPIC, &notice()).await.unwrap(), "m");
    let body = String::from_utf8(served.await.unwrap().body).unwrap();
    for text in [
        "Action=Publish",
        "123456789012%3Alights",
        "Subject=RED%20step1",
        "line%0Aline",
        "Name=machine",
        "StringValue=step1",
        "Name=light",
        "StringValue=red",
    ] {
        assert!(body.contains(text), "{text} in {body}");
    }
}

#[tokio::test]
async fn the_last_events_are_asked_for_without_the_data_and_tell_error_cause_and_state() {
    let history = json!({"events": [
        {"id": 9, "previousEventId": 8, "timestamp": 1.0, "type": "ExecutionAborted",
         "executionAbortedEventDetails": {}},
        {"id": 8, "previousEventId": 0, "timestamp": 1.0, "type": "ExecutionTimedOut",
         "executionTimedOutEventDetails": {"error": "States.Timeout"}},
        {"id": 7, "previousEventId": 6, "timestamp": 1.0, "type": "EvaluationFailed",
         "evaluationFailedEventDetails": {"state": "Sum", "error": "inner"}},
        {"id": 6, "previousEventId": 5, "timestamp": 1.0, "type": "TaskStateExited",
         "stateExitedEventDetails": {"name": "Charge"}},
        {"id": 5, "previousEventId": 4, "timestamp": 1.0, "type": "ExecutionFailed",
         "executionFailedEventDetails": {"error": "E", "cause": "C"}},
        {"id": 4, "previousEventId": 3, "timestamp": 1.0, "type": "TaskFailed",
         "taskFailedEventDetails": {"resource": "r", "resourceType": "t", "error": "inner"}},
        {"id": 3, "previousEventId": 2, "timestamp": 1.0, "type": "TaskStateEntered",
         "stateEnteredEventDetails": {"name": "Charge"}},
    ]});
    let (fleet, served) = answer("200 OK", JSON, history.to_string().into()).await;
    let events = fleet.last_events("run").await.unwrap();
    let ended = |error: Option<&str>, cause: Option<&str>| Step::Ended {
        error: error.map(str::to_owned),
        cause: cause.map(str::to_owned),
    };
    let expected = [
        (9, 8, ended(None, None)),
        (8, 0, ended(Some("States.Timeout"), None)),
        (7, 6, Step::EvaluationFailed("Sum".into())),
        (6, 5, Step::Exited("Charge".into())),
        (5, 4, ended(Some("E"), Some("C"))),
        (4, 3, Step::Other),
        (3, 2, Step::Entered("Charge".into())),
    ];
    let expected = expected.map(|(id, previous, step)| HistoryEvent { id, previous, step });
    assert_eq!(events, expected);
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    let expected = json!({"executionArn": "run", "reverseOrder": true, "maxResults": 100,
                          "includeExecutionData": false});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn items_that_did_not_succeed_are_counted_together() {
    let counts = json!({"pending": 0, "running": 0, "succeeded": 90, "failed": 4, "timedOut": 3,
                        "aborted": 2, "total": 99, "resultsWritten": 0});
    let run = json!({"mapRunArn": "m", "executionArn": "e", "status": "SUCCEEDED",
        "startDate": 1.0, "maxConcurrency": 1, "toleratedFailurePercentage": 10.0,
        "toleratedFailureCount": 9, "itemCounts": counts, "executionCounts": counts});
    let (fleet, served) = answer("200 OK", JSON, run.to_string().into()).await;
    assert_eq!(fleet.failed_items("m").await.unwrap(), 9);
    let request = served.await.unwrap();
    assert!(request.head.contains("awsstepfunctions.describemaprun"), "{}", request.head);
}

// The table.

fn stored(sort: &str, version: u64, document: &str) -> Value {
    json!({"pk": {"S": "m0"}, "sk": {"S": sort}, "ver": {"N": version.to_string()},
           "doc": {"S": document}, "other": {"S": "of another version"}})
}

fn item(sort: &str, version: u64, document: &str) -> Item {
    Item { key: Key::new("m0", sort), version, document: document.to_owned() }
}

fn write(version: Option<u64>) -> Write {
    Write { key: Key::new("m0", "pay"), version, document: Some("{}".to_owned()), expires_s: None }
}

async fn body(served: JoinHandle<Request>) -> (String, Value) {
    let request = served.await.unwrap();
    (request.head, serde_json::from_slice(&request.body).unwrap())
}

#[tokio::test]
async fn an_update_is_conditional_on_the_version_and_names_only_what_it_writes() {
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    let expiring = Write { expires_s: Some(9), ..write(Some(7)) };
    assert_eq!(table.write(&[expiring]).await.unwrap(), Written::Done);
    let (head, sent) = body(served).await;
    assert!(head.contains("dynamodb_20120810.updateitem"), "{head}");
    assert_eq!(sent["TableName"], "lights");
    assert_eq!(sent["Key"], json!({"pk": {"S": "m0"}, "sk": {"S": "pay"}}));
    assert_eq!(sent["UpdateExpression"], "SET #d = :d, #v = :v, #e = :e");
    assert_eq!(sent["ConditionExpression"], "#v = :b");
    assert_eq!(
        sent["ExpressionAttributeValues"],
        json!({":d": {"S": "{}"}, ":v": {"N": "8"}, ":b": {"N": "7"}, ":e": {"N": "9"}})
    );
    assert_eq!(sent["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    // A new record must not exist yet, and does not expire.
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    table.write(&[write(Some(0))]).await.unwrap();
    let (_, sent) = body(served).await;
    assert_eq!(sent["ConditionExpression"], "attribute_not_exists(#p)");
    assert_eq!(sent["UpdateExpression"], "SET #d = :d, #v = :v REMOVE #e");
    let names = json!({"#d": "doc", "#v": "ver", "#e": "expires", "#p": "pk"});
    assert_eq!(sent["ExpressionAttributeNames"], names);
    // A write without an expected version has no condition, and increments the version.
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    table.write(&[write(None)]).await.unwrap();
    let (_, sent) = body(served).await;
    assert_eq!(sent.get("ConditionExpression"), None);
    assert_eq!(
        sent["UpdateExpression"],
        "SET #d = :d, #v = if_not_exists(#v, :none) + :one REMOVE #e"
    );
}

#[tokio::test]
async fn a_refused_update_brings_the_record_that_is_there() {
    for (old, expected) in
        [(Some(stored("pay", 8, "{1}")), Some(item("pay", 8, "{1}"))), (None, None)]
    {
        let mut reply = json!({"__type": "com.amazonaws#ConditionalCheckFailedException",
                               "message": "The conditional request failed"});
        if let Some(old) = old {
            reply["Item"] = old;
        }
        let (table, _) = answer("400 Bad Request", JSON, reply.to_string().into()).await;
        let written = table.write(&[write(Some(7))]).await.unwrap();
        assert_eq!(written, Written::Conflict(expected));
    }
    for (code, kind) in [
        ("ProvisionedThroughputExceededException", Kind::Throttled),
        ("TransactionConflictException", Kind::Throttled),
        ("ValidationException", Kind::Permanent),
        ("ResourceNotFoundException", Kind::Gone),
        ("InternalServerError", Kind::Transient),
    ] {
        let reply = json!({"__type": format!("com.amazonaws#{code}"), "message": "said AWS"});
        let (table, _) = answer("400 Bad Request", JSON, reply.to_string().into()).await;
        let error = table.write(&[write(Some(7))]).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
    }
}

#[tokio::test]
async fn a_row_and_its_incident_are_one_transaction() {
    let incident = Write {
        key: Key::new("i1", "000#pay"),
        version: None,
        document: Some("{\"a\":1}".to_owned()),
        expires_s: Some(9),
    };
    let deleted = Write { document: None, key: Key::new("i1", "001#pay"), ..incident.clone() };
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    let writes = [write(Some(7)), incident, deleted];
    assert_eq!(table.write(&writes).await.unwrap(), Written::Done);
    let (head, sent) = body(served).await;
    assert!(head.contains("dynamodb_20120810.transactwriteitems"), "{head}");
    let items = sent["TransactItems"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["Update"]["ConditionExpression"], "#v = :b");
    assert_eq!(items[0]["Update"]["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    assert_eq!(items[1]["Update"]["Key"]["pk"], json!({"S": "i1"}));
    assert_eq!(items[1]["Update"].get("ConditionExpression"), None);
    assert_eq!(items[2]["Delete"]["Key"]["sk"], json!({"S": "001#pay"}));
}

#[tokio::test]
async fn a_cancelled_transaction_is_a_conflict_or_is_sorted_by_its_reason() {
    let cancelled = |code: &str, item: Option<Value>| {
        let mut reason = json!({"Code": code, "Message": "said AWS"});
        if let Some(item) = item {
            reason["Item"] = item;
        }
        json!({"__type": "com.amazonaws#TransactionCanceledException", "message": "cancelled",
               "CancellationReasons": [reason, {"Code": "None"}]})
    };
    let writes = [write(Some(7)), write(None)];
    let reply = cancelled("ConditionalCheckFailed", Some(stored("pay", 8, "{1}")));
    let (table, _) = answer("400 Bad Request", JSON, reply.to_string().into()).await;
    let conflict = Written::Conflict(Some(item("pay", 8, "{1}")));
    assert_eq!(table.write(&writes).await.unwrap(), conflict);
    for (code, kind) in [
        ("ThrottlingError", Kind::Throttled),
        ("ProvisionedThroughputExceeded", Kind::Throttled),
        ("TransactionConflict", Kind::Throttled),
        ("ValidationError", Kind::Permanent),
    ] {
        let reply = cancelled(code, None).to_string();
        let (table, _) = answer("400 Bad Request", JSON, reply.into()).await;
        let error = table.write(&writes).await.unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (kind, "said AWS"), "{code}");
    }
}

#[tokio::test]
async fn records_are_read_consistently_and_unprocessed_keys_come_back() {
    let reply = json!({
        "Responses": {"lights": [stored("pay", 3, "{}")]},
        "UnprocessedKeys": {"lights": {"Keys": [{"pk": {"S": "m1"}, "sk": {"S": "etl"}}]}},
    });
    let (table, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let keys = [Key::new("m0", "pay"), Key::new("m1", "etl"), Key::new("m2", "none")];
    let got = table.get(&keys).await.unwrap();
    assert_eq!((got.items, got.unprocessed), (vec![item("pay", 3, "{}")], vec![keys[1].clone()]));
    let (head, sent) = body(served).await;
    assert!(head.contains("dynamodb_20120810.batchgetitem"), "{head}");
    assert_eq!(sent["RequestItems"]["lights"]["ConsistentRead"], true);
    assert_eq!(sent["RequestItems"]["lights"]["Keys"].as_array().unwrap().len(), 3);
    // A record that is not Guardian's is an error.
    let reply = json!({"Responses": {"lights": [{"pk": {"S": "m0"}, "sk": {"S": "pay"}}]}});
    let (table, _) = answer("200 OK", JSON, reply.to_string().into()).await;
    let error = table.get(&keys[..1]).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (Kind::Permanent, "UnreadableRecord"));
}

#[tokio::test]
async fn a_partition_is_read_by_pages_behind_a_key() {
    let reply = json!({"Items": [stored("pay", 3, "{}")], "Count": 1, "ScannedCount": 1,
                       "LastEvaluatedKey": {"pk": {"S": "m0"}, "sk": {"S": "pay"}}});
    let (table, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let page = table.query("m0", Some("etl"), Some(30)).await.unwrap();
    assert_eq!((page.items, page.next.as_deref()), (vec![item("pay", 3, "{}")], Some("pay")));
    let (head, sent) = body(served).await;
    assert!(head.contains("dynamodb_20120810.query"), "{head}");
    assert_eq!(sent["ExclusiveStartKey"], json!({"pk": {"S": "m0"}, "sk": {"S": "etl"}}));
    assert_eq!((&sent["Limit"], &sent["KeyConditionExpression"]), (&json!(30), &json!("#p = :p")));
    let (table, served) = answer("200 OK", JSON, b"{\"Items\": []}".to_vec()).await;
    assert_eq!(table.query("m0", None, None).await.unwrap().next, None);
    let (_, sent) = body(served).await;
    assert_eq!((sent.get("Limit"), sent.get("ExclusiveStartKey")), (None, None));
}

// Other calls of a tick.

#[tokio::test]
async fn an_execution_is_described_and_one_that_is_not_there_is_gone() {
    let run = json!({"executionArn": "a", "stateMachineArn": MACHINE, "name": "a",
        "status": "RUNNING", "startDate": 1700000000.123, "redriveCount": 1, "redriveDate": 1700000012.25});
    let (fleet, served) = answer("200 OK", JSON, run.to_string().into()).await;
    let run = fleet.describe_execution("a").await.unwrap();
    assert_eq!((run.status.as_str(), run.start_ms), ("RUNNING", 1_700_000_000_123));
    assert_eq!((run.redrive_ms, run.redrive_count), (Some(1_700_000_012_250), 1));
    let (head, sent) = body(served).await;
    assert!(head.contains("awsstepfunctions.describeexecution"), "{head}");
    assert_eq!(sent["executionArn"], "a");
    let reply = json!({"__type": "com.amazonaws#ExecutionDoesNotExist", "message": "no"});
    let (fleet, _) = answer("400 Bad Request", JSON, reply.to_string().into()).await;
    assert_eq!(fleet.describe_execution("a").await.unwrap_err().kind, Kind::Gone);
}

#[tokio::test]
async fn tags_are_asked_for_by_the_machines_arn() {
    let reply = json!({"tags": [{"key": "team", "value": "data"}, {"key": "empty"}]});
    let (fleet, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let tags = fleet.tags(MACHINE).await.unwrap();
    assert_eq!(tags, [("team".to_owned(), "data".to_owned())].into());
    let (head, sent) = body(served).await;
    assert!(head.contains("awsstepfunctions.listtagsforresource"), "{head}");
    assert_eq!(sent["resourceArn"], MACHINE);
}

#[tokio::test]
async fn a_rule_is_enabled_disabled_or_gone() {
    for (state, enabled) in [
        ("ENABLED", true),
        ("DISABLED", false),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", true),
    ] {
        let reply = json!({"Name": "rule", "State": state}).to_string();
        let (delivery, served) = answer("200 OK", JSON, reply.into()).await;
        assert_eq!(delivery.rule_is_enabled().await.unwrap(), enabled, "{state}");
        let (head, sent) = body(served).await;
        assert!(head.contains("awsevents.describerule"), "{head}");
        assert_eq!(sent["Name"], "rule");
    }
    let reply = json!({"__type": "com.amazonaws#ResourceNotFoundException", "message": "no"});
    let (delivery, _) = answer("400 Bad Request", JSON, reply.to_string().into()).await;
    assert_eq!(delivery.rule_is_enabled().await.unwrap_err().kind, Kind::Gone);
}

#[tokio::test]
async fn dead_letters_are_received_ten_at_a_time_and_deleted_by_their_receipts() {
    let reply = json!({"Messages": [{"MessageId": "m", "ReceiptHandle": "r", "Body": "b",
                                     "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f"}]});
    let (delivery, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let letters = delivery.dead_letters(Letters::Events).await.unwrap();
    assert_eq!((letters[0].receipt.as_str(), letters[0].body.as_str()), ("r", "b"));
    let (head, sent) = body(served).await;
    assert!(head.contains("amazonsqs.receivemessage"), "{head}");
    assert_eq!(sent["QueueUrl"], "http://queue/1/failures");
    assert_eq!(sent["MaxNumberOfMessages"], 10);
    let reply = json!({"Successful": [{"Id": "0"}, {"Id": "1"}], "Failed": []});
    let (delivery, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    delivery.delete_letters(Letters::Events, &["r".to_owned(), "s".to_owned()]).await.unwrap();
    let (head, sent) = body(served).await;
    assert!(head.contains("amazonsqs.deletemessagebatch"), "{head}");
    assert_eq!(sent["Entries"][1], json!({"Id": "1", "ReceiptHandle": "s"}));
}
