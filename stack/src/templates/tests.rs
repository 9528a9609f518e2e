//! What the templates are, for small applications, and what holds for all.

use super::*;
use crate::app::{
    Actions, Alarm, Architecture, Comparison, Dashboard, EventBus, Fleet, Function, Grant, Guard,
    MachineType, Managed, Memory, Metric, MissingData, Mute, Notifications, Share, StackSet,
    Statistic, TOPIC, Topic, Watched,
};
use guardian_contract::{
    Aborted, DEPLOYMENT_DIMENSION, Declared, Routes, Scope, Semantics, Watch, alarm_name, env,
    overrun_metric,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn key(text: &str) -> MachineKey {
    MachineKey::new(text).unwrap()
}

pub(super) fn app() -> App {
    App {
        project: "shop".into(),
        env: "dev".into(),
        region: None,
        stack_name: "shop-dev-guardian".into(),
        stack_set: None,
        permissions_boundary: None,
        semantics: Semantics::LastFinished,
        aborted: Aborted::Red,
        schedule: "cron(0 */3 * * ? *)".into(),
        events: false,
        function: Function {
            name: "shop-dev-step-function-status-check".into(),
            architecture: Architecture::X86_64,
            memory_mb: 256,
            timeout_s: 30,
            log_retention_days: 30,
            publish: false,
            list_burst: None,
            list_refill: None,
        },
        log_prefix: crate::app::RECIPE_LOGS.into(),
        managed: Vec::new(),
        watched: Vec::new(),
        scope: Scope::default(),
        alarms: Vec::new(),
        watch: Watch::default(),
        guard: None,
        fleet: None,
        groups: BTreeMap::new(),
        memory: Some(Memory {
            kms_key: None,
            point_in_time_recovery: false,
            incident_days: 400,
            quota_share: 50,
        }),
        routes: Routes::default(),
        each: None,
        high_resolution: false,
        notifications: Notifications::default(),
        mute: Vec::new(),
        dashboard: Some(Dashboard {
            name: "StepFunctionStatusDashboard".into(),
            title: "Step Functions Last Execution Status".into(),
            widget: false,
            per_region: false,
        }),
        tags: BTreeMap::new(),
    }
}

fn managed(name: &str) -> Managed {
    Managed {
        key: key(name),
        machine_type: MachineType::Standard,
        definition: json!({
            "StartAt": "Greet",
            "States": {"Greet": {"Type": "Pass", "Comment": "${NoVariable}", "End": true}},
        })
        .to_string(),
        file: format!("definitions/{name}.json"),
        substitutions: BTreeMap::new(),
        log_level: "ALL".into(),
        log_execution_data: true,
        log_retention_days: 90,
        statements: Vec::new(),
        managed_policies: Vec::new(),
        tags: BTreeMap::new(),
    }
}

fn watched(name: &str) -> Watched {
    let key = MachineKey::of_machine(name).unwrap();
    Watched { key, name: name.into(), machine_type: MachineType::Standard, setting: None }
}

fn status_alarm(machine: &MachineKey, semantics: Semantics) -> Alarm {
    let original = semantics == Semantics::Original;
    Alarm {
        name: alarm_name(machine),
        machine: machine.clone(),
        metric: Metric::Status,
        statistic: Statistic::Maximum,
        period_s: if original { 3_600 } else { 60 },
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        threshold: 3.0,
        comparison: Comparison::GreaterThanOrEqualToThreshold,
        missing: if original { MissingData::Missing } else { MissingData::Ignore },
        actions: Actions::default(),
        description: None,
        setting: None,
    }
}

fn with_status_alarms(mut app: App) -> App {
    let keys = app.managed.iter().map(|m| &m.key).chain(app.watched.iter().map(|w| &w.key));
    app.alarms = keys.map(|k| status_alarm(k, app.semantics)).collect();
    app
}

fn fleet(names: impl IntoIterator<Item = String>) -> App {
    let managed = names.into_iter().map(|n| managed(&n)).collect();
    with_status_alarms(App { managed, ..app() })
}

fn made(app: &App) -> Templates {
    templates(app, &BTreeMap::new()).unwrap()
}

#[test]
fn the_recipe_under_its_own_semantics() {
    let managed = ["step1", "step2", "step3"].map(managed).to_vec();
    let app = App { semantics: Semantics::Original, memory: None, events: false, managed, ..app() };
    insta::assert_snapshot!(made(&with_status_alarms(app)).root.to_yaml());
}

#[test]
fn one_machine_with_everything_that_can_be_said_of_it() {
    let mut machine = managed("order-import");
    machine.statements = vec![json!({
        "Effect": "Allow", "Action": "lambda:InvokeFunction",
        "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:import",
    })];
    machine.managed_policies = vec!["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess".into()];
    machine.tags = BTreeMap::from([("Team".into(), "orders".into())]);
    machine.log_level = "ERROR".into();
    let mut app = with_status_alarms(App { managed: vec![machine], ..app() });
    app.function.architecture = Architecture::Arm64;
    app.function.list_burst = Some(50);
    app.function.list_refill = Some(2.5);
    app.scope.include = vec!["order-*".into()].into();
    app.scope.exclude = vec!["order-test-*".into()].into();
    app.aborted = Aborted::Ignore;
    app.events = true;
    app.alarms[0].actions = Actions {
        alarm: vec!["arn:aws:sns:eu-west-1:123456789012:pager".into()],
        ok: vec!["arn:aws:sns:eu-west-1:123456789012:pager".into()],
        insufficient_data: vec!["arn:aws:sns:eu-west-1:123456789012:mail".into()],
    };
    let slow = Alarm {
        name: "slow-import".into(),
        metric: Metric::ExecutionTime,
        statistic: Statistic::Average,
        period_s: 300,
        evaluation_periods: 3,
        datapoints_to_alarm: 2,
        threshold: 1_500.5,
        comparison: Comparison::GreaterThanThreshold,
        missing: MissingData::NotBreaching,
        actions: Actions::default(),
        ..app.alarms[0].clone()
    };
    app.alarms.push(slow);
    insta::assert_snapshot!(made(&app).root.to_yaml());
}

#[test]
fn an_express_machine_and_one_without_a_log() {
    let mut express = managed("quick");
    express.machine_type = MachineType::Express;
    let mut silent = managed("silent");
    silent.log_level = "OFF".into();
    let mut app = with_status_alarms(App { managed: vec![express, silent], ..app() });
    app.alarms[0].metric = Metric::ExecutionsFailed;
    app.alarms[0].statistic = Statistic::Sum;
    app.alarms[0].threshold = 1.0;
    app.dashboard = None;
    insta::assert_snapshot!(made(&app).root.to_yaml());
}

#[test]
fn machines_that_exist_already_get_alarms_only() {
    let mut app = App {
        watched: vec![watched("Billing_Nightly"), watched("invoices-step-function")],
        ..app()
    };
    app = with_status_alarms(app);
    app.alarms[1].metric = Metric::ExecutionsTimedOut;
    app.alarms[1].description = Some("Invoices hang. ${This} is no variable.".into());
    insta::assert_snapshot!(made(&app).root.to_yaml());
}

#[test]
fn past_one_template_the_machines_go_to_nested_stacks() {
    let fleet = fleet((0..120).map(|i| format!("m{i}")));
    let all = made(&fleet);
    assert_eq!(all.nested.len(), 1);
    let nested = &all.nested[0];
    assert_eq!(nested.logical_id, "Machines1");
    assert_eq!(nested.file_name, "machines1");
    let hash = ids::hash(nested.synth.to_json_min().as_bytes());
    assert_eq!(nested.s3_key, format!("guardian/templates/{hash}.json"));
    let root = all.root.value();
    let stack = root["Resources"]["Machines1"].to_string().replace(&hash, "HASH");
    insta::assert_snapshot!(stack);
    let body = root["Resources"]["Dashboard"]["Properties"]["DashboardBody"].to_string();
    assert!(body.contains("${M0StatusAlarm.Arn}") && body.contains("${Alarm}"), "{body}");
    assert!(body.contains("(1 of 2)") && body.contains("(2 of 2)"), "{body}");
    assert!(nested.synth.value()["Resources"]["M119Machine"].is_object());
}

#[test]
fn dashboards_of_one_account_have_the_region_in_their_names_where_there_are_several() {
    let mut app = fleet(["step1".to_owned()]);
    let name = |app: &App| {
        made(app).root.value()["Resources"]["Dashboard"]["Properties"]["DashboardName"].clone()
    };
    assert_eq!(name(&app), "StepFunctionStatusDashboard");
    app.dashboard.as_mut().unwrap().per_region = true;
    assert_eq!(name(&app), json!({"Fn::Sub": "StepFunctionStatusDashboard-${AWS::Region}"}));
    let root = made(&app).root;
    let outputs = &root.value()["Outputs"];
    assert_eq!(outputs["DashboardName"]["Value"], name(&app));
    let url = outputs["DashboardUrl"]["Value"]["Fn::Sub"].as_str().unwrap();
    assert!(url.ends_with("/StepFunctionStatusDashboard-${AWS::Region}"), "{url}");
}

#[test]
fn a_stack_that_outgrows_one_template_keeps_what_it_has_in_the_main_one() {
    let names = |count: usize| (0..count).map(|i| format!("m{i}"));
    let before = made(&fleet(names(110)));
    assert!(before.nested.is_empty() && before.root.resource_count() > 440);
    let after = templates(&fleet(names(120)), &before.assignment).unwrap();
    assert_eq!(after.nested.len(), 1);
    assert!(before.assignment.iter().all(|(key, stack)| after.assignment[key] == *stack));
    // The main template is kept below its limit for the nested stacks still to come.
    let mut fewer = fleet(names(120).filter(|n| n != "m119" && n != "m118"));
    fewer.managed.push(managed("new"));
    let last = templates(&with_status_alarms(fewer), &after.assignment).unwrap();
    assert_eq!(last.assignment[&key("new")], "Machines1");
    assert_eq!(last.assignment[&key("m117")], "Machines1");
}

#[test]
fn ten_thousand_machines_without_alarms_of_their_own_need_no_nested_stack() {
    let watched = (0..10_000).map(|n| watched(&format!("customer-invoices-{n:05}"))).collect();
    let app = App { watched, ..app() };
    let before = app.watched.iter().map(|one| (one.key.clone(), "Machines1".to_owned()));
    for previous in [BTreeMap::new(), before.collect()] {
        let templates = templates(&app, &previous).unwrap();
        assert!(templates.nested.iter().all(|nested| !nested.logical_id.starts_with("Machines")));
        assert!(templates.assignment.values().all(|stack| stack == ROOT));
    }
}

#[test]
fn the_function_is_told_what_the_configuration_says_and_nothing_twice() {
    let mut app = with_status_alarms(App { watched: vec![watched("a")], ..app() });
    let variables = |app: &App| variables(app).keys().cloned().collect::<Vec<_>>();
    let always = [
        env::DEPLOYMENT,
        env::SEMANTICS,
        env::ABORTED,
        env::TABLE,
        env::TICK_FAILURE_QUEUE_URL,
        "AWS_ENDPOINT_URL",
    ];
    assert_eq!(variables(&app), always);
    app.scope.exclude = vec!["x".into()].into();
    app.function.list_burst = Some(1);
    assert!(variables(&app).iter().any(|v| v == env::EXCLUDE));
    assert!(variables(&app).iter().any(|v| v == env::LIST_BURST));
}

#[test]
fn an_alarm_on_a_machine_that_is_not_there_is_refused() {
    let mut app = app();
    app.alarms = vec![status_alarm(&key("ghost"), Semantics::Original)];
    let said = templates(&app, &BTreeMap::new()).unwrap_err().to_string();
    assert!(said.contains("ghost") && said.contains("StepFunctionStatusAlarm-ghost"), "{said}");
}

#[test]
fn a_lock_file_with_a_stack_that_is_not_ours_is_refused() {
    let app = fleet(["a".to_owned()]);
    for stack in ["Other", "Machines0", "Machines01", "Machines"] {
        let previous = BTreeMap::from([(key("a"), stack.to_owned())]);
        let said = templates(&app, &previous).unwrap_err().to_string();
        assert!(said.contains(stack) && said.contains("lock file"), "{said}");
    }
}

#[test]
fn a_definition_that_fills_a_template_alone_gets_one_and_a_larger_one_is_refused() {
    let mut app = fleet(["small".to_owned(), "large".to_owned()]);
    app.managed[1].definition = json!({"Comment": "x".repeat(950_000)}).to_string();
    let all = made(&app);
    assert_eq!(all.assignment[&key("small")], ROOT);
    assert_eq!(all.assignment[&key("large")], "Machines1");
    app.managed[1].definition = json!({"Comment": "x".repeat(1_000_000)}).to_string();
    let error = templates(&app, &BTreeMap::new()).unwrap_err();
    assert!(matches!(error, TemplateError::MachineTooLarge { .. }), "{error}");
}

#[test]
fn a_definition_comes_out_of_its_template_as_it_went_in() {
    let mut app = fleet(["a".to_owned()]);
    app.managed[0].definition =
        json!({"${Key}": "\\${Value}", "Fn::Sub": ["${x}", "\u{e9}$"]}).to_string();
    let root = made(&app).root;
    let text = &root.value()["Resources"]["AMachine"]["Properties"]["DefinitionString"];
    let text = text.as_str().unwrap();
    assert!(!text.contains("${"), "{text}");
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(read(text), read(&app.managed[0].definition));
}

#[test]
fn no_description_is_longer_than_an_alarm_takes() {
    let name = "n".repeat(80);
    let mut app = with_status_alarms(App { watched: vec![watched(&name)], ..app() });
    for text in [None, Some("é".repeat(700)), Some("é".repeat(1_024)), Some("x".repeat(3_000))] {
        app.alarms[0].description = text;
        let root = made(&app).root;
        let (_, alarm) = root.value()["Resources"]
            .as_object()
            .unwrap()
            .iter()
            .find(|(_, r)| r["Type"] == "AWS::CloudWatch::Alarm")
            .unwrap();
        let description = &alarm["Properties"]["AlarmDescription"];
        let text = description["Fn::Sub"].as_str().or(description.as_str()).unwrap();
        let filled = text
            .replace("${AWS::Region}", "ap-southeast-99")
            .replace("${AWS::AccountId}", "123456789012")
            .replace("${AWS::Partition}", "aws-us-gov")
            .replace("${ConsoleDomain}", "console.amazonaws-us-gov.com");
        assert!(!filled.contains("${") && filled.chars().count() <= 1_024, "{filled}");
    }
}

/// Actions that take no resource, or none that is narrower [IAM service authorization reference].
const STAR_ONLY: &[&str] = &["states:ListStateMachines", "cloudwatch:PutMetricData"];

fn statements(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("Effect") && map.contains_key("Action") {
                found.push(value.clone());
            }
            map.values().for_each(|v| statements(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| statements(v, found)),
        _ => {}
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

#[test]
fn no_statement_allows_everything_where_aws_can_hold_less() {
    let mut app = fleet((0..130).map(|i| format!("m{i}")));
    app.events = true;
    app.notifications.topic = Some(Topic::Created);
    app.watch.defaults.incomplete = Some(true);
    let all = made(&app);
    let mut found = Vec::new();
    all.files().for_each(|(_, synth)| statements(synth.value(), &mut found));
    assert!(found.len() > 260);
    for statement in &found {
        let actions = texts(&statement["Action"]);
        if statement["Effect"] == "Deny" {
            continue;
        }
        assert!(actions.iter().all(|a| !a.contains('*')), "{statement}");
        let listed = |a: &String| {
            STAR_ONLY.contains(&a.as_str()) || machines::LOG_DELIVERY.contains(&a.as_str())
        };
        if texts(&statement["Resource"]).iter().any(|r| r == "*") {
            assert!(actions.iter().all(listed), "{statement}");
        }
        if let Some(service) = statement["Principal"]["Service"].as_str()
            && service != "lambda.amazonaws.com"
        {
            assert!(statement["Condition"].to_string().contains("aws:SourceArn"), "{statement}");
        }
        if actions.iter().any(|a| a == "cloudwatch:PutMetricData") {
            let namespace = &statement["Condition"]["StringEquals"]["cloudwatch:namespace"];
            assert_eq!(namespace, guardian_contract::NAMESPACE);
        }
    }
}

#[test]
fn the_function_may_read_only_the_machines_that_it_is_told_to_watch_while_their_names_fit() {
    let read = |app: &App| {
        let mut found = Vec::new();
        statements(made(app).root.value(), &mut found);
        let statement = found.into_iter().find(|s| s["Action"] == "states:ListExecutions").unwrap();
        texts(&statement["Resource"])
    };
    let mut app = app();
    assert!(read(&app)[0].ends_with(":stateMachine:*\"}"));
    app.scope.include = vec!["order-*".into(), "bill?".into()].into();
    let narrowed = read(&app);
    assert!(narrowed[0].contains(":stateMachine:order-*\"") && narrowed.len() == 2);
    app.scope.include = (0..100).map(|i| format!("m{i}")).collect::<Vec<_>>().into();
    assert_eq!(read(&app).len(), 1);
}

#[test]
fn the_event_pattern_names_the_machines_while_eventbridge_can_read_them() {
    let pattern = |include: &[&str]| {
        let mut app = App { events: true, ..app() };
        app.scope.include = include.iter().map(ToString::to_string).collect::<Vec<_>>().into();
        let root = made(&app).root;
        root.value()["Resources"]["HintRule"]["Properties"]["EventPattern"]["detail"].clone()
    };
    let machines = |include: &[&str]| {
        pattern(include)["stateMachineArn"]
            .as_array()
            .map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let named = machines(&["bill", "order-*"]).unwrap();
    assert!(named[0].starts_with("{\"Fn::Sub\"") && named[0].ends_with(":bill\"}"), "{named:?}");
    assert!(named[1].starts_with("{\"prefix\"") && named[1].ends_with(":order-\"}}"), "{named:?}");
    for include in [&[][..], &["a*b"], &["bill", "a?"], &["**"], &["x"; 40]] {
        assert_eq!(machines(include), None, "{include:?}");
    }
    let status = pattern(&[])["status"].clone();
    assert_eq!(status, json!(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]));
}

#[test]
fn a_batch_of_hints_has_time_to_be_tried_again_and_what_fails_is_kept() {
    let mut app = App { events: true, ..app() };
    app.function.timeout_s = 900;
    let root = made(&app).root;
    let queue = &root.value()["Resources"]["HintQueue"]["Properties"];
    let seconds = |key: &str| queue[key].as_u64().unwrap();
    assert!(seconds("VisibilityTimeout") > 6 * 900 && seconds("VisibilityTimeout") <= 43_200);
    let tries = queue["RedrivePolicy"]["maxReceiveCount"].as_u64().unwrap();
    assert!(tries >= 5 && tries * seconds("VisibilityTimeout") < seconds("MessageRetentionPeriod"));
    let failures = &root.value()["Resources"]["HintFailureQueue"]["Properties"];
    assert!(failures["MessageRetentionPeriod"].as_u64() > Some(86_400));
    let resources = made(&App { events: false, ..app }).root;
    assert!(!resources.to_json_min().contains("Hint"));
}

fn resources(synth: &guardian_cfn::Synth, of_type: &str) -> Vec<(String, Value)> {
    let all = synth.value()["Resources"].as_object().unwrap();
    let found = all.iter().filter(|(_, resource)| resource["Type"] == of_type);
    found.map(|(id, resource)| (id.clone(), resource.clone())).collect()
}

fn variables(app: &App) -> serde_json::Map<String, Value> {
    let root = made(app).root;
    let function = &root.value()["Resources"]["Function"]["Properties"];
    function["Environment"]["Variables"].as_object().unwrap().clone()
}

/// A machine that declares all that can be, with everything on that is off by default.
fn whole() -> App {
    let mut app = App { managed: vec![managed("nightly")], events: true, ..app() };
    app.scope.include = vec!["nightly-step-function".into()].into();
    app = with_status_alarms(app);
    let mark = |name: &str, metric, threshold| Alarm {
        name: format!("StepFunction{name}Alarm-nightly"),
        metric,
        threshold,
        comparison: Comparison::GreaterThanThreshold,
        ..app.alarms[0].clone()
    };
    let marks = [
        mark("Overdue", Metric::OverdueSeconds, 0.0),
        mark("Stuck", Metric::OldestRunningSeconds, 7_200.0),
        mark("Incomplete", Metric::IncompleteItems, 0.0),
    ];
    app.alarms.extend(marks);
    let tell = vec![TOPIC.to_owned()];
    let actions = Actions { alarm: tell.clone(), ok: tell, insufficient_data: Vec::new() };
    app.alarms.iter_mut().for_each(|alarm| alarm.actions = actions.clone());
    let declared = Declared {
        expect_every_s: Some(86_400),
        max_duration_s: Some(7_200),
        incomplete: Some(true),
        ..Declared::default()
    };
    app.watch.machines.insert(key("nightly"), declared);
    app.dashboard.as_mut().unwrap().widget = true;
    app.guard = Some(Guard { actions: actions.clone(), ..Guard::default() });
    app.fleet = Some(Fleet { actions });
    app.notifications = Notifications {
        topic: Some(Topic::Created),
        event_bus: Some(EventBus::Named("default".into())),
        key: None,
        email: vec!["oncall@example.com".into()],
        format: guardian_contract::Format::Chatbot,
        redact_cause: true,
    };
    app.mute = vec![Mute {
        name: "weekly".into(),
        machines: vec!["night*".into()],
        schedule: "cron(0 2 * * SUN)".into(),
        duration_s: 14_400,
        timezone: Some("Europe/Berlin".into()),
    }];
    app
}

#[test]
fn a_machine_that_declares_everything_with_all_that_can_be_switched_on() {
    let all = made(&whole());
    let files = all.files().map(|(name, synth)| {
        let text = synth.to_yaml();
        // The hashes of the nested templates are in the text.
        let hidden = all.nested.iter().fold(text, |text, n| text.replace(&n.s3_key, "KEY"));
        format!("# {name}\n{hidden}")
    });
    insta::assert_snapshot!(files.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_machine_that_is_stuck_by_what_its_runs_take_has_its_own_metric_and_the_same_alarm() {
    let mut app = whole();
    let stuck = |app: &App| {
        let root = made(app).root;
        let is = |(_, alarm): &(String, Value)| {
            alarm["Properties"]["AlarmName"] == "StepFunctionStuckAlarm-nightly"
        };
        let metadata = root.value()["Metadata"]["Guardian"]["machines"]["nightly"].clone();
        let found = resources(&root, "AWS::CloudWatch::Alarm").into_iter().find(is).unwrap();
        (found, metadata)
    };
    let ((id, _), marks) = stuck(&app);
    let declared = app.watch.machines.get_mut(&key("nightly")).unwrap();
    (declared.max_duration_s, declared.max_p99_percent) = (None, Some(250));
    let alarm = app.alarms.iter_mut().find(|a| a.metric == Metric::OldestRunningSeconds).unwrap();
    (alarm.metric, alarm.threshold) = (Metric::OverrunSeconds, 0.0);
    let ((same_id, alarm), same_marks) = stuck(&app);
    // Under another id CloudFormation would delete, with the old alarm, the new one of its name.
    assert_eq!((same_id, same_marks), (id, marks));
    let alarm = &alarm["Properties"];
    assert_eq!(alarm["MetricName"], overrun_metric(&key("nightly")));
    assert_eq!((&alarm["Threshold"], &alarm["Period"]), (&json!(0), &json!(60)));
    assert_eq!(alarm["ComparisonOperator"], "GreaterThanThreshold");
    assert_eq!(alarm["TreatMissingData"], "ignore");
    let shown = alarm["AlarmDescription"].to_string();
    assert!(shown.contains("more than 2.5 times the p99 duration"), "{shown}");
    let shown: Watch = serde_json::from_str(variables(&app)[env::WATCH].as_str().unwrap()).unwrap();
    assert_eq!(shown, app.watch);
}

#[test]
fn the_function_may_do_only_what_is_switched_on() {
    let allowed = |app: &App| {
        let mut found = Vec::new();
        statements(&resources(&made(app).root, "AWS::IAM::Role")[0].1, &mut found);
        found.iter().flat_map(|s| texts(&s["Action"])).collect::<Vec<_>>()
    };
    let further = [
        "sqs:ReceiveMessage",
        "states:ListMapRuns",
        "states:DescribeMapRun",
        "states:GetExecutionHistory",
        "states:DescribeExecution",
        "dynamodb:Query",
        "sns:Publish",
        "events:PutEvents",
    ];
    let recipe = App { semantics: Semantics::Original, memory: None, ..app() };
    let least = allowed(&recipe);
    assert!(further.iter().all(|action| !least.contains(&(*action).to_owned())), "{least:?}");
    let role = |app: App| allowed(&App { managed: Vec::new(), alarms: Vec::new(), ..app });
    let most = role(whole());
    assert!(further.iter().all(|action| most.contains(&(*action).to_owned())), "{most:?}");
    assert!(
        !most.contains(&"dynamodb:Scan".to_owned())
            && !most.contains(&"sqs:SendMessage*".to_owned())
    );
    let usual = role(app());
    assert!(usual.contains(&"states:GetExecutionHistory".to_owned()));
    for action in ["states:ListMapRuns", "states:ListTagsForResource", "sns:Publish"] {
        assert!(!usual.contains(&action.to_owned()), "{action}");
    }
    let routes = json!([{"tags": {"team": "pay"}, "topic": "arn:aws:sns:eu-west-1:1:pay"}]);
    let routed = App { routes: serde_json::from_value(routes).unwrap(), ..app() };
    let routed = role(routed);
    for action in ["states:ListTagsForResource", "sns:Publish"] {
        assert!(routed.contains(&action.to_owned()), "{action}");
    }
}

#[test]
fn the_function_may_put_its_own_events_on_that_bus_and_no_others() {
    let mut app = App { managed: Vec::new(), alarms: Vec::new(), ..app() };
    let shown = |app: &App| {
        let mut found = Vec::new();
        statements(&resources(&made(app).root, "AWS::IAM::Role")[0].1, &mut found);
        found.retain(|s| s["Action"] == "events:PutEvents");
        (found.pop(), variables(app).get(env::EVENT_BUS).cloned())
    };
    assert_eq!(shown(&app), (None, None));
    app.notifications.event_bus = Some(EventBus::Named("lights".into()));
    let (statement, bus) = shown(&app);
    let statement = statement.unwrap();
    let arn = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/lights";
    assert_eq!((&statement["Resource"]["Fn::Sub"], bus), (&json!(arn), Some(json!("lights"))));
    let condition = json!({"ForAllValues:StringEquals": {"events:source": "guardian"},
                           "StringEquals": {"events:detail-type":
                                            ["Guardian Light Change", "Guardian Drill"]}});
    assert_eq!(statement["Condition"], condition);
    let arn = "arn:aws:events:eu-west-1:123456789012:event-bus/central";
    app.notifications.event_bus = Some(EventBus::Arn(arn.into()));
    let (statement, bus) = shown(&app);
    assert_eq!((&statement.unwrap()["Resource"], bus), (&json!(arn), Some(json!(arn))));
}

#[test]
fn what_machines_declare_and_which_have_an_alarm_is_told_as_the_function_reads_it() {
    let app = whole();
    let shown = variables(&app)[env::WATCH].as_str().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Watch>(&shown).unwrap(), app.watch);
    assert_eq!(variables(&app)[env::GUARDED], "nightly");
    assert_eq!(variables(&app)[env::REDACT_CAUSE], "true");
    assert_eq!(variables(&app)[env::FORMAT], "chatbot");
    let two = App { guard: Some(Guard::default()), ..fleet(["b", "a"].map(str::to_owned)) };
    assert_eq!(variables(&two)[env::GUARDED], "a,b");
    assert!(made(&two).root.value()["Resources"]["UnguardedGuard"].is_object());
    assert!(!variables(&App { guard: None, ..two }).contains_key(env::GUARDED));
}

/// The function's settings, from its environment and from the file in its package.
fn shown(app: &App) -> BTreeMap<String, String> {
    let settings = made(app).settings;
    let file = settings.map(|file| serde_json::from_str(&file.text).unwrap());
    let mut all: BTreeMap<String, String> = file.unwrap_or_default();
    let texts = variables(app).into_iter().filter_map(|(n, v)| Some((n, v.as_str()?.to_owned())));
    all.extend(texts);
    all
}

#[test]
fn lists_that_do_not_fit_the_environment_are_in_the_package_and_their_hash_in_the_template() {
    let mut app = whole();
    assert_eq!(made(&app).settings, None);
    let few = shown(&app);
    let declared = app.watch.machines[&key("nightly")].clone();
    for number in 0..100 {
        app.watch.machines.insert(key(&format!("m{number}")), declared.clone());
    }
    let settings = made(&app).settings.unwrap();
    assert_eq!(variables(&app)[env::SETTINGS], settings.name.as_str());
    let length: usize =
        variables(&app).iter().map(|(name, value)| name.len() + value.to_string().len()).sum();
    assert!(length < 1_000, "{length}");
    let many = shown(&app);
    assert_eq!(serde_json::from_str::<Watch>(&many[env::WATCH]).unwrap(), app.watch);
    for (name, value) in few.iter().filter(|(name, _)| *name != env::WATCH) {
        assert_eq!(many[name], *value, "{name}");
    }
    let again = made(&app);
    assert_eq!(again.settings.as_ref(), Some(&settings));
    app.watch.machines.remove(&key("m7"));
    let other = made(&app);
    assert_ne!(other.settings.unwrap().name, settings.name);
    assert_ne!(other.root, again.root);
}

#[test]
fn the_heartbeat_waits_for_the_longest_time_between_two_sweeps_and_no_longer_than_it_may() {
    for (schedule, expected) in [
        ("rate(1 minute)", Some((60, 7))),
        ("rate(5 minutes)", Some((60, 11))),
        ("rate(1 hour)", Some((300, 14))),
        ("cron(0 */3 * * ? *)", Some((300, 38))),
        ("cron(0 3 * * ? *)", Some((3_600, 25))),
        ("cron(0 8-17 ? * MON-FRI *)", Some((3_600, 64))),
        ("rate(6 days)", Some((3_600, 145))),
        ("rate(7 days)", None),
        ("cron(0 0 1 * ? *)", None),
    ] {
        let app = App { schedule: schedule.into(), guard: Some(Guard::default()), ..app() };
        assert_eq!(guard::heartbeat(&app), expected, "{schedule}");
        let all = made(&app);
        let alarm = &all.root.value()["Resources"]["HeartbeatGuard"]["Properties"];
        match expected {
            Some((period, periods)) => {
                assert_eq!(
                    (&alarm["Period"], &alarm["EvaluationPeriods"]),
                    (&json!(period), &json!(periods))
                );
                assert_eq!(alarm["TreatMissingData"], "breaching");
                let whole = period * periods;
                assert!(whole <= if period < 3_600 { 86_400 } else { 604_800 });
            }
            None => assert!(all.warnings.iter().any(|w| w.contains("too rarely")), "{schedule}"),
        }
    }
}

#[test]
fn alarms_on_what_is_about_the_deployment_ask_for_it_as_the_function_is_told_it() {
    let app = whole();
    let root = made(&app).root;
    for id in ["HeartbeatGuard", "UnguardedGuard"] {
        let dimensions = &root.value()["Resources"][id]["Properties"]["Dimensions"];
        let shown = &variables(&app)[env::DEPLOYMENT];
        assert_eq!(*dimensions, json!([{"Name": DEPLOYMENT_DIMENSION, "Value": shown}]), "{id}");
    }
    let other = App { env: "other".into(), ..app.clone() };
    assert_ne!(variables(&other)[env::DEPLOYMENT], variables(&app)[env::DEPLOYMENT]);
}

#[test]
fn an_existing_topic_is_used_as_it_is() {
    let arn = "arn:aws:sns:eu-west-1:123456789012:pager";
    let mut app = whole();
    app.notifications.topic = Some(Topic::Existing(arn.into()));
    let root = made(&app).root;
    assert!(resources(&root, "AWS::SNS::Topic").is_empty());
    assert!(resources(&root, "AWS::SNS::TopicPolicy").is_empty());
    assert_eq!(resources(&root, "AWS::SNS::Subscription")[0].1["Properties"]["TopicArn"], arn);
    let alarms = resources(&root, "AWS::CloudWatch::Alarm");
    // Under a mute window the fleet's alarm acts for those that count.
    let counts = ["RedGuard", "LateGuard", "StuckGuard"];
    for (id, alarm) in &alarms {
        let expected = if counts.contains(&id.as_str()) { Value::Null } else { arn.into() };
        assert_eq!(alarm["Properties"]["AlarmActions"][0], expected, "{id}");
    }
    assert_eq!(alarms.iter().filter(|(id, _)| counts.contains(&id.as_str())).count(), 3);
}

#[test]
fn the_fleet_and_the_mute_rules_come_after_every_alarm_and_hold_each() {
    let mut app = App { events: true, ..fleet((0..250).map(|i| format!("m{i}"))) };
    app.fleet = Some(Fleet::default());
    app.mute = vec![
        Mute { name: "all".into(), machines: Vec::new(), ..whole().mute[0].clone() },
        Mute { name: "none".into(), machines: vec!["x*".into()], ..whole().mute[0].clone() },
    ];
    let all = made(&app);
    within_limits(&all);
    let nested = |id: &str| all.nested.iter().find(|n| n.logical_id == id).unwrap();
    let composites = resources(&nested("Fleet").synth, "AWS::CloudWatch::CompositeAlarm");
    let rules: Vec<String> =
        composites.iter().map(|(_, c)| c["Properties"]["AlarmRule"].to_string()).collect();
    for alarm in &app.alarms {
        let named = format!("\\\"{}\\\"", alarm.name);
        assert_eq!(rules.iter().filter(|rule| rule.contains(&named)).count(), 1, "{}", alarm.name);
    }
    let muted: usize = resources(&nested("Mutes").synth, "AWS::CloudWatch::AlarmMuteRule")
        .iter()
        .map(|(_, rule)| rule["Properties"]["MuteTargets"]["AlarmNames"].as_array().unwrap().len())
        .sum();
    assert_eq!(muted, 250);
    let root = all.root.value();
    let machines = all.nested.iter().filter(|n| n.logical_id.starts_with("Machines")).count();
    assert!(machines > 0);
    let here = resources(&all.root, "AWS::CloudWatch::Alarm").len();
    for id in ["Fleet", "Mutes"] {
        let after = root["Resources"][id]["DependsOn"].as_array().unwrap().len();
        assert_eq!(after, here + machines, "{id}");
    }
    assert!(all.warnings.iter().any(|w| w.contains("`none` matches no machine")));
    assert_eq!(root["Metadata"]["Guardian"]["fleet"], "GuardianFleet-shop-dev");
}

/// Settings of the function, from its environment and from the file of its package.
fn setting(templates: &Templates, name: &str) -> Option<String> {
    let function = &resources(&templates.root, "AWS::Lambda::Function")[0].1["Properties"];
    let own = function["Environment"]["Variables"][name].as_str().map(str::to_owned);
    own.or_else(|| {
        let file: Value = serde_json::from_str(&templates.settings.as_ref()?.text).unwrap();
        Some(file[name].as_str()?.to_owned())
    })
}

#[test]
fn under_a_mute_window_the_fleets_alarm_looks_at_counts_and_the_function_knows_the_windows() {
    let mut app = App { events: true, ..fleet((0..4).map(|i| format!("m{i}"))) };
    app.fleet = Some(Fleet::default());
    app.guard = Some(Guard::default());
    let rule = |app: &App| {
        let all = made(app);
        let fleet = all.nested.iter().find(|n| n.logical_id == "Fleet").unwrap();
        let alarms = resources(&fleet.synth, "AWS::CloudWatch::CompositeAlarm");
        alarms[0].1["Properties"]["AlarmRule"].as_str().unwrap().to_owned()
    };
    let names: Vec<String> = app.alarms.iter().map(|alarm| alarm.name.clone()).collect();
    assert!(names.iter().all(|name| rule(&app).contains(name.as_str())));
    app.mute = vec![Mute { machines: vec!["m1*".into()], ..whole().mute[0].clone() }];
    let muted = rule(&app);
    let counts = ["Red", "Late", "Stuck"].map(|what| format!("Guardian{what}-shop-dev"));
    for name in names.iter().chain(&counts) {
        assert_eq!(muted.contains(name.as_str()), !name.contains("-m1"), "{name}: {muted}");
    }
    // The alarm of each machine acts, so these do not.
    let all = made(&app);
    for (_, alarm) in resources(&all.root, "AWS::CloudWatch::Alarm") {
        let name = alarm["Properties"]["AlarmName"].as_str().unwrap();
        if counts.iter().any(|count| count == name) {
            assert!(alarm["Properties"].get("AlarmActions").is_none(), "{alarm}");
        }
    }
    let read = |all: &Templates| -> Vec<Mute> {
        serde_json::from_str(&setting(all, "GUARDIAN_MUTES").unwrap()).unwrap()
    };
    assert_eq!(read(&all), app.mute);
    // Without a table nothing counts, and the tree holds each alarm.
    let memory = app.memory.take();
    assert!(names.iter().all(|name| rule(&app).contains(name.as_str())));
    assert_eq!(setting(&made(&app), "GUARDIAN_MUTES"), None);
    // Ten thousand names in windows go into the package.
    app.memory = memory;
    app.mute[0].machines = (0..10_000).map(|i| format!("machine-{i}")).collect();
    let all = made(&app);
    within_limits(&all);
    assert!(all.settings.is_some());
    assert_eq!(read(&all), app.mute);
}

#[test]
fn a_group_has_alarms_on_red_machines_and_on_each_light_that_turns_red() {
    let mut app = fleet(["m1".to_owned()]);
    app.guard = Some(Guard::default());
    app.groups = [("pay & co".to_owned(), vec!["pay-*".to_owned()])].into();
    let root = made(&app).root;
    let of_group: Vec<(String, String)> = resources(&root, "AWS::CloudWatch::Alarm")
        .into_iter()
        .filter(|(_, alarm)| {
            let dimensions = alarm["Properties"]["Dimensions"].as_array().cloned();
            let dimensions = dimensions.unwrap_or_default();
            dimensions.iter().any(|one| one["Name"] == "Group" && one["Value"] == "pay & co")
        })
        .map(|(_, alarm)| {
            let text = |name: &str| alarm["Properties"][name].as_str().unwrap().to_owned();
            (text("AlarmName"), text("MetricName"))
        })
        .collect();
    let expected = [
        ("GuardianRed-pay & co-shop-dev", "Guardian_Red"),
        ("GuardianTurnedBad-pay & co-shop-dev", "Guardian_TurnedBad"),
    ];
    assert_eq!(of_group, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn the_function_may_drain_the_queue_of_failed_ticks_only_where_ticks_do() {
    let statement = |app: &App| {
        let root = made(app).root;
        let role = resources(&root, "AWS::IAM::Role")
            .into_iter()
            .find(|(id, _)| id == "FunctionRole")
            .unwrap()
            .1;
        let statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].clone();
        statements.as_array().unwrap().iter().find(|one| one["Sid"] == "TakeFailures").cloned()
    };
    let app = App { events: true, ..fleet(["m1".to_owned()]) };
    assert_eq!(statement(&App { memory: None, ..app.clone() }), None);
    let allowed = statement(&app).unwrap();
    assert_eq!(allowed["Action"], json!(["sqs:ReceiveMessage", "sqs:DeleteMessage"]));
    assert_eq!(allowed["Resource"], json!({"Fn::GetAtt": ["FailureQueue", "Arn"]}));
    let root = made(&app).root;
    let function = &resources(&root, "AWS::Lambda::Function")[0].1["Properties"];
    let url = &function["Environment"]["Variables"]["GUARDIAN_TICK_FAILURE_QUEUE_URL"];
    assert!(url.to_string().contains("FailureQueue"), "{url}");
    // Two batches at once: the least that Lambda takes.
    let mapping = &resources(&root, "AWS::Lambda::EventSourceMapping")[0].1["Properties"];
    assert_eq!(mapping["ScalingConfig"]["MaximumConcurrency"], 2);
}

#[test]
fn the_light_of_an_express_machine_is_the_sum_of_what_did_not_succeed() {
    let mut app = with_status_alarms(App { managed: vec![managed("quick")], ..app() });
    app.alarms[0].metric = Metric::Unsuccessful;
    app.alarms[0].statistic = Statistic::Sum;
    let metrics = |app: &App| {
        let root = made(app).root;
        let alarm = &resources(&root, "AWS::CloudWatch::Alarm")[0].1["Properties"];
        assert!(alarm.get("MetricName").is_none() && alarm.get("Period").is_none(), "{alarm}");
        alarm["Metrics"].as_array().unwrap().clone()
    };
    let all = metrics(&app);
    assert_eq!(all[0]["Expression"], "SUM([FILL(failed, 0), FILL(timedOut, 0), FILL(aborted, 0)])");
    let returned: Vec<bool> = all.iter().map(|m| m["ReturnData"] == true).collect();
    assert_eq!(returned, [true, false, false, false]);
    app.aborted = Aborted::Ignore;
    assert_eq!(metrics(&app)[0]["Expression"], "SUM([FILL(failed, 0), FILL(timedOut, 0)])");
}

#[test]
fn more_than_one_operation_can_change_is_a_warning() {
    assert!(made(&fleet(["a".to_owned()])).warnings.is_empty());
    let many = made(&fleet((0..700).map(|i| format!("m{i}"))));
    assert!(many.warnings.iter().any(|w| w.contains("2500")), "{:?}", many.warnings);
    assert!(many.warnings.iter().any(|w| w.contains("5,120")), "{:?}", many.warnings);
}

#[test]
fn ten_thousand_machines_keep_every_limit_even_with_the_longest_names() {
    let watched: Vec<Watched> = (0..10_000).map(|i| watched(&format!("{i:-<80}"))).collect();
    let mut app = with_status_alarms(App { watched, guard: Some(Guard::default()), ..app() });
    app.scope.include = app.watched.iter().map(|w| w.name.clone()).collect::<Vec<_>>().into();
    for machine in &app.watched {
        let declared = Declared { max_duration_s: Some(900), ..Declared::default() };
        app.watch.machines.insert(machine.key.clone(), declared);
    }
    let all = made(&app);
    within_limits(&all);
    let file: BTreeMap<String, String> =
        serde_json::from_str(&all.settings.as_ref().unwrap().text).unwrap();
    assert_eq!(file[env::INCLUDE].split(',').count(), 10_000);
    assert_eq!(file[env::GUARDED].split(',').count(), 10_000);
    assert_eq!(serde_json::from_str::<Watch>(&file[env::WATCH]).unwrap(), app.watch);
    assert!(all.nested.iter().any(|n| n.logical_id == "Dashboards2"));
}

fn within_limits(all: &Templates) {
    for (name, synth) in all.files() {
        assert!(synth.resource_count() <= 500, "{name}: {}", synth.resource_count());
        assert!(synth.fits_s3(), "{name}: {}", synth.body_size());
    }
}

fn any_fleet() -> impl Strategy<Value = App> {
    let machines = prop::collection::btree_map("[A-Za-z0-9._-]{1,12}", 0u8..4, 0..260);
    machines.prop_map(|machines| {
        let on = machines.len() % 2 == 0;
        let guard = on.then(Guard::default);
        let fleet = (machines.len() % 3 == 0).then(Fleet::default);
        let mut app = App { events: on, guard, fleet, ..app() };
        for (name, kind) in &machines {
            let managed = Managed { key: key(name), ..managed("x") };
            match kind {
                0 => app.watched.push(Watched { key: key(name), ..watched(name) }),
                _ => app.managed.push(managed),
            }
        }
        let mut app = with_status_alarms(app);
        let more: Vec<Alarm> = machines
            .iter()
            .filter(|(_, kind)| **kind == 3)
            .map(|(name, _)| Alarm {
                name: format!("Throttled-{name}"),
                metric: Metric::ExecutionThrottled,
                ..status_alarm(&key(name), Semantics::LastFinished)
            })
            .collect();
        app.alarms.extend(more);
        app
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_machines_make_templates_within_every_limit_and_the_same_ones_each_time(
        app in any_fleet(),
    ) {
        let all = made(&app);
        within_limits(&all);
        prop_assert_eq!(all.assignment.len(), app.managed.len() + app.watched.len());
        prop_assert_eq!(&made(&app), &all);
        // And what the lock file remembers is what is made again.
        prop_assert_eq!(&templates(&app, &all.assignment).unwrap().assignment, &all.assignment);
    }

    #[test]
    fn machines_that_come_and_go_move_no_other(
        before in any_fleet(), after in any_fleet(), kept in 0usize..260,
    ) {
        let first = made(&before);
        let mut next = after;
        next.managed.retain(|m| !first.assignment.contains_key(&m.key));
        next.watched.retain(|w| !first.assignment.contains_key(&w.key));
        next.managed.extend(before.managed.into_iter().take(kept));
        next.watched.extend(before.watched.into_iter().take(kept));
        let next = with_status_alarms(next);
        let second = templates(&next, &first.assignment).unwrap();
        within_limits(&second);
        for (key, stack) in &second.assignment {
            if let Some(was) = first.assignment.get(key) {
                prop_assert_eq!(stack, was);
            }
        }
    }
}

#[test]
fn every_role_has_the_boundary_that_is_asked_for() {
    let boundary_of = |text: &str| -> Vec<Value> {
        let mut app = app();
        app.managed = vec![managed("step1")];
        app.permissions_boundary = Some(text.into());
        let root = templates(&app, &BTreeMap::new()).unwrap().root;
        let resources = root.value()["Resources"].as_object().unwrap().values();
        let roles = resources.filter(|r| r["Type"] == "AWS::IAM::Role");
        roles.map(|r| r["Properties"]["PermissionsBoundary"].clone()).collect()
    };
    let arn = "arn:aws:iam::123456789012:policy/limits";
    assert_eq!(boundary_of(arn), [json!(arn), json!(arn)]);
    let sub = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/ci/a-${AWS::Region}";
    assert_eq!(boundary_of("ci/a-${AWS::Region}")[0], json!({"Fn::Sub": sub}));
}

fn in_set(app: App, grant: Grant) -> App {
    let set = StackSet {
        name: "shop-dev".into(),
        admin_region: "eu-west-1".into(),
        regions: vec!["eu-west-1".into()],
        grant,
        organization: None,
        failure_tolerance: Share::Count(0),
        max_concurrent: Share::Count(1),
        parallel_regions: false,
    };
    App { stack_set: Some(set), ..app }
}

#[test]
fn a_stack_set_finds_its_bucket_by_the_region_and_all_else_is_as_in_a_stack() {
    let grant = Grant::Accounts { accounts: vec![], admin_role: None, execution_role: None };
    let fleet = Fleet { actions: Actions::default() };
    let app = App {
        fleet: Some(fleet),
        ..with_status_alarms(App { managed: vec![managed("a")], ..app() })
    };
    let (stack, set) = (made(&app), made(&in_set(app.clone(), grant)));
    let code =
        |t: &Templates| t.root.value()["Resources"]["Function"]["Properties"]["Code"].clone();
    assert_eq!(code(&stack)["S3Bucket"], json!({"Ref": "ArtifactBucket"}));
    assert_eq!(code(&set)["S3Bucket"], json!({"Fn::Sub": "${ArtifactBucket}-${AWS::Region}"}));
    let url = set.root.value()["Resources"]["Fleet"]["Properties"]["TemplateURL"].to_string();
    let key = &set.nested[0].s3_key;
    assert!(key.starts_with("guardian/sets/eu-west-1/shop-dev/") && key.ends_with(".json"));
    assert!(url.contains(&format!("/${{ArtifactBucket}}-${{AWS::Region}}/{key}")), "{url}");
    let names = |t: &Templates| {
        t.root.value()["Resources"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&stack), names(&set));
}

#[test]
fn roles_that_make_no_nested_stacks_get_none() {
    let grant =
        Grant::Units { units: vec!["r-ab12".into()], auto_deployment: None, delegated: false };
    let app = with_status_alarms(App { managed: vec![managed("a")], ..app() });
    let plain = in_set(app.clone(), grant.clone());
    assert!(templates(&plain, &BTreeMap::new()).is_ok());
    let fleet = App { fleet: Some(Fleet { actions: Actions::default() }), ..plain };
    let error = templates(&fleet, &BTreeMap::new()).unwrap_err().to_string();
    assert!(error.contains("nested stacks (Fleet)") && error.contains("450 resources"), "{error}");
}

#[test]
fn the_function_may_use_the_topics_key_through_sns_only() {
    let mut app = whole();
    assert!(!made(&app).root.to_json().contains("kms:"));
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
    app.notifications.key = Some(key.into());
    let root = made(&app).root;
    let resources = &root.value()["Resources"];
    assert_eq!(resources["Topic"]["Properties"]["KmsMasterKeyId"], key);
    let statements = &resources["FunctionRole"]["Properties"]["Policies"][0]["PolicyDocument"];
    let statements = statements["Statement"].as_array().unwrap();
    let of_key = statements.iter().find(|statement| statement["Resource"] == key).unwrap();
    assert_eq!(of_key["Action"], json!(["kms:GenerateDataKey*", "kms:Decrypt"]));
    let through = json!({"Fn::Sub": "sns.eu-west-1.${AWS::URLSuffix}"});
    assert_eq!(of_key["Condition"]["StringEquals"]["kms:ViaService"], through);
}

#[test]
fn another_package_is_another_version_of_the_function() {
    let mut app = app();
    assert!(made(&app).root.value()["Resources"]["FunctionVersion"].is_null());
    app.function.publish = true;
    let root = made(&app).root;
    // A description cannot be updated: CloudFormation replaces the version.
    let properties = &root.value()["Resources"]["FunctionVersion"]["Properties"];
    assert_eq!(
        *properties,
        json!({"FunctionName": {"Ref": "Function"}, "Description": {"Ref": "PackageKey"}})
    );
}

#[test]
fn a_log_group_has_the_prefix_that_is_set_and_outlives_a_change_of_it() {
    let mut app = fleet(["a".to_owned()]);
    for prefix in [crate::app::RECIPE_LOGS, crate::app::VENDED_LOGS] {
        app.log_prefix = prefix.into();
        let root = made(&app).root;
        let group = &root.value()["Resources"]["AMachineLogGroup"];
        assert_eq!(group["Properties"]["LogGroupName"], format!("{prefix}a-step-function"));
        assert_eq!(group["UpdateReplacePolicy"], "Retain");
    }
    let many = |prefix: &str| {
        let mut app = fleet((0..60).map(|n| format!("m{n}")));
        app.log_prefix = prefix.into();
        made(&app).warnings.iter().any(|warning| warning.contains("logging.prefix"))
    };
    assert!(many(crate::app::RECIPE_LOGS) && !many(crate::app::VENDED_LOGS));
}

#[test]
fn everything_that_is_sent_is_ascii() {
    let mut app = whole();
    let definition = &mut app.managed[0].definition;
    *definition = definition.replacen('{', "{\"Comment\":\"R\u{e9}sum\u{e9} \u{1f600}\",", 1);
    app.alarms[0].description = Some("zu sp\u{e4}t".into());
    app.dashboard.as_mut().unwrap().title = "\u{dc}bersicht".into();
    let all = made(&app);
    for (name, synth) in all.files() {
        assert!(synth.to_json_min().is_ascii() && synth.to_yaml().is_ascii(), "{name}");
    }
    // Texts that are JSON themselves are ASCII before they are put into a template.
    let resources = &all.root.value()["Resources"];
    let body = &resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"];
    assert!(body.to_string().is_ascii() && body.to_string().contains("u00dcbersicht"));
}

#[test]
fn the_state_table_goes_with_the_stack_and_is_encrypted_and_restorable_if_asked() {
    let table = |app: &App| resources(&made(app).root, "AWS::DynamoDB::Table").pop();
    let (id, plain) = table(&app()).unwrap();
    assert_eq!(id, "StateTable");
    assert_eq!(
        (&plain["DeletionPolicy"], &plain["UpdateReplacePolicy"]),
        (&json!("Delete"), &json!("Delete"))
    );
    let properties = &plain["Properties"];
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(
        properties["TimeToLiveSpecification"],
        json!({"Enabled": true, "AttributeName": "expires"})
    );
    for absent in [
        "TableName",
        "StreamSpecification",
        "LocalSecondaryIndexes",
        "SSESpecification",
        "PointInTimeRecoverySpecification",
        "DeletionProtectionEnabled",
    ] {
        assert!(properties.get(absent).is_none(), "{absent}");
    }
    let mut own = app();
    let memory = own.memory.as_mut().unwrap();
    memory.kms_key = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
    memory.point_in_time_recovery = true;
    let (_, with) = table(&own).unwrap();
    assert_eq!(with["Properties"]["SSESpecification"]["SSEType"], "KMS");
    assert!(with["Properties"]["PointInTimeRecoverySpecification"].is_object());
    let recipe = App { semantics: Semantics::Original, memory: None, ..app() };
    assert_eq!(table(&recipe), None);
}

#[test]
fn a_stack_retains_nothing_that_it_created_when_it_is_deleted() {
    let mut nested = fleet((0..60).map(|n| format!("m{n}")));
    nested.groups.insert("all".into(), vec!["*".to_owned()]);
    let recipe = App { semantics: Semantics::Original, memory: None, events: false, ..whole() };
    let mut own_key = whole();
    let memory = own_key.memory.as_mut().unwrap();
    memory.kms_key = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
    memory.point_in_time_recovery = true;
    let mut kinds = BTreeSet::new();
    for app in [whole(), nested, recipe, own_key] {
        let all = made(&app);
        for (name, synth) in all.files() {
            for (id, resource) in synth.value()["Resources"].as_object().unwrap() {
                let kind = resource["Type"].as_str().unwrap();
                kinds.insert(kind.to_owned());
                let policy = resource.get("DeletionPolicy").unwrap_or(&Value::Null);
                assert!([json!(null), json!("Delete")].contains(policy), "{name} {id}: {policy}");
                // What an update replaces is not the stack's any more: only logs outlive that.
                let replaced = resource.get("UpdateReplacePolicy").unwrap_or(&Value::Null);
                let allowed = match kind {
                    "AWS::Logs::LogGroup" => json!("Retain"),
                    _ => json!("Delete"),
                };
                assert!(
                    *replaced == Value::Null || *replaced == allowed,
                    "{name} {id}: {replaced}"
                );
                for refuses in ["DeletionProtectionEnabled", "DeletionProtection"] {
                    let value = resource["Properties"].get(refuses);
                    assert!(value.is_none_or(|value| *value == json!(false)), "{name} {id}");
                }
            }
        }
    }
    // Those that CloudFormation keeps, snapshots or cannot delete while something is in them.
    let stays =
        ["AWS::S3::", "AWS::ECR::", "AWS::KMS::", "AWS::RDS::", "AWS::CloudFormation::Custom"];
    let kept = kinds.iter().filter(|kind| stays.iter().any(|stays| kind.starts_with(stays)));
    assert_eq!(kept.collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(kinds.contains("AWS::DynamoDB::Table") && kinds.contains("AWS::CloudFormation::Stack"));
}

#[test]
fn events_that_the_rule_cannot_deliver_raise_an_alarm_that_names_the_queues_policy() {
    let root = made(&whole()).root;
    let alarms = resources(&root, "AWS::CloudWatch::Alarm");
    let failed = alarms.iter().find(|(_, a)| a["Properties"]["MetricName"] == "FailedInvocations");
    let alarm = &failed.unwrap().1["Properties"];
    assert_eq!(alarm["Namespace"], "AWS/Events");
    assert_eq!(
        alarm["Dimensions"],
        json!([{"Name": "RuleName", "Value": {"Ref": "HintRule"}}]),
        "{alarm}"
    );
    assert!(alarm["AlarmDescription"].to_string().contains("queue's policy"), "{alarm}");
}

#[test]
fn a_tick_is_not_repeated_and_a_sweep_is() {
    let retries = |app: &App| {
        let root = made(app).root;
        let config = &root.value()["Resources"]["FunctionInvokeConfig"]["Properties"];
        let rule =
            &root.value()["Resources"]["Schedule"]["Properties"]["Targets"][0]["RetryPolicy"];
        (
            config["MaximumRetryAttempts"].clone(),
            config["MaximumEventAgeInSeconds"].clone(),
            rule["MaximumRetryAttempts"].clone(),
        )
    };
    assert_eq!(retries(&app()), (json!(0), json!(60), json!(0)));
    let recipe = App { semantics: Semantics::Original, memory: None, ..app() };
    assert_eq!(retries(&recipe), (json!(1), json!(3_600), json!(20)));
}

#[test]
fn machines_without_alarms_are_covered_by_those_over_all_of_them() {
    let guards = |app: &App| {
        let all = resources(&made(app).root, "AWS::CloudWatch::Alarm");
        let name = |alarm: &Value| alarm["Properties"]["AlarmName"].as_str().unwrap().to_owned();
        all.iter()
            .map(|(_, alarm)| name(alarm))
            .filter(|n| n.starts_with("Guardian"))
            .collect::<Vec<_>>()
    };
    let base = App {
        guard: Some(Guard::default()),
        events: true,
        managed: vec![managed("a"), managed("b")],
        ..app()
    };
    let all = with_status_alarms(base.clone());
    let covered = ["TurnedBad", "Late", "Stuck"].map(|what| format!("Guardian{what}-shop-dev"));
    assert!(covered.iter().all(|name| !guards(&all).contains(name)));
    for what in ["ReconcileLag", "Repaired", "Dropped", "Unsent", "Unusable", "EventDelivery"] {
        assert!(guards(&all).contains(&format!("Guardian{what}-shop-dev")), "{what}");
    }
    let none = App {
        each: Some(Vec::new()),
        groups: [("pay".to_owned(), vec!["pay-*".to_owned()])].into(),
        ..base
    };
    assert!(covered.iter().all(|name| guards(&none).contains(name)));
    assert!(guards(&none).contains(&"GuardianRed-pay-shop-dev".to_owned()));
    let variables = variables(&none);
    for what in ["Unread", "Unguarded"] {
        assert!(guards(&none).contains(&format!("Guardian{what}-shop-dev")), "{what}");
    }
    // Also while each known machine has alarms of its own: another may come to match a pattern.
    let chosen = App { each: Some(vec!["a".into(), "b".into()]), ..all };
    assert!(covered.iter().all(|name| guards(&chosen).contains(name)));
    assert_eq!((&variables[env::EACH], &variables[env::GUARDED]), (&json!(","), &json!(",")));
    assert_eq!(variables[env::GROUPS], r#"{"pay":["pay-*"]}"#);
}

#[test]
fn the_fleets_alarm_is_red_for_machines_without_alarms_of_their_own() {
    let mut app = App { guard: Some(Guard::default()), each: Some(Vec::new()), ..app() };
    app.managed = vec![managed("a")];
    assert!(made(&app).root.value()["Resources"]["RedGuard"].is_null());
    app.fleet = Some(Fleet::default());
    let all = made(&app);
    let fleet = all.nested.iter().find(|nested| nested.logical_id == "Fleet").unwrap();
    let rule = &fleet.synth.value()["Resources"]["Fleet"]["Properties"]["AlarmRule"];
    let names = ["Late", "Stuck", "Red"].map(|what| format!("ALARM(\"Guardian{what}-shop-dev\")"));
    assert_eq!(*rule, names.join(" OR "));
    let after = &all.root.value()["Resources"]["Fleet"]["DependsOn"];
    assert_eq!(*after, json!(["LateGuard", "StuckGuard", "RedGuard"]));
}

#[test]
fn the_dashboard_counts_the_machines_where_not_every_one_has_an_alarm_to_be_shown() {
    let body = |app: &App| {
        let root = made(app).root;
        root.value()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"].to_string()
    };
    let mut app = fleet(["a".to_owned()]);
    assert!(!body(&app).contains("Guardian_Red"));
    app.each = Some(vec!["a-step-function".into()]);
    for metric in ["Guardian_Red", "Guardian_Late", "Guardian_Stuck", "Guardian_Doubt"] {
        assert!(body(&app).contains(metric), "{metric}");
    }
}

#[test]
fn express_machines_take_no_room_in_the_event_pattern() {
    let machines = |include: &[&str]| {
        let mut app = App { events: true, ..app() };
        app.watched = vec![Watched { machine_type: MachineType::Express, ..watched("clicks") }];
        app.scope.include = include.iter().map(ToString::to_string).collect::<Vec<_>>().into();
        let pattern = resources(&made(&app).root, "AWS::Events::Rule").remove(0).1["Properties"]
            ["EventPattern"]["detail"]["stateMachineArn"]
            .clone();
        texts(&pattern).len()
    };
    assert_eq!((machines(&["clicks", "bill"]), machines(&["clicks"])), (1, 1));
}

#[test]
fn events_count_as_lost_from_as_many_repaired_lights_as_are_set() {
    let mut app = App { guard: Some(Guard::default()), ..app() };
    let threshold = |app: &App| {
        made(app).root.value()["Resources"]["RepairedGuard"]["Properties"]["Threshold"].clone()
    };
    assert_eq!(threshold(&app), 5);
    app.guard = Some(Guard { repaired: 20, ..Guard::default() });
    assert_eq!(threshold(&app), 20);
}

/// What the board's function is given.
fn of_board(app: &App) -> Value {
    made(app).root.value()["Resources"]["BoardFunction"]["Properties"].clone()
}

#[test]
fn the_board_is_a_second_function_that_may_only_read_the_table() {
    let mut app = whole();
    let actions = |app: &App| -> BTreeSet<String> {
        let mut found = Vec::new();
        statements(
            &made(app).root.value()["Resources"]["BoardReader"]["Properties"]["Policies"],
            &mut found,
        );
        found.iter().flat_map(|statement| texts(&statement["Action"])).collect()
    };
    let plain = ["dynamodb:Query", "logs:CreateLogStream", "logs:PutLogEvents"];
    assert_eq!(actions(&app), plain.map(str::to_owned).into());
    app.memory.as_mut().unwrap().kms_key = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
    let with_key = [&plain[..], &["kms:Decrypt", "kms:DescribeKey"]].concat();
    assert_eq!(actions(&app), with_key.into_iter().map(str::to_owned).collect());

    let (root, board) = (made(&app).root, of_board(&app));
    let function = &root.value()["Resources"]["Function"]["Properties"];
    for same in ["Architectures", "Runtime", "Handler", "Code"] {
        assert_eq!(board[same], function[same], "{same}");
    }
    assert!(board.get("ReservedConcurrentExecutions").is_none());
    let (of_board, of_function) = (&board["Environment"]["Variables"], variables(&app));
    assert_eq!((&of_board[env::ROLE], of_function.get(env::ROLE)), (&json!(env::BOARD), None));
    for same in [env::WATCH, env::MUTES, env::TABLE, "AWS_ENDPOINT_URL"] {
        assert_eq!(of_board[same], of_function[same], "{same}");
    }
    let windows: Vec<Mute> = serde_json::from_str(of_board[env::MUTES].as_str().unwrap()).unwrap();
    assert_eq!((windows[0].machines[0].as_str(), windows[0].duration_s), ("night*", 14_400));
    assert!(of_board.get(env::TOPIC_ARN).is_none());

    let policy = root.value()["Outputs"]["BoardViewerPolicy"]["Value"]["Fn::Sub"].clone();
    let policy: Value = serde_json::from_str(policy.as_str().unwrap()).unwrap();
    let allowed: Vec<_> =
        policy["Statement"].as_array().unwrap().iter().map(|s| &s["Action"]).collect();
    assert_eq!(allowed, ["lambda:InvokeFunction", "cloudwatch:GetDashboard"]);
    assert!(
        policy["Statement"][0]["Resource"].as_str().unwrap().ends_with(":function:shop-dev-board")
    );
    // An output's value [CloudFormation quotas, from memory].
    assert!(policy.to_string().len() < 1_024);
}

#[test]
fn the_board_is_at_the_top_of_the_dashboard_and_no_widget_lies_over_another() {
    let mut app = App { each: Some(Vec::new()), ..whole() };
    let widgets = |app: &App| -> Vec<Value> {
        let root = made(app).root;
        let body =
            &root.value()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"];
        let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
        body["widgets"].as_array().unwrap().clone()
    };
    let with = widgets(&app);
    assert_eq!((&with[0]["type"], &with[0]["y"]), (&json!("custom"), &json!(0)));
    assert_eq!(with[0]["properties"]["endpoint"], "${BoardFunction.Arn}");
    assert_eq!(with[0]["properties"]["updateOn"]["refresh"], true);
    let ends = |widget: &Value| widget["y"].as_u64().unwrap() + widget["height"].as_u64().unwrap();
    for pair in with.windows(2) {
        assert_eq!(ends(&pair[0]), pair[1]["y"].as_u64().unwrap());
    }
    app.dashboard.as_mut().unwrap().widget = false;
    let without = widgets(&app);
    assert_eq!(without.len() + 1, with.len());
    assert_eq!(without[0]["type"], "text");
}

#[test]
fn without_a_table_a_dashboard_or_the_switch_there_is_no_board() {
    let with_dashboard = |change: fn(&mut Dashboard)| {
        let mut app = whole();
        change(app.dashboard.as_mut().unwrap());
        app
    };
    let apps = [
        with_dashboard(|dashboard| dashboard.widget = false),
        App { dashboard: None, ..whole() },
        App { semantics: Semantics::Original, memory: None, ..whole() },
    ];
    for app in apps {
        let template = made(&app).root.to_json_min();
        assert!(!template.contains("Board"), "{template}");
    }
}

#[test]
fn settings_that_do_not_fit_the_environment_are_in_the_package_for_the_board_too() {
    let mut app = whole();
    let window = app.mute[0].clone();
    app.mute[0].machines = (0..400).map(|n| format!("machine-{n}")).collect();
    app.mute.push(window);
    let settings = made(&app).settings.unwrap();
    let board = of_board(&app)["Environment"]["Variables"].clone();
    assert_eq!(board[env::SETTINGS], settings.name.as_str());
    assert!(board.get(env::MUTES).is_none() && settings.text.contains(env::MUTES));
}
