//! An environment that is a stack set, on a scripted account: its shapes are those of
//! CloudFormation's API reference.

use super::{Ended, HELLO, Project};
use guardian_tests::stub::{Reply, Request, Stub};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

const SETTINGS: &str = "project: shop
machines:
  managed: [hello]
environments:
  fleet:
    regions: [eu-west-1, us-east-1]
    stack_set:
      admin_region: eu-west-1
      accounts: ['111111111111', '222222222222']
";

#[derive(Default)]
struct State {
    set: Option<(String, BTreeMap<String, String>)>,
    /// Whether its roles are those of AWS Organizations; all accounts are in one unit then.
    service_managed: bool,
    /// Status by account and region.
    stacks: BTreeMap<(String, String), &'static str>,
    operation: Option<Operation>,
    /// Where stacks fail.
    fails: Option<(String, String)>,
    /// Objects and buckets.
    objects: BTreeSet<String>,
    policies: BTreeMap<String, String>,
}

struct Operation {
    id: String,
    action: &'static str,
    /// How often it was read.
    looks: usize,
    pairs: Vec<(String, String)>,
}

const UNIT: &str = "ou-ab12-cdefgh34";

type Shared = Arc<Mutex<State>>;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The members of a list of the query protocol.
fn members(request: &Request, list: &str) -> Vec<String> {
    let of = |n: usize| request.parameters.get(&format!("{list}.member.{n}")).cloned();
    (1..).map_while(of).collect()
}

fn parameters(request: &Request) -> BTreeMap<String, String> {
    let of = |n: usize, part: &str| {
        request.parameters.get(&format!("Parameters.member.{n}.{part}")).cloned()
    };
    (1..).map_while(|n| of(n, "ParameterKey").zip(of(n, "ParameterValue"))).collect()
}

fn cloudformation(state: &mut State, request: &Request) -> Reply {
    let action = request.action.as_str();
    let targets = || -> Vec<(String, String)> {
        let regions = members(request, "Regions");
        let mut accounts = members(request, "Accounts");
        if !members(request, "DeploymentTargets.OrganizationalUnitIds").is_empty() {
            accounts.push("333333333333".to_owned());
        }
        let pairs = regions.iter().flat_map(|r| accounts.iter().map(move |a| (a, r)));
        pairs.map(|(a, r)| (a.clone(), r.clone())).collect()
    };
    let id = request.parameter("OperationId").to_owned();
    let begun = format!("<OperationId>{id}</OperationId>");
    if state.set.is_none() && action != "CreateStackSet" {
        return Reply::query_error(404, "StackSetNotFoundException", "StackSet shop not found");
    }
    match action {
        "CreateStackSet" => {
            state.set = Some((request.parameter("TemplateBody").to_owned(), parameters(request)));
            state.service_managed = request.parameter("PermissionModel") == "SERVICE_MANAGED";
            Reply::query(action, "<StackSetId>shop-fleet:1</StackSetId>")
        }
        "UpdateStackSet" => {
            state.set = Some((request.parameter("TemplateBody").to_owned(), parameters(request)));
            let all = state.stacks.keys().cloned().collect();
            state.operation = Some(Operation { id, action: "UPDATE", looks: 0, pairs: all });
            Reply::query(action, &begun)
        }
        "CreateStackInstances" => {
            state.stacks.extend(targets().into_iter().map(|pair| (pair, "OUTDATED")));
            state.operation = Some(Operation { id, action: "CREATE", looks: 0, pairs: targets() });
            Reply::query(action, &begun)
        }
        "DeleteStackInstances" => {
            state.operation = Some(Operation { id, action: "DELETE", looks: 0, pairs: targets() });
            Reply::query(action, &begun)
        }
        "DeleteStackSet" if state.stacks.is_empty() => {
            state.set = None;
            Reply::query(action, "")
        }
        "DeleteStackSet" => Reply::query_error(409, "StackSetNotEmptyException", "not empty"),
        "DescribeStackSet" => Reply::query(action, &described(state)),
        "ListStackInstances" => {
            let rows = state.stacks.iter().fold(String::new(), |mut rows, ((a, r), status)| {
                let reason = match *status {
                    "CURRENT" => "",
                    _ => "<StatusReason>Function: quota reached</StatusReason>",
                };
                let unit = match state.service_managed {
                    true => format!("<OrganizationalUnitId>{UNIT}</OrganizationalUnitId>"),
                    false => String::new(),
                };
                let _ = write!(
                    rows,
                    "<member>{unit}<StackSetId>shop-fleet:1</StackSetId><Region>{r}</Region><Account>{a}\
                     </Account><StackId>arn:{a}:{r}</StackId><Status>{status}</Status>{reason}\
                     <StackInstanceStatus><DetailedStatus>SUCCEEDED</DetailedStatus>\
                     </StackInstanceStatus></member>"
                );
                rows
            });
            Reply::query(action, &format!("<Summaries>{rows}</Summaries>"))
        }
        "ListStackSetOperations" => Reply::query(action, "<Summaries></Summaries>"),
        "DescribeStackSetOperation" => looked_at(state, request),
        "ListStackSetOperationResults" => Reply::query(action, &results(state)),
        _ => Reply::query_error(400, "InvalidAction", action),
    }
}

