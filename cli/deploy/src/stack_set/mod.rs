//! Stack sets as plain values, and the trait of the CloudFormation calls on them. `plan` decides the
//! steps, `follow` follows an operation, `state` has the statuses, and `aws` implements [`StackSets`].

pub mod aws;
pub mod follow;
pub mod plan;
pub mod state;

use self::state::{InstanceStatus, OperationAction, OperationStatus, ResultStatus};
use crate::Page;
use crate::stack::TemplateSource;
use guardian_aws::AwsError;
use guardian_aws::pagination::all;
use guardian_cfn::stack_set::{self as spec, AutoDeployment};
use serde::Serialize;
use std::collections::BTreeMap;

/// A stack set, as DescribeStackSet returns it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackSet {
    /// Its id, unique among all sets that had this name.
    pub id: String,
    /// Its template, as it was sent.
    pub template: String,
    /// Parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether its roles are those of AWS Organizations.
    pub service_managed: bool,
    /// Whether accounts that join or leave a unit get or lose their stack automatically.
    pub auto_deployment: Option<AutoDeployment>,
    /// ARN of the role that assumes those of the accounts.
    pub admin_role: Option<String>,
    /// Name of the role in the accounts.
    pub execution_role: Option<String>,
    /// Its organizational units.
    pub units: Vec<String>,
    /// The regions in which it has stacks.
    pub regions: Vec<String>,
}

/// A stack of a stack set, as ListStackInstances returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
    /// The unit that it was created for, if any.
    pub unit: Option<String>,
    /// ARN of its stack, if it exists.
    pub stack_id: Option<String>,
    /// Whether it matches its set.
    pub status: InstanceStatus,
    /// Result of its last operation, as the API spells it.
    pub detail: Option<String>,
    /// CloudFormation's reason for the status.
    pub reason: Option<String>,
}

/// An operation on a stack set. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its id, chosen by its initiator.
    pub id: String,
    /// What it does.
    pub action: OperationAction,
    /// Its status.
    pub status: OperationStatus,
    /// When it began.
    pub began_ms: i64,
    /// CloudFormation's reason for the status.
    pub reason: Option<String>,
}

/// The result of an operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationResult {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
    /// Its status.
    pub status: ResultStatus,
    /// Why.
    pub reason: Option<String>,
}

/// The definition of a stack set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name, its permission model, and its rollout preferences.
    pub set: spec::StackSet,
    /// The location of the template.
    pub source: TemplateSource,
    /// The template.
    pub template: String,
    /// Parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// Some of the stacks of a set: all that are in one of the accounts or units and in one of the
/// regions; with both accounts and units, those of the accounts that are in one of the units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// Accounts.
    pub accounts: Vec<String>,
    /// Organizational units.
    pub units: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// CloudFormation's stack sets. One call of a method is one API call; retries are up to the
/// implementation. The caller chooses the id of each operation: a second call with the same id has
/// no effect.
pub trait StackSets: Send + Sync {
    /// The stack set of this name; none if there is none.
    fn set(&self, name: &str) -> impl Future<Output = Result<Option<StackSet>, AwsError>> + Send;

    /// A page of its stacks.
    fn instances(
        &self,
        name: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Instance>, AwsError>> + Send;

    /// A page of its operations, newest first.
    fn operations(
        &self,
        name: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Operation>, AwsError>> + Send;

    /// The operation with this id; none if there is none.
    fn operation(
        &self,
        name: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Operation>, AwsError>> + Send;

    /// A page of the results of an operation.
    fn results(
        &self,
        name: &str,
        id: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<OperationResult>, AwsError>> + Send;

    /// Creates a stack set without stacks.
    fn create_set(
        &self,
        definition: &Definition,
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to update a stack set and all of its stacks. `order` lists the regions of these.
    fn update_set(
        &self,
        definition: &Definition,
        order: &[String],
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to create stacks.
    fn create_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to delete stacks, or with `retain` to remove them from the set and keep them.
    fn delete_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        retain: bool,
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Deletes a stack set that has no stacks; one that does not exist is no error.
    fn delete_set(&self, name: &str) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to stop an operation: stacks in progress are finished, the others do not begin.
    fn stop(&self, name: &str, id: &str) -> impl Future<Output = Result<(), AwsError>> + Send;
}

/// A stack set with its stacks, as it exists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The set, if there is one.
    pub set: Option<StackSet>,
    /// Its stacks, by account and region.
    pub instances: Vec<Instance>,
}

/// The stack set of this name with all of its stacks.
pub async fn find<S: StackSets>(sets: &S, name: &str) -> Result<Found, AwsError> {
    let Some(mut set) = sets.set(name).await? else { return Ok(Found::default()) };
    // CloudFormation returns them in no order; equal sets have to compare equal.
    set.units.sort();
    set.regions.sort();
    let what = format!("list the stacks of stack set `{name}`");
    let page = |next: Option<String>| async move { sets.instances(name, next.as_deref()).await };
    let mut instances = all(&what, page).await?;
    instances.sort_by(|a, b| (&a.account, &a.region).cmp(&(&b.account, &b.region)));
    Ok(Found { set: Some(set), instances })
}

/// The operation of a stack set that is in progress, if any. It is among the newest: a set has one
/// at a time, and the queued ones.
pub async fn in_progress<S: StackSets>(
    sets: &S,
    name: &str,
) -> Result<Option<Operation>, AwsError> {
    let newest = sets.operations(name, None).await?.items;
    let mut open: Vec<Operation> = newest.into_iter().filter(|o| !o.status.is_over()).collect();
    // The running one comes before queued ones.
    open.sort_by_key(|operation| (operation.status == OperationStatus::Queued, operation.began_ms));
    Ok(open.into_iter().next())
}
