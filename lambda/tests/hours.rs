//! Hours of a whole account, on a simulated clock: what the quotas of Step Functions and of the
//! table allow, measured with the function itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod cloud;

use cloud::{
    Account, Cloud, Function, NOW_MS, QUEUE, Shown, TIMEOUT, arn, event, execution_at, function,
    machine, pass, settings,
};
use guardian_contract::Light;
use guardian_lambda::{Machine, Message, Settings};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep_until;

/// The bucket of ListExecutions in most regions.
const BUCKET: Option<(f64, f64)> = Some((100.0, 2.0));

/// Machines with one success each, and a bucket.
fn fleet(count: usize) -> Account {
    let mut account = Account { bucket: BUCKET, ..Account::default() };
    account.latency = Duration::from_millis(5);
    for number in 0..count {
        let name = format!("m{number:05}");
        account.machines.push(Machine { created_ms: Some(0), ..machine(&name) });
        account
            .executions
            .insert(arn(&name), vec![execution_at(&name, 1, "SUCCEEDED", NOW_MS - 600_000)]);
    }
    account
}

/// Ticks each full minute; returns how many ticks sent a heartbeat.
async fn tick_for(cloud: &Arc<Cloud>, function: &Function, minutes: i64) -> i64 {
    let mut heartbeats = 0;
    let began_ms = cloud.now_ms();
    for minute in 0..minutes {
        sleep_until(cloud.instant(began_ms + minute * 60_000)).await;
        let summary = function.tick(false, TIMEOUT).await.unwrap();
        heartbeats += i64::from(summary.heartbeat);
    }
    heartbeats
}

/// The longest time that a machine waited for its list to be read, in milliseconds: from `from_ms`,
/// or from when it was last read, until then or until now.
fn longest_wait_ms(cloud: &Cloud, from_ms: i64) -> i64 {
    let account = cloud.account();
    let calls = &account.calls["ListExecutions"];
    assert_eq!(calls.len(), account.asked.len());
    let mut last: std::collections::HashMap<&str, i64> =
        account.machines.iter().map(|m| (m.arn.as_str(), from_ms)).collect();
    let mut longest = 0;
    for (at_ms, asked) in calls.iter().zip(&account.asked) {
        let before = last.insert(asked.as_str(), *at_ms).unwrap();
        longest = longest.max(at_ms - before.max(from_ms));
    }
    last.values().map(|at_ms| cloud.now_ms() - at_ms).max().unwrap().max(longest)
}

