//! `guardian verify`: runs one machine to a failure and to a success, and waits for its light.

use super::drill::status_alarm;
use super::status::{account, machines};
use crate::alarm::{Alarms, CloudWatch, State};
use crate::approve::approve;
use crate::board::names::Names;
use crate::drill::target;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::signal::stop_signal;
use crate::synthesis;
use crate::text::plain;
use crate::ui::Ui;
use crate::verify::{Canary, CheckError, Runs, StepFunctions, verify};
use guardian_deploy::host::Signal;
use serde_json::json;
use std::time::Duration;

/// Options of `verify`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "guardian verify --machine hello --pass '{\"ok\":true}' --fail '{\"ok\":false}'"
)]
pub struct Args {
    /// Key or name of the machine to run [default: `verify.machine` of guardian.yaml]
    #[arg(long, value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Input of a run that succeeds, as JSON [default: `verify.pass`]
    #[arg(long, value_name = "JSON", value_parser = input)]
    pub pass: Option<String>,
    /// Input of a run that fails, as JSON [default: `verify.fail`]
    #[arg(long, value_name = "JSON", value_parser = input)]
    pub fail: Option<String>,
    /// Timeout in seconds for a run, and then for the light
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub limit: u64,
    /// Do not ask before the alarm notifies people
    #[arg(short, long)]
    pub yes: bool,
}

/// The text as it is: a number keeps its digits.
fn input(text: &str) -> Result<String, String> {
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    read.map(|_| text.to_owned()).map_err(|error| format!("not JSON: {error}"))
}

/// Runs the canary and tells whether its light followed.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let made = synthesis::make(Project::open(global)?)?;
    let session = Session::open(global, made.app.region.as_deref()).await?;
    let names = Names::of(&made.templates);
    let configured = made.verify.as_ref();
    let missing = |what: &str| {
        Failure::invalid(format!("no {what}"))
            .help("give --machine, --pass and --fail, or write `verify` into guardian.yaml")
    };
    let machine = args.machine.clone().or_else(|| Some(configured?.machine.to_string()));
    let machine = machine.ok_or_else(|| missing("machine to run"))?;
    let pass = args.pass.as_ref().or_else(|| Some(&configured?.pass));
    let pass = pass.ok_or_else(|| missing("input with which the machine succeeds"))?;
    let fail = args.fail.as_ref().or_else(|| Some(&configured?.fail));
    let fail = fail.ok_or_else(|| missing("input with which the machine fails"))?;
    let alarm = status_alarm(&names, &machine)?;
    let all = machines(&made.app);
    let found = all.iter().find(|m| m.key.as_str() == machine || m.name == machine);
    let found = found.ok_or_else(|| missing("machine to run"))?;
    if found.express {
        return Err(Failure::invalid(format!(
            "`{}` is EXPRESS: its runs have no status",
            found.key
        ))
        .help("verify with a STANDARD machine"));
    }
    session.announce(ui).await?;
    let canary = Canary {
        machine: account(&session).await?.arn(&found.name),
        alarm,
        pass: pass.to_string(),
        fail: fail.to_string(),
    };
    let (alarms, runs) = (CloudWatch::new(&session.config), StepFunctions::new(&session.config));
    let actions = alarms.alarms(std::slice::from_ref(&canary.alarm)).await?;
    let actions = actions.get(&canary.alarm).map(|alarm| alarm.actions(State::Alarm).to_vec());
    if let Some(actions) = actions.filter(|actions| !actions.is_empty()) {
        let notified: Vec<String> = actions.iter().map(|arn| target(arn)).collect();
        let question = format!(
            "Alarm `{}` will notify {} of an intended failure. Run the machine?",
            plain(&canary.alarm),
            notified.join(", ")
        );
        approve(ui, args.yes, &question).await?;
    }
    let proof = verify(&alarms, &runs, &canary, Duration::from_secs(args.limit), |followed| {
        ui.emit(&Event::Followed { run: json!(followed), text: followed.sentence() });
    });
    let end = tokio::select! {
        end = proof => end,
        signal = stop_signal() => return broken_off(&runs, &canary, signal, ui).await,
    };
    let error = end.as_ref().err().map(ToString::to_string);
    let proven = end.is_ok();
    ui.emit(&Event::Verify { machine: found.key.as_str(), proven, error });
    match end {
        Ok(()) => Ok(Exit::Done),
        Err(CheckError::Call(error)) => Err(error.into()),
        Err(unproven) => {
            Err(Failure::error(format!("not proven: {unproven}")).help(unproven.help()))
        }
    }
}

/// A failure that was on purpose must not keep the light red: a good run is started, which nobody
/// waits for.
async fn broken_off(
    runs: &impl Runs,
    canary: &Canary,
    signal: Signal,
    ui: &Ui,
) -> Result<Exit, Failure> {
    runs.start(&canary.machine, &canary.pass).await?;
    ui.note("broken off; a run that succeeds was started, which turns the light green again");
    Ok(match signal {
        Signal::Interrupt => Exit::Interrupted,
        Signal::Terminate => Exit::Terminated,
    })
}
