#![doc = include_str!("../README.md")]

mod alarm;
mod attempt;
mod change;
mod compact;
mod duration_limit;
mod evaluate;
mod expected;
mod failure;
mod incident;
mod key;
mod light;
mod mute;
mod pace;
mod partition;
mod route;
mod row;
pub mod schedule;
mod scope;
mod status;
pub mod table;
pub mod text;
mod verdict;
mod watch;

pub use alarm::{Comparison, MissingData, Statistic};
pub use attempt::{Attempt, Why};
pub use change::{ChangeKind, StateChange};
pub use duration_limit::{LISTED_FOR_P99, limit_s, p99_ms};
pub use evaluate::{Counts, Doubt, Evaluation, evaluate, is_stale};
pub use expected::{Timetable, oldest_running, overdue};
pub use failure::{Cause, Failure, HistoryEvent, Step};
pub use incident::{Incident, LONG_INCIDENT_MS, incident_partitions};
pub use key::{InvalidKey, MANAGED_SUFFIX, MachineKey};
pub use light::{
    Aborted, LIST_PAGES, LISTED, Light, Reading, Run, Semantics, deciding_runs, light_since,
    list_decides, read, running_runs, settles_at,
};
pub use mute::{Mute, MuteSchedule, OpenMute};
pub use pace::Pace;
pub use partition::{LARGE_LIST_EXECUTIONS, Partition, Quota, list_executions_quota};
pub use route::{Format, Route, Routes};
pub use row::{
    AHEAD_MS, CHANGED_MS, Decision, HOT_MS, IncidentWrite, JUDGE_MS, KEPT_FINISHED, KEPT_HISTORY,
    KEPT_RUNNING, Listed, MAX_INCIDENTS_A_DAY, MAX_PENDING, Noticed, Pending, Row, Rules, Shown,
};
pub use scope::{Patterns, Scope, glob_matches};
pub use status::Status;
pub use text::count;
pub use verdict::{Held, Verdict, verdict};
pub use watch::{Declared, GRACE_S, NotifyOn, Occasion, Schedule, Watch};

/// CloudWatch namespace of every metric that Guardian publishes.
pub const NAMESPACE: &str = "StepFunctions";
/// Published with value 1 by each completed sweep; its absence means that Guardian has stopped.
pub const HEARTBEAT_METRIC: &str = "Guardian_Heartbeat";
/// How many machines match the rules and have no alarm; published by a sweep that saw them all,
/// if the function's environment lists the machines that have one ([`env::GUARDED`]).
pub const UNGUARDED_METRIC: &str = "Guardian_Unguarded";
/// How many machines the last sweep could not read, though it had the time: AWS denied it, or the
/// answer could not be read.
pub const UNREAD_METRIC: &str = "Guardian_Unread";
/// How many machines are red, under `last-finished`, of all that are watched or of one group
/// ([`GROUP_DIMENSION`]). So are the metrics down to [`TURNED_BAD_METRIC`]; a tick publishes them.
/// All but [`DOUBT_METRIC`] leave out machines that a [`Mute`] window mutes.
pub const RED_METRIC: &str = "Guardian_Red";
/// How many machines are late.
pub const LATE_METRIC: &str = "Guardian_Late";
/// How many machines are stuck.
pub const STUCK_METRIC: &str = "Guardian_Stuck";
/// How many machines have a light that is not known for certain: not read yet, held, or unreadable.
pub const DOUBT_METRIC: &str = "Guardian_Doubt";
/// How many lights turned red since the last tick: a second failure is an alarm again. One that
/// turned red while its machine was muted counts when the window closes, if it is red then.
pub const TURNED_BAD_METRIC: &str = "Guardian_TurnedBad";
/// Age of the oldest confirmation of a machine by ListExecutions over what a round is expected to
/// take: 1 is on time.
pub const RECONCILE_LAG_METRIC: &str = "Guardian_ReconcileLag";
/// How many lights a tick found to be wrong: the measured loss of events.
pub const REPAIRED_METRIC: &str = "Guardian_Repaired";
/// How many events were dropped because they can never succeed.
pub const DROPPED_METRIC: &str = "Guardian_Dropped";
/// How many notifications were refused, or given up after [`PENDING_S`].
pub const UNSENT_METRIC: &str = "Guardian_Unsent";
/// How many settings or machines the function cannot use: schedules it cannot read, machines that
/// are EXPRESS although they are watched as STANDARD.
pub const UNUSABLE_METRIC: &str = "Guardian_Unusable";
/// Metrics that are published only where they are above zero, and so are charged for the hours of a
/// fault alone. To their alarms missing data is not breaching.
pub const FAULT_METRICS: [&str; 4] =
    [REPAIRED_METRIC, DROPPED_METRIC, UNSENT_METRIC, UNUSABLE_METRIC];
