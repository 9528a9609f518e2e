//! Notifications of state changes. The process that writes a row also sends its outbox; a tick sends
//! it if that process has ended. So each is sent at least once, and twice only across a crash. While
//! a red light is acknowledged, repeated notifications of it are held back.

use crate::format;
use crate::notice::{self, About, Notice, Way};
use crate::retry::{CallError, until};
use crate::table::WRITERS;
use crate::watcher::{Ports, Watcher};
use crate::{Calls, Kind};
use futures_util::stream::{self, StreamExt};
use guardian_board::{Acknowledgement, State};
use guardian_contract::table::ACKNOWLEDGED;
use guardian_contract::{
    Attempt, Cause, ChangeKind, Decision, Failure, Format, Light, MachineKey, NotifyOn, PENDING_S,
    Pending, Route, Row, Rules, Run, Why, evaluate,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

/// More changes than this of one batch are one message with the worst of them.
const MAX_SINGLE: usize = 20;
/// What is kept of the time to take from the rows what was sent.
const CLEAR_TIME: Duration = Duration::from_secs(2);
/// Histories that one batch or tick reads.
const MAX_HISTORIES: usize = 40;

/// A row with notifications that are to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub row: Row,
    pub pending: Vec<Pending>,
}

/// The result of sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SendResult {
    /// Notifications that were sent, on any channel.
    pub notified: usize,
    /// Notifications that a channel refused, or that were given up.
    pub unsent: usize,
}

impl Outgoing {
    /// The notifications that a written decision has queued.
    pub fn of(row: Row, decision: &Decision) -> Self {
        Self { pending: decision.queued.clone(), row }
    }

    /// Everything that waits longer than `older_ms`.
    pub fn waiting(row: Row, now_ms: i64, older_ms: i64) -> Self {
        let due = |pending: &&Pending| now_ms.saturating_sub(pending.at_ms) >= older_ms;
        Self { pending: row.pending().filter(due).cloned().collect(), row }
    }
}

/// An [`Outgoing`] whose newest failure is explained.
#[derive(Debug)]
struct Explained {
    one: Outgoing,
    /// The notifications that an acknowledgement holds back.
    held: Vec<Pending>,
    /// The row as it was read.
    row: Row,
    why: Option<Why>,
}

impl<P: Ports> Watcher<P> {
    /// Accepts the light that the row's runs give, and queues the other notifications. `known` are the
    /// finished runs that the row had, `heard` those that it may have had no room for.
    pub(crate) fn decide(
        &self,
        row: &mut Row,
        known: &[Run],
        heard: &[Run],
        rules: &Rules,
        now_ms: i64,
    ) -> Decision {
        let waiting: Vec<Pending> = row.pending().cloned().collect();
        let mut decision = row.decide(rules, now_ms);
        row.queue_runs(known, heard, rules, now_ms);
        if self.notices(row, rules) {
            let declared = self.settings.watch.of(&row.key);
            let judged = evaluate(row, &declared, self.settings.aborted, now_ms);
            row.queue_judged(&judged, rules, now_ms);
        }
        let new = row.pending().filter(|pending| !waiting.contains(pending));
        decision.queued = new.cloned().collect();
        decision
    }

    /// Whether passing time has made the machine late or stuck, and that has yet to be notified.
    pub(crate) fn is_unnoticed(&self, row: &Row, now_ms: i64) -> bool {
        let rules = self.rules(&row.key, row);
        let declared = self.settings.watch.of(&row.key);
        self.notices(row, &rules)
            && row.is_unnoticed(&evaluate(row, &declared, self.settings.aborted, now_ms), &rules)
    }

    /// Whether more than the light of a machine is or was notified.
    fn notices(&self, row: &Row, rules: &Rules) -> bool {
        rules.notify_on != NotifyOn::DEFAULT || row.noticed != Default::default()
    }

    /// How a machine's light is decided and notified.
    pub(crate) fn rules(&self, key: &MachineKey, row: &Row) -> Rules {
        let declared = self.settings.watch.of(key);
        let route = self.route(row);
        Rules {
            aborted: self.settings.aborted,
            settle_ms: declared.settle_ms(),
            renotify_every: declared.renotify_every.unwrap_or(0),
            topic: self.target(route, Way::Topic).is_some(),
            bus: self.target(route, Way::Bus).is_some(),
            notify_on: declared.notify_on(),
        }
    }

    fn format(&self, route: Option<&Route>) -> Format {
        route.and_then(|route| route.format).unwrap_or(self.settings.format)
    }

    fn route(&self, row: &Row) -> Option<&Route> {
        let name = row.machine_name();
        self.settings.routes.of(name, &row.tags)
    }

