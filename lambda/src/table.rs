//! The port to the state table, and reading and writing rows through it: optimistic, so that two
//! writers never undo each other, and safe to repeat.

use crate::retry::{CallError, Failure, Kind, backoff, until};
use crate::{Calls, Page};
use guardian_contract::table::{DOCUMENT, GENERAL, SCHEMA, SCHEMA_KEY, SHARDS, shard};
use guardian_contract::{Decision, IncidentWrite, MachineKey, Row};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Rows of one BatchGetItem [DynamoDB API].
const MAX_GET: usize = 100;
/// Tries of one write against other writers.
const TRIES: u32 = 8;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Schema {
    v: u64,
}

impl Schema {
    /// Its version, unless that is newer than this program's.
    fn known(&self) -> Result<u64, CallError> {
        if self.v <= SCHEMA {
            return Ok(self.v);
        }
        Err(CallError {
            kind: Kind::Permanent,
            code: "NewerSchema".to_owned(),
            message: format!(
                "the state table has schema {}, and this version of Guardian writes {SCHEMA}; \
                 deploy the newer version again",
                self.v
            ),
        })
    }
}

/// Whether the rows are of this version or an older one, by the schema's record.
pub(crate) fn check_schema(item: &Item) -> Result<(), CallError> {
    let schema: Schema = document(item)?;
    schema.known().map(|_| ())
}

/// A record's document.
pub(crate) fn document<R: DeserializeOwned>(item: &Item) -> Result<R, CallError> {
    serde_json::from_str(&item.document).map_err(|error| unreadable(&item.key, error))
}

/// Partition and sort key of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub partition: String,
    /// Sort key.
    pub sort: String,
}

impl Key {
    /// The key with these parts.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self { partition: partition.into(), sort: sort.into() }
    }

    /// The key of a machine's row.
    pub fn of_machine(key: &MachineKey) -> Self {
        Self::new(shard(key), key.as_str())
    }
}

/// A record of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its key.
    pub key: Key,
    /// How often it was written.
    pub version: u64,
    /// A JSON document.
    pub document: String,
}

/// A write of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Its key.
    pub key: Key,
    /// The version that it must have, 0 for a record that must not be there; `None`: any.
    pub version: Option<u64>,
    /// The new document; `None` deletes the record.
    pub document: Option<String>,
    /// When DynamoDB may delete it, in seconds since the epoch.
    pub expires_s: Option<i64>,
}

/// The result of writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// All are done.
    Done,
    /// None is done: a record has another version. It is this one, if it is known.
    Conflict(Option<Item>),
}

/// Records, and the keys that DynamoDB had no room to answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Got {
    /// Those that are there.
    pub items: Vec<Item>,
    /// Those to be asked for again.
    pub unprocessed: Vec<Key>,
}

/// Where state is kept. One call of a method is one API call.
pub trait Table: Send + Sync + 'static {
    /// At most 100 records, strongly consistent.
    fn get(&self, keys: &[Key]) -> impl Future<Output = Result<Got, CallError>> + Send;

    /// A page of a partition in the order of its sort keys, behind `after`; `next` is the sort key
    /// to go on behind.
    fn query(
        &self,
        partition: &str,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> impl Future<Output = Result<Page<Item>, CallError>> + Send;

    /// Writes all of these or none.
    fn write(&self, writes: &[Write]) -> impl Future<Output = Result<Written, CallError>> + Send;
}

/// The table, with what calls to it take.
#[derive(Debug)]
pub(crate) struct Store<'a, T> {
    pub table: &'a T,
    pub calls: &'a Calls,
    pub deadline: Instant,
    /// For how many seconds an incident is kept.
    pub incidents_s: i64,
}

impl<T> Clone for Store<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Store<'_, T> {}

/// Rows, and those that cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub rows: HashMap<MachineKey, Row>,
    pub unreadable: HashMap<MachineKey, CallError>,
}

/// A row that was written, or needed no write.
#[derive(Debug)]
pub(crate) struct Updated {
    pub row: Row,
    pub decision: Decision,
}

