//! Reads the alarms: the defaults of all, the numbers of the status alarms, and those declared for
//! one machine.

use super::keys;
use super::limits;
use super::reader::{Field, Section};
use crate::alarm_rules::{Evaluation, MAX_ACTIONS, MAX_DESCRIPTION, Part, Resolution};
use crate::app::{Actions, Metric, Statistic, TOPIC};
use crate::problem::Reason;
use guardian_contract::Semantics;
use std::ops::Range;

/// The shortest period of an alarm, on a metric of high resolution [PutMetricAlarm].
const HIGH_RESOLUTION_S: u32 = 10;
/// The recipe's prefix of every alarm's name.
pub const DEFAULT_PREFIX: &str = "StepFunctionStatusAlarm-";

const METRICS: [&str; 9] = [
    "Status",
    "Unsuccessful",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
    "ExecutionsAborted",
    "ExecutionThrottled",
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionTime",
];
const EXPRESS: [&str; 2] = ["Unsuccessful", "ExecutionsFailed"];
const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const COMPARISONS: [&str; 4] = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
];
const MISSING: [&str; 4] = ["missing", "ignore", "breaching", "notBreaching"];

/// Defaults of alarms.
#[derive(Debug, Clone)]
pub(super) struct AlarmDefaults {
    pub prefix: String,
    pub prefix_span: Range<usize>,
    pub actions: Actions,
    pub status: Evaluation,
    /// The metrics that give an EXPRESS machine its light.
    pub express: Metric,
    /// Whether there is a topic that actions may name.
    pub has_topic: bool,
    /// Whether status metrics have a resolution of a second.
    pub high_resolution: bool,
}

/// An alarm that is declared for one machine.
#[derive(Debug, Clone)]
pub(super) struct AlarmSpec {
    /// The part of its name after the machine's key; none: it changes the status alarm.
    pub name: Option<String>,
    pub metric: Metric,
    pub evaluation: Evaluation,
    pub actions: Actions,
    pub description: Option<String>,
    pub span: Range<usize>,
    /// Its path in the configuration, if it is written.
    pub path: Option<String>,
}

/// Alarms of one machine, with its key as it is written and where.
type OfMachine = (String, Range<usize>, Vec<AlarmSpec>);

/// Reads the section `alarms`.
pub(super) fn read(
    section: &Section<'_>,
    semantics: Semantics,
    has_topic: bool,
) -> (AlarmDefaults, Vec<OfMachine>) {
    let prefix = section
        .setting("prefix", DEFAULT_PREFIX.to_owned(), |f| limits::alarm_name_part(f.text()?));
    let high_resolution = section.setting("high_resolution", false, Field::boolean);
    let mut status = Evaluation::of_status(semantics);
    if high_resolution && semantics == Semantics::Original {
        let reason = Reason::new("under `semantics: original` sweeps are hours apart");
        section.problem_at("high_resolution", reason.help("remove `high_resolution`"));
    } else if high_resolution {
        status.period_s = HIGH_RESOLUTION_S;
    }
    let defaults = AlarmDefaults {
        high_resolution,
        prefix,
        prefix_span: section.span_of("prefix"),
        actions: actions(section.get("actions"), &Actions::default(), has_topic),
        has_topic,
        express: section.setting("express", Metric::Unsuccessful, |f| f.word(&EXPRESS)),
        status: evaluation(
            &section.child("status", keys::EVALUATION),
            status,
            resolution(high_resolution),
        ),
    };
    let machines = section.get("machines").map(Field::fields).unwrap_or_default();
    let of_machine = |f: Field<'_>| (f.key.to_owned(), f.key_span.clone(), list(&f, &defaults));
    let machines = machines.into_iter().map(of_machine).collect();
    (defaults, machines)
}

/// The alarms of a list.
pub(super) fn list(field: &Field<'_>, defaults: &AlarmDefaults) -> Vec<AlarmSpec> {
    field.items().iter().filter_map(|item| alarm(item, defaults)).collect()
}

