//! Statistics of incidents: the share of time without one, times to recovery, causes.

use super::Period;
use guardian_contract::{Incident, Light, Row, Semantics};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A cause that incidents share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// Name of the error.
    pub error: Option<String>,
    /// The state that failed.
    pub state: Option<String>,
    /// How many incidents.
    pub incidents: usize,
}

/// What the incidents of a machine, or of all, add up to within a period. Times are milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// The machine's key; none for all machines.
    pub machine: Option<String>,
    /// How many machines.
    pub machines: usize,
    /// How long was looked at, of all machines together: a machine counts from when its row was made.
    pub observed_ms: i64,
    /// How long of that a light was red.
    pub red_ms: i64,
    /// Share of the time observed in which the light was green, 0 to 1; none of machines of which no
    /// finished run is known.
    pub green: Option<f64>,
    /// Incidents that a light was red in.
    pub incidents: usize,
    /// Of these, those that have not ended.
    pub open: usize,
    /// Median time from start to end of those that ended within the period.
    pub median_recovery_ms: Option<i64>,
    /// The longest of them.
    pub longest_recovery_ms: Option<i64>,
    /// The most frequent causes first.
    pub causes: Vec<Cause>,
}

/// Each machine that is watched or had an incident, least green first.
pub fn per_machine(incidents: &[Incident], rows: &[Row], period: Period) -> Vec<Statistics> {
    let mut machines: BTreeMap<&str, (Option<&Row>, Vec<&Incident>)> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.express) {
        // A machine that was deleted before the period does not count.
        if row.gone_ms.is_none_or(|gone_ms| gone_ms > period.from_ms) {
            machines.entry(row.key.as_str()).or_default().0 = Some(row);
        }
    }
    for incident in incidents {
        machines.entry(&incident.machine).or_default().1.push(incident);
    }
    let mut all: Vec<Statistics> =
        machines.iter().map(|(key, (row, own))| machine(key, *row, own, period)).collect();
    all.sort_by(|a, b| {
        let green = |one: &Statistics| one.green.unwrap_or(2.0);
        let order = green(a).total_cmp(&green(b)).then(b.incidents.cmp(&a.incidents));
        order.then(a.machine.cmp(&b.machine))
    });
    all
}

fn machine(key: &str, row: Option<&Row>, incidents: &[&Incident], period: Period) -> Statistics {
    let (from_ms, to_ms) = match row {
        // What was before the row was made is known of its incidents alone.
        Some(row) => (row.made_ms, row.gone_ms.unwrap_or(i64::MAX)),
        None => (i64::MIN, i64::MAX),
    };
    let first_ms = incidents.iter().map(|one| one.start_ms).min().unwrap_or(from_ms);
    let observed = period.clip(from_ms.min(first_ms), to_ms);
    let observed_ms = observed.map_or(0, |(from_ms, to_ms)| to_ms - from_ms);
    let red_ms = red_ms(incidents, observed);
    let known = !incidents.is_empty() || row.is_some_and(|row| row_light(row) != Light::Grey);
    Statistics {
        machine: Some(key.to_owned()),
        machines: 1,
        observed_ms,
        red_ms,
        green: share(observed_ms, red_ms).filter(|_| known),
        ..of(incidents, period, 3)
    }
}

fn row_light(row: &Row) -> Light {
    let runs = guardian_contract::read(
        Semantics::LastFinished,
        guardian_contract::Aborted::Red,
        &row.finished,
    );
    row.shown.as_ref().map_or(runs.light, |shown| shown.light)
}

/// All machines together, from what each adds up to.
pub fn overall(machines: &[Statistics], incidents: &[Incident], period: Period) -> Statistics {
    let known = || machines.iter().filter(|one| one.green.is_some());
    let observed_ms = known().map(|one| one.observed_ms).sum();
    let red_ms = known().map(|one| one.red_ms).sum();
    Statistics {
        machine: None,
        machines: machines.len(),
        observed_ms,
        red_ms,
        green: share(observed_ms, red_ms),
        ..of(&incidents.iter().collect::<Vec<_>>(), period, 5)
    }
}

