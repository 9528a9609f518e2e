//! Alarms: what each looks at, and what it tells the person whom it wakes.

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
/// What the link may grow by when CloudFormation has filled in region, account and partition.
const GROWTH: usize = 128;

/// Where an alarm stands: its logical id beside its name.
pub(super) type AlarmIds = Vec<(String, String)>;

/// A machine as its alarms see it.
pub(super) struct Machine<'a> {
    pub key: &'a MachineKey,
    pub name: String,
    /// Its ARN, for dimensions.
    pub arn: Val<String>,
    /// The first part of its logical ids.
    pub stem: String,
    /// What it is there for.
    pub origin: Origin,
}

/// Adds a machine's alarms and gives their names and logical ids.
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
        // Several may look at one metric: the name tells them apart. Whichever metric says that a
        // machine is stuck, its alarm is one: under another id, a new one of the same name would
        // be made, and be deleted with the old one.
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

/// The keys under `watch` that make an alarm on the metric; none: it is no such metric.
fn declaration(metric: Metric) -> &'static [&'static str] {
    match metric {
        Metric::OverdueSeconds => &["expect_every", "schedules"],
        Metric::OldestRunningSeconds | Metric::OverrunSeconds => &["max_duration"],
        Metric::IncompleteItems => &["incomplete"],
        _ => &[],
    }
}

/// The name of a metric that Guardian publishes; none: AWS/States does.
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

/// The sum of what an EXPRESS machine may end as besides succeeding. A series that has no point in
/// a period counts as 0 there: AWS/States need not publish what did not happen [that FILL fills a
/// series without any point, too, is from memory].
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

/// What is the matter, what to do, and where: the link is left out where it would not fit.
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
            "Open its executions, read error and cause of the last one that did not succeed, mend \
             it, and redrive it or start a new one."
        }
        Metric::OverdueSeconds => {
            "Look whether what starts it is switched on and allowed to, and whether a run hangs. \
             A run that finishes clears the alarm."
        }
        Metric::OldestRunningSeconds | Metric::OverrunSeconds => {
            "Open the oldest running execution and see which state it waits in; stop it if nothing \
             will come. The alarm clears when no run is too old."
        }
        Metric::IncompleteItems => {
            "Open the execution's Map Run and read why its items failed; the run itself succeeded."
        }
        _ => "Open its executions and compare the latest with earlier ones.",
    }
}

fn meaning(app: &App, name: &str, alarm: &Alarm) -> String {
    match alarm.metric {
        Metric::OverdueSeconds => {
            return format!("{name}: a run was to have finished by now, and none has.");
        }
        Metric::OldestRunningSeconds => {
            return format!("{name}: a run has been going for more than {} s.", alarm.threshold);
        }
        Metric::OverrunSeconds => {
            let percent = app.watch.of(&alarm.machine).max_p99_percent.unwrap_or(100);
            let times = match percent {
                100 => String::new(),
                percent => format!("{} times ", f64::from(percent) / 100.0),
            };
            return format!(
                "{name}: a run has been going for more than {times}what its recent runs took (p99 \
                 of those that succeeded)."
            );
        }
        Metric::IncompleteItems => {
            return format!("{name}: the last run left items of a Map Run undone.");
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
