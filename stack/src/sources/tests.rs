//! Every resource and every property leads back to something, and to the right thing.

use super::*;
use crate::app::App;
use crate::config::Override;
use crate::lock::Lock;
use crate::templates::{Templates, alarm_id, short_hash, stem, templates};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FULL: &str = "\
project: shop
env: dev
machines:
  managed:
    - step1
    - name: import
      type: EXPRESS
      definition: asl/import.yaml
      logging: { level: ERROR, retention_days: 30 }
      policy:
        - Effect: Allow
          Action: sqs:SendMessage
          Resource: arn:aws:sqs:eu-west-1:123456789012:one
        - Effect: Allow
          Action: [s3:GetObject]
          Resource: '*'
      managed_policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      tags: { team: data }
      alarms:
        - metric: ExecutionsTimedOut
          threshold: 2
  watched:
    - billing
    - orders-*
schedule: rate(10 minutes)
function:
  memory: 512
  list_burst: 50
alarms:
  prefix: Light-
  status:
    threshold: 4
  machines:
    billing:
      - metric: Status
        period: 120
        evaluation_periods: 2
        actions: { ok: [topic] }
watch:
  defaults: { max_duration: 2h }
  machines:
    step1: { expect_every: 1h }
    orders-a-step-function: { incomplete: alarm }
guard:
  actions: { alarm: [topic] }
fleet:
  enabled: true
notifications:
  create: true
  email: [a@example.com, b@example.com]
mute:
  - name: nightly
    machines: [step1]
    schedule: cron(0 2 * * *)
    duration: 1h
dashboard:
  title: Lights
permissions_boundary: team/Boundary
environments:
  prod:
    function: { memory: 1024 }
";
const LOCK: &str = "\
version: 1
environments:
  dev:
    patterns: [orders-*]
    machines:
      orders-a-step-function: { type: STANDARD, by: orders-* }
      orders-b: { type: STANDARD, by: orders-* }
  prod:
    patterns: [orders-*]
    machines:
      orders-a-step-function: { type: STANDARD, by: orders-* }
";
const IMPORT: &str = "\
StartAt: Pay now
States:
  Pay now:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage
    Next: Done
  Done:
    Type: Succeed
";
const HELLO: &str = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}"#;

/// Files in memory.
struct Memory(Vec<(&'static str, String)>);

impl Files for Memory {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        self.0.iter().find(|(name, _)| *name == relative).map(|(_, text)| Ok(text.clone()))
    }
}

fn memory() -> Memory {
    Memory(vec![("definitions/step1.json", HELLO.into()), ("asl/import.yaml", IMPORT.into())])
}

struct Project<F> {
    config: Config,
    text: String,
    overrides: Overrides,
    app: App,
    templates: Templates,
    lock: Option<String>,
    files: F,
}

impl<F: Files> Project<F> {
    fn of(text: &str, lock: Option<&str>, env: Option<&str>, files: F) -> Self {
        let config = Config::parse("guardian.yaml", text).unwrap_or_else(|p| panic!("{p}"));
        let env = env.map(|env| Override::new(env, "flag --env"));
        let overrides = Overrides { env, ..Overrides::default() };
        let read = lock.map(|text| Lock::parse(lock::FILE, text).unwrap());
        let resolved = config.resolve(&overrides, &files, read.as_ref());
        let app = resolved.unwrap_or_else(|p| panic!("{p}")).app;
        let templates = templates(&app, &BTreeMap::new()).unwrap();
        let lock = lock.map(str::to_owned);
        Self { config, text: text.to_owned(), overrides, app, templates, lock, files }
    }

    fn full() -> Project<Memory> {
        Project::of(FULL, Some(LOCK), None, memory())
    }

    fn sources(&self) -> Sources<'_> {
        let lock = self.lock.as_deref();
        Sources::new(&self.config, &self.overrides, &self.templates, lock, &self.files)
    }

    /// The line that a source names.
    fn line(&self, spot: &Spot) -> String {
        let text = match spot.file.as_str() {
            "guardian.yaml" => self.text.clone(),
            "guardian.lock" => self.lock.clone().unwrap(),
            other => self.files.read(other).unwrap().unwrap(),
        };
        assert!(text.get(spot.offset..spot.offset + spot.len).is_some(), "{spot:?}");
        text.lines().nth(spot.line - 1).unwrap().trim().to_owned()
    }
}

