//! Judges the function's binary under the limits of AWS: the built `bootstrap` as a process, a stub
//! of Lambda's runtime API in front of it, and behind it an account on the wire with the quotas of
//! ListExecutions (100 at once, 2 a second) and of the state table (1,000 writes a second and
//! partition). On a real clock: it takes some minutes. Ends with 1 if a required figure is missed.
//!
//!     cargo xtask bench function
//!     cargo run -p guardian-lambda --example limits -- BOOTSTRAP [PACKAGE GUARDIAN [SECONDS]]
//!
//! PACKAGE is the function's zip, GUARDIAN the program whose `status` reads the table, and SECONDS
//! how long the busy machines run.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on panics")]

#[path = "../../tests/cloud/mod.rs"]
mod cloud;
mod runtime;
mod wire;

use cloud::{Account, Cloud, PREFIX, Port, QUEUE, Shown, arn, event, key, machine};
use guardian_contract::{Aborted, Light, Listed, NotifyOn, Row, Rules, Run, Status, env};
use guardian_lambda::{Execution, Machine};
use runtime::{Process, Taken};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use wire::now_ms;

/// Tokens of ListExecutions at once, and those that come back in a second.
const BUCKET: (f64, f64) = (100.0, 2.0);
/// Starts of which the median counts.
const STARTS: usize = 9;
/// Finished runs of each machine before a scene begins.
const RUNS: i64 = 30;
/// Messages of a batch, the seconds that the mapping gathers, and its batches at once: as the
/// template has them.
const BATCH: usize = 100;
const WINDOW: Duration = Duration::from_secs(1);
const WORKERS: usize = 2;
/// How long an event takes from Step Functions to the queue.
const DELIVERY_MS: i64 = 200;
/// Bytes of input and of output that an event may have, so that a batch is as large as Lambda
/// takes it: 6 MB.
const LARGEST_TEXT: usize = 28_000;
const MIB: f64 = 1_048_576.0;

/// The figures, and whether each is as it must be.
#[derive(Default)]
struct Figures {
    missed: bool,
}

impl Figures {
    fn add(&mut self, what: &str, required: &str, found: &str, holds: bool) {
        self.missed |= !holds;
        println!("| {what} | {required} | {found} | {} |", if holds { "yes" } else { "**no**" });
    }

    fn memory(&mut self, what: &str, taken: Taken) {
        let mib = taken.peak as f64 / MIB;
        let found = format!("{mib:.1} MiB, {:.2} s of a processor", taken.cpu_s);
        self.add(&format!("memory: {what}"), "under 64 MB", &found, taken.peak < 64_000_000);
    }
}

/// A process, and the account that it talks to.
struct Scene {
    binary: PathBuf,
    cloud: Arc<Cloud>,
    stub: guardian_tests::stub::Stub,
    /// Whether machines have metrics of their own.
    each: bool,
}

impl Scene {
    fn new(binary: &Path, handle: &Handle, account: Account, each: bool) -> Result<Self, String> {
        let cloud = Cloud::seeded(account, 0, now_ms());
        let stub = wire::serve(&Port(Arc::clone(&cloud)), handle)?;
        Ok(Self { binary: binary.to_owned(), cloud, stub, each })
    }

    fn process(&self) -> Result<Process, String> {
        let mut variables = vec![
            ("AWS_ENDPOINT_URL".to_owned(), self.stub.endpoint()),
            (env::TABLE.to_owned(), "lights".to_owned()),
            (env::TOPIC_ARN.to_owned(), "arn:aws:sns:eu-central-1:123456789012:lights".to_owned()),
            (env::EVENT_RULE.to_owned(), "rule".to_owned()),
            (env::FAILURE_QUEUE_URL.to_owned(), "http://queue/1/failures".to_owned()),
            (env::DEPLOYMENT.to_owned(), "shop-prod".to_owned()),
        ];
        if !self.each {
            variables.push((env::EACH.to_owned(), ",".to_owned()));
            variables.push((env::GUARDED.to_owned(), ",".to_owned()));
        }
        Process::start(&self.binary, &variables)
    }

