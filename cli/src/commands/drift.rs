//! `guardian drift`: shows the changes that were made outside of CloudFormation.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::operation::busy;
use crate::session::Session;
use crate::ui::Ui;
use crate::view::drift::shown;
use guardian_deploy::Stacks;
use guardian_deploy::drift::detect;
use guardian_deploy::stack::Drifted;
use guardian_deploy::state::{is_at_rest, is_created};

/// Options of `drift`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// Detects drift; exits with 2 if there is any.
pub async fn run(Args {}: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (session, name) = Session::for_stack(global).await?;
    drift(&session.stacks(), &name, ui).await
}

/// Detects the drift of a stack and shows it.
pub async fn drift<S: Stacks>(stacks: &S, name: &str, ui: &Ui) -> Result<Exit, Failure> {
    let found = stacks.stack(name).await?;
    let found = found.filter(|s| is_created(&s.status));
    let Some(stack) = found else {
        return Err(Failure::error(format!("stack `{name}` does not exist"))
            .help("`guardian deploy` creates it; or check --stack-name, --env and --region"));
    };
    if !is_at_rest(&stack.status) {
        return Err(busy(stacks, &stack, ui).await);
    }
    ui.note(&format!("detecting drift of stack `{name}`; this takes a while"));
    let found = detect(stacks, &stack.id).await?;
    for resource in found.resources.iter().filter(|r| r.drifted != Drifted::No) {
        ui.emit(&Event::Drift(resource));
    }
    let drifted = found.drifted().count();
    let (looked_at, unread) = (found.resources.len(), &found.unread);
    ui.emit(&Event::Drifted { stack: name, drifted, looked_at, unread });
    ui.say(&shown(name, &found, ui.style));
    Ok(match (drifted, found.unread.is_empty()) {
        (0, true) => Exit::Done,
        (0, false) => Exit::Warnings,
        _ => {
            ui.say("`guardian deploy --revert-drift` reverts it");
            Exit::Differences
        }
    })
}