/// Names that lead into a value, each of them.
fn paths(value: &Value, at: &[String], found: &mut Vec<Vec<String>>) {
    if !at.is_empty() {
        found.push(at.to_vec());
    }
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inner {
        let mut at = at.to_vec();
        at.push(key);
        paths(value, &at, found);
    }
}

/// Asks after every resource and every property; answers how many there were.
fn ask_after_all<F: Files>(project: &Project<F>) -> usize {
    let sources = project.sources();
    let mut asked = 0;
    for (_, synth) in project.templates.files() {
        for (id, body) in synth.value()["Resources"].as_object().unwrap() {
            let mut found = vec![Vec::new()];
            paths(&body["Properties"], &[], &mut found);
            for path in found {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let source = sources.of(id, &path, "");
                let source = source.unwrap_or_else(|| panic!("{id} {path:?} comes from nowhere"));
                if let Some(spot) = source.spot() {
                    assert!(!project.line(spot).is_empty(), "{id} {path:?}: {source}");
                }
                asked += 1;
            }
        }
    }
    asked
}

struct Disk(std::path::PathBuf);

impl Files for Disk {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        std::fs::read_to_string(self.0.join(relative)).ok().map(Ok)
    }
}

/// The project of a directory.
fn on_disk(dir: &str) -> Project<Disk> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(dir);
    let text = std::fs::read_to_string(dir.join("guardian.yaml")).unwrap();
    Project::of(&text, None, None, Disk(dir))
}

const EXAMPLES: [&str; 2] = ["examples", "examples/recipe"];

#[test]
fn every_resource_has_an_origin_and_no_origin_is_without_its_resource() {
    let examples = EXAMPLES.map(|dir| on_disk(dir).templates);
    for templates in examples.iter().chain([&Project::<Memory>::full().templates]) {
        let ids = templates.files().flat_map(|(_, synth)| {
            synth.value()["Resources"].as_object().unwrap().keys().map(String::as_str)
        });
        let ids: BTreeSet<&str> = ids.collect();
        let recorded: BTreeSet<&str> = templates.origins().map(|(id, _)| id.as_str()).collect();
        let help = "give the resource's Origin to `Template::add` of templates/origins.rs";
        assert_eq!(recorded, ids, "{help}");
    }
}

#[test]
fn every_resource_and_property_of_the_examples_leads_back_to_what_made_it() {
    for dir in EXAMPLES {
        assert!(ask_after_all(&on_disk(dir)) > 100);
    }
}

#[test]
fn every_resource_and_property_of_a_project_that_sets_everything_leads_back() {
    let project = Project::<Memory>::full();
    let nested = project.templates.nested.iter().map(|n| n.logical_id.clone()).collect::<Vec<_>>();
    assert_eq!(nested, ["Fleet", "Mutes"]);
    assert!(ask_after_all(&project) > 500);
}

#[test]
fn machines_in_nested_stacks_lead_back_and_so_do_the_stacks() {
    let names: Vec<String> = (0..500).map(|n| format!("m{n}")).collect();
    let text = format!("project: shop\nmachines:\n  watched: [{}]\n", names.join(", "));
    let project = Project::of(&text, None, None, Memory(Vec::new()));
    assert!(!project.templates.nested.is_empty());
    ask_after_all(&project);
    let source = project.sources().of("M499StatusAlarm", &["Dimensions"], "");
    let shown = source.map(|source| source.to_string()).unwrap_or_default();
    assert!(shown.ends_with("(machines.watched[499])"), "{shown}");
}

/// The logical id of an alarm by its name.
fn alarm(app: &App, name: &str) -> String {
    let alarm = app.alarms.iter().find(|alarm| alarm.name == name);
    let alarm = alarm.unwrap_or_else(|| panic!("{name}: {:?}", app.alarms));
    alarm_id(&stem(&alarm.machine), alarm)
}

