//! Tasks of the repository, run as `cargo xtask <task>`.

mod aws_proof;
mod bench;
mod browser;
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
use std::path::PathBuf;
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
        /// Resource type to add, such as AWS::KMS::Key; repeat it for several. Its schema is taken
        /// from schemas/all.jsonl.gz, without network
        #[arg(long, value_name = "TYPE", conflicts_with = "check")]
        add: Vec<String>,
        /// Take the schemas of --add from this file, or from the files of this directory
        #[arg(long, value_name = "PATH", requires = "add")]
        from: Option<PathBuf>,
        /// Regenerate schemas/all.jsonl.gz from `cfnlint/data/schemas` of an unpacked cfn-lint
        #[arg(long, value_name = "DIRECTORY", conflicts_with_all = ["check", "add"])]
        archive: Option<PathBuf>,
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
    /// Checks the board in Chromium; without it, says so and succeeds
    Browser,
    /// Draws the pictures of the README into docs/pictures
    Pictures,
    /// Builds the program with the function inside, its archive, checksums and bill of materials into
    /// target/dist
    Dist {
        /// Rust target of the program [default: this machine's]
        #[arg(long)]
        target: Option<String>,
    },
    /// Proves on an AWS account, or on the emulator, what Guardian claims of AWS; removes everything again
    AwsProof(aws_proof::Options),
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
    /// The function's package, start, memory and work under AWS's limits, and `guardian status` of
    /// 10,000 machines; fails where a required figure is missed
    Function,
    /// The program of `dist` in an empty environment, from nothing to a light on the emulator
    OneFile,
}

fn main() -> ExitCode {
    let done = match Args::parse().task {
        Task::Codegen { archive: Some(from), .. } => {
            let binding = repository().join("stack/cfn");
            let count = codegen::schemas::archive(&binding.join("schemas"), &from);
            count.map(|count| println!("{count} types in schemas/{}", codegen::schemas::ARCHIVE))
        }
        Task::Codegen { check, add, from, .. } => {
            let binding = repository().join("stack/cfn");
            let schemas = binding.join("schemas");
            let added = add.iter().try_for_each(|kind| {
                let file = codegen::schemas::add(&schemas, kind, from.as_deref())?;
                println!("{kind}: {}", file.display());
                Ok(())
            });
            added
                .and_then(|()| codegen::run(&binding, check))
                .and_then(|files| report(&files, check, "codegen"))
        }
        Task::Templates { check } => {
            templates::run(check).and_then(|files| report(&files, check, "templates"))
        }
        Task::Layers { .. } => layers::run(repository()).map(|report| print!("{report}")),
        Task::Docs { .. } => links::run().map(|files| println!("{files} files checked")),
        Task::Demo { keep } => demo::run(keep),
        Task::AwsProof(options) => aws_proof::run(&options),
        Task::Browser => browser::check().map(drop),
        Task::Pictures => browser::pictures(),
        Task::Dist { target } => {
            dist::run(target.as_deref()).map(|lines| lines.iter().for_each(|l| println!("{l}")))
        }
        Task::Release { tag } => {
            release::check(tag.as_deref()).map(|version| println!("version {version}"))
        }
        Task::Bench { what: Measured::Synth } => bench::synth(),
        Task::Bench { what: Measured::Light } => bench::light(),
        Task::Bench { what: Measured::Function } => bench::function(),
        Task::Bench { what: Measured::OneFile } => bench::one_file(),
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
