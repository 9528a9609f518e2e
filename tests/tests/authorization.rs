//! IAM accepts the actions, resources and condition keys that Guardian combines in a policy statement,
//! according to AWS's service authorization reference.
#![allow(clippy::unwrap_used)]

use guardian_stack::ci::{Host, Subject, kit};
use guardian_stack::config::{Config, Files, Overrides};
use guardian_stack::templates::templates;
use guardian_tests::python::Python;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that gives a role, a queue or a topic another statement.
const CONFIG: &str = "\
project: shop
region: eu-west-1
permissions_boundary: ci/shop-dev-${AWS::Region}-boundary
machines:
  managed:
    - name: import
      policy:
        - { Effect: Allow, Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:123456789012:q' }
    - name: clicks
      type: EXPRESS
  watched: [nightly, 'report-*']
function: { publish: true }
logging: { prefix: /aws/vendedlogs/states/ }
watch:
  defaults: { expect_every: 1d, incomplete: true }
notifications:
  create: true
  key: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  email: [oncall@example.com]
  event_bus: central
fleet: { enabled: true, groups: { reports: ['report-*'] } }
alarms: { each: [nightly], high_resolution: true }
memory:
  kms_key: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  point_in_time_recovery: true
routes:
  - { tag: { team: data }, topic: 'arn:aws:sns:eu-west-1:123456789012:data', event_bus: data }
  - { machines: [nightly], event_bus: 'arn:aws:events:eu-west-1:123456789012:event-bus/other' }
mute:
  - { name: night, schedule: cron(0 2 * * *), duration: 1h }
";
const LOCK: &str = r#"{"version": 1, "environments": {"dev": {
    "patterns": ["report-*"],
    "machines": {"report-a": {"type": "STANDARD", "by": "report-*"}}
}}}"#;

/// Actions that are newer than the reference, each with the page that has it.
const NEWER: &[(&str, &str)] = &[
    ("cloudformation:DescribeEvents", "API_DescribeEvents"),
    ("cloudwatch:DeleteAlarmMuteRule", "API_DeleteAlarmMuteRule"),
    ("cloudwatch:GetAlarmMuteRule", "API_GetAlarmMuteRule"),
    ("cloudwatch:PutAlarmMuteRule", "API_PutAlarmMuteRule"),
    ("lambda:GetFunctionScalingConfig", "API_GetFunctionScalingConfig"),
];

/// Pairs that the reference leaves out although AWS's own pages have them.
const DOCUMENTED: &[(&str, &str)] = &[
    // CloudWatch Logs guide, AWS-logs-infrastructure-CWL.
    ("logs:DescribeLogGroups", "log-group:*"),
];

struct OneForAll;

impl Files for OneForAll {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        relative.ends_with(".json").then(|| Ok(text.to_owned()))
    }
}

/// What one statement allows: actions, resources, and the keys of its conditions.
#[derive(Debug)]
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    keys: BTreeSet<String>,
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// Every statement that allows something, in whatever property it stands.
fn collect(value: &Value, statements: &mut Vec<Statement>) {
    match value {
        Value::Object(map) => {
            let trust = |action: &String| action.starts_with("sts:");
            if map.get("Effect").is_some_and(|effect| effect == "Allow") {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let actions: Vec<String> =
                    map.get("Action").map(list).into_iter().flatten().filter_map(text).collect();
                // A reference within the template names a resource of the right type; CloudFormation
                // knows which, and the boundary, which is held here too, names it in full.
                let arn =
                    |value: &Value| value.as_str().or(value["Fn::Sub"].as_str()).map(str::to_owned);
                let resources =
                    map.get("Resource").map(list).into_iter().flatten().filter_map(arn).collect();
                let conditions = map.get("Condition").and_then(Value::as_object);
                let keys = conditions.into_iter().flat_map(|c| c.values());
                let keys = keys.filter_map(Value::as_object).flat_map(|k| k.keys().cloned());
                if !actions.iter().any(trust) {
                    statements.push(Statement { actions, resources, keys: keys.collect() });
                }
            }
            map.values().for_each(|value| collect(value, statements));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, statements)),
        _ => {}
    }
}

