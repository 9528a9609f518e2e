//! Identifies a machine from one board to the next.

use guardian_board::{Machine, Target};
use std::sync::Arc;

/// A machine, on whichever board.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id {
    /// Account and region.
    pub target: Arc<Target>,
    /// Key.
    pub key: String,
}

impl Id {
    /// Of a machine.
    pub fn of(machine: &Machine) -> Self {
        Self { target: Arc::clone(&machine.target), key: machine.key.clone() }
    }

    /// Whether it is this machine.
    pub fn is(&self, machine: &Machine) -> bool {
        self.key == machine.key && self.target == machine.target
    }
}
