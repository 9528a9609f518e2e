//! `cargo demo`: Guardian on an emulator, from the build to the teardown, step by step. It runs the
//! `guardian` binary as a user would.

use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RUNS;
use guardian_tests::project::Project;
use guardian_tests::{Error, binaries, wait, widget};
use std::io::IsTerminal;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// The profile of a function that is deployed to AWS.
const BOOTSTRAP_PROFILE: &str = "lambda";
/// Runs end in seconds, alarms follow a few seconds after a sweep; a slow computer may take longer.
const LIMIT: Duration = Duration::from_secs(90);
const STEPS: usize = 11;

/// Runs the demo; with `keep`, stays up before the teardown until it is interrupted.
pub fn run(keep: bool) -> Result<(), Error> {
    let began = Instant::now();
    let mut steps = Steps { number: 0 };
    steps.step("build guardian and the function", || {
        cargo(binaries::command("guardian-cli", "guardian", "dev"))?;
        cargo(binaries::command("guardian-lambda", "bootstrap", BOOTSTRAP_PROFILE))
    })?;
    let built = began.elapsed();
    let emulator = steps.step("start an AWS of your own (ministack)", || {
        let emulator = Emulator::start()?;
        println!("listening at {}", emulator.endpoint());
        Ok(emulator)
    })?;
    let bootstrap = binaries::path("bootstrap", BOOTSTRAP_PROFILE).display().to_string();
    let demo = Demo {
        aws: emulator.aws(),
        project: Project::persistent("demo")?
            .with_example("examples")?
            .on(&emulator)
            .with(vec![("GUARDIAN_BINARY".to_owned(), bootstrap)]),
    };
    let before = demo.aws.inventory()?;
    steps.step("deploy the example", || demo.guardian(&["deploy", "--yes"]))?;
    steps.step("run the machines", || demo.execute())?;
    steps.step("sweep, and wait for the alarms", || demo.sweep())?;
    steps.step("show the board", || demo.guardian(&["status"]))?;
    steps.step("write the board as a page", || {
        demo.guardian(&["board", "--html", "board.html"])?;
        println!("open it: {}", demo.project.path().join("board.html").display());
        Ok(())
    })?;
    steps.step("ask the dashboard's board for its widget", || demo.widget())?;
    if keep {
        return stay(&demo, &emulator);
    }
    steps.step("change a setting, and deploy the update", || {
        let changed = demo.project.read("guardian.yaml")? + "\nschedule: rate(1 hour)\n";
        demo.project.write("guardian.yaml", &changed)?;
        println!("guardian.yaml: schedule: rate(1 hour)\n");
        demo.guardian(&["deploy", "--yes"])
    })?;
    steps.step("destroy it", || demo.guardian(&["destroy", "--yes"]))?;
    steps.step("check that nothing is left", || {
        let left = demo.left(&before)?;
        if left.is_empty() {
            println!("nothing: no stack, alarm, machine, function, role, rule, queue or log group");
            Ok(())
        } else {
            Err(format!("left behind:\n  {}", left.join("\n  ")))
        }
    })?;
    println!(
        "\nDone: {} to build, {} to run. To stay and look around: cargo demo --keep",
        seconds(built),
        seconds(began.elapsed().saturating_sub(built))
    );
    Ok(())
}

struct Demo {
    aws: guardian_tests::aws::Aws,
    project: Project,
}

impl Demo {
    /// Runs `guardian` with the terminal's settings.
    fn guardian(&self, arguments: &[&str]) -> Result<(), Error> {
        println!("$ guardian {}", arguments.join(" "));
        let mut command = self.project.command(arguments)?;
        for variable in ["TERM", "COLUMNS", "COLORTERM", "CI"] {
            command.env_remove(variable).envs(std::env::var_os(variable).map(|v| (variable, v)));
        }
        if std::env::var_os("NO_COLOR").is_none() {
            command.env_remove("NO_COLOR");
        }
        let status = command.status().map_err(|e| format!("cannot run {command:?}: {e}"))?;
        if status.success() {
            return Ok(());
        }
        Err(format!("guardian {} ended with {status}", arguments.join(" ")))
    }

