//! Reads the state table and the event rule of a deployed stack, and finds other deployments.

use super::judge::Failed;
use super::probe::{refused, within};
use super::state::{self, Table, Unusable, Written};
use super::{Check, Verdict};
use crate::exit::Failure;
use crate::neighbours::neighbours;
use crate::state_table::{StateError, StateTable};
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_aws::clock::now_ms;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::stack::all_resources;
use guardian_deploy::state::is_deleted;
use guardian_deploy::{Stack, Stacks};

/// Logical id of the rule that delivers the events. It is frozen.
const RULE: &str = "HintRule";

/// The checks of a deployed stack with a state table, and of the account for one that is to have one;
/// `share` is the configured share of the quota.
pub async fn checks(config: &SdkConfig, stack_name: &str, share: u32) -> Vec<Check> {
    let stacks = CloudFormation::new(config);
    let found =
        within("look at the stack", async { stacks.stack(stack_name).await.map_err(explained) });
    let others = within("look for other deployments", async {
        neighbours(&stacks, stack_name).await.map_err(explained)
    });
    let (found, others) = tokio::join!(found, others);
    let mut checks = match found {
        Ok(Some(stack)) if !is_deleted(&stack.status) => {
            of_stack(config, &stacks, &stack, share).await
        }
        // A stack that is not deployed yet has no table.
        Ok(_) => Vec::new(),
        Err(failed) => vec![failed.check("table", Verdict::Warning)],
    };
    checks.push(state::deployments(others, share));
    checks
}

async fn of_stack(
    config: &SdkConfig,
    stacks: &CloudFormation,
    stack: &Stack,
    share: u32,
) -> Vec<Check> {
    let Ok(table) = StateTable::of(config, stack) else {
        let found = format!("stack {} has none yet", stack.name);
        let help =
            "it was deployed by an earlier version, or under `semantics: original`: deploy it";
        return vec![Check::new("table", Verdict::Warning, found).help(help)];
    };
    let (described, expiry, written, rule) = tokio::join!(
        described(config, &table.name),
        expiry(config, &table.name),
        within("read the state table", async { Ok(written(&table).await) }),
        rule(config, stacks, &stack.id)
    );
    let written = written.unwrap_or_else(|failed| Err(Unusable::Failed(failed)));
    let fault = written.as_ref().ok().and_then(|written| {
        let of_fleet = written.fleet.as_ref().and_then(|fleet| fleet.rule_fault.clone());
        written.sweep.rule_fault.clone().or(of_fleet)
    });
    let missing = matches!(described, Ok(None));
    let mut checks = vec![state::table(described)];
    // Of a table that is not there, all else would fail for the same reason.
    if !missing {
        checks.push(state::time_to_live(expiry));
        checks.extend(state::reconciler(written, share, now_ms()));
    }
    checks.push(state::event_rule(rule, fault.as_deref()));
    checks
}

fn explained(error: AwsError) -> Failed {
    Failed::of(&Failure::from(error))
}

async fn described(config: &SdkConfig, name: &str) -> Result<Option<Table>, Failed> {
    let client = aws_sdk_dynamodb::Client::new(config);
    let what = "describe the state table";
    within(what, async {
        let answer = match client.describe_table().table_name(name).send().await {
            Ok(answer) => answer,
            Err(error) if AwsError::of(what, &error).is_not_found() => return Ok(None),
            Err(error) => return Err(refused(what, &error)),
        };
        let Some(table) = answer.table else { return Ok(None) };
        let mode = table.billing_mode_summary.and_then(|summary| summary.billing_mode);
        let keys = table.key_schema.unwrap_or_default();
        Ok(Some(Table {
            name: name.to_owned(),
            status: table.table_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            keys: keys.into_iter().map(|key| key.attribute_name).collect(),
            on_demand: mode.is_some_and(|mode| mode.as_str() == "PAY_PER_REQUEST"),
        }))
    })
    .await
}

async fn expiry(config: &SdkConfig, name: &str) -> Result<(String, Option<String>), Failed> {
    let client = aws_sdk_dynamodb::Client::new(config);
    let what = "read the table's time to live";
    within(what, async {
        let answer = client.describe_time_to_live().table_name(name).send().await;
        let answer = answer.map_err(|e| refused(what, &e))?.time_to_live_description;
        let status = answer.as_ref().and_then(|found| found.time_to_live_status.clone());
        let status = status.map_or_else(|| "DISABLED".to_owned(), |s| s.as_str().to_owned());
        Ok((status, answer.and_then(|found| found.attribute_name)))
    })
    .await
}

async fn written(table: &StateTable) -> Result<Written, Unusable> {
    match table.general().await {
        Ok(state) => Ok(Written { fleet: state.fleet, sweep: state.sweep, broken: state.broken }),
        Err(StateError::Newer { found, .. }) => Err(Unusable::Newer(found)),
        Err(error) => Err(Unusable::Failed(Failed::of(&error.failure(None)))),
    }
}

/// Whether the rule is enabled; none if there is no such rule.
async fn rule(
    config: &SdkConfig,
    stacks: &CloudFormation,
    stack_id: &str,
) -> Result<Option<bool>, Failed> {
    let what = "look at the event rule";
    within(what, async {
        let resources = all_resources(stacks, stack_id).await.map_err(explained)?;
        let rule = resources.into_iter().find(|one| one.logical_id == RULE);
        let Some(name) = rule.and_then(|rule| rule.physical_id) else { return Ok(None) };
        let client = aws_sdk_eventbridge::Client::new(config);
        match client.describe_rule().name(name).send().await {
            Ok(rule) => Ok(Some(rule.state.is_none_or(|state| state.as_str() != "DISABLED"))),
            Err(error) if AwsError::of(what, &error).is_not_found() => Ok(None),
            Err(error) => Err(refused(what, &error)),
        }
    })
    .await
}
