//! An account in memory: all that the function talks to, with the limits and faults of the real
//! services. Time is tokio's, so that a paused clock makes hours pass at once.
#![allow(dead_code, reason = "each test uses a part of it")]

use fastrand::Rng;
use guardian_contract::table::{
    FLEET, Fleet as FleetRecord, GENERAL, SCHEMA_KEY, SHARDS, SWEEP, Sweep,
};
use guardian_contract::{
    Attempt, ChangeKind, HistoryEvent, Incident, MachineKey, Pending, RED_THRESHOLD, Row, Status,
    Step,
};
use guardian_lambda::{
    Answered, Ask, CallError, Clock, DeadLetter, Delivery, Execution, Fleet, Got, Item, Key, Kind,
    Letters, Machine, Message, Notice, Notifications, Page, Point, Publisher, Settings, Table,
    Watcher, Way, Write, Written,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, sleep};

pub const PREFIX: &str = "arn:aws:states:eu-central-1:123456789012";
pub const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:hints";
/// The timeout of an invocation.
pub const TIMEOUT: Duration = Duration::from_secs(30);
pub const NOW_MS: i64 = 1_700_000_000_000;
/// DynamoDB's limit of a record in bytes.
const MAX_RECORD: usize = 400 * 1_024;

/// What is in the account, and what goes wrong in it.
pub struct Account {
    pub machines: Vec<Machine>,
    /// Executions by machine ARN, newest first, as they are from the beginning.
    pub executions: HashMap<String, Vec<Execution>>,
    /// Executions by machine ARN, and what each is from when.
    pub stories: HashMap<String, Vec<Vec<Shown>>>,
    pub tags: HashMap<String, BTreeMap<String, String>>,
    pub page_size: usize,
    pub latency: Duration,
    /// What calls of ListExecutions take.
    pub list_latency: Duration,
    /// Calls take from 5 ms to 4 s.
    pub jitter: bool,
    /// What calls are refused with, by the name of the API or `API ARN`.
    pub refused: HashMap<String, CallError>,
    /// Throttles this many calls of ListExecutions before any succeeds.
    pub throttles: usize,
    /// The bucket of ListExecutions: tokens, tokens a second.
    pub bucket: Option<(f64, f64)>,
    /// Gives this as the next token of every page of machines.
    pub stuck_token: Option<String>,
    /// Fails the list of machines from this page on.
    pub list_breaks_at: Option<usize>,
    /// Number of the call, from 0, of PutMetricData that is refused.
    pub refused_batch: Option<usize>,
    pub publish_throttles: usize,
    pub publish_latency: Duration,
    /// Chances of what may go wrong with a call.
    pub chances: Chances,
    /// How far lists may lag behind.
    pub behind_ms: i64,
    pub rule: Result<bool, CallError>,
    pub letters: Vec<DeadLetter>,
    pub failed_ticks: Vec<DeadLetter>,
    /// What is published, received and written.
    pub points: Vec<(i64, Point)>,
    pub batches: Vec<Vec<Point>>,
    pub stamps: Vec<SystemTime>,
    pub notices: Vec<(Way, String, Notice)>,
    pub records: BTreeMap<(String, String), Record>,
    pub calls: BTreeMap<&'static str, Vec<i64>>,
    pub asked: Vec<String>,
    pub under_way: usize,
    pub most_under_way: usize,
    pub tokens: HashMap<String, (f64, i64)>,
    pub table_throttles: usize,
    /// Whether to record the changes that rows accept.
    pub track: bool,
    /// Changes that a write of a row has put into its outbox.
    pub accepted: Vec<(Attempt, ChangeKind)>,
    /// Executions of changes that found no room there.
    pub overflowed: Vec<String>,
}

/// Probabilities.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chances {
    /// ListExecutions is throttled.
    pub throttled: f64,
    /// CloudWatch refuses, or its answer is lost.
    pub refused: f64,
    /// A call of the table is throttled.
    pub table_throttled: f64,
    /// A write is done and its answer lost.
    pub lost: f64,
    /// A key is not answered.
    pub unprocessed: f64,
    /// A query shows the record before the last write.
    pub stale: f64,
    /// DescribeExecution has a bad moment.
    pub describe: f64,
}

