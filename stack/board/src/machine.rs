//! A machine of the board: the facts that were read, and the state that they make. [`crate::evaluated`] makes one
//! from a row of the state table. A reader that has no table makes one from what it read itself: all
//! fields are open.

use crate::acknowledgement::Acknowledgement;
use crate::state::State;
use crate::target::{Target, console_link, has_page};
use crate::text::{ago, clip, duration, plain, span};
use guardian_contract::{Doubt, Light, Run, Status};
use std::collections::BTreeMap;
use std::sync::Arc;

/// For how long a change is new, in milliseconds.
pub const NEW_MS: i64 = 5 * 60_000;

/// Characters of a cause that are shown; it is cut before it is escaped.
const CAUSE: usize = 300;
const ERROR: usize = 120;
const STATE: usize = 80;

/// A machine as the board shows it. Times are milliseconds since the epoch. A board has up to 10,000 of
/// them, so that what few have is boxed, what many have in common is shared, and a link is made when it
/// is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its key.
    pub key: String,
    /// Its name; empty if it is the key.
    pub name: String,
    /// Its account and region.
    pub target: Arc<Target>,
    /// Its tags, as far as they are known.
    pub tags: BTreeMap<String, String>,
    /// Its group; the board decides it.
    pub group: Arc<str>,
    /// Its light; none if nothing is known.
    pub light: Option<Light>,
    /// Status of the run that decided it.
    pub decided: Option<Status>,
    /// When that run ended (or began, if it goes on).
    pub at_ms: Option<i64>,
    /// Since when the light is what it is, as far back as that is known.
    pub light_since_ms: Option<i64>,
    /// Why the light is not certain.
    pub doubt: Option<Doubt>,
    /// When a first failure turns the light red; until then it is as it was before.
    pub settles_at_ms: Option<i64>,
    /// When that failure came, or the redrive that hides it began.
    pub settling_since_ms: Option<i64>,
    /// Since when light and alarm disagree; none while they agree, or have disagreed for so short a
    /// time that the alarm may follow.
    pub disagrees_since_ms: Option<i64>,
    /// Whether a redrive hides how the run before it ended.
    pub redriving: bool,
    /// Whether it has never run, where that is known.
    pub never_run: bool,
    /// How many days back no run is known, where that is all that is known.
    pub none_in_days: Option<u16>,
    /// Whether the light comes from AWS/States metrics: an EXPRESS machine's runs cannot be listed.
    pub from_metrics: bool,
    /// Whether a run is due.
    pub late: bool,
    /// When it was due, where that is known.
    pub late_since_ms: Option<i64>,
    /// Whether a run exceeds its limit.
    pub stuck: bool,
    /// Since when it does, where that is known.
    pub stuck_since_ms: Option<i64>,
    /// Whether items of its last run's Map Runs failed.
    pub incomplete: bool,
    /// Whether it has not been read for two rounds.
    pub stale: bool,
    /// Runs in progress.
    pub running: usize,
    /// Whether there may be more of them.
    pub running_more: bool,
    /// When the oldest of them began.
    pub running_since_ms: Option<i64>,
    /// When a run last succeeded.
    pub last_success_ms: Option<i64>,
    /// When it was last read, by the table or from metrics; none if it never was, or is read anew for each
    /// board.
    pub read_ms: Option<i64>,
    /// Why it cannot be read.
    pub unread: Option<String>,
    /// Since when.
    pub unread_since_ms: Option<i64>,
    /// Its alarm.
    pub alarm: Alarm,
    /// Names of its further alarms that are in ALARM.
    pub others: Vec<String>,
    /// Whether it is muted.
    pub muted: bool,
    /// The acknowledgement that holds.
    pub acknowledged: Option<Box<Acknowledgement>>,
    /// Why it is red.
    pub why: Option<Box<Why>>,
    /// The last runs by the first letter of their status, oldest first.
    pub history: String,
    /// ARN of what its link leads to: the run that decided the light, or the machine.
    pub linked: Option<Box<str>>,
}

/// What is known of a machine's alarm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alarm {
    /// In ALARM.
    Alarm,
    /// OK.
    Ok,
    /// INSUFFICIENT_DATA.
    NoData,
    /// There is none.
    Missing,
    /// It has none of its own: the fleet's alarms cover it.
    Fleet,
    /// It was not read.
    #[default]
    Unknown,
}

impl Alarm {
    /// Its word; empty if it was not read.
    pub fn word(self) -> &'static str {
        match self {
            Alarm::Alarm => "ALARM",
            Alarm::Ok => "OK",
            Alarm::NoData => "no data",
            Alarm::Missing => "no alarm",
            Alarm::Fleet => "fleet",
            Alarm::Unknown => "",
        }
    }
}

/// Why a run failed. Untrusted text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Why {
    /// The innermost state that failed.
    pub state: Option<String>,
    /// Name of the error.
    pub error: Option<String>,
    /// The cause.
    pub cause: Option<String>,
    /// Why it could not be read.
    pub unread: Option<String>,
}

