//! One batch of the queue: what its events say is joined to the rows of their machines, without
//! asking Step Functions anything; a machine is written once, however many messages name it. The
//! messages of a machine whose row could not be written are delivered again.

use crate::Calls;
use crate::events::{self, Change, Event, MachineArn};
use crate::fleet::Execution;
use crate::notify::Outgoing;
use crate::publish::{Point, TurnedBad};
use crate::retry::CallError;
use crate::roster::{self, Roster};
use crate::settings::is_muted;
use crate::table::{Rows, WRITERS, pace};
use crate::watcher::{Ports, Watcher, deadlines, points};
use futures_util::stream::{self, StreamExt};
use guardian_contract::{
    Attempt, ChangeKind, Decision, MANAGED_SUFFIX, MachineKey, Row, Run, Why, evaluate,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep_until};

/// How long before its first event a machine's row counts as made: what happened then is news.
const MADE_BEFORE_MS: i64 = 900_000;

/// A message of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What the queue calls it.
    pub id: String,
    /// What is in it.
    pub body: String,
    /// ARN of the queue, if it is known.
    pub queue_arn: Option<String>,
}

/// The result of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// Messages that are to be delivered again.
    pub failed: Vec<String>,
    /// Machines that the batch named.
    pub machines: usize,
    /// Rows that were written.
    pub written: usize,
    /// Lights that changed.
    pub changed: usize,
    /// Messages that concern no watched light: other machines, Map Run children.
    pub ignored: usize,
    /// Messages that can never be processed; they are dropped.
    pub dropped: usize,
    /// Points accepted by CloudWatch.
    pub published: usize,
    /// Notifications that were sent.
    pub notified: usize,
    /// Calls made, by API name.
    pub calls: BTreeMap<&'static str, u64>,
    /// How long it took.
    pub duration_ms: u64,
}

/// What the messages say of one machine.
#[derive(Debug, Default)]
struct Named {
    machine_arn: String,
    name: String,
    messages: Vec<usize>,
    runs: Vec<Run>,
    unknown: Vec<(String, i64)>,
    why: Vec<Why>,
}

impl<P: Ports> Watcher<P> {
    /// Processes a batch within `remaining`. It is idempotent: a message that comes twice,
    /// or a retry after a process that ended in between, has no further effect.
    pub async fn answer(&self, messages: &[Message], remaining: Duration) -> Answered {
        let started = Instant::now();
        let (work_until, publish_until) = deadlines(started, remaining);
        let calls = Calls::default();
        let mut answered = Answered::default();
        let mut failed: BTreeSet<usize> = BTreeSet::new();
        let mut named = self.sort(messages, &mut answered);
        answered.machines = named.len();
        let written = self.write(&mut named, work_until, &calls, &mut answered, &mut failed).await;

        let deployment = self.settings.deployment.as_deref();
        let now_ms = self.clock.now_ms();
        let mut news = Vec::new();
        let mut turned_bad = TurnedBad::default();
        let mut outgoing = Vec::new();
        for (row, decision, at) in written {
            let declared = self.settings.watch.of(&row.key);
            if self.has_metrics(&row.key) {
                let judged = evaluate(&row, &declared, self.settings.aborted, now_ms);
                let points = points(&row.key, &declared, &judged);
                news.extend(points.into_iter().map(|point| point.judged_at(at)));
            }
            if let Some(change) = &decision.change {
                answered.changed += 1;
                if change.kind == ChangeKind::Failed && !row.quiet {
                    turned_bad.count(self.settings.groups_of(&row));
                }
            }
            if decision.change.is_some() || !decision.queued.is_empty() {
                outgoing.push(Outgoing::of(row, &decision));
            }
        }
        news.extend(Point::turned_bad(&turned_bad, deployment));
        if answered.dropped > 0 {
            news.push(Point::dropped(answered.dropped, deployment));
        }
        // Beside each other: the alarm does not wait for the history of an execution.
        let count = news.len();
        let (published, sent) = tokio::join!(
            self.publish(news, publish_until, &calls),
            self.send(outgoing, publish_until, &calls)
        );
        answered.published = count - published.refused.len();
        if let Some(error) = published.error {
            // The next tick publishes what has changed of late once more.
            tracing::error!(code = error.code, error = error.message, "points not published");
        }
        answered.notified = sent.notified;
        if sent.unsent > 0 {
            let unsent = vec![Point::unsent(sent.unsent, deployment)];
            let published = self.publish(unsent, publish_until, &calls).await;
            answered.published += 1 - published.refused.len();
        }

        answered.failed = failed.into_iter().map(|i| messages[i].id.clone()).collect();
        answered.calls = calls.counts();
        answered.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        answered
    }

