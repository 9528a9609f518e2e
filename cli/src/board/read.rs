//! Reads the board from AWS: the machines' newest runs, the states of their alarms, and AWS/States
//! metrics for machines whose runs cannot be listed.

use super::Row;
use crate::call::CallError;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use guardian_contract::{Aborted, Light, MachineKey, Run, Semantics, Status, alarm_name, read};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A machine that is to be on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its key.
    pub key: MachineKey,
    /// Its name.
    pub name: String,
    /// Whether it is EXPRESS.
    pub express: bool,
}

/// How runs become a light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// The semantics.
    pub semantics: Semantics,
    /// What an aborted run says.
    pub aborted: Aborted,
}

/// Where the machines are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
}

impl Place {
    fn arn(&self, machine: &str) -> String {
        let partition = crate::artifacts::partition(&self.region);
        format!("arn:{partition}:states:{}:{}:stateMachine:{machine}", self.region, self.account)
    }

    fn link(&self, page: &str, arn: &str) -> String {
        let domain = guardian_stack::templates::parameters::console_domain(&self.region);
        let region = &self.region;
        format!("https://{region}.{domain}/states/home?region={region}#/{page}/{arn}")
    }
}

/// Machines read at once; each is a call or two.
const AT_ONCE: usize = 16;
/// Tries of a call: ListExecutions gets 2 to 5 tokens a second back when its bucket is empty
/// (Step Functions quotas), so many machines take patience.
const TRIES: u32 = 12;
/// Hours that metrics of EXPRESS machines are looked at.
const HOURS: i64 = 24;

/// Reads every machine. One that cannot be read has the reason in its row.
pub async fn rows(
    config: &SdkConfig,
    place: &Place,
    meaning: Meaning,
    machines: Vec<Machine>,
    now_ms: i64,
) -> Result<Vec<Row>, CallError> {
    let retries = RetryConfig::standard().with_max_attempts(TRIES);
    let sfn = aws_sdk_sfn::config::Builder::from(config).retry_config(retries.clone());
    let sfn = aws_sdk_sfn::Client::from_conf(sfn.build());
    let cloudwatch = aws_sdk_cloudwatch::config::Builder::from(config).retry_config(retries);
    let cloudwatch = aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build());

    let (express, listed): (Vec<_>, Vec<_>) = machines.into_iter().partition(|m| m.express);
    let mut names: Vec<String> = Vec::new();
    names.extend(listed.iter().chain(&express).map(|m| alarm_name(&m.key)));
    let alarms = alarm_states(&cloudwatch, &names).await?;

    let mut rows = from_metrics(&cloudwatch, place, &express, now_ms).await?;
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for machine in listed {
        let (sfn, place, gate) = (sfn.clone(), place.clone(), Arc::clone(&gate));
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = gate.acquire().await;
            row(&sfn, &place, meaning, &machine).await
        });
    }
    rows.extend(tasks.join_all().await);
    for row in &mut rows {
        let key = MachineKey::new(row.key.as_str()).ok();
        row.alarm = key.and_then(|key| alarms.get(&alarm_name(&key)).cloned());
    }
    Ok(rows)
}

async fn row(sfn: &aws_sdk_sfn::Client, place: &Place, meaning: Meaning, machine: &Machine) -> Row {
    let mut row = Row::new(machine.key.as_str(), &machine.name);
    let arn = place.arn(&machine.name);
    match runs(sfn, &arn, meaning).await {
        Ok(runs) => {
            let reading = read(meaning.semantics, meaning.aborted, &runs);
            row.take(&reading);
            row.link = Some(match &reading.decided_by {
                Some(run) => place.link("v2/executions/details", &run.arn),
                None => place.link("statemachines/view", &arn),
            });
        }
        Err(error) if error.code() == "StateMachineDoesNotExist" => {
            row.error = Some("the machine does not exist (any more)".to_owned());
        }
        Err(error) => row.error = Some(error.to_string()),
    }
    row
}

/// The newest runs of a machine: enough to find the last finished one, however many go on.
async fn runs(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    meaning: Meaning,
) -> Result<Vec<Run>, CallError> {
    let mut runs = list(sfn, arn, None, 100).await?;
    if read(meaning.semantics, meaning.aborted, &runs).decided_by.is_some() || runs.len() < 100 {
        return Ok(runs);
    }
    for status in [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted] {
        runs.extend(list(sfn, arn, Some(status), 1).await?);
    }
    Ok(runs)
}

async fn list(
    sfn: &aws_sdk_sfn::Client,
    arn: &str,
    status: Option<Status>,
    limit: i32,
) -> Result<Vec<Run>, CallError> {
    let filter = status.map(|s| aws_sdk_sfn::types::ExecutionStatus::from(s.as_str()));
    let call = sfn.list_executions().state_machine_arn(arn).set_status_filter(filter);
    let page = call.max_results(limit).send().await;
    let page = page.map_err(|e| CallError::of("list the executions", &e))?;
    let run = |e: aws_sdk_sfn::types::ExecutionListItem| {
        // A status that this version does not know decides nothing.
        let status = Status::parse(e.status.as_str())?;
        Some(Run {
            arn: e.execution_arn,
            status,
            start_ms: millis(e.start_date),
            stop_ms: e.stop_date.map(millis),
            redrive_ms: e.redrive_date.map(millis),
            redrive_count: e.redrive_count.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        })
    };
    Ok(page.executions.into_iter().filter_map(run).collect())
}