    /// Where notifications of a route go by this way: the deployment's own unless it says
    /// otherwise.
    fn target<'a>(&'a self, route: Option<&'a Route>, way: Way) -> Option<&'a str> {
        let of_route = route.and_then(|route| match way {
            Way::Topic => route.topic.as_deref(),
            Way::Bus => route.event_bus.as_deref(),
        });
        let own = match way {
            Way::Topic => self.settings.topic_arn.as_deref(),
            Way::Bus => self.settings.event_bus.as_deref(),
        };
        of_route.or(own)
    }

    /// Reads why the newest failures failed, sends what is to be sent, and takes it from the rows.
    /// A row without anything to send is only explained.
    pub(crate) async fn send(
        &self,
        outgoing: Vec<Outgoing>,
        deadline: Instant,
        calls: &Calls,
    ) -> SendResult {
        let mut left = MAX_HISTORIES;
        let acks = self.acknowledgements(&outgoing, deadline, calls).await;
        let outgoing: Vec<(Outgoing, Vec<Pending>)> =
            outgoing.into_iter().map(|one| self.hold_back(one, &acks)).collect();
        // A way that is throttled until time is out must leave time to write what went by the other.
        let time = deadline.saturating_duration_since(Instant::now());
        let notify_until = deadline - (time / 5).min(CLEAR_TIME);
        let storm = outgoing.iter().map(|(one, _)| one.pending.len()).sum::<usize>() > MAX_SINGLE;
        let tasks = outgoing.into_iter().map(|(one, held)| {
            let attempt = unexplained(&one.row).filter(|_| left > 0);
            left -= usize::from(attempt.is_some());
            async move {
                let why = match attempt {
                    Some(attempt) => self.history(attempt, notify_until, calls).await,
                    None => None,
                };
                (one, held, why)
            }
        });
        let explained: Vec<(Outgoing, Vec<Pending>, Option<Why>)> =
            stream::iter(tasks).buffer_unordered(WRITERS).collect().await;
        // What is written is the row as it was read and what was learned: the copy that is sent
        // from has it already.
        let explained: Vec<Explained> = explained
            .into_iter()
            .map(|(mut one, held, why)| {
                let row = one.row.clone();
                if let Some(why) = &why {
                    one.row.explain(why.clone());
                }
                Explained { one, held, row, why }
            })
            .collect();
        let mut result = SendResult::default();
        let digested = match storm {
            true => self.digest(&explained, notify_until, calls, &mut result).await,
            false => HashSet::new(),
        };
        let digested = &digested;
        let tasks = explained.into_iter().map(|Explained { one, held, row, why }| async move {
            // A notification that is held back counts as sent: it is not sent after the
            // acknowledgement.
            let mut sent: Vec<(Pending, bool, bool)> =
                held.into_iter().map(|pending| (pending, true, true)).collect();
            let mut counted = SendResult::default();
            for pending in &one.pending {
                let ways = self.send_one(&one.row, pending, digested, notify_until, calls).await;
                counted.notified += ways.notified;
                counted.unsent += ways.refused;
                sent.push((pending.clone(), ways.topic, ways.bus));
            }
            if sent.is_empty() && why.is_none() {
                return counted;
            }
            self.clear(row, &sent, why, deadline, calls).await;
            counted
        });
        let counts: Vec<SendResult> = stream::iter(tasks).buffer_unordered(WRITERS).collect().await;
        for one in counts {
            result.notified += one.notified;
            result.unsent += one.unsent;
        }
        result
    }

    /// The acknowledgements by machine, if anything is to be sent that one could hold back. If they
    /// cannot be read, everything is sent.
    async fn acknowledgements(
        &self,
        outgoing: &[Outgoing],
        deadline: Instant,
        calls: &Calls,
    ) -> HashMap<String, Acknowledgement> {
        let repeats = |one: &Outgoing| one.pending.iter().any(|p| p.change.kind.is_repeat());
        if !outgoing.iter().any(repeats) {
            return HashMap::new();
        }
        match self.store(deadline, calls).partition(ACKNOWLEDGED).await {
            Ok(items) => items
                .into_iter()
                // One that cannot be read is another version's.
                .filter_map(|item| {
                    let ack: Acknowledgement = serde_json::from_str(&item.document).ok()?;
                    (ack.machine == item.key.sort).then_some((item.key.sort, ack))
                })
                .collect(),
            Err(CallError { code, message, .. }) => {
                tracing::warn!(code, error = message, "acknowledgements not read");
                HashMap::new()
            }
        }
    }

