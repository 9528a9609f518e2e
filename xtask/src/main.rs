//! Tasks of the repository, run as `cargo xtask <task>`.

mod codegen;
mod demo;

use clap::{Parser, Subcommand};
use std::path::Path;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "xtask", about = "Tasks of the repository")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes the resource types of stack/cfn from its schemas
    Codegen {
        /// Write nothing; exit 1 when a file would change
        #[arg(long)]
        check: bool,
    },
    /// Deploys the example to an emulator, runs its machines, shows their lights, and tears down
    Demo {
        /// Stay up before the teardown, until Ctrl-C
        #[arg(long)]
        keep: bool,
    },
}

fn main() -> ExitCode {
    match Args::parse().task {
        Task::Codegen { check } => codegen(check),
        Task::Demo { keep } => match demo::run(keep) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("\ndemo: {message}");
                ExitCode::FAILURE
            }
        },
    }
}

fn codegen(check: bool) -> ExitCode {
    let binding = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stack/cfn");
    match codegen::run(&binding.join("schemas"), &binding.join("src/resources"), check) {
        Ok(changed) if check && !changed.is_empty() => {
            eprintln!("{} would change: run `cargo xtask codegen`", changed.join(", "));
            ExitCode::FAILURE
        }
        Ok(changed) => {
            println!("{} files changed", changed.len());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("codegen: {message}");
            ExitCode::FAILURE
        }
    }
}