/// An execution as it is from a moment on.
#[derive(Debug, Clone)]
pub struct Shown {
    pub from_ms: i64,
    pub execution: Execution,
}

#[derive(Debug, Clone)]
pub struct Record {
    pub item: Item,
    pub expires_s: Option<i64>,
    /// What a read that is not consistent may show for a while.
    before: Option<Item>,
    at_ms: i64,
}

/// For how long reads may show the record before the last write.
const STALE_MS: i64 = 3_000;

impl Default for Account {
    fn default() -> Self {
        Self {
            machines: Vec::new(),
            executions: HashMap::new(),
            stories: HashMap::new(),
            tags: HashMap::new(),
            page_size: 1_000,
            latency: Duration::ZERO,
            list_latency: Duration::ZERO,
            jitter: false,
            refused: HashMap::new(),
            throttles: 0,
            bucket: None,
            stuck_token: None,
            list_breaks_at: None,
            refused_batch: None,
            publish_throttles: 0,
            publish_latency: Duration::ZERO,
            chances: Chances::default(),
            behind_ms: 0,
            rule: Ok(true),
            letters: Vec::new(),
            failed_ticks: Vec::new(),
            points: Vec::new(),
            batches: Vec::new(),
            stamps: Vec::new(),
            notices: Vec::new(),
            records: BTreeMap::new(),
            calls: BTreeMap::new(),
            asked: Vec::new(),
            under_way: 0,
            most_under_way: 0,
            tokens: HashMap::new(),
            table_throttles: 0,
            track: false,
            accepted: Vec::new(),
            overflowed: Vec::new(),
        }
    }
}

pub fn arn(name: &str) -> String {
    format!("{PREFIX}:stateMachine:{name}")
}

pub fn machine(name: &str) -> Machine {
    Machine { arn: arn(name), name: name.to_owned(), express: false, created_ms: None }
}

pub fn key(name: &str) -> MachineKey {
    MachineKey::new(name).unwrap()
}

/// An execution that began this many seconds before [`NOW_MS`] and took half a second.
pub fn execution(name: &str, number: usize, status: &str, age_s: i64) -> Execution {
    execution_at(name, number, status, NOW_MS - age_s * 1_000)
}

pub fn execution_at(name: &str, number: usize, status: &str, start_ms: i64) -> Execution {
    Execution {
        arn: format!("{PREFIX}:execution:{name}:{number}"),
        status: status.to_owned(),
        start_ms,
        stop_ms: (status != "RUNNING").then_some(start_ms + 500),
        redrive_ms: None,
        redrive_count: 0,
    }
}

/// The event of an execution's change.
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
        queue_arn: Some(QUEUE.to_owned()),
    };
    bodies.iter().enumerate().map(message).collect()
}

pub fn error(kind: Kind, code: &str) -> CallError {
    CallError { kind, code: code.to_owned(), message: "said the fake".to_owned() }
}

/// Settings with a table and a topic.
pub fn settings() -> Settings {
    Settings {
        table: Some("lights".to_owned()),
        topic_arn: Some("topic".to_owned()),
        ..Settings::default()
    }
}