/// How long at least one of the incidents was going on: they may overlap.
fn red_ms(incidents: &[&Incident], observed: Option<(i64, i64)>) -> i64 {
    let Some((from_ms, to_ms)) = observed else { return 0 };
    let observed = Period { from_ms, to_ms };
    let spans = incidents.iter();
    let spans = spans.filter_map(|o| observed.clip(o.start_ms, o.end_ms.unwrap_or(i64::MAX)));
    let mut spans: Vec<(i64, i64)> = spans.collect();
    spans.sort_unstable();
    let (mut red_ms, mut until_ms) = (0, i64::MIN);
    for (from_ms, to_ms) in spans {
        red_ms += (to_ms - from_ms.max(until_ms)).max(0);
        until_ms = until_ms.max(to_ms);
    }
    red_ms
}

#[expect(clippy::cast_precision_loss, reason = "a share of three decimals")]
fn share(observed_ms: i64, red_ms: i64) -> Option<f64> {
    (observed_ms > 0).then(|| 1.0 - red_ms as f64 / observed_ms as f64)
}

/// The statistics that do not depend on the observed time.
fn of(incidents: &[&Incident], period: Period, most: usize) -> Statistics {
    let ended = |one: &&&Incident| one.end_ms.is_some_and(|end_ms| end_ms <= period.to_ms);
    let mut recoveries: Vec<i64> =
        incidents.iter().filter(ended).map(|one| super::duration_ms(one, period.to_ms)).collect();
    recoveries.sort_unstable();
    let mut causes: BTreeMap<(Option<&String>, Option<&String>), usize> = BTreeMap::new();
    for incident in incidents {
        *causes.entry((incident.error.as_ref(), incident.state.as_ref())).or_default() += 1;
    }
    let mut causes: Vec<Cause> = causes
        .into_iter()
        .map(|((error, state), incidents)| Cause {
            error: error.cloned(),
            state: state.cloned(),
            incidents,
        })
        .collect();
    causes.sort_by_key(|cause| (Reverse(cause.incidents), cause.error.is_none()));
    causes.truncate(most);
    Statistics {
        machine: None,
        machines: 0,
        observed_ms: 0,
        red_ms: 0,
        green: None,
        incidents: incidents.len(),
        open: incidents.len() - recoveries.len(),
        median_recovery_ms: median(&recoveries),
        longest_recovery_ms: recoveries.last().copied(),
        causes,
    }
}

