//! Runs a subcommand: in one region, in each of several, or for a stack set.

use crate::commands::{self, Command, stack_set};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::regions::{Row, asked, record, stops, summary, worst};
use crate::report;
use crate::ui::Ui;
use guardian_aws::AssumeRole;
use guardian_aws::clock::now_ms;
use guardian_stack::app::StackSet;

/// What a command does with several regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// It runs in each, one after the other.
    Each {
        /// Whether it continues after a failure.
        keep_going: bool,
    },
    /// It reads all of them at once.
    All,
    /// It runs in one.
    One,
    /// It uses no region.
    None,
}

fn takes(command: &Command) -> Takes {
    match command {
        // A plan is of one stack.
        Command::Deploy(args) if args.plan.is_some() => Takes::One,
        Command::Deploy(args) => Takes::Each { keep_going: args.keep_going },
        Command::Destroy(args) => Takes::Each { keep_going: args.keep_going },
        // They change nothing.
        Command::Diff(_) | Command::Incidents(_) | Command::Report(_) => {
            Takes::Each { keep_going: true }
        }
        // All regions are on one board.
        Command::Status(_) | Command::Board(_) => Takes::All,
        Command::Init(_)
        | Command::Validate(_)
        | Command::Package(_)
        | Command::Config(_)
        | Command::Man(_)
        | Command::Completions(_) => Takes::None,
        _ => Takes::One,
    }
}

/// Runs a command in its regions: those of `--region`, else of AWS_REGION, else of
/// the configuration; and with the role that the environment names. A stack set is one target,
/// whatever its regions.
pub async fn run(command: &Command, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    // A command that needs the configuration reports itself that it is missing or broken.
    let target = Project::open(global).and_then(|project| project.target()).unwrap_or_default();
    let assume_role = target
        .assume_role
        .as_ref()
        .map(|role| AssumeRole { arn: role.arn.clone(), external_id: role.external_id.clone() });
    let global = Global { assume_role, ..global.clone() };
    if let Some(set) = &target.stack_set {
        return Box::pin(run_for_stack_set(command, &global, set, ui)).await;
    }
    let regions = asked(&global, &target);
    match takes(command) {
        Takes::All => Box::pin(run_in(command, &global, regions, ui)).await,
        _ if regions.len() < 2 => Box::pin(run_one(command, &global, ui)).await,
        Takes::None => Box::pin(run_one(command, &global, ui)).await,
        Takes::Each { keep_going } => Ok(each(command, &global, regions, keep_going, ui).await),
        Takes::One => Err(Failure::say(
            Exit::Usage,
            format!("there are {} regions, and this works in one", regions.len()),
        )
        .help(format!("name one with --region: {}", regions.join(", ")))),
    }
}

async fn each(
    command: &Command,
    global: &Global,
    regions: &[String],
    keep_going: bool,
    ui: &Ui,
) -> Exit {
    let mut rows: Vec<Row> = Vec::new();
    let mut stopped = false;
    for (number, region) in regions.iter().enumerate() {
        if stopped {
            rows.push(Row { region: region.clone(), ended: None });
            continue;
        }
        ui.emit(&Event::Region { region, number: number + 1, of: regions.len() });
        let own = Global { region: Some(region.clone()), one_of_several: true, ..global.clone() };
        let began = now_ms();
        let exit = match Box::pin(run_one(command, &own, ui)).await {
            Ok(exit) => exit,
            Err(failure) => {
                report::failure(ui, &failure);
                failure.exit
            }
        };
        rows.push(Row { region: region.clone(), ended: Some((exit, now_ms() - began)) });
        stopped = stops(exit, keep_going);
    }
    ui.say(&format!("\n{}", summary(&rows, ui.style)));
    ui.emit(&Event::Regions { regions: rows.iter().map(record).collect() });
    worst(&rows)
}

/// Runs the subcommand in one region.
async fn run_one(command: &Command, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    run_in(command, global, &[], ui).await
}

