//! `guardian status --watch` on a real pseudo-terminal (`terminal.py`), against a scripted account: it is
//! used, left, resized, stopped and killed, and the terminal is as it was.

use super::Project;
use super::board::{account, project};
use super::table::{red_and_green, run};
use guardian_tests::stub::Stub;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW: &str = "\u{1b}[?25h";

/// Runs a command on a terminal of 80 columns and 24 lines.
fn on_terminal(command: &[&str], project: &Project, stub: Option<&Stub>, steps: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/terminal.py");
    let mut driver = Command::new("python3");
    driver.arg(script).current_dir(project.path()).env_clear();
    driver.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    driver.env("HOME", project.path()).env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    driver.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_MAX_ATTEMPTS", "1");
    driver.env("NO_PROXY", "127.0.0.1").env("AWS_REGION", "eu-west-1");
    if let Some(stub) = stub {
        driver.envs(stub.environment());
    }
    let spec = json!({"size": [24, 80], "command": command, "steps": steps});
    let mut driver = driver
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 drives the pseudo-terminal");
    driver.stdin.take().unwrap().write_all(spec.to_string().as_bytes()).unwrap();
    let output = driver.wait_with_output().unwrap();
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["error"], Value::Null);
    result
}

/// Runs `guardian status --watch` of two machines.
fn watched(steps: Value) -> Value {
    let stub = account(red_and_green(), Arc::new(AtomicBool::new(true)));
    let command = [env!("CARGO_BIN_EXE_guardian"), "status", "--watch"];
    on_terminal(&command, &project(), Some(&stub), &steps)
}

/// The terminal is as it was before.
fn assert_sane(result: &Value) {
    assert_eq!(result["ended"]["same"], true, "the terminal's modes");
    assert_left(result["output"].as_str().unwrap());
}

fn assert_left(output: &str) {
    let (entered, left) = (output.rfind(ENTER), output.rfind(LEAVE));
    assert!(entered.is_some() && left > entered, "the alternate screen is left: {output:?}");
    assert!(output.rfind(SHOW) > left, "the cursor is shown: {output:?}");
}

#[test]
fn it_starts_searches_shows_details_and_quits() {
    let result = watched(json!([
        ["wait", "order"],
        ["send", "/night"],
        ["wait", "showing"],
        ["send", "\r\u{1b}[B\r"],
        ["wait", "details"],
        ["wait", "success"],
        ["send", "q"],
    ]));
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
}

#[test]
fn ctrl_c_and_signals_leave_a_sane_terminal() {
    for (steps, code) in [
        (json!([["wait", "order"], ["send", "\u{3}"]]), 130),
        (json!([["wait", "order"], ["send", "/"], ["signal", 2]]), 130),
        (json!([["wait", "order"], ["signal", 15]]), 143),
        (json!([["wait", "order"], ["signal", 1]]), 143),
    ] {
        let result = watched(steps);
        assert_eq!(result["ended"]["code"], code);
        assert_sane(&result);
    }
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let result = watched(json!([
        ["wait", "order"],
        ["resize", 8, 30],
        ["wait", "small"],
        ["resize", 30, 100],
        ["wait", "order"],
        ["send", "q"],
    ]));
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_again() {
    let result = watched(json!([
        ["wait", "order"],
        ["send", "\u{1a}"],
        ["stopped"],
        ["continue"],
        ["wait", ENTER],
        ["wait", "order"],
        ["send", "q"],
    ]));
    assert_eq!(result["stopped"]["same"], true, "the shell has its modes");
    assert_left(result["output_when_stopped"].as_str().unwrap());
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
}

#[test]
fn a_reading_that_fails_is_said_and_tried_again() {
    let open = Arc::new(AtomicBool::new(false));
    let stub = account(red_and_green(), Arc::clone(&open));
    let command = [env!("CARGO_BIN_EXE_guardian"), "status", "--watch"];
    let steps = json!([["wait", "answer"], ["wait", "failure"], ["send", "q"]]);
    let result = on_terminal(&command, &project(), Some(&stub), &steps);
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
    assert!(!open.load(Ordering::Relaxed));
}

#[test]
fn a_panic_leaves_a_sane_terminal() {
    let own = std::env::current_exe().unwrap();
    let codes = [("panics_while_the_terminal_is_taken", 101), ("panics_on_another_thread", 70)];
    for (name, code) in codes {
        let name = format!("watch::{name}");
        let command = [own.to_str().unwrap(), "--exact", &name, "--ignored", "--nocapture"];
        let result = on_terminal(&command, &Project::shop(), None, &json!([]));
        assert_eq!(result["ended"]["code"], code, "{name}");
        assert_sane(&result);
        let output = result["output"].as_str().unwrap();
        let left = output.rfind(LEAVE).unwrap();
        assert!(output[left..].contains("this is a bug"), "the report is on the shell's screen");
    }
}

#[test]
#[ignore = "part of the test above, which runs it on a terminal"]
fn panics_on_another_thread() {
    let screen = guardian_cli::watch::screen::Screen::open().unwrap();
    assert!(!screen.is_lost());
    assert!(std::thread::spawn(|| panic!("this is a bug")).join().is_err());
    // By this the loop knows that it has to end.
    assert!(screen.is_lost());
    std::process::exit(70);
}

#[test]
#[ignore = "part of the test above, which runs it on a terminal"]
fn panics_while_the_terminal_is_taken() {
    let _screen = guardian_cli::watch::screen::Screen::open().unwrap();
    panic!("this is a bug");
}

#[test]
fn in_a_pipe_the_board_is_printed_once() {
    let stub = account(red_and_green(), Arc::new(AtomicBool::new(true)));
    let ended = run(&project(), &["status", "--watch"], &stub);
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("--watch needs a terminal"), "{}", ended.stderr);
    assert!(ended.stdout.contains("order") && !ended.stdout.contains('\u{1b}'));
}

