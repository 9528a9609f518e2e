//! The progress of an operation: the state of each resource, from the events so far.

use crate::StackEvent;
use crate::state::{is_in_progress, operation};
use std::collections::BTreeMap;

/// The events of an operation so far, and the state of its resources.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    events: Vec<StackEvent>,
    resources: BTreeMap<(String, String), Row>,
}

/// The state of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    status: String,
    resource_type: String,
    began_ms: i64,
}

/// A resource whose operation is in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceInProgress {
    /// Logical id.
    pub logical_id: String,
    /// Status, as the API spells it.
    pub status: String,
    /// Type.
    pub resource_type: String,
    /// When it began, in milliseconds since the epoch.
    pub began_ms: i64,
}

impl Progress {
    /// Takes an event; returns the duration of the resource's operation in milliseconds, if the event
    /// ends it.
    pub fn take(&mut self, event: &StackEvent) -> Option<i64> {
        self.events.push(event.clone());
        let key = (event.stack_id.clone(), event.logical_id.clone());
        let began = match self.resources.get(&key) {
            // The rollback of an update is timed separately.
            Some(row) if operation(&row.status) == operation(&event.status) => row.began_ms,
            _ => event.time_ms,
        };
        let row = Row {
            status: event.status.clone(),
            resource_type: event.resource_type.clone(),
            began_ms: began,
        };
        let known = self.resources.insert(key, row).is_some();
        (known && !is_in_progress(&event.status)).then(|| event.time_ms - began)
    }

    /// All events so far, oldest first.
    pub fn events(&self) -> &[StackEvent] {
        &self.events
    }

    /// The resources in progress, longest first, without the stack itself.
    pub fn in_progress(&self) -> Vec<ResourceInProgress> {
        let of_itself = |stack: &str, row: &Row, logical: &str| {
            row.resource_type == super::stack::STACK_TYPE
                && stack.split('/').nth(1).is_some_and(|name| name == logical)
        };
        let mut rows: Vec<ResourceInProgress> = self
            .resources
            .iter()
            .filter(|((stack, logical), row)| {
                is_in_progress(&row.status) && !of_itself(stack, row, logical)
            })
            .map(|((_, logical_id), row)| ResourceInProgress {
                logical_id: logical_id.clone(),
                status: row.status.clone(),
                resource_type: row.resource_type.clone(),
                began_ms: row.began_ms,
            })
            .collect();
        rows.sort_by(|a, b| (a.began_ms, &a.logical_id).cmp(&(b.began_ms, &b.logical_id)));
        rows
    }

    /// The number of resources whose operation has ended.
    pub fn done(&self) -> usize {
        self.resources.values().filter(|row| !is_in_progress(&row.status)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;

    #[test]
    fn a_resource_is_timed_from_its_first_event_and_a_rollback_separately() {
        let mut progress = Progress::default();
        let took: Vec<_> = [
            event(1, "q", "CREATE_IN_PROGRESS"),
            event(2, "q", "CREATE_IN_PROGRESS"),
            event(5, "q", "CREATE_COMPLETE"),
            event(7, "q", "DELETE_IN_PROGRESS"),
            event(8, "q", "DELETE_COMPLETE"),
        ]
        .iter()
        .map(|e| progress.take(e))
        .collect();
        assert_eq!(took, [None, None, Some(4_000), None, Some(1_000)]);
        assert_eq!((progress.done(), progress.in_progress().len()), (1, 0));
    }

    #[test]
    fn resources_in_progress_are_listed_longest_first_without_the_stack_itself() {
        let mut progress = Progress::default();
        let stack = StackEvent {
            resource_type: crate::stack::STACK_TYPE.into(),
            stack_id: "arn:aws:cloudformation:r:1:stack/root/1".into(),
            ..event(0, "root", "CREATE_IN_PROGRESS")
        };
        progress.take(&stack);
        progress.take(&event(2, "b", "CREATE_IN_PROGRESS"));
        progress.take(&event(1, "c", "CREATE_IN_PROGRESS"));
        let names: Vec<_> = progress.in_progress().into_iter().map(|u| u.logical_id).collect();
        assert_eq!(names, ["c", "b"]);
    }
}
