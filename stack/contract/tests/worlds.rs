//! Worlds: executions as Step Functions keeps them, and two writers that hear of them by events
//! and lists that are lost, repeated, late, out of order or behind. Whatever happens, after one
//! round of lists every row equals the truth, no light moves backwards, and every change that a row
//! accepted is notified: twice only across a crash.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use guardian_contract::{
    Aborted, Attempt, Decision, IncidentWrite, Light, Listed, MachineKey, Row, Rules, Run,
    Semantics, Status, read,
};
use std::collections::{BTreeMap, BTreeSet};

const WORLDS: u64 = 12_000;
const MACHINE: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:pay";
const RULES: Rules = Rules {
    aborted: Aborted::Red,
    settle_ms: 0,
    renotify_every: 0,
    topic: true,
    bus: false,
    notify_on: guardian_contract::NotifyOn::DEFAULT,
};

/// A generator of its own, so that a world's number is all that it takes to see it again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What an execution was at which time: one report for each change, oldest first.
fn executions(random: &mut Random, most: u64) -> Vec<(i64, Run)> {
    let mut reports = Vec::new();
    let count = 1 + random.below(most);
    for number in 0..count {
        let start_ms = 1_000_000
            + i64::try_from(random.below(600)).unwrap() * 1_000
            + i64::try_from(number).unwrap();
        let mut run = Run {
            arn: format!("arn:aws:states:eu-west-1:123456789012:execution:pay:r{number}"),
            status: Status::Running,
            start_ms,
            stop_ms: None,
            redrive_ms: None,
            redrive_count: 0,
        };
        reports.push((start_ms, run.clone()));
        let mut at = start_ms;
        for attempt in 0..3 {
            // One in ten never ends.
            if random.chance(10) {
                break;
            }
            at += 1 + i64::try_from(random.below(300)).unwrap() * 1_000;
            run.status = [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted]
                [usize::try_from(random.below(4)).unwrap()];
            run.stop_ms = Some(at);
            reports.push((at, run.clone()));
            if run.status == Status::Succeeded || !random.chance(35) {
                break;
            }
            at += 1 + i64::try_from(random.below(100)).unwrap() * 1_000;
            (run.status, run.stop_ms) = (Status::Running, None);
            (run.redrive_ms, run.redrive_count) = (Some(at), attempt + 1);
            reports.push((at, run.clone()));
        }
    }
    reports.sort_by_key(|(at, run)| (*at, run.arn.clone(), run.attempt()));
    reports
}

/// What ListExecutions shows of the world at a time.
fn list(reports: &[(i64, Run)], at_ms: i64) -> Listed {
    let mut newest: BTreeMap<&str, &Run> = BTreeMap::new();
    for (_, run) in reports.iter().filter(|(at, _)| *at <= at_ms) {
        newest.insert(&run.arn, run);
    }
    let mut runs: Vec<Run> = newest.into_values().cloned().collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.start_ms));
    Listed { runs, complete: true, at_ms, ..Listed::default() }
}

/// The store: one row under its version, and the incidents.
struct Store {
    row: Row,
    incidents: BTreeMap<String, guardian_contract::Incident>,
    order: (i64, u32, bool, i64),
    /// Changes that a write accepted, each with whether its writer lived to send it.
    accepted: Vec<(Attempt, guardian_contract::ChangeKind)>,
}

/// How a writer's work ended.
#[derive(PartialEq)]
enum WriteOutcome {
    Whole,
    KilledBeforeWrite,
    AnswerLost,
    KilledBeforeSend,
    KilledBeforeClear,
}

struct Sent(Vec<(Attempt, guardian_contract::ChangeKind)>);

impl Store {
    fn write(&mut self, before: &Row, mut row: Row, decision: &Decision, now_ms: i64) -> bool {
        if before.version != self.row.version {
            return false;
        }
        if !row.is_news(before, now_ms) {
            return true;
        }
        row.version += 1;
        row.written_ms = now_ms;
        // What is kept is what the table gives back.
        row = Row::decode(row.key.clone(), row.version, &row.encode()).unwrap();
        let decided = row.reading(RULES.aborted).decided_by;
        let order = decided.map_or((0, 0, false, 0), |run| run.order());
        assert!(order >= self.order, "the light moved back from {:?} to {order:?}", self.order);
        self.order = order;
        match &decision.incident {
            Some(IncidentWrite::Put(one)) => {
                drop(self.incidents.insert(one.sort_key(), one.clone()))
            }
            Some(IncidentWrite::Delete(one)) => drop(self.incidents.remove(&one.sort_key())),
            None => (),
        }
        let known: BTreeSet<_> =
            self.row.outbox.iter().map(|p| (Attempt::of(&p.change.run), p.change.at())).collect();
        for pending in &row.outbox {
            let one = (Attempt::of(&pending.change.run), pending.change.at());
            if !known.contains(&one) {
                self.accepted.push((one.0, pending.change.kind));
            }
        }
        self.row = row;
        true
    }
}

