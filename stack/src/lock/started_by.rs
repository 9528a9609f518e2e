//! The schedules that start machines: from the rules of EventBridge and the schedules of EventBridge
//! Scheduler, in the shapes of their APIs, to the entries of the lock. Nothing here does I/O.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A rule with its targets (ListRules, ListTargetsByRule).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// `ScheduleExpression`, if it has one.
    pub expression: Option<String>,
    /// Whether `State` is not `DISABLED`.
    pub enabled: bool,
    /// `Arn` of each target.
    pub targets: Vec<String>,
}

/// A schedule (ListSchedules, GetSchedule).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// `ScheduleExpression`.
    pub expression: String,
    /// `ScheduleExpressionTimezone`.
    pub timezone: Option<String>,
    /// Whether `State` is not `DISABLED`.
    pub enabled: bool,
    /// `MaximumWindowInMinutes` of the flexible time window, if it has one.
    pub window_minutes: Option<u32>,
    /// `Target.Arn`: the machine, or the API call `startExecution`.
    pub target: String,
    /// `Target.Input`, which names the machine for an API call.
    pub input: Option<String>,
}

/// A rule or a schedule that starts a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartedBy {
    /// `rule` or `schedule`, and its name.
    pub by: String,
    /// `cron(…)` or `rate(…)`.
    pub expression: String,
    /// IANA name of the zone that the expression is read in; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The flexible time window: how much later the machine may start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
}

/// The schedules of machines in a region, by the machine's name.
///
/// Disabled ones are left out, and those that run once (`at(…)`), after which a lock would have to
/// change. Of a rate the interval is enough; its minute is not known.
pub fn started_by(
    rules: &[Rule],
    schedules: &[Schedule],
    region: Option<&str>,
) -> BTreeMap<String, Vec<StartedBy>> {
    let mut found: BTreeMap<String, Vec<StartedBy>> = BTreeMap::new();
    let mut add = |arn: &str, entry: StartedBy| {
        let entries = machine(arn, region).map(|name| found.entry(name.to_owned()).or_default());
        if let Some(entries) = entries
            && recurs(&entry.expression)
        {
            entries.push(entry);
        }
    };
    for rule in rules.iter().filter(|rule| rule.enabled) {
        let Some(expression) = &rule.expression else { continue };
        for target in &rule.targets {
            add(
                target,
                StartedBy {
                    by: format!("rule {}", rule.name),
                    expression: expression.clone(),
                    timezone: None,
                    window_minutes: None,
                },
            );
        }
    }
    for schedule in schedules.iter().filter(|schedule| schedule.enabled) {
        let Some(target) = target(schedule) else { continue };
        add(
            &target,
            StartedBy {
                by: format!("schedule {}", schedule.name),
                expression: schedule.expression.clone(),
                timezone: schedule.timezone.clone().filter(|zone| zone != "UTC"),
                window_minutes: schedule.window_minutes.filter(|minutes| *minutes > 0),
            },
        );
    }
    found.retain(|_, entries| !entries.is_empty());
    for entries in found.values_mut() {
        entries.sort();
        entries.dedup();
    }
    found
}

fn recurs(expression: &str) -> bool {
    expression.starts_with("cron(") || expression.starts_with("rate(")
}

/// The name in a machine's ARN, with or without a version or an alias.
fn machine<'a>(arn: &'a str, region: Option<&str>) -> Option<&'a str> {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        ["arn", _, "states", of, _, "stateMachine", name, ..] if !name.is_empty() => {
            region.is_none_or(|region| region == of).then_some(name)
        }
        _ => None,
    }
}

/// The machine that a schedule starts: its target, or what the input of an API call names.
fn target(schedule: &Schedule) -> Option<String> {
    let Some((_, call)) = schedule.target.split_once(":aws-sdk:sfn:") else {
        return Some(schedule.target.clone());
    };
    if !call.eq_ignore_ascii_case("startExecution") {
        return None;
    }
    let input: Value = serde_json::from_str(schedule.input.as_deref()?).ok()?;
    input.get("StateMachineArn").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:";

    fn rule(name: &str, expression: Option<&str>, targets: &[&str]) -> Rule {
        Rule {
            name: name.into(),
            expression: expression.map(str::to_owned),
            enabled: true,
            targets: targets.iter().map(|name| format!("{ARN}{name}")).collect(),
        }
    }

    fn schedule(name: &str, expression: &str, target: &str, input: Option<&str>) -> Schedule {
        Schedule {
            name: name.into(),
            expression: expression.into(),
            timezone: Some("Europe/Berlin".into()),
            enabled: true,
            window_minutes: Some(15),
            target: target.into(),
            input: input.map(str::to_owned),
        }
    }

    #[test]
    fn rules_and_schedules_are_found_by_the_machine_that_they_start() {
        let rules = [
            rule("nightly", Some("cron(0 3 * * ? *)"), &["report", "bill:PROD"]),
            rule("on-upload", None, &["thumbnails"]),
            Rule { enabled: false, ..rule("old", Some("rate(1 hour)"), &["report"]) },
        ];
        let call = "arn:aws:scheduler:::aws-sdk:sfn:startExecution";
        let input = format!(r#"{{"StateMachineArn": "{ARN}report", "Input": "{{}}"}}"#);
        let schedules = [
            schedule("morning", "cron(0 8 ? * MON-FRI *)", call, Some(&input)),
            schedule("hourly", "rate(1 hour)", &format!("{ARN}sync"), None),
            schedule("once", "at(2027-01-01T00:00:00)", &format!("{ARN}close"), None),
            schedule("stop", "rate(1 day)", "arn:aws:scheduler:::aws-sdk:sfn:stopExecution", None),
            schedule("broken", "rate(1 day)", call, Some("{")),
            schedule("mail", "rate(1 day)", "arn:aws:sns:eu-west-1:123456789012:mail", None),
        ];
        let found = started_by(&rules, &schedules, Some("eu-west-1"));
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(names, ["bill", "report", "sync"]);
        let by: Vec<&str> = found["report"].iter().map(|entry| entry.by.as_str()).collect();
        assert_eq!(by, ["rule nightly", "schedule morning"]);
        let morning = &found["report"][1];
        assert_eq!(morning.timezone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(morning.window_minutes, Some(15));
        assert!(started_by(&rules, &schedules, Some("us-east-1")).is_empty());
    }
}
