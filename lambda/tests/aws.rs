//! The SDK behind the ports, on the wire: what is sent, and what answers and faults become.
#![allow(clippy::unwrap_used)]

use guardian_contract::{HistoryEvent, MachineKey, Status, Step};
use guardian_lambda::aws::{CloudWatch, Outbox, StepFunctions, clients};
use guardian_lambda::{
    Ask, BusEvent, Confirmations, Delayed, Fleet, Kind, Notice, Notifications, Point, Publisher,
    Way,
};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
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
) -> (StepFunctions, CloudWatch, Outbox, JoinHandle<Request>) {
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
    let (fleet, publisher, outbox) = connect(&endpoint);
    (fleet, publisher, outbox, served)
}

fn connect(endpoint: &str) -> (StepFunctions, CloudWatch, Outbox) {
    clients(|name| {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "test",
            "AWS_ENDPOINT_URL" => endpoint,
            "AWS_ENDPOINT_URL_SFN" => "",
            "GUARDIAN_TOPIC_ARN" => "arn:aws:sns:eu-central-1:123456789012:lights",
            "GUARDIAN_EVENT_BUS" => "arn:aws:events:us-west-2:210987654321:event-bus/central",
            "GUARDIAN_HINT_QUEUE_URL" => "http://queue/1/hints",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

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
    let (fleet, _, _, served) = answer("200 OK", JSON, page.to_string().into()).await;
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
    let (fleet, _, _, served) = answer("200 OK", JSON, page.to_string().into()).await;
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
        let (fleet, _, _, served) = answer(status, JSON, body.to_string().into()).await;
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
    let error = connect(&endpoint).0.list_machines(None).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (Kind::Transient, "NoAnswer"));
    assert!(error.message.contains("refused"), "{}", error.message);
}

#[tokio::test]
async fn points_go_to_the_namespace_of_the_contract() {
    let empty = b"\xbf\xff".to_vec();
    let (_, publisher, _, served) = answer("200 OK", "application/cbor", empty).await;
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
}

#[tokio::test]
async fn confirmations_go_to_the_queue_with_their_delay_and_refusals_come_back_by_position() {
    let reply = json!({
        "Successful": [{"Id": "0", "MessageId": "m", "MD5OfMessageBody": "x"}],
        "Failed": [{"Id": "1", "SenderFault": false, "Code": "InternalError"}],
    });
    let (_, _, outbox, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    let message = |body: &str| Delayed { body: body.into(), delay: Duration::from_secs(75) };
    let refused = outbox.send(&[message("a"), message("b")]).await.unwrap();
    assert_eq!(refused, [1]);
    let request = served.await.unwrap();
    assert!(request.head.contains("amazonsqs.sendmessagebatch"), "{}", request.head);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["QueueUrl"], "http://queue/1/hints");
    assert_eq!(body["Entries"][1]["MessageBody"], "b");
    assert_eq!(body["Entries"][1]["DelaySeconds"], 75);
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
    let (_, _, outbox, served) = answer("200 OK", JSON, reply.to_string().into()).await;
    assert_eq!(outbox.notify(Way::Bus, &notice()).await.unwrap(), "e");
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
        let (_, _, outbox, _) = answer("200 OK", JSON, reply.to_string().into()).await;
        let error = outbox.notify(Way::Bus, &notice()).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
    }
}

#[tokio::test]
async fn notices_go_to_the_topic_with_what_subscribers_filter_by() {
    let reply = b"<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult>\
                  </PublishResponse>";
    let (_, _, outbox, served) = answer("200 OK", "text/xml", reply.to_vec()).await;
    assert_eq!(outbox.notify(Way::Topic, &notice()).await.unwrap(), "m");
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
    let (fleet, _, _, served) = answer("200 OK", JSON, history.to_string().into()).await;
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
    let (fleet, _, _, served) = answer("200 OK", JSON, run.to_string().into()).await;
    assert_eq!(fleet.failed_items("m").await.unwrap(), 9);
    let request = served.await.unwrap();
    assert!(request.head.contains("awsstepfunctions.describemaprun"), "{}", request.head);
}
