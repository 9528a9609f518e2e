//! Incidents within a period, and their statistics. Pure; `view` renders them.

pub mod statistics;
pub mod view;

use guardian_contract::{Incident, LONG_INCIDENT_MS, Row};
use std::collections::BTreeMap;

/// A period, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its beginning.
    pub from_ms: i64,
    /// Its end.
    pub to_ms: i64,
}

impl Period {
    /// The last seconds before `now_ms`.
    pub fn last(seconds: u32, now_ms: i64) -> Self {
        Self { from_ms: now_ms.saturating_sub(i64::from(seconds) * 1_000), to_ms: now_ms }
    }

    /// From when on the records of incidents are read: one that began before the period may go on
    /// into it. One that took longer is found by its end; one that is still open is known from its
    /// machine's row, however old it is.
    pub fn read_from_ms(&self) -> i64 {
        self.from_ms.saturating_sub(LONG_INCIDENT_MS)
    }

    /// The part of a stretch of time that lies within the period; none if no part does.
    fn clip(&self, from_ms: i64, to_ms: i64) -> Option<(i64, i64)> {
        let (from_ms, to_ms) = (from_ms.max(self.from_ms), to_ms.min(self.to_ms));
        (from_ms < to_ms).then_some((from_ms, to_ms))
    }
}

/// How long an incident took, or has taken up to now.
pub fn duration_ms(incident: &Incident, now_ms: i64) -> i64 {
    incident.end_ms.unwrap_or(now_ms).saturating_sub(incident.start_ms).max(0)
}

/// The incidents that a light was red in within the period, newest first. What a row says of its open
/// incident is newer than that one's record.
pub fn within(records: Vec<Incident>, rows: &[Row], period: Period) -> Vec<Incident> {
    let mut incidents: BTreeMap<String, Incident> = BTreeMap::new();
    let open = rows.iter().filter_map(|row| row.incident.clone());
    for incident in records.into_iter().chain(open) {
        incidents.insert(incident.id(), incident);
    }
    let mut incidents: Vec<Incident> = incidents.into_values().collect();
    incidents.retain(|one| {
        // One that began a moment ago belongs to it.
        let end_ms = one.end_ms.unwrap_or(i64::MAX);
        one.start_ms <= period.to_ms && end_ms > period.from_ms
    });
    incidents.sort_by(|a, b| (b.start_ms, &b.machine).cmp(&(a.start_ms, &a.machine)));
    incidents
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use guardian_contract::{MachineKey, Status};
    use serde_json::json;

    pub(crate) const HOUR: i64 = 3_600_000;

    /// An incident of a machine between these hours.
    pub(crate) fn incident(
        machine: &str,
        start_h: i64,
        end_h: Option<i64>,
        error: &str,
    ) -> Incident {
        serde_json::from_value(json!({
            "machine": machine,
            "machine_arn": format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}"),
            "opened_ms": start_h * HOUR,
            "start_ms": start_h * HOUR,
            "end_ms": end_h.map(|hour| hour * HOUR),
            "execution": format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:{start_h}"),
            "status": Status::Failed,
            "failures": 2,
            "state": "Charge",
            "error": error,
        }))
        .unwrap()
    }

    /// A green machine's row, made at this hour.
    pub(crate) fn row(machine: &str, made_h: i64) -> Row {
        let arn = format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}");
        let mut row = Row::new(MachineKey::new(machine).unwrap(), arn, made_h * HOUR);
        row.hear(
            [guardian_contract::Run {
                arn: format!("arn:aws:states:eu-west-1:123456789012:execution:{machine}:0"),
                status: Status::Succeeded,
                start_ms: 0,
                stop_ms: Some(1),
                redrive_ms: None,
                redrive_count: 0,
            }],
            made_h * HOUR,
        );
        row
    }

    #[test]
    fn incidents_of_a_period_are_those_that_a_light_was_red_in_newest_first() {
        let period = Period { from_ms: 10 * HOUR, to_ms: 20 * HOUR };
        let records = vec![
            incident("before", 1, Some(10), "E"),
            incident("into", 1, Some(11), "E"),
            incident("within", 12, Some(13), "E"),
            incident("open", 15, None, "E"),
            incident("after", 21, None, "E"),
        ];
        let mut updated = incident("open", 15, None, "E");
        updated.failures = 7;
        let rows = [
            Row { incident: Some(updated), ..row("open", 0) },
            Row { incident: Some(incident("ancient", -9_000, None, "E")), ..row("ancient", 0) },
        ];
        let found = within(records, &rows, period);
        let keys: Vec<_> = found.iter().map(|one| (one.machine.as_str(), one.failures)).collect();
        assert_eq!(keys, [("open", 7), ("within", 2), ("into", 2), ("ancient", 2)]);
    }

    #[test]
    fn records_are_read_from_before_the_period() {
        let period = Period::last(30 * 86_400, 1_000 * 24 * HOUR);
        assert_eq!(period.from_ms, 970 * 24 * HOUR);
        assert_eq!(period.read_from_ms(), 880 * 24 * HOUR);
        assert_eq!(period.clip(0, i64::MAX), Some((period.from_ms, period.to_ms)));
        assert_eq!(period.clip(0, period.from_ms), None);
    }
}
