//! What this process heard from events of late, so that a list that is behind does not undo it.

use crate::fleet::Execution;
use crate::notice::Way;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long what was heard is remembered: far longer than ListExecutions is behind, and short
/// enough that a machine deleted and made anew under its name does not keep its old runs.
const REMEMBERED: Duration = Duration::from_secs(600);
/// Executions remembered of one machine, and machines remembered at all.
const MAX_RUNS: usize = 16;
const MAX_MACHINES: usize = 4_096;

/// Executions by machine ARN, newest last. It is a help, not a promise: another process of the
/// function knows nothing of it. What must hold holds by the confirmations.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    machines: Mutex<HashMap<String, Vec<(Instant, Execution)>>>,
}

impl Recent {
    /// Remembers an execution of a machine.
    pub fn remember(&self, machine_arn: &str, execution: Execution) {
        let now = Instant::now();
        let mut machines = self.machines();
        if machines.len() >= MAX_MACHINES && !machines.contains_key(machine_arn) {
            machines.retain(|_, heard| heard.last().is_some_and(|(at, _)| fresh(*at, now)));
            let longest_ago = machines.iter().min_by_key(|(_, heard)| heard.last().map(|h| h.0));
            let longest_ago = longest_ago.map(|(arn, _)| arn.clone());
            if let Some(arn) = longest_ago.filter(|_| machines.len() >= MAX_MACHINES) {
                machines.remove(&arn);
            }
        }
        let heard = machines.entry(machine_arn.to_owned()).or_default();
        heard.retain(|(at, known)| fresh(*at, now) && *known != execution);
        if heard.len() >= MAX_RUNS {
            heard.remove(0);
        }
        heard.push((now, execution));
    }

    /// What is remembered of a machine.
    pub fn of(&self, machine_arn: &str) -> Vec<Execution> {
        let now = Instant::now();
        let machines = self.machines();
        let heard = machines.get(machine_arn).into_iter().flatten();
        heard.filter(|(at, _)| fresh(*at, now)).map(|(_, execution)| execution.clone()).collect()
    }

    fn machines(&self) -> MutexGuard<'_, HashMap<String, Vec<(Instant, Execution)>>> {
        self.machines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt at an execution: its ARN, and how often it was redriven.
pub(crate) type Attempt = (String, u32);

/// The failed items of the last run of each machine that was looked into: what has succeeded does
/// not change, and ListMapRuns gives back one call a second.
#[derive(Debug, Default)]
pub(crate) struct LookedInto {
    machines: Mutex<HashMap<String, (Attempt, u64)>>,
}

impl LookedInto {
    /// The items of this attempt, if it is the last that was seen.
    pub fn items(&self, machine_arn: &str, attempt: &Attempt) -> Option<u64> {
        let machines = self.machines.lock().unwrap_or_else(PoisonError::into_inner);
        machines.get(machine_arn).filter(|(seen, _)| seen == attempt).map(|(_, items)| *items)
    }

    /// Remembers the items of an attempt.
    pub fn remember(&self, machine_arn: &str, attempt: Attempt, items: u64) {
        let mut machines = self.machines.lock().unwrap_or_else(PoisonError::into_inner);
        machines.insert(machine_arn.to_owned(), (attempt, items));
    }
}

/// The attempts that were told last, by machine and way: an event that comes twice to one process is
/// told once, and one that has come through by one way comes again for the other alone. Between
/// processes it may be told twice, which is better than not at all.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<HashMap<String, (Attempt, Vec<Way>)>>);

impl Told {
    /// Whether this attempt was told this way.
    pub fn contains(&self, machine_arn: &str, attempt: &Attempt, way: Way) -> bool {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(machine_arn).is_some_and(|(last, ways)| last == attempt && ways.contains(&way))
    }

    /// Remembers that it was.
    pub fn remember(&self, machine_arn: &str, attempt: &Attempt, way: Way) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match told.get_mut(machine_arn) {
            Some((last, ways)) if last == attempt => ways.push(way),
            _ => drop(told.insert(machine_arn.to_owned(), (attempt.clone(), vec![way]))),
        }
    }
}

fn fresh(at: Instant, now: Instant) -> bool {
    now.duration_since(at) < REMEMBERED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn execution(number: usize) -> Execution {
        Execution {
            arn: number.to_string(),
            status: "FAILED".into(),
            start_ms: 1,
            stop_ms: Some(2),
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_heard_is_forgotten_in_time() {
        let recent = Recent::default();
        recent.remember("m", execution(1));
        recent.remember("m", execution(1));
        tokio::time::advance(REMEMBERED / 2).await;
        recent.remember("m", execution(2));
        assert_eq!(recent.of("m").len(), 2);
        tokio::time::advance(REMEMBERED / 2).await;
        assert_eq!(recent.of("m"), [execution(2)]);
        assert!(recent.of("another").is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_within_its_bounds_and_forgets_the_oldest_first() {
        let recent = Recent::default();
        for number in 0..MAX_RUNS + 5 {
            recent.remember("m", execution(number));
        }
        assert_eq!(recent.of("m").len(), MAX_RUNS);
        assert_eq!(recent.of("m")[0], execution(5));
        for number in 0..MAX_MACHINES + 10 {
            tokio::time::advance(Duration::from_millis(1)).await;
            recent.remember(&format!("m{number}"), execution(0));
        }
        assert_eq!(recent.machines().len(), MAX_MACHINES);
        assert!(recent.of("m").is_empty() && !recent.of("m4100").is_empty());
    }
}
