//! `guardian cancel`: cancels the operation in progress.

use crate::approve::approve;
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::operation::{detached, failed};
use crate::session::Session;
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_deploy::deployer::watch;
use guardian_deploy::follow::{End, Operation};
use guardian_deploy::protection;
use guardian_deploy::stack::Deletion;
use guardian_deploy::state::{
    State, is_cleaning_up, is_creating, is_deleting, is_rolling_back, is_updating, state,
};
use guardian_deploy::{Stacks, token::operation_token};

/// Options of `cancel`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// Cancels the operation in progress and follows its rollback.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (session, name) = Session::for_stack(global).await?;
    session.announce(ui).await?;
    cancel(&session.stacks(), &name, args.yes, ui).await
}

/// Cancels the create or update in progress of a stack, and follows its rollback to the end.
pub async fn cancel<S: Stacks>(
    stacks: &S,
    name: &str,
    yes: bool,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Some(stack) = stacks.stack(name).await? else {
        return Err(Failure::error(format!("stack `{name}` does not exist"))
            .help("it may have been deleted; check --stack-name, --env and --region"));
    };
    let creates = is_creating(&stack.status);
    if !creates && !is_updating(&stack.status) {
        return Err(Failure::error(format!(
            "stack `{name}` is {}, which cannot be cancelled",
            stack.status
        ))
        .help(why_not(&stack.status)));
    }
    let question = if creates {
        "It is being created for the first time: delete the resources created so far?"
    } else {
        "Roll the update back?"
    };
    approve(ui, yes, question).await?;
    let token = operation_token("cancel", initiator().as_deref());
    // Without a token: the events of the rollback may have that of the update.
    let operation = Operation::beginning(stacks, &stack.id, None).await?;
    let operation = Operation { deletes_on_failure: creates, ..operation };
    let wanted = if creates {
        stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
        State::Deleted
    } else {
        stacks.cancel_update(&stack.id, &token).await?;
        State::RolledBack
    };
    let watched = watch(stacks, &operation, ui).await?;
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, name, &stack.id)),
        End::Over(last) => last,
    };
    protection::settle(stacks, &last, ui).await;
    let how = if creates { "nothing of it remains" } else { "it is as before the update" };
    ui.emit(&Event::Ended {
        subject: Subject::Stack(name),
        operation: None,
        status: Some(&last.status),
        followed: true,
    });
    match state(&last.status) {
        state if state == wanted => {
            ui.say(&format!("The operation was cancelled; {how}"));
            Ok(Exit::Done)
        }
        State::Deployed => Err(Failure::error(format!(
            "the operation on stack `{name}` was complete before it could be cancelled; the stack is {}",
            last.status
        ))
        .help("to return to the former state, deploy it")),
        _ => {
            let what = format!("stack `{name}` was cancelled and is {}", last.status);
            let fix =
                format!("`guardian recover --stack-name {name}` shows the recovery action");
            Err(failed(Exit::Stuck, &what, &last, &watched.progress, &fix))
        }
    }
}

fn why_not(status: &str) -> &'static str {
    if is_cleaning_up(status) {
        "the update is complete, and only the resources that it replaced are being deleted; to \
         return to the former state, deploy it"
    } else if is_rolling_back(status) {
        "it is being rolled back already; `guardian attach` follows the rollback"
    } else if is_deleting(status) {
        "a delete cannot be cancelled; `guardian attach` follows it"
    } else {
        "no create or update is in progress"
    }
}
