//! An AWS in memory on a clock that jumps: machines and executions, a CloudWatch, a table, topics and
//! buses, and what delivers events. It throttles, refuses, answers late and loses answers.
#![allow(dead_code, clippy::unwrap_used)]

use guardian_contract::table::{DOCUMENT, GENERAL};
use guardian_contract::{HistoryEvent, Incident, MachineKey, Row, Status, Step};
use guardian_lambda::{
    Answered, Ask, CallError, Clock, DeadLetter, Delivery, Execution, Fleet, Got, Item, Key, Kind,
    Machine, Message, Notice, Notifications, Page, Point, Publisher, Settings, Summary, Table,
    Watcher, Way, Write, Written,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::{Instant, sleep};

pub const ACCOUNT: &str = "eu-central-1:123456789012";
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// When the tests begin.
pub const EPOCH_MS: i64 = 1_700_000_000_000;
/// Records of one page of a query.
const PAGE: usize = 200;

/// The ARN of a machine.
pub fn arn(name: &str) -> String {
    format!("arn:aws:states:{ACCOUNT}:stateMachine:{name}")
}

/// An execution that began so many seconds before the beginning, or after it if the number is
/// negative, and took half a second.
pub fn execution(name: &str, run: &str, status: &str, age_s: i64) -> Execution {
    let start_ms = EPOCH_MS - age_s * 1_000;
    Execution {
        arn: format!("arn:aws:states:{ACCOUNT}:execution:{name}:{run}"),
        status: status.to_owned(),
        start_ms,
        stop_ms: (status != "RUNNING").then_some(start_ms + 500),
        redrive_ms: None,
        redrive_count: 0,
    }
}

/// The event of an execution.
pub fn event(name: &str, execution: &Execution) -> String {
    json!({"detail-type": "Step Functions Execution Status Change", "detail": {
        "executionArn": execution.arn, "stateMachineArn": arn(name), "status": execution.status,
        "startDate": execution.start_ms, "stopDate": execution.stop_ms,
        "redriveCount": execution.redrive_count, "redriveDate": execution.redrive_ms,
        "error": "FromEvent", "cause": "said the event"}})
    .to_string()
}

pub fn messages(bodies: &[String]) -> Vec<Message> {
    let message = |(id, body): (usize, &String)| Message {
        id: id.to_string(),
        body: body.clone(),
        queue_arn: Some(format!("arn:aws:sqs:{ACCOUNT}:hints")),
    };
    bodies.iter().enumerate().map(message).collect()
}

pub fn refusal(kind: Kind, code: &str) -> CallError {
    CallError { kind, code: code.to_owned(), message: "said the fake".to_owned() }
}

/// A token bucket of the account, which others use, too.
pub struct Bucket {
    pub burst: f64,
    pub refill: f64,
    pub tokens: f64,
    pub at: Instant,
}

#[derive(Default)]
pub struct State {
    pub machines: BTreeMap<String, Machine>,
    /// By machine ARN, newest first.
    pub executions: HashMap<String, Vec<Execution>>,
    pub tags: HashMap<String, BTreeMap<String, String>>,
    pub records: BTreeMap<(String, String), (u64, String, Option<i64>)>,
    pub points: Vec<(i64, Point)>,
    pub notices: Vec<(Way, String, Notice)>,
    pub letters: Vec<DeadLetter>,
    pub rule_enabled: Option<bool>,
    /// What calls of a name are refused with.
    pub refuse: HashMap<&'static str, CallError>,
    /// What calls on one machine are refused with.
    pub denied: HashMap<String, CallError>,
    pub calls: BTreeMap<&'static str, u64>,
    pub bucket: Option<Bucket>,
    /// Writes that a partition takes in a second.
    pub writes_a_second: Option<u32>,
    pub written: HashMap<(String, u64), u32>,
    /// So many of the next writes are done, and their answers lost.
    pub lost_answers: u32,
    /// So many keys of each BatchGetItem are not processed, once.
    pub unprocessed: usize,
    pub history: Vec<HistoryEvent>,
    pub latency: Duration,
}

/// All that the function talks to.
#[derive(Clone)]
pub struct Cloud(Arc<(Instant, Mutex<State>)>);

impl Cloud {
    pub fn new() -> Self {
        let history =
            vec![HistoryEvent { id: 1, previous: 0, step: Step::Entered("Charge".to_owned()) }];
        let state = State { rule_enabled: Some(true), history, ..State::default() };
        Self(Arc::new((Instant::now(), Mutex::new(state))))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.1.lock().unwrap()
    }

    pub fn now_ms(&self) -> i64 {
        EPOCH_MS + i64::try_from(self.0.0.elapsed().as_millis()).unwrap()
    }

    /// Adds a machine with executions, newest first.
    pub fn machine(&self, name: &str, executions: Vec<Execution>) {
        let machine = Machine {
            arn: arn(name),
            name: name.to_owned(),
            express: false,
            created_ms: Some(EPOCH_MS - 1_000_000_000),
        };
        let mut state = self.state();
        state.machines.insert(arn(name), machine);
        state.executions.insert(arn(name), executions);
    }

    pub fn row(&self, name: &str) -> Option<Row> {
        let key = MachineKey::of_machine(name).unwrap();
        let at = Key::of_machine(&key);
        let state = self.state();
        let (version, document, _) = state.records.get(&(at.partition, at.sort))?;
        Some(Row::decode(key, *version, document).unwrap())
    }

    pub fn incidents(&self) -> Vec<Incident> {
        let state = self.state();
        let all = state.records.iter().filter(|((partition, _), _)| partition.starts_with('i'));
        all.map(|(_, (_, document, _))| serde_json::from_str(document).unwrap()).collect()
    }

    pub fn record(&self, sort: &str) -> serde_json::Value {
        let state = self.state();
        let found = state.records.get(&(GENERAL.to_owned(), sort.to_owned()));
        found.map_or(serde_json::Value::Null, |(_, document, _)| {
            serde_json::from_str(document).unwrap()
        })
    }

    pub fn values(&self, metric: &str) -> Vec<f64> {
        let state = self.state();
        let own = state.points.iter().filter(|(_, p)| p.metric == metric && p.group.is_none());
        own.map(|(_, point)| point.value).collect()
    }

    pub fn subjects(&self) -> Vec<String> {
        self.state().notices.iter().map(|(_, _, notice)| notice.subject.clone()).collect()
    }

    pub fn count(&self, call: &str) -> u64 {
        self.state().calls.get(call).copied().unwrap_or(0)
    }

    pub fn refuse(&self, call: &'static str, kind: Kind, code: &str) {
        self.state().refuse.insert(call, refusal(kind, code));
    }

    pub fn allow(&self, call: &'static str) {
        self.state().refuse.remove(call);
    }

    /// The function with these settings, a topic and a table.
    pub fn function(&self, settings: Settings) -> Watcher<Cloud> {
        let settings = Settings {
            table: Some("lights".into()),
            topic_arn: settings.topic_arn.clone().or(Some("topic".into())),
            ..settings
        };
        let cloud = self.clone();
        let clock = Clock::new(move || {
            UNIX_EPOCH + Duration::from_millis(u64::try_from(cloud.now_ms()).unwrap())
        });
        Watcher::new(self.clone(), settings).with_clock(clock)
    }

    async fn called(&self, call: &'static str) -> Result<(), CallError> {
        let latency = {
            let mut state = self.state();
            *state.calls.entry(call).or_default() += 1;
            state.latency
        };
        if !latency.is_zero() {
            sleep(latency).await;
        }
        match self.state().refuse.get(call) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

/// Answers a batch of these bodies.
pub async fn answer(function: &Watcher<Cloud>, bodies: &[String]) -> Answered {
    function.answer(&messages(bodies), TIMEOUT).await
}

/// Does a tick, which must come to its end.
pub async fn tick(function: &Watcher<Cloud>) -> Summary {
    function.tick(false, TIMEOUT).await.unwrap()
}

/// Lets time pass.
pub async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

impl Fleet for Cloud {
    async fn list_machines(&self, token: Option<&str>) -> Result<Page<Machine>, CallError> {
        self.called("ListStateMachines").await?;
        let state = self.state();
        let from: usize = token.map_or(0, |token| token.parse().unwrap());
        let items: Vec<Machine> = state.machines.values().skip(from).take(1_000).cloned().collect();
        let next = from + items.len();
        Ok(Page { items, next: (next < state.machines.len()).then(|| next.to_string()) })
    }

    async fn list_executions(&self, ask: Ask<'_>) -> Result<Page<Execution>, CallError> {
        self.called("ListExecutions").await?;
        let mut state = self.state();
        if let Some(error) = state.denied.get(ask.machine_arn) {
            return Err(error.clone());
        }
        if let Some(bucket) = &mut state.bucket {
            let passed = bucket.at.elapsed().as_secs_f64();
            bucket.tokens = (bucket.tokens + passed * bucket.refill).min(bucket.burst);
            bucket.at = Instant::now();
            if bucket.tokens < 1.0 {
                return Err(refusal(Kind::Throttled, "ThrottlingException"));
            }
            bucket.tokens -= 1.0;
        }
        let all = state.executions.get(ask.machine_arn);
        let fits = |e: &&Execution| ask.status.is_none_or(|s: Status| s.as_str() == e.status);
        let items = all.into_iter().flatten().filter(fits).take(ask.limit.into()).cloned();
        Ok(Page { items: items.collect(), next: None })
    }

    async fn describe_execution(&self, execution_arn: &str) -> Result<Execution, CallError> {
        self.called("DescribeExecution").await?;
        let state = self.state();
        let found = state.executions.values().flatten().find(|e| e.arn == execution_arn);
        found.cloned().ok_or_else(|| refusal(Kind::Gone, "ExecutionDoesNotExist"))
    }

    async fn tags(&self, machine_arn: &str) -> Result<BTreeMap<String, String>, CallError> {
        self.called("ListTagsForResource").await?;
        Ok(self.state().tags.get(machine_arn).cloned().unwrap_or_default())
    }

    async fn list_map_runs(&self, arn: &str, _: Option<&str>) -> Result<Page<String>, CallError> {
        self.called("ListMapRuns").await?;
        Ok(Page { items: vec![format!("{arn}/run")], next: None })
    }

    async fn failed_items(&self, _: &str) -> Result<u64, CallError> {
        self.called("DescribeMapRun").await?;
        Ok(3)
    }

    async fn last_events(&self, _: &str) -> Result<Vec<HistoryEvent>, CallError> {
        self.called("GetExecutionHistory").await?;
        Ok(self.state().history.clone())
    }
}

impl Publisher for Cloud {
    async fn publish(&self, points: &[Point], at: std::time::SystemTime) -> Result<(), CallError> {
        self.called("PutMetricData").await?;
        let at_ms = i64::try_from(at.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        self.state().points.extend(points.iter().map(|point| (at_ms, point.clone())));
        Ok(())
    }
}

impl Notifications for Cloud {
    async fn notify(&self, way: Way, to: &str, notice: &Notice) -> Result<String, CallError> {
        self.called(if way == Way::Topic { "Publish" } else { "PutEvents" }).await?;
        self.state().notices.push((way, to.to_owned(), notice.clone()));
        Ok("id".to_owned())
    }
}

impl Table for Cloud {
    async fn get(&self, keys: &[Key]) -> Result<Got, CallError> {
        assert!(!keys.is_empty() && keys.len() <= 100, "{} keys", keys.len());
        self.called("BatchGetItem").await?;
        let mut state = self.state();
        let skipped = std::mem::take(&mut state.unprocessed).min(keys.len());
        let (unprocessed, asked) = keys.split_at(skipped);
        let item = |key: &Key| {
            let (version, document, _) =
                state.records.get(&(key.partition.clone(), key.sort.clone()))?;
            Some(Item { key: key.clone(), version: *version, document: document.clone() })
        };
        Ok(Got {
            items: asked.iter().filter_map(item).collect(),
            unprocessed: unprocessed.to_vec(),
        })
    }

    async fn query(
        &self,
        partition: &str,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Item>, CallError> {
        self.called("Query").await?;
        let state = self.state();
        let all = state.records.iter().filter(|((p, sort), _)| {
            p == partition && after.is_none_or(|after| sort.as_str() > after)
        });
        let most = limit.map_or(PAGE, |limit| limit as usize).min(PAGE);
        let mut items: Vec<Item> = all
            .take(most + 1)
            .map(|((partition, sort), (version, document, _))| Item {
                key: Key::new(partition, sort),
                version: *version,
                document: document.clone(),
            })
            .collect();
        let more = items.len() > most;
        items.truncate(most);
        let next = items.last().filter(|_| more).map(|item| item.key.sort.clone());
        Ok(Page { items, next })
    }

    async fn write(&self, writes: &[Write]) -> Result<Written, CallError> {
        self.called("UpdateItem").await?;
        let second = self.0.0.elapsed().as_secs();
        let mut state = self.state();
        for write in writes {
            let key = (write.key.partition.clone(), write.key.sort.clone());
            let there = state.records.get(&key);
            if let Some(wanted) = write.version
                && wanted != there.map_or(0, |(version, ..)| *version)
            {
                let item = there.map(|(version, document, _)| Item {
                    key: write.key.clone(),
                    version: *version,
                    document: document.clone(),
                });
                return Ok(Written::Conflict(item));
            }
            if write.document.as_ref().is_some_and(|document| document.len() > 400_000) {
                return Err(refusal(Kind::Permanent, "ValidationException"));
            }
            if let Some(most) = state.writes_a_second {
                let used = state.written.entry((write.key.partition.clone(), second)).or_default();
                *used += 1;
                if *used > most {
                    let code = "ProvisionedThroughputExceededException";
                    return Err(refusal(Kind::Throttled, code));
                }
            }
        }
        for write in writes {
            let key = (write.key.partition.clone(), write.key.sort.clone());
            match &write.document {
                Some(document) => {
                    let version = state.records.get(&key).map_or(0, |(version, ..)| *version) + 1;
                    let record = (version, document.clone(), write.expires_s);
                    state.records.insert(key, record);
                }
                None => drop(state.records.remove(&key)),
            }
        }
        if state.lost_answers > 0 {
            state.lost_answers -= 1;
            return Err(refusal(Kind::Transient, DOCUMENT));
        }
        Ok(Written::Done)
    }
}

impl Delivery for Cloud {
    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, CallError> {
        self.called("ReceiveMessage").await?;
        Ok(self.state().letters.iter().take(10).cloned().collect())
    }

    async fn delete_letters(&self, receipts: &[String]) -> Result<(), CallError> {
        self.called("DeleteMessageBatch").await?;
        self.state().letters.retain(|letter| !receipts.contains(&letter.receipt));
        Ok(())
    }

    async fn rule_is_enabled(&self) -> Result<bool, CallError> {
        self.called("DescribeRule").await?;
        let enabled = self.state().rule_enabled;
        enabled.ok_or_else(|| refusal(Kind::Gone, "ResourceNotFoundException"))
    }
}