/// A machine's light from the start, without a story.
impl Account {
    /// Machines with executions of these statuses, newest first.
    pub fn with(names: impl IntoIterator<Item = (String, Vec<&'static str>)>) -> Self {
        let mut account = Self::default();
        for (name, statuses) in names {
            let count = statuses.len();
            let list = statuses.iter().enumerate().map(|(i, status)| {
                let start_ms = i64::try_from((count - i) * 10).unwrap();
                let run = execution_at(&name, count - i, status, start_ms);
                Execution { stop_ms: run.stop_ms.map(|_| start_ms + 5), ..run }
            });
            let list = list.collect();
            account.executions.insert(arn(&name), list);
            account.machines.push(machine(&name));
        }
        account
    }

    pub fn many(count: usize) -> Self {
        Self::with((0..count).map(|i| (format!("m{i:05}"), vec!["SUCCEEDED", "FAILED"])))
    }

    /// Adds a machine with these executions, or replaces them.
    pub fn list(&mut self, name: &str, executions: Vec<Execution>) {
        if !self.machines.iter().any(|machine| machine.name == name) {
            self.machines.push(Machine { created_ms: Some(0), ..machine(name) });
        }
        self.executions.insert(arn(name), executions);
    }

    fn letters_of(&mut self, of: Letters) -> &mut Vec<DeadLetter> {
        match of {
            Letters::Events => &mut self.letters,
            Letters::Ticks => &mut self.failed_ticks,
        }
    }

    fn listed(&self, machine_arn: &str, at_ms: i64) -> Vec<Execution> {
        let Some(stories) = self.stories.get(machine_arn) else {
            return self.executions.get(machine_arn).cloned().unwrap_or_default();
        };
        let shown = |s: &&Shown| s.from_ms <= at_ms;
        let mut list: Vec<Execution> = stories
            .iter()
            .filter_map(|story| Some(story.iter().rfind(shown)?.execution.clone()))
            .collect();
        list.sort_by_key(|e| -e.stop_ms.unwrap_or(e.redrive_ms.unwrap_or(e.start_ms)));
        list
    }

    /// Takes this many tokens from a bucket, if it has them.
    fn take(&mut self, bucket: &str, cost: f64, burst: f64, refill: f64, now_ms: i64) -> bool {
        let (tokens, at_ms) = self.tokens.entry(bucket.to_owned()).or_insert((burst, now_ms));
        *tokens = (*tokens + refill * (now_ms - *at_ms) as f64 / 1_000.0).min(burst);
        *at_ms = now_ms;
        let enough = *tokens >= cost;
        *tokens -= if enough { cost } else { 0.0 };
        enough
    }
}

pub struct Cloud {
    account: Mutex<Account>,
    rng: Mutex<Rng>,
    began: Instant,
    pub epoch_ms: i64,
}

/// The ports: one process's view of the cloud.
#[derive(Clone)]
pub struct Port(pub Arc<Cloud>);

impl Deref for Port {
    type Target = Cloud;
    fn deref(&self) -> &Cloud {
        &self.0
    }
}

pub type Function = Watcher<Port>;

impl Cloud {
    pub fn new(account: Account) -> Arc<Self> {
        Self::seeded(account, 0, NOW_MS)
    }

    pub fn seeded(account: Account, seed: u64, epoch_ms: i64) -> Arc<Self> {
        // The function's own chance too.
        fastrand::seed(seed);
        let rng = Mutex::new(Rng::with_seed(seed));
        Arc::new(Self { account: Mutex::new(account), rng, began: Instant::now(), epoch_ms })
    }

    pub fn now_ms(&self) -> i64 {
        self.epoch_ms + i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }

    pub fn instant(&self, at_ms: i64) -> Instant {
        self.began + Duration::from_millis(u64::try_from(at_ms - self.epoch_ms).unwrap_or(0))
    }

    pub fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    pub fn chance(&self, probability: f64) -> bool {
        probability > 0.0 && self.rng.lock().unwrap().f64() < probability
    }

    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.rng.lock().unwrap().i64(from..=to)
    }

