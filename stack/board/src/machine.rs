//! A machine of the board, made from its row of the state table. A reader that has no table makes
//! one from what it read itself: all fields are open.

use crate::acknowledgement::Acknowledgement;
use crate::settings::Settings;
use crate::state::State;
use crate::target::{Target, execution_link, machine_link};
use crate::text::{clip, plain, span};
use guardian_contract::{
    Doubt, Evaluation, Held, KEPT_RUNNING, Light, Reading, Row, Run, Semantics, Status, Verdict,
    evaluate, light_since,
};
use std::collections::BTreeMap;

/// For how long a change is new, in milliseconds.
pub const NEW_MS: i64 = 5 * 60_000;

/// Characters of a cause that are shown; it is cut before it is escaped.
const CAUSE: usize = 300;
const ERROR: usize = 120;
const STATE: usize = 80;

/// A machine as the board shows it. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its key.
    pub key: String,
    /// Its account and region.
    pub target: Target,
    /// Its tags, as far as they are known.
    pub tags: BTreeMap<String, String>,
    /// Its group; the board decides it.
    pub group: String,
    /// The worst that is known of it.
    pub state: State,
    /// Since when.
    pub since_ms: Option<i64>,
    /// Its light; none if nothing is known.
    pub light: Option<Light>,
    /// The word of the run that decided the light, or why there is none.
    pub status: String,
    /// When that run ended.
    pub at_ms: Option<i64>,
    /// When the light last changed.
    pub changed_ms: Option<i64>,
    /// Whether a run is due.
    pub late: bool,
    /// Whether a run exceeds its limit.
    pub stuck: bool,
    /// Whether items of its last run's Map Runs failed.
    pub incomplete: bool,
    /// Whether it has not been read for two rounds.
    pub stale: bool,
    /// When a first failure turns the light red.
    pub settles_at_ms: Option<i64>,
    /// Since when light and alarm disagree.
    pub disagrees_since_ms: Option<i64>,
    /// Runs under way.
    pub running: usize,
    /// Whether there may be more of them.
    pub running_more: bool,
    /// When the oldest of them began.
    pub running_since_ms: Option<i64>,
    /// When a run last succeeded.
    pub last_success_ms: Option<i64>,
    /// When it was last read.
    pub read_ms: Option<i64>,
    /// Why it cannot be read.
    pub unread: Option<String>,
    /// Its alarm.
    pub alarm: Alarm,
    /// Further marks of the reader.
    pub marks: Vec<Mark>,
    /// Whether it is muted.
    pub muted: bool,
    /// The acknowledgement that holds.
    pub acknowledged: Option<Acknowledgement>,
    /// Why it is red.
    pub why: Option<Why>,
    /// The last finished runs by the first letter of their status, oldest first.
    pub history: String,
    /// Link to the run that decided the light, or to the machine.
    pub link: Option<String>,
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
    Doubt,
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
    pub fn new(key: &str, target: Target) -> Self {
        Self {
            key: key.to_owned(),
            target,
            tags: BTreeMap::new(),
            group: String::new(),
            state: State::Never,
            since_ms: None,
            light: None,
            status: String::new(),
            at_ms: None,
            changed_ms: None,
            late: false,
            stuck: false,
            incomplete: false,
            stale: false,
            settles_at_ms: None,
            disagrees_since_ms: None,
            running: 0,
            running_more: false,
            running_since_ms: None,
            last_success_ms: None,
            read_ms: None,
            unread: None,
            alarm: Alarm::Unknown,
            marks: Vec::new(),
            muted: false,
            acknowledged: None,
            why: None,
            history: String::new(),
            link: None,
        }
    }

    /// The machine of a row. `stale_ms` is the age from which a row counts as not read.
    pub fn of_row(
        row: &Row,
        target: &Target,
        settings: &Settings,
        stale_ms: Option<i64>,
        now_ms: i64,
    ) -> Self {
        let declared = settings.watch.of(&row.key);
        let evaluation = evaluate(row, &declared, settings.aborted, now_ms);
        let before = match &evaluation.verdict {
            Verdict::Read(_) => None,
            Verdict::Redriving | Verdict::Held(_) => row.reading(settings.aborted).decided_by,
        };
        let decided = match &evaluation.verdict {
            Verdict::Read(reading) => reading.decided_by.as_ref(),
            Verdict::Redriving | Verdict::Held(_) => before.as_ref(),
        };
        let settles_at_ms = match &evaluation.verdict {
            Verdict::Held(held) => held.until_ms(),
            Verdict::Read(_) | Verdict::Redriving => None,
        };
        let age = row.listed_ms.map(|at| now_ms.saturating_sub(at));
        let stale = !row.express && age.zip(stale_ms).is_some_and(|(age, limit)| age > limit);
        let light_since_ms = row
            .shown
            .as_ref()
            .map(|shown| shown.since_ms)
            .or_else(|| light_since(Semantics::LastFinished, settings.aborted, &row.finished));
        let good = row.finished.iter().filter(|run| run.status == Status::Succeeded);
        let state = state(&evaluation, decided, stale);
        let unread_since = row.unreadable.as_ref().map(|(_, since)| *since).or(row.listed_ms);
        let seconds = |seconds: f64| {
            // Years at most; the fraction does not matter.
            #[allow(clippy::cast_possible_truncation)]
            let ms = (seconds.min(1e9) * 1_000.0) as i64;
            now_ms.saturating_sub(ms)
        };
        let since_ms = match state {
            State::Late => evaluation.overdue_s.map(seconds),
            State::Stuck => Some(seconds(evaluation.overrun_s)),
            State::Unread | State::Stale => unread_since,
            _ => light_since_ms,
        };
        let why = row.why.as_ref().filter(|_| evaluation.light == Light::Red).map(|why| Why {
            state: why.state.clone(),
            error: why.error.clone(),
            cause: why.cause.clone(),
            unread: None,
        });
        let link = decided.and_then(|run| execution_link(&run.arn));
        Self {
            tags: row.tags.clone(),
            state,
            since_ms,
            light: (row.listed_ms.is_some() || row.shown.is_some()).then_some(evaluation.light),
            status: status(row, &evaluation, decided),
            at_ms: decided.map(Run::changed_ms),
            changed_ms: row.shown.as_ref().map(|shown| shown.since_ms),
            late: evaluation.is_late(),
            stuck: evaluation.is_stuck(),
            incomplete: evaluation.incomplete.is_some_and(|items| items > 0),
            stale,
            settles_at_ms,
            running: evaluation.running,
            running_more: row.running.len() >= KEPT_RUNNING,
            running_since_ms: row.under_way().map(Run::began_ms).min(),
            last_success_ms: good.map(Run::changed_ms).max(),
            read_ms: row.listed_ms,
            unread: row.unreadable.as_ref().map(|(code, _)| code.clone()),
            muted: settings.mutes.iter().any(|mute| mute.holds(row.key.as_str(), now_ms)),
            why,
            history: row.history.clone(),
            link: link.or_else(|| machine_link(&row.machine_arn)),
            ..Self::new(row.key.as_str(), target.clone())
        }
    }

    /// The word of the state, with how long: `failed`, `late 2 h`, `red in 40 s`.
    pub fn words(&self, now_ms: i64) -> String {
        let since = self.since_ms.map(|since| span(now_ms.saturating_sub(since)));
        match (self.state, since) {
            (State::Late | State::Stuck, Some(long)) => format!("{} {long}", self.state.word()),
            (State::Unread | State::Stale, Some(long)) => format!("not read for {long}"),
            (State::Unread, None) => "not read yet".to_owned(),
            (State::Settling, _) => match self.settles_at_ms {
                Some(at) => format!("red in {}", span(at.saturating_sub(now_ms))),
                None => "settling".to_owned(),
            },
            _ => self.state.word().to_owned(),
        }
    }

    /// Whether its fault began within the last five minutes.
    pub fn is_new(&self, now_ms: i64) -> bool {
        let began = self.since_ms.is_some_and(|since| now_ms.saturating_sub(since) <= NEW_MS);
        began && matches!(self.state, State::Red(_) | State::Late | State::Stuck)
    }

    /// Whether it needs no attention now: muted, or acknowledged.
    pub fn is_quiet(&self) -> bool {
        self.muted || self.acknowledged.is_some()
    }

    /// What the row says beside the words of its state, the worst first.
    pub fn all_marks(&self, now_ms: i64) -> Vec<Mark> {
        use Weight::{Bad, Doubt, Plain};
        let mut marks = Vec::new();
        let mut mark = |weight, text: String| marks.push(Mark { weight, text });
        let long = |at: i64| crate::text::duration(now_ms.saturating_sub(at));
        if self.is_new(now_ms) {
            mark(Bad, "! new".to_owned());
        }
        if self.late && self.state != State::Late {
            mark(Bad, "late".to_owned());
        }
        if self.stuck && self.state != State::Stuck {
            mark(Bad, "stuck".to_owned());
        }
        if let Some(at) = self.settles_at_ms.filter(|_| self.state != State::Settling) {
            let left = crate::text::duration(at.saturating_sub(now_ms));
            mark(Doubt, format!("settling (red in {left})"));
        }
        if let Some(at) = self.disagrees_since_ms {
            mark(Doubt, format!("light and alarm disagree for {}", long(at)));
        }
        if self.incomplete && self.state != State::Incomplete {
            mark(Doubt, "incomplete".to_owned());
        }
        if self.stale && self.state != State::Stale {
            mark(Doubt, "not read for two rounds".to_owned());
        }
        marks.extend(
            self.marks
                .iter()
                .map(|own| Mark { weight: own.weight, text: plain(&clip(&own.text, ERROR)) }),
        );
        let mut mark = |weight, text: String| marks.push(Mark { weight, text });
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
            mark(Doubt, "∅ muted".to_owned());
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
        if matches!(self.state, State::Red(_)) {
            let success = match self.last_success_ms {
                Some(at) => format!("last success {}", crate::text::ago(now_ms.saturating_sub(at))),
                None => "no success known".to_owned(),
            };
            mark(Plain, success);
        }
        marks
    }
}

