//! The response of a sweep, a tick or a batch.

use crate::notice::Way;
use guardian_contract::Counts;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Calls made to AWS, tries that were throttled included.
#[derive(Debug, Default)]
pub struct Calls {
    pub(crate) list_machines: AtomicU64,
    pub(crate) list_executions: AtomicU64,
    pub(crate) list_map_runs: AtomicU64,
    pub(crate) describe_map_run: AtomicU64,
    pub(crate) history: AtomicU64,
    pub(crate) put_metric_data: AtomicU64,
    pub(crate) describe: AtomicU64,
    pub(crate) tags: AtomicU64,
    pub(crate) get_items: AtomicU64,
    pub(crate) query: AtomicU64,
    pub(crate) write: AtomicU64,
    pub(crate) letters: AtomicU64,
    pub(crate) rule: AtomicU64,
    pub(crate) publish: AtomicU64,
    pub(crate) put_events: AtomicU64,
}

impl Calls {
    /// The counter of a channel.
    pub(crate) fn of(&self, way: Way) -> &AtomicU64 {
        match way {
            Way::Topic => &self.publish,
            Way::Bus => &self.put_events,
        }
    }

    /// Numbers by the API's names.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        [
            ("ListStateMachines", &self.list_machines),
            ("ListExecutions", &self.list_executions),
            ("ListMapRuns", &self.list_map_runs),
            ("DescribeMapRun", &self.describe_map_run),
            ("GetExecutionHistory", &self.history),
            ("PutMetricData", &self.put_metric_data),
            ("DescribeExecution", &self.describe),
            ("ListTagsForResource", &self.tags),
            ("BatchGetItem", &self.get_items),
            ("Query", &self.query),
            ("UpdateItem", &self.write),
            ("ReceiveMessage", &self.letters),
            ("DescribeRule", &self.rule),
            ("Publish", &self.publish),
            ("PutEvents", &self.put_events),
        ]
        .into_iter()
        .map(|(name, count)| (name, count.load(Ordering::Relaxed)))
        .collect()
    }
}

/// How many errors a summary spells out; the log has all of them.
const ERRORS_SHOWN: usize = 20;

/// What a sweep did. Of the machines in scope each is counted once: by its status, or as held,
/// skipped, failed or unread.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Machines in scope.
    pub machines: usize,
    /// Machines whose status was read, by its word; `NEVER_RUN` without one, `REDRIVING` where a
    /// redrive hides which failure it is to fix. Under `last-finished` those that are `RUNNING`
    /// or `NEVER_RUN` have no point: there is no finished run to publish.
    pub by_status: BTreeMap<&'static str, usize>,
    /// Read, but what they say now settles nothing (a redrive in progress, a first failure that may
    /// be retried, a status unknown to this version): the light holds.
    pub held: usize,
    /// Not asked: EXPRESS machines, and machines deleted meanwhile.
    pub skipped: usize,
    /// Machines that could not be read; each has an error.
    pub failed: usize,
    /// Machines for which no time was left; their lights hold.
    pub unread: usize,
    /// Machines in scope without an alarm, if the stack said which have one.
    pub unguarded: Option<usize>,
    /// Machines that the function's scope leaves out, and Map Run children.
    pub out_of_scope: usize,
    /// Executions with a status that this version does not know.
    pub unknown_statuses: usize,
    /// Points accepted by CloudWatch, the heartbeat included.
    pub published: usize,
    /// Whether the heartbeat was published: all was listed, read and published; of a tick, that it
    /// came to its end and its writes succeeded.
    pub heartbeat: bool,
    /// What a tick did; none for a sweep.
    pub tick: Option<Tick>,
    /// Calls made, by API name.
    pub calls: BTreeMap<&'static str, u64>,
    /// How long it took.
    pub duration_ms: u64,
    /// The first errors, each with its machine and code.
    pub errors: Vec<String>,
    /// How many errors there were.
    pub errors_total: usize,
}

/// What a tick did beyond counting.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tick {
    /// The process that has the lease, if it is another one: then nothing was done.
    pub leased_by: Option<String>,
    /// Machines whose list was read.
    pub listed: usize,
    /// Executions that DescribeExecution was asked for.
    pub confirmed: usize,
    /// Lights that were wrong although events had had time to arrive.
    pub repaired: usize,
    /// Lights that changed.
    pub changed: usize,
    /// Notifications that were sent.
    pub notified: usize,
    /// Messages that were taken from the dead-letter queue.
    pub dead_letters: usize,
    /// Percentage of the account's ListExecutions quota that is used at present.
    pub share: f64,
    /// Age of the oldest confirmation, in seconds, over what a round is expected to take.
    pub lag: Option<f64>,
    /// How many lights are what; none unless all rows were judged.
    pub counts: Option<Counts>,
}

impl Summary {
    pub(crate) fn error(&mut self, text: String) {
        self.errors_total += 1;
        if self.errors.len() < ERRORS_SHOWN {
            self.errors.push(text);
        }
    }
}
