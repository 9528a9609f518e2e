//! The application: the resolved and valid settings from which the templates are made. Flags,
//! environment variables, the environment's section and the defaults are already merged. A new
//! setting gets a field here. Source locations are not kept, except the paths of machines and
//! alarms, which the templates record as origins.

pub use guardian_cfn::stack_set::{AutoDeployment, Grant, Share, StackSet};

use guardian_contract::{Aborted, MachineKey, Routes, Scope, Semantics, Watch};
pub use guardian_contract::{Comparison, MissingData, Mute, Statistic};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One deployment of Guardian: a project in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Project, 1 to 32 characters of `a-z 0-9 -`; the first part of generated names.
    pub project: String,
    /// Environment, such as `dev` or `prod`; the second part of generated names.
    pub env: String,
    /// Region, where the configuration names one.
    pub region: Option<String>,
    /// Name of the CloudFormation stack.
    pub stack_name: String,
    /// The stack set that it is, unless it is a stack.
    pub stack_set: Option<StackSet>,
    /// Permissions boundary of every role of the stack: an ARN, or path and name of a policy of
    /// the account, with CloudFormation's pseudo parameters.
    pub permissions_boundary: Option<String>,
    /// How runs become a light.
    pub semantics: Semantics,
    /// What an aborted run does to the light.
    pub aborted: Aborted,
    /// When the sweep runs: an EventBridge `cron(…)` or `rate(…)`.
    pub schedule: String,
    /// Whether execution events update the rows of the state table.
    pub events: bool,
    /// The Lambda function.
    pub function: Function,
    /// What the names of managed machines' log groups begin with.
    pub log_prefix: String,
    /// Machines that the stack creates, in the order of the configuration.
    pub managed: Vec<Managed>,
    /// Machines that exist already, by key.
    pub watched: Vec<Watched>,
    /// The machines that the function watches.
    pub scope: Scope,
    /// Every alarm, in the order of its machine, the status alarm of each machine first.
    pub alarms: Vec<Alarm>,
    /// The machines' declarations, as the function receives them.
    pub watch: Watch,
    /// The alarms on Guardian itself, unless they are switched off.
    pub guard: Option<Guard>,
    /// One alarm over all machines, if it is switched on.
    pub fleet: Option<Fleet>,
    /// Groups of machines with metrics and alarms of their own: names or globs by group.
    pub groups: BTreeMap<String, Vec<String>>,
    /// The state table; none under `original`.
    pub memory: Option<Memory>,
    /// Where notifications go besides [`App::notifications`], and whose machines they are about.
    pub routes: Routes,
    /// Names and globs of machines that are to have alarms of their own; none: all.
    pub each: Option<Vec<String>>,
    /// Whether status metrics have a resolution of a second.
    pub high_resolution: bool,
    /// Where notifications of state changes go.
    pub notifications: Notifications,
    /// When alarms do not act.
    pub mute: Vec<Mute>,
    /// The dashboard, unless it is switched off.
    pub dashboard: Option<Dashboard>,
    /// Tags of the stack, which CloudFormation gives to all that it creates.
    pub tags: BTreeMap<String, String>,
}

/// What the keys of the objects of a stack set in the artifact buckets begin with. They name the set,
/// so that anyone who finds an object can check whether it is still used.
pub fn set_prefix(set: &StackSet) -> String {
    format!("{SET_KEYS}{}/{}/", set.admin_region, set.name)
}

/// What the keys of the objects of all stack sets begin with.
pub const SET_KEYS: &str = "guardian/sets/";

/// What the names of managed machines' log groups begin with in the published recipe. Step Functions
/// adds each such group to the one log delivery policy of the account and region, which holds 5,120
/// characters.
pub const RECIPE_LOGS: &str = "/aws/stepfunctions/";
/// The same for groups that stand in that policy once for all [Step Functions guide, bp-cwl].
pub const VENDED_LOGS: &str = "/aws/vendedlogs/states/";

