//! The state table: a row for each machine, and a record for each incident.

use super::origins::{Origin, Template};
use crate::app::{App, Memory};
use guardian_cfn::resources::dynamodb::{self, table as cfn};
use guardian_cfn::{Arn, DeletionPolicy, Id, Output, Statement, Val};
use guardian_contract::table::{EXPIRES, PARTITION, SORT};
use serde_json::json;

/// Adds the table. CloudFormation names it: a name of its own could not be replaced. All that it has
/// but what is older than Step Functions' 90 days can be read again, so it goes with the stack.
pub(super) fn add(t: &mut Template, memory: &Memory) -> Id<dynamodb::Table> {
    let attribute = |name: &str| {
        cfn::AttributeDefinition::new().attribute_name(name).attribute_type(cfn::AttributeType::S)
    };
    let mut table = dynamodb::Table::new()
        .key_schema(json!([
            {"AttributeName": PARTITION, "KeyType": "HASH"},
            {"AttributeName": SORT, "KeyType": "RANGE"},
        ]))
        .attribute_definitions([attribute(PARTITION), attribute(SORT)])
        .billing_mode(cfn::BillingMode::PayPerRequest)
        .time_to_live_specification(
            cfn::TimeToLiveSpecification::new().enabled(true).attribute_name(EXPIRES),
        );
    if memory.point_in_time_recovery {
        table = table.point_in_time_recovery_specification(
            cfn::PointInTimeRecoverySpecification::new().point_in_time_recovery_enabled(true),
        );
    }
    if let Some(key) = &memory.kms_key {
        let encrypted = cfn::SSESpecification::new()
            .sse_enabled(true)
            .sse_type(cfn::SSEType::Kms)
            .kms_master_key_id(key);
        table = table.sse_specification(encrypted);
    }
    let origin = Origin::of(["memory", "semantics"])
        .property("PointInTimeRecoverySpecification", ["memory.point_in_time_recovery"])
        .property("SSESpecification", ["memory.kms_key"]);
    let table = t.add("StateTable", table, origin);
    t.resource_mut(&table)
        .deletion_policy(DeletionPolicy::Delete)
        .update_replace_policy(DeletionPolicy::Delete);
    t.output(
        "StateTableName",
        Output::new(table.reference()).description("The lights: a row for each machine."),
    );
    table
}

/// What the function may do with the table: everything but scan it.
pub(super) fn statements(app: &App, table: &Id<dynamodb::Table>) -> Vec<Statement> {
    let on_table = [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    ];
    let on_key =
        ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
    allow(app, Statement::allow(on_table, [table.arn()]).sid("KeepState"), &on_key)
}

/// What the board's function may do with the table: read it.
pub(super) fn read_statements(app: &App, table: &Id<dynamodb::Table>) -> Vec<Statement> {
    let read = Statement::allow(["dynamodb:Query"], [table.arn()]).sid("ReadState");
    allow(app, read, &["kms:Decrypt", "kms:DescribeKey"])
}

/// The table's statement, and that of its key, if it has one.
fn allow(app: &App, on_table: Statement, on_key: &[&str]) -> Vec<Statement> {
    let mut statements = vec![on_table];
    let key = app.memory.as_ref().and_then(|memory| memory.kms_key.as_deref());
    if let Some(key) = key {
        // DynamoDB uses the key with the rights of whoever calls it [DynamoDB guide, encryption at
        // rest, from memory].
        let region = key.split(':').nth(3).unwrap_or_default();
        let through = Val::<String>::sub(&format!("dynamodb.{region}.${{AWS::URLSuffix}}"), []);
        let use_key = Statement::allow(on_key.iter().copied(), [Arn::of(key)]).sid("UseTableKey");
        statements.push(use_key.when("StringEquals", "kms:ViaService", through));
    }
    statements
}
