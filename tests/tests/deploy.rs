//! The life of a stack: the built binary and the built function on an emulated account, checked by an
//! independent client.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::{Aws, elements};
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::{RESULT_BY_INPUT, RUNS};
use guardian_tests::project::Project;
use guardian_tests::{wait, widget};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(120);
/// An alarm's period of a minute, with some margin.
const WINDOW: Duration = Duration::from_secs(65);

/// The lights that `guardian status --json` reports, by key.
fn lights(project: &Project) -> BTreeMap<String, Value> {
    let output = project.guardian(["status", "--json"]).with(0).stdout;
    let records = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lights = records.filter(|record| record["type"] == "light");
    lights.map(|light| (light["key"].as_str().unwrap().to_owned(), light)).collect()
}

/// State of the status alarm of a machine.
fn alarm(aws: &Aws, key: &str) -> String {
    state(aws, &format!("StepFunctionStatusAlarm-{key}"))
}

/// State of an alarm; empty if there is none of the name.
fn state(aws: &Aws, name: &str) -> String {
    let alarms = aws.alarms().unwrap();
    alarms.into_iter().find(|(n, _)| n == name).map_or_else(String::new, |(_, state)| state)
}

#[track_caller]
fn await_alarm(aws: &Aws, key: &str, state: &str) {
    let there = wait::until(LIMIT, || (alarm(aws, key) == state).then_some(()));
    assert!(there.is_some(), "the alarm of {key} is {}, not {state}", alarm(aws, key));
}

#[track_caller]
fn await_status(aws: &Aws, execution: &str, status: &str) {
    let there = wait::until(LIMIT, || aws.status(execution).ok().filter(|s| s == status));
    assert!(there.is_some(), "{execution} is {:?}, not {status}", aws.status(execution));
}

fn stack_status(aws: &Aws, name: &str) -> String {
    let ask = format!("Action=DescribeStacks&Version=2010-05-15&StackName={name}");
    let xml = aws.query("cloudformation", &ask).unwrap();
    elements(&xml, "StackStatus").concat()
}

#[test]
fn a_project_goes_from_nothing_to_lights_and_back_to_nothing() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::new().unwrap().with_example("examples").unwrap().on(&emulator);
    let before = aws.inventory().unwrap();

    let deployed = project.guardian(["deploy", "--yes"]).with(0);
    assert_eq!(stack_status(&aws, "guardian-demo-dev"), "CREATE_COMPLETE");
    assert!(deployed.stdout.contains("Function"), "{}", deployed.output());
    for run in RUNS.iter().filter(|run| run.ends != "RUNNING") {
        let execution = aws.start(&run.machine(), &run.input()).unwrap();
        await_status(&aws, &execution, run.ends);
    }
    aws.start("contract-approval-step-function", &json!({})).unwrap();

    let swept = project.guardian(["run"]).with(0);
    assert!(swept.stdout.contains("8 machines"), "{}", swept.stdout);
    for (key, state) in [
        ("order-fulfilment", "ALARM"),
        ("inventory-sync", "ALARM"),
        ("image-thumbnails", "ALARM"),
        ("nightly-report", "OK"),
        ("payment-capture", "OK"),
    ] {
        await_alarm(&aws, key, state);
    }
    let board = lights(&project);
    for (key, light, running) in [
        ("order-fulfilment", "red", 0),
        ("inventory-sync", "red", 0),
        ("nightly-report", "green", 0),
        ("contract-approval", "grey", 1),
        ("year-end-closing", "grey", 0),
    ] {
        let row = &board[key];
        assert_eq!((&row["light"], &row["running"]), (&json!(light), &json!(running)), "{row}");
    }
    assert_eq!(board["order-fulfilment"]["status"], "FAILED");
    assert_eq!(board["inventory-sync"]["status"], "TIMED_OUT");

    let machines: Vec<&str> = RUNS.iter().map(|run| run.key).collect();
    let html = widget::checked(&aws, "guardian-demo-dev-board", &machines).unwrap();
    assert!(html.contains("3 red"), "{html}");
    let refused = aws.invoke("guardian-demo-dev-board", &json!({"trigger": "manual"})).unwrap_err();
    assert!(refused.contains("Guardian.NotHandled"), "{refused}");

    let again = project.guardian(["deploy", "--yes"]).with(0);
    assert!(again.stdout.contains("nothing to do"), "{}", again.output());
    project.guardian(["diff", "--exit-code"]).with(0);

    let changed = project.read("guardian.yaml").unwrap() + "\nfunction: { memory: 512 }\n";
    project.write("guardian.yaml", &changed).unwrap();
    project.guardian(["diff", "--exit-code"]).with(2);
    project.guardian(["deploy", "--yes"]).with(0);
    assert_eq!(stack_status(&aws, "guardian-demo-dev"), "UPDATE_COMPLETE");
    assert_eq!(aws.memory("guardian-demo-dev-step-function-status-check").unwrap(), 512);

    project.guardian(["destroy"]).with(6);
    project.guardian(["destroy", "--yes"]).with(0);
    assert_eq!(aws.inventory().unwrap(), before);
    project.guardian(["destroy", "--yes"]).with(0);
}

