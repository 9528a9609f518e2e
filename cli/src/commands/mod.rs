//! The subcommands, one a file: its options, and what it does with them.

pub mod attach;
pub mod cancel;
pub mod ci;
pub mod completions;
pub mod config;
pub mod deploy;
pub mod destroy;
pub mod diff;
pub mod doctor;
pub mod drift;
pub mod drill;
pub mod gc;
pub mod init;
pub mod man;
pub mod package;
pub mod plan;
pub mod recover;
pub mod replay;
pub mod run;
pub mod stack_set;
pub mod status;
pub mod synth;
pub mod validate;
pub mod verify;

use crate::args::{Args, Global};
use crate::exit::{Exit, Failure};
use crate::ui::Ui;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Write a configuration and a definition to start from
    Init(init::Args),
    /// Check the configuration, the definitions and the templates
    Validate(validate::Args),
    /// Write the CloudFormation templates
    Synth(synth::Args),
    /// Build the function and pack it
    Package(package::Args),
    /// Write down what a deploy would do, to be approved and then run
    Plan(Box<plan::Args>),
    /// Deploy the stack
    Deploy(Box<deploy::Args>),
    /// Show what a deploy would change
    Diff(diff::Args),
    /// Show the lights, worst first
    Status(status::Args),
    /// Sweep now
    #[command(visible_alias = "invoke")]
    Run(run::Args),
    /// Follow what goes on in the stack to its end
    Attach(attach::Args),
    /// Take back the update that is under way
    Cancel(cancel::Args),
    /// Explain the state of the stack, and take the way out of it
    Recover(recover::Args),
    /// Show what was changed outside of CloudFormation
    Drift(drift::Args),
    /// Set off one alarm and see whether it reaches anybody
    Drill(drill::Args),
    /// Run a machine to failure and success, and wait for its light
    Verify(verify::Args),
    /// Delete the stack
    Destroy(destroy::Args),
    /// Remove old packages and templates that no stack uses from the artifact bucket
    Gc(gc::Args),
    /// Show the configuration as it is used
    Config(config::Args),
    /// Write what CI needs to plan and deploy: workflow, roles, boundary
    Ci(Box<ci::Args>),
    /// Check credentials, region, endpoints, quotas, tools and clock
    Doctor(doctor::Args),
    /// Write the manual pages
    Man(man::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Show what alarms would have said of past executions, and how wrong they would have been
    Replay(Box<replay::Args>),
}

/// Runs the subcommand, in each region that it is asked for.
pub async fn run(args: &Args, ui: &Ui) -> Result<Exit, Failure> {
    crate::regions::run(&args.command, &args.global, ui).await
}

/// Runs the subcommand in one region.
pub(crate) async fn run_one(command: &Command, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    match command {
        Command::Init(own) => init::run(own, global, ui),
        Command::Validate(own) => validate::run(own, global, ui).await,
        Command::Synth(own) => synth::run(own, global, ui).await,
        Command::Package(own) => package::run(own, global, ui).await,
        Command::Plan(own) => plan::run(own, global, ui).await,
        Command::Attach(own) => attach::run(own, global, ui).await,
        Command::Cancel(own) => cancel::run(own, global, ui).await,
        Command::Recover(own) => recover::run(own, global, ui).await,
        Command::Drift(own) => drift::run(own, global, ui).await,
        Command::Deploy(own) => deploy::run(own, global, ui).await,
        Command::Diff(own) => diff::run(own, global, ui).await,
        Command::Status(own) => status::run(own, global, ui).await,
        Command::Run(own) => run::run(own, global, ui).await,
        Command::Drill(own) => drill::run(own, global, ui).await,
        Command::Verify(own) => verify::run(own, global, ui).await,
        Command::Destroy(own) => destroy::run(own, global, ui).await,
        Command::Gc(own) => gc::run(own, global, ui).await,
        Command::Config(own) => config::run(own, global, ui),
        Command::Ci(own) => ci::run(own, global, ui).await,
        Command::Doctor(own) => doctor::run(own, global, ui).await,
        Command::Man(own) => man::run(own, ui),
        Command::Completions(own) => completions::run(own, ui),
        Command::Replay(own) => replay::run(own, global, ui).await,
    }
}
