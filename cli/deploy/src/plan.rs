//! The plan: what a deploy would do, as a value that can be shown, written down and compared.

use crate::change::{Action, Change, Replacement};
use crate::permissions::Widening;
use crate::refusals::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a deploy would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the stack.
    pub stack: String,
    /// ARN of the stack, if it exists.
    pub stack_id: Option<String>,
    /// When the stack was last changed, in milliseconds since the epoch, if it exists: a plan is
    /// stale when this is no longer so.
    pub stack_changed_ms: Option<i64>,
    /// ARN of the change set that does it; none if the plan was made without one.
    pub change_set: Option<String>,
    /// Whether the stack is created.
    pub create: bool,
    /// SHA-256 of the template, in hexadecimal digits.
    pub template_sha256: String,
    /// Parameters.
    pub parameters: BTreeMap<String, String>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// The resources.
    pub changes: Vec<Change>,
    /// What may be done afterwards that may not be done now.
    pub permissions: Vec<Widening>,
    /// What the stack's policy refuses of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
}

/// How many resources are made, changed, made anew and removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Made.
    pub add: usize,
    /// Changed in place, or not known yet.
    pub modify: usize,
    /// Made anew, for certain or perhaps.
    pub replace: usize,
    /// Removed.
    pub remove: usize,
}

impl Plan {
    /// Counts the changes. Stacks in the stack whose own changes are listed do not count.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in self.changes.iter().filter(|c| c.change_set.is_none()) {
            match (change.action, change.replacement) {
                (Action::Add | Action::Import, _) => counts.add += 1,
                (Action::Remove, _) => counts.remove += 1,
                (_, Replacement::No) => counts.modify += 1,
                (_, Replacement::Yes | Replacement::Maybe) => counts.replace += 1,
            }
        }
        counts
    }

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}
