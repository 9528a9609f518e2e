//! Reads the state table that the function keeps: rows, the reconciler's records and incidents, by
//! Query alone and eventually consistent. What a row means is decided by `guardian_contract`. It
//! writes acknowledgements and nothing else.

use crate::aws_failure;
use crate::exit::{ErrorId, Failure};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use guardian_aws::AwsError;
use guardian_aws::pagination::{Page, all};
use guardian_board::Acknowledgement;
use guardian_contract::table::{
    ACKNOWLEDGED, DOCUMENT, EXPIRES, FLEET, Fleet, GENERAL, PARTITION, SCHEMA, SCHEMA_KEY, SHARDS,
    SORT, SWEEP, Sweep, VERSION, shard,
};
use guardian_contract::{Incident, MachineKey, Row, incident_partitions};
use guardian_deploy::Stack;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;

/// Output of the stack with the table's name.
pub(crate) const OUTPUT: &str = "StateTableName";
/// Tries of a call. The SDK waits between them, exponentially and with jitter.
const TRIES: u32 = 6;

/// The state table of a stack.
#[derive(Debug, Clone)]
pub struct StateTable {
    client: aws_sdk_dynamodb::Client,
    /// Its name.
    pub name: String,
}

/// What the table says of the reconciler.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Sort keys of records that cannot be read, and why.
    pub broken: Vec<(String, String)>,
    /// What the last tick found; none before the first one.
    pub fleet: Option<Fleet>,
    /// Where the reconciler is.
    pub sweep: Sweep,
}

/// Why the table could not be read.
#[derive(Debug, Error)]
pub enum StateError {
    /// The stack has no output with a table.
    #[error("stack `{stack}` has no state table")]
    NoTable {
        /// Name of the stack.
        stack: String,
    },
    /// The credentials may not read it.
    #[error("cannot read the state table `{table}`: {error}")]
    Denied {
        /// Name of the table.
        table: String,
        /// What DynamoDB said.
        error: String,
    },
    /// The stack names a table that is not there.
    #[error("the state table `{table}` does not exist")]
    Missing {
        /// Name of the table.
        table: String,
    },
    /// Another version writes it.
    #[error(
        "the state table `{table}` has schema {found}, and this version of Guardian reads {SCHEMA}"
    )]
    Newer {
        /// Name of the table.
        table: String,
        /// The schema that was found.
        found: u64,
    },
    /// A row cannot be read.
    #[error("the row of `{key}` in the state table `{table}` cannot be read: {error}")]
    Broken {
        /// Name of the table.
        table: String,
        /// The machine's key.
        key: String,
        /// What is wrong with it.
        error: String,
    },
    /// The credentials may not write acknowledgements.
    #[error("cannot write an acknowledgement to the state table `{table}`: {error}")]
    WriteDenied {
        /// Name of the table.
        table: String,
        /// What DynamoDB said.
        error: String,
    },
    /// A newer acknowledgement is there.
    #[error("the acknowledgement of `{key}` was changed by another person meanwhile")]
    Changed {
        /// The machine's key.
        key: String,
    },
    /// A call failed for another reason.
    #[error(transparent)]
    Aws(#[from] AwsError),
}

impl StateError {
    /// The failure, with what to do about it; `otherwise` says what works without the table, if
    /// anything does.
    pub fn failure(self, otherwise: Option<&str>) -> Failure {
        let (help, id) = match &self {
            Self::NoTable { .. } => (
                "deploy it with this version: `guardian deploy`; under `semantics: original` there \
                 is no state",
                ErrorId::NotFound,
            ),
            Self::Denied { .. } => {
                ("allow dynamodb:Query on the table for these credentials", ErrorId::AccessDenied)
            }
            Self::Missing { .. } => (
                "it was deleted outside of CloudFormation; the function fills a table that is \
                 restored under this name",
                ErrorId::NotFound,
            ),
            Self::Newer { .. } => {
                ("install the version of Guardian that the stack was deployed with", ErrorId::Error)
            }
            Self::Broken { .. } => (
                "delete the row: the next ticks write it again from Step Functions",
                ErrorId::Error,
            ),
            Self::WriteDenied { .. } => (
                "allow dynamodb:PutItem and dynamodb:DeleteItem on the table for these \
                 credentials, with dynamodb:LeadingKeys `a`: docs/board.md has the policy",
                ErrorId::AccessDenied,
            ),
            Self::Changed { .. } => {
                ("`guardian ack --list` shows it; nothing was changed", ErrorId::Error)
            }
            Self::Aws(error) => return aws_failure::of_cause(&error.what, &error.cause),
        };
        let otherwise = otherwise.map(|text| format!("; {text}")).unwrap_or_default();
        Failure::error(self.to_string()).help(format!("{help}{otherwise}")).with_id(id)
    }
}

/// A record, by its sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    sort: String,
    version: u64,
    document: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Schema {
    v: u64,
}

