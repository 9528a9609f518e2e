//! The mark of green machines whose run left items of a Map Run undone, from the function's metric. It
//! is read only for machines without an alarm on that metric; the alarm would show the same.

use super::metrics::{PERIOD_MS, Point, QUERIES, Span, points, query};
use aws_sdk_cloudwatch::types::Metric;
use guardian_aws::AwsError;
use guardian_board::Machine;
use guardian_contract::{Light, MachineKey, NAMESPACE, incomplete_metric};

/// Marks those that are among these machines.
pub(super) async fn mark(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    of: &mut [Machine],
    machines: &[MachineKey],
    now_ms: i64,
) -> Result<(), AwsError> {
    let asked = |one: &Machine| machines.iter().find(|key| key.as_str() == one.key);
    // The mark matters only for a green light.
    let green = of.iter_mut().filter(|one| one.light == Some(Light::Green));
    let mut all: Vec<(String, &mut Machine)> =
        green.filter_map(|one| Some((incomplete_metric(asked(one)?), one))).collect();
    for some in all.chunks_mut(QUERIES) {
        let queries = some.iter().enumerate().map(|(n, (metric, _))| {
            let metric = Metric::builder().namespace(NAMESPACE).metric_name(metric).build();
            query(format!("m{n}"), metric, "Maximum", 60)
        });
        let span = Span::day(now_ms);
        let found = points(cloudwatch, queries.collect(), "what is incomplete", span).await?;
        for (n, (_, one)) in some.iter_mut().enumerate() {
            let found = found.get(&format!("m{n}")).map_or(&[][..], Vec::as_slice);
            one.incomplete = one.at_ms.is_some_and(|at_ms| left_undone(found, at_ms));
        }
    }
    Ok(())
}

/// Whether the newest point counts items, and belongs to the run that ended then: an earlier point
/// belongs to an earlier run.
fn left_undone(points: &[Point], ended_ms: i64) -> bool {
    let newest = points.iter().max_by_key(|(at, _)| *at);
    newest.is_some_and(|(at, items)| *items > 0.0 && at + PERIOD_MS > ended_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_point_since_the_run_ended_decides() {
        let minute = |n: i64| n * PERIOD_MS;
        assert!(left_undone(&[(minute(2), 3.0)], minute(2) + 5_000));
        assert!(left_undone(&[(minute(1), 0.0), (minute(9), 3.0)], minute(2)));
        assert!(!left_undone(&[(minute(9), 0.0), (minute(2), 3.0)], minute(2)));
        // It belongs to the run before.
        assert!(!left_undone(&[(minute(2), 3.0)], minute(3)));
        assert!(!left_undone(&[], 0));
    }
}
