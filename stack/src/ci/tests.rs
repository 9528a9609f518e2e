//! What the kit of the examples is, and what holds for every policy.

use super::policy::MAX_POLICIES;
use super::*;
use crate::ci::calls::{CALLS, On, Operation};
use guardian_cfn::{Val, resources::handlers};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OPERATIONS: Operations<'static> =
    &[Operation::Plan, Operation::Prepare, Operation::Deploy, Operation::Destroy];

fn example(name: &str) -> Value {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/../cfn-templates/{name}/template.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(&path).expect(&path)).unwrap()
}

/// The example without its board and dashboard: small enough to be sent in the request itself.
fn small() -> Value {
    let mut template = example("shop");
    template["Resources"]
        .as_object_mut()
        .unwrap()
        .retain(|id, _| !id.starts_with("Board") && id != "Dashboard");
    template
}

fn subject<'a>(templates: &'a [&'a Value]) -> Subject<'a> {
    Subject {
        templates,
        stack_name: "guardian-demo-dev",
        bucket: "guardian-artifacts-${AWS::AccountId}-${AWS::Region}",
        exact: false,
    }
}

fn github_host() -> Host {
    Host::GitHub {
        repository: "acme/shop".into(),
        ids: None,
        branch: "main".into(),
        environment: Some("dev".into()),
    }
}

fn made(template: &Value, operations: Operations<'_>) -> Vec<Statement> {
    statements(&subject(&[template]), operations, &Val::raw(json!({"Ref": "Boundary"}))).unwrap()
}

/// Every text within a value, keys left out.
fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|v| texts(v, found)),
        Value::Object(map) => map.values().for_each(|v| texts(v, found)),
        _ => {}
    }
}

#[test]
fn the_kit_of_the_example_for_github() {
    let template = example("shop");
    let kit = kit(&subject(&[&template]), &github_host(), true).unwrap();
    insta::assert_snapshot!(kit.template.to_yaml());
    assert!(kit.unknown.is_empty());
}

fn workflow(environment: Option<&str>) -> Workflow<'_> {
    Workflow {
        stack_name: "guardian-demo-dev",
        env: "dev",
        region: "eu-west-1",
        config: "guardian.yaml",
        branch: "main",
        environment,
    }
}

#[test]
fn the_workflows() {
    let workflow = workflow(Some("dev"));
    let texts = [github(&workflow), gitlab(&workflow, "https://gitlab.example.com/")];
    for text in &texts {
        let mark = text
            .split('@')
            .skip(1)
            .step_by(2)
            .find(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_uppercase()));
        assert_eq!(mark, None, "a place is not filled in");
    }
    insta::assert_snapshot!(texts.join("\n-----\n"));
}

/// The jobs of both systems that run `guardian`: name, the job, and its script.
fn jobs(environment: Option<&str>) -> Vec<(String, Value, String)> {
    let workflow = workflow(environment);
    let github: Value = serde_yaml::from_str(&github(&workflow)).unwrap();
    let gitlab: Value =
        serde_yaml::from_str(&gitlab(&workflow, "https://gitlab.example.com")).unwrap();
    let github = github["jobs"].as_object().unwrap().iter();
    let gitlab = gitlab.as_object().unwrap().iter();
    let lines = |list: &Value, of: fn(&Value) -> Option<&str>| {
        let lines: Vec<&str> = list.as_array().unwrap().iter().filter_map(of).collect();
        lines.join("\n")
    };
    let of_github = github.map(|(name, job)| {
        (name.clone(), job.clone(), lines(&job["steps"], |step| step["run"].as_str()))
    });
    let of_gitlab = gitlab
        .filter(|(name, _)| name.starts_with("guardian-"))
        .map(|(name, job)| (name.clone(), job.clone(), lines(&job["script"], Value::as_str)));
    of_github.chain(of_gitlab).collect()
}