/// A deployed project with the machine `restarted`. Its alarm evaluates one minute, so that a point
/// leaves the window while the test waits; everything else is as the semantics have it.
fn restarted(semantics: &str, emulator: &Emulator) -> Project {
    let project = Project::new().unwrap().on(emulator);
    let text = format!(
        "project: truth\nsemantics: {semantics}\nmachines:\n  managed: [restarted]\n\
         alarms:\n  status:\n    period: 60\n"
    );
    project.write("guardian.yaml", &text).unwrap();
    project.write("definitions/restarted.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    let aws = emulator.aws();
    let failed = aws.start("restarted-step-function", &json!({"how": "fail"})).unwrap();
    await_status(&aws, &failed, "FAILED");
    project.guardian(["run"]).with(0);
    await_alarm(&aws, "restarted", "ALARM");
    assert_eq!(lights(&project)["restarted"]["light"], "red");
    aws.start("restarted-step-function", &json!({"how": "go on"})).unwrap();
    project
}

#[test]
fn a_restart_leaves_a_red_light_red_until_a_success() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = restarted("last-finished", &emulator);
    // Longer than the alarm's window, so that the failure's own point is out of it.
    let began = Instant::now();
    while began.elapsed() < WINDOW {
        project.guardian(["run"]).with(0);
        assert_eq!(alarm(&aws, "restarted"), "ALARM");
        thread::sleep(Duration::from_secs(5));
    }
    let row = &lights(&project)["restarted"];
    assert_eq!((&row["light"], &row["running"]), (&json!("red"), &json!(1)), "{row}");

    let good = aws.start("restarted-step-function", &json!({"how": "well"})).unwrap();
    await_status(&aws, &good, "SUCCEEDED");
    let cleared = wait::until(LIMIT, || {
        project.guardian(["run"]).with(0);
        (alarm(&aws, "restarted") == "OK").then_some(())
    });
    assert!(cleared.is_some(), "a success does not clear the alarm");
    assert_eq!(lights(&project)["restarted"]["light"], "green");
}

#[test]
fn under_the_recipes_semantics_a_restart_turns_a_red_light_green() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = restarted("original", &emulator);
    let green = wait::until(LIMIT, || {
        project.guardian(["run"]).with(0);
        (alarm(&aws, "restarted") == "OK").then_some(())
    });
    assert!(green.is_some(), "the alarm is {}", alarm(&aws, "restarted"));
    assert_eq!(lights(&project)["restarted"]["light"], "green");
}

#[test]
fn a_run_that_takes_far_longer_than_earlier_runs_is_stuck() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::new().unwrap().on(&emulator);
    let text = "project: usual\nmachines:\n  managed: [measured]\nwatch:\n  defaults:\n    \
                max_duration: 3 x p99\n";
    project.write("guardian.yaml", text).unwrap();
    project.write("definitions/measured.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    let stuck = || {
        project.guardian(["run"]).with(0);
        state(&aws, "StepFunctionStuckAlarm-measured")
    };
    let began = Instant::now();
    aws.start("measured-step-function", &json!({"how": "go on"})).unwrap();
    // So far it is not known how long a run takes, and the alarm stays OK.
    assert_eq!(wait::until(LIMIT, || Some(stuck()).filter(|s| s == "OK")).as_deref(), Some("OK"));
    for _ in 0..20 {
        let run = aws.start("measured-step-function", &json!({"how": "well"})).unwrap();
        await_status(&aws, &run, "SUCCEEDED");
    }
    let seen = wait::until(LIMIT, || Some(stuck()).filter(|s| s == "ALARM"));
    assert!(seen.is_some(), "the alarm is {}", stuck());
    // However short the runs are, none is stuck within a minute.
    assert!(began.elapsed() >= Duration::from_secs(60), "after {:?}", began.elapsed());
    let row = &lights(&project)["measured"];
    assert_eq!((&row["light"], &row["stuck"]), (&json!("green"), &json!(true)), "{row}");
}

#[test]
fn a_plan_whose_package_was_deleted_uploads_the_same_package_and_runs() {
    let emulator = Emulator::start().unwrap();
    let project = Project::new().unwrap().on(&emulator);
    let text = "project: planned\nmachines: { managed: [told] }\n";
    project.write("guardian.yaml", text).unwrap();
    project.write("definitions/told.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    project.write("guardian.yaml", &format!("{text}function: {{ memory: 512 }}\n")).unwrap();
    project.guardian(["plan", "-o", "plan.json"]).with(0);
    let file: Value = serde_json::from_str(&project.read("plan.json").unwrap()).unwrap();
    let plan = &file["plan"];
    let (bucket, key) = (plan["parameters"]["ArtifactBucket"].as_str(), plan["package"].as_str());
    emulator.aws().delete_object(bucket.unwrap(), key.unwrap()).unwrap();
    let ran = project.guardian(["deploy", "--plan", "plan.json"]).with(0);
    assert!(
        ran.output().contains("is not in") && ran.stdout.contains("Uploaded"),
        "{}",
        ran.output()
    );
    assert_eq!(stack_status(&emulator.aws(), "planned-dev"), "UPDATE_COMPLETE");
    // The package is already in the bucket, so the plan says nothing about it.
    project.write("guardian.yaml", text).unwrap();
    project.guardian(["plan", "-o", "plan.json"]).with(0);
    let ran = project.guardian(["deploy", "--plan", "plan.json"]).with(0);
    assert!(!ran.output().contains("is not in"), "{}", ran.output());
}
