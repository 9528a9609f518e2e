//! The alarms of each machine: their metrics, thresholds and descriptions. A new kind of alarm starts
//! here, and needs a `Metric` in `app.rs`; the alarms on Guardian itself are in `guard`.

use super::guard::with_actions;
use super::ids::short_hash;
use super::ids::word;
use super::links;
use super::origins::{Origin, Template};
use crate::app::{Alarm, App, Comparison, Metric, MissingData, Statistic};
use guardian_cfn::Val;
use guardian_cfn::resources::cloudwatch::{self, alarm as cfn};
use guardian_contract::{
    Aborted, MachineKey, NAMESPACE, Semantics, incomplete_metric, oldest_running_metric,
    overdue_metric, overrun_metric, status_metric,
};

/// Where Step Functions publishes, and the dimension that names a machine there.
const STATES: &str = "AWS/States";
const DIMENSION: &str = "StateMachineArn";
/// The longest description of an alarm, in characters [CloudWatch API].
const MAX_DESCRIPTION: usize = 1_024;
/// Characters that the link may gain when CloudFormation fills in region, account and partition.
const GROWTH: usize = 128;

/// Names of alarms with their logical ids.
pub(super) type AlarmIds = Vec<(String, String)>;

/// A machine as its alarms see it.
pub(super) struct Machine<'a> {
    pub key: &'a MachineKey,
    pub name: String,
    /// Its ARN, for dimensions.
    pub arn: Val<String>,
    /// The first part of its logical ids.
    pub stem: String,
    /// The settings that it comes from.
    pub origin: Origin,
}

/// Adds a machine's alarms; returns their names and logical ids.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    machine: &Machine<'_>,
    alarms: &[&Alarm],
) -> AlarmIds {
    alarms.iter().map(|alarm| (alarm.name.clone(), add_one(t, app, machine, alarm))).collect()
}

/// The logical id of an alarm on the machine whose ids begin with `stem`.
pub(crate) fn logical_id(stem: &str, alarm: &Alarm) -> String {
    let usual = guardian_contract::alarm_name(&alarm.machine);
    if alarm.metric == Metric::Status && alarm.name == usual {
        format!("{stem}StatusAlarm")
    } else {
        // Several alarms may read one metric: the name distinguishes them. Both metrics of a stuck
        // machine give one logical id: under another id CloudFormation would create an alarm of the
        // same name, and then delete it together with the old one.
        let metric = match alarm.metric {
            Metric::OverrunSeconds => Metric::OldestRunningSeconds,
            metric => metric,
        };
        format!("{stem}{}Alarm{}", word(&metric), short_hash(&alarm.name))
    }
}

fn add_one(t: &mut Template, app: &App, machine: &Machine<'_>, alarm: &Alarm) -> String {
    let id = logical_id(&machine.stem, alarm);
    let mut resource = cloudwatch::Alarm::new()
        .alarm_name(&alarm.name)
        .alarm_description(description(app, machine, alarm))
        .comparison_operator(comparison(alarm.comparison))
        .evaluation_periods(alarm.evaluation_periods)
        .threshold(alarm.threshold)
        .treat_missing_data(missing(alarm.missing));
    if alarm.metric == Metric::Unsuccessful {
        resource = resource.metrics(unsuccessful(app, machine, alarm));
    } else {
        resource = resource.period(alarm.period_s).statistic(statistic(alarm.statistic));
        resource = match own_metric(machine.key, alarm.metric) {
            Some(name) => resource.namespace(NAMESPACE).metric_name(name),
            None => resource
                .namespace(STATES)
                .metric_name(word(&alarm.metric))
                .dimensions([cfn::Dimension::new().name(DIMENSION).value(&machine.arn)]),
        };
    }
    if alarm.datapoints_to_alarm != alarm.evaluation_periods {
        resource = resource.datapoints_to_alarm(alarm.datapoints_to_alarm);
    }
    resource = with_actions(resource, app, &alarm.actions);
    t.add(id.as_str(), resource, origin(machine, alarm));
    id
}

/// Properties of an alarm with their keys in an item of a list of alarms. The parts of a sum of
/// metrics have a period and a statistic each.
const KEYS: [(&str, &str); 18] = [
    ("AlarmName", "name"),
    ("AlarmDescription", "description"),
    ("Metrics", "metric"),
    ("MetricName", "metric"),
    ("Namespace", "metric"),
    ("ComparisonOperator", "comparison"),
    ("EvaluationPeriods", "evaluation_periods"),
    ("DatapointsToAlarm", "datapoints_to_alarm"),
    ("Threshold", "threshold"),
    ("TreatMissingData", "missing"),
    ("Period", "period"),
    ("Metrics/1/MetricStat/Period", "period"),
    ("Metrics/2/MetricStat/Period", "period"),
    ("Metrics/3/MetricStat/Period", "period"),
    ("Statistic", "statistic"),
    ("Metrics/1/MetricStat/Stat", "statistic"),
    ("Metrics/2/MetricStat/Stat", "statistic"),
    ("Metrics/3/MetricStat/Stat", "statistic"),
];