#[test]
fn a_pull_request_keeps_no_plan_and_the_branch_deploys_the_plan_that_it_kept() {
    let jobs = jobs(Some("prod"));
    let of = |end: &'static str| jobs.iter().filter(move |(name, ..)| name.ends_with(end));
    for (name, job, script) in of("plan") {
        assert!(script.contains("guardian plan ") && !script.contains(" -o"), "{name}: {script}");
        let role = format!("{job}{script}");
        assert!(role.contains("GUARDIAN_PLAN_ROLE") && !role.contains("DEPLOY_ROLE"), "{name}");
        assert!(job.get("environment").is_none() && job.get("needs").is_none(), "{name}");
    }
    for (name, job, script) in of("prepare") {
        assert!(script.contains("--package function.zip -o plan.json"), "{name}: {script}");
        assert!(format!("{job}{script}").contains("GUARDIAN_PREPARE_ROLE"), "{name}");
        assert!(job.get("environment").is_none(), "{name}");
        assert!(job.to_string().contains("plan.json"), "{name}");
    }
    for (name, job, script) in of("deploy") {
        assert!(script.contains("--plan plan.json --package function.zip"), "{name}: {script}");
        assert!(script.contains("-eq 6"), "{name}: it says what to do about a stale plan");
        assert!(!script.contains("--yes"), "{name}");
        assert!(job["needs"].to_string().contains("prepare"), "{name}");
        assert_eq!(job["environment"], "prod", "{name}");
    }
    assert_eq!(jobs.len(), 6);
}

#[test]
fn without_an_environment_nobody_is_waited_for() {
    for (name, job, _) in jobs(None) {
        assert!(job.get("environment").is_none(), "{name}");
        assert!(!job.to_string().contains("manual"), "{name}");
    }
}

#[test]
fn every_script_is_one_that_bash_can_read() {
    for (name, _, script) in jobs(Some("dev")) {
        let read = std::process::Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
        assert!(read.status.success(), "{name}: {}", String::from_utf8_lossy(&read.stderr));
    }
}

#[test]
fn no_action_is_a_pattern_and_each_has_its_reason() {
    for name in ["shop", "recipe"] {
        let template = example(name);
        let types: BTreeSet<&str> = template["Resources"]
            .as_object()
            .unwrap()
            .values()
            .map(|r| r["Type"].as_str().unwrap())
            .collect();
        let handled: BTreeSet<&str> = types
            .iter()
            .filter_map(|kind| handlers::of(kind))
            .flat_map(|h| [h.create, h.read, h.update, h.delete].concat())
            .collect();
        let called: BTreeSet<&str> =
            CALLS.iter().filter(|c| !c.operations.is_empty()).map(|c| c.action).collect();
        for action in made(&template, OPERATIONS).iter().flat_map(|s| &s.actions) {
            assert!(!action.contains('*'), "{action}");
            let known = handled.contains(action.as_str()) || called.contains(action.as_str());
            assert!(known, "{action}");
        }
    }
}

#[test]
fn all_that_the_calls_of_an_operation_take_is_allowed() {
    let template = example("shop");
    for operation in OPERATIONS {
        let allowed: BTreeSet<String> =
            made(&template, &[*operation]).into_iter().flat_map(|s| s.actions).collect();
        // Nothing is fetched of templates as small as this one.
        let made = CALLS.iter().filter(|c| c.on != On::PreviewObjects);
        for call in made.filter(|c| c.operations.contains(operation)) {
            assert!(allowed.contains(call.action), "{operation:?} {}", call.method);
        }
    }
}

#[test]
fn only_actions_without_a_resource_are_allowed_on_everything() {
    let template = example("shop");
    let wide: BTreeSet<String> = made(&template, OPERATIONS)
        .into_iter()
        .filter(|s| s.resources.contains("*"))
        .flat_map(|s| s.actions)
        .collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    // A mapping is made for a function: its condition names that.
    let none = [
        "cloudwatch:DescribeAlarms",
        "lambda:CreateEventSourceMapping",
        "logs:DescribeIndexPolicies",
        "logs:DescribeResourcePolicies",
        "states:ValidateStateMachineDefinition",
    ];
    assert_eq!(wide, none);
}

#[test]
fn a_mute_rule_is_made_with_rights_on_the_alarms_that_it_is_about() {
    let alarm =
        |name: &str| json!({"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": name}});
    let template = json!({"Resources": {
        "Late": alarm("StepFunctionOverdueAlarm-a"),
        "Other": alarm("other"),
        "Mute": {"Type": "AWS::CloudWatch::AlarmMuteRule", "Properties": {
            "Name": "night", "Rule": {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}},
        }},
    }});
    let put: BTreeSet<String> = made(&template, OPERATIONS)
        .into_iter()
        .filter(|s| s.actions.contains("cloudwatch:PutAlarmMuteRule"))
        .flat_map(|s| s.resources)
        .collect();
    let ends: Vec<&str> = put.iter().filter_map(|arn| arn.split("AccountId}:").nth(1)).collect();
    assert_eq!(ends, ["alarm-mute-rule:night", "alarm:StepFunctionOverdueAlarm-*", "alarm:other"]);
}

