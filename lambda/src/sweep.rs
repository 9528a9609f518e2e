//! One sweep: list, read, publish.

use crate::publish::{Point, Publisher, batches};
use crate::retry::{CallError, Failure, Kind, until};
use crate::{Budget, Calls, Settings, Summary};
use guardian_contract::{Aborted, MachineKey, Run, Semantics, Status, read};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A machine, as ListStateMachines tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Whether it is EXPRESS, whose executions cannot be listed.
    pub express: bool,
}

/// An execution, as ListExecutions tells it; its status may be one that we do not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// ARN.
    pub arn: String,
    /// Status, in the API's word.
    pub status: String,
    /// When it started, in milliseconds since the epoch, as all times here.
    pub start_ms: i64,
    /// When it ended, if it has.
    pub stop_ms: Option<i64>,
    /// When it was last redriven, if it was.
    pub redrive_ms: Option<i64>,
    /// How often it was redriven.
    pub redrive_count: u32,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Token of the next page.
    pub next: Option<String>,
}

/// What is asked of ListExecutions; the answer is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The machine.
    pub machine_arn: &'a str,
    /// Only executions with this status.
    pub status: Option<Status>,
    /// At most so many.
    pub limit: u16,
    /// The page to continue with.
    pub token: Option<&'a str>,
}

/// Where machines and their executions are read. One call of a method is one API call: whoever
/// implements it retries nothing.
pub trait Fleet: Send + Sync + 'static {
    /// A page of all machines of the account and region.
    fn list_machines(
        &self,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Machine>, CallError>> + Send;

    /// A page of a machine's executions.
    fn list_executions(
        &self,
        ask: Ask<'_>,
    ) -> impl Future<Output = Result<Page<Execution>, CallError>> + Send;
}

/// Executions asked for at once under `last-finished`: enough that a machine with dozens of runs
/// under way is still one call.
const PAGE: u16 = 100;
/// Pages of running executions that are read through before finished ones are asked for by status.
const MAX_PAGES: usize = 3;

/// The sweep, with what lives as long as the process: clients, budget, and when each machine was
/// last reached.
#[derive(Debug)]
pub struct Sweeper<F, P> {
    fleet: Arc<F>,
    publisher: P,
    settings: Arc<Settings>,
    budget: Arc<Budget>,
    // Machine ARN to the instant at which the sweep began that last reached it.
    reached: Mutex<HashMap<String, Instant>>,
}

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
            "{} ({read} of {} machines read, {} points published)",
            self.reasons.join("; "),
            self.summary.machines,
            self.summary.published
        )
    }
}
impl std::error::Error for SweepError {}

