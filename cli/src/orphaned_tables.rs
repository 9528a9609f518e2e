//! Orphaned state tables, whose stack no longer exists: a delete that retained the table leaves one, and
//! nothing else finds it. They are shown with the command that deletes each; nothing is deleted here.

use crate::event::Event;
use crate::state_table::OUTPUT;
use crate::text::{count, plain, size};
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_contract::table::{PARTITION, SORT};
use guardian_deploy::Stack;
use guardian_deploy::state::{is_at_rest, is_deleted};
use serde_json::json;

/// What CloudFormation puts between the names of stack and logical id and its own end of the name.
const INFIX: &str = "-StateTable-";
/// The tags that CloudFormation gives what it creates.
const STACK_ID: &str = "aws:cloudformation:stack-id";
const LOGICAL_ID: &str = "aws:cloudformation:logical-id";
const TABLE_ID: &str = "StateTable";

/// A table that may be a state table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Names of its keys.
    pub keys: Vec<String>,
    /// Records in it, as of some hours ago.
    pub items: i64,
    /// Its bytes, as of some hours ago.
    pub bytes: i64,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl Table {
    fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Id or name of the stack that made it; none if it is not a state table.
    fn made_by(&self) -> Option<&str> {
        let of_guardian = self.keys == [PARTITION, SORT];
        let stack = match (self.tag(STACK_ID), self.tag(LOGICAL_ID)) {
            (Some(id), Some(TABLE_ID)) => Some(id),
            (Some(_), _) => None,
            // Restored from a backup a table has no tags, but mostly its name.
            (None, _) => self.name.split_once(INFIX).map(|(stack, _)| stack),
        };
        stack.filter(|_| of_guardian)
    }
}

/// The tables of an account and region.
pub trait Tables {
    /// The names of all.
    fn names(&self) -> impl Future<Output = Result<Vec<String>, AwsError>>;
    /// One with its tags; none if it is gone.
    fn table(&self, name: &str) -> impl Future<Output = Result<Option<Table>, AwsError>>;
}

/// A table of a stack that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrphanedTable {
    /// The table.
    pub table: Table,
    /// Id or name of its stack.
    pub stack: String,
}

/// Tables whose stack does not exist any more, or has another table now; `stack` reads one by its id,
/// which finds a deleted one as well, or by its name.
pub async fn orphaned<T: Tables, F>(
    tables: &T,
    stack: impl Fn(String) -> F,
) -> Result<Vec<OrphanedTable>, AwsError>
where
    F: Future<Output = Result<Option<Stack>, AwsError>>,
{
    let mut found = Vec::new();
    for name in tables.names().await?.into_iter().filter(|name| name.contains(INFIX)) {
        let Some(table) = tables.table(&name).await? else { continue };
        let Some(made_by) = table.made_by().map(str::to_owned) else { continue };
        if !uses(stack(made_by.clone()).await?.as_ref(), &name) {
            found.push(OrphanedTable { table, stack: made_by });
        }
    }
    found.sort_by(|a, b| a.table.name.cmp(&b.table.name));
    Ok(found)
}

/// Whether a stack still has this table. One that is not at rest may be about to create or delete it.
fn uses(stack: Option<&Stack>, table: &str) -> bool {
    let Some(stack) = stack.filter(|stack| !is_deleted(&stack.status)) else { return false };
    match stack.outputs.get(OUTPUT) {
        Some(own) => own == table || !is_at_rest(&stack.status),
        None => true,
    }
}

/// The tables for people; none without any.
pub fn view(tables: &[OrphanedTable]) -> Option<String> {
    if tables.is_empty() {
        return None;
    }
    let mut lines = vec!["State tables whose stack is gone:".to_owned()];
    for OrphanedTable { table, stack } in tables {
        let stack = stack.split('/').nth(1).unwrap_or(stack);
        lines.push(format!(
            "  {} of {} ({}, {})",
            plain(&table.name),
            plain(stack),
            count(usize::try_from(table.items).unwrap_or(0), "record"),
            size(table.bytes)
        ));
    }
    lines.push(
        "They may hold incidents, so none is deleted here: `aws dynamodb delete-table --table-name NAME`"
            .to_owned(),
    );
    Some(lines.join("\n"))
}

/// A record of each.
pub fn records(tables: &[OrphanedTable]) -> Vec<Event<'static>> {
    let record = |OrphanedTable { table, stack }: &OrphanedTable| {
        Event::Table(json!({
            "name": table.name, "stack": stack, "items": table.items, "bytes": table.bytes,
        }))
    };
    tables.iter().map(record).collect()
}

/// DynamoDB of an account and region.
#[derive(Debug, Clone)]
pub struct DynamoDb(aws_sdk_dynamodb::Client);

impl DynamoDb {
    /// A client.
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_dynamodb::Client::new(config))
    }
}

