//! Deploys a stack: waits or refuses while another operation is in progress, creates the change
//! set, executes it, and follows it to its end. What the change set contains, and what follows a
//! successful deploy, is up to the caller.

use crate::change_set::{self, ChangeSet};
use crate::error::{DeployError, ForeignStack};
use crate::eta::{Expected, Past};
use crate::follow::{End, Operation, follow, newest, recent_events};
use crate::history;
use crate::host::{Event, Host, Question, Signal};
use crate::progress::Progress;
use crate::stack::{ChangeSetRequest, Deletion};
use crate::state::{self, DeployAction, Ended};
use crate::token::operation_token;
use crate::{Stack, Stacks};
use guardian_aws::{AwsError, ErrorKind};
use std::cell::RefCell;
use std::time::Duration;

/// How many pages of a stack's events are read to estimate how long a deploy takes; CloudFormation
/// returns up to 100 events a page.
const HISTORY_PAGES: usize = 5;
/// How often a host that shows progress is called.
const TICK: Duration = Duration::from_millis(500);

/// Decides whether a stack may be changed, by the template that it has.
pub trait Owner {
    /// An error if the stack belongs to another owner.
    fn check(&self, stack: &Stack, template: &str) -> Result<(), ForeignStack>;
}

/// Deploys one stack.
pub struct Deployer<'a, S, H> {
    /// CloudFormation.
    pub stacks: &'a S,
    /// The program.
    pub host: &'a H,
    /// Name of the stack.
    pub name: &'a str,
    /// Whether to wait for another operation that is in progress.
    pub wait: bool,
    /// Whether the host is asked before a stack is deleted that was never created successfully.
    pub confirm_replacement: bool,
    /// Decides whether the stack may be changed.
    pub owner: Option<&'a dyn Owner>,
    /// Who deploys, for the client request token on each stack event.
    pub initiator: Option<&'a str>,
}

/// A deployer that has stopped following; CloudFormation continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    /// Why.
    pub signal: Signal,
    /// ARN of the stack whose operation continues.
    pub stack_id: String,
}

/// Whether the deploy can continue.
#[derive(Debug)]
pub enum Readiness {
    /// With this stack, or with none yet.
    Ready(Option<Stack>),
    /// It was detached while it waited.
    Detached(Detached),
}

/// What there is to execute.
#[derive(Debug)]
pub enum Prepared {
    /// This change set, on this stack or on none yet.
    Change(Option<Stack>, ChangeSet),
    /// Nothing: the stack is up to date.
    UpToDate(Option<Stack>),
    /// It was detached while it waited.
    Detached(Detached),
}

/// How executing a change set ended; failures are errors.
#[derive(Debug)]
pub enum Outcome {
    /// The stack is deployed.
    Deployed(Box<Stack>),
    /// It was detached; CloudFormation continues.
    Detached(Detached),
}

/// How an operation that was followed ended.
#[derive(Debug)]
pub struct Watched {
    /// The stack at rest, or the request to stop.
    pub end: End<Box<Stack>>,
    /// Its events.
    pub progress: Progress,
}

/// Follows an operation to its end, or until the host is asked to stop.
pub async fn watch<S: Stacks, H: Host>(
    stacks: &S,
    operation: &Operation,
    host: &H,
) -> Result<Watched, AwsError> {
    watch_expecting(stacks, operation, &Expected::default(), host.interrupted(), host).await
}

/// Follows an operation whose changes, and the time that they took before, are known.
async fn watch_expecting<S: Stacks, H: Host>(
    stacks: &S,
    operation: &Operation,
    expected: &Expected,
    interrupted: impl Future<Output = Signal>,
    host: &H,
) -> Result<Watched, AwsError> {
    let progress = RefCell::new(Progress::default());
    let followed = follow(stacks, operation, interrupted, |event| {
        let took_ms = progress.borrow_mut().take(event);
        host.notify(&Event::Stack { event, root: &operation.stack_id, took_ms });
    });
    let ticks = async {
        loop {
            tokio::time::sleep(TICK).await;
            host.progress(expected, &progress.borrow());
        }
    };
    let end = tokio::select! {
        end = followed => end,
        end = ticks => end,
    };
    host.progress_ended();
    Ok(Watched { end: end?, progress: progress.into_inner() })
}

