//! A scripted AWS account: one stack, whose events a test lists, and a bucket. Each read of the events
//! shows one more; nothing waits.

use super::{Reply, Request, Stub};
use crate::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const STACK_ARN: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack";

/// The account's content, and the events to come.
#[derive(Debug, Clone)]
pub struct Script {
    /// The stack's status at the start; `None` if there is no stack.
    pub stack: Option<&'static str>,
    /// Why the change set fails; `None` if it can be executed.
    pub change_set_fails: Option<&'static str>,
    /// The answer of DescribeEvents for a failed change set: XML of its events.
    pub validation: &'static str,
    /// The events after the change set is executed: one more with each read.
    pub steps: Vec<Step>,
    /// The stack's status after the last step.
    pub ends: &'static str,
    /// Where the operation waits for the test.
    pub gate: Gate,
    /// Every n-th call to CloudFormation is throttled.
    pub throttle_one_in: Option<usize>,
    /// Number of events on a page.
    pub page: usize,
    /// Owner of the artifact bucket.
    pub bucket: Bucket,
}

/// Holds an operation until a test opens it.
#[derive(Debug, Clone)]
pub struct Gate(Arc<AtomicUsize>);

impl Gate {
    /// Holds it after this number of steps.
    pub fn after(steps: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(steps)))
    }

    /// Lets the operation finish.
    pub fn open(&self) {
        self.0.store(usize::MAX, Ordering::Relaxed);
    }
}

/// Owner of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// The bucket does not exist.
    Missing,
    /// This account.
    Ours,
    /// Another account.
    Foreign,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            stack: None,
            change_set_fails: None,
            validation: "",
            steps: Vec::new(),
            ends: "CREATE_COMPLETE",
            gate: Gate::after(usize::MAX),
            throttle_one_in: None,
            page: 100,
            bucket: Bucket::Ours,
        }
    }
}

/// An event of the stack.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Logical id; empty for the stack itself.
    pub id: &'static str,
    /// Type of the resource.
    pub kind: &'static str,
    /// Its new status.
    pub status: &'static str,
    /// CloudFormation's reason; may be empty.
    pub reason: &'static str,
}

/// An event of a resource.
pub const fn step(
    id: &'static str,
    kind: &'static str,
    status: &'static str,
    reason: &'static str,
) -> Step {
    Step { id, kind, status, reason }
}

/// An event of the stack itself.
pub const fn stack_is(status: &'static str) -> Step {
    step("", "AWS::CloudFormation::Stack", status, "")
}

/// The account's present state.
#[derive(Debug, Default)]
struct State {
    stack: Option<&'static str>,
    name: String,
    token: String,
    executed: bool,
    deleted: bool,
    shown: usize,
    calls: usize,
    bucket: bool,
}

impl Stub {
    /// Serves an account with this script.
    pub fn account(script: Script) -> Result<Self, Error> {
        let state = State {
            stack: script.stack,
            bucket: script.bucket == Bucket::Ours,
            ..State::default()
        };
        let state = Mutex::new(state);
        Self::serve(move |request| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            match request.service.as_str() {
                "cloudformation" => cloudformation(&script, &mut state, request),
                "s3" => s3(&script, &mut state, request),
                "sts" => Reply::query(
                    &request.action,
                    "<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>ann</UserId>\
                     <Account>123456789012</Account>",
                ),
                "states" => Reply::json(&serde_json::json!({"stateMachines": []})),
                service => Reply::json_error(
                    400,
                    "UnknownOperationException",
                    &format!("the script has no {service}"),
                ),
            }
        })
    }
}