impl<T: Table> Store<'_, T> {
    /// The rows of these machines, of which none comes twice; those that the table has not are
    /// missing.
    pub async fn rows(&self, keys: &[MachineKey]) -> Result<Rows, CallError> {
        let mut rows = Rows::default();
        for keys in keys.chunks(MAX_GET) {
            let mut wanted: Vec<Key> = keys.iter().map(Key::of_machine).collect();
            let mut tries = 0;
            while !wanted.is_empty() {
                let call =
                    until(self.deadline, &self.calls.get_items, None, || self.table.get(&wanted));
                let got = call.await.map_err(Failure::into_error)?;
                for item in got.items {
                    let key = key(&item)?;
                    match row(item) {
                        Ok(row) => drop(rows.rows.insert(key, row)),
                        Err(error) => drop(rows.unreadable.insert(key, error)),
                    }
                }
                if got.unprocessed.len() == wanted.len() || tries > 0 {
                    sleep(backoff(tries, |bound| fastrand::u64(0..=bound))).await;
                }
                tries += 1;
                wanted = got.unprocessed;
            }
        }
        Ok(rows)
    }

    /// A page of rows in the order of the cursor: shard, then key; and why others of the page cannot
    /// be read.
    pub async fn page(
        &self,
        shard: usize,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Page<Row>, Vec<CallError>), CallError> {
        let call = until(self.deadline, &self.calls.query, None, || {
            self.table.query(SHARDS[shard], after, limit)
        });
        let page = call.await.map_err(Failure::into_error)?;
        let (mut items, mut unreadable) = (Vec::new(), Vec::new());
        for item in page.items {
            match row(item) {
                Ok(row) => items.push(row),
                Err(error) => unreadable.push(error),
            }
        }
        Ok((Page { items, next: page.next }, unreadable))
    }

    /// All records of a partition.
    pub async fn partition(&self, partition: &str) -> Result<Vec<Item>, CallError> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let call = until(self.deadline, &self.calls.query, None, || {
                self.table.query(partition, after.as_deref(), None)
            });
            let page = call.await.map_err(Failure::into_error)?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(items),
            }
        }
    }

    /// A record that is not a machine's, with its version; the default under version 0 if it is
    /// not there.
    pub async fn record<R: DeserializeOwned + Default>(
        &self,
        key: &Key,
    ) -> Result<(R, u64), CallError> {
        let keys = [key.clone()];
        let call = until(self.deadline, &self.calls.get_items, None, || self.table.get(&keys));
        let got = call.await.map_err(Failure::into_error)?;
        let Some(item) = got.items.into_iter().next() else { return Ok((R::default(), 0)) };
        Ok((document(&item)?, item.version))
    }

    /// Makes sure that the rows are of this version or an older one; gives their schema and its
    /// record's version. Rows of a newer one are not this version's to write.
    pub async fn check_schema(&self) -> Result<(u64, u64), CallError> {
        let key = Key::new(GENERAL, SCHEMA_KEY);
        let (schema, version): (Schema, u64) = self.record(&key).await?;
        Ok((schema.known()?, version))
    }

    /// Marks the rows as being of this version.
    pub async fn mark_schema(&self, version: u64) -> Result<(), CallError> {
        let key = Key::new(GENERAL, SCHEMA_KEY);
        self.put(&key, version, &Schema { v: SCHEMA }, None).await?;
        Ok(())
    }

    /// Writes a record if it has this version, and with it `beside`, or neither; gives the new
    /// version, none if it has another.
    pub async fn put<R: Serialize>(
        &self,
        key: &Key,
        version: u64,
        record: &R,
        beside: Option<Write>,
    ) -> Result<Option<u64>, CallError> {
        let mut writes = vec![Write { version: Some(version), ..record_write(key, record)? }];
        writes.extend(beside);
        Ok(match self.write(&writes).await? {
            Written::Done => Some(version + 1),
            Written::Conflict(_) => None,
        })
    }

    /// Writes all of these or none. A conflict with what the first of them says itself is none: the
    /// answer to a write that was done was lost, and the write was tried again.
    async fn write(&self, writes: &[Write]) -> Result<Written, CallError> {
        let mut tries = 0;
        let call = until(self.deadline, &self.calls.write, None, || {
            tries += 1;
            self.table.write(writes)
        });
        let written = call.await.map_err(Failure::into_error)?;
        let first = writes.first().and_then(|first| Some((first.version?, &first.document)));
        let own = |item: &Item| {
            first.is_some_and(|(version, document)| {
                item.version == version + 1 && Some(&item.document) == document.as_ref()
            })
        };
        Ok(match written {
            Written::Conflict(Some(item)) if tries > 1 && own(&item) => Written::Done,
            other => other,
        })
    }

    /// Changes a row and writes it with the incident that the change makes, again and again while
    /// other writers are faster: `act` gets the row as it is now. What changes nothing is not
    /// written.
    pub async fn update(
        &self,
        mut row: Row,
        now_ms: i64,
        mut act: impl FnMut(&mut Row) -> Decision,
    ) -> Result<Updated, CallError> {
        for tries in 0..TRIES {
            let before = row.clone();
            let decision = act(&mut row);
            if before.version > 0 && !row.is_news(&before, now_ms) {
                return Ok(Updated { row: before, decision: Decision::default() });
            }
            row.written_ms = now_ms;
            let key = Key::of_machine(&row.key);
            let expires_s =
                row.gone_ms.map(|gone_ms| gone_ms / 1_000 + guardian_contract::table::GONE_S);
            let mut writes = vec![Write {
                key,
                version: Some(before.version),
                document: Some(row.encode()),
                expires_s,
            }];
            writes.extend(decision.incident.iter().flat_map(|one| self.incident(one)));
            match self.write(&writes).await? {
                Written::Done => {
                    row.version = before.version + 1;
                    return Ok(Updated { row, decision });
                }
                Written::Conflict(Some(item)) => row = self::row(item)?,
                Written::Conflict(None) => {
                    let key = before.key.clone();
                    let mut now = self.rows(std::slice::from_ref(&key)).await?;
                    if let Some(error) = now.unreadable.remove(&key) {
                        return Err(error);
                    }
                    row = now.rows.remove(&key).unwrap_or_else(|| {
                        Row::new(key, before.machine_arn.clone(), before.made_ms)
                    });
                }
            }
            sleep(backoff(tries, |bound| fastrand::u64(0..=bound))).await;
        }
        Err(CallError {
            kind: Kind::Throttled,
            code: "Conflict".to_owned(),
            message: format!("other writers were faster than the row of `{}`", row.key),
        })
    }

    /// An incident's record, and the second one of an incident that took long.
    fn incident(&self, write: &IncidentWrite) -> Vec<Write> {
        let (incident, document) = match write {
            // A record of strings and numbers always becomes JSON.
            IncidentWrite::Put(one) => (one, serde_json::to_string(one).ok()),
            IncidentWrite::Delete(one) => (one, None),
        };
        let key = Key::new(incident.partition(), incident.sort_key());
        let kept_from_ms = incident.end_ms.unwrap_or(incident.opened_ms);
        let expires_s = Some(kept_from_ms / 1_000 + self.incidents_s);
        let second = incident.end_partition().map(|end| Key::new(end, incident.sort_key()));
        std::iter::once(key)
            .chain(second)
            .map(|key| Write { key, version: None, document: document.clone(), expires_s })
            .collect()
    }
}

