//! `guardian recover`: shows the diagnosis of a stack and executes its recovery action.

use crate::approve::approve;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::host::policy_is_lifted;
use crate::operation::{detached, failed};
use crate::session::Session;
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_deploy::deployer::{wait, watch};
use guardian_deploy::follow::{End, Operation};
use guardian_deploy::protection;
use guardian_deploy::recovery::{Chosen, Findings, Remedy, Step, diagnose, findings, step};
use guardian_deploy::stack::Deletion;
use guardian_deploy::state::{State, is_at_rest, is_delete_failure, is_never_created, state};
use guardian_deploy::{Stack, Stacks, token::operation_token};

/// Options of `recover`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask; without the options below, nothing is skipped or left behind
    #[arg(short, long)]
    pub yes: bool,
    /// A resource that the rollback leaves as it is; in a nested stack NESTED-STACK-NAME.ID
    #[arg(long, value_name = "ID")]
    pub skip: Vec<String>,
    /// A resource that the delete leaves behind
    #[arg(long, value_name = "ID", conflicts_with = "skip")]
    pub retain: Vec<String>,
    /// Leave behind all resources that cannot be deleted
    #[arg(long, conflicts_with_all = ["skip", "retain"])]
    pub force: bool,
}

/// Diagnoses, asks, and recovers.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (session, name) = Session::for_stack(global).await?;
    session.announce(ui).await?;
    let chosen = Chosen { skip: args.skip.clone(), retain: args.retain.clone(), force: args.force };
    recover(&session.stacks(), &name, &chosen, args.yes, ui).await
}

/// Shows the diagnosis of a stack, asks, and executes the recovery action.
pub async fn recover<S: Stacks>(
    stacks: &S,
    name: &str,
    chosen: &Chosen,
    yes: bool,
    ui: &Ui,
) -> Result<Exit, Failure> {
    // Only waiting repeats: the operation may have left a state that needs recovery.
    loop {
        let stack = stacks.stack(name).await?;
        let findings = match &stack {
            Some(stack) => findings(stacks, stack).await?,
            None => Findings::default(),
        };
        let found = diagnose(name, stack.as_ref(), &findings);
        let obstacles = findings.blockers;
        ui.emit(&Event::State {
            stack: name,
            status: stack.as_ref().map(|s| s.status.as_str()),
            text: &found.text,
            in_the_way: obstacles.iter().map(|o| o.id.as_str()).collect(),
        });
        let step = step(found.remedy, chosen, &obstacles)
            .map_err(|why| Failure::from(Failure::invalid(why)))?;
        let Some(stack) = stack else { return Ok(Exit::Done) };
        if is_at_rest(&stack.status) {
            restore_policy(stacks, &stack, yes, ui).await?;
        }
        match step {
            Step::Nothing if found.remedy == Remedy::Unknown || is_blocked(&stack) => {
                return Ok(Exit::Stuck);
            }
            Step::Nothing => return Ok(Exit::Done),
            Step::Wait => {
                approve(ui, yes, "Wait for it?").await?;
                if let Some(end) = wait(stacks, &stack, ui).await? {
                    return Ok(detached(ui, end.signal, &stack.name, &end.stack_id));
                }
            }
            Step::ContinueRollback(skip) => {
                let question = if skip.is_empty() {
                    "Continue the rollback?".to_owned()
                } else {
                    format!("Continue the rollback and leave {} as is?", skip.join(", "))
                };
                approve(ui, yes, &question).await?;
                return continue_rollback(stacks, &stack, &skip, ui).await;
            }
            Step::Delete(how) => {
                approve(ui, yes, &question(&how)).await?;
                return delete(stacks, &stack, &how, ui).await;
            }
        }
    }
}

/// Restores the stack's policy where a deploy lifted it and did not finish.
async fn restore_policy<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    yes: bool,
    ui: &Ui,
) -> Result<(), Failure> {
    match protection::is_lifted(stacks, &stack.id).await {
        Ok(true) => {
            ui.say(&policy_is_lifted(&stack.name));
            approve(ui, yes, "Restore it?").await?;
            protection::restore(stacks, stack, ui).await?;
            Ok(())
        }
        Ok(false) => Ok(()),
        // A caller without permission to read policies has lifted none.
        Err(error) if error.is_access_denied() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a stack without a recovery action cannot be deployed either.
fn is_blocked(stack: &Stack) -> bool {
    stack.termination_protection
        && (is_never_created(&stack.status) || is_delete_failure(&stack.status))
}

fn question(how: &Deletion) -> String {
    match how {
        Deletion::Standard => "Delete it?".to_owned(),
        Deletion::Retaining(ids) => format!("Delete it and leave {} behind?", ids.join(", ")),
        Deletion::Force => {
            "Delete it and leave behind all resources that cannot be deleted?".to_owned()
        }
    }
}

async fn continue_rollback<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    skip: &[String],
    ui: &Ui,
) -> Result<Exit, Failure> {
    let operation = begin(stacks, stack).await?;
    let token = operation.token.as_deref().unwrap_or_default();
    stacks.continue_rollback(&stack.id, skip, token).await?;
    end(stacks, stack, &operation, State::RolledBack, "is as before the update", ui).await
}

async fn delete<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    how: &Deletion,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let operation = begin(stacks, stack).await?;
    let token = operation.token.as_deref().unwrap_or_default();
    stacks.delete_stack(&stack.id, how, token).await?;
    end(stacks, stack, &operation, State::Deleted, "is deleted", ui).await
}

async fn begin<S: Stacks>(stacks: &S, stack: &Stack) -> Result<Operation, Failure> {
    let token = operation_token("recover", initiator().as_deref());
    Ok(Operation::beginning(stacks, &stack.id, Some(token)).await?)
}

async fn end<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    operation: &Operation,
    wanted: State,
    words: &str,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let watched = watch(stacks, operation, ui).await?;
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, &stack.name, &stack.id)),
        End::Over(last) => last,
    };
    if state(&last.status) == wanted {
        ui.emit(&Event::Recovered { stack: &stack.name, status: &last.status, outcome: words });
        return Ok(Exit::Done);
    }
    let what = format!("stack `{}` is {} again", stack.name, last.status);
    let fix = format!(
        "`guardian recover --stack-name {}` shows the failed resources, and which can be skipped \
         or retained",
        stack.name
    );
    Err(failed(Exit::Stuck, &what, &last, &watched.progress, &fix))
}
