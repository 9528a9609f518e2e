//! Batches of events against the rows of a table in memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{
    Account, Cloud, NOW_MS, QUEUE, TIMEOUT, answer, arn, detail, event, execution, function, key,
    pass, settings,
};
use guardian_contract::{Declared, Light, Row, Scope, Watch};
use guardian_lambda::{Execution, Handler, Kind, Settings, Way};
use serde_json::{Value, json};
use std::sync::Arc;

/// A cloud whose table has the rows of these machines, each green since a run ten minutes ago.
fn green(names: &[&str]) -> Arc<Cloud> {
    let cloud = Cloud::new(Account::default());
    for name in names {
        let good = execution(name, 1, "SUCCEEDED", 600);
        cloud.list(name, vec![good]);
        cloud.put_row(&row(name, &["SUCCEEDED"]));
    }
    cloud
}

/// A row with runs of these statuses, one a minute, the last ten minutes ago.
fn row(name: &str, statuses: &[&str]) -> Row {
    let mut row = Row::new(key(name), arn(name), NOW_MS - 86_400_000);
    let count = statuses.len();
    for (number, status) in statuses.iter().enumerate() {
        let age_s = 600 + 60 * i64::try_from(count - number - 1).unwrap();
        let Execution { arn, start_ms, stop_ms, .. } = execution(name, number + 1, status, age_s);
        let status = guardian_contract::Status::parse(status).unwrap();
        let run = guardian_contract::Run {
            arn,
            status,
            start_ms,
            stop_ms,
            redrive_ms: None,
            redrive_count: 0,
        };
        row.hear([run], NOW_MS);
    }
    let rules = guardian_contract::Rules {
        aborted: guardian_contract::Aborted::Red,
        settle_ms: 0,
        renotify_every: 0,
        topic: false,
        bus: false,
        notify_on: guardian_contract::NotifyOn::DEFAULT,
    };
    row.decide(&rules, NOW_MS - 500_000);
    row.written_ms = NOW_MS - 500_000;
    row
}