    /// Joins the events to the rows; gives those that were written, and when. Messages of the
    /// others are put among `failed`.
    async fn write(
        &self,
        named: &mut BTreeMap<String, Named>,
        deadline: Instant,
        calls: &Calls,
        answered: &mut Answered,
        failed: &mut BTreeSet<usize>,
    ) -> Vec<(Row, Decision, SystemTime)> {
        let store = self.store(deadline, calls);
        // Two machines may have one key, and BatchGetItem refuses a key that comes twice.
        let keys: BTreeSet<MachineKey> =
            named.values().filter_map(|one| MachineKey::of_machine(&one.name).ok()).collect();
        let keys: Vec<MachineKey> = keys.into_iter().collect();
        let (schema, rows) = tokio::join!(store.check_schema(), store.rows(&keys));
        let Rows { mut rows, unreadable } = match schema.and(rows) {
            Ok(rows) => rows,
            Err(CallError { code, message, .. }) => {
                tracing::error!(code, error = message, "the state table cannot be used");
                failed.extend(named.values().flat_map(|one| one.messages.iter().copied()));
                return Vec::new();
            }
        };
        named.retain(|_, one| {
            let error = MachineKey::of_machine(&one.name).ok().and_then(|key| unreadable.get(&key));
            if let Some(CallError { code, message, .. }) = error {
                tracing::error!(machine = one.name, code, error = message, "row not read");
                failed.extend(&one.messages);
            }
            error.is_none()
        });
        self.leave_out_others(named, &rows, deadline, calls, answered, failed).await;
        let started = Instant::now();
        let now_ms = self.clock.now_ms();
        // A tick reports the rows that cannot be read.
        let (mutes, _) = self.settings.open_mutes(now_ms);
        let mutes = mutes.as_slice();
        let tasks = named.values().enumerate().filter_map(|(number, one)| {
            let key = MachineKey::of_machine(&one.name).ok()?;
            let row = rows.remove(&key).unwrap_or_else(|| self.new_row(&key, one, now_ms));
            // Paced, so that a full hour does not take a partition more than it can.
            let turn = u32::try_from(number / WRITERS).unwrap_or(u32::MAX);
            let not_before = started + pace(WRITERS).saturating_mul(turn);
            Some(async move {
                sleep_until(not_before.min(deadline)).await;
                let rules = self.rules(&key, &row);
                let known = row.version;
                let at = self.clock.now();
                let updated = store
                    .update(row, now_ms, |row| {
                        if row.machine_arn != one.machine_arn {
                            return Decision::default();
                        }
                        if let Some(gone_ms) = row.gone_ms {
                            // Runs of a deleted machine are ended by its deletion. Another one that
                            // began since is of a machine that was created under its name.
                            if one.runs.iter().all(|run| run.start_ms <= gone_ms) {
                                return Decision::default();
                            }
                            row.gone_ms = None;
                        }
                        let known = row.finished.clone();
                        one.join(row, now_ms);
                        let mut decision = self.decide(row, &known, &one.runs, &rules, now_ms);
                        row.hush(&decision, is_muted(mutes, row));
                        for why in &one.why {
                            decision.incident = row.explain(why.clone()).or(decision.incident);
                        }
                        decision
                    })
                    .await;
                (one, updated, known, at)
            })
        });
        let mut written = Vec::new();
        let mut tasks = stream::iter(tasks).buffer_unordered(WRITERS);
        while let Some((one, updated, known, at)) = tasks.next().await {
            match updated {
                Ok(updated) => {
                    if updated.row.version != known {
                        answered.written += 1;
                        written.push((updated.row, updated.decision, at));
                    }
                }
                Err(error) => {
                    let (code, message) = (error.code.as_str(), error.message.as_str());
                    tracing::error!(machine = one.name, code, error = message, "row not written");
                    if error.is_invalid_request() {
                        answered.dropped += one.messages.len();
                    } else {
                        failed.extend(&one.messages);
                    }
                }
            }
        }
        written
    }