/// The dimension, beside [`DEPLOYMENT_DIMENSION`], of the metrics of one group.
pub const GROUP_DIMENSION: &str = "Group";

/// The dimension of the metrics above, which are about a deployment and not about a machine: its
/// value is [`env::DEPLOYMENT`]. Without it two deployments in one account and region would publish
/// to one metric, and one of them could stop unnoticed.
pub const DEPLOYMENT_DIMENSION: &str = "Deployment";
/// Seconds for which an unsent notification is retried before it is given up.
pub const PENDING_S: u32 = 3_600;
/// Codes at or above this are red: FAILED 3, TIMED_OUT 4, ABORTED 5.
pub const RED_THRESHOLD: f64 = 3.0;

/// Environment variables of the function, written by the stack and read by the function.
pub mod env {
    /// Name of a file beside the bootstrap with those of the variables below that do not fit the 4
    /// KB of an environment: a JSON object of texts. What the environment says itself wins.
    pub const SETTINGS: &str = "GUARDIAN_SETTINGS";
    /// Which of the package's functions this is: [`BOARD`]; absent: the one that watches.
    pub const ROLE: &str = "GUARDIAN_ROLE";
    /// The role of the function that answers the dashboard's widget.
    pub const BOARD: &str = "board";
    /// [`crate::Semantics`] as its configuration word.
    pub const SEMANTICS: &str = "GUARDIAN_SEMANTICS";
    /// [`crate::Aborted`] as its configuration word.
    pub const ABORTED: &str = "GUARDIAN_ABORTED";
    /// Comma-separated names or globs of the watched machines; absent means all of them.
    pub const INCLUDE: &str = "GUARDIAN_INCLUDE";
    /// Comma-separated names or globs of the excluded machines.
    pub const EXCLUDE: &str = "GUARDIAN_EXCLUDE";
    /// Name of the table with the rows; absent under `original`, which keeps no state.
    pub const TABLE: &str = "GUARDIAN_TABLE";
    /// Percentage of the account's ListExecutions quota that the reconciler may use, 1 to 100.
    pub const QUOTA_SHARE: &str = "GUARDIAN_QUOTA_SHARE";
    /// Groups that have fleet metrics of their own: a JSON object of names and pattern lists.
    pub const GROUPS: &str = "GUARDIAN_GROUPS";
    /// [`crate::Route`]s as a JSON list; the first that matches a machine counts.
    pub const ROUTES: &str = "GUARDIAN_ROUTES";
    /// [`crate::Mute`]s as a JSON list: the counts of red, late and stuck machines leave out those
    /// that are muted.
    pub const MUTES: &str = "GUARDIAN_MUTES";
    /// For how many days an incident is kept.
    pub const INCIDENT_DAYS: &str = "GUARDIAN_INCIDENT_DAYS";
    /// Name of the rule that delivers execution events, whose state a tick checks once an hour.
    pub const EVENT_RULE: &str = "GUARDIAN_EVENT_RULE";
    /// URL of the dead-letter queue of the events, which a tick drains.
    pub const FAILURE_QUEUE_URL: &str = "GUARDIAN_FAILURE_QUEUE_URL";
    /// URL of the queue of ticks that failed, which a tick drains.
    pub const TICK_FAILURE_QUEUE_URL: &str = "GUARDIAN_TICK_FAILURE_QUEUE_URL";
    /// `true` publishes status metrics with a resolution of one second.
    pub const HIGH_RESOLUTION: &str = "GUARDIAN_HIGH_RESOLUTION";
    /// Tokens in the bucket of ListExecutions that a sweep may use at once (see `Budget`).
    pub const LIST_BURST: &str = "GUARDIAN_LIST_BURST";
    /// Tokens a second that the bucket gets back.
    pub const LIST_REFILL: &str = "GUARDIAN_LIST_REFILL";
    /// URL of the event queue. Versions before the state table set it; this one does not.
    pub const HINT_QUEUE_URL: &str = "GUARDIAN_HINT_QUEUE_URL";
    /// [`crate::Watch`] as JSON.
    pub const WATCH: &str = "GUARDIAN_WATCH";
    /// The function's deployment, as in [`crate::deployment`]. Without it the
    /// metrics on Guardian itself have no dimension.
    pub const DEPLOYMENT: &str = "GUARDIAN_DEPLOYMENT";
    /// Comma-separated keys of the machines that have an alarm. Without it the function does not
    /// publish how many have none.
    pub const GUARDED: &str = "GUARDIAN_GUARDED";
    /// Comma-separated machine names or globs that are to have an alarm each (`alarms.each`);
    /// absent: all that are watched. A single comma means none.
    pub const EACH: &str = "GUARDIAN_EACH";
    /// ARN of the SNS topic that gets a message on a light's change. Without it there is none.
    pub const TOPIC_ARN: &str = "GUARDIAN_TOPIC_ARN";
    /// Name or ARN of the event bus that gets an event on a light's change. Without it there is
    /// none.
    pub const EVENT_BUS: &str = "GUARDIAN_EVENT_BUS";
    /// How messages to topics are written, as a [`crate::Format`]'s configuration word; absent:
    /// text.
    pub const FORMAT: &str = "GUARDIAN_FORMAT";
    /// `true` leaves the cause of a failure out of messages: it may contain the machine's data.
    pub const REDACT_CAUSE: &str = "GUARDIAN_REDACT_CAUSE";
}

