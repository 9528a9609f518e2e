//! Where the value of each setting comes from, for `guardian config show --origin`.

use std::fmt;

/// A setting with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its path in the configuration, such as `function.memory`.
    pub path: String,
    /// Its value as text; maps and lists as JSON.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag or an environment variable, such as `flag --env` or `env GUARDIAN_ENV`.
    Override(String),
    /// A line of the configuration.
    File {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The environment whose section has the line.
        environment: Option<String>,
    },
    /// Built in.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Override(source) => f.write_str(source),
            Self::File { file, line, environment: None } => write!(f, "{file}:{line}"),
            Self::File { file, line, environment: Some(name) } => {
                write!(f, "{file}:{line} (environments.{name})")
            }
            Self::Default => f.write_str("default"),
        }
    }
}

/// Settings from outside the file: from a flag, or else an environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// The environment.
    pub env: Option<Override>,
    /// The region.
    pub region: Option<Override>,
    /// Name of the CloudFormation stack.
    pub stack_name: Option<Override>,
    /// Whether the region is one of several.
    pub one_of_several: bool,
}

/// A value with the flag or the variable that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The value.
    pub value: String,
    /// What gave it, in words: `flag --env`, `env GUARDIAN_ENV`.
    pub source: String,
}

impl Override {
    /// A value with what gave it.
    pub fn new(value: impl Into<String>, source: impl Into<String>) -> Self {
        Self { value: value.into(), source: source.into() }
    }
}
