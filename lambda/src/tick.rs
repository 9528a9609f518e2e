//! The reconciler: once a minute, under a lease, it keeps the roster, judges all rows by the clock,
//! confirms what is in doubt, and reads the next slice of machines within its share of the account's
//! ListExecutions quota. It repairs and counts the lights that lost events left wrong.

use crate::batch::Message;
use crate::delivery::Letters;
use crate::handler::event_of_failed;
use crate::notify::{Outgoing, unexplained};
use crate::publish::{Point, TurnedBad};
use crate::reader::{Outcome, Seen, Target};
use crate::retry::{CallError, Failure, Kind, until};
use crate::roster::{self, Roster};
use crate::settings::is_muted;
use crate::summary::Tick;
use crate::sweep::SweepError;
use crate::table::{Key, Rows, Store, WRITERS, record_write};
use crate::watcher::{Ports, Watcher, deadlines, points};
use crate::{Budget, Calls, Machine, Summary};
use futures_util::stream::{self, StreamExt};
use guardian_contract::table::{FLEET, Fleet, GENERAL, SCHEMA, SHARDS, SWEEP, Sweep};
use guardian_contract::{
    CHANGED_MS, ChangeKind, Counts, Decision, Doubt, Evaluation, JUDGE_MS, MachineKey, OpenMute,
    Pace, Quota, Reading, Row, Run, Shown, Status, Verdict, evaluate,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep};

/// How often the machines are listed.
const ROSTER_MS: i64 = 3_600_000;
/// Below so many rows all are judged at each tick, from there on every [`JUDGE_MS`].
const JUDGED_ALWAYS: u32 = 1_000;
/// How long a notification waits for its writer before a tick sends it.
const ABANDONED_MS: i64 = 120_000;
/// How long events are given before a light that a list puts right counts as repaired.
const EVENTS_MS: i64 = 120_000;
/// What the lease lasts beyond the function's time.
const LEASE_MS: i64 = 10_000;
/// Executions that a tick asks DescribeExecution for [250 at once and 10 a second, shared].
const MAX_CONFIRMED: usize = 100;
/// Machines that are read before the slice, kept from one tick to the next.
const MAX_UNCONFIRMED: usize = 500;
/// New machines that are read at once.
const MAX_NEW: usize = 30;
/// Batches of ten dead letters that a tick takes.
const MAX_LETTERS: usize = 10;
/// A row that an event made is not taken for a deleted machine's for so long. It is made with a
/// date up to a quarter of an hour before.
const YOUNG_MS: i64 = 1_200_000;
/// How often a machine's tags are read, where routes need them.
const TAGS_MS: i64 = 86_400_000;
/// Machines whose tags a tick reads [ListTagsForResource: 100 at once and 1 a second, shared].
const MAX_TAGS: usize = 30;
/// A round is not expected to take less, so that small deployments have room for a throttle.
const SHORTEST_ROUND_S: f64 = 600.0;
/// The least share that throttling leaves, of what is configured.
const LEAST_SHARE: f64 = 0.1;

/// What a tick has at hand, and what it has found.
struct Round<'a, P> {
    watcher: &'a Watcher<P>,
    store: Store<'a, P>,
    calls: &'a Arc<Calls>,
    now_ms: i64,
    publish_until: Instant,
    summary: Summary,
    tick: Tick,
    reasons: Vec<String>,
    points: Vec<Point>,
    outgoing: Vec<Outgoing>,
    turned_bad: TurnedBad,
    /// The mute windows that are open.
    mutes: Vec<OpenMute>,
    unusable: usize,
    /// Executions whose state only DescribeExecution knows, by machine.
    doubtful: Vec<(Row, Vec<String>)>,
    untagged: Vec<Row>,
}

/// What a tick may read of the round.
struct Slice<'a> {
    /// Calls of ListExecutions, those for unconfirmed machines included.
    quota: u64,
    pace: Pace,
    budget: &'a Arc<Budget>,
    deadline: Instant,
}

/// The totals of judging all rows.
#[derive(Default)]
struct Tally {
    /// Whether the metrics of all rows are published.
    full: bool,
    counts: Counts,
    groups: BTreeMap<String, Counts>,
    /// When the machine was confirmed that has waited longest.
    oldest_ms: Option<i64>,
    /// Machines that ListExecutions has not confirmed.
    unread: u32,
    /// EXPRESS machines without an alarm.
    uncovered: u32,
}

