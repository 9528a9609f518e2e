//! Measurements for docs/benchmarks.md: `cargo xtask bench <what>`. They depend on the machine; none of
//! them is a test.

use crate::demo::cargo;
use crate::dist;
use guardian_tests::aws::Aws;
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RESULT_BY_INPUT;
use guardian_tests::project::Project;
use guardian_tests::{Error, binaries};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Repetitions of each command.
const TIMES: usize = 9;
/// Number of machines that fail and recover in `light`.
const MACHINES: usize = 20;
/// Limit for an alarm to follow an execution.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs a command and prints its duration in seconds and its peak memory in KiB.
const MEASURE: &str = "\
import resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
";

fn project(machines: &[String]) -> Result<Project, Error> {
    let project = Project::new()?;
    let list: String = machines.iter().map(|name| format!("    - {name}\n")).collect();
    project.write("guardian.yaml", &format!("project: bench\nmachines:\n  managed:\n{list}"))?;
    for name in machines {
        project.write(&format!("definitions/{name}.json"), RESULT_BY_INPUT)?;
    }
    Ok(project)
}

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("machine-{n:04}")).collect()
}

/// Median and worst.
fn summary(mut all: Vec<f64>) -> (f64, f64) {
    all.sort_by(f64::total_cmp);
    (all[all.len() / 2], all[all.len() - 1])
}

/// `guardian synth` of 3, 50 and 1,000 machines with the program of `cargo xtask dist`.
pub fn synth() -> Result<(), Error> {
    let guardian = dist::program_path()?;
    println!("guardian synth -o DIR, {TIMES} times each");
    for count in [3, 50, 1_000] {
        let project = project(&names(count))?;
        let (mut seconds, mut kibibytes) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let out = Command::new("python3")
                .args(["-c", MEASURE])
                .arg(&guardian)
                .args(["synth", "--offline", "-o", "templates"])
                .current_dir(project.path())
                .output()
                .map_err(|e| format!("python3: {e}"))?;
            let text = String::from_utf8_lossy(&out.stdout);
            let mut numbers = text.split_whitespace().map(str::parse::<f64>);
            let (Some(Ok(took)), Some(Ok(most))) = (numbers.next(), numbers.next()) else {
                return Err(format!("synth failed: {}", String::from_utf8_lossy(&out.stderr)));
            };
            seconds.push(took);
            kibibytes.push(most);
        }
        let (median, worst) = summary(seconds);
        let (_, most) = summary(kibibytes);
        println!(
            "{count:>5} machines: median {:.1} ms, worst {:.1} ms, {:.1} MiB",
            median * 1e3,
            worst * 1e3,
            most / 1024.0
        );
    }
    Ok(())
}

/// The function in the program of `cargo xtask dist`, and `guardian status`, under the limits of AWS: see
/// lambda/examples/limits.
pub fn function() -> Result<(), Error> {
    let guardian = dist::program_path()?;
    let project = Project::new()?;
    let package = project.path().join("function.zip");
    let mut pack = Command::new(&guardian);
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    pack.current_dir(project.path()).args(["package", "--arch", arch, "--out"]).arg(&package);
    cargo(pack)?;
    let mut unpack = Command::new("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&package).arg(project.path());
    cargo(unpack)?;
    let bootstrap = project.path().join("bootstrap");
    let mut allow = Command::new("chmod");
    allow.arg("+x").arg(&bootstrap);
    cargo(allow)?;
    let limits = binaries::example("guardian-lambda", "limits")?;
    let mut judge = Command::new(limits);
    judge.arg(bootstrap).arg(package).arg(guardian);
    cargo(judge)
}

/// The program of `cargo xtask dist` as its user has it: an empty home, no cargo on the path, no clone. The
/// way from nothing to a light, on the emulator, and what it took.
pub fn one_file() -> Result<(), Error> {
    let emulator = Emulator::start()?;
    let program = dist::program_path()?;
    let home = Project::new()?;
    let copy = home.path().join("guardian");
    std::fs::copy(&program, &copy).map_err(|e| format!("{}: {e}", program.display()))?;
    let directory = home.path().join("shop");
    std::fs::create_dir(&directory).map_err(|e| e.to_string())?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&copy);
        command.args(arguments).current_dir(&directory).env_clear().env("HOME", home.path());
        command.env("PATH", "/usr/bin:/bin").envs(emulator.environment());
        let began = Instant::now();
        let out = command.output().map_err(|e| format!("{}: {e}", copy.display()))?;
        let took = began.elapsed();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        match out.status.success() {
            true => Ok((took, said)),
            false => Err(format!("guardian {}: {}\n{said}", arguments.join(" "), out.status)),
        }
    };
    println!("{} bytes, in an empty environment:", std::fs::metadata(&copy).map_or(0, |m| m.len()));
    let mut all = Duration::ZERO;
    let package = &["package", "--arch", "x86_64", "--out", "function.zip"][..];
    for arguments in [package, &["init"], &["deploy", "--yes"], &["status"]] {
        let (took, said) = run(arguments)?;
        if arguments != package {
            all += took;
        }
        println!("guardian {}: {:.0} ms", arguments.join(" "), took.as_secs_f64() * 1e3);
        if arguments == ["status"] {
            print!("{said}");
        }
    }
    println!("init, deploy and status: {:.1} s", all.as_secs_f64());
    run(&["destroy", "--yes"]).map(drop)
}

