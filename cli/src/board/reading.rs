//! A target that was read: its machines and what else is known of it. Pure.

use super::names::Names;
use crate::alarm::{Alarm, State};
use crate::exit::Exit;
use crate::text::{count, plain};
use guardian_board::text::ago;
use guardian_board::{Acknowledgement, Machine, Source, Target};
use guardian_contract::table::Fleet;
use guardian_contract::{Doubt, Light};
use serde::Serialize;

/// A target that was read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Account and region.
    pub target: Target,
    /// The machines.
    pub machines: Vec<Machine>,
    /// The alarm over all machines, if there is one.
    pub fleet: Option<Alarm>,
    /// The alarms on Guardian itself that there are.
    pub guard: Vec<Alarm>,
    /// What could not be read besides the machines, and what else is wrong.
    pub notes: Vec<String>,
    /// What the last tick found; none without a table.
    pub tick: Option<Fleet>,
    /// When the stack was deployed last, where that is known.
    pub deployed_ms: Option<i64>,
    /// When it was read, in milliseconds since the epoch.
    pub as_of_ms: i64,
    /// What the state table shows of Guardian itself; none if the lights are from Step Functions.
    pub pulse: Option<Pulse>,
    /// The acknowledgements in the table.
    pub acknowledgements: Vec<Acknowledgement>,
    /// Whether a record of the reconciler cannot be read.
    pub broken: bool,
    /// Whether there is no such stack.
    pub without_stack: bool,
}

/// Whether the reconciler ticks, by the state table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Whether it does.
    pub heart: Heart,
    /// When its last tick ended, in milliseconds since the epoch; none if none is on record.
    pub tick_ms: Option<i64>,
}

/// Whether sweeps come to their end, by the heartbeat's alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heart {
    /// They do, or no alarm watches them.
    Beats,
    /// There has been none yet that the alarm knows of: the stack has just been deployed.
    Young,
    /// There has been none for too long.
    Stopped,
}

/// The meaning of a heartbeat alarm's state. Missing heartbeats are breaching, so a new alarm is in
/// ALARM before its range is full, although nothing is late yet.
fn heart(alarm: &Alarm, now_ms: i64) -> Heart {
    let young = alarm.full_ms.is_some_and(|full| now_ms < full);
    match alarm.state {
        State::Ok => Heart::Beats,
        State::InsufficientData => Heart::Young,
        State::Alarm if young => Heart::Young,
        State::Alarm => Heart::Stopped,
    }
}

impl Reading {
    /// Whether Guardian sweeps.
    pub fn heart(&self) -> Heart {
        if let Some(pulse) = self.pulse {
            return pulse.heart;
        }
        let alarm = self.guard.iter().find(|alarm| Names::is_heartbeat(&alarm.name));
        alarm.map_or(Heart::Beats, |alarm| heart(alarm, self.as_of_ms))
    }

    /// The exit code of `status --exit-code` for these of its machines: red, late or stuck ones are
    /// certain; otherwise a machine that could not be read, or a Guardian that has stopped, leaves the
    /// result open.
    pub fn exit(&self, machines: &[&Machine]) -> Exit {
        let counts = counts(machines);
        if counts.red + counts.late + counts.stuck > 0 {
            Exit::Differences
        } else if counts.unread + counts.doubtful > 0
            || self.broken
            || self.heart() == Heart::Stopped
        {
            Exit::Warnings
        } else {
            Exit::Done
        }
    }

    /// A source of the board. The machines move there.
    pub fn source(&mut self) -> Source {
        Source {
            notes: notes(self),
            fleet_alarm: self.fleet.as_ref().map(|alarm| (alarm.state.into(), alarm.since_ms)),
            target: self.target.clone(),
            machines: std::mem::take(&mut self.machines),
            fleet: self.tick.clone(),
            acknowledgements: std::mem::take(&mut self.acknowledgements),
            deployed_ms: self.deployed_ms,
            without_table: self.pulse.is_none(),
            unreadable: None,
        }
    }
}

