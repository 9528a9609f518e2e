//! Self-monitoring: the alarms on Guardian itself. If Guardian stops, the lights keep their last
//! state, so its own silence and failures must raise an alarm.

use super::hints::Hints;
use super::ids::short_hash;
use super::origins::{Origin, Template};
use super::{links, topic};
use crate::app::{Actions, App, Guard};
use guardian_cfn::resources::cloudwatch::{self, alarm as cfn};
use guardian_cfn::resources::{lambda, sqs};
use guardian_cfn::{Id, Val};
use guardian_contract::schedule;
use guardian_contract::{
    DEPLOYMENT_DIMENSION, DROPPED_METRIC, GROUP_DIMENSION, HEARTBEAT_METRIC, LATE_METRIC,
    NAMESPACE, RECONCILE_LAG_METRIC, RED_METRIC, REPAIRED_METRIC, STUCK_METRIC, TURNED_BAD_METRIC,
    UNGUARDED_METRIC, UNREAD_METRIC, UNSENT_METRIC, UNUSABLE_METRIC, deployment,
};

/// Added to the longest time between two sweeps: Lambda retries a failed sweep after a minute, and
/// CloudWatch takes a while to make points readable.
const SLACK_S: u64 = 300;
/// Seconds that an event may wait in the queue: DynamoDB may fail for a quarter of an hour.
const OLDEST_HINT_S: u32 = 1_800;
/// The longest warm-up of an alarm [CloudFormation, WarmUpConfiguration].
const LONGEST_WARM_UP_MIN: u32 = 2_880;
/// The period of the alarms on metrics of AWS/Lambda and AWS/SQS.
const PERIOD_S: u32 = 300;

/// The resources that self-monitoring watches.
pub(super) struct Guarding<'a> {
    pub function: &'a Id<lambda::Function>,
    /// The dead-letter queue of sweeps and ticks.
    pub failures: &'a Id<sqs::Queue>,
    pub hints: Option<&'a Hints>,
}

