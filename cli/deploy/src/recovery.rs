//! The diagnosis of a stack's state and its recovery action. A person decides which action is taken;
//! nothing is executed here.

use crate::cause::advice;
use crate::history::success;
use crate::stack::{
    Deletion, ListedChangeSet, STACK_TYPE, StackResource, all_change_sets, all_resources,
};
use crate::state::{
    ChangeSetState, State, change_set_state, is_at_rest, is_deleted, is_failure, is_in_review,
    is_never_created, state,
};
use crate::text::{count, plain};
use crate::{Stack, Stacks};
use guardian_aws::AwsError;

/// Type of a table, whose failures are mostly transient.
const TABLE_TYPE: &str = "AWS::DynamoDB::Table";

/// The recovery action for a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// None is needed.
    Nothing,
    /// Wait for the operation in progress.
    Wait,
    /// Delete a stack that was never created successfully, so that it can be created.
    DeleteRemains,
    /// Delete a stack in review that has no change set.
    DeleteShell,
    /// Continue the rollback that failed.
    ContinueRollback,
    /// Repeat the delete that failed.
    DeleteAgain,
    /// This version knows none.
    Unknown,
}

/// A resource that blocks a rollback or a delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The id that skips it: its logical id, in a nested stack after that stack's name:
    /// `orders-Machines3-1ABC.Step1Alarm`.
    pub id: String,
    /// Whether it belongs to the stack itself.
    pub of_root: bool,
    /// Type.
    pub resource_type: String,
    /// Status, as the API spells it.
    pub status: String,
    /// CloudFormation's reason.
    pub reason: Option<String>,
}

/// What a diagnosis is based on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The resources whose last operation failed.
    pub blockers: Vec<Blocker>,
    /// The change sets of a stack in review.
    pub change_sets: Vec<ListedChangeSet>,
    /// Evidence that the stack was up, where its status is the one of a failed create.
    pub success: Option<String>,
}

/// The state of a stack and its recovery action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The recovery action.
    pub remedy: Remedy,
    /// What happened and what the recovery action does, in a few sentences.
    pub text: String,
}

/// The options that were chosen besides the safe default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Resources that a rollback leaves as they are.
    pub skip: Vec<String>,
    /// Resources that a delete leaves behind.
    pub retain: Vec<String>,
    /// Whether a delete leaves behind all resources that cannot be deleted.
    pub force: bool,
}

/// The next step of a recovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Wait for the operation in progress.
    Wait,
    /// Continue the rollback without these resources.
    ContinueRollback(Vec<String>),
    /// Delete the stack.
    Delete(Deletion),
}

/// Reads what the diagnosis of a stack is based on.
pub async fn findings<S: Stacks>(stacks: &S, stack: &Stack) -> Result<Findings, AwsError> {
    let mut found = Findings::default();
    if is_in_review(&stack.status) {
        found.change_sets = all_change_sets(stacks, &stack.name).await?;
    } else if is_at_rest(&stack.status) && !is_deleted(&stack.status) {
        found.blockers = blockers(stacks, &stack.id).await?;
    }
    if is_never_created(&stack.status) {
        found.success = success(stacks, stack).await?;
    }
    Ok(found)
}

/// The resources whose last operation failed, of the stack and of its nested stacks.
async fn blockers<S: Stacks>(stacks: &S, stack: &str) -> Result<Vec<Blocker>, AwsError> {
    let mut found = Vec::new();
    let mut ahead = vec![(None::<String>, stack.to_owned())];
    while let Some((within, id)) = ahead.pop() {
        for resource in all_resources(stacks, &id).await? {
            let nested = resource.physical_id.as_deref().filter(|id| id.starts_with("arn:"));
            if resource.resource_type == STACK_TYPE
                && let Some(nested) = nested
            {
                let name = nested.split('/').nth(1).unwrap_or(nested).to_owned();
                ahead.push((Some(name), nested.to_owned()));
            }
            if is_failure(&resource.status) {
                found.push(blocker(within.as_deref(), resource));
            }
        }
    }
    found.sort_by(|a, b| (!a.of_root, &a.id).cmp(&(!b.of_root, &b.id)));
    Ok(found)
}

fn blocker(within: Option<&str>, resource: StackResource) -> Blocker {
    let StackResource { logical_id, resource_type, status, reason, .. } = resource;
    let id = match within {
        Some(stack) => format!("{stack}.{logical_id}"),
        None => logical_id,
    };
    Blocker { id, of_root: within.is_none(), resource_type, status, reason }
}

