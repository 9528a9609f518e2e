//! The port to event delivery: the rule's state and the dead-letter queues.

use crate::retry::CallError;

/// The two dead-letter queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Events that could not be delivered or processed.
    Events,
    /// Ticks that failed for good, or that Lambda did not start.
    Ticks,
}

/// A message of a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What it is deleted by.
    pub receipt: String,
    /// What is in it.
    pub body: String,
}

/// The event rule and the dead-letter queues. One call of a method is one API call.
pub trait Delivery: Send + Sync + 'static {
    /// At most ten messages of a dead-letter queue.
    fn dead_letters(
        &self,
        of: Letters,
    ) -> impl Future<Output = Result<Vec<DeadLetter>, CallError>> + Send;

    /// Deletes messages of a dead-letter queue, at most ten.
    fn delete_letters(
        &self,
        of: Letters,
        receipts: &[String],
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Whether the rule that delivers events is enabled.
    fn rule_is_enabled(&self) -> impl Future<Output = Result<bool, CallError>> + Send;
}
