//! Stack sets: what CloudFormation tells of them, as plain values, and the port through which it is
//! asked. What is to be done is decided in `plan`, `follow` drives a [`StackSets`],
//! and `aws` is the one that AWS is behind.

pub mod aws;
pub mod follow;
pub mod plan;

use crate::Page;
use crate::stack::TemplateSource;
use guardian_aws::AwsError;
use guardian_aws::pagination::all;
use guardian_cfn::stack_set::{self as spec, AutoDeployment};
use std::collections::BTreeMap;

/// A stack set, as DescribeStackSet tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackSet {
    /// Its id, which no other set of this name has.
    pub id: String,
    /// Its template, as it was sent.
    pub template: String,
    /// Parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether its roles are those of AWS Organizations.
    pub service_managed: bool,
    /// Whether accounts that join or leave a unit get or lose their stack by themselves.
    pub auto_deployment: Option<AutoDeployment>,
    /// ARN of the role that takes on those of the accounts.
    pub admin_role: Option<String>,
    /// Name of the accounts' role.
    pub execution_role: Option<String>,
    /// The organizational units that it was given.
    pub units: Vec<String>,
    /// The regions in which it has stacks.
    pub regions: Vec<String>,
}

/// A stack of a stack set, as ListStackInstances tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
    /// The unit that it was made for, if any.
    pub unit: Option<String>,
    /// ARN of its stack, once there is one.
    pub stack_id: Option<String>,
    /// Whether it is as the set says: CURRENT, OUTDATED or INOPERABLE.
    pub status: String,
    /// How its last operation ended, in the API's word.
    pub detail: Option<String>,
    /// Why it is in that status.
    pub reason: Option<String>,
}

/// The status of a stack that is as its set says.
pub const CURRENT: &str = "CURRENT";
/// The status of a stack whose deletion has failed: updates leave it out.
pub const INOPERABLE: &str = "INOPERABLE";

/// An operation on a stack set. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its id, which whoever began it chose.
    pub id: String,
    /// CREATE, UPDATE, DELETE or DETECT_DRIFT.
    pub action: String,
    /// RUNNING, SUCCEEDED, FAILED, STOPPING, STOPPED or QUEUED.
    pub status: String,
    /// When it began.
    pub began_ms: i64,
    /// Why it is in that status.
    pub reason: Option<String>,
}

impl Operation {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "SUCCEEDED" | "FAILED" | "STOPPED")
    }
}

/// What came of an operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationResult {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
    /// PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

/// What a stack set is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name, whose roles it has, and how it is rolled out.
    pub set: spec::StackSet,
    /// Where the template is.
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

/// CloudFormation's stack sets. One call of a method is one API call; what is retried is the
/// business of whoever implements it. Each operation has an id of the caller's: the same call with
/// the same id does not do it twice.
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

    /// A page of what came of an operation.
    fn results(
        &self,
        name: &str,
        id: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<OperationResult>, AwsError>> + Send;

    /// Makes a stack set without stacks.
    fn create_set(
        &self,
        definition: &Definition,
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to change a stack set and all of its stacks. `order` has the regions of these.
    fn update_set(
        &self,
        definition: &Definition,
        order: &[String],
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to make stacks.
    fn create_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to delete stacks, or with `retain` to let go of them.
    fn delete_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        retain: bool,
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Deletes a stack set that has no stacks; one that is not there is no error.
    fn delete_set(&self, name: &str) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to stop an operation: what is under way ends, what has not begun does not begin.
    fn stop(&self, name: &str, id: &str) -> impl Future<Output = Result<(), AwsError>> + Send;
}

/// A stack set with its stacks, as it is found.
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
    // CloudFormation gives them in no order; two findings of the same are the same.
    set.units.sort();
    set.regions.sort();
    let what = format!("list the stacks of stack set `{name}`");
    let page = |next: Option<String>| async move { sets.instances(name, next.as_deref()).await };
    let mut instances = all(&what, page).await?;
    instances.sort_by(|a, b| (&a.account, &a.region).cmp(&(&b.account, &b.region)));
    Ok(Found { set: Some(set), instances })
}

/// The operation that a stack set is in the middle of, if any. It is among the newest: a set has
/// one at a time, and those that wait for it.
pub async fn under_way<S: StackSets>(sets: &S, name: &str) -> Result<Option<Operation>, AwsError> {
    let newest = sets.operations(name, None).await?.items;
    let mut open: Vec<Operation> = newest.into_iter().filter(|o| !o.is_over()).collect();
    // The one that is at work comes before those that wait.
    open.sort_by_key(|operation| (operation.status == "QUEUED", operation.began_ms));
    Ok(open.into_iter().next())
}