/// The middle of sorted numbers; of an even number the mean of both in the middle.
fn median(sorted: &[i64]) -> Option<i64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(match sorted.len() % 2 {
        0 => sorted[middle - 1].midpoint(upper),
        _ => upper,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOUR, incident, row};
    use super::super::within;
    use super::*;

    const PERIOD: Period = Period { from_ms: 0, to_ms: 100 * HOUR };

    fn statistics(records: Vec<Incident>, rows: &[Row]) -> (Vec<Statistics>, Statistics) {
        let incidents = within(records, rows, PERIOD);
        let machines = per_machine(&incidents, rows, PERIOD);
        let all = overall(&machines, &incidents, PERIOD);
        (machines, all)
    }

    fn green(one: &Statistics) -> f64 {
        (one.green.unwrap() * 1_000.0).round() / 1_000.0
    }

    #[test]
    fn an_incident_counts_with_the_part_of_it_that_lies_in_the_period() {
        let rows = [row("a", -100)];
        let (machines, _) = statistics(vec![incident("a", -50, Some(10), "E")], &rows);
        assert_eq!((machines[0].red_ms, green(&machines[0])), (10 * HOUR, 0.9));
        // How long recovery took is the whole of it.
        assert_eq!(machines[0].longest_recovery_ms, Some(60 * HOUR));
        let (machines, _) = statistics(vec![incident("a", 90, None, "E")], &rows);
        assert_eq!((machines[0].red_ms, machines[0].open), (10 * HOUR, 1));
        assert_eq!((machines[0].incidents, machines[0].median_recovery_ms), (1, None));
    }

    #[test]
    fn overlapping_incidents_of_a_machine_count_once() {
        let records = vec![
            incident("a", 10, Some(20), "E"),
            incident("a", 12, Some(15), "E"),
            incident("a", 18, Some(30), "E"),
            incident("a", 40, Some(41), "E"),
        ];
        let (machines, _) = statistics(records, &[row("a", -1)]);
        assert_eq!((machines[0].red_ms, machines[0].incidents), (21 * HOUR, 4));
    }

    #[test]
    fn a_machine_counts_from_when_its_row_was_made_until_it_was_deleted() {
        let young = row("young", 80);
        let gone = Row { gone_ms: Some(20 * HOUR), ..row("gone", -1) };
        let long_gone = Row { gone_ms: Some(-HOUR), ..row("long-gone", -9) };
        let records =
            vec![incident("young", 90, Some(95), "E"), incident("gone", 10, Some(20), "E")];
        let (machines, all) = statistics(records, &[young, gone, long_gone]);
        let seen: Vec<_> = machines.iter().map(|m| (m.machine.as_deref(), green(m))).collect();
        assert_eq!(seen, [(Some("gone"), 0.5), (Some("young"), 0.75)]);
        assert_eq!((all.machines, all.observed_ms, all.red_ms), (2, 40 * HOUR, 15 * HOUR));
        // An incident that began before the row was made is known from the runs themselves.
        let (machines, _) =
            statistics(vec![incident("young", 60, Some(90), "E")], &[row("young", 80)]);
        assert_eq!((machines[0].observed_ms, machines[0].red_ms), (40 * HOUR, 30 * HOUR));
    }

    #[test]
    fn machines_without_incidents_are_green_all_the_time_if_they_have_run() {
        let unknown = Row { finished: Vec::new(), ..row("unknown", -1) };
        let express = Row { express: true, ..row("express", -1) };
        let (machines, all) = statistics(Vec::new(), &[row("good", -1), unknown, express]);
        let seen: Vec<_> = machines.iter().map(|m| (m.machine.as_deref(), m.green)).collect();
        assert_eq!(seen, [(Some("good"), Some(1.0)), (Some("unknown"), None)]);
        assert_eq!((all.green, all.incidents, all.machines), (Some(1.0), 0, 2));
        let (machines, all) = statistics(Vec::new(), &[]);
        assert_eq!((machines.len(), all.green, all.median_recovery_ms), (0, None, None));
        // One whose row is gone has its incidents left.
        let (machines, _) = statistics(vec![incident("deleted", 1, Some(2), "E")], &[]);
        assert_eq!((machines.len(), green(&machines[0])), (1, 0.99));
    }

    #[test]
    fn recovery_and_causes_add_up_over_all_machines() {
        let records = vec![
            incident("a", 1, Some(2), "CardError"),
            incident("a", 3, Some(7), "CardError"),
            incident("b", 3, Some(5), "Timeout"),
            incident("b", 50, Some(60), "CardError"),
            incident("c", 99, None, "Timeout"),
        ];
        let rows = [row("a", -1), row("b", -1), row("c", -1), row("d", -1)];
        let (machines, all) = statistics(records, &rows);
        assert_eq!((all.incidents, all.open, all.red_ms), (5, 1, 18 * HOUR));
        assert_eq!(all.median_recovery_ms, Some(3 * HOUR));
        assert_eq!(all.longest_recovery_ms, Some(10 * HOUR));
        let causes: Vec<_> =
            all.causes.iter().map(|c| (c.error.as_deref().unwrap(), c.incidents)).collect();
        assert_eq!(causes, [("CardError", 3), ("Timeout", 2)]);
        let worst_first: Vec<_> = machines.iter().filter_map(|m| m.machine.as_deref()).collect();
        assert_eq!(worst_first, ["b", "a", "c", "d"]);
        assert_eq!(green(&all), 0.955);
    }
}