/// A metric with its dimensions.
struct Source {
    namespace: &'static str,
    metric: &'static str,
    dimension: (&'static str, Val<String>),
    /// Value of the dimension `Group`, besides that of the deployment.
    group: Option<String>,
}

/// How the alarm evaluates the metric: every period must breach the threshold.
struct Judged {
    statistic: cfn::Statistic,
    period_s: u32,
    periods: u32,
    comparison: cfn::ComparisonOperator,
    threshold: f64,
    missing: cfn::TreatMissingData,
    /// Minutes of the alarm's warm-up.
    warm_up_min: Option<u32>,
    /// Whether the alarm has actions of its own, besides those of the fleet's alarm over it.
    acts: bool,
}

impl Judged {
    /// Breaches at this threshold within five minutes; missing data does not breach.
    fn at_least(statistic: cfn::Statistic, threshold: u32) -> Self {
        Self {
            statistic,
            period_s: PERIOD_S,
            periods: 1,
            comparison: cfn::ComparisonOperator::GreaterThanOrEqualToThreshold,
            threshold: threshold.into(),
            missing: cfn::TreatMissingData::NotBreaching,
            warm_up_min: None,
            acts: true,
        }
    }
}

/// Name of the alarm of this kind.
fn name(app: &App, what: &str) -> String {
    format!("Guardian{what}-{}-{}", app.project, app.env)
}

/// Logical ids of the alarms on the number of red, late and stuck machines.
pub(super) const LIGHTS: [&str; 3] = ["RedGuard", "LateGuard", "StuckGuard"];

/// Period and number of periods of the heartbeat alarm; none if sweeps are further apart than an
/// alarm can evaluate. The period is the shortest that CloudWatch allows for the whole time: the
/// evaluation range beyond the periods grows with it.
pub(super) fn heartbeat(app: &App) -> Option<(u32, u32)> {
    // The configuration has been checked: a schedule that cannot be read does not get here.
    let gap = schedule::parse(&app.schedule).ok()?.longest_gap_s()?;
    let whole = gap + u64::from(app.function.timeout_s) + SLACK_S;
    let period = match whole {
        0..=3_600 => 60,
        3_601..=86_400 => 300,
        86_401..=604_800 => 3_600,
        _ => return None,
    };
    let periods = whole.div_ceil(period);
    (period * periods <= 604_800).then_some(())?;
    Some((u32::try_from(period).ok()?, u32::try_from(periods).ok()?))
}

/// Adds the alarms; returns their names with their logical ids.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    guard: &Guard,
    guarding: &Guarding<'_>,
) -> Vec<(String, String)> {
    let (mut added, none) = (Vec::new(), Actions::default());
    let mut alarm = |what: &str, source: Source, judged: &Judged, says: &str, link: &str| {
        // A group's name may have characters that a logical id must not have.
        let id = match &source.group {
            Some(group) if source.metric == TURNED_BAD_METRIC => {
                format!("TurnedBadGuard{}", short_hash(group))
            }
            Some(group) => format!("RedGuard{}", short_hash(group)),
            None => format!("{what}Guard"),
        };
        let name = name(app, what);
        let group = source.group.map(|group| (GROUP_DIMENSION, Val::from(group)));
        let dimensions: Vec<cfn::Dimension> = std::iter::once(source.dimension)
            .chain(group)
            .map(|(name, value)| cfn::Dimension::new().name(name).value(value))
            .collect();
        let says = Val::sub_literal(says);
        let resource = cloudwatch::Alarm::new()
            .alarm_name(&name)
            .alarm_description(Val::sub(&format!("{says} {link}"), []))
            .namespace(source.namespace)
            .metric_name(source.metric)
            .statistic(judged.statistic)
            .period(judged.period_s)
            .evaluation_periods(judged.periods)
            .comparison_operator(judged.comparison)
            .threshold(judged.threshold)
            .treat_missing_data(judged.missing)
            .dimensions(dimensions);
        let resource = match judged.warm_up_min {
            Some(minutes) => resource.warm_up_configuration(
                cfn::WarmUpConfiguration::new().warm_up_period_duration_in_minutes(minutes),
            ),
            None => resource,
        };
        let mut origin = Origin::of(["guard.enabled", "guard"])
            .property("AlarmName", ["project"])
            .actions(&["guard", "alarms"]);
        if what == "Heartbeat" {
            origin = origin.property("Period", ["schedule"]);
            origin = origin.property("EvaluationPeriods", ["schedule"]);
        }
        let actions = if judged.acts { &guard.actions } else { &none };
        t.add(id.as_str(), with_actions(resource, app, actions), origin);
        added.push((name, id));
    };
    let own = |metric| {
        let deployment = deployment(&app.project, &app.env);
        let dimension = (DEPLOYMENT_DIMENSION, Val::from(deployment));
        Source { namespace: NAMESPACE, metric, dimension, group: None }
    };
    let log = links::log(&app.function.name);
    let function = links::function(&app.function.name);

    if let Some((period_s, periods)) = heartbeat(app) {
        let judged = Judged {
            statistic: cfn::Statistic::Maximum,
            period_s,
            periods,
            comparison: cfn::ComparisonOperator::LessThanThreshold,
            threshold: 1.0,
            // The one alarm for which missing data is the failure.
            missing: cfn::TreatMissingData::Breaching,
            // A new alarm finds no heartbeat yet. A function that never runs raises the alarm as
            // late as one that stops.
            warm_up_min: Some((period_s * periods).div_ceil(60).min(LONGEST_WARM_UP_MIN)),
            acts: true,
        };
        let says = "No sweep finished in time: the lights are not updated and may be wrong. Check \
                    that the function runs, and read its log.";
        alarm("Heartbeat", own(HEARTBEAT_METRIC), &judged, says, &log);
    }
    let of_function = |metric| {
        let name = guarding.function.reference();
        let dimension = ("FunctionName", name);
        Source { namespace: "AWS/Lambda", metric, dimension, group: None }
    };
    let once = Judged::at_least(cfn::Statistic::Sum, 1);
    let says = "Guardian's function failed: lights may be late. Read the error in its log.";
    alarm("Errors", of_function("Errors"), &once, says, &log);
    let says = "Lambda throttled Guardian's function: lights may be late. The account's \
                concurrency is used up, or the function's reserved concurrency is too low.";
    alarm("Throttles", of_function("Throttles"), &once, says, &function);

    let of_queue = |metric, queue: &Id<sqs::Queue>| {
        let name = queue.queue_name();
        Source { namespace: "AWS/SQS", metric, dimension: ("QueueName", name), group: None }
    };
    const VISIBLE: &str = "ApproximateNumberOfMessagesVisible";
    let any = Judged::at_least(cfn::Statistic::Maximum, 1);
    let says = match app.memory.is_some() {
        true => {
            "Ticks failed after all retries, and none has finished since. Read the error in the \
             function's log; the next tick that finishes empties the queue of the output \
             FailureQueueUrl."
        }
        false => {
            "Sweeps failed after all retries. Read them in the queue of the output \
             FailureQueueUrl, and the error in the function's log; the next sweep repairs the lights."
        }
    };
    alarm("Failures", of_queue(VISIBLE, guarding.failures), &any, says, &log);
    if let Some(hints) = guarding.hints {
        let says = match app.memory.is_some() {
            true => {
                "Events failed after all retries, and no tick has processed them. Read them in the \
                 queue of the output HintFailureQueueUrl, and the error in the function's log."
            }
            false => {
                "Events failed after all retries. Read them in the queue of the output \
                 HintFailureQueueUrl, and the error in the function's log; the next sweep repairs \
                 the lights."
            }
        };
        alarm("HintFailures", of_queue(VISIBLE, &hints.failures), &any, says, &log);
        let old = Judged::at_least(cfn::Statistic::Maximum, OLDEST_HINT_S);
        let says = "Events wait in the queue: lights are late. Check whether the function fails, \
                    is throttled, or cannot write to the state table.";
        let age = of_queue("ApproximateAgeOfOldestMessage", &hints.queue);
        alarm("HintAge", age, &old, says, &log);
    }
    if app.memory.is_some() {
        let own_periods = |periods: u32, judged: Judged| Judged { period_s: 60, periods, ..judged };
        let sum =
            |threshold| Judged { period_s: 60, ..Judged::at_least(cfn::Statistic::Sum, threshold) };
        let lag = Judged {
            comparison: cfn::ComparisonOperator::GreaterThanThreshold,
            ..own_periods(5, Judged::at_least(cfn::Statistic::Maximum, 2))
        };
        let says = "The reconciler is behind: a light that an event missed stays wrong for longer \
                    than two rounds. Check whether ListExecutions is throttled; raise \
                    `memory.quota_share` or the quota.";
        alarm("ReconcileLag", own(RECONCILE_LAG_METRIC), &lag, says, &log);
        let lost =
            Judged { period_s: 3_600, ..Judged::at_least(cfn::Statistic::Sum, guard.repaired) };
        let says = "Events are being lost: the reconciler corrected several lights within an hour. \
                    Check the event rule, its queue and their policies.";
        alarm("Repaired", own(REPAIRED_METRIC), &lost, says, &log);
        let says =
            "Events were dropped because they can never be processed. The log says which and why.";
        alarm("Dropped", own(DROPPED_METRIC), &sum(1), says, &log);
        let says = "Notifications were refused, or given up after an hour. The log says why: check \
                    the policies of the topic, the event bus and their keys.";
        alarm("Unsent", own(UNSENT_METRIC), &sum(1), says, &log);
        let says = "A setting cannot be used, or events do not arrive: for example, the function \
                    cannot read a schedule, or the event rule is disabled. The log says which.";
        alarm("Unusable", own(UNUSABLE_METRIC), &own_periods(3, sum(1)), says, &log);
        // These exist as soon as `alarms.each` is set, even if each machine has an alarm now: a
        // machine that starts to match a pattern is then covered without a deploy.
        if app.each.is_some() {
            let says = "A light has turned red. `guardian status` shows which and why.";
            alarm("TurnedBad", own(TURNED_BAD_METRIC), &sum(1), says, &links::machines());
        }
        // The fleet's alarm reads these counts instead of the alarms of machines that mute windows
        // cover: the counts leave out muted machines.
        if app.each.is_some() || app.counts_muted() {
            let any = Judged {
                acts: app.each.is_some(),
                ..own_periods(1, Judged::at_least(cfn::Statistic::Maximum, 1))
            };
            let says = "A machine is late: a finished run was due. `guardian status` shows which.";
            alarm("Late", own(LATE_METRIC), &any, says, &links::machines());
            let says = "A machine is stuck: a run takes too long. `guardian status` shows which.";
            alarm("Stuck", own(STUCK_METRIC), &any, says, &links::machines());
            if app.fleet.is_some() {
                let says = "A machine is red. `guardian status` shows which and why.";
                alarm("Red", own(RED_METRIC), &any, says, &links::machines());
            }
        }
        for group in app.groups.keys() {
            let red = Source { group: Some(group.clone()), ..own(RED_METRIC) };
            let one = own_periods(1, Judged::at_least(cfn::Statistic::Maximum, 1));
            let says = format!(
                "Machines of the group {group} are red. `guardian status` shows which and why."
            );
            alarm(&format!("Red-{group}"), red, &one, &says, &links::machines());
            // The alarm above does not change its state for the second red machine.
            let turned = Source { group: Some(group.clone()), ..own(TURNED_BAD_METRIC) };
            let says = format!(
                "A light of the group {group} has turned red. `guardian status` shows which and why."
            );
            alarm(&format!("TurnedBad-{group}"), turned, &sum(1), &says, &links::machines());
        }
        if let Some(hints) = guarding.hints {
            let failed = Source {
                namespace: "AWS/Events",
                metric: "FailedInvocations",
                dimension: ("RuleName", hints.rule.reference()),
                group: None,
            };
            let says = "EventBridge could not deliver execution events: lights are late. Check the \
                        queue's policy.";
            alarm("EventDelivery", failed, &once, says, &log);
        }
    }
    if app.memory.is_some() || !app.alarms.is_empty() {
        let judged = Judged {
            // Only sweeps publish it: between two of them the alarm keeps its state.
            missing: cfn::TreatMissingData::Ignore,
            period_s: 60,
            ..Judged::at_least(cfn::Statistic::Maximum, 1)
        };
        let says = "Machines match the patterns and have no alarm. Run `guardian deploy` with \
                    network to add them, or exclude them.";
        alarm("Unguarded", own(UNGUARDED_METRIC), &judged, says, &links::machines());
        let says = "Machines could not be read: their lights are not updated and may be wrong. The \
                    function's log has their names and the errors.";
        alarm("Unread", own(UNREAD_METRIC), &judged, says, &log);
    }
    added
}

/// An alarm with its actions.
pub(super) fn with_actions(
    mut alarm: cloudwatch::Alarm,
    app: &App,
    of: &Actions,
) -> cloudwatch::Alarm {
    if !of.alarm.is_empty() {
        alarm = alarm.alarm_actions(topic::actions(app, &of.alarm));
    }
    if !of.ok.is_empty() {
        alarm = alarm.ok_actions(topic::actions(app, &of.ok));
    }
    if !of.insufficient_data.is_empty() {
        alarm = alarm.insufficient_data_actions(topic::actions(app, &of.insufficient_data));
    }
    alarm
}
