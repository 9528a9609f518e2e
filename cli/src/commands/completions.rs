//! `guardian completions`: the completion script of a shell.

use crate::exit::{Exit, Failure};
use crate::ui::Ui;
use clap_complete::Shell;

/// Options of `completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Bash:  guardian completions bash > ~/.local/share/bash-completion/completions/guardian\n\
                        Zsh:   guardian completions zsh > \"${fpath[1]}/_guardian\"\n\
                        Fish:  guardian completions fish > ~/.config/fish/completions/guardian.fish"
)]
pub struct Args {
    /// The shell
    pub shell: Shell,
}

/// Prints the script as it is, with `--json` too: a shell reads it.
pub fn run(args: &Args, mut program: clap::Command, ui: &Ui) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "guardian", &mut script);
    ui.raw(&script);
    Ok(Exit::Done)
}