/// A template with a stack in it.
fn nested() -> Value {
    let mut template = example("shop");
    template["Resources"]["Machines1"] = json!({
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://s3.eu-west-1.amazonaws.com/b/guardian/templates/1.json"},
    });
    template
}

/// Whether an action reads, by its name.
fn reads(action: &str) -> bool {
    let name = action.split(':').nth(1).unwrap();
    ["Describe", "Get", "List", "Validate"].iter().any(|r| name.starts_with(r))
}

#[test]
fn a_plan_changes_change_sets_that_are_looked_at_and_nothing_else() {
    for statement in made(&small(), &[Operation::Plan]) {
        let condition = statement.condition.as_ref().map(Value::to_string).unwrap_or_default();
        for action in statement.actions.iter().filter(|action| !reads(action)) {
            let change_set = ["cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"];
            assert!(change_set.contains(&action.as_str()), "{action}");
            assert!(condition.contains("\"guardian-preview-*\""), "{action}: {condition}");
        }
    }
}

#[test]
fn a_plan_writes_only_where_no_deploy_reads_and_only_what_cloudformation_has_to_fetch() {
    let writes = |template: &Value| -> BTreeSet<String> {
        made(template, &[Operation::Plan])
            .into_iter()
            .filter(|s| s.actions.iter().any(|a| a.starts_with("s3:") && !reads(a)))
            .flat_map(|s| s.resources)
            .collect()
    };
    assert!(writes(&small()).is_empty());
    let mut large = small();
    large["Description"] = json!("x".repeat(60_000));
    for template in [nested(), large] {
        let written = writes(&template);
        assert!(!written.is_empty());
        assert!(written.iter().all(|arn| arn.ends_with("/guardian/plans/*")), "{written:?}");
    }
}

#[test]
fn of_stacks_in_the_stack_cloudformation_makes_the_change_sets_itself() {
    let of_nested = |statement: &&Statement| {
        statement.actions.contains("cloudformation:CreateChangeSet")
            && statement.resources.iter().all(|arn| arn.ends_with("guardian-demo-dev-*/*"))
    };
    let all = made(&nested(), &[Operation::Plan]);
    let found: Vec<_> = all.iter().filter(of_nested).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].condition.as_ref().unwrap().to_string().contains("aws:CalledVia"));
}

#[test]
fn what_prepares_a_deploy_can_neither_run_it_nor_change_a_resource() {
    let own = ["CreateChangeSet", "DeleteChangeSet", "PutObject", "DeleteObjectVersion"];
    for statement in made(&nested(), &[Operation::Plan, Operation::Prepare]) {
        for action in statement.actions.iter().filter(|action| !reads(action)) {
            assert!(own.contains(&action.split(':').nth(1).unwrap()), "{action}");
        }
    }
}

#[test]
fn what_changes_a_resource_holds_through_cloudformation_only() {
    let template = example("shop");
    // A sweep, the check of a definition and a query of the table change nothing of the stack.
    let checks = "states:ValidateStateMachineDefinition";
    let own = ["cloudformation:", "s3:", "lambda:InvokeFunction", "dynamodb:Query", checks];
    for statement in made(&template, OPERATIONS) {
        let called = statement.actions.iter().all(|a| own.iter().any(|o| a.starts_with(o)));
        let passes = statement.actions.contains("iam:PassRole");
        let condition = statement.condition.as_ref().map(Value::to_string).unwrap_or_default();
        assert!(
            called
                || passes && condition.contains("iam:PassedToService")
                || condition.contains("aws:CalledVia"),
            "{statement:?}"
        );
    }
}

