//! Faults that the emulator cannot produce, on a scripted account: throttling, failed creates, stuck stacks
//! and refused calls. Each is one clear error, with its exit code.
#![allow(clippy::unwrap_used)]

use guardian_tests::project::Project;
use guardian_tests::running::Ended;
use guardian_tests::stub::account::{Bucket, Script, Step, stack_is, step};
use guardian_tests::stub::{Reply, Stub};
use serde_json::json;
use std::time::{Duration, Instant};

fn project() -> Project {
    Project::shop().unwrap()
}

fn deploy(script: Script) -> (Ended, Stub) {
    let stub = Stub::account(script).unwrap();
    let project = project().with(stub.environment());
    (project.guardian(["deploy", "--yes", "--no-sweep"]), stub)
}

const FUNCTION: &str = "AWS::Lambda::Function";
const ROLE: &str = "AWS::IAM::Role";

/// A create that works.
fn creates() -> Vec<Step> {
    vec![
        stack_is("CREATE_IN_PROGRESS"),
        step("FunctionRole", ROLE, "CREATE_IN_PROGRESS", ""),
        step("FunctionRole", ROLE, "CREATE_COMPLETE", ""),
        step("Function", FUNCTION, "CREATE_COMPLETE", ""),
        stack_is("CREATE_COMPLETE"),
    ]
}

#[test]
fn a_failed_create_names_its_root_cause_and_leaves_nothing() {
    let steps = vec![
        stack_is("CREATE_IN_PROGRESS"),
        step("FunctionRole", ROLE, "CREATE_FAILED", "API: iam:CreateRole User is not authorized"),
        step("Schedule", "AWS::Events::Rule", "CREATE_FAILED", "Resource creation cancelled"),
        stack_is("ROLLBACK_IN_PROGRESS"),
        stack_is("DELETE_COMPLETE"),
    ];
    let (ended, stub) = deploy(Script { steps, ..Script::default() });
    let ended = ended.with(4);
    assert!(ended.stderr.contains("FunctionRole"), "{}", ended.output());
    assert!(ended.stderr.contains("iam:CreateRole"), "{}", ended.output());
    assert!(!ended.stderr.contains("cancelled"), "{}", ended.output());
    let create = stub.calls().into_iter().find(|call| call.action == "CreateChangeSet").unwrap();
    assert_eq!(create.parameter("OnStackFailure"), "DELETE");
}

#[test]
fn throttling_and_pagination_never_fail_a_deploy_and_each_event_is_shown_once() {
    let (ended, stub) =
        deploy(Script { steps: creates(), throttle_one_in: Some(4), page: 2, ..Script::default() });
    let ended = ended.with(0);
    for line in ["FunctionRole", "Function "] {
        assert!(ended.stdout.contains(line), "{}", ended.stdout);
    }
    let finished = ended.stdout.lines().filter(|line| {
        let line = line.to_lowercase();
        line.contains("functionrole") && line.contains("create") && line.contains("complete")
    });
    assert!(finished.count() <= 1, "{}", ended.stdout);
    assert!(stub.count("DescribeStackEvents") > 5);
}

