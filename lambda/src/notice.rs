//! The notification of a state change: what failed, where and why, as plain text for people
//! and as an event for a bus. All that a machine or its data may have written is untrusted: it is
//! cut, and nothing of it can break a line, hide, or pass for ours.

use crate::change::{LightChange, VERSION};
use crate::retry::CallError;
use guardian_contract::{
    ChangeKind, Failure, Light, MachineKey, Partition, Pending, Row, StateChange, count, event,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// SNS takes a subject of fewer than 100 ASCII characters, without control characters [Publish].
const MAX_SUBJECT: usize = 99;
pub(crate) const MAX_STATE: usize = 80;
pub(crate) const MAX_ERROR: usize = 120;
pub(crate) const MAX_CAUSE: usize = 300;
const MAX_WHO: usize = 80;

/// A notification, in the form that each channel takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One line of ASCII, at most 99 characters.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Names and values that subscribers to the topic filter by.
    pub attributes: Vec<(&'static str, String)>,
    /// The same for the bus.
    pub event: BusEvent,
}

/// An event of Guardian's, less what every one of them has. It is far below the 1 MB that a call of
/// PutEvents takes [EventBridge API].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusEvent {
    /// The `detail-type`.
    pub detail_type: &'static str,
    /// ARNs of what it is about.
    pub resources: Vec<String>,
    /// A JSON object.
    pub detail: String,
}

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The topic, to people.
    Topic,
    /// The event bus.
    Bus,
}

/// The port to the channels.
pub trait Notifications: Send + Sync + 'static {
    /// Sends a notification to the topic or bus `to`; returns the service's message id.
    fn notify(
        &self,
        way: Way,
        to: &str,
        notice: &Notice,
    ) -> impl Future<Output = Result<String, CallError>> + Send;
}

/// What a drill is asked for with, as the payload `{"guardian": "drill", "machine": …, "by": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Drill {
    /// The machine that the message names.
    pub machine: MachineKey,
    /// Who asks.
    #[serde(default)]
    pub by: Option<String>,
}

/// The machine that a notice is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub key: &'a MachineKey,
    pub arn: &'a str,
    /// The deployment that sends it.
    pub deployment: Option<&'a str>,
    /// The team that the machine belongs to.
    pub team: Option<&'a str>,
    /// Link to its runbook.
    pub runbook: Option<&'a str>,
    /// The incident that it belongs to.
    pub incident: Option<&'a str>,
    /// Older notifications of the machine that this one replaces.
    pub more: u32,
    /// Its light.
    pub light: Light,
}