#[test]
fn a_role_is_made_and_given_something_only_within_the_boundary() {
    let mut template = example("shop");
    template["Resources"]["FunctionRole"]["Properties"]["ManagedPolicyArns"] =
        json!(["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]);
    let gives = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"];
    let mut seen = BTreeSet::new();
    for statement in made(&template, OPERATIONS) {
        let condition = statement.condition.as_ref().map(Value::to_string).unwrap_or_default();
        for action in statement.actions.iter().filter(|a| gives.contains(&a.as_str())) {
            assert!(condition.contains("iam:PermissionsBoundary"), "{action}");
            assert_eq!(
                action == "iam:AttachRolePolicy",
                condition.contains("AWSXRayDaemonWriteAccess"),
            );
            seen.insert(action.clone());
        }
    }
    assert_eq!(seen.len(), gives.len());
    let kit = kit(&subject(&[&template]), &github_host(), false).unwrap();
    assert_eq!(kit.unknown, ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]);
}

#[test]
fn no_right_of_the_kit_reaches_its_own_roles_and_its_boundary() {
    // Whatever the stack is called: a name has no slash.
    for stack_name in ["guardian-demo-dev", "ci", "c", "ci-prod"] {
        let template = example("shop");
        let templates = [&template];
        let subject = Subject { stack_name, ..subject(&templates) };
        let boundary = Val::raw(json!({"Ref": "Boundary"}));
        for statement in statements(&subject, OPERATIONS, &boundary).unwrap() {
            for arn in statement.resources.iter().filter(|arn| arn.contains(":iam:")) {
                for own in ["role/ci/guardian-ci-DeployRole-X", "policy/ci/x"] {
                    let own = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{own}");
                    assert!(!guardian_contract::glob_matches(arn, &own), "{arn}");
                }
            }
        }
    }
}

#[test]
fn the_boundary_has_what_every_role_of_the_templates_has() {
    let template = example("shop");
    let boundary = super::boundary::boundary(&subject(&[&template])).unwrap();
    let mut allowed = Vec::new();
    texts(&boundary.document, &mut allowed);
    for resource in template["Resources"].as_object().unwrap().values() {
        for policy in resource["Properties"]["Policies"].as_array().into_iter().flatten() {
            for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
                let mut actions = Vec::new();
                texts(&statement["Action"], &mut actions);
                assert!(!actions.is_empty());
                assert!(actions.iter().all(|a| allowed.contains(a)), "{actions:?}");
            }
        }
    }
    assert!(!boundary.document.to_string().contains("Fn::GetAtt"));
}

#[test]
fn many_names_make_more_policies_and_too_many_are_refused() {
    let with = |count: usize| {
        let alarm = |i| {
            let body = json!({
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {"AlarmName": format!("an-alarm-of-some-length-{i}")},
            });
            (format!("Alarm{i}"), body)
        };
        json!({"Resources": (0..count).map(alarm).collect::<serde_json::Map<_, _>>()})
    };
    let few = with(200);
    let documents = split(made(&few, OPERATIONS)).unwrap();
    assert!(documents.len() > 1);
    for document in &documents {
        assert!(characters(document) <= MAX_MANAGED_POLICY, "{}", characters(document));
    }
    let mut named = Vec::new();
    documents.iter().for_each(|d| texts(d, &mut named));
    for i in 0..200 {
        let name = format!(":alarm:an-alarm-of-some-length-{i}");
        assert!(named.iter().any(|text| text.ends_with(&name)), "{name}");
    }
    let error = split(made(&with(2_000), OPERATIONS)).unwrap_err();
    assert!(error.policies > MAX_POLICIES);
    assert!(error.to_string().contains("by pattern"));
}

#[test]
fn names_one_by_one_leave_no_pattern_of_guardians_names() {
    let template = example("recipe");
    let templates = [&template];
    let exact = Subject { exact: true, ..subject(&templates) };
    let on = |subject: &Subject<'_>| -> BTreeSet<String> {
        statements(subject, OPERATIONS, &Val::raw(json!("arn")))
            .unwrap()
            .into_iter()
            .flat_map(|s| s.resources)
            .filter(|arn| arn.contains(":stateMachine:") || arn.contains(":alarm:"))
            .collect()
    };
    let ends = |all: &BTreeSet<String>, end: &str| all.iter().any(|arn| arn.ends_with(end));
    let (exact, pattern) = (on(&exact), on(&subject(&templates)));
    assert!(ends(&exact, ":step1-step-function") && !ends(&exact, ":*-step-function"));
    assert!(!ends(&pattern, ":step1-step-function") && ends(&pattern, ":*-step-function"));
    assert!(ends(&exact, "Alarm-step1") && ends(&pattern, "Alarm-*"));
}

