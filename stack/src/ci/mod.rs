//! The CI kit: the least policy that planning, deploying and destroying an application takes, the
//! roles that a CI system takes on with it, and the workflow that uses them. Text and templates
//! only; nothing here knows of the network or of the file system.
//!
//! There is no CloudFormation service role. One stays with the stack: from then on everybody who
//! may update the stack works with the role's rights, and a stack whose role has gone cannot be
//! deleted. Here CI's own role has the rights, and those that change resources hold only for calls
//! that CloudFormation makes on its behalf.

mod actions;
mod arns;
mod boundary;
pub mod calls;
mod github;
mod gitlab;
mod policy;
mod roles;

#[cfg(test)]
mod tests;

pub use actions::{Handling, NEVER, ONLY_WITH, UnknownType};
pub use boundary::Boundary;
pub use github::{Workflow, github};
pub use gitlab::gitlab;
pub use policy::{
    MAX_INLINE_POLICIES, MAX_MANAGED_POLICY, Statement, TooLong, characters, split, statements,
};
pub use roles::{GitHubIds, Host, Kit, KitError, Trusted, boundary_path, kit, roles_stack};

use calls::Operation;
use guardian_cfn::MAX_INLINE_BODY;
use serde_json::Value;

/// What the names of change sets begin with that are only looked at. The role of pull requests makes
/// and deletes change sets of such names and of no others; no deploy executes one.
pub const PREVIEW: &str = "guardian-preview-";
/// What the keys of all objects of Guardian begin with.
pub const OBJECTS: &str = "guardian/";
/// What the keys of nested templates and of large main templates begin with.
pub const TEMPLATES: &str = "guardian/templates/";
/// The same of templates that CloudFormation reads for a change set that is only looked at. The role
/// of pull requests may write here and nowhere else, and no deploy reads from here.
pub const LOOKS: &str = "guardian/plans/";

/// What a policy is made for.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The templates of the application as JSON: the main one and those of its nested stacks.
    pub templates: &'a [&'a Value],
    /// Name of its stack.
    pub stack_name: &'a str,
    /// Name of the artifact bucket, as a text for `Fn::Sub`.
    pub bucket: &'a str,
    /// Whether machines and alarms are named one by one. If not, they are named by the pattern of
    /// Guardian's names, and a new machine needs no new policy.
    pub exact: bool,
}

impl Subject<'_> {
    /// Whether there are stacks in the stack.
    fn has_nested(&self) -> bool {
        arns::resources(self.templates).iter().any(|r| r.kind == "AWS::CloudFormation::Stack")
    }

    /// Whether CloudFormation reads a template from the artifact bucket.
    fn reads_from_bucket(&self) -> bool {
        let large = |template: &&Value| guardian_cfn::json_size(template) > MAX_INLINE_BODY;
        self.has_nested() || self.templates.iter().any(large)
    }
}

/// What a role may be used for.
pub type Operations<'a> = &'a [Operation];