/// What the function puts on an event bus: rules match by these words, and its role may put nothing
/// else.
pub mod event {
    /// The `source` of each.
    pub const SOURCE: &str = "guardian";
    /// The `detail-type` of a light's change.
    pub const LIGHT_CHANGE: &str = "Guardian Light Change";
    /// The `detail-type` of a drill: different, so that a rule for light changes does not match it.
    /// one.
    pub const DRILL: &str = "Guardian Drill";
}

/// What the names of files begin with that [`env::SETTINGS`] may name; the rest is digits of their
/// content's hash.
pub const SETTINGS_STEM: &str = "settings-";

/// A deployment's name, unique in its account and region.
pub fn deployment(project: &str, env: &str) -> String {
    format!("{project}-{env}")
}

/// The metric that carries a machine's status code. The alarm and the function both call this.
pub fn status_metric(key: &MachineKey) -> String {
    format!("{key}_Status")
}

/// Name of a machine's status alarm.
pub fn alarm_name(key: &MachineKey) -> String {
    format!("StepFunctionStatusAlarm-{key}")
}

/// Name of the alarm on a machine that is late.
pub fn overdue_alarm_name(key: &MachineKey) -> String {
    format!("StepFunctionOverdueAlarm-{key}")
}

/// Name of the alarm on a machine that is stuck.
pub fn stuck_alarm_name(key: &MachineKey) -> String {
    format!("StepFunctionStuckAlarm-{key}")
}

/// Name of the alarm on a machine that left items of a Map Run undone.
pub fn incomplete_alarm_name(key: &MachineKey) -> String {
    format!("StepFunctionIncompleteAlarm-{key}")
}

/// The metric of a machine that declares when it is expected: seconds since a finished run was due
/// at the latest, 0 while none is.
pub fn overdue_metric(key: &MachineKey) -> String {
    format!("{key}_OverdueSeconds")
}

/// The metric of a machine that declares how long it may run: seconds since the oldest of its runs
/// in progress began, 0 without one.
pub fn oldest_running_metric(key: &MachineKey) -> String {
    format!("{key}_OldestRunningSeconds")
}

/// The metric of a machine whose limit is a multiple of recent durations (`3 x p99`): seconds by
/// which its oldest running execution exceeds the limit, 0 while none does or while too few runs
/// are known. The limit moves with the runs, so an alarm's threshold cannot hold it.
pub fn overrun_metric(key: &MachineKey) -> String {
    format!("{key}{OVERRUN}")
}

/// The metric that is published beside an [`overrun_metric`] of the same machine; none for any
/// other metric.
pub fn beside_overrun(metric: &str) -> Option<String> {
    let key = MachineKey::new(metric.strip_suffix(OVERRUN)?).ok()?;
    Some(oldest_running_metric(&key))
}

const OVERRUN: &str = "_OverrunSeconds";

/// The metric of a machine whose Map Runs are looked into: items that failed in the run that
/// decided its light.
pub fn incomplete_metric(key: &MachineKey) -> String {
    format!("{key}_IncompleteItems")
}
