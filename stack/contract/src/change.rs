//! State changes of a light.

use crate::Run;
use crate::compact;
use serde::{Deserialize, Serialize};

/// What has happened to a light with the run that decides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// What happened.
    #[serde(rename = "k")]
    pub kind: ChangeKind,
    /// The run that decides the light now.
    #[serde(rename = "r", with = "compact::one")]
    pub run: Run,
    /// How long the light had been what it was before, as far back as is known, in milliseconds;
    /// `None` if it was grey.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub before_ms: Option<i64>,
    /// Failures in a row, this one included, or those that a success has ended.
    #[serde(rename = "f", default)]
    pub failures: u32,
}

/// What has happened to a light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It has turned red.
    Failed,
    /// It was red and its machine has failed again.
    StillFailing,
    /// It was red and is green.
    Recovered,
}
