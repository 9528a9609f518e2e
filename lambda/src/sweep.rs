//! One sweep: list, read, publish, confirm.

use crate::confirm::{Confirmations, Delayed};
use crate::fleet::{Fleet, Machine, is_map_run};
use crate::history::Verdict;
use crate::publish::{Point, Publisher};
use crate::reader::{Outcome, Seen, Target};
use crate::retry::{CallError, Kind, until};
use crate::watcher::{GATHER, Watcher, deadlines};
use crate::{Calls, Summary};
use guardian_contract::{MachineKey, count};
use std::collections::{BTreeMap, HashSet, VecDeque};
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
    confirmations: Vec<(String, Delayed)>,
    since: Option<Instant>,
}

impl<F: Fleet, P: Publisher, O: Confirmations> Watcher<F, P, O> {
    /// Sweeps once, within `remaining`. Reading stops early enough that what was read can still be
    /// published; machines that were not reached are counted as unread, and the next sweep of this
    /// process begins with those that have waited longest.
    pub async fn sweep(&self, remaining: Duration) -> Result<Summary, SweepError> {
        let started = Instant::now();
        let (read_until, publish_until) = deadlines(started, remaining);
        let calls = Arc::new(Calls::default());
        let mut summary = Summary::default();
        let mut reasons = Vec::new();

        let (listed, broken) = self.list(read_until, &calls).await;
        if let Some(error) = broken {
            tracing::error!(code = error.code, error = error.message, "listing broke off");
            reasons.push(format!("listing machines broke off after {}: {error}", listed.len()));
        }
        let queue = self.select(listed, &mut summary);
        // These are refused for their names, and count as unguarded.
        let refused = summary.failed;
        let (mut seen, tasks) = self.reader(read_until, &calls).read_all(queue);
        let mut gathered = Gathered::default();
        loop {
            let next = match gathered.since {
                None => Ok(seen.recv().await),
                Some(since) => timeout_at(since + GATHER, seen.recv()).await,
            };
            match next {
                Ok(Some(one)) => {
                    if !matches!(one.outcome, Outcome::Unread) {
                        self.memory().reached.insert(one.machine.arn.clone(), started);
                    }
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
        // A sweep that did not list every machine takes no alarm back.
        if self.settings.guarded.is_some() && (unread > 0 || reasons.is_empty()) {
            gathered.points.push(Point::unread(unread, deployment));
        }
        let read: usize = summary.by_status.values().sum();
        let none_readable = summary.failed > 0 && read + summary.held == 0;
        // What the package was made from is not what was deployed: that must not last unheard.
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
        let Gathered { mut points, confirmations, .. } = gathered;
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
        let count = confirmations.len();
        let (refused, error) = self.send(confirmations, deadline, calls).await;
        summary.confirmations += count - refused.len();
        if let Some(error) = error {
            tracing::error!(code = error.code, error = error.message, "confirmations not sent");
            reasons.push(format!("asking to look again broke off: {error}"));
        }
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// Lists every machine; with an error, those before it.
    async fn list(&self, deadline: Instant, calls: &Calls) -> (Vec<Machine>, Option<CallError>) {
        let mut machines = Vec::new();
        let mut arns = HashSet::new();
        let mut tokens = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let page = until(deadline, &calls.list_machines, None, || {
                self.fleet.list_machines(token.as_deref())
            });
            let page = match page.await {
                Ok(page) => page,
                Err(failure) => return (machines, Some(failure.into_error())),
            };
            machines.extend(page.items.into_iter().filter(|m| arns.insert(m.arn.clone())));
            token = match page.next {
                None => return (machines, None),
                Some(next) if tokens.insert(next.clone()) => Some(next),
                Some(_) => {
                    let error = CallError {
                        kind: Kind::Permanent,
                        code: "RepeatedToken".to_owned(),
                        message: "ListStateMachines gave the same page token twice; what comes \
                                  after it cannot be seen"
                            .to_owned(),
                    };
                    return (machines, Some(error));
                }
            };
        }
    }

    /// Decides which of the listed machines are to be read, and counts the others.
    fn select(&self, listed: Vec<Machine>, summary: &mut Summary) -> VecDeque<Target> {
        let mut by_key: BTreeMap<MachineKey, Machine> = BTreeMap::new();
        summary.unguarded = self.settings.guarded.is_some().then_some(0);
        let mut refused = Vec::new();
        let mut shadowed = HashSet::new();
        for machine in listed {
            if is_map_run(&machine.arn) || !self.settings.scope.covers(&machine.name) {
                summary.out_of_scope += 1;
                continue;
            }
            summary.machines += 1;
            let key = MachineKey::of_machine(&machine.name);
            if let Some(guarded) = &self.settings.guarded {
                // A machine whose name no metric can carry has no alarm either.
                let alone = !key.as_ref().is_ok_and(|key| guarded.contains(key.as_str()));
                *summary.unguarded.get_or_insert(0) += usize::from(alone);
            }
            if machine.express {
                // Its executions cannot be listed; its light comes from AWS/States metrics.
                tracing::debug!(machine = machine.name, "EXPRESS, not asked");
                summary.skipped += 1;
                continue;
            }
            let key = match key {
                Ok(key) => key,
                Err(invalid) => {
                    refused.push((machine.name, "InvalidName", invalid.to_string()));
                    continue;
                }
            };
            // `x` and `x-step-function` have one metric: two machines would share a light.
            let Some(other) = by_key.get(&key) else {
                by_key.insert(key, machine);
                continue;
            };
            let (kept, left) = if self.owns(&key, &machine, other) {
                (machine, other.clone())
            } else {
                (other.clone(), machine)
            };
            let reason = format!("its metric is that of `{}`; rename or exclude one", kept.name);
            // The alarm of their key is on the other.
            let guarded = self.settings.guarded.as_ref();
            let covered = guarded.is_some_and(|all| all.contains(key.as_str()));
            if let Some(unguarded) = summary.unguarded.as_mut().filter(|_| covered) {
                *unguarded += 1;
            }
            shadowed.insert(left.arn);
            refused.push((left.name, "SameKey", reason));
            by_key.insert(key, kept);
        }
        for (name, code, reason) in refused {
            tracing::warn!(machine = name, code, error = reason, "machine not read");
            summary.failed += 1;
            summary.error(format!("{name}: {code}: {reason}"));
        }
        // If time runs out, it shall not always be the same machines that are not reached.
        let target = |(key, machine)| Target { machine, key, known: Vec::new() };
        let mut queue: Vec<Target> = by_key.into_iter().map(target).collect();
        fastrand::shuffle(&mut queue);
        let mut memory = self.memory();
        queue.sort_by_key(|target| memory.reached.get(&target.machine.arn).copied());
        let listed: HashSet<&String> = queue.iter().map(|target| &target.machine.arn).collect();
        memory.reached.retain(|arn, _| listed.contains(arn));
        memory.owners = listed.into_iter().cloned().collect();
        memory.shadowed = shadowed;
        drop(memory);
        queue.into()
    }

    /// Whether of two machines with one key the first has its metric: the one that the stack was
    /// made for, which the scope names; else the older one, since a machine that comes later does
    /// not take over a light; else the one that is named as Guardian names its own.
    fn owns(&self, key: &MachineKey, one: &Machine, other: &Machine) -> bool {
        let include = &self.settings.scope.include;
        match (include.names(&one.name), include.names(&other.name)) {
            (true, false) => true,
            (false, true) => false,
            _ => match (one.created_ms, other.created_ms) {
                (Some(one), Some(other)) if one != other => one < other,
                _ => one.name == key.managed_name(),
            },
        }
    }

    /// Lists the machines, so that it is known which of those with one key has its metric.
    pub(crate) async fn learn_owners(
        &self,
        deadline: Instant,
        calls: &Calls,
    ) -> Result<(), CallError> {
        let (listed, broken) = self.list(deadline, calls).await;
        match broken {
            Some(error) => Err(error),
            None => {
                self.select(listed, &mut Summary::default());
                Ok(())
            }
        }
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
        let look = self.look(&machine, &key, &history, 0);
        match look.verdict {
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
        gathered.points.extend(look.points);
        gathered.confirmations.extend(look.confirmation.map(|one| (machine.arn, one)));
    }
}
