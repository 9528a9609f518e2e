//! What the load costs: events, the function, the table, the queue, calls and logs. Pure: numbers in,
//! numbers out. The fixed monthly charges are in the templates ([`super::billed`]).

use super::Billed;
use super::prices::{self, Price};
use guardian_contract::{Pace, Quota};
use serde::Serialize;

/// Seconds of a month, as AWS's calculator counts them.
pub const MONTH_S: f64 = 730.0 * 3_600.0;
/// Ticks of a month.
const TICKS: f64 = MONTH_S / 60.0;
/// Points of one call of PutMetricData [CloudWatch API].
const POINTS: f64 = 1_000.0;
/// Messages of a batch at most, as the templates have it.
const BATCH: f64 = 100.0;

/// The load of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Load {
    /// STANDARD machines; EXPRESS ones have neither events nor rows that change.
    pub machines: f64,
    /// Of these, how many have metrics of their own.
    pub with_metrics: f64,
    /// Runs of each machine in an hour.
    pub runs_an_hour: f64,
    /// Share of the runs that fail.
    pub failures: f64,
    /// Events of one run: two with its start.
    pub events_a_run: f64,
}

/// How the function does it. [`Workings::built`] has the numbers of this version, and
/// [`Workings::designed`] those that it was designed by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Workings {
    /// Gigabytes of the function.
    pub memory_gb: f64,
    /// Price of a gigabyte-second.
    #[serde(skip)]
    pub second: Price,
    /// Seconds that messages are gathered for.
    pub window_s: f64,
    /// Seconds that a batch takes.
    pub batch_s: f64,
    /// Write units of the event that ends a run.
    pub end_writes: f64,
    /// Write units of the event that begins one.
    pub start_writes: f64,
    /// Further write units of a run that fails and is repaired: incident and notification.
    pub failure_writes: f64,
    /// Read units of each machine of a batch.
    pub machine_reads: f64,
    /// Read units of the batch itself.
    pub batch_reads: f64,
    /// Seconds from one written success of a busy machine to the next.
    pub hot_s: f64,
    /// Seconds of a tick without machines.
    pub tick_s: f64,
    /// Seconds of a tick for each machine.
    pub row_s: f64,
    /// Machines that a tick lists.
    pub listed: f64,
    /// Seconds that it waits for the quota meanwhile.
    pub waited_s: f64,
    /// Write units of each machine that it lists.
    pub list_writes: f64,
    /// Write units of the tick itself.
    pub tick_writes: f64,
    /// Read units of a tick itself.
    pub tick_reads: f64,
    /// Read units of each row where all are read.
    pub row_reads: f64,
    /// Up to so many machines all rows are read at every tick, above that at every fifth.
    pub read_always: f64,
    /// Calls of PutMetricData of a tick that has few points.
    pub puts_a_tick: f64,
    /// Bytes of log of a batch.
    pub batch_log: f64,
    /// Bytes of log of a tick.
    pub tick_log: f64,
    /// Bytes of a row.
    pub row_bytes: f64,
    /// Bytes of an incident.
    pub incident_bytes: f64,
    /// Months that incidents are kept.
    pub incident_months: f64,
}

/// What a reconciler may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The account's, of ListExecutions.
    pub quota: Quota,
    /// Percentage of it that the reconciler uses.
    pub share: f64,
    /// Seconds that the function may run.
    pub timeout_s: f64,
}

impl Workings {
    /// The assumptions of the estimate that the state table was designed by (finished events alone
    /// unless [`Load::events_a_run`] says otherwise). It has a flat number of writes for events and
    /// confirmations together, waits for no quota, and leaves out logs and PutMetricData of ticks.
    pub fn designed() -> Self {
        Self {
            memory_gb: 0.25,
            second: prices::X86_SECOND,
            window_s: 1.0,
            batch_s: 0.08,
            end_writes: 1.556,
            start_writes: 1.0,
            failure_writes: 0.0,
            machine_reads: 0.5,
            batch_reads: 0.0,
            hot_s: 30.0,
            tick_s: 0.21,
            row_s: 0.000_144,
            listed: 0.0,
            waited_s: 0.0,
            list_writes: 0.0,
            tick_writes: 0.0,
            tick_reads: 0.0,
            row_reads: 0.1,
            read_always: 0.0,
            puts_a_tick: 0.0,
            batch_log: 0.0,
            tick_log: 0.0,
            row_bytes: 800.0,
            incident_bytes: 0.0,
            incident_months: 0.0,
        }
    }