/// Runs the subcommand; in all of these regions at once if it can.
async fn run_in(
    command: &Command,
    global: &Global,
    regions: &[String],
    ui: &Ui,
) -> Result<Exit, Failure> {
    match command {
        Command::Init(own) => commands::init::run(own, global, ui),
        Command::Validate(own) => commands::validate::run(own, global, ui).await,
        Command::Synth(own) => commands::synth::run(own, global, ui).await,
        Command::Package(own) => commands::package::run(own, global, ui).await,
        Command::Export(own) => commands::export::run(own, global, ui).await,
        Command::Plan(own) => commands::plan::run(own, global, ui).await,
        Command::Attach(own) => commands::attach::run(own, global, ui).await,
        Command::Cancel(own) => commands::cancel::run(own, global, ui).await,
        Command::Recover(own) => commands::recover::run(own, global, ui).await,
        Command::Drift(own) => commands::drift::run(own, global, ui).await,
        Command::Deploy(own) => commands::deploy::run(own, global, ui).await,
        Command::Diff(own) => commands::diff::run(own, global, ui).await,
        Command::Status(own) => commands::status::run(own, global, regions, ui).await,
        Command::Board(own) => commands::board::run(own, global, regions, ui).await,
        Command::Incidents(own) => commands::incidents::run(own, global, ui).await,
        Command::Report(own) => commands::report::run(own, global, ui).await,
        Command::Ack(own) => commands::ack::run(own, global, ui).await,
        Command::Run(own) => commands::run::run(own, global, ui).await,
        Command::Drill(own) => commands::drill::run(own, global, ui).await,
        Command::Verify(own) => commands::verify::run(own, global, ui).await,
        Command::Destroy(own) => commands::destroy::run(own, global, ui).await,
        Command::Gc(own) => commands::gc::run(own, global, ui).await,
        Command::Cost(own) => commands::cost::run(own, global, ui).await,
        Command::Config(own) => commands::config::run(own, global, ui),
        Command::Ci(own) => commands::ci::run(own, global, ui).await,
        Command::Doctor(own) => commands::doctor::run(own, global, ui).await,
        Command::Man(own) => commands::man::run(own, crate::args::command(), ui),
        Command::Completions(own) => commands::completions::run(own, crate::args::command(), ui),
        Command::Replay(own) => commands::replay::run(own, global, ui).await,
    }
}

/// Runs a subcommand where the environment is a stack set.
async fn run_for_stack_set(
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
        | Command::Export(_)
        | Command::Gc(_)
        | Command::Cost(_)
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
            stack_set::refuse_options(args)?;
            let context = stack_set::context(&own, global, set, ui).await?;
            return stack_set::deploy::deploy(args, &context).await;
        }
        Command::Diff(args) => {
            return stack_set::deploy::diff(
                args,
                &stack_set::context(&own, global, set, ui).await?,
            )
            .await;
        }
        Command::Status(args) => {
            return stack_set::show::status(
                args,
                &stack_set::context(&own, global, set, ui).await?,
            )
            .await;
        }
        Command::Board(args) => {
            let context = stack_set::context(&own, global, set, ui).await?;
            return commands::board::run_for_stack_set(args, &context.place(), ui).await;
        }
        Command::Attach(args) => {
            return stack_set::show::attach(
                args,
                &stack_set::context(&own, global, set, ui).await?,
            )
            .await;
        }
        Command::Cancel(args) => {
            return stack_set::show::cancel(
                args,
                &stack_set::context(&own, global, set, ui).await?,
            )
            .await;
        }
        Command::Destroy(args) => {
            return stack_set::destroy::run(
                args,
                &stack_set::context(&own, global, set, ui).await?,
            )
            .await;
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
        Command::Incidents(_) | Command::Report(_) | Command::Ack(_) => (
            "`guardian incidents`, `report` and `ack` are",
            "use an environment without `stack_set`, with the credentials of that account",
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
