//! The function as a whole against the truth, in a world that misbehaves: events are lost, doubled,
//! late and out of order, processes are killed at any moment, ListExecutions is behind by up to 30 s
//! and throttles, the table throttles, shows what was before and loses its answers, CloudWatch
//! refuses, and numbers published within one minute are read as their maximum. A seeded generator
//! makes the world, so each case can be repeated.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{
    Account, Chances, Cloud, Function, PREFIX, QUEUE, Shown, TIMEOUT, arn, error, function,
    machine, settings,
};
use fastrand::Rng;
use guardian_contract::{
    Aborted, Attempt, ChangeKind, Declared, Light, Run, Status, Watch, evaluate,
};
use guardian_lambda::{Execution, Kind, Machine, Message, Settings, Way};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

/// The queue's visibility timeout: six times the function's timeout.
const HIDDEN_MS: i64 = 180_000;

/// What goes wrong in a case, besides [`Chances`].
#[derive(Debug, Clone, Copy)]
struct Faults {
    dropped: f64,
    doubled: f64,
    killed: f64,
    denied: bool,
}

#[derive(Debug)]
struct Letter {
    id: String,
    body: String,
    visible_ms: i64,
}

fn name(machine: usize) -> String {
    format!("m{machine}")
}

/// A machine's executions: some long past, some within ten minutes, overlapping, redriven, and a
/// few that are not over in the end.
///
/// The end of a redriven attempt cannot be read anywhere. If its event is lost and aborted runs are
/// ignored, it cannot be known whether it left the light red. `known` makes no such ends.
fn executions(rng: &mut Rng, machine: usize, epoch_ms: i64, known: bool) -> Vec<Vec<Shown>> {
    let count = rng.usize(0..9);
    let mut all = Vec::new();
    for number in 0..count {
        let old = number == 0 && rng.bool();
        let start_ms =
            if old { epoch_ms - 86_400_000 } else { epoch_ms + rng.i64(30_000..600_000) };
        let mut execution = Execution {
            arn: format!("{PREFIX}:execution:{}:{number}", name(machine)),
            status: "RUNNING".to_owned(),
            start_ms,
            stop_ms: None,
            redrive_ms: None,
            redrive_count: 0,
        };
        let mut shown = vec![Shown { from_ms: start_ms, execution: execution.clone() }];
        let mut now_ms = start_ms;
        loop {
            let longest = if known { 1 } else { 2 };
            if !old && execution.redrive_count < longest && rng.u8(0..12) == 0 {
                break;
            }
            let longest = *rng.choice(&[900, 15_000, 90_000]).unwrap();
            now_ms += rng.i64(200..longest + 200);
            let statuses = ["SUCCEEDED", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
            let choices = if known && execution.redrive_count > 0 { 4 } else { 5 };
            let status = statuses[rng.usize(0..choices)];
            (execution.status, execution.stop_ms) = (status.to_owned(), Some(now_ms));
            shown.push(Shown { from_ms: now_ms, execution: execution.clone() });
            if old || status == "SUCCEEDED" || execution.redrive_count == 2 || rng.u8(0..3) > 0 {
                break;
            }
            now_ms += rng.i64(500..60_000);
            execution.redrive_count += 1;
            (execution.status, execution.stop_ms) = ("RUNNING".to_owned(), None);
            execution.redrive_ms = Some(now_ms);
            shown.push(Shown { from_ms: now_ms, execution: execution.clone() });
        }
        all.push(shown);
    }
    all
}

/// The event of a change, in either of its known shapes.
fn event(rng: &mut Rng, machine: usize, execution: &Execution) -> String {
    let redrive = match execution.redrive_ms {
        Some(at) if rng.bool() => json!(at.to_string()),
        other => json!(other),
    };
    let detail = json!({
        "executionArn": execution.arn, "stateMachineArn": arn(&name(machine)),
        "status": execution.status, "startDate": execution.start_ms,
        "stopDate": execution.stop_ms, "redriveCount": execution.redrive_count,
        "redriveDate": redrive,
    });
    json!({"detail-type": "Step Functions Execution Status Change", "detail": detail}).to_string()
}

/// The events of everything that happens from now on, each as the faults will have it, and some
/// that are not to change anything.
fn events(cloud: &Cloud, machines: &[Vec<Vec<Shown>>], faults: Faults) -> Vec<Letter> {
    let mut rng = cloud.rng().fork();
    let mut letters = Vec::new();
    let mut post = |body: String, visible_ms: i64| {
        letters.push(Letter { id: letters.len().to_string(), body, visible_ms });
    };
    for (machine, executions) in machines.iter().enumerate() {
        for shown in executions.iter().flatten().filter(|s| s.from_ms >= cloud.epoch_ms) {
            let copies = 1 + usize::from(rng.f64() < faults.doubled);
            for _ in 0..copies {
                let longest = *rng.choice(&[2_000, 2_000, 2_000, 60_000, 400_000]).unwrap();
                let delivered = shown.from_ms + rng.i64(100..longest);
                if rng.f64() >= faults.dropped {
                    post(event(&mut rng, machine, &shown.execution), delivered);
                }
            }
        }
        if let Some(mut child) = executions.first().map(|e| e[0].execution.clone()) {
            child.arn = child.arn.replace(&format!(":{}:", name(machine)), ":m/label:");
            (child.status, child.stop_ms) = ("FAILED".to_owned(), Some(cloud.epoch_ms + 500_000));
            child.start_ms = cloud.epoch_ms + 499_000;
            post(event(&mut rng, machine, &child), cloud.epoch_ms + 500_100);
        }
    }
    post("garbage".to_owned(), cloud.epoch_ms + rng.i64(0..600_000));
    letters
}

struct Case {
    cloud: Arc<Cloud>,
    machines: Vec<Vec<Vec<Shown>>>,
    faults: Faults,
    settings: Settings,
    queue: Arc<Mutex<Vec<Letter>>>,
    /// Processes of the function that are warm.
    warm: Vec<Arc<Function>>,
    running: Vec<JoinHandle<()>>,
    killed: bool,
}

impl Case {
    fn new(seed: u64, faults: Faults, chances: Chances) -> Self {
        let mut rng = Rng::with_seed(seed);
        // Any second of a minute may be the first.
        let epoch_ms = 1_700_000_000_000 + rng.i64(0..60_000);
        let aborted = *rng.choice(&[Aborted::Red, Aborted::Ignore]).unwrap();
        let count = rng.usize(1..4);
        let known = aborted == Aborted::Ignore && faults.dropped > 0.0;
        let machines: Vec<_> =
            (0..count).map(|m| executions(&mut rng, m, epoch_ms, known)).collect();
        let mut account = Account { jitter: true, behind_ms: 30_000, ..Account::default() };
        account.chances = chances;
        for (number, stories) in machines.iter().enumerate() {
            let name = name(number);
            account.machines.push(Machine { created_ms: Some(0), ..machine(&name) });
            account.stories.insert(arn(&name), stories.clone());
        }
        if faults.denied {
            let denied = format!("ListExecutions {}", arn(&name(0)));
            account.refused.insert(denied, error(Kind::Permanent, "AccessDeniedException"));
        }
        account.track = true;
        let cloud = Cloud::seeded(account, seed, epoch_ms);
        let settle_s = Some(*cloud.rng().choice(&[0, 0, 20, 200]).unwrap());
        let defaults = Declared { settle_s, ..Declared::default() };
        let watch = Watch { defaults, ..Watch::default() };
        let settings = Settings { aborted, watch, ..settings() };
        Self {
            cloud,
            machines,
            faults,
            settings,
            queue: Arc::default(),
            warm: Vec::new(),
            running: Vec::new(),
            killed: false,
        }
    }

    /// A process: one of the warm ones, or a new one.
    fn process(&mut self) -> Arc<Function> {
        if self.warm.is_empty() || self.cloud.chance(0.2) {
            self.warm.insert(0, Arc::new(function(&self.cloud, self.settings.clone())));
            self.warm.truncate(3);
        }
        let last = i64::try_from(self.warm.len() - 1).unwrap();
        Arc::clone(&self.warm[usize::try_from(self.cloud.between(0, last)).unwrap()])
    }

    /// When an invocation that begins now is killed, if it is.
    fn life(&mut self) -> Duration {
        if self.cloud.chance(self.faults.killed) {
            self.killed = true;
            let long = if self.cloud.chance(0.2) { 5_000 } else { 150 };
            return Duration::from_millis(u64::try_from(self.cloud.between(0, long)).unwrap());
        }
        TIMEOUT
    }

    fn tick(&mut self) {
        let (process, life) = (self.process(), self.life());
        self.running.push(tokio::task::spawn_local(async move {
            let _ = timeout(life, process.tick(false, TIMEOUT)).await;
        }));
    }

    /// Hands the function what the queue has to deliver.
    fn poll(&mut self) {
        let now_ms = self.cloud.now_ms();
        let mut batch = Vec::new();
        let queue = Arc::clone(&self.queue);
        {
            let mut queue = queue.lock().unwrap();
            queue.sort_by_key(|letter| letter.visible_ms);
            for letter in queue.iter_mut().filter(|l| l.visible_ms <= now_ms).take(10) {
                letter.visible_ms = now_ms + HIDDEN_MS;
                batch.push(Message {
                    id: letter.id.clone(),
                    body: letter.body.clone(),
                    queue_arn: Some(QUEUE.to_owned()),
                });
            }
        }
        if batch.is_empty() {
            return;
        }
        let (process, life) = (self.process(), self.life());
        self.running.push(tokio::task::spawn_local(async move {
            let Ok(answered) = timeout(life, process.answer(&batch, TIMEOUT)).await else { return };
            let done =
                |id: &String| batch.iter().any(|m| m.id == *id) && !answered.failed.contains(id);
            queue.lock().unwrap().retain(|letter| !done(&letter.id));
        }));
    }

    /// Lets the world run until then, with a tick a minute.
    async fn run(&mut self, until_ms: i64) {
        let mut next_tick_ms = self.cloud.now_ms();
        loop {
            self.poll();
            self.running.retain(|task| !task.is_finished());
            let now_ms = self.cloud.now_ms();
            if now_ms >= until_ms {
                return;
            }
            if now_ms >= next_tick_ms {
                next_tick_ms += 60_000;
                self.tick();
            }
            let letter = self.queue.lock().unwrap().iter().map(|l| l.visible_ms).min();
            let next = [letter, Some(next_tick_ms), Some(until_ms)].into_iter().flatten().min();
            sleep_until(self.cloud.instant(next.unwrap().max(now_ms + 20))).await;
        }
    }

    fn last_change_ms(&self) -> i64 {
        let all = self.machines.iter().flatten().flatten();
        all.map(|shown| shown.from_ms).max().unwrap_or(0).max(self.cloud.epoch_ms)
    }

    /// The light from the full history: the last attempt of each execution that ended.
    fn truth(&self, machine: usize) -> Option<bool> {
        let ended = |shown: &Shown| {
            let e = shown.execution.clone();
            let run = Run {
                arn: e.arn,
                status: Status::parse(&e.status).unwrap(),
                start_ms: e.start_ms,
                stop_ms: e.stop_ms,
                redrive_ms: e.redrive_ms,
                redrive_count: e.redrive_count,
            };
            let aborted = run.status == Status::Aborted;
            let ignored = aborted && self.settings.aborted == Aborted::Ignore;
            (run.status.is_finished() && !ignored).then_some(run)
        };
        let last = self.machines[machine].iter().filter_map(|e| e.iter().rev().find_map(ended));
        last.max_by_key(|run| run.order()).map(|run| run.status.code() >= 3)
    }

    /// What happened to a machine, in seconds since the full minute before the first.
    fn story(&self, machine: usize) -> String {
        let metric = format!("{}_Status", name(machine));
        let seconds = |ms: i64| (ms - self.cloud.epoch_ms / 60_000 * 60_000) as f64 / 1_000.0;
        let mut lines: Vec<(i64, String)> = Vec::new();
        for shown in self.machines[machine].iter().flatten() {
            let Execution { arn, status, start_ms, redrive_count, .. } = &shown.execution;
            let run = arn.rsplit(':').next().unwrap_or_default();
            let began = seconds(shown.execution.redrive_ms.unwrap_or(*start_ms));
            let line = format!("run {run}.{redrive_count} {status} (began {began})");
            lines.push((shown.from_ms, line));
        }
        let account = self.cloud.account();
        for (at, point) in account.points.iter().filter(|(_, p)| p.metric == metric) {
            lines.push((*at, format!("    point {}", point.value)));
        }
        lines.sort();
        lines.iter().map(|(at, line)| format!("\n{:>9.3} {line}", seconds(*at))).collect()
    }

    fn check(&self, seed: u64) {
        for machine in 0..self.machines.len() {
            let row = self.cloud.row(&name(machine));
            assert!(row.outbox.is_empty(), "seed {seed}: {:?}", row.outbox);
            if self.faults.denied && machine == 0 {
                continue;
            }
            let truth = self.truth(machine);
            let (story, aborted) = (self.story(machine), self.settings.aborted);
            let settle_s = self.settings.watch.defaults.settle_s;
            let about =
                format!("seed {seed}, machine {machine}, {aborted:?}, {settle_s:?}: {story}");
            assert_eq!(self.cloud.alarm(&name(machine)), truth, "alarm, {about}");
            let judged =
                evaluate(&row, &self.settings.watch.defaults, aborted, self.cloud.now_ms());
            let light =
                truth.map_or(Light::Grey, |red| if red { Light::Red } else { Light::Green });
            assert_eq!(judged.light, light, "light, {about}\n{row:?}");
            let open = self
                .cloud
                .incidents()
                .into_iter()
                .filter(|one| one.machine == name(machine) && one.end_ms.is_none());
            assert_eq!(open.count(), usize::from(light == Light::Red), "incident, {about}");
        }
        // Each change that a write accepted was sent: twice only where a process ended in between.
        let account = self.cloud.account();
        let mut sent: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (way, _, notice) in &account.notices {
            assert_eq!(*way, Way::Topic);
            let detail: Value = serde_json::from_str(&notice.event.detail).unwrap();
            let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
            *sent.entry((text("execution_arn"), text("kind"))).or_default() += 1;
        }
        let word = |kind: &ChangeKind| serde_json::to_value(kind).unwrap();
        let mut accepted: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (Attempt(arn, _), kind) in &account.accepted {
            let kind = word(kind).as_str().unwrap_or_default().to_owned();
            *accepted.entry((arn.clone(), kind)).or_default() += 1;
        }
        let lost = account.chances.lost > 0.0 || self.killed;
        for (one, count) in &accepted {
            let times = sent.get(one).copied().unwrap_or(0);
            let overflowed = account.overflowed.iter().filter(|arn| **arn == one.0).count();
            assert!(times + overflowed >= *count, "seed {seed}: {one:?} was not notified");
            assert!(times <= *count || lost, "seed {seed}: {one:?} was notified {times} times");
        }
        assert!(sent.keys().all(|one| accepted.contains_key(one)), "seed {seed}: {sent:?}");
    }
}

fn on_a_clock_that_jumps(case: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, case);
}