/// Acknowledges the first machine of a live board for two hours.
fn acknowledged(stub: &Stub, then: &[Value]) -> Value {
    let command = [env!("CARGO_BIN_EXE_guardian"), "status", "--watch"];
    let mut steps = vec![
        json!(["wait", "order"]),
        json!(["send", "\u{1b}[Ba"]),
        json!(["wait", "acknowledge"]),
        json!(["send", "\u{7f}\u{7f}2h\rvendor outage\r"]),
    ];
    steps.extend_from_slice(then);
    on_terminal(&command, &super::ack::project(), Some(stub), &json!(steps))
}

#[test]
fn a_fault_is_acknowledged_from_the_board_as_guardian_ack_does_it() {
    let stub = super::ack::account(None);
    let result = acknowledged(&stub, &[json!(["wait", "ann@example.com"]), json!(["send", "q"])]);
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
    let calls = stub.calls();
    let put = calls.iter().find(|call| call.action == "PutItem").unwrap();
    assert_eq!(put.json["TableName"], "shop-dev-state");
    let item = &put.json["Item"];
    assert_eq!((&item["pk"]["S"], &item["sk"]["S"]), (&json!("a"), &json!("order")));
    let condition = put.json["ConditionExpression"].as_str().unwrap();
    assert_eq!(condition, "attribute_not_exists(#v) OR #v <= :at");
    let document: Value = serde_json::from_str(item["doc"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&document["by"], &document["why"]),
        (&json!("ann@example.com"), &json!("vendor outage"))
    );
    let number = |name: &str| document[name].as_i64().unwrap();
    assert!((number("until_ms") - number("at_ms") - 7_200_000).abs() < 5_000, "{document}");
    assert_eq!(stub.count("PutItem"), 1);
}

#[test]
fn a_refused_acknowledgement_is_shown_on_the_board_and_what_was_typed_is_kept() {
    let stub = super::ack::account(Some("AccessDeniedException"));
    let again = [
        json!(["wait", "dynamodb:PutItem"]),
        json!(["send", "a"]),
        // The form has the reason that was typed before.
        json!(["wait", "vendor"]),
        json!(["send", "\u{1b}"]),
        json!(["wait", "quit"]),
        json!(["send", "q"]),
    ];
    let result = acknowledged(&stub, &again);
    assert_eq!(result["ended"]["code"], 0);
    assert_sane(&result);
    assert_eq!(stub.count("PutItem"), 1);
}
