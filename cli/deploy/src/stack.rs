//! Stacks as plain values, and the trait of the CloudFormation calls that a deployer makes.

use guardian_aws::AwsError;
pub use guardian_aws::pagination::Page;
use guardian_aws::pagination::all;
use serde::Serialize;
use std::collections::BTreeMap;

/// A stack, as DescribeStacks returns it. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stack {
    /// ARN; it names this stack even when another one takes its name.
    pub id: String,
    /// Name.
    pub name: String,
    /// Status, as the API spells it.
    pub status: String,
    /// CloudFormation's reason for the status.
    pub reason: Option<String>,
    /// When it was created.
    pub created_ms: i64,
    /// When it was last updated, if ever.
    pub updated_ms: Option<i64>,
    /// Its outputs: name to value.
    pub outputs: BTreeMap<String, String>,
    /// Its parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether a delete is refused.
    pub termination_protection: bool,
}

/// One stack event. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackEvent {
    /// Unique id.
    pub id: String,
    /// ARN of the stack it belongs to.
    pub stack_id: String,
    /// Name of that stack.
    pub stack_name: String,
    /// Logical id of the resource; the stack's own name for the stack itself.
    pub logical_id: String,
    /// Physical id of the resource; empty while it has none.
    pub physical_id: String,
    /// Type of the resource.
    pub resource_type: String,
    /// Status, as the API spells it.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub time_ms: i64,
    /// Client request token of its operation.
    pub token: Option<String>,
}

/// Type of a nested stack, and of the events of a stack about itself.
pub const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

impl StackEvent {
    /// Whether it is about its stack as a whole.
    pub fn is_of_stack_itself(&self) -> bool {
        self.resource_type == STACK_TYPE && self.physical_id == self.stack_id
    }

    /// Whether it is about a nested stack.
    pub fn is_of_nested_stack(&self) -> bool {
        self.resource_type == STACK_TYPE && !self.is_of_stack_itself()
    }

    /// Whether it is a failure.
    pub fn is_failure(&self) -> bool {
        crate::state::is_failure(&self.status)
    }
}

/// A resource of a stack, as ListStackResources returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Logical id.
    pub logical_id: String,
    /// Physical id, if it has one.
    pub physical_id: Option<String>,
    /// Type.
    pub resource_type: String,
    /// Status, as the API spells it.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

/// The location of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateSource {
    /// In the request: at most 51,200 bytes.
    Body(String),
    /// In S3: at most 1 MB.
    Url(String),
}

/// The arguments of a new change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// Name or ARN of the stack.
    pub stack: String,
    /// Name of the change set.
    pub name: String,
    /// Whether the stack is to be created.
    pub create: bool,
    /// The template.
    pub template: TemplateSource,
    /// Parameters: name to value.
    pub parameters: BTreeMap<String, String>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// Description, shown in the console.
    pub description: String,
    /// Whether changes made outside of CloudFormation are reverted (DeploymentMode REVERT_DRIFT); of
    /// an existing stack only.
    pub revert_drift: bool,
}

/// A change set, as ListChangeSets returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedChangeSet {
    /// ARN.
    pub id: String,
    /// Name.
    pub name: String,
    /// Status, as the API spells it.
    pub status: String,
    /// When it was created, in milliseconds since the epoch.
    pub created_ms: i64,
}

/// How a stack is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// Each resource by its DeletionPolicy.
    Standard,
    /// These resources are retained; CloudFormation accepts them only for a DELETE_FAILED stack.
    Retaining(Vec<String>),
    /// Resources that cannot be deleted are retained (FORCE_DELETE_STACK).
    Force,
}

/// The status of a drift detection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// It is in progress.
    InProgress,
    /// It has checked every resource that supports it.
    Complete,
    /// It could not check some resources; the others were checked.
    Failed(String),
}

/// A finding of the validation of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Logical id of the resource, if it is about one.
    pub logical_id: Option<String>,
    /// Its type.
    pub resource_type: Option<String>,
    /// Path in the template: `/Resources/Queue/Properties/QueueName`.
    pub path: Option<String>,
    /// What is wrong.
    pub reason: String,
}

/// A page of a change set, as DescribeChangeSet returns it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSetPage {
    /// Its status, as the API spells it.
    pub status: String,
    /// CloudFormation's reason for the status.
    pub reason: Option<String>,
    /// Its execution status, as the API spells it.
    pub execution: String,
    /// ARN of the stack.
    pub stack_id: String,
    /// Changes on this page; a nested stack names its own change set.
    pub changes: Vec<crate::change::Change>,
    /// Token of the next page.
    pub next: Option<String>,
}