/// The Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Instruction set.
    pub architecture: Architecture,
    /// MB, 128 to 10,240.
    pub memory_mb: u32,
    /// Seconds, 1 to 900.
    pub timeout_s: u32,
    /// Days that its log group keeps; one of those that CloudWatch Logs takes.
    pub log_retention_days: u32,
    /// Whether each package becomes a version.
    pub publish: bool,
    /// Tokens of the ListExecutions bucket it may use at once; none: by region.
    pub list_burst: Option<u32>,
    /// Tokens a second that the bucket gets back; none: by region.
    pub list_refill: Option<f64>,
}

/// Instruction set of the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// 64-bit x86.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm (Graviton).
    #[serde(rename = "arm64")]
    Arm64,
}

/// Type of a state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MachineType {
    /// Durable; executions can be listed.
    #[default]
    Standard,
    /// Short and frequent; its executions cannot be listed.
    Express,
}

/// A machine that the stack creates.
#[derive(Debug, Clone, PartialEq)]
pub struct Managed {
    /// Its key; its name is [`MachineKey::managed_name`].
    pub key: MachineKey,
    /// STANDARD or EXPRESS.
    pub machine_type: MachineType,
    /// The checked definition in Amazon States Language, as compact JSON.
    pub definition: String,
    /// The file that it was read from.
    pub file: String,
    /// What CloudFormation puts into the definition for `${Name}`, by name, as texts for `Fn::Sub`.
    pub substitutions: BTreeMap<String, String>,
    /// What of an execution is logged: `ALL`, `ERROR`, `FATAL` or `OFF`.
    pub log_level: String,
    /// Whether the log has input and output.
    pub log_execution_data: bool,
    /// Days that its log group keeps.
    pub log_retention_days: u32,
    /// IAM policy statements that its role has besides those for its logs.
    pub statements: Vec<Value>,
    /// ARNs of managed policies that its role has.
    pub managed_policies: Vec<String>,
    /// Tags of the machine alone.
    pub tags: BTreeMap<String, String>,
}

/// A machine that exists already and is only watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its key.
    pub key: MachineKey,
    /// Its name.
    pub name: String,
    /// STANDARD or EXPRESS.
    pub machine_type: MachineType,
    /// The path of the setting that names it; none: a pattern found it.
    pub setting: Option<String>,
}

/// The metric of an alarm. A closed list: an alarm on a metric that is never published cannot exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Metric {
    /// The machine's status code, which Guardian publishes.
    Status,
    /// Seconds since a finished run was due; Guardian publishes it for machines with a declaration.
    OverdueSeconds,
    /// Duration of the oldest running execution in seconds; Guardian publishes it for machines with
    /// `max_duration`.
    OldestRunningSeconds,
    /// Seconds by which the oldest running execution exceeds the limit of `max_duration: 3 x p99`;
    /// Guardian publishes it for machines with such a limit.
    OverrunSeconds,
    /// Failed items of Map Runs; Guardian publishes it for machines with `incomplete`.
    IncompleteItems,
    /// AWS/States, by metric math: executions that failed, timed out or, unless these are ignored,
    /// were aborted. CloudWatch bills an alarm on it as three.
    Unsuccessful,
    /// AWS/States: executions that failed.
    ExecutionsFailed,
    /// AWS/States: executions that timed out.
    ExecutionsTimedOut,
    /// AWS/States: executions that were aborted.
    ExecutionsAborted,
    /// AWS/States: executions that were throttled.
    ExecutionThrottled,
    /// AWS/States: executions that started (SampleCount is 2 a run: use Sum).
    ExecutionsStarted,
    /// AWS/States: executions that succeeded.
    ExecutionsSucceeded,
    /// AWS/States: milliseconds from start to close.
    ExecutionTime,
}

/// An alarm on one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Its name, at most 255 characters.
    pub name: String,
    /// The machine.
    pub machine: MachineKey,
    /// The metric.
    pub metric: Metric,
    /// The statistic.
    pub statistic: Statistic,
    /// Seconds of a period.
    pub period_s: u32,
    /// Evaluation periods (N).
    pub evaluation_periods: u32,
    /// Datapoints to alarm (M).
    pub datapoints_to_alarm: u32,
    /// The threshold.
    pub threshold: f64,
    /// How a value is compared with it.
    pub comparison: Comparison,
    /// What missing points mean.
    pub missing: MissingData,
    /// What happens when the state changes.
    pub actions: Actions,
    /// The configured description, instead of the generated text.
    pub description: Option<String>,
    /// The path of what declares it: an item of a list of alarms, or the machine's own section of
    /// `watch`; none: the defaults do.
    pub setting: Option<String>,
}

