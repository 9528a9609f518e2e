//! Rows of EXPRESS machines, from AWS/States metrics: their runs cannot be listed.

use super::Row;
use super::metrics::{Point, QUERIES, points, query};
use super::{Account, Evaluation, Machine};
use aws_sdk_cloudwatch::types::{Dimension, Metric};
use guardian_aws::AwsError;
use guardian_contract::{Aborted, Light, Semantics, Status};

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
    place: &Account,
    meaning: Evaluation,
    machines: &[Machine],
    now_ms: i64,
) -> Result<Vec<Row>, AwsError> {
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
                query(format!("m{n}_{m}"), metric, "Sum")
            })
        });
        let of = "the metrics of AWS/States";
        let found = points(cloudwatch, queries.collect(), of, now_ms).await?;
        for (n, machine) in machines.iter().enumerate() {
            let of = |m: usize| found.get(&format!("m{n}_{m}")).and_then(|all| newest(all));
            rows.push(row(machine, place, meaning, &std::array::from_fn(of)));
        }
    }
    Ok(rows)
}

/// The newest minute in which something was counted.
fn newest(points: &[Point]) -> Option<i64> {
    points.iter().filter(|(_, count)| *count > 0.0).map(|(at, _)| *at).max()
}

/// What ended last. Within one minute a failure counts before a success, since which came last is
/// not known.
fn row(machine: &Machine, place: &Account, meaning: Evaluation, newest: &Newest) -> Row {
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
    row.link = place.link("statemachines/view", &place.arn(&machine.name));
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
            settle_ms: 0,
            incomplete: false,
        };
        let place = Account { account: "1".into(), region: "eu-west-1".into() };
        let meaning = |aborted| Evaluation { semantics: Semantics::LastFinished, aborted };
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
