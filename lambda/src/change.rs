//! The event of a state change, for other systems: what the message to people
//! says, as data. Its schema is in docs/events.md; a field that changes its meaning or goes away
//! raises its version.

use guardian_contract::{ChangeKind, Light, MachineKey, Status};
use serde::Serialize;

/// Version of the schema.
pub(crate) const VERSION: u32 = 1;

/// The event's detail. Times are milliseconds; what the machine or its data wrote (state, error,
/// cause) is cut and escaped as in the message.
#[derive(Debug, Serialize)]
pub(crate) struct LightChange<'a> {
    pub v: u32,
    /// The deployment that sends it, if the function's environment names it.
    pub deployment: Option<&'a str>,
    /// The machine's key.
    pub machine: &'a MachineKey,
    pub machine_arn: &'a str,
    /// What has happened to its light.
    pub kind: ChangeKind,
    pub light: Light,
    /// What the light was before; grey if no run had finished.
    pub before: Light,
    /// How long it had that light, as far back as was read.
    pub before_ms: Option<i64>,
    /// For how long it has been late, or the run has been going on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<i64>,
    /// When the deciding run changed its status last.
    pub at_ms: i64,
    /// Status of that run.
    pub status: Status,
    pub execution_arn: &'a str,
    /// Its page in the console.
    pub link: Option<&'a str>,
    /// Failures in a row: this one included, or those that a success has ended.
    pub failures: u32,
    pub state: Option<&'a str>,
    pub error: Option<&'a str>,
    /// The first line of the cause.
    pub cause: Option<&'a str>,
    /// Whether there is a cause that was left out, as configured.
    pub redacted: bool,
    /// The incident that it belongs to: what messages about it are threaded by.
    pub incident: Option<&'a str>,
    /// The team that the machine belongs to, by its route.
    pub team: Option<&'a str>,
    /// Link to its runbook.
    pub runbook: Option<&'a str>,
}
