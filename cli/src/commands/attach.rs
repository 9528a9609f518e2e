//! `guardian attach`: follows what goes on in a stack to its end, whoever began it.

use crate::deployment::place;
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::operation::{detached, failed};
use crate::text::plain;
use crate::ui::Ui;
use crate::view::progress;
use guardian_aws::clock::time;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::{Watched, watch};
use guardian_deploy::events::Newest;
use guardian_deploy::follow::{End, Operation, newest};
use guardian_deploy::protection;
use guardian_deploy::state::is_at_rest;
use guardian_deploy::{Stack, Stacks, token::token_owner};

/// Options of `attach`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Of a stack set: the operation that is followed [default: the one that is under way]
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
}

/// Follows the running operation; ends as whoever began it would have.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    if args.operation.is_some() {
        return Err(Failure::say(Exit::Usage, "--operation is for a stack set").help(
            "a stack has one operation at a time: leave it out, or name an environment with \
             `stack_set`",
        ));
    }
    let (name, region) = place(global)?;
    let config = guardian_aws::load(&global.target(region.as_deref())).await?;
    attach(&CloudFormation::new(&config), &name, ui).await
}

fn ended<'a>(name: &'a str, stack: &'a Stack, followed: bool) -> Event<'a> {
    let subject = Subject::Stack(name);
    Event::Ended { subject, operation: None, status: Some(&stack.status), followed }
}

/// Follows what goes on in a stack to its end.
pub async fn attach<S: Stacks>(stacks: &S, name: &str, ui: &Ui) -> Result<Exit, Failure> {
    let Some(stack) = stacks.stack(name).await? else {
        return Err(Failure::error(format!("stack `{name}` is not there"))
            .help("it may have been deleted; --stack-name, --env and --region say which it is"));
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
        deletes_on_failure: began_as == "CREATE_IN_PROGRESS",
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

/// How an operation ended that began with this status.
fn conclude(watched: Watched, stack: &Stack, began_as: &str, ui: &Ui) -> Result<Exit, Failure> {
    let name = stack.name.as_str();
    let last = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, name, &stack.id)),
        End::Over(last) => last,
    };
    let wanted_delete = began_as == "DELETE_IN_PROGRESS";
    let well = match last.status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => true,
        // Whoever goes on with a rollback wants it.
        "UPDATE_ROLLBACK_COMPLETE" => began_as == "UPDATE_ROLLBACK_IN_PROGRESS",
        "DELETE_COMPLETE" => wanted_delete,
        _ => false,
    };
    ui.emit(&ended(name, &last, true));
    if well {
        return Ok(Exit::Done);
    }
    let (exit, way_out) = if last.status.ends_with("_FAILED") {
        (Exit::Stuck, format!("`guardian recover --stack-name {name}` shows the ways out"))
    } else {
        (Exit::RolledBack, String::new())
    };
    let what = format!("stack `{name}` is {}", last.status);
    Err(failed(exit, &what, &last, &watched.progress, &way_out))
}
