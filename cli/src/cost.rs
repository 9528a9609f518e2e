//! What a stack costs a month. Here is what CloudWatch charges by the month, from the templates:
//! that is what a plan compares. `model` adds what depends on the load, `prices` has every price.

pub mod model;
pub mod prices;
pub mod tiers;
pub mod view;

use crate::text::count;
use guardian_contract::{FAULT_METRICS, beside_overrun};
use guardian_deploy::change::{Tree, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is charged by the month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billed {
    /// Metrics that alarms evaluate, for each alarm: an alarm over three metrics counts three.
    pub alarm_metrics: u64,
    /// Those of alarms with a period below a minute.
    pub fast_alarm_metrics: u64,
    /// Composite alarms.
    pub composite_alarms: u64,
    /// Metrics outside of AWS's own namespaces that alarms evaluate, each once, and those that are
    /// published beside them.
    pub custom_metrics: u64,
    /// Dashboards.
    pub dashboards: u64,
}

/// The monthly charges of a stack, now and after a deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// What is deployed.
    pub before: Billed,
    /// What would be.
    pub after: Billed,
}

impl Billed {
    /// US cents a month at list price, if every metric has points in every hour.
    pub fn cents(&self) -> u64 {
        let mut custom = 0;
        let mut below = 0;
        for (up_to, each) in prices::CUSTOM_METRICS {
            let within = self.custom_metrics.min(up_to) - self.custom_metrics.min(below);
            custom += within * each.cents();
            below = up_to;
        }
        custom + self.alarm_cents() + self.dashboards * prices::DASHBOARD.cents()
    }

    /// The part of the alarms.
    pub fn alarm_cents(&self) -> u64 {
        self.alarm_metrics * prices::ALARM_METRIC.cents()
            + self.fast_alarm_metrics * prices::FAST_ALARM_METRIC.cents()
            + self.composite_alarms * prices::COMPOSITE_ALARM.cents()
    }
}

impl Cost {
    /// From the templates that are deployed and those that would be.
    pub fn of(old: &Tree, new: &Tree) -> Self {
        Self { before: billed(old), after: billed(new) }
    }

    /// The difference in words; none if there is none.
    pub fn sentence(&self) -> Option<String> {
        if self.before == self.after {
            return None;
        }
        let (before, after) = (self.before.cents(), self.after.cents());
        let sign = if after < before { '-' } else { '+' };
        let change = dollars(after.abs_diff(before));
        let billed = &self.after;
        let counted =
            |number: u64, noun| count(usize::try_from(number).unwrap_or(usize::MAX), noun);
        let mut parts = vec![
            counted(billed.alarm_metrics + billed.fast_alarm_metrics, "alarm metric"),
            counted(billed.custom_metrics, "custom metric"),
            counted(billed.composite_alarms, "composite alarm"),
            counted(billed.dashboards, "dashboard"),
        ];
        parts.retain(|part| !part.starts_with("0 "));
        let of = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        Some(format!(
            "cost about {sign}{change} a month, then {}{of} (second-hand list prices of us-east-1, \
             the free tier not deducted)",
            dollars(after)
        ))
    }
}