impl StateTable {
    /// The table of a stack, if the stack has one.
    pub fn of(config: &SdkConfig, stack: &Stack) -> Result<Self, StateError> {
        let name = stack.outputs.get(OUTPUT).filter(|name| !name.is_empty());
        let none = || StateError::NoTable { stack: stack.name.clone() };
        let name = name.cloned().ok_or_else(none)?;
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let client = aws_sdk_dynamodb::config::Builder::from(config).retry_config(retries);
        Ok(Self { client: aws_sdk_dynamodb::Client::from_conf(client.build()), name })
    }

    /// Gives `each` the row of each machine, or the sort key of one that cannot be read and the reason,
    /// as their pages arrive, so that no more than a few pages of rows are held. Each partition is read
    /// by one query after the other, the partitions side by side.
    pub async fn rows(
        &self,
        each: impl FnMut(Result<Row, (String, String)>) + Send,
    ) -> Result<(), StateError> {
        let each = Mutex::new(each);
        let take = |item: Item| -> Option<()> {
            let key = MachineKey::new(item.sort.clone()).map_err(|error| error.to_string());
            let row = key.and_then(|key| Row::decode(key, item.version, &item.document));
            let row = row.map_err(|why| (item.sort, why));
            // The queries are polled by one task.
            (*each.lock().unwrap_or_else(PoisonError::into_inner))(row);
            None
        };
        let [a, b, c, d] = SHARDS.map(|shard| self.query(shard, None, false, &take));
        tokio::try_join!(a, b, c, d).map(drop)
    }

    /// The row of one machine, strongly consistent; none if it has none.
    pub async fn row(&self, key: &MachineKey) -> Result<Option<Row>, StateError> {
        let found = self.query(shard(key), Some(key.as_str()), true, &Some).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        let row = Row::decode(key.clone(), found.version, &found.document);
        row.map(Some).map_err(|error| StateError::Broken {
            table: self.name.clone(),
            key: key.to_string(),
            error: error.to_string(),
        })
    }

    fn explain(&self, error: AwsError) -> StateError {
        let table = self.name.clone();
        match () {
            () if error.is_access_denied() => {
                StateError::Denied { table, error: error.message().to_owned() }
            }
            () if error.is_not_found() => StateError::Missing { table },
            () => StateError::Aws(error),
        }
    }

    /// The records of the reconciler alone, without the rows. A table of a newer schema is an error.
    pub async fn general(&self) -> Result<State, StateError> {
        let mut state = State::default();
        self.take_general(self.query(GENERAL, None, false, &Some).await?, &mut state)?;
        Ok(state)
    }

    fn take_general(&self, items: Vec<Item>, state: &mut State) -> Result<(), StateError> {
        for item in items {
            match item.sort.as_str() {
                SCHEMA_KEY => {
                    let schema: Schema = record(&item, state).unwrap_or_default();
                    if schema.v > SCHEMA {
                        let (table, found) = (self.name.clone(), schema.v);
                        return Err(StateError::Newer { table, found });
                    }
                }
                FLEET => state.fleet = record(&item, state),
                SWEEP => state.sweep = record(&item, state).unwrap_or_default(),
                _ => {}
            }
        }
        Ok(())
    }

    /// The records of incidents that were opened within these times (milliseconds since the
    /// epoch), and around them: a partition is 30 days long. Those that took long are found by their
    /// end, too.
    pub async fn incidents(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Incident>, StateError> {
        // One that cannot be read is another version's.
        let read = |item: Item| serde_json::from_str::<Incident>(&item.document).ok();
        let (mut found, mut seconds) = (Vec::new(), BTreeSet::new());
        let partitions = incident_partitions(from_ms, to_ms);
        for partition in &partitions {
            for incident in self.query(partition, None, false, &read).await? {
                let first = incident.partition();
                match first == *partition {
                    true => found.push(incident),
                    // The first record says how it is; most often it is not read yet.
                    false if partitions.contains(&first) => {}
                    false => drop(seconds.insert((first, incident.sort_key()))),
                }
            }
        }
        for (partition, sort) in seconds {
            found.extend(self.query(&partition, Some(&sort), false, &read).await?);
        }
        Ok(found)
    }

    /// The acknowledgements, those included that hold no more and that DynamoDB has yet to delete.
    pub async fn acknowledgements(&self) -> Result<Vec<Acknowledgement>, StateError> {
        // One that cannot be read is another version's.
        let read = |item: Item| serde_json::from_str(&item.document).ok();
        self.query(ACKNOWLEDGED, None, false, &read).await
    }

    /// Writes an acknowledgement unless a newer one of the machine is there. The time at which it was
    /// given is its version, so that writing the same twice is no conflict.
    pub async fn put_acknowledgement(&self, ack: &Acknowledgement) -> Result<(), StateError> {
        let number = |value: i64| AttributeValue::N(value.to_string());
        let call = self.client.put_item().table_name(&self.name);
        let answer = call
            .set_item(Some(acknowledgement_item(ack)))
            .condition_expression("attribute_not_exists(#v) OR #v <= :at")
            .expression_attribute_names("#v", VERSION)
            .expression_attribute_values(":at", number(ack.at_ms))
            .send()
            .await;
        let written = answer.map_err(|e| AwsError::of("acknowledge a fault", &e));
        written.map(drop).map_err(|error| self.refused(error, &ack.machine))
    }

    /// Deletes an acknowledgement unless another one has replaced it. One that is gone is no error.
    pub async fn delete_acknowledgement(&self, ack: &Acknowledgement) -> Result<(), StateError> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let call = self.client.delete_item().table_name(&self.name);
        let answer = call
            .key(PARTITION, text(ACKNOWLEDGED))
            .key(SORT, text(&ack.machine))
            .condition_expression("attribute_not_exists(#v) OR #v = :at")
            .expression_attribute_names("#v", VERSION)
            .expression_attribute_values(":at", AttributeValue::N(ack.at_ms.to_string()))
            .send()
            .await;
        let written = answer.map_err(|e| AwsError::of("clear an acknowledgement", &e));
        written.map(drop).map_err(|error| self.refused(error, &ack.machine))
    }

