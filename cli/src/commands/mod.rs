//! The subcommands, one file for each, with its options. A new command is a file here, a variant of
//! [`Command`] and an arm in `dispatch`.

pub mod ack;
pub mod attach;
pub mod board;
pub mod cancel;
pub mod ci;
pub mod completions;
pub mod config;
pub mod cost;
pub mod deploy;
pub mod destroy;
pub mod diff;
pub mod doctor;
pub mod drift;
pub mod drill;
pub mod export;
pub mod gc;
pub mod incidents;
pub mod init;
pub mod man;
pub mod package;
pub mod plan;
pub mod recover;
pub mod replay;
pub mod report;
pub mod run;
pub(crate) mod stack_set;
pub mod status;
pub mod synth;
pub mod validate;
pub mod verify;

use clap::Subcommand;

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Write a first configuration and definition
    Init(init::Args),
    /// Check the configuration, the definitions and the templates
    Validate(validate::Args),
    /// Write the CloudFormation templates
    Synth(synth::Args),
    /// Build and package the function
    Package(package::Args),
    /// Write all that other tools need to deploy the stack
    Export(export::Args),
    /// Show or save the plan of a deploy
    Plan(Box<plan::Args>),
    /// Deploy the stack
    Deploy(Box<deploy::Args>),
    /// Show what a deploy would change
    Diff(diff::Args),
    /// Show the lights, worst first
    Status(status::Args),
    /// Write the board as a page, or serve it
    Board(board::Args),
    /// List when lights were red, and why
    Incidents(incidents::Args),
    /// Show how green the machines were, how long recovery took, and the most frequent causes
    Report(report::Args),
    /// Acknowledge a fault: repeated notifications are held back until it ends
    Ack(ack::Args),
    /// Start a sweep
    #[command(visible_alias = "invoke")]
    Run(run::Args),
    /// Follow the operation in progress
    Attach(attach::Args),
    /// Cancel the operation in progress
    Cancel(cancel::Args),
    /// Bring a stuck stack back
    Recover(recover::Args),
    /// Show changes made outside of CloudFormation
    Drift(drift::Args),
    /// Test whether an alarm's notification arrives
    Drill(drill::Args),
    /// Run a machine to failure and success, and wait for its light
    Verify(verify::Args),
    /// Delete the stack
    Destroy(destroy::Args),
    /// Remove old packages and templates that no stack uses from the artifact bucket
    Gc(gc::Args),
    /// Compare what the choices of `alarms.each` cost for the present machines
    Cost(cost::Args),
    /// Show the effective configuration
    Config(config::Args),
    /// Write the CI workflow, its roles and the permissions boundary
    Ci(Box<ci::Args>),
    /// Check credentials, region, endpoints, quotas, tools and clock
    Doctor(doctor::Args),
    /// Write the manual pages
    Man(man::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Compare alarm recipes on past or simulated executions
    Replay(Box<replay::Args>),
}
