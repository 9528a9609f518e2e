//! Stack events: turns pages, newest first, into each new event once, oldest first. It neither reads
//! the pages nor shows the events.

use crate::StackEvent;
use crate::state::is_at_rest;
use std::collections::{BTreeMap, HashSet};

/// The events of one operation: its stacks, and how far each has been read.
#[derive(Debug, Clone)]
pub struct OperationEvents {
    root: String,
    token: Option<String>,
    stacks: BTreeMap<String, Position>,
    seen: HashSet<String>,
}

/// How far a stack's events have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    /// The newest event before the operation, if known.
    last: Option<String>,
    /// Earlier events do not belong to the operation.
    since_ms: i64,
}

/// One pass over the events of one stack. Give it pages until it needs no more.
#[derive(Debug)]
pub struct StackReader {
    stack: String,
    position: Position,
    newest: Option<String>,
    fresh: Vec<StackEvent>,
}

impl OperationEvents {
    /// The events of the operation with this token on the stack with this ARN. `last` is the id of
    /// the newest event before the operation, so that neither clocks nor a long history matter.
    /// Without a token the events of every initiator count.
    pub fn new(root: &str, token: Option<&str>, last: Option<String>) -> Self {
        let position = Position { last, since_ms: i64::MIN };
        Self {
            root: root.to_owned(),
            token: token.map(str::to_owned),
            stacks: BTreeMap::from([(root.to_owned(), position)]),
            seen: HashSet::new(),
        }
    }

    /// ARN of the operation's stack.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// ARNs of the stacks to read: the root and the nested stacks that have appeared.
    pub fn stacks(&self) -> Vec<String> {
        self.stacks.keys().cloned().collect()
    }

    /// Starts a pass over a stack of the operation.
    pub fn read(&self, stack: &str) -> StackReader {
        let position = self.stacks.get(stack).cloned();
        StackReader {
            stack: stack.to_owned(),
            position: position.unwrap_or(Position { last: None, since_ms: i64::MIN }),
            newest: None,
            fresh: Vec::new(),
        }
    }

    /// Ends a pass: returns the new events of the operation, oldest first. Nested stacks among them
    /// are read from now on.
    pub fn take(&mut self, reading: StackReader) -> Vec<StackEvent> {
        let StackReader { stack, position, newest, fresh } = reading;
        let position = Position { last: newest.or(position.last), ..position };
        self.stacks.insert(stack, position);
        let mut new = Vec::new();
        for event in fresh.into_iter().rev() {
            // An event without a token is kept: no other operation can be in progress, and events
            // of rollbacks and nested stacks may lack the token.
            let ours = match (&event.token, &self.token) {
                (Some(token), Some(ours)) => token == ours,
                _ => true,
            };
            if !ours || !self.seen.insert(event.id.clone()) {
                continue;
            }
            if event.is_of_nested_stack() && event.physical_id.starts_with("arn:") {
                let position = Position { last: None, since_ms: event.time_ms };
                self.stacks.entry(event.physical_id.clone()).or_insert(position);
            }
            new.push(event);
        }
        new
    }
}

impl StackReader {
    /// Takes a page, newest first; true if the next one is needed.
    pub fn page(&mut self, events: Vec<StackEvent>) -> bool {
        for event in events {
            if self.position.last.as_deref() == Some(event.id.as_str())
                || event.time_ms < self.position.since_ms
            {
                return false;
            }
            self.newest.get_or_insert_with(|| event.id.clone());
            self.fresh.push(event);
        }
        true
    }
}

/// The newest operation on a stack, as its events show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Its first status: `UPDATE_IN_PROGRESS`.
    pub began_as: String,
    /// When, in milliseconds since the epoch.
    pub began_ms: i64,
    /// Its client request token, if one of its events has one.
    pub token: Option<String>,
    /// Id of the newest event before it; none if it is the stack's first operation.
    pub last_event: Option<String>,
}

