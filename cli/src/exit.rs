//! Exit codes, and the one error type that reaches `main`.

use miette::{Diagnostic, LabeledSpan, NamedSource, Report, SourceCode};
use std::fmt::Display;
use thiserror::Error;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// An error of no other class: AWS refused a request, the network is away, a file cannot be written.
    Error = 1,
    /// Differences were found and asked about (`diff --exit-code`).
    Differences = 2,
    /// Done, with warnings.
    Warnings = 3,
    /// The deploy failed and was rolled back.
    RolledBack = 4,
    /// The stack is in a state that needs recovery.
    Stuck = 5,
    /// Not approved.
    NotApproved = 6,
    /// The input is invalid: configuration, definition, lock file.
    Invalid = 7,
    /// The command line is invalid.
    Usage = 64,
    /// Detached by Ctrl-C (SIGINT).
    Interrupted = 130,
    /// Detached by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The kind of error that ended a command. The `id` of its record: it stays the same whatever the
/// wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ErrorId {
    /// AWS denied a call: the credentials lack a permission.
    AccessDenied,
    /// AWS refused a call for another reason.
    AwsRefused,
    /// CloudFormation could not create the change set.
    ChangeSetFailed,
    /// The credentials have expired.
    CredentialsExpired,
    /// The credentials are missing, or AWS does not accept them.
    CredentialsInvalid,
    /// Differences were found.
    Differences,
    /// Anything else.
    Error,
    /// The stack or stack set belongs to another project or environment.
    ForeignStack,
    /// The program was interrupted.
    Interrupted,
    /// The input is invalid: configuration, definition, lock file, plan.
    Invalid,
    /// A question was not answered with yes.
    NotApproved,
    /// The region or the service is not enabled for the account.
    NotEnabled,
    /// A resource does not exist.
    NotFound,
    /// Another operation is in progress.
    OperationInProgress,
    /// The plan no longer matches its stack.
    PlanStale,
    /// The stack needs recovery.
    RecoveryNeeded,
    /// No region is configured, or it is not the name of one.
    Region,
    /// The role cannot be assumed.
    RoleRefused,
    /// The deploy failed and was rolled back.
    RolledBack,
    /// The stack policy refuses a change, could not be lifted, or was not restored.
    StackPolicy,
    /// AWS throttled every attempt.
    Throttled,
    /// The service failed, or was not reached.
    Unavailable,
    /// The command line is invalid.
    Usage,
    /// Done, with warnings.
    Warnings,
}

impl ErrorId {
    /// All ids.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The id as records have it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<Exit> for ErrorId {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done | Exit::Error => Self::Error,
            Exit::Differences => Self::Differences,
            Exit::Warnings => Self::Warnings,
            Exit::RolledBack => Self::RolledBack,
            Exit::Stuck => Self::RecoveryNeeded,
            Exit::NotApproved => Self::NotApproved,
            Exit::Invalid => Self::Invalid,
            Exit::Usage => Self::Usage,
            Exit::Interrupted | Exit::Terminated => Self::Interrupted,
        }
    }
}

/// An error on its way to `main`: what is printed, and how the program ends.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The kind of error.
    pub id: ErrorId,
    /// What is printed.
    pub report: Report,
}

impl Failure {
    /// A failure of this class.
    pub fn new(exit: Exit, diagnostic: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self { exit, id: exit.into(), report: Report::new(diagnostic) }
    }

    /// The failure with this id instead of the one of its class.
    #[must_use]
    pub fn with_id(self, id: ErrorId) -> Self {
        Self { id, ..self }
    }

    /// A failure of this class with a message, a cause and a help text.
    pub fn say(exit: Exit, message: impl Into<String>) -> Words {
        Words { exit, message: message.into(), help: None, cause: None, place: None }
    }

    /// Begins a failure that ends with [`Exit::Error`].
    pub fn error(message: impl Into<String>) -> Words {
        Self::say(Exit::Error, message)
    }

    /// Begins a failure that ends with [`Exit::Invalid`].
    pub fn invalid(message: impl Into<String>) -> Words {
        Self::say(Exit::Invalid, message)
    }
}

/// A source location, shown with the error.
#[derive(Debug)]
pub struct Shown {
    /// The file's text, under the name by which it is found from where the program was started.
    pub text: NamedSource<String>,
    /// The bytes.
    pub span: std::ops::Range<usize>,
}

/// A failure as message, cause and help text. Becomes a [`Failure`] by
/// [`Words::help`] or `into()`.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct Words {
    exit: Exit,
    message: String,
    help: Option<String>,
    #[source]
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    place: Option<Shown>,
}

impl Words {
    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Shows the line that it is about, if there is one.
    #[must_use]
    pub fn at(mut self, place: Option<Shown>) -> Self {
        self.place = place;
        self
    }

    /// Adds the help text.
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self.into()
    }
}

impl Diagnostic for Words {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.text as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(place.span.clone()))))
    }
}

impl From<Words> for Failure {
    fn from(words: Words) -> Self {
        Self::new(words.exit, words)
    }
}
