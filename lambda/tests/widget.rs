//! The dashboard's widget on a table in memory: the answers to the console's payloads, the calls that
//! they need, and the answer when the table cannot be read.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{Account, Cloud, NOW_MS, Port, error, settings};
use guardian_board::{Acknowledgement, sample};
use guardian_contract::Row;
use guardian_contract::table::{ACKNOWLEDGED, FLEET, Fleet, GENERAL, SCHEMA_KEY};
use guardian_lambda::{
    Caller, Clock, Key, Kind, Rendered, Settings, Table, Widget, Write, Written,
};
use lambda_runtime::Diagnostic;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::sleep;

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456789012:function:shop-dev-board";
/// A response of a function [Lambda quotas].
const MAX_RESPONSE: usize = 6_291_456;

async fn put<R: Serialize>(cloud: &Arc<Cloud>, key: Key, record: &R) {
    put_text(cloud, key, serde_json::to_string(record).unwrap()).await;
}

async fn put_text(cloud: &Arc<Cloud>, key: Key, document: String) {
    let write = [Write { key, version: None, document: Some(document), expires_s: None }];
    let port = Port(Arc::clone(cloud));
    // The account in memory has the partitions' limits, too.
    while port.write(&write).await != Ok(Written::Done) {
        sleep(Duration::from_millis(100)).await;
    }
}

/// A table with this many of the sample's machines, acknowledgements and a tick a minute ago.
async fn table(machines: usize) -> Arc<Cloud> {
    let cloud = Cloud::new(Account::default());
    for (_, rows) in sample::tables(machines) {
        for row in &rows {
            put_text(&cloud, Key::of_machine(&row.key), row.encode()).await;
        }
    }
    for source in sample::sources(machines) {
        for ack in &source.acknowledgements {
            put(&cloud, Key::new(ACKNOWLEDGED, &ack.machine), ack).await;
        }
    }
    let fleet = Fleet { tick_ms: cloud.now_ms() - 60_000, ..Fleet::default() };
    put(&cloud, Key::new(GENERAL, FLEET), &fleet).await;
    cloud.account().calls.clear();
    cloud
}

fn widget(cloud: &Arc<Cloud>, settings: Settings) -> Widget<Port> {
    let at = Arc::clone(cloud);
    let clock =
        Clock::new(move || UNIX_EPOCH + Duration::from_millis(u64::try_from(at.now_ms()).unwrap()));
    Widget::new(Port(Arc::clone(cloud)), settings).with_clock(clock)
}

fn as_sampled() -> Settings {
    Settings { watch: sample::settings().watch, ..settings() }
}

/// What the console sends.
fn asked(parameters: &Value) -> Value {
    let mut payload = parameters.clone();
    payload["widgetContext"] = json!({
        "dashboardName": "d", "widgetId": "w", "accountId": "123456789012", "locale": "en",
        "theme": "dark", "width": 1_200, "height": 800, "params": parameters,
        "forms": {"all": {"q": "is:green"}},
    });
    payload
}

