//! `guardian verify`: runs one machine to a failure and to a success, and waits for its light.

use super::drill::status_alarm;
use super::status;
use crate::alarm::{Alarms, CloudWatch, State};
use crate::approve::approve;
use crate::board::names::Names;
use crate::board::targets::members;
use crate::drill::target;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::signal::stop_signal;
use crate::state_table::StateTable;
use crate::synthesis;
use crate::text::plain;
use crate::ui::Ui;
use crate::verify::{Canary, CheckError, Followed, OfAlarm, OfRow, Runs, StepFunctions, verify};
use guardian_deploy::Stacks;
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

/// Runs the canary and returns whether its light followed.
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
    let all = members(&made.app);
    let found = all.iter().find(|m| m.key.as_str() == machine || m.name == machine);
    // Of a machine that is not there the alarms name the nearest one.
    let Some(found) = found else {
        return Err(status_alarm(&names, &machine)
            .err()
            .unwrap_or_else(|| missing("machine to run")));
    };
    if found.express {
        return Err(Failure::invalid(format!(
            "`{}` is EXPRESS: its runs have no status",
            found.key
        ))
        .help("verify with a STANDARD machine"));
    }
    session.announce(ui).await?;
    let canary = Canary {
        machine: status::target(&session).await?.machine_arn(&found.name),
        pass: pass.to_string(),
        fail: fail.to_string(),
    };
    let (alarms, runs) = (CloudWatch::new(&session.config), StepFunctions::new(&session.config));
    let own = names.of_machine(found.key.as_str()).status.clone();
    // Without an alarm of its own the machine is covered by the one on all lights that turn red.
    let ringing = own.clone().or_else(|| names.turned_bad().map(str::to_owned));
    let mut notified = Vec::new();
    if let Some(name) = &ringing {
        let actions = alarms.alarms(std::slice::from_ref(name)).await?;
        let actions = actions.get(name).map(|alarm| alarm.actions(State::Alarm).to_vec());
        let actions = actions.unwrap_or_default();
        if !actions.is_empty() {
            let targets: Vec<String> = actions.iter().map(|arn| target(arn)).collect();
            notified.push(format!("alarm `{}` will notify {}", plain(name), targets.join(", ")));
        }
    }
    if own.is_none() && made.app.notifies() {
        notified.push("the function will send its notifications".to_owned());
    }
    if !notified.is_empty() {
        let text = notified.join(", and ");
        let text = text.replacen("alarm ", "Alarm ", usize::from(text.starts_with("alarm ")));
        let text = text.replacen("the ", "The ", usize::from(text.starts_with("the ")));
        approve(ui, args.yes, &format!("{text} of an intended failure. Run the machine?")).await?;
    }
    let limit = Duration::from_secs(args.limit);
    let report = |followed: &Followed| {
        ui.emit(&Event::Followed { run: json!(followed), text: followed.sentence() });
    };
    let proof = async {
        match &own {
            Some(name) => {
                let light = OfAlarm { alarms: &alarms, name };
                verify(&light, &runs, &canary, limit, report).await
            }
            None => {
                let table = state_table(&session, &made.app.stack_name).await;
                let table = table.map_err(|why| CheckError::Table(why.report.to_string()))?;
                let (key, declared) = (&found.key, &found.declared);
                let light = OfRow { table: &table, key, declared, aborted: made.app.aborted };
                verify(&light, &runs, &canary, limit, report).await
            }
        }
    };
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

/// The state table of the stack: a machine without an alarm has its light there.
async fn state_table(session: &Session, stack: &str) -> Result<StateTable, Failure> {
    let found = session.stacks().stack(stack).await?;
    let found = found.ok_or_else(|| {
        Failure::error(format!("stack `{stack}` does not exist")).help("deploy first")
    })?;
    StateTable::of(&session.config, &found).map_err(|error| error.failure(None))
}

/// An intended failure must not keep the light red: a run that succeeds is started, without waiting
/// for its end.
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
