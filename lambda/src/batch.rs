//! One batch of the queue: each machine that it names is read once, whatever the number of its
//! messages; those of a machine that could not be dealt with are delivered again.

use crate::Calls;
use crate::confirm::{Confirmations, Delayed};
use crate::fleet::{Execution, Fleet, Machine};
use crate::hints::{self, Change, Hint, MachineArn};
use crate::history::Verdict;
use crate::notice::Notifications;
use crate::notify::{Occasion, Report};
use crate::publish::{Point, Publisher};
use crate::reader::{Outcome, Seen, Target};
use crate::retry::{CallError, Kind};
use crate::watcher::{GATHER, Watcher, deadlines};
use guardian_contract::{MANAGED_SUFFIX, MachineKey, Semantics, Status};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A message of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What the queue calls it.
    pub id: String,
    /// What is in it.
    pub body: String,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// Messages that are to be delivered again.
    pub failed: Vec<String>,
    /// Machines that the batch named and that were to be read.
    pub machines: usize,
    /// Of these, those whose status was read.
    pub read: usize,
    /// Of these, those whose light holds.
    pub held: usize,
    /// Messages that say nothing of a light that we watch: other machines, Map Run children, and
    /// under `last-finished` the start of a run.
    pub ignored: usize,
    /// Messages that are none of ours; they are not asked for again.
    pub garbage: usize,
    /// Machines of which nothing can ever be read, such as EXPRESS ones: their messages are not
    /// asked for again either.
    pub dropped: usize,
    /// Points accepted by CloudWatch.
    pub published: usize,
    /// Machines that will be looked at again.
    pub confirmations: usize,
    /// Messages to people, and events to the bus.
    pub notices: usize,
    /// Calls made, by API name.
    pub calls: BTreeMap<&'static str, u64>,
    /// How long it took.
    pub duration_ms: u64,
}

/// What the messages say of one machine.
#[derive(Debug)]
struct Named {
    key: MachineKey,
    messages: Vec<usize>,
    known: Vec<Execution>,
    occasions: Vec<Occasion>,
    to_read: bool,
    /// Whether an event names it.
    news: bool,
    /// The most confirmations in a row that led to one of the messages.
    hop: u32,
}

/// What is to be said of the machines read so far, each with its machine's ARN.
#[derive(Debug, Default)]
struct Gathered {
    points: Vec<(String, Point)>,
    confirmations: Vec<(String, Delayed)>,
    report: Vec<Report>,
    since: Option<Instant>,
}

impl<F: Fleet, P: Publisher, O: Confirmations + Notifications> Watcher<F, P, O> {
    /// Answers a batch, within `remaining`. Whatever is done twice because a message came twice,
    /// or because the process ended in between, says the same again.
    pub async fn answer(&self, messages: &[Message], remaining: Duration) -> Answered {
        let started = Instant::now();
        let (read_until, publish_until) = deadlines(started, remaining);
        let calls = Arc::new(Calls::default());
        let mut answered = Answered::default();
        let mut named = self.sort(messages, &mut answered);
        let mut failed: BTreeSet<usize> = BTreeSet::new();
        let doubtful: Vec<String> =
            named.keys().filter(|arn| self.is_doubtful(arn)).cloned().collect();
        if !doubtful.is_empty() {
            let learned = self.learn_owners(read_until, &calls).await;
            if let Err(CallError { code, message, .. }) = &learned {
                tracing::warn!(code, error = message, "machines not listed");
            }
            for arn in doubtful.into_iter().filter(|arn| self.is_doubtful(arn)) {
                let messages = named.remove(&arn).map(|one| one.messages).unwrap_or_default();
                match learned {
                    Ok(()) => answered.ignored += messages.len(),
                    Err(_) => failed.extend(messages),
                }
            }
        }
        let messages_of =
            |arn: &str| named.get(arn).map(|n| n.messages.clone()).unwrap_or_default();

        let queue: VecDeque<Target> =
            named.iter().filter(|(_, n)| n.to_read).map(|(arn, n)| n.target(arn)).collect();
        answered.machines = queue.len();
        let (mut seen, tasks) = self.reader(read_until, &calls).read_all(queue);
        let mut gathered = Gathered::default();
        loop {
            let next = match gathered.since {
                None => Ok(seen.recv().await),
                Some(since) => timeout_at(since + GATHER, seen.recv()).await,
            };
            match next {
                Ok(Some(one)) => {
                    if let Err(arn) = self.weigh(one, &named, &mut answered, &mut gathered) {
                        failed.extend(messages_of(&arn));
                    }
                    continue;
                }
                Ok(None) => break,
                Err(_) => (),
            }
            let part = std::mem::take(&mut gathered);
            for arn in self.tell(part, publish_until, &calls, &mut answered).await {
                failed.extend(messages_of(&arn));
            }
        }
        tasks.join_all().await;
        for arn in self.tell(gathered, publish_until, &calls, &mut answered).await {
            failed.extend(messages_of(&arn));
        }

        answered.failed = failed.into_iter().map(|i| messages[i].id.clone()).collect();
        answered.calls = calls.counts();
        answered.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        answered
    }