/// Finds the newest operation in a stack's events, newest first: all events since the stack was last
/// at rest. None if the events do not reach back to its beginning;
/// `whole` says that there are no older ones.
pub fn newest_operation(events: &[StackEvent], whole: bool) -> Option<Newest> {
    let of_itself = |e: &StackEvent| e.is_of_stack_itself();
    // The operation may just have ended.
    let after = events.iter().position(|e| of_itself(e) && !is_at_rest(&e.status))?;
    let rest = events[after..].iter().position(|e| of_itself(e) && is_at_rest(&e.status));
    let until = match rest {
        Some(rest) => after + rest,
        None if whole => events.len(),
        None => return None,
    };
    let own = &events[..until];
    let first = own.iter().rev().find(|e| of_itself(e))?;
    Some(Newest {
        began_as: first.status.clone(),
        began_ms: first.time_ms,
        token: own.iter().rev().find_map(|e| e.token.clone()),
        last_event: events.get(until).map(|e| e.id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;
    use proptest::prelude::*;

    fn read(
        events: &mut OperationEvents,
        stack: &str,
        history: &[StackEvent],
        page: usize,
    ) -> Vec<StackEvent> {
        let mut reading = events.read(stack);
        let newest_first: Vec<_> = history.iter().rev().cloned().collect();
        for chunk in newest_first.chunks(page.max(1)) {
            if !reading.page(chunk.to_vec()) {
                break;
            }
        }
        events.take(reading)
    }

    fn ids(events: &[StackEvent]) -> Vec<&str> {
        events.iter().map(|e| e.id.as_str()).collect()
    }

    #[test]
    fn history_from_before_the_operation_and_other_peoples_events_are_left_out() {
        let mut history: Vec<_> = (0..5).map(|n| event(n, "q", "CREATE_COMPLETE")).collect();
        let mut events = OperationEvents::new("arn:root", Some("t"), Some("e4".into()));
        history.push(event(5, "q", "UPDATE_IN_PROGRESS"));
        history.push(StackEvent { token: Some("other".into()), ..event(6, "q", "X") });
        history.push(StackEvent { token: None, ..event(7, "q", "UPDATE_COMPLETE") });
        assert_eq!(ids(&read(&mut events, "arn:root", &history, 2)), ["e5", "e7"]);
        assert!(read(&mut events, "arn:root", &history, 2).is_empty());
    }

    #[test]
    fn a_nested_stack_is_followed_from_the_moment_it_has_an_arn() {
        let mut events = OperationEvents::new("arn:root", Some("t"), None);
        let row = |n, physical: &str| StackEvent {
            resource_type: crate::stack::STACK_TYPE.into(),
            physical_id: physical.into(),
            ..event(n, "Nested", "CREATE_IN_PROGRESS")
        };
        read(&mut events, "arn:root", &[row(1, "")], 10);
        assert_eq!(events.stacks(), ["arn:root"]);
        read(&mut events, "arn:root", &[row(1, ""), row(2, "arn:nested")], 10);
        assert_eq!(events.stacks(), ["arn:nested", "arn:root"]);
        // What the nested stack did in an earlier deploy is not of this one.
        let inner = |n: i64| StackEvent {
            id: format!("n{n}"),
            stack_id: "arn:nested".into(),
            token: None,
            ..event(n, "q", "X")
        };
        assert_eq!(
            ids(&read(&mut events, "arn:nested", &[inner(1), inner(2), inner(3)], 2)),
            ["n2", "n3"]
        );
    }

    #[test]
    fn the_newest_operation_begins_after_the_stack_was_last_at_rest() {
        let own = |n, status: &str, token: &str| StackEvent {
            resource_type: crate::stack::STACK_TYPE.into(),
            physical_id: "arn:root".into(),
            token: Some(token.into()),
            ..event(n, "root", status)
        };
        let mut history = vec![
            own(0, "REVIEW_IN_PROGRESS", "a"),
            own(1, "CREATE_IN_PROGRESS", "a"),
            event(2, "q", "CREATE_COMPLETE"),
            own(3, "CREATE_COMPLETE", "a"),
            own(4, "UPDATE_IN_PROGRESS", "b"),
            event(5, "q", "UPDATE_FAILED"),
            own(6, "UPDATE_ROLLBACK_IN_PROGRESS", "b"),
        ];
        let newest = |history: &[StackEvent], whole| {
            let newest_first: Vec<_> = history.iter().rev().cloned().collect();
            newest_operation(&newest_first, whole)
        };
        let update = Newest {
            began_as: "UPDATE_IN_PROGRESS".into(),
            began_ms: 4_000,
            token: Some("b".into()),
            last_event: Some("e3".into()),
        };
        assert_eq!(newest(&history, true), Some(update.clone()));
        history.push(own(7, "UPDATE_ROLLBACK_COMPLETE", "b"));
        assert_eq!(newest(&history, true), Some(update), "it ended while it was looked at");
        assert_eq!(newest(&history[5..], false), None, "older pages are wanted");
        assert_eq!(newest(&history[1..3], true).unwrap().last_event, None);
        assert_eq!(newest(&history[..1], true), None);
    }

    proptest! {
        #[test]
        fn whatever_the_pages_each_event_is_returned_once_and_in_order(
            cuts in prop::collection::vec(0usize..40, 0..8),
            page in 1usize..12,
        ) {
            let history: Vec<_> = (0..40).map(|n| event(n, "q", "X")).collect();
            let mut cuts = cuts;
            cuts.sort_unstable();
            cuts.push(history.len());
            let mut events = OperationEvents::new("arn:root", Some("t"), None);
            let mut found = Vec::new();
            for cut in cuts {
                found.extend(read(&mut events, "arn:root", &history[..cut], page));
            }
            prop_assert_eq!(found, history);
        }
    }
}
