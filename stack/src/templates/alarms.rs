//! Alarms: what each looks at, and what it tells the person whom it wakes.

use super::ids::short_hash;
use super::machines::{AlarmIds, Machine};
use super::{links, word};
use crate::app::{Alarm, App, Comparison, Metric, MissingData, Statistic};
use guardian_cfn::resources::cloudwatch::{self, alarm as cfn};
use guardian_cfn::{Template, Val};
use guardian_contract::{Aborted, NAMESPACE, Semantics, status_metric};

/// The longest description of an alarm, in characters [CloudWatch API].
const MAX_DESCRIPTION: usize = 1_024;
/// What the link may grow by when CloudFormation has filled in region, account and partition.
const GROWTH: usize = 128;

/// Adds a machine's alarms and gives their names and logical ids.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    machine: &Machine<'_>,
    alarms: &[&Alarm],
) -> AlarmIds {
    alarms.iter().map(|alarm| (alarm.name.clone(), add_one(t, app, machine, alarm))).collect()
}

fn add_one(t: &mut Template, app: &App, machine: &Machine<'_>, alarm: &Alarm) -> String {
    let usual =
        alarm.metric == Metric::Status && alarm.name == guardian_contract::alarm_name(machine.key);
    let id = if usual {
        format!("{}StatusAlarm", machine.stem)
    } else {
        // Several may look at one metric: the name tells them apart.
        format!("{}{}Alarm{}", machine.stem, word(&alarm.metric), short_hash(&alarm.name))
    };
    let mut resource = cloudwatch::Alarm::new()
        .alarm_name(&alarm.name)
        .alarm_description(description(app, machine, alarm))
        .comparison_operator(comparison(alarm.comparison))
        .evaluation_periods(alarm.evaluation_periods)
        .period(alarm.period_s)
        .statistic(statistic(alarm.statistic))
        .threshold(alarm.threshold)
        .treat_missing_data(missing(alarm.missing));
    resource = if alarm.metric == Metric::Status {
        resource.namespace(NAMESPACE).metric_name(status_metric(machine.key))
    } else {
        let dimension = cfn::Dimension::new("StateMachineArn", &machine.arn);
        resource.namespace("AWS/States").metric_name(word(&alarm.metric)).dimensions([dimension])
    };
    if alarm.datapoints_to_alarm != alarm.evaluation_periods {
        resource = resource.datapoints_to_alarm(alarm.datapoints_to_alarm);
    }
    let arns = |list: &[String]| list.iter().map(Val::from).collect::<Vec<Val<String>>>();
    let actions = &alarm.actions;
    if !actions.alarm.is_empty() {
        resource = resource.alarm_actions(arns(&actions.alarm));
    }
    if !actions.ok.is_empty() {
        resource = resource.ok_actions(arns(&actions.ok));
    }
    if !actions.insufficient_data.is_empty() {
        resource = resource.insufficient_data_actions(arns(&actions.insufficient_data));
    }
    t.add(id.as_str(), resource);
    id
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
        | Metric::ExecutionsFailed
        | Metric::ExecutionsTimedOut
        | Metric::ExecutionsAborted => {
            "Open its executions, read error and cause of the last one that did not succeed, mend \
             it, and redrive it or start a new one."
        }
        _ => "Open its executions and compare the latest with earlier ones.",
    }
}

fn meaning(app: &App, name: &str, alarm: &Alarm) -> String {
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
    let ended = match (app.semantics, app.aborted) {
        (Semantics::LastFinished, Aborted::Ignore) => "failed or timed out",
        _ => "failed, timed out or was aborted",
    };
    match app.semantics {
        Semantics::Original => format!("{name}: the newest run {ended}."),
        Semantics::LastFinished => format!(
            "{name}: the last finished run {ended}. The alarm holds through restarts, until a run \
             or a redrive succeeds."
        ),
    }
}
