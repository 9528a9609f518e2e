//! Stack events: from pages, newest first, to each new event once, oldest first. Who reads the
//! pages and who shows the events is not known here.

use super::StackEvent;
use std::collections::{BTreeMap, HashSet};

/// The stacks of one operation, and how far each has been read.
#[derive(Debug, Clone)]
pub struct Trail {
    root: String,
    token: String,
    stacks: BTreeMap<String, Mark>,
    seen: HashSet<String>,
}

/// How far a stack's events have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    /// The newest event that was there before, if that is known.
    last: Option<String>,
    /// Nothing before this belongs to the operation.
    since_ms: i64,
}

/// One reading of one stack's events. Feed it pages until it wants no more.
#[derive(Debug)]
pub struct Reading {
    stack: String,
    mark: Mark,
    newest: Option<String>,
    fresh: Vec<StackEvent>,
}

impl Trail {
    /// The trail of the operation with this token on the stack with this ARN. `last` is the id of
    /// the newest event from before the operation: no clock has to be trusted, and a long history
    /// is not read.
    pub fn new(root: &str, token: &str, last: Option<String>) -> Self {
        let mark = Mark { last, since_ms: i64::MIN };
        Self {
            root: root.to_owned(),
            token: token.to_owned(),
            stacks: BTreeMap::from([(root.to_owned(), mark)]),
            seen: HashSet::new(),
        }
    }

    /// ARN of the stack that the operation is on.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// ARNs of the stacks to read: the root, and those in it that have shown up.
    pub fn stacks(&self) -> Vec<String> {
        self.stacks.keys().cloned().collect()
    }

    /// Begins to read a stack of this trail.
    pub fn read(&self, stack: &str) -> Reading {
        let mark = self.stacks.get(stack).cloned();
        Reading {
            stack: stack.to_owned(),
            mark: mark.unwrap_or(Mark { last: None, since_ms: i64::MIN }),
            newest: None,
            fresh: Vec::new(),
        }
    }

    /// Ends a reading: the operation's events that were not told before, oldest first. Stacks in
    /// the stack are followed from now on.
    pub fn take(&mut self, reading: Reading) -> Vec<StackEvent> {
        let Reading { stack, mark, newest, fresh } = reading;
        let mark = Mark { last: newest.or(mark.last), ..mark };
        self.stacks.insert(stack, mark);
        let mut new = Vec::new();
        for event in fresh.into_iter().rev() {
            // An event without a token is not filtered out: nobody else can be at work on the
            // stack meanwhile, and what a rollback or a nested stack does need not carry it.
            let ours = event.token.as_deref().is_none_or(|t| t == self.token);
            if !ours || !self.seen.insert(event.id.clone()) {
                continue;
            }
            if event.is_of_nested_stack() && event.physical_id.starts_with("arn:") {
                let mark = Mark { last: None, since_ms: event.time_ms };
                self.stacks.entry(event.physical_id.clone()).or_insert(mark);
            }
            new.push(event);
        }
        new
    }
}

impl Reading {
    /// Takes a page, newest first; says whether the next one is wanted.
    pub fn page(&mut self, events: Vec<StackEvent>) -> bool {
        for event in events {
            if self.mark.last.as_deref() == Some(event.id.as_str())
                || event.time_ms < self.mark.since_ms
            {
                return false;
            }
            self.newest.get_or_insert_with(|| event.id.clone());
            self.fresh.push(event);
        }
        true
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn event(n: i64, logical_id: &str, status: &str) -> StackEvent {
        StackEvent {
            id: format!("e{n}"),
            stack_id: "arn:root".into(),
            stack_name: "root".into(),
            logical_id: logical_id.into(),
            physical_id: format!("{logical_id}-id"),
            resource_type: "AWS::SQS::Queue".into(),
            status: status.into(),
            reason: None,
            time_ms: n * 1_000,
            token: Some("t".into()),
        }
    }

    fn read(
        trail: &mut Trail,
        stack: &str,
        history: &[StackEvent],
        page: usize,
    ) -> Vec<StackEvent> {
        let mut reading = trail.read(stack);
        let newest_first: Vec<_> = history.iter().rev().cloned().collect();
        for chunk in newest_first.chunks(page.max(1)) {
            if !reading.page(chunk.to_vec()) {
                break;
            }
        }
        trail.take(reading)
    }

    fn ids(events: &[StackEvent]) -> Vec<&str> {
        events.iter().map(|e| e.id.as_str()).collect()
    }

    #[test]
    fn history_from_before_the_operation_and_other_peoples_events_are_left_out() {
        let mut history: Vec<_> = (0..5).map(|n| event(n, "q", "CREATE_COMPLETE")).collect();
        let mut trail = Trail::new("arn:root", "t", Some("e4".into()));
        history.push(event(5, "q", "UPDATE_IN_PROGRESS"));
        history.push(StackEvent { token: Some("other".into()), ..event(6, "q", "X") });
        history.push(StackEvent { token: None, ..event(7, "q", "UPDATE_COMPLETE") });
        assert_eq!(ids(&read(&mut trail, "arn:root", &history, 2)), ["e5", "e7"]);
        assert!(read(&mut trail, "arn:root", &history, 2).is_empty());
    }

    #[test]
    fn a_nested_stack_is_followed_from_the_moment_it_has_an_arn() {
        let mut trail = Trail::new("arn:root", "t", None);
        let row = |n, physical: &str| StackEvent {
            resource_type: super::super::stack::STACK_TYPE.into(),
            physical_id: physical.into(),
            ..event(n, "Nested", "CREATE_IN_PROGRESS")
        };
        read(&mut trail, "arn:root", &[row(1, "")], 10);
        assert_eq!(trail.stacks(), ["arn:root"]);
        read(&mut trail, "arn:root", &[row(1, ""), row(2, "arn:nested")], 10);
        assert_eq!(trail.stacks(), ["arn:nested", "arn:root"]);
        // What the nested stack did in an earlier deploy is not of this one.
        let inner = |n: i64| StackEvent {
            id: format!("n{n}"),
            stack_id: "arn:nested".into(),
            token: None,
            ..event(n, "q", "X")
        };
        assert_eq!(
            ids(&read(&mut trail, "arn:nested", &[inner(1), inner(2), inner(3)], 2)),
            ["n2", "n3"]
        );
    }

    proptest! {
        #[test]
        fn however_the_pages_fall_each_event_is_told_once_and_in_order(
            cuts in prop::collection::vec(0usize..40, 0..8),
            page in 1usize..12,
        ) {
            let history: Vec<_> = (0..40).map(|n| event(n, "q", "X")).collect();
            let mut cuts = cuts;
            cuts.sort_unstable();
            cuts.push(history.len());
            let mut trail = Trail::new("arn:root", "t", None);
            let mut told = Vec::new();
            for cut in cuts {
                told.extend(read(&mut trail, "arn:root", &history[..cut], page));
            }
            prop_assert_eq!(told, history);
        }
    }
}
