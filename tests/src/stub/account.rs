//! An account over the wire: the model of CloudFormation with a script, and a bucket. Its clock advances by
//! a second with each read of the events, so each read shows one more; nothing waits.

use super::{Reply, Request, Stub};
use crate::Error;
use crate::cloudformation::{Answer, CloudFormation, Event, page};
pub use crate::cloudformation::{Step, stack_is, step};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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
pub struct Gate(Arc<AtomicI64>);

impl Gate {
    /// Holds it after this number of steps.
    pub fn after(steps: i64) -> Self {
        Self(Arc::new(AtomicI64::new(steps)))
    }

    /// Lets the operation finish.
    pub fn open(&self) {
        self.0.store(i64::MAX, Ordering::Relaxed);
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
            gate: Gate::after(i64::MAX),
            throttle_one_in: None,
            page: 100,
            bucket: Bucket::Ours,
        }
    }
}

/// The account's present state.
#[derive(Debug, Default)]
struct State {
    model: CloudFormation,
    /// The status of a stack that a call is yet to name.
    unnamed: Option<&'static str>,
    clock: i64,
    calls: usize,
    bucket: bool,
}

impl Stub {
    /// Serves an account with this script.
    pub fn account(script: Script) -> Result<Self, Error> {
        let mut state = State {
            unnamed: script.stack,
            bucket: script.bucket == Bucket::Ours,
            ..State::default()
        };
        state.model.script = Some(script.steps.clone());
        state.model.change_set_fails = script.change_set_fails;
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
    match answer(script, state, request) {
        Ok(result) => Reply::query(&request.action, &result),
        Err(refusal) => Reply::query_error(400, refusal.code, &escaped(&refusal.message)),
    }
}

/// The result of a call, as XML.
fn answer(script: &Script, state: &mut State, request: &Request) -> Answer<String> {
    let State { model, unnamed, clock, .. } = state;
    let [stack, change_set, token, next] =
        ["StackName", "ChangeSetName", "ClientRequestToken", "NextToken"]
            .map(|name| request.parameter(name));
    let named = !stack.is_empty() && !stack.starts_with("arn:");
    if let Some(status) = unnamed.take_if(|_| named) {
        model.put(stack, status, &Value::Null);
    }
    Ok(match request.action.as_str() {
        "DescribeStacks" => {
            let found = model.stack(stack)?;
            format!(
                "<Stacks><member><StackId>{}</StackId><StackName>{}</StackName><CreationTime>{}\
                 </CreationTime><StackStatus>{}</StackStatus></member></Stacks>",
                found.id,
                found.name,
                time(found.created),
                found.status
            )
        }
        "DescribeStackEvents" => {
            let open = *clock < script.gate.0.load(Ordering::Relaxed);
            *clock += i64::from(next.is_empty() && model.has_steps() && open);
            model.advance(*clock);
            let events = model.stack(stack)?.events.iter().rev();
            let (events, next) = page(events.map(member), next, script.page);
            let next = next.map(|next| format!("<NextToken>{next}</NextToken>"));
            format!("<StackEvents>{}</StackEvents>{}", events.concat(), next.unwrap_or_default())
        }
        "ListStackResources" => {
            let all: String = model.stack(stack)?.resources.values().map(member).collect();
            format!("<StackResourceSummaries>{all}</StackResourceSummaries>")
        }
        "GetTemplate" => {
            format!("<TemplateBody>{}</TemplateBody>", escaped(&model.stack(stack)?.template))
        }
        "CreateChangeSet" => {
            let create = request.parameter("ChangeSetType") == "CREATE";
            let template = request.parameter("TemplateBody");
            format!("<Id>{}</Id>", model.create_change_set(stack, "set", create, template)?)
        }
        "DescribeChangeSet" => {
            let (found, status, execution) = model.change_set(change_set)?;
            let change = |(action, id, kind): &(&str, String, String)| {
                format!(
                    "<member><Type>Resource</Type><ResourceChange><Action>{action}</Action>\
                     <LogicalResourceId>{id}</LogicalResourceId><ResourceType>{kind}</ResourceType>\
                     </ResourceChange></member>"
                )
            };
            format!(
                "<ChangeSetId>{}</ChangeSetId><StackId>{}</StackId><Status>{status}</Status>\
                 <StatusReason>{}</StatusReason><ExecutionStatus>{execution}</ExecutionStatus>\
                 <Changes>{}</Changes>",
                found.id,
                found.stack_id,
                escaped(found.fails.unwrap_or_default()),
                found.changes.iter().map(change).collect::<String>()
            )
        }
        "DescribeEvents" => format!("<OperationEvents>{}</OperationEvents>", script.validation),
        "ExecuteChangeSet" => model.execute(change_set, token).map(|()| String::new())?,
        "DeleteChangeSet" => {
            model.delete_change_set(change_set);
            String::new()
        }
        "DeleteStack" => {
            model.delete_stack(stack, &[], false, token)?;
            String::new()
        }
        _ => String::new(),
    })
}

/// A stack event, or the resource that it is the last event of.
fn member(event: &Event) -> String {
    let physical = event.physical_id.strip_prefix(&format!("{}/", event.stack_id));
    format!(
        "<member><StackId>{}</StackId><EventId>{}</EventId><StackName>{}</StackName>\
         <LogicalResourceId>{}</LogicalResourceId><PhysicalResourceId>{}</PhysicalResourceId>\
         <ResourceType>{}</ResourceType><Timestamp>{}</Timestamp><ResourceStatus>{}\
         </ResourceStatus><ResourceStatusReason>{}</ResourceStatusReason><ClientRequestToken>{}\
         </ClientRequestToken></member>",
        event.stack_id,
        event.id,
        event.stack_name,
        event.logical_id,
        physical.unwrap_or(&event.physical_id),
        event.kind,
        time(event.second),
        event.status,
        escaped(&event.reason),
        event.token
    )
}

fn time(second: i64) -> String {
    format!("2026-01-01T00:{:02}:{:02}Z", second / 60 % 60, second % 60)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
