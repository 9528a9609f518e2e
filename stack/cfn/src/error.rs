//! The limits of a template, and the errors that keep it from being written.

/// The most resources that CloudFormation takes in one template.
pub const MAX_RESOURCES: usize = 500;
/// The most parameters that CloudFormation takes in one template.
pub const MAX_PARAMETERS: usize = 200;
/// The most outputs that CloudFormation takes in one template.
pub const MAX_OUTPUTS: usize = 200;
/// The most mappings that CloudFormation takes in one template.
pub const MAX_MAPPINGS: usize = 200;
/// The longest description, in bytes.
pub const MAX_DESCRIPTION: usize = 1024;
/// The longest body that a request may carry itself, in bytes.
pub const MAX_INLINE_BODY: usize = 51_200;
/// The longest body that CloudFormation reads from S3, in bytes.
pub const MAX_S3_BODY: usize = 1_000_000;

/// An error that keeps a template from being written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynthError {
    /// A reference to something that the template does not have.
    #[error(
        "{from}: {function} names `{to}`, which is not in the template; add it or correct the name"
    )]
    Dangling {
        /// Where the reference stands.
        from: String,
        /// The function that refers.
        function: String,
        /// What it refers to.
        to: String,
    },
    /// An attribute that the resource's type does not have.
    #[error("{from}: `{resource}` ({kind}) has no attribute `{attribute}`")]
    NoAttribute {
        /// Where the reference stands.
        from: String,
        /// The resource it names.
        resource: String,
        /// The resource's type.
        kind: String,
        /// The attribute it names.
        attribute: String,
    },
    /// A logical id that is used twice.
    #[error("{section}: `{id}` is there twice; give one of them another logical id")]
    Duplicate {
        /// The section of the template.
        section: &'static str,
        /// The logical id.
        id: String,
    },
    /// A logical id that is empty, is longer than 255 characters, or has one other than A-Z, a-z, 0-9.
    #[error("{section}: `{id}` is not a logical id: 1 to 255 letters and digits of ASCII")]
    BadId {
        /// The section of the template.
        section: &'static str,
        /// The logical id.
        id: String,
    },
    /// More entries than CloudFormation accepts.
    #[error(
        "{section}: {count} is past the limit of {limit}; split the template into nested stacks"
    )]
    TooMany {
        /// The section of the template.
        section: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A value that CloudFormation's schema refuses.
    #[error("{from} is {reason}")]
    OutOfBounds {
        /// Where it stands.
        from: String,
        /// What it is, and what the schema allows.
        reason: String,
    },
    /// A description that is too long.
    #[error("Description: {0} bytes is past the limit of 1024; shorten it")]
    LongDescription(usize),
    /// Resources that depend on each other in a circle.
    #[error("Resources: {} depend on each other in a circle; take one reference out", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// No resources.
    #[error("Resources: a template needs at least one resource")]
    Empty,
}

/// All errors that keep a template from being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynthErrors(pub Vec<SynthError>);

impl std::fmt::Display for SynthErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for SynthErrors {}
