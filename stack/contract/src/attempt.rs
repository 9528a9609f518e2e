//! Attempts at an execution, and why one failed.

use crate::Run;
use serde::{Deserialize, Serialize};

/// An attempt at an execution: the execution's ARN, and how often it had been redriven.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attempt(pub String, pub u32);

impl Attempt {
    /// The attempt that a run is at.
    pub fn of(run: &Run) -> Self {
        Self(run.arn.clone(), run.redrive_count)
    }
}

/// Why a run failed, as far as it is known; untrusted text that was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The attempt.
    #[serde(rename = "a")]
    pub attempt: Attempt,
    /// The innermost state that failed; known from the execution's history alone.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name of the error.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause; none under `redact_cause`.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whether the execution's history was read.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
}