/// What must not be overlooked, besides the results of the last tick.
pub(super) fn notes(reading: &Reading) -> Vec<String> {
    let mut notes = Vec::new();
    let since = |alarm: &Alarm| {
        let since = alarm.since_ms.map(|at| format!(" since {}", ago(reading.as_of_ms - at)));
        since.unwrap_or_default()
    };
    for alarm in &reading.guard {
        let name = plain(&alarm.name);
        let is_heartbeat = Names::is_heartbeat(&alarm.name);
        // The table is more precise than the alarm.
        if is_heartbeat && reading.pulse.is_some_and(|pulse| pulse.heart != Heart::Beats) {
            continue;
        }
        let beats = is_heartbeat && reading.pulse.is_none();
        match heart(alarm, reading.as_of_ms) {
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
    notes.extend(reading.notes.iter().cloned());
    let disagree =
        reading.machines.iter().filter(|machine| machine.disagrees_since_ms.is_some()).count();
    if disagree > 0 {
        let lights = count(disagree, "light");
        let their = if disagree == 1 { "its alarm" } else { "their alarms" };
        notes.push(format!("{lights} and {their} have disagreed for more than two minutes"));
    }
    notes
}

/// How many lights of each kind. A machine is counted once among the first four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Red.
    pub red: usize,
    /// Not read.
    pub unread: usize,
    /// With a light that rests on events alone: the machine cannot be read, or has not been yet.
    pub doubtful: usize,
    /// Without a finished run that is known.
    pub grey: usize,
    /// Green.
    pub green: usize,
    /// With a first failure that may still be retried.
    pub settling: usize,
    /// Green, of a run that left items undone.
    pub incomplete: usize,
    /// No run when one was due.
    pub late: usize,
    /// With a run that takes too long.
    pub stuck: usize,
    /// Muted by a mute window.
    pub muted: usize,
}

/// Counts the lights.
pub(super) fn counts(machines: &[&Machine]) -> Counts {
    let of = |is: &dyn Fn(&Machine) -> bool| machines.iter().filter(|one| is(one)).count();
    Counts {
        red: of(&|one| one.light == Some(Light::Red)),
        unread: of(&|one| one.light.is_none()),
        doubtful: of(&|one| {
            one.light.is_some() && matches!(one.doubt, Some(Doubt::Unread | Doubt::Unreadable))
        }),
        grey: of(&|one| one.light == Some(Light::Grey)),
        green: of(&|one| one.light == Some(Light::Green)),
        settling: of(&|one| one.settles_at_ms.is_some()),
        incomplete: of(&|one| one.light == Some(Light::Green) && one.incomplete),
        late: of(&|one| one.late),
        stuck: of(&|one| one.stuck),
        muted: of(&|one| one.muted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(state: State, full_ms: Option<i64>) -> Alarm {
        Alarm {
            name: "GuardianHeartbeat-shop-dev".into(),
            state,
            reason: String::new(),
            since_ms: Some(5),
            full_ms,
            acts: true,
            on_alarm: Vec::new(),
            on_ok: Vec::new(),
            on_insufficient_data: Vec::new(),
        }
    }

    #[test]
    fn the_exit_code_is_2_for_what_is_bad_and_3_for_what_is_not_known() {
        let of = |machines: &[Machine], guard: &[Alarm]| {
            let reading = Reading { guard: guard.to_vec(), as_of_ms: 100, ..Reading::default() };
            reading.exit(&machines.iter().collect::<Vec<_>>())
        };
        let unread = Machine::new("secret", Target::default());
        let lit = |light| Machine { light: Some(light), ..unread.clone() };
        let (green, red) = (lit(Light::Green), lit(Light::Red));
        let late = Machine { late: true, ..green.clone() };
        let stuck = Machine { stuck: true, ..green.clone() };
        let stopped = [heartbeat(State::Alarm, Some(100))];
        assert_eq!(of(&[], &[]), Exit::Done);
        assert_eq!(of(std::slice::from_ref(&green), &[]), Exit::Done);
        assert_eq!(of(&[green.clone(), unread.clone()], &[]), Exit::Warnings);
        assert_eq!(of(std::slice::from_ref(&green), &stopped), Exit::Warnings);
        let broken = Reading { broken: true, ..Reading::default() };
        assert_eq!(broken.exit(&[&green]), Exit::Warnings);
        for bad in [red, late, stuck] {
            assert_eq!(of(&[green.clone(), unread.clone(), bad], &stopped), Exit::Differences);
        }
    }

    #[test]
    fn a_new_stack_has_not_stopped() {
        let heart = |state, full_ms| heart(&heartbeat(state, full_ms), 100);
        assert_eq!(heart(State::Ok, Some(1)), Heart::Beats);
        assert_eq!(heart(State::InsufficientData, Some(1)), Heart::Young);
        assert_eq!(heart(State::Alarm, Some(101)), Heart::Young);
        assert_eq!(heart(State::Alarm, Some(100)), Heart::Stopped);
        assert_eq!(heart(State::Alarm, None), Heart::Stopped);
    }
}