impl Tables for DynamoDb {
    async fn names(&self) -> Result<Vec<String>, AwsError> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = self.0.list_tables().set_exclusive_start_table_name(after).send().await;
            let page = page.map_err(|e| AwsError::of("list the tables", &e))?;
            names.extend(page.table_names.unwrap_or_default());
            after = page.last_evaluated_table_name;
            if after.is_none() {
                return Ok(names);
            }
        }
    }

    async fn table(&self, name: &str) -> Result<Option<Table>, AwsError> {
        let what = format!("describe the table {name}");
        let answer = match self.0.describe_table().table_name(name).send().await {
            Ok(answer) => answer,
            Err(error) => {
                let error = AwsError::of(what, &error);
                return if error.is_not_found() { Ok(None) } else { Err(error) };
            }
        };
        let Some(table) = answer.table else { return Ok(None) };
        let Some(arn) = table.table_arn else { return Ok(None) };
        let (mut tags, mut token) = (Vec::new(), None);
        loop {
            let call = self.0.list_tags_of_resource().resource_arn(&arn).set_next_token(token);
            let page = call.send().await;
            let page = page.map_err(|e| AwsError::of(format!("read the tags of {name}"), &e))?;
            tags.extend(page.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        let keys = table.key_schema.unwrap_or_default();
        Ok(Some(Table {
            name: name.to_owned(),
            keys: keys.into_iter().map(|key| key.attribute_name).collect(),
            items: table.item_count.unwrap_or_default(),
            bytes: table.table_size_bytes.unwrap_or_default(),
            tags,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Tables for Vec<Table> {
        async fn names(&self) -> Result<Vec<String>, AwsError> {
            Ok(self.iter().map(|table| table.name.clone()).collect())
        }

        async fn table(&self, name: &str) -> Result<Option<Table>, AwsError> {
            Ok(self.iter().find(|table| table.name == name).cloned())
        }
    }

    fn id(stack: &str) -> String {
        format!("arn:aws:cloudformation:eu-west-1:1:stack/{stack}/1")
    }

    /// A table of a stack; without one it has no tags.
    fn table(name: &str, stack: Option<&str>) -> Table {
        let tag = |key: &str, value: String| (key.to_owned(), value);
        let tags =
            stack.map(|stack| vec![tag(STACK_ID, id(stack)), tag(LOGICAL_ID, TABLE_ID.to_owned())]);
        Table {
            name: name.into(),
            keys: vec![PARTITION.into(), SORT.into()],
            items: 12,
            bytes: 4_096,
            tags: tags.unwrap_or_default(),
        }
    }

    fn stack(name: &str, status: &str, table: Option<&str>) -> Stack {
        let output = |table: &str| ("StateTableName".to_owned(), table.to_owned());
        Stack {
            id: id(name),
            name: name.into(),
            status: status.into(),
            outputs: table.map(output).into_iter().collect(),
            ..Stack::default()
        }
    }

    #[tokio::test]
    async fn a_table_is_orphaned_if_its_stack_is_gone_or_has_another_one() {
        let stacks = [
            stack("live", "UPDATE_COMPLETE", Some("live-StateTable-A")),
            stack("gone", "DELETE_COMPLETE", Some("gone-StateTable-A")),
            stack("new", "CREATE_COMPLETE", Some("new-StateTable-B")),
            stack("busy", "UPDATE_IN_PROGRESS", Some("busy-StateTable-B")),
        ];
        let mut other = table("other-StateTable-A", Some("gone"));
        other.tags[1].1 = "Orders".into();
        let foreign = Table { keys: vec!["id".into()], ..table("x-StateTable-A", Some("gone")) };
        let tables = vec![
            table("live-StateTable-A", Some("live")),
            table("gone-StateTable-A", Some("gone")),
            table("new-StateTable-A", Some("new")),
            table("busy-StateTable-A", Some("busy")),
            // Restored from a backup, without tags: one beside a stack that is there, one alone.
            table("live-StateTable-B", None),
            table("old-StateTable-A", None),
            table("orders", Some("gone")),
            other,
            foreign,
        ];
        let read = |wanted: String| {
            let found = stacks.iter().find(|stack| stack.id == wanted || stack.name == wanted);
            std::future::ready(Ok(found.cloned()))
        };
        let found = orphaned(&tables, read).await.unwrap();
        let names: Vec<&str> = found.iter().map(|one| one.table.name.as_str()).collect();
        assert_eq!(
            names,
            ["gone-StateTable-A", "live-StateTable-B", "new-StateTable-A", "old-StateTable-A"]
        );
        insta::assert_snapshot!(view(&found[..1]).unwrap(), @r"
        State tables whose stack is gone:
          gone-StateTable-A of gone (12 records, 4.0 KiB)
        They may hold incidents, so none is deleted here: `aws dynamodb delete-table --table-name NAME`
        ");
        assert_eq!(view(&[]), None);
        let record = records(&found[..1])[0].record();
        assert!(record.contains(r#""type":"table","name":"gone-StateTable-A""#), "{record}");
    }
}