    pub fn rng(&self) -> MutexGuard<'_, Rng> {
        self.rng.lock().unwrap()
    }

    pub fn list(&self, name: &str, executions: Vec<Execution>) {
        self.account().list(name, executions);
    }

    pub fn refuse(&self, call: &str, kind: Kind, code: &str) {
        self.account().refused.insert(call.to_owned(), error(kind, code));
    }

    pub fn heal(&self) {
        self.account().refused.clear();
    }

    pub fn values(&self, metric: &str) -> Vec<f64> {
        let account = self.account();
        account.points.iter().filter(|(_, p)| p.metric == metric).map(|(_, p)| p.value).collect()
    }

    /// The first value.
    pub fn value(&self, metric: &str) -> Option<f64> {
        self.values(metric).first().copied()
    }

    /// The last value.
    pub fn last(&self, metric: &str) -> Option<f64> {
        self.values(metric).last().copied()
    }

    /// Subjects by topic, and nothing of the buses.
    pub fn subjects(&self) -> Vec<String> {
        let account = self.account();
        let topics = account.notices.iter().filter(|(way, ..)| *way == Way::Topic);
        topics.map(|(_, _, notice)| notice.subject.clone()).collect()
    }

    pub fn sent(&self, way: Way) -> Vec<Notice> {
        let account = self.account();
        let sent = account.notices.iter().filter(|(by, ..)| *by == way);
        sent.map(|(_, _, notice)| notice.clone()).collect()
    }

    pub fn count(&self, call: &str) -> usize {
        self.account().calls.get(call).map_or(0, Vec::len)
    }

    pub fn row(&self, name: &str) -> Row {
        self.try_row(name).unwrap_or_else(|| panic!("no row of {name}"))
    }

    pub fn try_row(&self, name: &str) -> Option<Row> {
        let Key { partition, sort } = Key::of_machine(&key(name));
        let item = self.account().records.get(&(partition, sort))?.item.clone();
        Some(Row::decode(key(name), item.version, &item.document).unwrap())
    }

    pub fn rows(&self) -> Vec<Row> {
        let account = self.account();
        let rows = account.records.values().filter(|r| SHARDS.contains(&&*r.item.key.partition));
        let row = |r: &Record| {
            Row::decode(key(&r.item.key.sort), r.item.version, &r.item.document).unwrap()
        };
        rows.map(row).collect()
    }

    /// Puts a row into the table as another process would have.
    pub fn put_row(&self, row: &Row) {
        self.put(&Key::of_machine(&row.key), row.encode());
    }

    pub fn put(&self, key: &Key, document: String) {
        let at = (key.partition.clone(), key.sort.clone());
        let mut account = self.account();
        let version = account.records.get(&at).map_or(0, |r| r.item.version) + 1;
        let item = Item { key: key.clone(), version, document };
        account.records.insert(at, Record { item, expires_s: None, before: None, at_ms: 0 });
    }

    pub fn sweep(&self) -> Sweep {
        self.general(SWEEP)
    }

    pub fn put_sweep(&self, sweep: &Sweep) {
        self.put(&Key::new(GENERAL, SWEEP), serde_json::to_string(sweep).unwrap());
    }

    pub fn fleet(&self) -> FleetRecord {
        self.general(FLEET)
    }

    pub fn put_schema(&self, version: u64) {
        self.put(&Key::new(GENERAL, SCHEMA_KEY), json!({"v": version}).to_string());
    }

    fn general<R: serde::de::DeserializeOwned>(&self, sort: &str) -> R {
        let account = self.account();
        let record = &account.records[&(GENERAL.to_owned(), sort.to_owned())];
        serde_json::from_str(&record.item.document).unwrap()
    }

    pub fn incidents(&self) -> Vec<Incident> {
        let account = self.account();
        let records = account.records.values().filter(|r| r.item.key.partition.starts_with('i'));
        records.map(|r| serde_json::from_str(&r.item.document).unwrap()).collect()
    }

    /// What the alarm on a metric holds in the end: the last minute with a point says it, by its
    /// maximum.
    pub fn alarm(&self, name: &str) -> Option<bool> {
        let metric = format!("{name}_Status");
        let mut minutes: BTreeMap<i64, f64> = BTreeMap::new();
        for (at, point) in self.account().points.iter().filter(|(_, p)| p.metric == metric) {
            let value = minutes.entry(at / 60_000).or_insert(f64::MIN);
            *value = value.max(point.value);
        }
        minutes.last_key_value().map(|(_, value)| *value >= RED_THRESHOLD)
    }

    /// Counts a call, lets it take its time, and refuses it if it should.
    async fn call(&self, name: &'static str, about: &str) -> Result<(), CallError> {
        let now_ms = self.now_ms();
        let (latency, jitter, refused) = {
            let mut account = self.account();
            account.calls.entry(name).or_default().push(now_ms);
            let refused = account.refused.get(&format!("{name} {about}"));
            let refused = refused.or_else(|| account.refused.get(name)).cloned();
            (account.latency, account.jitter, refused)
        };
        sleep(latency).await;
        if jitter {
            let long = self.chance(0.05);
            let ms = if long { self.between(500, 4_000) } else { self.between(5, 60) };
            sleep(Duration::from_millis(u64::try_from(ms).unwrap())).await;
        }
        refused.map_or(Ok(()), Err)
    }

    fn throttled_table(&self) -> Result<(), CallError> {
        let chance = self.account().chances.table_throttled;
        match self.chance(chance) {
            true => Err(error(Kind::Throttled, "ProvisionedThroughputExceededException")),
            false => Ok(()),
        }
    }
}