    /// Sorts the messages by machine ARN.
    fn sort(&self, messages: &[Message], answered: &mut Answered) -> HashMap<String, Named> {
        let mut named: HashMap<String, Named> = HashMap::new();
        let last_finished = self.settings.semantics == Semantics::LastFinished;
        for (number, message) in messages.iter().enumerate() {
            let mut hop = None;
            let (machine, known, occasion, to_read) = match hints::read(&message.body) {
                Err(reason) => {
                    let body: String = message.body.chars().take(200).collect();
                    tracing::warn!(id = message.id, reason, body, "message is none of ours");
                    answered.garbage += 1;
                    continue;
                }
                Ok(Hint::Ignored(reason)) => {
                    tracing::debug!(id = message.id, reason, "ignored");
                    answered.ignored += 1;
                    continue;
                }
                Ok(Hint::Confirm { machine, confirmation }) => {
                    hop = Some(confirmation.hop);
                    let known: Vec<Execution> =
                        confirmation.runs.into_iter().map(Execution::from).collect();
                    let held = known.first().filter(|_| confirmation.settling);
                    let occasion = held.map(Occasion::of);
                    (machine, known, occasion, true)
                }
                Ok(Hint::Change(change)) => {
                    // That a run has begun, or has begun anew, decides nothing there: a call less
                    // for every run.
                    let status = Status::parse(&change.execution.status);
                    let begun = status.is_some_and(|status| !status.is_finished());
                    let Change { machine, execution, error, cause } = change;
                    let occasion = Occasion { error, cause, ..Occasion::of(&execution) };
                    let to_read = !(last_finished && begun);
                    (machine, vec![execution], Some(occasion).filter(|_| !begun), to_read)
                }
            };
            let Some(key) = self.key_of(&machine) else {
                answered.ignored += 1;
                continue;
            };
            for execution in &known {
                self.recent.remember(&machine.arn, execution.clone());
            }
            answered.ignored += usize::from(!to_read);
            let one = named.entry(machine.arn).or_insert_with(|| Named {
                key,
                messages: Vec::new(),
                known: Vec::new(),
                occasions: Vec::new(),
                to_read: false,
                news: false,
                hop: 0,
            });
            one.news |= hop.is_none();
            one.hop = one.hop.max(hop.unwrap_or(0));
            one.messages.push(number);
            one.known.extend(known);
            one.occasions.extend(occasion);
            one.to_read |= to_read;
        }
        named
    }

    /// The key of a machine that is watched.
    fn key_of(&self, machine: &MachineArn) -> Option<MachineKey> {
        let scope = &self.settings.scope;
        // A name that no metric can carry is the sweep's to complain of.
        let key = MachineKey::of_machine(&machine.name).ok()?;
        let managed = key.managed_name();
        let is_anothers = machine.name != managed && scope.include.names(&managed);
        let watched = scope.covers(&machine.name)
            && !is_anothers
            && !self.memory().shadowed.contains(&machine.arn);
        watched.then_some(key)
    }

