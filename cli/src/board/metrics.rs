//! Points of metrics, by the query that asks for them.

use crate::alarm::millis;
use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use guardian_aws::AwsError;
use guardian_aws::pagination::{Page, all};
use std::collections::BTreeMap;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;
/// Milliseconds of the shortest period.
pub(super) const PERIOD_MS: i64 = 60_000;
/// Queries that GetMetricData takes at once.
pub(super) const QUERIES: usize = 500;

/// When a period began, in milliseconds since the epoch, and its value.
pub(super) type Point = (i64, f64);

/// A stretch of time, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Its beginning.
    pub from_ms: i64,
    /// Its end.
    pub to_ms: i64,
}

impl Span {
    /// The last 24 hours.
    pub fn day(now_ms: i64) -> Self {
        Self { from_ms: now_ms - DAY_MS, to_ms: now_ms }
    }
}

/// A query with periods of this many seconds.
pub(super) fn query(id: String, metric: Metric, statistic: &str, period_s: i32) -> MetricDataQuery {
    let stat = MetricStat::builder().metric(metric).period(period_s).stat(statistic).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

/// The points of each query, in no order; `of` completes "read …". Only periods in which something
/// was published have one.
pub(super) async fn points(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    queries: Vec<MetricDataQuery>,
    of: &str,
    span: Span,
) -> Result<BTreeMap<String, Vec<Point>>, AwsError> {
    let what = &format!("read {of}");
    let queries = &queries;
    let page = |next| async move {
        let page = cloudwatch
            .get_metric_data()
            .set_metric_data_queries(Some(queries.clone()))
            .start_time(DateTime::from_millis(span.from_ms))
            .end_time(DateTime::from_millis(span.to_ms))
            .set_next_token(next)
            .send()
            .await;
        let page = page.map_err(|e| AwsError::of(what, &e))?;
        Ok(Page { items: page.metric_data_results.unwrap_or_default(), next: page.next_token })
    };
    let mut points: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    // The points of one query may be on several pages.
    for result in all(what, page).await? {
        let times = result.timestamps.unwrap_or_default().into_iter().map(millis);
        let of = points.entry(result.id.unwrap_or_default()).or_default();
        of.extend(times.zip(result.values.unwrap_or_default()));
    }
    Ok(points)
}
