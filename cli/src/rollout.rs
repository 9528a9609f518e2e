//! A deploy from the stack as it is found to the stack as it is wanted: waits or refuses where
//! somebody is at work, makes the change set, runs it, and tells how it ended. What goes into the
//! change set, and what follows a deploy that went well, is the business of the subcommands.

use crate::approve::{Approval, approve};
use crate::deploy::change_set::{self, ChangeSet, ChangeSetError};
use crate::deploy::eta::{Expected, Past};
use crate::deploy::follow::{End, Operation, newest_event, recent_events};
use crate::deploy::owner::Owner;
use crate::deploy::stack::{ChangeSetRequest, Deletion};
use crate::deploy::state::{self, Can, Ended};
use crate::deploy::suspect::Suspect;
use crate::deploy::{Stack, Stacks, cause, operation_token, view};
use crate::exit::{Exit, Failure};
use crate::operation::{at_work, busy, detached, failed_at, made_by, watch, watch_expecting};
use crate::signal::stop_signal;
use crate::synthesis::Synthesis;
use crate::text::plain;
use crate::ui::Ui;
use guardian_aws::identity::initiator;

/// How many pages of a stack's history are read to guess how long a deploy takes; CloudFormation
/// gives up to 100 events a page.
const HISTORY_PAGES: usize = 5;

/// What a deploy works with.
#[derive(Debug)]
pub struct Rollout<'a, S> {
    /// CloudFormation.
    pub stacks: &'a S,
    /// Output.
    pub ui: &'a Ui,
    /// Name of the stack.
    pub name: &'a str,
    /// Whether somebody else's work is waited for.
    pub wait: bool,
    /// What has to be approved.
    pub approval: Approval,
    /// The project, where there is one: failures are led back to its lines, and the stack has to be
    /// its own.
    pub project: Option<&'a Synthesis>,
}

/// Whether the deploy can go on.
#[derive(Debug)]
pub enum Ready {
    /// With this stack, or with none.
    Go(Option<Stack>),
    /// It was let go of while it waited.
    Detached(Exit),
}

/// What there is to run.
#[derive(Debug)]
pub enum Prepared {
    /// This change set, on this stack or on none yet.
    Change(Option<Stack>, ChangeSet),
    /// Nothing: the stack is as it is wanted.
    UpToDate(Option<Stack>),
    /// It was let go of while it waited.
    Detached(Exit),
}

/// How running a change set ended; failures are errors.
#[derive(Debug)]
pub enum Outcome {
    /// As asked.
    Deployed(Box<Stack>),
    /// It was let go of; CloudFormation goes on.
    Detached(Exit),
}

