//! Ticks: the lease, the roster, judging, confirming, the slice, and what may go wrong with them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{
    Account, Cloud, Function, TIMEOUT, answer, arn, detail, error, event, execution, execution_at,
    function, key, pass, settings,
};
use guardian_contract::table::Sweep;
use guardian_contract::{Declared, Light, Mute, Patterns, Row, Watch};
use guardian_lambda::{DeadLetter, Execution, Kind, Point, Settings, Summary, Way};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

async fn tick(function: &Function) -> Summary {
    function.tick(false, TIMEOUT).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Ticks this many times, once a minute; returns the last summary.
async fn ticks(function: &Function, count: usize) -> Summary {
    let mut last = Summary::default();
    for _ in 0..count {
        last = tick(function).await;
        pass(60).await;
    }
    last
}

fn declared(defaults: Declared) -> Settings {
    Settings { watch: Watch { defaults, ..Watch::default() }, ..settings() }
}

fn green(names: &[&str]) -> Arc<Cloud> {
    let cloud = Cloud::new(Account::default());
    for name in names {
        cloud.list(name, vec![execution(name, 1, "SUCCEEDED", 600)]);
    }
    cloud
}

fn light(row: &Row) -> Option<Light> {
    row.shown.as_ref().map(|shown| shown.light)
}

// The lease.

#[tokio::test(start_paused = true)]
async fn a_lease_of_a_dead_process_is_taken_when_it_is_over() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    // Killed in the middle: the calls hang.
    cloud.account().latency = Duration::from_secs(3);
    let killed = tokio::time::timeout(Duration::from_secs(14), function.tick(false, TIMEOUT)).await;
    assert!(killed.is_err() && cloud.sweep().until_ms > cloud.now_ms());
    cloud.account().latency = Duration::ZERO;
    let held = tick(&function).await;
    assert!(held.tick.unwrap().leased_by.is_some() && !held.heartbeat);
    assert!(cloud.values("Guardian_Heartbeat").is_empty());
    pass(60).await;
    assert!(tick(&function).await.heartbeat);
    assert_eq!(cloud.sweep().until_ms, 0);
}

#[tokio::test(start_paused = true)]
async fn a_manual_tick_waits_for_the_lease() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    let until_ms = cloud.now_ms() + 8_000;
    let holder = "another".to_owned();
    cloud.put_sweep(&Sweep { holder, until_ms, ..Sweep::default() });
    let summary = function.tick(true, TIMEOUT).await.unwrap();
    assert!(summary.heartbeat && cloud.now_ms() >= until_ms);
    // It waits for half of its time at most.
    let until_ms = cloud.now_ms() + 60_000;
    cloud.put_sweep(&Sweep { holder: "another".into(), until_ms, ..Sweep::default() });
    let summary = function.tick(true, TIMEOUT).await.unwrap();
    assert_eq!(summary.tick.unwrap().leased_by.as_deref(), Some("another"));
}

