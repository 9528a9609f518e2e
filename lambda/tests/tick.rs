//! Ticks: the lease, the roster, judging, confirming, the slice, and what goes wrong.
#![allow(clippy::unwrap_used)]

mod cloud;

use cloud::{Bucket, Cloud, TIMEOUT, answer, arn, event, execution, pass, refusal, tick};
use guardian_contract::table::{FLEET, SCHEMA_KEY, SWEEP};
use guardian_contract::{Declared, Light, Routes, Schedule, Watch};
use guardian_lambda::{DeadLetter, Kind, Settings, Watcher, Way};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

fn fleet(count: usize, settings: Settings) -> (Cloud, Watcher<Cloud>) {
    let cloud = Cloud::new();
    for n in 0..count {
        let name = format!("m{n:05}");
        cloud.machine(&name, vec![execution(&name, "old", "SUCCEEDED", 9_000)]);
    }
    let function = cloud.function(settings);
    (cloud, function)
}

fn declared(declared: Declared) -> Settings {
    Settings { watch: Watch { defaults: declared, ..Watch::default() }, ..Settings::default() }
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_fills_the_table_says_so_and_notifies_nobody_of_what_is_old() {
    let (cloud, function) = fleet(3, Settings::default());
    cloud.machine("bad", vec![execution("bad", "r", "FAILED", 500)]);
    let summary = tick(&function).await;
    let done = summary.tick.unwrap();
    assert_eq!((done.listed, done.counts.unwrap().machines), (4, 4));
    assert!(summary.heartbeat && cloud.subjects().is_empty());
    assert_eq!(cloud.row("bad").unwrap().shown.unwrap().light, Light::Red);
    assert_eq!(cloud.incidents().len(), 1);
    assert_eq!(cloud.values("bad_Status"), [3.0]);
    let summary = tick(&function).await;
    assert_eq!(summary.by_status, BTreeMap::from([("FAILED", 1), ("SUCCEEDED", 3)]));
    assert_eq!(cloud.values("Guardian_Heartbeat").len(), 2);
    assert_eq!(cloud.values("Guardian_Red").last(), Some(&1.0));
    // Why an old failure failed is read as well.
    assert_eq!(cloud.row("bad").unwrap().why.unwrap().state.as_deref(), Some("Charge"));
}

#[tokio::test(start_paused = true)]
async fn a_failure_after_the_row_was_made_is_notified_whoever_finds_it() {
    let (cloud, function) = fleet(1, Settings::default());
    tick(&function).await;
    pass(300).await;
    let lost = execution("m00000", "bad", "FAILED", -60);
    cloud.state().executions.get_mut(&arn("m00000")).unwrap().insert(0, lost);
    let summary = tick(&function).await;
    assert_eq!(cloud.subjects(), ["RED m00000: FAILED in Charge"]);
    // The event was lost: that is counted.
    assert_eq!(summary.tick.unwrap().repaired, 1);
    assert_eq!(cloud.values("Guardian_Repaired").last(), Some(&1.0));
    assert_eq!(cloud.values("m00000_Status").last(), Some(&3.0));
}

#[tokio::test(start_paused = true)]
async fn one_process_at_a_time_has_the_lease_and_a_dead_one_loses_it() {
    let (cloud, function) = fleet(1, Settings::default());
    let held = json!({"holder": "dead", "until_ms": cloud.now_ms() + 40_000});
    let key = ("g".to_owned(), SWEEP.to_owned());
    cloud.state().records.insert(key, (1, held.to_string(), None));
    let summary = tick(&function).await;
    assert_eq!(summary.tick.unwrap().leased_by.as_deref(), Some("dead"));
    assert!(!summary.heartbeat && cloud.row("m00000").is_none());
    pass(41).await;
    assert!(tick(&function).await.heartbeat);
    // One that somebody asked for waits for it.
    let held = json!({"holder": "other", "until_ms": cloud.now_ms() + 5_000});
    let version = cloud.state().records[&("g".to_owned(), SWEEP.to_owned())].0;
    let key = ("g".to_owned(), SWEEP.to_owned());
    cloud.state().records.insert(key, (version + 1, held.to_string(), None));
    let asked = function.tick(true, TIMEOUT).await.unwrap();
    assert!(asked.tick.unwrap().leased_by.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_taken_over_withholds_the_heartbeat() {
    let (cloud, function) = fleet(1, Settings::default());
    tick(&function).await;
    cloud.state().latency = Duration::from_millis(500);
    let other = cloud.clone();
    let thief = tokio::spawn(async move {
        pass(3).await;
        let key = ("g".to_owned(), SWEEP.to_owned());
        let mut state = other.state();
        let record = state.records.get_mut(&key).unwrap();
        record.0 += 1;
    });
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    thief.await.unwrap();
    assert!(error.to_string().contains("taken over"), "{error}");
    assert!(!error.summary.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn the_roster_makes_rows_marks_what_is_gone_and_tells_a_recreated_machine() {
    let (cloud, function) = fleet(2, Settings::default());
    cloud.machine("pay", vec![execution("pay", "bad", "FAILED", 50)]);
    tick(&function).await;
    cloud.state().machines.remove(&arn("m00001"));
    cloud.machine("new", Vec::new());
    {
        let mut state = cloud.state();
        let pay = state.machines.get_mut(&arn("pay")).unwrap();
        pay.created_ms = Some(cloud::EPOCH_MS);
        state.executions.insert(arn("pay"), Vec::new());
    }
    // Within the hour nothing is asked.
    pass(60).await;
    tick(&function).await;
    assert!(cloud.row("new").is_none());
    pass(3_600).await;
    let before = cloud.row("pay").unwrap().version;
    tick(&function).await;
    assert!(cloud.row("new").is_some());
    let gone = cloud.row("m00001").unwrap();
    assert!(gone.gone_ms.is_some());
    let expires = {
        let state = cloud.state();
        let mut all = state.records.values();
        all.find(|(_, document, _)| document.contains("m00001")).unwrap().2
    };
    assert!(expires.unwrap() > cloud.now_ms() / 1_000 + 29 * 86_400);
    let pay = cloud.row("pay").unwrap();
    assert!(pay.finished.is_empty() && pay.shown.is_none() && pay.version > before);
    assert!(cloud.incidents()[0].end_ms.is_some());
    // What ran under the old machine's name says nothing of the new one.
    answer(&function, &[event("pay", &execution("pay", "late", "FAILED", 40))]).await;
    assert!(cloud.row("pay").unwrap().shown.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_became_express_is_reported_and_one_that_always_was_is_skipped() {
    let (cloud, function) = fleet(1, Settings::default());
    cloud.machine("fast", Vec::new());
    cloud.state().machines.get_mut(&arn("fast")).unwrap().express = true;
    let summary = tick(&function).await;
    assert_eq!((summary.skipped, summary.failed), (1, 0));
    cloud.state().machines.get_mut(&arn("m00000")).unwrap().express = true;
    pass(3_601).await;
    let summary = tick(&function).await;
    assert_eq!(summary.failed, 1);
    assert!(summary.errors.iter().any(|error| error.contains("BecameExpress")), "{summary:?}");
    assert_eq!(cloud.values("Guardian_Unread").last(), Some(&1.0));
}

#[tokio::test(start_paused = true)]
async fn late_and_stuck_cost_no_call_and_are_counted() {
    let every =
        Declared { expect_every_s: Some(600), max_duration_s: Some(900), ..Declared::default() };
    let (cloud, function) = fleet(1, declared(every));
    cloud.machine("m00000", vec![execution("m00000", "r", "SUCCEEDED", 10)]);
    cloud.machine("busy", vec![execution("busy", "long", "RUNNING", 800)]);
    tick(&function).await;
    assert_eq!(cloud.values("Guardian_Late").last(), Some(&0.0));
    pass(700).await;
    let summary = tick(&function).await;
    let counts = summary.tick.unwrap().counts.unwrap();
    // One that has never finished a run is late as well.
    assert_eq!((counts.late, counts.stuck), (2, 1));
    assert!(cloud.values("m00000_OverdueSeconds").last().unwrap() > &90.0);
    // A run that is stuck is confirmed, in case its end was not heard.
    assert_eq!(cloud.count("DescribeExecution"), 1);
    let ended = execution("busy", "long", "SUCCEEDED", 800);
    cloud.state().executions.insert(arn("busy"), vec![ended]);
    pass(60).await;
    tick(&function).await;
    assert_eq!(cloud.row("busy").unwrap().shown.unwrap().light, Light::Green);
}

#[tokio::test(start_paused = true)]
async fn a_redrive_stays_red_until_it_ends_and_is_confirmed() {
    let (cloud, function) = fleet(0, Settings::default());
    let mut redriven = execution("pay", "r", "RUNNING", 100);
    (redriven.redrive_ms, redriven.redrive_count) = (Some(cloud::EPOCH_MS - 10_000), 1);
    let older = execution("pay", "old", "SUCCEEDED", 500);
    cloud.machine("pay", vec![redriven.clone(), older.clone()]);
    tick(&function).await;
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Red);
    (redriven.status, redriven.stop_ms) = ("SUCCEEDED".into(), Some(cloud::EPOCH_MS + 1_000));
    cloud.state().executions.insert(arn("pay"), vec![redriven, older]);
    pass(60).await;
    tick(&function).await;
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Green);
}

#[tokio::test(start_paused = true)]
async fn a_slice_stays_within_the_share_and_goes_on_where_it_stopped() {
    let (cloud, function) = fleet(200, Settings::default());
    for ticks in 1..=4 {
        tick(&function).await;
        pass(60).await;
        let listed = cloud.count("ListExecutions");
        assert!(listed <= ticks * 60, "{listed} after {ticks}");
    }
    let unread = (0..200).filter(|n| cloud.row(&format!("m{n:05}")).unwrap().listed_ms.is_none());
    assert_eq!(unread.count(), 0);
    let fleet = cloud.record(FLEET);
    assert_eq!(fleet["counts"]["machines"], 200);
}

#[tokio::test(start_paused = true)]
async fn a_throttle_halves_the_share_and_it_grows_back() {
    let (cloud, function) = fleet(100, Settings::default());
    let bucket = Bucket { burst: 10.0, refill: 0.1, tokens: 10.0, at: Instant::now() };
    cloud.state().bucket = Some(bucket);
    let summary = tick(&function).await;
    assert_eq!(summary.tick.unwrap().share, 25.0);
    assert!(cloud.record(FLEET)["throttled"].as_u64().unwrap() > 0);
    cloud.state().bucket = None;
    for expected in [30.0, 35.0, 40.0, 45.0, 50.0, 50.0] {
        pass(60).await;
        assert_eq!(tick(&function).await.tick.unwrap().share, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn two_deployments_in_one_account_share_its_quota() {
    let (cloud, one) = fleet(300, Settings::default());
    let other_cloud = Cloud::new();
    let _ = &other_cloud;
    // They have tables of their own, and one bucket of the account.
    cloud.state().bucket =
        Some(Bucket { burst: 100.0, refill: 1.0, tokens: 100.0, at: Instant::now() });
    let mut shares = Vec::new();
    for _ in 0..20 {
        shares.push(one.tick(false, TIMEOUT).await.unwrap().tick.unwrap().share);
        pass(60).await;
    }
    // The account gives a call a second where the share would take one: no more than that is taken.
    assert!(cloud.count("ListExecutions") < 20 * 66, "{}", cloud.count("ListExecutions"));
    assert!(shares.iter().all(|share| *share >= 5.0));
}

#[tokio::test(start_paused = true)]
async fn dead_letters_are_joined_drained_and_their_machines_read_first() {
    let settings = Settings { has_dead_letters: true, ..Settings::default() };
    let (cloud, function) = fleet(100, settings);
    tick(&function).await;
    let bad = execution("m00099", "bad", "FAILED", 10);
    cloud.state().executions.get_mut(&arn("m00099")).unwrap().insert(0, bad.clone());
    cloud.state().letters = vec![
        DeadLetter { receipt: "1".into(), body: event("m00099", &bad) },
        DeadLetter { receipt: "2".into(), body: "no json".into() },
    ];
    pass(60).await;
    let summary = tick(&function).await;
    assert_eq!(summary.tick.unwrap().dead_letters, 2);
    assert!(cloud.state().letters.is_empty());
    assert_eq!(cloud.row("m00099").unwrap().shown.unwrap().light, Light::Red);
    assert!(cloud.row("m00099").unwrap().listed_ms.unwrap() > cloud.now_ms() - 30_000);
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_disabled_is_reported_until_it_is_enabled() {
    let settings = Settings { has_rule: true, ..Settings::default() };
    let (cloud, function) = fleet(1, settings);
    tick(&function).await;
    assert_eq!(cloud.values("Guardian_Unusable").last(), Some(&0.0));
    cloud.state().rule_enabled = Some(false);
    pass(3_600).await;
    tick(&function).await;
    assert_eq!(cloud.values("Guardian_Unusable").last(), Some(&1.0));
    assert!(cloud.record(FLEET)["rule_fault"].as_str().unwrap().contains("disabled"));
    cloud.state().rule_enabled = Some(true);
    pass(60).await;
    tick(&function).await;
    assert_eq!(cloud.values("Guardian_Unusable").last(), Some(&0.0));
    assert_eq!(cloud.record(FLEET)["rule_fault"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_process_left_is_sent_after_two_minutes_and_given_up_after_an_hour() {
    let (cloud, function) = fleet(1, Settings::default());
    tick(&function).await;
    cloud.refuse("Publish", Kind::Throttled, "Throttling");
    let bad = event("m00000", &execution("m00000", "bad", "FAILED", 1));
    answer(&function, &[bad]).await;
    cloud.allow("Publish");
    pass(60).await;
    tick(&function).await;
    assert!(cloud.subjects().is_empty());
    pass(60).await;
    tick(&function).await;
    assert_eq!(cloud.subjects().len(), 1);

    cloud.refuse("Publish", Kind::Permanent, "AuthorizationErrorException");
    answer(&function, &[event("m00000", &execution("m00000", "good", "SUCCEEDED", -120))]).await;
    pass(3_700).await;
    tick(&function).await;
    assert!(cloud.row("m00000").unwrap().outbox.is_empty());
    assert!(cloud.values("Guardian_Unsent").len() >= 2);
    assert_eq!(cloud.subjects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn routes_lead_by_name_and_by_tag_with_team_and_runbook() {
    let routes = json!([
        {"machines": ["pay-*"], "topic": "arn:pay", "team": "payments",
         "runbook": "https://wiki.example.com/pay"},
        {"tags": {"team": "data"}, "event_bus": "data"},
    ]);
    let routes: Routes = serde_json::from_value(routes).unwrap();
    let (cloud, function) = fleet(0, Settings { routes, ..Settings::default() });
    for name in ["pay-1", "etl", "other"] {
        cloud.machine(name, vec![execution(name, "old", "SUCCEEDED", 900)]);
    }
    cloud.state().tags.insert(arn("etl"), [("team".into(), "data".into())].into());
    tick(&function).await;
    tick(&function).await;
    let bodies = ["pay-1", "etl", "other"].map(|n| event(n, &execution(n, "bad", "FAILED", 1)));
    answer(&function, &bodies).await;
    let state = cloud.state();
    let mut sent: Vec<(Way, &str, &str)> = state
        .notices
        .iter()
        .map(|(way, to, notice)| (*way, to.as_str(), notice.attributes[0].1.as_str()))
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            (Way::Topic, "arn:pay", "pay-1"),
            (Way::Topic, "topic", "etl"),
            (Way::Topic, "topic", "other"),
            (Way::Bus, "data", "etl"),
        ]
    );
    let paid = state.notices.iter().find(|(_, to, _)| to == "arn:pay").unwrap();
    assert!(paid.2.text.contains("Team      payments"), "{}", paid.2.text);
    assert!(paid.2.text.contains("Runbook   https://wiki.example.com/pay"), "{}", paid.2.text);
}

#[tokio::test(start_paused = true)]
async fn groups_have_metrics_of_their_own_and_machines_without_an_alarm_none() {
    let groups = [("pay".to_owned(), vec!["pay-*".to_owned()].into())].into();
    let guarded = Some(["pay-1".to_owned()].into());
    let settings =
        Settings { groups, guarded, deployment: Some("shop".into()), ..Settings::default() };
    let (cloud, function) = fleet(1, settings);
    cloud.machine("pay-1", vec![execution("pay-1", "bad", "FAILED", 5)]);
    tick(&function).await;
    tick(&function).await;
    assert!(!cloud.values("pay-1_Status").is_empty());
    assert!(cloud.values("m00000_Status").is_empty());
    let state = cloud.state();
    let of_group = state.points.iter().filter(|(_, p)| p.group.as_deref() == Some("pay"));
    let red: Vec<f64> =
        of_group.filter(|(_, p)| p.metric == "Guardian_Red").map(|(_, p)| p.value).collect();
    assert_eq!(red.last(), Some(&1.0));
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_cannot_be_read_is_counted_and_keeps_its_light() {
    let (cloud, function) = fleet(2, Settings::default());
    tick(&function).await;
    cloud.state().denied.insert(arn("m00000"), refusal(Kind::Permanent, "AccessDeniedException"));
    pass(60).await;
    tick(&function).await;
    let summary = tick(&function).await;
    assert_eq!((summary.failed, summary.heartbeat), (1, true));
    assert!(summary.errors.iter().any(|error| error.contains("AccessDenied")), "{summary:?}");
    assert_eq!(cloud.values("Guardian_Unread").last(), Some(&1.0));
    // The event's own status is used.
    answer(&function, &[event("m00000", &execution("m00000", "bad", "FAILED", 1))]).await;
    assert_eq!(cloud.row("m00000").unwrap().shown.unwrap().light, Light::Red);
    // A function that may read nothing sends no heartbeat.
    cloud.state().denied.insert(arn("m00001"), refusal(Kind::Permanent, "AccessDeniedException"));
    pass(60).await;
    tick(&function).await;
    assert!(!tick(&function).await.heartbeat);
}

#[tokio::test(start_paused = true)]
async fn a_time_zone_that_does_not_exist_is_a_counted_fault() {
    let schedule = Schedule {
        expression: "cron(0 3 * * ? *)".into(),
        timezone: Some("Europe/Nowhere".into()),
    };
    let (cloud, function) =
        fleet(1, declared(Declared { schedules: vec![schedule], ..Declared::default() }));
    let summary = tick(&function).await;
    assert_eq!(cloud.values("Guardian_Unusable").last(), Some(&1.0));
    assert!(summary.errors.iter().any(|error| error.contains("Europe/Nowhere")), "{summary:?}");
}

#[tokio::test(start_paused = true)]
async fn failed_items_of_map_runs_are_looked_into_once_and_put_the_light_in_doubt() {
    let (cloud, function) =
        fleet(1, declared(Declared { incomplete: Some(true), ..Declared::default() }));
    tick(&function).await;
    for _ in 0..3 {
        pass(60).await;
        tick(&function).await;
    }
    assert_eq!(cloud.count("DescribeMapRun"), 1);
    assert_eq!(cloud.values("m00000_IncompleteItems").last(), Some(&3.0));
    assert_eq!(cloud.values("Guardian_Doubt").last(), Some(&1.0));
}

#[tokio::test(start_paused = true)]
async fn a_change_is_published_again_for_three_minutes_and_everything_every_five() {
    let (cloud, function) = fleet(1, Settings::default());
    tick(&function).await;
    pass(360).await;
    tick(&function).await;
    answer(&function, &[event("m00000", &execution("m00000", "bad", "FAILED", -359))]).await;
    cloud.state().points.clear();
    for _ in 0..3 {
        pass(59).await;
        tick(&function).await;
    }
    assert!(cloud.values("m00000_Status").len() >= 3);
    assert!(cloud.values("m00000_Status").iter().all(|code| *code == 3.0));
}

// What goes wrong.

#[tokio::test(start_paused = true)]
async fn a_quarter_of_an_hour_without_the_table_loses_nothing() {
    let (cloud, function) = fleet(3, Settings::default());
    tick(&function).await;
    for call in ["BatchGetItem", "Query", "UpdateItem"] {
        cloud.refuse(call, Kind::Transient, "InternalServerError");
    }
    let bad = event("m00001", &execution("m00001", "bad", "FAILED", -60));
    let mut waiting = true;
    for minute in 0..20 {
        pass(60).await;
        if minute == 15 {
            for call in ["BatchGetItem", "Query", "UpdateItem"] {
                cloud.allow(call);
            }
        }
        if waiting {
            waiting = !answer(&function, std::slice::from_ref(&bad)).await.failed.is_empty();
        }
        let ticked = function.tick(false, TIMEOUT).await;
        assert_eq!(ticked.is_ok(), minute >= 15, "minute {minute}");
    }
    assert!(!waiting);
    assert_eq!(cloud.row("m00001").unwrap().shown.unwrap().light, Light::Red);
    assert_eq!(cloud.subjects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_events_the_reconciler_finds_everything_and_counts_it() {
    let (cloud, function) = fleet(5, Settings::default());
    tick(&function).await;
    pass(600).await;
    for n in 0..5 {
        let name = format!("m{n:05}");
        let bad = execution(&name, "bad", "FAILED", -300);
        cloud.state().executions.get_mut(&arn(&name)).unwrap().insert(0, bad);
    }
    let summary = tick(&function).await;
    assert_eq!(summary.tick.unwrap().repaired, 5);
    assert_eq!(cloud.subjects().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_throttles_is_waited_for() {
    let (cloud, function) = fleet(300, Settings::default());
    cloud.state().writes_a_second = Some(20);
    assert!(tick(&function).await.heartbeat);
    let rows = (0..300).filter(|n| cloud.row(&format!("m{n:05}")).is_some()).count();
    assert_eq!(rows, 300);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_missing_or_denied_fails_the_tick_with_its_reason() {
    for (kind, code) in
        [(Kind::Gone, "ResourceNotFoundException"), (Kind::Permanent, "AccessDeniedException")]
    {
        let (cloud, function) = fleet(1, Settings::default());
        cloud.refuse("BatchGetItem", kind, code);
        let error = function.tick(false, TIMEOUT).await.unwrap_err();
        assert!(error.to_string().contains(code), "{error}");
        assert!(!error.summary.heartbeat && cloud.values("Guardian_Heartbeat").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_of_a_newer_schema_is_left_alone() {
    let (cloud, function) = fleet(1, Settings::default());
    tick(&function).await;
    let key = ("g".to_owned(), SCHEMA_KEY.to_owned());
    cloud.state().records.insert(key, (9, json!({"v": 2}).to_string(), None));
    let before = cloud.state().records.clone();
    pass(60).await;
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("schema 2"), "{error}");
    assert_eq!(cloud.state().records, before);
}

#[tokio::test(start_paused = true)]
async fn a_table_restored_from_an_old_backup_finds_back_to_the_truth() {
    let (cloud, function) = fleet(3, Settings::default());
    tick(&function).await;
    let backup = cloud.state().records.clone();
    answer(&function, &[event("m00001", &execution("m00001", "bad", "FAILED", 1))]).await;
    cloud
        .state()
        .executions
        .get_mut(&arn("m00001"))
        .unwrap()
        .insert(0, execution("m00001", "bad", "FAILED", 1));
    pass(7_200).await;
    cloud.state().records = backup;
    assert_eq!(cloud.row("m00001").unwrap().shown.unwrap().light, Light::Green);
    tick(&function).await;
    assert_eq!(cloud.row("m00001").unwrap().shown.unwrap().light, Light::Red);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_the_table_refuses_for_its_size_concerns_that_machine_alone() {
    let (cloud, function) = fleet(2, Settings::default());
    tick(&function).await;
    let key = {
        let state = cloud.state();
        let found = state.records.iter().find(|((_, sort), _)| sort == "m00000");
        found.unwrap().0.clone()
    };
    {
        // Another version has written something large.
        let mut state = cloud.state();
        let record = state.records.get_mut(&key).unwrap();
        let mut document: Value = serde_json::from_str(&record.1).unwrap();
        document["later"] = json!("x".repeat(399_990));
        record.1 = document.to_string();
    }
    let bodies = ["m00000", "m00001"].map(|name| event(name, &execution(name, "bad", "FAILED", 1)));
    let answered = answer(&function, &bodies).await;
    assert_eq!((answered.failed, answered.written), (vec!["0".to_owned()], 1));
    pass(60).await;
    let error = function.tick(false, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("m00000"), "{error}");
}

// An hour of work, and a storm.

async fn hour(machines: usize, minutes: u64) -> (Cloud, u64) {
    let (cloud, function) = fleet(machines, Settings::default());
    cloud.state().bucket =
        Some(Bucket { burst: 100.0, refill: 2.0, tokens: 100.0, at: Instant::now() });
    let mut beats = 0;
    let began = Instant::now();
    for minute in 0..minutes {
        tokio::time::sleep_until(began + Duration::from_secs(60 * minute)).await;
        beats += u64::from(function.tick(false, TIMEOUT).await.unwrap().heartbeat);
    }
    (cloud, beats)
}

fn oldest_s(cloud: &Cloud, machines: usize) -> i64 {
    let listed = (0..machines).map(|n| cloud.row(&format!("m{n:05}")).unwrap().listed_ms);
    listed.map(|at| cloud.now_ms() - at.unwrap()).max().unwrap() / 1_000
}

#[tokio::test(start_paused = true)]
async fn a_thousand_machines_have_every_heartbeat_and_are_confirmed_within_twenty_minutes() {
    let (cloud, beats) = hour(1_000, 60).await;
    assert_eq!(beats, 60);
    assert!(oldest_s(&cloud, 1_000) <= 1_200, "{}", oldest_s(&cloud, 1_000));
    let half = (100.0 + 2.0 * 3_600.0) / 2.0;
    assert!((cloud.count("ListExecutions") as f64) <= half, "{}", cloud.count("ListExecutions"));
}

#[tokio::test(start_paused = true)]
async fn ten_busy_machines_are_red_at_once_and_only_the_reconciler_lists() {
    let (cloud, function) = fleet(10, Settings::default());
    tick(&function).await;
    let listed = cloud.count("ListExecutions");
    for second in 1..=600_i64 {
        pass(1).await;
        let mut bodies: Vec<String> = (0..10)
            .map(|n| {
                let name = format!("m{n:05}");
                event(&name, &execution(&name, &format!("r{second}"), "SUCCEEDED", -second))
            })
            .collect();
        if second == 300 {
            bodies[3] = event("m00003", &execution("m00003", "bad", "FAILED", -second));
        }
        answer(&function, &bodies).await;
        if second == 300 {
            // In the same batch: within the second that the queue gathers.
            assert_eq!(cloud.values("m00003_Status").last(), Some(&3.0));
        }
    }
    assert_eq!(cloud.count("ListExecutions"), listed);
    // Not one write for each run.
    assert!(cloud.count("UpdateItem") < 10 * 60, "{}", cloud.count("UpdateItem"));
    assert_eq!(cloud.row("m00003").unwrap().shown.unwrap().light, Light::Green);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_events_on_the_hour_are_all_in_their_rows_within_a_minute() {
    let cloud = Cloud::new();
    let function = cloud.function(Settings::default());
    cloud.state().writes_a_second = Some(1_000);
    cloud.state().latency = Duration::from_millis(5);
    let bodies: Vec<String> = (0..10_000)
        .map(|n| {
            let name = format!("m{n:05}");
            event(&name, &execution(&name, "r", "SUCCEEDED", 10))
        })
        .collect();
    let began = Instant::now();
    // Two batches of a hundred at a time, as the mapping hands them over.
    let chunks: Vec<&[String]> = bodies.chunks(100).collect();
    for pair in chunks.chunks(2) {
        let answers =
            futures_util::future::join_all(pair.iter().map(|chunk| answer(&function, chunk)));
        assert!(answers.await.iter().all(|answered| answered.failed.is_empty()));
    }
    assert!(began.elapsed() <= Duration::from_secs(60), "{:?}", began.elapsed());
    assert!((0..10_000).all(|n| cloud.row(&format!("m{n:05}")).unwrap().shown.is_some()));
}
