//! A reading as a source of `guardian_board`: its machines, with the marks that only this reader knows,
//! and the faults of Guardian itself. Pure.

use super::names::Names;
use super::{Board, Heart, Row, heart};
use crate::alarm::{Alarm, State};
use crate::text::{count, plain};
use guardian_board::machine::Why;
use guardian_board::text::ago;
use guardian_board::{Acknowledgement, Machine, Mark, Source, Target, Weight};
use guardian_contract::{Doubt, Light, Status};

/// A target that was read.
pub(super) fn source(
    board: &Board,
    target: &Target,
    acknowledgements: Vec<Acknowledgement>,
) -> Source {
    Source {
        target: target.clone(),
        machines: board.rows.iter().map(|row| machine(row, target, board.as_of_ms)).collect(),
        fleet: board.tick.clone(),
        acknowledgements,
        notes: notes(board),
        fleet_alarm: board.fleet.as_ref().map(|alarm| (word(Some(alarm.state)), alarm.since_ms)),
        deployed_ms: board.deployed_ms,
        without_table: board.pulse.is_none(),
        ..Source::default()
    }
}

/// What must not be overlooked, besides the results of the last tick.
fn notes(board: &Board) -> Vec<String> {
    let mut notes = Vec::new();
    let since = |alarm: &Alarm| {
        let since = alarm.since_ms.map(|at| format!(" since {}", ago(board.as_of_ms - at)));
        since.unwrap_or_default()
    };
    for alarm in &board.guard {
        let name = plain(&alarm.name);
        let is_heartbeat = Names::is_heartbeat(&alarm.name);
        // The table is more precise than the alarm.
        if is_heartbeat && board.pulse.is_some_and(|pulse| pulse.heart != Heart::Beats) {
            continue;
        }
        let beats = is_heartbeat && board.pulse.is_none();
        match heart(alarm, board.as_of_ms) {
            Heart::Stopped if beats => notes.push(format!(
                "Guardian has stopped: no sweep for too long ({name} is in ALARM{}). The alarms \
                 below are as its last sweep left them; the lights were read just now. Look at the \
                 function's log, or try `guardian run`.",
                since(alarm)
            )),
            Heart::Young if beats => notes.push(format!(
                "{name} has just been deployed and knows of no sweep yet; `guardian run` sweeps now."
            )),
            _ if alarm.state == State::Alarm => {
                notes.push(format!("{name} is in ALARM{}.", since(alarm)));
            }
            _ => {}
        }
    }
    notes.extend(board.notes.iter().cloned());
    let disagree = board.rows.iter().filter(|row| row.disagrees_since_ms.is_some()).count();
    if disagree > 0 {
        let lights = count(disagree, "light");
        let their = if disagree == 1 { "its alarm" } else { "their alarms" };
        notes.push(format!("{lights} and {their} have disagreed for more than two minutes"));
    }
    notes
}

/// The worst that is known of a row's machine, and since when.
pub(super) fn standing(row: &Row) -> (guardian_board::State, Option<i64>) {
    let state = state(row);
    let since_ms = match state {
        guardian_board::State::Late => row.late_since_ms,
        guardian_board::State::Stuck => row.stuck_since_ms,
        guardian_board::State::Unread | guardian_board::State::Stale => row.confirmed_ms,
        _ => row.since_ms.or(row.at_ms),
    };
    (state, since_ms)
}