/// The diagnosis of a stack.
pub fn diagnose(name: &str, stack: Option<&Stack>, findings: &Findings) -> Diagnosis {
    let of = |remedy: Remedy, text: &str| Diagnosis { remedy, text: text.to_owned() };
    let Some(stack) = stack else {
        return Diagnosis {
            remedy: Remedy::Nothing,
            text: format!("Stack {name} does not exist. A deploy creates it."),
        };
    };
    let mut diagnosis = match (state(&stack.status), &findings.success) {
        (State::CreateRolledBack | State::CreateFailed, Some(evidence)) => Diagnosis {
            remedy: Remedy::Unknown,
            text: format!(
                "That is the status of a failed create, but {}: it may hold resources that are in \
                 use. Neither a deploy nor this command deletes it; `guardian destroy` does.",
                plain(evidence)
            ),
        },
        (State::Deployed, _) => of(Remedy::Nothing, "It needs no recovery and can be deployed."),
        (State::RolledBack, _) => of(
            Remedy::Nothing,
            "The last update failed and was rolled back. The stack is as before the update and \
             can be deployed.",
        ),
        (State::UpdateFailed, _) => of(
            Remedy::Nothing,
            "The last update failed and was not rolled back, because its rollback was disabled. \
             Fix the cause and deploy again: the deploy continues from here.",
        ),
        (State::Deleted, _) => of(Remedy::Nothing, "It is deleted. A deploy creates it again."),
        (State::InReview, _) => in_review(&findings.change_sets),
        (State::CreateRolledBack, _) => of(
            Remedy::DeleteRemains,
            "Its first create failed and was rolled back. It was never created successfully and \
             has to be deleted before it can be created. A deploy does both.",
        ),
        (State::CreateFailed, _) => of(
            Remedy::DeleteRemains,
            "Its first create failed, and not all of it was rolled back. It was never created \
             successfully; the resources that remain have to be deleted before it can be created. \
             A deploy does both.",
        ),
        (State::UpdateRollbackFailed, _) => of(
            Remedy::ContinueRollback,
            "An update failed, and so did its rollback. Fix the resources below, then the rollback \
             continues. One that cannot be fixed can be left as it is with --skip: CloudFormation \
             then assumes that it is as before the update, so restore it by hand.",
        ),
        (State::ImportRollbackFailed, _) => of(
            Remedy::Unknown,
            "An import failed, and so did its rollback. CloudFormation has no call that continues \
             it: fix the resources below, and ask AWS Support.",
        ),
        (State::DeleteFailed, _) => of(
            Remedy::DeleteAgain,
            "A delete failed half-way. Fix the resources below, then the rest is deleted. One that \
             cannot be deleted is left behind with --retain, all of them with --force; no stack \
             manages them any more.",
        ),
        (State::InProgress, _) => {
            of(Remedy::Wait, "An operation is in progress. Wait until it is complete.")
        }
        (State::Unknown, _) => of(
            Remedy::Unknown,
            "This version of guardian does not know that status; see the CloudFormation console.",
        ),
    };
    let mut text = format!("Stack {name} is {}.", plain(&stack.status));
    if let Some(reason) = stack.reason.as_deref().filter(|_| diagnosis.remedy != Remedy::Nothing) {
        text.push_str(&format!(" CloudFormation says: {}", plain(reason)));
    }
    text.push('\n');
    text.push_str(&diagnosis.text);
    let listed = !matches!(diagnosis.remedy, Remedy::Nothing | Remedy::Wait);
    for resource in findings.blockers.iter().filter(|_| listed) {
        text.push_str(&format!(
            "\n  {} ({}): {}: {}",
            plain(&resource.id),
            plain(&resource.resource_type),
            resource.status.to_lowercase().replace('_', " "),
            plain(resource.reason.as_deref().unwrap_or("CloudFormation gives no reason"))
        ));
        // The fixes of other types assume a deploy.
        let reason = resource.reason.as_deref().filter(|_| resource.resource_type == TABLE_TYPE);
        if let Some(fix) = reason.and_then(advice) {
            text.push_str(&format!("\n    fix: {fix}"));
        }
    }
    if stack.termination_protection
        && matches!(
            diagnosis.remedy,
            Remedy::DeleteRemains | Remedy::DeleteShell | Remedy::DeleteAgain
        )
    {
        text.push_str(
            "\nIt has termination protection, which has to be switched off first: `aws \
             cloudformation update-termination-protection --no-enable-termination-protection`.",
        );
        diagnosis.remedy = Remedy::Nothing;
    }
    Diagnosis { text, ..diagnosis }
}