    /// Starts one run of each machine and waits for the expected status.
    fn execute(&self) -> Result<(), Error> {
        let mut started = Vec::new();
        for run in RUNS {
            started.push((run, self.aws.start(&run.machine(), &run.input())?));
        }
        for (run, execution) in started {
            let arrived = || self.aws.status(&execution).ok().filter(|status| status == run.ends);
            if wait::until(LIMIT, arrived).is_none() {
                let status = self.aws.status(&execution)?;
                return Err(format!("{} is {status}, not {}", run.machine(), run.ends));
            }
            println!("{:<10} {:<18} {}", run.ends, run.key, run.story);
        }
        Ok(())
    }

    /// Sweeps, and waits until each alarm has the state of its machine's run.
    fn sweep(&self) -> Result<(), Error> {
        self.guardian(&["run"])?;
        let began = Instant::now();
        for run in RUNS {
            let expected = match run.ends {
                "SUCCEEDED" => "OK",
                "FAILED" | "TIMED_OUT" => "ALARM",
                _ => continue,
            };
            // The light of an EXPRESS machine comes from metrics that the emulator does not publish.
            if run.key == "click-stream" {
                continue;
            }
            let alarm = format!("StepFunctionStatusAlarm-{}", run.key);
            let state = || self.aws.alarms().ok()?.into_iter().find(|(name, _)| *name == alarm);
            let there = || state().filter(|(_, state)| state == expected);
            if wait::until(LIMIT, there).is_none() {
                return Err(format!("{alarm} is {:?}, not {expected}", state().map(|s| s.1)));
            }
            println!("{expected:<10} {alarm}");
        }
        println!("all alarms followed {} after the sweep", seconds(began.elapsed()));
        Ok(())
    }

    /// The widget, as the console gets it through the function.
    fn widget(&self) -> Result<(), Error> {
        let machines: Vec<&str> = RUNS.iter().map(|run| run.key).collect();
        let html = widget::checked(&self.aws, "guardian-demo-dev-board", &machines)?;
        println!(
            "guardian-demo-dev-board: {} bytes of HTML, {} machines",
            html.len(),
            machines.len()
        );
        Ok(())
    }

    /// Resources in the account that were not there before.
    fn left(&self, before: &[(&'static str, Vec<String>)]) -> Result<Vec<String>, Error> {
        let after = self.aws.inventory()?;
        let pairs = before.iter().zip(&after);
        Ok(pairs
            .flat_map(|((what, before), (_, after))| {
                let new = after.iter().filter(|name| !before.contains(name));
                new.map(move |name| format!("{what}: {name}"))
            })
            .collect())
    }
}

/// Waits for Ctrl-C, which also ends the emulator.
fn stay(demo: &Demo, emulator: &Emulator) -> Result<(), Error> {
    println!("\nThe stack stays up until Ctrl-C. In another terminal:\n");
    println!("  cd {}", demo.project.path().display());
    for (name, value) in emulator.environment() {
        println!("  export {name}={value}");
    }
    println!("  {} status", binaries::guardian()?.display());
    println!("\nThe emulator's log: {}", emulator.log().display());
    loop {
        thread::park();
    }
}

/// Runs a build and shows its progress.
pub fn cargo(mut command: Command) -> Result<(), Error> {
    let status = command.status().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

struct Steps {
    number: usize,
}

impl Steps {
    /// Runs a numbered step and prints its time.
    fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.number += 1;
        let (bold, plain) =
            if std::io::stdout().is_terminal() { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        println!("\n{bold}[{}/{STEPS}] {what}{plain}", self.number);
        let began = Instant::now();
        let done = work()?;
        println!("[{}/{STEPS}] {}", self.number, seconds(began.elapsed()));
        Ok(done)
    }
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        whole @ 60.. => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
