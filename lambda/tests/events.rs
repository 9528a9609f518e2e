//! Batches of events against rows.
#![allow(clippy::unwrap_used)]

mod cloud;

use cloud::{Cloud, answer, arn, event, execution, messages, pass, tick};
use guardian_contract::{Declared, Light, Scope, Watch};
use guardian_lambda::{Handler, Kind, Settings, Watcher, Way};
use serde_json::{Value, json};

fn cloud() -> (Cloud, Watcher<Cloud>) {
    let cloud = Cloud::new();
    let function = cloud.function(Settings::default());
    (cloud, function)
}

/// A machine that has succeeded, and whose row has been confirmed.
async fn green(names: &[&str], settings: Settings) -> (Cloud, Watcher<Cloud>) {
    let cloud = Cloud::new();
    for name in names {
        cloud.machine(name, vec![execution(name, "old", "SUCCEEDED", 9_000)]);
    }
    let function = cloud.function(settings);
    tick(&function).await;
    cloud.state().points.clear();
    (cloud, function)
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_written_once_a_batch_and_step_functions_is_not_asked() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let (listed, written) = (cloud.count("ListExecutions"), cloud.count("UpdateItem"));
    let bodies: Vec<String> = (0..5)
        .map(|n| event("pay", &execution("pay", &format!("r{n}"), "SUCCEEDED", 100 - n)))
        .chain([event("pay", &execution("pay", "bad", "FAILED", 10))])
        .collect();
    let answered = answer(&function, &bodies).await;
    assert_eq!((answered.machines, answered.written, answered.changed), (1, 1, 1));
    assert_eq!(cloud.count("ListExecutions"), listed);
    // One for the row and its incident, one when the notification is out.
    assert_eq!(cloud.count("UpdateItem") - written, 2);
    assert_eq!(cloud.values("pay_Status"), [3.0]);
    assert_eq!(cloud.values("Guardian_TurnedBad"), [1.0]);
    let row = cloud.row("pay").unwrap();
    assert_eq!(row.shown.unwrap().light, Light::Red);
    assert_eq!(row.why.unwrap().state.as_deref(), Some("Charge"));
    assert!(row.outbox.is_empty());
    assert_eq!(cloud.subjects(), ["RED pay: FAILED in Charge"]);
    assert_eq!(cloud.incidents().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_comes_twice_changes_nothing_and_is_notified_once() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let bad = event("pay", &execution("pay", "bad", "FAILED", 10));
    for _ in 0..3 {
        answer(&function, std::slice::from_ref(&bad)).await;
    }
    let version = cloud.row("pay").unwrap().version;
    answer(&function, &[bad.clone(), bad]).await;
    assert_eq!(cloud.row("pay").unwrap().version, version);
    assert_eq!(cloud.subjects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_marked_as_running_and_the_mark_goes_with_its_end() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    answer(&function, &[event("pay", &execution("pay", "long", "RUNNING", 5))]).await;
    assert_eq!(cloud.row("pay").unwrap().under_way().count(), 1);
    answer(&function, &[event("pay", &execution("pay", "long", "SUCCEEDED", 5))]).await;
    // Late news of its beginning does not bring it back.
    answer(&function, &[event("pay", &execution("pay", "long", "RUNNING", 5))]).await;
    let row = cloud.row("pay").unwrap();
    assert_eq!((row.under_way().count(), row.shown.unwrap().light), (0, Light::Green));
}

#[tokio::test(start_paused = true)]
async fn a_busy_machine_is_not_written_for_each_of_its_successes() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let before = cloud.row("pay").unwrap().version;
    for n in 0..60 {
        let run = execution("pay", &format!("r{n}"), "SUCCEEDED", -n);
        answer(&function, &[event("pay", &run)]).await;
        pass(1).await;
    }
    let writes = cloud.row("pay").unwrap().version - before;
    assert!((3..=6).contains(&writes), "{writes}");
    // Its date is ahead of the clock: it counts at once all the same.
    // A failure is written at once.
    answer(&function, &[event("pay", &execution("pay", "bad", "FAILED", -61))]).await;
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Red);
}

