//! Reading one machine's executions, under the budget and until the deadline.

use crate::fleet::{Ask, Execution, Fleet, Machine, Page};
use crate::history::History;
use crate::retry::{CallError, Failure, Kind, until};
use crate::{Budget, Calls, Settings};
use guardian_contract::{
    Aborted, Attempt, Declared, LIST_PAGES, LISTED, LISTED_FOR_P99, MachineKey, Semantics, Status,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Pages of running executions, a thousand each, that are read for the oldest of them.
const MAX_RUNNING_PAGES: usize = 10;
/// Map Runs of one execution that are looked into.
const MAX_MAP_RUNS: usize = 20;

/// What a worker needs.
#[derive(Debug)]
pub(crate) struct Reader<F> {
    pub fleet: Arc<F>,
    pub settings: Arc<Settings>,
    pub budget: Arc<Budget>,
    pub calls: Arc<Calls>,
    pub deadline: Instant,
}

impl<F> Clone for Reader<F> {
    fn clone(&self) -> Self {
        Self {
            fleet: Arc::clone(&self.fleet),
            settings: Arc::clone(&self.settings),
            budget: Arc::clone(&self.budget),
            calls: Arc::clone(&self.calls),
            deadline: self.deadline,
        }
    }
}

/// A machine that is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub machine: Machine,
    pub key: MachineKey,
    /// The attempt whose Map Runs have been looked into.
    pub looked_into: Option<Attempt>,
}

/// A machine, and what became of reading it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub machine: Machine,
    pub key: MachineKey,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Read(History),
    /// Deleted since it was listed or reported.
    Gone,
    Failed(CallError),
    /// There was no time left.
    Unread,
}

impl<F: Fleet> Reader<F> {
    /// Reads all of these, `concurrency` at a time, in their order. Dropping the set ends it.
    pub fn read_all(
        &self,
        queue: VecDeque<Target>,
    ) -> (mpsc::UnboundedReceiver<Seen>, JoinSet<()>) {
        let workers = self.settings.concurrency.clamp(1, queue.len().max(1));
        let queue = Arc::new(Mutex::new(queue));
        let (send, receive) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let (reader, queue, send) = (self.clone(), Arc::clone(&queue), send.clone());
            tasks.spawn(async move {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(Target { machine, key, looked_into }) = next else { return };
                    let outcome = reader.outcome(&machine, &key, looked_into).await;
                    // The receiver is gone only if the invocation is over.
                    if send.send(Seen { machine, key, outcome }).is_err() {
                        return;
                    }
                }
            });
        }
        (receive, tasks)
    }

    async fn outcome(
        &self,
        machine: &Machine,
        key: &MachineKey,
        looked_into: Option<Attempt>,
    ) -> Outcome {
        let declared = self.settings.watch.of(key);
        match self.history(machine, &declared).await {
            Ok(mut history) => {
                if declared.incomplete == Some(true) {
                    history.incomplete = self.incomplete(machine, &history, looked_into).await;
                }
                for unknown in &history.unknown {
                    tracing::warn!(
                        machine = machine.name,
                        status = unknown.word,
                        "status is unknown to this version of Guardian"
                    );
                }
                Outcome::Read(history)
            }
            Err(Failure::Deadline(_)) => Outcome::Unread,
            Err(Failure::Error(error)) if error.kind == Kind::Gone => Outcome::Gone,
            Err(Failure::Error(error)) => Outcome::Failed(error),
        }
    }

    /// Reads as much of a machine's executions as its light takes: nearly always one page. While
    /// what a page does not show may still decide, the next is read; after a few of those the
    /// finished ones are asked for by status, so that no number of running ones hides them.
    async fn history(&self, machine: &Machine, declared: &Declared) -> Result<History, Failure> {
        let original = self.settings.semantics == Semantics::Original;
        let limit = match (declared.limits_by_p99(), original) {
            (true, _) => LISTED_FOR_P99,
            (false, true) => 1,
            (false, false) => LISTED,
        };
        let mut history = History::default();
        let mut token: Option<String> = None;
        for _ in 0..LIST_PAGES {
            let page = self.page(machine, None, limit, token.as_deref()).await?;
            history.list(page.items);
            let settled =
                if original { !history.is_empty() } else { history.decides(&self.settings) };
            let repeated = page.next.is_some() && page.next == token;
            history.complete = page.next.is_none();
            if settled || page.next.is_none() || repeated {
                break;
            }
            token = page.next;
        }
        let decided = history.reading(&self.settings).decided_by.is_some();
        if !original && !history.complete && !decided {
            let ignored = (self.settings.aborted == Aborted::Ignore).then_some(Status::Aborted);
            let finished = |s: &Status| s.is_finished() && Some(*s) != ignored;
            for status in Status::ALL.into_iter().filter(finished) {
                history.add(self.page(machine, Some(status), limit, None).await?.items);
            }
        }
        if declared.limits() && !history.complete {
            self.running(machine, &mut history).await?;
        }
        Ok(history)
    }

    /// Reads all running executions: the oldest of them is the last of its list.
    async fn running(&self, machine: &Machine, history: &mut History) -> Result<(), Failure> {
        let mut token: Option<String> = None;
        for _ in 0..MAX_RUNNING_PAGES {
            let running = Some(Status::Running);
            let page = self.page(machine, running, 1_000, token.as_deref()).await?;
            history.add(page.items);
            if page.next.is_none() || page.next == token {
                return Ok(());
            }
            token = page.next;
        }
        tracing::warn!(machine = machine.name, "more running executions than are read");
        Ok(())
    }

    /// Items that failed in the run that decides, if it succeeded for all that and was not looked
    /// into before. What cannot be read is not published; the light does not wait for it.
    async fn incomplete(
        &self,
        machine: &Machine,
        history: &History,
        looked_into: Option<Attempt>,
    ) -> Option<(Attempt, u64)> {
        let run = history.reading(&self.settings).decided_by?;
        let attempt = Attempt::of(&run);
        if run.status != Status::Succeeded {
            return Some((attempt, 0));
        }
        if looked_into.as_ref() == Some(&attempt) {
            return None;
        }
        match self.failed_items(&attempt.0).await {
            Ok(items) => Some((attempt, items)),
            Err(failure) => {
                let CallError { code, message, .. } = failure.into_error();
                tracing::warn!(machine = machine.name, code, error = message, "Map Runs not read");
                None
            }
        }
    }

    async fn failed_items(&self, execution_arn: &str) -> Result<u64, Failure> {
        let page = until(self.deadline, &self.calls.list_map_runs, None, || {
            self.fleet.list_map_runs(execution_arn, None)
        });
        let mut map_runs = page.await?.items;
        if map_runs.len() > MAX_MAP_RUNS {
            tracing::warn!(execution_arn, count = map_runs.len(), "only the first are looked into");
            map_runs.truncate(MAX_MAP_RUNS);
        }
        let mut items: u64 = 0;
        for map_run in map_runs {
            let call = until(self.deadline, &self.calls.describe_map_run, None, || {
                self.fleet.failed_items(&map_run)
            });
            items = items.saturating_add(call.await?);
        }
        Ok(items)
    }

    async fn page(
        &self,
        machine: &Machine,
        status: Option<Status>,
        limit: u16,
        token: Option<&str>,
    ) -> Result<Page<Execution>, Failure> {
        let ask = Ask { machine_arn: &machine.arn, status, limit, token };
        until(self.deadline, &self.calls.list_executions, Some(&*self.budget), || {
            self.fleet.list_executions(ask)
        })
        .await
    }
}
