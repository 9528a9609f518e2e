//! What the kit is made for, and where its objects and change sets are.

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
pub const PREVIEWS: &str = "guardian/plans/";

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
    /// Whether the stack has nested stacks.
    pub(super) fn has_nested(&self) -> bool {
        let resources = self.templates.iter().filter_map(|t| t["Resources"].as_object());
        resources.flatten().any(|(_, resource)| resource["Type"] == "AWS::CloudFormation::Stack")
    }

    /// Whether CloudFormation reads a template from the artifact bucket.
    pub(super) fn reads_from_bucket(&self) -> bool {
        let large = |template: &&Value| guardian_cfn::json_size(template) > MAX_INLINE_BODY;
        self.has_nested() || self.templates.iter().any(large)
    }
}