/// A process of the function.
pub fn function(cloud: &Arc<Cloud>, settings: Settings) -> Function {
    let at = Arc::clone(cloud);
    let clock =
        Clock::new(move || UNIX_EPOCH + Duration::from_millis(u64::try_from(at.now_ms()).unwrap()));
    Watcher::new(Port(Arc::clone(cloud)), settings).with_clock(clock)
}

pub async fn answer(function: &Function, bodies: &[String]) -> Answered {
    function.answer(&messages(bodies), TIMEOUT).await
}

pub async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

impl Fleet for Port {
    async fn list_machines(&self, token: Option<&str>) -> Result<Page<Machine>, CallError> {
        self.call("ListStateMachines", "").await?;
        let account = self.account();
        let from: usize = token.and_then(|t| t.parse().ok()).unwrap_or(0);
        if account.list_breaks_at.is_some_and(|page| from / account.page_size >= page) {
            return Err(error(Kind::Permanent, "AccessDeniedException"));
        }
        let to = (from + account.page_size).min(account.machines.len());
        let next = (to < account.machines.len()).then(|| to.to_string());
        let items = account.machines[from..to].to_vec();
        Ok(Page { items, next: account.stuck_token.clone().or(next) })
    }

    async fn list_executions(&self, ask: Ask<'_>) -> Result<Page<Execution>, CallError> {
        let behind_ms = self.account().behind_ms;
        let at_ms = self.now_ms() - self.between(0, behind_ms.max(0));
        {
            let mut account = self.account();
            account.asked.push(ask.machine_arn.to_owned());
            account.under_way += 1;
            account.most_under_way = account.most_under_way.max(account.under_way);
        }
        let latency = self.account().list_latency;
        sleep(latency).await;
        let called = self.call("ListExecutions", ask.machine_arn).await;
        let mut account = self.account();
        account.under_way -= 1;
        let chance = account.chances.throttled;
        let now_ms = self.now_ms();
        let empty = account.bucket.is_some_and(|(burst, refill)| {
            !account.take("ListExecutions", 1.0, burst, refill, now_ms)
        });
        if account.throttles > 0 || empty || self.chance(chance) {
            account.throttles = account.throttles.saturating_sub(1);
            return Err(error(Kind::Throttled, "ThrottlingException"));
        }
        called?;
        let fits = |e: &Execution| ask.status.is_none_or(|s: Status| s.as_str() == e.status);
        let all: Vec<Execution> =
            account.listed(ask.machine_arn, at_ms).into_iter().filter(fits).collect();
        let from: usize = ask.token.and_then(|t| t.parse().ok()).unwrap_or(0);
        let to = (from + usize::from(ask.limit)).min(all.len());
        let next = (to < all.len()).then(|| to.to_string());
        Ok(Page { items: all[from.min(to)..to].to_vec(), next })
    }

    async fn describe_execution(&self, execution_arn: &str) -> Result<Execution, CallError> {
        self.call("DescribeExecution", execution_arn).await?;
        let chance = self.account().chances.describe;
        if self.chance(chance) {
            return Err(error(Kind::Transient, "Whatever"));
        }
        let (account, now_ms) = (self.account(), self.now_ms());
        let find = |stories: &Vec<Vec<Shown>>| {
            let shown = |s: &&Shown| s.from_ms <= now_ms && s.execution.arn == execution_arn;
            stories.iter().find_map(|s| Some(s.iter().rfind(shown)?.execution.clone()))
        };
        let from_stories = account.stories.values().find_map(find);
        let mut listed = account.executions.values().flatten();
        from_stories
            .or_else(|| listed.find(|e| e.arn == execution_arn).cloned())
            .ok_or_else(|| error(Kind::Gone, "ExecutionDoesNotExist"))
    }

    async fn tags(&self, machine_arn: &str) -> Result<BTreeMap<String, String>, CallError> {
        self.call("ListTagsForResource", machine_arn).await?;
        Ok(self.account().tags.get(machine_arn).cloned().unwrap_or_default())
    }