trait At {
    fn at(&self) -> String;
}
impl At for guardian_contract::StateChange {
    fn at(&self) -> String {
        format!("{:?}", self.kind)
    }
}

/// A writer reads, joins, writes under the condition, sends and clears.
fn write(
    store: &mut Store,
    stale: Option<Row>,
    sent: &mut Sent,
    outcome: &WriteOutcome,
    now_ms: i64,
    act: impl Fn(&mut Row),
) -> bool {
    let mut before = stale.unwrap_or_else(|| store.row.clone());
    if *outcome == WriteOutcome::KilledBeforeWrite {
        return false;
    }
    // The second try knows the row that has won.
    for _ in 0..3 {
        let mut row = before.clone();
        act(&mut row);
        let decision = row.decide(&RULES, now_ms);
        let written = store.write(&before, row, &decision, now_ms);
        if written && *outcome == WriteOutcome::AnswerLost {
            return false;
        }
        if written {
            break;
        }
        before = store.row.clone();
    }
    if *outcome == WriteOutcome::KilledBeforeSend {
        return true;
    }
    flush(store, sent, outcome, now_ms, 0);
    true
}

fn flush(store: &mut Store, sent: &mut Sent, outcome: &WriteOutcome, now_ms: i64, older_ms: i64) {
    let due = |at: i64| now_ms - at >= older_ms;
    for pending in store.row.outbox.clone().into_iter().filter(|p| due(p.at_ms)) {
        let attempt = Attempt::of(&pending.change.run);
        sent.0.push((attempt.clone(), pending.change.kind));
        if *outcome == WriteOutcome::KilledBeforeClear {
            return;
        }
        let before = store.row.clone();
        let mut row = before.clone();
        row.sent(&attempt, pending.change.kind, true, false);
        assert!(store.write(&before, row, &Decision::default(), now_ms));
    }
}

