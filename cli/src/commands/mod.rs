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
pub(crate) mod stack_set;
pub mod status;
pub mod synth;
pub mod validate;
pub mod verify;

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
