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
    /// None: a run was due and none has finished.
    Late,
    /// None: a run goes on for longer than it may.
    Stuck,
    /// None: a run failed.
    RunFailed,
    /// None: a run succeeded.
    RunSucceeded,
}

impl ChangeKind {
    /// Its word in events.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::StillFailing => "still-failing",
            Self::Recovered => "recovered",
            Self::Late => "late",
            Self::Stuck => "stuck",
            Self::RunFailed => "run-failed",
            Self::RunSucceeded => "run-succeeded",
        }
    }

    /// Whether it repeats that a light is red: an acknowledgement holds it back.
    pub fn is_repeat(self) -> bool {
        matches!(self, Self::StillFailing | Self::RunFailed)
    }

    /// Whether the light itself has changed, or was confirmed to be red.
    pub fn is_of_light(self) -> bool {
        matches!(self, Self::Failed | Self::StillFailing | Self::Recovered)
    }
}
