//! Acknowledgements: a person has seen a fault and deals with it.

use crate::state::{Rank, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A person's word that a fault is known. It ends by itself, and with the fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Key of the machine.
    pub machine: String,
    /// Who acknowledged it.
    pub by: String,
    /// When, in milliseconds since the epoch.
    pub at_ms: i64,
    /// Until when it holds, in milliseconds since the epoch.
    pub until_ms: i64,
    /// Why; may be empty.
    #[serde(default)]
    pub why: String,
}

impl Acknowledgement {
    /// Whether a state is one to acknowledge.
    pub fn is_for(state: State) -> bool {
        state.rank() < Rank::Hollow
    }

    /// Whether it holds for a machine with this state since then. A fault that began after it is
    /// another one: the light had been green in between.
    pub fn holds(&self, state: State, since_ms: Option<i64>, now_ms: i64) -> bool {
        now_ms < self.until_ms
            && Self::is_for(state)
            && since_ms.is_none_or(|since| since <= self.at_ms)
    }
}

/// Acknowledgements by machine.
#[derive(Debug, Default)]
pub struct Acknowledgements<'a>(BTreeMap<&'a str, Vec<&'a Acknowledgement>>);

impl<'a> Acknowledgements<'a> {
    /// Of a target.
    pub fn of(all: &'a [Acknowledgement]) -> Self {
        let mut by_machine: BTreeMap<&str, Vec<&Acknowledgement>> = BTreeMap::new();
        for ack in all {
            by_machine.entry(&ack.machine).or_default().push(ack);
        }
        Self(by_machine)
    }

    /// The one that holds for a machine with this state since then; of several the newest.
    pub fn holding(
        &self,
        machine: &str,
        state: State,
        since_ms: Option<i64>,
        now_ms: i64,
    ) -> Option<&'a Acknowledgement> {
        let all = self.0.get(machine)?.iter().copied();
        all.filter(|ack| ack.holds(state, since_ms, now_ms)).max_by_key(|ack| ack.at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::Status;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_hides_a_fault_that_began_after_it(
            at in 0..1_000_i64, long in 0..1_000_i64, later in 1..1_000_i64, passed in 0..1_000_i64,
            state in 0..State::ALL.len(),
        ) {
            let (by, why) = (String::new(), String::new());
            let machine = "a".to_owned();
            let ack = Acknowledgement { machine, by, at_ms: at, until_ms: at + long, why };
            let since = at + later;
            prop_assert!(!ack.holds(State::ALL[state], Some(since), since + passed));
            // And what it hides is a fault that was there.
            if ack.holds(State::ALL[state], Some(at), at + passed) {
                prop_assert!(State::ALL[state].is_bad() && passed < long);
            }
        }
    }

    #[test]
    fn it_ends_by_itself_when_the_light_turns_green_and_with_the_next_fault() {
        let (by, why) = ("ann".to_owned(), "vendor outage".to_owned());
        let ack = Acknowledgement { machine: "a".into(), by, at_ms: 10, until_ms: 20, why };
        let red = State::Red(Status::Failed);
        assert!(ack.holds(red, Some(5), 19));
        assert!(ack.holds(State::Late, None, 19));
        assert!(!ack.holds(red, Some(5), 20), "its time is over");
        assert!(!ack.holds(State::Green, Some(15), 16), "the light is green");
        assert!(!ack.holds(red, Some(17), 18), "red again after a green");
    }
}
