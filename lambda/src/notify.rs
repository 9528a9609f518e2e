//! Notifications of a state change: which calls they take, and when there is none.

use crate::Calls;
use crate::confirm::Confirmations;
use crate::fleet::{Execution, Fleet};
use crate::history::History;
use crate::notice::{self, About, Notice, Notifications, Way};
use crate::publish::Publisher;
use crate::recent::Attempt;
use crate::retry::{CallError, Kind, until};
use crate::state_change::{self, StateChange, state_change};
use crate::watcher::Watcher;
use guardian_contract::{Cause, Failure, MachineKey, Semantics, deciding_runs};
use tokio::time::Instant;

/// What a message gave as a reason to tell: an attempt that has ended, or whose time to
/// settle is over. Confirmations and sweeps give none: what they find was told, or an alarm tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occasion {
    pub attempt: Attempt,
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// A state change that is to be reported, with what the event said of it.
#[derive(Debug)]
pub(crate) struct Report {
    pub machine_arn: String,
    pub key: MachineKey,
    pub change: StateChange,
    pub occasion: Occasion,
    pub ways: Vec<Way>,
}

/// What became of telling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Notified {
    /// By how many ways it is through.
    pub told: usize,
    /// Whether it is not through by a way that may be open when the message comes again.
    pub again: bool,
}

impl Occasion {
    pub fn of(execution: &Execution) -> Self {
        let attempt = (execution.arn.clone(), execution.redrive_count);
        Self { attempt, ..Self::default() }
    }
}

impl<F: Fleet, P: Publisher, O: Confirmations + Notifications> Watcher<F, P, O> {
    /// Whether one of the occasions is the run that decides, and has changed the light.
    pub(crate) fn report(
        &self,
        machine_arn: &str,
        key: &MachineKey,
        history: &History,
        occasions: &[Occasion],
    ) -> Option<Report> {
        let aborted = self.settings.aborted;
        let deciding = deciding_runs(Semantics::LastFinished, aborted, &history.runs);
        let last = deciding.last()?;
        let decides = |o: &&Occasion| o.attempt == (last.arn.clone(), last.redrive_count);
        let occasion = occasions.iter().find(decides)?.clone();
        let untold = |way: &Way| !self.told.contains(machine_arn, &occasion.attempt, *way);
        let ways: Vec<Way> = self.settings.ways().map(|(way, _)| way).filter(untold).collect();
        if ways.is_empty() {
            return None;
        }
        let declared = self.settings.watch.of(key);
        let settle_ms = i64::from(declared.settle_s.unwrap_or(0)) * 1_000;
        let change = state_change(&deciding, settle_ms, declared.renotify_every.unwrap_or(0))?;
        let machine_arn = machine_arn.to_owned();
        Some(Report { machine_arn, key: key.clone(), change, occasion, ways })
    }

    /// Tells it by each way, whatever becomes of the others.
    pub(crate) async fn notify(
        &self,
        report: &Report,
        deadline: Instant,
        calls: &Calls,
    ) -> Notified {
        let failure = match report.change.kind {
            state_change::Kind::Recovered => Failure::default(),
            state_change::Kind::Failed | state_change::Kind::StillFailing => {
                self.failure(&report.occasion, deadline, calls).await
            }
        };
        let deployment = self.settings.deployment.as_deref();
        let about = About { key: &report.key, arn: &report.machine_arn, deployment };
        let notice = notice::write(about, &report.change, &failure, self.settings.redact_cause);
        let by = |way| self.notify_by(way, report, &notice, deadline, calls);
        // Beside each other: one that is throttled until time is out keeps none from the other.
        let (topic, bus) = tokio::join!(by(Way::Topic), by(Way::Bus));
        Notified { told: topic.told + bus.told, again: topic.again || bus.again }
    }

    /// Tells it by one way, if it is to be. An error that stands is logged, and left to the alarm's
    /// own actions.
    async fn notify_by(
        &self,
        way: Way,
        report: &Report,
        notice: &Notice,
        deadline: Instant,
        calls: &Calls,
    ) -> Notified {
        if !report.ways.contains(&way) {
            return Notified::default();
        }
        let call = until(deadline, calls.of(way), None, || self.outbox.notify(way, notice));
        match call.await.map_err(|failure| failure.into_error()) {
            Ok(id) => {
                tracing::info!(machine = report.key.as_str(), ?way, id, "told");
                self.told.remember(&report.machine_arn, &report.occasion.attempt, way);
                Notified { told: 1, again: false }
            }
            Err(CallError { kind, code, message }) => {
                let machine = report.key.as_str();
                tracing::error!(machine, ?way, code, error = message, "nobody was told this way");
                Notified { told: 0, again: matches!(kind, Kind::Throttled | Kind::Transient) }
            }
        }
    }

    /// What is known of a failure: the history knows the state; if it cannot be read, what the
    /// event said of error and cause is better than nothing.
    async fn failure(&self, occasion: &Occasion, deadline: Instant, calls: &Calls) -> Failure {
        let (arn, _) = &occasion.attempt;
        let call = until(deadline, &calls.history, None, || self.fleet.last_events(arn));
        let mut failure = match call.await {
            Ok(events) => Failure::of(&events, parse),
            Err(failed) => {
                let CallError { code, message, .. } = failed.into_error();
                tracing::warn!(execution = arn, code, error = message, "history not read");
                Failure::default()
            }
        };
        failure.error = failure.error.or_else(|| occasion.error.clone());
        failure.cause =
            failure.cause.or_else(|| occasion.cause.as_deref().map(|c| Cause::text(c, parse)));
        failure
    }
}

fn parse(cause: &str) -> Option<Cause> {
    serde_json::from_str(cause).ok()
}
