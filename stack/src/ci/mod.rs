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
mod subject;

#[cfg(test)]
mod tests;

pub use actions::{Handling, NEVER, ONLY_WITH, UnknownType};
pub use boundary::Boundary;
pub use calls::Operations;
pub use github::{Workflow, github};
pub use gitlab::gitlab;
pub use policy::{
    MAX_INLINE_POLICIES, MAX_MANAGED_POLICY, Statement, TooLong, characters, split, statements,
};
pub use roles::{GitHubIds, Host, Kit, KitError, Trusted, boundary_path, kit, roles_stack};
pub use subject::{OBJECTS, PREVIEW, PREVIEWS, Subject, TEMPLATES};
