//! `guardian doctor` on the artifact bucket and on a built binary.

use super::Project;
use super::online::run;
use guardian_tests::stub::{Reply, Stub};

/// The output of `doctor` for an account whose bucket answers a put like this, and the stub.
fn examined(put: fn() -> Reply) -> (String, Stub) {
    let project = Project::shop();
    project.write("bootstrap", b"#!/bin/sh\n");
    let stub = Stub::serve(move |request| match request.action.as_str() {
        "GetCallerIdentity" => Reply::query(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
        ),
        action if action.starts_with("HEAD /") => Reply::xml(200, ""),
        action if action.starts_with("PUT /") => put(),
        action if action.starts_with("DELETE /") => Reply::xml(204, ""),
        action => Reply::json_error(400, "AccessDeniedException", action),
    })
    .unwrap();
    let endpoint = stub.endpoint();
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-west-1"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    let ended = project.run(&["doctor", "--json", "--binary", "bootstrap"], &variables);
    (ended.stdout, stub)
}

/// The check of this name.
fn check<'a>(records: &'a str, name: &str) -> &'a str {
    let name = format!("\"name\":\"{name}\"");
    records.lines().find(|line| line.contains(&name)).unwrap()
}

fn deletes(stub: &Stub) -> usize {
    stub.calls().iter().filter(|call| call.action.starts_with("DELETE /")).count()
}

#[test]
fn whether_the_bucket_can_be_written_to_is_seen_and_nothing_is_left() {
    for fulfilled in [404, 412] {
        let put = match fulfilled {
            404 => || Reply::s3_error(404, "NoSuchKey", "The specified key does not exist."),
            _ => || Reply::s3_error(412, "PreconditionFailed", "It did not hold"),
        };
        let (said, stub) = examined(put);
        assert!(check(&said, "bucket").contains("can be written to"), "{said}");
        assert_eq!(deletes(&stub), 0);
    }
    let (said, _) = examined(|| Reply::s3_error(403, "AccessDenied", "Access Denied"));
    let bucket = check(&said, "bucket");
    assert!(bucket.contains("may not be written to") && bucket.contains("problem"), "{bucket}");
    // An endpoint that ignores the condition has created the object.
    let (said, stub) = examined(|| Reply::xml(200, ""));
    assert!(check(&said, "bucket").contains("can be written to"), "{said}");
    assert_eq!(deletes(&stub), 1);
}

#[test]
fn a_binary_that_would_not_start_is_found_before_a_deploy() {
    let (said, _) = examined(|| Reply::s3_error(412, "PreconditionFailed", ""));
    let binary = check(&said, "binary");
    assert!(binary.contains("problem") && binary.contains("cannot be the function"), "{binary}");
}

#[test]
fn a_log_delivery_policy_without_room_is_found_before_a_deploy() {
    let answered = |document: String| {
        let stub =
            Stub::serve(move |request| match (request.service.as_str(), request.action.as_str()) {
                ("sts", action) => Reply::query(
                    action,
                    "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
                ),
                (_, "DescribeResourcePolicies") => Reply::json(&serde_json::json!({
                    "resourcePolicies": [{
                        "policyName": "AWSLogDeliveryWrite20150319", "policyDocument": document
                    }]
                })),
                (_, action) => Reply::json_error(400, "AccessDeniedException", action),
            });
        let stub = stub.unwrap();
        let ended =
            run(&Project::shop(), &["doctor", "--json", "--region", "eu-west-1"], &stub.endpoint());
        check(&ended.stdout, "log-delivery").to_owned()
    };
    let full = answered("x".repeat(5_100));
    assert!(full.contains("warning") && full.contains("/aws/vendedlogs/states/"), "{full}");
    assert!(answered("x".repeat(400)).contains("\"ok\""));
}
