//! What can be done with a stack in each of its states, and the way out of those in which nothing
//! can be.

use super::Stack;

/// What a deploy can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Can {
    /// There is no stack, or only a shell that a change set left: create it.
    Create,
    /// Update it.
    Update,
    /// It was never up; it has to be deleted before it can be created. Nothing of value is in it.
    Replace,
    /// Somebody is at work on it.
    Wait,
    /// Nothing, until somebody has recovered it.
    Stuck(Recovery),
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

impl Recovery {
    /// What happened, and what to do.
    pub fn advice(self, stack: &str) -> String {
        match self {
            Recovery::ContinueRollback => format!(
                "an update failed and could not be taken back. `guardian recover --stack-name \
                 {stack}` shows which resources are in the way and goes on with the rollback \
                 (continue-update-rollback); mend what CloudFormation says of them first (a \
                 permission, a quota, something deleted by hand), or leave one as it is with \
                 `--skip`. Then deploy again"
            ),
            Recovery::DeleteAgain => format!(
                "a delete failed half-way. Fix what CloudFormation reports of its resources, then \
                  `guardian recover --stack-name {stack}` deletes the rest; with `--retain` a \
                 resource that cannot be deleted is left behind. Then deploy again"
            ),
            Recovery::Unknown => format!(
                "this version of guardian does not know that state; see `aws cloudformation \
                 describe-stacks --stack-name {stack}`"
            ),
        }
    }
}

/// What a deploy can do with this stack.
pub fn for_deploy(stack: Option<&Stack>) -> Can {
    let Some(stack) = stack else { return Can::Create };
    match stack.status.as_str() {
        // A change set of type CREATE is welcome on a stack that only other change sets have made.
        "DELETE_COMPLETE" | "REVIEW_IN_PROGRESS" => Can::Create,
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "UPDATE_FAILED"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => Can::Update,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => Can::Replace,
        "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            Can::Stuck(Recovery::ContinueRollback)
        }
        "DELETE_FAILED" => Can::Stuck(Recovery::DeleteAgain),
        status if status.ends_with("_IN_PROGRESS") => Can::Wait,
        _ => Can::Stuck(Recovery::Unknown),
    }
}

/// Whether a stack in this status is at rest: nothing goes on in it.
pub fn is_at_rest(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS"
}

/// How an operation ended that left the stack in this status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As asked.
    Well,
    /// It failed, and all is as it was before.
    RolledBack,
    /// It failed, and the stack needs recovery.
    Stuck,
}

/// What a deploy that left the stack in this status came to.
pub fn after_deploy(status: &str) -> Ended {
    match status {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" => Ended::Well,
        // The first create failed and OnStackFailure=DELETE has removed it, or the way out is
        // known to the next deploy.
        "DELETE_COMPLETE" | "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => Ended::RolledBack,
        _ => Ended::Stuck,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::StackStatus;

    fn can(status: &str) -> Can {
        for_deploy(Some(&Stack { status: status.to_owned(), ..Stack::default() }))
    }

    #[test]
    fn every_state_that_the_api_has_can_be_gone_on_from_or_has_a_way_out() {
        for status in StackStatus::values() {
            assert_ne!(can(status), Can::Stuck(Recovery::Unknown), "{status}");
        }
        assert_eq!(can("PAUSED"), Can::Stuck(Recovery::Unknown));
    }

    #[test]
    fn a_failed_first_create_never_blocks_the_next_one() {
        for status in ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"] {
            assert_eq!(can(status), Can::Replace, "{status}");
        }
        assert_eq!(can("REVIEW_IN_PROGRESS"), Can::Create);
        assert_eq!(for_deploy(None), Can::Create);
    }

    #[test]
    fn a_stack_at_work_is_waited_for_and_a_stuck_one_comes_with_the_command_that_frees_it() {
        for status in ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"] {
            assert_eq!(can(status), Can::Wait);
            assert!(!is_at_rest(status));
        }
        let Can::Stuck(recovery) = can("UPDATE_ROLLBACK_FAILED") else { panic!("not stuck") };
        assert!(recovery.advice("s").contains("guardian recover --stack-name s"));
        let Can::Stuck(recovery) = can("DELETE_FAILED") else { panic!("not stuck") };
        assert!(recovery.advice("s").contains("--retain"));
    }

    #[test]
    fn a_deploy_ends_well_rolled_back_or_stuck() {
        assert_eq!(after_deploy("CREATE_COMPLETE"), Ended::Well);
        assert_eq!(after_deploy("DELETE_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_FAILED"), Ended::Stuck);
        assert_eq!(after_deploy("DELETE_FAILED"), Ended::Stuck);
    }
}