/// Time from an execution's end to its alarm, on the emulator, with the function's release build.
pub fn light() -> Result<(), Error> {
    cargo(binaries::command("guardian-cli", "guardian", "dev"))?;
    cargo(binaries::command("guardian-lambda", "bootstrap", "lambda"))?;
    let bootstrap = binaries::path("bootstrap", "lambda").display().to_string();
    let emulator = Emulator::start()?;
    let keys = names(MACHINES);
    let project =
        project(&keys)?.on(&emulator).with(vec![("GUARDIAN_BINARY".to_owned(), bootstrap)]);
    let run = |arguments: &[&str]| -> Result<Duration, Error> {
        let began = Instant::now();
        let out = project.command(arguments)?.output().map_err(|e| e.to_string())?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into_owned());
        }
        Ok(began.elapsed())
    };
    run(&["deploy", "--yes", "--no-sweep"])?;
    let cold = run(&["run"])?;
    let warm = (0..TIMES).map(|_| run(&["run"])).collect::<Result<Vec<_>, _>>()?;
    let (warm, _) = summary(warm.iter().map(Duration::as_secs_f64).collect());
    println!(
        "`guardian run` on a cold function {:.0} ms, on a warm one {:.0} ms (median of {TIMES})",
        cold.as_secs_f64() * 1e3,
        warm * 1e3
    );
    let aws = emulator.aws();
    print_times("from a failed execution to ALARM", &follow(&aws, &keys, "fail", "ALARM")?);
    for key in &keys {
        aws.start(&format!("{key}-step-function"), &json!({"how": "go on"}))?;
    }
    run(&["run"])?;
    let states = states(&aws)?;
    let red = keys.iter().filter(|key| states.get(*key).is_some_and(|s| s == "ALARM")).count();
    println!("after a restart of each: {red} of {MACHINES} still in ALARM");
    print_times("from the next success to OK", &follow(&aws, &keys, "well", "OK")?);
    Ok(())
}

fn print_times(what: &str, seconds: &BTreeMap<String, f64>) {
    let (median, worst) = summary(seconds.values().copied().collect());
    println!("{what}: median {median:.1} s, worst {worst:.1} s of {MACHINES}");
}

/// State of each machine's status alarm, by key.
fn states(aws: &Aws) -> Result<BTreeMap<String, String>, Error> {
    let alarms = aws.alarms()?.into_iter().filter_map(|(name, state)| {
        Some((name.strip_prefix("StepFunctionStatusAlarm-")?.to_owned(), state))
    });
    Ok(alarms.collect())
}

/// Starts an execution of each machine, half a second apart, and measures the seconds until its alarm
/// is in the state.
fn follow(
    aws: &Aws,
    keys: &[String],
    how: &str,
    state: &str,
) -> Result<BTreeMap<String, f64>, Error> {
    let mut started: BTreeMap<&String, Instant> = BTreeMap::new();
    let mut took = BTreeMap::new();
    let mut next = keys.iter();
    let mut start_at = Instant::now();
    while took.len() < keys.len() {
        if Instant::now() >= start_at
            && let Some(key) = next.next()
        {
            aws.start(&format!("{key}-step-function"), &json!({"how": how}))?;
            started.insert(key, Instant::now());
            start_at += Duration::from_millis(500);
        }
        let states = states(aws)?;
        for (key, since) in &started {
            if states.get(*key).is_some_and(|s| s == state) {
                took.entry((*key).clone()).or_insert_with(|| since.elapsed().as_secs_f64());
            } else if since.elapsed() > LIMIT && !took.contains_key(*key) {
                return Err(format!("the alarm of {key} is not {state} after {LIMIT:?}"));
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(took)
}
