//! Every decision that is based on the status of a stack, a resource or a change set. Other modules
//! ask here and compare no status texts themselves.

use crate::Stack;

/// The status of a stack that is deleted.
pub(crate) const DELETED: &str = "DELETE_COMPLETE";

/// The state of a stack, as far as a command depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was created, updated or imported successfully.
    Deployed,
    /// Its last update or import failed and was rolled back.
    RolledBack,
    /// Its last update failed without a rollback.
    UpdateFailed,
    /// It is deleted.
    Deleted,
    /// It was never created; only change sets exist for it.
    InReview,
    /// An operation is in progress.
    InProgress,
    /// Its create failed and was rolled back.
    CreateRolledBack,
    /// Its create failed, and resources remain.
    CreateFailed,
    /// The rollback of an update failed.
    UpdateRollbackFailed,
    /// The rollback of an import failed.
    ImportRollbackFailed,
    /// Its delete failed.
    DeleteFailed,
    /// This version does not know the status.
    Unknown,
}

/// The state that a stack's status stands for.
pub fn state(status: &str) -> State {
    match status {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => State::Deployed,
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => State::RolledBack,
        "UPDATE_FAILED" => State::UpdateFailed,
        DELETED => State::Deleted,
        "REVIEW_IN_PROGRESS" => State::InReview,
        "ROLLBACK_COMPLETE" => State::CreateRolledBack,
        "CREATE_FAILED" | "ROLLBACK_FAILED" => State::CreateFailed,
        "UPDATE_ROLLBACK_FAILED" => State::UpdateRollbackFailed,
        "IMPORT_ROLLBACK_FAILED" => State::ImportRollbackFailed,
        "DELETE_FAILED" => State::DeleteFailed,
        status if is_in_progress(status) => State::InProgress,
        _ => State::Unknown,
    }
}

/// Whether an operation on a stack or a resource is in progress; also true of a stack in review.
pub fn is_in_progress(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS")
}

/// Whether no operation on a stack is in progress.
pub fn is_at_rest(status: &str) -> bool {
    state(status) != State::InProgress
}

/// Whether a stack or a resource is deleted.
pub fn is_deleted(status: &str) -> bool {
    status == DELETED
}

/// Whether a stack exists only for its change sets.
pub fn is_in_review(status: &str) -> bool {
    state(status) == State::InReview
}

/// Whether a stack's create has begun: there is something to delete, and to look for drift of.
pub fn is_created(status: &str) -> bool {
    !matches!(state(status), State::Deleted | State::InReview)
}

/// Whether an operation on a stack or a resource failed.
pub fn is_failure(status: &str) -> bool {
    status.ends_with("_FAILED")
}

/// Whether an operation on a stack or a resource is complete, a rollback included.
pub fn is_complete(status: &str) -> bool {
    status.ends_with("_COMPLETE")
}

/// Whether the status is one of a rollback, in any of its phases.
pub fn is_rollback(status: &str) -> bool {
    status.contains("ROLLBACK")
}

/// Whether a rollback is in progress.
pub fn is_rolling_back(status: &str) -> bool {
    is_rollback(status) && is_in_progress(status)
}

/// Whether a create is in progress.
pub fn is_creating(status: &str) -> bool {
    status == "CREATE_IN_PROGRESS"
}

/// Whether an update is in progress and can still be cancelled.
pub fn is_updating(status: &str) -> bool {
    status == "UPDATE_IN_PROGRESS"
}

/// Whether an update is complete except for the deletion of what it replaced.
pub fn is_cleaning_up(status: &str) -> bool {
    status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
}

/// Whether a delete is in progress.
pub fn is_deleting(status: &str) -> bool {
    status == "DELETE_IN_PROGRESS"
}

/// Whether the delete of a resource failed.
pub fn is_delete_failure(status: &str) -> bool {
    state(status) == State::DeleteFailed
}