pub(super) fn dollars(cents: u64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

/// What a stack with these templates is billed for.
pub fn billed(tree: &Tree) -> Billed {
    let mut billed = Billed::default();
    let mut custom: BTreeSet<String> = BTreeSet::new();
    for (_, _, body) in tree.resources() {
        let properties = body.get("Properties").unwrap_or(&Value::Null);
        match text(body, "Type").unwrap_or_default() {
            "AWS::CloudWatch::Alarm" => {
                let metrics = metrics(properties);
                let count = metrics.len() as u64;
                let fast = metrics.iter().any(|m| m.period.is_some_and(|seconds| seconds < 60));
                if fast {
                    billed.fast_alarm_metrics += count;
                } else {
                    billed.alarm_metrics += count;
                }
                custom.extend(metrics.into_iter().flat_map(|m| m.custom));
            }
            "AWS::CloudWatch::CompositeAlarm" => billed.composite_alarms += 1,
            "AWS::CloudWatch::Dashboard" => billed.dashboards += 1,
            _ => {}
        }
    }
    billed.custom_metrics = custom.len() as u64;
    billed
}

/// A metric that an alarm evaluates.
struct Metric {
    period: Option<u64>,
    /// Namespace, name and dimensions, if it is none of AWS's own and not only published in a fault;
    /// and of the one that Guardian publishes beside it, although no alarm evaluates that.
    custom: Vec<String>,
}

fn metrics(alarm: &Value) -> Vec<Metric> {
    let custom = |metric: &Value| {
        let Some(namespace) = metric.get("Namespace") else { return Vec::new() };
        let name = metric.get("MetricName").cloned().unwrap_or_default();
        let free = namespace.as_str().is_some_and(|name| name.starts_with("AWS/"))
            || name.as_str().is_some_and(|name| FAULT_METRICS.contains(&name));
        if free {
            return Vec::new();
        }
        let beside = name.as_str().and_then(beside_overrun).map(Value::from);
        let dimensions = metric.get("Dimensions").map(Value::to_string).unwrap_or_default();
        let all = std::iter::once(name).chain(beside);
        all.map(|name| format!("{namespace} {name} {dimensions}")).collect()
    };
    let period = |of: &Value| of.get("Period").and_then(Value::as_u64);
    match alarm.get("Metrics").and_then(Value::as_array) {
        Some(all) => all
            .iter()
            .filter_map(|query| query.get("MetricStat"))
            .map(|stat| Metric {
                period: period(stat),
                custom: stat.get("Metric").map(custom).unwrap_or_default(),
            })
            .collect(),
        None => vec![Metric { period: period(alarm), custom: custom(alarm) }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree(resources: Value) -> Tree {
        Tree { templates: [(Vec::new(), json!({"Resources": resources}))].into() }
    }

    fn alarm(namespace: &str, metric: &str, period: u32) -> Value {
        json!({"Type": "AWS::CloudWatch::Alarm", "Properties": {
            "Namespace": namespace, "MetricName": metric, "Period": period}})
    }

    #[test]
    fn alarms_are_charged_by_their_metrics_and_a_custom_metric_once() {
        let stat = |name: &str| {
            json!({"Id": name, "MetricStat": {"Period": 60, "Metric": {
                "Namespace": "AWS/States", "MetricName": name}}})
        };
        let billed = billed(&tree(json!({
            "A": alarm("StepFunctions", "a_Status", 60),
            "Again": alarm("StepFunctions", "a_Status", 300),
            "Fast": alarm("StepFunctions", "b_Status", 10),
            "Aws": alarm("AWS/Lambda", "Errors", 60),
            "Math": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [
                stat("a"), stat("b"), stat("c"), {"Id": "e", "Expression": "a+b+c"}]}},
            "All": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {}},
            "Board": {"Type": "AWS::CloudWatch::Dashboard"},
        })));
        let expected = Billed {
            alarm_metrics: 6,
            fast_alarm_metrics: 1,
            composite_alarms: 1,
            custom_metrics: 2,
            dashboards: 1,
        };
        assert_eq!(billed, expected);
        assert_eq!(billed.cents(), 60 + 30 + 50 + 2 * 30 + 300);
    }

    #[test]
    fn what_is_published_beside_an_alarms_metric_is_charged_too() {
        let usual = alarm("StepFunctions", "a_OverrunSeconds", 60);
        let billed = billed(&tree(json!({"A": usual, "B": alarm("X", "b_Overrun", 60)})));
        assert_eq!((billed.alarm_metrics, billed.custom_metrics), (2, 3));
    }

    #[test]
    fn custom_metrics_become_cheaper_in_steps() {
        let cents = |custom_metrics| Billed { custom_metrics, ..Billed::default() }.cents();
        assert_eq!(cents(10_000), 300_000);
        assert_eq!(cents(10_001), 300_010);
        assert_eq!(cents(250_000), 300_000 + 2_400_000);
        assert_eq!(cents(1_000_001), 300_000 + 2_400_000 + 3_750_000 + 2);
    }

    #[test]
    fn the_difference_is_shown_in_dollars_with_what_it_is_for_and_where_prices_are_from() {
        let one = tree(json!({"A": alarm("StepFunctions", "a_Status", 60)}));
        let two = tree(json!({
            "A": alarm("StepFunctions", "a_Status", 60),
            "B": alarm("StepFunctions", "b_Status", 60),
        }));
        assert_eq!(
            Cost::of(&one, &two).sentence().unwrap(),
            "cost about +$0.40 a month, then $0.80: 2 alarm metrics, 2 custom metrics (second-hand \
             list prices of us-east-1, the free tier not deducted)"
        );
        let nothing = Cost::of(&two, &Tree::default()).sentence().unwrap();
        assert!(nothing.starts_with("cost about -$0.80 a month, then $0.00 ("));
        assert_eq!(Cost::of(&two, &two).sentence(), None);
    }
}
