//! What is notified beyond a light's change (`notify_on`), and what an acknowledgement holds back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{
    Account, Cloud, Function, NOW_MS, TIMEOUT, answer, detail, event, execution, execution_at,
    function, pass, settings,
};
use guardian_board::Acknowledgement;
use guardian_contract::table::ACKNOWLEDGED;
use guardian_contract::{Declared, Format, Occasion, Route, Routes, Watch};
use guardian_lambda::{Key, Kind, Settings, Way};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;

fn declaring(defaults: Declared) -> Settings {
    Settings { watch: Watch { defaults, ..Watch::default() }, ..settings() }
}

fn on(occasions: &[Occasion]) -> Settings {
    declaring(Declared { notify_on: Some(occasions.to_vec()), ..Declared::default() })
}

/// Every failure after the first is notified again.
fn renotifying() -> Settings {
    declaring(Declared { renotify_every: Some(1), ..Declared::default() })
}

/// A cloud with a machine `m` that has been green for ten minutes, and a table that knows it.
async fn green(settings: Settings) -> (Arc<Cloud>, Function) {
    let cloud = Cloud::new(Account::default());
    cloud.list("m", vec![execution("m", 1, "SUCCEEDED", 600)]);
    let function = function(&cloud, settings);
    ticks(&function, 2).await;
    (cloud, function)
}

async fn ticks(function: &Function, count: usize) {
    for _ in 0..count {
        function.tick(false, TIMEOUT).await.unwrap_or_else(|error| panic!("{error}"));
        pass(60).await;
    }
}

/// The machine's next run ends now, and its event comes.
async fn ends(cloud: &Cloud, function: &Function, number: usize, status: &str) -> String {
    let body = event("m", &execution_at("m", number, status, cloud.now_ms() - 500));
    let answered = answer(function, std::slice::from_ref(&body)).await;
    assert!(answered.failed.is_empty(), "{answered:?}");
    pass(5).await;
    body
}

fn acknowledge(cloud: &Cloud, at_ms: i64, until_ms: i64) {
    let (machine, by, why) = ("m".to_owned(), "ann".to_owned(), String::new());
    let ack = Acknowledgement { machine, by, at_ms, until_ms, why };
    cloud.put(&Key::new(ACKNOWLEDGED, "m"), serde_json::to_string(&ack).unwrap());
}

