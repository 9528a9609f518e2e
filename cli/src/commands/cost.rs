//! `guardian cost`: what the choices of `alarms.each` cost for the present machines.

use crate::cost::tiers::{FAILURES, Runs, busy, machines, tiers};
use crate::cost::view::{self, BUSY, Costs};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::synthesis::{LockArgs, synthesize};
use crate::ui::Ui;
use guardian_stack::app::MachineType;

/// Options of `cost`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Runs of each machine in an hour
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = runs)]
    pub runs_an_hour: f64,
    /// Percentage of the runs that fail
    #[arg(long, value_name = "PERCENT", default_value_t = FAILURES * 100.0, value_parser = percent)]
    pub failures: f64,
    /// Look the watched machines up in the account, and write guardian.lock
    #[arg(long)]
    pub online: bool,
}

fn between(text: &str, most: f64) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.0..=most).contains(&number) {
        true => Ok(number),
        false => Err(format!("a number of 0 to {most}")),
    }
}

fn runs(text: &str) -> Result<f64, String> {
    between(text, 3_600_000.0)
}

fn percent(text: &str) -> Result<f64, String> {
    between(text, 100.0)
}

/// Compares the tiers.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let app = match args.online {
        true => synthesize(global, LockArgs { locked: false }, ui).await?.app,
        false => Project::open(global)?.resolve()?.app,
    };
    if app.memory.is_none() {
        return Err(Failure::invalid(
            "`semantics: original` has one tier: an alarm for each machine",
        )
        .help("`guardian plan` shows what it costs"));
    }
    let runs = Runs { an_hour: args.runs_an_hour, failures: args.failures / 100.0 };
    let tiers = tiers(&app, runs)?;
    let known = machines(&app);
    let (many, an_hour) = BUSY;
    let costs = Costs {
        tiers: &tiers,
        machines: known.len(),
        express: known.values().filter(|kind| **kind == MachineType::Express).count(),
        runs,
        busy: &busy(&app, many, an_hour),
    };
    ui.say(&view::text(&costs, ui.style));
    view::events(&costs).iter().for_each(|event| ui.emit(event));
    Ok(Exit::Done)
}
