//! A deploy whose answer to ExecuteChangeSet is lost: the SDK's second attempt is refused, and the change set
//! itself says whether it is executed.

use super::online::run;
use super::{Ended, Project};
use guardian_tests::binaries;
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::json;
use std::sync::{Arc, Mutex};

const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/1";
const SET: &str = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/set/1";

/// What happens at the execution, and what is known after it.
#[derive(Debug, Clone, Copy)]
struct Script {
    /// Whether the first attempt is carried out, though its answer is an error.
    carried_out: bool,
    /// The change set's status after the first attempt.
    execution: &'static str,
}

#[derive(Debug, Default)]
struct State {
    attempts: usize,
    /// Reads of the stack since it was executed.
    reads: usize,
}

fn event(number: usize, id: &str, kind: &str, status: &str) -> String {
    // Events of an emulator, and the first ones of AWS, have no token.
    format!(
        "<member><StackId>{STACK}</StackId><EventId>{number}</EventId><StackName>shop-dev</StackName>\
         <LogicalResourceId>{id}</LogicalResourceId><PhysicalResourceId>{STACK}</PhysicalResourceId>\
         <ResourceType>{kind}</ResourceType><Timestamp>2026-01-01T00:00:{number:02}Z</Timestamp>\
         <ResourceStatus>{status}</ResourceStatus></member>"
    )
}

fn cloudformation(script: Script, state: &mut State, request: &Request) -> Reply {
    let action = request.action.as_str();
    let executed = script.carried_out && state.attempts > 0;
    let stack_type = "AWS::CloudFormation::Stack";
    let result = match action {
        "DescribeStacks" => {
            state.reads += usize::from(executed);
            let status = match (executed, state.reads) {
                (false, _) => "CREATE_COMPLETE",
                (true, ..=1) => "UPDATE_IN_PROGRESS",
                (true, _) => "UPDATE_COMPLETE",
            };
            format!(
                "<Stacks><member><StackId>{STACK}</StackId><StackName>shop-dev</StackName>\
                 <CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>{status}\
                 </StackStatus></member></Stacks>"
            )
        }
        "DescribeStackEvents" => {
            let mut events = vec![event(1, "shop-dev", stack_type, "CREATE_COMPLETE")];
            if state.reads > 0 {
                events.push(event(2, "shop-dev", stack_type, "UPDATE_IN_PROGRESS"));
            }
            if state.reads > 1 {
                events.push(event(3, "Function", "AWS::Lambda::Function", "UPDATE_COMPLETE"));
                events.push(event(4, "shop-dev", stack_type, "UPDATE_COMPLETE"));
            }
            events.reverse();
            format!("<StackEvents>{}</StackEvents>", events.concat())
        }
        "CreateChangeSet" => format!("<Id>{SET}</Id><StackId>{STACK}</StackId>"),
        "DescribeChangeSet" => {
            let execution = if state.attempts > 0 { script.execution } else { "AVAILABLE" };
            format!(
                "<ChangeSetId>{SET}</ChangeSetId><StackId>{STACK}</StackId><StackName>shop-dev\
                 </StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>{execution}\
                 </ExecutionStatus><Changes><member><Type>Resource</Type><ResourceChange><Action>\
                 Modify</Action><LogicalResourceId>Function</LogicalResourceId><ResourceType>\
                 AWS::Lambda::Function</ResourceType></ResourceChange></member></Changes>"
            )
        }
        "ExecuteChangeSet" => {
            state.attempts += 1;
            return match state.attempts {
                1 => Reply::query_error(500, "InternalFailure", "the answer was lost"),
                _ => Reply::query_error(
                    400,
                    "InvalidChangeSetStatus",
                    "ChangeSet cannot be executed in its current status",
                ),
            };
        }
        "GetTemplate" => "<TemplateBody>{}</TemplateBody>".to_owned(),
        _ => String::new(),
    };
    Reply::query(action, &result)
}

fn deploy(script: Script) -> (Ended, Stub) {
    let project = Project::shop();
    project.write("bootstrap", &binaries::smallest());
    let state = Arc::new(Mutex::new(State::default()));
    let stub = Stub::serve(move |request| match request.service.as_str() {
        "cloudformation" => cloudformation(script, &mut state.lock().unwrap(), request),
        "s3" => Reply::xml(200, ""),
        "sts" => Reply::query(
            &request.action,
            "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
        ),
        _ => Reply::json(&json!({ "result": "OK", "diagnostics": [] })),
    });
    let stub = stub.unwrap();
    let words = ["deploy", "--yes", "--no-sweep", "--binary", "bootstrap", "--region", "eu-west-1"];
    (run(&project, &words, &stub.endpoint()), stub)
}

#[test]
fn a_change_set_that_says_it_is_executed_is_followed_to_its_end() {
    for execution in ["EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"] {
        let (ended, stub) = deploy(Script { carried_out: true, execution });
        assert_eq!(ended.code, Some(0), "{execution}: {}", ended.all());
        assert_eq!(stub.count("ExecuteChangeSet"), 2);
        assert!(ended.stdout.contains("update complete"), "{}", ended.all());
        assert!(!ended.all().contains("stale"), "{}", ended.all());
    }
}

#[test]
fn a_change_set_that_says_it_is_not_executed_is_stale_and_nothing_was_changed() {
    let (ended, stub) = deploy(Script { carried_out: false, execution: "OBSOLETE" });
    assert_eq!(ended.code, Some(6), "{}", ended.all());
    assert_eq!(stub.count("ExecuteChangeSet"), 2);
    assert!(ended.stderr.contains("is stale; nothing was changed"), "{}", ended.stderr);
}
