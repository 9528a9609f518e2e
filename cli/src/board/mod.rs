//! Reads the board: every machine of a stack, and the alarms and faults around them. `table` reads it
//! from the state table, `read` from Step Functions, `source` from every target;
//! `reading` is the result, and `records` has it as NDJSON. `guardian_board` evaluates rows, orders,
//! groups, searches and draws.

mod alarms;
mod express;
mod incomplete;
mod metrics;
pub mod names;
mod pulse;
pub mod read;
mod reading;
pub mod records;
pub mod source;
pub mod table;
pub mod targets;
mod why;

use guardian_board::evaluated::Meaning;
use guardian_board::{Machine, Target};
use guardian_contract::{Declared, MachineKey};
pub use reading::{Heart, Pulse, Reading};
use std::sync::Arc;

/// A machine that is to be on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its key.
    pub key: MachineKey,
    /// Its name.
    pub name: String,
    /// Whether it is EXPRESS.
    pub express: bool,
    /// What is declared of it.
    pub declared: Declared,
}

impl Member {
    /// A machine of which nothing is known but its key and its name.
    fn unknown(&self, target: &Arc<Target>) -> Machine {
        Machine::named(self.key.as_str(), &self.name, Arc::clone(target))
    }

    /// How its light is evaluated.
    fn meaning(&self, meaning: Meaning) -> Meaning {
        Meaning { settle_ms: self.declared.settle_ms(), ..meaning }
    }
}