/// States of alarms by name; DescribeAlarms takes 100 names at once.
async fn alarm_states(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    names: &[String],
) -> Result<BTreeMap<String, String>, CallError> {
    let mut states = BTreeMap::new();
    for names in names.chunks(100) {
        let mut token = None;
        loop {
            let call = cloudwatch.describe_alarms().set_alarm_names(Some(names.to_vec()));
            let page = call.max_records(100).set_next_token(token).send().await;
            let page = page.map_err(|e| CallError::of("read the alarms", &e))?;
            for alarm in page.metric_alarms.unwrap_or_default() {
                if let (Some(name), Some(state)) = (alarm.alarm_name, alarm.state_value) {
                    states.insert(name, state.as_str().to_owned());
                }
            }
            token = page.next_token.filter(|t| !t.is_empty());
            if token.is_none() {
                break;
            }
        }
    }
    Ok(states)
}

const METRICS: [(&str, Status); 3] = [
    ("ExecutionsSucceeded", Status::Succeeded),
    ("ExecutionsFailed", Status::Failed),
    ("ExecutionsTimedOut", Status::TimedOut),
];

/// Rows of EXPRESS machines, from the newest hour in which something ended.
async fn from_metrics(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    place: &Place,
    machines: &[Machine],
    now_ms: i64,
) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    // GetMetricData takes 500 queries at once.
    for machines in machines.chunks(500 / METRICS.len()) {
        let queries = machines.iter().enumerate().flat_map(|(n, machine)| {
            METRICS.iter().enumerate().map(move |(m, (metric, _))| {
                let dimension = Dimension::builder()
                    .name("StateMachineArn")
                    .value(place.arn(&machine.name))
                    .build();
                let metric = Metric::builder()
                    .namespace("AWS/States")
                    .metric_name(*metric)
                    .dimensions(dimension)
                    .build();
                let stat = MetricStat::builder().metric(metric).period(60).stat("Sum").build();
                MetricDataQuery::builder().id(format!("m{n}_{m}")).metric_stat(stat).build()
            })
        });
        let queries: Vec<_> = queries.collect();
        let mut newest: BTreeMap<String, i64> = BTreeMap::new();
        let mut token = None;
        loop {
            let page = cloudwatch
                .get_metric_data()
                .set_metric_data_queries(Some(queries.clone()))
                .start_time(DateTime::from_millis(now_ms - HOURS * 3_600_000))
                .end_time(DateTime::from_millis(now_ms))
                .set_next_token(token)
                .send()
                .await;
            let page = page.map_err(|e| CallError::of("read the metrics of AWS/States", &e))?;
            for result in page.metric_data_results.unwrap_or_default() {
                let times = result.timestamps.unwrap_or_default().into_iter().map(millis);
                let values = result.values.unwrap_or_default();
                let last = times.zip(values).filter(|(_, v)| *v > 0.0).map(|(t, _)| t).max();
                if let (Some(id), Some(last)) = (result.id, last) {
                    let newest = newest.entry(id).or_insert(last);
                    *newest = last.max(*newest);
                }
            }
            token = page.next_token.filter(|t| !t.is_empty());
            if token.is_none() {
                break;
            }
        }
        for (n, machine) in machines.iter().enumerate() {
            let of = |m: usize| newest.get(&format!("m{n}_{m}")).copied();
            rows.push(express_row(machine, place, &std::array::from_fn(of)));
        }
    }
    Ok(rows)
}

/// The row of an EXPRESS machine: what ended last, as [`METRICS`] have it. Within one minute a
/// failure counts before a success, since which came last is not known.
fn express_row(machine: &Machine, place: &Place, newest: &[Option<i64>; METRICS.len()]) -> Row {
    let mut row = Row::new(machine.key.as_str(), &machine.name);
    let ended = METRICS.iter().zip(newest);
    let ended = ended.filter_map(|((_, status), at)| at.map(|at| (at, status.code(), *status)));
    let last = ended.max_by_key(|(at, code, _)| (*at, *code));
    row.from_metrics = true;
    row.light = Some(match last {
        None => Light::Grey,
        Some((_, _, Status::Succeeded)) => Light::Green,
        Some(_) => Light::Red,
    });
    row.status = last.map(|(_, _, status)| status);
    row.at_ms = last.map(|(at, _, _)| at);
    row.link = Some(place.link("statemachines/view", &place.arn(&machine.name)));
    row
}

fn millis(time: DateTime) -> i64 {
    // Only years beyond 292 million do not fit.
    time.to_millis().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_express_machine_shows_what_ended_last_and_a_failure_in_the_same_minute() {
        let machine = Machine {
            key: MachineKey::new("clicks").unwrap(),
            name: "clicks-step-function".into(),
            express: true,
        };
        let place = Place { account: "1".into(), region: "eu-west-1".into() };
        let light = |newest| express_row(&machine, &place, &newest).light;
        assert_eq!(light([None, None, None]), Some(Light::Grey));
        assert_eq!(light([Some(2), Some(1), None]), Some(Light::Green));
        assert_eq!(light([Some(2), None, Some(3)]), Some(Light::Red));
        assert_eq!(light([Some(2), Some(2), None]), Some(Light::Red));
        let row = express_row(&machine, &place, &[Some(2), Some(2), None]);
        assert!(row.from_metrics && row.status == Some(Status::Failed));
    }

    #[test]
    fn links_lead_to_the_console_of_the_partition() {
        let place = Place { account: "1".into(), region: "cn-north-1".into() };
        assert_eq!(place.arn("m"), "arn:aws-cn:states:cn-north-1:1:stateMachine:m");
        assert!(place.link("x", "y").starts_with("https://cn-north-1.console.amazonaws.cn/states"));
    }
}
