//! What the events and resources of a stack show of its past, where its status alone is not enough
//! to delete it.

use crate::follow::recent_events;
use crate::stack::all_resources;
use crate::state::{is_applied, is_at_rest, is_creating, is_in_review, is_updated, was_up};
use crate::text::count;
use crate::{Stack, StackEvent, StackResource, Stacks};
use guardian_aws::AwsError;
use guardian_aws::clock::time;

/// Evidence, in a sentence, that a stack was up at some time although its status is the one of a
/// failed create; none if the failed create is all that ever happened to it.
pub async fn success<S: Stacks>(stacks: &S, stack: &Stack) -> Result<Option<String>, AwsError> {
    let events = recent_events(stacks, &stack.id, usize::MAX).await?;
    let resources = all_resources(stacks, &stack.id).await?;
    Ok(evidence(stack, &events, &resources))
}

fn evidence(
    stack: &Stack,
    newest_first: &[StackEvent],
    resources: &[StackResource],
) -> Option<String> {
    let own = || newest_first.iter().rev().filter(|event| event.is_of_stack_itself());
    if let Some(event) = own().find(|event| was_up(&event.status)) {
        return Some(format!("it was {} at {}", event.status, time(event.time_ms)));
    }
    // MEM: executing the change set that creates a stack sets LastUpdatedTime, too. Only a later
    // time shows an update.
    let create_ended = own().find(|e| is_at_rest(&e.status) && !is_in_review(&e.status));
    if let (Some(updated), Some(ended)) = (stack.updated_ms, create_ended)
        && updated > ended.time_ms
    {
        return Some(format!("it was updated at {}", time(updated)));
    }
    if let Some(resource) = resources.iter().find(|resource| is_updated(&resource.status)) {
        return Some(format!("its resource {} is {}", resource.logical_id, resource.status));
    }
    // CloudFormation keeps events for 90 days. Without them a resource that is up may be of any
    // operation.
    let up = resources.iter().filter(|resource| is_applied(&resource.status)).count();
    (up > 0 && !own().any(|event| is_creating(&event.status))).then(|| {
        format!("its events no longer show its create, and it has {}", count(up, "resource"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{event, stack_event as own};

    fn resource(status: &str) -> StackResource {
        StackResource {
            logical_id: "Queue".into(),
            physical_id: Some("queue".into()),
            resource_type: "AWS::SQS::Queue".into(),
            status: status.into(),
            reason: None,
        }
    }

    #[test]
    fn a_failed_create_is_no_evidence_whatever_it_left() {
        let events = [
            own(9, "ROLLBACK_COMPLETE"),
            own(5, "ROLLBACK_IN_PROGRESS"),
            event(3, "Queue", "CREATE_COMPLETE"),
            own(2, "CREATE_IN_PROGRESS"),
            own(1, "REVIEW_IN_PROGRESS"),
        ];
        let executed = Stack { updated_ms: Some(2_000), ..Stack::default() };
        let left = [resource("CREATE_COMPLETE"), resource("DELETE_FAILED")];
        assert_eq!(evidence(&executed, &events, &left), None);
        assert_eq!(evidence(&executed, &[], &[resource("DELETE_COMPLETE")]), None);
    }

    #[test]
    fn an_update_or_a_complete_create_is_evidence_wherever_it_shows() {
        let failed = [own(9, "ROLLBACK_COMPLETE"), own(2, "CREATE_IN_PROGRESS")];
        let stack = Stack::default();
        let up = [own(9, "ROLLBACK_COMPLETE"), own(5, "CREATE_COMPLETE")];
        assert!(evidence(&stack, &up, &[]).unwrap().contains("CREATE_COMPLETE at"));
        let updated = [own(9, "ROLLBACK_COMPLETE"), own(5, "UPDATE_IN_PROGRESS")];
        assert!(evidence(&stack, &updated, &[]).unwrap().contains("UPDATE_IN_PROGRESS"));
        let later = Stack { updated_ms: Some(10_000), ..Stack::default() };
        assert!(evidence(&later, &failed, &[]).unwrap().starts_with("it was updated at"));
        let resources = [resource("UPDATE_COMPLETE")];
        assert!(evidence(&stack, &failed, &resources).unwrap().contains("Queue"));
        let forgotten = evidence(&stack, &[], &[resource("CREATE_COMPLETE")]).unwrap();
        assert!(forgotten.ends_with("it has 1 resource"), "{forgotten}");
    }
}