impl Why {
    /// `in Charge: CardError: declined`: the state, the error and the first line of the cause, cut
    /// and then escaped.
    pub fn line(&self) -> Option<String> {
        if let Some(unread) = &self.unread {
            return Some(plain(&clip(unread, 2 * CAUSE)));
        }
        let cut = |text: &Option<String>, width| {
            let line = text.as_ref()?.trim().lines().next()?.trim();
            (!line.is_empty()).then(|| plain(&clip(line, width)))
        };
        let state = cut(&self.state, STATE).map(|state| format!("in {state}"));
        let parts = [state, cut(&self.error, ERROR), cut(&self.cause, CAUSE)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(": "))
    }
}

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Something is wrong.
    Bad,
    /// Something is not certain.
    Doubtful,
    /// For information.
    Plain,
}

/// A remark beside a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub weight: Weight,
    /// Its text.
    pub text: String,
}

impl Machine {
    /// A machine of which nothing is known.
    pub fn new(key: &str, target: impl Into<Arc<Target>>) -> Self {
        Self {
            key: key.to_owned(),
            name: String::new(),
            target: target.into(),
            tags: BTreeMap::new(),
            group: Arc::default(),
            light: None,
            decided: None,
            at_ms: None,
            light_since_ms: None,
            doubt: None,
            settles_at_ms: None,
            settling_since_ms: None,
            disagrees_since_ms: None,
            redriving: false,
            never_run: false,
            none_in_days: None,
            from_metrics: false,
            late: false,
            late_since_ms: None,
            stuck: false,
            stuck_since_ms: None,
            incomplete: false,
            stale: false,
            running: 0,
            running_more: false,
            running_since_ms: None,
            last_success_ms: None,
            read_ms: None,
            unread: None,
            unread_since_ms: None,
            alarm: Alarm::Unknown,
            others: Vec::new(),
            muted: false,
            acknowledged: None,
            why: None,
            history: String::new(),
            linked: None,
        }
    }

    /// The same, of a machine with this name.
    pub fn named(key: &str, name: &str, target: impl Into<Arc<Target>>) -> Self {
        let name = if name == key { String::new() } else { name.to_owned() };
        Self { name, ..Self::new(key, target) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { &self.key } else { &self.name }
    }

    /// Lets its link lead to this run or, where the console has no page for it, to the machine.
    pub fn link_to(&mut self, run: Option<&Run>, machine_arn: &str) {
        let run = run.map(|run| run.arn.as_str()).filter(|arn| has_page(arn));
        self.linked = Some(run.unwrap_or(machine_arn).into());
    }

    /// Its link to the console.
    pub fn link(&self) -> Option<String> {
        console_link(self.linked.as_deref()?)
    }

    /// The worst that is known of it.
    pub fn state(&self) -> State {
        match self.light {
            Some(Light::Red) => {
                State::Red(self.decided.filter(|s| s.code() > 2).unwrap_or(Status::Failed))
            }
            _ if self.stuck => State::Stuck,
            _ if self.late => State::Late,
            _ if self.doubt == Some(Doubt::Express) => State::Express,
            None => State::Unread,
            _ if matches!(self.doubt, Some(Doubt::Unread | Doubt::Unreadable)) => State::Unread,
            _ if self.stale => State::Stale,
            _ if self.settles_at_ms.is_some() || self.redriving => State::Settling,
            _ if self.doubt == Some(Doubt::Held) => State::Held,
            Some(Light::Green) if self.incomplete => State::Incomplete,
            Some(Light::Green) => State::Green,
            Some(Light::Grey) => State::Never,
        }
    }

    /// Since when it is in its state, where that is known: metrics tell when a run last failed, and not
    /// since when all of them do.
    pub fn since_ms(&self) -> Option<i64> {
        match self.state() {
            State::Red(_) if self.from_metrics => None,
            State::Late => self.late_since_ms,
            State::Stuck => self.stuck_since_ms,
            State::Settling => self.settling_since_ms.or(self.at_ms),
            State::Unread | State::Stale => self.read_ms.or(self.unread_since_ms),
            _ => self.light_since_ms.or(self.at_ms),
        }
    }

    /// When its light last changed; none if there was no other that is known.
    pub fn changed_ms(&self) -> Option<i64> {
        let known = self.light.is_some_and(|light| light != Light::Grey) && !self.from_metrics;
        self.light_since_ms.filter(|_| known)
    }

    /// The word of the run that decided the light, or why there is none.
    pub fn status(&self) -> &'static str {
        match (self.decided, self.light) {
            (Some(status), _) => word(status),
            (None, _) if self.doubt == Some(Doubt::Express) => "express",
            (None, None) => "not read",
            (None, _) if self.redriving => "redriving",
            (None, _) if self.settles_at_ms.is_some() => "settling",
            (None, _) if self.running > 0 => "running",
            (None, _) if self.from_metrics => "unknown",
            (None, _) if self.none_in_days.is_some() => "no run",
            (None, _) if self.never_run => "never run",
            (None, _) => "none ended",
        }
    }

