//! The program that a deployer works in: it takes events, answers questions and passes on a request
//! to stop. A deployer prints nothing itself.

pub use crate::poll::Signal;

use crate::StackEvent;
use crate::eta::Expected;
use crate::events::Newest;
use crate::progress::Progress;
use crate::stack::Stack;
use guardian_aws::AwsError;
use thiserror::Error;

/// Something that happened while a stack was deployed, deleted or recovered.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// Another operation is in progress, and the deployer waits for its end.
    Waiting {
        /// The stack.
        stack: &'a Stack,
        /// The operation, where the stack's events show it.
        operation: Option<&'a Newest>,
    },
    /// The stack was never created successfully: it is deleted before it is created, if that is
    /// approved.
    NeverCreated(&'a Stack),
    /// A stack event.
    Stack {
        /// The event.
        event: &'a StackEvent,
        /// ARN of the stack that is followed; the event may be a nested stack's.
        root: &'a str,
        /// How long the resource took, in milliseconds, if the event ends its operation.
        took_ms: Option<i64>,
    },
    /// The stack policy cannot be read, so that its refusals are not known.
    PolicyUnreadable(&'a AwsError),
    /// The stack policy was lifted for one deploy.
    PolicyLifted(&'a str),
    /// The stack policy was restored after a deploy.
    PolicyRestored(&'a str),
    /// The deployer detached while the policy was lifted.
    PolicyStaysLifted(&'a str),
    /// The policy could not be restored at the end of another operation.
    PolicyNotRestored {
        /// Name of the stack.
        stack: &'a str,
        /// The reason.
        error: &'a AwsError,
    },
    /// The deploy failed, and the policy could not be restored: the stack stays unprotected.
    PolicyStaysOff {
        /// Name of the stack.
        stack: &'a str,
        /// The reason.
        error: &'a AwsError,
    },
    /// The stack policy was set as configured.
    PolicySet {
        /// Name of the stack.
        stack: &'a str,
        /// Whether it protects anything.
        protects: bool,
    },
    /// The stack has a policy that neither this deployer nor the configuration has set; it stays.
    PolicyForeign(&'a str),
    /// The stack is deployed, but its policy could not be set as configured.
    PolicyNotSet {
        /// Name of the stack.
        stack: &'a str,
        /// The reason.
        error: &'a AwsError,
    },
}

/// A question that has to be answered before something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Delete the stack that was never created successfully?
    DeleteNeverCreated,
}

/// Why a question was not answered with yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// There is no terminal to ask on.
    #[error("not approved: there is no terminal to ask on")]
    NoTerminal,
    /// The answer was no.
    #[error("not approved; nothing was changed")]
    No,
}

/// What a deployer needs of the program it is part of.
pub trait Host {
    /// Takes an event, as it happens.
    fn notify(&self, event: &Event<'_>);

    /// Whether [`Host::progress`] shows anything. Only then is the history read that the remaining
    /// time is estimated from.
    fn shows_progress(&self) -> bool {
        false
    }

    /// Called about twice a second while an operation is followed.
    fn progress(&self, _expected: &Expected, _progress: &Progress) {}

    /// Called after the last call of [`Host::progress`].
    fn progress_ended(&self) {}

    /// Completes when the program is asked to stop, counted from this call on.
    fn interrupted(&self) -> impl Future<Output = Signal>;

    /// Answers a question.
    fn approve(&self, question: Question) -> impl Future<Output = Result<(), Denied>>;
}

/// A host for programs without a user interface: events are dropped, questions are answered with
/// yes, and nothing interrupts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unattended;

impl Host for Unattended {
    fn notify(&self, _: &Event<'_>) {}
    async fn interrupted(&self) -> Signal {
        std::future::pending().await
    }
    async fn approve(&self, _: Question) -> Result<(), Denied> {
        Ok(())
    }
}