#[test]
fn each_property_leads_to_the_key_that_gave_it_or_would() {
    let project = Project::<Memory>::full();
    let sources = project.sources();
    let of = |name: &str| alarm(&project.app, name);
    let subscription = format!("Subscription{}", short_hash("b@example.com"));
    let table: Vec<(String, &str, &str, &str)> = vec![
        // The function and what belongs to it.
        ("Function".into(), "", "function", "function:"),
        ("Function".into(), "MemorySize", "function.memory", "memory: 512"),
        ("Function".into(), "Timeout", "function.timeout", "function:"),
        ("Function".into(), "FunctionName", "project", "project: shop"),
        (
            "Function".into(),
            "Environment/Variables/GUARDIAN_LIST_BURST",
            "function.list_burst",
            "list_burst: 50",
        ),
        ("Function".into(), "Runtime", "function", "function:"),
        (
            "FunctionRole".into(),
            "PermissionsBoundary",
            "permissions_boundary",
            "permissions_boundary: team/Boundary",
        ),
        ("FailureQueue".into(), "", "", ""),
        ("Schedule".into(), "ScheduleExpression", "schedule", "schedule: rate(10 minutes)"),
        ("HintQueue".into(), "", "events", ""),
        // Managed machines.
        ("Step1Machine".into(), "", "machines.managed[0]", "- step1"),
        ("Step1Machine".into(), "StateMachineType", "machines.managed[0].type", "- step1"),
        ("Step1Machine".into(), "DefinitionString", "the definition", HELLO),
        ("ImportMachine".into(), "StateMachineType", "machines.managed[1].type", "type: EXPRESS"),
        (
            "ImportMachine".into(),
            "LoggingConfiguration/Level",
            "machines.managed[1].logging.level",
            "logging: { level: ERROR, retention_days: 30 }",
        ),
        (
            "ImportMachineLogGroup".into(),
            "RetentionInDays",
            "machines.managed[1].logging.retention_days",
            "logging: { level: ERROR, retention_days: 30 }",
        ),
        (
            "ImportMachineRole".into(),
            "Policies/1/PolicyDocument/Statement/1/Action",
            "machines.managed[1].policy[1].Action",
            "Action: [s3:GetObject]",
        ),
        (
            "ImportMachineRole".into(),
            "ManagedPolicyArns/0",
            "machines.managed[1].managed_policies[0]",
            "managed_policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]",
        ),
        // Alarms: declared, by default, and on what is declared.
        (of("Light-step1"), "", "machines.managed[0]", "- step1"),
        (of("Light-step1"), "Threshold", "alarms.status.threshold", "threshold: 4"),
        (of("Light-step1"), "Period", "alarms.status.period", "- step1"),
        (of("Light-step1"), "AlarmName", "alarms.prefix", "prefix: Light-"),
        (of("Light-import"), "Metrics/0/Expression", "alarms.express", "- name: import"),
        (of("Light-import"), "Threshold", "alarms.machines.import", "- name: import"),
        (
            of("Light-import-ExecutionsTimedOut"),
            "Threshold",
            "machines.managed[1].alarms[0].threshold",
            "threshold: 2",
        ),
        (
            of("Light-import-ExecutionsTimedOut"),
            "Period",
            "machines.managed[1].alarms[0].period",
            "- metric: ExecutionsTimedOut",
        ),
        (of("Light-billing"), "Period", "alarms.machines.billing[0].period", "period: 120"),
        (of("Light-billing"), "Threshold", "alarms.status.threshold", "threshold: 4"),
        (
            of("Light-billing"),
            "OKActions/0",
            "alarms.machines.billing[0].actions.ok[0]",
            "actions: { ok: [topic] }",
        ),
        (of("Light-billing"), "Dimensions", "alarms.machines.billing[0]", "- metric: Status"),
        (
            of("Light-orders-b"),
            "",
            "environments.dev.machines.orders-b",
            "orders-b: { type: STANDARD, by: orders-* }",
        ),
        (
            of("Light-step1-overdue"),
            "",
            "watch.machines.step1.expect_every",
            "step1: { expect_every: 1h }",
        ),
        (
            of("Light-orders-a-stuck"),
            "Threshold",
            "watch.defaults.max_duration",
            "defaults: { max_duration: 2h }",
        ),
        (
            of("Light-orders-a-incomplete"),
            "",
            "environments.dev.machines.orders-a-step-function",
            "orders-a-step-function: { type: STANDARD, by: orders-* }",
        ),
        // What stands over them.
        ("HeartbeatGuard".into(), "Period", "schedule", "schedule: rate(10 minutes)"),
        (
            "ErrorsGuard".into(),
            "AlarmActions/0",
            "guard.actions.alarm[0]",
            "actions: { alarm: [topic] }",
        ),
        ("ErrorsGuard".into(), "Threshold", "guard", "guard:"),
        ("Fleet".into(), "", "fleet.enabled", "enabled: true"),
        ("Fleet".into(), "AlarmRule", "machines", "machines:"),
        (
            "Mute1Rule1".into(),
            "Rule/Schedule/Expression",
            "mute[0].schedule",
            "schedule: cron(0 2 * * *)",
        ),
        ("Mute1Rule1".into(), "", "mute[0]", "- name: nightly"),
        ("Dashboard".into(), "DashboardName", "dashboard.name", "dashboard:"),
        ("Topic".into(), "TopicName", "project", "project: shop"),
        ("Topic".into(), "", "notifications.create", "create: true"),
        (
            subscription,
            "Endpoint",
            "notifications.email[1]",
            "email: [a@example.com, b@example.com]",
        ),
    ];
    for (id, path, key, line) in table {
        let path: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let source = sources.of(&id, &path, "").unwrap_or_else(|| panic!("{id}"));
        let shown = match &source {
            Source::Written { key, .. } => key.clone(),
            Source::BuiltIn { key, .. } => key.clone().unwrap_or_default(),
        };
        let at = source.spot().map(|spot| project.line(spot)).unwrap_or_default();
        assert_eq!((shown.as_str(), at.as_str()), (key, line), "{id} {path:?}");
    }
    assert_eq!(sources.of("Nobody", &[], ""), None);
}

