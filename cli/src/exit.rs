//! Exit codes, and the one error type that reaches `main`.

use miette::{Diagnostic, Report};

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
}
