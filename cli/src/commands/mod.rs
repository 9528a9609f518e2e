//! The subcommands, one a file: its options, and what it does with them.

pub mod completions;
pub mod replay;

use crate::args::Args;
use crate::exit::{Exit, Failure};
use crate::ui::Ui;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Show what alarms would have said of past executions, and how wrong they would have been
    Replay(Box<replay::Args>),
}

/// Runs the subcommand.
pub async fn run(args: &Args, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        Command::Completions(own) => completions::run(own, ui),
        Command::Replay(own) => replay::run(own, &args.global, ui).await,
    }
}
