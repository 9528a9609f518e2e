//! `guardian cancel`: takes back an update that is under way.

use crate::account::announce;
use crate::approve::approve;
use crate::deployment::place;
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::operation::{detached, failed};
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::watch;
use guardian_deploy::follow::{End, Operation, newest_event};
use guardian_deploy::protection;
use guardian_deploy::stack::Deletion;
use guardian_deploy::{Stacks, token::operation_token};

/// Options of `cancel`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// Cancels the running operation and follows the way back.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (name, region) = place(global)?;
    let config = guardian_aws::load(&global.target(region.as_deref())).await?;
    announce(&config, global, ui).await?;
    cancel(&CloudFormation::new(&config), &name, args.yes, ui).await
}

/// Cancels what goes on in a stack, where that can be, and follows it to its end.
pub async fn cancel<S: Stacks>(
    stacks: &S,
    name: &str,
    yes: bool,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Some(stack) = stacks.stack(name).await? else {
        return Err(Failure::error(format!("stack `{name}` is not there"))
            .help("it may have been deleted; --stack-name, --env and --region say which it is"));
    };
    let creates = stack.status == "CREATE_IN_PROGRESS";
    if !creates && stack.status != "UPDATE_IN_PROGRESS" {
        return Err(Failure::error(format!(
            "stack `{name}` is {}, which cannot be cancelled",
            stack.status
        ))
        .help(why_not(&stack.status)));
    }
    let question = if creates {
        "It is being created for the first time: delete what has been made of it?"
    } else {
        "Take the update back?"
    };
    approve(ui, yes, question).await?;
    let token = operation_token("cancel", initiator().as_deref());
    let operation = Operation {
        stack_id: stack.id.clone(),
        // The way back may carry the token of what is taken back.
        token: None,
        last_event: newest_event(stacks, &stack.id).await?,
        deletes_on_failure: creates,
    };
    let wanted = if creates {
        stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
        "DELETE_COMPLETE"
    } else {
        stacks.cancel_update(&stack.id, &token).await?;
        "UPDATE_ROLLBACK_COMPLETE"
    };
    let watched = watch(stacks, &operation, ui).await?;
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, name, &stack.id)),
        End::Over(last) => last,
    };
    protection::settle(stacks, &last, ui).await;
    ui.emit(&Event::Ended {
        subject: Subject::Stack(name),
        operation: None,
        status: Some(&last.status),
        followed: true,
    });
    match last.status.as_str() {
        status if status == wanted => {
            let how = if creates { "nothing of it is left" } else { "all is as before" };
            ui.say(&format!("\nStack {name} was cancelled; {how}"));
            Ok(Exit::Done)
        }
        "UPDATE_COMPLETE" | "CREATE_COMPLETE" => Err(Failure::error(format!(
            "stack `{name}` was done before it could be cancelled; it is {}",
            last.status
        ))
        .help("deploy the former state to go back to it")),
        _ => {
            let what = format!("stack `{name}` was cancelled and is {}", last.status);
            let way_out =
                format!("`guardian recover --stack-name {name}` shows the ways out of it");
            Err(failed(Exit::Stuck, &what, &last, &watched.progress, &way_out))
        }
    }
}

fn why_not(status: &str) -> &'static str {
    match status {
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => {
            "the update is done, only what it replaced is being removed; deploy the former state \
             to go back to it"
        }
        status if status.contains("ROLLBACK") && status.ends_with("_IN_PROGRESS") => {
            "it is being taken back already; `guardian attach` follows it"
        }
        "DELETE_IN_PROGRESS" => "a delete cannot be taken back; `guardian attach` follows it",
        _ => "nothing goes on in it that could be taken back",
    }
}