    /// Why an acknowledgement was not written.
    fn refused(&self, error: AwsError, key: &str) -> StateError {
        let table = self.name.clone();
        match () {
            () if error.is_condition_failed() => StateError::Changed { key: key.to_owned() },
            () if error.is_access_denied() => {
                StateError::WriteDenied { table, error: error.message().to_owned() }
            }
            () => self.explain(error),
        }
    }

    /// What `of` makes of the records of a partition, or of the one with this sort key; a megabyte a
    /// call. By query alone: that is what the permission to look at a board needs.
    async fn query<T>(
        &self,
        partition: &str,
        sort: Option<&str>,
        consistent: bool,
        of: &impl Fn(Item) -> Option<T>,
    ) -> Result<Vec<T>, StateError> {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let page = |after: Option<String>| async move {
            let start = after.map(|after| {
                HashMap::from([
                    (PARTITION.to_owned(), text(partition)),
                    (SORT.to_owned(), AttributeValue::S(after)),
                ])
            });
            let call = self.client.query().table_name(&self.name).consistent_read(consistent);
            let call = call
                .expression_attribute_names("#p", PARTITION)
                .expression_attribute_values(":p", text(partition))
                .set_exclusive_start_key(start);
            let call = match sort {
                None => call.key_condition_expression("#p = :p"),
                Some(sort) => call
                    .key_condition_expression("#p = :p AND #s = :s")
                    .expression_attribute_names("#s", SORT)
                    .expression_attribute_values(":s", text(sort)),
            };
            let answer = call.send().await;
            let answer = answer.map_err(|e| AwsError::of("read the state table", &e))?;
            let next = answer.last_evaluated_key.and_then(|mut key| string(&mut key, SORT));
            let items = answer.items.unwrap_or_default();
            Ok(Page { items: items.into_iter().filter_map(item).filter_map(of).collect(), next })
        };
        all("read the state table", page).await.map_err(|error: AwsError| self.explain(error))
    }
}

/// The record of an acknowledgement. DynamoDB may delete it when it has ended.
fn acknowledgement_item(ack: &Acknowledgement) -> HashMap<String, AttributeValue> {
    // A record of strings and numbers always becomes JSON.
    let document = serde_json::to_string(ack).unwrap_or_default();
    let expires_s = ack.until_ms.div_euclid(1_000).saturating_add(1);
    HashMap::from([
        (PARTITION.to_owned(), AttributeValue::S(ACKNOWLEDGED.to_owned())),
        (SORT.to_owned(), AttributeValue::S(ack.machine.clone())),
        (VERSION.to_owned(), AttributeValue::N(ack.at_ms.to_string())),
        (DOCUMENT.to_owned(), AttributeValue::S(document)),
        (EXPIRES.to_owned(), AttributeValue::N(expires_s.to_string())),
    ])
}

fn string(item: &mut HashMap<String, AttributeValue>, name: &str) -> Option<String> {
    match item.remove(name)? {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}

/// None for a record that another program wrote: without a document it is none of the function's.
fn item(mut item: HashMap<String, AttributeValue>) -> Option<Item> {
    let version = item.get(VERSION).and_then(|value| value.as_n().ok()?.parse().ok());
    Some(Item {
        sort: string(&mut item, SORT)?,
        version: version.unwrap_or(0),
        document: string(&mut item, DOCUMENT)?,
    })
}

fn record<R: DeserializeOwned>(item: &Item, state: &mut State) -> Option<R> {
    match serde_json::from_str(&item.document) {
        Ok(record) => Some(record),
        Err(error) => {
            state.broken.push((item.sort.clone(), error.to_string()));
            None
        }
    }
}
