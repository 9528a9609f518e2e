//! The errors of a deploy, as values. Wording beyond one line, help and exit codes are the
//! program's.

use crate::change_set::ChangeSetError;
use crate::events::Newest;
use crate::host::Denied;
use crate::progress::Progress;
use crate::stack::{Invalid, Stack};
use crate::state::Recovery;
use guardian_aws::AwsError;
use thiserror::Error;

/// Why a stack was not deployed.
#[derive(Debug, Error)]
pub enum DeployError {
    /// A call failed.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// A question was not answered with yes.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The stack belongs to another owner.
    #[error(transparent)]
    Foreign(#[from] ForeignStack),
    /// Another operation is in progress.
    #[error("an operation on stack `{}` is in progress", stack.name)]
    Busy {
        /// The stack.
        stack: Box<Stack>,
        /// The operation, where the stack's events show it.
        operation: Option<Newest>,
    },
    /// The stack is in a state that needs recovery first.
    #[error("stack `{}` is {} and cannot be deployed", stack.name, stack.status)]
    Blocked {
        /// The stack.
        stack: Box<Stack>,
        /// The recovery action.
        recovery: Recovery,
    },
    /// The status is the one of a failed create, but the stack was up.
    #[error("stack `{}` is {}, but {evidence}: it is not deleted", stack.name, stack.status)]
    OnceCreated {
        /// The stack.
        stack: Box<Stack>,
        /// What shows that it was up, in a sentence.
        evidence: String,
    },
    /// CloudFormation could not create the change set.
    #[error("CloudFormation cannot create a change set for stack `{stack}`: {reason}")]
    ChangeSet {
        /// Name of the stack.
        stack: String,
        /// CloudFormation's reason.
        reason: String,
        /// The findings of its validation; the first is the root cause.
        invalid: Vec<Invalid>,
    },
    /// The plan no longer matches the stack.
    #[error("the plan for stack `{stack}` is stale; nothing was changed")]
    Stale {
        /// Name of the stack.
        stack: String,
        /// What has changed, one sentence each.
        reasons: Vec<String>,
    },
    /// The operation failed, and CloudFormation rolled it back.
    #[error("the deploy of stack `{}` failed and was rolled back", stack.name)]
    RolledBack {
        /// The stack after the rollback.
        stack: Box<Stack>,
        /// Whether the stack was being created.
        create: bool,
        /// The events, which show the root cause.
        progress: Progress,
    },
    /// The operation failed, and the stack needs recovery.
    #[error("the deploy of stack `{}` failed and the stack needs recovery", stack.name)]
    Stuck {
        /// The stack.
        stack: Box<Stack>,
        /// The recovery action, if one is known.
        recovery: Option<Recovery>,
        /// The events, which show the root cause.
        progress: Progress,
    },
    /// A stack policy cannot be lifted: the temporary policy has no room to store it.
    #[error("the policy of stack `{0}` is too long to be stored in the temporary policy")]
    PolicyTooLong(String),
    /// The stack is deployed, but its policy is still lifted.
    #[error("stack `{stack}` is deployed, but its protection is still off: {error}")]
    PolicyNotRestored {
        /// Name of the stack.
        stack: String,
        /// The reason.
        error: AwsError,
    },
}

/// The refusal of a stack that belongs to another owner.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ForeignStack {
    /// Whose the stack is, and whose it should be.
    pub message: String,
    /// How to resolve it.
    pub help: String,
}

impl From<ChangeSetError> for DeployError {
    fn from(error: ChangeSetError) -> Self {
        match error {
            ChangeSetError::Call(error) => Self::Aws(error),
            ChangeSetError::Failed { stack, reason, invalid } => {
                Self::ChangeSet { stack, reason, invalid }
            }
        }
    }
}
