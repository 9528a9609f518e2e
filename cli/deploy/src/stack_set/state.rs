//! Every decision that is based on a word of a stack set: the status of a stack, the action and the
//! status of an operation, and its result in an account and region. Other modules ask here and
//! compare no words themselves.

use serde::{Serialize, Serializer};
use std::fmt;

/// An enum of words of the API. A word that is not among them is kept as it is.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
            /// A word that this version does not know; empty if the API gives none.
            Other(String),
        }

        impl $name {
            /// The word, as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// The status of a stack in a stack set.
    InstanceStatus {
        /// It matches its set.
        Current = "CURRENT",
        /// It differs from its set, or is not created yet.
        Outdated = "OUTDATED",
        /// Its deletion failed: updates skip it.
        Inoperable = "INOPERABLE",
    }
}

words! {
    /// What an operation on a stack set does.
    OperationAction {
        /// It creates stacks.
        Create = "CREATE",
        /// It updates the set and its stacks.
        Update = "UPDATE",
        /// It deletes stacks, or removes them from the set.
        Delete = "DELETE",
        /// It detects drift.
        DetectDrift = "DETECT_DRIFT",
    }
}

words! {
    /// The status of an operation on a stack set.
    OperationStatus {
        /// It waits for the operation before it.
        Queued = "QUEUED",
        /// It is in progress.
        Running = "RUNNING",
        /// It is being stopped: stacks in progress are finished.
        Stopping = "STOPPING",
        /// It was stopped.
        Stopped = "STOPPED",
        /// It succeeded; as many stacks as its tolerance allows may have failed.
        Succeeded = "SUCCEEDED",
        /// It failed.
        Failed = "FAILED",
    }
}

words! {
    /// The result of an operation in one account and region.
    ResultStatus {
        /// The operation has not begun there.
        Pending = "PENDING",
        /// It is in progress there.
        Running = "RUNNING",
        /// It succeeded there.
        Succeeded = "SUCCEEDED",
        /// It failed there.
        Failed = "FAILED",
        /// It was not attempted there.
        Cancelled = "CANCELLED",
    }
}

impl OperationStatus {
    /// Whether the operation is over.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

impl ResultStatus {
    /// Whether the operation is not over there.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

/// How a stack or a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It is as it should be.
    Good,
    /// It failed.
    Bad,
    /// Neither: it is in progress, not attempted, or outdated.
    Neutral,
}

impl From<&InstanceStatus> for Sign {
    fn from(status: &InstanceStatus) -> Self {
        match status {
            InstanceStatus::Current => Self::Good,
            InstanceStatus::Inoperable => Self::Bad,
            InstanceStatus::Outdated | InstanceStatus::Other(_) => Self::Neutral,
        }
    }
}

impl From<&ResultStatus> for Sign {
    fn from(status: &ResultStatus) -> Self {
        match status {
            ResultStatus::Succeeded => Self::Good,
            ResultStatus::Failed => Self::Bad,
            ResultStatus::Pending
            | ResultStatus::Running
            | ResultStatus::Cancelled
            | ResultStatus::Other(_) => Self::Neutral,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::{
        StackInstanceStatus, StackSetOperationAction, StackSetOperationResultStatus,
        StackSetOperationStatus,
    };

    macro_rules! check {
        ($ours:ident, $api:ident) => {
            for word in $api::values() {
                let status = $ours::from(*word);
                assert!(!matches!(status, $ours::Other(_)), "{word}");
                assert_eq!(status.as_str(), *word);
                assert_eq!(status.to_string(), *word);
                assert_eq!(serde_json::to_value(&status).unwrap(), *word);
            }
            for word in ["", "PAUSED", "current", "running"] {
                assert_eq!($ours::from(word), $ours::Other(word.to_owned()));
                assert_eq!($ours::from(word).as_str(), word);
            }
        };
    }

    #[test]
    fn every_word_of_the_api_is_known_and_spelled_the_same_and_an_unknown_one_is_kept() {
        check!(InstanceStatus, StackInstanceStatus);
        check!(OperationAction, StackSetOperationAction);
        check!(OperationStatus, StackSetOperationStatus);
        check!(ResultStatus, StackSetOperationResultStatus);
    }

    #[test]
    fn an_operation_is_over_when_it_has_succeeded_failed_or_stopped() {
        for word in StackSetOperationStatus::values().iter().chain(&["PAUSED", ""]) {
            let over = ["SUCCEEDED", "FAILED", "STOPPED"].contains(word);
            assert_eq!(OperationStatus::from(*word).is_over(), over, "{word}");
        }
    }

    #[test]
    fn a_result_is_open_while_it_is_pending_or_running() {
        for word in StackSetOperationResultStatus::values().iter().chain(&["PAUSED", ""]) {
            let open = ["PENDING", "RUNNING"].contains(word);
            assert_eq!(ResultStatus::from(*word).is_open(), open, "{word}");
        }
    }

    #[test]
    fn only_success_and_a_current_stack_are_good_and_only_failures_are_bad() {
        let result = |word: &str| Sign::from(&ResultStatus::from(word));
        let stack = |word: &str| Sign::from(&InstanceStatus::from(word));
        assert_eq!((result("SUCCEEDED"), stack("CURRENT")), (Sign::Good, Sign::Good));
        assert_eq!((result("FAILED"), stack("INOPERABLE")), (Sign::Bad, Sign::Bad));
        for word in ["PENDING", "RUNNING", "CANCELLED", "OUTDATED", "PAUSED", ""] {
            assert_eq!((result(word), stack(word)), (Sign::Neutral, Sign::Neutral), "{word}");
        }
    }
}