fn origin(machine: &Machine<'_>, alarm: &Alarm) -> Origin {
    let (metric, setting, key) = (alarm.metric, alarm.setting.clone(), alarm.machine.clone());
    let own: Vec<String> = match declaration(metric) {
        [] => setting.iter().cloned().collect(),
        keys => declared(keys, setting.as_deref()),
    };
    let mut origin = machine.origin.clone();
    if !own.is_empty() {
        origin.made_for = own.iter().chain(&*machine.origin.made_for).cloned().collect();
    }
    origin.later(move |origin| match (declaration(metric), &setting) {
        ([], Some(item)) => of_item(origin, item, metric),
        ([], None) => of_default(origin, &key, metric),
        (keys, section) => of_declaration(origin, declared(keys, section.as_deref()), metric),
    })
}

/// An alarm that is an item of a list of alarms.
fn of_item(origin: Origin, item: &str, metric: Metric) -> Origin {
    KEYS.iter().fold(origin.actions(&[item, "alarms"]), |origin, (property, key)| {
        let status = (metric == Metric::Status).then(|| format!("alarms.status.{key}"));
        origin.property(property, std::iter::once(format!("{item}.{key}")).chain(status))
    })
}

/// The alarm that every machine has.
fn of_default(origin: Origin, machine: &MachineKey, metric: Metric) -> Origin {
    let own = format!("alarms.machines.{machine}");
    KEYS.iter().fold(origin.actions(&["alarms"]), |origin, (property, key)| match (*key, metric) {
        ("name", _) => origin.property(property, ["alarms.prefix"]),
        ("description", _) => origin.unset(property, &own),
        ("metric", Metric::Status) => origin,
        ("metric", _) => origin.property(property, ["alarms.express"]),
        (key, Metric::Status) => origin.property(property, [format!("alarms.status.{key}")]),
        _ => origin.unset(property, &own),
    })
}

/// An alarm on what is declared under `watch`, for the machine or for all.
fn of_declaration(origin: Origin, declared: Vec<String>, metric: Metric) -> Origin {
    let origin = origin.property("AlarmName", ["alarms.prefix"]).actions(&["alarms"]);
    match metric {
        Metric::OldestRunningSeconds => origin.property("Threshold", declared),
        _ => origin,
    }
}

/// The settings under `watch` that an alarm is made for.
fn declared(keys: &[&str], section: Option<&str>) -> Vec<String> {
    let sections = section.into_iter().chain(["watch.defaults"]);
    sections.flat_map(|s| keys.iter().map(move |key| format!("{s}.{key}"))).collect()
}

/// The keys under `watch` that create an alarm on the metric; none for any other metric.
fn declaration(metric: Metric) -> &'static [&'static str] {
    match metric {
        Metric::OverdueSeconds => &["expect_every", "schedules"],
        Metric::OldestRunningSeconds | Metric::OverrunSeconds => &["max_duration"],
        Metric::IncompleteItems => &["incomplete"],
        _ => &[],
    }
}

/// The name of a metric that Guardian publishes; none for a metric of AWS/States.
fn own_metric(key: &MachineKey, metric: Metric) -> Option<String> {
    match metric {
        Metric::Status => Some(status_metric(key)),
        Metric::OverdueSeconds => Some(overdue_metric(key)),
        Metric::OldestRunningSeconds => Some(oldest_running_metric(key)),
        Metric::OverrunSeconds => Some(overrun_metric(key)),
        Metric::IncompleteItems => Some(incomplete_metric(key)),
        _ => None,
    }
}

/// The number of runs of an EXPRESS machine that did not succeed. A series without a point in a
/// period counts as 0: AWS/States need not publish a metric for a period without such runs [MEM:
/// FILL also fills a series without any point].
fn unsuccessful(app: &App, machine: &Machine<'_>, alarm: &Alarm) -> Vec<cfn::MetricDataQuery> {
    let mut parts = vec![("failed", "ExecutionsFailed"), ("timedOut", "ExecutionsTimedOut")];
    if counts_aborted(app) {
        parts.push(("aborted", "ExecutionsAborted"));
    }
    let filled: Vec<String> = parts.iter().map(|(id, _)| format!("FILL({id}, 0)")).collect();
    let sum = cfn::MetricDataQuery::new()
        .id("sum")
        .expression(format!("SUM([{}])", filled.join(", ")))
        .label("Executions that did not succeed")
        .return_data(true);
    let one = |(id, name): (&str, &str)| {
        let metric = cfn::Metric::new()
            .namespace(STATES)
            .metric_name(name)
            .dimensions([cfn::Dimension::new().name(DIMENSION).value(&machine.arn)]);
        let stat = cfn::MetricStat::new()
            .metric(metric)
            .period(alarm.period_s)
            .stat(word(&alarm.statistic));
        cfn::MetricDataQuery::new().id(id).metric_stat(stat).return_data(false)
    };
    std::iter::once(sum).chain(parts.into_iter().map(one)).collect()
}

