//! What lives as long as the process, and what sweeps and hints have in common: from what was read
//! of a machine to its points and confirmations, and publishing them.

use crate::confirm::{
    CHANGING, Confirmation, Confirmations, DELAY, Delayed, MAX_MESSAGES, VERSION, Word, max_hops,
};
use crate::duration_limit;
use crate::expected::{oldest_running, overdue};
use crate::fleet::{Fleet, Machine};
use crate::history::{History, Verdict};
use crate::publish::{Point, Publisher, batches};
use crate::reader::Reader;
use crate::recent::{LookedInto, Recent, Told};
use crate::retry::{CallError, Failure, Kind, until};
use crate::{Budget, Calls, Settings};
use guardian_contract::{MachineKey, Semantics, count, deciding_runs, running_runs};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// How long a point waits for others to be published with: far less than
/// [`crate::confirm::PUBLISH_LAG`], so that a sweep that is paced for minutes does not publish
/// what events have made old.
pub(crate) const GATHER: Duration = Duration::from_secs(15);

/// Watches the machines: sweeps them all, and answers hints about single ones.
#[derive(Debug)]
pub struct Watcher<F, P, O> {
    pub(crate) fleet: Arc<F>,
    pub(crate) publisher: P,
    pub(crate) outbox: O,
    pub(crate) settings: Arc<Settings>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) recent: Arc<Recent>,
    looked_into: Arc<LookedInto>,
    pub(crate) told: Told,
    pub(crate) clock: Clock,
    memory: Mutex<Memory>,
}

/// What the last sweeps of this process found.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Machine ARN to the instant at which the sweep began that last reached it.
    pub reached: HashMap<String, Instant>,
    /// Machines that were listed and have their metric.
    pub owners: HashSet<String>,
    /// Machines whose metric is another's.
    pub shadowed: HashSet<String>,
}

/// Tells the time of day.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that asks this.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }

    pub(crate) fn now_ms(&self) -> i64 {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What is to be said of a machine.
#[derive(Debug)]
pub(crate) struct Look {
    pub verdict: Verdict,
    pub points: Vec<Point>,
    pub confirmation: Option<Delayed>,
}

/// What became of publishing.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Positions of the points that were not accepted.
    pub refused: HashSet<usize>,
    pub error: Option<CallError>,
}

impl<F: Fleet, P: Publisher, O: Confirmations> Watcher<F, P, O> {
    /// Watches these.
    pub fn new(fleet: F, publisher: P, outbox: O, settings: Settings) -> Self {
        let budget = Budget::new(settings.list_burst, settings.list_refill);
        Self {
            fleet: Arc::new(fleet),
            publisher,
            outbox,
            settings: Arc::new(settings),
            budget: Arc::new(budget),
            recent: Arc::default(),
            looked_into: Arc::default(),
            told: Told::default(),
            clock: Clock::new(SystemTime::now),
            memory: Mutex::default(),
        }
    }

    /// The same with another clock.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Where machines are read.
    pub fn fleet(&self) -> &F {
        &self.fleet
    }

    /// Where points go.
    pub fn publisher(&self) -> &P {
        &self.publisher
    }

