//! Telling people of a light that has turned: what is asked of AWS for it, and when not.

use crate::Calls;
use crate::confirm::Confirmations;
use crate::fleet::{Execution, Fleet};
use crate::history::History;
use crate::notice::{self, Failure, Notifications};
use crate::publish::Publisher;
use crate::recent::Attempt;
use crate::retry::{CallError, Kind, until};
use crate::turn::{self, Turn, turn};
use crate::watcher::Watcher;
use guardian_contract::{MachineKey, Semantics, deciding_runs};
use tokio::time::Instant;

/// What a message gave as a reason to tell people: an attempt that has ended, or whose time to
/// settle is over. Confirmations and sweeps give none: what they find was told, or an alarm tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occasion {
    pub attempt: Attempt,
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// A light that has turned, and what the event said of it.
#[derive(Debug)]
pub(crate) struct Turned {
    pub machine_arn: String,
    pub key: MachineKey,
    pub turn: Turn,
    pub occasion: Occasion,
}

impl Occasion {
    pub fn of(execution: &Execution) -> Self {
        let attempt = (execution.arn.clone(), execution.redrive_count);
        Self { attempt, ..Self::default() }
    }
}

impl<F: Fleet, P: Publisher, O: Confirmations + Notifications> Watcher<F, P, O> {
    /// Whether one of the occasions is the run that decides, and has turned the light.
    pub(crate) fn turned(
        &self,
        machine_arn: &str,
        key: &MachineKey,
        history: &History,
        occasions: &[Occasion],
    ) -> Option<Turned> {
        self.settings.topic_arn.as_ref()?;
        let aborted = self.settings.aborted;
        let deciding = deciding_runs(Semantics::LastFinished, aborted, &history.runs);
        let last = deciding.last()?;
        let decides = |o: &&Occasion| o.attempt == (last.arn.clone(), last.redrive_count);
        let occasion = occasions.iter().find(decides)?.clone();
        if self.told.contains(machine_arn, &occasion.attempt) {
            return None;
        }
        let declared = self.settings.watch.of(key);
        let settle_ms = i64::from(declared.settle_s.unwrap_or(0)) * 1_000;
        let turn = turn(&deciding, settle_ms, declared.renotify_every.unwrap_or(0))?;
        Some(Turned { machine_arn: machine_arn.to_owned(), key: key.clone(), turn, occasion })
    }

    /// Tells people, and says whether they were told. The error is one that may be over when the message comes again; what stands
    /// is logged, and left to the alarm's own actions.
    pub(crate) async fn notify(
        &self,
        turned: Turned,
        deadline: Instant,
        calls: &Calls,
    ) -> Result<bool, CallError> {
        let Turned { machine_arn, key, turn, occasion } = turned;
        let failure = match turn.kind {
            turn::Kind::Recovered => Failure::default(),
            turn::Kind::Failed | turn::Kind::StillFailing => {
                self.failure(&occasion, deadline, calls).await
            }
        };
        let notice = notice::write(&key, &turn, &failure, self.settings.redact_cause);
        let call = until(deadline, &calls.notify, None, || self.outbox.notify(&notice));
        match call.await.map_err(|failure| failure.into_error()) {
            Ok(()) => {
                self.told.remember(&machine_arn, occasion.attempt);
                Ok(true)
            }
            Err(error) => {
                let CallError { kind, code, message } = &error;
                tracing::error!(machine = key.as_str(), code, error = message, "nobody was told");
                if matches!(kind, Kind::Permanent | Kind::Gone) { Ok(false) } else { Err(error) }
            }
        }
    }

    /// What is known of a failure: the history knows the state; if it cannot be read, what the
    /// event said of error and cause is better than nothing.
    async fn failure(&self, occasion: &Occasion, deadline: Instant, calls: &Calls) -> Failure {
        let (arn, _) = &occasion.attempt;
        let call = until(deadline, &calls.history, None, || self.fleet.last_events(arn));
        let mut failure = match call.await {
            Ok(events) => Failure::of(&events),
            Err(failed) => {
                let CallError { code, message, .. } = failed.into_error();
                tracing::warn!(execution = arn, code, error = message, "history not read");
                Failure::default()
            }
        };
        failure.error = failure.error.or_else(|| occasion.error.clone());
        failure.cause = failure.cause.or_else(|| occasion.cause.clone());
        failure
    }
}
