//! What the alarms on Guardian itself say of it. Pure.

use crate::alarm::{Alarm, State};

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
pub(super) fn heart(alarm: &Alarm, now_ms: i64) -> Heart {
    let young = alarm.full_ms.is_some_and(|full| now_ms < full);
    match alarm.state {
        State::Ok => Heart::Beats,
        State::InsufficientData => Heart::Young,
        State::Alarm if young => Heart::Young,
        State::Alarm => Heart::Stopped,
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::{Alarm, State};

    pub fn heartbeat(state: State, full_ms: Option<i64>) -> Alarm {
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
}

#[cfg(test)]
mod tests {
    use super::testing::heartbeat;
    use super::*;

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
