//! An environment that is a stack set, on a scripted account: its shapes are those of
//! CloudFormation's API reference.

use super::{Ended, HELLO, Project};
use guardian_tests::cloudformation::{Answer, Refusal};
use guardian_tests::stack_sets::{Definition, Operation, Pair, StackSets};
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

/// Seconds that an operation takes. Each look at it takes one: it has ended at the second.
const SECONDS: i64 = 2;

struct State {
    sets: StackSets,
    now: i64,
    /// Objects and buckets.
    objects: BTreeSet<String>,
    policies: BTreeMap<String, String>,
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

/// The accounts and regions that a request names. All accounts of the unit are one.
fn targets(request: &Request) -> Vec<Pair> {
    let regions = members(request, "Regions");
    let mut accounts = members(request, "Accounts");
    if !members(request, "DeploymentTargets.OrganizationalUnitIds").is_empty() {
        accounts.push("333333333333".to_owned());
    }
    let pairs = regions.iter().flat_map(|r| accounts.iter().map(move |a| (a, r)));
    pairs.map(|(a, r)| (a.clone(), r.clone())).collect()
}

fn definition(request: &Request) -> Definition {
    Definition {
        template: request.parameter("TemplateBody").to_owned(),
        parameters: parameters(request),
        service_managed: request.parameter("PermissionModel") == "SERVICE_MANAGED",
        ..Definition::default()
    }
}

fn cloudformation(state: &mut State, request: &Request) -> Reply {
    match answered(state, request) {
        Ok(body) => Reply::query(&request.action, &body),
        Err(refusal) => {
            let status = match refusal.code {
                "InvalidAction" => 400,
                code if code.contains("NotFound") => 404,
                _ => 409,
            };
            Reply::query_error(status, refusal.code, &refusal.message)
        }
    }
}

fn answered(state: &mut State, request: &Request) -> Answer<String> {
    let id = request.parameter("OperationId");
    let begun = |()| format!("<OperationId>{id}</OperationId>");
    let sets = &mut state.sets;
    if request.action != "CreateStackSet" {
        sets.set()?;
    }
    match request.action.as_str() {
        "CreateStackSet" => {
            let set = sets.create(definition(request));
            set.map(|()| "<StackSetId>shop-fleet:1</StackSetId>".to_owned())
        }
        "UpdateStackSet" => {
            let service_managed = sets.set()?.service_managed;
            let definition = Definition { service_managed, ..definition(request) };
            sets.update(definition, id).map(begun)
        }
        "CreateStackInstances" => sets.create_stacks(targets(request), id).map(begun),
        "DeleteStackInstances" => sets.delete_stacks(targets(request), id).map(begun),
        "DeleteStackSet" => sets.delete().map(|()| String::new()),
        "DescribeStackSet" => sets.set().map(described),
        "ListStackInstances" => Ok(instances(sets, sets.set()?.service_managed)),
        "ListStackSetOperations" => {
            let all = sets.operations()?.iter().rev().map(operation);
            let all: String = all.map(|body| format!("<member>{body}</member>")).collect();
            Ok(format!("<Summaries>{all}</Summaries>"))
        }
        "DescribeStackSetOperation" => {
            state.now += 1;
            sets.advance(state.now);
            let body = sets.operation(id).map(operation)?;
            Ok(format!("<StackSetOperation>{body}</StackSetOperation>"))
        }
        "ListStackSetOperationResults" => Ok(results(sets.operation(id)?)),
        action => Err(Refusal { code: "InvalidAction", message: action.to_owned() }),
    }
}

fn instances(sets: &StackSets, service_managed: bool) -> String {
    let rows = sets.stacks().iter().fold(String::new(), |mut rows, ((a, r), stack)| {
        let status = stack.status;
        let reason = match status {
            "CURRENT" => "",
            _ => "<StatusReason>Function: quota reached</StatusReason>",
        };
        let unit = match service_managed {
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
    format!("<Summaries>{rows}</Summaries>")
}

fn described(set: &Definition) -> String {
    let parameters = set.parameters.iter().fold(String::new(), |mut all, (key, value)| {
        let _ = write!(
            all,
            "<member><ParameterKey>{key}</ParameterKey><ParameterValue>{}</ParameterValue></member>",
            escaped(value)
        );
        all
    });
    let model = if set.service_managed {
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
        escaped(&set.template)
    )
}

fn operation(operation: &Operation) -> String {
    let (id, action, status) = (&operation.id, operation.action(), operation.status());
    format!(
        "<OperationId>{id}</OperationId><Action>{action}</Action><Status>{status}</Status>\
         <CreationTimestamp>2026-01-01T00:00:00Z</CreationTimestamp>"
    )
}

fn results(operation: &Operation) -> String {
    let rows = operation.results().fold(String::new(), |mut rows, ((account, region), result)| {
        let (status, reason) = (result.status, result.reason.unwrap_or_default());
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
    // An operation is in progress in all accounts and regions at once.
    let sets = StackSets::new(SECONDS, usize::MAX);
    let (objects, policies) = (BTreeSet::new(), BTreeMap::new());
    let state = Arc::new(Mutex::new(State { sets, now: 0, objects, policies }));
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

fn pair(account: &str, region: &str) -> Pair {
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
        assert_eq!(state.sets.stacks().len(), 4);
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
    assert!(doctor.stdout.contains("shop-fleet: 4 stacks, all current"), "{}", doctor.all());

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
    let reason = "ResourceLogicalId:Function, quota reached".to_owned();
    state.lock().unwrap().sets.fails.insert(pair("222222222222", "us-east-1"), reason);
    let failed = run(&project, &stub, &["deploy", "--yes"]);
    assert_eq!(failed.code, Some(4), "{}", failed.all());
    insta::assert_snapshot!("stack_set_failed", failed.stderr);
    let status = run(&project, &stub, &["status", "--exit-code"]);
    assert_eq!(status.code, Some(2), "{}", status.all());
    insta::assert_snapshot!("stack_set_behind", status.all());
    state.lock().unwrap().sets.fails.clear();
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
    assert_eq!(state.lock().unwrap().sets.stacks().len(), 4);
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
    assert!(state.lock().unwrap().sets.set().is_err());
}
