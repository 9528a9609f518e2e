//! The function that sweeps: its role, its log, its schedule, and the queue of what it failed to
//! answer.

use super::alarms::AlarmIds;
use super::guard::{self, Guarding};
use super::hints::{self, Hints};
use super::ids::word;
use super::origins::{Origin, Template};
use super::packaged::{Deployed, Variables, packaged};
use super::policy::{bounded, fed_by, states_arn};
use super::{board, bus, ids, parameters, table, topic};
use crate::app::App;
use guardian_cfn::{
    Arn, Cond, DeletionPolicy, Id, Output, Policy, Statement, Val, dynamodb, events, iam, lambda,
    logs, pseudo, sqs,
};
use guardian_contract::{Format, NAMESPACE, SETTINGS_STEM, deployment, env};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// All variables of a function together, in bytes [Lambda quotas].
const MAX_ENVIRONMENT: usize = 4_096;
/// Of these, what is kept for variables whose values are only known to CloudFormation: the endpoint,
/// where there is one, the URLs of the two dead-letter queues (at most 31 for a name and 160 for a
/// URL), the names of the rule and of the table (at most 100 each).
const RESERVED: usize = 900;
/// The room that names of machines may take in the role's policy. A role's inline policies have
/// 10,240 characters together [IAM quotas, from memory]; the rest of ours is below 3,000.
const MAX_NARROWED: usize = 6_000;
/// Seconds after which a tick is the next one's business.
const TICK_AGE_S: u32 = 60;
/// An ARN of a machine less its name is at most this long.
const ARN_PREFIX: usize = 70;

/// Variables whose values grow with the machines.
const LISTS: [&str; 8] = [
    env::INCLUDE,
    env::EXCLUDE,
    env::WATCH,
    env::GUARDED,
    env::EACH,
    env::ROUTES,
    env::GROUPS,
    env::MUTES,
];
/// Digits of the hash that identifies a configuration's settings.
const HASH_DIGITS: usize = 12;

