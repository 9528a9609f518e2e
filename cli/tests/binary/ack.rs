//! `guardian ack` against a scripted account: what it writes, and what it refuses.

use super::Project;
use super::table::{red_and_green, run, stacks};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::sync::Mutex;

const CONFIG: &str = "project: shop\nregion: eu-west-1\nmachines:\n  watched: [order, nightly]\n";

pub(crate) fn project() -> Project {
    Project::of(&[("guardian.yaml", CONFIG)])
}

/// An account whose partition of acknowledgements has what was put there.
pub(crate) fn account(refuses: Option<&'static str>) -> Stub {
    let table = red_and_green();
    let kept: Mutex<Option<Value>> = Mutex::new(None);
    Stub::serve(move |request: &Request| {
        let mut kept = kept.lock().unwrap();
        match request.action.as_str() {
            "GetCallerIdentity" => Reply::query(
                "GetCallerIdentity",
                "<Arn>arn:aws:sts::123456789012:assumed-role/Ops/ann@example.com</Arn>\
                 <Account>123456789012</Account>",
            ),
            "DescribeStacks" => stacks(Some("shop-dev-state")),
            "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
            "PutItem" | "DeleteItem" if refuses.is_some() => {
                let code = format!("com.amazonaws.dynamodb.v20120810#{}", refuses.unwrap());
                Reply::json_error(400, &code, "no")
            }
            "PutItem" => {
                *kept = Some(request.json["Item"].clone());
                Reply::json(&json!({}))
            }
            "DeleteItem" => {
                *kept = None;
                Reply::json(&json!({}))
            }
            "Query" if request.json["ExpressionAttributeValues"][":p"]["S"] == "a" => {
                Reply::json(&json!({"Items": kept.iter().collect::<Vec<_>>()}))
            }
            "Query" => table.query(request),
            other => Reply::json_error(400, "UnknownOperationException", other),
        }
    })
    .unwrap()
}

fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_fault_is_acknowledged_listed_and_cleared() {
    let (project, stub) = (project(), account(None));
    let words = ["ack", "order", "--for", "2h", "--why", "vendor outage", "--json"];
    let ended = run(&project, &words, &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let record: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    let said = (&record["type"], &record["key"], &record["by"], &record["action"]);
    let expected = ["acknowledgement", "order", "ann@example.com", "acknowledged"].map(Value::from);
    assert_eq!(said, (&expected[0], &expected[1], &expected[2], &expected[3]));

    let call = stub.calls().into_iter().find(|call| call.action == "PutItem").unwrap();
    let (item, at) = (&call.json["Item"], record["at_ms"].as_i64().unwrap());
    assert_eq!((&item["pk"]["S"], &item["sk"]["S"]), (&json!("a"), &json!("order")));
    assert_eq!(number(item, "ver"), at);
    assert_eq!(call.json["ExpressionAttributeValues"][":at"]["N"], at.to_string());
    let condition = call.json["ConditionExpression"].as_str().unwrap();
    assert_eq!(condition, "attribute_not_exists(#v) OR #v <= :at");
    let document: Value = serde_json::from_str(item["doc"]["S"].as_str().unwrap()).unwrap();
    let until = document["until_ms"].as_i64().unwrap();
    assert!((until - at - 7_200_000).abs() < 5_000, "{document}");
    assert_eq!(document["why"], "vendor outage");
    assert!((number(item, "expires") - until / 1_000).abs() <= 1);

    let listed = run(&project, &["ack", "--list"], &stub);
    assert!(listed.stdout.contains("order  acknowledged by ann@example.com"), "{}", listed.all());
    assert!(listed.stdout.contains("1 acknowledgement, 1 in force"), "{}", listed.all());

    let cleared = run(&project, &["ack", "order-step-function", "--clear"], &stub);
    assert_eq!(cleared.code, Some(0), "{}", cleared.all());
    let listed = run(&project, &["ack", "--list"], &stub);
    assert!(listed.stdout.contains("0 acknowledgements, 0 in force"), "{}", listed.all());
    // Clearing a second time changes nothing, and is not an error.
    let again = run(&project, &["ack", "order", "--clear"], &stub);
    assert_eq!((again.code, stub.count("DeleteItem")), (Some(0), 1), "{}", again.all());
}

#[test]
fn what_cannot_be_acknowledged_is_refused_before_anything_is_written() {
    let (project, stub) = (project(), account(None));
    for (words, code, says) in [
        (&["ack", "odrer"][..], 7, "did you mean `order`?"),
        (&["ack", "nightly"][..], 7, "it is green"),
        (&["ack", "order", "--for", "8d"][..], 64, "7d at most"),
        (&["ack", "order", "--for", "10s"][..], 64, "a minute at least"),
        (&["ack"][..], 64, "MACHINE"),
    ] {
        let ended = run(&project, words, &stub);
        assert_eq!(ended.code, Some(code), "{words:?}: {}", ended.all());
        assert!(ended.stderr.contains(says), "{words:?}: {}", ended.all());
    }
    assert_eq!(stub.count("PutItem"), 0);
}

#[test]
fn a_refused_write_says_which_permission_is_missing_or_that_another_was_faster() {
    let denied = run(&project(), &["ack", "order"], &account(Some("AccessDeniedException")));
    assert_eq!(denied.code, Some(1), "{}", denied.all());
    assert!(denied.stderr.contains("dynamodb:PutItem"), "{}", denied.all());
    let stub = account(Some("ConditionalCheckFailedException"));
    let changed = run(&project(), &["ack", "order"], &stub);
    assert_eq!(changed.code, Some(1), "{}", changed.all());
    assert!(changed.stderr.contains("changed by another person"), "{}", changed.all());
}
