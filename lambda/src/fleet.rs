//! The port to Step Functions: machines, executions and their histories.

use crate::retry::CallError;
use guardian_contract::{HistoryEvent, Run, Status};
use std::collections::BTreeMap;

/// A machine, as ListStateMachines returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Whether it is EXPRESS, whose executions cannot be listed.
    pub express: bool,
    /// When it was created, in milliseconds since the epoch, where that is known.
    pub created_ms: Option<i64>,
}

/// An execution, as ListExecutions returns it; its status may be unknown to this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// ARN.
    pub arn: String,
    /// Status, in the API's word.
    pub status: String,
    /// When it started, in milliseconds since the epoch, as all times here.
    pub start_ms: i64,
    /// When it ended, if it has.
    pub stop_ms: Option<i64>,
    /// When it was last redriven, if it was.
    pub redrive_ms: Option<i64>,
    /// How often it was redriven.
    pub redrive_count: u32,
}

impl Execution {
    /// The run; `None` if this version does not know its status.
    pub(crate) fn run(&self) -> Option<Run> {
        let Self { arn, start_ms, stop_ms, redrive_ms, redrive_count, .. } = self.clone();
        let status = Status::parse(&self.status)?;
        Some(Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count })
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Token of the next page.
    pub next: Option<String>,
}

/// What is asked of ListExecutions; the answer is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The machine.
    pub machine_arn: &'a str,
    /// Only executions with this status.
    pub status: Option<Status>,
    /// At most so many.
    pub limit: u16,
    /// The page to continue with.
    pub token: Option<&'a str>,
}

/// The port to Step Functions. One call of a method is one API call: an implementation must not retry.
pub trait Fleet: Send + Sync + 'static {
    /// A page of all machines of the account and region.
    fn list_machines(
        &self,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Machine>, CallError>> + Send;

    /// A page of a machine's executions.
    fn list_executions(
        &self,
        ask: Ask<'_>,
    ) -> impl Future<Output = Result<Page<Execution>, CallError>> + Send;

    /// An execution as it is now.
    fn describe_execution(
        &self,
        execution_arn: &str,
    ) -> impl Future<Output = Result<Execution, CallError>> + Send;

    /// The tags of a machine.
    fn tags(
        &self,
        machine_arn: &str,
    ) -> impl Future<Output = Result<BTreeMap<String, String>, CallError>> + Send;

    /// A page of the ARNs of an execution's Map Runs.
    fn list_map_runs(
        &self,
        execution_arn: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<String>, CallError>> + Send;

    /// The last events of an execution's history, newest first, without input and output.
    fn last_events(
        &self,
        execution_arn: &str,
    ) -> impl Future<Output = Result<Vec<HistoryEvent>, CallError>> + Send;

    /// How many items of a Map Run failed, timed out or were aborted.
    fn failed_items(
        &self,
        map_run_arn: &str,
    ) -> impl Future<Output = Result<u64, CallError>> + Send;
}

/// Whether the machine's part of an ARN (of a machine or an execution) is that of a Map Run:
/// `…:stateMachine:NAME/LABEL`, `…:execution:NAME/LABEL:ID`.
pub(crate) fn is_map_run(arn: &str) -> bool {
    arn.split(':').nth(6).is_some_and(|name| name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_run_has_a_label_in_the_name_of_its_machine() {
        assert!(is_map_run("arn:aws:states:us-east-1:1:stateMachine:name/label"));
        assert!(!is_map_run("arn:aws:states:us-east-1:1:stateMachine:name"));
    }
}