    /// Drops the repeats of acknowledged faults from the notifications to send.
    fn hold_back(
        &self,
        mut one: Outgoing,
        acks: &HashMap<String, Acknowledgement>,
    ) -> (Outgoing, Vec<Pending>) {
        let now_ms = self.clock.now_ms();
        let row = &one.row;
        let red = row.shown.as_ref().filter(|shown| shown.light == Light::Red);
        let (Some(ack), Some(shown)) = (acks.get(row.key.as_str()), red) else {
            return (one, Vec::new());
        };
        let (kept, held) = one.pending.into_iter().partition(|pending: &Pending| {
            let state = State::Red(pending.change.run.status);
            !pending.change.kind.is_repeat() || !ack.holds(state, Some(shown.since_ms), now_ms)
        });
        one.pending = kept;
        let held: Vec<Pending> = held;
        if !held.is_empty() {
            let (machine, by) = (row.key.as_str(), notice::plain(&ack.by, notice::MAX_STATE));
            tracing::info!(machine, by, count = held.len(), "held back: acknowledged");
        }
        (one, held)
    }

    /// Removes sent notifications from a row. If that fails it is sent a second time, which is better than
    /// not sent.
    async fn clear(
        &self,
        row: Row,
        sent: &[(Pending, bool, bool)],
        why: Option<Why>,
        deadline: Instant,
        calls: &Calls,
    ) {
        let machine = row.key.to_string();
        let now_ms = self.clock.now_ms();
        let store = self.store(deadline, calls);
        let updated = store.update(row, now_ms, |row| {
            for (pending, topic, bus) in sent {
                let attempt = Attempt::of(&pending.change.run);
                row.sent(&attempt, pending.change.kind, *topic, *bus);
            }
            Decision {
                incident: why.clone().and_then(|why| row.explain(why)),
                ..Decision::default()
            }
        });
        if let Err(CallError { code, message, .. }) = updated.await {
            tracing::warn!(machine, code, error = message, "what was sent is still in the row");
        }
    }

    /// Sends one notification on each of its channels, independently of each other.
    async fn send_one(
        &self,
        row: &Row,
        pending: &Pending,
        digested: &HashSet<(Way, String, Format)>,
        deadline: Instant,
        calls: &Calls,
    ) -> Ways {
        let now_ms = self.clock.now_ms();
        if now_ms.saturating_sub(pending.at_ms) > i64::from(PENDING_S) * 1_000 {
            let machine = row.key.as_str();
            tracing::error!(machine, "a notification could not be sent for an hour: given up");
            return Ways { topic: true, bus: true, notified: 0, refused: 1 };
        }
        let route = self.route(row);
        let why = row.why.as_ref().filter(|why| why.attempt == Attempt::of(&pending.change.run));
        let failure = why.map_or_else(Failure::default, |why| Failure {
            state: why.state.clone(),
            error: why.error.clone(),
            cause: why.cause.clone(),
        });
        // The row does not record whether a cause was left out.
        let left_out = self.settings.redact_cause && is_bad(pending.change.kind);
        let cause = failure.cause.or_else(|| left_out.then(String::new));
        let failure = Failure { cause, ..failure };
        let deployment = self.settings.deployment.as_deref();
        let about = About {
            key: &row.key,
            arn: &row.machine_arn,
            deployment,
            team: route.and_then(|route| route.team.as_deref()),
            runbook: route.and_then(|route| route.runbook.as_deref()),
            incident: Some(pending.incident.as_str()).filter(|id| !id.is_empty()),
            more: pending.more,
            light: row.shown.as_ref().map_or(Light::Grey, |shown| shown.light),
        };
        let redacted = self.settings.redact_cause;
        let notice = notice::write(about, &pending.change, &failure, redacted);
        let format = self.format(route);
        let by = |way: Way, open: bool| {
            let notice = &notice;
            async move {
                let target = self.target(route, way).filter(|_| open);
                let Some(to) = target else { return (true, 0, 0) };
                if digested.contains(&(way, to.to_owned(), format)) {
                    return (true, 0, 0);
                }
                match self.by(way, to, format, notice, deadline, calls).await {
                    Ok(id) => {
                        tracing::info!(machine = row.key.as_str(), ?way, id, "notified");
                        (true, 1, 0)
                    }
                    Err(CallError { kind, code, message }) => {
                        let machine = row.key.as_str();
                        tracing::error!(machine, ?way, code, error = message, "not notified");
                        let again = matches!(kind, Kind::Throttled | Kind::Transient);
                        (false, 0, usize::from(!again))
                    }
                }
            }
        };
        // Concurrently: a channel that is throttled until the deadline must not block the other.
        let ((topic, one, refused), (bus, other, also)) =
            tokio::join!(by(Way::Topic, pending.topic), by(Way::Bus, pending.bus));
        Ways { topic, bus, notified: one + other, refused: refused + also }
    }