    async fn last_events(&self, execution_arn: &str) -> Result<Vec<HistoryEvent>, CallError> {
        self.call("GetExecutionHistory", execution_arn).await?;
        let ended = Step::Ended {
            error: Some("FromHistory".to_owned()),
            cause: Some("said the history".to_owned()),
        };
        Ok(vec![
            HistoryEvent { id: 2, previous: 1, step: ended },
            HistoryEvent { id: 1, previous: 0, step: Step::Entered("Charge".to_owned()) },
        ])
    }

    async fn list_map_runs(&self, arn: &str, _: Option<&str>) -> Result<Page<String>, CallError> {
        self.call("ListMapRuns", arn).await?;
        Ok(Page { items: vec![format!("{arn}/first"), format!("{arn}/second")], next: None })
    }

    async fn failed_items(&self, arn: &str) -> Result<u64, CallError> {
        self.call("DescribeMapRun", arn).await?;
        Ok(if arn.ends_with("/first") { 3 } else { 0 })
    }
}

impl Publisher for Port {
    async fn publish(&self, points: &[Point], at: SystemTime) -> Result<(), CallError> {
        let latency = self.account().publish_latency;
        sleep(latency).await;
        self.call("PutMetricData", "").await?;
        let chance = self.account().chances.refused;
        let refused = self.chance(chance);
        if refused && self.chance(0.5) {
            return Err(error(Kind::Permanent, "AccessDenied"));
        }
        let mut account = self.account();
        if account.publish_throttles > 0 {
            account.publish_throttles -= 1;
            return Err(error(Kind::Throttled, "Throttling"));
        }
        let number = account.batches.len();
        account.batches.push(points.to_vec());
        account.stamps.push(at);
        if account.refused_batch == Some(number) {
            return Err(error(Kind::Permanent, "AccessDenied"));
        }
        let stamped = |point: &Point| {
            let at = point.at.unwrap_or(at).duration_since(UNIX_EPOCH).unwrap();
            (i64::try_from(at.as_millis()).unwrap(), point.clone())
        };
        account.points.extend(points.iter().map(stamped));
        // CloudWatch accepted it, but the answer was lost.
        if refused { Err(error(Kind::Transient, "NoAnswer")) } else { Ok(()) }
    }
}

impl Notifications for Port {
    async fn notify(&self, way: Way, to: &str, notice: &Notice) -> Result<String, CallError> {
        let name = match way {
            Way::Topic => "Publish",
            Way::Bus => "PutEvents",
        };
        self.call(name, to).await?;
        self.account().notices.push((way, to.to_owned(), notice.clone()));
        Ok("id".to_owned())
    }
}

impl Table for Port {
    async fn get(&self, keys: &[Key]) -> Result<Got, CallError> {
        self.call("BatchGetItem", "").await?;
        self.throttled_table()?;
        assert!(!keys.is_empty() && keys.len() <= 100, "{} keys", keys.len());
        let distinct: HashSet<&Key> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "BatchGetItem refuses a key that comes twice");
        let chance = self.account().chances.unprocessed;
        let mut got = Got::default();
        for key in keys {
            if self.chance(chance) {
                got.unprocessed.push(key.clone());
                continue;
            }
            let account = self.account();
            let at = (key.partition.clone(), key.sort.clone());
            got.items.extend(account.records.get(&at).map(|record| record.item.clone()));
        }
        Ok(got)
    }

    async fn query(
        &self,
        partition: &str,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Item>, CallError> {
        self.call("Query", partition).await?;
        self.throttled_table()?;
        let chance = self.account().chances.stale;
        let account = self.account();
        let from =
            (partition.to_owned(), after.map_or(String::new(), |after| format!("{after}\0")));
        let mut items = Vec::new();
        let mut bytes = 0;
        let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
        let mut next = None;
        for record in account.records.range(from..).map(|(_, record)| record) {
            if record.item.key.partition != partition {
                break;
            }
            if items.len() == most || bytes > 1_000_000 {
                next = items.last().map(|item: &Item| item.key.sort.clone());
                break;
            }
            bytes += record.item.document.len();
            let young = self.now_ms() - record.at_ms < STALE_MS;
            let stale = record.before.as_ref().filter(|_| young && self.chance(chance));
            items.push(stale.unwrap_or(&record.item).clone());
        }
        Ok(Page { items, next })
    }

    async fn write(&self, writes: &[Write]) -> Result<Written, CallError> {
        let about = writes.first().map_or("", |write| write.key.sort.as_str());
        self.call("UpdateItem", about).await?;
        self.throttled_table()?;
        let lost = self.account().chances.lost;
        let written = self.account().write(writes, self.now_ms())?;
        if written == Written::Done && self.chance(lost) {
            return Err(error(Kind::Transient, "NoAnswer"));
        }
        Ok(written)
    }
}

