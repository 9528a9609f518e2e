//! `guardian run`: a sweep now, by the deployed function.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::sweep;
use crate::ui::Ui;

/// Options of `run`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Name of the function [default: the one of guardian.yaml]
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
}

/// Invokes the function and reports its summary.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let app = Project::open(global)?.resolve()?.app;
    let session = Session::open(global, app.region.as_deref()).await?;
    let function = args.function.as_deref().unwrap_or(&app.function.name);
    let answer = sweep::invoke(&session.config, function, &sweep::request()).await?;
    if answer.failed {
        return Err(sweep::failure(function, &answer));
    }
    let text = sweep::summary(&answer.payload);
    ui.emit(&Event::Sweep { function, summary: &answer.payload, text });
    let incomplete = sweep::is_incomplete(&answer.payload);
    Ok(if incomplete { Exit::Warnings } else { Exit::Done })
}
