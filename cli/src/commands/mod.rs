//! The subcommands, one a file: its options, and what it does with them.

pub mod completions;

use crate::args::Args;
use crate::exit::{Exit, Failure};
use crate::ui::Ui;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// Runs the subcommand.
pub async fn run(args: &Args, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        Command::Completions(args) => completions::run(args, ui),
    }
}