    /// A tick; gives how long it took and whether it sent a heartbeat.
    fn tick(&self, process: &Process) -> Result<(Duration, bool), String> {
        let began = Instant::now();
        let summary = process.invoke(&json!({"trigger": "cron"}))?;
        Ok((began.elapsed(), summary["heartbeat"] == true))
    }

    /// Fills the table with what the function would have written.
    fn fill_table(&self) {
        let now_ms = now_ms();
        let (machines, executions) = {
            let account = self.cloud.account();
            (account.machines.clone(), account.executions.clone())
        };
        let rules = Rules {
            aborted: Aborted::Red,
            settle_ms: 0,
            renotify_every: 0,
            notify_on: NotifyOn::DEFAULT,
            topic: true,
            bus: false,
        };
        for machine in machines {
            let mut row = Row::new(key(&machine.name), machine.arn.clone(), now_ms - 86_400_000);
            row.created_ms = machine.created_ms;
            let runs = executions[&machine.arn].iter().map(run).collect();
            row.list(Listed { runs, complete: true, at_ms: now_ms - 60_000, ..Listed::default() });
            row.decide(&rules, now_ms - 60_000);
            self.cloud.put_row(&row);
        }
    }
}

/// A fleet with names and executions as long as they are, newest first.
fn fleet(count: usize) -> Account {
    let mut account = Account { bucket: Some(BUCKET), ..Account::default() };
    account.latency = Duration::from_millis(5);
    let now_ms = now_ms();
    for number in 0..count {
        let name = name(number);
        account.machines.push(Machine { created_ms: Some(0), ..machine(&name) });
        let runs = (0..RUNS).map(|n| {
            let start_ms = now_ms - 600_000 - n * 3_600_000;
            execution(&name, "SUCCEEDED", start_ms, Some(start_ms + 60_000))
        });
        account.executions.insert(arn(&name), runs.collect());
    }
    account
}

fn name(number: usize) -> String {
    format!("customer-invoices-{number:05}")
}

fn execution(name: &str, status: &str, start_ms: i64, stop_ms: Option<i64>) -> Execution {
    let [a, b] = [(); 2].map(|()| fastrand::u64(..));
    let id = format!("{:08x}-{:04x}-{:04x}-{b:016x}", a >> 32, a & 0xffff, (a >> 16) & 0xffff);
    Execution {
        arn: format!("{PREFIX}:execution:{name}:{id}"),
        status: status.to_owned(),
        start_ms,
        stop_ms,
        redrive_ms: None,
        redrive_count: 0,
    }
}

fn run(execution: &Execution) -> Run {
    let Execution { arn, status, start_ms, stop_ms, redrive_ms, redrive_count } = execution.clone();
    let status = Status::parse(&status).unwrap();
    Run { arn, status, start_ms, stop_ms, redrive_ms, redrive_count }
}