/// Whether an aborted run is red.
fn counts_aborted(app: &App) -> bool {
    (app.semantics, app.aborted) != (Semantics::LastFinished, Aborted::Ignore)
}

fn comparison(of: Comparison) -> cfn::ComparisonOperator {
    match of {
        Comparison::GreaterThanOrEqualToThreshold => {
            cfn::ComparisonOperator::GreaterThanOrEqualToThreshold
        }
        Comparison::GreaterThanThreshold => cfn::ComparisonOperator::GreaterThanThreshold,
        Comparison::LessThanThreshold => cfn::ComparisonOperator::LessThanThreshold,
        Comparison::LessThanOrEqualToThreshold => {
            cfn::ComparisonOperator::LessThanOrEqualToThreshold
        }
    }
}

fn statistic(of: Statistic) -> cfn::Statistic {
    match of {
        Statistic::SampleCount => cfn::Statistic::SampleCount,
        Statistic::Average => cfn::Statistic::Average,
        Statistic::Sum => cfn::Statistic::Sum,
        Statistic::Minimum => cfn::Statistic::Minimum,
        Statistic::Maximum => cfn::Statistic::Maximum,
    }
}

fn missing(of: MissingData) -> cfn::TreatMissingData {
    match of {
        MissingData::Missing => cfn::TreatMissingData::Missing,
        MissingData::Ignore => cfn::TreatMissingData::Ignore,
        MissingData::Breaching => cfn::TreatMissingData::Breaching,
        MissingData::NotBreaching => cfn::TreatMissingData::NotBreaching,
    }
}

/// The alarm's meaning, its remedy, and a link to the executions if there is room for one.
fn description(app: &App, machine: &Machine<'_>, alarm: &Alarm) -> Val<String> {
    let text = match &alarm.description {
        Some(text) => text.clone(),
        None => format!("{} {}", meaning(app, &machine.name, alarm), remedy(alarm.metric)),
    };
    let link = links::executions(&machine.name);
    let short: String = text.chars().take(MAX_DESCRIPTION).collect();
    if short.chars().count() + 1 + link.len() + GROWTH > MAX_DESCRIPTION {
        return short.into();
    }
    Val::sub(&format!("{} {link}", Val::sub_literal(&short)), [])
}

fn remedy(metric: Metric) -> &'static str {
    match metric {
        Metric::Status
        | Metric::Unsuccessful
        | Metric::ExecutionsFailed
        | Metric::ExecutionsTimedOut
        | Metric::ExecutionsAborted => {
            "Open its executions, read the error and cause of the last one that did not succeed, \
             fix the problem, and redrive that execution or start a new one."
        }
        Metric::OverdueSeconds => {
            "Check that the rule or schedule that starts it is enabled and allowed to, and that no \
             run hangs. The alarm clears when a run finishes."
        }
        Metric::OldestRunningSeconds | Metric::OverrunSeconds => {
            "Open the oldest running execution and find the state that it waits in; stop it if it \
             waits in vain. The alarm clears when no run exceeds the limit."
        }
        Metric::IncompleteItems => {
            "Open the execution's Map Run and read why items failed; the execution succeeded."
        }
        _ => "Open its executions and compare the latest with earlier ones.",
    }
}

fn meaning(app: &App, name: &str, alarm: &Alarm) -> String {
    match alarm.metric {
        Metric::OverdueSeconds => {
            return format!("{name}: a run was due, and none has finished.");
        }
        Metric::OldestRunningSeconds => {
            return format!("{name}: a run has taken more than {} s.", alarm.threshold);
        }
        Metric::OverrunSeconds => {
            let percent = app.watch.of(&alarm.machine).max_p99_percent.unwrap_or(100);
            let times = match percent {
                100 => String::new(),
                percent => format!("{} times ", f64::from(percent) / 100.0),
            };
            return format!(
                "{name}: a run has taken more than {times}the p99 duration of its recent successes."
            );
        }
        Metric::IncompleteItems => {
            return format!("{name}: items of a Map Run failed in the last run.");
        }
        _ => {}
    }
    if alarm.metric != Metric::Status {
        let comparison = match alarm.comparison {
            Comparison::GreaterThanOrEqualToThreshold => ">=",
            Comparison::GreaterThanThreshold => ">",
            Comparison::LessThanThreshold => "<",
            Comparison::LessThanOrEqualToThreshold => "<=",
        };
        return format!(
            "{name}: {} of {} in AWS/States {comparison} {} in {} of {} periods of {} s.",
            word(&alarm.statistic),
            word(&alarm.metric),
            alarm.threshold,
            alarm.datapoints_to_alarm,
            alarm.evaluation_periods,
            alarm.period_s,
        );
    }
    let ended = match counts_aborted(app) {
        false => "failed or timed out",
        true => "failed, timed out or was aborted",
    };
    match app.semantics {
        Semantics::Original => format!("{name}: the newest run {ended}."),
        Semantics::LastFinished => format!(
            "{name}: the last finished run {ended}. The alarm holds through restarts, until a run \
             or a redrive succeeds."
        ),
    }
}