/// Whatever is lost: once the lists have caught up, a round sets every light and alarm right.
fn a_round_repairs(seed: u64) {
    on_a_clock_that_jumps(async {
        let calm = seed.is_multiple_of(4);
        let faults = Faults {
            dropped: if seed.is_multiple_of(3) { 0.0 } else { 0.3 },
            doubled: 0.2,
            killed: if calm { 0.0 } else { 0.2 },
            denied: seed.is_multiple_of(5),
        };
        let chances = Chances {
            throttled: 0.1,
            refused: 0.05,
            table_throttled: 0.05,
            lost: if calm { 0.0 } else { 0.03 },
            unprocessed: 0.05,
            stale: 0.1,
            describe: 0.1,
        };
        let mut case = Case::new(seed, faults, chances);
        let letters = events(&case.cloud, &case.machines, faults);
        case.queue.lock().unwrap().extend(letters);
        // By then first failures have had their time to settle, and late events have arrived.
        let caught_up_ms = case.last_change_ms() + 230_000 + case.cloud.between(0, 90_000);
        case.run(caught_up_ms).await;
        // The round succeeds, although the lists are as slow as before.
        case.faults.killed = 0.0;
        case.cloud.account().chances =
            Chances { lost: chances.lost, throttled: 0.1, ..Chances::default() };
        for task in std::mem::take(&mut case.running) {
            task.await.unwrap();
        }
        // What a process left behind is sent after two minutes.
        case.run(caught_up_ms + 330_000).await;
        for task in std::mem::take(&mut case.running) {
            task.await.unwrap();
        }
        case.check(seed);
    });
}

const CASES: u64 = 1_000;

#[test]
fn after_one_round_every_light_and_alarm_is_the_truth_and_every_change_was_notified() {
    (0..CASES).for_each(a_round_repairs);
}

#[test]
fn so_it_is_in_other_worlds() {
    (CASES..2 * CASES).for_each(a_round_repairs);
}
