//! Configurations that are refused, with the messages.

use super::tests::{Memory, env};
use super::*;
use std::fmt::Write;

/// Each text with its messages, for a snapshot that reads as a list of examples.
fn reported(texts: &[&str]) -> String {
    texts.iter().fold(String::new(), |mut reported, text| {
        let files = Memory::with(&["definitions/a.json", "definitions/b.json"]);
        let said = Config::parse(FILE, text)
            .and_then(|config| config.resolve(&Overrides::default(), &files, None));
        let said = match said {
            Ok(resolved) => panic!("accepted: {text}\n{:?}", resolved.app),
            Err(problems) => problems,
        };
        let _ = writeln!(reported, "{}\n=> {said}\n", text.trim_end());
        reported
    })
}

/// A file of two managed machines and these lines.
fn with(lines: &[&str]) -> Vec<String> {
    let head = "project: p\nmachines: { managed: [a, b] }\n";
    lines.iter().map(|line| format!("{head}{line}\n")).collect()
}

fn reported_with(lines: &[&str]) -> String {
    let texts = with(lines);
    reported(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn what_is_not_yaml_or_no_map_is_told_with_its_place() {
    insta::assert_snapshot!(reported(&[
        "",
        "# nothing but a comment\n",
        "project: [a\nenv: b\n",
        "project: p\n\tenv: dev\n",
        "project: 'p\n",
        "- project\n",
        "project\n",
        "project: p\n1: x\n",
        "project: !name p\n",
        "project: p\n---\nproject: q\n",
        "project: *unknown\n",
    ]));
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_that_is_known() {
    insta::assert_snapshot!(reported(&[
        "project: p\nshedule: rate(1 hour)\n",
        "project: p\nzebra: 1\n",
        "project: p\nfunction: { memroy: 256 }\n",
        "project: p\nmachines: { managed: [{ name: a, loging: {} }] }\n",
        "project: p\nenvironments: { prod: { project: q, env: x } }\n",
        "project: p\nenvironments: { prod: { alarms: { status: { perod: 60 } } } }\n",
    ]));
}

#[test]
fn a_key_that_is_written_twice_is_told_with_both_lines() {
    insta::assert_snapshot!(reported(&[
        "project: p\nenv: dev\nproject: q\nenv: test\n",
        "project: p\ntags:\n  a: x\n  a: y\n",
    ]));
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    insta::assert_snapshot!(reported(&[
        "project: Shop\nschedule: cron(0 25 * * ? *)\nfunction: { memory: 64 }\n\
         environments: { prod: { function: { timeout: 901 } } }\n"
    ]));
}

#[test]
fn names_are_refused_by_the_rules_of_what_they_name() {
    insta::assert_snapshot!(reported(&[
        "env: dev\n",
        "project: 7\n",
        "project: Shop\n",
        "project: p\nenv: Dev\n",
        "project: p\nenvironments: { 'a b': {} }\n",
        "project: p\nregion: Ireland\n",
        "project: p\nstack_name: my_stack\n",
        "project: p\nfunction: { name: 'a b' }\n",
        "project: a-project-of-thirty-characters\nenv: and-an-environment\n",
        "project: p\ndashboard: { name: 'my dashboard' }\n",
        "project: p\nalarms: { prefix: 'a\"b' }\n",
    ]));
}

#[test]
fn places_are_refused_by_the_rules_of_regions_and_roles() {
    insta::assert_snapshot!(reported_with(&[
        "regions: []",
        "regions: [eu-west-1, Frankfurt, eu-west-1]",
        "region: eu-west-1\nregions: [us-east-1]",
        "assume_role: deploys",
        "assume_role: { external_id: shop-7 }",
        "assume_role: { arn: 'arn:aws:iam::123456789012:role/x', external_id: a, role: x }",
    ]));
}

#[test]
fn stack_sets_are_refused_by_the_rules_of_stacksets() {
    let set = |rest: &str| format!("region: eu-west-1\nstack_set: {{ {rest} }}");
    let accounts = |rest: &str| set(&format!("accounts: ['111111111111'], {rest}"));
    let units = |rest: &str| {
        set(&format!("organizational_units: [r-ab12], organization: o-a1b2c3d4e5, {rest}"))
    };
    let lines = [
        "stack_set: { accounts: ['111111111111'] }".to_owned(),
        "regions: [eu-west-1, us-east-1]\nstack_set: { accounts: ['111111111111'] }".to_owned(),
        set("name: lights"),
        set("accounts: ['111111111111'], organizational_units: [r-ab12]"),
        set("accounts: []"),
        set("accounts: [111111111111, '123', '111111111111', '111111111111']"),
        set("organizational_units: [r-ab12]"),
        set("organizational_units: [shop], organization: acme"),
        accounts("auto_deployment: true, call_as: SELF"),
        accounts("admin_role: admin, execution_role: 'a b'"),
        accounts("failure_tolerance: some, max_concurrent: 0"),
        accounts("failure_tolerance: 101%, region_concurrency: both, acounts: []"),
        units("retain_on_removal: true, admin_role: 'arn:aws:iam::123456789012:role/x'"),
        units("call_as: MEMBER, name: my_set"),
    ];
    insta::assert_snapshot!(reported_with(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn machines_are_refused_by_name_and_when_they_are_there_twice() {
    insta::assert_snapshot!(reported(&[
        "project: p\nmachines:\n  managed: [a, café]\n",
        "project: p\nmachines:\n  managed: [a, 'a b', '']\n",
        "project: p\nmachines:\n  managed:\n    - a\n    - b\n    - name: a\n",
        "project: p\nmachines:\n  managed: [a]\n  watched: [x, x]\n",
        "project: p\nmachines:\n  managed: [a]\n  watched: [a-step-function]\n",
        "project: p\nmachines:\n  managed: [a]\n  exclude: ['a-*']\n",
        "project: p\nmachines:\n  watched: ['x[1-3]', naïve]\n",
        "project: p\nmachines:\n  watched: ['pay é*']\n  exclude: ['a b', 'c,d', '']\n",
        "project: p\nmachines:\n  watched: [{ name: a, glob: b }, {}, { tag: {} }]\n",
        "project: p\nmachines:\n  managed: [{ type: EXPRESS }]\n",
        "project: p\nmachines:\n  managed: [{ name: a, type: FAST }]\n",
        "project: p\nmachines:\n  managed: a\n",
        "project: p\nmachines:\n  managed: [an-excessively-long-name-of-a-state-machine-that-has-\
         far-too-many-letters]\n",
    ]));
}

#[test]
fn what_machines_declare_is_refused_where_it_means_nothing() {
    insta::assert_snapshot!(reported_with(&[
        "watch: { defaults: { expect_every: 60 } }",
        "watch: { defaults: { expect_every: hourly, settle: 1.5m } }",
        "watch: { defaults: { max_duration: 30s, grace: 400d } }",
        "watch: { defaults: { max_duration: 101 x p99 } }",
        "watch: { defaults: { max_duration: 1.005 x p99 } }",
        "watch: { machines: { a: { max_duration: three x p99 }, b: { max_duration: 3 x p95 } } }",
        "watch: { defaults: { expect_every: 3 x p99 } }",
        "watch: { machines: { c: { settle: 1m } } }",
        "watch: { machines: { a: { schedules: sometimes } } }",
        "watch: { machines: { a: { schedules: [cron(0 25 * * ? *), { timezone: UTC }] } } }",
        "watch: { machines: { a: { schedules: [{ expression: rate(1 day), timezone: here }] } } }",
        "watch: { machines: { a: { schedules: [{ expression: rate(1 day), timezone: Europe/Berln }] } } }",
        "watch: { machines: { a: { schedules: auto } } }",
        "watch: { machines: { a: { max_duration: definition } } }",
        "watch: { machines: { a: { incomplete: yes please } } }",
        "watch: { machines: { a: { setle: 1m } } }",
        "watch: { machines: { a: { settle: 1m }, a-step-function: { settle: 2m } } }",
    ]));
    insta::assert_snapshot!(reported(&[
        "project: p\nmachines: { managed: [{ name: a, type: EXPRESS }] }\nwatch: { machines: { a: { \
         settle: 1m } } }\n",
    ]));
}

#[test]
fn notifications_and_mute_windows_are_refused_by_the_rules_of_aws() {
    insta::assert_snapshot!(reported_with(&[
        "notifications: { topic: pager }",
        "notifications: { topic: 'arn:aws:sqs:eu-west-1:123456789012:queue' }",
        "notifications: { topic: 'arn:aws:sns:eu-west-1:123456789012:pager', create: true }",
        "notifications: { email: [oncall@example.com] }",
        "notifications: { event_bus: 'aws.partner/example' }",
        "notifications: { event_bus: 'arn:aws:events:eu-west-1:123456789012:rule/central' }",
        "notifications: { event_bus: 'arn:aws:events::123456789012:event-bus/central' }",
        "notifications: { create: true, email: [oncall, 'a b@example.com'] }",
        "alarms: { actions: { alarm: [topic] } }",
        "guard: { actions: { alarm: [topic] } }",
        "alarms: { express: Status }",
        "mute: [nightly]",
        "mute: [{ name: night }]",
        "mute: [{ name: night, schedule: cron(0 2 * * ? *), duration: 1h }]",
        "mute: [{ name: night, schedule: cron(0 2 * * *), duration: 90s }]",
        "mute: [{ name: night, schedule: cron(0 2 * * *), duration: 16d }]",
        "mute: [{ name: n, schedule: cron(0 2 * * *), duration: 1h, machines: ['[a]'] }]",
        "mute: [{ name: n, schedule: cron(0 2 * * *), duration: 1h, timezone: Europe/Nowhere }]",
        "mute: [{ name: n, schedule: cron(0 2 * * *), duration: 1h }, { name: n, schedule: \
         at(2027-01-31T02:00), duration: 1h }]",
    ]));
}

#[test]
fn patterns_that_nobody_looked_up_are_told_with_what_to_run() {
    insta::assert_snapshot!(reported(&[
        "project: p\nmachines:\n  watched:\n    - batch-*\n    - tag: { team: data }\n"
    ]));
}

#[test]
fn a_lock_of_another_region_is_refused() {
    let config =
        Config::parse(FILE, "project: p\nregion: eu-west-1\nmachines: { watched: [x] }\n").unwrap();
    let mut lock = Lock::default();
    let locked = crate::lock::Locked { region: Some("us-east-1".into()), ..Default::default() };
    lock.environments.insert("dev".to_owned(), locked);
    let files = Memory::default();
    let problems = config.resolve(&Overrides::default(), &files, Some(&lock)).unwrap_err();
    insta::assert_snapshot!(problems.to_string());
}

#[test]
fn definitions_that_are_missing_or_broken_are_told_with_their_file() {
    let text = "project: p\nmachines:\n  managed:\n    - gone\n    - broken\n    - unreadable\n    - \
                { name: own, definition: machines/own.json }\n";
    let config = Config::parse(FILE, text).unwrap();
    let mut files = Memory::default();
    files.put("definitions/broken.json", Ok("{\n  \"StartAt\": \"A\",\n  \"States\": {}\n}"));
    files.put("definitions/unreadable.yaml", Err("permission denied"));
    let problems = config.resolve(&Overrides::default(), &files, None).unwrap_err();
    insta::assert_snapshot!(problems.to_string());
}

#[test]
fn two_definitions_of_one_machine_are_doubted() {
    let config = Config::parse(FILE, "project: p\nmachines: { managed: [a] }\n").unwrap();
    let files = Memory::with(&["definitions/a.json", "definitions/a.asl.yaml"]);
    let warnings = config.resolve(&Overrides::default(), &files, None).unwrap().warnings;
    insta::assert_snapshot!(warnings[0].to_string());
}

#[test]
fn statements_are_refused_by_the_rules_of_iam() {
    let statements = [
        "nothing",
        "{ Effect: Allow, Action: '*', Resource: '*' }",
        "{ Effect: allow, Action: 's3:GetObject', Resource: '*' }",
        "{ Effect: Allow, Action: 's3:GetObject', NotAction: 's3:PutObject', Resource: '*' }",
        "{ Effect: Allow, Action: 's3:GetObject' }",
        "{ Effect: Allow, Action: GetObject, Resource: my-bucket }",
        "{ Effect: Allow, Action: [], Resource: '*' }",
        "{ Effect: Allow, Action: 's3:GetObject', Resource: '*', Principal: '*' }",
        "{ Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: 'a b', Condition: x }",
    ];
    let texts = statements.map(|statement| {
        format!("project: p\nmachines:\n  managed:\n    - name: a\n      policy:\n        - {statement}\n")
    });
    insta::assert_snapshot!(reported(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn schedules_are_refused_at_the_field() {
    insta::assert_snapshot!(reported_with(&[
        "schedule: cron(0 25 * * ? *)",
        "schedule: \"cron(0 8 * * * *)\"",
        "schedule: >-\n  rate(1\n  hours)",
        "schedule: at(2030-01-01T00:00:00)",
        "schedule: 5",
    ]));
}

#[test]
fn the_functions_numbers_are_refused_by_lambdas_rules() {
    insta::assert_snapshot!(reported_with(&[
        "function: { memory: 64 }",
        "function: { memory: lots }",
        "function: { timeout: 901 }",
        "function: { timeout: -1 }",
        "function: { log_retention_days: 100 }",
        "function: { architecture: arm }",
        "function: { list_burst: 0 }",
        "function: { list_refill: .nan }",
        "dashboard: { enabled: maybe }",
        "dashboard: { widget: 5 }",
        "semantics: original\ndashboard: { widget: true }",
        "semantics: newest",
    ]));
}

#[test]
fn alarms_are_refused_by_cloudwatchs_rules() {
    insta::assert_snapshot!(reported_with(&[
        "alarms: { status: { period: 30 } }",
        "alarms: { status: { period: 90 } }",
        "alarms: { status: { evaluation_periods: 1441 } }",
        "alarms: { status: { evaluation_periods: 2, datapoints_to_alarm: 3 } }",
        "alarms: { status: { threshold: .inf } }",
        "alarms: { status: { missing: notbreaching } }",
        "alarms: { machines: { a: [{ threshold: 1 }] } }",
        "alarms: { machines: { a: [{ metric: ExecutionsFailedCount }] } }",
        "alarms: { machines: { a: [{ metric: ExecutionTime }] } }",
        "alarms: { machines: { a: [slow] } }",
        "alarms: { machines: { a: [{ metric: ExecutionsFailed }, { metric: ExecutionsFailed }] } }",
        "alarms: { machines: { aa: [{ metric: ExecutionsFailed }] } }",
        "alarms: { actions: { alarm: [my-topic, 'arn:aws:sns:eu-west-1:12:t'] } }",
        "alarms: { actions: { ok: ['arn:aws:sns:eu-west-1:${AWS::AccountId}:t'] } }",
    ]));
}

#[test]
fn an_express_machine_has_no_status_to_alarm_on() {
    insta::assert_snapshot!(reported(&[
        "project: p\nmachines:\n  managed:\n    - name: a\n      type: EXPRESS\n      alarms:\n        - \
         { metric: Status, name: b }\n"
    ]));
}

#[test]
fn lengths_and_counts_are_refused_past_their_limits() {
    let arns: Vec<String> =
        (0..6).map(|n| format!("'arn:aws:sns:eu-west-1:123456789012:t{n}'")).collect();
    let tags: Vec<String> = (0..51).map(|n| format!("t{n}: x")).collect();
    let cases = [
        (format!("alarms: {{ actions: {{ alarm: [{}] }} }}", arns.join(", ")), "6 actions"),
        (format!("alarms: {{ prefix: {} }}", "p".repeat(255)), "256 characters"),
        (
            format!(
                "alarms: {{ machines: {{ a: [{{ metric: ExecutionsFailed, description: {} }}] }} }}",
                "d".repeat(1_025)
            ),
            "1025 characters",
        ),
        (format!("tags: {{ {} }}", tags.join(", ")), "51 tags"),
        (format!("tags: {{ {}: x }}", "k".repeat(129)), "129 characters"),
        (format!("tags: {{ k: {} }}", "v".repeat(257)), "257 characters"),
        ("tags: { 'AWS:x': y }".to_owned(), "begins with `aws:`"),
        ("tags: { k: 'a;b' }".to_owned(), "`;` is not for a tag"),
        ("tags: { k: 7 }".to_owned(), "takes a text"),
        (format!("stack_name: {}", "s".repeat(129)), "stack's name"),
    ];
    for (lines, words) in cases {
        let said = reported_with(&[&lines]);
        assert!(said.contains(words), "{said}");
        assert!(said.contains("=> guardian.yaml:3:") && said.contains("help: "), "{said}");
    }
}

#[test]
fn an_environment_that_is_not_there_is_told_with_those_that_are() {
    let text = "project: p\nenvironments: { prod: {}, test: {} }\n";
    let config = Config::parse(FILE, text).unwrap();
    let said = |name: &str| config.wanted(&env(name)).unwrap_err().to_string();
    assert_eq!(
        said("prd"),
        "flag --env: guardian.yaml has no environment `prd`\n  help: did you mean `prod`? There are: \
         dev, prod, test"
    );
    assert!(said("Prod").contains("cannot be an environment"));
    assert!(config.wanted(&env("dev")).is_ok());
    let without = Config::parse(FILE, "project: p\n").unwrap();
    assert!(without.wanted(&env("anything")).is_ok());
}

#[test]
fn a_flag_is_refused_by_its_own_name() {
    let config = Config::parse(FILE, "project: p\n").unwrap();
    let overrides = Overrides {
        stack_name: Some(Override::new("my_stack", "env GUARDIAN_STACK_NAME")),
        ..Overrides::default()
    };
    let said = config.wanted(&overrides).unwrap_err().to_string();
    assert!(said.starts_with("env GUARDIAN_STACK_NAME: `my_stack` cannot be"), "{said}");
}
