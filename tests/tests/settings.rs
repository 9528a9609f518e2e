//! Settings that do not fit the function's environment: the real packager, the real function and an
//! emulated account.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::Aws;
use guardian_tests::emulator::Emulator;
use guardian_tests::examples::RESULT_BY_INPUT;
use guardian_tests::project::Project;
use guardian_tests::wait;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(120);

/// One machine of the stack's own, and eight that declare 5 KB of schedules.
fn configuration(longest: &str) -> String {
    let times: Vec<String> = (0..24).map(|hour| format!("cron(0 {hour} * * ? *)")).collect();
    let names = (0..8).map(|n| format!("nightly-{n}"));
    let declared: String =
        names.clone().map(|name| format!("    {name}: {{ schedules: {times:?} }}\n")).collect();
    format!(
        "project: packaged\nmachines:\n  managed: [told]\n  watched: {:?}\nwatch:\n  machines:\n    \
         told: {{ max_duration: {longest} }}\n{declared}",
        names.collect::<Vec<_>>()
    )
}

/// The name of the settings file in the function's environment.
fn named(aws: &Aws) -> String {
    let stacks = "Action=GetTemplate&Version=2010-05-15&StackName=packaged-dev";
    let template = aws.query("cloudformation", stacks).unwrap();
    let (_, rest) = template.split_once("settings-").unwrap();
    rest.chars().take(12).collect()
}

fn summary(project: &Project) -> Value {
    let said = project.guardian(["run", "--json"]).with(0).stdout;
    let mut records = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sweep = records.rfind(|record| record["type"] == "sweep").unwrap();
    sweep["summary"].clone()
}

#[test]
fn declarations_beyond_four_kilobytes_work_and_other_declarations_make_another_package() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::new().unwrap().on(&emulator);
    project.write("guardian.yaml", &configuration("1h")).unwrap();
    project.write("definitions/told.json", RESULT_BY_INPUT).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    let first = named(&aws);

    aws.start("told-step-function", &json!({"how": "well"})).unwrap();
    let alarm = wait::until(LIMIT, || {
        assert_eq!(summary(&project)["heartbeat"], true);
        let alarms = aws.alarms().unwrap();
        alarms.into_iter().find(|(n, s)| n == "StepFunctionStuckAlarm-told" && s == "OK")
    });
    assert!(alarm.is_some(), "nobody has published how long the machine runs");

    project.write("guardian.yaml", &configuration("2h")).unwrap();
    project.guardian(["deploy", "--yes"]).with(0);
    assert_ne!(named(&aws), first);
    assert_eq!(summary(&project)["heartbeat"], true);
    let again = project.guardian(["deploy", "--yes"]).with(0);
    assert!(again.stdout.contains("nothing to do"), "{}", again.output());
}
