//! What makes a board beside the rows: declarations, grouping, mutes, limits of age.

use guardian_contract::{Aborted, Patterns, Watch};

/// How rows become a board.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What is declared of the machines.
    pub watch: Watch,
    /// What an aborted run says.
    pub aborted: Aborted,
    /// How machines are grouped.
    pub grouping: Grouping,
    /// Machines that are muted.
    pub mutes: Vec<Mute>,
    /// How long the last tick may be ago before Guardian counts as stopped, in milliseconds; none
    /// if that is not to be judged.
    pub silent_ms: Option<i64>,
}

/// How machines are grouped: by the first of these that says something of a machine.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// Key of the tag whose value is the group.
    pub tag: Option<String>,
    /// Groups with the names or globs of their machines; the first that matches counts.
    pub named: Vec<(String, Patterns)>,
}

/// A period in which the alarms of some machines do nothing.
#[derive(Debug, Clone, Default)]
pub struct Mute {
    /// Keys or globs.
    pub machines: Patterns,
    /// From when, in milliseconds since the epoch.
    pub from_ms: i64,
    /// Until when.
    pub until_ms: i64,
}

impl Mute {
    /// Whether a machine is muted now.
    pub fn holds(&self, key: &str, now_ms: i64) -> bool {
        (self.from_ms..self.until_ms).contains(&now_ms) && self.machines.matches(key)
    }
}