#[tokio::test(start_paused = true)]
async fn only_the_messages_of_a_machine_that_failed_come_again() {
    let (cloud, function) = green(&["a", "b"], Settings::default()).await;
    let run = |name: &str| event(name, &execution(name, "new", "FAILED", 10));
    cloud.refuse("BatchGetItem", Kind::Permanent, "AccessDeniedException");
    let answered = answer(&function, &[run("a"), run("b")]).await;
    assert_eq!(answered.failed, ["0", "1"]);
    cloud.allow("BatchGetItem");
    // A row that cannot be read concerns its machine alone... and its neighbours of the batch wait.
    let answered = answer(&function, &[run("a"), run("b")]).await;
    assert!(answered.failed.is_empty());
    cloud.refuse("UpdateItem", Kind::Permanent, "AccessDeniedException");
    let answered =
        answer(&function, &[run("a"), event("b", &execution("b", "x", "FAILED", 5))]).await;
    // The first says nothing new; the second could not be written.
    assert_eq!(answered.failed, ["1"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_loses_and_repeats_nothing() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    cloud.state().lost_answers = 1;
    let answered = answer(&function, &[event("pay", &execution("pay", "bad", "FAILED", 10))]).await;
    assert!(answered.failed.is_empty());
    assert_eq!((cloud.subjects().len(), cloud.incidents().len()), (1, 1));
    assert!(cloud.row("pay").unwrap().outbox.is_empty());
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_not_processed_are_asked_for_again() {
    let (cloud, function) = green(&["a", "b", "c"], Settings::default()).await;
    cloud.state().unprocessed = 2;
    let bodies = ["a", "b", "c"].map(|n| event(n, &execution(n, "new", "FAILED", 10)));
    let answered = answer(&function, &bodies).await;
    assert_eq!((answered.written, answered.failed.len()), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_can_never_succeed_is_dropped_and_counted() {
    let (cloud, function) = cloud();
    let foreign =
        event("pay", &execution("pay", "r", "FAILED", 1)).replace("123456789012", "210987654321");
    let region =
        event("pay", &execution("pay", "r", "FAILED", 1)).replace("eu-central-1", "us-east-1");
    let answered = answer(&function, &["no json".into(), "{}".into(), foreign, region]).await;
    assert_eq!((answered.dropped, answered.failed.len(), answered.machines), (4, 0, 0));
    assert_eq!(cloud.values("Guardian_Dropped"), [4.0]);
}

#[tokio::test(start_paused = true)]
async fn children_of_map_runs_and_machines_out_of_scope_are_ignored() {
    let cloud = Cloud::new();
    let scope = Scope::from_lists(Some("pay*"), None);
    let function = cloud.function(Settings { scope, ..Settings::default() });
    let child = event("pay", &execution("pay/label", "r", "FAILED", 1));
    let other = event("other", &execution("other", "r", "FAILED", 1));
    let answered = answer(&function, &[child, other]).await;
    assert_eq!((answered.ignored, answered.dropped), (2, 0));
    assert!(cloud.row("pay").is_none() && cloud.row("other").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_the_roster_has_not_seen_gets_its_row_and_its_notification() {
    let (cloud, function) = cloud();
    answer(&function, &[event("new", &execution("new", "r", "FAILED", 10))]).await;
    let row = cloud.row("new").unwrap();
    assert_eq!(row.shown.unwrap().light, Light::Red);
    assert_eq!(cloud.subjects(), ["RED new: FAILED in Charge"]);
}

#[tokio::test(start_paused = true)]
async fn a_date_ahead_of_the_clock_is_held_to_it() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let far = execution("pay", "far", "FAILED", -86_400);
    answer(&function, &[event("pay", &far)]).await;
    let at_ms = cloud.row("pay").unwrap().finished[0].start_ms;
    assert!(at_ms <= cloud.now_ms() + 60_000);
    // A later success clears it after that minute.
    pass(120).await;
    answer(&function, &[event("pay", &execution("pay", "good", "SUCCEEDED", -110))]).await;
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Green);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_comes_later_does_not_take_over_a_light() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let name = "pay-step-function";
    let answered = answer(&function, &[event(name, &execution(name, "r", "FAILED", 1))]).await;
    assert_eq!((answered.ignored, answered.machines), (1, 1));
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Green);
    // Of two that are new the roster says which has the key.
    cloud.machine("bill-step-function", Vec::new());
    cloud.machine("bill", Vec::new());
    cloud.state().machines.get_mut(&arn("bill-step-function")).unwrap().created_ms = Some(5);
    cloud.state().machines.get_mut(&arn("bill")).unwrap().created_ms = Some(1);
    let late = "bill-step-function";
    let answered = answer(&function, &[event(late, &execution(late, "r", "FAILED", 1))]).await;
    assert_eq!(answered.ignored, 1);
    assert!(cloud.row("bill").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_status_of_a_later_version_holds_the_light() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    answer(&function, &[event("pay", &execution("pay", "odd", "PAUSED", 1))]).await;
    let row = cloud.row("pay").unwrap();
    assert!(row.unknown.is_some());
    assert_eq!(row.shown.unwrap().light, Light::Green);
}

#[tokio::test(start_paused = true)]
async fn a_first_failure_waits_for_its_time_to_settle_and_is_notified_by_the_tick() {
    let declared = Declared { settle_s: Some(60), ..Declared::default() };
    let watch = Watch { defaults: declared, ..Watch::default() };
    let (cloud, function) = green(&["pay"], Settings { watch, ..Settings::default() }).await;
    let run = execution("pay", "bad", "FAILED", 1);
    answer(&function, &[event("pay", &run)]).await;
    assert!(cloud.subjects().is_empty());
    assert_eq!(cloud.row("pay").unwrap().shown.unwrap().light, Light::Green);
    pass(30).await;
    tick(&function).await;
    assert!(cloud.subjects().is_empty());
    pass(40).await;
    cloud.state().executions.get_mut(&arn("pay")).unwrap().insert(0, run);
    tick(&function).await;
    assert_eq!(cloud.subjects(), ["RED pay: FAILED in Charge"]);
    assert_eq!(cloud.values("pay_Status").last(), Some(&3.0));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_succeeds_in_time_is_never_notified() {
    let declared = Declared { settle_s: Some(60), ..Declared::default() };
    let watch = Watch { defaults: declared, ..Watch::default() };
    let (cloud, function) = green(&["pay"], Settings { watch, ..Settings::default() }).await;
    answer(&function, &[event("pay", &execution("pay", "bad", "FAILED", 1))]).await;
    pass(20).await;
    answer(&function, &[event("pay", &execution("pay", "good", "SUCCEEDED", -20))]).await;
    pass(100).await;
    tick(&function).await;
    assert_eq!((cloud.subjects(), cloud.incidents()), (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn repeated_failures_are_notified_as_often_as_asked_and_then_the_recovery() {
    let declared = Declared { renotify_every: Some(3), ..Declared::default() };
    let watch = Watch { defaults: declared, ..Watch::default() };
    let (cloud, function) = green(&["pay"], Settings { watch, ..Settings::default() }).await;
    for n in 0..7 {
        let run = execution("pay", &format!("bad{n}"), "FAILED", 100 - n);
        answer(&function, &[event("pay", &run)]).await;
    }
    answer(&function, &[event("pay", &execution("pay", "good", "SUCCEEDED", 50))]).await;
    assert_eq!(
        cloud.subjects(),
        [
            "RED pay: FAILED in Charge",
            "RED pay: FAILED, 4 failures in a row",
            "RED pay: FAILED, 7 failures in a row",
            "GREEN pay: recovered",
        ]
    );
    let incidents = cloud.incidents();
    assert_eq!(incidents.len(), 1);
    assert!(incidents[0].end_ms.is_some() && incidents[0].state.as_deref() == Some("Charge"));
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_is_refused_by_one_way_waits_for_that_way_alone() {
    let settings = Settings { event_bus: Some("bus".into()), ..Settings::default() };
    let (cloud, function) = green(&["pay"], settings).await;
    cloud.refuse("PutEvents", Kind::Permanent, "AccessDeniedException");
    let bad = event("pay", &execution("pay", "bad", "FAILED", 10));
    answer(&function, &[bad]).await;
    assert_eq!(cloud.state().notices.len(), 1);
    assert_eq!(cloud.values("Guardian_Unsent"), [1.0]);
    let pending = cloud.row("pay").unwrap().outbox;
    assert_eq!((pending.len(), pending[0].topic, pending[0].bus), (1, false, true));
    cloud.allow("PutEvents");
    pass(130).await;
    tick(&function).await;
    let ways: Vec<Way> = cloud.state().notices.iter().map(|(way, ..)| *way).collect();
    assert_eq!(ways, [Way::Topic, Way::Bus]);
    assert!(cloud.row("pay").unwrap().outbox.is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_the_history_a_message_has_what_the_event_said_and_no_cause_if_redacted() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    cloud.refuse("GetExecutionHistory", Kind::Permanent, "AccessDeniedException");
    answer(&function, &[event("pay", &execution("pay", "bad", "FAILED", 10))]).await;
    let text = cloud.state().notices[0].2.text.clone();
    assert!(text.contains("FromEvent") && text.contains("said the event"), "{text}");

    let redacted = Settings { redact_cause: true, ..Settings::default() };
    let (cloud, function) = green(&["pay"], redacted).await;
    answer(&function, &[event("pay", &execution("pay", "bad", "FAILED", 10))]).await;
    let text = cloud.state().notices[0].2.text.clone();
    assert!(!text.contains("said the event") && text.contains("left out"), "{text}");
    assert!(!serde_json::to_string(&cloud.row("pay").unwrap()).unwrap().contains("said the"));
}

#[tokio::test(start_paused = true)]
async fn a_storm_is_one_message_with_the_worst_of_it() {
    let names: Vec<String> = (0..30).map(|n| format!("m{n:02}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let settings = Settings { event_bus: Some("bus".into()), ..Settings::default() };
    let (cloud, function) = green(&all, settings).await;
    let bodies: Vec<String> =
        all.iter().map(|name| event(name, &execution(name, "bad", "FAILED", 10))).collect();
    answer(&function, &bodies).await;
    assert_eq!(
        cloud.subjects().iter().filter(|s| s.starts_with("RED: 30 machines red")).count(),
        1
    );
    // A program that listens to the bus takes each change for itself.
    let on_bus = cloud.state().notices.iter().filter(|(way, ..)| *way == Way::Bus).count();
    assert_eq!(on_bus, 30);
    assert!(all.iter().all(|name| cloud.row(name).unwrap().outbox.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn a_drill_goes_by_every_way_and_touches_no_row() {
    let settings = Settings { event_bus: Some("bus".into()), ..Settings::default() };
    let (cloud, function) = green(&["pay"], settings).await;
    let version = cloud.row("pay").unwrap().version;
    let handler = Handler::new(function);
    let payload = json!({"guardian": "drill", "machine": "pay", "by": "ann"});
    let answer = handler.handle(&payload, 0).await.unwrap();
    let sent: Value = serde_json::to_value(&answer).unwrap();
    assert_eq!(sent["drill"].as_array().unwrap().len(), 2);
    assert_eq!(cloud.row("pay").unwrap().version, version);
    assert!(cloud.subjects().iter().all(|subject| subject.starts_with("DRILL")));
}

#[tokio::test(start_paused = true)]
async fn an_event_straight_from_the_bus_is_an_error_if_it_could_not_be_dealt_with() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    let handler = Handler::new(function);
    let payload: Value =
        serde_json::from_str(&event("pay", &execution("pay", "bad", "FAILED", 1))).unwrap();
    cloud.refuse("BatchGetItem", Kind::Permanent, "ResourceNotFoundException");
    assert!(handler.handle(&payload, 0).await.is_err());
    cloud.allow("BatchGetItem");
    assert!(handler.handle(&payload, 0).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_the_queue_is_answered_by_the_ids_that_failed() {
    let (cloud, function) = green(&["pay"], Settings::default()).await;
    cloud.refuse("BatchGetItem", Kind::Transient, "InternalServerError");
    let answered = function
        .answer(&messages(&[event("pay", &execution("pay", "x", "FAILED", 1))]), cloud::TIMEOUT)
        .await;
    assert_eq!(answered.failed, ["0"]);
}
