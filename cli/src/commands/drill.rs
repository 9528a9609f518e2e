//! `guardian drill`: sets one machine's alarm and follows what it does, and lets the function send
//! a notification, to check that a page would arrive.

use crate::alarm::{Alarm, Alarms, CloudWatch, State};
use crate::approve::approve;
use crate::board::names::{AlarmNames, Names};
use crate::drill::{self, drill, function, target};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::signal::stop_signal;
use crate::sweep;
use crate::synthesis;
use crate::text::plain;
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_aws::identity::initiator;
use guardian_stack::app::{App, EventBus, Topic};
use guardian_stack::problem::nearest;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Options of `drill`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Key or name of the machine [default: the first one whose alarm is not red and has actions, or
    /// the first one if only the function notifies]
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Do not ask before people are notified
    #[arg(short, long)]
    pub yes: bool,
    /// Seconds to wait for the actions of the alarm
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(5..=900))]
    pub limit: u64,
}

/// Drills an alarm and the function's notifications after approval.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let made = synthesis::make(Project::open(global)?)?;
    let session = Session::open(global, made.app.region.as_deref()).await?;
    let names = Names::of(&made.templates);
    let cloudwatch = CloudWatch::new(&session.config);
    let (asked, machine) = asked(&names, args.machine.as_deref())?;
    let alarms = cloudwatch.alarms(&asked).await?;
    let notifies = made.app.notifications.notifies();
    let silent = !alarms.is_empty() && alarms.values().all(|alarm| alarm.on_alarm.is_empty());
    let first = asked.iter().find(|name| alarms.contains_key(*name)).cloned();
    let alarm = if notifies && silent { None } else { Some(choose(&asked, alarms)?) };
    let notified = alarm.as_ref().map(|alarm| {
        let targets: Vec<String> = alarm.on_alarm.iter().map(|arn| target(arn)).collect();
        format!("alarm `{}` will notify {}", plain(&alarm.name), targets.join(", "))
    });
    let sends = notifies.then(|| format!("the function will send {}", channels(&made.app)));
    let both: Vec<String> = notified.into_iter().chain(sends).collect();
    session.announce(ui).await?;
    approve(ui, args.yes, &format!("In this drill {}. Begin?", both.join("; "))).await?;

    let mut exit = Exit::Done;
    if let Some(alarm) = &alarm {
        let reason = drill::reason(alarm, initiator().as_deref());
        let name = plain(&alarm.name);
        ui.say(&format!("{name} is set to ALARM; Ctrl-C sets it back at once"));
        let limit = Duration::from_secs(args.limit);
        let report = drill(&cloudwatch, alarm, &reason, limit, stop_signal()).await?;
        ui.say(&report.text());
        ui.emit(&Event::Drill(json!(report)));
        if let Some(recovery) = report.recovery(alarm.state) {
            let failure = Failure::error(format!("alarm `{name}` could not be restored"));
            return Err(failure.help(recovery));
        }
        exit = report.exit();
    }
    let name = alarm.map(|alarm| alarm.name).or(first);
    let of_alarm = |(_, lights): &(&String, &AlarmNames)| lights.status == name;
    let own = names.machines.iter().find(of_alarm).map(|(machine, _)| machine);
    match own.or(machine.as_ref()) {
        Some(machine) if notifies && matches!(exit, Exit::Done | Exit::Warnings | Exit::Error) => {
            let function = &made.app.function.name;
            let sent = send(&session.config, &cloudwatch, function, machine, ui).await?;
            Ok(worse(exit, sent))
        }
        _ => Ok(exit),
    }
}

/// The alarms to choose from, and the machine that the function's notification names where none of
/// them is its own: machines without alarms of their own are covered by the one on lights that turn red.
fn asked(names: &Names, machine: Option<&str>) -> Result<(Vec<String>, Option<String>), Failure> {
    let of_all = || names.turned_bad().map(str::to_owned);
    let Some(machine) = machine else {
        let own: Vec<String> =
            names.machines.values().filter_map(|lights| lights.status.clone()).collect();
        let first = names.machines.keys().next().cloned();
        return Ok(match own.is_empty() {
            true => (of_all().into_iter().collect(), first),
            false => (own, None),
        });
    };
    let key = guardian_contract::MachineKey::of_machine(machine).ok();
    let keys = [Some(machine), key.as_ref().map(|key| key.as_str())];
    let known = keys.into_iter().flatten().find(|key| names.machines.contains_key(*key));
    match (status_alarm(names, machine), known, of_all()) {
        (Ok(alarm), ..) => Ok((vec![alarm], None)),
        (Err(_), Some(key), Some(alarm)) => Ok((vec![alarm], Some(key.to_owned()))),
        (Err(unknown), ..) => Err(unknown),
    }
}

/// Makes the function send its drill, and reports the result.
async fn send(
    config: &SdkConfig,
    cloudwatch: &CloudWatch,
    function: &str,
    machine: &str,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let request = function::request(machine, initiator().as_deref());
    let answer = sweep::invoke(config, function, &request).await?;
    if answer.failed {
        return Err(sweep::failure(function, &answer));
    }
    let Some(mut sent) = function::read(&answer.payload) else {
        let failure = Failure::error(format!("the function `{function}` does not support drills"));
        return Err(failure.help("its version is too old: run `guardian deploy` first"));
    };
    function::follow(cloudwatch, &mut sent).await;
    ui.say(&function::text(&sent));
    ui.emit(&Event::Sent { function, machine, sent: json!(sent) });
    Ok(function::exit(&sent))
}