    /// Where messages go.
    pub fn outbox(&self) -> &O {
        &self.outbox
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reader(&self, deadline: Instant, calls: &Arc<Calls>) -> Reader<F> {
        Reader {
            fleet: Arc::clone(&self.fleet),
            settings: Arc::clone(&self.settings),
            budget: Arc::clone(&self.budget),
            recent: Arc::clone(&self.recent),
            looked_into: Arc::clone(&self.looked_into),
            calls: Arc::clone(calls),
            deadline,
        }
    }

    /// What is to be said of a machine with this history. `hop` confirmations have led to it.
    pub(crate) fn look(
        &self,
        machine: &Machine,
        key: &MachineKey,
        history: &History,
        hop: u32,
    ) -> Look {
        let now_ms = self.clock.now_ms();
        let verdict = history.verdict(&self.settings, key, now_ms);
        let mut points = self.declared(machine, key, history, now_ms);
        let (Verdict::Status { code, .. } | Verdict::Held { code, .. }) = verdict;
        points.extend(code.map(|code| Point::status(key, code)));
        let window_ms = i64::try_from(CHANGING.as_millis()).unwrap_or(i64::MAX);
        let changing = history.changed_within(&self.settings, now_ms, window_ms);
        let confirm = (code.is_some() && changing).then_some(DELAY);
        let (again, settling) = match verdict {
            Verdict::Status { .. } => (confirm, false),
            Verdict::Held { until_ms, .. } => {
                let left = until_ms.map(|until| u64::try_from(until - now_ms).unwrap_or(0));
                (left.map(Duration::from_millis).into_iter().chain(confirm).min(), true)
            }
        };
        let confirmation = again.filter(|_| self.settings.queue_url.is_some()).and_then(|delay| {
            if hop >= max_hops(self.settings.watch.of(key).settle_s.unwrap_or(0)) {
                let machine = machine.name.as_str();
                tracing::warn!(machine, hop, "not confirmed any more; the next sweep reads it");
                return None;
            }
            let confirmation = Confirmation {
                guardian: Word::Confirm,
                v: VERSION,
                hop: hop + 1,
                machine_arn: machine.arn.clone(),
                runs: history.worth_telling(&self.settings),
                settling,
            };
            Some(confirmation.after(delay))
        });
        Look { verdict, points, confirmation }
    }

    /// The points of what a machine declares; none for one that declares nothing.
    fn declared(
        &self,
        machine: &Machine,
        key: &MachineKey,
        history: &History,
        now_ms: i64,
    ) -> Vec<Point> {
        let declared = self.settings.watch.of(key);
        let finished = deciding_runs(Semantics::LastFinished, self.settings.aborted, &history.runs);
        let mut points = Vec::new();
        let limit_s = duration_limit::limit_s(&declared, &history.runs);
        match overdue(&declared, limit_s, &finished, machine.created_ms, now_ms) {
            Ok(seconds) => points.extend(seconds.map(|s| Point::overdue(key, s))),
            Err(reason) => {
                tracing::error!(machine = machine.name, reason, "its schedule cannot be read");
            }
        }
        if declared.limits() {
            let seconds = oldest_running(&running_runs(&history.runs), now_ms);
            points.push(Point::oldest_running(key, seconds));
            if declared.limits_by_p99() {
                let over = limit_s.map_or(0.0, |limit| (seconds - limit).max(0.0));
                points.push(Point::overrun(key, over));
            }
        }
        points.extend(history.incomplete.map(|items| Point::incomplete(key, items)));
        points
    }

    /// Publishes all batches, each whatever became of the others; a heartbeat, which is the last
    /// point, only when all before it are through.
    pub(crate) async fn publish(
        &self,
        points: Vec<Point>,
        deadline: Instant,
        calls: &Calls,
    ) -> Published {
        let at = self.clock.now();
        let mut published = Published::default();
        let mut first = 0;
        for mut batch in batches(points) {
            let mut positions = first..first + batch.len();
            first = positions.end;
            if published.error.is_some() && batch.last().is_some_and(Point::is_heartbeat) {
                batch.pop();
                positions.end -= 1;
                published.refused.insert(positions.end);
            }
            if batch.is_empty() {
                continue;
            }
            let call = until(deadline, &calls.put_metric_data, None, || {
                self.publisher.publish(&batch, at)
            });
            if let Err(failure) = call.await {
                published.refused.extend(positions);
                published.error.get_or_insert(failure.into_error());
            }
        }
        published
    }

    /// Sends all confirmations, each call whatever became of the others; gives back the ARNs of the
    /// machines whose confirmations are not in the queue.
    pub(crate) async fn send(
        &self,
        mut requests: Vec<(String, Delayed)>,
        deadline: Instant,
        calls: &Calls,
    ) -> (HashSet<String>, Option<CallError>) {
        let mut refused = HashSet::new();
        let mut error = None;
        while !requests.is_empty() {
            let rest = requests.split_off(requests.len().min(MAX_MESSAGES));
            let batch = std::mem::replace(&mut requests, rest);
            let messages: Vec<Delayed> = batch.iter().map(|(_, message)| message.clone()).collect();
            let call = until(deadline, &calls.send_message, None, || self.outbox.send(&messages));
            let positions = match call.await {
                Ok(positions) => positions,
                Err(failure) => {
                    error.get_or_insert(failure.into_error());
                    (0..batch.len()).collect()
                }
            };
            let machines = batch.into_iter().enumerate().filter(|(at, _)| positions.contains(at));
            refused.extend(machines.map(|(_, (machine_arn, _))| machine_arn));
        }
        if !refused.is_empty() && error.is_none() {
            error = Some(CallError {
                kind: Kind::Transient,
                code: "Refused".to_owned(),
                message: format!("the queue refused {}", count(refused.len(), "message")),
            });
        }
        (refused, error)
    }
}

impl Failure {
    pub(crate) fn into_error(self) -> CallError {
        match self {
            Failure::Error(error) => error,
            Failure::Deadline(last) => CallError {
                kind: Kind::Transient,
                code: "Deadline".to_owned(),
                message: match last {
                    Some(last) => {
                        format!("the function's time ran out; the last answer was {last}")
                    }
                    None => "the function's time ran out".to_owned(),
                },
            },
        }
    }
}

/// When to stop reading and when to stop publishing: a part of the time, from half a second to
/// five, is kept for publishing, and a little for the answer.
pub(crate) fn deadlines(now: Instant, remaining: Duration) -> (Instant, Instant) {
    let answer = (remaining / 10).min(Duration::from_millis(500));
    let reserve = (remaining * 3 / 20).clamp(Duration::from_millis(500), Duration::from_secs(5));
    let publish_until = now + (remaining - answer);
    let read_until = now + remaining.saturating_sub(answer + reserve);
    (read_until, publish_until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_kept_for_publishing_however_little_there_is() {
        let now = Instant::now();
        for ms in [0, 1, 300, 1_000, 3_000, 30_000, 900_000] {
            let remaining = Duration::from_millis(ms);
            let (read, publish) = deadlines(now, remaining);
            assert!(read <= publish && publish <= now + remaining, "{ms}");
            assert!(ms < 1_000 || (publish - read >= Duration::from_millis(500) && read > now));
        }
    }
}