/// The drift status of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drifted {
    /// IN_SYNC.
    No,
    /// MODIFIED.
    Modified,
    /// DELETED.
    Deleted,
    /// NOT_CHECKED: CloudFormation cannot check it, or not this type.
    NotKnown,
}

/// A property whose value is not the one of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PropertyDrift {
    /// Path in the properties: `/Tags/0/Value`.
    pub path: String,
    /// The template's value; empty if it has none.
    pub expected: String,
    /// The actual value; empty if there is none.
    pub actual: String,
}

/// The drift of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDrift {
    /// Logical ids of the nested stacks that contain it, outermost first.
    pub within: Vec<String>,
    /// Logical id.
    pub logical_id: String,
    /// Physical id.
    pub physical_id: String,
    /// Type.
    pub resource_type: String,
    /// Its drift status.
    pub drifted: Drifted,
    /// The properties that differ, if it was modified.
    pub properties: Vec<PropertyDrift>,
}

impl ResourceDrift {
    /// Logical id with the nested stacks that contain it.
    pub fn path(&self) -> String {
        self.within.iter().chain([&self.logical_id]).cloned().collect::<Vec<_>>().join("/")
    }
}

/// CloudFormation. One call of a method is one API call; retries are up to the implementation.
pub trait Stacks: Send + Sync {
    /// The stack with this name or ARN; none if there is none. A stack that was deleted is found
    /// by its ARN only.
    fn stack(&self, stack: &str) -> impl Future<Output = Result<Option<Stack>, AwsError>> + Send;

    /// A page of a stack's events, newest first.
    fn events(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<StackEvent>, AwsError>> + Send;

    /// A page of a stack's resources.
    fn resources(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<StackResource>, AwsError>> + Send;

    /// The template that a stack was last deployed with, as it was sent.
    fn template(&self, stack: &str) -> impl Future<Output = Result<String, AwsError>> + Send;

    /// Begins to create a change set; returns its ARN.
    fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> impl Future<Output = Result<String, AwsError>> + Send;

    /// A page of a change set. The stack, by name or ARN, is given if it is known: IAM policies grant
    /// the call on it.
    fn change_set(
        &self,
        stack: Option<&str>,
        id: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<ChangeSetPage, AwsError>> + Send;

    /// A page of a stack's change sets.
    fn change_sets(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<ListedChangeSet>, AwsError>> + Send;

    /// A page of the findings of a change set's validation (DescribeEvents).
    fn validation(
        &self,
        stack: &str,
        change_set: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Invalid>, AwsError>> + Send;

    /// Deletes a change set; one that does not exist is no error.
    fn delete_change_set(
        &self,
        stack: &str,
        id: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Executes a change set; each event of the operation has `token`.
    fn execute(
        &self,
        stack: &str,
        id: &str,
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Begins to delete a stack.
    fn delete_stack(
        &self,
        stack: &str,
        how: &Deletion,
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Cancels an update in progress.
    fn cancel_update(
        &self,
        stack: &str,
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Continues a rollback that failed; `skip` are resources that are left as they are, in a nested
    /// stack as `Nested-Stack-Name.LogicalId`.
    fn continue_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Starts a drift detection; returns its id.
    fn detect_drift(&self, stack: &str) -> impl Future<Output = Result<String, AwsError>> + Send;

    /// The status of a detection.
    fn detection(&self, id: &str) -> impl Future<Output = Result<Detection, AwsError>> + Send;

    /// A page of the results of the last detection of a stack.
    fn drifts(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<ResourceDrift>, AwsError>> + Send;

    /// The stack's policy, as it was set; none if it has none.
    fn policy(&self, stack: &str) -> impl Future<Output = Result<Option<String>, AwsError>> + Send;

    /// Sets the stack's policy.
    fn set_policy(
        &self,
        stack: &str,
        policy: &str,
    ) -> impl Future<Output = Result<(), AwsError>> + Send;

    /// Switches termination protection.
    fn protect(&self, stack: &str, on: bool) -> impl Future<Output = Result<(), AwsError>> + Send;
}

/// Every change set of a stack.
pub async fn all_change_sets<S: Stacks>(
    stacks: &S,
    stack: &str,
) -> Result<Vec<ListedChangeSet>, AwsError> {
    let what = format!("list the change sets of `{stack}`");
    all(&what, |next| async move { stacks.change_sets(stack, next.as_deref()).await }).await
}

/// Every resource of a stack.
pub async fn all_resources<S: Stacks>(
    stacks: &S,
    stack: &str,
) -> Result<Vec<StackResource>, AwsError> {
    let what = format!("list the resources of `{stack}`");
    all(&what, |next| async move { stacks.resources(stack, next.as_deref()).await }).await
}