impl Account {
    fn write(&mut self, writes: &[Write], now_ms: i64) -> Result<Written, CallError> {
        let times = if writes.len() > 1 { 2.0 } else { 1.0 };
        for write in writes {
            let size = write.document.as_ref().map_or(0, String::len);
            if size > MAX_RECORD {
                return Err(error(Kind::Permanent, "ValidationException"));
            }
            // A write unit is a kilobyte; a partition has a thousand a second.
            let units = times * (size as f64 / 1_024.0).ceil().max(1.0);
            if !self.take(&write.key.partition, units, 1_000.0, 1_000.0, now_ms) {
                self.table_throttles += 1;
                return Err(error(Kind::Throttled, "ProvisionedThroughputExceededException"));
            }
        }
        let at = |key: &Key| (key.partition.clone(), key.sort.clone());
        for write in writes {
            let known = self.records.get(&at(&write.key)).map(|record| &record.item);
            if write.version.is_some_and(|v| v != known.map_or(0, |item| item.version)) {
                return Ok(Written::Conflict(known.cloned()));
            }
        }
        for write in writes {
            let known = self.records.remove(&at(&write.key)).map(|record| record.item);
            let Some(document) = write.document.clone() else { continue };
            if self.track && SHARDS.contains(&&*write.key.partition) {
                self.note(&write.key, known.as_ref(), &document);
            }
            let version = known.as_ref().map_or(0, |item| item.version) + 1;
            let item = Item { key: write.key.clone(), version, document };
            let record = Record { item, expires_s: write.expires_s, before: known, at_ms: now_ms };
            self.records.insert(at(&write.key), record);
        }
        Ok(Written::Done)
    }
}

impl Account {
    fn note(&mut self, key: &Key, known: Option<&Item>, document: &str) {
        let outbox =
            |document: &str| Row::decode(self::key(&key.sort), 1, document).unwrap().outbox;
        let before = known.map_or_else(Vec::new, |item| outbox(&item.document));
        let after = outbox(document);
        let one = |p: &Pending| (Attempt::of(&p.change.run), p.change.kind, p.at_ms);
        for pending in &after {
            if !before.iter().any(|known| one(known) == one(pending)) {
                self.accepted.push((one(pending).0, pending.change.kind));
            }
        }
        let more = |outbox: &[Pending]| outbox.iter().map(|p| p.more).sum::<u32>();
        if more(&after) > more(&before) {
            let left = before.iter().filter(|p| !after.iter().any(|a| one(a) == one(p)));
            self.overflowed.extend(left.map(|p| p.change.run.arn.clone()));
        }
    }
}

impl Delivery for Port {
    async fn dead_letters(&self, of: Letters) -> Result<Vec<DeadLetter>, CallError> {
        self.call("ReceiveMessage", "").await?;
        Ok(self.account().letters_of(of).iter().take(10).cloned().collect())
    }

    async fn delete_letters(&self, of: Letters, receipts: &[String]) -> Result<(), CallError> {
        self.call("DeleteMessageBatch", "").await?;
        self.account().letters_of(of).retain(|letter| !receipts.contains(&letter.receipt));
        Ok(())
    }

    async fn rule_is_enabled(&self) -> Result<bool, CallError> {
        self.call("DescribeRule", "").await?;
        self.account().rule.clone()
    }
}

/// The detail of an event that went to a bus.
pub fn detail(notice: &Notice) -> Value {
    serde_json::from_str(&notice.event.detail).unwrap()
}