/// The word for the topic of the notifications among [`Actions`].
pub const TOPIC: &str = "topic";

/// ARNs, or the word [`TOPIC`]; five at most for each state.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Actions {
    /// When it goes to ALARM.
    pub alarm: Vec<String>,
    /// When it goes to OK.
    pub ok: Vec<String>,
    /// When it goes to INSUFFICIENT_DATA.
    pub insufficient_data: Vec<String>,
}

/// The dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// Its name.
    pub name: String,
    /// Title of the alarm widget.
    pub title: String,
    /// Whether the board is on it, as a widget that a function of its own answers.
    pub widget: bool,
    /// Whether there is one in each of several regions: the region is part of its name then, since
    /// dashboards are of the whole account.
    pub per_region: bool,
}

/// The alarms on Guardian itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What they do.
    pub actions: Actions,
    /// The number of lights corrected by the reconciler within an hour from which events count as
    /// lost.
    pub repaired: u32,
}

/// EventBridge delivers nearly every event; a few that come late are no loss.
pub const REPAIRED: u32 = 5;

impl Default for Guard {
    fn default() -> Self {
        Self { actions: Actions::default(), repaired: REPAIRED }
    }
}

/// One alarm over all machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    /// What it does; those over parts of the machines do nothing.
    pub actions: Actions,
}

/// The state table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// ARN of the customer managed key that it is encrypted with; none: DynamoDB's own.
    pub kms_key: Option<String>,
    /// Whether it can be restored to any second of the last 35 days.
    pub point_in_time_recovery: bool,
    /// For how many days an incident is kept.
    pub incident_days: u32,
    /// Percentage of the account's ListExecutions quota that the reconciler uses.
    pub quota_share: u32,
}

/// The channels of notifications, and their format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notifications {
    /// The topic; none: no messages.
    pub topic: Option<Topic>,
    /// The event bus; none: no events.
    pub event_bus: Option<EventBus>,
    /// ARN of the customer managed key that the topic is encrypted with; none: it has no such key.
    pub key: Option<String>,
    /// Addresses that are subscribed to it. Each has to confirm that once.
    pub email: Vec<String>,
    /// How messages to the topic are written.
    pub format: guardian_contract::Format,
    /// Whether both leave out the cause of a failure: it may contain the run's data.
    pub redact_cause: bool,
}

impl Notifications {
    /// Whether state changes are sent to a topic or an event bus.
    pub fn notifies(&self) -> bool {
        self.topic.is_some() || self.event_bus.is_some()
    }
}

impl App {
    /// Whether the fleet's alarm reads counts instead of the alarms of muted machines.
    pub(crate) fn counts_muted(&self) -> bool {
        self.memory.is_some() && self.fleet.is_some() && !self.mute.is_empty()
    }

    /// Whether state changes are sent to a topic or an event bus, by a route or by default.
    pub fn notifies(&self) -> bool {
        let routed =
            |route: &guardian_contract::Route| route.topic.is_some() || route.event_bus.is_some();
        self.notifications.notifies() || self.routes.0.iter().any(routed)
    }

    /// Name of the function that answers the board on the dashboard, which reads the state table;
    /// none if the dashboard has none.
    pub fn board_function(&self) -> Option<String> {
        let is_on = self.memory.is_some() && self.dashboard.as_ref().is_some_and(|d| d.widget);
        is_on.then(|| format!("{}-{}-board", self.project, self.env))
    }

    /// Keys of the machines that have an alarm of their own.
    pub fn guarded(&self) -> BTreeSet<&MachineKey> {
        self.alarms.iter().map(|alarm| &alarm.machine).collect()
    }
}

/// A topic of SNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// The stack's own.
    Created,
    /// An existing topic, by its ARN. Its owner's policy must allow publishing to it.
    Existing(String),
}

/// An event bus, which exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBus {
    /// A bus in the stack's account and region, by its name: `default`, or a custom one.
    Named(String),
    /// A bus in any account and region, by its ARN. Its owner's policy must allow `events:PutEvents`.
    Arn(String),
}
