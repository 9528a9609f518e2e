//! The port to what delivers events: the rule, and the queue of what could not be delivered.

use crate::retry::CallError;

/// A message of the dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What it is deleted by.
    pub receipt: String,
    /// What is in it.
    pub body: String,
}

/// How events come. One call of a method is one API call.
pub trait Delivery: Send + Sync + 'static {
    /// At most ten messages of the dead-letter queue.
    fn dead_letters(&self) -> impl Future<Output = Result<Vec<DeadLetter>, CallError>> + Send;

    /// Deletes messages of the dead-letter queue, at most ten.
    fn delete_letters(
        &self,
        receipts: &[String],
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Whether the rule that delivers events is enabled.
    fn rule_is_enabled(&self) -> impl Future<Output = Result<bool, CallError>> + Send;
}
