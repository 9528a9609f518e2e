//! Follows an operation to its end: reads status and events in turn, and passes on each event once.

pub use crate::poll::End;

use crate::events::{Newest, Trail, newest_operation};
use crate::poll::{Round, Signal, poll};
use crate::state::is_at_rest;
use crate::{Stack, StackEvent, Stacks};
use guardian_aws::AwsError;

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

/// Rounds in a row without an event after which a failed create is taken to be final: its deletion
/// begins a moment later.
const SETTLING: u32 = 2;

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

/// Follows `operation` until its stack is at rest or `interrupted` completes. `notify` gets each
/// event once, in order. After the end everything is read once more, so that nothing is missed.
pub async fn follow<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    interrupted: impl Future<Output = Signal>,
    mut notify: impl FnMut(&StackEvent),
) -> Result<End<Box<Stack>>, AwsError> {
    let mut trail =
        Trail::new(&operation.stack_id, operation.token.as_deref(), operation.last_event.clone());
    poll(interrupted, async |idle| read(stacks, operation, &mut trail, idle, &mut notify).await)
        .await
}

/// One round, after `idle` without an event: status, then events. The status comes first, so that
/// when it is the last one all events are there to be read.
async fn read<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    trail: &mut Trail,
    idle: u32,
    notify: &mut impl FnMut(&StackEvent),
) -> Result<Round<Box<Stack>>, AwsError> {
    let stack = stacks.stack(&operation.stack_id).await?.unwrap_or_else(|| Stack {
        // A stack that was deleted is found by its ARN for 90 days; an emulator may forget it.
        id: operation.stack_id.clone(),
        status: "DELETE_COMPLETE".to_owned(),
        ..Stack::default()
    });
    let mut news = false;
    // A nested stack may show up while its parent is read.
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let mut found = Vec::new();
        for id in trail.stacks().into_iter().filter(|id| !seen.contains(id)).collect::<Vec<_>>() {
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
            seen.insert(id);
        }
        found.sort_by_key(|event| event.time_ms);
        found.iter().for_each(&mut *notify);
        news |= !found.is_empty();
        if trail.stacks().iter().all(|id| seen.contains(id)) {
            break;
        }
    }
    let between = operation.deletes_on_failure
        && matches!(stack.status.as_str(), "CREATE_FAILED" | "ROLLBACK_COMPLETE")
        && (news || idle < SETTLING);
    let over = is_at_rest(&stack.status) && stack.status != "REVIEW_IN_PROGRESS" && !between;
    Ok(match news {
        _ if over => Round::Over(Box::new(stack)),
        true => Round::News,
        false => Round::Quiet,
    })
}
