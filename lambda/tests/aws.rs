//! The SDK behind the ports, on the wire: what is sent, and what answers and faults become.
#![allow(clippy::unwrap_used)]

use guardian_contract::{HistoryEvent, MachineKey, Status, Step};
use guardian_lambda::aws::{Clients, clients};
use guardian_lambda::{
    Ask, BusEvent, Delivery, Fleet, Item, Key, Kind, Notice, Notifications, Point, Publisher,
    Table, Way, Write, Written,
};
use serde_json::{Value, json};
use std::time::SystemTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it came.
struct Request {
    head: String,
    body: Vec<u8>,
}

/// Answers one request with a status line and a body, and gives back the request.
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
            "GUARDIAN_EVENT_RULE" => "shop-HintRule",
            "GUARDIAN_HIGH_RESOLUTION" => "true",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:lights";
const BUS: &str = "arn:aws:events:us-west-2:210987654321:event-bus/central";
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
        // One request only: what is tried again, and when, is the sweep's to say.
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
    // Of the two only the heartbeat is about a deployment.
    assert_eq!(body.matches("Dimensions").count(), 1, "{body}");
    assert!(body.contains("Deployment") && body.contains("shop-prod"), "{body}");
    // A status has the resolution of a second, as configured; nothing else has.
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

#[tokio::test]
async fn a_point_of_a_group_names_it_beside_the_deployment() {
    let empty = b"\xbf\xff".to_vec();
    let (publisher, served) = answer("200 OK", "application/cbor", empty).await;
    let points = Point::counts(&Default::default(), Some("shop"), Some("payments"));
    publisher.publish(&points[..1], SystemTime::now()).await.unwrap();
    let body = String::from_utf8_lossy(&served.await.unwrap().body).into_owned();
    for text in ["Guardian_Red", "Deployment", "Group", "payments"] {
        assert!(body.contains(text), "{text} in {body}");
    }
}

fn write(version: Option<u64>, expires_s: Option<i64>) -> Write {
    Write { key: Key::new("m1", "pay"), version, document: Some("{}".into()), expires_s }
}

fn item() -> Value {
    json!({"pk": {"S": "m1"}, "sk": {"S": "pay"}, "ver": {"N": "7"}, "doc": {"S": "{\"a\":1}"},
           "later": {"S": "of another version"}})
}

fn read_back() -> Item {
    Item { key: Key::new("m1", "pay"), version: 7, document: "{\"a\":1}".into() }
}

#[tokio::test]
async fn a_row_is_updated_under_its_version_and_other_attributes_stay() {
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    assert_eq!(table.write(&[write(Some(6), Some(9))]).await.unwrap(), Written::Done);
    let request = served.await.unwrap();
    assert!(request.head.contains("dynamodb_20120810.updateitem"), "{}", request.head);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["TableName"], "lights");
    assert_eq!(body["UpdateExpression"], "SET #d = :d, #v = :v, #e = :e");
    assert_eq!(body["ConditionExpression"], "#v = :b");
    assert_eq!(body["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    assert_eq!(body["ExpressionAttributeValues"][":v"], json!({"N": "7"}));
    assert_eq!(body["ExpressionAttributeValues"][":b"], json!({"N": "6"}));
    for (version, condition, update) in [
        (Some(0), json!("attribute_not_exists(#p)"), "SET #d = :d, #v = :v REMOVE #e"),
        (None, Value::Null, "SET #d = :d, #v = if_not_exists(#v, :none) + :one REMOVE #e"),
    ] {
        let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
        table.write(&[write(version, None)]).await.unwrap();
        let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
        assert_eq!(
            (&body["ConditionExpression"], &body["UpdateExpression"]),
            (&condition, &json!(update))
        );
    }
}

#[tokio::test]
async fn a_write_that_another_has_overtaken_gives_back_what_is_there() {
    let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    for (refusal, there) in [
        (json!({"__type": code, "message": "no", "Item": item()}), Some(read_back())),
        (json!({"__type": code, "message": "no"}), None),
    ] {
        let (table, _) = answer("400 Bad Request", JSON, refusal.to_string().into()).await;
        let written = table.write(&[write(Some(6), None)]).await.unwrap();
        assert_eq!(written, Written::Conflict(there));
    }
}

#[tokio::test]
async fn a_row_and_its_incident_are_one_transaction_whose_reasons_are_told_apart() {
    let incident = Write { key: Key::new("i1", "1#pay"), ..write(None, Some(5)) };
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    let both = [write(Some(6), None), incident];
    assert_eq!(table.write(&both).await.unwrap(), Written::Done);
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    assert_eq!(body["TransactItems"].as_array().unwrap().len(), 2);
    assert_eq!(body["TransactItems"][1]["Update"]["Key"]["pk"], json!({"S": "i1"}));
    let cancelled = |reason: Value| {
        json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
               "message": "cancelled", "CancellationReasons": [reason, {"Code": "None"}]})
    };
    let conflict = cancelled(json!({"Code": "ConditionalCheckFailed", "Item": item()}));
    let (table, _) = answer("400 Bad Request", JSON, conflict.to_string().into()).await;
    assert_eq!(table.write(&both).await.unwrap(), Written::Conflict(Some(read_back())));
    for code in ["ThrottlingError", "TransactionConflict", "ProvisionedThroughputExceeded"] {
        let refused = cancelled(json!({"Code": code, "Message": "again"}));
        let (table, _) = answer("400 Bad Request", JSON, refused.to_string().into()).await;
        assert_eq!(table.write(&both).await.unwrap_err().kind, Kind::Throttled, "{code}");
    }
    let refused = cancelled(json!({"Code": "ValidationError", "Message": "too large"}));
    let (table, _) = answer("400 Bad Request", JSON, refused.to_string().into()).await;
    assert_eq!(table.write(&both).await.unwrap_err().kind, Kind::Permanent);
}