/// Follows the operation in progress on a stack to its end; a request to stop ends it early.
pub async fn wait<S: Stacks, H: Host>(
    stacks: &S,
    stack: &Stack,
    host: &H,
) -> Result<Option<Detached>, AwsError> {
    let operation = Operation::beginning(stacks, &stack.id, None).await?;
    match watch(stacks, &operation, host).await?.end {
        End::Detached(signal) => Ok(Some(Detached { signal, stack_id: stack.id.clone() })),
        End::Over(_) => Ok(None),
    }
}

impl<'a, S: Stacks, H: Host> Deployer<'a, S, H> {
    /// A deployer of the stack `name` that waits for other operations, and asks before it deletes
    /// anything.
    pub fn new(stacks: &'a S, host: &'a H, name: &'a str) -> Self {
        let (wait, confirm_replacement) = (true, true);
        Self { stacks, host, name, wait, confirm_replacement, owner: None, initiator: None }
    }

    /// Brings the stack into a state that can be deployed, or returns why that is not possible.
    pub async fn ready(&self) -> Result<Readiness, DeployError> {
        let Self { stacks, host, name, .. } = *self;
        loop {
            let stack = stacks.stack(name).await?;
            match (state::for_deploy(stack.as_ref()), stack) {
                (DeployAction::Create, _) | (_, None) => return Ok(Readiness::Ready(None)),
                (DeployAction::Update, Some(stack)) => {
                    if let Some(owner) = self.owner {
                        // A template that cannot be read is reported by what follows: it reads it,
                        // too.
                        let template = stacks.template(&stack.id).await.unwrap_or_default();
                        owner.check(&stack, &template)?;
                    }
                    return Ok(Readiness::Ready(Some(stack)));
                }
                (DeployAction::Wait, Some(stack)) => {
                    if !self.wait {
                        return Err(busy(stacks, stack).await);
                    }
                    let operation = newest(stacks, &stack.id).await.ok().flatten();
                    host.notify(&Event::Waiting { stack: &stack, operation: operation.as_ref() });
                    if let Some(detached) = wait(stacks, &stack, host).await? {
                        return Ok(Readiness::Detached(detached));
                    }
                }
                (DeployAction::Replace, Some(stack)) => {
                    if let Some(detached) = self.delete_never_created(&stack).await? {
                        return Ok(Readiness::Detached(detached));
                    }
                }
                (DeployAction::Recover(recovery), Some(stack)) => {
                    return Err(DeployError::Blocked { stack: Box::new(stack), recovery });
                }
            }
        }
    }

    /// Deletes a stack that was never created successfully, so that it can be created. Its status
    /// does not prove that: a stack with signs of a success is refused.
    async fn delete_never_created(&self, stack: &Stack) -> Result<Option<Detached>, DeployError> {
        let Self { stacks, host, .. } = *self;
        if let Some(evidence) = history::success(stacks, stack).await? {
            return Err(DeployError::OnceCreated { stack: Box::new(stack.clone()), evidence });
        }
        host.notify(&Event::NeverCreated(stack));
        if self.confirm_replacement {
            host.approve(Question::DeleteNeverCreated).await?;
        }
        let token = operation_token("replace", self.initiator);
        let operation = Operation::beginning(stacks, &stack.id, Some(token.clone())).await?;
        stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
        match watch(stacks, &operation, host).await?.end {
            End::Detached(signal) => Ok(Some(Detached { signal, stack_id: stack.id.clone() })),
            End::Over(_) => Ok(None),
        }
    }