    /// Leaves out what events say of a machine whose key is another's: a row is of the machine that
    /// it names, and of two that come new the roster says which.
    async fn leave_out_others(
        &self,
        named: &mut BTreeMap<String, Named>,
        rows: &HashMap<MachineKey, Row>,
        deadline: Instant,
        calls: &Calls,
        answered: &mut Answered,
        failed: &mut BTreeSet<usize>,
    ) {
        let row_of = |one: &Named| rows.get(&MachineKey::of_machine(&one.name).ok()?);
        let foreign = |one: &Named| {
            row_of(one)
                .is_some_and(|row| row.machine_arn != one.machine_arn && row.gone_ms.is_none())
        };
        let doubtful = |one: &Named| {
            row_of(one).is_none_or(|row| row.machine_arn != one.machine_arn)
                && one.name.ends_with(MANAGED_SUFFIX)
                && !self.settings.scope.include.names(&one.name)
        };
        let mut others: Vec<String> =
            named.iter().filter(|(_, one)| foreign(one)).map(|(arn, _)| arn.clone()).collect();
        let in_doubt: Vec<String> = named
            .iter()
            .filter(|(_, one)| !foreign(one) && doubtful(one))
            .map(|(arn, _)| arn.clone())
            .collect();
        if !in_doubt.is_empty() {
            let (listed, broken) = roster::list(&*self.ports, deadline, calls).await;
            if let Some(CallError { code, message, .. }) = broken {
                tracing::warn!(code, error = message, "machines not listed");
                for arn in in_doubt {
                    let messages = named.remove(&arn).map(|one| one.messages);
                    failed.extend(messages.unwrap_or_default());
                }
            } else {
                let roster = Roster::of(listed, &self.settings);
                let owners: BTreeSet<&str> =
                    roster.watched.values().map(|machine| machine.arn.as_str()).collect();
                others.extend(in_doubt.into_iter().filter(|arn| !owners.contains(arn.as_str())));
            }
        }
        for arn in others {
            let messages = named.remove(&arn).map(|one| one.messages).unwrap_or_default();
            answered.ignored += messages.len();
        }
    }

    /// The row of a machine that the table has not: what happened before its first event is old.
    fn new_row(&self, key: &MachineKey, one: &Named, now_ms: i64) -> Row {
        let first = one.runs.iter().map(Run::changed_ms).min().unwrap_or(now_ms);
        let made_ms = first.clamp(now_ms - MADE_BEFORE_MS, now_ms);
        Row::new(key.clone(), one.machine_arn.clone(), made_ms)
    }

    /// Sorts the messages by machine ARN.
    fn sort(&self, messages: &[Message], answered: &mut Answered) -> BTreeMap<String, Named> {
        let mut named: BTreeMap<String, Named> = BTreeMap::new();
        for (number, message) in messages.iter().enumerate() {
            let drop = |reason: &str| {
                let body: String = message.body.chars().take(200).collect();
                tracing::warn!(id = message.id, reason, body, "event dropped");
            };
            let change = match events::read(&message.body) {
                Err(reason) => {
                    drop(&reason);
                    answered.dropped += 1;
                    continue;
                }
                Ok(Event::Ignored(reason)) => {
                    tracing::debug!(id = message.id, reason, "ignored");
                    answered.ignored += 1;
                    continue;
                }
                Ok(Event::Change(change)) => change,
            };
            let Change { machine, execution, error, cause } = change;
            if message.queue_arn.as_deref().is_some_and(|queue| !machine.is_beside(queue)) {
                drop("it is of another account or region");
                answered.dropped += 1;
                continue;
            }
            if !self.is_watched(&machine) {
                answered.ignored += 1;
                continue;
            }
            let one = named.entry(machine.arn.clone()).or_insert_with(|| Named {
                machine_arn: machine.arn,
                name: machine.name,
                ..Named::default()
            });
            one.messages.push(number);
            one.hear(&execution, error, cause, self.settings.redact_cause);
        }
        named
    }

    /// Whether a machine is watched, as far as its name says.
    fn is_watched(&self, machine: &MachineArn) -> bool {
        let scope = &self.settings.scope;
        // The roster reports a name that no metric can have.
        let Ok(key) = MachineKey::of_machine(&machine.name) else { return false };
        let managed = key.managed_name();
        let is_anothers = machine.name != managed && scope.include.names(&managed);
        scope.covers(&machine.name) && !is_anothers
    }
}

impl Named {
    fn hear(
        &mut self,
        execution: &Execution,
        error: Option<String>,
        cause: Option<String>,
        redacted: bool,
    ) {
        let Some(run) = execution.run() else {
            let began_ms = execution.redrive_ms.unwrap_or(execution.start_ms);
            tracing::warn!(
                machine = self.name,
                status = execution.status,
                "status is unknown to this version of Guardian"
            );
            self.unknown.push((execution.arn.clone(), began_ms));
            return;
        };
        if run.is_red() && (error.is_some() || cause.is_some()) {
            let attempt = Attempt::of(&run);
            self.why.push(crate::notify::why(attempt, None, error, cause, redacted, false));
        }
        self.runs.push(run);
    }

    fn join(&self, row: &mut Row, now_ms: i64) {
        row.hear(self.runs.iter().cloned(), now_ms);
        for (execution, began_ms) in &self.unknown {
            row.hear_unknown(execution.clone(), *began_ms);
        }
    }
}
