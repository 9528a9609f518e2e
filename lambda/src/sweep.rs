//! One sweep without a state table, as the published recipe has it: list, read, publish.

use crate::fleet::Machine;
use crate::history::{History, Verdict};
use crate::publish::Point;
use crate::reader::{Outcome, Seen, Target};
use crate::retry::CallError;
use crate::roster::{self, Roster};
use crate::watcher::{GATHER, Ports, Watcher, deadlines};
use crate::{Calls, Summary};
use guardian_contract::{
    MachineKey, Semantics, count, deciding_runs, limit_s, oldest_running, overdue, p99_ms,
    running_runs,
};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A sweep that could not list every machine, or could not publish what it read. What could be
/// done was done: `summary` says what.
#[derive(Debug)]
pub struct SweepError {
    /// What went wrong.
    pub reasons: Vec<String>,
    /// What was done all the same.
    pub summary: Box<Summary>,
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read: usize = self.summary.by_status.values().sum();
        write!(
            f,
            "{} ({read} of {} read, {} published)",
            self.reasons.join("; "),
            count(self.summary.machines, "machine"),
            count(self.summary.published, "point")
        )
    }
}
impl std::error::Error for SweepError {}

/// What a sweep has gathered and not yet published.
#[derive(Debug, Default)]
struct Gathered {
    points: Vec<Point>,
    since: Option<Instant>,
}

impl<P: Ports> Watcher<P> {
    /// Sweeps once, within `remaining`. Reading stops early enough that what was read can still be
    /// published; machines that were not reached are counted as unread.
    pub async fn sweep(&self, remaining: Duration) -> Result<Summary, SweepError> {
        let started = Instant::now();
        let (read_until, publish_until) = deadlines(started, remaining);
        let calls = Arc::new(Calls::default());
        let mut summary = Summary::default();
        let mut reasons = Vec::new();

        let (listed, broken) = roster::list(&*self.ports, read_until, &calls).await;
        if let Some(error) = broken {
            tracing::error!(code = error.code, error = error.message, "listing broke off");
            reasons.push(format!("listing machines broke off after {}: {error}", listed.len()));
        }
        let roster = Roster::of(listed, &self.settings);
        let queue = queue(roster, &mut summary);
        // These are refused for their names, and count as unguarded.
        let refused = summary.failed;
        let (mut seen, tasks) = self.reader(&self.budget, read_until, &calls).read_all(queue);
        let mut gathered = Gathered::default();
        loop {
            let next = match gathered.since {
                None => Ok(seen.recv().await),
                Some(since) => timeout_at(since + GATHER, seen.recv()).await,
            };
            match next {
                Ok(Some(one)) => {
                    self.count(one, &mut summary, &mut gathered);
                }
                Ok(None) => break,
                Err(_) => {
                    let part = std::mem::take(&mut gathered);
                    let done = self.deliver(part, publish_until, &calls, &mut summary).await;
                    reasons.extend(done.err().into_iter().flatten());
                }
            }
        }
        tasks.join_all().await;
        if summary.unread > 0 {
            tracing::warn!(
                unread = summary.unread,
                machines = summary.machines,
                "no time was left for these machines; their lights hold"
            );
        }

        let deployment = self.settings.deployment.as_deref();
        if reasons.is_empty() {
            let unguarded = summary.unguarded.map(|count| Point::unguarded(count, deployment));
            gathered.points.extend(unguarded);
        } else {
            summary.unguarded = None;
        }
        let unread = summary.failed - refused;
        // A sweep that did not list every machine must not clear an alarm.
        if self.settings.guarded.is_some() && (unread > 0 || reasons.is_empty()) {
            gathered.points.push(Point::unread(unread, deployment));
        }
        let read: usize = summary.by_status.values().sum();
        let none_readable = summary.failed > 0 && read + summary.held == 0;
        // The package has other settings than the template: that must raise an alarm.
        let as_deployed = self.settings.mismatch.is_none();
        if reasons.is_empty() && summary.unread == 0 && !none_readable && as_deployed {
            gathered.points.push(Point::heartbeat(deployment));
        }
        let done = self.deliver(gathered, publish_until, &calls, &mut summary).await;
        reasons.extend(done.err().into_iter().flatten());

        summary.calls = calls.counts();
        summary.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        for reason in reasons.iter().chain(&self.settings.mismatch) {
            summary.error(reason.clone());
        }
        if reasons.is_empty() {
            Ok(summary)
        } else {
            Err(SweepError { reasons, summary: Box::new(summary) })
        }
    }

