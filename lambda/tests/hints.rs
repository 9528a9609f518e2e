//! Batches of the queue against an account, a CloudWatch, a queue and a topic in memory.
#![allow(clippy::unwrap_used)]

use guardian_contract::{Declared, HistoryEvent, Scope, Semantics, Step, Watch};
use guardian_lambda::{
    Answered, Ask, CallError, Clock, Confirmations, Delayed, Execution, Fleet, Handler, Kind,
    Machine, Message, Notice, Notifications, Page, Point, Publisher, Settings, Watcher, Way,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const PREFIX: &str = "arn:aws:states:eu-central-1:123456789012";
const TIMEOUT: Duration = Duration::from_secs(30);
const NOW_MS: i64 = 1_700_000_000_000;

/// All that the function talks to.
#[derive(Default)]
struct Cloud {
    executions: Mutex<HashMap<String, Vec<Execution>>>,
    denied: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
    /// When machines were created, by ARN.
    created_ms: Mutex<HashMap<String, i64>>,
    points: Mutex<Vec<Point>>,
    queue: Mutex<Vec<Delayed>>,
    notices: Mutex<Vec<Notice>>,
    events: Mutex<Vec<Notice>>,
    /// What the next calls of the queue, the topic, the bus and CloudWatch are refused with.
    refuse: Mutex<HashMap<&'static str, Kind>>,
    now_ms: Mutex<i64>,
}

#[derive(Clone)]
struct Port(Arc<Cloud>);

fn arn(name: &str) -> String {
    format!("{PREFIX}:stateMachine:{name}")
}

fn execution(name: &str, number: u32, status: &str, age_s: i64) -> Execution {
    let start_ms = NOW_MS - age_s * 1_000;
    Execution {
        arn: format!("{PREFIX}:execution:{name}:{number}"),
        status: status.to_owned(),
        start_ms,
        stop_ms: (status != "RUNNING").then_some(start_ms + 500),
        redrive_ms: None,
        redrive_count: 0,
    }
}

fn event(name: &str, execution: &Execution) -> String {
    json!({"detail-type": "Step Functions Execution Status Change", "detail": {
        "executionArn": execution.arn, "stateMachineArn": arn(name), "status": execution.status,
        "startDate": execution.start_ms, "stopDate": execution.stop_ms, "redriveCount": 0,
        "redriveDate": null, "error": "FromEvent", "cause": "said the event"}})
    .to_string()
}

fn messages(bodies: &[String]) -> Vec<Message> {
    let message = |(id, body): (usize, &String)| Message { id: id.to_string(), body: body.clone() };
    bodies.iter().enumerate().map(message).collect()
}

impl Cloud {
    fn refusal(&self, port: &'static str) -> Result<(), CallError> {
        match self.refuse.lock().unwrap().get(port) {
            None => Ok(()),
            Some(kind) => Err(CallError {
                kind: *kind,
                code: "Refused".into(),
                message: "said the fake".into(),
            }),
        }
    }

    fn values(&self, metric: &str) -> Vec<f64> {
        let points = self.points.lock().unwrap();
        points.iter().filter(|p| p.metric == metric).map(|p| p.value).collect()
    }

    fn list(&self, name: &str, executions: Vec<Execution>) {
        self.executions.lock().unwrap().insert(arn(name), executions);
    }

    /// Takes what is in the queue.
    fn delivered(&self) -> (Vec<String>, Vec<u64>) {
        let queue = std::mem::take(&mut *self.queue.lock().unwrap());
        queue.into_iter().map(|m| (m.body, m.delay.as_secs())).unzip()
    }

    fn subjects(&self) -> Vec<String> {
        self.notices.lock().unwrap().iter().map(|n| n.subject.clone()).collect()
    }

    fn pass(&self, seconds: i64) {
        *self.now_ms.lock().unwrap() += seconds * 1_000;
    }
}

impl Fleet for Port {
    async fn list_machines(&self, _: Option<&str>) -> Result<Page<Machine>, CallError> {
        let machine = |arn: &String| Machine {
            arn: arn.clone(),
            name: arn.rsplit(':').next().unwrap().to_owned(),
            express: false,
            created_ms: Some(self.0.created_ms.lock().unwrap().get(arn).copied().unwrap_or(0)),
        };
        self.0.refusal("machines")?;
        let items = self.0.executions.lock().unwrap().keys().map(machine).collect();
        Ok(Page { items, next: None })
    }

    async fn list_executions(&self, ask: Ask<'_>) -> Result<Page<Execution>, CallError> {
        self.0.asked.lock().unwrap().push(ask.machine_arn.to_owned());
        if self.0.denied.lock().unwrap().iter().any(|arn| arn == ask.machine_arn) {
            self.0.refusal("list")?;
        }
        let items = self.0.executions.lock().unwrap().get(ask.machine_arn).cloned();
        Ok(Page { items: items.unwrap_or_default(), next: None })
    }

    async fn list_map_runs(&self, _: &str, _: Option<&str>) -> Result<Page<String>, CallError> {
        unreachable!("nothing here declares it")
    }

    async fn failed_items(&self, _: &str) -> Result<u64, CallError> {
        unreachable!("nothing here declares it")
    }

    async fn last_events(&self, _: &str) -> Result<Vec<HistoryEvent>, CallError> {
        self.0.refusal("history")?;
        let step = Step::Entered("Charge".to_owned());
        Ok(vec![HistoryEvent { id: 1, previous: 0, step }])
    }
}

impl Publisher for Port {
    async fn publish(&self, points: &[Point], _: SystemTime) -> Result<(), CallError> {
        self.0.refusal("publish")?;
        self.0.points.lock().unwrap().extend_from_slice(points);
        Ok(())
    }
}

impl Confirmations for Port {
    async fn send(&self, messages: &[Delayed]) -> Result<Vec<usize>, CallError> {
        self.0.refusal("queue")?;
        self.0.queue.lock().unwrap().extend_from_slice(messages);
        Ok(vec![])
    }
}

impl Notifications for Port {
    async fn notify(&self, way: Way, notice: &Notice) -> Result<String, CallError> {
        let (port, notices) = match way {
            Way::Topic => ("topic", &self.0.notices),
            Way::Bus => ("bus", &self.0.events),
        };
        self.0.refusal(port)?;
        notices.lock().unwrap().push(notice.clone());
        Ok("id".to_owned())
    }
}

type Function = Watcher<Port, Port, Port>;

fn function(cloud: &Arc<Cloud>, settings: Settings) -> Function {
    let (queue_url, topic_arn) = (Some("queue".into()), Some("topic".into()));
    let settings = Settings { queue_url, topic_arn, ..settings };
    let port = Port(Arc::clone(cloud));
    let cloud = Arc::clone(cloud);
    let clock = Clock::new(move || {
        let now_ms = NOW_MS + *cloud.now_ms.lock().unwrap();
        UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms).unwrap())
    });
    Watcher::new(port.clone(), port.clone(), port, settings).with_clock(clock)
}

