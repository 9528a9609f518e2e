//! Reads notifications, self-monitoring, the alarm over all machines, and mute windows.

use super::alarms::{AlarmDefaults, actions};
use super::keys;
use super::limits;
use super::reader::{Field, Section};
use super::times;
use crate::app::{Actions, EventBus, Fleet, Guard, Mute, Notifications, REPAIRED, TOPIC, Topic};
use crate::problem::Reason;
use guardian_contract::{Format, Semantics};
use std::collections::BTreeSet;

/// Seconds of the shortest and of the longest mute window [CloudWatch, Schedule].
const SHORTEST_MUTE_S: u32 = 60;
const LONGEST_MUTE_S: u32 = 15 * 86_400;

/// Reads the section `notifications`.
pub(super) fn notifications(section: &Section<'_>, semantics: Semantics) -> Notifications {
    let existing = section.optional("topic", |field| {
        let arn = limits::arn(field.text()?)?;
        if !arn.contains(":sns:") {
            return Err(Reason::new(format!("`{arn}` is not an SNS topic"))
                .help("write it as in arn:aws:sns:eu-west-1:123456789012:topic"));
        }
        Ok(arn)
    });
    let create = section.setting("create", false, Field::boolean);
    let topic = match (existing, create) {
        (Some(_), true) => {
            let reason = Reason::new("`create: true` and `topic` are both given");
            section.problem_at("create", reason.help("keep the one that is meant"));
            None
        }
        (Some(arn), false) => Some(Topic::Existing(arn)),
        (None, true) => Some(Topic::Created),
        (None, false) => None,
    };
    let key = section.optional("key", |field| limits::key(field.text()?));
    if key.is_some() && topic.is_none() && section.get("topic").is_none() {
        let reason = Reason::new("there is no topic that this key could encrypt");
        section.problem_at("key", reason.help("add `create: true`, or name a `topic`"));
    }
    let email = section.get("email").map(|field| field.list(|f| address(f.text()?)));
    let email = email.unwrap_or_default();
    if topic.is_none() && !email.is_empty() && section.get("topic").is_none() && !create {
        let reason = Reason::new("there is no topic that these addresses could be subscribed to");
        section.problem_at("email", reason.help("add `create: true`, or name a `topic`"));
    }
    let event_bus = section.optional("event_bus", |field| field.text().map(str::to_owned));
    let event_bus = event_bus.and_then(|text| {
        let refuse = |reason| section.problem_at("event_bus", reason);
        self::event_bus(&text).map_err(refuse).ok()
    });
    let original = semantics == Semantics::Original;
    if let (Some(_), true, Some(field)) = (&event_bus, original, section.get("event_bus")) {
        let reason = Reason::new("an event bus receives nothing under `semantics: original`");
        field.warn(reason.help("only `last-finished` reports state changes"));
    }
    let format = section.setting("format", Format::Text, |field| field.word(&Format::WORDS));
    if let (Format::Chatbot | Format::CloudwatchAlarm, true, Some(field)) =
        (format, original, section.get("format"))
    {
        let reason = Reason::new("under `semantics: original` the function sends no messages");
        field.problem(reason.help("remove `format`, or use `semantics: last-finished`"));
    }
    let redact_cause = section.setting("redact_cause", false, Field::boolean);
    Notifications { topic, event_bus, key, email, format, redact_cause }
}

/// An event bus by its name or its ARN [EventBridge API, PutEvents and CreateEventBus: 256
/// characters, without the `/` that only the buses of partners have].
pub(super) fn event_bus(text: &str) -> Result<EventBus, Reason> {
    let named = |name: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        (1..=256).contains(&name.len()) && name.chars().all(fits)
    };
    if !text.starts_with("arn:") {
        return match named(text) {
            true => Ok(EventBus::Named(text.to_owned())),
            false => Err(Reason::new(format!("`{}` is not an event bus", text.escape_debug()))
                .help(
                    "`default`, a name of 256 letters, digits, `.`, `-` and `_` at most, or an ARN",
                )),
        };
    }
    let arn = limits::arn(text)?;
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        [_, _, "events", region, account, bus]
            if !region.is_empty()
                && !account.is_empty()
                && bus.strip_prefix("event-bus/").is_some_and(named) =>
        {
            Ok(EventBus::Arn(arn))
        }
        _ => Err(Reason::new(format!("`{arn}` is not an event bus"))
            .help("write it as in arn:aws:events:eu-west-1:123456789012:event-bus/central")),
    }
}