impl<P: Ports> Watcher<P> {
    /// Runs a tick within `remaining`. A tick by `guardian run` or a deploy waits for the lease.
    pub async fn tick(&self, manual: bool, remaining: Duration) -> Result<Summary, SweepError> {
        let started = Instant::now();
        let (work_until, publish_until) = deadlines(started, remaining);
        let calls = Arc::new(Calls::default());
        let mut round = Round {
            watcher: self,
            store: self.store(work_until, &calls),
            calls: &calls,
            now_ms: self.clock.now_ms(),
            publish_until,
            summary: Summary::default(),
            tick: Tick::default(),
            reasons: Vec::new(),
            points: Vec::new(),
            outgoing: Vec::new(),
            turned_bad: TurnedBad::default(),
            mutes: Vec::new(),
            unusable: 0,
            doubtful: Vec::new(),
            untagged: Vec::new(),
        };
        if let Err(error) = round.run(manual, started, remaining).await {
            tracing::error!(code = error.code, error = error.message, "the tick broke off");
            round.reasons.push(format!("the tick broke off: {error}"));
        }
        let Round { mut summary, tick, reasons, .. } = round;
        summary.tick = Some(tick);
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
}

impl<P: Ports> Round<'_, P> {
    async fn run(
        &mut self,
        manual: bool,
        started: Instant,
        remaining: Duration,
    ) -> Result<(), CallError> {
        let (schema, version) = self.store.check_schema().await?;
        if schema < SCHEMA {
            self.store.mark_schema(version).await?;
        }
        let Some((mut sweep, version)) = self.lease(manual, started, remaining).await? else {
            return Ok(());
        };
        let fleet_key = Key::new(GENERAL, FLEET);
        let (mut fleet, _): (Fleet, u64) = self.store.record(&fleet_key).await?;
        let slice_until = started + remaining.mul_f64(0.6);
        self.open_mutes();
        fleet.mutes.clone_from(&self.mutes);
        let worked = self.work(manual, &mut sweep, &mut fleet, slice_until).await;
        sweep.until_ms = 0;
        // Time is kept for this, whatever became of the rest: without it the next tick waits until
        // the lease is over.
        let store = Store { deadline: self.publish_until, ..self.store };
        let fleet_write = match worked {
            Ok(()) => Some(record_write(&fleet_key, &fleet)?),
            Err(_) => None,
        };
        let sweep_key = Key::new(GENERAL, SWEEP);
        let released = store.put(&sweep_key, version, &sweep, fleet_write).await;
        worked?;
        if released?.is_none() {
            self.reasons.push("the lease was taken over before the tick was through".to_owned());
        }
        self.finish(&fleet).await;
        Ok(())
    }

    /// What a tick does under the lease.
    async fn work(
        &mut self,
        manual: bool,
        sweep: &mut Sweep,
        fleet: &mut Fleet,
        slice_until: Instant,
    ) -> Result<(), CallError> {
        let settings = Arc::clone(&self.watcher.settings);
        let share = match sweep.share {
            share if share > 0.0 => share.min(settings.quota_share),
            _ => settings.quota_share,
        };
        let mut unconfirmed: BTreeSet<String> = sweep.unconfirmed.drain(..).collect();
        let urgent = self.dead_letters().await;
        self.check_rule(sweep).await;
        let roster = match manual || self.now_ms - sweep.roster_ms >= ROSTER_MS {
            true => self.roster().await,
            false => None,
        };
        let full = manual || self.now_ms - sweep.judged_ms >= JUDGE_MS;
        let has_metrics = settings.guarded.as_ref().is_none_or(|guarded| !guarded.is_empty());
        let few = fleet.counts.machines < JUDGED_ALWAYS;
        let judged = match roster.is_some() || full || has_metrics || few {
            true => self.judge(roster.as_ref(), full, fleet, &mut unconfirmed).await,
            false => Ok(()),
        };
        if judged.is_ok() && full {
            sweep.judged_ms = self.now_ms;
        }
        if judged.is_ok() && roster.is_some() {
            sweep.roster_ms = self.now_ms;
        }
        // A time limit takes a second call where the first does not show all running executions.
        let defaults = &settings.watch.defaults;
        let calls = if defaults.limits() && !defaults.limits_by_p99() { 2.0 } else { 1.0 };
        let hurried = fleet.unread > 0 || sweep.repaired > 0 || sweep.rule_fault.is_some();
        let quota = Quota { burst: settings.list_burst, refill: settings.list_refill };
        let machines = f64::from(fleet.counts.machines);
        let pace = Pace::new(quota, share, calls * machines, hurried);
        // What the last ticks have used too much is not used now.
        let quota = (pace.whole as u64).saturating_sub(sweep.overdrawn);
        let budget = Arc::new(Budget::new(pace.burst as u32, pace.rate));
        let read = match judged {
            Ok(()) => {
                self.confirm().await;
                self.tag().await;
                let within = Slice { quota, pace, budget: &budget, deadline: slice_until };
                self.slice(sweep, &urgent, &mut unconfirmed, within).await
            }
            Err(error) => Err(error),
        };
        sweep.overdrawn = (sweep.overdrawn + self.listed()).saturating_sub(pace.whole as u64);
        sweep.repaired += self.tick.repaired as u64;
        sweep.unconfirmed = unconfirmed.into_iter().take(MAX_UNCONFIRMED).collect();
        let throttled = budget.throttles();
        sweep.share = match throttled {
            0 => (share + 5.0).min(settings.quota_share),
            _ => (share / 2.0).max(settings.quota_share * LEAST_SHARE),
        };
        self.send().await;
        read?;

        (self.tick.share, fleet.share) = (sweep.share, sweep.share);
        let waited_s =
            fleet.oldest_ms.map_or(0.0, |oldest| (self.now_ms - oldest) as f64 / 1_000.0);
        let expected_s = calls * f64::from(fleet.counts.machines) / pace.slice * 60.0;
        self.tick.lag = Some((waited_s / expected_s.max(SHORTEST_ROUND_S)).max(0.0));
        fleet.tick_ms = self.watcher.clock.now_ms();
        fleet.throttled = throttled;
        fleet.rule_fault = sweep.rule_fault.clone();
        Ok(())
    }

