//! The plan of a deploy, as a value that can be shown, saved and compared.

use crate::change::{Action, Change, Replacement};
use crate::permissions::AddedPermission;
use crate::refusals::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The plan of a deploy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the stack.
    pub stack: String,
    /// ARN of the stack, if it exists.
    pub stack_id: Option<String>,
    /// When the stack was last changed, in milliseconds since the epoch, if it exists: a plan is
    /// stale if the stack was changed since.
    pub stack_changed_ms: Option<i64>,
    /// ARN of its change set; none if it was made without one.
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
    /// The permissions that it adds.
    pub permissions: Vec<AddedPermission>,
    /// The changes that the stack policy refuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
}

/// Numbers of added, changed, replaced and removed resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Added.
    pub add: usize,
    /// Changed in place, or not known yet.
    pub modify: usize,
    /// Replaced, for certain or possibly.
    pub replace: usize,
    /// Removed.
    pub remove: usize,
}

impl Plan {
    /// Counts the changes. Nested stacks whose own changes are listed do not count.
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

    /// Whether it changes no resource.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}
