//! Operations of any initiator: followed, cancelled, recovered, and drift detection, on an emulated
//! account with operations that last until a test ends them.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::Aws;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::proxy::{Decision, Proxy, Stage};
use guardian_tests::wait;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const STACK: &str = "elsewhere";
const LIMIT: Duration = Duration::from_secs(30);

/// A queue, and a wait condition whose signal does not come by itself.
fn template(version: &str, waits: bool) -> String {
    let mut resources = json!({
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {
            "Tags": [{"Key": "version", "Value": version}]}},
    });
    if waits {
        resources["Approval"] = json!({
            "Type": "AWS::CloudFormation::WaitCondition",
            "DependsOn": "Queue",
            "CreationPolicy": {"ResourceSignal": {"Timeout": "PT5M"}},
        });
        resources["After"] = json!({"Type": "AWS::SQS::Queue", "DependsOn": "Approval"});
    }
    json!({ "Resources": resources }).to_string()
}

#[track_caller]
fn begins(aws: &Aws, action: &str, template: &str) {
    aws.cloudformation(action, &[("StackName", STACK), ("TemplateBody", template)]).unwrap();
}

fn status(aws: &Aws) -> String {
    let stacks = aws.stacks().unwrap();
    stacks
        .into_iter()
        .find(|(name, _)| name == STACK)
        .map_or_else(String::new, |(_, status)| status)
}

/// Waits until the stack waits for its signal.
#[track_caller]
fn waits(aws: &Aws) {
    let events = || aws.cloudformation("DescribeStackEvents", &[("StackName", STACK)]).unwrap();
    let there = wait::until(LIMIT, || events().contains("Approval").then_some(()));
    assert!(there.is_some(), "{}", events());
}

fn signals(aws: &Aws) {
    let parameters = [
        ("StackName", STACK),
        ("LogicalResourceId", "Approval"),
        ("UniqueId", "1"),
        ("Status", "SUCCESS"),
    ];
    aws.cloudformation("SignalResource", &parameters).unwrap();
}

#[track_caller]
fn comes_to(aws: &Aws, wanted: &str) {
    let there = wait::until(LIMIT, || (status(aws) == wanted).then_some(()));
    assert!(there.is_some(), "it is {}, not {wanted}", status(aws));
}

#[test]
fn an_operation_of_another_initiator_is_followed_to_its_end() {
    let emulator = Emulator::start().unwrap();
    let (aws, project) = (emulator.aws(), Project::new().unwrap().on(&emulator));
    begins(&aws, "CreateStack", &template("1", true));
    waits(&aws);
    let attached = project.start(["attach", "--stack-name", STACK]).unwrap();
    attached.wait_for("Queue");
    signals(&aws);
    let ended = attached.wait().with(0);
    for words in ["Queue", "create complete", "create in progress since"] {
        assert!(ended.output().contains(words), "{}", ended.output());
    }
    let again = project.guardian(["attach", "--stack-name", STACK]).with(0);
    assert!(again.stdout.contains("No operation is in progress"), "{}", again.output());
    project.guardian(["attach", "--stack-name", "nowhere"]).with(1);
}

#[test]
fn a_first_create_is_cancelled_by_deleting_it() {
    let emulator = Emulator::start().unwrap();
    let (aws, project) = (emulator.aws(), Project::new().unwrap().on(&emulator));
    let before = aws.inventory().unwrap();
    begins(&aws, "CreateStack", &template("1", true));
    waits(&aws);
    project.guardian(["cancel", "--stack-name", STACK]).with(6);
    assert_eq!(status(&aws), "CREATE_IN_PROGRESS");
    let cancelled = project.guardian(["cancel", "--yes", "--stack-name", STACK]).with(0);
    assert!(cancelled.stdout.contains("nothing of it remains"), "{}", cancelled.output());
    assert_eq!(aws.inventory().unwrap(), before);
}