#[test]
fn what_step_functions_names_in_a_definition_is_found_in_its_file() {
    let project = Project::<Memory>::full();
    let reason = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource \
                  provided is not recognized. The value is not a valid resource ARN, or the \
                  resource is not available in this region. at /States/Pay now/Resource' (Service: \
                  AWSStepFunctions; Status Code: 400; Error Code: InvalidDefinition)";
    let source = project.sources().of("ImportMachine", &[], reason).unwrap();
    assert_eq!(source.to_string(), "from asl/import.yaml:5:15 (/States/Pay now/Resource)");
    let shown = |reason| project.sources().of("ImportMachine", &["DefinitionString"], reason);
    let target =
        shown("MISSING_TRANSITION_TARGET: Missing target at /States/Pay now/Next, and more");
    assert_eq!(target.unwrap().to_string(), "from asl/import.yaml:6:11 (/States/Pay now/Next)");
    let whole = shown("it is too long");
    assert_eq!(whole.unwrap().to_string(), "from asl/import.yaml:1:1 (the definition)");
}

#[test]
fn an_environments_own_line_comes_before_that_of_the_file() {
    let project = Project::of(FULL, Some(LOCK), Some("prod"), memory());
    let source = project.sources().of("Function", &["MemorySize"], "").unwrap();
    assert_eq!(source.to_string(), "from guardian.yaml:61:25 (function.memory)");
    let own = project.sources().of("FailureQueue", &["SqsManagedSseEnabled"], "").unwrap();
    assert_eq!(own.to_string(), "Guardian's own; no key changes it");
}

#[test]
fn an_alarm_on_the_usual_duration_leads_to_the_limit_that_asks_for_it() {
    let text = "project: shop\nmachines: { watched: [orders] }\nwatch:\n  machines:\n    orders: { \
                max_duration: 3 x p99 }\n";
    let project = Project::of(text, None, None, Memory(Vec::new()));
    let stuck = project.app.alarms.iter().find(|alarm| alarm.name.contains("tuck")).unwrap();
    let id = alarm(&project.app, &stuck.name);
    let source = project.sources().of(&id, &[], "").unwrap();
    assert_eq!(source.to_string(), "from guardian.yaml:5:29 (watch.machines.orders.max_duration)");
}

#[test]
fn a_machines_name_with_dots_is_one_key() {
    let text = "project: shop\nmachines: { watched: [orders.eu] }\nalarms:\n  machines:\n    \
                orders.eu:\n      - { metric: Status, period: 120 }\n";
    let project = Project::of(text, None, None, Memory(Vec::new()));
    let id = alarm(&project.app, &project.app.alarms[0].name);
    let source = project.sources().of(&id, &["Period"], "").unwrap();
    let from = "from guardian.yaml:6:35 (alarms.machines.orders.eu[0].period)";
    assert_eq!(source.to_string(), from);
}
