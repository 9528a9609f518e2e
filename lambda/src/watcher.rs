//! What sweeps, ticks and batches have in common: the ports, the clock, and publishing points.

use crate::delivery::Delivery;
use crate::fleet::Fleet;
use crate::notice::Notifications;
use crate::publish::{Point, Publisher, batches};
use crate::reader::Reader;
use crate::retry::{CallError, Failure, Kind, until};
use crate::table::{Store, Table};
use crate::{Budget, Calls, Settings};
use guardian_contract::{Declared, Evaluation, MachineKey};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// All that the function talks to.
pub trait Ports: Fleet + Publisher + Notifications + Table + Delivery {}
impl<P: Fleet + Publisher + Notifications + Table + Delivery> Ports for P {}

/// How long a point waits for others to be published with, so that a sweep that is paced for minutes
/// does not publish what is old by then.
pub(crate) const GATHER: Duration = Duration::from_secs(15);

/// Watches the machines: by ticks and events with a table, by sweeps without one.
#[derive(Debug)]
pub struct Watcher<P> {
    pub(crate) ports: Arc<P>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) clock: Clock,
}

/// A clock, in milliseconds since the epoch.
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

/// The result of publishing.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Positions of the points that were not accepted.
    pub refused: HashSet<usize>,
    pub error: Option<CallError>,
}

impl<P: Ports> Watcher<P> {
    /// Watches with these.
    pub fn new(ports: P, settings: Settings) -> Self {
        let budget = Budget::new(settings.list_burst, settings.list_refill);
        Self {
            ports: Arc::new(ports),
            settings: Arc::new(settings),
            budget: Arc::new(budget),
            clock: Clock::new(SystemTime::now),
        }
    }

    /// The same with another clock.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What it talks to.
    pub fn ports(&self) -> &P {
        &self.ports
    }

    pub(crate) fn reader(
        &self,
        budget: &Arc<Budget>,
        deadline: Instant,
        calls: &Arc<Calls>,
    ) -> Reader<P> {
        Reader {
            fleet: Arc::clone(&self.ports),
            settings: Arc::clone(&self.settings),
            budget: Arc::clone(budget),
            calls: Arc::clone(calls),
            deadline,
        }
    }

    pub(crate) fn store<'a>(&'a self, deadline: Instant, calls: &'a Calls) -> Store<'a, P> {
        let incidents_s = i64::from(self.settings.incident_days) * 86_400;
        Store { table: &*self.ports, calls, deadline, incidents_s }
    }

    /// Whether there is a state table.
    pub(crate) fn has_table(&self) -> bool {
        self.settings.table.is_some()
    }

    /// Whether a machine has metrics of its own.
    pub(crate) fn has_metrics(&self, key: &MachineKey) -> bool {
        self.settings.guarded.as_ref().is_none_or(|guarded| guarded.contains(key.as_str()))
    }

    /// Publishes all batches, each independently of the others; a heartbeat, which is the last
    /// point, only after all before it were accepted.
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
            let call =
                until(deadline, &calls.put_metric_data, None, || self.ports.publish(&batch, at));
            if let Err(failure) = call.await {
                published.refused.extend(positions);
                published.error.get_or_insert(failure.into_error());
            }
        }
        published
    }
}

/// The points of a machine with metrics of its own: its status, and what it declares.
pub(crate) fn points(key: &MachineKey, declared: &Declared, judged: &Evaluation) -> Vec<Point> {
    let mut points: Vec<Point> =
        judged.overdue_s.iter().map(|seconds| Point::overdue(key, *seconds)).collect();
    if declared.limits() {
        points.push(Point::oldest_running(key, judged.running_s));
        if declared.limits_by_p99() {
            points.push(Point::overrun(key, judged.overrun_s));
        }
    }
    points.extend(judged.incomplete.map(|items| Point::incomplete(key, items)));
    points.extend(judged.code.map(|code| Point::status(key, code)));
    points
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