/// The worst that is known.
fn state(evaluation: &Evaluation, decided: Option<&Run>, stale: bool) -> State {
    match evaluation.doubt {
        _ if evaluation.light == Light::Red => State::Red(
            decided.map(|run| run.status).filter(|s| s.code() > 2).unwrap_or(Status::Failed),
        ),
        // Whether a run is missing is not known before the machine was read.
        Some(Doubt::Unread) => State::Unread,
        _ if evaluation.is_stuck() => State::Stuck,
        _ if evaluation.is_late() => State::Late,
        Some(Doubt::Unreadable) => State::Unread,
        Some(Doubt::Express) => State::Express,
        _ if stale => State::Stale,
        Some(Doubt::Held) => match evaluation.verdict {
            Verdict::Held(Held::Settling(..) | Held::Hidden(Some(_))) => State::Settling,
            _ => State::Held,
        },
        Some(Doubt::Incomplete) => State::Incomplete,
        None if evaluation.light == Light::Grey => State::Never,
        None => State::Green,
    }
}

/// The word of the run that decided the light.
fn status(row: &Row, evaluation: &Evaluation, decided: Option<&Run>) -> String {
    let word = match (&evaluation.verdict, decided) {
        (Verdict::Redriving, _) => "redriving",
        (_, Some(run)) => return run.status.as_str().to_lowercase().replace('_', " "),
        _ if row.unreadable.is_some() || (row.listed_ms.is_none() && !row.express) => "not read",
        (Verdict::Held(_), None) => "settling",
        (Verdict::Read(Reading { running, .. }), None) if *running > 0 => "running",
        _ if row.express => "express",
        _ => "never run",
    };
    word.to_owned()
}
