//! What a configuration means.

use super::*;
use crate::app::{
    Alarm, App, Architecture, AutoDeployment, EventBus, Grant, MachineType, Metric, MissingData,
    Share, Statistic,
};
use crate::lock::{Discovered, Lock, discover};
use guardian_contract::{Aborted, MachineKey, NotifyOn, Occasion, Semantics, alarm_name};
use proptest::prelude::*;
use std::collections::BTreeMap;

const HELLO: &str = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}"#;

/// Files in memory.
#[derive(Default)]
pub(super) struct Memory(BTreeMap<String, Result<String, String>>);

impl Memory {
    pub(super) fn with(names: &[&str]) -> Self {
        let file = |name: &&str| ((*name).to_owned(), Ok(HELLO.to_owned()));
        Self(names.iter().map(file).collect())
    }

    pub(super) fn put(&mut self, name: &str, text: Result<&str, &str>) {
        self.0.insert(name.to_owned(), text.map(str::to_owned).map_err(str::to_owned));
    }
}

impl Files for Memory {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        self.0.get(relative).cloned()
    }
}

fn recipe_files() -> Memory {
    Memory::with(&["definitions/step1.json", "definitions/step2.json", "definitions/step3.json"])
}

pub(super) fn env(name: &str) -> Overrides {
    Overrides { env: Some(Override::new(name, "flag --env")), ..Overrides::default() }
}

fn resolved(text: &str) -> Resolved {
    resolved_in(text, &Overrides::default())
}

fn resolved_in(text: &str, overrides: &Overrides) -> Resolved {
    let config = Config::parse(FILE, text).unwrap_or_else(|p| panic!("{p}"));
    config.resolve(overrides, &recipe_files(), None).unwrap_or_else(|p| panic!("{p}"))
}

fn app(text: &str) -> App {
    resolved(text).app
}

fn status_alarm<'a>(app: &'a App, key: &str) -> &'a Alarm {
    app.alarms.iter().find(|alarm| alarm.machine.as_str() == key).unwrap()
}

#[test]
fn one_line_is_the_published_recipe_with_the_better_semantics() {
    let app = app("project: shop\n");
    assert_eq!((app.env.as_str(), app.stack_name.as_str()), ("dev", "shop-dev"));
    assert_eq!(app.function.name, "shop-dev-step-function-status-check");
    assert_eq!((app.function.memory_mb, app.function.timeout_s), (256, 30));
    assert_eq!(app.function.architecture, Architecture::X86_64);
    assert_eq!(app.schedule, "rate(1 minute)");
    assert_eq!((app.semantics, app.aborted), (Semantics::LastFinished, Aborted::Red));
    let keys: Vec<&str> = app.managed.iter().map(|m| m.key.as_str()).collect();
    assert_eq!(keys, ["step1", "step2", "step3"]);
    let machine = &app.managed[0];
    assert_eq!((machine.log_level.as_str(), machine.log_execution_data), ("ALL", true));
    assert_eq!((machine.log_retention_days, machine.machine_type), (90, MachineType::Standard));
    assert_eq!(app.alarms.len(), 3);
    let dashboard = app.dashboard.as_ref().unwrap();
    assert_eq!(dashboard.name, "StepFunctionStatusDashboard");
    assert_eq!(dashboard.title, "Step Functions Last Execution Status");
    assert_eq!(
        *app.scope.include,
        ["step1-step-function", "step2-step-function", "step3-step-function"]
    );
}

#[test]
fn each_semantics_has_its_numbers_and_the_contracts_names() {
    let last = app("project: shop\n");
    let alarm = status_alarm(&last, "step1");
    assert_eq!(alarm.name, alarm_name(&MachineKey::new("step1").unwrap()));
    assert_eq!((alarm.period_s, alarm.evaluation_periods, alarm.threshold), (60, 1, 3.0));
    assert_eq!((alarm.statistic, alarm.missing), (Statistic::Maximum, MissingData::Ignore));
    let original = app("project: shop\nsemantics: original\n");
    let alarm = status_alarm(&original, "step1");
    assert_eq!((alarm.period_s, alarm.evaluation_periods, alarm.threshold), (3_600, 1, 3.0));
    assert_eq!((alarm.statistic, alarm.missing), (Statistic::Maximum, MissingData::Missing));
}