fn key(item: &Item) -> Result<MachineKey, CallError> {
    MachineKey::new(item.key.sort.clone()).map_err(|error| unreadable(&item.key, error))
}

/// A machine's row.
pub(crate) fn row(item: Item) -> Result<Row, CallError> {
    let key = key(&item)?;
    Row::decode(key, item.version, &item.document).map_err(|error| unreadable(&item.key, error))
}

/// A write of a record whatever its version is.
pub(crate) fn record_write<R: Serialize>(key: &Key, record: &R) -> Result<Write, CallError> {
    let document = serde_json::to_string(record).map_err(|error| unreadable(key, error))?;
    Ok(Write { key: key.clone(), version: None, document: Some(document), expires_s: None })
}

fn unreadable(key: &Key, error: impl std::fmt::Display) -> CallError {
    CallError {
        kind: Kind::Permanent,
        code: "UnreadableRecord".to_owned(),
        message: format!("`{DOCUMENT}` of {} {}: {error}", key.partition, key.sort),
    }
}

/// How many writes a process makes in a second at most: a partition takes 1,000, and there are two
/// processes at least.
pub(crate) const WRITES_A_SECOND: u32 = 400;
/// Rows that are written at once.
pub(crate) const WRITERS: usize = 8;
/// How long a batch waits for its writes to be under [`WRITES_A_SECOND`].
pub(crate) const fn pace(writers: usize) -> Duration {
    Duration::from_micros(1_000_000 * writers as u64 / WRITES_A_SECOND as u64)
}