    /// Takes the lease; none if another process has it.
    async fn lease(
        &mut self,
        manual: bool,
        started: Instant,
        remaining: Duration,
    ) -> Result<Option<(Sweep, u64)>, CallError> {
        let key = Key::new(GENERAL, SWEEP);
        let holder = format!("{:016x}", fastrand::u64(..));
        let lasts_ms = i64::try_from(remaining.as_millis()).unwrap_or(i64::MAX) + LEASE_MS;
        loop {
            let (mut sweep, version): (Sweep, u64) = self.store.record(&key).await?;
            self.now_ms = self.watcher.clock.now_ms();
            // A date far ahead was written by a clock that was wrong.
            let held =
                sweep.until_ms > self.now_ms && sweep.until_ms < self.now_ms + 900_000 + LEASE_MS;
            if !held {
                sweep.holder.clone_from(&holder);
                sweep.until_ms = self.now_ms.saturating_add(lasts_ms);
                if let Some(version) = self.store.put(&key, version, &sweep, None).await? {
                    return Ok(Some((sweep, version)));
                }
            }
            if !manual || started.elapsed() > remaining / 2 {
                let other = if held { sweep.holder } else { "another process".to_owned() };
                tracing::info!(holder = other, "another process has the lease");
                self.tick.leased_by = Some(other);
                return Ok(None);
            }
            sleep(Duration::from_secs(1)).await;
        }
    }

    fn open_mutes(&mut self) {
        let (open, unusable) = self.watcher.settings.open_mutes(self.now_ms);
        self.unusable += unusable.len();
        for reason in unusable {
            tracing::error!(reason, "a mute window cannot be read: it mutes nothing");
            self.summary.error(reason);
        }
        self.mutes = open;
    }

    /// Takes what could not be delivered or dealt with: the machines of events are joined to their
    /// rows and read first. A tick that failed is overtaken by this one.
    async fn dead_letters(&mut self) -> BTreeSet<String> {
        let settings = &self.watcher.settings;
        let queues = [
            (Letters::Events, settings.has_dead_letters),
            (Letters::Ticks, settings.has_failed_ticks),
        ];
        let mut machines = BTreeSet::new();
        for (queue, _) in queues.into_iter().filter(|(_, is_there)| *is_there) {
            self.drain(queue, &mut machines).await;
        }
        machines
    }