#[tokio::test(start_paused = true)]
async fn only_what_is_asked_for_is_notified() {
    let all = ["FAILED", "FAILED", "SUCCEEDED", "SUCCEEDED"];
    for (occasions, expected) in [
        (&[][..], &[][..]),
        (&[Occasion::Red][..], &["RED m: FAILED in Charge"][..]),
        (&[Occasion::Recovered][..], &["GREEN m: recovered"][..]),
        (
            &[Occasion::EveryFailure][..],
            &["RUN m: FAILED in Charge", "RUN m: FAILED in Charge"][..],
        ),
        (&[Occasion::EverySuccess][..], &["RUN m: SUCCEEDED", "RUN m: SUCCEEDED"][..]),
        // Only the message about the change has the run that changes the light.
        (
            &[Occasion::Red, Occasion::Recovered, Occasion::EveryFailure, Occasion::EverySuccess],
            &[
                "RED m: FAILED in Charge",
                "RUN m: FAILED in Charge",
                "GREEN m: recovered",
                "RUN m: SUCCEEDED",
            ],
        ),
    ] {
        let (cloud, function) = green(on(occasions)).await;
        for (number, status) in all.iter().enumerate() {
            ends(&cloud, &function, number + 2, status).await;
        }
        ticks(&function, 4).await;
        assert_eq!(cloud.subjects(), expected, "{occasions:?}");
        let row = cloud.row("m");
        assert!(row.pending().next().is_none(), "{row:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_is_notified_once_whatever_comes_twice_or_late() {
    let (cloud, function) = green(on(&[Occasion::EverySuccess])).await;
    let mut bodies = Vec::new();
    for number in 2..14 {
        bodies.push(ends(&cloud, &function, number, "SUCCEEDED").await);
    }
    assert_eq!(cloud.subjects().len(), 12);
    // All of them again, even those that the row no longer has room for; and from a list.
    answer(&function, &bodies).await;
    let other = cloud::function(&cloud, on(&[Occasion::EverySuccess]));
    answer(&other, &bodies[..3]).await;
    ticks(&function, 70).await;
    assert_eq!(cloud.subjects().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_event_was_lost_is_notified_from_the_list() {
    let (cloud, function) = green(on(&[Occasion::EveryFailure])).await;
    cloud.list("m", vec![execution_at("m", 2, "FAILED", cloud.now_ms())]);
    pass(10).await;
    ticks(&function, 15).await;
    assert_eq!(cloud.subjects(), ["RUN m: FAILED in Charge"]);
}

#[tokio::test(start_paused = true)]
async fn runs_at_once_are_four_messages_that_say_how_many_they_stand_for() {
    let (cloud, function) = green(on(&[Occasion::EverySuccess])).await;
    let now_ms = cloud.now_ms();
    let bodies: Vec<String> = (2..17)
        .map(|number| event("m", &execution_at("m", number, "SUCCEEDED", now_ms - 5_000)))
        .collect();
    answer(&function, &bodies).await;
    let sent = cloud.sent(Way::Topic);
    assert_eq!(sent.len(), 4);
    let left_out = |text: &str| -> usize {
        let line = text.lines().find_map(|line| line.strip_prefix("Before it "));
        line.map_or(0, |line| line.split(' ').next().unwrap().parse().unwrap())
    };
    assert_eq!(sent.iter().map(|notice| left_out(&notice.text)).sum::<usize>(), 11);
}

#[tokio::test(start_paused = true)]
async fn late_and_stuck_are_notified_once_each() {
    let declared = Declared {
        notify_on: Some(vec![Occasion::Late, Occasion::Stuck]),
        expect_every_s: Some(1_200),
        max_duration_s: Some(300),
        ..Declared::default()
    };
    let (cloud, function) = green(declaring(declared.clone())).await;
    assert!(cloud.subjects().is_empty());
    let running = execution_at("m", 2, "RUNNING", cloud.now_ms());
    answer(&function, &[event("m", &running)]).await;
    cloud.account().executions.values_mut().for_each(|list| list.insert(0, running.clone()));
    ticks(&function, 30).await;
    let mut subjects = cloud.subjects();
    subjects.sort();
    let both = ["LATE m: no run finished in time", "STUCK m: a run takes too long"];
    assert_eq!(subjects, both);
    // The lateness ends, and begins again.
    ends(&cloud, &function, 3, "SUCCEEDED").await;
    ticks(&function, 30).await;
    let late = cloud.subjects().iter().filter(|subject| subject.starts_with("LATE")).count();
    assert_eq!(late, 2, "{:?}", cloud.subjects());
    // Without `notify_on`, only alarms report both, and no row is written for them.
    let silent = Declared { notify_on: None, ..declared };
    let (cloud, function) = green(declaring(silent)).await;
    ticks(&function, 30).await;
    assert!(cloud.subjects().is_empty() && cloud.row("m").noticed == Default::default());
}

#[tokio::test(start_paused = true)]
async fn an_acknowledged_fault_is_not_repeated_and_the_next_one_is() {
    let (cloud, function) = green(renotifying()).await;
    ends(&cloud, &function, 2, "FAILED").await;
    acknowledge(&cloud, cloud.now_ms(), cloud.now_ms() + 3_600_000);
    ends(&cloud, &function, 3, "FAILED").await;
    ticks(&function, 4).await;
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);
    assert!(cloud.row("m").pending().next().is_none(), "what is held back does not wait");
    // Green, and red again: another fault, although the acknowledgement has not expired.
    ends(&cloud, &function, 4, "SUCCEEDED").await;
    ends(&cloud, &function, 5, "FAILED").await;
    ends(&cloud, &function, 6, "FAILED").await;
    let subjects = cloud.subjects();
    assert_eq!(
        subjects[1..],
        ["GREEN m: recovered", "RED m: FAILED in Charge", "RED m: FAILED, 2 failures in a row"]
            .map(str::to_owned)
    );
    assert_eq!(cloud.values("m_Status").last(), Some(&3.0), "metrics do not change");
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_that_cannot_be_read_holds_nothing_back() {
    let (cloud, function) = green(renotifying()).await;
    ends(&cloud, &function, 2, "FAILED").await;
    acknowledge(&cloud, cloud.now_ms(), cloud.now_ms() + 3_600_000);
    cloud.refuse("Query", Kind::Permanent, "AccessDeniedException");
    ends(&cloud, &function, 3, "FAILED").await;
    assert_eq!(cloud.subjects().len(), 2);
    cloud.heal();
    cloud.put(&Key::new(ACKNOWLEDGED, "m"), "garbage".to_owned());
    ends(&cloud, &function, 4, "FAILED").await;
    assert_eq!(cloud.subjects().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn messages_of_an_incident_are_threaded_in_the_format_of_the_route() {
    let chat = Route { format: Some(Format::Chatbot), ..Route::default() };
    let routed =
        Settings { routes: Routes(vec![chat]), event_bus: Some("bus".into()), ..settings() };
    let (cloud, function) = green(routed).await;
    ends(&cloud, &function, 2, "FAILED").await;
    ends(&cloud, &function, 3, "SUCCEEDED").await;
    let messages: Vec<Value> = cloud
        .sent(Way::Topic)
        .iter()
        .map(|notice| serde_json::from_str(&notice.text).unwrap())
        .collect();
    let thread = |message: &Value| message["metadata"]["threadId"].as_str().unwrap().to_owned();
    assert_eq!(messages.len(), 2);
    assert_eq!(thread(&messages[0]), thread(&messages[1]));
    let incidents: Vec<Value> =
        cloud.sent(Way::Bus).iter().map(|notice| detail(notice)["incident"].clone()).collect();
    assert!(incidents.iter().all(|id| *id == thread(&messages[0])), "{incidents:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whenever an acknowledgement is given, and whatever happens then: each light that turns red is
    /// notified, and so is each repeat of a fault that began after it.
    #[test]
    fn an_acknowledgement_never_hides_a_fault_that_began_after_it(
        statuses in proptest::collection::vec(any::<bool>(), 1..10),
        acknowledged in 0..10_usize,
        long_s in 0..200_i64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (cloud, function) = green(renotifying()).await;
            let (mut red, mut covered) = (false, false);
            let (mut expected, mut least) = (0, 0);
            for (number, good) in statuses.iter().enumerate() {
                if number == acknowledged {
                    let now_ms = cloud.now_ms();
                    acknowledge(&cloud, now_ms, now_ms + long_s * 1_000);
                    covered = red;
                    pass(2).await;
                }
                let status = if *good { "SUCCEEDED" } else { "FAILED" };
                ends(&cloud, &function, number + 2, status).await;
                let news = !*good || red;
                expected += usize::from(news);
                // Only a repeat of the acknowledged fault may be held back.
                least += usize::from(news && !(covered && red && !*good));
                red = !*good;
                covered &= red;
            }
            let sent = cloud.subjects().len();
            assert!((least..=expected).contains(&sent), "{sent} of {least} to {expected}");
            assert!(NOW_MS < cloud.now_ms());
        });
    }
}
