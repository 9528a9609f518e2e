//! The sweep against a fleet and a CloudWatch in memory, on a clock that jumps.
#![allow(clippy::unwrap_used)]

mod cloud;

use cloud::{Account, Cloud, Function, Port, arn, error, execution_at, machine};
use guardian_contract::{Declared, Scope, Semantics, Watch};
use guardian_lambda::{
    Clock, Execution, Handler, HandlerError, Kind, MAX_BATCH_METRICS, Machine, Settings, Summary,
    Watcher,
};
use proptest::prelude::*;
use serde_json::json;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// As [`execution_at`], but of five milliseconds.
fn execution(name: &str, number: usize, status: &str, start_ms: i64) -> Execution {
    let run = execution_at(name, number, status, start_ms);
    Execution { stop_ms: run.stop_ms.map(|_| start_ms + 5), ..run }
}

fn watcher(account: Account, settings: Settings) -> Function {
    Watcher::new(Port(Cloud::new(account)), settings)
}

const HALF_MINUTE: Duration = Duration::from_secs(30);

fn settings() -> Settings {
    Settings { list_burst: 100_000, ..Settings::default() }
}

async fn sweep(account: Account, settings: Settings) -> (Summary, Function) {
    let watcher = self::watcher(account, settings);
    let summary = watcher.sweep(HALF_MINUTE).await.unwrap();
    adds_up(&summary);
    for call in ["ListExecutions", "ListStateMachines"] {
        assert_eq!(summary.calls[call], watcher.ports().count(call) as u64, "{call}");
    }
    (summary, watcher)
}

/// The name under which the list of a machine is refused.
fn refused(name: &str) -> String {
    format!("ListExecutions {}", arn(name))
}

/// Every machine in scope is counted exactly once.
fn adds_up(s: &Summary) {
    let read: usize = s.by_status.values().sum();
    assert_eq!(s.machines, read + s.held + s.skipped + s.failed + s.unread, "{s:?}");
}

