//! How long a deploy may still take, from what earlier deploys of the same stack took. A guess, and
//! told as one.

use crate::StackEvent;
use crate::progress::Progress;
use crate::state::{is_applied, is_at_rest};
use std::collections::BTreeMap;

/// What is known of earlier deploys, and what this one does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Logical ids of the resources that change.
    pub planned: Vec<String>,
    /// What earlier deploys took.
    pub past: Past,
}

/// What earlier deploys took, by the newest one in which it happened. Times are milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// How long each resource took, by logical id.
    took: BTreeMap<String, i64>,
    /// How long after the beginning of its deploy each was done: what it waits for is in it.
    done_after: BTreeMap<String, i64>,
}

impl Past {
    /// From a stack's events, newest first. A deploy whose beginning is not among them counts for
    /// what its resources took alone.
    pub fn of(newest_first: &[StackEvent]) -> Self {
        let mut past = Self::default();
        let mut progress = Progress::default();
        let mut began = None;
        for event in newest_first.iter().rev() {
            let took = progress.take(event);
            if event.is_of_stack_itself() {
                if is_at_rest(&event.status) {
                    began = None;
                } else if began.is_none() {
                    began = Some(event.time_ms);
                }
                continue;
            }
            // The duration of a failure or a rollback says nothing about a successful deploy.
            let applied = is_applied(&event.status);
            if let Some(took) = took.filter(|_| applied) {
                past.took.insert(event.logical_id.clone(), took);
                if let Some(began) = began {
                    past.done_after.insert(event.logical_id.clone(), event.time_ms - began);
                }
            }
        }
        past
    }
}

/// How long it may still take, in milliseconds; none where nothing is known of what is left.
pub fn remaining(expected: &Expected, progress: &Progress, now_ms: i64) -> Option<i64> {
    let began = progress.events().first()?.time_ms;
    let under_way = progress.under_way();
    let running = under_way
        .iter()
        .filter_map(|row| Some(expected.past.took.get(&row.logical_id)? - (now_ms - row.began_ms)));
    let begun = |id: &String| progress.events().iter().any(|e| &e.logical_id == id);
    let waiting = expected.planned.iter().filter(|id| !begun(id)).filter_map(|id| {
        let after = expected.past.done_after.get(id)?;
        // It has yet to begin, so it takes at least what it took.
        Some((after - (now_ms - began)).max(*expected.past.took.get(id)?))
    });
    running.chain(waiting).max().map(|left| left.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::event;
    use crate::stack::STACK_TYPE;

    fn own(second: i64, status: &str) -> StackEvent {
        StackEvent {
            resource_type: STACK_TYPE.into(),
            physical_id: "arn:root".into(),
            ..event(second, "root", status)
        }
    }

    /// A deploy in which A takes 10 s, and B 5 s after it.
    fn past() -> Past {
        let mut events = vec![
            own(0, "UPDATE_IN_PROGRESS"),
            event(1, "A", "UPDATE_IN_PROGRESS"),
            event(11, "A", "UPDATE_COMPLETE"),
            event(12, "B", "UPDATE_IN_PROGRESS"),
            event(17, "B", "UPDATE_COMPLETE"),
            own(18, "UPDATE_COMPLETE"),
            own(100, "UPDATE_IN_PROGRESS"),
            event(101, "A", "UPDATE_IN_PROGRESS"),
            event(103, "A", "UPDATE_FAILED"),
            own(104, "UPDATE_ROLLBACK_IN_PROGRESS"),
            own(105, "UPDATE_ROLLBACK_COMPLETE"),
        ];
        events.reverse();
        Past::of(&events)
    }

    fn left(so_far: &[StackEvent], now_seconds: i64) -> Option<i64> {
        let planned = vec!["A".to_owned(), "B".to_owned()];
        let mut progress = Progress::default();
        for event in so_far {
            progress.take(event);
        }
        remaining(&Expected { planned, past: past() }, &progress, now_seconds * 1_000)
    }

    #[test]
    fn what_is_left_is_guessed_from_the_last_deploy_that_went_well() {
        let begun = [own(200, "UPDATE_IN_PROGRESS"), event(201, "A", "UPDATE_IN_PROGRESS")];
        assert_eq!(left(&begun, 201), Some(16_000), "B was done 17 s after the beginning");
        assert_eq!(left(&begun, 230), Some(5_000), "A is late; B takes its five seconds still");
        let a_done = [
            begun[0].clone(),
            begun[1].clone(),
            event(206, "A", "UPDATE_COMPLETE"),
            event(207, "B", "UPDATE_IN_PROGRESS"),
        ];
        assert_eq!(left(&a_done, 209), Some(3_000));
        assert_eq!(left(&a_done, 300), Some(0));
    }

    #[test]
    fn without_history_nothing_is_guessed() {
        let events = [own(0, "CREATE_IN_PROGRESS"), event(1, "A", "CREATE_IN_PROGRESS")];
        let mut progress = Progress::default();
        for event in &events {
            progress.take(event);
        }
        let expected = Expected { planned: vec!["A".into()], past: Past::of(&[]) };
        assert_eq!(remaining(&expected, &progress, 5_000), None);
        assert_eq!(remaining(&Expected::default(), &Progress::default(), 0), None);
        assert_eq!(Past::of(&[own(0, "REVIEW_IN_PROGRESS")]), Past::default());
    }
}