#[test]
fn a_change_set_that_fails_says_why_and_leaves_no_stack_in_review() {
    let reason = "Template error: resource Function does not support attribute type Nonsense";
    let (ended, stub) = deploy(Script { change_set_fails: Some(reason), ..Script::default() });
    let ended = ended.with(1);
    let said = ended.stderr.replace(['\n', '│'], " ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("does not support attribute type Nonsense"), "{said}");
    assert_eq!(stub.count("ExecuteChangeSet"), 0);
    assert_eq!(stub.count("DeleteStack"), 1);
}

#[test]
fn a_change_set_without_changes_is_success() {
    let reason = "The submitted information didn't contain changes. Submit different information \
                  to create a change set.";
    let (ended, stub) = deploy(Script {
        stack: Some("UPDATE_COMPLETE"),
        change_set_fails: Some(reason),
        ..Script::default()
    });
    let ended = ended.with(0);
    assert!(ended.stdout.contains("nothing to do"), "{}", ended.output());
    assert_eq!((stub.count("ExecuteChangeSet"), stub.count("DeleteStack")), (0, 0));
}

#[test]
fn a_stack_whose_rollback_failed_is_stuck_and_shows_its_recovery_action() {
    let (ended, stub) =
        deploy(Script { stack: Some("UPDATE_ROLLBACK_FAILED"), ..Script::default() });
    let ended = ended.with(5);
    assert!(ended.stderr.contains("continue-update-rollback"), "{}", ended.output());
    assert_eq!(stub.count("CreateChangeSet"), 0);
}

#[test]
fn a_stack_whose_first_create_failed_is_deleted_and_created() {
    let (ended, stub) =
        deploy(Script { stack: Some("ROLLBACK_COMPLETE"), steps: creates(), ..Script::default() });
    ended.with(0);
    assert_eq!((stub.count("DeleteStack"), stub.count("ExecuteChangeSet")), (1, 1));
}

#[test]
fn a_stack_with_an_operation_in_progress_is_left_alone() {
    let (ended, stub) = deploy(Script { stack: Some("UPDATE_IN_PROGRESS"), ..Script::default() });
    let ended = ended.with(1);
    assert!(ended.stderr.contains("is in progress"), "{}", ended.output());
    assert_eq!(stub.count("CreateChangeSet"), 0);
}

#[test]
fn a_bucket_of_another_account_is_refused_before_anything_is_created() {
    let (ended, stub) = deploy(Script { bucket: Bucket::Foreign, ..Script::default() });
    let ended = ended.with(1);
    assert!(ended.stderr.contains("belongs to another account"), "{}", ended.output());
    assert_eq!(stub.count("CreateChangeSet"), 0);
}

#[test]
fn without_approval_nothing_is_executed_and_the_change_set_is_deleted() {
    let stub = Stub::account(Script { steps: creates(), ..Script::default() }).unwrap();
    let ended = project().with(stub.environment()).guardian(["deploy"]).with(6);
    assert!(ended.stderr.contains("--yes"), "{}", ended.output());
    assert_eq!(stub.count("ExecuteChangeSet"), 0);
    assert!(stub.count("DeleteChangeSet") + stub.count("DeleteStack") >= 1);
}

#[test]
fn a_machine_that_cannot_be_read_does_not_hide_the_others() {
    let run = json!({
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:open-step-function:1",
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:open-step-function",
        "name": "1", "status": "SUCCEEDED", "startDate": 1_700_000_000.0,
        "stopDate": 1_700_000_060.0,
    });
    let stub = Stub::serve(move |request| match request.action.as_str() {
        "GetCallerIdentity" => Reply::query(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
        ),
        "ListExecutions" if request.json["stateMachineArn"].to_string().contains("secret") => {
            Reply::json_error(400, "AccessDeniedException", "no states:ListExecutions for you")
        }
        "ListExecutions" => Reply::json(&json!({"executions": [run]})),
        "DescribeAlarms" => Reply::empty_cbor(),
        _ => Reply::json_error(400, "AccessDeniedException", "not here"),
    })
    .unwrap();
    let project = project().with(stub.environment());
    project
        .write("guardian.yaml", "project: shop\nmachines:\n  managed: [open, secret]\n")
        .unwrap();
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    for key in ["open", "secret"] {
        project.write(&format!("definitions/{key}.json"), definition).unwrap();
    }
    let status = project.guardian(["status", "--from-api"]);
    assert!(
        status.stdout.contains("open") && status.stdout.contains("secret"),
        "{}",
        status.output()
    );
    assert!(status.stdout.contains("AccessDenied"), "{}", status.output());
}

/// Without any emulator or stub.
fn alone(variables: &[(&str, &str)]) -> Project {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let off = [
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ];
    project().with(off.iter().chain(variables).map(own).collect())
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

#[test]
fn missing_credentials_are_reported_before_anything_is_created() {
    let stub = Stub::account(Script::default()).unwrap();
    let endpoint = stub.endpoint();
    let project = alone(&[("AWS_REGION", "us-east-1"), ("AWS_ENDPOINT_URL", &endpoint)]);
    let ended = project.guardian(["deploy", "--yes"]).with(1);
    assert!(ended.stderr.contains("credentials"), "{}", ended.output());
    assert_eq!(stub.calls().len(), 0);
}

#[test]
fn a_missing_or_impossible_region_is_reported() {
    let ended = alone(&KEYS).guardian(["deploy", "--yes"]).with(1);
    assert!(ended.stderr.contains("region"), "{}", ended.output());
    let [id, secret] = KEYS;
    let misspelt = alone(&[id, secret, ("AWS_REGION", "Frankfurt")]);
    let ended = misspelt.guardian(["deploy", "--yes"]).with(7);
    assert!(ended.stderr.contains("Frankfurt"), "{}", ended.output());
    let nowhere = alone(&[id, secret, ("AWS_REGION", "eu-nowhere-1")]);
    let ended = nowhere.guardian(["deploy", "--yes"]).with(1);
    assert!(ended.stderr.contains("eu-nowhere-1"), "{}", ended.output());
}

#[test]
fn an_unreachable_endpoint_is_reported_soon() {
    let [id, secret] = KEYS;
    // The discard port: nothing listens there.
    let project = alone(&[
        id,
        secret,
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ]);
    let began = Instant::now();
    let ended = project.guardian(["deploy", "--yes"]).with(1);
    assert!(ended.stderr.contains("127.0.0.1:9"), "{}", ended.output());
    assert!(began.elapsed() < Duration::from_secs(30), "after {:?}", began.elapsed());
}