/// Adds the function with all that belongs to it; gives the alarms on it, by name with their
/// logical ids, and what its package must hold of its settings.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    bucket: &Val<String>,
) -> (AlarmIds, Option<SettingsFile>) {
    let package = t.parameter(
        parameters::PACKAGE_KEY,
        parameters::text("Key of the function's package in the artifact bucket."),
    );
    let endpoint = t.parameter(
        parameters::ENDPOINT_URL,
        parameters::text("Endpoint that the function calls instead of AWS; empty: AWS itself.")
            .default(""),
    );
    let has_endpoint =
        t.condition("HasEndpointUrl", Cond::equals(endpoint.reference(), "").negate());

    let name = &app.function.name;
    // Made by the stack and before the function, or Lambda would make it, without an end to what
    // it keeps and without an owner that deletes it.
    let log = t.add(
        "FunctionLogGroup",
        logs::LogGroup::new()
            .log_group_name(format!("/aws/lambda/{name}"))
            .retention_in_days(app.function.log_retention_days),
        Origin::of(["function"])
            .property("RetentionInDays", ["function.log_retention_days"])
            .property("LogGroupName", ["function.name", "project"]),
    );
    t.resource_mut(&log)
        .deletion_policy(DeletionPolicy::Delete)
        .update_replace_policy(DeletionPolicy::Retain);
    let failures = t.add(
        "FailureQueue",
        sqs::Queue::new()
            // 14 days, the longest there is: a weekend must not lose a failure.
            .message_retention_period(1_209_600)
            .sqs_managed_sse_enabled(true),
        Origin::default(),
    );
    let hints = app.events.then(|| hints::queues(t, app));
    let state = app.memory.as_ref().map(|memory| table::add(t, memory));
    let role = t.add(
        "FunctionRole",
        bounded(role_of(app, &log, &failures, hints.as_ref(), state.as_ref()), app),
        Origin::default().property("PermissionsBoundary", ["permissions_boundary"]),
    );

    let (mut variables, settings) = environment(app);
    let of_board = board::variables(&variables);
    if let Some(arn) = topic::arn(app) {
        let settings = &["notifications.topic", "notifications.create"];
        variables.push((env::TOPIC_ARN.to_owned(), settings, arn));
    }
    if let Some(hints) = &hints {
        let url = hints.failures.queue_url();
        variables.push((env::FAILURE_QUEUE_URL.to_owned(), &["events"], url));
        variables.push((env::EVENT_RULE.to_owned(), &["events"], hints.rule.reference()));
    }
    if let Some(state) = &state {
        variables.push((env::TABLE.to_owned(), &["memory"], state.reference()));
        let url = failures.queue_url();
        variables.push((env::TICK_FAILURE_QUEUE_URL.to_owned(), &["memory"], url));
    }
    let endpoint = Val::if_(&has_endpoint, endpoint.reference(), pseudo::no_value::<String>());
    variables.push(("AWS_ENDPOINT_URL".to_owned(), &[], endpoint.clone()));
    let origin = Origin::of(["function"])
        .property("FunctionName", ["function.name", "project"])
        .property("Description", ["function.name", "project"])
        .property("MemorySize", ["function.memory"])
        .property("Timeout", ["function.timeout"])
        .property("Architectures", ["function.architecture"]);
    let code = lambda::function::Code::new().s3_bucket(bucket.clone()).s3_key(package.reference());
    let of = Deployed {
        name,
        description: "Reads the newest executions of every state machine and publishes their status",
        memory_mb: app.function.memory_mb,
        timeout_s: app.function.timeout_s,
    };
    let (function, origin) = packaged(app, of, code.clone(), (&role, &log), variables, origin);
    let function = t.add("Function", function, origin);
    if let Some((name, state)) = app.board_function().zip(state.as_ref()) {
        board::add(t, app, &name, state, code, endpoint, of_board);
    }
    if app.function.publish {
        // Another package is another description, which replaces the version: CloudFormation
        // publishes the new one and deletes the old one.
        t.add(
            "FunctionVersion",
            lambda::Version::new()
                .function_name(function.reference())
                .description(package.reference()),
            Origin::of(["function.publish", "function"]),
        );
    }
    // A sweep that failed is done once more, a minute later; what is older than an hour has been
    // overtaken by the next. A tick is overtaken by the next after a minute. Then it is kept where it
    // can be seen.
    let (retries, age_s) = if state.is_some() { (0, TICK_AGE_S) } else { (1, 3_600) };
    t.add(
        "FunctionInvokeConfig",
        lambda::EventInvokeConfig::new()
            .function_name(function.reference())
            .qualifier("$LATEST")
            .maximum_retry_attempts(retries)
            .maximum_event_age_in_seconds(age_s)
            .destination_config(lambda::event_invoke_config::DestinationConfig::new().on_failure(
                lambda::event_invoke_config::OnFailure::new().destination(failures.arn()),
            )),
        Origin::default(),
    );
    schedule(t, app, &function, &failures);
    if let Some(hints) = &hints {
        hints::connect(t, hints, &function);
    }
    topic::add(t, app, &role);
    let guarding = Guarding { function: &function, failures: &failures, hints: hints.as_ref() };
    let alarms = app.guard.as_ref().map(|guard| guard::add(t, app, guard, &guarding));
    t.output("FunctionName", Output::new(function.reference()).description("The function."));
    t.output("FunctionRoleArn", Output::new(role.arn()).description("The function's role."));
    t.output(
        "FailureQueueUrl",
        Output::new(failures.queue_url()).description("What the function failed to answer."),
    );
    (alarms.unwrap_or_default(), settings)
}

