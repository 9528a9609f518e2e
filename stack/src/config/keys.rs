//! Every key that `guardian.yaml` knows, section by section. A new setting or section is a list
//! here, a `child` or `section` call where it is read, and its lines in docs/configuration.md.

/// Name of the file.
pub const FILE: &str = "guardian.yaml";

/// Keys of the file itself.
pub(super) const ROOT: &[&str] = &[
    "project",
    "env",
    "region",
    "regions",
    "assume_role",
    "stack_name",
    "stack_set",
    "semantics",
    "aborted",
    "machines",
    "schedule",
    "events",
    "function",
    "logging",
    "memory",
    "routes",
    "alarms",
    "watch",
    "guard",
    "fleet",
    "notifications",
    "mute",
    "verify",
    "dashboard",
    "permissions_boundary",
    "stack_policy",
    "tags",
    "environments",
];
/// Keys of an environment's section: those of the file, except its name.
pub(super) const ENVIRONMENT: &[&str] = &[
    "region",
    "regions",
    "assume_role",
    "stack_name",
    "stack_set",
    "semantics",
    "aborted",
    "machines",
    "schedule",
    "events",
    "function",
    "logging",
    "memory",
    "routes",
    "alarms",
    "watch",
    "guard",
    "fleet",
    "notifications",
    "mute",
    "verify",
    "dashboard",
    "permissions_boundary",
    "stack_policy",
    "tags",
];
/// Keys of the stack policy.
pub(super) const STACK_POLICY: &[&str] = &["protect", "file"];
/// Keys of what `guardian verify` runs.
pub(super) const VERIFY: &[&str] = &["machine", "pass", "fail"];
/// Keys of a role to assume, where it is more than its ARN.
pub(super) const ASSUME_ROLE: &[&str] = &["arn", "external_id"];
/// Keys of a stack set.
pub(super) const STACK_SET: &[&str] = &[
    "name",
    "admin_region",
    "accounts",
    "organizational_units",
    "organization",
    "auto_deployment",
    "retain_on_removal",
    "admin_role",
    "execution_role",
    "failure_tolerance",
    "max_concurrent",
    "region_concurrency",
    "call_as",
];
pub(super) const MACHINES: &[&str] = &["managed", "watched", "exclude"];
/// Keys of a managed machine that is more than a name.
pub(super) const MANAGED: &[&str] = &[
    "name",
    "type",
    "definition",
    "substitutions",
    "logging",
    "policy",
    "managed_policies",
    "tags",
    "alarms",
];
/// Keys of a resource that is put into a definition.
pub(super) const REFERENCE: &[&str] =
    &["function", "machine", "queue", "topic", "table", "event_bus", "bucket"];
/// Keys of the log groups of all managed machines.
pub(super) const LOGS: &[&str] = &["prefix"];
pub(super) const LOGGING: &[&str] = &["level", "include_execution_data", "retention_days"];
/// Keys of an IAM policy statement.
pub(super) const STATEMENT: &[&str] =
    &["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
/// Keys of a watched machine that is more than a name.
pub(super) const WATCHED: &[&str] = &["name", "glob", "tag"];
pub(super) const FUNCTION: &[&str] = &[
    "name",
    "architecture",
    "memory",
    "timeout",
    "log_retention_days",
    "publish",
    "list_burst",
    "list_refill",
];
pub(super) const ALARMS: &[&str] =
    &["prefix", "each", "actions", "status", "express", "machines", "high_resolution"];
/// Keys of the state table.
pub(super) const MEMORY: &[&str] =
    &["kms_key", "point_in_time_recovery", "incident_days", "quota_share"];
/// Keys of a route.
pub(super) const ROUTE: &[&str] =
    &["machines", "tag", "topic", "event_bus", "format", "team", "runbook"];
pub(super) const ACTIONS: &[&str] = &["alarm", "ok", "insufficient_data"];
/// Keys of `alarms.status`: how an alarm evaluates.
pub(super) const EVALUATION: &[&str] = &[
    "statistic",
    "period",
    "evaluation_periods",
    "datapoints_to_alarm",
    "threshold",
    "comparison",
    "missing",
];
/// Keys of one alarm on one machine.
pub(super) const ALARM: &[&str] = &[
    "name",
    "metric",
    "statistic",
    "period",
    "evaluation_periods",
    "datapoints_to_alarm",
    "threshold",
    "comparison",
    "missing",
    "description",
    "actions",
];
pub(super) const WATCH: &[&str] = &["defaults", "machines"];
/// Keys of the declarations of one machine, and of those for all.
pub(super) const DECLARED: &[&str] = &[
    "expect_every",
    "schedules",
    "grace",
    "max_duration",
    "settle",
    "incomplete",
    "renotify_every",
    "notify_on",
];
/// Keys of a schedule that is more than an expression.
pub(super) const SCHEDULE: &[&str] = &["expression", "timezone"];
pub(super) const GUARD: &[&str] = &["enabled", "actions", "repaired"];
pub(super) const FLEET: &[&str] = &["enabled", "actions", "groups"];
pub(super) const NOTIFICATIONS: &[&str] =
    &["topic", "create", "key", "event_bus", "email", "format", "redact_cause"];
/// Keys of a mute window.
pub(super) const MUTE: &[&str] = &["name", "machines", "schedule", "duration", "timezone"];
pub(super) const DASHBOARD: &[&str] = &["enabled", "name", "title", "widget"];

/// All of them, for the test that the documentation has each.
#[cfg(test)]
pub(super) const ALL: &[&[&str]] = &[
    ROOT,
    ENVIRONMENT,
    ASSUME_ROLE,
    STACK_SET,
    STACK_POLICY,
    MACHINES,
    MANAGED,
    REFERENCE,
    LOGS,
    LOGGING,
    MEMORY,
    ROUTE,
    STATEMENT,
    WATCHED,
    FUNCTION,
    ALARMS,
    ACTIONS,
    EVALUATION,
    ALARM,
    WATCH,
    DECLARED,
    SCHEDULE,
    GUARD,
    FLEET,
    NOTIFICATIONS,
    MUTE,
    DASHBOARD,
];