/// `a message to SNS topic alerts and an event to event bus central`.
fn channels(app: &App) -> String {
    let topic = app.notifications.topic.as_ref().map(|topic| match topic {
        Topic::Created => "a message to the stack's topic".to_owned(),
        Topic::Existing(arn) => format!("a message to {}", target(arn)),
    });
    let bus = app.notifications.event_bus.as_ref().map(|bus| match bus {
        EventBus::Named(name) | EventBus::Arn(name) => format!("an event to event bus {name}"),
    });
    topic.into_iter().chain(bus).collect::<Vec<_>>().join(" and ")
}

/// The worse of two ends.
fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Done => 0,
        Exit::Warnings => 1,
        _ => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// Name of the status alarm of a machine, by its key or its name.
pub(super) fn status_alarm(names: &Names, machine: &str) -> Result<String, Failure> {
    let key = guardian_contract::MachineKey::of_machine(machine).ok();
    let found = names.machines.get(machine);
    let found = found.or_else(|| names.machines.get(key.as_ref()?.as_str()));
    if let Some(alarm) = found.and_then(|lights| lights.status.clone()) {
        return Ok(alarm);
    }
    let help = match nearest(machine, names.machines.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`guardian status` lists the machines".to_owned(),
    };
    Err(Failure::invalid(format!("there is no machine `{}`", plain(machine))).help(help))
}

/// The first alarm that can be drilled, or why none can.
fn choose(asked: &[String], mut alarms: BTreeMap<String, Alarm>) -> Result<Alarm, Failure> {
    let fits = |alarm: &&Alarm| drill::refusal(alarm).is_none();
    let first = asked.iter().filter_map(|name| alarms.get(name)).find(fits);
    if let Some(name) = first.map(|alarm| alarm.name.clone())
        && let Some(alarm) = alarms.remove(&name)
    {
        return Ok(alarm);
    }
    // The refusal of an alarm with actions is the most useful one.
    let best = alarms.values().max_by_key(|alarm| alarm.actions(State::Alarm).len());
    Err(match (best.and_then(drill::refusal), asked.first()) {
        (Some(refusal), _) => refusal,
        (None, Some(name)) => Failure::error(format!("there is no alarm `{}`", plain(name)))
            .help("deploy first: `guardian deploy`"),
        (None, None) => Failure::invalid("no machine is watched")
            .help("name some under `machines` in guardian.yaml and deploy"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(name: &str, state: State, actions: &[&str]) -> (String, Alarm) {
        let alarm = Alarm {
            name: name.into(),
            state,
            reason: String::new(),
            since_ms: None,
            full_ms: None,
            acts: true,
            on_alarm: actions.iter().map(|a| (*a).to_owned()).collect(),
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        };
        (name.into(), alarm)
    }

    #[test]
    fn without_a_machine_the_first_alarm_with_actions_is_drilled() {
        let asked = ["a", "b", "c", "d"].map(str::to_owned);
        let all = [
            alarm("a", State::Ok, &[]),
            alarm("b", State::Alarm, &["x"]),
            alarm("c", State::Ok, &["x"]),
        ];
        assert_eq!(choose(&asked, BTreeMap::from(all.clone())).unwrap().name, "c");
        let refused = |names: &[String], all: &[(String, Alarm)]| {
            choose(names, all.iter().cloned().collect()).unwrap_err().report.to_string()
        };
        assert!(refused(&asked, &all[..2]).contains("`b` is in ALARM"));
        assert!(refused(&asked, &all[..1]).contains("it would notify no one"));
        assert!(refused(&asked, &[]).contains("there is no alarm `a`"));
        assert!(refused(&[], &[]).contains("no machine is watched"));
    }

    #[test]
    fn a_machine_without_an_alarm_is_drilled_by_the_one_on_all() {
        let with = |status: Option<&str>| AlarmNames {
            status: status.map(str::to_owned),
            ..AlarmNames::default()
        };
        let both = [("a".to_owned(), with(None)), ("b".to_owned(), with(Some("Own-b")))];
        let guard = ["GuardianErrors-x", "GuardianTurnedBad-pay-x", "GuardianTurnedBad-x"];
        let guard = guard.map(str::to_owned).to_vec();
        let names = |machines: &[(String, AlarmNames)], guard: &[String]| Names {
            machines: machines.iter().cloned().collect(),
            guard: guard.to_vec(),
            ..Names::default()
        };
        let some = names(&both, &guard);
        let all = vec!["GuardianTurnedBad-x".to_owned()];
        assert_eq!(asked(&some, None).unwrap(), (vec!["Own-b".to_owned()], None));
        assert_eq!(asked(&some, Some("a")).unwrap(), (all.clone(), Some("a".to_owned())));
        let by_name = asked(&some, Some("a-step-function")).unwrap();
        assert_eq!(by_name, (all.clone(), Some("a".to_owned())));
        assert_eq!(asked(&some, Some("b")).unwrap(), (vec!["Own-b".to_owned()], None));
        assert!(asked(&some, Some("c")).is_err());
        assert!(asked(&names(&both, &[]), Some("a")).is_err());
        assert!(asked(&names(&both, &guard[..2]), Some("a")).is_err());
        let none = names(&both[..1], &guard);
        assert_eq!(asked(&none, None).unwrap(), (all, Some("a".to_owned())));
    }

    #[test]
    fn a_machine_is_found_by_its_key_and_by_its_name() {
        let lights = AlarmNames { status: Some("Pager-step1".into()), ..AlarmNames::default() };
        let machines = BTreeMap::from([("step1".to_owned(), lights)]);
        let names = Names { machines, ..Names::default() };
        assert_eq!(status_alarm(&names, "step1").unwrap(), "Pager-step1");
        assert_eq!(status_alarm(&names, "step1-step-function").unwrap(), "Pager-step1");
        let wrong = status_alarm(&names, "stepp1").unwrap_err();
        assert!(wrong.report.help().unwrap().to_string().contains("`step1`"));
    }
}