    /// Whether the metric of a machine may be another's: it is `x-step-function`, the stack does not
    /// name it, and no list has told that it is not in the place of an `x`.
    fn is_doubtful(&self, arn: &str) -> bool {
        let name = arn.rsplit(':').next().unwrap_or_default();
        name.ends_with(MANAGED_SUFFIX)
            && !self.settings.scope.include.names(name)
            && !self.memory().owners.contains(arn)
    }

    /// Gathers what is to be said of a machine; the error is the ARN of one that was not read.
    fn weigh(
        &self,
        seen: Seen,
        named: &HashMap<String, Named>,
        answered: &mut Answered,
        gathered: &mut Gathered,
    ) -> Result<(), String> {
        let Seen { machine, key, outcome } = seen;
        let history = match outcome {
            Outcome::Read(history) => history,
            Outcome::Gone => {
                tracing::info!(machine = machine.name, "deleted since it was heard of");
                return Ok(());
            }
            Outcome::Failed(error) if error.kind == Kind::Unsupported => {
                let (code, message) = (error.code, error.message);
                tracing::warn!(machine = machine.name, code, error = message, "dropped");
                answered.dropped += 1;
                return Ok(());
            }
            Outcome::Failed(error) => {
                let (code, message) = (error.code, error.message);
                tracing::warn!(machine = machine.name, code, error = message, "machine not read");
                return Err(machine.arn);
            }
            Outcome::Unread => {
                tracing::warn!(machine = machine.name, "no time was left for this machine");
                return Err(machine.arn);
            }
        };
        let hop = named.get(&machine.arn).filter(|one| !one.news).map_or(0, |one| one.hop);
        let look = self.look(&machine, &key, &history, hop);
        match look.verdict {
            Verdict::Status { word, .. } => {
                tracing::debug!(machine = machine.name, status = word, "read");
                answered.read += 1;
                let occasions = named.get(&machine.arn).map_or(&[][..], |one| &one.occasions);
                gathered.report.extend(self.report(&machine.arn, &key, &history, occasions));
            }
            Verdict::Held { reason, .. } => {
                tracing::info!(machine = machine.name, reason, "the light holds");
                answered.held += 1;
            }
        }
        gathered.since.get_or_insert_with(Instant::now);
        let own = |point| (machine.arn.clone(), point);
        gathered.points.extend(look.points.into_iter().map(own));
        gathered.confirmations.extend(look.confirmation.map(|one| (machine.arn.clone(), one)));
        Ok(())
    }

    /// Publishes and sends what was gathered; gives back the ARNs of the machines of which not all
    /// could be.
    async fn tell(
        &self,
        gathered: Gathered,
        deadline: Instant,
        calls: &Calls,
        answered: &mut Answered,
    ) -> HashSet<String> {
        let (owners, points): (Vec<String>, Vec<Point>) = gathered.points.into_iter().unzip();
        let count = points.len();
        let published = self.publish(points, deadline, calls).await;
        answered.published += count - published.refused.len();
        if let Some(error) = published.error {
            tracing::error!(code = error.code, error = error.message, "points not published");
        }
        let mut failed: HashSet<String> =
            published.refused.into_iter().map(|at| owners[at].clone()).collect();
        let count = gathered.confirmations.len();
        let (refused, error) = self.send(gathered.confirmations, deadline, calls).await;
        answered.confirmations += count - refused.len();
        if let Some(error) = error {
            tracing::error!(code = error.code, error = error.message, "confirmations not sent");
        }
        failed.extend(refused);
        for report in gathered.report {
            // One whose point is not published comes again, and is told then.
            let machine_arn = report.machine_arn.clone();
            if failed.contains(&machine_arn) {
                continue;
            }
            let notified = self.notify(&report, deadline, calls).await;
            answered.notices += notified.told;
            if notified.again {
                failed.insert(machine_arn);
            }
        }
        failed
    }
}

impl Named {
    fn target(&self, arn: &str) -> Target {
        let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
        let machine = Machine { arn: arn.to_owned(), name, express: false, created_ms: None };
        Target { machine, key: self.key.clone(), known: self.known.clone() }
    }
}
