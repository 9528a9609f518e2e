//! All that the function and the alarms must agree on: namespace, metric and alarm names, status
//! codes, the keys of machines and the semantics of a light. Pure values; no AWS, no clock.

mod key;
mod light;
mod scope;
mod status;

pub use key::{InvalidKey, MANAGED_SUFFIX, MachineKey};
pub use light::{Aborted, Light, Reading, Run, Semantics, read};
pub use scope::{Scope, glob_matches};
pub use status::Status;

/// CloudWatch namespace of every metric that Guardian publishes.
pub const NAMESPACE: &str = "StepFunctions";
/// Published with value 1 by each sweep that came to its end; its absence means that nobody looks.
pub const HEARTBEAT_METRIC: &str = "Guardian_Heartbeat";
/// Codes at or above this are red: FAILED 3, TIMED_OUT 4, ABORTED 5.
pub const RED_THRESHOLD: f64 = 3.0;

/// Environment variables of the function, written by the stack and read by the function.
pub mod env {
    /// [`crate::Semantics`] as its configuration word.
    pub const SEMANTICS: &str = "GUARDIAN_SEMANTICS";
    /// [`crate::Aborted`] as its configuration word.
    pub const ABORTED: &str = "GUARDIAN_ABORTED";
    /// Comma-separated machine names or globs to look at; absent means all of them.
    pub const INCLUDE: &str = "GUARDIAN_INCLUDE";
    /// Comma-separated machine names or globs to leave out.
    pub const EXCLUDE: &str = "GUARDIAN_EXCLUDE";
    /// Tokens in the bucket of ListExecutions that a sweep may use at once (see `Budget`).
    pub const LIST_BURST: &str = "GUARDIAN_LIST_BURST";
    /// Tokens a second that the bucket gets back.
    pub const LIST_REFILL: &str = "GUARDIAN_LIST_REFILL";
}

/// The metric that carries a machine's status code. The alarm and the function both call this.
pub fn status_metric(key: &MachineKey) -> String {
    format!("{key}_Status")
}

/// Name of a machine's status alarm.
pub fn alarm_name(key: &MachineKey) -> String {
    format!("StepFunctionStatusAlarm-{key}")
}