async fn answer(function: &Function, bodies: &[String]) -> Answered {
    function.answer(&messages(bodies), TIMEOUT).await
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_read_once_a_batch_and_the_event_fills_in_where_the_list_is_behind() {
    let cloud = Arc::new(Cloud::default());
    let good = execution("m", 1, "SUCCEEDED", 600);
    cloud.list("m", vec![execution("m", 2, "RUNNING", 5), good.clone()]);
    let failed = execution("m", 2, "FAILED", 5);
    let bodies = vec![event("m", &failed); 20];
    let answered = answer(&function(&cloud, Settings::default()), &bodies).await;
    assert_eq!((answered.machines, answered.read, answered.failed.len()), (1, 1, 0));
    assert_eq!(cloud.asked.lock().unwrap().len(), 1);
    assert_eq!(cloud.values("m_Status"), [3.0]);
    // The list is still behind when the confirmation arrives at a process that knows nothing.
    let (bodies, delays) = cloud.delivered();
    assert_eq!(delays, [75]);
    cloud.pass(75);
    let cold = function(&cloud, Settings::default());
    answer(&cold, &bodies).await;
    assert_eq!(cloud.values("m_Status"), [3.0, 3.0]);
    // One more look, since it is within two minutes; then no more.
    let (bodies, delays) = cloud.delivered();
    assert_eq!(delays, [75]);
    cloud.pass(75);
    answer(&cold, &bodies).await;
    assert_eq!((cloud.values("m_Status").len(), cloud.delivered().0.len()), (3, 0));
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_of_the_same_process_does_not_undo_what_an_event_told() {
    let cloud = Arc::new(Cloud::default());
    cloud.list("m", vec![execution("m", 1, "SUCCEEDED", 600)]);
    let function = function(&cloud, Settings::default());
    answer(&function, &[event("m", &execution("m", 2, "FAILED", 2))]).await;
    function.sweep(TIMEOUT).await.unwrap();
    assert_eq!(cloud.values("m_Status"), [3.0, 3.0]);
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_costs_nothing() {
    let cloud = Arc::new(Cloud::default());
    cloud.list("m", vec![execution("m", 1, "SUCCEEDED", 600)]);
    let scope = Scope::from_lists(None, Some("tmp-*"));
    let settings = Settings { scope, ..Settings::default() };
    let mut child = execution("m", 7, "FAILED", 1);
    child.arn = child.arn.replace(":m:", ":m/label:");
    let bodies = [
        event("m", &execution("m", 2, "RUNNING", 1)),
        event("tmp-1", &execution("tmp-1", 2, "FAILED", 1)),
        event("m", &child),
        "garbage".to_owned(),
    ];
    let answered = answer(&function(&cloud, settings.clone()), &bodies).await;
    assert_eq!((answered.machines, answered.ignored, answered.garbage), (0, 3, 1));
    assert!(answered.failed.is_empty() && cloud.asked.lock().unwrap().is_empty());
    // A success after a success is published, and needs neither confirmation nor message.
    answer(&function(&cloud, settings), &[event("m", &execution("m", 2, "SUCCEEDED", 1))]).await;
    assert_eq!(cloud.values("m_Status"), [2.0]);
    assert!(cloud.delivered().0.is_empty() && cloud.subjects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn under_the_recipe_a_start_is_read_too() {
    let cloud = Arc::new(Cloud::default());
    cloud.list("m", vec![execution("m", 1, "FAILED", 600)]);
    let recipe = Settings { semantics: Semantics::Original, ..Settings::default() };
    answer(&function(&cloud, recipe), &[event("m", &execution("m", 2, "RUNNING", 1))]).await;
    assert_eq!(cloud.values("m_Status"), [1.0]);
}

#[tokio::test(start_paused = true)]
async fn only_the_messages_of_a_machine_that_failed_come_again() {
    for (port, kind) in [("list", Kind::Permanent), ("list", Kind::Throttled)] {
        let cloud = Arc::new(Cloud::default());
        cloud.list("ok", vec![]);
        cloud.denied.lock().unwrap().push(arn("denied"));
        cloud.refuse.lock().unwrap().insert(port, kind);
        let bodies = [
            event("denied", &execution("denied", 1, "FAILED", 1)),
            event("ok", &execution("ok", 1, "FAILED", 1)),
            event("denied", &execution("denied", 2, "FAILED", 1)),
        ];
        let handler = Handler::new(function(&cloud, Settings::default()));
        let record = |(id, body): (usize, &String)| json!({"messageId": format!("id{id}"), "body": body, "eventSource": "aws:sqs"});
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let answer = handler.handle(&json!({"Records": records}), 0).await.unwrap();
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            json!({"batchItemFailures": [{"itemIdentifier": "id0"}, {"itemIdentifier": "id2"}]})
        );
        assert_eq!(cloud.values("ok_Status"), [3.0]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_can_never_be_answered_is_dropped_and_counted() {
    let cloud = Arc::new(Cloud::default());
    cloud.denied.lock().unwrap().push(arn("express"));
    cloud.refuse.lock().unwrap().insert("list", Kind::Unsupported);
    let bodies = [event("express", &execution("express", 1, "FAILED", 1))];
    let answered = answer(&function(&cloud, Settings::default()), &bodies).await;
    assert_eq!((answered.dropped, answered.failed.len(), answered.published), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_machine_that_came_later_does_not_take_over_a_light() {
    let cloud = Arc::new(Cloud::default());
    let (old, new) = ("col", "col-step-function");
    cloud.list(old, vec![execution(old, 1, "FAILED", 600)]);
    cloud.list(new, vec![]);
    cloud.created_ms.lock().unwrap().insert(arn(new), 5);
    let scope = || Scope::from_lists(Some("col*"), None);
    let settings = || Settings { scope: scope(), ..Settings::default() };
    let hint = [event(new, &execution(new, 1, "SUCCEEDED", 1))];
    // Which of the two is the older is not known, and cannot be read.
    cloud.refuse.lock().unwrap().insert("machines", Kind::Permanent);
    let unknown = answer(&function(&cloud, settings()), &hint).await;
    assert_eq!((unknown.failed.len(), unknown.published), (1, 0));
    cloud.refuse.lock().unwrap().clear();
    let watcher = function(&cloud, settings());
    let answered = answer(&watcher, &hint).await;
    assert_eq!((answered.ignored, answered.published), (1, 0));
    // One that the stack names is not doubted, and another of its key is ignored.
    let scope = Scope::from_lists(Some("col*,col-step-function"), None);
    let watcher = function(&cloud, Settings { scope, ..Settings::default() });
    let both = [hint[0].clone(), event(old, &execution(old, 2, "FAILED", 1))];
    let answered = answer(&watcher, &both).await;
    assert_eq!((answered.ignored, answered.calls["ListStateMachines"]), (1, 0));
    assert_eq!(cloud.values("col_Status"), [2.0]);
}

/// Delivers what the function sends itself until nothing is left; gives the times and hops.
async fn chain(cloud: &Cloud, function: &Function, most: usize) -> Vec<u64> {
    let mut hops = Vec::new();
    while hops.len() < most {
        let (bodies, delays) = cloud.delivered();
        let (Some(body), Some(delay)) = (bodies.first(), delays.first()) else { break };
        let message: Value = serde_json::from_str(body).unwrap();
        hops.push(message["hop"].as_u64().unwrap());
        cloud.pass(i64::try_from(*delay).unwrap());
        answer(function, &bodies).await;
    }
    hops
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_confirmations_ends_though_a_light_seems_to_change_for_ever() {
    let cloud = Arc::new(Cloud::default());
    // A run that ended a day after now, by a clock that is wrong.
    let failed = execution("m", 2, "FAILED", -86_400);
    cloud.list("m", vec![failed.clone(), execution("m", 1, "SUCCEEDED", 600)]);
    let function = function(&cloud, Settings::default());
    answer(&function, &[event("m", &failed)]).await;
    assert_eq!(chain(&cloud, &function, 100).await, (1..=12).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_point_a_confirmation_or_a_message_that_is_not_through_brings_the_hint_back() {
    for (port, kind, failed) in [
        ("publish", Kind::Permanent, 1),
        ("queue", Kind::Permanent, 1),
        ("topic", Kind::Transient, 1),
        // Nothing is gained by asking again; the alarm's own actions are there.
        ("topic", Kind::Permanent, 0),
        ("history", Kind::Permanent, 0),
    ] {
        let cloud = Arc::new(Cloud::default());
        cloud.list("m", vec![]);
        cloud.refuse.lock().unwrap().insert(port, kind);
        let function = function(&cloud, Settings::default());
        let hint = [event("m", &execution("m", 1, "FAILED", 1))];
        assert_eq!(answer(&function, &hint).await.failed.len(), failed, "{port} {kind:?}");
        cloud.refuse.lock().unwrap().clear();
        answer(&function, &hint).await;
        answer(&function, &hint).await;
        assert_eq!(cloud.subjects().len(), 1, "{port} {kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_through_by_one_way_comes_again_for_the_other_alone() {
    for (port, kind, failed) in [
        ("bus", Kind::Transient, 1),
        ("topic", Kind::Transient, 1),
        ("topic", Kind::Throttled, 1),
        ("bus", Kind::Permanent, 0),
    ] {
        let cloud = Arc::new(Cloud::default());
        cloud.list("m", vec![]);
        cloud.refuse.lock().unwrap().insert(port, kind);
        let bus = Settings { event_bus: Some("bus".into()), ..Settings::default() };
        let function = function(&cloud, bus);
        let hint = [event("m", &execution("m", 1, "FAILED", 1))];
        let told = || (cloud.notices.lock().unwrap().len(), cloud.events.lock().unwrap().len());
        let answered = answer(&function, &hint).await;
        assert_eq!((answered.failed.len(), answered.notices), (failed, 1), "{port} {kind:?}");
        assert_eq!(told(), if port == "bus" { (1, 0) } else { (0, 1) });
        cloud.refuse.lock().unwrap().clear();
        answer(&function, &hint).await;
        assert_eq!(told(), (1, 1), "{port} {kind:?}");
        assert_eq!(answer(&function, &hint).await.notices, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_drill_goes_by_every_way_and_touches_no_light() {
    let cloud = Arc::new(Cloud::default());
    cloud.refuse.lock().unwrap().insert("bus", Kind::Permanent);
    let bus = Settings { event_bus: Some("bus".into()), ..Settings::default() };
    let handler = Handler::new(function(&cloud, bus));
    let ask = json!({"guardian": "drill", "machine": "m", "by": "ann"});
    let answer = handler.handle(&ask, 0).await.unwrap();
    let expected = json!({"drill": [
        {"way": "topic", "to": "topic", "id": "id", "error": null},
        {"way": "bus", "to": "bus", "id": null, "error": "Refused: said the fake"},
    ]});
    assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
    assert_eq!(cloud.subjects(), ["DRILL, not real: m"]);
    assert!(cloud.points.lock().unwrap().is_empty() && cloud.delivered().0.is_empty());
    assert!(cloud.asked.lock().unwrap().is_empty());
    // What cannot be read is no wish for a sweep either.
    let refused = handler.handle(&json!({"guardian": "drill"}), 0).await.unwrap_err();
    assert!(refused.to_string().contains("machine"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_bus_is_told_without_a_topic_and_nobody_is_told_without_either() {
    for (event_bus, expected) in [(Some("bus".to_owned()), 1), (None, 0)] {
        let cloud = Arc::new(Cloud::default());
        cloud.list("m", vec![execution("m", 1, "SUCCEEDED", 600)]);
        let settings = Settings { event_bus, ..Settings::default() };
        let port = Port(Arc::clone(&cloud));
        let function = Watcher::new(port.clone(), port.clone(), port, settings);
        let answered = answer(&function, &[event("m", &execution("m", 2, "FAILED", 1))]).await;
        assert_eq!((answered.notices, cloud.events.lock().unwrap().len()), (expected, expected));
        assert_eq!(answered.calls["GetExecutionHistory"], u64::try_from(expected).unwrap());
        assert!(cloud.subjects().is_empty());
        let told: Option<Value> = cloud.events.lock().unwrap().first().map(|notice| {
            assert_eq!(notice.event.resources, [arn("m")]);
            serde_json::from_str(&notice.event.detail).unwrap()
        });
        assert!(
            told.is_none_or(|detail| detail["state"] == "Charge" && detail["before"] == "green")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_the_history_has_what_the_event_said() {
    let cloud = Arc::new(Cloud::default());
    cloud.list("m", vec![]);
    cloud.refuse.lock().unwrap().insert("history", Kind::Permanent);
    let hint = [event("m", &execution("m", 1, "TIMED_OUT", 1))];
    answer(&function(&cloud, Settings::default()), &hint).await;
    let notice = cloud.notices.lock().unwrap()[0].clone();
    assert_eq!(notice.subject, "RED m: TIMED_OUT");
    assert!(notice.text.contains("FromEvent") && notice.text.contains("said the event"));
}

#[tokio::test(start_paused = true)]
async fn a_first_failure_waits_for_its_time_to_settle_and_is_told_then() {
    let settle = || {
        let defaults = Declared { settle_s: Some(300), ..Declared::default() };
        let watch = Watch { defaults, ..Watch::default() };
        Settings { watch, ..Settings::default() }
    };
    let (good, failed) = (execution("m", 1, "SUCCEEDED", 900), execution("m", 2, "FAILED", 10));
    let cloud = Arc::new(Cloud::default());
    cloud.list("m", vec![failed.clone(), good.clone()]);
    let answered = answer(&function(&cloud, settle()), &[event("m", &failed)]).await;
    // Until then the light is what it was, and that is confirmed as any other.
    assert_eq!((answered.held, cloud.values("m_Status")), (1, vec![2.0]));
    let mut waited = Vec::new();
    while cloud.subjects().is_empty() && waited.len() < 9 {
        let (bodies, delays) = cloud.delivered();
        cloud.pass(i64::try_from(delays[0]).unwrap());
        waited.extend(delays);
        answer(&function(&cloud, settle()), &bodies).await;
    }
    // It ended half a second after it began, and is rounded up.
    assert_eq!(waited, [75, 75, 141]);
    assert_eq!(cloud.values("m_Status"), [2.0, 2.0, 2.0, 3.0]);
    assert_eq!(cloud.subjects(), ["RED m: FAILED in Charge"]);

    // Retried in time, nobody hears of it.
    let cloud = Arc::new(Cloud::default());
    let retried = execution("m", 3, "SUCCEEDED", 4);
    cloud.list("m", vec![retried.clone(), failed.clone(), good]);
    answer(&function(&cloud, settle()), &[event("m", &failed), event("m", &retried)]).await;
    assert_eq!(cloud.values("m_Status"), [2.0]);
    assert!(cloud.subjects().is_empty());
}
