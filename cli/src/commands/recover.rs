//! `guardian recover`: explains the state that a stack is in, and takes the way out of it.

use crate::account::announce;
use crate::approve::approve;
use crate::deployment::place;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::host::policy_is_lifted;
use crate::operation::{detached, failed};
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::{wait, watch};
use guardian_deploy::follow::{End, Operation, newest_event};
use guardian_deploy::protection;
use guardian_deploy::recovery::{Chosen, Situation, Step, Way, in_the_way, situation, step};
use guardian_deploy::stack::{Deletion, all_change_sets};
use guardian_deploy::state::is_at_rest;
use guardian_deploy::{Stack, Stacks, token::operation_token};

/// Options of `recover`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask. Without the options below only the safe way is taken
    #[arg(short, long)]
    pub yes: bool,
    /// A resource that the rollback leaves as it is; of a nested stack NESTED-STACK-NAME.ID
    #[arg(long, value_name = "ID")]
    pub skip: Vec<String>,
    /// A resource that the delete leaves behind
    #[arg(long, value_name = "ID", conflicts_with = "skip")]
    pub retain: Vec<String>,
    /// Leave behind whatever cannot be deleted
    #[arg(long, conflicts_with_all = ["skip", "retain"])]
    pub force: bool,
}

/// Explains, asks, and does it.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (name, region) = place(global)?;
    let config = guardian_aws::load(&global.target(region.as_deref())).await?;
    announce(&config, global, ui).await?;
    let chosen = Chosen { skip: args.skip.clone(), retain: args.retain.clone(), force: args.force };
    recover(&CloudFormation::new(&config), &name, &chosen, args.yes, ui).await
}

/// Explains the state of a stack, asks, and takes the way out of it.
pub async fn recover<S: Stacks>(
    stacks: &S,
    name: &str,
    chosen: &Chosen,
    yes: bool,
    ui: &Ui,
) -> Result<Exit, Failure> {
    // Only waiting goes round: what was waited for may have left a state that needs more.
    loop {
        let stack = stacks.stack(name).await?;
        let (found, obstacles) = explain(stacks, name, stack.as_ref()).await?;
        ui.emit(&Event::State {
            stack: name,
            status: stack.as_ref().map(|s| s.status.as_str()),
            text: &found.text,
            in_the_way: obstacles.iter().map(|o| o.id.as_str()).collect(),
        });
        let step = step(found.way, chosen, &obstacles)
            .map_err(|why| Failure::from(Failure::invalid(why)))?;
        let Some(stack) = stack else { return Ok(Exit::Done) };
        if is_at_rest(&stack.status) {
            protect_again(stacks, &stack, yes, ui).await?;
        }
        match step {
            Step::Nothing if found.way == Way::Unknown || is_blocked(&stack) => {
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
                    "Go on with the rollback?".to_owned()
                } else {
                    format!("Go on with the rollback and leave {} as is?", skip.join(", "))
                };
                approve(ui, yes, &question).await?;
                return go_on(stacks, &stack, &skip, ui).await;
            }
            Step::Delete(how) => {
                approve(ui, yes, &question(&how)).await?;
                return delete(stacks, &stack, &how, ui).await;
            }
        }
    }
}

/// Sets the stack's policy again where a deploy has lifted it and did not come to its end.
async fn protect_again<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    yes: bool,
    ui: &Ui,
) -> Result<(), Failure> {
    match protection::is_lifted(stacks, &stack.id).await {
        Ok(true) => {
            ui.say(&policy_is_lifted(&stack.name));
            approve(ui, yes, "Set it again?").await?;
            protection::restore(stacks, stack, ui).await?;
            Ok(())
        }
        Ok(false) => Ok(()),
        // Who may not read policies has lifted none.
        Err(error) if error.code().contains("AccessDenied") => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a stack with no way out is one that a deploy could not go on from either.
fn is_blocked(stack: &Stack) -> bool {
    stack.termination_protection
        && matches!(
            stack.status.as_str(),
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED"
        )
}

async fn explain<S: Stacks>(
    stacks: &S,
    name: &str,
    stack: Option<&Stack>,
) -> Result<(Situation, Vec<guardian_deploy::recovery::InTheWay>), Failure> {
    let (mut obstacles, mut change_sets) = (Vec::new(), Vec::new());
    if let Some(stack) = stack.filter(|s| s.status != "DELETE_COMPLETE") {
        if stack.status == "REVIEW_IN_PROGRESS" {
            change_sets = all_change_sets(stacks, &stack.name).await?;
        } else if is_at_rest(&stack.status) {
            obstacles = in_the_way(stacks, &stack.id).await?;
        }
    }
    Ok((situation(name, stack, &obstacles, &change_sets), obstacles))
}

fn question(how: &Deletion) -> String {
    match how {
        Deletion::Standard => "Delete it?".to_owned(),
        Deletion::Retaining(ids) => format!("Delete it and leave {} behind?", ids.join(", ")),
        Deletion::Force => "Delete it and leave behind whatever cannot be deleted?".to_owned(),
    }
}

async fn go_on<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    skip: &[String],
    ui: &Ui,
) -> Result<Exit, Failure> {
    let operation = begin(stacks, stack).await?;
    let token = operation.token.as_deref().unwrap_or_default();
    stacks.continue_rollback(&stack.id, skip, token).await?;
    end(stacks, stack, &operation, "UPDATE_ROLLBACK_COMPLETE", "is as before the update", ui).await
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
    end(stacks, stack, &operation, "DELETE_COMPLETE", "is deleted", ui).await
}

async fn begin<S: Stacks>(stacks: &S, stack: &Stack) -> Result<Operation, Failure> {
    Ok(Operation {
        stack_id: stack.id.clone(),
        token: Some(operation_token("recover", initiator().as_deref())),
        last_event: newest_event(stacks, &stack.id).await?,
        deletes_on_failure: false,
    })
}

async fn end<S: Stacks>(
    stacks: &S,
    stack: &Stack,
    operation: &Operation,
    wanted: &str,
    words: &str,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let watched = watch(stacks, operation, ui).await?;
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, &stack.name, &stack.id)),
        End::Over(last) => last,
    };
    if last.status == wanted {
        ui.emit(&Event::Recovered { stack: &stack.name, status: &last.status, outcome: words });
        return Ok(Exit::Done);
    }
    let what = format!("stack `{}` is {} again", stack.name, last.status);
    let way_out = format!(
        "`guardian recover --stack-name {}` shows what is in the way, and what can be left out",
        stack.name
    );
    Err(failed(Exit::Stuck, &what, &last, &watched.progress, &way_out))
}
