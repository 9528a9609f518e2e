//! Execution statuses of Step Functions and their numbers in the metric.

use serde::{Deserialize, Serialize};

/// Status of an execution, as ListExecutions and execution events spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// In progress.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended by an error.
    Failed,
    /// Ended by the machine's TimeoutSeconds.
    TimedOut,
    /// Stopped by StopExecution.
    Aborted,
    /// A Map Run child that waits for its redriven parent; it is not over.
    PendingRedrive,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 6] = [
        Status::Running,
        Status::Succeeded,
        Status::Failed,
        Status::TimedOut,
        Status::Aborted,
        Status::PendingRedrive,
    ];

    /// The number that the metric carries; 0, which no status has, means that no run is known.
    pub fn code(self) -> u8 {
        match self {
            Status::Running | Status::PendingRedrive => 1,
            Status::Succeeded => 2,
            Status::Failed => 3,
            Status::TimedOut => 4,
            Status::Aborted => 5,
        }
    }

    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut => "TIMED_OUT",
            Status::Aborted => "ABORTED",
            Status::PendingRedrive => "PENDING_REDRIVE",
        }
    }

    /// Reads the API's word; `None` for a word that this version does not know.
    pub fn parse(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether the run is over. A redrive can start it again.
    pub fn is_finished(self) -> bool {
        !matches!(self, Status::Running | Status::PendingRedrive)
    }
}