/// A row's machine.
fn machine(row: &Row, target: &Target, as_of_ms: i64) -> Machine {
    let (state, since_ms) = standing(row);
    let why = row.why.as_ref().map(|why| Why {
        state: why.state.clone(),
        error: why.error.clone(),
        cause: why.cause.clone(),
        unread: why.unread.clone(),
    });
    let known = row.light.is_some_and(|light| light != Light::Grey) && !row.from_metrics;
    Machine {
        tags: row.tags.clone(),
        state,
        since_ms,
        light: row.light,
        status: status(row),
        at_ms: row.at_ms,
        changed_ms: row.since_ms.filter(|_| known),
        late: row.late,
        stuck: row.stuck,
        incomplete: row.incomplete,
        stale: row.stale,
        settles_at_ms: row.settles_at_ms,
        disagrees_since_ms: row.disagrees_since_ms,
        running: row.running,
        running_more: row.running_more,
        running_since_ms: row.running_since_ms,
        last_success_ms: row.last_success_ms,
        // Metrics are read together with the board.
        read_ms: row.confirmed_ms.or(row.from_metrics.then_some(as_of_ms)),
        unread: row.error.clone(),
        alarm: if row.alarm_unread { guardian_board::Alarm::Unknown } else { word(row.alarm) },
        marks: marks(row, state),
        muted: row.muted,
        why,
        history: row.history.iter().map(|status| letter(*status)).collect(),
        link: row.link.clone(),
        ..Machine::new(&row.key, target.clone())
    }
}

/// The worst that is known.
fn state(row: &Row) -> guardian_board::State {
    use guardian_board::State;
    match row.light {
        Some(Light::Red) => {
            State::Red(row.status.filter(|status| status.code() > 2).unwrap_or(Status::Failed))
        }
        _ if row.stuck => State::Stuck,
        _ if row.late => State::Late,
        None => State::Unread,
        _ if matches!(row.doubt, Some(Doubt::Unread | Doubt::Unreadable)) => State::Unread,
        _ if row.stale => State::Stale,
        _ if row.settles_at_ms.is_some() || row.redriving => State::Settling,
        _ if row.doubt == Some(Doubt::Held) => State::Held,
        Some(Light::Green) if row.incomplete => State::Incomplete,
        Some(Light::Green) => State::Green,
        Some(Light::Grey) => State::Never,
    }
}

/// The word of the run that decided the light, or why there is none.
fn status(row: &Row) -> String {
    match (row.status, row.light) {
        (Some(status), _) => status.as_str().to_lowercase().replace('_', " "),
        (None, None) => "not read".to_owned(),
        (None, _) if row.redriving => "redriving".to_owned(),
        (None, _) if row.settles_at_ms.is_some() => "settling".to_owned(),
        (None, _) if row.running > 0 => "running".to_owned(),
        (None, _) if row.from_metrics => "unknown".to_owned(),
        (None, _) if row.none_in_days.is_some() => "no run".to_owned(),
        (None, _) if row.never_run => "never run".to_owned(),
        (None, _) => "none ended".to_owned(),
    }
}

/// What the board cannot see from the machine's other fields.
fn marks(row: &Row, state: guardian_board::State) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut mark = |weight, text: String| marks.push(Mark { weight, text });
    if row.doubt == Some(Doubt::Unread) && row.light.is_some() {
        mark(Weight::Doubt, "not confirmed yet".to_owned());
    }
    let held = row.doubt == Some(Doubt::Held) && row.settles_at_ms.is_none() && !row.redriving;
    if held && state != guardian_board::State::Held {
        mark(Weight::Doubt, "held".to_owned());
    }
    for name in &row.others {
        // The row already shows the prefix and the key.
        let own = name.rsplit_once(&format!("{}-", row.key)).map_or(name.as_str(), |(_, own)| own);
        mark(Weight::Bad, format!("ALARM {own}"));
    }
    match row.none_in_days {
        Some(days) if row.from_metrics => mark(Weight::Plain, format!("no metrics in {days} days")),
        Some(days) => mark(Weight::Plain, format!("none in {days} days")),
        None if row.from_metrics => mark(Weight::Plain, "from metrics".to_owned()),
        None => {}
    }
    marks
}

fn word(state: Option<State>) -> guardian_board::Alarm {
    match state {
        Some(State::Alarm) => guardian_board::Alarm::Alarm,
        Some(State::Ok) => guardian_board::Alarm::Ok,
        Some(State::InsufficientData) => guardian_board::Alarm::NoData,
        None => guardian_board::Alarm::Missing,
    }
}

/// The letter of a run in a history.
fn letter(status: Status) -> char {
    match status {
        Status::PendingRedrive => 'R',
        other => other.as_str().chars().next().unwrap_or('?'),
    }
}