/// Whether a deleted stack left the resource behind.
pub fn is_left_behind(status: &str) -> bool {
    status == "DELETE_SKIPPED"
}

/// Whether a resource is as its template describes it: not failed, and not rolled back.
pub(crate) fn is_applied(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE")
}

/// Whether a stack was never created successfully, and is deleted before it is created again.
pub fn is_never_created(status: &str) -> bool {
    matches!(state(status), State::CreateRolledBack | State::CreateFailed)
}

/// Whether only a deletion follows: a create that fails first has this status, and a moment later
/// its deletion begins (OnStackFailure=DELETE).
pub(crate) fn precedes_deletion(status: &str) -> bool {
    matches!(status, "CREATE_FAILED" | "ROLLBACK_COMPLETE")
}

/// Whether a stack may still be rolled back to its former template and package.
pub fn may_roll_back(status: &str) -> bool {
    is_in_progress(status)
        || matches!(
            state(status),
            State::UpdateFailed | State::UpdateRollbackFailed | State::ImportRollbackFailed
        )
}

/// Whether a status, of a stack or a resource, is one of an update or an import, in any phase.
pub(crate) fn is_updated(status: &str) -> bool {
    ["UPDATE_", "IMPORT_"].iter().any(|operation| status.starts_with(operation))
}

/// Whether a stack that once had this status was up: it was created, or an operation had begun that
/// only a created stack has.
pub(crate) fn was_up(status: &str) -> bool {
    state(status) == State::Deployed || is_updated(status)
}

/// The operation of a status without its phase: `CREATE` of `CREATE_IN_PROGRESS`.
pub(crate) fn operation(status: &str) -> &str {
    ["_IN_PROGRESS", "_COMPLETE", "_FAILED", "_SKIPPED"]
        .iter()
        .find_map(|phase| status.strip_suffix(phase))
        .unwrap_or(status)
}

/// The state of a change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSetState {
    /// It is being created.
    Creating,
    /// It is created.
    Created,
    /// Its creation failed.
    Failed,
    /// It is deleted, or is being deleted.
    Deleted,
}

/// The state that a change set's status stands for.
pub fn change_set_state(status: &str) -> ChangeSetState {
    match status {
        "CREATE_COMPLETE" => ChangeSetState::Created,
        "FAILED" => ChangeSetState::Failed,
        status if status.starts_with("DELETE") => ChangeSetState::Deleted,
        _ => ChangeSetState::Creating,
    }
}

/// Whether a reason says that there is nothing to change. CloudFormation has no code for that, but
/// two sentences.
pub(crate) fn is_no_change(reason: &str) -> bool {
    reason.contains("didn't contain changes")
        || reason.contains("No updates are to be performed")
        || reason.contains("no updates are to be performed")
}

/// Whether a change set is being executed or was executed, by its execution status.
pub(crate) fn is_executed(execution: &str) -> bool {
    matches!(execution, "EXECUTE_IN_PROGRESS" | "EXECUTE_COMPLETE")
}

/// What a deploy does with a stack first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeployAction {
    /// There is no stack, or only the shell that a change set left: create it.
    Create,
    /// Update it.
    Update,
    /// It was never created successfully: delete it, then create it.
    Replace,
    /// An operation is in progress.
    Wait,
    /// Nothing, until the stack is recovered.
    Recover(Recovery),
}

/// The recovery action of a stack that cannot be deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Continue the rollback of an update.
    ContinueRollback,
    /// Repeat the delete that failed.
    DeleteAgain,
    /// This version does not know the status.
    Unknown,
}