    /// Publishes and sends what was gathered; the error has a reason for each thing that failed.
    async fn deliver(
        &self,
        gathered: Gathered,
        deadline: Instant,
        calls: &Calls,
        summary: &mut Summary,
    ) -> Result<(), Vec<String>> {
        let Gathered { mut points, .. } = gathered;
        points.sort_by(|a, b| (a.is_heartbeat(), &a.metric).cmp(&(b.is_heartbeat(), &b.metric)));
        let heartbeat = points.last().is_some_and(Point::is_heartbeat).then(|| points.len() - 1);
        let count = points.len();
        let published = self.publish(points, deadline, calls).await;
        summary.published += count - published.refused.len();
        summary.heartbeat |= heartbeat.is_some_and(|at| !published.refused.contains(&at));
        let mut reasons = Vec::new();
        if let Some(error) = published.error {
            tracing::error!(code = error.code, error = error.message, "points not published");
            reasons.push(format!("publishing broke off: {error}"));
        }
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// Counts what became of a machine, logs what is worth it, and gathers what is to be said.
    fn count(&self, seen: Seen, summary: &mut Summary, gathered: &mut Gathered) {
        let Seen { machine, key, outcome } = seen;
        let history = match outcome {
            Outcome::Read(history) => history,
            Outcome::Gone => {
                tracing::info!(machine = machine.name, "deleted since it was listed");
                summary.skipped += 1;
                return;
            }
            Outcome::Failed(error) => {
                let CallError { code, message, .. } = &error;
                tracing::warn!(machine = machine.name, code, error = message, "machine not read");
                summary.failed += 1;
                summary.error(format!("{}: {error}", machine.name));
                return;
            }
            Outcome::Unread => {
                summary.unread += 1;
                return;
            }
        };
        summary.unknown_statuses += history.unknown.len();
        let verdict = history.verdict(&self.settings, &key, self.clock.now_ms());
        match verdict {
            Verdict::Status { word, .. } => {
                tracing::debug!(machine = machine.name, status = word, "read");
                *summary.by_status.entry(word).or_default() += 1;
            }
            Verdict::Held { reason, .. } => {
                tracing::info!(machine = machine.name, reason, "the light holds");
                summary.held += 1;
            }
        }
        gathered.since.get_or_insert_with(Instant::now);
        gathered.points.extend(self.points(&machine, &key, &history, &verdict));
    }

    /// The points of a machine: what it declares, and its status.
    fn points(
        &self,
        machine: &Machine,
        key: &MachineKey,
        history: &History,
        verdict: &Verdict,
    ) -> Vec<Point> {
        let now_ms = self.clock.now_ms();
        let declared = self.settings.watch.of(key);
        let finished = deciding_runs(Semantics::LastFinished, self.settings.aborted, &history.runs);
        let mut points = Vec::new();
        let limit_s = limit_s(&declared, p99_ms(&history.runs));
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
        let incomplete = history.incomplete.as_ref();
        points.extend(incomplete.map(|(_, items)| Point::incomplete(key, *items)));
        let (Verdict::Status { code, .. } | Verdict::Held { code, .. }) = verdict;
        points.extend(code.map(|code| Point::status(key, code)));
        points
    }
}

/// The machines that are to be read, in no particular order: if time runs out, it shall not always
/// be the same ones that are not reached.
fn queue(roster: Roster, summary: &mut Summary) -> VecDeque<Target> {
    summary.unguarded = roster.unguarded;
    summary.out_of_scope = roster.out_of_scope;
    summary.machines = roster.watched.len() + roster.refused.len();
    for (name, code, reason) in roster.refused {
        summary.failed += 1;
        summary.error(format!("{name}: {code}: {reason}"));
    }
    let mut queue = Vec::new();
    for (key, machine) in roster.watched {
        if machine.express {
            // Its executions cannot be listed; its light comes from AWS/States metrics.
            tracing::debug!(machine = machine.name, "EXPRESS, not asked");
            summary.skipped += 1;
        } else {
            queue.push(Target { machine, key, looked_into: None });
        }
    }
    fastrand::shuffle(&mut queue);
    queue.into()
}