/// The text with `*` for each variable.
fn with_stars(text: &str) -> Vec<u8> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = variable.split_once('}').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.into_bytes()
}

/// Whether some text fits both patterns.
fn overlap(a: &[u8], b: &[u8]) -> bool {
    let mut fits = vec![vec![false; b.len() + 1]; a.len() + 1];
    for i in (0..=a.len()).rev() {
        for j in (0..=b.len()).rev() {
            let (x, y) = (a.get(i), b.get(j));
            fits[i][j] = match (x, y) {
                (None, None) => true,
                (Some(b'*'), _) if fits[i + 1][j] => true,
                (_, Some(b'*')) if fits[i][j + 1] => true,
                (Some(b'*'), Some(_)) => fits[i][j + 1],
                (Some(_), Some(b'*')) => fits[i + 1][j],
                (Some(x), Some(y)) => x == y && fits[i + 1][j + 1],
                _ => false,
            };
        }
    }
    fits[0][0]
}

#[test]
fn patterns_overlap_where_some_text_fits_both() {
    for (a, b, expected) in [
        ("a*c", "ab*", true),
        ("a*c", "b*", false),
        ("x:*", "x:*:log-stream:*", true),
        ("arn:*:topic", "arn:aws:queue", false),
        ("", "*", true),
    ] {
        assert_eq!(overlap(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
    }
}

#[test]
fn every_action_takes_its_resources_and_conditions() {
    let config = Config::parse("guardian.yaml", CONFIG).unwrap();
    let lock = guardian_stack::lock::Lock::parse("guardian.lock", LOCK).unwrap();
    let resolved = config.resolve(&Overrides::default(), &OneForAll, Some(&lock)).unwrap();
    let templates = templates(&resolved.app, &BTreeMap::new()).unwrap();
    let all: Vec<&Value> = templates.files().map(|(_, synth)| synth.value()).collect();
    let host = Host::GitLab {
        url: "https://gitlab.com".into(),
        project: "acme/shop".into(),
        branch: "main".into(),
    };
    let mut statements = Vec::new();
    for exact in [false, true] {
        let subject = Subject {
            templates: &all,
            stack_name: &resolved.app.stack_name,
            bucket: "guardian-artifacts-${AWS::AccountId}-${AWS::Region}",
            exact,
        };
        collect(kit(&subject, &host, true).unwrap().template.value(), &mut statements);
    }
    all.iter().for_each(|template| collect(template, &mut statements));

    let actions: BTreeSet<&String> =
        statements.iter().flat_map(|statement| &statement.actions).collect();
    let mut script = Python::ready().unwrap().script("authorization.py");
    let output = script.args(&actions).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reference: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(reference.len() > 100, "{}", reference.len());

    let mut wrong = BTreeSet::new();
    for statement in &statements {
        for action in &statement.actions {
            let Some(known) = reference.get(action) else {
                if !NEWER.iter().any(|(newer, _)| newer == action) {
                    wrong.insert(format!("the reference has no {action}"));
                }
                continue;
            };
            let forms: Vec<Vec<u8>> = list(&known["resources"])
                .iter()
                .map(|arn| with_stars(arn.as_str().unwrap()))
                .collect();
            for resource in statement.resources.iter().filter(|resource| *resource != "*") {
                let text = with_stars(resource);
                let documented =
                    DOCUMENTED.iter().any(|(a, end)| a == action && resource.ends_with(end));
                if !documented && !forms.iter().any(|form| overlap(form, &text)) {
                    wrong.insert(format!("{action} does not take {resource}"));
                }
            }
            let keys: Vec<&str> =
                list(&known["conditions"]).iter().filter_map(|key| key.as_str()).collect();
            for key in statement.keys.iter().filter(|key| !key.starts_with("aws:")) {
                if !keys.contains(&key.as_str()) {
                    wrong.insert(format!("{action} has no condition key {key}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    let stale: Vec<_> =
        NEWER.iter().filter(|(action, _)| reference.contains_key(*action)).collect();
    assert!(stale.is_empty(), "the reference has these now: {stale:?}");
}