    /// Creates the change set that `request` describes, for the stack as it is found.
    pub async fn prepare(
        &self,
        request: impl Fn(Option<&Stack>) -> ChangeSetRequest,
    ) -> Result<Prepared, DeployError> {
        loop {
            let existing = match self.ready().await? {
                Readiness::Ready(existing) => existing,
                Readiness::Detached(detached) => return Ok(Prepared::Detached(detached)),
            };
            match change_set::prepare(self.stacks, &request(existing.as_ref())).await {
                Ok(Some(created)) => return Ok(Prepared::Change(existing, created)),
                Ok(None) => return Ok(Prepared::UpToDate(existing)),
                Err(error) => {
                    // Another operation may have begun since the stack was read.
                    let now = self.stacks.stack(self.name).await.ok().flatten();
                    let begun = now.filter(|s| state::for_deploy(Some(s)) == DeployAction::Wait);
                    match begun {
                        Some(stack) if !self.wait => return Err(busy(self.stacks, stack).await),
                        Some(_) => {}
                        None => return Err(error.into()),
                    }
                }
            }
        }
    }

    /// Executes a change set and follows it to its end. Refused where the stack has changed since
    /// the change set was created: exactly what was approved is executed.
    pub async fn execute(&self, change_set: &ChangeSet) -> Result<Outcome, DeployError> {
        let Self { stacks, host, .. } = *self;
        let token = operation_token("deploy", self.initiator);
        let pages = if host.shows_progress() { HISTORY_PAGES } else { 1 };
        let history = recent_events(stacks, &change_set.stack_id, pages).await?;
        let mut operation = Operation {
            stack_id: change_set.stack_id.clone(),
            token: Some(token.clone()),
            last_event: history.first().map(|event| event.id.clone()),
            deletes_on_failure: change_set.create,
        };
        let planned = change_set.changes.iter().filter(|c| c.change_set.is_none());
        let expected = Expected {
            planned: planned.map(|c| c.logical_id.clone()).collect(),
            past: Past::of(&history),
        };
        // From here on a request to stop is kept until the call has returned.
        let interrupted = host.interrupted();
        if let Err(error) = stacks.execute(&change_set.stack_id, &change_set.id, &token).await {
            operation.token = self.executed(error, change_set, token).await?;
        }
        let watched = watch_expecting(stacks, &operation, &expected, interrupted, host).await?;
        let stack = match watched.end {
            End::Detached(signal) => {
                let stack_id = change_set.stack_id.clone();
                return Ok(Outcome::Detached(Detached { signal, stack_id }));
            }
            End::Over(stack) => stack,
        };
        let progress = watched.progress;
        match state::after_deploy(&stack.status) {
            Ended::Succeeded => Ok(Outcome::Deployed(stack)),
            Ended::RolledBack => {
                Err(DeployError::RolledBack { stack, create: change_set.create, progress })
            }
            Ended::Failed => {
                let recovery = match state::for_deploy(Some(&stack)) {
                    DeployAction::Recover(recovery) => Some(recovery),
                    _ => None,
                };
                Err(DeployError::Stuck { stack, recovery, progress })
            }
        }
    }

    /// The token of an execution whose call failed, if the change set is executed all the same: the
    /// response to a first attempt may have been lost, and a second attempt is refused. None if its
    /// events do not show it yet.
    async fn executed(
        &self,
        error: AwsError,
        change_set: &ChangeSet,
        token: String,
    ) -> Result<Option<String>, DeployError> {
        let ChangeSet { stack_id, id, .. } = change_set;
        let newest = self.stacks.events(stack_id, None).await?.items;
        if newest.iter().any(|e| e.token.as_ref() == Some(&token)) {
            return Ok(Some(token));
        }
        let page = self.stacks.change_set(Some(stack_id), id, None).await;
        if page.is_ok_and(|page| state::is_executed(&page.execution)) {
            return Ok(None);
        }
        let stale = matches!(error.kind(), ErrorKind::Stale | ErrorKind::NotFound);
        match self.stacks.stack(stack_id).await.ok().flatten() {
            Some(stack) if state::for_deploy(Some(&stack)) == DeployAction::Wait => {
                Err(busy(self.stacks, stack).await)
            }
            _ if stale => Err(DeployError::Stale {
                stack: self.name.to_owned(),
                reasons: vec![
                    "the stack was changed while this change set waited, which made it obsolete"
                        .to_owned(),
                ],
            }),
            _ => Err(error.into()),
        }
    }
}

async fn busy<S: Stacks>(stacks: &S, stack: Stack) -> DeployError {
    let operation = newest(stacks, &stack.id).await.ok().flatten();
    DeployError::Busy { stack: Box::new(stack), operation }
}