    async fn by(
        &self,
        way: Way,
        to: &str,
        format: Format,
        notice: &Notice,
        deadline: Instant,
        calls: &Calls,
    ) -> Result<String, CallError> {
        let notice = &format::written(format, notice, self.clock.now_ms());
        let call = until(deadline, calls.of(way), None, || self.ports.notify(way, to, notice));
        call.await.map_err(|failure| failure.into_error())
    }

    /// One message to each target instead of many; returns the targets that accepted it.
    async fn digest(
        &self,
        outgoing: &[Explained],
        deadline: Instant,
        calls: &Calls,
        result: &mut SendResult,
    ) -> HashSet<(Way, String, Format)> {
        type Target = (Way, String, Format);
        let mut by_target: BTreeMap<Target, Vec<(&Row, &Pending)>> = BTreeMap::new();
        for Explained { one, .. } in outgoing {
            let route = self.route(&one.row);
            let format = self.format(route);
            for pending in &one.pending {
                for (way, open) in [(Way::Topic, pending.topic), (Way::Bus, pending.bus)] {
                    // Programs that read the bus get each change as an event of its own.
                    let target = self.target(route, way).filter(|_| open && way == Way::Topic);
                    if let Some(to) = target {
                        by_target
                            .entry((way, to.to_owned(), format))
                            .or_default()
                            .push((&one.row, pending));
                    }
                }
            }
        }
        let mut took = HashSet::new();
        for ((way, to, format), changes) in by_target {
            let deployment = self.settings.deployment.as_deref();
            let notice = notice::digest(deployment, &changes);
            match self.by(way, &to, format, &notice, deadline, calls).await {
                Ok(id) => {
                    tracing::info!(changes = changes.len(), ?way, id, "notified of many at once");
                    result.notified += 1;
                    took.insert((way, to, format));
                }
                Err(CallError { code, message, .. }) => {
                    tracing::error!(?way, code, error = message, "not notified of many at once");
                }
            }
        }
        took
    }

    /// Why an attempt failed, from the end of its history.
    async fn history(&self, attempt: Attempt, deadline: Instant, calls: &Calls) -> Option<Why> {
        let call = until(deadline, &calls.history, None, || self.ports.last_events(&attempt.0));
        match call.await {
            Ok(events) => {
                let Failure { state, error, cause } = Failure::of(&events, parse);
                let redacted = self.settings.redact_cause;
                Some(why(attempt, state, error, cause, redacted, true))
            }
            Err(failed) => {
                let CallError { kind, code, message } = failed.into_error();
                let execution = attempt.0.as_str();
                tracing::warn!(execution, code, error = message, "history not read");
                // A history that can never be read is not requested again.
                let for_good = !matches!(kind, Kind::Throttled | Kind::Transient);
                for_good.then(|| why(attempt, None, None, None, false, true))
            }
        }
    }
}

struct Ways {
    topic: bool,
    bus: bool,
    notified: usize,
    refused: usize,
}

/// The attempt that a row is red for, if its history has not been read yet.
pub(crate) fn unexplained(row: &Row) -> Option<Attempt> {
    let shown = row.shown.as_ref().filter(|shown| shown.light == Light::Red)?;
    let known = row.why.as_ref().is_some_and(|why| why.attempt == shown.by && why.complete);
    // An attempt that a redrive hides has no end in the history any more.
    let kept = row.finished.iter().any(|run| Attempt::of(run) == shown.by);
    (kept && !known).then(|| shown.by.clone())
}

/// Why an attempt failed, cut to what a row has room for. The cause of an event is raw text.
pub(crate) fn why(
    attempt: Attempt,
    state: Option<String>,
    error: Option<String>,
    cause: Option<String>,
    redacted: bool,
    complete: bool,
) -> Why {
    let cause = match complete {
        true => cause,
        false => cause.as_deref().map(|cause| Cause::text(cause, parse)),
    };
    let cut = |text: Option<String>, limit| text.map(|text| notice::plain(&text, limit));
    Why {
        attempt,
        state: cut(state, notice::MAX_STATE),
        error: cut(error, notice::MAX_ERROR),
        cause: cut(cause, notice::MAX_CAUSE).filter(|_| !redacted),
        complete,
    }
}

fn parse(cause: &str) -> Option<Cause> {
    serde_json::from_str(cause).ok()
}

/// Whether a failed run is behind a notification.
fn is_bad(kind: ChangeKind) -> bool {
    matches!(kind, ChangeKind::Failed | ChangeKind::StillFailing | ChangeKind::RunFailed)
}
