//! Plans on an emulated account: a plan runs exactly as it is or is refused, and one that is only
//! shown leaves nothing behind.
#![allow(clippy::unwrap_used)]

use guardian_tests::aws::Aws;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::proxy::Proxy;
use guardian_tests::running::Ended;
use serde_json::Value;

const STACK: &str = "shop-dev";

/// Everything in the account, and the change sets of the stack.
fn everything(aws: &Aws) -> String {
    let change_sets = aws.change_sets(STACK).unwrap_or_default();
    format!("{:?}\n{change_sets:?}\n{:?}", aws.inventory().unwrap(), aws.objects().unwrap())
}

fn with(project: &Project, lines: &str) {
    let text = format!("project: shop\nmachines:\n  managed: [import]\n{lines}");
    project.write("guardian.yaml", &text).unwrap();
}

#[track_caller]
fn deploys(project: &Project) {
    project.guardian(["deploy", "--yes", "--no-sweep"]).with(0);
}

#[track_caller]
fn plans(project: &Project) -> Value {
    project.guardian(["plan", "-o", "plan.json"]).with(0);
    let written: Value = serde_json::from_str(&project.read("plan.json").unwrap()).unwrap();
    written["plan"].clone()
}

fn deploy_planned(project: &Project) -> Ended {
    project.guardian(["deploy", "--plan", "plan.json", "--no-sweep"])
}

#[test]
fn the_planned_change_set_runs_once_and_a_second_time_is_refused() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.endpoint()).unwrap();
    let project = Project::shop().unwrap().with(proxy.environment());
    deploys(&project);
    with(&project, "function: { memory: 512 }\n");
    let plan = plans(&project);
    assert_eq!(emulator.aws().change_sets(STACK).unwrap().len(), 1);
    let before = proxy.calls().len();
    deploy_planned(&project).with(0);
    let calls = proxy.calls().split_off(before);
    let executed: Vec<&str> = calls
        .iter()
        .filter(|call| call.action == "ExecuteChangeSet")
        .map(|call| call.parameter("ChangeSetName"))
        .collect();
    assert_eq!(executed, [plan["change_set"].as_str().unwrap()]);
    assert!(!calls.iter().any(|call| call.action == "CreateChangeSet"));
    assert_eq!(emulator.aws().memory("shop-dev-step-function-status-check").unwrap(), 512);

    let again = deploy_planned(&project).with(6);
    assert!(again.stderr.contains("is stale; nothing was changed"), "{}", again.output());
    project.guardian(["diff", "--exit-code"]).with(0);
}

#[test]
fn a_plan_is_stale_after_another_deploy_and_says_what_has_changed() {
    let emulator = Emulator::start().unwrap();
    let project = Project::shop().unwrap().on(&emulator);
    deploys(&project);
    with(&project, "function: { memory: 512 }\n");
    plans(&project);
    with(&project, "function: { memory: 1024 }\n");
    let other = deploy_planned(&project).with(6);
    assert!(other.stderr.contains("template"), "{}", other.output());
    deploys(&project);
    with(&project, "function: { memory: 512 }\n");
    let before = everything(&emulator.aws());
    let stale = deploy_planned(&project).with(6);
    for words in ["is stale; nothing was changed", "the stack was changed", "make a new plan"] {
        assert!(stale.stderr.contains(words), "{}", stale.output());
    }
    assert_eq!(everything(&emulator.aws()), before);
    plans(&project);
    deploy_planned(&project).with(0);
}

#[test]
fn a_plan_of_a_new_stack_creates_nothing_and_its_deploy_creates_the_stack_once() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::shop().unwrap().on(&emulator);
    let before = everything(&aws);
    let plan = plans(&project);
    assert_eq!(plan["create"], true, "{plan}");
    assert_eq!(everything(&aws), before);
    deploy_planned(&project).with(0);
    assert_eq!(aws.stacks().unwrap(), [(STACK.to_owned(), "CREATE_COMPLETE".to_owned())]);
    let again = deploy_planned(&project).with(6);
    assert!(again.stderr.contains("is stale"), "{}", again.output());
}

#[test]
fn a_plan_that_is_only_shown_leaves_no_change_set_no_stack_and_no_object() {
    let emulator = Emulator::start().unwrap();
    let aws = emulator.aws();
    let project = Project::shop().unwrap().on(&emulator);
    let looked_at = |exit_code: i32| {
        let before = everything(&aws);
        let files = project.read("plan.json").is_ok();
        project.guardian(["plan"]).with(0);
        project.guardian(["plan", "--exit-code", "--json"]).with(exit_code);
        project.guardian(["diff"]).with(0);
        project.guardian(["diff", "--exit-code"]).with(exit_code);
        assert_eq!(everything(&aws), before);
        assert_eq!(project.read("plan.json").is_ok(), files);
    };
    looked_at(2);
    deploys(&project);
    looked_at(0);
    with(&project, "function: { memory: 512 }\n");
    looked_at(2);
    let shown = project.guardian(["plan"]).with(0).stdout;
    assert!(shown.contains("guardian plan -o FILE"), "{shown}");
}

#[test]
fn a_plan_on_standard_output_is_its_only_content() {
    let emulator = Emulator::start().unwrap();
    let project = Project::shop().unwrap().on(&emulator);
    deploys(&project);
    for lines in ["function: { memory: 512 }\n", "function: { memory: 1024 }\n"] {
        with(&project, lines);
        // A new package, and in the second round an older plan that goes.
        let binary = project.path().join("bootstrap");
        let mut bytes = std::fs::read(&binary).unwrap();
        bytes.push(1);
        std::fs::write(&binary, bytes).unwrap();
        let written = project.guardian(["plan", "-o", "-"]).with(0);
        let written_down: Value = serde_json::from_str(&written.stdout).unwrap();
        assert!(written_down["plan"]["change_set"].is_string(), "{written_down}");
        assert!(written.stderr.contains("Uploaded"), "{}", written.stderr);
    }
}
