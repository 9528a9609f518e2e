//! Follows an operation to its end: asks for events and status in turn, tells each event once, and
//! lets go when asked to. Throttles and a network that is away for a while never fail it.

use super::change_set::jittered;
use super::events::{Newest, Trail, newest_operation};
use super::state::is_at_rest;
use super::{Stack, StackEvent, Stacks};
use crate::signal::Signal;
use guardian_aws::AwsError;
use std::time::Duration;

/// An operation that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// ARN of the stack.
    pub stack_id: String,
    /// Token on each of its events; none: whatever goes on.
    pub token: Option<String>,
    /// Id of the newest event from before it.
    pub last_event: Option<String>,
    /// Whether a create that fails is followed by the stack's deletion (OnStackFailure=DELETE).
    pub deletes_on_failure: bool,
}

/// How following ended.
#[derive(Debug)]
pub enum End {
    /// The stack is at rest; here it is, as it was last seen.
    AtRest(Box<Stack>),
    /// Whoever watched wanted to stop; the operation goes on.
    Detached(Signal),
}

/// Asking begins quickly, for operations that are over in a moment, settles at this while events
/// come …
const ACTIVE: Duration = Duration::from_secs(2);
/// … and slows down to this while none do.
const IDLE: Duration = Duration::from_secs(10);
const FIRST: Duration = Duration::from_millis(250);
/// Readings in a row without an event after which a create that failed is believed to stay: its
/// deletion begins a moment later.
const SETTLING: u32 = 2;
/// Passing errors in a row until it is given up: with pauses of ten seconds, about ten minutes.
pub(super) const PATIENCE: u32 = 60;

/// The pause after a reading: `asked` readings so far, `idle` of them in a row without an event.
pub(super) fn pause(asked: u32, idle: u32) -> Duration {
    let opening = FIRST.saturating_mul(1 << asked.min(10));
    let resting = ACTIVE.mul_f64(1.5_f64.powi(i32::try_from(idle.min(20)).unwrap_or(20)));
    opening.min(resting.min(IDLE))
}

/// Id of the newest event of a stack, to be taken before an operation begins.
pub async fn newest_event<S: Stacks>(stacks: &S, stack: &str) -> Result<Option<String>, AwsError> {
    Ok(stacks.events(stack, None).await?.items.into_iter().next().map(|event| event.id))
}

/// The newest events of a stack, newest first, of at most so many pages.
pub async fn recent_events<S: Stacks>(
    stacks: &S,
    stack: &str,
    pages: usize,
) -> Result<Vec<StackEvent>, AwsError> {
    let mut events = Vec::new();
    let mut token = None;
    for _ in 0..pages {
        let page = stacks.events(stack, token.as_deref()).await?;
        events.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    Ok(events)
}

/// The newest operation on a stack; none if it never had any.
pub async fn newest<S: Stacks>(stacks: &S, stack: &str) -> Result<Option<Newest>, AwsError> {
    let mut events = Vec::new();
    let mut token = None;
    loop {
        let page = stacks.events(stack, token.as_deref()).await?;
        events.extend(page.items);
        token = page.next;
        let found = newest_operation(&events, token.is_none());
        if found.is_some() || token.is_none() {
            return Ok(found);
        }
    }
}

/// Follows `operation` until its stack is at rest or `let_go` is done. `tell` gets each event
/// once, in order. After the end everything is read once more, so that nothing is missed.
pub async fn follow<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    let_go: impl Future<Output = Signal>,
    mut tell: impl FnMut(&StackEvent),
) -> Result<End, AwsError> {
    let mut let_go = std::pin::pin!(let_go);
    let watch = async {
        let mut trail = Trail::new(
            &operation.stack_id,
            operation.token.as_deref(),
            operation.last_event.clone(),
        );
        let (mut asked, mut idle, mut failures) = (0, 0, 0);
        loop {
            match ask(stacks, operation, &mut trail, idle, &mut tell).await {
                Ok((Some(stack), _)) => return Ok(stack),
                Ok((None, news)) => {
                    failures = 0;
                    idle = if news { 0 } else { idle + 1 };
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
        stack = watch => Ok(End::AtRest(Box::new(stack?))),
    }
}

/// One round, after `idle` without an event: status, then events. The status comes first, so that
/// when it is the last one all events are there to be read.
async fn ask<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    trail: &mut Trail,
    idle: u32,
    tell: &mut impl FnMut(&StackEvent),
) -> Result<(Option<Stack>, bool), AwsError> {
    let stack = stacks.stack(&operation.stack_id).await?.unwrap_or_else(|| Stack {
        // A stack that was deleted is found by its ARN for 90 days; an emulator may forget it.
        id: operation.stack_id.clone(),
        status: "DELETE_COMPLETE".to_owned(),
        ..Stack::default()
    });
    let mut news = false;
    // A nested stack may show up while its parent is read.
    let mut read = std::collections::BTreeSet::new();
    loop {
        let mut found = Vec::new();
        for id in trail.stacks().into_iter().filter(|id| !read.contains(id)).collect::<Vec<_>>() {
            let mut reading = trail.read(&id);
            let mut token = None;
            loop {
                let page = match stacks.events(&id, token.as_deref()).await {
                    Ok(page) => page,
                    // As above: with the stack its events are forgotten.
                    Err(e) if e.message().contains("does not exist") => break,
                    Err(e) => return Err(e),
                };
                token = page.next;
                if !reading.page(page.items) || token.is_none() {
                    break;
                }
            }
            found.extend(trail.take(reading));
            read.insert(id);
        }
        found.sort_by_key(|event| event.time_ms);
        found.iter().for_each(&mut *tell);
        news |= !found.is_empty();
        if trail.stacks().iter().all(|id| read.contains(id)) {
            break;
        }
    }
    let between = operation.deletes_on_failure
        && matches!(stack.status.as_str(), "CREATE_FAILED" | "ROLLBACK_COMPLETE")
        && (news || idle < SETTLING);
    let over = is_at_rest(&stack.status) && stack.status != "REVIEW_IN_PROGRESS" && !between;
    Ok((over.then_some(stack), news))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_starts_quickly_stays_at_two_seconds_while_events_come_and_slows_to_ten() {
        let millis: Vec<u128> = (0..6).map(|n| pause(n, 0).as_millis()).collect();
        assert_eq!(millis, [250, 500, 1_000, 2_000, 2_000, 2_000]);
        assert_eq!(pause(20, 1), Duration::from_secs(3));
        assert_eq!(pause(20, 9), IDLE);
        assert_eq!(pause(u32::MAX, u32::MAX), IDLE);
    }
}
