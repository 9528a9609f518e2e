//! EXPRESS machines, from AWS/States metrics: their runs cannot be listed.

use super::Member;
use super::metrics::{DAY_MS, Point, QUERIES, Span, points, query};
use aws_sdk_cloudwatch::types::{Dimension, Metric};
use guardian_aws::AwsError;
use guardian_board::evaluated::Meaning;
use guardian_board::{Machine, Target};
use guardian_contract::{Aborted, Light, Semantics, Status};
use std::sync::Arc;

const METRICS: [(&str, Status); 4] = [
    ("ExecutionsSucceeded", Status::Succeeded),
    ("ExecutionsFailed", Status::Failed),
    ("ExecutionsTimedOut", Status::TimedOut),
    ("ExecutionsAborted", Status::Aborted),
];
/// How many days back points are searched for, and with which period in seconds: CloudWatch keeps
/// points of a minute for 15 days, of five minutes for 63, of an hour for 455. The first day is a
/// search of its own, since most machines have run in it.
const BACK: [(i64, i32); 4] = [(1, 60), (15, 60), (63, 300), (KEPT_DAYS as i64, 3_600)];
/// Days for which CloudWatch keeps points.
const KEPT_DAYS: u16 = 455;
/// Leaves out this part of the oldest day, whose finer points CloudWatch may already have dropped.
const MARGIN_MS: i64 = 3_600_000;

/// When something ended last in each of these ways, in milliseconds since the epoch.
type Newest = [Option<i64>; METRICS.len()];

/// Machines from the newest period in which something ended. The search for a machine goes further back
/// until it is known how its last run ended and, if that was a failure, when a run last succeeded.
pub(super) async fn machines(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    target: &Arc<Target>,
    meaning: Meaning,
    members: &[Member],
    now_ms: i64,
) -> Result<Vec<Machine>, AwsError> {
    let mut newest: Vec<Newest> = vec![[None; METRICS.len()]; members.len()];
    let mut open: Vec<usize> = (0..members.len()).collect();
    let mut to_ms = now_ms;
    for (days, period_s) in BACK {
        let from_ms = now_ms - days * DAY_MS + MARGIN_MS;
        let span = Span { from_ms, to_ms };
        for asked in open.chunks(QUERIES / METRICS.len()) {
            let queries = asked.iter().flat_map(|&n| {
                METRICS.iter().enumerate().map(move |(m, (metric, _))| {
                    let dimension = Dimension::builder()
                        .name("StateMachineArn")
                        .value(target.machine_arn(&members[n].name))
                        .build();
                    let metric = Metric::builder()
                        .namespace("AWS/States")
                        .metric_name(*metric)
                        .dimensions(dimension)
                        .build();
                    query(format!("m{n}_{m}"), metric, "Sum", period_s)
                })
            });
            let of = "the metrics of AWS/States";
            let found = points(cloudwatch, queries.collect(), of, span).await?;
            for &n in asked {
                for (m, at) in newest[n].iter_mut().enumerate() {
                    let of = found.get(&format!("m{n}_{m}"));
                    *at = at.or(of.and_then(|points| last(points)));
                }
            }
        }
        open.retain(|&n| !is_known(meaning, &newest[n]));
        if open.is_empty() {
            break;
        }
        to_ms = from_ms;
    }
    let each = members.iter().zip(&newest);
    Ok(each.map(|(member, newest)| machine(member, target, meaning, newest, now_ms)).collect())
}

/// The newest period in which something was counted.
fn last(points: &[Point]) -> Option<i64> {
    points.iter().filter(|(_, count)| *count > 0.0).map(|(at, _)| *at).max()
}

/// What ended last, and when. Within one period a failure counts before a success, since which came
/// last is not known.
fn ended_last(meaning: Meaning, newest: &Newest) -> Option<(i64, Status)> {
    let ignored = |status: Status| {
        status == Status::Aborted
            && (meaning.semantics, meaning.aborted) == (Semantics::LastFinished, Aborted::Ignore)
    };
    let ended = METRICS.iter().zip(newest).filter(|((_, status), _)| !ignored(*status));
    let ended = ended.filter_map(|((_, status), at)| at.map(|at| (at, *status)));
    ended.max_by_key(|(at, status)| (*at, status.code()))
}

/// Whether there is no need to look further back.
fn is_known(meaning: Meaning, newest: &Newest) -> bool {
    ended_last(meaning, newest).is_some() && newest[0].is_some()
}

fn machine(
    member: &Member,
    target: &Arc<Target>,
    meaning: Meaning,
    newest: &Newest,
    now_ms: i64,
) -> Machine {
    let (at_ms, decided) = ended_last(meaning, newest).unzip();
    Machine {
        from_metrics: true,
        light: Some(match decided {
            None => Light::Grey,
            Some(Status::Succeeded) => Light::Green,
            Some(_) => Light::Red,
        }),
        at_ms,
        decided,
        light_since_ms: at_ms,
        last_success_ms: newest[0],
        // A machine whose aborted runs are ignored has run nevertheless.
        none_in_days: newest.iter().all(Option::is_none).then_some(KEPT_DAYS),
        // Metrics are read together with the board.
        read_ms: Some(now_ms),
        linked: Some(target.machine_arn(&member.name).into()),
        ..member.unknown(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::MachineKey;

    #[test]
    fn an_express_machine_shows_what_ended_last_and_a_failure_in_the_same_minute() {
        let member = Member {
            key: MachineKey::new("clicks").unwrap(),
            name: "clicks-step-function".into(),
            express: true,
            declared: guardian_contract::Declared::default(),
        };
        let target = Arc::new(Target { account: "1".into(), region: "eu-west-1".into() });
        let meaning = |aborted| Meaning { aborted, ..Meaning::default() };
        let of = |meaning, newest: &Newest| machine(&member, &target, meaning, newest, 9);
        let red = meaning(Aborted::Red);
        let light = |newest| of(red, &newest).light;
        let nothing = of(red, &[None; 4]);
        assert_eq!((nothing.light, nothing.none_in_days), (Some(Light::Grey), Some(455)));
        assert!(!is_known(red, &[None; 4]) && !is_known(red, &[None, Some(1), None, None]));
        assert!(is_known(red, &[Some(1), Some(2), None, None]));
        assert_eq!(light([Some(2), Some(1), None, None]), Some(Light::Green));
        assert_eq!(light([Some(2), None, Some(3), None]), Some(Light::Red));
        assert_eq!(light([Some(2), Some(2), None, None]), Some(Light::Red));
        let aborted = [Some(2), None, None, Some(3)];
        assert_eq!(light(aborted), Some(Light::Red));
        let ignoring = of(meaning(Aborted::Ignore), &aborted);
        assert_eq!(ignoring.light, Some(Light::Green));
        let failed = of(red, &[Some(2), Some(2), None, None]);
        assert!(failed.from_metrics && failed.decided == Some(Status::Failed));
        assert_eq!(failed.last_success_ms, Some(2));
    }
}