#[test]
fn only_the_host_the_repository_and_the_branch_are_trusted() {
    let template = example("recipe");
    let trust = |host: &Host, role: &str| {
        let kit = kit(&subject(&[&template]), host, false).unwrap();
        kit.template.value()["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]
            ["Statement"][0]["Condition"]
            .to_string()
    };
    let mut said = Vec::new();
    let gitlab = Host::GitLab {
        url: "https://gitlab.com/".into(),
        project: "acme/shop".into(),
        branch: "main".into(),
    };
    let on_branch = |ids: Option<GitHubIds>| Host::GitHub {
        repository: "acme/shop".into(),
        ids,
        branch: "main".into(),
        environment: None,
    };
    let ids = Some(GitHubIds { owner: 12, repository: 345 });
    for host in [github_host(), on_branch(None), gitlab, on_branch(ids)] {
        said.push(trust(&host, "PlanRole"));
        said.push(trust(&host, "PrepareRole"));
        said.push(trust(&host, "DeployRole"));
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn what_a_stack_set_takes_is_documented_for_whoever_writes_its_role() {
    let page = include_str!("../../../docs/accounts.md");
    let of_sets = CALLS.iter().filter(|call| call.on == On::StackSets);
    let missing: Vec<&str> =
        of_sets.map(|call| call.action).filter(|action| !page.contains(action)).collect();
    assert_eq!(missing, [""; 0], "describe in docs/accounts.md");
}

#[test]
fn the_documented_role_of_a_board_may_read_what_the_board_reads_and_nothing_else() {
    let page = include_str!("../../../docs/accounts.md");
    let section = page.split("### The lights of all accounts").nth(1).unwrap();
    let policy = section.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let policy: Value = serde_json::from_str(policy).unwrap();
    let mut allowed: Vec<(&str, &str)> = Vec::new();
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let actions = &statement["Action"];
        let one = actions.as_str().into_iter();
        let several = actions.as_array().into_iter().flatten().filter_map(Value::as_str);
        let on = statement["Resource"].as_str().unwrap();
        allowed.extend(one.chain(several).map(|action| (action, on)));
    }
    allowed.sort_unstable();
    let calls = [
        "describe_stacks",
        "get_stack_policy",
        "describe_alarms",
        "get_metric_data",
        "list_alarm_mute_rules",
        "query",
    ];
    let of_call = |name| CALLS.iter().find(|call| call.method == name).unwrap();
    let mut expected = calls.map(|name| {
        let call = of_call(name);
        let on = match call.on {
            On::Table => "arn:aws:dynamodb:*:ACCOUNT:table/StackSet-*",
            On::Stacks => "arn:aws:cloudformation:*:ACCOUNT:stack/StackSet-*",
            // CloudWatch has no resources for these actions.
            _ => "*",
        };
        (call.action, on)
    });
    expected.sort_unstable();
    assert_eq!(allowed, expected);
}

#[test]
fn the_names_of_a_long_stack_fit_and_stay_apart() {
    let region = "ap-southeast-2";
    let boundary = |stack: &str| {
        boundary_path(stack).replace("${AWS::Region}", region).trim_start_matches("ci/").to_owned()
    };
    for length in 1..=128 {
        let stack = "s".repeat(length);
        let name = boundary(&stack);
        assert!(name.len() <= 128 && roles_stack(&stack).len() <= 128, "{length}");
        assert_eq!(name == format!("{stack}-{region}-boundary"), length <= 104, "{length}");
    }
    let (one, other) = (format!("{}a", "s".repeat(120)), format!("{}b", "s".repeat(120)));
    assert_ne!(boundary(&one), boundary(&other));
}

#[test]
fn a_table_with_a_key_of_ones_own_takes_the_key_and_none_has_its_items_written() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
    let table = |properties: Value| {
        json!({"Resources": {"StateTable": {
            "Type": "AWS::DynamoDB::Table", "Properties": properties,
        }}})
    };
    let encrypted = json!({"SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": key}});
    let of = |template: &Value| -> Vec<(String, BTreeSet<String>)> {
        let statements = made(template, OPERATIONS).into_iter();
        let each = statements.flat_map(|s| {
            let resources = s.resources.clone();
            s.actions.into_iter().map(move |action| (action, resources.clone()))
        });
        each.filter(|(action, _)| action.starts_with("kms:") || action.starts_with("dynamodb:"))
            .collect()
    };
    let plain = of(&table(json!({})));
    assert!(plain.iter().any(|(action, _)| action == "dynamodb:UpdateTimeToLive"));
    assert!(plain.iter().all(|(action, on)| {
        action.starts_with("dynamodb:") && on.iter().all(|arn| arn.contains(":table/"))
    }));
    for item in ["Scan", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"] {
        assert!(!plain.iter().any(|(action, _)| *action == format!("dynamodb:{item}")), "{item}");
    }
    // Only what destroys the stack counts the incidents that go with it.
    let counts = made(&table(json!({})), &[Operation::Plan, Operation::Prepare, Operation::Deploy]);
    assert!(!counts.iter().any(|statement| statement.actions.contains("dynamodb:Query")));
    let with_key = of(&table(encrypted));
    let on = |action: &str| with_key.iter().find(|(a, _)| a == action).map(|(_, on)| on.clone());
    assert_eq!(on("kms:CreateGrant"), Some(BTreeSet::from([key.to_owned()])));
    assert_eq!(on("kms:ListAliases"), Some(BTreeSet::from(["*".to_owned()])));
}
