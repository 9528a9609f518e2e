//! Incidents: one record per period in which a light is red.

use crate::attempt::{Attempt, Why};
use crate::{MachineKey, Run, Status};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Milliseconds of incidents that share a partition of the table.
const SHARD_MS: i64 = 30 * 86_400_000;

/// How long before a period incidents are looked for by their beginning. One that took longer has a
/// second record, which is found by its end.
pub const LONG_INCIDENT_MS: i64 = 90 * 86_400_000;

/// A period in which a machine's light was red. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// The machine's key.
    pub machine: String,
    /// The machine's ARN.
    pub machine_arn: String,
    /// When the record was opened; part of its key, so that a start that is corrected keeps it.
    pub opened_ms: i64,
    /// When the light turned red.
    pub start_ms: i64,
    /// When it turned green; none while it is red.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<i64>,
    /// The execution that failed first.
    pub execution: String,
    /// How often that had been redriven.
    #[serde(default)]
    pub redrive_count: u32,
    /// How it ended.
    pub status: Status,
    /// Failures in a row.
    #[serde(default)]
    pub failures: u32,
    /// The innermost state that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What another version wrote.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Incident {
    pub(crate) fn open(key: &MachineKey, machine_arn: &str, run: &Run, start_ms: i64) -> Self {
        Self {
            machine: key.to_string(),
            machine_arn: machine_arn.to_owned(),
            opened_ms: start_ms,
            start_ms,
            end_ms: None,
            execution: run.arn.clone(),
            redrive_count: run.redrive_count,
            status: run.status,
            failures: 1,
            state: None,
            error: None,
            cause: None,
            rest: Map::new(),
        }
    }

    /// Takes over why a run of it failed: the first that is known, and more of the same.
    pub(crate) fn explain(&mut self, why: Option<&Why>) {
        let Some(why) = why else { return };
        let first = Attempt(self.execution.clone(), self.redrive_count) == why.attempt;
        if first || (self.error.is_none() && self.state.is_none() && self.cause.is_none()) {
            self.state = why.state.clone().or(self.state.take());
            self.error = why.error.clone().or(self.error.take());
            self.cause = why.cause.clone().or(self.cause.take());
        }
    }

    /// What messages about it are threaded by.
    pub fn id(&self) -> String {
        format!("{}#{}", self.opened_ms, self.machine)
    }

    /// Partition key of its record.
    pub fn partition(&self) -> String {
        incident_partition(self.opened_ms)
    }

    /// Partition of its second record, of an incident that is over and took long. Its sort key is that
    /// of the first. Late reports correct the first alone, so what it says is the first's to say.
    pub fn end_partition(&self) -> Option<String> {
        let end_ms = self.end_ms?;
        let long = end_ms.saturating_sub(self.opened_ms) >= LONG_INCIDENT_MS;
        long.then(|| incident_partition(end_ms))
    }

    /// Sort key of its record: by time, then by machine.
    pub fn sort_key(&self) -> String {
        format!("{:015}#{}", self.opened_ms.max(0), self.machine)
    }
}

/// Partition key of the incidents that were opened then.
pub fn incident_partition(opened_ms: i64) -> String {
    format!("i{}", opened_ms.div_euclid(SHARD_MS))
}

/// Partition keys of all incidents that may have been red within these times, newest first.
pub fn incident_partitions(from_ms: i64, to_ms: i64) -> Vec<String> {
    let shards = from_ms.div_euclid(SHARD_MS)..=to_ms.div_euclid(SHARD_MS);
    shards.rev().map(|shard| format!("i{shard}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn an_incident_that_took_long_is_found_by_its_end_and_a_short_one_by_its_beginning() {
        let run = Run {
            arn: "arn:aws:states:eu-west-1:1:execution:m:1".to_owned(),
            status: Status::Failed,
            start_ms: 0,
            stop_ms: Some(0),
            redrive_ms: None,
            redrive_count: 0,
        };
        let open = Incident::open(&MachineKey::new("m").unwrap(), "arn", &run, 1_000 * DAY_MS);
        assert_eq!(open.end_partition(), None);
        // For any period, one of the two records lies in the partitions that are read for it.
        for days in [1, 89, 90, 91, 400, 2_000] {
            let over = Incident { end_ms: Some((1_000 + days) * DAY_MS), ..open.clone() };
            assert_eq!(over.end_partition().is_some(), days >= 90, "{days}");
            for from in 1_000 - 100..1_000 + days {
                let read =
                    incident_partitions(from * DAY_MS - LONG_INCIDENT_MS, (from + 30) * DAY_MS);
                let ended_within = from + 30 >= 1_000 + days;
                let found = read.contains(&over.partition())
                    || over.end_partition().is_some_and(|end| read.contains(&end));
                assert!(found || !ended_within, "{days} days, read from {from}");
            }
        }
    }
}
