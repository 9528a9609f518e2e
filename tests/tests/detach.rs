//! Detaching from a deploy: its output, its exit code, and that the printed commands work.
#![allow(clippy::unwrap_used)]

use guardian_tests::binaries;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::proxy::{Decision, Proxy, Stage};
use guardian_tests::running::Running;
use guardian_tests::stub::Stub;
use guardian_tests::stub::account::{Gate, Script, stack_is, step};
use guardian_tests::wait;
use serde_json::Value;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const FUNCTION: &str = "AWS::Lambda::Function";

/// An account in which a deploy goes on after its second event when the gate is opened.
fn lasting() -> (Stub, Gate) {
    let gate = Gate::after(2);
    let script = Script {
        steps: vec![
            stack_is("CREATE_IN_PROGRESS"),
            step("Function", FUNCTION, "CREATE_IN_PROGRESS", ""),
            step("Function", FUNCTION, "CREATE_COMPLETE", ""),
            stack_is("CREATE_COMPLETE"),
        ],
        gate: gate.clone(),
        ..Script::default()
    };
    (Stub::account(script).unwrap(), gate)
}

/// A command as it was printed, run by a shell in an empty directory.
fn as_printed(command: &str, stub: &Stub) -> Running {
    let elsewhere = Project::new().unwrap();
    let found = binaries::guardian().unwrap().parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([found].into_iter().chain(std::env::split_paths(&path)));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(elsewhere.path())
        .env_clear()
        .env("PATH", path.unwrap())
        .env("NO_COLOR", "1")
        .envs(stub.environment());
    Running::start(shell).unwrap()
}

fn detaches(signal: &str, code: i32) {
    let (stub, gate) = lasting();
    let project = Project::shop().unwrap().with(stub.environment());
    let deploy = project.start(["deploy", "--yes", "--no-sweep"]).unwrap();
    deploy.wait_for("create in progress");
    deploy.signal(signal).unwrap();
    let ended = deploy.wait().with(code);
    let last: Vec<&str> = ended.stderr.lines().rev().take(3).collect();
    let [cancel, attach, detached] = last[..] else { panic!("{}", ended.stderr) };
    assert!(detached.contains("CloudFormation continues with stack `shop-dev`"), "{detached}");
    assert!(attach.trim_start().starts_with("guardian attach "), "{attach}");
    assert!(cancel.trim_start().starts_with("guardian cancel "), "{cancel}");
    assert!(!ended.output().contains("is deployed"), "{}", ended.output());

    // What is printed before the words on it.
    let (command, _) = attach.trim_start().split_once("   ").unwrap();
    let attached = as_printed(command, &stub);
    attached.wait_for("create in progress  CloudFormation::Stack");
    gate.open();
    let ended = attached.wait().with(0);
    assert!(ended.stdout.contains("Stack shop-dev: create complete"), "{}", ended.output());
    assert_eq!(stub.count("ExecuteChangeSet"), 1);
}

#[test]
fn ctrl_c_detaches_and_the_printed_command_follows_to_the_end() {
    detaches("INT", 130);
}

#[test]
fn sigterm_detaches_and_the_printed_command_follows_to_the_end() {
    detaches("TERM", 143);
}

#[test]
fn with_json_detaching_is_a_record_with_both_commands() {
    let (stub, _gate) = lasting();
    let project = Project::shop().unwrap().with(stub.environment());
    let deploy = project.start(["deploy", "--yes", "--no-sweep", "--json"]).unwrap();
    deploy.wait_for(r#""type":"event""#);
    deploy.signal("INT").unwrap();
    let ended = deploy.wait().with(130);
    let last: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["stack"]), (&"detached".into(), &"shop-dev".into()));
    for name in ["attach", "cancel"] {
        let command = last[name].as_str().unwrap();
        assert!(command.starts_with(&format!("guardian {name} --stack-name shop-dev")), "{last}");
    }
    // The printed `cancel` command asks for approval; without a terminal it does nothing.
    let cancel = as_printed(last["cancel"].as_str().unwrap(), &stub).wait().with(6);
    assert!(cancel.stderr.contains("--yes"), "{}", cancel.output());
    assert_eq!(stub.count("DeleteStack"), 0);
}

/// The first call of Lambda is held until the test is over, so that the program hangs in the first
/// sweep: after an operation that it followed, when it follows none any more.
#[test]
fn ctrl_c_ends_at_once_when_there_is_no_operation_to_follow() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.endpoint()).unwrap();
    let (hold, held) = mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let came = Arc::new(AtomicBool::new(false));
    let comes = Arc::clone(&came);
    proxy.watch(move |_, moment, request| {
        if moment == Stage::Received && request.action.contains("/invocations") {
            comes.store(true, Ordering::Relaxed);
            // Until the sender is gone.
            let _ = held.lock().map(|held| held.recv());
            return Decision::Disconnect;
        }
        Decision::Forward
    });
    let project = Project::shop().unwrap().with(proxy.environment());
    let deploy = project.start(["deploy", "--yes"]).unwrap();
    let sweeps =
        wait::until(Duration::from_secs(60), || came.load(Ordering::Relaxed).then_some(()));
    assert!(sweeps.is_some(), "{}", deploy.output());
    // It hangs, and would hang for long.
    thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    deploy.signal("INT").unwrap();
    let ended = deploy.wait().with(130);
    assert!(began.elapsed() < Duration::from_secs(3), "after {:?}", began.elapsed());
    assert!(ended.stdout.contains("is deployed"), "{}", ended.output());
    drop(hold);
}