#[tokio::test]
async fn an_incident_that_never_was_is_deleted() {
    let (table, served) = answer("200 OK", JSON, b"{}".to_vec()).await;
    table.write(&[Write { document: None, ..write(None, None) }]).await.unwrap();
    assert!(served.await.unwrap().head.contains("dynamodb_20120810.deleteitem"));
}

#[tokio::test]
async fn rows_are_read_consistently_and_what_is_not_processed_comes_back() {
    let reply = json!({
        "Responses": {"lights": [item()]},
        "UnprocessedKeys": {"lights": {"Keys": [{"pk": {"S": "m2"}, "sk": {"S": "etl"}}]}},
    });
    let (table, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let got = table.get(&[Key::new("m1", "pay"), Key::new("m2", "etl")]).await.unwrap();
    assert_eq!((got.items, got.unprocessed), (vec![read_back()], vec![Key::new("m2", "etl")]));
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    assert_eq!(body["RequestItems"]["lights"]["ConsistentRead"], true);
    let broken = json!({"Responses": {"lights": [{"pk": {"S": "m1"}, "sk": {"S": "pay"}}]}});
    let (table, _) = answer("200 OK", JSON, broken.to_string().into()).await;
    let error = table.get(&[Key::new("m1", "pay")]).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (Kind::Permanent, "UnreadableRecord"));
}

#[tokio::test]
async fn a_partition_is_read_page_by_page_behind_the_cursor() {
    let last = json!({"pk": {"S": "m1"}, "sk": {"S": "pay"}});
    let reply = json!({"Items": [item()], "Count": 1, "LastEvaluatedKey": last});
    let (table, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let page = table.query("m1", Some("etl"), Some(5)).await.unwrap();
    assert_eq!((page.items, page.next.as_deref()), (vec![read_back()], Some("pay")));
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    assert_eq!(body["KeyConditionExpression"], "#p = :p");
    assert_eq!(
        (&body["Limit"], &body["ExclusiveStartKey"]["sk"]),
        (&json!(5), &json!({"S": "etl"}))
    );
    assert_eq!(body.get("FilterExpression"), None);
}

#[tokio::test]
async fn an_execution_and_the_tags_of_a_machine_are_read() {
    let found = json!({"executionArn": "a", "stateMachineArn": MACHINE, "status": "TIMED_OUT",
        "startDate": 1.0, "stopDate": 2.5, "redriveCount": 1, "redriveDate": 2.0});
    let (fleet, _) = answer("200 OK", JSON, found.to_string().into()).await;
    let run = fleet.describe_execution("a").await.unwrap();
    assert_eq!(
        (run.status.as_str(), run.stop_ms, run.redrive_count),
        ("TIMED_OUT", Some(2_500), 1)
    );
    let tags = json!({"tags": [{"key": "team", "value": "pay"}]});
    let (fleet, served) = answer("200 OK", JSON, tags.to_string().into()).await;
    assert_eq!(fleet.tags(MACHINE).await.unwrap()["team"], "pay");
    assert!(served.await.unwrap().head.contains("listtagsforresource"));
}

#[tokio::test]
async fn the_rule_is_enabled_disabled_or_gone() {
    for (state, enabled) in [("ENABLED", true), ("DISABLED", false)] {
        let reply = json!({"Name": "shop-HintRule", "State": state});
        let (delivery, served) = answer("200 OK", JSON, reply.to_string().into()).await;
        assert_eq!(delivery.rule_is_enabled().await.unwrap(), enabled);
        let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
        assert_eq!(body, json!({"Name": "shop-HintRule"}));
    }
    let gone = json!({"__type": "ResourceNotFoundException", "message": "no rule"});
    let (delivery, _) = answer("400 Bad Request", JSON, gone.to_string().into()).await;
    assert_eq!(delivery.rule_is_enabled().await.unwrap_err().kind, Kind::Gone);
}

#[tokio::test]
async fn dead_letters_are_received_and_deleted_by_their_receipts() {
    let reply = json!({"Messages": [{"MessageId": "1", "ReceiptHandle": "r1", "Body": "b"}]});
    let (delivery, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let letters = delivery.dead_letters().await.unwrap();
    assert_eq!((letters[0].receipt.as_str(), letters[0].body.as_str()), ("r1", "b"));
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    assert_eq!(
        (&body["QueueUrl"], &body["MaxNumberOfMessages"]),
        (&json!("http://queue/1/failures"), &json!(10))
    );
    let reply = json!({"Successful": [{"Id": "0"}], "Failed": []});
    let (delivery, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    delivery.delete_letters(&["r1".into()]).await.unwrap();
    let body: Value = serde_json::from_slice(&served.await.unwrap().body).unwrap();
    assert_eq!(body["Entries"][0]["ReceiptHandle"], "r1");
}
