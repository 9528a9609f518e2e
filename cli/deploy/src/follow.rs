//! Follows an operation to its end: reads the status and the events in turn, and reports each event
//! once.

pub use crate::poll::End;

use crate::events::{Newest, OperationEvents, newest_operation};
use crate::poll::{Round, Signal, poll};
use crate::state::{DELETED, is_at_rest, is_in_review, precedes_deletion};
use crate::{Stack, StackEvent, Stacks};
use guardian_aws::AwsError;

/// An operation in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// ARN of the stack.
    pub stack_id: String,
    /// Client request token of its events; none: events of any operation count.
    pub token: Option<String>,
    /// Id of the newest event before it.
    pub last_event: Option<String>,
    /// Whether a create that fails is followed by the stack's deletion (OnStackFailure=DELETE).
    pub deletes_on_failure: bool,
}

impl Operation {
    /// One that begins now: its events come after the newest that the stack has.
    pub async fn beginning<S: Stacks>(
        stacks: &S,
        stack_id: &str,
        token: Option<String>,
    ) -> Result<Self, AwsError> {
        let last_event = newest_event(stacks, stack_id).await?;
        Ok(Self { stack_id: stack_id.to_owned(), token, last_event, deletes_on_failure: false })
    }
}

/// Rounds in a row without an event after which a failed create counts as final: its deletion would
/// have begun by then.
const SETTLING: u32 = 2;

/// Id of the newest event of a stack; read it before an operation begins.
pub async fn newest_event<S: Stacks>(stacks: &S, stack: &str) -> Result<Option<String>, AwsError> {
    Ok(stacks.events(stack, None).await?.items.into_iter().next().map(|event| event.id))
}

/// The newest events of a stack, newest first, from at most this many pages.
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

/// The newest operation on a stack; none if there never was one.
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
    let mut events = OperationEvents::new(
        &operation.stack_id,
        operation.token.as_deref(),
        operation.last_event.clone(),
    );
    poll(interrupted, async |idle| read(stacks, operation, &mut events, idle, &mut notify).await)
        .await
}

/// One round, after `idle` rounds without an event. It reads the status before the events, so that
/// a final status is followed by all events.
async fn read<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    events: &mut OperationEvents,
    idle: u32,
    notify: &mut impl FnMut(&StackEvent),
) -> Result<Round<Box<Stack>>, AwsError> {
    let stack = stacks.stack(&operation.stack_id).await?.unwrap_or_else(|| Stack {
        // A deleted stack is found by its ARN for 90 days; an emulator may forget it.
        id: operation.stack_id.clone(),
        status: DELETED.to_owned(),
        ..Stack::default()
    });
    let mut news = false;
    // A nested stack may appear while its parent is read.
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let mut found = Vec::new();
        for id in events.stacks().into_iter().filter(|id| !seen.contains(id)).collect::<Vec<_>>() {
            let mut reading = events.read(&id);
            let mut token = None;
            loop {
                let page = match stacks.events(&id, token.as_deref()).await {
                    Ok(page) => page,
                    // As above: an emulator forgets the events with the stack.
                    Err(e) if e.is_not_found() => break,
                    Err(e) => return Err(e),
                };
                token = page.next;
                if !reading.page(page.items) || token.is_none() {
                    break;
                }
            }
            found.extend(events.take(reading));
            seen.insert(id);
        }
        found.sort_by_key(|event| event.time_ms);
        found.iter().for_each(&mut *notify);
        news |= !found.is_empty();
        if events.stacks().iter().all(|id| seen.contains(id)) {
            break;
        }
    }
    let between = operation.deletes_on_failure
        && precedes_deletion(&stack.status)
        && (news || idle < SETTLING);
    let over = is_at_rest(&stack.status) && !is_in_review(&stack.status) && !between;
    Ok(match news {
        _ if over => Round::Over(Box::new(stack)),
        true => Round::News,
        false => Round::Quiet,
    })
}
