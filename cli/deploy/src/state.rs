//! What can be done with a stack in each of its states, and the way out of those in which nothing
//! can be.

use crate::Stack;

/// What a deploy does with a stack first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeployAction {
    /// There is no stack, or only a shell that a change set left: create it.
    Create,
    /// Update it.
    Update,
    /// It was never up; it has to be deleted before it can be created. Nothing of value is in it.
    Replace,
    /// Somebody is at work on it.
    Wait,
    /// Nothing, until somebody has recovered it.
    Recover(Recovery),
}

/// The way out of a state in which nothing can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// An update failed, and so did taking it back.
    ContinueRollback,
    /// A delete failed half-way.
    DeleteAgain,
    /// A state that this version does not know.
    Unknown,
}

/// What a deploy can do with this stack.
pub fn for_deploy(stack: Option<&Stack>) -> DeployAction {
    let Some(stack) = stack else { return DeployAction::Create };
    match stack.status.as_str() {
        // A change set of type CREATE is welcome on a stack that only other change sets have made.
        "DELETE_COMPLETE" | "REVIEW_IN_PROGRESS" => DeployAction::Create,
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "UPDATE_FAILED"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => DeployAction::Update,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => DeployAction::Replace,
        "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            DeployAction::Recover(Recovery::ContinueRollback)
        }
        "DELETE_FAILED" => DeployAction::Recover(Recovery::DeleteAgain),
        status if status.ends_with("_IN_PROGRESS") => DeployAction::Wait,
        _ => DeployAction::Recover(Recovery::Unknown),
    }
}

/// Whether a stack in this status is at rest: nothing goes on in it.
pub fn is_at_rest(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS"
}

/// Whether the stack in this status is deleted.
pub fn is_deleted(status: &str) -> bool {
    status == "DELETE_COMPLETE"
}

/// How an operation ended that left the stack in this status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As asked.
    Succeeded,
    /// It failed, and all is as it was before.
    RolledBack,
    /// It failed, and the stack needs recovery.
    Failed,
}

/// What a deploy that left the stack in this status came to.
pub fn after_deploy(status: &str) -> Ended {
    match status {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" => Ended::Succeeded,
        // The first create failed and OnStackFailure=DELETE has removed it, or the way out is
        // known to the next deploy.
        "DELETE_COMPLETE" | "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => Ended::RolledBack,
        _ => Ended::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::StackStatus;

    fn can(status: &str) -> DeployAction {
        for_deploy(Some(&Stack { status: status.to_owned(), ..Stack::default() }))
    }

    #[test]
    fn every_state_that_the_api_has_can_be_gone_on_from_or_has_a_way_out() {
        for status in StackStatus::values() {
            assert_ne!(can(status), DeployAction::Recover(Recovery::Unknown), "{status}");
        }
        assert_eq!(can("PAUSED"), DeployAction::Recover(Recovery::Unknown));
    }

    #[test]
    fn a_failed_first_create_never_blocks_the_next_one() {
        for status in ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"] {
            assert_eq!(can(status), DeployAction::Replace, "{status}");
        }
        assert_eq!(can("REVIEW_IN_PROGRESS"), DeployAction::Create);
        assert_eq!(for_deploy(None), DeployAction::Create);
    }

    #[test]
    fn a_stack_at_work_is_waited_for_and_a_stuck_one_comes_with_the_command_that_frees_it() {
        for status in ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"] {
            assert_eq!(can(status), DeployAction::Wait);
            assert!(!is_at_rest(status));
        }
        let recover = DeployAction::Recover;
        assert_eq!(can("UPDATE_ROLLBACK_FAILED"), recover(Recovery::ContinueRollback));
        assert_eq!(can("DELETE_FAILED"), recover(Recovery::DeleteAgain));
    }

    #[test]
    fn a_deploy_ends_well_rolled_back_or_stuck() {
        assert_eq!(after_deploy("CREATE_COMPLETE"), Ended::Succeeded);
        assert_eq!(after_deploy("DELETE_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_FAILED"), Ended::Failed);
        assert_eq!(after_deploy("DELETE_FAILED"), Ended::Failed);
    }
}
