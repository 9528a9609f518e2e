//! The keys of the state table, and its records that are not about one machine.

use crate::{Counts, MachineKey, OpenMute};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Name of the partition key.
pub const PARTITION: &str = "pk";
/// Name of the sort key.
pub const SORT: &str = "sk";
/// Name of the attribute with the record, a JSON document.
pub const DOCUMENT: &str = "doc";
/// Name of the attribute that counts the writes of a row.
pub const VERSION: &str = "ver";
/// Name of the attribute after whose time, in seconds since the epoch, DynamoDB may delete a record.
pub const EXPIRES: &str = "expires";
/// Version of the rows; a higher one than this is another program's, which writes them alone.
pub const SCHEMA: u64 = 1;
/// Partitions of the machines: a board of 10,000 is read by four queries side by side, and no
/// partition takes all writes.
pub const SHARDS: [&str; 4] = ["m0", "m1", "m2", "m3"];
/// Partition of the records about the deployment.
pub const GENERAL: &str = "g";
/// Partition of the acknowledgements, which the program writes.
pub const ACKNOWLEDGED: &str = "a";
/// Sort key of the lease and the cursor.
pub const SWEEP: &str = "sweep";
/// Sort key of the counts.
pub const FLEET: &str = "fleet";
/// Sort key of the schema.
pub const SCHEMA_KEY: &str = "schema";
/// Milliseconds without a tick after which Guardian counts as stopped: one is due each minute.
pub const SILENT_MS: i64 = 180_000;
/// Seconds for which the row of a deleted machine is kept.
pub const GONE_S: i64 = 30 * 86_400;

/// The partition of a machine. FNV-1a: it must never change, and a machine's key is short.
pub fn shard(key: &MachineKey) -> &'static str {
    let hash = key
        .as_str()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    SHARDS[hash as usize % SHARDS.len()]
}

/// Where the reconciler is, under a lease.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sweep {
    /// Who has the lease; every write of this record is conditional on it.
    pub holder: String,
    /// Until when, in milliseconds since the epoch.
    pub until_ms: i64,
    /// Shard and key of the machine that was read last.
    pub at: Option<(usize, String)>,
    /// When the round began.
    pub round_ms: i64,
    /// How many milliseconds the last whole round took.
    pub round_took_ms: Option<i64>,
    /// Lights that this round has put right.
    pub repaired: u64,
    /// When the machines were last listed.
    pub roster_ms: i64,
    /// When all rows were last judged.
    pub judged_ms: i64,
    /// When the event rule was last looked at.
    pub rule_ms: i64,
    /// Percentage of the quota that is used at present.
    pub share: f64,
    /// Calls of ListExecutions that the last ticks have made above their quota.
    pub overdrawn: u64,
    /// What the rule was found to be, if that is not well.
    pub rule_fault: Option<String>,
    /// Machines that are to be read first.
    #[serde(rename = "suspects")]
    pub unconfirmed: Vec<String>,
    /// What another version wrote.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What the last tick that judged all rows found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fleet {
    /// When, in milliseconds since the epoch.
    pub at_ms: i64,
    /// When the last tick came to its end.
    pub tick_ms: i64,
    /// Of all machines.
    pub counts: Counts,
    /// Of each group.
    pub groups: BTreeMap<String, Counts>,
    /// When the machine was confirmed that has waited longest; none while one has yet to be read.
    pub oldest_ms: Option<i64>,
    /// Machines that ListExecutions has not confirmed yet.
    pub unread: u32,
    /// Percentage of the quota that is used at present.
    pub share: f64,
    /// Throttled calls of the last tick.
    pub throttled: u64,
    /// What the event rule was found to be, if that is not well.
    pub rule_fault: Option<String>,
    /// The mute windows that are open.
    pub mutes: Vec<OpenMute>,
    /// EXPRESS machines without an alarm: nothing covers them. None if it is not known which machines
    /// have one.
    pub uncovered: Option<u32>,
    /// What another version wrote.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Fleet {
    /// Whether an open window mutes the machine.
    pub fn is_muted(&self, key: &str, name: &str, now_ms: i64) -> bool {
        let mut open = self.mutes.iter().filter(|mute| mute.until_ms > now_ms);
        open.any(|mute| mute.covers(key, name))
    }
}
