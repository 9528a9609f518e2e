//! How an operation looks while it goes on: what is known of each resource, the line that each
//! event is, and how a failure is told. Nothing is printed here.

use crate::StackEvent;
use crate::state::{is_in_progress, operation};
use std::collections::BTreeMap;

/// What is known of an operation from its events so far.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    events: Vec<StackEvent>,
    resources: BTreeMap<(String, String), Row>,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    status: String,
    resource_type: String,
    began_ms: i64,
}

/// A resource that is being worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// Logical id.
    pub logical_id: String,
    /// Status, in the API's word.
    pub status: String,
    /// Type.
    pub resource_type: String,
    /// When it began, in milliseconds since the epoch.
    pub began_ms: i64,
}

impl Progress {
    /// Takes an event; answers how long the resource took, in milliseconds, if this ended it.
    pub fn take(&mut self, event: &StackEvent) -> Option<i64> {
        self.events.push(event.clone());
        let key = (event.stack_id.clone(), event.logical_id.clone());
        let began = match self.resources.get(&key) {
            // An update that is rolled back begins anew; other words of one attempt do not.
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

    /// All events so far.
    pub fn events(&self) -> &[StackEvent] {
        &self.events
    }

    /// What is being worked on, longest first; the stack itself is not.
    pub fn under_way(&self) -> Vec<UnderWay> {
        let of_itself = |stack: &str, row: &Row, logical: &str| {
            row.resource_type == super::stack::STACK_TYPE
                && stack.split('/').nth(1).is_some_and(|name| name == logical)
        };
        let mut rows: Vec<UnderWay> = self
            .resources
            .iter()
            .filter(|((stack, logical), row)| {
                is_in_progress(&row.status) && !of_itself(stack, row, logical)
            })
            .map(|((_, logical_id), row)| UnderWay {
                logical_id: logical_id.clone(),
                status: row.status.clone(),
                resource_type: row.resource_type.clone(),
                began_ms: row.began_ms,
            })
            .collect();
        rows.sort_by(|a, b| (a.began_ms, &a.logical_id).cmp(&(b.began_ms, &b.logical_id)));
        rows
    }

    /// How many resources have come to an end.
    pub fn done(&self) -> usize {
        self.resources.values().filter(|row| !is_in_progress(&row.status)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::event;

    #[test]
    fn a_resource_is_timed_from_its_first_event_and_a_rollback_anew() {
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
        assert_eq!((progress.done(), progress.under_way().len()), (1, 0));
    }

    #[test]
    fn what_is_under_way_is_listed_longest_first_without_the_stack_itself() {
        let mut progress = Progress::default();
        let stack = StackEvent {
            resource_type: crate::stack::STACK_TYPE.into(),
            stack_id: "arn:aws:cloudformation:r:1:stack/root/1".into(),
            ..event(0, "root", "CREATE_IN_PROGRESS")
        };
        progress.take(&stack);
        progress.take(&event(2, "b", "CREATE_IN_PROGRESS"));
        progress.take(&event(1, "c", "CREATE_IN_PROGRESS"));
        let names: Vec<_> = progress.under_way().into_iter().map(|u| u.logical_id).collect();
        assert_eq!(names, ["c", "b"]);
    }
}
