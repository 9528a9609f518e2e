//! What is published, and how it is cut into calls.

use crate::CallError;
use guardian_contract::{
    Counts, DOUBT_METRIC, DROPPED_METRIC, HEARTBEAT_METRIC, LATE_METRIC, MachineKey,
    RECONCILE_LAG_METRIC, RED_METRIC, REPAIRED_METRIC, STUCK_METRIC, TURNED_BAD_METRIC,
    UNGUARDED_METRIC, UNREAD_METRIC, UNSENT_METRIC, UNUSABLE_METRIC, incomplete_metric,
    oldest_running_metric, overdue_metric, overrun_metric, status_metric,
};
use std::collections::BTreeMap;
use std::time::SystemTime;

/// PutMetricData's limit of metrics a call.
pub const MAX_BATCH_METRICS: usize = 1_000;
/// PutMetricData's limit is 1 MB a call, uncompressed; a tenth is left for what an estimate misses.
pub const MAX_BATCH_BYTES: usize = 900_000;

/// One value of one metric in the contract's namespace.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Metric name.
    pub metric: String,
    /// Its value.
    pub value: f64,
    /// The deployment that it is about ([`guardian_contract::DEPLOYMENT_DIMENSION`]); none for
    /// what is about a machine.
    pub deployment: Option<String>,
    /// The group of its machines, beside the deployment ([`guardian_contract::GROUP_DIMENSION`]).
    pub group: Option<String>,
    /// When it was so; none for the moment at which it is published. A light that was judged before
    /// another writer changed the row must not count for the time after that.
    pub at: Option<SystemTime>,
}

impl Point {
    /// A machine's status.
    pub fn status(key: &MachineKey, code: u8) -> Self {
        Self::of_machine(status_metric(key), f64::from(code))
    }

    /// Seconds since a machine's finished run was due.
    pub fn overdue(key: &MachineKey, seconds: f64) -> Self {
        Self::of_machine(overdue_metric(key), seconds)
    }

    /// Seconds since a machine's oldest run in progress began.
    pub fn oldest_running(key: &MachineKey, seconds: f64) -> Self {
        Self::of_machine(oldest_running_metric(key), seconds)
    }

    /// Seconds by which a machine's oldest run in progress exceeds what its runs usually take.
    pub fn overrun(key: &MachineKey, seconds: f64) -> Self {
        Self::of_machine(overrun_metric(key), seconds)
    }

    /// Items that failed in a machine's successful run.
    pub fn incomplete(key: &MachineKey, items: u64) -> Self {
        Self::of_machine(incomplete_metric(key), items as f64)
    }

    /// Machines that match the rules and have no alarm.
    pub fn unguarded(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(UNGUARDED_METRIC, count as f64, deployment)
    }

    /// Machines that could not be read.
    pub fn unread(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(UNREAD_METRIC, count as f64, deployment)
    }

    /// The sign that a sweep came through.
    pub fn heartbeat(deployment: Option<&str>) -> Self {
        Self::of_deployment(HEARTBEAT_METRIC, 1.0, deployment)
    }

    fn of_machine(metric: String, value: f64) -> Self {
        Self { metric, value, deployment: None, group: None, at: None }
    }

    fn of_deployment(metric: &str, value: f64, deployment: Option<&str>) -> Self {
        let deployment = deployment.map(str::to_owned);
        Self { metric: metric.to_owned(), value, deployment, group: None, at: None }
    }

    /// Lights that have turned red, of all machines and of each group with any.
    pub fn turned_bad(turned: &TurnedBad, deployment: Option<&str>) -> Vec<Self> {
        let all = std::iter::once((None, turned.all)).filter(|(_, count)| *count > 0);
        let groups = turned.groups.iter().map(|(group, count)| (Some(group), *count));
        all.chain(groups)
            .map(|(group, count)| Self {
                group: group.cloned(),
                ..Self::of_deployment(TURNED_BAD_METRIC, count as f64, deployment)
            })
            .collect()
    }

    /// The same at this time.
    pub(crate) fn judged_at(self, at: SystemTime) -> Self {
        Self { at: Some(at), ..self }
    }

    /// Events that were dropped.
    pub fn dropped(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(DROPPED_METRIC, count as f64, deployment)
    }

    /// Notifications that were refused or given up.
    pub fn unsent(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(UNSENT_METRIC, count as f64, deployment)
    }

    /// Settings and machines that cannot be used.
    pub fn unusable(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(UNUSABLE_METRIC, count as f64, deployment)
    }

