//! The subcommands of an environment that is a stack set: what each does there, or why it cannot.

mod deploy;
mod destroy;
mod show;

use super::{Command, run_one};
use crate::args::Global;
use crate::aws::{self, Target};
use crate::deploy::stack_set::aws::CloudFormationSets;
use crate::exit::{Exit, Failure};
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_stack::app::{Grant, StackSet};

/// What a stack set is worked on with.
struct Place<'a> {
    /// The set, as the configuration has it.
    set: &'a StackSet,
    /// What was asked for on the command line.
    global: &'a Global,
    /// Where the set is kept.
    config: SdkConfig,
    /// Its CloudFormation.
    sets: CloudFormationSets,
    ui: &'a Ui,
}

/// Runs a subcommand where the environment is a stack set.
pub(crate) async fn run(
    command: &Command,
    global: &Global,
    set: &StackSet,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let region = global.region.clone().or_else(|| Some(set.admin_region.clone()));
    let own = Global { region, ..global.clone() };
    let (who, help) = match command {
        Command::Init(_)
        | Command::Validate(_)
        | Command::Synth(_)
        | Command::Package(_)
        | Command::Gc(_)
        | Command::Config(_)
        | Command::Doctor(_)
        | Command::Man(_)
        | Command::Completions(_)
        | Command::Replay(_) => return run_one(command, &own, ui).await,
        // A stack of the set is a stack like others, in its own account.
        Command::Attach(_) | Command::Cancel(_) | Command::Recover(_) | Command::Drift(_)
            if global.stack_name.is_some() =>
        {
            return run_one(command, &own, ui).await;
        }
        Command::Deploy(args) => {
            refuse_options(args)?;
            let place = place(&own, global, set, ui).await?;
            return deploy::deploy(args, &place).await;
        }
        Command::Diff(args) => {
            return deploy::diff(args, &place(&own, global, set, ui).await?).await;
        }
        Command::Status(args) => {
            return show::status(args, &place(&own, global, set, ui).await?).await;
        }
        Command::Attach(args) => {
            return show::attach(args, &place(&own, global, set, ui).await?).await;
        }
        Command::Cancel(args) => {
            return show::cancel(args, &place(&own, global, set, ui).await?).await;
        }
        Command::Destroy(args) => {
            return destroy::run(args, &place(&own, global, set, ui).await?).await;
        }
        Command::Plan(_) => (
            "`guardian plan` is",
            "`guardian diff` shows what a deploy would do, and `guardian deploy` shows it again \
             before it asks",
        ),
        Command::Recover(_) | Command::Drift(_) => (
            "`guardian recover` and `guardian drift` are",
            "`guardian status` lists the stacks; with the credentials of an account, give the name \
             of its stack with --stack-name. `guardian deploy` tries stacks again that are behind",
        ),
        Command::Run(_) | Command::Verify(_) | Command::Drill(_) => (
            "`guardian run`, `verify` and `drill` are",
            "use an environment without `stack_set`, with the credentials of that account",
        ),
        Command::Ci(_) => (
            "the roles of `guardian ci` are",
            "docs/accounts.md lists what a role must be allowed that deploys a stack set",
        ),
    };
    Err(Failure::say(
        Exit::Usage,
        format!("{who} for one stack, and the environment is a stack set"),
    )
    .help(help))
}

/// Options of a deploy that are for one stack.
fn refuse_options(args: &super::deploy::Args) -> Result<(), Failure> {
    let given = [
        ("--plan", args.plan.is_some()),
        ("--revert-drift", args.revert_drift),
        ("--override-stack-policy", args.override_stack_policy),
        ("--termination-protection", args.termination_protection.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            Err(Failure::say(Exit::Usage, format!("{option} is for a stack, not for a stack set"))
                .help("leave it out"))
        }
        None => Ok(()),
    }
}

/// Where a set is kept is said in the configuration alone: another region has another set.
async fn place<'a>(
    own: &Global,
    global: &'a Global,
    set: &'a StackSet,
    ui: &'a Ui,
) -> Result<Place<'a>, Failure> {
    let refuse = |option: &str, help: &str| {
        Err(Failure::say(Exit::Usage, format!("{option} is not for a stack set")).help(help))
    };
    if !global.regions.is_empty() {
        return refuse(
            "--region",
            "its regions are those of guardian.yaml: what is not among them is deleted. Change \
             `regions` there",
        );
    }
    if global.stack_name.is_some() {
        return refuse("--stack-name", "write `name` under `stack_set` in guardian.yaml");
    }
    let config = aws::load(&Target::new(own, None)).await?;
    let delegated = matches!(set.grant, Grant::Units { delegated: true, .. });
    let sets = CloudFormationSets::new(&config, delegated);
    Ok(Place { set, global, config, sets, ui })
}