/// Writes the notice. `redacted` leaves the cause out.
pub(crate) fn write(
    about: About<'_>,
    change: &StateChange,
    failure: &Failure,
    redacted: bool,
) -> Notice {
    let key = about.key;
    let status = change.run.status.as_str();
    let text = |text: &Option<String>, limit| text.as_deref().map(|text| plain(text, limit));
    let state = text(&failure.state, MAX_STATE);
    let error = text(&failure.error, MAX_ERROR);
    let redacted = redacted && failure.cause.is_some();
    let cause = text(&failure.cause, MAX_CAUSE).filter(|_| !redacted);
    let link = link(&change.run.arn);
    let (light, subject, first) = match change.kind {
        ChangeKind::Failed => {
            let place = state.as_ref().map_or(String::new(), |state| format!(" in {state}"));
            let subject = format!("RED {key}: {status}{place}");
            (Light::Red, subject, format!("{key} has turned red: its last run is {status}."))
        }
        ChangeKind::StillFailing => (
            Light::Red,
            format!("RED {key}: {status}, {}", in_a_row(change.failures)),
            format!(
                "{key} is still red: its last {} failed.",
                count(change.failures as usize, "run")
            ),
        ),
        ChangeKind::Recovered => (
            Light::Green,
            format!("GREEN {key}: recovered"),
            format!("{key} is green again, after {}.", in_a_row(change.failures)),
        ),
        ChangeKind::Late => (
            about.light,
            format!("LATE {key}: no run finished in time"),
            format!("{key} is late: a run was due and none has finished."),
        ),
        ChangeKind::Stuck => (
            about.light,
            format!("STUCK {key}: a run takes too long"),
            format!("{key} is stuck: a run goes on for longer than it may."),
        ),
        ChangeKind::RunFailed => {
            let place = state.as_ref().map_or(String::new(), |state| format!(" in {state}"));
            let subject = format!("RUN {key}: {status}{place}");
            (about.light, subject, format!("A run of {key} has ended: it is {status}."))
        }
        ChangeKind::RunSucceeded => (
            about.light,
            format!("RUN {key}: {status}"),
            format!("A run of {key} has ended: it is {status}."),
        ),
    };
    let is_of_light = change.kind.is_of_light();
    let for_ms = change.before_ms.filter(|_| !is_of_light);
    let mut lines = vec![first, String::new()];
    let mut line = |name: &str, text: String| lines.push(format!("{name:<10}{text}"));
    let left_out = redacted.then_some("(left out, as configured)");
    for (name, text) in [
        ("State", state.as_deref()),
        ("Error", error.as_deref()),
        ("Cause", cause.as_deref().or(left_out)),
    ] {
        if let Some(text) = text {
            line(name, text.to_owned());
        }
    }
    let before = match (change.kind, change.before_ms) {
        (ChangeKind::Failed, None) => Light::Grey,
        (ChangeKind::Failed, Some(_)) => Light::Green,
        (ChangeKind::StillFailing | ChangeKind::Recovered, _) => Light::Red,
        _ => about.light,
    };
    if let Some(for_ms) = for_ms {
        line("For", duration(for_ms));
    }
    if let Some(before_ms) = change.before_ms.filter(|_| is_of_light) {
        let (was, long) = (word(before), duration(before_ms));
        line("Before", format!("{was} for {long}, as far back as was read"));
    }
    if let Some(link) = &link {
        line("Run", link.clone());
    }
    for (name, text) in [("Team", about.team), ("Runbook", about.runbook)] {
        if let Some(text) = text {
            line(name, plain(text, MAX_CAUSE));
        }
    }
    if about.more > 0 {
        let more = usize::try_from(about.more).unwrap_or(usize::MAX);
        line("Before it", format!("{} of this machine were not sent", count(more, "notification")));
    }
    let change = LightChange {
        v: VERSION,
        deployment: about.deployment,
        machine: key,
        machine_arn: about.arn,
        kind: change.kind,
        light,
        before,
        before_ms: change.before_ms.filter(|_| is_of_light),
        for_ms,
        at_ms: change.run.changed_ms(),
        status: change.run.status,
        execution_arn: &change.run.arn,
        link: link.as_deref(),
        failures: change.failures,
        state: state.as_deref(),
        error: error.as_deref(),
        cause: cause.as_deref(),
        redacted,
        incident: about.incident,
        team: about.team,
        runbook: about.runbook,
    };
    let event = BusEvent {
        detail_type: event::LIGHT_CHANGE,
        resources: vec![about.arn.to_owned()],
        // Only maps with keys that are no text do not become JSON; there are none here.
        detail: serde_json::to_string(&change).unwrap_or_default(),
    };
    let mut attributes = vec![("machine", key.to_string()), ("light", word(light).to_owned())];
    if !is_of_light {
        attributes.push(("kind", change.kind.word().to_owned()));
    }
    Notice { subject: self::subject(&subject), text: lines.join("\n") + "\n", attributes, event }
}

/// Changes that a digest names, the worst first.
const DIGESTED: usize = 10;