fn described(state: &State) -> String {
    let Some((template, parameters)) = &state.set else { return String::new() };
    let parameters = parameters.iter().fold(String::new(), |mut all, (key, value)| {
        let _ = write!(
            all,
            "<member><ParameterKey>{key}</ParameterKey><ParameterValue>{}</ParameterValue></member>",
            escaped(value)
        );
        all
    });
    let model = if state.service_managed {
        format!(
            "<PermissionModel>SERVICE_MANAGED</PermissionModel><AutoDeployment><Enabled>true\
             </Enabled><RetainStacksOnAccountRemoval>false</RetainStacksOnAccountRemoval>\
             </AutoDeployment><OrganizationalUnitIds><member>{UNIT}</member>\
             </OrganizationalUnitIds><Regions><member>eu-west-1</member></Regions>"
        )
    } else {
        "<PermissionModel>SELF_MANAGED</PermissionModel><ExecutionRoleName>\
         AWSCloudFormationStackSetExecutionRole</ExecutionRoleName>"
            .to_owned()
    };
    format!(
        "<StackSet><StackSetName>shop-fleet</StackSetName><StackSetId>shop-fleet:1</StackSetId>\
         <Status>ACTIVE</Status><TemplateBody>{}</TemplateBody><Parameters>{parameters}\
         </Parameters><Capabilities><member>CAPABILITY_NAMED_IAM</member></Capabilities>\
         {model}</StackSet>",
        escaped(template)
    )
}

/// An operation has ended when it is read for the second time.
fn looked_at(state: &mut State, request: &Request) -> Reply {
    let State { operation, stacks, fails, .. } = state;
    let Some(Operation { id, action: does, looks, pairs }) = operation else {
        return Reply::query_error(404, "OperationNotFoundException", "no operation");
    };
    if request.parameter("OperationId") != id {
        return Reply::query_error(404, "OperationNotFoundException", "no operation");
    }
    *looks += 1;
    let failed = pairs.iter().any(|pair| Some(pair) == fails.as_ref());
    if *looks == 2 {
        for pair in pairs.iter() {
            match (*does, Some(pair) == fails.as_ref()) {
                ("DELETE", false) => drop(stacks.remove(pair)),
                (_, false) => drop(stacks.insert(pair.clone(), "CURRENT")),
                (_, true) => drop(stacks.insert(pair.clone(), "OUTDATED")),
            }
        }
    }
    let status = match (*looks, failed) {
        (1, _) => "RUNNING",
        (_, true) => "FAILED",
        (_, false) => "SUCCEEDED",
    };
    Reply::query(
        "DescribeStackSetOperation",
        &format!(
            "<StackSetOperation><OperationId>{id}</OperationId><Action>{does}</Action><Status>\
             {status}</Status><CreationTimestamp>2026-01-01T00:00:00Z</CreationTimestamp>\
             </StackSetOperation>"
        ),
    )
}

