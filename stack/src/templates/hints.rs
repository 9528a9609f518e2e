//! Event delivery: the rule on the event bus, the queue, its dead-letter queue, and the mapping
//! that invokes the function, so that an execution event reaches its machine's row within seconds.
//! `Hint` in logical ids is the old word for an event. An event that is lost is found by the
//! reconciler.

use super::origins::{Origin, Template};
use super::policy::{fed_by, machine_arn};
use crate::app::{App, MachineType};
use guardian_cfn::{Id, Output, Statement, events, lambda, sqs};
use serde_json::{Value, json};
use std::collections::HashSet;

/// The batching window in seconds. A batch of more than ten messages needs at least one second
/// [Lambda guide, SQS event source mappings]; the light should follow within seconds.
const WINDOW_S: u32 = 1;
/// Messages in a batch. A row is written once, however many messages name its machine.
const BATCH: u32 = 100;
/// Batches that are processed at once: Lambda's minimum. More would only collide on the rows.
const CONCURRENCY: u32 = 2;
/// Receives of a message before it goes to the dead-letter queue: a quarter of an hour without
/// DynamoDB must not lose any. The function itself drops messages that can never succeed.
const TRIES: u32 = 100;
/// Four days. The reconciler would find the same change, but later.
const RETENTION_S: u32 = 345_600;
/// 14 days, the maximum of SQS. A message's age counts from when it was first sent, so this must be
/// longer than the retention of the queue.
const FAILURE_RETENTION_S: u32 = 1_209_600;
/// Characters of an event pattern [EventBridge quotas].
const MAX_PATTERN: usize = 2_048;
/// The longest ARN of a machine without its name, with quotes, comma and `{"prefix":}`.
const ARN_FRAME: usize = 90;
/// Characters of the pattern besides the machines.
const PATTERN_FRAME: usize = 250;

/// The queues and their rule.
pub(super) struct Hints {
    pub queue: Id<sqs::Queue>,
    pub failures: Id<sqs::Queue>,
    pub rule: Id<events::Rule>,
}

/// Adds the queues, and the rule that fills the first of them.
pub(super) fn queues(t: &mut Template, app: &App) -> Hints {
    let failures = t.add(
        "HintFailureQueue",
        sqs::Queue::new()
            .message_retention_period(FAILURE_RETENTION_S)
            .sqs_managed_sse_enabled(true),
        Origin::of(["events"]),
    );
    // Six times the function's timeout and the window: while Lambda retries a throttled batch, its
    // messages must stay invisible [Lambda guide].
    let hidden_s = 6 * app.function.timeout_s + WINDOW_S;
    let queue = t.add(
        "HintQueue",
        sqs::Queue::new()
            .message_retention_period(RETENTION_S)
            .sqs_managed_sse_enabled(true)
            .visibility_timeout(hidden_s)
            .dead_letters(&failures, TRIES.min(RETENTION_S / hidden_s - 1)),
        Origin::of(["events"]).property("VisibilityTimeout", ["function.timeout"]),
    );
    t.output(
        "HintQueueUrl",
        Output::new(queue.queue_url()).description("Queue of execution events."),
    );
    t.output(
        "HintFailureQueueUrl",
        Output::new(failures.queue_url()).description("Dead-letter queue of execution events."),
    );
    let rule = t.add(
        "HintRule",
        events::Rule::new()
            .description(format!("Sends execution events to {}", app.function.name))
            .event_pattern(pattern(app))
            .state(events::rule::State::Enabled)
            .targets([events::rule::Target::new()
                .arn(queue.arn())
                .id("HintQueue")
                .dead_letter_config(events::rule::DeadLetterConfig::new().arn(failures.arn()))]),
        Origin::of(["events"]).property("EventPattern", ["machines"]),
    );
    Hints { queue, failures, rule }
}

/// The function's permissions on the queues and the rule: receive messages, read the rule's state.
pub(super) fn statements(hints: &Hints) -> [Statement; 2] {
    let take = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    let queues = [hints.queue.arn(), hints.failures.arn()];
    [
        Statement::allow(take, queues).sid("TakeEvents"),
        Statement::allow(["events:DescribeRule"], [hints.rule.arn()]).sid("CheckRule"),
    ]
}

/// Lets the rule fill the queue, and adds the mapping that empties it.
pub(super) fn connect(t: &mut Template, hints: &Hints, function: &Id<lambda::Function>) {
    for (id, queue) in
        [("HintQueuePolicy", &hints.queue), ("HintFailureQueuePolicy", &hints.failures)]
    {
        let policy = sqs::QueuePolicy::new()
            .policy_document(fed_by(&hints.rule, queue))
            .queues([queue.reference()]);
        t.add(id, policy, Origin::of(["events"]));
    }
    t.add(
        "HintMapping",
        lambda::EventSourceMapping::new()
            .function_name(function.reference())
            .event_source_arn(hints.queue.arn())
            .batch_size(BATCH)
            .maximum_batching_window_in_seconds(WINDOW_S)
            .function_response_types([
                lambda::event_source_mapping::FunctionResponseType::ReportBatchItemFailures,
            ])
            .scaling_config(
                lambda::event_source_mapping::ScalingConfig::new().maximum_concurrency(CONCURRENCY),
            ),
        Origin::of(["events"]),
    );
}

/// Which events are taken. Only STANDARD machines have any.
fn pattern(app: &App) -> Value {
    // PENDING_REDRIVE is a state of Map Run children, which are no machine's runs.
    let status = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
    let mut detail = json!({"status": status});
    if let Some(machines) = machines(&with_events(app)) {
        detail["stateMachineArn"] = Value::Array(machines);
    }
    json!({
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": detail,
    })
}

/// The scope less the names of EXPRESS machines, which only take room; all of it if there are no
/// others, since an empty list would be every machine.
fn with_events(app: &App) -> Vec<&str> {
    let express = MachineType::Express;
    let managed = app.managed.iter().filter(|one| one.machine_type == express);
    let watched = app.watched.iter().filter(|one| one.machine_type == express);
    let express: HashSet<String> = managed
        .map(|one| one.key.managed_name())
        .chain(watched.map(|one| one.name.clone()))
        .collect();
    let all = app.scope.include.iter().map(String::as_str);
    let others: Vec<&str> = all.clone().filter(|name| !express.contains(*name)).collect();
    if others.is_empty() { all.collect() } else { others }
}

/// The machines for the pattern: names, and globs with nothing but a `*` at their end. Not for
/// others: EventBridge has no `?`, and a bus has 30 rules with wildcards [EventBridge quotas]. Then
/// the function, which knows its machines by itself, gets the events of all.
fn machines(include: &[&str]) -> Option<Vec<Value>> {
    let length: usize = include.iter().map(|name| name.len() + ARN_FRAME).sum();
    if include.is_empty() || PATTERN_FRAME + length > MAX_PATTERN {
        return None;
    }
    let one = |glob: &&str| match glob.strip_suffix('*').unwrap_or(glob) {
        stem if stem.contains(['*', '?']) => None,
        stem if stem.len() < glob.len() => Some(json!({"prefix": machine_arn(stem).into_json()})),
        name => Some(machine_arn(name).into_json()),
    };
    include.iter().map(one).collect()
}