/// What the function calls, and no more.
fn role_of(
    app: &App,
    log: &Id<logs::LogGroup>,
    failures: &Id<sqs::Queue>,
    hints: Option<&Hints>,
    state: Option<&Id<dynamodb::Table>>,
) -> iam::Role {
    let include = &app.scope.include;
    let incomplete = looks_into_map_runs(app);
    let tags = app.routes.need_tags();
    let length: usize = include.iter().map(|p| p.len() + ARN_PREFIX).sum();
    let times = 1
        + usize::from(incomplete || state.is_some())
        + usize::from(incomplete)
        + usize::from(tags);
    let narrowed = !include.is_empty() && times * length <= MAX_NARROWED;
    let patterns: Vec<&str> =
        if narrowed { include.iter().map(String::as_str).collect() } else { vec!["*"] };
    let of = |kind: &str, ending: &str| -> Vec<Arn> {
        patterns.iter().map(|pattern| states_arn(kind, pattern, ending)).collect()
    };
    let mut statements = vec![
        // Takes no resource: it lists the account's machines [IAM service authorization].
        Statement::allow(["states:ListStateMachines"], [Arn::any()]).sid("ListMachines"),
        Statement::allow(["states:ListExecutions"], of("stateMachine", "")).sid("ReadExecutions"),
        // Takes no resource either; its namespace is what can be held.
        Statement::allow(["cloudwatch:PutMetricData"], [Arn::any()]).sid("PublishStatus").when(
            "StringEquals",
            "cloudwatch:namespace",
            NAMESPACE,
        ),
        // The group's ARN ends in `:*`, which is its streams. Creating a group is not allowed:
        // the stack has done it, with its retention.
        Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log.arn()])
            .sid("WriteLog"),
        // Lambda hands over a failed event with the function's own role.
        Statement::allow(["sqs:SendMessage"], [failures.arn()]).sid("KeepFailures"),
    ];
    let on_executions: Vec<&str> = [
        incomplete.then_some("states:ListMapRuns"),
        state.map(|_| "states:GetExecutionHistory"),
        state.map(|_| "states:DescribeExecution"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !on_executions.is_empty() {
        let executions = of("execution", ":*");
        statements.push(Statement::allow(on_executions, executions).sid("LookIntoRuns"));
    }
    if incomplete {
        // A Map Run's ARN has its machine, a label and its own id.
        let runs = of("mapRun", "/*");
        statements.push(Statement::allow(["states:DescribeMapRun"], runs).sid("CountItems"));
    }
    if tags {
        let machines = of("stateMachine", "");
        statements.push(Statement::allow(["states:ListTagsForResource"], machines).sid("ReadTags"));
    }
    let mut topics: Vec<Arn> = topic::arn(app).into_iter().map(Arn::of).collect();
    let of_routes: BTreeSet<&str> =
        app.routes.0.iter().filter_map(|route| route.topic.as_deref()).collect();
    topics.extend(of_routes.into_iter().map(Arn::of));
    if !topics.is_empty() {
        statements.push(Statement::allow(["sns:Publish"], topics).sid("Notify"));
    }
    statements.extend(topic::key_statement(app));
    statements.extend(bus::statement(app));
    if state.is_some() {
        let take = ["sqs:ReceiveMessage", "sqs:DeleteMessage"];
        statements.push(Statement::allow(take, [failures.arn()]).sid("TakeFailures"));
    }
    statements.extend(state.into_iter().flat_map(|state| table::statements(app, state)));
    statements.extend(hints.into_iter().flat_map(hints::statements));
    // No condition on the source: Lambda names no function when it takes on a role.
    iam::Role::of_service("lambda.amazonaws.com")
        .description(format!("Guardian's function {}", app.function.name))
        .policies([iam::role::Policy::new()
            .policy_document(Policy::new(statements))
            .policy_name("StatusCheck")])
}

/// Whether a machine's Map Runs are looked into.
fn looks_into_map_runs(app: &App) -> bool {
    let declared = std::iter::once(&app.watch.defaults).chain(app.watch.machines.values());
    declared.into_iter().any(|declared| declared.incomplete == Some(true))
}

/// The variables that the function reads, but those that name other resources; what would say
/// nothing is left out. Where they do not fit, the lists among them go into a file of the package,
/// which is named by its hash: other settings are another template.
fn environment(app: &App) -> (Variables, Option<SettingsFile>) {
    let redact = app.notifications.redact_cause;
    let format = match app.notifications.format {
        Format::Text => String::new(),
        other => word(&other),
    };
    // Numbers and texts become JSON, and the keys of the map are texts.
    let watch = serde_json::to_string(&app.watch).unwrap_or_default();
    let json = |empty: bool, value: serde_json::Result<String>| {
        if empty { String::new() } else { value.unwrap_or_default() }
    };
    let routes = json(app.routes.0.is_empty(), serde_json::to_string(&app.routes));
    let groups = json(app.groups.is_empty(), serde_json::to_string(&app.groups));
    // Without a table there are no counts over machines.
    let mutes = json(app.mute.is_empty() || app.memory.is_none(), serde_json::to_string(&app.mute));
    let each = app.each.as_ref().map(|each| match each.as_slice() {
        [] => ",".to_owned(),
        each => each.join(","),
    });
    let share = app.memory.as_ref().map(|memory| memory.quota_share);
    let days = app.memory.as_ref().map(|memory| memory.incident_days);
    let mut all = vec![
        (env::QUOTA_SHARE, &["memory.quota_share"][..], text(&share.filter(|share| *share != 50))),
        (env::INCIDENT_DAYS, &["memory.incident_days"], text(&days.filter(|days| *days != 400))),
        (env::ROUTES, &["routes"], routes),
        (env::GROUPS, &["fleet.groups"], groups),
        (env::MUTES, &["mute"], mutes),
        (env::EACH, &["alarms.each"], text(&each)),
        (
            env::HIGH_RESOLUTION,
            &["alarms.high_resolution"],
            text(&app.high_resolution.then_some(true)),
        ),
        (env::DEPLOYMENT, &["project"], deployment(&app.project, &app.env)),
        (env::SEMANTICS, &["semantics"], word(&app.semantics)),
        (env::ABORTED, &["aborted"], word(&app.aborted)),
        (env::INCLUDE, &["machines"], app.scope.include.join(",")),
        (env::EXCLUDE, &["machines.exclude"], app.scope.exclude.join(",")),
        (env::LIST_BURST, &["function.list_burst"], text(&app.function.list_burst)),
        (env::LIST_REFILL, &["function.list_refill"], text(&app.function.list_refill)),
        (env::EVENT_BUS, &["notifications.event_bus"], text(&bus::target(app))),
        (env::FORMAT, &["notifications.format"], format),
        (env::REDACT_CAUSE, &["notifications.redact_cause"], text(&redact.then_some(true))),
        (env::WATCH, &["watch"], if watch == "{}" { String::new() } else { watch }),
        (env::GUARDED, &["machines", "alarms.each"], guarded(app)),
    ];
    all.retain(|(_, _, value)| !value.is_empty());
    let mut limit = MAX_ENVIRONMENT - RESERVED;
    if app.notifications.topic.is_some() {
        limit = limit.saturating_sub(env::TOPIC_ARN.len() + topic::arn_length(app));
    }
    let mut settings = None;
    if all.iter().map(|(name, _, value)| name.len() + value.len()).sum::<usize>() > limit {
        let (lists, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(name, ..)| LISTS.contains(name));
        let lists = lists.into_iter().map(|(name, _, value)| (name, value));
        let file = SettingsFile::of(&lists.collect());
        all = others;
        all.push((env::SETTINGS, &["machines"], file.name.clone()));
        settings = Some(file);
    }
    let all = all.into_iter().map(|(name, of, value)| (name.to_owned(), of, value.into()));
    (all.collect(), settings)
}

/// A value as text; nothing where there is none.
fn text(value: &Option<impl ToString>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// A file of the function's package with settings of the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its name, which has its content's hash and stands in the template.
    pub name: String,
    /// Its content: a JSON object, from environment variables to their values.
    pub text: String,
}

impl SettingsFile {
    fn of(variables: &BTreeMap<&str, String>) -> Self {
        // Keys and values are texts.
        let text = serde_json::to_string(variables).unwrap_or_default();
        let hash = ids::hash(text.as_bytes());
        Self { name: format!("{SETTINGS_STEM}{}.json", &hash[..HASH_DIGITS]), text }
    }
}

/// The machines with an alarm; a comma alone for none, where that is asked for.
fn guarded(app: &App) -> String {
    let keys: Vec<&str> = app.guarded().into_iter().map(|key| key.as_str()).collect();
    match keys.is_empty() {
        true if app.each.is_some() => ",".to_owned(),
        // Without self-monitoring the number of machines without an alarm is not needed.
        false if app.guard.is_some() || app.each.is_some() => keys.join(","),
        _ => String::new(),
    }
}

/// The rule that starts the sweep, what lets it, and what takes the event if Lambda does not.
fn schedule(
    t: &mut Template,
    app: &App,
    function: &Id<lambda::Function>,
    failures: &Id<sqs::Queue>,
) {
    let (retries, age_s) = if app.memory.is_some() { (0, TICK_AGE_S) } else { (20, 3_600) };
    let rule = t.add(
        "Schedule",
        events::Rule::new()
            .description(format!("Starts the sweep of {}", app.function.name))
            .schedule_expression(&app.schedule)
            .state(events::rule::State::Enabled)
            .targets([events::rule::Target::new()
                .arn(function.arn())
                .id("StatusCheck")
                .input(json!({"trigger": "cron"}).to_string())
                .dead_letter_config(events::rule::DeadLetterConfig::new().arn(failures.arn()))
                .retry_policy(
                    events::rule::RetryPolicy::new()
                        .maximum_event_age_in_seconds(age_s)
                        .maximum_retry_attempts(retries),
                )]),
        Origin::of(["schedule"]).property("ScheduleExpression", ["schedule"]),
    );
    // The rule's ARN holds its account; EventBridge's own examples ask for nothing else.
    t.add(
        "SchedulePermission",
        lambda::Permission::of_rule(&rule, function),
        Origin::of(["schedule"]),
    );
    t.add(
        "FailureQueuePolicy",
        sqs::QueuePolicy::new()
            .policy_document(fed_by(&rule, failures))
            .queues([failures.reference()]),
        Origin::default(),
    );
}
