//! The light against the truth, in a world that misbehaves: events are dropped, doubled, late and
//! out of order, the function is killed at any moment, ListExecutions is behind by up to 30 s and
//! throttles, CloudWatch refuses, one machine is denied, and numbers published within one minute
//! are read as their maximum. The world is made by a seeded generator: each case can be had again.
#![allow(clippy::unwrap_used)]

use fastrand::Rng;
use guardian_contract::{Aborted, Declared, RED_THRESHOLD, Run, Status, Watch};
use guardian_lambda::{
    Ask, CallError, Clock, Confirmations, Delayed, Execution, Fleet, Kind, Machine, Message,
    Notice, Notifications, Page, Point, Publisher, Settings, Watcher, Way,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

const PREFIX: &str = "arn:aws:states:eu-central-1:123456789012";
/// What the function is given to answer, and what the queue hides a message for (6 times as much).
const TIMEOUT: Duration = Duration::from_secs(30);
const HIDDEN_MS: i64 = 180_000;
/// Deliveries until a message goes to the dead-letter queue.
const MAX_RECEIVES: u32 = 12;

/// An execution as it is from a moment on.
#[derive(Debug, Clone)]
struct Shown {
    from_ms: i64,
    execution: Execution,
}

/// What goes wrong in a case.
#[derive(Debug, Clone, Copy)]
struct Faults {
    dropped: f64,
    doubled: f64,
    killed: f64,
    throttled: f64,
    refused: f64,
    behind_ms: i64,
    denied: bool,
}

#[derive(Debug)]
struct Letter {
    id: String,
    body: String,
    visible_ms: i64,
    receives: u32,
}

struct World {
    rng: Mutex<Rng>,
    faults: Mutex<Faults>,
    began: Instant,
    epoch_ms: i64,
    /// Of each machine, of each execution, what it is from when.
    machines: Vec<Vec<Vec<Shown>>>,
    points: Mutex<Vec<(i64, Point)>>,
    queue: Mutex<Vec<Letter>>,
    letters: Mutex<u32>,
    notices: Mutex<Vec<Notice>>,
}

/// The ports: one function's view of the world.
#[derive(Clone)]
struct View(Arc<World>);

fn name(machine: usize) -> String {
    format!("m{machine}")
}

fn arn(machine: usize) -> String {
    format!("{PREFIX}:stateMachine:{}", name(machine))
}

fn error(kind: Kind) -> CallError {
    CallError { kind, code: "Fault".to_owned(), message: String::new() }
}

impl World {
    fn now_ms(&self) -> i64 {
        self.epoch_ms + i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    fn instant(&self, at_ms: i64) -> Instant {
        self.began + Duration::from_millis(u64::try_from(at_ms - self.epoch_ms).unwrap_or(0))
    }

    fn chance(&self, probability: f64) -> bool {
        self.rng.lock().unwrap().f64() < probability
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        self.rng.lock().unwrap().i64(from..=to)
    }

    fn faults(&self) -> Faults {
        *self.faults.lock().unwrap()
    }

    fn post(&self, body: String, visible_ms: i64) {
        let mut letters = self.letters.lock().unwrap();
        *letters += 1;
        let letter = Letter { id: letters.to_string(), body, visible_ms, receives: 0 };
        self.queue.lock().unwrap().push(letter);
    }

    async fn latency(&self) {
        let long = self.chance(0.05);
        let ms = if long { self.between(500, 4_000) } else { self.between(5, 60) };
        sleep(Duration::from_millis(u64::try_from(ms).unwrap())).await;
    }

    /// A machine's executions as they were, newest first as the API sorts them.
    fn listed(&self, machine: usize, as_of_ms: i64) -> Vec<Execution> {
        let shown = |s: &&Shown| s.from_ms <= as_of_ms;
        let executions = self.machines[machine].iter();
        let mut list: Vec<Execution> =
            executions.filter_map(|e| e.iter().rfind(shown).map(|s| s.execution.clone())).collect();
        list.sort_by_key(|e| -e.stop_ms.unwrap_or(e.redrive_ms.unwrap_or(e.start_ms)));
        list
    }

    /// The light from the full history: of each execution the last attempt that ended.
    fn truth(&self, machine: usize, aborted: Aborted) -> Option<bool> {
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
            let ignored = run.status == Status::Aborted && aborted == Aborted::Ignore;
            (run.status.is_finished() && !ignored).then_some(run)
        };
        let executions = self.machines[machine].iter();
        let last = executions.filter_map(|e| e.iter().rev().find_map(ended));
        last.max_by_key(|run| run.order()).map(|run| run.status.code() >= 3)
    }

    /// What the alarm holds in the end: the last minute with a point says it, by its maximum.
    fn alarm(&self, machine: usize) -> Option<bool> {
        let metric = format!("{}_Status", name(machine));
        let mut minutes: BTreeMap<i64, f64> = BTreeMap::new();
        for (at, point) in self.points.lock().unwrap().iter().filter(|(_, p)| p.metric == metric) {
            let value = minutes.entry(at / 60_000).or_insert(f64::MIN);
            *value = value.max(point.value);
        }
        minutes.last_key_value().map(|(_, value)| *value >= RED_THRESHOLD)
    }
}

impl World {
    /// What happened to a machine, in seconds since the full minute before the first.
    fn story(&self, machine: usize) -> String {
        let metric = format!("{}_Status", name(machine));
        let seconds = |ms: i64| (ms - self.epoch_ms / 60_000 * 60_000) as f64 / 1_000.0;
        let mut lines: Vec<(i64, String)> = Vec::new();
        for shown in self.machines[machine].iter().flatten() {
            let Execution { arn, status, start_ms, redrive_count, .. } = &shown.execution;
            let run = arn.rsplit(':').next().unwrap_or_default();
            let began = seconds(shown.execution.redrive_ms.unwrap_or(*start_ms));
            lines.push((
                shown.from_ms,
                format!("run {run}.{redrive_count} {status} (began {began})"),
            ));
        }
        for (at, point) in self.points.lock().unwrap().iter().filter(|(_, p)| p.metric == metric) {
            lines.push((*at, format!("    point {}", point.value)));
        }
        lines.sort();
        lines.iter().map(|(at, line)| format!("\n{:>9.3} {line}", seconds(*at))).collect()
    }
}

impl Fleet for View {
    async fn list_machines(&self, _: Option<&str>) -> Result<Page<Machine>, CallError> {
        self.0.latency().await;
        let machine = |m| Machine { arn: arn(m), name: name(m), express: false, created_ms: None };
        Ok(Page { items: (0..self.0.machines.len()).map(machine).collect(), next: None })
    }

    async fn list_executions(&self, ask: Ask<'_>) -> Result<Page<Execution>, CallError> {
        let faults = self.0.faults();
        let machine = (0..self.0.machines.len()).find(|&m| arn(m) == ask.machine_arn).unwrap();
        if faults.denied && machine == 0 {
            return Err(error(Kind::Permanent));
        }
        if self.0.chance(faults.throttled) {
            return Err(error(Kind::Throttled));
        }
        let behind = self.0.between(0, faults.behind_ms);
        let mut list = self.0.listed(machine, self.0.now_ms() - behind);
        self.0.latency().await;
        list.retain(|e| ask.status.is_none_or(|status| e.status == status.as_str()));
        let from: usize = ask.token.map_or(0, |token| token.parse().unwrap());
        let to = (from + usize::from(ask.limit)).min(list.len());
        let next = (to < list.len()).then(|| to.to_string());
        Ok(Page { items: list[from.min(to)..to].to_vec(), next })
    }

    async fn last_events(
        &self,
        _: &str,
    ) -> Result<Vec<guardian_contract::HistoryEvent>, CallError> {
        self.0.latency().await;
        Err(error(Kind::Permanent))
    }

    async fn list_map_runs(&self, _: &str, _: Option<&str>) -> Result<Page<String>, CallError> {
        unreachable!("no machine here declares that its Map Runs are looked into")
    }

    async fn failed_items(&self, _: &str) -> Result<u64, CallError> {
        unreachable!("no machine here declares that its Map Runs are looked into")
    }
}

impl Publisher for View {
    async fn publish(&self, points: &[Point], at: SystemTime) -> Result<(), CallError> {
        let at_ms = i64::try_from(at.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        let refused = self.0.chance(self.0.faults().refused);
        if refused && self.0.chance(0.5) {
            return Err(error(Kind::Permanent));
        }
        let recorded = points.iter().map(|point| (at_ms, point.clone()));
        self.0.points.lock().unwrap().extend(recorded);
        self.0.latency().await;
        // It was taken, but the answer was lost.
        if refused { Err(error(Kind::Transient)) } else { Ok(()) }
    }
}

impl Confirmations for View {
    async fn send(&self, messages: &[Delayed]) -> Result<Vec<usize>, CallError> {
        let mut refused = Vec::new();
        for (position, message) in messages.iter().enumerate() {
            if self.0.chance(self.0.faults().refused) {
                refused.push(position);
                continue;
            }
            let delay_ms = i64::try_from(message.delay.as_millis()).unwrap();
            self.0.post(message.body.clone(), self.0.now_ms() + delay_ms);
        }
        self.0.latency().await;
        Ok(refused)
    }
}

impl Notifications for View {
    async fn notify(&self, _: Way, notice: &Notice) -> Result<String, CallError> {
        self.0.notices.lock().unwrap().push(notice.clone());
        self.0.latency().await;
        Ok("id".to_owned())
    }
}

/// A machine's executions: some long past, some within ten minutes, overlapping, redriven, and a
/// few that are not over in the end.
///
/// The end of an attempt that was redriven is nowhere to be read: if its event is lost and aborted
/// runs are ignored, whether it left the light red cannot be known. `known` makes no such ends.
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

/// The event of a change, in either of the shapes that it has been seen in.
fn event(rng: &mut Rng, machine: usize, execution: &Execution) -> String {
    let redrive = match execution.redrive_ms {
        Some(at) if rng.bool() => json!(at.to_string()),
        other => json!(other),
    };
    let detail = json!({
        "executionArn": execution.arn, "stateMachineArn": arn(machine),
        "status": execution.status, "startDate": execution.start_ms,
        "stopDate": execution.stop_ms, "redriveCount": execution.redrive_count,
        "redriveDate": redrive,
    });
    json!({"detail-type": "Step Functions Execution Status Change", "detail": detail}).to_string()
}

/// Posts the events of everything that happens from now on, each as the faults will have it, and
/// some that are not to change anything.
fn post_events(world: &World) {
    let faults = world.faults();
    let mut rng = world.rng.lock().unwrap().fork();
    for (machine, executions) in world.machines.iter().enumerate() {
        for shown in executions.iter().flatten().filter(|s| s.from_ms >= world.epoch_ms) {
            let copies = 1 + usize::from(rng.f64() < faults.doubled);
            for _ in 0..copies {
                let longest = *rng.choice(&[2_000, 2_000, 2_000, 60_000, 400_000]).unwrap();
                let delivered = shown.from_ms + rng.i64(100..longest);
                if rng.f64() >= faults.dropped {
                    world.post(event(&mut rng, machine, &shown.execution), delivered);
                }
            }
        }
        let mut child = world.machines[machine].first().map(|e| e[0].execution.clone());
        if let Some(child) = child.as_mut() {
            child.arn = child.arn.replace(":m", ":m/label:m");
            (child.status, child.stop_ms) = ("FAILED".to_owned(), Some(world.epoch_ms + 500_000));
            child.start_ms = world.epoch_ms + 499_000;
            let body = event(&mut rng, machine, child)
                .replace(":execution:m/label:m", ":execution:m/label:");
            world.post(body, world.epoch_ms + 500_100);
        }
    }
    world.post("garbage".to_owned(), world.epoch_ms + rng.i64(0..600_000));
}

struct Case {
    world: Arc<World>,
    settings: Settings,
    /// Processes of the function that are warm.
    warm: Vec<Arc<Watcher<View, View, View>>>,
    running: Vec<JoinHandle<()>>,
}

impl Case {
    fn new(seed: u64, faults: Faults) -> Self {
        let mut rng = Rng::with_seed(seed);
        // Any second of a minute may be the first.
        let epoch_ms = 1_700_000_000_000 + rng.i64(0..60_000);
        let aborted = *rng.choice(&[Aborted::Red, Aborted::Ignore]).unwrap();
        let count = rng.usize(1..4);
        let known = aborted == Aborted::Ignore && faults.dropped > 0.0;
        let machines = (0..count).map(|m| executions(&mut rng, m, epoch_ms, known)).collect();
        let world = Arc::new(World {
            rng: Mutex::new(rng),
            faults: Mutex::new(faults),
            began: Instant::now(),
            epoch_ms,
            machines,
            points: Mutex::default(),
            queue: Mutex::default(),
            letters: Mutex::default(),
            notices: Mutex::default(),
        });
        let queue_url = Some("queue".to_owned());
        let topic_arn = Some("topic".to_owned());
        let settle_s = Some(*world.rng.lock().unwrap().choice(&[0, 0, 20, 200]).unwrap());
        let defaults = Declared { settle_s, ..Declared::default() };
        let watch = Watch { defaults, ..Watch::default() };
        let settings = Settings { aborted, queue_url, topic_arn, watch, ..Settings::default() };
        Self { world, settings, warm: Vec::new(), running: Vec::new() }
    }

    /// A process: one of the warm ones, or a new one, which knows nothing.
    fn process(&mut self) -> Arc<Watcher<View, View, View>> {
        if self.warm.is_empty() || self.world.chance(0.2) {
            let view = View(Arc::clone(&self.world));
            let world = Arc::clone(&self.world);
            let clock = Clock::new(move || {
                UNIX_EPOCH + Duration::from_millis(u64::try_from(world.now_ms()).unwrap())
            });
            let settings = self.settings.clone();
            let watcher = Watcher::new(view.clone(), view.clone(), view, settings);
            self.warm.insert(0, Arc::new(watcher.with_clock(clock)));
            self.warm.truncate(3);
        }
        let last = i64::try_from(self.warm.len() - 1).unwrap();
        Arc::clone(&self.warm[usize::try_from(self.world.between(0, last)).unwrap()])
    }

    /// When an invocation that begins now is killed, if it is.
    fn life(&self) -> Duration {
        if self.world.chance(self.world.faults().killed) {
            let long = if self.world.chance(0.2) { 5_000 } else { 150 };
            return Duration::from_millis(u64::try_from(self.world.between(0, long)).unwrap());
        }
        TIMEOUT
    }

    fn sweep(&mut self) {
        let (process, life) = (self.process(), self.life());
        self.running.push(tokio::spawn(async move {
            let _ = timeout(life, process.sweep(TIMEOUT)).await;
        }));
    }

    /// Hands the function what the queue has to deliver.
    fn poll(&mut self) {
        let now_ms = self.world.now_ms();
        let mut batch = Vec::new();
        let mut queue = self.world.queue.lock().unwrap();
        queue.retain(|letter| letter.receives < MAX_RECEIVES || letter.visible_ms > now_ms);
        queue.sort_by_key(|letter| letter.visible_ms);
        for letter in queue.iter_mut().filter(|letter| letter.visible_ms <= now_ms).take(10) {
            letter.visible_ms = now_ms + HIDDEN_MS;
            letter.receives += 1;
            batch.push(Message { id: letter.id.clone(), body: letter.body.clone() });
        }
        drop(queue);
        if batch.is_empty() {
            return;
        }
        let (process, life, world) = (self.process(), self.life(), Arc::clone(&self.world));
        self.running.push(tokio::spawn(async move {
            let Ok(answered) = timeout(life, process.answer(&batch, TIMEOUT)).await else { return };
            let done =
                |id: &String| batch.iter().any(|m| m.id == *id) && !answered.failed.contains(id);
            world.queue.lock().unwrap().retain(|letter| !done(&letter.id));
        }));
    }

    /// Lets the world run until `until_ms`, or without it until the queue is empty and nothing is
    /// under way.
    async fn run(&mut self, until_ms: Option<i64>, sweeps: &[i64]) {
        let mut sweeps = sweeps.to_vec();
        sweeps.sort_unstable();
        loop {
            self.poll();
            self.running.retain(|task| !task.is_finished());
            let now_ms = self.world.now_ms();
            while sweeps.first().is_some_and(|at| *at <= now_ms) {
                sweeps.remove(0);
                self.sweep();
            }
            let next = self.world.queue.lock().unwrap().iter().map(|l| l.visible_ms).min();
            if until_ms.is_some_and(|until| now_ms >= until)
                || (until_ms.is_none() && next.is_none() && self.running.is_empty())
            {
                return;
            }
            let busy = (!self.running.is_empty()).then_some(now_ms + 1_000);
            let next = [next, busy, until_ms, sweeps.first().copied()];
            let next = next.into_iter().flatten().min().unwrap_or(now_ms);
            sleep_until(self.world.instant(next.max(now_ms + 20))).await;
        }
    }

    fn last_change_ms(&self) -> i64 {
        let all = self.world.machines.iter().flatten().flatten();
        all.map(|shown| shown.from_ms).max().unwrap_or(0).max(self.world.epoch_ms)
    }

    fn check(&self, seed: u64) {
        for machine in 0..self.world.machines.len() {
            if self.world.faults().denied && machine == 0 {
                assert_eq!(self.world.alarm(machine), None, "seed {seed}");
                continue;
            }
            let truth = self.world.truth(machine, self.settings.aborted);
            let story = self.world.story(machine);
            assert_eq!(
                self.world.alarm(machine),
                truth,
                "seed {seed}, machine {machine}, {:?}, settling {:?} s: {story}",
                self.settings.aborted,
                self.settings.watch.defaults.settle_s
            );
        }
    }
}

fn on_a_clock_that_jumps(case: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(case);
}

/// Sweeps at any time, more or less often.
fn sweep_times(world: &World, until_ms: i64) -> Vec<i64> {
    (0..world.between(0, 8)).map(|_| world.between(world.epoch_ms, until_ms)).collect()
}

/// Everything may be lost: one sweep after the list has caught up sets every light right.
fn one_sweep_repairs(seed: u64) {
    on_a_clock_that_jumps(async {
        let denied = seed.is_multiple_of(5);
        let faults = Faults {
            dropped: 0.3,
            doubled: 0.2,
            killed: 0.2,
            throttled: 0.1,
            refused: 0.05,
            behind_ms: 30_000,
            denied,
        };
        let mut case = Case::new(seed, faults);
        post_events(&case.world);
        let caught_up_ms = case.last_change_ms() + 30_000 + case.world.between(0, 90_000);
        let sweeps = sweep_times(&case.world, caught_up_ms);
        case.run(Some(caught_up_ms), &sweeps).await;
        // The one sweep comes through; the list is as slow as ever.
        let calm = Faults { killed: 0.0, refused: 0.0, ..faults };
        *case.world.faults.lock().unwrap() = calm;
        case.sweep();
        case.run(None, &[]).await;
        case.check(seed);
    });
}

/// Nothing is lost on the way to the queue: the hints alone set every light right, and no sweep,
/// whatever it read and whenever it was killed, leaves one wrong.
fn hints_alone_suffice(seed: u64) {
    on_a_clock_that_jumps(async {
        let faults = Faults {
            dropped: 0.0,
            doubled: 0.2,
            killed: 0.2,
            throttled: 0.1,
            refused: 0.05,
            behind_ms: 30_000,
            denied: seed.is_multiple_of(5),
        };
        let mut case = Case::new(seed, faults);
        // What was before the events began is the business of the sweep before them.
        *case.world.faults.lock().unwrap() = Faults { killed: 0.0, refused: 0.0, ..faults };
        case.sweep();
        case.run(Some(case.world.epoch_ms + 29_000), &[]).await;
        *case.world.faults.lock().unwrap() = faults;
        post_events(&case.world);
        let sweeps = sweep_times(&case.world, case.last_change_ms() + 60_000);
        case.run(None, &sweeps).await;
        case.check(seed);
    });
}

const CASES: u64 = 2_500;

#[test]
fn after_one_sweep_every_light_is_the_truth() {
    (0..CASES).for_each(one_sweep_repairs);
}

#[test]
fn after_one_sweep_every_light_is_the_truth_in_other_worlds() {
    (CASES..2 * CASES).for_each(one_sweep_repairs);
}

#[test]
fn with_no_event_lost_every_light_is_the_truth_without_a_sweep() {
    (0..CASES).for_each(hints_alone_suffice);
}

#[test]
fn with_no_event_lost_every_light_is_the_truth_without_a_sweep_in_other_worlds() {
    (CASES..2 * CASES).for_each(hints_alone_suffice);
}