/// What became of one machine.
#[derive(Debug)]
enum Outcome {
    Read { code: u8, word: &'static str },
    Held(&'static str),
    Skipped(&'static str),
    Failed(CallError),
    Unread,
}

struct Seen {
    machine: Machine,
    key: MachineKey,
    outcome: Outcome,
    unknown: usize,
}

impl<F: Fleet, P: Publisher> Sweeper<F, P> {
    /// A sweep over these.
    pub fn new(fleet: F, publisher: P, settings: Settings) -> Self {
        let budget = Budget::new(settings.list_burst, settings.list_refill);
        Self {
            fleet: Arc::new(fleet),
            publisher,
            settings: Arc::new(settings),
            budget: Arc::new(budget),
            reached: Mutex::default(),
        }
    }

    /// Where machines are read.
    pub fn fleet(&self) -> &F {
        &self.fleet
    }

    /// Where points go.
    pub fn publisher(&self) -> &P {
        &self.publisher
    }

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
        let seen = self.read_all(queue, read_until, &calls).await;
        let mut points = Vec::with_capacity(seen.len() + 1);
        for one in seen {
            if !matches!(one.outcome, Outcome::Unread) {
                self.reached().insert(one.machine.arn.clone(), started);
            }
            count(one, &mut summary, &mut points);
        }
        if summary.unread > 0 {
            tracing::warn!(
                unread = summary.unread,
                machines = summary.machines,
                "no time was left for these machines; their lights hold"
            );
        }

        points.sort_by(|a, b| a.metric.cmp(&b.metric));
        let none_readable = summary.failed > 0 && points.is_empty() && summary.held == 0;
        if reasons.is_empty() && summary.unread == 0 && !none_readable {
            points.push(Point::heartbeat());
        }
        if let Err(error) = self.publish(points, publish_until, &calls, &mut summary).await {
            tracing::error!(code = error.code, error = error.message, "points not published");
            reasons.push(format!("publishing broke off: {error}"));
        }

        summary.calls = calls.counts();
        summary.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        for reason in &reasons {
            summary.error(reason.clone());
        }
        if reasons.is_empty() {
            Ok(summary)
        } else {
            Err(SweepError { reasons, summary: Box::new(summary) })
        }
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
    fn select(
        &self,
        listed: Vec<Machine>,
        summary: &mut Summary,
    ) -> VecDeque<(Machine, MachineKey)> {
        let mut by_key: BTreeMap<MachineKey, Machine> = BTreeMap::new();
        let mut refused = Vec::new();
        for machine in listed {
            if is_map_run(&machine.arn) || !self.settings.scope.covers(&machine.name) {
                summary.out_of_scope += 1;
                continue;
            }
            summary.machines += 1;
            if machine.express {
                // Its executions cannot be listed; its light comes from AWS/States metrics.
                tracing::debug!(machine = machine.name, "EXPRESS, not asked");
                summary.skipped += 1;
                continue;
            }
            let key = match MachineKey::of_machine(&machine.name) {
                Ok(key) => key,
                Err(invalid) => {
                    refused.push((machine.name, "InvalidName", invalid.to_string()));
                    continue;
                }
            };
            // `x` and `x-step-function` have one metric: two machines would speak through one
            // light. It belongs to the one that is named as Guardian names its own.
            let Some(other) = by_key.get(&key) else {
                by_key.insert(key, machine);
                continue;
            };
            let managed = key.managed_name();
            let (kept, left) = if machine.name == managed {
                (machine, other.clone())
            } else {
                (other.clone(), machine)
            };
            let reason = format!("its metric is that of `{}`; rename or exclude one", kept.name);
            refused.push((left.name, "SameKey", reason));
            by_key.insert(key, kept);
        }
        for (name, code, reason) in refused {
            tracing::warn!(machine = name, code, error = reason, "machine not read");
            summary.failed += 1;
            summary.error(format!("{name}: {code}: {reason}"));
        }
        // If time runs out, it shall not always be the same machines that are not reached.
        let mut queue: Vec<_> = by_key.into_iter().map(|(key, machine)| (machine, key)).collect();
        fastrand::shuffle(&mut queue);
        let mut reached = self.reached();
        queue.sort_by_key(|(machine, _)| reached.get(&machine.arn).copied());
        let listed: HashSet<&String> = queue.iter().map(|(machine, _)| &machine.arn).collect();
        reached.retain(|arn, _| listed.contains(arn));
        drop(reached);
        queue.into()
    }

    async fn read_all(
        &self,
        queue: VecDeque<(Machine, MachineKey)>,
        deadline: Instant,
        calls: &Arc<Calls>,
    ) -> Vec<Seen> {
        let workers = self.settings.concurrency.clamp(1, queue.len().max(1));
        let mut seen = Vec::with_capacity(queue.len());
        let queue = Arc::new(Mutex::new(queue));
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let reader = Reader {
                fleet: Arc::clone(&self.fleet),
                settings: Arc::clone(&self.settings),
                budget: Arc::clone(&self.budget),
                calls: Arc::clone(calls),
                deadline,
            };
            let queue = Arc::clone(&queue);
            tasks.spawn(async move {
                let mut seen = Vec::new();
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((machine, key)) = next else { return seen };
                    let mut unknown = 0;
                    let outcome = reader.outcome(&machine, &mut unknown).await;
                    seen.push(Seen { machine, key, outcome, unknown });
                }
            });
        }
        for part in tasks.join_all().await {
            seen.extend(part);
        }
        seen
    }

    fn reached(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes all batches, each whatever became of the others; the heartbeat only when all
    /// before it are through.
    async fn publish(
        &self,
        points: Vec<Point>,
        deadline: Instant,
        calls: &Calls,
        summary: &mut Summary,
    ) -> Result<(), CallError> {
        let at = SystemTime::now();
        let mut first_error = None;
        for mut batch in batches(points) {
            if first_error.is_some() {
                batch.retain(|point| !point.is_heartbeat());
                if batch.is_empty() {
                    continue;
                }
            }
            let call = until(deadline, &calls.put_metric_data, None, || {
                self.publisher.publish(&batch, at)
            });
            match call.await {
                Ok(()) => {
                    summary.published += batch.len();
                    summary.heartbeat |= batch.iter().any(Point::is_heartbeat);
                }
                Err(failure) => {
                    let error = failure.into_error();
                    first_error.get_or_insert(error);
                }
            }
        }
        first_error.map_or(Ok(()), Err)
    }
}

/// Counts what became of a machine, logs what is worth it, and adds its point.
fn count(seen: Seen, summary: &mut Summary, points: &mut Vec<Point>) {
    let Seen { machine, key, outcome, unknown } = seen;
    summary.unknown_statuses += unknown;
    match outcome {
        Outcome::Read { code, word } => {
            tracing::debug!(machine = machine.name, status = word, "read");
            *summary.by_status.entry(word).or_default() += 1;
            points.push(Point::status(&key, code));
        }
        Outcome::Held(reason) => {
            tracing::info!(machine = machine.name, reason, "the light holds");
            summary.held += 1;
        }
        Outcome::Skipped(reason) => {
            tracing::info!(machine = machine.name, reason, "machine skipped");
            summary.skipped += 1;
        }
        Outcome::Failed(error) => {
            let CallError { code, message, .. } = &error;
            tracing::warn!(machine = machine.name, code, error = message, "machine not read");
            summary.failed += 1;
            summary.error(format!("{}: {error}", machine.name));
        }
        Outcome::Unread => summary.unread += 1,
    }
}

impl Failure {
    fn into_error(self) -> CallError {
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
fn deadlines(now: Instant, remaining: Duration) -> (Instant, Instant) {
    let answer = (remaining / 10).min(Duration::from_millis(500));
    let reserve = (remaining * 3 / 20).clamp(Duration::from_millis(500), Duration::from_secs(5));
    let publish_until = now + (remaining - answer);
    let read_until = now + remaining.saturating_sub(answer + reserve);
    (read_until, publish_until)
}

/// Whether the machine's part of an ARN (of a machine or an execution) is that of a Map Run:
/// `…:stateMachine:NAME/LABEL`, `…:execution:NAME/LABEL:ID`.
fn is_map_run(arn: &str) -> bool {
    arn.split(':').nth(6).is_some_and(|name| name.contains('/'))
}

/// What one worker has at hand.
struct Reader<F> {
    fleet: Arc<F>,
    settings: Arc<Settings>,
    budget: Arc<Budget>,
    calls: Arc<Calls>,
    deadline: Instant,
}

impl<F: Fleet> Reader<F> {
    async fn outcome(&self, machine: &Machine, unknown: &mut usize) -> Outcome {
        match self.history(machine).await {
            Ok(history) => {
                for unknown in &history.unknown {
                    tracing::warn!(
                        machine = machine.name,
                        status = unknown.word,
                        "status is unknown to this version of Guardian"
                    );
                }
                *unknown = history.unknown.len();
                history.verdict(&self.settings)
            }
            Err(Failure::Deadline(_)) => Outcome::Unread,
            Err(Failure::Error(error)) if error.kind == Kind::Gone => {
                Outcome::Skipped("deleted since it was listed")
            }
            Err(Failure::Error(error)) => Outcome::Failed(error),
        }
    }

    /// Reads as much of a machine's executions as its light takes: nearly always one page. While
    /// a page shows nothing but running executions the next is read; after a few of those the
    /// finished ones are asked for by status, so that no number of runs under way hides them.
    async fn history(&self, machine: &Machine) -> Result<History, Failure> {
        let original = self.settings.semantics == Semantics::Original;
        let limit = if original { 1 } else { PAGE };
        let mut history = History::default();
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = self.page(machine, None, limit, token.as_deref()).await?;
            history.add(page.items);
            let settled =
                if original { !history.is_empty() } else { history.decides(&self.settings) };
            let repeated = page.next == token;
            if settled || page.next.is_none() || repeated {
                return Ok(history);
            }
            token = page.next;
        }
        let ignored = (self.settings.aborted == Aborted::Ignore).then_some(Status::Aborted);
        let finished = Status::ALL.into_iter().filter(|s| s.is_finished() && Some(*s) != ignored);
        for status in finished.filter(|_| !original) {
            history.add(self.page(machine, Some(status), limit, None).await?.items);
        }
        Ok(history)
    }

    async fn page(
        &self,
        machine: &Machine,
        status: Option<Status>,
        limit: u16,
        token: Option<&str>,
    ) -> Result<Page<Execution>, Failure> {
        let ask = Ask { machine_arn: &machine.arn, status, limit, token };
        until(self.deadline, &self.calls.list_executions, Some(&*self.budget), || {
            self.fleet.list_executions(ask)
        })
        .await
    }
}

/// What was heard of a machine's executions.
#[derive(Debug, Default)]
struct History {
    runs: Vec<Run>,
    unknown: Vec<Unknown>,
}

/// An execution with a status that this version does not know.
#[derive(Debug)]
struct Unknown {
    arn: String,
    word: String,
    began_ms: i64,
}

impl History {
    fn add(&mut self, executions: Vec<Execution>) {
        // A Map Run's children are not the machine's runs. One execution may come twice, with
        // another status: which one counts is the contract's business.
        for execution in executions.into_iter().filter(|e| !is_map_run(&e.arn)) {
            let Execution { arn, status, start_ms, stop_ms, redrive_ms, redrive_count } = execution;
            if let Some(status) = Status::parse(&status) {
                self.runs.push(Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count });
            } else if !self.unknown.iter().any(|u| u.arn == arn) {
                let began_ms = redrive_ms.map_or(start_ms, |r| r.max(start_ms));
                self.unknown.push(Unknown { arn, word: status, began_ms });
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.unknown.is_empty()
    }

    fn decides(&self, settings: &Settings) -> bool {
        read(settings.semantics, settings.aborted, &self.runs).decided_by.is_some()
    }

    fn verdict(&self, settings: &Settings) -> Outcome {
        let reading = read(settings.semantics, settings.aborted, &self.runs);
        let decided_at = reading.decided_by.as_ref().map(Run::began_ms);
        let outranks = |began: i64| decided_at.is_none_or(|decided| began >= decided);
        if self.unknown.iter().any(|u| outranks(u.began_ms)) {
            return Outcome::Held("a status unknown to this version");
        }
        // A run can be redriven only after it did not succeed, and while it is on its way the list
        // no longer shows how it ended. If that end was the last, publishing the run before it
        // would turn a red light green for a restart.
        let hides_an_end = |run: &Run| {
            // Of several attempts only the first one's and the present one's beginnings are known.
            let ended = if run.redrive_count == 1 { run.start_ms } else { run.began_ms() };
            !run.status.is_finished() && run.redrive_count > 0 && outranks(ended)
        };
        if settings.semantics == Semantics::LastFinished && self.runs.iter().any(hides_an_end) {
            return Outcome::Held("its last finished run is being redriven");
        }
        let word = match (&reading.decided_by, reading.code) {
            (Some(run), _) => run.status.as_str(),
            (None, 0) => "NEVER_RUN",
            (None, _) => Status::Running.as_str(),
        };
        Outcome::Read { code: reading.code, word }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn execution(arn: &str, status: &str, start_ms: i64) -> Execution {
        let stop_ms = (status != "RUNNING").then_some(start_ms + 5);
        Execution {
            arn: arn.into(),
            status: status.into(),
            start_ms,
            stop_ms,
            redrive_ms: None,
            redrive_count: 0,
        }
    }

    fn redriven(mut execution: Execution, at: i64, count: u32) -> Execution {
        (execution.redrive_ms, execution.redrive_count) = (Some(at), count);
        execution
    }

    fn verdict(executions: Vec<Execution>) -> Result<u8, &'static str> {
        let mut history = History::default();
        history.add(executions);
        match history.verdict(&Settings::default()) {
            Outcome::Read { code, .. } => Ok(code),
            Outcome::Held(reason) => Err(reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_redrive_on_its_way_never_turns_a_red_light_green() {
        let running = redriven(execution("b", "RUNNING", 10), 50, 1);
        assert!(verdict(vec![running.clone()]).is_err());
        assert!(verdict(vec![running.clone(), execution("a", "SUCCEEDED", 1)]).is_err());
        // A success that began after the failed attempt had cleared the light before.
        assert_eq!(verdict(vec![running, execution("c", "SUCCEEDED", 20)]), Ok(2));
        let again = redriven(execution("b", "RUNNING", 10), 50, 2);
        assert!(verdict(vec![again, execution("c", "SUCCEEDED", 20)]).is_err());
        let done = redriven(execution("b", "SUCCEEDED", 10), 50, 1);
        assert_eq!(verdict(vec![done, execution("c", "FAILED", 20)]), Ok(2));
    }

    #[test]
    fn an_unknown_status_holds_the_light_only_when_it_is_the_newer() {
        assert!(verdict(vec![execution("b", "PAUSED", 9), execution("a", "FAILED", 1)]).is_err());
        let older = vec![execution("b", "FAILED", 9), execution("a", "PAUSED", 1)];
        assert_eq!(verdict(older), Ok(3));
    }

    #[test]
    fn children_of_a_map_run_are_no_runs() {
        let child = "arn:aws:states:us-east-1:1:execution:name/label:id";
        assert_eq!(verdict(vec![execution(child, "FAILED", 9)]), Ok(0));
        assert!(is_map_run("arn:aws:states:us-east-1:1:stateMachine:name/label"));
        assert!(!is_map_run("arn:aws:states:us-east-1:1:stateMachine:name"));
    }

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