/// Calls of ListExecutions per second, measured over the whole time.
fn rate(cloud: &Cloud, from_ms: i64) -> f64 {
    cloud.count("ListExecutions") as f64 / ((cloud.now_ms() - from_ms) as f64 / 1_000.0)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_machines_have_every_heartbeat_and_are_confirmed_within_twenty_minutes() {
    let cloud = Cloud::new(fleet(1_000));
    let function = function(&cloud, settings());
    let began_ms = cloud.now_ms();
    let heartbeats = tick_for(&cloud, &function, 60).await;
    let (longest_s, rate) = (longest_wait_ms(&cloud, began_ms) / 1_000, rate(&cloud, began_ms));
    println!("1,000 machines: {heartbeats} heartbeats, {longest_s} s, {rate:.2} calls a second");
    assert_eq!(heartbeats, 60);
    assert!(longest_s <= 20 * 60, "{longest_s} s");
    assert!(rate <= 1.02, "{rate} of 2 a second");
    assert_eq!(cloud.fleet().throttled, 0);
    let lag = cloud.values("Guardian_ReconcileLag").into_iter().fold(0.0, f64::max);
    assert!(lag < 2.0, "{lag}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_machines_are_confirmed_within_three_hours_by_half_the_quota() {
    let cloud = Cloud::new(fleet(10_000));
    // The fleet tier: no machine has metrics of its own.
    let settings = Settings { guarded: Some([].into()), each: Some(vec![].into()), ..settings() };
    let function = function(&cloud, settings);
    let began_ms = cloud.now_ms();
    let heartbeats = tick_for(&cloud, &function, 240).await;
    let (longest_s, rate) = (longest_wait_ms(&cloud, began_ms) / 1_000, rate(&cloud, began_ms));
    println!("10,000 machines: {heartbeats} heartbeats, {longest_s} s, {rate:.2} calls a second");
    assert_eq!(heartbeats, 240);
    assert!(longest_s <= 3 * 3_600, "{longest_s} s");
    assert!(rate <= 1.02, "{rate} of 2 a second");
    let lag = cloud.values("Guardian_ReconcileLag").into_iter().fold(0.0, f64::max);
    assert!(lag < 2.0, "{lag}");
}

#[tokio::test(start_paused = true)]
async fn ten_busy_machines_have_their_light_within_three_seconds_without_a_list() {
    let mut account = fleet(0);
    let names: Vec<String> = (0..10).map(|n| format!("busy{n}")).collect();
    let mut events: Vec<(i64, usize, String, bool)> = Vec::new();
    for (number, name) in names.iter().enumerate() {
        account.machines.push(Machine { created_ms: Some(0), ..machine(name) });
        let mut stories = Vec::new();
        for second in 0..600_i64 {
            // Now and then one fails; the next run is a success.
            let failed = second % 60 == 30 + i64::try_from(number).unwrap();
            let status = if failed { "FAILED" } else { "SUCCEEDED" };
            let start_ms = NOW_MS + second * 1_000 + 10 * i64::try_from(number).unwrap();
            let run = execution_at(name, usize::try_from(second).unwrap(), status, start_ms);
            let stop_ms = run.stop_ms.unwrap();
            events.push((stop_ms, number, event(name, &run), failed));
            stories.push(vec![Shown { from_ms: stop_ms, execution: run }]);
        }
        account.stories.insert(arn(name), stories);
    }
    events.sort();
    let cloud = Cloud::new(account);
    let function = function(&cloud, settings());
    let ticks = async {
        let mut windows = Vec::new();
        for minute in 0..10_i64 {
            sleep_until(cloud.instant(NOW_MS + minute * 60_000)).await;
            let from_ms = cloud.now_ms();
            function.tick(false, TIMEOUT).await.unwrap();
            windows.push((from_ms, cloud.now_ms()));
        }
        windows
    };
    // The event source mapping collects for a second and has two batches in progress at once.
    let batches = async {
        let mut waits: Vec<i64> = Vec::new();
        let mut rest = events.as_slice();
        while let Some((first_ms, ..)) = rest.first() {
            sleep_until(cloud.instant(first_ms + 1_200)).await;
            let ready = rest.iter().take_while(|(at, ..)| at + 200 <= cloud.now_ms()).count();
            let (batch, later) = rest.split_at(ready.min(100));
            rest = later;
            let messages: Vec<Message> = batch
                .iter()
                .enumerate()
                .map(|(id, (_, _, body, _))| Message {
                    id: id.to_string(),
                    body: body.clone(),
                    queue_arn: Some(QUEUE.to_owned()),
                })
                .collect();
            let answered = function.answer(&messages, TIMEOUT).await;
            assert_eq!((answered.failed.len(), answered.dropped), (0, 0));
            for (stop_ms, number, _, failed) in batch {
                if *failed {
                    waits.push(cloud.now_ms() - stop_ms);
                    let row = cloud.row(&names[*number]);
                    let red = row.shown.as_ref().is_some_and(|shown| shown.light == Light::Red);
                    assert_eq!(red, row.finished[0].is_red(), "{row:?}");
                }
            }
        }
        waits
    };
    let (windows, mut waits) = tokio::join!(ticks, batches);
    waits.sort_unstable();
    let p99 = waits[waits.len() * 99 / 100];
    let account = cloud.account();
    let lists = account.calls.get("ListExecutions").cloned().unwrap_or_default();
    let writes = account.calls["UpdateItem"].len();
    println!("busy: p99 {p99} ms, {} lists, {writes} writes for 6,000 runs", lists.len());
    assert!(p99 <= 3_000, "{p99} ms");
    let by_ticks = |at: &i64| windows.iter().any(|(from, to)| from <= at && at <= to);
    assert!(lists.iter().all(by_ticks));
    assert!(lists.len() <= 10 * 60);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_events_at_once_are_all_in_their_rows_within_a_minute() {
    let cloud = Cloud::new(fleet(10_000));
    let bodies: Vec<String> = (0..10_000)
        .map(|number| {
            let name = format!("m{number:05}");
            // One in ten fails.
            let status = if number % 10 == 0 { "FAILED" } else { "SUCCEEDED" };
            event(&name, &execution_at(&name, 2, status, NOW_MS - 1_000))
        })
        .collect();
    let began_ms = cloud.now_ms();
    // Two batches are in progress at a time; failed messages are delivered again.
    let queue: Arc<std::sync::Mutex<Vec<String>>> = Arc::new(std::sync::Mutex::new(bodies));
    let workers = (0..2).map(|_| {
        let (cloud, queue) = (Arc::clone(&cloud), Arc::clone(&queue));
        async move {
            let function = function(&cloud, settings());
            loop {
                let batch: Vec<String> = {
                    let mut queue = queue.lock().unwrap();
                    let from = queue.len().saturating_sub(100);
                    queue.drain(from..).collect()
                };
                if batch.is_empty() {
                    return;
                }
                let answered = cloud::answer(&function, &batch).await;
                let again =
                    answered.failed.iter().map(|id| batch[id.parse::<usize>().unwrap()].clone());
                queue.lock().unwrap().extend(again);
            }
        }
    });
    futures_util::future::join_all(workers).await;
    let took_ms = cloud.now_ms() - began_ms;
    let rows = cloud.rows();
    let red = rows.iter().filter(|r| r.shown.as_ref().is_some_and(|s| s.light == Light::Red));
    let (red, throttles) = (red.count(), cloud.account().table_throttles);
    println!("10,000 events: {took_ms} ms, {throttles} throttled writes");
    assert_eq!((rows.len(), red), (10_000, 1_000));
    assert!(took_ms <= 60_000, "{took_ms} ms");
    assert_eq!(cloud.count("ListExecutions"), 0);
    pass(0).await;
}
