//! Follows an operation on a stack set to its end: reads its status and the result of each account
//! and region in turn, and reports each change.

pub use crate::poll::End;

use super::state::ResultStatus;
use super::{Operation, OperationResult, StackSets};
use crate::poll::{Round, Signal, poll};
use guardian_aws::AwsError;
use std::collections::BTreeMap;
use std::time::Duration;

/// The results of an operation so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// By account and region.
    pub results: BTreeMap<(String, String), OperationResult>,
    /// Those that failed, the first one first.
    pub failed: Vec<(String, String)>,
}

impl Outcome {
    /// Takes a result; true if it is new.
    fn take(&mut self, result: OperationResult) -> bool {
        let key = (result.account.clone(), result.region.clone());
        if self.results.get(&key).is_some_and(|known| known.status == result.status) {
            return false;
        }
        if result.status == ResultStatus::Failed {
            self.failed.push(key.clone());
        }
        self.results.insert(key, result);
        true
    }

    /// The number of results with this status.
    pub fn count(&self, status: &ResultStatus) -> usize {
        self.results.values().filter(|result| result.status == *status).count()
    }

    /// The number of results that are still pending or running.
    pub fn open(&self) -> usize {
        self.results.values().filter(|result| result.status.is_open()).count()
    }

    /// Whether all have ended.
    fn is_settled(&self) -> bool {
        self.open() == 0
    }

    /// The first failure.
    pub fn first_failure(&self) -> Option<&OperationResult> {
        self.results.get(self.failed.first()?)
    }
}

/// The list of results is eventually consistent [ListStackSetOperationResults]: how often it is
/// read after the end until no result in it is in progress.
const LATE_READINGS: u32 = 10;
const LATE_PAUSE: Duration = Duration::from_secs(1);

/// Follows the operation with this id until it is over or `interrupted` completes. `notify` gets
/// each change, with all results so far.
pub async fn follow<S: StackSets>(
    sets: &S,
    name: &str,
    id: &str,
    interrupted: impl Future<Output = Signal>,
    mut notify: impl FnMut(&OperationResult, &Outcome),
) -> Result<End<(Operation, Outcome)>, AwsError> {
    let mut outcome = Outcome::default();
    let mut late = 0;
    poll(interrupted, async |_| {
        let (operation, news) = read(sets, name, id, &mut outcome, &mut notify).await?;
        if operation.status.is_over() && (outcome.is_settled() || late == LATE_READINGS) {
            return Ok(Round::Over((operation, std::mem::take(&mut outcome))));
        }
        if operation.status.is_over() {
            late += 1;
            return Ok(Round::Incomplete(LATE_PAUSE));
        }
        Ok(if news { Round::News } else { Round::Quiet })
    })
    .await
}

/// One round: the operation before its results, so that the end is followed by all results.
async fn read<S: StackSets>(
    sets: &S,
    name: &str,
    id: &str,
    outcome: &mut Outcome,
    notify: &mut impl FnMut(&OperationResult, &Outcome),
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
                notify(&result, outcome);
            }
        }
        token = page.next;
        if token.is_none() {
            return Ok((operation, news));
        }
    }
}