fn alarm(item: &Field<'_>, defaults: &AlarmDefaults) -> Option<AlarmSpec> {
    if !item.is_map() {
        item.problem(
            Reason::new("an alarm is a map").help("write it as in `- metric: ExecutionsTimedOut`"),
        );
        return None;
    }
    let section = item.section(keys::ALARM);
    if section.get("metric").is_none() {
        let reason = Reason::new("this alarm has no `metric`");
        item.problem(reason.help(format!("one of: {}", METRICS.join(", "))));
    }
    let metric: Metric = section.optional("metric", |f| f.word(&METRICS))?;
    let base = match metric {
        Metric::Status => defaults.status,
        other => Evaluation::of_metric(other),
    };
    if metric == Metric::ExecutionTime && section.get("threshold").is_none() {
        item.problem(
            Reason::new("an alarm on ExecutionTime needs a `threshold`")
                .help("in milliseconds, as in `threshold: 60000`"),
        );
    }
    let name = section.optional("name", |f| limits::alarm_name_part(f.text()?));
    // Two alarms on one metric need names; a single one does not.
    let name = name.or_else(|| (metric != Metric::Status).then(|| word_of(metric)));
    let own = metric == Metric::Status && defaults.high_resolution;
    let evaluation = evaluation(&section, base, resolution(own));
    if metric == Metric::ExecutionsStarted && evaluation.statistic == Statistic::SampleCount {
        item.warn(
            Reason::new("ExecutionsStarted has two samples for each run").help("use Sum to count"),
        );
    }
    Some(AlarmSpec {
        name,
        metric,
        evaluation,
        actions: actions(section.get("actions"), &defaults.actions, defaults.has_topic),
        description: section.optional("description", |f| {
            let text = f.text()?.to_owned();
            let length = text.chars().count();
            if length > MAX_DESCRIPTION {
                let reason = Reason::new(format!("a description of {length} characters"));
                return Err(reason.help(format!("CloudWatch takes {MAX_DESCRIPTION}")));
            }
            Ok(text)
        }),
        span: item.span().clone(),
        path: Some(item.path.clone()),
    })
}

/// A metric as it is written.
pub(super) fn word_of(metric: Metric) -> String {
    format!("{metric:?}")
}

fn resolution(high: bool) -> Resolution {
    if high { Resolution::High } else { Resolution::Standard }
}

fn evaluation(section: &Section<'_>, base: Evaluation, resolution: Resolution) -> Evaluation {
    let evaluation_periods =
        section.setting("evaluation_periods", base.evaluation_periods, Field::whole);
    let all = section.get("evaluation_periods").map(|_| evaluation_periods);
    let evaluation = Evaluation {
        statistic: section.setting("statistic", base.statistic, |f| f.word(&STATISTICS)),
        period_s: section.setting("period", base.period_s, Field::whole),
        evaluation_periods,
        // One number alone means all of the periods.
        datapoints_to_alarm: section.setting(
            "datapoints_to_alarm",
            all.unwrap_or(base.datapoints_to_alarm),
            Field::whole,
        ),
        threshold: section.setting("threshold", base.threshold, Field::number),
        comparison: section.setting("comparison", base.comparison, |f| f.word(&COMPARISONS)),
        missing: section.setting("missing", base.missing, |f| f.word(&MISSING)),
    };
    for (part, reason) in evaluation.problems(resolution) {
        let key = match part {
            Part::Period => "period",
            Part::EvaluationPeriods => "evaluation_periods",
            Part::DatapointsToAlarm => "datapoints_to_alarm",
            Part::Threshold => "threshold",
        };
        section.problem_at(key, reason);
    }
    evaluation
}

/// Actions of an alarm; a state that is not written has those of `base`.
pub(super) fn actions(field: Option<&Field<'_>>, base: &Actions, has_topic: bool) -> Actions {
    let Some(field) = field else { return base.clone() };
    let section = field.section(keys::ACTIONS);
    let arns = |key: &str, base: &Vec<String>| {
        let Some(field) = section.get(key) else { return base.clone() };
        let arns = field.list(|item| action(item.text()?, has_topic));
        if arns.len() > MAX_ACTIONS {
            let reason = Reason::new(format!("{} actions for one state", arns.len()));
            field.problem(reason.help(format!(
                "CloudWatch takes {MAX_ACTIONS}; let one topic of SNS reach the others"
            )));
        }
        arns
    };
    Actions {
        alarm: arns("alarm", &base.alarm),
        ok: arns("ok", &base.ok),
        insufficient_data: arns("insufficient_data", &base.insufficient_data),
    }
}

/// An ARN, or the word for the topic.
fn action(text: &str, has_topic: bool) -> Result<String, Reason> {
    if text != TOPIC {
        return limits::arn(text);
    }
    has_topic.then(|| text.to_owned()).ok_or_else(|| {
        Reason::new("there is no topic").help("add `notifications: { create: true }`")
    })
}