#[test]
fn a_cancelled_update_rolls_back_and_its_followers_see_it() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.endpoint()).unwrap();
    let (aws, project) = (emulator.aws(), Project::new().unwrap().with(proxy.environment()));
    begins(&aws, "CreateStack", &template("1", false));
    comes_to(&aws, "CREATE_COMPLETE");
    begins(&aws, "UpdateStack", &template("2", true));
    waits(&aws);
    let attached = project.start(["attach", "--stack-name", STACK]).unwrap();
    attached.wait_for("Queue");
    let asked = Arc::new(AtomicBool::new(false));
    let knows = Arc::clone(&asked);
    proxy.watch(move |_, moment, request| {
        let done = moment == Stage::Answered && request.action == "CancelUpdateStack";
        knows.fetch_or(done, Ordering::Relaxed);
        Decision::Forward
    });
    let cancel = project.start(["cancel", "--yes", "--stack-name", STACK]).unwrap();
    let known = wait::until(LIMIT, || asked.load(Ordering::Relaxed).then_some(()));
    assert!(known.is_some(), "{}", cancel.output());
    // The emulator rolls an update back between two resources, not while one waits.
    signals(&aws);
    let cancelled = cancel.wait().with(0);
    assert!(cancelled.stdout.contains("it is as before the update"), "{}", cancelled.output());
    attached.wait().with(4);
    assert_eq!(status(&aws), "UPDATE_ROLLBACK_COMPLETE");
    let refused = project.guardian(["cancel", "--yes", "--stack-name", STACK]).with(1);
    assert!(refused.stderr.contains("cannot be cancelled"), "{}", refused.output());
}

#[test]
fn a_stack_whose_first_create_failed_is_recovered_by_deleting_it() {
    let emulator = Emulator::start().unwrap();
    let (aws, project) = (emulator.aws(), Project::new().unwrap().on(&emulator));
    let before = aws.inventory().unwrap();
    let well = project.guardian(["recover", "--yes", "--stack-name", STACK]).with(0);
    assert!(well.stdout.contains("does not exist"), "{}", well.output());
    // The signal reports a failure.
    begins(&aws, "CreateStack", &template("1", true));
    waits(&aws);
    let parameters = [
        ("StackName", STACK),
        ("LogicalResourceId", "Approval"),
        ("UniqueId", "1"),
        ("Status", "FAILURE"),
    ];
    aws.cloudformation("SignalResource", &parameters).unwrap();
    comes_to(&aws, "ROLLBACK_COMPLETE");
    project.guardian(["recover", "--stack-name", STACK]).with(6);
    let recovered = project.guardian(["recover", "--yes", "--stack-name", STACK]).with(0);
    assert!(
        recovered.stdout.contains("is deleted; `guardian deploy` can continue"),
        "{}",
        recovered.output()
    );
    assert_eq!(aws.inventory().unwrap(), before);
}

#[test]
fn an_empty_stack_left_by_a_change_set_is_recovered_by_deleting_it() {
    let emulator = Emulator::start().unwrap();
    let (aws, project) = (emulator.aws(), Project::new().unwrap().on(&emulator));
    let body = template("1", false);
    let parameters = [
        ("StackName", STACK),
        ("TemplateBody", &body),
        ("ChangeSetName", "other"),
        ("ChangeSetType", "CREATE"),
    ];
    aws.cloudformation("CreateChangeSet", &parameters).unwrap();
    comes_to(&aws, "REVIEW_IN_PROGRESS");
    // It has a change set of another tool, which stays.
    let kept = project.guardian(["recover", "--yes", "--stack-name", STACK]);
    assert!(kept.stdout.contains("1 change set waits"), "{}", kept.output());
    assert_eq!(status(&aws), "REVIEW_IN_PROGRESS");
    aws.cloudformation("DeleteChangeSet", &parameters[..3]).unwrap();
    project.guardian(["recover", "--yes", "--stack-name", STACK]).with(0);
    assert_eq!(status(&aws), "");
}

#[test]
fn manual_changes_are_found_and_shown() {
    let emulator = Emulator::start().unwrap();
    let (aws, project) = (emulator.aws(), Project::shop().unwrap().on(&emulator));
    project.guardian(["deploy", "--yes", "--no-sweep"]).with(0);
    let none = project.guardian(["drift"]);
    assert!(matches!(none.code, Some(0 | 3)), "{}", none.output());
    let groups = aws.inventory().unwrap().into_iter().find(|(kind, _)| *kind == "log groups");
    let group = groups.unwrap().1.into_iter().find(|name| name.contains("import")).unwrap();
    let change = json!({"logGroupName": group, "retentionInDays": 7});
    aws.json("logs", "Logs_20140328.PutRetentionPolicy", &change).unwrap();
    let found = project.guardian(["drift"]).with(2);
    assert!(found.stdout.contains("ImportMachineLogGroup"), "{}", found.output());
    assert!(found.stdout.contains("was changed"), "{}", found.output());
    let records = project.guardian(["drift", "--json"]).with(2).stdout;
    let records = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let drifted: Vec<Value> = records.filter(|record| record["type"] == "drift").collect();
    assert!(drifted.iter().any(|d| d["logical_id"] == "ImportMachineLogGroup"), "{drifted:?}");
}