    /// This version's. A tick waits for the quota of its minute as far as the bucket's burst does not
    /// cover it, and that time is charged. Durations of batch and tick are those of the design, sizes of
    /// log lines are estimated from the source: none was measured on AWS.
    pub fn built(memory_mb: u32, arm: bool, limits: Limits, machines: f64) -> Self {
        let pace = Pace::new(limits.quota, limits.share, machines, false);
        // A slice stops after 60 % of the time, and a tick reads each machine once at most.
        let in_time = pace.burst + pace.rate * (limits.timeout_s * 0.6);
        let listed = pace.slice.min(machines).min(in_time).floor();
        Self {
            memory_gb: f64::from(memory_mb) / 1_024.0,
            second: if arm { prices::ARM_SECOND } else { prices::X86_SECOND },
            end_writes: 1.0,
            // Transactions of row and incident at its beginning, its cause and its end, and the row
            // after each of two notifications.
            failure_writes: 12.0,
            machine_reads: 1.0,
            batch_reads: 1.0,
            listed,
            waited_s: ((listed - pace.burst) / pace.rate.max(0.01)).max(0.0),
            list_writes: 1.0,
            // The lease; then lease and counts in one transaction.
            tick_writes: 5.0,
            tick_reads: 4.0,
            read_always: 999.0,
            puts_a_tick: 1.0,
            batch_log: 1_400.0,
            tick_log: 2_200.0,
            incident_bytes: 700.0,
            incident_months: 13.0,
            ..Self::designed()
        }
    }
}

/// A part of the cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// What it is, as a stable word.
    pub part: &'static str,
    /// How many there are a month, with their unit; none for what the templates have.
    pub number: Option<f64>,
    /// US dollars a month.
    pub dollars: f64,
}

/// What a deployment costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Its parts, in the order of the text.
    pub parts: Vec<Part>,
}

impl Estimate {
    /// US dollars a month.
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|part| part.dollars).sum()
    }

    /// US dollars of a part.
    pub fn part(&self, name: &str) -> f64 {
        self.parts.iter().filter(|part| part.part == name).map(|part| part.dollars).sum()
    }
}

/// Batches of a month for so many messages: one is gathered for the window once its first message is
/// there.
fn batches(messages: f64, window_s: f64) -> f64 {
    let rate = messages / MONTH_S;
    (messages / (1.0 + rate * window_s)).max(messages / BATCH)
}