/// The shape of an e-mail address; SNS sends a confirmation to it.
fn address(text: &str) -> Result<String, Reason> {
    let good = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic());
    match text.split_once('@') {
        Some((name, host)) if good(name) && good(host) && !host.contains('@') => {
            Ok(text.to_owned())
        }
        _ => Err(Reason::new(format!("`{}` is not an e-mail address", text.escape_debug()))
            .help("write it as in oncall@example.com")),
    }
}

/// Actions of alarms that alone report something: those of all alarms, or else the topic.
pub(super) fn alarm_only(alarms: &AlarmDefaults, notifications: &Notifications) -> Actions {
    let topic = notifications.topic.is_some() && alarms.actions == Actions::default();
    if !topic {
        return alarms.actions.clone();
    }
    // No action for OK: every new alarm goes to OK.
    Actions { alarm: vec![TOPIC.to_owned()], ..Actions::default() }
}

/// Reads the section `guard`. The published recipe has none.
pub(super) fn guard(
    section: &Section<'_>,
    semantics: Semantics,
    alarm_only: &Actions,
    has_topic: bool,
) -> Option<Guard> {
    let enabled = section.setting("enabled", semantics == Semantics::LastFinished, Field::boolean);
    let actions = actions(section.get("actions"), alarm_only, has_topic);
    let repaired = section.setting("repaired", REPAIRED, |field| {
        limits::between("a number of lights", field.whole()?, 1, 100_000)
    });
    if semantics == Semantics::Original && section.get("repaired").is_some() {
        let reason = Reason::new("`semantics: original` takes no events that could get lost");
        section.problem_at("repaired", reason.help("remove `repaired`"));
    }
    enabled.then_some(Guard { actions, repaired })
}

/// Reads the section `fleet`.
pub(super) fn fleet(section: &Section<'_>, has_topic: bool) -> Option<Fleet> {
    let enabled = section.setting("enabled", false, Field::boolean);
    let actions = actions(section.get("actions"), &Actions::default(), has_topic);
    enabled.then_some(Fleet { actions })
}

/// Reads the list `mute`.
pub(super) fn mutes(field: Option<&Field<'_>>) -> Vec<Mute> {
    let Some(field) = field else { return Vec::new() };
    let mut names = BTreeSet::new();
    let mut mutes = Vec::new();
    for item in field.items() {
        let Some(mute) = mute(&item) else { continue };
        if !names.insert(mute.name.clone()) {
            let reason = Reason::new(format!("two windows have the name `{}`", mute.name));
            item.problem(reason.help("give each its own"));
        }
        mutes.push(mute);
    }
    field.note(&mutes.iter().map(|mute| mute.name.as_str()).collect::<Vec<_>>());
    mutes
}

fn mute(item: &Field<'_>) -> Option<Mute> {
    if !item.is_map() {
        let reason = Reason::new("a mute window is a map");
        let help = "write it as in `- { name: nightly, schedule: cron(0 2 * * *), duration: 1h }`";
        item.problem(reason.help(help));
        return None;
    }
    let section = item.section(keys::MUTE);
    for key in ["name", "schedule", "duration"] {
        if section.get(key).is_none() {
            item.problem(Reason::new(format!("this mute window has no `{key}`")));
        }
    }
    let name = section.optional("name", |f| limits::short_name("a mute window", f.text()?));
    let schedule = section.optional("schedule", |f| times::mute_schedule(f.text()?));
    let duration_s = section.optional("duration", |f| {
        let text = f.text().map_err(|reason| reason.help(times::DURATION))?;
        let seconds = times::duration(text)?;
        if !seconds.is_multiple_of(60) || !(SHORTEST_MUTE_S..=LONGEST_MUTE_S).contains(&seconds) {
            return Err(Reason::new(format!("a mute window cannot last {seconds} s"))
                .help("whole minutes, from 1m to 15d"));
        }
        Ok(seconds)
    });
    let machines =
        section.get("machines").map(|f| f.list(|item| super::machines::glob_text(item.text()?)));
    let timezone = section.optional("timezone", |f| times::timezone(f.text()?));
    Some(Mute {
        name: name?,
        machines: machines.unwrap_or_default(),
        schedule: schedule?,
        duration_s: duration_s?,
        timezone,
    })
}