impl<S: Stacks> Rollout<'_, S> {
    /// Brings the stack into a state that can be deployed, or says why that cannot be.
    pub async fn ready(&self) -> Result<Ready, Failure> {
        let Self { stacks, ui, name, .. } = *self;
        loop {
            let stack = stacks.stack(name).await?;
            match (state::for_deploy(stack.as_ref()), stack) {
                (Can::Create, _) | (_, None) => return Ok(Ready::Go(None)),
                (Can::Update, Some(stack)) => {
                    if let Some(synthesis) = self.project {
                        Owner::of_app(&synthesis.app).check(stacks, &stack).await?;
                    }
                    return Ok(Ready::Go(Some(stack)));
                }
                (Can::Wait, Some(stack)) => {
                    if !self.wait {
                        return Err(busy(stacks, &stack, ui).await);
                    }
                    let at_work = at_work(stacks, &stack).await;
                    ui.note(&format!("waiting: stack `{name}` is being worked on{at_work}"));
                    if let Some(exit) = wait(stacks, &stack, ui).await? {
                        return Ok(Ready::Detached(exit));
                    }
                }
                (Can::Replace, Some(stack)) => {
                    ui.say(&format!(
                        "Stack {name} is {}: it was never up, and has to be deleted before it can \
                         be created. Nothing of value is in it.",
                        stack.status
                    ));
                    approve(ui, self.approval != Approval::Any, "Delete it?").await?;
                    let token = operation_token("replace", initiator().as_deref());
                    let last_event = newest_event(stacks, &stack.id).await?;
                    stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
                    let operation = Operation {
                        stack_id: stack.id.clone(),
                        token: Some(token),
                        last_event,
                        deletes_on_failure: false,
                    };
                    match watch(stacks, &operation, ui).await?.end {
                        End::Detached(signal) => {
                            return Ok(Ready::Detached(detached(ui, signal, name, &stack.id)));
                        }
                        End::AtRest(_) => {}
                    }
                }
                (Can::Stuck(recovery), Some(stack)) => {
                    let reason = stack.reason.as_deref().map(|r| format!(": {}", plain(r)));
                    return Err(Failure::say(
                        Exit::Stuck,
                        format!(
                            "stack `{name}` is {} and cannot be deployed{}",
                            stack.status,
                            reason.unwrap_or_default()
                        ),
                    )
                    .help(recovery.advice(name)));
                }
            }
        }
    }

    /// Makes the change set that `request` asks for, of the stack as it is found.
    pub async fn prepare(
        &self,
        request: impl Fn(Option<&Stack>) -> ChangeSetRequest,
    ) -> Result<Prepared, Failure> {
        loop {
            let existing = match self.ready().await? {
                Ready::Go(existing) => existing,
                Ready::Detached(exit) => return Ok(Prepared::Detached(exit)),
            };
            match change_set::prepare(self.stacks, &request(existing.as_ref())).await {
                Ok(Some(made)) => return Ok(Prepared::Change(existing, made)),
                Ok(None) => return Ok(Prepared::UpToDate(existing)),
                Err(error) => {
                    // Somebody may have begun since the stack was looked at.
                    let now = self.stacks.stack(self.name).await.ok().flatten();
                    let begun = now.filter(|s| state::for_deploy(Some(s)) == Can::Wait);
                    match begun {
                        Some(stack) if !self.wait => {
                            return Err(busy(self.stacks, &stack, self.ui).await);
                        }
                        Some(_) => {}
                        None => return Err(not_made(error, self.project)),
                    }
                }
            }
        }
    }

    /// Runs a change set and follows it to its end. Refused where the stack has changed since the
    /// change set was made: what was approved is what runs, or nothing does.
    pub async fn execute(&self, change_set: &ChangeSet) -> Result<Outcome, Failure> {
        let Self { stacks, ui, name, .. } = *self;
        let token = operation_token("deploy", initiator().as_deref());
        // Only a person who watches is told how long it may take.
        let pages = if ui.live { HISTORY_PAGES } else { 1 };
        let history = recent_events(stacks, &change_set.stack_id, pages).await?;
        let operation = Operation {
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
        // Whoever lets go while the call is on its way is told that the deploy goes on, too.
        let let_go = stop_signal();
        if let Err(error) = stacks.execute(&change_set.stack_id, &change_set.id, &token).await {
            // The answer to a first try may have been lost, and a second one is refused.
            let newest = stacks.events(&change_set.stack_id, None).await?.items;
            if !newest.iter().any(|e| e.token.as_deref() == Some(token.as_str())) {
                return Err(self.not_run(error, change_set).await);
            }
        }
        let watched = watch_expecting(stacks, &operation, &expected, let_go, ui).await?;
        let stack = match watched.end {
            End::Detached(signal) => {
                let exit = detached(ui, signal, name, &change_set.stack_id);
                return Ok(Outcome::Detached(exit));
            }
            End::AtRest(stack) => stack,
        };
        let (exit, how, way_out) = match state::after_deploy(&stack.status) {
            Ended::Well => return Ok(Outcome::Deployed(stack)),
            Ended::RolledBack if change_set.create => {
                (Exit::RolledBack, "and was taken back; nothing of it is left", String::new())
            }
            Ended::RolledBack => (Exit::RolledBack, "and was rolled back", String::new()),
            Ended::Stuck => {
                let recovery = match state::for_deploy(Some(&stack)) {
                    Can::Stuck(recovery) => recovery.advice(name),
                    _ => String::new(),
                };
                (Exit::Stuck, "and the stack needs recovery", recovery)
            }
        };
        let what = format!("the deploy of stack `{name}` failed {how}");
        Err(failed_at(exit, &what, &stack, &watched.progress, &way_out, self.project))
    }

    /// Why a change set was not run.
    async fn not_run(&self, error: guardian_aws::AwsError, change_set: &ChangeSet) -> Failure {
        let outdated = ["InvalidChangeSetStatus", "ChangeSetNotFound"]
            .iter()
            .any(|code| error.code().contains(code));
        let stack = self.stacks.stack(&change_set.stack_id).await.ok().flatten();
        match stack {
            Some(stack) if state::for_deploy(Some(&stack)) == Can::Wait => {
                busy(self.stacks, &stack, self.ui).await
            }
            _ if outdated => stale(
                self.name,
                &["the stack was changed while this change set waited, which made it obsolete"
                    .to_owned()],
            ),
            _ => error.into(),
        }
    }
}

/// The failure of a plan that does not hold any more.
pub fn stale(stack: &str, why: &[String]) -> Failure {
    let why: Vec<String> = why.iter().map(|reason| format!("\n  {}", plain(reason))).collect();
    Failure::say(
        Exit::NotApproved,
        format!("the plan for stack `{stack}` is stale; nothing was changed{}", why.concat()),
    )
    .help("make a new plan and have it approved: what was approved is what runs, or nothing does")
}

/// The failure of a change set that CloudFormation could not make, its first cause first, with the
/// line of the project that made what it is about.
pub fn not_made(error: ChangeSetError, project: Option<&Synthesis>) -> Failure {
    match error {
        ChangeSetError::Call(error) => error.into(),
        ChangeSetError::Failed { stack, reason, invalid } => {
            let mut text = format!("CloudFormation cannot make a change set for stack `{stack}`");
            let (source, shown) = made_by(project, invalid.first().and_then(Suspect::of_invalid));
            match invalid.split_first() {
                None => text.push_str(&format!(": {}", plain(&reason))),
                Some((first, others)) => {
                    text.push_str(&format!("\n{}", view::invalid(first)));
                    if let Some(source) = source {
                        text.push_str(&format!("\n  {}", plain(&source)));
                    }
                    for other in others.iter().take(5) {
                        text.push_str(&format!("\nalso {}", view::invalid(other)));
                    }
                }
            }
            let first = invalid.first().map_or(reason.as_str(), |first| first.reason.as_str());
            let words = Failure::error(text).at(shown);
            match cause::hint(first) {
                Some(hint) => words.help(hint),
                None => words.into(),
            }
        }
    }
}

/// Watches what goes on in a stack until nothing does; how the program ends, if it was let go of.
pub async fn wait<S: Stacks>(stacks: &S, stack: &Stack, ui: &Ui) -> Result<Option<Exit>, Failure> {
    let operation = Operation {
        stack_id: stack.id.clone(),
        token: None,
        last_event: newest_event(stacks, &stack.id).await?,
        deletes_on_failure: false,
    };
    match watch(stacks, &operation, ui).await?.end {
        End::Detached(signal) => Ok(Some(detached(ui, signal, &stack.name, &stack.id))),
        End::AtRest(_) => Ok(None),
    }
}
