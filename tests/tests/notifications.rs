//! Notifications of a state change: the message to the topic and the event on the bus, as they
//! arrive in queues on an emulated account.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::{Aws, REGION};
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RESULT_BY_INPUT;
use guardian_tests::project::Project;
use guardian_tests::wait;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

/// The next message of a queue, taken out of it.
#[track_caller]
fn next(aws: &Aws, url: &str) -> Value {
    let message = wait::until(LIMIT, || {
        let answer = aws.json("sqs", "AmazonSQS.ReceiveMessage", &json!({"QueueUrl": url}));
        let message = answer.unwrap()["Messages"][0].clone();
        let handle = json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"].clone()});
        message.is_object().then(|| {
            aws.json("sqs", "AmazonSQS.DeleteMessage", &handle).ok();
            serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
        })
    });
    message.unwrap_or_else(|| panic!("nothing came to {url}"))
}

/// Creates the bus `lights` and a queue that receives its events; the queue's URL.
fn subscribe_to_bus(aws: &Aws, detail_types: &Value) -> String {
    aws.json("events", "AWSEvents.CreateEventBus", &json!({"Name": "lights"})).unwrap();
    let (url, arn) = aws.create_queue("routed").unwrap();
    let pattern = json!({"source": ["guardian"], "detail-type": detail_types});
    let rule =
        json!({"Name": "all", "EventBusName": "lights", "EventPattern": pattern.to_string()});
    aws.json("events", "AWSEvents.PutRule", &rule).unwrap();
    let targets = json!([{"Id": "queue", "Arn": arn}]);
    let targets = json!({"Rule": "all", "EventBusName": "lights", "Targets": targets});
    aws.json("events", "AWSEvents.PutTargets", &targets).unwrap();
    url
}

/// A queue that is subscribed to the stack's topic; its URL.
fn subscribe_to_topic(aws: &Aws) -> String {
    let (url, arn) = aws.create_queue("subscribed").unwrap();
    aws.subscribe("shop-dev-guardian", &arn).unwrap();
    url
}

/// A deployed project with one machine and no alarm actions: only the function notifies.
fn deployed(emulator: &Emulator, notifications: &str) -> Project {
    let project = Project::new().unwrap().on(emulator);
    let text = format!(
        "project: shop\nmachines: {{ managed: [import] }}\nnotifications: {notifications}\n\
         guard: {{ enabled: false }}\n"
    );
    project.write("guardian.yaml", &text).unwrap();
    project.write("definitions/import.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    project
}

#[test]
fn a_failed_execution_is_reported_to_the_topic_and_to_the_bus() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let routed = subscribe_to_bus(&aws, &json!(["Guardian Light Change"]));
    let _project = deployed(&emulator, "{ create: true, event_bus: lights }");
    let subscribed = subscribe_to_topic(&aws);

    let failed = aws.start("import-step-function", &json!({"how": "fail"})).unwrap();
    let event = next(&aws, &routed);
    let machine = format!("arn:aws:states:{REGION}:000000000000:stateMachine:import-step-function");
    assert_eq!((&event["source"], &event["resources"]), (&json!("guardian"), &json!([machine])));
    let detail = &event["detail"];
    for (name, expected) in [
        ("v", json!(1)),
        ("deployment", json!("shop-dev")),
        ("machine", json!("import")),
        ("machine_arn", json!(machine)),
        ("kind", json!("failed")),
        ("light", json!("red")),
        ("before", json!("grey")),
        ("before_ms", json!(null)),
        ("status", json!("FAILED")),
        ("execution_arn", json!(failed)),
        ("failures", json!(1)),
        ("state", json!("Bad")),
        ("error", json!("Bad")),
    ] {
        assert_eq!(detail[name], expected, "{name} of {event}");
    }
    let message = next(&aws, &subscribed);
    assert_eq!(message["Subject"], "RED import: FAILED in Bad", "{message}");

    aws.start("import-step-function", &json!({"how": "well"})).unwrap();
    let event = next(&aws, &routed);
    assert_eq!(event["detail"]["kind"], "recovered", "{event}");
    assert_eq!(next(&aws, &subscribed)["Subject"], "GREEN import: recovered");
}

#[test]
fn a_drill_goes_to_the_topic_and_the_bus_and_changes_no_light() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let routed = subscribe_to_bus(&aws, &json!(["Guardian Light Change", "Guardian Drill"]));
    let project = deployed(&emulator, "{ create: true, event_bus: lights }");
    // There is no subscription: SNS accepts the message and delivers it to no one.
    let unheard = project.guardian(["drill", "--yes"]).with(1);
    assert!(
        unheard.stdout.contains("the topic has no confirmed subscription"),
        "{}",
        unheard.output()
    );
    let first = next(&aws, &routed);

    let subscribed = subscribe_to_topic(&aws);
    let alarms = aws.alarms().unwrap();
    let asked = project.guardian(["drill"]).with(6);
    assert!(!asked.stdout.contains("accepted"), "{}", asked.output());
    let output = project.guardian(["drill", "--yes", "--json"]).with(0).stdout;
    let mut records = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(records.next().unwrap()["type"], "account", "{output}");
    let record = records.next().unwrap();
    assert_eq!((&record["type"], &record["machine"]), (&json!("sent"), &json!("import")));
    let message = next(&aws, &subscribed);
    assert_eq!(message["Subject"], "DRILL, not real: import", "{message}");
    assert_eq!(message["MessageId"], record["sent"][0]["id"]);
    assert_eq!(message["MessageAttributes"]["drill"]["Value"], "true", "{message}");
    let event = next(&aws, &routed);
    assert_eq!(event["id"], record["sent"][1]["id"], "{first} {event}");
    assert_eq!(event["detail-type"], "Guardian Drill");
    assert_eq!(
        (&event["detail"]["drill"], &event["detail"]["machine"]),
        (&json!(true), &json!("import"))
    );
    assert_eq!(aws.alarms().unwrap(), alarms);
}