fn world(seed: u64) {
    let mut random = Random(seed);
    let reports = executions(&mut random, 24);
    let end_ms = reports.last().map_or(0, |(at, _)| *at) + 1;
    let key = MachineKey::new("pay").unwrap();
    let mut row = Row::new(key.clone(), MACHINE.to_owned(), 0);
    row.created_ms = Some(500_000);
    let mut store =
        Store { row, incidents: BTreeMap::new(), order: (0, 0, false, 0), accepted: Vec::new() };
    let mut sent = Sent(Vec::new());
    // Events: lost, repeated, late by up to 200 s, hence out of order. What was not taken comes again.
    let mut queue: Vec<(i64, Run)> = Vec::new();
    for (at, run) in &reports {
        for _ in 0..1 + u64::from(random.chance(20)) {
            if !random.chance(15) {
                let late =
                    if random.chance(30) { random.below(200_000) } else { random.below(3_000) };
                queue.push((at + i64::try_from(late).unwrap(), run.clone()));
            }
        }
    }
    let mut crashed = false;
    let mut stale: Option<Row> = None;
    queue.sort_by_key(|(at, _)| *at);
    let mut queue: std::collections::VecDeque<_> = queue.into();
    let mut tries = 0;
    while let Some((at, run)) = queue.pop_front() {
        tries += 1;
        let outcome = match random.below(100) {
            _ if tries > 400 => WriteOutcome::Whole,
            0..3 => WriteOutcome::KilledBeforeWrite,
            3..6 => WriteOutcome::AnswerLost,
            6..9 => WriteOutcome::KilledBeforeSend,
            9..12 => WriteOutcome::KilledBeforeClear,
            _ => WriteOutcome::Whole,
        };
        crashed |= outcome != WriteOutcome::Whole;
        let seen = stale.take().filter(|_| random.chance(50));
        if random.chance(20) {
            stale = Some(store.row.clone());
        }
        let heard = run.clone();
        let taken =
            write(&mut store, seen, &mut sent, &outcome, at, |row| row.hear([heard.clone()], at));
        if !taken {
            queue.push_back((at, run));
        }
        if random.chance(5) {
            let behind = i64::try_from(random.below(30_000)).unwrap();
            let seen = Listed { at_ms: at, ..list(&reports, at - behind) };
            write(&mut store, None, &mut sent, &WriteOutcome::Whole, at, |row| {
                row.list(seen.clone())
            });
        }
    }
    // One round, after everything has come to rest.
    let now_ms = end_ms + 600_000;
    let truth = list(&reports, now_ms);
    write(&mut store, None, &mut sent, &WriteOutcome::Whole, now_ms, |row| row.list(truth.clone()));
    flush(&mut store, &mut sent, &WriteOutcome::Whole, now_ms + 300_000, 120_000);

    let expected = read(Semantics::LastFinished, Aborted::Red, &truth.runs);
    let row = &store.row;
    let reading = row.reading(Aborted::Red);
    let attempt = |run: &Option<Run>| run.as_ref().map(Attempt::of);
    // A redrive hides from the list an attempt that an event had reported.
    let hidden = row
        .finished
        .iter()
        .any(|f| truth.runs.iter().any(|t| t.arn == f.arn && t.redrive_count > f.redrive_count));
    if !hidden {
        assert_eq!(attempt(&reading.decided_by), attempt(&expected.decided_by), "world {seed}");
        assert_eq!(reading.light, expected.light, "world {seed}");
    }
    let running: BTreeSet<Attempt> = row.under_way().map(Attempt::of).collect();
    let under_way: Vec<&Run> = truth.runs.iter().filter(|run| !run.status.is_finished()).collect();
    if under_way.len() <= guardian_contract::KEPT_RUNNING {
        assert_eq!(running, under_way.into_iter().map(Attempt::of).collect(), "world {seed}");
    }
    assert!(row.outbox.is_empty(), "world {seed}: {:?}", row.outbox);
    for one in &store.accepted {
        let times = sent.0.iter().filter(|sent| *sent == one).count();
        let wanted = store.accepted.iter().filter(|other| *other == one).count();
        assert!(times >= wanted, "world {seed}: {one:?} was not notified");
        assert!(times <= wanted || crashed, "world {seed}: {one:?} was notified {times} times");
    }
    let open: Vec<_> = store.incidents.values().filter(|one| one.end_ms.is_none()).collect();
    let red = row.shown.as_ref().is_some_and(|shown| shown.light == Light::Red);
    assert_eq!(open.len(), usize::from(red), "world {seed}");
    assert!(store.incidents.values().all(|one| one.end_ms.is_none_or(|end| end > one.start_ms)));
}

#[test]
fn every_world_ends_at_the_truth() {
    for seed in 0..WORLDS {
        world(seed);
    }
}

/// What readers see of a row.
fn seen(row: &Row) -> (Vec<Run>, Vec<Run>) {
    (row.finished.clone(), row.under_way().cloned().collect())
}

#[test]
fn joining_is_commutative_associative_and_idempotent() {
    for seed in 0..4_000 {
        let mut random = Random(seed);
        // Of more runs at once a row names the oldest, until a list says which there are.
        let reports = executions(&mut random, guardian_contract::KEPT_RUNNING as u64);
        let join = |reports: &[&Run]| {
            let mut row = Row::new(MachineKey::new("pay").unwrap(), MACHINE.to_owned(), 0);
            for run in reports {
                row.hear([(*run).clone()], i64::MAX - 100_000);
            }
            row
        };
        let forward: Vec<&Run> = reports.iter().map(|(_, run)| run).collect();
        let mut shuffled = forward.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, usize::try_from(random.below(at as u64 + 1)).unwrap());
        }
        let twice: Vec<&Run> = shuffled.iter().chain(&forward).copied().collect();
        let expected = seen(&join(&forward));
        assert_eq!(seen(&join(&shuffled)), expected, "world {seed}");
        assert_eq!(seen(&join(&twice)), expected, "world {seed}");
        // In two parts that are joined: what the second knows is heard by the first.
        let (one, other) = shuffled.split_at(shuffled.len() / 2);
        let mut whole = join(one);
        let other = join(other);
        whole.hear(other.finished.iter().chain(&other.running).cloned(), i64::MAX - 100_000);
        assert_eq!(seen(&whole), expected, "world {seed}");
    }
}