/// What a stack that is billed for this costs under a load.
pub fn estimate(billed: &Billed, load: &Load, how: &Workings) -> Estimate {
    let fixed = |cents: u64| cents as f64 / 100.0;
    let metrics = Billed { custom_metrics: billed.custom_metrics, ..Billed::default() }.cents();
    let dashboards = Billed { dashboards: billed.dashboards, ..Billed::default() }.cents();

    let runs = load.machines * load.runs_an_hour * 730.0;
    let events = runs * load.events_a_run;
    let batches = batches(events, how.window_s);
    let in_batch = if batches > 0.0 { events / batches } else { 0.0 };
    // Distinct machines of a batch.
    let others = 1.0 - 1.0 / load.machines.max(1.0);
    let distinct = (load.machines.max(1.0) * (1.0 - others.powf(in_batch))).min(in_batch);

    // A busy green machine's row is written at intervals, not once for each event.
    let starts = (load.events_a_run - 1.0).max(0.0);
    let by_event = runs * (how.end_writes + starts * how.start_writes);
    let busy = load.runs_an_hour > 3_600.0 / how.hot_s;
    let event_writes =
        if busy { by_event.min(load.machines * MONTH_S / how.hot_s) } else { by_event }
            + runs * load.failures * how.failure_writes;
    let event_reads = batches * (how.batch_reads + distinct * how.machine_reads);
    let hint_seconds = batches * how.batch_s * how.memory_gb;

    let always = load.with_metrics > 0.0 && how.read_always > 0.0;
    let every = if always || load.machines <= how.read_always { 1.0 } else { 5.0 };
    let read_rows = TICKS / every * load.machines;
    let tick_writes = TICKS * (how.tick_writes + how.listed * how.list_writes);
    let tick_reads =
        TICKS * (how.tick_reads + how.listed * how.row_reads) + read_rows * how.row_reads;
    let tick_seconds =
        (TICKS * (how.tick_s + how.waited_s + load.machines * how.row_s)) * how.memory_gb;

    // A batch publishes where a machine with metrics was written, or a light turned red.
    let published = match load.machines {
        0.0 => 0.0,
        machines => load.with_metrics / machines * event_writes.min(events),
    };
    let puts = self::batches(published, how.window_s).min(batches)
        + runs * load.failures * (1.0 - load.with_metrics / load.machines.max(1.0));
    let tick_puts = match how.puts_a_tick {
        0.0 => 0.0,
        // All are published at every fifth tick.
        one => TICKS * (one + (load.with_metrics / POINTS).floor() / 5.0),
    };
    let log = batches * how.batch_log + TICKS * how.tick_log;
    let incidents = runs * load.failures * how.incident_months;
    let stored = load.machines * how.row_bytes + incidents * how.incident_bytes;

    let part = |part, number, dollars| Part { part, number: Some(number), dollars };
    let requests = events + 2.0 * batches;
    let function = |calls, seconds| prices::INVOCATION.of(calls) + how.second.of(seconds);
    let parts = vec![
        Part { part: "alarms", number: None, dollars: fixed(billed.alarm_cents()) },
        Part { part: "metrics", number: None, dollars: fixed(metrics) },
        Part { part: "dashboard", number: None, dollars: fixed(dashboards) },
        part("event-queue", requests, prices::QUEUE_REQUEST.of(requests)),
        part("event-function", batches, function(batches, hint_seconds)),
        part("event-writes", event_writes, prices::WRITE_UNIT.of(event_writes)),
        part("event-reads", event_reads, prices::READ_UNIT.of(event_reads)),
        part("tick-function", TICKS, function(TICKS, tick_seconds)),
        part("tick-writes", tick_writes, prices::WRITE_UNIT.of(tick_writes)),
        part("tick-reads", tick_reads, prices::READ_UNIT.of(tick_reads)),
        part("metric-calls", puts + tick_puts, prices::PUT_METRIC_DATA.of(puts + tick_puts)),
        part("logs", log, prices::LOGS.of(log)),
        part("storage", stored, prices::STORED.of(stored)),
    ];
    Estimate { parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_contract::{LARGE_LIST_EXECUTIONS, list_executions_quota};

    /// The fixed monthly charges in the table's design: 7 alarms on Guardian, 4 over all machines, 7
    /// metrics, one dashboard.
    const FLEET: Billed = Billed {
        alarm_metrics: 11,
        fast_alarm_metrics: 0,
        composite_alarms: 0,
        custom_metrics: 7,
        dashboards: 1,
    };
    /// The same without what is over all machines.
    const OWN: Billed = Billed { alarm_metrics: 7, custom_metrics: 0, ..FLEET };

    fn load(machines: f64, with_metrics: f64, events_a_run: f64) -> Load {
        Load { machines, with_metrics, runs_an_hour: 1.0, failures: 0.0, events_a_run }
    }

    fn with(billed: Billed, machines: f64) -> Billed {
        let more = machines as u64;
        Billed {
            alarm_metrics: billed.alarm_metrics + more,
            custom_metrics: billed.custom_metrics + more,
            ..billed
        }
    }

    fn near(is: f64, expected: f64) -> bool {
        (is / expected - 1.0).abs() < 0.04
    }

    /// The estimate of the design, in dollars a month: 100, 1,000 and 10,000 machines.
    #[test]
    fn the_estimate_of_the_design_comes_out_again() {
        let how = Workings::designed();
        for (machines, none, with_starts, some, all) in [
            (100.0, 6.50, 6.70, 8.80, 45.0),
            (1_000.0, 8.30, 9.70, 29.0, 412.0),
            (10_000.0, 21.0, 29.0, 221.0, 4_038.0),
        ] {
            let total = |billed: Billed, load: Load| estimate(&billed, &load, &how).total();
            let fleet = total(FLEET, load(machines, 0.0, 1.0));
            assert!(near(fleet, none), "{machines}: {fleet}");
            let starts = total(FLEET, load(machines, 0.0, 2.0));
            assert!(near(starts, with_starts), "{machines}: {starts}");
            let five = machines * 0.05;
            let critical = total(with(FLEET, five), load(machines, five, 1.0));
            assert!(near(critical, some), "{machines}: {critical}");
            let each = total(with(OWN, machines), load(machines, machines, 1.0));
            assert!(near(each, all), "{machines}: {each}");
        }
    }

    #[test]
    fn the_parts_of_the_design_come_out_again() {
        for (machines, writes, reads, queue, function, ticks) in [
            (100.0, 0.07, 0.02, 0.09, 0.04, 0.05),
            (1_000.0, 0.71, 0.16, 0.75, 0.30, 0.07),
            (10_000.0, 7.10, 1.58, 4.47, 1.03, 0.31),
        ] {
            let found = estimate(&FLEET, &load(machines, 0.0, 1.0), &Workings::designed());
            let fixed = ["alarms", "metrics", "dashboard"].map(|name| found.part(name));
            assert_eq!(fixed.map(|d| (d * 100.0).round()), [110.0, 210.0, 300.0]);
            let read = found.part("event-reads") + found.part("tick-reads");
            for (is, expected) in [
                (found.part("event-writes"), writes),
                (read, reads),
                (found.part("event-queue"), queue),
                (found.part("event-function"), function),
                (found.part("tick-function"), ticks),
            ] {
                // The design rounds to cents.
                assert!((is - expected).abs() < 0.0051 + expected * 0.02, "{is} {expected}");
            }
        }
    }

    #[test]
    fn without_alarms_of_their_own_the_design_keeps_to_14_and_40_dollars() {
        for events in [1.0, 2.0] {
            for (machines, most) in [(1_000.0, 14.0), (10_000.0, 40.0)] {
                let found = estimate(&FLEET, &load(machines, 0.0, events), &Workings::designed());
                assert!(found.total() <= most, "{machines}: {}", found.total());
            }
        }
    }

    #[test]
    fn a_tick_lists_what_its_pace_says_and_waits_for_what_the_burst_does_not_cover() {
        let limits = |quota, share| Limits { quota, share, timeout_s: 30.0 };
        let small = list_executions_quota("eu-central-1");
        let built = |machines: f64, quota, share| {
            let how = Workings::built(256, false, limits(quota, share), machines);
            (how.listed, how.waited_s)
        };
        assert_eq!(built(1_000.0, small, 50.0), (60.0, 0.0));
        assert_eq!(built(20.0, small, 50.0), (20.0, 0.0));
        assert_eq!(built(1_000.0, LARGE_LIST_EXECUTIONS, 50.0), (67.0, 0.0));
        assert_eq!(built(10_000.0, LARGE_LIST_EXECUTIONS, 50.0), (150.0, 12.0));
        // 18 s are 60 % of the time.
        assert_eq!(built(10_000.0, small, 100.0), (120.0, 10.0));
        let slow = Limits { timeout_s: 5.0, ..limits(LARGE_LIST_EXECUTIONS, 50.0) };
        assert_eq!(Workings::built(256, false, slow, 10_000.0).listed, 127.0);
        assert_eq!(built(1_000.0, small, 0.0), (1.0, 0.0));
    }

    #[test]
    fn a_busy_machine_is_written_at_most_every_30_s_and_a_batch_has_at_most_100_messages() {
        let limits = Limits { quota: LARGE_LIST_EXECUTIONS, share: 50.0, timeout_s: 30.0 };
        let how = Workings::built(256, false, limits, 10.0);
        let busy = Load { runs_an_hour: 3_600.0, ..load(10.0, 0.0, 2.0) };
        let found = estimate(&Billed::default(), &busy, &how);
        let number = |name: &str| {
            let part = found.parts.iter().find(|part| part.part == name).unwrap();
            part.number.unwrap()
        };
        assert_eq!(number("event-writes"), 10.0 * MONTH_S / 30.0);
        let most = estimate(&Billed::default(), &Load { runs_an_hour: 36_000_000.0, ..busy }, &how);
        let batches = most.parts.iter().find(|part| part.part == "event-function").unwrap();
        assert_eq!(batches.number, Some(2.0 * 10.0 * 36_000_000.0 * 730.0 / 100.0));
        // Nothing to do costs ticks, and no division by it.
        let idle = estimate(&Billed::default(), &load(0.0, 0.0, 2.0), &how);
        assert!(idle.total().is_finite() && idle.part("event-queue") == 0.0);
    }
}