#[tokio::test(start_paused = true)]
async fn a_lease_far_ahead_was_written_by_a_clock_that_was_wrong() {
    let cloud = green(&["m"]);
    let until_ms = cloud.now_ms() + 86_400_000;
    cloud.put_sweep(&Sweep { until_ms, ..Sweep::default() });
    assert!(tick(&function(&cloud, settings())).await.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_was_overtaken_writes_neither_cursor_nor_counts() {
    let cloud = green(&["m"]);
    let slow = function(&cloud, settings());
    tick(&slow).await;
    pass(60).await;
    cloud.account().latency = Duration::from_secs(1);
    let at = Arc::clone(&cloud);
    let other = async move {
        pass(4).await;
        let sweep = Sweep { holder: "other".into(), at: Some((2, "x".into())), ..at.sweep() };
        at.put_sweep(&sweep);
        at.fleet()
    };
    let (ended, before) = tokio::join!(slow.tick(false, TIMEOUT), other);
    let error = ended.unwrap_err();
    assert!(error.to_string().contains("taken over"), "{error}");
    assert!(!error.summary.heartbeat);
    assert_eq!((cloud.sweep().holder, cloud.sweep().at), ("other".into(), Some((2, "x".into()))));
    assert_eq!(cloud.fleet(), before);
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_breaks_off_gives_the_lease_back_and_sends_no_heartbeat() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    cloud.refuse("Query", Kind::Permanent, "AccessDeniedException");
    let broken = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(broken.to_string().contains("AccessDenied") && !broken.summary.heartbeat);
    assert_eq!(cloud.sweep().until_ms, 0);
    cloud.heal();
    assert!(tick(&function).await.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_hangs_does_not_keep_the_tick_from_its_end() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    tick(&function).await;
    cloud.list("m", vec![execution_at("m", 2, "FAILED", cloud.now_ms() + 1_000)]);
    pass(60).await;
    cloud.refuse("Publish", Kind::Throttled, "Throttling");
    let summary = tick(&function).await;
    assert!(summary.heartbeat, "{summary:?}");
    assert_eq!((cloud.sweep().until_ms, cloud.row("m").outbox.len()), (0, 1));
}

// The roster.

#[tokio::test(start_paused = true)]
async fn the_first_fill_is_silent_about_old_reds_and_says_what_it_has_not_read() {
    let cloud = green(&["ok"]);
    cloud.list("bad", vec![execution("bad", 1, "FAILED", 600)]);
    let function = function(&cloud, settings());
    let first = tick(&function).await;
    assert!(first.heartbeat);
    let counts = first.tick.unwrap().counts.unwrap();
    assert_eq!((counts.machines, counts.doubt, counts.grey), (2, 2, 2));
    pass(60).await;
    let counts = tick(&function).await.tick.unwrap().counts.unwrap();
    assert_eq!((counts.green, counts.red, counts.doubt), (1, 1, 0));
    assert_eq!(cloud.alarm("bad"), Some(true));
    assert!(cloud.subjects().is_empty());
    assert_eq!(cloud.incidents().len(), 1);
    // The reason for red is read nevertheless.
    assert_eq!(cloud.row("bad").why.unwrap().state.as_deref(), Some("Charge"));
    // The first list of a machine repairs nothing.
    assert!(cloud.values("Guardian_Repaired").is_empty());
}

#[tokio::test(start_paused = true)]
async fn machines_come_and_go_with_the_roster() {
    let cloud = green(&["stays", "goes"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    cloud.list("comes", vec![execution("comes", 1, "SUCCEEDED", 60)]);
    cloud.account().machines.retain(|machine| machine.name != "goes");
    // Within the hour nothing is listed again.
    let counts = tick(&function).await.tick.unwrap().counts.unwrap();
    assert_eq!((counts.machines, cloud.count("ListStateMachines")), (2, 1));
    pass(3_600).await;
    ticks(&function, 2).await;
    let gone = cloud.row("goes");
    assert!(gone.gone_ms.is_some());
    let record = guardian_lambda::Key::of_machine(&key("goes"));
    let at = (record.partition, record.sort);
    let expires_s = cloud.account().records[&at].expires_s.unwrap();
    assert_eq!(expires_s, gone.gone_ms.unwrap() / 1_000 + 30 * 86_400);
    assert_eq!(light(&cloud.row("comes")), Some(Light::Green));
    assert_eq!(cloud.fleet().counts.machines, 2);
}

#[tokio::test(start_paused = true)]
async fn a_machine_recreated_under_its_name_has_none_of_the_old_ones_runs() {
    let cloud = green(&[]);
    cloud.list("m", vec![execution("m", 1, "FAILED", 600)]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    assert_eq!(light(&cloud.row("m")), Some(Light::Red));
    let version = cloud.row("m").version;
    let created_ms = cloud.now_ms();
    cloud.account().machines[0].created_ms = Some(created_ms);
    cloud.list("m", vec![]);
    // Its first run is reported before the roster is read.
    pass(10).await;
    let first = execution_at("m", 2, "SUCCEEDED", created_ms + 5_000);
    answer(&function, &[event("m", &first)]).await;
    cloud.list("m", vec![first]);
    pass(3_600).await;
    tick(&function).await;
    let row = cloud.row("m");
    assert!(row.version > version);
    assert_eq!((row.finished.len(), row.created_ms), (1, Some(created_ms)));
    let record = guardian_lambda::Key::of_machine(&key("m"));
    assert_eq!(cloud.account().records[&(record.partition, record.sort)].expires_s, None);
    pass(60).await;
    tick(&function).await;
    // A late event of the deleted machine changes nothing.
    answer(&function, &[event("m", &execution("m", 1, "FAILED", 600))]).await;
    assert_eq!(light(&cloud.row("m")), Some(Light::Green));
    let incidents = cloud.incidents();
    assert!(incidents.iter().all(|one| one.end_ms.is_some()), "{incidents:?}");
    assert_eq!(cloud.row("m").incident, None);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_another_machine_takes_over_is_read_by_that_ones_arn() {
    let cloud = green(&["x", "x-step-function"]);
    cloud.account().machines[0].created_ms = Some(10);
    cloud.account().machines[1].created_ms = Some(20);
    cloud.list("x-step-function", vec![execution("x-step-function", 1, "FAILED", 60)]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    assert_eq!(light(&cloud.row("x")), Some(Light::Green));
    cloud.account().machines.remove(0);
    // The machine that is left may also be the older one.
    cloud.account().machines[0].created_ms = Some(5);
    pass(3_600).await;
    ticks(&function, 2).await;
    let row = cloud.row("x");
    assert_eq!(
        (row.machine_arn.as_str(), light(&row)),
        (&*arn("x-step-function"), Some(Light::Red))
    );
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_became_express_is_unusable_and_not_listed() {
    let cloud = green(&["m", "n"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    let created_ms = Some(cloud.now_ms());
    for machine in cloud.account().machines.iter_mut().filter(|m| m.name == "m") {
        (machine.express, machine.created_ms) = (true, created_ms);
    }
    pass(3_600).await;
    let before = cloud.account().asked.len();
    ticks(&function, 2).await;
    assert!(cloud.account().asked[before..].iter().all(|asked| *asked == arn("n")));
    assert_eq!(cloud.last("Guardian_Unread"), Some(1.0));
    assert_eq!(cloud.last("Guardian_Unusable"), Some(1.0));
}

// Evaluating.

#[tokio::test(start_paused = true)]
async fn a_machine_is_late_by_the_clock_without_a_call_for_it() {
    let cloud = green(&["m"]);
    let late = Declared { expect_every_s: Some(900), ..Declared::default() };
    let function = function(&cloud, declared(late));
    ticks(&function, 2).await;
    assert_eq!(
        (cloud.last("Guardian_Late"), cloud.last("m_OverdueSeconds")),
        (Some(0.0), Some(0.0))
    );
    pass(600).await;
    tick(&function).await;
    assert_eq!(cloud.last("Guardian_Late"), Some(1.0));
    assert!(cloud.last("m_OverdueSeconds").unwrap() > 100.0);
    assert!(!cloud.last("m_Status").is_some_and(|code| code >= 3.0));
}

#[tokio::test(start_paused = true)]
async fn a_stuck_run_is_confirmed_by_describe_execution_and_its_end_is_found() {
    let cloud = green(&["m"]);
    let limit = Declared { max_duration_s: Some(300), ..Declared::default() };
    let function = function(&cloud, declared(limit));
    ticks(&function, 2).await;
    let running = execution_at("m", 2, "RUNNING", cloud.now_ms());
    cloud.account().executions.get_mut(&arn("m")).unwrap().insert(0, running.clone());
    answer(&function, &[event("m", &running)]).await;
    pass(360).await;
    let summary = tick(&function).await.tick.unwrap();
    assert_eq!((summary.confirmed, cloud.last("Guardian_Stuck")), (1, Some(1.0)));
    assert!(cloud.last("m_OldestRunningSeconds").unwrap() > 300.0);
    // The run ends, and its event is lost: the next tick reads it.
    let stop_ms = Some(cloud.now_ms());
    cloud.account().executions.get_mut(&arn("m")).unwrap()[0] =
        Execution { status: "FAILED".into(), stop_ms, ..running };
    cloud.refuse("ListExecutions", Kind::Throttled, "ThrottlingException");
    pass(60).await;
    tick(&function).await;
    assert_eq!(light(&cloud.row("m")), Some(Light::Red));
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);
    pass(60).await;
    tick(&function).await;
    assert_eq!(cloud.last("Guardian_Stuck"), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_is_no_longer_there_is_not_under_way() {
    let cloud = green(&["m"]);
    let limit = Declared { max_duration_s: Some(300), ..Declared::default() };
    let function = function(&cloud, declared(limit));
    ticks(&function, 2).await;
    cloud.refuse("ListExecutions", Kind::Throttled, "ThrottlingException");
    answer(&function, &[event("m", &execution("m", 9, "RUNNING", 400))]).await;
    tick(&function).await;
    assert!(cloud.row("m").running.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_lists_repair_is_counted_once_the_events_have_had_their_time() {
    let cloud = green(&["m", "n"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    // The event of one run may still come; that of the other will not.
    let failed =
        |name: &str, age_s: i64| execution_at(name, 2, "FAILED", cloud.now_ms() - age_s * 1_000);
    cloud.refuse("ListExecutions", Kind::Throttled, "ThrottlingException");
    pass(200).await;
    let (m, n) = (failed("m", 150), failed("n", 30));
    cloud.heal();
    cloud.list("m", vec![m]);
    cloud.list("n", vec![n]);
    let summary = tick(&function).await.tick.unwrap();
    assert_eq!((summary.changed, summary.repaired), (2, 1));
    assert_eq!(cloud.last("Guardian_Repaired"), Some(1.0));
    assert_eq!(cloud.last("Guardian_TurnedBad"), Some(2.0));
    assert_eq!(cloud.subjects().len(), 2);
}

// The slice.

#[tokio::test(start_paused = true)]
async fn no_tick_makes_more_calls_than_its_share_and_the_cursor_goes_on() {
    let cloud = Cloud::new(Account::many(400));
    let function = function(&cloud, settings());
    for number in 1..=8 {
        tick(&function).await;
        assert!(cloud.count("ListExecutions") <= 60 * number, "{number}");
        pass(60).await;
    }
    let mut asked = cloud.account().asked.clone();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 400, "each was read once in a round, unconfirmed or not");
}

#[tokio::test(start_paused = true)]
async fn machines_of_many_calls_are_paid_for_by_the_next_ticks() {
    let mut account = Account::default();
    for number in 0..40 {
        let name = format!("m{number}");
        // No finished run on three pages: the four statuses are listed as well.
        let running = (0..400).map(|n| execution(&name, n, "RUNNING", 100)).collect();
        account.list(&name, running);
    }
    let cloud = Cloud::new(account);
    let function = function(&cloud, settings());
    let began_ms = cloud.now_ms();
    ticks(&function, 30).await;
    let minutes = (cloud.now_ms() - began_ms) as f64 / 60_000.0;
    let calls = cloud.count("ListExecutions") as f64;
    assert!(calls <= 60.0 * minutes + 10.0, "{calls} in {minutes} min");
    assert!(calls > 55.0 * 30.0, "{calls} in 30 ticks");
}

#[tokio::test(start_paused = true)]
async fn the_slice_stops_at_sixty_percent_of_the_time_and_goes_on_where_it_stopped() {
    let mut account = Account::many(50);
    account.list_latency = Duration::from_secs(1);
    let cloud = Cloud::new(account);
    let narrow = Settings { concurrency: 1, ..settings() };
    let function = function(&cloud, narrow);
    let before = cloud.now_ms();
    let summary = tick(&function).await;
    let listed = summary.tick.as_ref().unwrap().listed;
    assert!(summary.heartbeat && listed > 0 && listed <= 18, "{summary:?}");
    assert!(cloud.now_ms() - before < 30_000);
    cloud.account().list_latency = Duration::ZERO;
    pass(60).await;
    ticks(&function, 2).await;
    let mut asked = cloud.account().asked.clone();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_throttle_halves_the_share_and_it_comes_back_by_five_points_a_tick() {
    let cloud = green(&["m", "n"]);
    let function = function(&cloud, settings());
    tick(&function).await;
    assert_eq!(cloud.sweep().share, 50.0);
    cloud.account().throttles = 1;
    pass(60).await;
    tick(&function).await;
    assert_eq!((cloud.sweep().share, cloud.fleet().throttled), (25.0, 1));
    for share in [30.0, 35.0, 40.0, 45.0, 50.0, 50.0] {
        pass(60).await;
        tick(&function).await;
        assert_eq!((cloud.sweep().share, cloud.fleet().share), (share, share));
    }
    // The share never falls to zero.
    for _ in 0..10 {
        cloud.account().throttles = 1;
        pass(60).await;
        tick(&function).await;
    }
    assert_eq!(cloud.sweep().share, 5.0);
}

#[tokio::test(start_paused = true)]
async fn two_deployments_in_one_account_leave_room_for_each_other() {
    let mut account = Account::many(300);
    account.bucket = Some((100.0, 2.0));
    let cloud = Cloud::new(account);
    // Each may use nearly all of the bucket. Each has a table of its own.
    let greedy = || Settings { quota_share: 90.0, ..settings() };
    let other = Cloud::new(Account::many(300));
    let (one, two) = (function(&cloud, greedy()), function(&other, greedy()));
    let mut throttled = Vec::new();
    for _ in 0..60 {
        tick(&one).await;
        // The other deployment gets what this one has left in the bucket.
        let tokens = cloud.account().tokens.get("ListExecutions").copied();
        other.account().bucket = Some((100.0, 2.0));
        other.account().tokens.extend(tokens.map(|tokens| ("ListExecutions".to_owned(), tokens)));
        tick(&two).await;
        let tokens = other.account().tokens.get("ListExecutions").copied();
        cloud.account().tokens.extend(tokens.map(|tokens| ("ListExecutions".to_owned(), tokens)));
        throttled.push(cloud.fleet().throttled + other.fleet().throttled);
        pass(25).await;
    }
    let shares = (cloud.sweep().share, other.sweep().share);
    assert!(shares.0 + shares.1 <= 130.0 && shares.0.min(shares.1) >= 9.0, "{shares:?}");
    // Both make their rounds.
    assert!(cloud.sweep().round_took_ms.is_some() && other.sweep().round_took_ms.is_some());
    assert!(throttled.iter().filter(|count| **count == 0).count() > 20, "{throttled:?}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_cannot_be_read_is_counted_named_and_does_not_stop_the_others() {
    let cloud = green(&["denied", "ok"]);
    let function = function(&cloud, settings());
    let denied = format!("ListExecutions {}", arn("denied"));
    cloud.refuse(&denied, Kind::Permanent, "AccessDeniedException");
    ticks(&function, 1).await;
    let summary = tick(&function).await;
    assert!(summary.heartbeat);
    assert_eq!((summary.failed, summary.by_status["SUCCEEDED"]), (1, 1));
    assert!(summary.errors.iter().any(|e| e.contains("denied") && e.contains("AccessDenied")));
    assert_eq!(cloud.last("Guardian_Unread"), Some(1.0));
    cloud.heal();
    pass(60).await;
    ticks(&function, 2).await;
    assert_eq!(cloud.last("Guardian_Unread"), Some(0.0));
    // A tick that is denied every list sends no heartbeat.
    cloud.refuse("ListExecutions", Kind::Permanent, "AccessDeniedException");
    ticks(&function, 1).await;
    assert!(!tick(&function).await.heartbeat);
}

// How events arrive.

#[tokio::test(start_paused = true)]
async fn dead_letters_are_drained_and_their_machines_read_first() {
    let names: Vec<String> = (0..200).map(|n| format!("m{n:03}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let settings = Settings { has_dead_letters: true, quota_share: 5.0, ..settings() };
    let function = function(&cloud, settings);
    ticks(&function, 60).await;
    let failed = execution("m199", 2, "FAILED", 60);
    let letter = |receipt: &str, body: String| DeadLetter { receipt: receipt.into(), body };
    cloud.list("m199", vec![failed.clone()]);
    cloud.account().letters = vec![
        letter("1", event("m199", &failed)),
        letter("2", "garbage".into()),
        letter("3", event("m000", &execution("m000", 2, "SUCCEEDED", 50))),
    ];
    let before = cloud.account().asked.len();
    let summary = tick(&function).await.tick.unwrap();
    assert_eq!((summary.dead_letters, cloud.account().letters.len()), (3, 0));
    assert_eq!(light(&cloud.row("m199")), Some(Light::Red));
    assert_eq!(cloud.subjects().len(), 1);
    let asked = cloud.account().asked[before..].to_vec();
    assert!(asked[..3].contains(&arn("m199")) && asked[..3].contains(&arn("m000")), "{asked:?}");
    assert_eq!(cloud.last("Guardian_Dropped"), Some(1.0));
    // An event that cannot be handled yet stays in the dead-letter queue.
    cloud.account().letters = vec![letter("4", event("m001", &execution("m001", 2, "FAILED", 5)))];
    cloud.refuse("UpdateItem m001", Kind::Permanent, "AccessDeniedException");
    pass(60).await;
    function.tick(false, TIMEOUT).await.ok();
    assert_eq!(cloud.account().letters.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn failed_ticks_are_drained_and_the_events_among_them_are_joined_first() {
    let cloud = green(&["m", "n"]);
    let settings = Settings { has_failed_ticks: true, ..settings() };
    let function = function(&cloud, settings);
    ticks(&function, 2).await;
    let failed = execution_at("m", 2, "FAILED", cloud.now_ms());
    let letter = |receipt: &str, body: String| DeadLetter { receipt: receipt.into(), body };
    let of_lambda = |payload: serde_json::Value| {
        json!({"requestContext": {"condition": "EventAgeExceeded"}, "requestPayload": payload})
            .to_string()
    };
    let change: serde_json::Value = serde_json::from_str(&event("m", &failed)).unwrap();
    let mut ticks_of = vec![
        letter("1", json!({"trigger": "cron"}).to_string()),
        letter("2", of_lambda(json!({"trigger": "cron"}))),
        letter("3", of_lambda(change)),
        letter("4", "garbage".into()),
    ];
    ticks_of.extend((5..20).map(|n| letter(&n.to_string(), of_lambda(json!({"trigger": "cron"})))));
    cloud.account().failed_ticks = ticks_of;
    let summary = tick(&function).await;
    assert!(summary.heartbeat);
    assert_eq!((summary.tick.unwrap().dead_letters, cloud.account().failed_ticks.len()), (19, 0));
    assert_eq!(light(&cloud.row("m")), Some(Light::Red));
    assert_eq!(cloud.count("ListStateMachines"), 1, "a failed tick is not done once more");
    // Only an event whose row cannot be written stays.
    let change: serde_json::Value =
        serde_json::from_str(&event("n", &execution_at("n", 2, "FAILED", cloud.now_ms()))).unwrap();
    cloud.account().failed_ticks =
        vec![letter("a", of_lambda(change)), letter("b", of_lambda(json!({"trigger": "cron"})))];
    cloud.refuse("UpdateItem n", Kind::Permanent, "AccessDeniedException");
    pass(60).await;
    function.tick(false, TIMEOUT).await.ok();
    let left: Vec<String> =
        cloud.account().failed_ticks.iter().map(|letter| letter.receipt.clone()).collect();
    assert_eq!(left, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_disabled_or_deleted_is_a_fault_that_is_seen_within_the_hour() {
    let cloud = green(&["m"]);
    let function = function(&cloud, Settings { has_rule: true, ..settings() });
    ticks(&function, 2).await;
    assert_eq!((cloud.count("DescribeRule"), cloud.last("Guardian_Unusable")), (1, None));
    cloud.account().rule = Ok(false);
    // Without events the lights follow from lists.
    cloud.list("m", vec![execution_at("m", 2, "FAILED", cloud.now_ms() + 1_000)]);
    pass(3_600).await;
    let summary = tick(&function).await;
    assert!(summary.errors.iter().any(|error| error.contains("disabled")), "{summary:?}");
    assert_eq!(cloud.last("Guardian_Unusable"), Some(1.0));
    assert_eq!(summary.tick.unwrap().repaired, 1);
    assert!(cloud.fleet().rule_fault.is_some());
    cloud.account().rule = Err(error(Kind::Gone, "ResourceNotFoundException"));
    pass(60).await;
    assert!(tick(&function).await.errors.iter().any(|error| error.contains("deleted")));
    cloud.account().rule = Ok(true);
    pass(60).await;
    let before = cloud.values("Guardian_Unusable");
    tick(&function).await;
    assert_eq!(before, [1.0, 1.0]);
    assert_eq!((cloud.values("Guardian_Unusable"), cloud.fleet().rule_fault), (before, None));
}

#[tokio::test(start_paused = true)]
async fn without_any_event_the_reconciler_puts_every_light_right_and_says_how_many() {
    // The policy of the queue is broken: the rule is enabled, but nothing arrives.
    let names: Vec<String> = (0..50).map(|n| format!("m{n}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let function = function(&cloud, Settings { has_rule: true, ..settings() });
    ticks(&function, 3).await;
    for name in &names[..30] {
        cloud.list(name, vec![execution_at(name, 2, "FAILED", cloud.now_ms())]);
    }
    cloud.refuse("ListExecutions", Kind::Throttled, "ThrottlingException");
    ticks(&function, 3).await;
    cloud.heal();
    ticks(&function, 12).await;
    let red = cloud.rows().iter().filter(|row| light(row) == Some(Light::Red)).count();
    assert_eq!((red, cloud.last("Guardian_Red")), (30, Some(30.0)));
    assert_eq!(cloud.values("Guardian_Repaired").iter().sum::<f64>(), 30.0);
    for name in &names {
        let red = names[..30].contains(name);
        assert_eq!(cloud.alarm(name), Some(red), "{name}");
    }
}

// Notifications.

#[tokio::test(start_paused = true)]
async fn a_notification_whose_writer_died_is_sent_after_two_minutes_and_given_up_after_an_hour() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    let dies = |number| {
        let failed = execution_at("m", number, "FAILED", cloud.now_ms());
        let status = if number % 2 == 0 { "FAILED" } else { "SUCCEEDED" };
        let run = Execution { status: status.into(), ..failed };
        cloud.list("m", vec![run.clone()]);
        let (cloud, settings) = (Arc::clone(&cloud), settings());
        async move {
            cloud.account().publish_latency = Duration::from_secs(60);
            cloud.refuse("Publish", Kind::Throttled, "Throttling");
            let process = self::function(&cloud, settings);
            let body = [event("m", &run)];
            let life = Duration::from_secs(1);
            assert!(tokio::time::timeout(life, answer(&process, &body)).await.is_err());
            cloud.heal();
            cloud.account().publish_latency = Duration::ZERO;
        }
    };
    dies(2).await;
    assert_eq!(cloud.row("m").outbox.len(), 1);
    pass(60).await;
    ticks(&function, 1).await;
    assert!(cloud.subjects().is_empty());
    ticks(&function, 2).await;
    assert_eq!((cloud.subjects().len(), cloud.row("m").outbox.len()), (1, 0));
    dies(3).await;
    cloud.refuse("Publish", Kind::Transient, "Whatever");
    for _ in 0..65 {
        function.tick(false, TIMEOUT).await.ok();
        pass(60).await;
    }
    assert_eq!((cloud.subjects().len(), cloud.row("m").outbox.len()), (1, 0));
    assert_eq!(cloud.values("Guardian_Unsent"), [1.0]);
}

#[tokio::test(start_paused = true)]
async fn a_digest_stands_for_more_than_twenty_changes_that_a_tick_finds() {
    let names: Vec<String> = (0..25).map(|n| format!("m{n}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    for name in &names {
        cloud.list(name, vec![execution_at(name, 2, "FAILED", cloud.now_ms())]);
    }
    pass(5).await;
    tick(&function).await;
    assert_eq!(cloud.subjects().len(), 1, "{:?}", cloud.subjects());
    assert!(cloud.rows().iter().all(|row| row.outbox.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn routes_lead_by_name_and_by_tag_and_bring_team_and_runbook() {
    let cloud = green(&["pay-1", "etl", "rest"]);
    let tags = [("team".to_owned(), "data".to_owned()), ("x".to_owned(), "y".to_owned())];
    cloud.account().tags.insert(arn("etl"), tags.into());
    let routes = serde_json::from_value(json!([
        {"machines": ["pay-*"], "topic": "pay-topic", "team": "payments", "runbook": "https://r/1"},
        {"tags": {"team": "data"}, "topic": "data-topic", "event_bus": "data-bus"},
    ]));
    let function = function(&cloud, Settings { routes: routes.unwrap(), ..settings() });
    ticks(&function, 2).await;
    assert_eq!(cloud.row("etl").tags, [("team".to_owned(), "data".to_owned())].into());
    let read = cloud.count("ListTagsForResource");
    let bodies = ["pay-1", "etl", "rest"].map(|name| event(name, &execution(name, 2, "FAILED", 5)));
    answer(&function, &bodies).await;
    let to = |topic: &str| {
        let account = cloud.account();
        let sent = account.notices.iter().filter(|(_, to, _)| to == topic);
        sent.map(|(_, _, notice)| notice.clone()).collect::<Vec<_>>()
    };
    let pay = to("pay-topic");
    assert!(pay[0].text.contains("payments") && pay[0].text.contains("https://r/1"));
    assert_eq!((pay.len(), to("data-topic").len(), to("data-bus").len()), (1, 1, 1));
    assert_eq!(to("topic").len(), 1);
    assert_eq!(detail(&to("data-bus")[0])["machine"], "etl");
    // Once a day is enough.
    ticks(&function, 5).await;
    assert_eq!(cloud.count("ListTagsForResource"), read);
}

#[tokio::test(start_paused = true)]
async fn groups_have_metrics_of_their_own() {
    let cloud = green(&["pay-1", "etl"]);
    cloud.list("pay-2", vec![execution("pay-2", 1, "FAILED", 60)]);
    let groups = [("payments".to_owned(), Patterns::from(vec!["pay-*".to_owned()]))].into();
    let function = function(&cloud, Settings { groups, ..settings() });
    ticks(&function, 2).await;
    let account = cloud.account();
    let last = |group: Option<&str>| {
        let of = |(_, p): &&(i64, Point)| p.metric == "Guardian_Red" && p.group.as_deref() == group;
        account.points.iter().rfind(of).unwrap().1.value
    };
    assert_eq!((last(None), last(Some("payments"))), (1.0, 1.0));
    drop(account);
    let counts = cloud.fleet().groups["payments"];
    assert_eq!((counts.machines, counts.red), (2, 1));
}

/// The published numbers of lights that turned red: of all machines, and of the group `payments`.
fn turned_bad(cloud: &Cloud) -> (f64, f64) {
    let account = cloud.account();
    let sum = |group: Option<&str>| {
        let of = |p: &Point| p.metric == "Guardian_TurnedBad" && p.group.as_deref() == group;
        account.points.iter().filter(|(_, p)| of(p)).map(|(_, p)| p.value).sum()
    };
    (sum(None), sum(Some("payments")))
}

fn with_groups() -> Settings {
    let groups = [("payments".to_owned(), Patterns::from(vec!["pay-*".to_owned()]))].into();
    Settings { groups, ..settings() }
}

#[tokio::test(start_paused = true)]
async fn each_light_that_turns_red_counts_once_for_its_group_and_for_all() {
    let cloud = green(&["pay-1", "pay-2", "etl"]);
    let function = function(&cloud, with_groups());
    ticks(&function, 2).await;
    assert_eq!(turned_bad(&cloud), (0.0, 0.0));
    // One through an event, one through a list, and one in no group.
    let failed = |name: &str| execution_at(name, 2, "FAILED", cloud.now_ms());
    answer(&function, &[event("pay-1", &failed("pay-1")), event("etl", &failed("etl"))]).await;
    assert_eq!(turned_bad(&cloud), (2.0, 1.0));
    cloud.list("pay-2", vec![failed("pay-2")]);
    ticks(&function, 3).await;
    assert_eq!(turned_bad(&cloud), (3.0, 2.0));
}

// Mute windows.

/// A mute window of the next quarter of an hour.
fn window(machines: &[&str]) -> Mute {
    Mute {
        name: "deploy".to_owned(),
        machines: machines.iter().map(|name| (*name).to_owned()).collect(),
        schedule: "at(2023-11-14T23:00)".to_owned(),
        duration_s: 1_800,
        timezone: Some("Europe/Berlin".to_owned()),
    }
}

#[tokio::test(start_paused = true)]
async fn muted_machines_are_left_out_of_what_alarms_read_and_stay_among_the_counts() {
    let cloud = green(&["pay-2", "etl"]);
    for name in ["pay-1", "other"] {
        cloud.list(name, vec![execution(name, 1, "FAILED", 60)]);
    }
    let mutes = vec![window(&["pay-*"])];
    let function = function(&cloud, Settings { mutes, ..with_groups() });
    ticks(&function, 2).await;
    let last = |group: Option<&str>| {
        let account = cloud.account();
        let of = |(_, p): &&(i64, Point)| p.metric == "Guardian_Red" && p.group.as_deref() == group;
        account.points.iter().rfind(of).unwrap().1.value
    };
    assert_eq!((last(None), last(Some("payments"))), (1.0, 0.0));
    let fleet = cloud.fleet();
    assert_eq!((fleet.counts.red, fleet.counts.muted, fleet.counts.muted_red), (2, 2, 1));
    let is_muted = |name: &str| fleet.is_muted(name, name, cloud.now_ms());
    assert!(is_muted("pay-1") && is_muted("pay-2") && !is_muted("etl"));
    assert_eq!(fleet.mutes[0].name, "deploy");
    // The window closes.
    pass(1_000).await;
    ticks(&function, 1).await;
    assert_eq!((last(None), last(Some("payments"))), (2.0, 1.0));
    assert_eq!((cloud.fleet().counts.muted, cloud.fleet().mutes.len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_light_that_turned_red_while_muted_counts_when_the_window_closes_if_it_is_red_then() {
    let names = ["pay-1", "pay-2", "pay-3", "etl"];
    let cloud = green(&names);
    let mutes = vec![window(&["pay-*"])];
    let function = function(&cloud, Settings { mutes, ..with_groups() });
    ticks(&function, 2).await;
    let run = |name: &str, number, status| execution_at(name, number, status, cloud.now_ms());
    // One through an event and one through a list; notifications do not wait.
    let failed: Vec<Execution> = names.iter().map(|name| run(name, 2, "FAILED")).collect();
    let by_event =
        [event("pay-1", &failed[0]), event("pay-2", &failed[1]), event("etl", &failed[3])];
    answer(&function, &by_event).await;
    for (name, failed) in names.iter().zip(&failed) {
        cloud.list(name, vec![failed.clone()]);
    }
    ticks(&function, 3).await;
    assert_eq!(turned_bad(&cloud), (1.0, 0.0));
    assert_eq!(cloud.subjects().len(), 4);
    // One recovers before the window closes.
    let fixed = run("pay-2", 3, "SUCCEEDED");
    cloud.list("pay-2", vec![fixed.clone()]);
    answer(&function, &[event("pay-2", &fixed)]).await;
    pass(1_000).await;
    ticks(&function, 3).await;
    assert_eq!(turned_bad(&cloud), (3.0, 2.0));
    assert!(cloud.rows().iter().all(|row| !row.quiet));
    // It fails again, unmuted.
    answer(&function, &[event("pay-2", &run("pay-2", 4, "FAILED"))]).await;
    assert_eq!(turned_bad(&cloud), (4.0, 3.0));
}

#[tokio::test(start_paused = true)]
async fn a_mute_window_that_cannot_be_read_mutes_nothing_and_is_said() {
    let cloud = green(&["etl"]);
    cloud.list("etl", vec![execution("etl", 1, "FAILED", 60)]);
    let mutes = vec![Mute { timezone: Some("Mars/Base".to_owned()), ..window(&[]) }];
    let function = function(&cloud, Settings { mutes, ..settings() });
    let summary = ticks(&function, 2).await;
    assert!(summary.errors[0].contains("Mars/Base"), "{:?}", summary.errors);
    assert_eq!(
        (cloud.last("Guardian_Red"), cloud.last("Guardian_Unusable")),
        (Some(1.0), Some(1.0))
    );
}

// What is not covered.

#[tokio::test(start_paused = true)]
async fn express_machines_without_an_alarm_are_counted_as_not_covered() {
    let cloud = green(&["m"]);
    for name in ["quick-1", "quick-2", "quick-3"] {
        let express = guardian_lambda::Machine { express: true, ..cloud::machine(name) };
        cloud.account().machines.push(express);
    }
    ticks(&function(&cloud, settings()), 1).await;
    assert_eq!(cloud.fleet().uncovered, None);
    let guarded = Some(["quick-2".to_owned()].into());
    function(&cloud, Settings { guarded, ..settings() }).tick(true, TIMEOUT).await.unwrap();
    assert_eq!(cloud.fleet().uncovered, Some(2));
}

// The table.

#[tokio::test(start_paused = true)]
async fn a_quarter_of_an_hour_without_the_table_loses_nothing() {
    let cloud = green(&["m", "n"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    for call in ["UpdateItem", "BatchGetItem", "Query"] {
        cloud.refuse(call, Kind::Transient, "ServiceUnavailable");
    }
    let failed = execution_at("m", 2, "FAILED", cloud.now_ms());
    let hint = [event("m", &failed)];
    cloud.list("m", vec![failed]);
    let until_ms = cloud.now_ms() + 900_000;
    let mut received = 0;
    while cloud.now_ms() < until_ms {
        assert_eq!(answer(&function, &hint).await.failed, ["0"]);
        received += 1;
        let broken = function.tick(false, TIMEOUT).await.unwrap_err();
        assert!(!broken.summary.heartbeat);
        pass(60).await;
    }
    assert!(received < 100, "a message is received a hundred times");
    cloud.heal();
    assert!(answer(&function, &hint).await.failed.is_empty());
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);
    assert!(ticks(&function, 2).await.heartbeat);
    assert_eq!((cloud.alarm("m"), cloud.alarm("n")), (Some(true), Some(false)));
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_missing_or_denied_fails_the_tick_and_returns_the_messages() {
    for (kind, code) in
        [(Kind::Gone, "ResourceNotFoundException"), (Kind::Permanent, "AccessDeniedException")]
    {
        let cloud = green(&["m"]);
        let function = function(&cloud, settings());
        for call in ["UpdateItem", "BatchGetItem", "Query"] {
            cloud.refuse(call, kind, code);
        }
        let error = function.tick(false, TIMEOUT).await.unwrap_err();
        assert!(error.to_string().contains(code) && !error.summary.heartbeat, "{error}");
        let hint = [event("m", &execution("m", 2, "FAILED", 1))];
        let answered = answer(&function, &hint).await;
        assert_eq!((answered.failed.len(), answered.dropped), (1, 0));
    }
    // The table may be read but not written.
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    cloud.refuse("UpdateItem m", Kind::Permanent, "AccessDeniedException");
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("m: row not written"), "{error}");
    assert!(!error.summary.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_table_makes_ticks_and_batches_slower_and_not_wrong() {
    let names: Vec<String> = (0..40).map(|n| format!("m{n}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    cloud.account().chances.table_throttled = 0.4;
    let function = function(&cloud, settings());
    assert!(ticks(&function, 3).await.heartbeat);
    let bodies: Vec<String> =
        names.iter().map(|name| event(name, &execution(name, 2, "FAILED", 5))).collect();
    let answered = answer(&function, &bodies).await;
    assert_eq!((answered.failed.len(), answered.changed), (0, 40));
    assert!(cloud.rows().iter().all(|row| light(row) == Some(Light::Red)));
}

#[tokio::test(start_paused = true)]
async fn a_table_of_a_newer_schema_holds_the_tick() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    tick(&function).await;
    cloud.put_schema(2);
    let before = cloud.row("m").version;
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("schema 2"), "{error}");
    assert!(!error.summary.heartbeat && cloud.row("m").version == before);
    cloud.put_schema(1);
    assert!(tick(&function).await.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_cannot_be_read_keeps_the_heartbeat_back_and_no_other_row() {
    let cloud = green(&["m", "broken"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    cloud.put(&guardian_lambda::Key::of_machine(&key("broken")), "{".to_owned());
    cloud.list("m", vec![execution_at("m", 2, "FAILED", cloud.now_ms() - 1_000)]);
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("broken") && !error.summary.heartbeat, "{error}");
    assert_eq!((cloud.subjects().len(), cloud.last("m_Status")), (1, Some(3.0)));
}

#[tokio::test(start_paused = true)]
async fn a_table_restored_from_an_old_backup_is_put_right_by_one_round() {
    let cloud = green(&["red", "fixed", "still"]);
    cloud.list("fixed", vec![execution("fixed", 1, "FAILED", 500)]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    let hint = [event("fixed", &execution("fixed", 2, "FAILED", 300))];
    cloud.refuse("Publish", Kind::Transient, "Whatever");
    answer(&function, &hint).await;
    let mut waiting = cloud.row("red");
    // In the backup there is a notification that was waiting.
    let run = waiting.finished[0].clone();
    let change = guardian_contract::StateChange {
        kind: guardian_contract::ChangeKind::Failed,
        run,
        before_ms: None,
        failures: 1,
    };
    waiting.outbox.push(guardian_contract::Pending {
        change,
        at_ms: cloud.now_ms(),
        topic: true,
        bus: false,
        more: 0,
        incident: String::new(),
    });
    cloud.put_row(&waiting);
    let backup = cloud.account().records.clone();
    cloud.heal();
    ticks(&function, 5).await;
    cloud.account().notices.clear();
    let now_ms = cloud.now_ms();
    cloud.list("red", vec![execution_at("red", 3, "FAILED", now_ms)]);
    cloud.list("fixed", vec![execution_at("fixed", 3, "SUCCEEDED", now_ms)]);
    ticks(&function, 2).await;
    pass(86_400).await;
    cloud.account().notices.clear();
    cloud.account().records = backup;
    ticks(&function, 4).await;
    let lights = ["red", "fixed", "still"].map(|name| light(&cloud.row(name)).unwrap());
    assert_eq!(lights, [Light::Red, Light::Green, Light::Green]);
    let alarms = ["red", "fixed", "still"].map(|name| cloud.alarm(name));
    assert_eq!(alarms, [Some(true), Some(false), Some(false)]);
    assert!(cloud.rows().iter().all(|row| row.outbox.is_empty()));
    // The notification that waited in the backup is dropped and counted; later changes are notified.
    assert_eq!(cloud.values("Guardian_Unsent").iter().sum::<f64>(), 1.0);
    assert_eq!(cloud.sent(Way::Topic).len(), 2);
    let open = cloud.incidents().iter().filter(|one| one.end_ms.is_none()).count();
    assert_eq!(open, 1, "{:?}", cloud.incidents());
}

#[tokio::test(start_paused = true)]
async fn settings_of_another_configuration_keep_the_lights_and_withhold_the_heartbeat() {
    let cloud = green(&["m"]);
    let mismatch = Some("the package has another file".to_owned());
    let function = function(&cloud, Settings { mismatch, ..settings() });
    ticks(&function, 1).await;
    let summary = tick(&function).await;
    assert!(!summary.heartbeat && summary.errors.contains(&"the package has another file".into()));
    assert_eq!(cloud.last("m_Status"), Some(2.0));
}

#[tokio::test(start_paused = true)]
async fn a_roster_that_breaks_off_marks_nothing_as_gone() {
    let cloud = green(&["m", "n"]);
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    cloud.account().list_breaks_at = Some(0);
    pass(3_600).await;
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("broke off") && !error.summary.heartbeat);
    assert!(cloud.rows().iter().all(|row| row.gone_ms.is_none()));
    // The lights are still read.
    assert_eq!(error.summary.tick.unwrap().listed, 2);
}

#[tokio::test(start_paused = true)]
async fn an_event_and_a_tick_publish_a_change_until_it_is_alone_in_its_minute() {
    let cloud = green(&["m"]);
    cloud.list("m", vec![execution("m", 1, "FAILED", 60)]);
    let function = function(&cloud, settings());
    ticks(&function, 3).await;
    // The tick and the event publish red and green within one minute.
    tick(&function).await;
    let fixed = execution_at("m", 2, "SUCCEEDED", cloud.now_ms());
    cloud.list("m", vec![fixed.clone()]);
    answer(&function, &[event("m", &fixed)]).await;
    pass(60).await;
    ticks(&function, 2).await;
    assert_eq!(cloud.alarm("m"), Some(false));
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_crosses_a_minute_publishes_no_light_that_is_older_than_its_row() {
    for (was, is, red) in [("SUCCEEDED", "FAILED", true), ("FAILED", "SUCCEEDED", false)] {
        let names: Vec<String> = (0..120).map(|n| format!("m{n:03}")).collect();
        let cloud = Cloud::new(Account::default());
        for name in &names {
            cloud.list(name, vec![execution(name, 1, was, 600)]);
        }
        let function = function(&cloud, settings());
        ticks(&function, 4).await;
        // The next tick begins ten seconds before a minute's end, and reads machines for longer.
        let into_minute = cloud.now_ms() % 60_000;
        pass(u64::try_from((50_000 - into_minute).rem_euclid(60_000) / 1_000).unwrap()).await;
        let before = cloud.account().asked.len();
        tick(&function).await;
        let asked = cloud.account().asked[before..].to_vec();
        pass(u64::try_from((50_000 - cloud.now_ms() % 60_000).rem_euclid(60_000) / 1_000).unwrap())
            .await;
        // A machine that the last tick has read, so that this one does not read it again.
        let name = names.iter().find(|name| asked.contains(&arn(name))).unwrap();
        cloud.account().list_latency = Duration::from_secs(12);
        let (from_ms, from) = (cloud.now_ms(), cloud.account().asked.len());
        let mut written_ms = 0;
        tokio::join!(tick(&function), async {
            pass(3).await;
            let run = execution_at(name, 2, is, cloud.now_ms());
            answer(&function, &[event(name, &run)]).await;
            written_ms = cloud.now_ms();
        });
        assert!(cloud.now_ms() / 60_000 > from_ms / 60_000, "it crossed no minute");
        assert!(!cloud.account().asked[from..].contains(&arn(name)), "it was read again");
        let account = cloud.account();
        let of_machine = account
            .points
            .iter()
            .filter(|(at_ms, p)| p.metric == format!("{name}_Status") && *at_ms >= from_ms);
        let points: Vec<(i64, f64)> = of_machine.map(|(at_ms, p)| (*at_ms, p.value)).collect();
        assert!(points.len() > 1, "the tick did not publish it: {points:?}");
        for (at_ms, value) in points {
            assert!(at_ms < written_ms || (value >= 3.0) == red, "{value} of {at_ms}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_incident_that_took_long_has_a_second_record_where_it_ended() {
    const DAY_MS: i64 = 86_400_000;
    let cloud = Cloud::new(Account::default());
    let began_ms = |days: i64| cloud.now_ms() - days * DAY_MS;
    for (name, days) in [("long", 120), ("short", 60)] {
        cloud.list(name, vec![execution_at(name, 1, "FAILED", began_ms(days))]);
    }
    let function = function(&cloud, settings());
    ticks(&function, 2).await;
    assert_eq!(cloud.incidents().len(), 2);
    for name in ["long", "short"] {
        let fixed = execution_at(name, 2, "SUCCEEDED", cloud.now_ms());
        answer(&function, &[event(name, &fixed)]).await;
    }
    let incidents = cloud.incidents();
    let of = |name: &str| incidents.iter().filter(|one| one.machine == name).collect::<Vec<_>>();
    assert_eq!((of("long").len(), of("short").len()), (2, 1));
    assert_eq!(of("long")[0], of("long")[1]);
    let account = cloud.account();
    let records: Vec<_> = account.records.values().collect();
    let long = of("long")[0];
    for partition in [long.partition(), long.end_partition().unwrap()] {
        let record = records
            .iter()
            .find(|r| r.item.key.partition == partition && r.item.key.sort == long.sort_key());
        // The retention of an incident begins with its end.
        let expires_s = long.end_ms.unwrap() / 1_000 + 400 * 86_400;
        assert_eq!(record.unwrap().expires_s, Some(expires_s), "{partition}");
    }
}
