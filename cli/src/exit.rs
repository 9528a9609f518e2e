//! Exit codes, and the one error type that reaches `main`.

use miette::{Diagnostic, LabeledSpan, NamedSource, Report, SourceCode};
use std::fmt::Display;
use thiserror::Error;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// An error of no other class: AWS said no, the network is away, a file cannot be written.
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

/// An error on its way to `main`: what is printed, and how the program ends.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// What is printed.
    pub report: Report,
}

impl Failure {
    /// A failure of this class.
    pub fn new(exit: Exit, diagnostic: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self { exit, report: Report::new(diagnostic) }
    }

    /// Begins a failure of this class that is told in words alone.
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

/// A place in a file, which is shown with what is wrong.
#[derive(Debug)]
pub struct Shown {
    /// The file's text, under the name by which it is found from where the program was started.
    pub text: NamedSource<String>,
    /// The bytes.
    pub span: std::ops::Range<usize>,
}

/// A failure told in words: what is wrong, why, and how to mend it. Becomes a [`Failure`] by
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
    /// Adds what brought it about.
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

    /// Says how to mend it.
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