fn results(state: &State) -> String {
    let Some(Operation { looks, pairs, .. }) = &state.operation else { return String::new() };
    let rows = pairs.iter().fold(String::new(), |mut rows, pair| {
        let (status, reason) = match (*looks > 1, Some(pair) == state.fails.as_ref()) {
            (false, _) => ("RUNNING", ""),
            (true, true) => ("FAILED", "ResourceLogicalId:Function, quota reached"),
            (true, false) => ("SUCCEEDED", ""),
        };
        let (account, region) = pair;
        let _ = write!(
            rows,
            "<member><Account>{account}</Account><Region>{region}</Region><Status>{status}</Status>\
             <StatusReason>{reason}</StatusReason></member>"
        );
        rows
    });
    format!("<Summaries>{rows}</Summaries>")
}

fn s3(state: &mut State, request: &Request) -> Reply {
    let (method, path) = request.action.split_once(' ').unwrap();
    let key = path.trim_start_matches('/').to_owned();
    let bucket = key.split('/').next().unwrap().to_owned();
    if request.path.contains("?policy") {
        return match (method, state.policies.get(&bucket)) {
            ("PUT", _) => {
                state.policies.insert(bucket, request.body.clone());
                Reply::xml(204, "")
            }
            (_, Some(policy)) => Reply::xml(200, policy),
            (_, None) => Reply::s3_error(404, "NoSuchBucketPolicy", "none"),
        };
    }
    match method {
        "GET" if request.path.contains("?versions") => {
            let rows = state.objects.iter().filter_map(|o| o.strip_prefix(&format!("{bucket}/")));
            let rows: String = rows
                .map(|key| {
                    format!(
                        "<Version><Key>{key}</Key><VersionId>1</VersionId><IsLatest>true</IsLatest>\
                         <LastModified>2026-01-01T00:00:00Z</LastModified><Size>9</Size></Version>"
                    )
                })
                .collect();
            Reply::xml(200, &format!("<ListVersionsResult>{rows}</ListVersionsResult>"))
        }
        "POST" => {
            let gone =
                |o: &String| o.split_once('/').is_some_and(|(_, k)| request.body.contains(k));
            state.objects.retain(|object| !gone(object));
            Reply::xml(200, "<DeleteResult></DeleteResult>")
        }
        "PUT" if !request.path.contains('?') || request.path.contains("x-id") => {
            state.objects.insert(key);
            Reply::xml(200, "")
        }
        "HEAD" if !state.objects.contains(&key) => Reply::s3_error(404, "NotFound", ""),
        _ => Reply::xml(200, ""),
    }
}

/// An account and its contents.
fn account() -> (Stub, Shared) {
    let state = Shared::default();
    let own = Arc::clone(&state);
    let stub = Stub::serve(move |request| {
        let mut state = own.lock().unwrap();
        match (request.service.as_str(), request.action.as_str()) {
            ("states", "ValidateStateMachineDefinition") => {
                Reply::json(&serde_json::json!({ "result": "OK", "diagnostics": [] }))
            }
            ("cloudformation", "DescribeStacks") => {
                Reply::query("DescribeStacks", "<Stacks></Stacks>")
            }
            ("cloudformation", _) => cloudformation(&mut state, request),
            ("s3", _) => s3(&mut state, request),
            ("sts", action) => Reply::query(
                action,
                "<Arn>arn:aws:iam::999999999999:user/ann</Arn><UserId>ann</UserId>\
                 <Account>999999999999</Account>",
            ),
            (_, "ListTables") => Reply::json(&serde_json::json!({"TableNames": []})),
            (service, action) => {
                Reply::json_error(400, "UnknownOperationException", &format!("{service} {action}"))
            }
        }
    });
    (stub.unwrap(), state)
}