/// A batch as the queue's mapping gives it.
fn batch(bodies: &[String]) -> Value {
    let record = |(id, body): (usize, &String)| {
        json!({"messageId": id.to_string(), "body": body, "eventSource": "aws:sqs",
               "eventSourceARN": QUEUE})
    };
    json!({"Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>()})
}

/// Numbers of the messages that the function wants again.
fn failed(answer: &Value) -> Vec<usize> {
    let items = answer["batchItemFailures"].as_array().unwrap().iter();
    items.map(|item| item["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
}

fn main() -> ExitCode {
    match judge() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("a required figure is missed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn judge() -> Result<bool, String> {
    let mut arguments = std::env::args().skip(1);
    let binary = arguments.next().ok_or("which bootstrap?")?;
    let binary = std::path::absolute(binary).map_err(|error| error.to_string())?;
    let (package, guardian) = (arguments.next(), arguments.next());
    let seconds = arguments.next().map_or(Ok(180), |text| text.parse::<i64>());
    let seconds = seconds.map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let handle = runtime.handle();
    let mut figures = Figures::default();
    println!("| work | required | found | holds |\n|---|---|---|---|");
    if let Some(package) = package {
        let bytes = std::fs::metadata(&package).map_err(|e| format!("{package}: {e}"))?.len();
        let found = format!("{:.2} MiB", bytes as f64 / MIB);
        figures.add("package", "under 4 MiB", &found, (bytes as f64) < 4.0 * MIB);
    }
    if let Some(guardian) = guardian {
        status(Path::new(&guardian), handle, &mut figures)?;
    }
    widget(&binary, handle, &mut figures)?;
    starts(&binary, handle, &mut figures)?;
    ticks(&binary, handle, 1_000, true, &mut figures)?;
    ticks(&binary, handle, 10_000, false, &mut figures)?;
    full_hour(&binary, handle, &mut figures)?;
    busy(&binary, handle, seconds, &mut figures)?;
    Ok(!figures.missed)
}

/// The dashboard's widget of 10,000 machines. The pages of the table come from memory.
fn widget(binary: &Path, handle: &Handle, figures: &mut Figures) -> Result<(), String> {
    let scene = Scene::new(binary, handle, fleet(10_000), false)?;
    scene.fill_table();
    let stub = wire::serve_from_memory(&Port(Arc::clone(&scene.cloud)), handle)?;
    let variables = [
        ("AWS_ENDPOINT_URL".to_owned(), stub.endpoint()),
        (env::TABLE.to_owned(), "lights".to_owned()),
        (env::ROLE.to_owned(), env::BOARD.to_owned()),
    ];
    let process = Process::start(binary, &variables)?;
    let asked =
        json!({"widgetContext": {"width": 1_200, "height": 800, "theme": "dark", "params": {}}});
    let (mut times, mut answer) = (Vec::new(), Value::Null);
    for _ in 0..=STARTS {
        let began = Instant::now();
        answer = process.invoke(&asked)?;
        times.push(began.elapsed());
    }
    if !answer.as_str().is_some_and(|html| html.contains("of 10,000")) {
        return Err(format!("the widget shows no board: {answer:.400}"));
    }
    // The first one fills the stub's memory.
    times.remove(0);
    times.sort();
    let (bytes, taken) = (answer.to_string().len(), process.taken()?);
    let found = format!(
        "{bytes} bytes; median {:.2} s, worst {:.2} s of {}; {:.1} MiB",
        times[times.len() / 2].as_secs_f64(),
        times[times.len() - 1].as_secs_f64(),
        times.len(),
        taken.peak as f64 / MIB
    );
    let holds = bytes < 1_000_000 && (taken.peak as f64) < 512.0 * MIB;
    figures.add("the widget of 10,000", "under 1 MB, in 512 MB", &found, holds);
    Ok(())
}

/// From the start of the process to its first request for an invocation.
fn starts(binary: &Path, handle: &Handle, figures: &mut Figures) -> Result<(), String> {
    let scene = Scene::new(binary, handle, fleet(1), true)?;
    let all = (0..STARTS).map(|_| scene.process().map(|process| process.init));
    let mut all: Vec<Duration> = all.collect::<Result<_, _>>()?;
    all.sort();
    let ms = |at: usize| all[at].as_secs_f64() * 1e3;
    let found =
        format!("{:.1} ms, {:.1} to {:.1} of {STARTS}", ms(STARTS / 2), ms(0), ms(STARTS - 1));
    figures.add("init, median", "under 25 ms", &found, ms(STARTS / 2) < 25.0);
    Ok(())
}

/// A cold process's first tick, which lists the machines, and a second one.
fn ticks(
    binary: &Path,
    handle: &Handle,
    count: usize,
    each: bool,
    figures: &mut Figures,
) -> Result<(), String> {
    let scene = Scene::new(binary, handle, fleet(count), each)?;
    scene.fill_table();
    let bytes: usize =
        scene.cloud.account().records.values().map(|record| record.item.document.len()).sum();
    let process = scene.process()?;
    let mut heartbeats = 0;
    let mut found = Vec::new();
    for number in 0..2 {
        let before = process.taken()?;
        let (took, heartbeat) = scene.tick(&process)?;
        if number == 0 {
            // The schedule's minute.
            std::thread::sleep(Duration::from_secs(60).saturating_sub(took));
        }
        heartbeats += usize::from(heartbeat);
        let cpu_s = process.taken()?.cpu_s - before.cpu_s;
        found.push(format!("{:.1} s ({cpu_s:.2} s of a processor)", took.as_secs_f64()));
    }
    let lists = scene.cloud.count("ListExecutions");
    let found = format!("{}; {heartbeats} heartbeats, {lists} lists", found.join(", then "));
    // Two ticks have two minutes' share, of which the second may have a part left.
    let holds = heartbeats == 2 && lists <= 120 && scene.cloud.fleet().throttled == 0;
    let what = format!("two ticks of {count} machines, rows of {} bytes", bytes / count);
    figures.add(&what, "each under 30 s with a heartbeat, half the quota", &found, holds);
    figures.memory(&format!("two ticks of {count} machines"), process.taken()?);
    Ok(())
}

/// Each of 10,000 machines ends a run on the hour, while a tick is in progress.
fn full_hour(binary: &Path, handle: &Handle, figures: &mut Figures) -> Result<(), String> {
    let scene = Scene::new(binary, handle, fleet(10_000), false)?;
    scene.fill_table();
    let began_ms = now_ms();
    let mut bodies = Vec::new();
    let mut ended: BTreeMap<String, Execution> = BTreeMap::new();
    for number in 0..10_000 {
        let name = name(number);
        // One in ten fails.
        let status = if number % 10 == 0 { "FAILED" } else { "SUCCEEDED" };
        let run = execution(&name, status, began_ms - 30_000, Some(began_ms - 200));
        let mut body = event(&name, &run);
        if number < BATCH {
            let mut large: Value = serde_json::from_str(&body).unwrap();
            large["detail"]["input"] = json!("i".repeat(LARGEST_TEXT));
            large["detail"]["output"] = json!("o".repeat(LARGEST_TEXT));
            body = large.to_string();
        }
        bodies.push(body);
        scene.cloud.account().executions.get_mut(&arn(&name)).unwrap().insert(0, run.clone());
        ended.insert(name, run);
    }
    let queue = Mutex::new(VecDeque::from(bodies));
    let again = AtomicUsize::new(0);
    let ticker = scene.process()?;
    let workers = (0..WORKERS).map(|_| scene.process()).collect::<Result<Vec<_>, _>>()?;
    let began = Instant::now();
    let work = |process: &Process| -> Result<(), String> {
        loop {
            let bodies: Vec<String> = {
                let mut queue = queue.lock().unwrap();
                let count = queue.len().min(BATCH);
                queue.drain(..count).collect()
            };
            if bodies.is_empty() {
                return Ok(());
            }
            let failed = failed(&process.invoke(&batch(&bodies))?);
            again.fetch_add(failed.len(), Ordering::Relaxed);
            queue.lock().unwrap().extend(failed.into_iter().map(|number| bodies[number].clone()));
        }
    };
    let heartbeat = thread::scope(|scope| {
        let tick = scope.spawn(|| scene.tick(&ticker));
        let all: Vec<_> = workers.iter().map(|process| scope.spawn(|| work(process))).collect();
        for one in all {
            one.join().map_err(|_| "a worker panicked")??;
        }
        let took = began.elapsed();
        let (_, heartbeat) = tick.join().map_err(|_| "the tick panicked")??;
        Ok::<_, String>((took, heartbeat))
    });
    let (took, heartbeat) = heartbeat?;
    let rows = scene.cloud.rows();
    let right = rows.iter().filter(|row| {
        let run = &ended[row.key.as_str()];
        let light = if run.status == "FAILED" { Light::Red } else { Light::Green };
        row.finished.first().is_some_and(|newest| newest.arn == run.arn)
            && row.shown.as_ref().is_some_and(|shown| shown.light == light)
    });
    let (right, incidents) = (right.count(), scene.cloud.incidents().len());
    let throttles = scene.cloud.account().table_throttles;
    let found = format!(
        "{:.1} s: {right} rows right, {incidents} incidents, {throttles} throttled writes, {} \
         messages again; the tick beside it {} a heartbeat",
        took.as_secs_f64(),
        again.load(Ordering::Relaxed),
        if heartbeat { "sent" } else { "did not send" }
    );
    let holds = took.as_secs() < 60 && right == 10_000 && incidents == 1_000 && heartbeat;
    let what = "10,000 events at once, 1,000 of them failures";
    figures.add(what, "all rows right within 60 s, nothing lost", &found, holds);
    let mut peak = Taken::default();
    for process in &workers {
        let taken = process.taken()?;
        peak = Taken { cpu_s: peak.cpu_s + taken.cpu_s, peak: peak.peak.max(taken.peak) };
    }
    figures.memory("the same, a batch of 6 MB among them", peak);
    Ok(())
}

/// `guardian status` of 10,000 machines. The pages of the table come from memory, so that what is
/// measured is the program.
fn status(guardian: &Path, handle: &Handle, figures: &mut Figures) -> Result<(), String> {
    let guardian = std::path::absolute(guardian).map_err(|error| error.to_string())?;
    let scene = Scene::new(Path::new(""), handle, fleet(10_000), false)?;
    scene.fill_table();
    let stub = wire::serve_from_memory(&Port(Arc::clone(&scene.cloud)), handle)?;
    let names: Vec<String> = (0..10_000).map(name).collect();
    let config = format!(
        "project: shop\nregion: eu-central-1\nalarms: {{ each: none }}\nmachines:\n  watched: [{}]\n",
        names.join(", ")
    );
    let project = tempfile::tempdir().map_err(|error| error.to_string())?;
    std::fs::write(project.path().join("guardian.yaml"), config).map_err(|e| e.to_string())?;
    let mut times = Vec::new();
    let mut calls = 0;
    for _ in 0..STARTS {
        let before = stub.calls().len();
        let began = Instant::now();
        let ended = Command::new(&guardian)
            .args(["status", "--json"])
            .current_dir(project.path())
            .envs(stub.environment())
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .map_err(|error| format!("{}: {error}", guardian.display()))?;
        times.push(began.elapsed());
        calls = stub.calls().len() - before;
        let records = String::from_utf8_lossy(&ended.stdout).lines().count();
        if !ended.status.success() || records != 10_001 {
            let said =
                [ended.stdout, ended.stderr].map(|s| String::from_utf8_lossy(&s).into_owned());
            return Err(format!("guardian status has {records} records: {}", said.concat()));
        }
    }
    // The first one fills the stub's memory.
    times.remove(0);
    times.sort();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    let found = format!(
        "{calls} calls; median {:.2} s, worst {:.2} s of {}",
        median.as_secs_f64(),
        worst.as_secs_f64(),
        times.len()
    );
    let holds = calls <= 15 && median < Duration::from_secs(2);
    figures.add("`guardian status` of 10,000", "at most 15 calls, under 2 s", &found, holds);
    let mut watch = Command::new("python3");
    watch
        .args(["-c", WATCH])
        .arg(&guardian)
        .args(["status", "--watch"])
        .current_dir(project.path());
    watch.envs(stub.environment()).env("NO_PROXY", "127.0.0.1").env("TERM", "xterm-256color");
    let ended = watch.output().map_err(|error| format!("python3: {error}"))?;
    let text = String::from_utf8_lossy(&ended.stdout);
    let numbers: Vec<f64> = text.split_whitespace().flat_map(str::parse).collect();
    let &[idle, busiest, memory, median, worst] = numbers.as_slice() else {
        return Err(format!("--watch: {text}{}", String::from_utf8_lossy(&ended.stderr)));
    };
    let found = format!(
        "{idle:.1} % of a core between refreshes, {busiest:.1} % with one; {memory:.1} MiB; from a key to \
         its frame median {median:.1} ms, worst {worst:.1} ms of 400"
    );
    let holds = idle < 5.0 && memory < 60.0 && worst < 50.0;
    let required = "under 5 % of a core, 60 MB and 50 ms a frame";
    figures.add("`guardian status --watch` of 10,000, 200 × 60", required, &found, holds);
    Ok(())
}

/// Runs a command on a pseudo-terminal of 200 columns and 60 lines. Prints its processor time in per cent
/// of a core, the median and the most of twelve windows of five seconds; its highest resident memory in
/// MiB; and milliseconds from a key to the first byte of the frame, median and worst.
const WATCH: &str = r#"
import fcntl, os, pty, select, statistics, struct, sys, termios, time
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
def drain(seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 16)
def used():
    fields = open(f"/proc/{child}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
drain(8)
windows = []
for _ in range(12):
    before = used()
    drain(5)
    windows.append((used() - before) / 5 * 100)
frames = []
for number in range(400):
    key = b"\x1b[6~" if number % 50 == 49 else b"\x1b[B"
    began = time.monotonic()
    os.write(terminal, key)
    if not select.select([terminal], [], [], 5)[0]:
        sys.exit("no frame after a key")
    frames.append((time.monotonic() - began) * 1e3)
    drain(0.03)
memory = next(line for line in open(f"/proc/{child}/status") if line.startswith("VmHWM")).split()[1]
os.write(terminal, b"q")
try:
    drain(1)
except OSError:
    pass  # It has ended.
print(statistics.median(windows), max(windows), int(memory) / 1024, statistics.median(frames), max(frames))
"#;

/// A message of the queue, and when it is there.
struct Queued {
    from_ms: i64,
    body: String,
    /// If the light changes by it: when the run ended, its machine and execution.
    change: Option<(i64, String, String)>,
}

/// Ten machines that end a run each second, beside ticks.
fn busy(binary: &Path, handle: &Handle, seconds: i64, figures: &mut Figures) -> Result<(), String> {
    let mut account = fleet(0);
    let began_ms = now_ms() + 3_000;
    let mut queued = Vec::new();
    let mut last = BTreeMap::new();
    for number in 0..10 {
        let name = name(number);
        account.machines.push(Machine { created_ms: Some(0), ..machine(&name) });
        let mut stories = Vec::new();
        let mut before = "SUCCEEDED";
        for second in 0..seconds {
            // Each fifteenth fails; the next run is a success.
            let failed = (second + i64::try_from(number).unwrap()) % 15 == 7;
            let status = if failed { "FAILED" } else { "SUCCEEDED" };
            let start_ms = began_ms + second * 1_000 + 97 * i64::try_from(number).unwrap();
            let stop_ms = start_ms + 500;
            let running = execution(&name, "RUNNING", start_ms, None);
            let ended =
                Execution { status: status.to_owned(), stop_ms: Some(stop_ms), ..running.clone() };
            for (at_ms, run) in [(start_ms, &running), (stop_ms, &ended)] {
                let changes = run.stop_ms.is_some() && status != before;
                queued.push(Queued {
                    from_ms: at_ms + DELIVERY_MS,
                    body: event(&name, run),
                    change: changes.then(|| (stop_ms, name.clone(), run.arn.clone())),
                });
            }
            before = status;
            last.insert(name.clone(), status);
            stories.push(vec![
                Shown { from_ms: start_ms, execution: running },
                Shown { from_ms: stop_ms, execution: ended },
            ]);
        }
        account.stories.insert(arn(&name), stories);
    }
    queued.sort_by_key(|one| one.from_ms);
    let scene = Scene::new(binary, handle, account, true)?;
    let queue = Mutex::new(VecDeque::from(queued));
    let (again, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let waits = Mutex::new(Vec::new());
    let take = |batch: &mut Vec<Queued>| {
        let mut queue = queue.lock().unwrap();
        while batch.len() < BATCH && queue.front().is_some_and(|one| one.from_ms <= now_ms()) {
            batch.extend(queue.pop_front());
        }
        queue.is_empty()
    };
    let work = |process: &Process| -> Result<(), String> {
        loop {
            let mut taken = Vec::new();
            let was_last = take(&mut taken);
            if taken.is_empty() {
                if was_last {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(10));
                continue;
            }
            let until = Instant::now() + WINDOW;
            while taken.len() < BATCH && Instant::now() < until {
                thread::sleep(Duration::from_millis(10));
                take(&mut taken);
            }
            let bodies: Vec<String> = taken.iter().map(|one| one.body.clone()).collect();
            let failed = failed(&process.invoke(&batch(&bodies))?);
            let at_ms = now_ms();
            again.fetch_add(failed.len(), Ordering::Relaxed);
            for (number, one) in taken.into_iter().enumerate() {
                if failed.contains(&number) {
                    queue.lock().unwrap().push_front(one);
                } else if let Some((stop_ms, name, arn)) = one.change {
                    let row = scene.cloud.row(&name);
                    assert!(row.finished.iter().any(|run| run.arn == arn), "{arn}: {row:?}");
                    waits.lock().unwrap().push(at_ms - stop_ms);
                }
            }
        }
    };
    let ticker = scene.process()?;
    let workers = (0..WORKERS).map(|_| scene.process()).collect::<Result<Vec<_>, _>>()?;
    let (windows, heartbeats) = thread::scope(|scope| {
        let ticks = scope.spawn(|| -> Result<_, String> {
            let (mut windows, mut heartbeats) = (Vec::new(), 0);
            let mut due = Instant::now();
            while !over.load(Ordering::Relaxed) {
                if Instant::now() < due {
                    thread::sleep(Duration::from_millis(50));
                    continue;
                }
                due += Duration::from_secs(60);
                let from_ms = scene.cloud.now_ms();
                let (_, heartbeat) = scene.tick(&ticker)?;
                heartbeats += usize::from(heartbeat);
                windows.push((from_ms, scene.cloud.now_ms()));
            }
            Ok((windows, heartbeats))
        });
        let all: Vec<_> = workers.iter().map(|process| scope.spawn(|| work(process))).collect();
        let mut done = Ok(());
        for one in all {
            done = done.and(one.join().map_err(|_| "a worker panicked".to_owned()).flatten());
        }
        over.store(true, Ordering::Relaxed);
        let ticked = ticks.join().map_err(|_| "a tick panicked".to_owned()).flatten();
        done.and(ticked)
    })?;
    let right = last.iter().filter(|(name, status)| {
        let light = if **status == "FAILED" { Light::Red } else { Light::Green };
        scene.cloud.row(name).shown.is_some_and(|shown| shown.light == light)
    });
    let right = right.count();
    let mut waits = waits.into_inner().unwrap();
    waits.sort_unstable();
    let of = |percent: usize| waits[waits.len() * percent / 100];
    let account = scene.cloud.account();
    let lists = account.calls.get("ListExecutions").cloned().unwrap_or_default();
    let by_ticks = |at: &i64| windows.iter().any(|(from, to)| from <= at && at <= to);
    let strange = lists.iter().filter(|at| !by_ticks(at)).count();
    let writes = account.calls["UpdateItem"].len();
    drop(account);
    let found = format!(
        "p50 {} ms, p99 {} ms of {} changes; {} lists by {} ticks, {strange} by batches; {writes} \
         writes for {} runs; {} messages again, {right} of 10 right at the end, {heartbeats} \
         heartbeats",
        of(50),
        of(99),
        waits.len(),
        lists.len(),
        windows.len(),
        10 * seconds,
        again.load(Ordering::Relaxed),
    );
    let holds = of(99) <= 3_000
        && strange == 0
        && lists.len() <= 10 * windows.len()
        && right == 10
        && heartbeats == windows.len();
    let what = format!("10 machines, one finished run a second each, {seconds} s");
    figures.add(&what, "light within 3 s at p99, ListExecutions by ticks alone", &found, holds);
    let mut peak = Taken::default();
    for process in &workers {
        let taken = process.taken()?;
        peak = Taken { cpu_s: peak.cpu_s + taken.cpu_s, peak: peak.peak.max(taken.peak) };
    }
    figures.memory("the same, the batches", peak);
    Ok(())
}
