//! `guardian attach`: follows the operation in progress to its end.

use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::operation::{detached, failed};
use crate::session::Session;
use crate::text::plain;
use crate::ui::Ui;
use crate::view::progress;
use guardian_aws::clock::time;
use guardian_deploy::deployer::{Watched, watch};
use guardian_deploy::events::Newest;
use guardian_deploy::follow::{End, Operation, newest};
use guardian_deploy::protection;
use guardian_deploy::state::{
    State, is_at_rest, is_creating, is_deleting, is_failure, is_rolling_back, state,
};
use guardian_deploy::{Stack, Stacks, token::token_owner};

/// Options of `attach`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Of a stack set: the operation to follow [default: the one in progress]
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
}

/// Follows the operation in progress; the exit code is the one of the command that started it.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    if args.operation.is_some() {
        return Err(Failure::say(Exit::Usage, "--operation is for a stack set").help(
            "a stack has one operation at a time: leave it out, or name an environment with \
             `stack_set`",
        ));
    }
    let (session, name) = Session::for_stack(global).await?;
    attach(&session.stacks(), &name, ui).await
}

fn ended<'a>(name: &'a str, stack: &'a Stack, followed: bool) -> Event<'a> {
    let subject = Subject::Stack(name);
    Event::Ended { subject, operation: None, status: Some(&stack.status), followed }
}

/// Follows the operation in progress of a stack to its end.
pub async fn attach<S: Stacks>(stacks: &S, name: &str, ui: &Ui) -> Result<Exit, Failure> {
    let Some(stack) = stacks.stack(name).await? else {
        return Err(Failure::error(format!("stack `{name}` does not exist"))
            .help("it may have been deleted; check --stack-name, --env and --region"));
    };
    if is_at_rest(&stack.status) {
        ui.emit(&ended(name, &stack, false));
        return Ok(Exit::Done);
    }
    let newest = newest(stacks, &stack.id).await?;
    if let Some(newest) = &newest {
        ui.note(&since(&stack, newest));
    }
    let began_as = newest.as_ref().map(|n| n.began_as.clone()).unwrap_or_default();
    let operation = Operation {
        stack_id: stack.id.clone(),
        token: None,
        last_event: newest.and_then(|n| n.last_event),
        deletes_on_failure: is_creating(&began_as),
    };
    let watched = watch(stacks, &operation, ui).await?;
    if let End::Over(last) = &watched.end {
        protection::settle(stacks, last, ui).await;
    }
    conclude(watched, &stack, &began_as, ui)
}

fn since(stack: &Stack, newest: &Newest) -> String {
    let who = match newest.token.as_deref().and_then(token_owner) {
        Some((verb, who)) => format!(", by `guardian {verb}` of {who}"),
        None => String::new(),
    };
    let words = progress::words(&newest.began_as);
    format!("stack `{}`: {words} since {}{who}", plain(&stack.name), time(newest.began_ms))
}

/// The result of an operation that began with this status.
fn conclude(watched: Watched, stack: &Stack, began_as: &str, ui: &Ui) -> Result<Exit, Failure> {
    let name = stack.name.as_str();
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, name, &stack.id)),
        End::Over(last) => last,
    };
    let succeeded = match state(&last.status) {
        State::Deployed => true,
        // The operation continued a rollback.
        State::RolledBack => is_rolling_back(began_as),
        State::Deleted => is_deleting(began_as),
        _ => false,
    };
    ui.emit(&ended(name, &last, true));
    if succeeded {
        return Ok(Exit::Done);
    }
    let (exit, fix) = if is_failure(&last.status) {
        (Exit::Stuck, format!("`guardian recover --stack-name {name}` shows the recovery action"))
    } else {
        (Exit::RolledBack, String::new())
    };
    let what = format!("stack `{name}` is {}", last.status);
    Err(failed(exit, &what, &last, &watched.progress, &fix))
}
