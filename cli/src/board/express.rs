//! Rows of EXPRESS machines, from AWS/States metrics: their runs cannot be listed.

use super::Row;
use super::read::{Machine, Meaning, Place};
use crate::alarm::millis;
use crate::call::CallError;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use guardian_contract::{Aborted, Light, Semantics, Status};
use std::collections::BTreeMap;

/// Hours that metrics are looked at.
const HOURS: i64 = 24;
/// Queries that GetMetricData takes at once.
const QUERIES: usize = 500;

const METRICS: [(&str, Status); 4] = [
    ("ExecutionsSucceeded", Status::Succeeded),
    ("ExecutionsFailed", Status::Failed),
    ("ExecutionsTimedOut", Status::TimedOut),
    ("ExecutionsAborted", Status::Aborted),
];
/// When something ended last in each of these ways, in milliseconds since the epoch.
type Newest = [Option<i64>; METRICS.len()];

/// Rows from the newest minute in which something ended.
pub(super) async fn rows(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    place: &Place,
    meaning: Meaning,
    machines: &[Machine],
    now_ms: i64,
) -> Result<Vec<Row>, CallError> {
    let mut rows = Vec::new();
    for machines in machines.chunks(QUERIES / METRICS.len()) {
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
        let newest = newest(cloudwatch, queries.collect(), now_ms).await?;
        for (n, machine) in machines.iter().enumerate() {
            let of = |m: usize| newest.get(&format!("m{n}_{m}")).copied();
            rows.push(row(machine, place, meaning, &std::array::from_fn(of)));
        }
    }
    Ok(rows)
}

/// By query, the newest minute in which something was counted.
async fn newest(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    queries: Vec<MetricDataQuery>,
    now_ms: i64,
) -> Result<BTreeMap<String, i64>, CallError> {
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
            return Ok(newest);
        }
    }
}

/// What ended last. Within one minute a failure counts before a success, since which came last is
/// not known.
fn row(machine: &Machine, place: &Place, meaning: Meaning, newest: &Newest) -> Row {
    let mut row = Row::new(machine.key.as_str(), &machine.name);
    let ignored = |status: Status| {
        status == Status::Aborted
            && (meaning.semantics, meaning.aborted) == (Semantics::LastFinished, Aborted::Ignore)
    };
    let ended = METRICS.iter().zip(newest).filter(|((_, status), _)| !ignored(*status));
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
    row.last_success_ms = newest[0];
    row.link = Some(place.link("statemachines/view", &place.arn(&machine.name)));
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::MachineKey;

    #[test]
    fn an_express_machine_shows_what_ended_last_and_a_failure_in_the_same_minute() {
        let machine = Machine {
            key: MachineKey::new("clicks").unwrap(),
            name: "clicks-step-function".into(),
            express: true,
        };
        let place = Place { account: "1".into(), region: "eu-west-1".into() };
        let meaning = |aborted| Meaning { semantics: Semantics::LastFinished, aborted };
        let red = meaning(Aborted::Red);
        let light = |newest| row(&machine, &place, red, &newest).light;
        assert_eq!(light([None, None, None, None]), Some(Light::Grey));
        assert_eq!(light([Some(2), Some(1), None, None]), Some(Light::Green));
        assert_eq!(light([Some(2), None, Some(3), None]), Some(Light::Red));
        assert_eq!(light([Some(2), Some(2), None, None]), Some(Light::Red));
        let aborted = [Some(2), None, None, Some(3)];
        assert_eq!(light(aborted), Some(Light::Red));
        let ignoring = row(&machine, &place, meaning(Aborted::Ignore), &aborted);
        assert_eq!(ignoring.light, Some(Light::Green));
        let row = row(&machine, &place, red, &[Some(2), Some(2), None, None]);
        assert!(row.from_metrics && row.status == Some(Status::Failed));
        assert_eq!(row.last_success_ms, Some(2));
    }
}
