//! Tasks of the repository, run as `cargo xtask <task>`.

mod bench;
mod codegen;
mod demo;
mod dist;
mod imports;
mod layers;
mod links;
mod release;
mod templates;

use clap::{Parser, Subcommand};
use guardian_tests::repository;
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
    /// Writes the templates of the examples into cfn-templates
    Templates {
        /// Write nothing; exit 1 when a file would change
        #[arg(long)]
        check: bool,
    },
    /// Holds the crates to ARCHITECTURE.md's layers, and finds import cycles between their files
    Layers {
        /// As of the other tasks; this one never writes
        #[arg(long)]
        check: bool,
    },
    /// Checks the links of the Markdown files
    Docs {
        /// As of the other tasks; this one never writes
        #[arg(long)]
        check: bool,
    },
    /// Deploys the example to an emulator, runs its machines, shows their lights, and tears down
    Demo {
        /// Stay up before the teardown, until Ctrl-C
        #[arg(long)]
        keep: bool,
    },
    /// Builds the program with the function inside, its archive, checksums and bill of materials into
    /// target/dist
    Dist {
        /// Rust target of the program [default: this machine's]
        #[arg(long)]
        target: Option<String>,
    },
    /// Compares version, changelog and tag
    Release {
        /// The tag that is to be released, such as v1.2.3
        #[arg(long)]
        tag: Option<String>,
    },
    /// Measures the figures of docs/benchmarks.md
    Bench {
        /// What to measure
        what: Measured,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Measured {
    /// Time and memory of `guardian synth`
    Synth,
    /// Time from an execution's end to its alarm on the emulator, and of a cold start
    Light,
}

fn main() -> ExitCode {
    let done = match Args::parse().task {
        Task::Codegen { check } => {
            let binding = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stack/cfn");
            codegen::run(&binding, check).and_then(|files| report(&files, check, "codegen"))
        }
        Task::Templates { check } => {
            templates::run(check).and_then(|files| report(&files, check, "templates"))
        }
        Task::Layers { .. } => layers::run(repository()).map(|report| print!("{report}")),
        Task::Docs { .. } => links::run().map(|files| println!("{files} files checked")),
        Task::Demo { keep } => demo::run(keep),
        Task::Dist { target } => {
            dist::run(target.as_deref()).map(|lines| lines.iter().for_each(|l| println!("{l}")))
        }
        Task::Release { tag } => {
            release::check(tag.as_deref()).map(|version| println!("version {version}"))
        }
        Task::Bench { what: Measured::Synth } => bench::synth(),
        Task::Bench { what: Measured::Light } => bench::light(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the number of changed files; with `check`, a file that would change is an error.
fn report(changed: &[String], check: bool, task: &str) -> Result<(), String> {
    if check && !changed.is_empty() {
        return Err(format!("{} would change: run `cargo xtask {task}`", changed.join(", ")));
    }
    println!("{} files changed", changed.len());
    Ok(())
}