async fn shown(cloud: &Arc<Cloud>, settings: Settings, payload: &Value) -> String {
    let deadline_ms = u64::try_from(cloud.now_ms()).unwrap() + 10_000;
    let caller = Caller { function_arn: FUNCTION.to_owned(), deadline_ms };
    match widget(cloud, settings).answer(payload, &caller).await.unwrap() {
        Rendered::Html(html) => html,
        Rendered::Documentation { markdown } => panic!("{markdown}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_widget_has_each_machine_with_links_and_nothing_that_acts() {
    let cloud = table(8).await;
    let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
    for row in &sample::tables(8)[0].1 {
        assert!(html.contains(row.key.as_str()), "{}", row.key);
    }
    assert!(html.contains("class='g dark") && html.contains("acknowledged by ann"));
    assert!(html.contains("https://eu-west-1.console.aws.amazon.com/states/home"));
    for absent in ["<script", "<cwdb-action", "<form", "<iframe", "javascript:", "has stopped"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[tokio::test(start_paused = true)]
async fn texts_of_an_execution_or_a_person_become_no_element() {
    let cloud = table(100).await;
    for text in sample::HOSTILE {
        let ack = Acknowledgement {
            machine: "order-charge".to_owned(),
            by: text.to_owned(),
            at_ms: NOW_MS + 60_000,
            until_ms: NOW_MS + 3_600_000,
            why: text.to_owned(),
        };
        put(&cloud, Key::new(ACKNOWLEDGED, &ack.machine), &ack).await;
        let html = shown(&cloud, as_sampled(), &asked(&json!({"q": text, "theme": text}))).await;
        for element in ["<script", "<cwdb-action", "</title><h1", "</style><style", "onfocus='"] {
            assert!(!html.contains(element), "{element} by {text}");
        }
        assert!(!html.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\0']), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_filters_and_one_that_is_none_is_said() {
    let cloud = table(8).await;
    let html = shown(&cloud, as_sampled(), &asked(&json!({"q": "order-charge"}))).await;
    assert!(html.contains("showing 1 of 8"), "{html}");
    let theme = json!({"q": 5, "theme": "mauve"});
    let html = shown(&cloud, as_sampled(), &asked(&theme)).await;
    assert!(html.contains("parameter `q` is not a text"), "{html}");
    assert!(html.contains("auto, light or dark, not mauve"), "{html}");
    let html = shown(&cloud, as_sampled(), &asked(&json!({"theme": "light"}))).await;
    assert!(html.contains("class='g light"));
}

#[tokio::test(start_paused = true)]
async fn the_settings_of_the_stack_group_and_mute_the_machines() {
    let cloud = table(100).await;
    let groups = [("vip".to_owned(), vec!["order-charge".to_owned()].into())];
    let window = |hours: &str| guardian_contract::Mute {
        name: "nightly".into(),
        machines: vec!["order-*".to_owned()],
        schedule: format!("cron(0 {hours} * * *)"),
        duration_s: 3_600,
        timezone: None,
    };
    // The sample's time is 22:13.
    for (hours, muted) in [("22", true), ("23", false)] {
        let settings =
            Settings { groups: groups.clone().into(), mutes: vec![window(hours)], ..as_sampled() };
        let html = shown(&cloud, settings, &asked(&json!({}))).await;
        assert!(html.contains("vip"), "{html}");
        assert_eq!(html.contains("muted"), muted, "{html}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_that_cannot_be_read_is_a_readable_answer() {
    let cloud = table(8).await;
    let denied = error(Kind::Permanent, "AccessDeniedException");
    for name in ["Query", "Query m2", "Query g", "Query a"] {
        cloud.account().refused = [(name.to_owned(), denied.clone())].into();
        let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
        assert!(html.contains("cannot read 123456789012/eu-central-1: AccessDenied"), "{html}");
        assert!(html.contains("dynamodb:Query") && !html.contains("order-charge"), "{name}");
    }
    cloud.account().refused.clear();
    cloud.account().latency = Duration::from_secs(60);
    let began = cloud.now_ms();
    let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
    assert!(html.contains("cannot read 123456789012/eu-central-1"), "{html}");
    assert!(cloud.now_ms() - began < 10_000, "after Lambda has given up");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_read_is_said_and_the_others_are_shown() {
    let cloud = table(8).await;
    put_text(&cloud, Key::new("m1", "broken"), "{".to_owned()).await;
    put_text(&cloud, Key::new(ACKNOWLEDGED, "broken"), "[]".to_owned()).await;
    let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
    assert!(html.contains("cannot read 2 records") && html.contains("order-charge"), "{html}");
    put_text(&cloud, Key::new(GENERAL, SCHEMA_KEY), json!({"v": 99}).to_string()).await;
    let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
    assert!(html.contains("has schema 99") && !html.contains("order-charge"), "{html}");
}

#[tokio::test(start_paused = true)]
async fn it_describes_itself_and_any_other_payload_is_an_error_and_no_call() {
    let cloud = table(8).await;
    let widget = widget(&cloud, as_sampled());
    let caller = Caller::default();
    let described = widget.answer(&json!({"describe": true}), &caller).await.unwrap();
    let markdown = serde_json::to_value(&described).unwrap()["markdown"].clone();
    assert!(markdown.as_str().unwrap().contains("### Parameters"));
    for payload in [
        json!({}),
        json!(null),
        json!({"describe": "yes"}),
        json!({"trigger": "manual"}),
        json!({"Records": [{"eventSource": "aws:sqs", "body": "{}"}]}),
        json!({"widgetContext": "none"}),
        json!({"guardian": "drill"}),
    ] {
        let refused = widget.answer(&payload, &caller).await.unwrap_err();
        let message = refused.to_string();
        assert!(message.contains(&payload.to_string()) && message.contains("widgetContext"));
        assert_eq!(Diagnostic::from(refused).error_type, "Guardian.NotHandled");
    }
    assert!(cloud.account().calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_machines_take_a_query_a_megabyte_and_fit_a_response() {
    let cloud = table(10_000).await;
    let bytes: usize = {
        let account = cloud.account();
        account.records.values().map(|record| record.item.document.len()).sum()
    };
    let html = shown(&cloud, as_sampled(), &asked(&json!({}))).await;
    let answer = serde_json::to_vec(&Rendered::Html(html.clone())).unwrap();
    assert!(html.contains("of 10,000"), "{}", &html[..2_000]);
    assert!(answer.len() < 400_000 && answer.len() < MAX_RESPONSE, "{} bytes", answer.len());
    let queries = cloud.account().calls["Query"].len();
    assert!(queries <= 6 + bytes / 1_000_000, "{queries} queries for {bytes} bytes");
    assert_eq!(cloud.account().calls.len(), 1, "nothing but queries");
}

#[tokio::test(start_paused = true)]
async fn each_answer_is_read_anew() {
    let cloud = table(8).await;
    let widget = widget(&cloud, as_sampled());
    let caller = Caller { function_arn: FUNCTION.to_owned(), deadline_ms: 0 };
    for name in ["one-more", "and-another"] {
        let key = cloud::key(name);
        let row = Row::new(key.clone(), cloud::arn(name), NOW_MS);
        put_text(&cloud, Key::of_machine(&key), row.encode()).await;
        let answer = widget.answer(&asked(&json!({})), &caller).await.unwrap();
        let Rendered::Html(html) = answer else { panic!("{answer:?}") };
        assert!(html.contains(name));
    }
}