fn project(settings: &str) -> Project {
    let project = Project::of(&[("guardian.yaml", settings), ("definitions/hello.json", HELLO)]);
    // The header of an ELF file for Linux on x86_64, and nothing else.
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    bytes.resize(52, 0);
    bytes.extend([64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    project.write("bootstrap", &bytes);
    project
}

fn run(project: &Project, stub: &Stub, arguments: &[&str]) -> Ended {
    let (endpoint, binary) = (stub.endpoint(), project.path().join("bootstrap"));
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        // The text has no stack set.
        ("AWS_REGION", "ap-south-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("NO_PROXY", "127.0.0.1"),
        ("USER", "ann"),
        ("GUARDIAN_BINARY", binary.to_str().unwrap()),
        ("GUARDIAN_ENV", "fleet"),
    ];
    let mut ended = project.run(arguments, &variables);
    let hash = |text: &str| {
        // A package's hash is that of the program, which changes with the code.
        let mut text = text.replace(&endpoint, "[endpoint]");
        while let Some(at) = text.find(".zip") {
            let from = text[..at].rfind('/').map_or(0, |slash| slash + 1);
            text.replace_range(from..at + 4, "[hash]");
        }
        text
    };
    ended.stdout = hash(&ended.stdout);
    ended.stderr = hash(&ended.stderr);
    ended
}

fn pair(account: &str, region: &str) -> (String, String) {
    (account.to_owned(), region.to_owned())
}

#[test]
fn a_set_is_deployed_left_alone_changed_and_destroyed() {
    let (stub, state) = account();
    let project = project(SETTINGS);
    let first = run(&project, &stub, &["deploy", "--yes"]);
    assert_eq!(first.code, Some(0), "{}", first.all());
    insta::assert_snapshot!("stack_set_deployed", first.all());
    let sets: Vec<Request> = stub.calls();
    let of = |action: &str| sets.iter().find(|c| c.action == action).unwrap();
    let create = of("CreateStackSet");
    assert_eq!(create.region, "eu-west-1");
    assert_eq!(create.parameter("PermissionModel"), "SELF_MANAGED");
    let given = parameters(create);
    assert_eq!(given["ArtifactBucket"], "guardian-artifacts-999999999999");
    assert!(given["PackageKey"].starts_with("guardian/sets/eu-west-1/shop-fleet/"));
    assert_eq!(
        of("CreateStackInstances").parameter("OperationPreferences.RegionOrder.member.2"),
        "us-east-1"
    );
    {
        let state = state.lock().unwrap();
        assert_eq!(state.stacks.len(), 4);
        for region in ["eu-west-1", "us-east-1"] {
            let bucket = format!("guardian-artifacts-999999999999-{region}");
            let policy = &state.policies[&bucket];
            assert!(policy.contains("OnlyOverTls"), "{policy}");
            assert!(policy.contains("arn:aws:iam::222222222222:root"), "{policy}");
            assert!(state.objects.contains(&format!("{bucket}/{}", given["PackageKey"])));
        }
    }
    let writes = |calls: &[Request]| {
        calls
            .iter()
            .filter(|c| c.action.starts_with("PUT") || c.action.contains("StackInst"))
            .count()
    };
    let before = stub.calls().len();
    let again = run(&project, &stub, &["deploy", "--yes"]);
    assert!(again.stdout.contains("is up to date; nothing to do"), "{}", again.all());
    assert_eq!(writes(&stub.calls()[before..]), 1, "it only lists the stacks");
    assert!(run(&project, &stub, &["diff", "--exit-code"]).stdout.contains("no differences"));
    // A package that the set names is in use, in the buckets of all regions.
    for region in ["eu-west-1", "us-east-1"] {
        let all = ["gc", "--yes", "--keep", "0", "--older-than", "0", "--region", region];
        let kept = run(&project, &stub, &all);
        assert!(kept.stdout.contains("Kept: 1 in use"), "{}", kept.all());
    }
    let doctor = run(&project, &stub, &["doctor"]);
    assert!(doctor.stdout.contains("shop-fleet: 4 stacks, all as it says"), "{}", doctor.all());

    // An account is removed.
    project.write("guardian.yaml", SETTINGS.replace(", '222222222222'", "").as_bytes());
    let diff = run(&project, &stub, &["diff", "--exit-code"]);
    assert_eq!(diff.code, Some(2), "{}", diff.all());
    insta::assert_snapshot!("stack_set_diff", diff.all());
    let less = run(&project, &stub, &["deploy", "--yes", "--json"]);
    assert_eq!(less.code, Some(0), "{}", less.all());
    insta::assert_snapshot!("stack_set_records", less.all().replace(&unique(&stub), "[id]"));
    let status = run(&project, &stub, &["status", "--exit-code"]);
    assert_eq!(status.code, Some(0), "{}", status.all());
    insta::assert_snapshot!("stack_set_status", status.all());

    let gone = run(&project, &stub, &["destroy", "--yes", "--artifacts"]);
    assert_eq!(gone.code, Some(0), "{}", gone.all());
    insta::assert_snapshot!("stack_set_destroyed", gone.all());
    let policies = state.lock().unwrap().policies.clone();
    assert!(policies.values().all(|p| !p.contains("StackSet")), "{policies:?}");
    let again = run(&project, &stub, &["destroy", "--yes", "--artifacts"]);
    assert_eq!(again.code, Some(0), "{}", again.all());
    assert!(again.stdout.contains("does not exist; nothing to do"), "{}", again.all());
}

/// The unique end of the operation that was begun last.
fn unique(stub: &Stub) -> String {
    let calls = stub.calls();
    let mut ids = calls.iter().rev().map(|c| c.parameter("OperationId"));
    ids.find(|id| !id.is_empty()).unwrap().to_owned()
}

#[test]
fn a_stack_that_fails_is_told_with_its_reason_and_is_tried_again() {
    let (stub, state) = account();
    let project = project(SETTINGS);
    state.lock().unwrap().fails = Some(pair("222222222222", "us-east-1"));
    let failed = run(&project, &stub, &["deploy", "--yes"]);
    assert_eq!(failed.code, Some(4), "{}", failed.all());
    insta::assert_snapshot!("stack_set_failed", failed.stderr);
    let status = run(&project, &stub, &["status", "--exit-code"]);
    assert_eq!(status.code, Some(2), "{}", status.all());
    insta::assert_snapshot!("stack_set_behind", status.all());
    state.lock().unwrap().fails = None;
    let retried = run(&project, &stub, &["deploy", "--yes"]);
    assert_eq!(retried.code, Some(0), "{}", retried.all());
    assert!(retried.stdout.contains("222222222222 us-east-1 is OUTDATED, retried"));
    assert_eq!(stub.count("UpdateStackSet"), 1);
}

#[test]
fn a_set_of_another_project_with_the_same_name_is_refused() {
    let (stub, state) = account();
    let first = run(&project(SETTINGS), &stub, &["deploy", "--yes"]);
    assert_eq!(first.code, Some(0), "{}", first.all());
    let other = SETTINGS.replace("project: shop", "project: other");
    let other = other.replace("    stack_set:\n", "    stack_set:\n      name: shop-fleet\n");
    for command in [&["deploy", "--yes"][..], &["destroy", "--yes"], &["diff"]] {
        let refused = run(&project(&other), &stub, command);
        assert_eq!(refused.code, Some(1), "{}", refused.all());
        assert!(
            refused.stderr.contains("`shop-fleet` belongs to project `shop`"),
            "{}",
            refused.all()
        );
    }
    assert_eq!(state.lock().unwrap().stacks.len(), 4);
}

#[test]
fn nothing_is_done_to_a_set_that_nobody_approves() {
    let (stub, _) = account();
    let refused = run(&project(SETTINGS), &stub, &["deploy"]);
    assert_eq!(refused.code, Some(6), "{}", refused.all());
    assert!(stub.calls().iter().all(|call| !call.action.starts_with("PUT")));
    assert_eq!(stub.count("CreateStackSet"), 0);
}

#[test]
fn what_makes_no_sense_for_a_set_says_so_and_what_to_do() {
    let (stub, _) = account();
    let project = project(SETTINGS);
    let mut output = String::new();
    for arguments in [
        &["plan", "-o", "plan.json"][..],
        &["deploy", "--region", "eu-west-1"],
        &["deploy", "--stack-name", "x"],
        &["deploy", "--revert-drift"],
        &["status", "--history"],
        &["status"],
        &["attach"],
        &["cancel", "--yes"],
        &["destroy", "--logs"],
        &["recover"],
        &["run"],
        &["ci", "github"],
        &["gc", "--dry-run"],
    ] {
        let ended = run(&project, &stub, arguments);
        let _ = writeln!(output, "$ guardian {}\n{}\n", arguments.join(" "), ended.all());
    }
    insta::assert_snapshot!(output);
    project.write("guardian.yaml", "project: shop\nmachines: { managed: [hello] }\n".as_bytes());
    let variables = [("AWS_REGION", "eu-west-1")];
    for arguments in [&["attach", "--operation", "x"][..], &["destroy", "--retain-stacks"]] {
        let ended = project.run(arguments, &variables);
        assert_eq!(ended.code, Some(64), "{}", ended.all());
    }
}

#[test]
fn a_set_of_an_organization_says_so_in_each_call_and_lets_the_organization_read() {
    let (stub, state) = account();
    let settings = "project: shop\nmachines:\n  managed: [hello]\nenvironments:\n  fleet:\n    region: \
                    eu-west-1\n    stack_set:\n      organizational_units: [ou-ab12-cdefgh34]\n      \
                    organization: o-a1b2c3d4e5\n      auto_deployment: true\n      call_as: \
                    DELEGATED_ADMIN\n      max_concurrent: 10%\n";
    let project = project(settings);
    let first = run(&project, &stub, &["deploy", "--yes"]);
    assert_eq!(first.code, Some(0), "{}", first.all());
    let head: Vec<&str> = first.stdout.lines().take(3).collect();
    assert!(head[2].contains("every account of 1 unit in 1 region"), "{}", first.all());
    let again = run(&project, &stub, &["deploy", "--yes"]);
    assert!(again.stdout.contains("nothing to do"), "{}", again.all());
    let destroyed = run(&project, &stub, &["destroy", "--yes", "--retain-stacks"]);
    assert_eq!(destroyed.code, Some(0), "{}", destroyed.all());
    assert!(destroyed.stdout.contains("--retain-stacks keeps it"), "{}", destroyed.all());
    let calls = stub.calls();
    let of = |action: &str| calls.iter().find(|c| c.action == action).unwrap();
    let sets = calls.iter().filter(|c| c.service == "cloudformation");
    assert!(sets.clone().count() > 5);
    assert!(sets.clone().all(|c| c.parameter("CallAs") == "DELEGATED_ADMIN"));
    let create = of("CreateStackSet");
    assert_eq!(create.parameter("AutoDeployment.Enabled"), "true");
    assert_eq!(create.parameter("PermissionModel"), "SERVICE_MANAGED");
    let stacks = of("CreateStackInstances");
    assert_eq!(members(stacks, "DeploymentTargets.OrganizationalUnitIds"), [UNIT]);
    assert_eq!(stacks.parameter("OperationPreferences.MaxConcurrentPercentage"), "10");
    assert_eq!(of("DeleteStackInstances").parameter("RetainStacks"), "true");
    let shared = calls.iter().filter(|c| c.path.contains("?policy") && c.action.starts_with("PUT"));
    let policies: Vec<&str> = shared.map(|c| c.body.as_str()).collect();
    let organization =
        policies.iter().filter(|p| p.contains(r#""aws:PrincipalOrgID":"o-a1b2c3d4e5""#));
    assert_eq!(organization.count(), 1, "{policies:?}");
    assert!(state.lock().unwrap().set.is_none());
}
