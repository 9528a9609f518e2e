//! An estimate of the remaining time of a deploy, from the durations of earlier deploys of the stack.

use crate::StackEvent;
use crate::progress::Progress;
use crate::state::{is_applied, is_at_rest};
use std::collections::BTreeMap;

/// The changes of a deploy, and the durations of earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Logical ids of the resources that change.
    pub planned: Vec<String>,
    /// Durations of earlier deploys.
    pub past: Past,
}

/// Durations in earlier deploys; of each resource in the newest one. Times are milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Duration of each resource, by logical id.
    took: BTreeMap<String, i64>,
    /// Time from the start of the deploy until each resource was complete, its dependencies included.
    done_after: BTreeMap<String, i64>,
}

impl Past {
    /// Reads a stack's events, newest first. Of a deploy whose first event is missing, only the
    /// durations of its resources count.
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

/// The remaining time in milliseconds; none if no duration of a remaining resource is known.
pub fn remaining(expected: &Expected, progress: &Progress, now_ms: i64) -> Option<i64> {
    let began = progress.events().first()?.time_ms;
    let in_progress = progress.in_progress();
    let running = in_progress
        .iter()
        .filter_map(|row| Some(expected.past.took.get(&row.logical_id)? - (now_ms - row.began_ms)));
    let begun = |id: &String| progress.events().iter().any(|e| &e.logical_id == id);
    let waiting = expected.planned.iter().filter(|id| !begun(id)).filter_map(|id| {
        let after = expected.past.done_after.get(id)?;
        // It has not begun, so at least its own duration remains.
        Some((after - (now_ms - began)).max(*expected.past.took.get(id)?))
    });
    running.chain(waiting).max().map(|left| left.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{event, stack_event as own};

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
    fn the_remaining_time_is_estimated_from_the_last_successful_deploy() {
        let begun = [own(200, "UPDATE_IN_PROGRESS"), event(201, "A", "UPDATE_IN_PROGRESS")];
        assert_eq!(left(&begun, 201), Some(16_000), "B was done 17 s after the beginning");
        assert_eq!(left(&begun, 230), Some(5_000), "A is late; the five seconds of B remain");
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
    fn without_history_there_is_no_estimate() {
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
