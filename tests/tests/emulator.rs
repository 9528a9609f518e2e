//! The emulator itself: each is an account of its own, and leaves nothing behind.
#![allow(clippy::unwrap_used)]

use guardian_tests::emulator::Emulator;
use guardian_tests::wait;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

fn machine(emulator: &Emulator, name: &str, definition: &serde_json::Value) {
    let role = "arn:aws:iam::000000000000:role/none";
    let body = json!({"name": name, "definition": definition.to_string(), "roleArn": role});
    emulator.aws().states("CreateStateMachine", &body).unwrap();
}

#[test]
fn two_emulators_do_not_see_each_other_and_each_ends_with_its_value() {
    let (one, two) = (Emulator::start().unwrap(), Emulator::start().unwrap());
    machine(&one, "m", &json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}));
    let machines = |emulator: &Emulator| {
        let found = emulator.aws().inventory().unwrap();
        found.into_iter().find(|(what, _)| *what == "state machines").unwrap().1
    };
    assert_eq!(machines(&one), ["m"]);
    assert!(machines(&two).is_empty());
    let process = Path::new("/proc").join(one.process_id().to_string());
    let directory = one.log().parent().unwrap().to_owned();
    let existed = process.exists();
    drop(one);
    // Without /proc the path never existed, so it proves nothing.
    assert!(!existed || !process.exists(), "the emulator's process is still there");
    assert!(!directory.exists());
    assert!(machines(&two).is_empty(), "the other one still answers");
}

#[test]
fn a_machine_that_runs_longer_than_its_timeout_times_out() {
    let emulator = Emulator::start().unwrap();
    let wait = json!({"Type": "Wait", "Seconds": 60, "End": true});
    let definition = json!({"StartAt": "W", "TimeoutSeconds": 1, "States": {"W": wait}});
    machine(&emulator, "slow", &definition);
    let aws = emulator.aws();
    let execution = aws.start("slow", &json!({})).unwrap();
    let status = wait::until(Duration::from_secs(20), || {
        aws.status(&execution).ok().filter(|status| status != "RUNNING")
    });
    assert_eq!(status.as_deref(), Some("TIMED_OUT"));
}