fn with_bus() -> Settings {
    Settings { event_bus: Some("bus".into()), ..settings() }
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_written_once_a_batch_and_step_functions_is_not_asked_for_it() {
    let cloud = green(&["m"]);
    let failed = execution("m", 2, "FAILED", 5);
    let bodies = vec![event("m", &failed); 20];
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.machines, answered.written, answered.changed), (1, 1, 1));
    assert_eq!(answered.failed.len(), 0);
    assert_eq!(cloud.values("m_Status"), [3.0]);
    assert_eq!(cloud.values("Guardian_TurnedBad"), [1.0]);
    assert_eq!((cloud.count("ListExecutions"), cloud.count("DescribeExecution")), (0, 0));
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);
    let row = cloud.row("m");
    assert!(row.outbox.is_empty(), "{:?}", row.outbox);
    assert_eq!(row.shown.unwrap().light, Light::Red);
    // The same event again changes nothing, even in a new process.
    let again = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((again.written, again.published, again.notified), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_costs_nothing() {
    let cloud = green(&["m"]);
    let scope = Scope::from_lists(None, Some("tmp-*"));
    let settings = Settings { scope, ..settings() };
    let mut child = execution("m", 7, "FAILED", 1);
    child.arn = child.arn.replace(":m:", ":m/label:");
    let bodies = [
        event("tmp-1", &execution("tmp-1", 2, "FAILED", 1)),
        event("m", &child),
        json!({"guardian": "confirm", "machine_arn": arn("m")}).to_string(),
        "garbage".to_owned(),
    ];
    let answered = answer(&function(&cloud, settings.clone()), &bodies).await;
    assert_eq!((answered.machines, answered.ignored, answered.dropped), (0, 3, 1));
    assert!(answered.failed.is_empty() && cloud.count("UpdateItem") == 0);
    assert_eq!(cloud.values("Guardian_Dropped"), [1.0]);
    // A success after a success is published, without a notification.
    answer(&function(&cloud, settings), &[event("m", &execution("m", 2, "SUCCEEDED", 1))]).await;
    assert_eq!(cloud.values("m_Status"), [2.0]);
    assert!(cloud.subjects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_under_way_marks_the_row_and_leaves_the_light() {
    let cloud = green(&["m"]);
    let started = execution("m", 2, "RUNNING", 1);
    let answered = answer(&function(&cloud, settings()), &[event("m", &started)]).await;
    assert_eq!((answered.written, answered.changed), (1, 0));
    let row = cloud.row("m");
    assert_eq!((row.under_way().count(), row.shown.unwrap().light), (1, Light::Green));
    assert_eq!(cloud.values("m_Status"), [2.0]);
}

#[tokio::test(start_paused = true)]
async fn only_the_messages_of_a_machine_whose_row_is_not_written_come_again() {
    for (kind, code) in [
        (Kind::Permanent, "AccessDeniedException"),
        (Kind::Throttled, "ThrottlingException"),
        (Kind::Transient, "InternalServerError"),
    ] {
        let cloud = green(&["ok", "denied"]);
        cloud.refuse("UpdateItem denied", kind, code);
        let bodies = [
            event("denied", &execution("denied", 2, "FAILED", 2)),
            event("ok", &execution("ok", 2, "FAILED", 1)),
            event("denied", &execution("denied", 3, "FAILED", 1)),
        ];
        let handler = Handler::new(function(&cloud, settings()));
        let record = |(id, body): (usize, &String)| {
            json!({"messageId": format!("id{id}"),
            "body": body, "eventSource": "aws:sqs", "eventSourceARN": QUEUE})
        };
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let answer = handler.handle(&json!({"Records": records}), 0).await.unwrap();
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            json!({"batchItemFailures": [{"itemIdentifier": "id0"}, {"itemIdentifier": "id2"}]})
        );
        assert_eq!(cloud.values("ok_Status"), [3.0]);
        assert!(cloud.values("denied_Status").is_empty());
        assert!(cloud.values("Guardian_Dropped").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_above_its_size_limit_is_dropped_and_counted_and_stops_no_other() {
    let cloud = green(&["ok", "large"]);
    let mut large = row("large", &["SUCCEEDED"]);
    large.rest.insert("z".into(), json!("x".repeat(500_000)));
    cloud.put_row(&large);
    let bodies = ["large", "ok"].map(|name| event(name, &execution(name, 2, "FAILED", 1)));
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.dropped, answered.written), (1, 1));
    assert_eq!(answered.failed, [""; 0]);
    assert_eq!(cloud.values("Guardian_Dropped"), [1.0]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_cannot_be_read_holds_back_its_own_messages_alone() {
    let cloud = green(&["ok", "broken"]);
    cloud.put(&guardian_lambda::Key::of_machine(&key("broken")), "{".to_owned());
    let bodies = ["broken", "ok"].map(|name| event(name, &execution(name, 2, "FAILED", 1)));
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.failed, answered.written), (vec!["0".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn rows_of_a_newer_schema_are_not_written() {
    let cloud = green(&["m"]);
    cloud.put_schema(2);
    let hint = [event("m", &execution("m", 2, "FAILED", 1))];
    let answered = answer(&function(&cloud, settings()), &hint).await;
    assert_eq!((answered.failed.len(), cloud.count("UpdateItem")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn unprocessed_keys_are_asked_for_again() {
    let names: Vec<String> = (0..100).map(|n| format!("m{n}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    cloud.account().chances.unprocessed = 0.5;
    let bodies: Vec<String> =
        names.iter().map(|name| event(name, &execution(name, 2, "FAILED", 1))).collect();
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.written, answered.failed.len()), (100, 0));
    assert!(cloud.count("BatchGetItem") > 2);
    // No machine is mistaken for one without a row.
    assert!(cloud.rows().iter().all(|row| row.finished.len() == 2));
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_is_lost_is_done_once_and_notified_once() {
    for seed in 0..50 {
        let mut account = Account::default();
        account.chances.lost = 0.7;
        let cloud = Cloud::seeded(account, seed, NOW_MS);
        cloud.put_row(&row("m", &["SUCCEEDED"]));
        let hint = [event("m", &execution("m", 2, "FAILED", 1))];
        let function = function(&cloud, settings());
        while !answer(&function, &hint).await.failed.is_empty() {}
        // If an answer is lost for good, the tick sends the notification that waits.
        pass(150).await;
        function.tick(false, TIMEOUT).await.ok();
        let row = cloud.row("m");
        assert_eq!(row.shown.unwrap().light, Light::Red, "{seed}");
        assert_eq!(row.finished.len(), 2, "{seed}");
        assert_eq!(cloud.incidents().len(), 1, "{seed}");
        assert!(!cloud.subjects().is_empty(), "{seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn writers_that_meet_at_one_row_keep_what_each_has_heard() {
    let cloud = Cloud::new(Account { jitter: true, ..Account::default() });
    cloud.put_row(&row("m", &["SUCCEEDED"]));
    let tasks = (2..8).map(|number| {
        let cloud = Arc::clone(&cloud);
        async move {
            let age_s = 60 - i64::try_from(number).unwrap();
            let hint = [event("m", &execution("m", number, "FAILED", age_s))];
            answer(&function(&cloud, settings()), &hint).await
        }
    });
    let answered = futures_util::future::join_all(tasks).await;
    assert!(answered.iter().all(|one| one.failed.is_empty()));
    let row = cloud.row("m");
    assert_eq!(row.finished.len(), 7);
    assert_eq!(answered.iter().map(|one| one.changed).sum::<usize>(), 1);
    assert_eq!(cloud.subjects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_machine_that_came_later_does_not_take_over_a_light() {
    let (old, new) = ("col", "col-step-function");
    let hint = [event(new, &execution(new, 1, "SUCCEEDED", 1))];
    let account = || {
        let mut account = Account::default();
        account.list(old, vec![execution(old, 1, "FAILED", 600)]);
        account.list(new, vec![]);
        account.machines[1].created_ms = Some(5);
        account
    };
    let wide = || Settings { scope: Scope::from_lists(Some("col*"), None), ..settings() };
    // The row names its machine.
    let cloud = Cloud::new(account());
    cloud.put_row(&row(old, &["FAILED"]));
    let answered = answer(&function(&cloud, wide()), &hint).await;
    assert_eq!((answered.ignored, answered.published), (1, 0));
    assert_eq!(cloud.count("ListStateMachines"), 0);
    // Without a row it is not known which of the two is older, and it cannot be read.
    let cloud = Cloud::new(account());
    cloud.refuse("ListStateMachines", Kind::Permanent, "AccessDeniedException");
    let unknown = answer(&function(&cloud, wide()), &hint).await;
    assert_eq!((unknown.failed.len(), unknown.published), (1, 0));
    cloud.heal();
    let answered = answer(&function(&cloud, wide()), &hint).await;
    assert_eq!((answered.ignored, answered.published), (1, 0));
    // A machine that the stack names needs no check, and another one with its key is ignored.
    let scope = Scope::from_lists(Some("col*,col-step-function"), None);
    let cloud = Cloud::new(account());
    let watcher = function(&cloud, Settings { scope, ..settings() });
    let both = [hint[0].clone(), event(old, &execution(old, 2, "FAILED", 1))];
    let answered = answer(&watcher, &both).await;
    assert_eq!((answered.ignored, answered.calls["ListStateMachines"]), (1, 0));
    assert_eq!(cloud.values("col_Status"), [2.0]);
}

#[tokio::test(start_paused = true)]
async fn two_machines_of_one_key_in_one_batch_are_one_key_of_the_read() {
    // In the order of the ARNs there is another one between them.
    let names = ["col", "col-a", "col-step-function"];
    let cloud = green(&names[..2]);
    let bodies = names.map(|name| event(name, &execution(name, 2, "FAILED", 1)));
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.written, answered.ignored, answered.failed.len()), (2, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_point_that_is_not_through_is_published_by_the_next_tick() {
    let cloud = green(&["m"]);
    cloud.refuse("PutMetricData", Kind::Permanent, "AccessDenied");
    let function = function(&cloud, settings());
    let hint = [event("m", &execution("m", 2, "FAILED", 1))];
    let answered = answer(&function, &hint).await;
    assert_eq!((answered.failed.len(), answered.published), (0, 0));
    cloud.heal();
    pass(50).await;
    function.tick(false, TIMEOUT).await.unwrap();
    assert_eq!(cloud.alarm("m"), Some(true));
}

#[tokio::test(start_paused = true)]
async fn what_a_topic_did_not_take_waits_in_the_row_for_the_tick() {
    for (call, kind, unsent) in [
        ("Publish", Kind::Transient, 0),
        ("Publish", Kind::Throttled, 0),
        ("Publish", Kind::Permanent, 1),
        ("GetExecutionHistory", Kind::Permanent, 0),
    ] {
        let cloud = green(&["m"]);
        cloud.refuse(call, kind, "Refused");
        let function = function(&cloud, settings());
        let hint = [event("m", &execution("m", 2, "FAILED", 1))];
        let answered = answer(&function, &hint).await;
        assert_eq!(answered.failed.len(), 0, "{call} {kind:?}");
        assert_eq!(cloud.values("Guardian_Unsent").len(), unsent, "{call} {kind:?}");
        let waits = usize::from(call == "Publish");
        assert_eq!(cloud.row("m").outbox.len(), waits, "{call} {kind:?}");
        cloud.heal();
        answer(&function, &hint).await;
        pass(130).await;
        function.tick(false, TIMEOUT).await.unwrap();
        pass(130).await;
        function.tick(false, TIMEOUT).await.unwrap();
        assert_eq!(cloud.subjects().len(), 1, "{call} {kind:?}");
        assert!(cloud.row("m").outbox.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_through_by_one_way_waits_for_the_other_alone() {
    for (call, kind) in [
        ("PutEvents", Kind::Transient),
        ("Publish", Kind::Transient),
        ("Publish", Kind::Throttled),
        ("PutEvents", Kind::Permanent),
    ] {
        let cloud = green(&["m"]);
        cloud.refuse(call, kind, "Refused");
        let function = function(&cloud, with_bus());
        let hint = [event("m", &execution("m", 2, "FAILED", 1))];
        let sent = || (cloud.sent(Way::Topic).len(), cloud.sent(Way::Bus).len());
        let answered = answer(&function, &hint).await;
        assert_eq!((answered.failed.len(), answered.notified), (0, 1), "{call} {kind:?}");
        assert_eq!(sent(), if call == "PutEvents" { (1, 0) } else { (0, 1) });
        cloud.heal();
        pass(130).await;
        function.tick(false, TIMEOUT).await.unwrap();
        assert_eq!(sent(), (1, 1), "{call} {kind:?}");
        assert_eq!(answer(&function, &hint).await.notified, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_drill_goes_by_every_way_and_touches_no_light() {
    let cloud = green(&["m"]);
    cloud.refuse("PutEvents", Kind::Permanent, "Refused");
    let handler = Handler::new(function(&cloud, with_bus()));
    let ask = json!({"guardian": "drill", "machine": "m", "by": "ann"});
    let answer = handler.handle(&ask, 0).await.unwrap();
    let expected = json!({"drill": [
        {"way": "topic", "to": "topic", "id": "id", "error": null},
        {"way": "bus", "to": "bus", "id": null, "error": "Refused: said the fake"},
    ]});
    assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
    assert_eq!(cloud.subjects(), ["DRILL, not real: m"]);
    assert!(cloud.account().points.is_empty() && cloud.count("UpdateItem") == 0);
    assert_eq!(cloud.count("ListExecutions"), 0);
    // A payload that cannot be read does not start a sweep either.
    let refused = handler.handle(&json!({"guardian": "drill"}), 0).await.unwrap_err();
    assert!(refused.to_string().contains("machine"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_bus_is_notified_without_a_topic_and_nothing_is_sent_without_either() {
    for (event_bus, expected) in [(Some("bus".to_owned()), 1), (None, 0)] {
        let cloud = green(&["m"]);
        let settings = Settings { event_bus, topic_arn: None, ..settings() };
        let function = function(&cloud, settings);
        let answered = answer(&function, &[event("m", &execution("m", 2, "FAILED", 1))]).await;
        assert_eq!((answered.notified, cloud.sent(Way::Bus).len()), (expected, expected));
        // The row keeps the reason, for the board.
        assert_eq!(answered.calls["GetExecutionHistory"], 1);
        assert_eq!(cloud.row("m").why.unwrap().state.as_deref(), Some("Charge"));
        assert!(cloud.subjects().is_empty() && cloud.row("m").outbox.is_empty());
        if let Some(notice) = cloud.sent(Way::Bus).first() {
            assert_eq!(notice.event.resources, [arn("m")]);
            let detail = detail(notice);
            assert!(detail["state"] == "Charge" && detail["before"] == "green", "{detail}");
            assert_eq!(detail["incident"], cloud.incidents()[0].id());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_the_history_has_what_the_event_said() {
    let cloud = green(&["m"]);
    cloud.refuse("GetExecutionHistory", Kind::Permanent, "AccessDeniedException");
    let hint = [event("m", &execution("m", 2, "TIMED_OUT", 1))];
    answer(&function(&cloud, settings()), &hint).await;
    let notice = cloud.sent(Way::Topic)[0].clone();
    assert_eq!(notice.subject, "RED m: TIMED_OUT");
    assert!(notice.text.contains("FromEvent") && notice.text.contains("said the event"));
}

#[tokio::test(start_paused = true)]
async fn a_cause_that_is_redacted_is_neither_sent_nor_kept() {
    let cloud = green(&["m"]);
    let redacted = Settings { redact_cause: true, ..with_bus() };
    let hint = [event("m", &execution("m", 2, "FAILED", 1))];
    answer(&function(&cloud, redacted), &hint).await;
    assert!(cloud.sent(Way::Topic)[0].text.contains("left out, as configured"));
    assert_eq!(detail(&cloud.sent(Way::Bus)[0])["redacted"], true);
    let account = cloud.account();
    let said = |text: &str| {
        let records = account.records.values().any(|r| r.item.document.contains(text));
        records || account.notices.iter().any(|(_, _, n)| n.text.contains(text))
    };
    assert!(!said("said the event") && !said("said the history"));
    assert!(said("FromHistory"));
}

#[tokio::test(start_paused = true)]
async fn a_first_failure_waits_for_its_time_to_settle_and_is_notified_then() {
    let settle = || {
        let defaults = Declared { settle_s: Some(300), ..Declared::default() };
        Settings { watch: Watch { defaults, ..Watch::default() }, ..settings() }
    };
    let failed = execution("m", 2, "FAILED", 10);
    let cloud = green(&["m"]);
    cloud.list("m", vec![failed.clone(), execution("m", 1, "SUCCEEDED", 600)]);
    let function = function(&cloud, settle());
    let answered = answer(&function, &[event("m", &failed)]).await;
    // Until then the light keeps its state, which is published.
    assert_eq!((answered.changed, cloud.values("m_Status")), (0, vec![2.0]));
    let mut ticks = 0;
    while cloud.subjects().is_empty() && ticks < 9 {
        pass(60).await;
        ticks += 1;
        function.tick(false, TIMEOUT).await.unwrap();
    }
    // It ended nine and a half seconds ago.
    assert_eq!((ticks, cloud.last("m_Status")), (5, Some(3.0)));
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);

    // Retried in time, it is not notified.
    let cloud = green(&["m"]);
    let retried = execution("m", 3, "SUCCEEDED", 4);
    let bodies = [event("m", &failed), event("m", &retried)];
    answer(&self::function(&cloud, settle()), &bodies).await;
    assert_eq!(cloud.values("m_Status"), [2.0]);
    assert!(cloud.subjects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_storm_is_one_message_to_people_and_each_change_to_the_bus() {
    let names: Vec<String> = (0..30).map(|n| format!("m{n}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let bodies: Vec<String> =
        names.iter().map(|name| event(name, &execution(name, 2, "FAILED", 1))).collect();
    let answered = answer(&function(&cloud, with_bus()), &bodies).await;
    assert_eq!((answered.changed, cloud.subjects().len()), (30, 1));
    assert_eq!(cloud.sent(Way::Bus).len(), 30);
    assert!(cloud.sent(Way::Topic)[0].text.contains("20 more"), "{:?}", cloud.sent(Way::Topic));
    assert!(cloud.rows().iter().all(|row| row.outbox.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn twenty_changes_are_a_message_each_and_one_more_makes_a_digest() {
    for (count, messages) in [(20, 20), (21, 1)] {
        let names: Vec<String> = (0..count).map(|n| format!("m{n}")).collect();
        let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let bodies: Vec<String> =
            names.iter().map(|name| event(name, &execution(name, 2, "FAILED", 1))).collect();
        answer(&function(&cloud, settings()), &bodies).await;
        assert_eq!(cloud.subjects().len(), messages, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_writes_four_hundred_rows_a_second_at_most() {
    let names: Vec<String> = (0..1_000).map(|n| format!("m{n:04}")).collect();
    let cloud = green(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let bodies: Vec<String> =
        names.iter().map(|name| event(name, &execution(name, 2, "SUCCEEDED", 1))).collect();
    assert_eq!(answer(&function(&cloud, settings()), &bodies).await.written, 1_000);
    let writes = cloud.account().calls["UpdateItem"].clone();
    let busiest = writes
        .iter()
        .map(|from| writes.iter().filter(|at| (*from..from + 1_000).contains(*at)).count())
        .max();
    assert!(busiest.is_some_and(|most| (300..=408).contains(&most)), "{busiest:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_of_another_account_is_dropped_and_counted() {
    let cloud = green(&["m"]);
    let hint = event("m", &execution("m", 2, "FAILED", 1)).replace("123456789012", "999999999999");
    let answered = answer(&function(&cloud, settings()), &[hint]).await;
    assert_eq!((answered.dropped, answered.failed.len(), answered.written), (1, 0, 0));
    assert_eq!(cloud.values("Guardian_Dropped"), [1.0]);
    assert_eq!(cloud.row("m").finished.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn malformed_events_are_dropped_and_counted_and_the_others_are_taken() {
    let cloud = green(&["m"]);
    let good = event("m", &execution("m", 2, "FAILED", 1));
    let mut without: Value = serde_json::from_str(&good).unwrap();
    without["detail"]["startDate"] = json!("yesterday");
    let bodies = ["".to_owned(), "[]".to_owned(), without.to_string(), good];
    let answered = answer(&function(&cloud, settings()), &bodies).await;
    assert_eq!((answered.dropped, answered.written, answered.failed.len()), (3, 1, 0));
    assert_eq!(cloud.values("Guardian_Dropped"), [3.0]);
    assert_eq!(cloud.values("m_Status"), [3.0]);
}

#[tokio::test(start_paused = true)]
async fn a_message_of_the_version_without_a_table_is_passed_over_and_asks_for_no_sweep() {
    let cloud = green(&["m"]);
    // The message that the version without a table sent itself, to read a machine again.
    let message = json!({
        "guardian": "confirm", "v": 1, "hop": 0, "machine_arn": arn("m"), "settling": false,
        "runs": [{"arn": "x", "status": "FAILED", "start_ms": 1, "stop_ms": 2}],
    });
    let handler = Handler::new(function(&cloud, settings()));
    let record = json!({"eventSource": "aws:sqs", "messageId": "1", "body": message.to_string()});
    let answer = handler.handle(&json!({"Records": [record]}), 0).await.unwrap();
    // It is not delivered again, and an update raises no alarm on dropped messages.
    assert_eq!(serde_json::to_value(&answer).unwrap(), json!({"batchItemFailures": []}));
    assert!(cloud.values("Guardian_Dropped").is_empty());
    let refused = handler.handle(&message, 0).await.unwrap_err().to_string();
    assert!(refused.contains("does not know the payload"), "{refused}");
    for call in ["ListStateMachines", "ListExecutions", "UpdateItem"] {
        assert_eq!(cloud.count(call), 0, "{call}");
    }
    assert_eq!(cloud.subjects(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_event_from_the_future_outranks_what_happens_for_a_minute_at_most() {
    let cloud = green(&["m"]);
    let failed = execution("m", 2, "FAILED", -86_400);
    let function = function(&cloud, settings());
    answer(&function, &[event("m", &failed)]).await;
    assert_eq!(cloud.values("m_Status"), [3.0]);
    let row = cloud.row("m");
    assert!(row.finished[0].changed_ms() <= NOW_MS + 60_000);
    pass(120).await;
    answer(&function, &[event("m", &execution("m", 3, "SUCCEEDED", -90))]).await;
    assert_eq!(cloud.last("m_Status"), Some(2.0));
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_machine_missing_from_the_roster_makes_its_row() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    function.tick(false, TIMEOUT).await.unwrap();
    let answered = answer(&function, &[event("new", &execution("new", 1, "FAILED", 1))]).await;
    assert_eq!((answered.written, answered.failed.len()), (1, 0));
    assert_eq!(cloud.values("new_Status"), [3.0]);
    // What has just happened is notified, although nothing was known before.
    assert_eq!(cloud.subjects(), ["RED new: FAILED in Charge"]);
    // A roster that does not have the machine yet does not treat it as deleted.
    function.tick(true, TIMEOUT).await.unwrap();
    assert_eq!(cloud.row("new").shown.unwrap().light, Light::Red);
}

#[tokio::test(start_paused = true)]
async fn runs_that_end_with_their_machine_change_no_light_and_a_new_machines_do() {
    let cloud = green(&["m"]);
    let mut gone = cloud.row("m");
    gone.gone(NOW_MS - 30_000);
    cloud.put_row(&gone);
    let function = function(&cloud, settings());
    let aborted = event("m", &execution("m", 2, "ABORTED", 60));
    let answered = answer(&function, &[aborted]).await;
    assert_eq!((answered.written, answered.changed, answered.failed.len()), (0, 0, 0));
    answer(&function, &[event("m", &execution("m", 3, "FAILED", 5))]).await;
    let row = cloud.row("m");
    assert_eq!((row.gone_ms, row.shown.unwrap().light), (None, Light::Red));
}

#[tokio::test(start_paused = true)]
async fn a_busy_machine_is_written_every_half_minute_and_its_failure_at_once() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    let mut written = 0;
    for second in 0..120_i64 {
        pass(1).await;
        let number = usize::try_from(second).unwrap() + 2;
        let run = execution("m", number, "SUCCEEDED", -second);
        written += answer(&function, &[event("m", &run)]).await.written;
    }
    // The first eight runs show that the machine is busy.
    assert!((10..=13).contains(&written), "{written}");
    pass(1).await;
    let failed = execution("m", 200, "FAILED", -120);
    assert_eq!(answer(&function, &[event("m", &failed)]).await.changed, 1);
    assert_eq!(cloud.last("m_Status"), Some(3.0));
}

#[tokio::test(start_paused = true)]
async fn a_success_is_not_left_out_where_an_older_run_may_yet_fail() {
    let cloud = green(&["m"]);
    let function = function(&cloud, settings());
    // The older one began first and ends last: it does not decide.
    let mut older = execution("m", 9, "FAILED", 20);
    older.stop_ms = Some(NOW_MS + 9_000);
    answer(&function, &[event("m", &execution("m", 2, "SUCCEEDED", 25))]).await;
    pass(1).await;
    answer(&function, &[event("m", &execution("m", 3, "SUCCEEDED", 10))]).await;
    pass(10).await;
    let answered = answer(&function, &[event("m", &older)]).await;
    assert_eq!(answered.changed, 0);
    assert!(cloud.subjects().is_empty());
}
