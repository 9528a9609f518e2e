//! The CI kit: the least policy that planning, deploying and destroying an application takes, the
//! roles that a CI system assumes, and the workflow that uses them. Text and templates
//! only; nothing here knows of the network or of the file system.
//!
//! There is no CloudFormation service role. It would stay with the stack: every principal that may
//! update the stack would use the role's permissions, and a stack whose role is deleted cannot be
//! deleted. Instead, CI's own role has the permissions, and those that change resources apply only to
//! calls that CloudFormation makes on its behalf.

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