/// Writes the notice of many changes at once, for people: counts, and the worst of them.
pub(crate) fn digest(deployment: Option<&str>, changes: &[(&Row, &Pending)]) -> Notice {
    let bad = |pending: &Pending| pending.change.kind != ChangeKind::Recovered;
    let (of_light, others): (Vec<_>, Vec<_>) =
        changes.iter().copied().partition(|(_, pending)| pending.change.kind.is_of_light());
    let (failed, recovered): (Vec<_>, Vec<_>) =
        of_light.into_iter().partition(|(_, pending)| bad(pending));
    let mut parts = Vec::new();
    if !failed.is_empty() {
        parts.push(format!("{} red", count(failed.len(), "machine")));
    }
    if !recovered.is_empty() {
        parts.push(format!("{} green again", count(recovered.len(), "machine")));
    }
    for (kind, noun, word) in [
        (ChangeKind::Late, "machine", "late"),
        (ChangeKind::Stuck, "machine", "stuck"),
        (ChangeKind::RunFailed, "run", "failed"),
        (ChangeKind::RunSucceeded, "run", "succeeded"),
    ] {
        let number = others.iter().filter(|(_, pending)| pending.change.kind == kind);
        let number = number.map(|(_, pending)| 1 + pending.more as usize).sum::<usize>();
        if number > 0 {
            parts.push(format!("{} {word}", count(number, noun)));
        }
    }
    let counts = parts.join(", ");
    let whose = deployment.map_or(String::new(), |name| format!(" ({name})"));
    let mut lines = vec![format!("{counts}, within a few seconds."), String::new()];
    let mut by_error: std::collections::BTreeMap<String, usize> = Default::default();
    let error = |row: &Row, pending: &Pending| {
        let why = row.why.as_ref().and_then(|why| why.error.as_deref());
        why.map_or(pending.change.run.status.as_str().to_owned(), |error| plain(error, MAX_ERROR))
    };
    for (row, pending) in &failed {
        *by_error.entry(error(row, pending)).or_default() += 1;
    }
    let mut causes: Vec<(&String, &usize)> = by_error.iter().collect();
    causes.sort_by_key(|(error, count)| (std::cmp::Reverse(**count), error.as_str()));
    for (error, number) in causes.into_iter().take(DIGESTED) {
        lines.push(format!("{number:>6} x {error}"));
    }
    lines.push(String::new());
    let mut worst = failed.clone();
    worst.sort_by_key(|(row, pending)| (std::cmp::Reverse(pending.change.failures), &row.key));
    for (row, pending) in worst.iter().take(DIGESTED) {
        lines.push(format!("RED   {}: {}", row.key, error(row, pending)));
    }
    if failed.len() > DIGESTED {
        lines.push(format!("      and {} more", failed.len() - DIGESTED));
    }
    lines.push("`guardian status` shows all of them.".to_owned());
    let light = if failed.is_empty() { Light::Green } else { Light::Red };
    let detail = json!({"v": VERSION, "deployment": deployment, "machines": changes.len()});
    Notice {
        subject: subject(&format!("{}: {counts}{whose}", word(light).to_uppercase())),
        text: lines.join("\n") + "\n",
        attributes: vec![
            ("light", word(light).to_owned()),
            ("machines", changes.len().to_string()),
        ],
        event: BusEvent {
            detail_type: event::LIGHT_CHANGE,
            resources: Vec::new(),
            detail: detail.to_string(),
        },
    }
}

/// Writes the notice of a drill. Its attributes are those of a red light, so that it passes the
/// filters of those whom a real one is for.
pub(crate) fn drill(drill: &Drill, deployment: Option<&str>) -> Notice {
    let machine = &drill.machine;
    let by = drill.by.as_deref().map(|by| plain(by, MAX_WHO));
    let who = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    let text = format!(
        "DRILL{who}, not real: `guardian drill` checks that this message arrives.\n\
         Nothing is wrong with {machine}: its light and its metrics are as they were.\n"
    );
    let detail = json!({
        "v": VERSION,
        "drill": true,
        "deployment": deployment,
        "machine": machine,
        "by": by,
    });
    Notice {
        subject: subject(&format!("DRILL, not real: {machine}")),
        text,
        attributes: vec![
            ("machine", machine.to_string()),
            ("light", word(Light::Red).to_owned()),
            ("drill", "true".to_owned()),
        ],
        event: BusEvent {
            detail_type: event::DRILL,
            resources: Vec::new(),
            detail: detail.to_string(),
        },
    }
}

/// "1 failure", "2 failures in a row".
fn in_a_row(failures: u32) -> String {
    let row = if failures > 1 { " in a row" } else { "" };
    count(failures as usize, "failure") + row
}

fn word(light: Light) -> &'static str {
    match light {
        Light::Red => "red",
        Light::Grey => "grey",
        Light::Green => "green",
    }
}

/// A text that SNS takes as a subject.
fn subject(text: &str) -> String {
    let taken = |c: char| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' };
    cut(&text.chars().map(taken).collect::<String>(), MAX_SUBJECT, "...")
}

/// The first line of a text, at most `limit` characters of it, with everything escaped that is not
/// simply seen: control characters, and those that reorder or hide what stands beside them.
pub(crate) fn plain(text: &str, limit: usize) -> String {
    let first = text.trim().lines().next().unwrap_or_default();
    let mut seen = String::new();
    for c in first.chars().take(limit + 1) {
        let hides = matches!(u32::from(c), 0x00ad | 0x061c | 0x200b..=0x200f | 0x2028..=0x202e
            | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe0fff);
        if c.is_control() || hides {
            seen.extend(c.escape_unicode());
        } else {
            seen.push(c);
        }
    }
    cut(&seen, limit, "…")
}

pub(crate) fn cut(text: &str, limit: usize, mark: &str) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - mark.chars().count()).chain(mark.chars()).collect()
}