#[test]
fn what_is_run_as_a_proof_is_a_machine_with_two_inputs_of_any_shape() {
    let digits = "project: shop\nverify: { machine: step1, pass: { id: 12345678901234567890.10 }, \
                  fail: [] }\n";
    assert_eq!(resolved(digits).verify.unwrap().pass, r#"{"id":12345678901234567890.10}"#);
    let said = "project: shop\nverify: { machine: step1, pass: { ok: true }, fail: [] }\n";
    let verify = resolved(said).verify.unwrap();
    assert_eq!(verify.machine.as_str(), "step1");
    assert_eq!((verify.pass.as_str(), verify.fail.as_str()), (r#"{"ok":true}"#, "[]"));
    assert_eq!(resolved("project: shop\n").verify, None);
    for (section, problem) in [
        ("{ machine: step1, pass: 1 }", "`verify` has no `fail`"),
        ("{ machine: stepp1, pass: 1, fail: 2 }", "there is no machine `stepp1`"),
        ("{ machine: step1, pass: 1, fail: 2, run: 3 }", "run"),
    ] {
        let text = format!("project: shop\nverify: {section}\n");
        let config = Config::parse(FILE, &text);
        let end = config.and_then(|c| c.resolve(&Overrides::default(), &recipe_files(), None));
        let problems = end.unwrap_err().to_string();
        assert!(problems.contains(problem), "{problems}");
    }
}

#[test]
fn who_only_watches_creates_no_machine() {
    let app = app("project: shop\nmachines:\n  watched:\n    - billing\n");
    assert!(app.managed.is_empty());
    assert_eq!(app.watched[0].key.as_str(), "billing");
    assert_eq!(*app.scope.include, ["billing"]);
}

#[test]
fn an_environment_is_laid_over_the_file_maps_deeply_and_lists_whole() {
    let text = "\
project: shop
function: { memory: 512, timeout: 60 }
alarms: { actions: { alarm: ['arn:aws:sns:eu-west-1:123456789012:a'] } }
tags: { team: data }
environments:
  prod:
    function: { memory: 1024 }
    alarms: { actions: { alarm: [] } }
    tags: { cost: '7' }
    machines: { managed: [step1] }
";
    let prod = resolved_in(text, &env("prod")).app;
    assert_eq!((prod.function.memory_mb, prod.function.timeout_s), (1_024, 60));
    assert_eq!(prod.stack_name, "shop-prod");
    assert!(prod.alarms[0].actions.alarm.is_empty());
    assert_eq!(prod.tags.len(), 2);
    assert_eq!(prod.managed.len(), 1);
    let dev = resolved(text).app;
    assert_eq!((dev.function.memory_mb, dev.managed.len(), dev.tags.len()), (512, 3, 1));
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file_and_each_says_so() {
    let text = "\
project: shop
region: eu-west-1
environments:
  prod:
    region: us-east-1
";
    let origin = |resolved: &Resolved, path: &str| {
        let setting = resolved.origins.iter().find(|s| s.path == path).unwrap();
        format!("{} from {}", setting.value, setting.origin)
    };
    assert_eq!(origin(&resolved(text), "region"), "eu-west-1 from guardian.yaml:2");
    assert_eq!(origin(&resolved(text), "events"), "true from default");
    let prod = resolved_in(text, &env("prod"));
    assert_eq!(origin(&prod, "region"), "us-east-1 from guardian.yaml:5 (environments.prod)");
    assert_eq!(origin(&prod, "env"), "prod from flag --env");
    let mut overrides = env("prod");
    overrides.region = Some(Override::new("eu-north-1", "flag --region"));
    overrides.stack_name = Some(Override::new("mine", "env GUARDIAN_STACK_NAME"));
    let flagged = resolved_in(text, &overrides);
    assert_eq!(origin(&flagged, "region"), "eu-north-1 from flag --region");
    assert_eq!(origin(&flagged, "stack_name"), "mine from env GUARDIAN_STACK_NAME");
    assert_eq!(flagged.app.region.as_deref(), Some("eu-north-1"));
}

#[test]
fn an_express_machine_is_judged_by_its_metrics() {
    let app = app("\
project: shop
machines:
  managed:
    - { name: step1, type: EXPRESS }
");
    let alarm = status_alarm(&app, "step1");
    assert_eq!(alarm.name, "StepFunctionStatusAlarm-step1");
    assert_eq!((alarm.metric, alarm.statistic), (Metric::Unsuccessful, Statistic::Sum));
    assert_eq!((alarm.period_s, alarm.threshold), (300, 1.0));
    assert_eq!(alarm.missing, MissingData::NotBreaching);
}

#[test]
fn the_published_recipe_has_nothing_that_it_did_not_publish() {
    let app = app("project: shop\nsemantics: original\n");
    assert!(!app.events && app.guard.is_none() && app.fleet.is_none() && app.mute.is_empty());
    assert_eq!(app.watch, guardian_contract::Watch::default());
    assert_eq!(app.notifications, crate::app::Notifications::default());
    let ours = self::app("project: shop\n");
    assert!(ours.events && ours.guard.is_some() && ours.fleet.is_none());
}

fn alarms_of<'a>(app: &'a App, key: &str) -> Vec<(&'a str, Metric, f64)> {
    let alarms = app.alarms.iter().filter(|alarm| alarm.machine.as_str() == key);
    alarms.map(|alarm| (alarm.name.as_str(), alarm.metric, alarm.threshold)).collect()
}

#[test]
fn what_a_machine_declares_becomes_its_watch_and_its_alarms() {
    let app = app("\
project: shop
watch:
  defaults: { settle: 2m, max_duration: 1h }
  machines:
    step1: { expect_every: 1d, grace: 10m, incomplete: alarm }
    step2-step-function:
      schedules: ['rate(2 hours)', { expression: cron(0 3 * * ? *), timezone: Europe/Berlin }]
      max_duration: 90s
      renotify_every: 5
      notify_on: [recovered, every_success, late]
");
    let of = |key: &str| app.watch.of(&MachineKey::new(key).unwrap());
    let step1 = of("step1");
    assert_eq!((step1.expect_every_s, step1.grace_s), (Some(86_400), Some(600)));
    assert_eq!((step1.settle_s, step1.max_duration_s), (Some(120), Some(3_600)));
    assert_eq!(step1.incomplete, Some(true));
    let step2 = of("step2");
    assert_eq!((step2.max_duration_s, step2.renotify_every), (Some(90), Some(5)));
    let on = step2.notify_on();
    assert!(on.has(Occasion::Late) && on.has(Occasion::EverySuccess) && !on.has(Occasion::Red));
    assert_eq!(step1.notify_on(), NotifyOn::DEFAULT);
    assert_eq!(step2.schedules[1].timezone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(
        alarms_of(&app, "step1"),
        [
            ("StepFunctionStatusAlarm-step1", Metric::Status, 3.0),
            ("StepFunctionOverdueAlarm-step1", Metric::OverdueSeconds, 0.0),
            ("StepFunctionStuckAlarm-step1", Metric::OldestRunningSeconds, 3_600.0),
            ("StepFunctionIncompleteAlarm-step1", Metric::IncompleteItems, 0.0),
        ]
    );
    assert_eq!(alarms_of(&app, "step3").len(), 2);
    // Under the recipe's semantics only sweeps can report late and stuck machines.
    let recipe = "project: shop\nsemantics: original\nwatch: { defaults: { max_duration: 1h } }\n";
    assert_eq!(self::app(recipe).schedule, "rate(5 minutes)");
    assert_eq!(self::app("project: shop\nsemantics: original\n").schedule, "cron(0 */3 * * ? *)");
}

#[test]
fn a_limit_by_what_runs_usually_take_is_one_declaration_with_the_time() {
    let app = app("\
project: shop
watch:
  defaults: { max_duration: 3 x p99 }
  machines:
    step2: { max_duration: 90s }
");
    let of = |key: &str| app.watch.of(&MachineKey::new(key).unwrap());
    assert_eq!((of("step1").max_p99_percent, of("step1").max_duration_s), (Some(300), None));
    assert_eq!((of("step2").max_p99_percent, of("step2").max_duration_s), (None, Some(90)));
    let stuck = "StepFunctionStuckAlarm-step1";
    assert_eq!(alarms_of(&app, "step1")[1], (stuck, Metric::OverrunSeconds, 0.0));
    assert_eq!(alarms_of(&app, "step2")[1].1, Metric::OldestRunningSeconds);
    let own = "project: shop\nwatch: { defaults: { max_duration: 1h }, machines: { step1: { \
               max_duration: 1.5x p99 } } }\n";
    let app = self::app(own);
    let step1 = app.watch.of(&MachineKey::new("step1").unwrap());
    assert_eq!((step1.max_p99_percent, step1.max_duration_s), (Some(150), None));
}

#[test]
fn what_a_watched_machines_definition_says_is_not_known_and_that_is_told() {
    let text = "project: p\nmachines: { watched: [billing, timed, usual] }\nwatch: { defaults: { \
                max_duration: definition }, machines: { timed: { max_duration: 2h }, usual: { \
                max_duration: 3 x p99 } } }\n";
    let resolved = resolved(text);
    let reported: Vec<String> = resolved.warnings.iter().map(ToString::to_string).collect();
    let reported: Vec<&String> =
        reported.iter().filter(|text| text.contains("never stuck")).collect();
    assert!(reported.len() == 1 && reported[0].contains("`billing`:"), "{reported:?}");
    assert_eq!(alarms_of(&resolved.app, "billing").len(), 1);
    assert_eq!(alarms_of(&resolved.app, "usual")[1].1, Metric::OverrunSeconds);
}

#[test]
fn the_time_of_a_definition_is_how_long_its_runs_may_take() {
    let timed = r#"{"StartAt": "A", "TimeoutSeconds": 300, "States": {"A": {"Type": "Succeed"}}}"#;
    let mut files = Memory::with(&["definitions/b.json"]);
    files.put("definitions/a.json", Ok(timed));
    let text = "project: p\nmachines: { managed: [a, b] }\nwatch: { defaults: { max_duration: \
                definition } }\n";
    let config = Config::parse(FILE, text).unwrap();
    let Resolved { app, warnings, .. } =
        config.resolve(&Overrides::default(), &files, None).unwrap();
    assert_eq!(alarms_of(&app, "a")[1].2, 300.0);
    // `b` has no limit, which is reported: its alarm would silently be missing.
    assert_eq!(alarms_of(&app, "b").len(), 1);
    let reported: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let reported: Vec<&String> =
        reported.iter().filter(|text| text.contains("TimeoutSeconds")).collect();
    assert!(
        reported.len() == 1 && reported[0].contains("`b`") && !reported[0].contains("`a`"),
        "{reported:?}"
    );
}

#[test]
fn what_starts_a_machine_by_the_clock_is_taken_from_the_lock() {
    use crate::lock::{Locked, StartedBy};
    let text = "project: p\nmachines: { watched: [nightly, other] }\nwatch: { defaults: { \
                schedules: auto, expect_every: 1d } }\n";
    let config = Config::parse(FILE, text).unwrap();
    assert!(config.wanted(&Overrides::default()).unwrap().schedules);
    let started = StartedBy {
        by: "schedule night".into(),
        expression: "cron(0 3 * * ? *)".into(),
        timezone: None,
        window_minutes: Some(30),
    };
    let schedules = Some(BTreeMap::from([("nightly".to_owned(), vec![started])]));
    let locked = Locked { schedules, ..Locked::default() };
    let mut lock = Lock::default();
    lock.environments.insert("dev".to_owned(), locked);
    let text = lock.to_text().unwrap();
    assert_eq!(Lock::parse(crate::lock::FILE, &text).unwrap(), lock);
    let resolved = config.resolve(&Overrides::default(), &Memory::default(), Some(&lock)).unwrap();
    let of = |key: &str| resolved.app.watch.of(&MachineKey::new(key).unwrap());
    assert_eq!(of("nightly").schedules[0].expression, "cron(0 3 * * ? *)");
    // The window is added to the grace, if there is one.
    assert_eq!((of("nightly").window_s, of("nightly").grace_s), (Some(1_800), None));
    assert_eq!((of("other").expect_every_s, of("other").schedules.len()), (Some(86_400), 0));
    let unknown = config.resolve(&Overrides::default(), &Memory::default(), None).unwrap_err();
    assert!(unknown.to_string().contains("the schedules that start the machines"), "{unknown}");
}

#[test]
fn a_found_schedule_that_the_function_cannot_evaluate_is_warned_of() {
    let text = "project: p\nmachines: { watched: [report] }\n\
                watch: { machines: { report: { schedules: auto } } }\n";
    let started = |expression: &str, timezone: &str| crate::lock::StartedBy {
        by: "schedule nightly".to_owned(),
        expression: expression.to_owned(),
        timezone: Some(timezone.to_owned()),
        window_minutes: None,
    };
    let warned = |expression: &str, timezone: &str| {
        let found = vec![started(expression, timezone)];
        let schedules = BTreeMap::from([("report".to_owned(), found)]);
        let locked = crate::lock::Locked { schedules: Some(schedules), ..Default::default() };
        let mut lock = Lock::default();
        lock.environments.insert("dev".to_owned(), locked);
        let config = Config::parse(FILE, text).unwrap();
        config.resolve(&Overrides::default(), &Memory::default(), Some(&lock)).unwrap().warnings
    };
    assert_eq!(warned("cron(0 3 ? * fri-mon *)", "Europe/Berlin"), []);
    assert_eq!(
        warned("cron(0 3 * * ? *)", "Mars/Olympus")[0].message,
        "the function cannot evaluate the schedule nightly of `report`: there is no time zone \
         `Mars/Olympus`"
    );
    assert!(warned("cron(0 3 ? * 9 *)", "UTC")[0].message.contains("`9` is out of range"));
}

#[test]
fn names_of_every_allowed_character_are_watched_and_any_name_can_be_left_out() {
    let app = app("project: p\nmachines:\n  watched: ['pay@v2', 'pay+x', 'pay(old)', 'pay=1', \
                   \"pay'x\", 'pay!']\n  exclude: ['pay@v1', payé]\n");
    let watched: Vec<&str> = app.watched.iter().map(|machine| machine.name.as_str()).collect();
    assert_eq!(watched, ["pay!", "pay'x", "pay(old)", "pay+x", "pay=1", "pay@v2"]);
    assert_eq!(*app.scope.exclude, ["pay@v1", "payé"]);
    assert!(app.scope.covers("pay(old)") && !app.scope.covers("payé"));
    assert_eq!(status_alarm(&app, "pay@v2").name, "StepFunctionStatusAlarm-pay@v2");
}

#[test]
fn sweeps_that_come_too_rarely_for_what_is_declared_are_doubted() {
    let text = |schedule: &str| {
        format!(
            "project: shop\nsemantics: original\nschedule: {schedule}\nwatch: {{ defaults: {{ max_duration: 1h }} }}\n"
        )
    };
    let warnings = resolved(&text("rate(1 hour)")).warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.contains("apart"), "{}", warnings[0]);
    assert!(resolved(&text("rate(30 minutes)")).warnings.is_empty());
}

#[test]
fn alarms_that_nobody_else_tells_of_go_to_the_topic_unless_actions_are_named() {
    let text = "project: shop\nnotifications: { create: true }\nwatch: { defaults: { \
                max_duration: 1h } }\n";
    let topic = ["topic".to_owned()];
    let app = self::app(text);
    assert_eq!(app.alarms[1].actions.alarm, topic);
    assert!(app.alarms[0].actions.alarm.is_empty());
    assert_eq!(app.guard.unwrap().actions.alarm, topic);
    let arn = "arn:aws:sns:eu-west-1:123456789012:pager";
    let named = self::app(&format!("{text}alarms: {{ actions: {{ alarm: [topic, '{arn}'] }} }}\n"));
    assert_eq!(named.alarms[0].actions.alarm, ["topic", arn]);
    assert_eq!(named.guard.unwrap().actions.alarm, ["topic", arn]);
}

#[test]
fn a_bus_is_a_name_or_an_arn_and_gets_nothing_under_original() {
    for (text, bus) in [
        ("default", EventBus::Named("default".into())),
        (
            "arn:aws:events:eu-west-1:123456789012:event-bus/a.b",
            EventBus::Arn("arn:aws:events:eu-west-1:123456789012:event-bus/a.b".into()),
        ),
    ] {
        let text = format!("project: shop\nnotifications: {{ event_bus: '{text}' }}\n");
        let app = self::app(&text);
        assert_eq!((app.notifications.event_bus, app.notifications.topic), (Some(bus), None));
        // No alarm acts on a bus.
        assert!(app.guard.unwrap().actions.alarm.is_empty());
        let idle = resolved(&format!("{text}semantics: original\n")).warnings;
        assert!(idle.len() == 1 && idle[0].message.contains("receives nothing"), "{idle:?}");
    }
}

#[test]
fn mute_windows_are_read() {
    let app = app("\
project: shop
mute:
  - { name: night, schedule: cron(0 2 * * *), duration: 90m }
  - { name: move, schedule: 'at(2027-01-31T02:00)', duration: 1d, machines: ['step*'], timezone: UTC }
");
    let windows: Vec<(&str, u32)> =
        app.mute.iter().map(|mute| (mute.name.as_str(), mute.duration_s)).collect();
    assert_eq!(windows, [("night", 5_400), ("move", 86_400)]);
    assert_eq!(app.mute[1].machines, ["step*"]);
}

#[test]
fn a_machine_has_as_many_alarms_as_are_declared_and_its_status_alarm_may_be_changed() {
    let app = app("\
project: shop
machines:
  managed:
    - name: step1
      alarms:
        - { metric: Status, period: 300, evaluation_periods: 3 }
        - { metric: ExecutionTime, threshold: 60000, name: slow }
    - step2
alarms:
  prefix: Shop-
  machines:
    step2: [{ metric: ExecutionsTimedOut, description: Call somebody. }]
");
    let names: Vec<&str> = app.alarms.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(
        names,
        ["Shop-step1", "Shop-step1-slow", "Shop-step2", "Shop-step2-ExecutionsTimedOut"]
    );
    let changed = &app.alarms[0];
    assert_eq!((changed.period_s, changed.evaluation_periods), (300, 3));
    assert_eq!((changed.datapoints_to_alarm, changed.threshold), (3, 3.0));
    assert_eq!(app.alarms[1].threshold, 60_000.0);
    assert_eq!(app.alarms[3].description.as_deref(), Some("Call somebody."));
    assert_eq!((app.alarms[3].statistic, app.alarms[3].threshold), (Statistic::Sum, 1.0));
}

const PATTERNS: &str = "\
project: shop
machines:
  managed: [step1]
  watched:
    - billing
    - batch-*
    - tag: { team: data, stage: }
  exclude: ['*-test']
";

fn machine(name: &str, machine_type: MachineType, tags: &[(&str, &str)]) -> Discovered {
    let tags = tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Discovered { name: name.to_owned(), machine_type, tags }
}

#[test]
fn patterns_become_the_machines_of_the_lock() {
    let config = Config::parse(FILE, PATTERNS).unwrap();
    let wanted = config.wanted(&Overrides::default()).unwrap();
    let found = [
        machine("batch-a", MachineType::Standard, &[]),
        machine("batch-a-test", MachineType::Standard, &[]),
        machine("billing", MachineType::Express, &[]),
        machine("load", MachineType::Standard, &[("team", "data"), ("stage", "x")]),
        machine("other", MachineType::Standard, &[("team", "data")]),
        machine("step1-step-function", MachineType::Standard, &[("team", "data"), ("stage", "")]),
    ];
    let discovery = discover(&wanted, Some("eu-west-1"), &found, None).unwrap();
    let mut lock = Lock::default();
    lock.environments.insert("dev".to_owned(), discovery.locked);
    let app = config.resolve(&Overrides::default(), &recipe_files(), Some(&lock)).unwrap().app;
    let names: Vec<&str> = app.watched.iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["batch-a", "billing", "load"]);
    assert_eq!(app.watched[1].machine_type, MachineType::Express);
    assert_eq!(*app.scope.include, ["step1-step-function", "billing", "batch-*", "load"]);
    assert_eq!(*app.scope.exclude, ["*-test"]);
    assert_eq!(app.alarms.len(), 4);
}

#[test]
fn the_function_looks_at_the_listed_machines_however_many_and_at_none_where_nobody_has_the_tags() {
    let names: Vec<String> = (0..60).map(|n| format!("    - {}{n}\n", "m".repeat(60))).collect();
    let listed = resolved(&format!("project: shop\nmachines:\n  watched:\n{}", names.concat()));
    assert_eq!((listed.app.watched.len(), listed.app.scope.include.len()), (60, 60));
    assert!(listed.warnings.is_empty(), "{:?}", listed.warnings);

    let text = "project: shop\nmachines: { watched: [tag: { team: nobody }] }\n";
    let config = Config::parse(FILE, text).unwrap();
    let wanted = config.wanted(&Overrides::default()).unwrap();
    let mut lock = Lock::default();
    let nothing = discover(&wanted, Some("eu-west-1"), &[], None).unwrap();
    lock.environments.insert("dev".to_owned(), nothing.locked);
    let app = config.resolve(&Overrides::default(), &recipe_files(), Some(&lock)).unwrap().app;
    assert!(!app.scope.covers("anything"));
}

#[test]
fn a_sweep_that_outlives_its_function_is_told() {
    let names = |count: usize| {
        let lines: Vec<String> = (0..count).map(|n| format!("    - m{n}\n")).collect();
        format!("project: shop\nsemantics: original\nmachines:\n  watched:\n{}", lines.concat())
    };
    let with_table = names(10_000).replace("semantics: original\n", "");
    let with_table = self::resolved(&with_table).warnings;
    assert!(with_table.is_empty(), "{with_table:?}");
    let resolved = resolved(&names(1_000));
    let reported = resolved.warnings.iter().find(|w| w.message.contains("takes 160 s")).unwrap();
    assert!(reported.help.as_ref().unwrap().contains("170"));
    let config = Config::parse(FILE, &names(4_701)).unwrap();
    let problems = config.resolve(&Overrides::default(), &recipe_files(), None).unwrap_err();
    assert!(problems.to_string().contains("a function may run 900 s"), "{problems}");
}

#[test]
fn a_setting_without_effect_is_doubted() {
    let resolved = resolved("project: shop\nsemantics: original\naborted: ignore\n");
    assert_eq!(resolved.warnings[0].line, 3);
    assert!(resolved.warnings[0].message.contains("means nothing under `original`"));
}

#[test]
fn lists_are_shown_with_their_origin_as_they_are_written() {
    let config = Config::parse(FILE, PATTERNS).unwrap();
    let origins = config.origins(&Overrides::default()).unwrap();
    let shown = |path: &str| {
        let setting = origins.iter().find(|setting| setting.path == path).unwrap();
        format!("{} from {}", setting.value, setting.origin)
    };
    assert_eq!(shown("machines.exclude"), r#"["*-test"] from guardian.yaml:8"#);
    assert_eq!(shown("machines.managed"), r#"["step1"] from guardian.yaml:3"#);
    assert_eq!(
        shown("machines.watched"),
        r#"["billing","batch-*","tag stage=*, team=data"] from guardian.yaml:5"#
    );
}

#[test]
fn a_region_with_a_typing_slip_is_doubted_and_used() {
    let resolved = resolved("project: shop\nregion: eu-wset-1\n");
    assert_eq!(resolved.app.region.as_deref(), Some("eu-wset-1"));
    assert_eq!(resolved.warnings[0].line, 2);
    assert!(resolved.warnings[0].help.as_ref().unwrap().contains("`eu-west-1`"));
}

#[test]
fn every_key_is_in_the_documentation() {
    let page = include_str!("../../../docs/configuration.md");
    for key in keys::ALL.iter().flat_map(|keys| keys.iter()) {
        assert!(page.contains(&format!("`{key}`")), "`{key}` is not in docs/configuration.md");
    }
}

#[test]
fn every_example_of_the_documentation_can_be_read() {
    let page = include_str!("../../../docs/configuration.md");
    let examples: Vec<&str> =
        page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let text = format!("project: shop\n{example}");
        Config::parse(FILE, &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    }
}

#[test]
fn line_breaks_of_windows_and_a_byte_order_mark_move_no_place() {
    for text in ["project: p\r\nregion: Ireland\r\n", "\u{feff}project: p\nregion: Ireland\n"] {
        let problems = Config::parse(FILE, text).unwrap_err().0;
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((problem.line, problem.column, problem.len), (2, 9, 7), "{problem}");
        assert_eq!(&text[problem.offset..problem.offset + problem.len], "Ireland");
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_each_problem_is_within_it(text in "\\PC{0,60}(\n\\PC{0,30}){0,4}") {
        if let Err(Problems(problems)) = Config::parse(FILE, &text) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(text.get(problem.offset..problem.offset + problem.len).is_some());
            }
        }
    }

    #[test]
    fn no_yaml_of_known_keys_panics(
        parts in prop::collection::vec(
            (prop::sample::select(keys::ALL.concat()), 0usize..4,
             prop::sample::select(vec!["", "1", "x", "[a]", "{a: b}", "*", "&a x", "!t x", "- y", "'q'", "-"])),
            0..12,
        ),
    ) {
        let line = |(key, depth, value): &(&str, usize, &str)| {
            format!("{}{key}: {value}\n", "  ".repeat(*depth))
        };
        let text: String = parts.iter().map(line).collect();
        if let Ok(config) = Config::parse(FILE, &text) {
            let _ = config.resolve(&Overrides::default(), &recipe_files(), None);
        }
    }
}

#[test]
fn the_environments_own_region_or_regions_count() {
    let target = |text: &str, overrides: &Overrides| {
        let config = Config::parse(FILE, &format!("project: p\n{text}")).unwrap();
        config.target(overrides).unwrap().regions
    };
    let (many, one) = ("regions: [eu-west-1, us-east-1]", "region: eu-west-2");
    let within =
        |own: &str, section: &str| format!("{own}\nenvironments:\n  prod: {{ {section} }}\n");
    assert_eq!(target(&within(many, one), &env("prod")), ["eu-west-2"]);
    assert_eq!(target(&within(one, many), &env("prod")), ["eu-west-1", "us-east-1"]);
    assert_eq!(target(&within(one, many), &Overrides::default()), ["eu-west-2"]);
    let region = Some(Override::new("eu-west-3", "flag --region"));
    assert_eq!(target(many, &Overrides { region, ..Overrides::default() }), ["eu-west-3"]);
    assert_eq!(target("", &Overrides::default()), [""; 0]);
}

#[test]
fn dashboards_of_several_regions_are_told_apart_whichever_region_is_worked_on() {
    let per_region = |text: &str, overrides: &Overrides| {
        let config = Config::parse(FILE, &format!("project: p\n{text}")).unwrap();
        let made = config.resolve(overrides, &recipe_files(), None).unwrap();
        made.app.dashboard.unwrap().per_region
    };
    let of = |region: &str| Overrides {
        region: Some(Override::new(region, "flag --region")),
        ..Overrides::default()
    };
    let (two, one) = ("regions: [eu-west-1, us-east-1]", "region: us-east-1");
    assert!(per_region(two, &Overrides::default()));
    assert!(per_region(two, &of("us-east-1")));
    assert!(!per_region(one, &of("us-east-1")));
    assert!(per_region(one, &Overrides { one_of_several: true, ..of("us-east-1") }));
}

#[test]
fn a_role_is_its_arn_or_a_map_with_an_external_id() {
    let arn = "arn:aws:iam::123456789012:role/deploys";
    let role = |text: &str| {
        let config = Config::parse(FILE, &format!("project: p\nassume_role: {text}\n")).unwrap();
        let role = config.target(&Overrides::default()).unwrap().assume_role.unwrap();
        assert_eq!(role.arn, arn);
        role.external_id
    };
    assert_eq!(role(arn), None);
    assert_eq!(
        role(&format!("{{ arn: '{arn}', external_id: shop-7 }}")).as_deref(),
        Some("shop-7")
    );
}

const SET: &str = "regions: [eu-west-1, us-east-1]\nstack_set:\n  admin_region: eu-west-1\n";

fn stack_set(lines: &str) -> crate::app::StackSet {
    let config =
        Config::parse(FILE, &format!("project: shop\n{lines}")).unwrap_or_else(|p| panic!("{p}"));
    config.target(&Overrides::default()).unwrap().stack_set.unwrap()
}

#[test]
fn a_stack_set_of_accounts_has_awss_own_roles_unless_others_are_named() {
    let set = stack_set(&format!("{SET}  accounts: ['012345678901', '111111111111']\n"));
    assert_eq!((set.name.as_str(), set.admin_region.as_str()), ("shop-dev", "eu-west-1"));
    assert_eq!(set.regions, ["eu-west-1", "us-east-1"]);
    assert_eq!(crate::app::set_prefix(&set), "guardian/sets/eu-west-1/shop-dev/");
    assert_eq!((set.failure_tolerance, set.max_concurrent), (Share::Count(0), Share::Count(1)));
    assert_eq!((set.parallel_regions, &set.organization), (false, &None));
    let accounts = vec!["012345678901".to_owned(), "111111111111".to_owned()];
    assert_eq!(set.grant, Grant::Accounts { accounts, admin_role: None, execution_role: None });
}

#[test]
fn a_stack_set_of_units_is_read_with_how_it_is_rolled_out() {
    let set = stack_set(
        "region: eu-west-1\nstack_set:\n  name: lights\n  organizational_units: [ou-ab12-cdefgh34, r-ab12]\n  \
         organization: o-a1b2c3d4e5\n  auto_deployment: true\n  retain_on_removal: true\n  \
         call_as: DELEGATED_ADMIN\n  failure_tolerance: 10%\n  max_concurrent: 25 %\n  \
         region_concurrency: parallel\n",
    );
    assert_eq!((set.name.as_str(), set.admin_region.as_str()), ("lights", "eu-west-1"));
    assert_eq!(
        (set.failure_tolerance, set.max_concurrent),
        (Share::Percent(10), Share::Percent(25))
    );
    assert!(set.parallel_regions);
    assert_eq!(
        set.grant,
        Grant::Units {
            units: vec!["ou-ab12-cdefgh34".into(), "r-ab12".into()],
            auto_deployment: Some(AutoDeployment { retain_on_removal: true }),
            delegated: true,
        }
    );
}

#[test]
fn where_somebody_works_is_not_where_the_stacks_of_a_set_are() {
    let config =
        Config::parse(FILE, &format!("project: shop\n{SET}  accounts: ['111111111111']\n"))
            .unwrap();
    let region = Some(Override::new("ap-south-1", "env AWS_REGION"));
    let overrides = Overrides { region, ..Overrides::default() };
    assert_eq!(config.target(&overrides).unwrap().regions, ["eu-west-1", "us-east-1"]);
    let app = config.resolve(&overrides, &recipe_files(), None).unwrap().app;
    assert_eq!(app.region.as_deref(), Some("eu-west-1"));
}

const CALLS: &str = "\
StartAt: Pay
States:
  Pay:
    Comment: not ${Replaced}
    Type: Task
    Resource: ${ChargeArn}
    Parameters: { table: 'x-${Table}' }
    End: true
TimeoutSeconds: 60
";

fn calling(text: &str) -> Result<Resolved, Problems> {
    let mut files = Memory::default();
    files.put("definitions/pay.yaml", Ok(CALLS));
    Config::parse(FILE, text).unwrap().resolve(&Overrides::default(), &files, None)
}

#[test]
fn a_placeholder_gets_its_value_or_is_refused_at_its_line() {
    let machine = "project: shop\nmachines:\n  managed:\n    - name: pay\n";
    let problems = calling(machine).unwrap_err().0;
    let found: Vec<_> =
        problems.iter().map(|p| (p.file.as_str(), p.line, p.message.as_str())).collect();
    let file = "definitions/pay.yaml";
    assert_eq!(
        found,
        [
            (file, 6, "nothing is put in for `${ChargeArn}`"),
            (file, 7, "nothing is put in for `${Table}`"),
        ]
    );
    let values =
        "      substitutions: { ChargeArn: { function: charge }, Table: '${AWS::Region}-${x}' }\n";
    let app = calling(&format!("{machine}{values}")).unwrap().app;
    let arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:charge";
    assert_eq!(app.managed[0].substitutions["ChargeArn"], arn);
    assert_eq!(app.managed[0].substitutions["Table"], "${AWS::Region}-${!x}");
    let made = crate::templates::templates(&app, &BTreeMap::new()).unwrap().root;
    let machine = &made.value()["Resources"]["PayMachine"]["Properties"];
    assert_eq!(machine["DefinitionSubstitutions"]["ChargeArn"]["Fn::Sub"], arn);
    let definition = machine["DefinitionString"].as_str().unwrap();
    assert!(definition.contains("\"${ChargeArn}\"") && definition.contains("x-${Table}"));
    assert!(definition.contains("not \\u0024{Replaced}"), "{definition}");
}

#[test]
fn an_arn_of_another_partition_is_refused_and_of_another_region_doubted() {
    let with = |region: &str, action: &str| {
        let values = "substitutions: { ChargeArn: x, Table: y }";
        calling(&format!(
            "project: shop\nregion: {region}\nmachines:\n  managed:\n    - name: pay\n      {values}\n\
             alarms: {{ actions: {{ alarm: ['{action}'] }} }}\n"
        ))
    };
    let topic = "arn:aws:sns:eu-west-1:123456789012:t";
    assert_eq!(with("eu-west-1", topic).unwrap().warnings, []);
    let doubts = with("us-east-1", topic).unwrap().warnings;
    assert_eq!((doubts.len(), doubts[0].line), (1, 7));
    let problems = with("cn-north-1", topic).unwrap_err().0;
    assert_eq!((problems.len(), problems[0].line), (1, 7));
    assert!(problems[0].message.contains("partition `aws`"), "{}", problems[0].message);
}

fn problems(text: &str) -> String {
    let config = match Config::parse(FILE, text) {
        Ok(config) => config,
        Err(problems) => return problems.to_string(),
    };
    match config.resolve(&Overrides::default(), &recipe_files(), None) {
        Ok(_) => String::new(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn the_state_table_belongs_to_last_finished_and_has_its_defaults() {
    let memory = app("project: shop\n").memory.unwrap();
    assert_eq!((memory.quota_share, memory.incident_days), (50, 400));
    assert!(!memory.point_in_time_recovery && memory.kms_key.is_none());
    let recipe = app("project: shop\nsemantics: original\n");
    assert!(recipe.memory.is_none() && !recipe.events);
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d-0000-1111-2222-333344445555";
    let text = format!("project: shop\nmemory: {{ kms_key: '{key}', quota_share: 25 }}\n");
    let memory = app(&text).memory.unwrap();
    assert_eq!((memory.kms_key.as_deref(), memory.quota_share), (Some(key), 25));
    for (text, said) in [
        ("semantics: original\nmemory: { quota_share: 25 }\n", "has no state table"),
        ("semantics: original\nevents: true\n", "takes no events"),
        ("guard: { enabled: false }\nalarms: { each: none }\n", "are among those of `guard`"),
        ("events: false\n", "`semantics: last-finished` takes events"),
        ("semantics: original\nguard: { enabled: true, repaired: 9 }\n", "could get lost"),
        ("guard: { repaired: 0 }\n", "cannot be 0"),
        ("memory: { quota_share: 0 }\n", "quota"),
        ("memory: { quota_share: 101 }\n", "quota"),
        ("memory: { incident_days: 0 }\n", "days"),
        ("semantics: original\nalarms: { each: none }\n", "every machine has an alarm"),
        ("semantics: original\nalarms: { high_resolution: true }\n", "hours apart"),
        ("semantics: original\nfleet: { groups: { a: [b] } }\n", "no metrics of groups"),
        ("semantics: original\nroutes: [{ team: a }]\n", "sends no notifications"),
        ("fleet: { groups: { a: [] } }\n", "has no machines"),
        ("routes: [{ machines: [a] }]\n", "leads nowhere"),
        ("routes: [{ format: slack }]\n", "it takes one of: text, chatbot, cloudwatch-alarm"),
        ("notifications: { format: chatbt }\n", "did you mean `chatbot`?"),
        ("semantics: original\nnotifications: { format: chatbot }\n", "sends no messages"),
        ("watch: { defaults: { notify_on: [recoverd] } }\n", "did you mean `recovered`?"),
        ("watch: { defaults: { notify_on: red } }\n", "takes a list"),
        (
            "semantics: original\nwatch: { defaults: { notify_on: [red] } }\n",
            "sends no notifications",
        ),
        ("routes: [nobody]\n", "a route is a map"),
        ("routes: [{ topic: 'arn:aws:sqs:eu-west-1:123456789012:q' }]\n", "not an SNS topic"),
        ("routes: [{ runbook: 'ftp://x' }]\n", "a runbook is a link"),
        ("routes: [{ tag: {}, team: a }]\n", "names no tag"),
        ("alarms: { each: some }\n", "cannot be `some`"),
        ("alarms: { each: [nobody] }\n", "there is no machine `nobody`"),
        ("alarms: { each: [{ tag: { team: pay } }] }\n", "no machines are watched by"),
    ] {
        let found = problems(&format!("project: shop\n{text}"));
        assert!(found.contains(said), "{text}: {found}");
    }
    let warned = resolved("project: shop\nschedule: rate(1 hour)\n");
    assert_eq!(warned.app.schedule, "rate(1 minute)");
    assert!(warned.warnings[0].message.contains("reconciles once a minute"));
}

#[test]
fn only_chosen_machines_have_alarms_of_their_own() {
    let text = "project: shop\nwatch: { defaults: { max_duration: 1h } }\nalarms: { each: [step1, \
                'step2*'], machines: { step3: [metric: ExecutionThrottled] } }\n";
    let app = app(text);
    let keys: Vec<&str> = app.guarded().into_iter().map(MachineKey::as_str).collect();
    assert_eq!(keys, ["step1", "step2", "step3"]);
    // A declared alarm chooses its machine, whose first alarm is the status alarm.
    let of_step3: Vec<Metric> = alarms_of(&app, "step3").iter().map(|alarm| alarm.1).collect();
    assert_eq!(
        of_step3,
        [Metric::Status, Metric::ExecutionThrottled, Metric::OldestRunningSeconds]
    );
    assert_eq!(alarms_of(&app, "step1").len(), 2);
    assert_eq!(app.each.unwrap(), ["step1-step-function", "step2*", "step3-step-function"]);
    let none = self::app("project: shop\nalarms: { each: none }\n");
    assert!(none.alarms.is_empty() && none.each.unwrap().is_empty());
    assert_eq!(self::app("project: shop\nalarms: { each: all }\n").each, None);
}

#[test]
fn routes_and_groups_are_read_as_they_are_written() {
    let topic = "arn:aws:sns:eu-west-1:123456789012:payments";
    let app = app(&format!(
        "project: shop\nroutes:\n  - machines: ['pay-*']\n    topic: '{topic}'\n    team: payments\n    \
         runbook: https://wiki.example.com/pay\n  - tag: {{ team: data, tier: }}\n    event_bus: \
         data\nfleet: {{ groups: {{ payments: ['pay-*', billing] }} }}\n"
    ));
    let routes = &app.routes.0;
    assert_eq!(
        (routes[0].topic.as_deref(), routes[0].team.as_deref()),
        (Some(topic), Some("payments"))
    );
    assert_eq!(
        (routes[1].tags["tier"].as_str(), routes[1].event_bus.as_deref()),
        ("*", Some("data"))
    );
    assert_eq!(app.groups["payments"], ["pay-*", "billing"]);
    assert!(app.notifies() && app.routes.need_tags());
}

#[test]
fn status_alarms_of_high_resolution_have_a_period_of_ten_seconds_unless_another_is_written() {
    let text = "project: shop\nalarms: { high_resolution: true, machines: { step2: [{ metric: Status, \
                period: 30 }, { metric: ExecutionThrottled }] } }\n";
    let app = app(text);
    let periods: Vec<u32> = app.alarms.iter().map(|alarm| alarm.period_s).collect();
    assert_eq!((periods, app.high_resolution), (vec![10, 30, 300, 10], true));
    let others = text.replace("ExecutionThrottled", "ExecutionThrottled, period: 10");
    assert!(problems(&others).contains("refuses a period of 10 s"), "{}", problems(&others));
}

#[test]
fn a_tag_chooses_machines_whichever_pattern_found_them_and_managed_ones_by_their_own_tags() {
    let text = "project: shop\nmachines:\n  managed: [{ name: step1, tags: { tier: gold } }, step2]\n  \
                watched: ['pay-*', tag: { tier: gold }]\nalarms: { each: [tag: { tier: gold }] }\n";
    let config = Config::parse(FILE, text).unwrap();
    let wanted = config.wanted(&Overrides::default()).unwrap();
    let of = |name: &str, tier: &str| machine(name, MachineType::Standard, &[("tier", tier)]);
    let found = [of("pay-1", "gold"), of("pay-2", "iron"), of("etl", "gold")];
    let found = discover(&wanted, None, &found, None).unwrap();
    let mut lock = Lock::default();
    lock.environments.insert("dev".to_owned(), found.locked);
    let text = lock.to_text().unwrap();
    let lock = Lock::parse(crate::lock::FILE, &text).unwrap();
    let app = config.resolve(&Overrides::default(), &recipe_files(), Some(&lock)).unwrap().app;
    let keys: Vec<&str> = app.guarded().into_iter().map(MachineKey::as_str).collect();
    assert_eq!(keys, ["etl", "pay-1", "step1"]);
    assert_eq!(app.each.unwrap(), ["step1-step-function", "etl", "pay-1"]);
}

#[test]
fn a_route_names_machines_by_key_or_name_and_one_that_is_not_there_is_doubted() {
    let text = "project: shop\nroutes:\n  - { machines: [step1, '*2', stepp3], team: a }\n";
    let resolved = resolved(text);
    let team = |name: &str| resolved.app.routes.of(name, &BTreeMap::new()).is_some();
    assert!(team("step1-step-function") && team("step2-step-function") && team("later2"));
    assert!(!team("step3-step-function"));
    assert_eq!((resolved.warnings.len(), resolved.warnings[0].line), (1, 3));
    assert!(resolved.warnings[0].to_string().contains("did you mean `step3`?"));
}

#[test]
fn an_express_machine_that_nothing_covers_is_named() {
    let text = "project: shop\nmachines: { managed: [{ name: step1, type: EXPRESS }, step2] }\n";
    let warnings = |each: &str| resolved(&format!("{text}alarms: {{ each: {each} }}\n")).warnings;
    assert!(warnings("none")[0].message.contains("nothing covers 1 EXPRESS machine: `step1-"));
    assert_eq!((warnings("[step1]"), warnings("all")), (vec![], vec![]));
}