    async fn drain(&mut self, queue: Letters, machines: &mut BTreeSet<String>) {
        let deadline = self.store.deadline;
        for _ in 0..MAX_LETTERS {
            let ports = &self.watcher.ports;
            let call = until(deadline, &self.calls.letters, None, || ports.dead_letters(queue));
            let letters = match call.await {
                Ok(letters) if letters.is_empty() => return,
                Ok(letters) => letters,
                Err(failure) => {
                    let CallError { code, message, .. } = failure.into_error();
                    tracing::warn!(code, error = message, "the dead-letter queue cannot be read");
                    return;
                }
            };
            let messages: Vec<Message> = letters
                .iter()
                .filter_map(|letter| {
                    let body = match queue {
                        Letters::Events => Some(letter.body.clone()),
                        Letters::Ticks => event_of_failed(&letter.body),
                    };
                    Some(Message { id: letter.receipt.clone(), body: body?, queue_arn: None })
                })
                .collect();
            for message in &messages {
                if let Ok(crate::events::Event::Change(change)) = crate::events::read(&message.body)
                {
                    let key = MachineKey::of_machine(&change.machine.name).ok();
                    machines.extend(key.map(|key| key.to_string()));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let answered = self.watcher.answer(&messages, left).await;
            let done = letters.iter().map(|letter| letter.receipt.clone());
            let done: Vec<String> = done.filter(|id| !answered.failed.contains(id)).collect();
            self.tick.dead_letters += done.len();
            let call =
                until(deadline, &self.calls.letters, None, || ports.delete_letters(queue, &done));
            if let Err(failure) = call.await {
                let CallError { code, message, .. } = failure.into_error();
                tracing::warn!(code, error = message, "dead letters not deleted");
                return;
            }
        }
    }

    /// Checks whether the rule still delivers events: once an hour, and at each tick while it does
    /// not.
    async fn check_rule(&mut self, sweep: &mut Sweep) {
        let due = self.now_ms - sweep.rule_ms >= ROSTER_MS || sweep.rule_fault.is_some();
        if !self.watcher.settings.has_rule || !due {
            return;
        }
        let ports = &self.watcher.ports;
        let call = until(self.store.deadline, &self.calls.rule, None, || ports.rule_is_enabled());
        sweep.rule_ms = self.now_ms;
        sweep.rule_fault = match call.await {
            Ok(true) => None,
            Ok(false) => Some("the event rule is disabled: lights follow late".to_owned()),
            Err(Failure::Error(error)) if error.kind == Kind::Gone => {
                Some("the event rule was deleted: lights follow late".to_owned())
            }
            Err(failure) => {
                let CallError { code, message, .. } = failure.into_error();
                tracing::warn!(code, error = message, "the event rule cannot be read");
                None
            }
        };
        if let Some(fault) = &sweep.rule_fault {
            tracing::error!(fault, "events do not come");
            self.summary.error(fault.clone());
        }
        self.unusable += usize::from(sweep.rule_fault.is_some());
    }

    async fn roster(&mut self) -> Option<Roster> {
        let ports = &*self.watcher.ports;
        let (listed, broken) = roster::list(ports, self.store.deadline, self.calls).await;
        if let Some(error) = broken {
            tracing::error!(code = error.code, error = error.message, "listing broke off");
            let count = listed.len();
            self.reasons.push(format!("listing machines broke off after {count}: {error}"));
            return None;
        }
        let roster = Roster::of(listed, &self.watcher.settings);
        for (name, code, reason) in &roster.refused {
            self.summary.error(format!("{name}: {code}: {reason}"));
        }
        self.summary.out_of_scope = roster.out_of_scope;
        self.summary.unguarded = roster.unguarded;
        let deployment = self.watcher.settings.deployment.as_deref();
        self.points.extend(roster.unguarded.map(|count| Point::unguarded(count, deployment)));
        Some(roster)
    }

    /// Judges all rows: what depends on the clock, what waits to be sent, what is in doubt. With a
    /// roster it makes rows for new machines, which become unconfirmed, and marks those that are gone.
    async fn judge(
        &mut self,
        roster: Option<&Roster>,
        full: bool,
        fleet: &mut Fleet,
        unconfirmed: &mut BTreeSet<String>,
    ) -> Result<(), CallError> {
        let mut missing: BTreeMap<&MachineKey, &Machine> =
            roster.iter().flat_map(|roster| &roster.watched).collect();
        let settings = Arc::clone(&self.watcher.settings);
        let mut tally = Tally {
            full,
            groups: settings.groups.keys().map(|name| (name.clone(), Counts::default())).collect(),
            ..Tally::default()
        };
        for shard in 0..SHARDS.len() {
            let mut after: Option<String> = None;
            loop {
                let at = self.watcher.clock.now();
                let (page, unreadable) = self.store.page(shard, after.as_deref(), None).await?;
                self.unreadable(unreadable);
                let mut changed = Vec::new();
                for row in page.items {
                    let machine = missing.remove(&row.key);
                    let stale = roster.is_some() && is_stale(&row, machine, self.now_ms);
                    let undecided =
                        self.is_undecided(&row) || self.watcher.is_unnoticed(&row, self.now_ms);
                    if stale || (row.gone_ms.is_none() && undecided) {
                        changed.push((row, stale.then_some(machine)));
                    } else {
                        self.count(row, at, &mut tally);
                    }
                }
                for (row, decision, at) in self.settle(changed).await {
                    self.accept(&row, &decision);
                    if row.listed_ms.is_none() && is_listable(&row) {
                        unconfirmed.insert(row.key.to_string());
                    }
                    self.count(row, at, &mut tally);
                }
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        // Of many the round reads each when it comes to it: read out of turn now, the next round would
        // be late for them.
        let few = missing.len() <= MAX_NEW;
        let new = missing.into_iter().map(|(key, machine)| {
            let row = Row::new(key.clone(), machine.arn.clone(), self.now_ms);
            (row, Some(Some(machine)))
        });
        for (row, decision, at) in self.settle(new.collect()).await {
            self.accept(&row, &decision);
            if few && is_listable(&row) {
                unconfirmed.insert(row.key.to_string());
            }
            self.count(row, at, &mut tally);
        }
        let Tally { counts, groups, oldest_ms, unread, uncovered, .. } = tally;
        self.summary.machines = counts.machines as usize;
        if let Some(roster) = roster {
            self.summary.machines += roster.refused.len();
            self.summary.failed += roster.refused.len();
        }
        fleet.at_ms = self.now_ms;
        (fleet.counts, fleet.groups) = (counts, groups);
        (fleet.oldest_ms, fleet.unread) = (oldest_ms, unread);
        // Without the list of machines with an alarm it is not known which have none.
        fleet.uncovered = settings.guarded.as_ref().map(|_| uncovered);
        self.tick.counts = Some(counts);
        Ok(())
    }

    /// Whether what the runs say now has yet to be accepted.
    fn is_undecided(&self, row: &Row) -> bool {
        let settle_ms = self.watcher.settings.watch.of(&row.key).settle_ms();
        let aborted = self.watcher.settings.aborted;
        // What turned red while it was muted counts when it is muted no longer.
        (row.quiet && !is_muted(&self.mutes, row))
            || row.is_undecided(aborted, settle_ms, self.now_ms)
    }

    /// Writes rows that the clock has changed, or the roster: those come with what that says. Gives
    /// when each was written.
    async fn settle(
        &mut self,
        rows: Vec<(Row, Option<Option<&Machine>>)>,
    ) -> Vec<(Row, Decision, SystemTime)> {
        let mutes = self.mutes.clone();
        let mutes = mutes.as_slice();
        let (store, watcher, now_ms) = (self.store, self.watcher, self.now_ms);
        let tasks = rows.into_iter().map(|(row, machine)| async move {
            let key = row.key.clone();
            let rules = watcher.rules(&key, &row);
            let at = watcher.clock.now();
            let mut released = false;
            let updated = store.update(row, now_ms, |row| {
                let ended = machine.and_then(|machine| synchronise(row, machine, now_ms));
                match row.gone_ms {
                    // One incident a write: the next tick decides what the new machine's runs say.
                    None if ended.is_none() => {
                        let muted = is_muted(mutes, row);
                        let known = row.finished.clone();
                        let decision = watcher.decide(row, &known, &[], &rules, now_ms);
                        row.hush(&decision, muted);
                        released = row.quiet && !muted;
                        row.quiet &= muted;
                        decision
                    }
                    _ => Decision { incident: ended, ..Decision::default() },
                }
            });
            let updated = updated.await;
            (key, updated, at, released)
        });
        let mut done = Vec::new();
        let mut tasks = stream::iter(tasks).buffer_unordered(WRITERS);
        while let Some((key, updated, at, released)) = tasks.next().await {
            match updated {
                Ok(updated) => {
                    if released {
                        self.turned_bad.count(self.watcher.settings.groups_of(&updated.row));
                    }
                    done.push((updated.row, updated.decision, at));
                }
                Err(error) => self.not_written(&key, &error),
            }
        }
        done
    }

    fn not_written(&mut self, key: &MachineKey, error: &CallError) {
        let (machine, code) = (key.as_str(), error.code.as_str());
        tracing::warn!(machine, code, error = error.message, "row not written");
        self.reasons.push(format!("{key}: row not written: {error}"));
    }

    /// A row that cannot be read holds back the heartbeat, but no other row.
    fn unreadable(&mut self, errors: Vec<CallError>) {
        for error in errors {
            tracing::error!(code = error.code, error = error.message, "row not read");
            self.reasons.push(error.to_string());
        }
    }

    /// Takes over what a write has changed of a light.
    fn accept(&mut self, row: &Row, decision: &Decision) {
        if decision.change.is_some() || !decision.queued.is_empty() {
            self.outgoing.push(Outgoing::of(row.clone(), decision));
        }
        let Some(change) = &decision.change else { return };
        self.tick.changed += 1;
        if change.kind == ChangeKind::Failed && !row.quiet {
            self.turned_bad.count(self.watcher.settings.groups_of(row));
        }
    }

    /// Counts a row as it was at this time, and gathers what follows from it.
    fn count(&mut self, row: Row, at: SystemTime, tally: &mut Tally) {
        if row.gone_ms.is_some() {
            return;
        }
        let settings = Arc::clone(&self.watcher.settings);
        let declared = settings.watch.of(&row.key);
        let judged = evaluate(&row, &declared, settings.aborted, self.now_ms);
        let count = match is_muted(&self.mutes, &row) {
            true => Counts::add_muted,
            false => Counts::add,
        };
        count(&mut tally.counts, &judged);
        for group in settings.groups_of(&row) {
            count(tally.groups.entry(group.to_owned()).or_default(), &judged);
        }
        if row.express {
            tally.uncovered += u32::from(!self.watcher.has_metrics(&row.key));
        } else {
            tally.unread += u32::from(row.listed_ms.is_none());
            let confirmed = row.listed_ms.unwrap_or(row.made_ms);
            let oldest_ms = tally.oldest_ms.map_or(confirmed, |oldest| oldest.min(confirmed));
            tally.oldest_ms = Some(oldest_ms);
        }
        // Its alarm gets no more data: it was STANDARD.
        self.unusable += usize::from(row.express && row.unreadable.is_some());
        if let Some(reason) = &judged.unusable {
            self.unusable += 1;
            let machine = row.key.as_str();
            tracing::error!(machine, reason, "its schedule cannot be read");
            self.summary.error(format!("{machine}: its schedule cannot be read: {reason}"));
        }
        self.by_status(&row, &judged);
        let changed = self.now_ms.saturating_sub(row.written_ms) < CHANGED_MS;
        let timed = declared.limits() || judged.overdue_s.is_some();
        if self.watcher.has_metrics(&row.key) && !row.express && (tally.full || changed || timed) {
            let points = points(&row.key, &declared, &judged);
            self.points.extend(points.into_iter().map(|point| point.judged_at(at)));
        }
        let doubtful: Vec<String> = row
            .running
            .iter()
            .filter(|run| {
                let unconfirmed = row.unconfirmed().any(|one| one == *run);
                unconfirmed || run.redrive_count > 0 || judged.is_stuck()
            })
            .map(|run| run.arn.clone())
            .collect();
        if !doubtful.is_empty() {
            self.doubtful.push((row.clone(), doubtful));
        }
        let tagged = row.tags_ms.is_some_and(|at_ms| self.now_ms - at_ms < TAGS_MS);
        if settings.routes.need_tags() && !tagged && self.untagged.len() < MAX_TAGS {
            self.untagged.push(row.clone());
        }
        let waits = row.pending().any(|one| self.now_ms - one.at_ms >= ABANDONED_MS);
        if waits {
            self.outgoing.push(Outgoing::waiting(row, self.now_ms, ABANDONED_MS));
        } else if row.pending().next().is_none() && unexplained(&row).is_some() {
            self.outgoing.push(Outgoing { row, pending: Vec::new() });
        }
    }

    fn by_status(&mut self, row: &Row, judged: &Evaluation) {
        match judged.doubt {
            Some(Doubt::Express) => self.summary.skipped += 1,
            Some(Doubt::Unreadable) => {
                self.summary.failed += 1;
                if let Some((code, _)) = &row.unreadable {
                    self.summary.error(format!("{}: {code}", row.key));
                }
            }
            Some(Doubt::Unread) => self.summary.unread += 1,
            Some(Doubt::Held) => self.summary.held += 1,
            Some(Doubt::Incomplete) | None => {
                let word = match &judged.verdict {
                    Verdict::Redriving => "REDRIVING",
                    Verdict::Read(Reading { decided_by: Some(run), .. }) => run.status.as_str(),
                    Verdict::Read(Reading { code: 0, .. }) | Verdict::Held(_) => "NEVER_RUN",
                    Verdict::Read(_) => Status::Running.as_str(),
                };
                *self.summary.by_status.entry(word).or_default() += 1;
            }
        }
        self.summary.unknown_statuses += usize::from(row.unknown.is_some());
    }

    /// Describes runs that may have ended long ago.
    async fn confirm(&mut self) {
        let (store, watcher, calls, now_ms) = (self.store, self.watcher, self.calls, self.now_ms);
        let mutes = self.mutes.clone();
        let mutes = mutes.as_slice();
        let mut doubtful = std::mem::take(&mut self.doubtful);
        // A different part each time, if there are too many.
        fastrand::shuffle(&mut doubtful);
        let mut left = MAX_CONFIRMED;
        doubtful.retain_mut(|(_, executions)| {
            executions.truncate(left);
            left -= executions.len();
            !executions.is_empty()
        });
        let tasks = doubtful.into_iter().map(|(row, executions)| async move {
            let mut confirmed: Vec<(String, Option<Run>)> = Vec::new();
            for execution in executions {
                let call = until(store.deadline, &calls.describe, None, || {
                    watcher.ports.describe_execution(&execution)
                });
                match call.await {
                    Ok(found) => confirmed.extend(found.run().map(|run| (execution, Some(run)))),
                    Err(Failure::Error(error)) if error.kind == Kind::Gone => {
                        confirmed.push((execution, None));
                    }
                    Err(failure) => {
                        let CallError { code, message, .. } = failure.into_error();
                        tracing::warn!(execution, code, error = message, "not confirmed");
                    }
                }
            }
            let count = confirmed.len();
            let rules = watcher.rules(&row.key, &row);
            let key = row.key.clone();
            let at = watcher.clock.now();
            let updated = store.update(row, now_ms, |row| {
                let known = row.finished.clone();
                for (execution, run) in &confirmed {
                    row.confirm(execution, run.clone());
                }
                let decision = watcher.decide(row, &known, &[], &rules, now_ms);
                row.hush(&decision, is_muted(mutes, row));
                decision
            });
            (count, key, updated.await, at)
        });
        let done: Vec<_> = stream::iter(tasks).buffer_unordered(WRITERS).collect().await;
        for (count, key, updated, at) in done {
            self.tick.confirmed += count;
            match updated {
                Ok(updated) => {
                    self.repaired(&updated.row, &updated.decision);
                    let before =
                        updated.decision.change.is_none().then(|| updated.row.shown.clone());
                    self.publish_anew(&updated.row, before.flatten().as_ref(), at);
                    self.accept(&updated.row, &updated.decision);
                }
                Err(error) => self.not_written(&key, &error),
            }
        }
    }

    /// Reads the tags that routes need.
    async fn tag(&mut self) {
        let (store, watcher, calls, now_ms) = (self.store, self.watcher, self.calls, self.now_ms);
        for row in std::mem::take(&mut self.untagged) {
            let machine_arn = row.machine_arn.clone();
            let call =
                until(store.deadline, &calls.tags, None, || watcher.ports.tags(&machine_arn));
            match call.await {
                Ok(tags) => {
                    let wanted =
                        watcher.settings.routes.0.iter().flat_map(|route| route.tags.keys());
                    let wanted: BTreeSet<&String> = wanted.collect();
                    let tags: BTreeMap<String, String> =
                        tags.into_iter().filter(|(name, _)| wanted.contains(name)).collect();
                    let updated = store.update(row, now_ms, |row| {
                        (row.tags, row.tags_ms) = (tags.clone(), Some(now_ms));
                        Decision::default()
                    });
                    if let Err(CallError { code, message, .. }) = updated.await {
                        tracing::warn!(machine_arn, code, error = message, "row not written");
                    }
                }
                Err(failure) => {
                    let CallError { kind, code, message } = failure.into_error();
                    tracing::warn!(machine_arn, code, error = message, "tags not read");
                    if matches!(kind, Kind::Throttled | Kind::Transient) {
                        return;
                    }
                }
            }
        }
    }

    /// Reads the unconfirmed machines, then those behind the cursor, as far as quota and time go.
    async fn slice(
        &mut self,
        sweep: &mut Sweep,
        urgent: &BTreeSet<String>,
        unconfirmed: &mut BTreeSet<String>,
        within: Slice<'_>,
    ) -> Result<(), CallError> {
        let Slice { quota, pace, budget, deadline } = within;
        if quota == 0 {
            return Ok(());
        }
        // At most half for unconfirmed machines, so that the round goes on whatever happens.
        let most = usize::try_from(quota.div_ceil(2)).unwrap_or(usize::MAX);
        unconfirmed.retain(|key| !urgent.contains(key));
        let keys = urgent.iter().chain(unconfirmed.iter());
        let keys = keys.filter_map(|key| MachineKey::new(key.clone()).ok());
        let (now, later): (Vec<(usize, MachineKey)>, Vec<_>) =
            keys.enumerate().partition(|(position, _)| *position < most);
        let keys: Vec<MachineKey> = now.into_iter().map(|(_, key)| key).collect();
        *unconfirmed = later.into_iter().map(|(_, key)| key.to_string()).collect();
        let Rows { rows, unreadable } = self.store.rows(&keys).await?;
        self.unreadable(unreadable.into_values().collect());
        // The round may have come to an unconfirmed machine before.
        let round_ms = sweep.round_ms;
        let confirmed = |row: &Row| row.listed_ms.is_some_and(|at_ms| at_ms >= round_ms);
        let first = rows.into_values().filter(|row| {
            is_listable(row) && (urgent.contains(row.key.as_str()) || !confirmed(row))
        });
        let first: Vec<Row> = first.collect();
        let mut seen: BTreeSet<MachineKey> = first.iter().map(|row| row.key.clone()).collect();
        let unread = self.list(first, budget, deadline).await;
        unconfirmed.extend(unread.iter().map(|key| key.to_string()));

        if sweep.round_ms == 0 {
            sweep.round_ms = self.now_ms;
        }
        let quota = quota.min(self.listed() + pace.slice as u64);
        let mut rounds = 0;
        while self.listed() < quota && Instant::now() < deadline && rounds < 2 {
            let (shard, after) = sweep.at.clone().unwrap_or((0, String::new()));
            let shard = shard.min(SHARDS.len() - 1);
            let left = u32::try_from(quota - self.listed()).unwrap_or(u32::MAX);
            let after = Some(after.as_str()).filter(|after| !after.is_empty());
            let (page, unreadable) = self.store.page(shard, after, Some(left)).await?;
            self.unreadable(unreadable);
            let mut last = page.items.last().map(|row| row.key.to_string());
            let rows: Vec<Row> = page.items.into_iter().filter(is_listable).collect();
            // One round a tick is enough: what was read in it is not read again.
            let again = rows.iter().any(|row| seen.contains(&row.key)) && rounds > 0;
            if again {
                return Ok(());
            }
            let rows: Vec<Row> = rows.into_iter().filter(|row| !seen.contains(&row.key)).collect();
            let order: Vec<MachineKey> = rows.iter().map(|row| row.key.clone()).collect();
            let unread = self.list(rows, budget, deadline).await;
            let stopped = order.iter().position(|key| unread.contains(key));
            seen.extend(order.iter().filter(|key| !unread.contains(*key)).cloned());
            if let Some(stopped) = stopped {
                // The cursor stays before the first machine that was not reached.
                last = stopped.checked_sub(1).map(|at| order[at].to_string());
                if let Some(last) = last {
                    sweep.at = Some((shard, last));
                }
                return Ok(());
            }
            match (page.next, last) {
                (Some(next), _) => sweep.at = Some((shard, next)),
                (None, _) if shard + 1 < SHARDS.len() => {
                    sweep.at = Some((shard + 1, String::new()))
                }
                (None, _) => {
                    let now_ms = self.watcher.clock.now_ms();
                    sweep.at = Some((0, String::new()));
                    sweep.round_took_ms = Some(now_ms - sweep.round_ms);
                    // What was read at this moment was read in the round before.
                    sweep.round_ms = now_ms + 1;
                    sweep.repaired = 0;
                    rounds += 1;
                }
            }
        }
        Ok(())
    }

    fn listed(&self) -> u64 {
        self.calls.list_executions.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Reads these machines and joins what is listed; gives those that were not reached.
    async fn list(
        &mut self,
        rows: Vec<Row>,
        budget: &Arc<Budget>,
        deadline: Instant,
    ) -> BTreeSet<MachineKey> {
        let mut by_key: BTreeMap<MachineKey, Row> =
            rows.into_iter().map(|row| (row.key.clone(), row)).collect();
        let queue: VecDeque<Target> = by_key
            .values()
            .map(|row| Target {
                machine: Machine {
                    arn: row.machine_arn.clone(),
                    name: row.machine_name().to_owned(),
                    express: false,
                    created_ms: row.created_ms,
                },
                key: row.key.clone(),
                looked_into: row.incomplete.as_ref().map(|(attempt, _)| attempt.clone()),
            })
            .collect();
        let mut unread = BTreeSet::new();
        if queue.is_empty() {
            return unread;
        }
        let (mut seen, tasks) = self.watcher.reader(budget, deadline, self.calls).read_all(queue);
        while let Some(one) = seen.recv().await {
            if matches!(one.outcome, Outcome::Unread) {
                unread.insert(one.key);
                continue;
            }
            let Some(row) = by_key.remove(&one.key) else { continue };
            self.join(row, one).await;
        }
        tasks.join_all().await;
        unread
    }

    /// Joins what was listed of a machine to its row.
    async fn join(&mut self, row: Row, seen: Seen) {
        let Seen { machine, key, outcome } = seen;
        let now_ms = self.watcher.clock.now_ms();
        let declared = self.watcher.settings.watch.of(&key);
        let rules = self.watcher.rules(&key, &row);
        let incomplete = match &outcome {
            Outcome::Read(history) => history.incomplete.clone(),
            _ => None,
        };
        let was_listed = row.listed_ms.is_some();
        let before = row.shown.clone();
        let at = self.watcher.clock.now();
        let mutes = self.mutes.as_slice();
        let watcher = self.watcher;
        let updated = self.store.update(row, now_ms, |row| match &outcome {
            Outcome::Read(history) => {
                let known = row.finished.clone();
                row.list(history.clone().listed(now_ms, declared.limits_by_p99()));
                row.incomplete = incomplete.clone().or(row.incomplete.take());
                let decision = watcher.decide(row, &known, &[], &rules, now_ms);
                row.hush(&decision, is_muted(mutes, row));
                decision
            }
            Outcome::Gone => Decision { incident: row.gone(now_ms), ..Decision::default() },
            Outcome::Failed(error) => {
                let since_ms = row.unreadable.as_ref().map_or(now_ms, |(_, since_ms)| *since_ms);
                row.unreadable = Some((error.code.clone(), since_ms));
                Decision::default()
            }
            Outcome::Unread => Decision::default(),
        });
        match outcome {
            Outcome::Read(_) => self.tick.listed += 1,
            Outcome::Gone => {
                tracing::info!(machine = machine.name, "deleted since it was listed");
            }
            Outcome::Failed(CallError { ref code, ref message, .. }) => {
                tracing::warn!(machine = machine.name, code, error = message, "machine not read");
                self.summary.error(format!("{}: {code}: {message}", machine.name));
            }
            Outcome::Unread => (),
        }
        match updated.await {
            Ok(updated) => {
                if was_listed {
                    self.repaired(&updated.row, &updated.decision);
                }
                self.publish_anew(&updated.row, before.as_ref(), at);
                self.accept(&updated.row, &updated.decision);
            }
            Err(error) => self.not_written(&key, &error),
        }
    }

    /// Counts a light that an event should have changed: a lost event.
    fn repaired(&mut self, row: &Row, decision: &Decision) {
        let Some(change) = &decision.change else { return };
        let settle_ms = self.watcher.settings.watch.of(&row.key).settle_ms();
        let heard_ms = change.run.changed_ms() + settle_ms + EVENTS_MS;
        if heard_ms < self.now_ms && change.run.changed_ms() >= row.made_ms {
            self.tick.repaired += 1;
            let (machine, run) = (row.key.as_str(), change.run.arn.as_str());
            tracing::warn!(machine, run, "the light was wrong: an event was lost");
        }
    }

    /// Publishes a light that was decided again at this time; the next ticks repeat it.
    fn publish_anew(&mut self, row: &Row, before: Option<&Shown>, at: SystemTime) {
        if row.shown.as_ref() != before && self.watcher.has_metrics(&row.key) {
            let settings = &self.watcher.settings;
            let declared = settings.watch.of(&row.key);
            // What changed it may have happened after the tick began.
            let now_ms = self.watcher.clock.now_ms();
            let judged = evaluate(row, &declared, settings.aborted, now_ms);
            self.points.retain(|point| point.metric != guardian_contract::status_metric(&row.key));
            let point = |code| Point::status(&row.key, code).judged_at(at);
            self.points.extend(judged.code.map(point));
        }
    }

    async fn send(&mut self) {
        let outgoing = std::mem::take(&mut self.outgoing);
        // Not until the last moment: the tick has yet to write what it found.
        let sent = self.watcher.send(outgoing, self.store.deadline, self.calls).await;
        self.tick.notified = sent.notified;
        if sent.unsent > 0 {
            let deployment = self.watcher.settings.deployment.as_deref();
            self.points.push(Point::unsent(sent.unsent, deployment));
        }
    }

    /// Publishes the metrics, and the heartbeat if the tick came to its end.
    async fn finish(&mut self, fleet: &Fleet) {
        let settings = &self.watcher.settings;
        let deployment = settings.deployment.as_deref();
        let mut points = std::mem::take(&mut self.points);
        if let Some(counts) = &self.tick.counts {
            points.extend(Point::counts(counts, deployment, None));
            for (group, counts) in &fleet.groups {
                points.extend(Point::counts(counts, deployment, Some(group)));
            }
            points.push(Point::unread(counts.unreadable as usize, deployment));
        }
        points.extend(Point::turned_bad(&self.turned_bad, deployment));
        // A metric is charged by the hours in which it is published, and to their alarms silence is well.
        let repaired = Point::repaired(self.tick.repaired, deployment);
        let unusable = Point::unusable(self.unusable, deployment);
        points.extend([repaired, unusable].into_iter().filter(|point| point.value > 0.0));
        points.extend(self.tick.lag.map(|lag| Point::reconcile_lag(lag, deployment)));
        let counts = self.tick.counts.unwrap_or(fleet.counts);
        let none_readable = counts.unreadable > 0
            && counts.unreadable as usize + self.summary.skipped == counts.machines as usize;
        // The package has other settings than the template: that must raise an alarm.
        let as_deployed = settings.mismatch.is_none();
        let through = self.reasons.is_empty() && !none_readable && as_deployed;
        if through {
            points.push(Point::heartbeat(deployment));
        }
        let count = points.len();
        let published = self.watcher.publish(points, self.publish_until, self.calls).await;
        self.summary.published = count - published.refused.len();
        self.summary.heartbeat = through && !published.refused.contains(&(count - 1));
        if let Some(error) = published.error {
            tracing::error!(code = error.code, error = error.message, "points not published");
            self.reasons.push(format!("publishing broke off: {error}"));
        }
    }
}

fn is_listable(row: &Row) -> bool {
    row.gone_ms.is_none() && !row.express
}

/// Whether a row is not of the machine that the roster has under its key.
fn is_stale(row: &Row, machine: Option<&Machine>, now_ms: i64) -> bool {
    match machine {
        // A machine that an event has just reported may be too young for the list.
        None => {
            let young = row.listed_ms.is_none() && now_ms - row.made_ms < YOUNG_MS;
            row.gone_ms.is_none() && !young
        }
        Some(machine) => {
            row.gone_ms.is_some()
                || row.machine_arn != machine.arn
                || row.express != machine.express
                || (machine.created_ms.is_some() && row.created_ms != machine.created_ms)
        }
    }
}

/// Updates a row with its machine's entry in the roster.
fn synchronise(
    row: &mut Row,
    machine: Option<&Machine>,
    now_ms: i64,
) -> Option<guardian_contract::IncidentWrite> {
    let Some(machine) = machine else { return row.gone(now_ms) };
    let was_listed = row.listed_ms.is_some();
    let ended = row.created(&machine.arn, machine.created_ms, now_ms);
    if machine.express && !row.express && was_listed {
        // Its alarm gets no more data: its executions can no longer be listed.
        row.unreadable = Some(("BecameExpress".to_owned(), now_ms));
    } else if !machine.express && row.express {
        row.unreadable = None;
    }
    row.express = machine.express;
    ended
}