fn in_review(change_sets: &[ListedChangeSet]) -> Diagnosis {
    let waiting = change_sets
        .iter()
        .filter(|c| change_set_state(&c.status) != ChangeSetState::Deleted)
        .count();
    if waiting == 0 {
        return Diagnosis {
            remedy: Remedy::DeleteShell,
            text: "It was never created, and its change set is deleted. The empty stack can be \
                   deleted; a deploy can also use it."
                .to_owned(),
        };
    }
    Diagnosis {
        remedy: Remedy::Nothing,
        text: format!(
            "It was never created: {} wait{} to be executed. It can be deployed.",
            count(waiting, "change set"),
            if waiting == 1 { "s" } else { "" },
        ),
    }
}

/// The next step for a remedy and the chosen options. An error says why an option does not apply.
pub fn step(remedy: Remedy, chosen: &Chosen, blockers: &[Blocker]) -> Result<Step, String> {
    if !chosen.skip.is_empty() && remedy != Remedy::ContinueRollback {
        return Err("--skip is for a rollback that failed, and this stack has none".to_owned());
    }
    if (chosen.force || !chosen.retain.is_empty()) && remedy != Remedy::DeleteAgain {
        return Err(
            "--retain and --force are for a delete that failed, and this stack has none".to_owned()
        );
    }
    let is_blocker = |id: &String, root_only: bool| {
        blockers.iter().any(|r| &r.id == id && (r.of_root || !root_only))
    };
    let other = chosen
        .skip
        .iter()
        .find(|id| !is_blocker(id, false))
        .or_else(|| chosen.retain.iter().find(|id| !is_blocker(id, true)));
    if let Some(id) = other {
        return Err(format!(
            "`{id}` is not a failed resource of this stack: only a failed one can be skipped or \
             retained"
        ));
    }
    Ok(match remedy {
        Remedy::Nothing | Remedy::Unknown => Step::Nothing,
        Remedy::Wait => Step::Wait,
        Remedy::ContinueRollback => Step::ContinueRollback(chosen.skip.clone()),
        Remedy::DeleteAgain if chosen.force => Step::Delete(Deletion::Force),
        Remedy::DeleteAgain if !chosen.retain.is_empty() => {
            Step::Delete(Deletion::Retaining(chosen.retain.clone()))
        }
        Remedy::DeleteRemains | Remedy::DeleteShell | Remedy::DeleteAgain => {
            Step::Delete(Deletion::Standard)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::StackStatus;

    fn stack(status: &str) -> Stack {
        Stack { status: status.into(), ..Stack::default() }
    }

    fn remedy(status: &str) -> Remedy {
        diagnose("s", Some(&stack(status)), &Findings::default()).remedy
    }

    fn failed(id: &str, of_root: bool) -> Blocker {
        Blocker {
            id: id.into(),
            of_root,
            resource_type: "AWS::SQS::Queue".into(),
            status: "UPDATE_FAILED".into(),
            reason: Some("Access denied\u{1b}[2J".into()),
        }
    }

    #[test]
    fn every_status_of_the_api_has_a_diagnosis() {
        for status in StackStatus::values() {
            let found = diagnose("s", Some(&stack(status)), &Findings::default());
            let unknown = found.remedy == Remedy::Unknown;
            // CloudFormation has no call for this one.
            assert_eq!(unknown, *status == "IMPORT_ROLLBACK_FAILED", "{status}");
            assert!(!found.text.contains("does not know"), "{status}");
            if status.ends_with("_IN_PROGRESS") && *status != "REVIEW_IN_PROGRESS" {
                assert_eq!(found.remedy, Remedy::Wait, "{status}");
            }
        }
        assert_eq!(remedy("PAUSED"), Remedy::Unknown);
        assert_eq!(diagnose("s", None, &Findings::default()).remedy, Remedy::Nothing);
    }

    #[test]
    fn a_stack_that_was_never_created_is_deleted_and_one_in_review_only_without_change_sets() {
        for status in ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"] {
            assert_eq!(remedy(status), Remedy::DeleteRemains, "{status}");
        }
        let change_set = ListedChangeSet {
            id: "arn:c".into(),
            name: "c".into(),
            status: "CREATE_COMPLETE".into(),
            created_ms: 0,
        };
        let review = stack("REVIEW_IN_PROGRESS");
        assert_eq!(remedy("REVIEW_IN_PROGRESS"), Remedy::DeleteShell);
        let findings = Findings { change_sets: vec![change_set], ..Findings::default() };
        assert_eq!(diagnose("s", Some(&review), &findings).remedy, Remedy::Nothing);
    }

    #[test]
    fn a_protected_stack_is_never_deleted() {
        let protected = Stack { termination_protection: true, ..stack("ROLLBACK_COMPLETE") };
        let found = diagnose("s", Some(&protected), &Findings::default());
        assert_eq!(found.remedy, Remedy::Nothing);
        assert!(found.text.contains("termination protection"));
    }

    #[test]
    fn a_failed_rollback_is_shown_with_the_resources_that_block_it() {
        let stuck = Stack { reason: Some("Boom".into()), ..stack("UPDATE_ROLLBACK_FAILED") };
        let blockers = vec![failed("Queue", true), failed("s-Nested-1.Alarm", false)];
        let findings = Findings { blockers, ..Findings::default() };
        insta::assert_snapshot!(diagnose("s", Some(&stuck), &findings).text);
    }

    #[test]
    fn a_table_that_blocks_is_shown_with_what_to_wait_for() {
        let stuck = stack("DELETE_FAILED");
        for (reason, fix) in [
            (
                "Time to live has been modified multiple times within a fixed interval",
                Some("wait an hour"),
            ),
            (
                "Attempt to change a resource which is still in use: Table is being updated: t",
                Some("shows ACTIVE"),
            ),
            (
                "Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted \
                 simultaneously",
                Some("wait a few minutes"),
            ),
            ("Internal failure", None),
        ] {
            let table = Blocker {
                resource_type: TABLE_TYPE.into(),
                reason: Some(reason.into()),
                ..failed("StateTable", true)
            };
            let findings = Findings { blockers: vec![table], ..Findings::default() };
            let text = diagnose("s", Some(&stuck), &findings).text;
            let shown = text.split_once("\n    fix: ").map(|(_, shown)| shown);
            assert_eq!(shown.is_some(), fix.is_some(), "{text}");
            assert!(shown.unwrap_or_default().contains(fix.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn only_a_failed_resource_can_be_skipped_or_retained_and_only_where_that_applies() {
        let blockers = [failed("Queue", true), failed("s-Nested-1.Alarm", false)];
        let skip = |ids: &[&str]| Chosen {
            skip: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Chosen::default()
        };
        let retain = |id: &str| Chosen { retain: vec![id.to_owned()], ..Chosen::default() };
        let force = Chosen { force: true, ..Chosen::default() };
        let rollback = |chosen: &Chosen| step(Remedy::ContinueRollback, chosen, &blockers);
        let both = ["Queue", "s-Nested-1.Alarm"];
        assert_eq!(rollback(&Chosen::default()), Ok(Step::ContinueRollback(Vec::new())));
        assert_eq!(
            rollback(&skip(&both)),
            Ok(Step::ContinueRollback(both.map(str::to_owned).to_vec()))
        );
        assert!(rollback(&skip(&["Other"])).unwrap_err().contains("`Other`"));
        assert!(rollback(&force).is_err());
        let delete = |chosen: &Chosen| step(Remedy::DeleteAgain, chosen, &blockers);
        assert_eq!(delete(&Chosen::default()), Ok(Step::Delete(Deletion::Standard)));
        assert_eq!(
            delete(&retain("Queue")),
            Ok(Step::Delete(Deletion::Retaining(vec!["Queue".to_owned()])))
        );
        assert!(delete(&retain("s-Nested-1.Alarm")).is_err(), "CloudFormation takes root ids only");
        assert_eq!(delete(&force), Ok(Step::Delete(Deletion::Force)));
        assert!(delete(&skip(&["Queue"])).is_err());
        assert!(step(Remedy::Nothing, &force, &[]).is_err());
        assert_eq!(step(Remedy::Wait, &Chosen::default(), &[]), Ok(Step::Wait));
    }

    #[test]
    fn a_stack_that_was_up_is_not_deleted_whatever_its_status() {
        let success = Some("it was updated at 12:00".to_owned());
        let findings = Findings { success, ..Findings::default() };
        let found = diagnose("s", Some(&stack("ROLLBACK_COMPLETE")), &findings);
        assert_eq!(found.remedy, Remedy::Unknown);
        assert!(found.text.contains("it was updated at 12:00"), "{}", found.text);
    }
}