#[tokio::test(start_paused = true)]
async fn each_status_is_published_as_its_number_and_a_heartbeat_closes_the_sweep() {
    let account = Account::with([
        ("run-step-function".into(), vec!["RUNNING"]),
        ("ok".into(), vec!["SUCCEEDED"]),
        ("bad".into(), vec!["FAILED"]),
        ("late".into(), vec!["TIMED_OUT"]),
        ("stopped".into(), vec!["ABORTED"]),
        ("never".into(), vec![]),
    ]);
    let recipe = Settings { semantics: Semantics::Original, ..settings() };
    let (summary, watcher) = sweep(account, recipe).await;
    for (metric, value) in [
        ("run_Status", 1.0),
        ("ok_Status", 2.0),
        ("bad_Status", 3.0),
        ("late_Status", 4.0),
        ("stopped_Status", 5.0),
        ("never_Status", 0.0),
        ("Guardian_Heartbeat", 1.0),
    ] {
        assert_eq!(watcher.ports().value(metric), Some(value), "{metric}");
    }
    assert_eq!((summary.machines, summary.published), (6, 7));
    assert_eq!(summary.by_status["NEVER_RUN"], 1);
    assert_eq!(summary.by_status["TIMED_OUT"], 1);
    assert!(summary.heartbeat && summary.errors.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_a_finished_run_is_counted_and_has_no_point() {
    let account = Account::with([
        ("first".to_owned(), vec!["RUNNING"]),
        ("aged".to_owned(), vec![]),
        ("ok".to_owned(), vec!["SUCCEEDED"]),
    ]);
    let (summary, watcher) = sweep(account, settings()).await;
    assert_eq!((summary.by_status["RUNNING"], summary.by_status["NEVER_RUN"]), (1, 1));
    assert_eq!((summary.published, summary.heartbeat), (2, true));
    assert_eq!(watcher.ports().value("first_Status"), None);
    assert_eq!(watcher.ports().value("aged_Status"), None);
}

#[tokio::test(start_paused = true)]
async fn what_a_machine_declares_is_published_and_nothing_else() {
    let mut account = Account::with([
        ("late".to_owned(), vec!["RUNNING", "SUCCEEDED"]),
        ("mapped".to_owned(), vec!["SUCCEEDED"]),
        ("broken".to_owned(), vec!["FAILED", "SUCCEEDED"]),
        ("plain".to_owned(), vec!["RUNNING", "SUCCEEDED"]),
    ]);
    // After two hundred newer runs there is one that began at 5.
    let arn = machine("late").arn;
    let mut runs: Vec<Execution> =
        (0..200).map(|i| execution("late", 1_000 - i, "RUNNING", 10_000)).collect();
    runs.extend(account.executions[&arn].clone());
    runs.push(execution("late", 0, "RUNNING", 5));
    account.executions.insert(arn, runs);
    let machines = [
        (
            "late",
            Declared { expect_every_s: Some(60), max_duration_s: Some(60), ..Declared::default() },
        ),
        ("mapped", Declared { incomplete: Some(true), ..Declared::default() }),
        ("broken", Declared { incomplete: Some(true), ..Declared::default() }),
    ];
    let key = |name: &str| guardian_contract::MachineKey::new(name).unwrap();
    let machines = machines.into_iter().map(|(name, d)| (key(name), d)).collect();
    let settings = Settings { watch: Watch { machines, ..Watch::default() }, ..settings() };
    let now = Duration::from_secs(1_000);
    let watcher = self::watcher(account, settings)
        .with_clock(Clock::new(move || SystemTime::UNIX_EPOCH + now));
    for _ in 0..2 {
        let summary = watcher.sweep(HALF_MINUTE).await.unwrap();
        assert_eq!((summary.calls["ListMapRuns"], summary.calls["DescribeMapRun"]), (1, 2));
        assert_eq!(summary.published, 4 + 1 + 4);
    }
    let value = |metric: &str| watcher.ports().value(metric);
    // The last run ended 15 ms after the epoch, and a minute is allowed.
    assert_eq!(value("late_OverdueSeconds"), Some(1_000.0 - 60.0 - 0.015));
    assert_eq!(value("late_OldestRunningSeconds"), Some(1_000.0 - 0.005));
    assert_eq!(value("mapped_IncompleteItems"), Some(3.0));
    assert_eq!(value("broken_IncompleteItems"), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn a_run_is_stuck_by_how_long_the_runs_before_it_took_in_one_call_a_machine() {
    const NOW_S: i64 = 10_000_000;
    let mut account = Account::with([]);
    account.page_size = 1_000;
    // One run has been running for a thousand seconds. Before it there were, one after the other, runs
    // of a hundred seconds each, and before those some of fourteen hours.
    let mut fill = |name: &str, usual: usize, long: usize| {
        let mut began_s = NOW_S - 1_000;
        let mut runs = vec![execution(name, 0, "RUNNING", began_s * 1_000)];
        for number in 1..=usual + long {
            let took_s = if number > usual { 50_000 } else { 100 };
            began_s -= took_s + 10;
            let mut run = execution(name, number, "SUCCEEDED", began_s * 1_000);
            run.stop_ms = Some(run.start_ms + took_s * 1_000);
            runs.push(run);
        }
        account.executions.insert(machine(name).arn, runs);
        account.machines.push(machine(name));
    };
    fill("usual", 500, 4);
    fill("long", 500, 50);
    fill("young", 19, 0);
    fill("timed", 500, 0);
    let factor = Declared { max_p99_percent: Some(300), ..Declared::default() };
    let time = Declared { max_duration_s: Some(60), ..Declared::default() };
    let timed = guardian_contract::MachineKey::new("timed").unwrap();
    let watch = Watch { defaults: factor, machines: [(timed, time)].into() };
    let watcher = self::watcher(account, Settings { watch, ..settings() })
        .with_clock(Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_S as u64)));
    let summary = watcher.sweep(HALF_MINUTE).await.unwrap();
    // The machine with a time of its own is read as usual: a page, then the runs in progress.
    assert_eq!(summary.calls["ListExecutions"], 3 + 2);
    let value = |metric: &str| watcher.ports().value(metric);
    for name in ["usual", "long", "young", "timed"] {
        assert_eq!(value(&format!("{name}_OldestRunningSeconds")), Some(1_000.0), "{name}");
    }
    assert_eq!(value("usual_OverrunSeconds"), Some(700.0));
    assert_eq!(value("long_OverrunSeconds"), Some(0.0));
    assert_eq!(value("young_OverrunSeconds"), Some(0.0));
    assert_eq!(value("timed_OverrunSeconds"), None);
}

#[tokio::test(start_paused = true)]
async fn machines_in_scope_without_an_alarm_are_counted_if_all_were_listed() {
    let guarded = Some(["m00000", "m00001", "gone"].map(str::to_owned).into());
    let settings = Settings { guarded, ..settings() };
    let mut account = Account::many(4);
    account.machines[3].express = true;
    let (summary, watcher) = sweep(account, settings.clone()).await;
    assert_eq!(summary.unguarded, Some(2));
    assert_eq!(watcher.ports().value("Guardian_Unguarded"), Some(2.0));
    let (summary, _) = sweep(Account::many(2), settings.clone()).await;
    assert_eq!(summary.unguarded, Some(0));
    let mut account = Account::many(25);
    (account.page_size, account.list_breaks_at) = (10, Some(1));
    let watcher = self::watcher(account, settings);
    assert_eq!(watcher.sweep(HALF_MINUTE).await.unwrap_err().summary.unguarded, None);
    assert_eq!(watcher.ports().value("Guardian_Unguarded"), None);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_about_the_deployment_names_it() {
    let guarded = Some(["m00000".to_owned()].into());
    for deployment in [None, Some("shop-prod".to_owned())] {
        let settings =
            Settings { guarded: guarded.clone(), deployment: deployment.clone(), ..settings() };
        let (_, watcher) = sweep(Account::many(1), settings).await;
        let account = watcher.ports().account();
        let batches = &account.batches;
        let named: Vec<_> =
            batches.iter().flatten().map(|p| (p.metric.as_str(), p.deployment.clone())).collect();
        let expected = [
            ("Guardian_Unguarded", deployment.clone()),
            ("Guardian_Unread", deployment.clone()),
            ("m00000_Status", None),
            ("Guardian_Heartbeat", deployment),
        ];
        assert_eq!(named, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_after_a_failure_is_red_and_in_the_recipe_running() {
    let fleet = || Account::with([("m".to_owned(), vec!["RUNNING", "FAILED", "SUCCEEDED"])]);
    let (_, watcher) = sweep(fleet(), settings()).await;
    assert_eq!(watcher.ports().value("m_Status"), Some(3.0));
    let original = Settings { semantics: Semantics::Original, ..settings() };
    let (summary, watcher) = sweep(fleet(), original).await;
    assert_eq!(watcher.ports().value("m_Status"), Some(1.0));
    assert_eq!(summary.calls["ListExecutions"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_finished_run_is_found_behind_any_number_of_running_ones_in_few_calls() {
    for (running, calls) in [(98, 1), (100, 2), (250, 3), (5_000, 7)] {
        let mut statuses = vec!["RUNNING"; running];
        statuses.extend(["FAILED", "SUCCEEDED"]);
        let (summary, watcher) =
            sweep(Account::with([("m".to_owned(), statuses)]), settings()).await;
        assert_eq!(watcher.ports().value("m_Status"), Some(3.0), "{running}");
        assert_eq!(summary.calls["ListExecutions"], calls, "{running}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_pages_of_machines_are_read_once_each() {
    let mut account = Account::many(25);
    account.page_size = 10;
    let (summary, _) = sweep(account, settings()).await;
    assert_eq!((summary.machines, summary.published), (25, 26));
    assert_eq!((summary.calls["ListStateMachines"], summary.calls["ListExecutions"]), (3, 25));
}

#[tokio::test(start_paused = true)]
async fn a_page_token_that_repeats_ends_the_list_and_withholds_the_heartbeat() {
    let mut account = Account::many(25);
    account.page_size = 10;
    account.stuck_token = Some("10".into());
    let watcher = self::watcher(account, settings());
    let error = watcher.sweep(HALF_MINUTE).await.unwrap_err();
    assert!(error.to_string().contains("RepeatedToken"), "{error}");
    assert_eq!((error.summary.machines, error.summary.published), (20, 20));
    assert!(!error.summary.heartbeat);
    assert_eq!(watcher.ports().count("ListStateMachines"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_still_shows_the_lights_before_it() {
    let mut account = Account::many(25);
    account.page_size = 10;
    account.list_breaks_at = Some(1);
    let watcher = self::watcher(account, settings());
    let error = watcher.sweep(HALF_MINUTE).await.unwrap_err();
    assert!(error.to_string().contains("broke off after 10: AccessDeniedException"), "{error}");
    assert_eq!(error.summary.published, 10);
}

#[tokio::test(start_paused = true)]
async fn two_and_a_half_thousand_machines_are_three_batches_with_one_stamp() {
    let (summary, watcher) = sweep(Account::many(2_500), settings()).await;
    assert_eq!(summary.calls["PutMetricData"], 3);
    assert_eq!(summary.calls["ListStateMachines"], 3);
    let account = watcher.ports().account();
    let batches = &account.batches;
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, [1_000, 1_000, 501]);
    assert!(batches[2].last().unwrap().is_heartbeat());
    let stamps = &account.stamps;
    assert!(stamps.iter().all(|at| at == &stamps[0]));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_machines_take_a_thousand_and_three_calls_and_under_two_seconds() {
    let mut account = Account::many(1_000);
    account.latency = Duration::from_millis(10);
    let start = Instant::now();
    let (summary, watcher) = sweep(account, settings()).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(summary.calls.values().sum::<u64>(), 1_003);
    assert_eq!(watcher.ports().account().most_under_way, 64);
}

#[tokio::test(start_paused = true)]
async fn the_budget_paces_the_calls_and_the_rest_is_unread_when_time_runs_out() {
    let slow = Settings { list_burst: 200, list_refill: 5.0, ..settings() };
    let watcher = self::watcher(Account::many(1_000), slow);
    let start = Instant::now();
    let first = watcher.sweep(HALF_MINUTE).await.unwrap();
    assert!(start.elapsed() < HALF_MINUTE, "{:?}", start.elapsed());
    adds_up(&first);
    // 200 at once and 5 a second for the 25 seconds before publishing.
    assert!((310..=330).contains(&first.published), "{first:?}");
    assert!(!first.heartbeat);
    // Chance decides which machines are left out, so none is left out forever.
    for _ in 0..150 {
        watcher.sweep(HALF_MINUTE).await.unwrap();
    }
    let mut asked = watcher.ports().account().asked.clone();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn throttles_are_retried_and_counted_as_calls() {
    let mut account = Account::many(20);
    account.throttles = 30;
    let (summary, _) = sweep(account, settings()).await;
    assert_eq!((summary.unread, summary.failed, summary.published), (0, 0, 21));
    assert_eq!(summary.calls["ListExecutions"], 50);
}

#[tokio::test(start_paused = true)]
async fn endless_throttling_ends_at_the_deadline_with_everything_unread() {
    let mut account = Account::many(20);
    account.throttles = usize::MAX;
    let watcher = self::watcher(account, settings());
    let summary = watcher.sweep(HALF_MINUTE).await.unwrap();
    assert_eq!((summary.unread, summary.published, summary.heartbeat), (20, 0, false));
    assert_eq!(summary.calls["PutMetricData"], 0);
}

#[tokio::test(start_paused = true)]
async fn calls_that_never_come_back_do_not_outlive_the_invocation() {
    let mut account = Account::many(3);
    account.latency = Duration::from_secs(1);
    account.machines.push(machine("x"));
    let watcher = self::watcher(account, settings());
    let start = Instant::now();
    let summary = watcher.sweep(Duration::from_millis(2_500)).await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(2_500));
    assert_eq!(summary.unread, 4);
}

#[tokio::test(start_paused = true)]
async fn one_denied_machine_does_not_stop_the_others_and_is_named() {
    let mut account = Account::many(5);
    let refusal = error(Kind::Permanent, "AccessDeniedException");
    account.refused.insert(refused("m00002"), refusal);
    let (summary, _) = sweep(account, settings()).await;
    assert_eq!((summary.failed, summary.by_status["SUCCEEDED"]), (1, 4));
    assert_eq!(summary.errors, ["m00002: AccessDeniedException: said the fake"]);
    assert!(summary.heartbeat, "the sweep itself came through");
}

#[tokio::test(start_paused = true)]
async fn machines_that_could_not_be_read_are_counted_for_an_alarm() {
    let guarded = Some(["m00000".to_owned()].into());
    let settings = || Settings { guarded: guarded.clone(), ..settings() };
    let (_, watcher) = sweep(Account::many(5), settings()).await;
    assert_eq!(watcher.ports().value("Guardian_Unread"), Some(0.0));
    let mut account = Account::many(5);
    let refusal = error(Kind::Permanent, "AccessDeniedException");
    account.refused.insert(refused("m00002"), refusal);
    let (summary, watcher) = sweep(account, settings()).await;
    assert_eq!(watcher.ports().value("Guardian_Unread"), Some(1.0));
    assert!(summary.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_may_read_nothing_sends_no_heartbeat() {
    let mut account = Account::many(30);
    for machine in &account.machines {
        let refusal = error(Kind::Permanent, "AccessDeniedException");
        account.refused.insert(refused(&machine.name), refusal);
    }
    let (summary, _) = sweep(account, settings()).await;
    assert_eq!((summary.failed, summary.published, summary.heartbeat), (30, 0, false));
    assert_eq!((summary.errors.len(), summary.errors_total), (20, 30));
}

#[tokio::test(start_paused = true)]
async fn an_empty_account_is_a_sweep_that_came_through() {
    let (summary, _) = sweep(Account::with([]), settings()).await;
    assert_eq!((summary.machines, summary.published, summary.heartbeat), (0, 1, true));
}

#[tokio::test(start_paused = true)]
async fn express_map_runs_deleted_machines_and_those_out_of_scope_are_left_alone() {
    let mut account = Account::many(3);
    account.machines[0].express = true;
    account.refused.insert(refused("m00001"), error(Kind::Gone, "StateMachineDoesNotExist"));
    account.machines.push(Machine { name: "m/label".into(), ..machine("m/label") });
    account.machines.push(machine("tmp-1"));
    let scope = Scope::from_lists(None, Some("tmp-*"));
    let (summary, _) = sweep(account, Settings { scope, ..settings() }).await;
    assert_eq!((summary.machines, summary.skipped, summary.out_of_scope), (3, 2, 2));
    assert_eq!((summary.calls["ListExecutions"], summary.failed), (2, 0));
    assert!(summary.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_no_metric_can_carry_and_a_second_machine_of_one_metric_are_said() {
    for order in [["x", "x-step-function"], ["x-step-function", "x"]] {
        let account = Account::with([
            (order[0].to_owned(), vec![if order[0] == "x" { "FAILED" } else { "SUCCEEDED" }]),
            (order[1].to_owned(), vec![if order[1] == "x" { "FAILED" } else { "SUCCEEDED" }]),
            ("caf\u{e9}".to_owned(), vec![]),
        ]);
        let (summary, watcher) = sweep(account, settings()).await;
        assert_eq!(watcher.ports().value("x_Status"), Some(2.0));
        assert_eq!((summary.failed, summary.calls["ListExecutions"]), (2, 1));
        let errors = summary.errors.join("\n");
        assert!(errors.contains("InvalidName") && errors.contains("x: SameKey"), "{errors}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_comes_later_does_not_take_over_a_light() {
    let names = ["col", "col-step-function"];
    let account = |created: [i64; 2]| {
        let mut account = Account::with([
            (names[0].to_owned(), vec!["FAILED"]),
            (names[1].to_owned(), vec!["SUCCEEDED"]),
        ]);
        for (machine, at) in account.machines.iter_mut().zip(created) {
            machine.created_ms = Some(at);
        }
        account
    };
    let guarded = Some(["col".to_owned()].into());
    for (include, created, light) in [
        // The watched machine was there before, or came before the one with the suffix.
        ("col*", [1, 2], 3.0),
        ("col*", [2, 1], 2.0),
        // A machine that the stack names keeps its key, however old the other one is.
        ("col*,col-step-function", [1, 2], 2.0),
        ("col*,col", [2, 1], 3.0),
    ] {
        let scope = Scope::from_lists(Some(include), None);
        let settings = Settings { scope, guarded: guarded.clone(), ..settings() };
        let (summary, watcher) = sweep(account(created), settings).await;
        assert_eq!(watcher.ports().value("col_Status"), Some(light), "{include} {created:?}");
        assert_eq!((summary.failed, summary.unguarded), (1, Some(1)), "{include}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_from_the_future_is_counted_and_holds_the_light() {
    let account = Account::with([("m".to_owned(), vec!["PAUSED", "SUCCEEDED"])]);
    let (summary, watcher) = sweep(account, settings()).await;
    assert_eq!((summary.unknown_statuses, summary.held), (1, 1));
    assert_eq!(watcher.ports().value("m_Status"), None);
    assert!(summary.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_fails_fails_the_sweep_and_not_the_other_batches() {
    let account = Account { refused_batch: Some(0), ..Account::many(2_500) };
    let watcher = self::watcher(account, settings());
    let error = watcher.sweep(HALF_MINUTE).await.unwrap_err();
    assert!(error.to_string().contains("publishing broke off: AccessDenied"), "{error}");
    assert_eq!((error.summary.published, error.summary.heartbeat), (1_500, false));
    assert_eq!(watcher.ports().value("Guardian_Heartbeat"), None);
}

#[tokio::test(start_paused = true)]
async fn settings_of_another_configuration_keep_the_lights_and_withhold_the_heartbeat() {
    let mismatch = Some("the package has another file".to_owned());
    let (summary, watcher) = sweep(Account::many(3), Settings { mismatch, ..settings() }).await;
    assert_eq!((summary.published, summary.heartbeat), (3, false));
    assert_eq!(summary.errors, ["the package has another file"]);
    assert_eq!(watcher.ports().value("Guardian_Heartbeat"), None);
}

#[tokio::test(start_paused = true)]
async fn throttled_batches_are_retried() {
    let account = Account { publish_throttles: 3, ..Account::many(5) };
    let watcher = self::watcher(account, settings());
    let summary = watcher.sweep(HALF_MINUTE).await.unwrap();
    assert_eq!((summary.published, summary.calls["PutMetricData"]), (6, 4));
}

#[tokio::test(start_paused = true)]
async fn a_publisher_that_hangs_is_given_up_before_the_invocation_ends() {
    let account = Account { publish_latency: Duration::from_secs(3_600), ..Account::many(5) };
    let watcher = self::watcher(account, settings());
    let start = Instant::now();
    let error = watcher.sweep(HALF_MINUTE).await.unwrap_err();
    assert!(start.elapsed() < HALF_MINUTE);
    assert!(error.to_string().contains("time ran out"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_handler_answers_the_rule_and_a_person_and_refuses_foreign_records_by_name() {
    let handler = Handler::new(watcher(Account::many(2), settings()));
    for payload in [json!({"trigger": "cron"}), json!({"trigger": "manual"})] {
        let answer = handler.handle(&payload, 0).await.unwrap();
        let answer = serde_json::to_value(&answer).unwrap();
        assert_eq!(answer["machines"], 2);
        assert_eq!(answer["by_status"], json!({"SUCCEEDED": 2}));
        assert_eq!(answer["calls"]["ListExecutions"], 2);
        assert!(answer["duration_ms"].is_u64() && answer["errors"].is_array());
    }
    let refused = handler.handle(&json!({"Records": [{"eventSource": "aws:s3"}]}), 0).await;
    assert!(matches!(refused, Err(HandlerError::Foreign { count: 1, .. })));
    for payload in [json!({}), json!(null), json!({"guardian": "later"})] {
        let refused = handler.handle(&payload, 0).await.unwrap_err().to_string();
        assert!(refused.contains("guardian run"), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_is_paced_publishes_as_it_goes() {
    let slow = Settings { list_burst: 1, list_refill: 2.0, ..settings() };
    let watcher = self::watcher(Account::many(100), slow);
    let summary = watcher.sweep(Duration::from_secs(100)).await.unwrap();
    assert_eq!((summary.published, summary.heartbeat), (101, true));
    let account = watcher.ports().account();
    let batches = &account.batches;
    assert_eq!(batches.len(), 4);
    assert!(batches[3].last().unwrap().is_heartbeat());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is in the account and whatever fails: every machine is counted once, each
    /// metric is published at most once, batches fit, and the heartbeat means that all was read.
    #[test]
    fn every_machine_is_accounted_for(
        kinds in prop::collection::vec(0u8..8, 0..60),
        page_size in 1usize..30,
        throttles in 0usize..40,
        seconds in 1u64..40,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let statuses = |kind: u8| match kind {
                0 => vec![],
                1 => vec!["RUNNING"],
                2 => vec!["RUNNING", "FAILED"],
                3 => vec!["WHATEVER"],
                _ => vec!["SUCCEEDED"],
            };
            let names = kinds.iter().enumerate();
            let mut account =
                Account::with(names.map(|(i, &kind)| (format!("m{i}"), statuses(kind))));
            account.page_size = page_size;
            account.latency = Duration::from_millis(20);
            account.throttles = throttles;
            for (i, &kind) in kinds.iter().enumerate() {
                let arn = refused(&format!("m{i}"));
                match kind {
                    5 => account.machines[i].express = true,
                    6 => drop(account.refused.insert(arn, error(Kind::Permanent, "Denied"))),
                    7 => drop(account.refused.insert(arn, error(Kind::Gone, "Gone"))),
                    _ => (),
                }
            }
            let few = Settings { list_burst: 30, list_refill: 5.0, ..settings() };
            let watcher = self::watcher(account, few);
            let start = Instant::now();
            let allowed = Duration::from_secs(seconds);
            let summary = match watcher.sweep(allowed).await {
                Ok(summary) => summary,
                Err(error) => *error.summary,
            };
            assert!(start.elapsed() <= allowed);
            adds_up(&summary);
            let account = watcher.ports().account();
    let batches = &account.batches;
            assert!(batches.iter().all(|b| b.len() <= MAX_BATCH_METRICS));
            let mut metrics: Vec<&str> =
                batches.iter().flatten().map(|p| p.metric.as_str()).collect();
            let published = metrics.len();
            metrics.sort_unstable();
            metrics.dedup();
            assert_eq!((metrics.len(), published), (published, summary.published));
            assert!(!summary.heartbeat || summary.unread == 0);
        });
    }
}
