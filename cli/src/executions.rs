//! Past executions, as far as Step Functions keeps them: 90 days after their end.

use crate::aws_failure::failure;
use crate::exit::Failure;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{ExecutionListItem, HistoryEvent, HistoryEventType, StateMachineType};
use guardian_contract::{MachineKey, Run, Scope, Status};
use std::collections::BTreeMap;
use std::time::Duration;

/// ListExecutions refills by 5 calls a second in the three big regions and by 2 in all others
/// (Step Functions service quotas), for all callers of the account together. After a first burst
/// this stays below that, so that other callers are not throttled.
const BURST: u32 = 40;
const PAUSE: Duration = Duration::from_millis(700);

/// What was found.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Attempts of executions by machine.
    pub machines: BTreeMap<MachineKey, Vec<Run>>,
    /// Machines whose executions cannot be listed: EXPRESS ones.
    pub express: usize,
    /// Machines left out for their names, which do not work in metrics, and runs whose status this
    /// version does not know.
    pub unreadable: Vec<String>,
}

/// Reads the executions of every machine in scope that changed since `from_ms` (milliseconds since
/// the epoch), and the earlier ones that decide the state at that time.
pub async fn recorded(
    config: &SdkConfig,
    scope: &Scope,
    from_ms: i64,
) -> Result<Recorded, Failure> {
    let client = Client::new(config);
    let mut reader = Reader { client: &client, calls: 0 };
    let mut found = Recorded::default();
    let mut pages = client.list_state_machines().max_results(1000).into_paginator().send();
    let mut machines = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| failure("list the state machines", &e))?;
        machines.extend(page.state_machines);
    }
    for machine in machines.into_iter().filter(|m| scope.covers(&m.name)) {
        if machine.r#type == StateMachineType::Express {
            found.express += 1;
            continue;
        }
        match MachineKey::of_machine(&machine.name) {
            Ok(key) => {
                let runs = reader.machine(&machine.state_machine_arn, from_ms, &mut found).await?;
                found.machines.entry(key).or_default().extend(runs);
            }
            Err(invalid) => found.unreadable.push(invalid.to_string()),
        }
    }
    Ok(found)
}

struct Reader<'a> {
    client: &'a Client,
    calls: u32,
}

impl Reader<'_> {
    async fn machine(
        &mut self,
        arn: &str,
        from_ms: i64,
        found: &mut Recorded,
    ) -> Result<Vec<Run>, Failure> {
        let mut newest: BTreeMap<String, Run> = BTreeMap::new();
        let mut token: Option<String> = None;
        loop {
            self.pace().await;
            let page = self
                .client
                .list_executions()
                .state_machine_arn(arn)
                .max_results(1000)
                .set_next_token(token)
                .send()
                .await
                .map_err(|e| failure(&format!("list the executions of {arn}"), &e))?;
            let mut reached = false;
            for item in page.executions {
                let Some(run) = run(&item) else {
                    let status = item.status.as_str();
                    found.unreadable.push(format!("{} is {status}", item.execution_arn));
                    continue;
                };
                // The list is sorted by the last change: what comes after this changed earlier.
                reached |= run.status.is_finished() && run.changed_ms() < from_ms;
                // An execution that changed between two pages is on both.
                match newest.get(&run.arn) {
                    Some(other) if other.attempt() >= run.attempt() => {}
                    _ => drop(newest.insert(run.arn.clone(), run)),
                }
            }
            token = page.next_token.filter(|_| !reached);
            if token.is_none() {
                break;
            }
        }
        let mut runs = Vec::with_capacity(newest.len());
        for run in newest.into_values() {
            if run.redrive_count > 0 {
                runs.extend(earlier_attempts(&run, &self.events(&run.arn).await?));
            }
            runs.push(run);
        }
        Ok(runs)
    }

    /// The history of a redriven execution; it has at most 25,000 events.
    async fn events(&self, arn: &str) -> Result<Vec<HistoryEvent>, Failure> {
        let mut events = Vec::new();
        let mut pages = self
            .client
            .get_execution_history()
            .execution_arn(arn)
            .include_execution_data(false)
            .max_results(1000)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|e| failure(&format!("read the history of {arn}"), &e))?;
            events.extend(page.events);
        }
        Ok(events)
    }

    async fn pace(&mut self) {
        self.calls += 1;
        if self.calls > BURST {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn run(item: &ExecutionListItem) -> Option<Run> {
    let ms = |at: &aws_smithy_types::DateTime| at.to_millis().ok();
    Some(Run {
        arn: item.execution_arn.clone(),
        status: Status::parse(item.status.as_str())?,
        start_ms: ms(&item.start_date)?,
        stop_ms: item.stop_date.as_ref().and_then(ms),
        redrive_ms: item.redrive_date.as_ref().and_then(ms),
        redrive_count: item.redrive_count.unwrap_or(0).try_into().unwrap_or(0),
    })
}

/// The attempts before the current one, which the list does not show: how each ended is in the
/// execution's events, before the event that it was redriven.
fn earlier_attempts(run: &Run, events: &[HistoryEvent]) -> Vec<Run> {
    let mut attempts = Vec::new();
    let mut redrive_ms = None;
    let mut end: Option<(Status, i64)> = None;
    for event in events {
        let Ok(at_ms) = event.timestamp.to_millis() else { continue };
        match event.r#type {
            HistoryEventType::ExecutionFailed => end = Some((Status::Failed, at_ms)),
            HistoryEventType::ExecutionTimedOut => end = Some((Status::TimedOut, at_ms)),
            HistoryEventType::ExecutionAborted => end = Some((Status::Aborted, at_ms)),
            HistoryEventType::ExecutionRedriven => {
                let redrive_count = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
                if let Some((status, stop)) = end.take() {
                    let (arn, start_ms, stop_ms) = (run.arn.clone(), run.start_ms, Some(stop));
                    attempts.push(Run {
                        arn,
                        status,
                        start_ms,
                        stop_ms,
                        redrive_ms,
                        redrive_count,
                    });
                }
                redrive_ms = Some(at_ms);
            }
            _ => {}
        }
    }
    attempts
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;

    fn event(kind: HistoryEventType, at_ms: i64) -> HistoryEvent {
        HistoryEvent::builder()
            .id(1)
            .r#type(kind)
            .timestamp(DateTime::from_millis(at_ms))
            .build()
            .unwrap()
    }

    #[test]
    fn the_ends_of_redriven_attempts_are_read_from_the_events() {
        use HistoryEventType::{
            ExecutionFailed, ExecutionRedriven, ExecutionStarted, ExecutionSucceeded,
            ExecutionTimedOut, TaskStateEntered,
        };
        let run = Run {
            arn: "a".into(),
            status: Status::Succeeded,
            start_ms: 10,
            stop_ms: Some(90),
            redrive_ms: Some(70),
            redrive_count: 2,
        };
        let events = [
            event(ExecutionStarted, 10),
            event(TaskStateEntered, 11),
            event(ExecutionFailed, 20),
            event(ExecutionRedriven, 40),
            event(ExecutionTimedOut, 60),
            event(ExecutionRedriven, 70),
            event(ExecutionSucceeded, 90),
        ];
        let earlier: Vec<_> = earlier_attempts(&run, &events)
            .iter()
            .map(|r| (r.status, r.stop_ms, r.redrive_ms, r.redrive_count, r.start_ms))
            .collect();
        assert_eq!(
            earlier,
            [
                (Status::Failed, Some(20), None, 0, 10),
                (Status::TimedOut, Some(60), Some(40), 1, 10)
            ]
        );
    }
}