fn cloudformation(script: &Script, state: &mut State, request: &Request) -> Reply {
    state.calls += 1;
    if script.throttle_one_in.is_some_and(|n| state.calls.is_multiple_of(n)) {
        return Reply::query_error(400, "Throttling", "Rate exceeded");
    }
    let action = request.action.as_str();
    let stack = request.parameter("StackName");
    if state.name.is_empty() && !stack.is_empty() && !stack.starts_with("arn:") {
        stack.clone_into(&mut state.name);
    }
    let id = format!("{STACK_ARN}/{}/1", state.name);
    let set = format!("{}/set/1", STACK_ARN.replace(":stack", ":changeSet"));
    // A deleted stack can be read by its ARN.
    let gone = state.stack.is_none() && !(stack.starts_with("arn:") && known(state));
    let missing = || {
        let message = format!("Stack with id {stack} does not exist");
        Reply::query_error(400, "ValidationError", &message)
    };
    match action {
        "DescribeStacks" | "DescribeStackEvents" if gone => missing(),
        "DescribeStacks" => Reply::query(
            action,
            &format!(
                "<Stacks><member><StackId>{id}</StackId><StackName>{}</StackName>\
                 <CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>{}\
                 </StackStatus></member></Stacks>",
                state.name,
                state.stack.unwrap_or("DELETE_COMPLETE")
            ),
        ),
        "DescribeStackEvents" => Reply::query(action, &events(script, state, request, &id)),
        "CreateChangeSet" => {
            state.stack = state.stack.or(Some("REVIEW_IN_PROGRESS"));
            Reply::query(action, &format!("<Id>{set}</Id><StackId>{id}</StackId>"))
        }
        "DescribeChangeSet" => {
            let (status, execution) = match script.change_set_fails {
                Some(_) => ("FAILED", "UNAVAILABLE"),
                None => ("CREATE_COMPLETE", "AVAILABLE"),
            };
            let reason = script.change_set_fails.unwrap_or_default();
            let changes = "<member><Type>Resource</Type><ResourceChange><Action>Add</Action>\
                           <LogicalResourceId>Function</LogicalResourceId><ResourceType>\
                           AWS::Lambda::Function</ResourceType></ResourceChange></member>";
            Reply::query(
                action,
                &format!(
                    "<ChangeSetId>{set}</ChangeSetId><StackId>{id}</StackId><StackName>{}\
                     </StackName><Status>{status}</Status><StatusReason>{reason}</StatusReason>\
                     <ExecutionStatus>{execution}</ExecutionStatus><Changes>{changes}</Changes>",
                    state.name
                ),
            )
        }
        "DescribeEvents" => Reply::query(
            action,
            &format!("<OperationEvents>{}</OperationEvents>", script.validation),
        ),
        "ExecuteChangeSet" => {
            request.parameter("ClientRequestToken").clone_into(&mut state.token);
            state.executed = true;
            let is_new = state.stack == Some("REVIEW_IN_PROGRESS");
            state.stack = Some(if is_new { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" });
            Reply::query(action, "")
        }
        "ListChangeSets" => Reply::query(action, "<Summaries></Summaries>"),
        "DeleteStack" => {
            state.stack = None;
            state.deleted = true;
            Reply::query(action, "")
        }
        "ListStackResources" => {
            // A rollback has deleted what a failed create made.
            let deleted = state.stack == Some("ROLLBACK_COMPLETE");
            let status = |s: &Step| if deleted { "DELETE_COMPLETE" } else { s.status };
            let rows = script.steps.iter().filter(|s| !s.id.is_empty()).map(|s| {
                format!(
                    "<member><LogicalResourceId>{}</LogicalResourceId><ResourceType>{}\
                     </ResourceType><ResourceStatus>{}</ResourceStatus><ResourceStatusReason>{}\
                     </ResourceStatusReason></member>",
                    s.id,
                    s.kind,
                    status(s),
                    s.reason
                )
            });
            let rows: String = rows.collect();
            Reply::query(
                action,
                &format!("<StackResourceSummaries>{rows}</StackResourceSummaries>"),
            )
        }
        "GetTemplate" => Reply::query(action, "<TemplateBody>{}</TemplateBody>"),
        _ => Reply::query(action, ""),
    }
}

/// Whether there was a stack.
fn known(state: &State) -> bool {
    state.executed || state.deleted
}

/// A page of events, newest first; each first page shows one more event.
fn events(script: &Script, state: &mut State, request: &Request, id: &str) -> String {
    let from: usize = request.parameter("NextToken").parse().unwrap_or(0);
    if state.executed && from == 0 {
        let gate = script.gate.0.load(Ordering::Relaxed);
        state.shown = (state.shown + 1).min(script.steps.len()).min(gate);
        if state.shown == script.steps.len() {
            state.stack = Some(script.ends).filter(|status| *status != "DELETE_COMPLETE");
        }
    }
    let shown = script.steps.iter().enumerate().take(state.shown).rev();
    let rows = shown.skip(from).take(script.page).map(|(number, step)| {
        let (logical, physical) =
            if step.id.is_empty() { (state.name.as_str(), id) } else { (step.id, step.id) };
        format!(
            "<member><StackId>{id}</StackId><EventId>event-{number}</EventId><StackName>{}\
             </StackName><LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>\
             {physical}</PhysicalResourceId><ResourceType>{}</ResourceType>\
             <Timestamp>2026-01-01T00:{:02}:{:02}Z</Timestamp><ResourceStatus>{}\
             </ResourceStatus><ResourceStatusReason>{}</ResourceStatusReason>\
             <ClientRequestToken>{}</ClientRequestToken></member>",
            state.name,
            step.kind,
            number / 60 % 60,
            number % 60,
            step.status,
            step.reason,
            state.token
        )
    });
    let rows: String = rows.collect();
    let next = from + script.page;
    let more = next < state.shown;
    let token = if more { format!("<NextToken>{next}</NextToken>") } else { String::new() };
    format!("<StackEvents>{rows}</StackEvents>{token}")
}

fn s3(script: &Script, state: &mut State, request: &Request) -> Reply {
    let foreign = script.bucket == Bucket::Foreign;
    let create = request.action.starts_with("PUT /") && !request.path.contains(['?', '.']);
    if foreign {
        return match request.action.starts_with("PUT /") {
            true => Reply::s3_error(409, "BucketAlreadyExists", "The name is not available."),
            false => Reply::s3_error(403, "AccessDenied", "Access Denied"),
        };
    }
    if create {
        state.bucket = true;
    }
    if !state.bucket {
        return Reply::s3_error(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    Reply::xml(200, "")
}