    /// Lights that a list has put right.
    pub fn repaired(count: usize, deployment: Option<&str>) -> Self {
        Self::of_deployment(REPAIRED_METRIC, count as f64, deployment)
    }

    /// How far the reconciler is behind; 1 is on time.
    pub fn reconcile_lag(lag: f64, deployment: Option<&str>) -> Self {
        Self::of_deployment(RECONCILE_LAG_METRIC, lag, deployment)
    }

    /// How many lights are what, of all machines or of a group, without those that are muted.
    pub fn counts(counts: &Counts, deployment: Option<&str>, group: Option<&str>) -> Vec<Self> {
        [
            (RED_METRIC, counts.red.saturating_sub(counts.muted_red)),
            (LATE_METRIC, counts.late.saturating_sub(counts.muted_late)),
            (STUCK_METRIC, counts.stuck.saturating_sub(counts.muted_stuck)),
            (DOUBT_METRIC, counts.doubt),
        ]
        .into_iter()
        .map(|(metric, count)| Self {
            group: group.map(str::to_owned),
            ..Self::of_deployment(metric, f64::from(count), deployment)
        })
        .collect()
    }

    /// Whether it is [`Point::heartbeat`].
    pub fn is_heartbeat(&self) -> bool {
        self.metric == HEARTBEAT_METRIC
    }

    /// Whether it is a machine's status.
    pub(crate) fn is_status(&self) -> bool {
        self.deployment.is_none() && self.metric.ends_with("_Status")
    }

    /// Bytes that it takes in the longest protocol, the form-encoded one: three parameters with
    /// their `MetricData.member.1000.` each, values, and a name of characters that need no escape. A
    /// dimension is two parameters more, with `Dimensions.member.1.` in them, and its value may
    /// need escapes of three characters.
    pub fn size(&self) -> usize {
        let dimensions = self.deployment.iter().chain(&self.group);
        let dimensions: usize = dimensions.map(|value| 140 + 3 * value.len()).sum();
        200 + self.metric.len() + dimensions
    }
}

/// How many lights turned red and are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnedBad {
    /// Of all machines.
    pub all: usize,
    /// Of the groups with any.
    pub groups: BTreeMap<String, usize>,
}

impl TurnedBad {
    /// Counts a machine of these groups.
    pub(crate) fn count<'a>(&mut self, groups: impl Iterator<Item = &'a str>) {
        self.all += 1;
        for group in groups {
            *self.groups.entry(group.to_owned()).or_default() += 1;
        }
    }
}

/// Where points go.
pub trait Publisher: Send + Sync + 'static {
    /// Publishes at most one batch; what has no time of its own is stamped with `at`.
    fn publish(
        &self,
        points: &[Point],
        at: SystemTime,
    ) -> impl Future<Output = Result<(), CallError>> + Send;
}

/// Cuts points into calls that PutMetricData accepts, in their order.
pub fn batches(points: Vec<Point>) -> Vec<Vec<Point>> {
    let mut all: Vec<Vec<Point>> = Vec::new();
    let mut bytes = 0;
    for point in points {
        let size = point.size();
        match all.last_mut() {
            Some(batch) if batch.len() < MAX_BATCH_METRICS && bytes + size <= MAX_BATCH_BYTES => {
                bytes += size;
                batch.push(point);
            }
            _ => {
                bytes = size;
                all.push(vec![point]);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn batches_lose_nothing_keep_the_order_and_fit(
            count in 0usize..4_000, length in 1usize..5_000, named in 0usize..1_024,
        ) {
            let deployment = (named > 0).then(|| "d".repeat(named));
            let points: Vec<Point> = (0..count)
                .map(|i| Point {
                    metric: format!("{i:0length$}"),
                    value: i as f64,
                    deployment: deployment.clone(),
                    group: deployment.clone(),
                    at: None,
                })
                .collect();
            let cut = batches(points.clone());
            for batch in &cut {
                prop_assert!(!batch.is_empty() && batch.len() <= MAX_BATCH_METRICS);
                prop_assert!(batch.iter().map(Point::size).sum::<usize>() <= MAX_BATCH_BYTES);
            }
            prop_assert_eq!(cut.concat(), points);
        }
    }

    #[test]
    fn a_thousand_of_the_longest_names_are_one_call() {
        let key = MachineKey::new("x".repeat(80)).unwrap();
        let points = vec![Point::status(&key, 2); 1_000];
        assert_eq!(batches(points).len(), 1);
    }
}