/// What a deploy can do with this stack.
pub fn for_deploy(stack: Option<&Stack>) -> DeployAction {
    let Some(stack) = stack else { return DeployAction::Create };
    match state(&stack.status) {
        // A stack in review accepts change sets of type CREATE.
        State::Deleted | State::InReview => DeployAction::Create,
        // An import that was rolled back leaves the stack as it was; so does an update.
        State::Deployed | State::RolledBack | State::UpdateFailed => DeployAction::Update,
        State::CreateRolledBack | State::CreateFailed => DeployAction::Replace,
        State::UpdateRollbackFailed | State::ImportRollbackFailed => {
            DeployAction::Recover(Recovery::ContinueRollback)
        }
        State::DeleteFailed => DeployAction::Recover(Recovery::DeleteAgain),
        State::InProgress => DeployAction::Wait,
        State::Unknown => DeployAction::Recover(Recovery::Unknown),
    }
}

/// How an operation ended, by the status that it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Successfully.
    Succeeded,
    /// It failed and was rolled back.
    RolledBack,
    /// It failed, and the stack needs recovery.
    Failed,
}

/// How a deploy ended that left a stack in this status.
pub fn after_deploy(status: &str) -> Ended {
    match state(status) {
        State::Deployed => Ended::Succeeded,
        // OnStackFailure=DELETE deletes a stack whose create failed; the next deploy replaces one
        // that is still there.
        State::Deleted | State::CreateRolledBack | State::RolledBack => Ended::RolledBack,
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
    fn a_deploy_continues_from_every_status_of_the_api_or_has_a_recovery_action() {
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
    fn an_operation_in_progress_is_waited_for_and_a_stuck_stack_has_a_recovery_action() {
        for status in ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"] {
            assert_eq!(can(status), DeployAction::Wait);
            assert!(!is_at_rest(status));
        }
        let recover = DeployAction::Recover;
        assert_eq!(can("UPDATE_ROLLBACK_FAILED"), recover(Recovery::ContinueRollback));
        assert_eq!(can("DELETE_FAILED"), recover(Recovery::DeleteAgain));
    }

    #[test]
    fn a_deploy_ends_successful_rolled_back_or_stuck() {
        assert_eq!(after_deploy("CREATE_COMPLETE"), Ended::Succeeded);
        assert_eq!(after_deploy("DELETE_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_COMPLETE"), Ended::RolledBack);
        assert_eq!(after_deploy("UPDATE_ROLLBACK_FAILED"), Ended::Failed);
        assert_eq!(after_deploy("DELETE_FAILED"), Ended::Failed);
    }

    #[test]
    fn only_a_status_of_a_failed_create_is_replaced_and_only_a_created_stack_was_up() {
        for status in StackStatus::values() {
            let replaced = can(status) == DeployAction::Replace;
            assert_eq!(replaced, is_never_created(status), "{status}");
            assert!(!(replaced && was_up(status)), "{status}");
        }
        assert!(was_up("UPDATE_IN_PROGRESS") && was_up("CREATE_COMPLETE"));
        assert!(!was_up("CREATE_IN_PROGRESS") && !was_up("DELETE_FAILED"));
    }

    #[test]
    fn a_stack_that_may_roll_back_is_in_progress_or_failed_without_a_rollback() {
        for status in ["UPDATE_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"] {
            assert!(may_roll_back(status), "{status}");
        }
        for status in ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_FAILED"] {
            assert!(!may_roll_back(status), "{status}");
        }
    }

    #[test]
    fn a_change_set_is_waited_for_until_it_is_created_failed_or_deleted() {
        assert_eq!(change_set_state("CREATE_PENDING"), ChangeSetState::Creating);
        assert_eq!(change_set_state("CREATE_COMPLETE"), ChangeSetState::Created);
        assert_eq!(change_set_state("FAILED"), ChangeSetState::Failed);
        assert_eq!(change_set_state("DELETE_COMPLETE"), ChangeSetState::Deleted);
    }

    #[test]
    fn both_sentences_for_no_changes_are_known() {
        assert!(is_no_change(
            "The submitted information didn't contain changes. Submit different information to \
             create a change set."
        ));
        assert!(is_no_change("No updates are to be performed."));
        assert!(!is_no_change("Template error: resource A does not support attribute B"));
    }
}