    /// The word of the state, with how long: `failed`, `late 2 h`, `red in 40 s`.
    pub fn words(&self, now_ms: i64) -> String {
        let (state, since_ms) = (self.state(), self.since_ms());
        let since = since_ms.map(|since| span(now_ms.saturating_sub(since)));
        match (state, since) {
            (State::Late | State::Stuck, Some(long)) => format!("{} {long}", state.word()),
            (State::Unread | State::Stale, Some(long)) => format!("not read for {long}"),
            (State::Unread, None) => "not read yet".to_owned(),
            (State::Red(_), _) if self.redriving => "redriving".to_owned(),
            (State::Settling, _) => match self.settles_at_ms {
                Some(at) => format!("red in {}", span(at.saturating_sub(now_ms))),
                None => "settling".to_owned(),
            },
            _ => state.word().to_owned(),
        }
    }

    /// Whether its fault began within the last five minutes.
    pub fn is_new(&self, now_ms: i64) -> bool {
        let began = self.since_ms().is_some_and(|since| now_ms.saturating_sub(since) <= NEW_MS);
        began && matches!(self.state(), State::Red(_) | State::Late | State::Stuck)
    }

    /// Whether it needs no attention now: muted, or acknowledged.
    pub fn is_quiet(&self) -> bool {
        self.muted || self.acknowledged.is_some()
    }

    /// What the row says beside the words of its state, the worst first.
    pub fn all_marks(&self, now_ms: i64) -> Vec<Mark> {
        use Weight::{Bad, Doubtful, Plain};
        let (mut marks, state) = (Vec::new(), self.state());
        let mut mark = |weight, text: String| marks.push(Mark { weight, text });
        let long = |at: i64| duration(now_ms.saturating_sub(at));
        if self.is_new(now_ms) {
            mark(Bad, "! new".to_owned());
        }
        if self.late && state != State::Late {
            mark(Bad, "late".to_owned());
        }
        if self.stuck && state != State::Stuck {
            mark(Bad, "stuck".to_owned());
        }
        if let Some(at) = self.settles_at_ms.filter(|_| state != State::Settling) {
            let left = duration(at.saturating_sub(now_ms));
            mark(Doubtful, format!("settling (red in {left})"));
        }
        if let Some(at) = self.disagrees_since_ms {
            mark(Doubtful, format!("light and alarm disagree for {}", long(at)));
        }
        if self.incomplete && state != State::Incomplete {
            mark(Doubtful, "incomplete".to_owned());
        }
        if self.stale && state != State::Stale {
            mark(Doubtful, "not read for two rounds".to_owned());
        }
        if self.doubt == Some(Doubt::Unread) && self.light.is_some() {
            mark(Doubtful, "not confirmed yet".to_owned());
        }
        let held = self.doubt == Some(Doubt::Held) && self.settles_at_ms.is_none();
        if held && !self.redriving && state != State::Held {
            mark(Doubtful, "held".to_owned());
        }
        for name in &self.others {
            // The row already shows the prefix and the key.
            let own = name.rsplit_once(&format!("{}-", self.key)).map_or(&**name, |(_, own)| own);
            mark(Bad, plain(&clip(&format!("ALARM {own}"), ERROR)));
        }
        match self.none_in_days {
            Some(days) if self.from_metrics => mark(Plain, format!("no metrics in {days} days")),
            Some(days) => mark(Plain, format!("none in {days} days")),
            None if self.from_metrics => mark(Plain, "from metrics".to_owned()),
            None => {}
        }
        if let Some(ack) = &self.acknowledged {
            let left = span(ack.until_ms.saturating_sub(now_ms));
            let by = plain(&clip(&ack.by, 40));
            let why = match ack.why.trim() {
                "" => String::new(),
                why => format!(": {}", plain(&clip(why, ERROR))),
            };
            mark(Plain, format!("✓ acknowledged by {by} for {left} more{why}"));
        }
        if self.muted {
            mark(Doubtful, "∅ muted".to_owned());
        }
        if self.running > 0 {
            let many = match self.running {
                many if self.running_more => format!("{many} or more "),
                1 => String::new(),
                many => format!("{many} "),
            };
            let long = self.running_since_ms.map(|at| format!(" {}", long(at)));
            mark(Plain, format!("▶ {many}running{}", long.unwrap_or_default()));
        }
        if matches!(state, State::Red(_)) {
            let success = match self.last_success_ms {
                Some(at) => format!("last success {}", ago(now_ms.saturating_sub(at))),
                None => "no success known".to_owned(),
            };
            mark(Plain, success);
        }
        marks
    }
}

/// A status in lower case.
fn word(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::Aborted => "aborted",
        Status::PendingRedrive => "pending redrive",
    }
}