/// The execution's page in the console, if the console of its partition is known.
fn link(execution_arn: &str) -> Option<String> {
    let mut parts = execution_arn.split(':');
    let (partition, region) = (parts.nth(1)?, parts.nth(1)?);
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if region.is_empty() || !region.chars().all(known) {
        return None;
    }
    let domain = Partition::named(partition)?.console_domain?;
    let mut arn = String::new();
    for byte in execution_arn.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'-' | b'_' | b'.' => {
                arn.push(char::from(byte));
            }
            other => arn.push_str(&format!("%{other:02X}")),
        }
    }
    Some(format!(
        "https://{region}.{domain}/states/home?region={region}#/v2/executions/details/{arn}"
    ))
}

fn duration(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::{ChangeKind as Kind, Run, Status};
    use proptest::prelude::*;
    use serde_json::Value;

    const RUN: &str = "arn:aws:states:eu-central-1:123456789012:execution:step1:run";

    fn change(kind: Kind) -> StateChange {
        let run = Run {
            arn: RUN.into(),
            status: if kind == Kind::Recovered { Status::Succeeded } else { Status::Failed },
            start_ms: 0,
            stop_ms: Some(5),
            redrive_ms: None,
            redrive_count: 0,
        };
        StateChange { kind, run, before_ms: Some(97_200_000), failures: 4 }
    }

    fn failure() -> Failure {
        Failure {
            state: Some("Charge".into()),
            error: Some("PaymentError".into()),
            cause: Some("card declined\nsecond line".into()),
        }
    }

    const MACHINE: &str = "arn:aws:states:eu-central-1:123456789012:stateMachine:step1";

    fn written(kind: Kind, failure: &Failure, redacted: bool) -> Notice {
        let key = MachineKey::new("step1").unwrap();
        let about = About {
            key: &key,
            arn: MACHINE,
            deployment: Some("shop-prod"),
            team: None,
            runbook: None,
            incident: Some("5#step1"),
            more: 0,
            light: Light::Green,
        };
        write(about, &change(kind), failure, redacted)
    }

    fn detail(notice: &Notice) -> Value {
        serde_json::from_str(&notice.event.detail).unwrap()
    }

    #[test]
    fn a_failure_says_where_why_since_when_and_where_to_look() {
        let notice = written(Kind::Failed, &failure(), false);
        assert_eq!(notice.subject, "RED step1: FAILED in Charge");
        assert_eq!(
            notice.text,
            "step1 has turned red: its last run is FAILED.\n\n\
             State     Charge\n\
             Error     PaymentError\n\
             Cause     card declined\n\
             Before    green for 1 d 3 h, as far back as was read\n\
             Run       https://eu-central-1.console.aws.amazon.com/states/home?\
             region=eu-central-1#/v2/executions/details/arn:aws:states:eu-central-1:\
             123456789012:execution:step1:run\n"
        );
        let redacted = written(Kind::Failed, &failure(), true);
        assert!(!redacted.text.contains("declined") && redacted.text.contains("left out"));
        let again = written(Kind::StillFailing, &failure(), false);
        assert_eq!(again.subject, "RED step1: FAILED, 4 failures in a row");
        let green = written(Kind::Recovered, &Failure::default(), false);
        assert_eq!(green.subject, "GREEN step1: recovered");
        let first = |notice: &Notice| notice.text.lines().next().unwrap().to_owned();
        assert_eq!(first(&green), "step1 is green again, after 4 failures in a row.");
        assert_eq!(first(&again), "step1 is still red: its last 4 runs failed.");
        assert_eq!(in_a_row(1), "1 failure");
        let attributes = [("machine", "step1".to_owned()), ("light", "green".to_owned())];
        assert_eq!(green.attributes, attributes);
    }

    #[test]
    fn what_is_no_change_of_the_light_says_so_and_leaves_the_light_as_it_is() {
        let late = written(Kind::Late, &Failure::default(), false);
        assert_eq!(late.subject, "LATE step1: no run finished in time");
        assert!(late.text.contains("For       1 d 3 h\n"), "{}", late.text);
        let text = detail(&late);
        assert_eq!((&text["kind"], &text["light"]), (&json!("late"), &json!("green")));
        assert_eq!((&text["for_ms"], &text["before_ms"]), (&json!(97_200_000), &json!(null)));
        assert!(late.attributes.contains(&("kind", "late".to_owned())));
        let stuck = written(Kind::Stuck, &Failure::default(), false);
        assert_eq!(stuck.subject, "STUCK step1: a run takes too long");
        let run = written(Kind::RunFailed, &failure(), false);
        assert_eq!(run.subject, "RUN step1: FAILED in Charge");
        assert!(run.text.contains("card declined"));
        assert_eq!(detail(&written(Kind::Failed, &failure(), false)).get("for_ms"), None);
    }

    #[test]
    fn the_event_says_the_same_as_data() {
        let notice = written(Kind::Failed, &failure(), false);
        assert_eq!(notice.event.detail_type, "Guardian Light Change");
        assert_eq!(notice.event.resources, [MACHINE]);
        let expected = json!({
            "v": 1, "deployment": "shop-prod", "machine": "step1", "machine_arn": MACHINE,
            "kind": "failed", "light": "red", "before": "green", "before_ms": 97_200_000,
            "at_ms": 5, "status": "FAILED", "execution_arn": RUN,
            "link": "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1\
                     #/v2/executions/details/arn:aws:states:eu-central-1:123456789012:execution:\
                     step1:run",
            "failures": 4, "state": "Charge", "error": "PaymentError", "cause": "card declined",
            "redacted": false, "incident": "5#step1", "team": null, "runbook": null,
        });
        assert_eq!(detail(&notice), expected);
        let redacted = detail(&written(Kind::StillFailing, &failure(), true));
        assert_eq!((&redacted["cause"], &redacted["redacted"]), (&json!(null), &json!(true)));
        assert_eq!(
            (&redacted["kind"], &redacted["before"]),
            (&json!("still-failing"), &json!("red"))
        );
        let green = detail(&written(Kind::Recovered, &Failure::default(), true));
        assert_eq!((&green["light"], &green["redacted"]), (&json!("green"), &json!(false)));
    }

    #[test]
    fn the_documented_event_has_the_fields_of_the_real_one() {
        let document = include_str!("../../docs/events.md");
        let example = document.split("```json").nth(1).and_then(|rest| rest.split("```").next());
        let example: Value = serde_json::from_str(example.unwrap()).unwrap();
        let keys =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let text = detail(&written(Kind::Failed, &failure(), false));
        assert_eq!(keys(&example["detail"]), keys(&text));
        for name in keys(&text) {
            assert!(name == "v" || document.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn a_subject_is_below_a_hundred_ascii_characters_without_control_characters() {
        assert_eq!(subject("RED caf\u{e9}\n\u{7f}: FAILED"), "RED caf???: FAILED");
        for length in [98, 99, 100, 101, 1_000] {
            let subject = subject(&"x".repeat(length));
            assert_eq!(subject.len(), length.min(99));
            assert_eq!(subject.ends_with("..."), length > 99);
        }
    }

    #[test]
    fn a_drill_says_that_it_is_one_wherever_it_is_read() {
        let machine = MachineKey::new("m".repeat(80)).unwrap();
        let notice =
            super::drill(&Drill { machine, by: Some("ann\u{202e}\nmallory".into()) }, None);
        assert!(
            notice.subject.starts_with("DRILL, not real") && notice.subject.len() <= MAX_SUBJECT
        );
        assert!(notice.text.starts_with("DRILL by ann\\u{202e}, not real"), "{}", notice.text);
        assert!(notice.attributes.contains(&("drill", "true".to_owned())));
        assert_eq!(notice.event.detail_type, "Guardian Drill");
        assert_eq!(detail(&notice)["drill"], json!(true));
    }

    proptest! {
        #[test]
        fn nothing_untrusted_breaks_a_line_hides_or_grows(state: String, error: String, cause: String) {
            let failure = Failure { state: Some(state), error: Some(error), cause: Some(cause) };
            let notice = written(Kind::Failed, &failure, false);
            prop_assert_eq!(notice.text.lines().count(), 7);
            prop_assert!(notice.text.chars().all(|c| c == '\n' || !c.is_control()));
            let hidden = notice.text.contains(['\u{202e}', '\u{2066}', '\u{200b}']);
            prop_assert!(!hidden);
            prop_assert!(notice.text.len() < 4_000);
            prop_assert!(notice.subject.is_ascii() && notice.subject.len() <= MAX_SUBJECT);
            prop_assert!(!notice.subject.contains('\n') && !notice.subject.is_empty());
            let detail = detail(&notice);
            for name in ["state", "error", "cause"] {
                let text = detail[name].as_str().unwrap();
                prop_assert!(!text.chars().any(char::is_control) && notice.text.contains(text));
            }
            prop_assert!(notice.event.detail.len() < 8_000);
        }
    }
}
