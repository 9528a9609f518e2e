//! Follows an operation on a stack set to its end: asks in turn how it is and what has come of each
//! account and region, and tells what has changed. Throttles never fail it.

use super::{Operation, OperationResult, StackSets};
use crate::deploy::change_set::jittered;
use crate::deploy::follow::{PATIENCE, pause};
use crate::signal::Signal;
use guardian_aws::AwsError;
use std::collections::BTreeMap;
use std::time::Duration;

/// What has come of each account and region so far, in the order in which it was first seen to
/// fail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// By account and region.
    pub results: BTreeMap<(String, String), OperationResult>,
    /// Those that failed, the first one first.
    pub failed: Vec<(String, String)>,
}

impl Outcome {
    /// Takes a result; says whether it is news.
    fn take(&mut self, result: OperationResult) -> bool {
        let key = (result.account.clone(), result.region.clone());
        if self.results.get(&key).is_some_and(|known| known.status == result.status) {
            return false;
        }
        if result.status == "FAILED" {
            self.failed.push(key.clone());
        }
        self.results.insert(key, result);
        true
    }

    /// How many have this status.
    pub fn count(&self, status: &str) -> usize {
        self.results.values().filter(|result| result.status == status).count()
    }

    /// Whether all have come to an end.
    fn is_settled(&self) -> bool {
        self.count("PENDING") + self.count("RUNNING") == 0
    }

    /// The first that failed.
    pub fn first_failure(&self) -> Option<&OperationResult> {
        self.results.get(self.failed.first()?)
    }
}

/// How following ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It is over.
    Over(Operation, Outcome),
    /// Whoever watched wanted to stop; the operation goes on.
    Detached(Signal),
}

/// The list of results is eventually consistent [ListStackSetOperationResults]: how often it is
/// read after the end until nothing in it is under way.
const LATE_READINGS: u32 = 10;
const LATE_PAUSE: Duration = Duration::from_secs(1);

/// Follows the operation with this id until it is over or `let_go` is done. `tell` gets each change
/// and all that is known by then.
pub async fn follow<S: StackSets>(
    sets: &S,
    name: &str,
    id: &str,
    let_go: impl Future<Output = Signal>,
    mut tell: impl FnMut(&OperationResult, &Outcome),
) -> Result<End, AwsError> {
    let mut let_go = std::pin::pin!(let_go);
    let watch = async {
        let mut outcome = Outcome::default();
        let (mut asked, mut idle, mut failures, mut late) = (0, 0, 0, 0);
        loop {
            match ask(sets, name, id, &mut outcome, &mut tell).await {
                Ok((operation, news)) => {
                    failures = 0;
                    idle = if news { 0 } else { idle + 1 };
                    if operation.is_over() {
                        if outcome.is_settled() || late == LATE_READINGS {
                            return Ok(End::Over(operation, outcome));
                        }
                        late += 1;
                        tokio::time::sleep(LATE_PAUSE).await;
                        continue;
                    }
                }
                Err(error) if error.is_transient() && failures < PATIENCE => {
                    failures += 1;
                    idle += 1;
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(jittered(pause(asked, idle))).await;
            asked += 1;
        }
    };
    tokio::select! {
        biased;
        signal = &mut let_go => Ok(End::Detached(signal)),
        end = watch => end,
    }
}

/// One round: the operation first, so that when it is over all results are there to be read.
async fn ask<S: StackSets>(
    sets: &S,
    name: &str,
    id: &str,
    outcome: &mut Outcome,
    tell: &mut impl FnMut(&OperationResult, &Outcome),
) -> Result<(Operation, bool), AwsError> {
    let Some(operation) = sets.operation(name, id).await? else {
        return Err(AwsError::refused(
            &format!("follow operation `{id}`"),
            "OperationNotFoundException",
            "the stack set has no such operation",
        ));
    };
    let mut news = false;
    let mut token = None;
    loop {
        let page = sets.results(name, id, token.as_deref()).await?;
        for result in page.items {
            if outcome.take(result.clone()) {
                news = true;
                tell(&result, outcome);
            }
        }
        token = page.next;
        if token.is_none() {
            return Ok((operation, news));
        }
    }
}
