//! The state table as `doctor`, `destroy`, `gc` and `verify` use it, on a scripted account.

use super::Project;
use super::table::{Table, execution, red_and_green, row, run, stacks};
use guardian_contract::Status;
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::sync::Mutex;

const CONFIG: &str = "project: shop\nregion: eu-west-1\nalarms: { each: none }\nmachines:\n  \
                      watched: [order, nightly]\n";

fn project() -> Project {
    Project::of(&[("guardian.yaml", CONFIG)])
}

fn identity(request: &Request) -> Reply {
    Reply::query(
        &request.action,
        "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
    )
}

fn denied(action: &str) -> Reply {
    let code = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
    Reply::json_error(400, code, &format!("not authorized to perform: dynamodb:{action}"))
}

/// The rule of the events among the resources.
fn resources() -> Reply {
    Reply::query(
        "ListStackResources",
        "<StackResourceSummaries><member><LogicalResourceId>HintRule</LogicalResourceId>\
         <PhysicalResourceId>shop-dev-HintRule-1</PhysicalResourceId><ResourceType>\
         AWS::Events::Rule</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>\
         </StackResourceSummaries>",
    )
}

fn described(status: &str) -> Reply {
    Reply::json(&json!({"Table": {
        "TableName": "shop-dev-state", "TableStatus": status,
        "TableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-dev-state",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ItemCount": 7, "TableSizeBytes": 4096,
    }}))
}

/// The verdicts of the checks of these names.
fn verdicts(stub: &Stub, names: &[&str]) -> Vec<String> {
    let said = run(&project(), &["doctor", "--json"], stub).stdout;
    let checks: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdict = |name: &&str| {
        let check = checks.iter().find(|check| check["name"] == **name);
        check.map_or("missing", |check| check["verdict"].as_str().unwrap()).to_owned()
    };
    names.iter().map(verdict).collect()
}

const CHECKS: [&str; 8] = [
    "table",
    "table-expiry",
    "table-schema",
    "tick",
    "lease",
    "quota-share",
    "event-rule",
    "deployments",
];

#[test]
fn the_doctor_looks_at_table_ticks_and_rule() {
    let stub = Stub::serve(|request| match request.action.as_str() {
        "GetCallerIdentity" => identity(request),
        "DescribeStacks" => stacks(Some("shop-dev-state")),
        "ListStackResources" => resources(),
        "DescribeTable" => described("ACTIVE"),
        "DescribeTimeToLive" => Reply::json(&json!({"TimeToLiveDescription": {
            "TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}})),
        "Query" => Table::of([]).query(request),
        "DescribeRule" => {
            assert_eq!(request.json["Name"], "shop-dev-HintRule-1");
            Reply::json(&json!({"Name": "shop-dev-HintRule-1", "State": "ENABLED"}))
        }
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap();
    // The last tick of this table has written no share.
    let expected = ["ok", "ok", "ok", "ok", "ok", "warning", "ok", "ok"];
    assert_eq!(verdicts(&stub, &CHECKS), expected);
}

#[test]
fn the_doctor_finds_a_missing_table_a_disabled_rule_and_other_deployments() {
    let other = "<member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/NAME/1\
                 </StackId><StackName>NAME</StackName><CreationTime>2026-01-01T00:00:00Z\
                 </CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs><member>\
                 <OutputKey>FunctionName</OutputKey><OutputValue>f</OutputValue></member></Outputs>\
                 <Parameters><member><ParameterKey>ArtifactBucket</ParameterKey><ParameterValue>\
                 guardian-artifacts-123456789012-eu-west-1</ParameterValue></member></Parameters>\
                 </member>";
    let stub = Stub::serve(move |request| match request.action.as_str() {
        "GetCallerIdentity" => identity(request),
        "DescribeStacks" if request.body.contains("StackName=") => stacks(Some("shop-dev-state")),
        "DescribeStacks" => {
            let both = ["billing", "shop-prod"].map(|name| other.replace("NAME", name)).concat();
            Reply::query("DescribeStacks", &format!("<Stacks>{both}</Stacks>"))
        }
        "ListStackResources" => resources(),
        "DescribeTable" | "DescribeTimeToLive" | "Query" => {
            let code = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
            Reply::json_error(400, code, "Requested resource not found")
        }
        "DescribeRule" => Reply::json(&json!({"State": "DISABLED"})),
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap();
    let expected =
        ["problem", "missing", "missing", "missing", "missing", "missing", "problem", "warning"];
    assert_eq!(verdicts(&stub, &CHECKS), expected);
}

/// An account with a stack and two incidents; its table is denied or not.
fn deleting(is_denied: bool) -> Stub {
    let asked = Mutex::new(false);
    let table = red_and_green();
    Stub::serve(move |request| {
        let mut asked = asked.lock().unwrap();
        match request.action.as_str() {
            "GetCallerIdentity" => identity(request),
            "DescribeStacks" => {
                let mut reply = stacks(Some("shop-dev-state"));
                if *asked {
                    reply = Reply::query(
                        "DescribeStacks",
                        "<Stacks><member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:\
                         stack/shop-dev/1</StackId><StackName>shop-dev</StackName><CreationTime>\
                         2026-01-01T00:00:00Z</CreationTime><StackStatus>DELETE_COMPLETE\
                         </StackStatus></member></Stacks>",
                    );
                }
                reply
            }
            "GetTemplate" => Reply::query("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
            "DescribeStackEvents" | "ListStackResources" | "GetStackPolicy" => {
                Reply::query(&request.action, "")
            }
            "DeleteStack" => {
                *asked = true;
                Reply::query("DeleteStack", "")
            }
            "Query" if is_denied => denied("Query"),
            "Query" => table.query(request),
            other => Reply::json_error(400, "UnknownOperationException", other),
        }
    })
    .unwrap()
}

#[test]
fn incidents_are_written_before_anything_is_deleted() {
    let (project, stub) = (project(), deleting(false));
    let ended = run(&project, &["destroy", "--yes", "--export-incidents", "lost.ndjson"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.contains("2 incidents"), "{}", ended.all());
    let text = project.read("lost.ndjson");
    let keys: Vec<String> = text
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            assert_eq!((&record["v"], &record["type"]), (&json!(1), &json!("incident")));
            record["key"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(keys, ["nightly", "order"], "the oldest first");
    let calls: Vec<String> = stub.calls().into_iter().map(|call| call.action).collect();
    let last_read = calls.iter().rposition(|action| action == "Query").unwrap();
    assert!(last_read < calls.iter().position(|action| action == "DeleteStack").unwrap());

    // A second export overwrites nothing, and deletes nothing.
    let stub = deleting(false);
    let again = run(&project, &["destroy", "--yes", "--export-incidents", "lost.ndjson"], &stub);
    assert_eq!((again.code, stub.count("DeleteStack")), (Some(64), 0), "{}", again.all());
    assert_eq!(project.read("lost.ndjson"), text);
}

#[test]
fn a_table_that_cannot_be_read_stops_an_export_and_not_a_destroy() {
    let (project, stub) = (project(), deleting(true));
    let ended = run(&project, &["destroy", "--yes", "--export-incidents", "lost.ndjson"], &stub);
    assert_eq!((ended.code, stub.count("DeleteStack")), (Some(1), 0), "{}", ended.all());
    assert!(ended.stderr.contains("nothing was deleted"), "{}", ended.all());
    assert!(!project.files().contains("lost.ndjson"));
    let ended = run(&project, &["destroy", "--yes"], &stub);
    assert_eq!((ended.code, stub.count("DeleteStack")), (Some(0), 1), "{}", ended.all());
    assert!(ended.stdout.contains("is not known"), "{}", ended.all());
}

#[test]
fn a_destroy_says_how_many_incidents_are_lost() {
    let ended = run(&project(), &["destroy", "--yes"], &deleting(false));
    assert!(ended.stdout.contains("2 incidents"), "{}", ended.all());
    assert!(ended.stdout.contains("--export-incidents FILE"), "{}", ended.all());
}

#[test]
fn gc_lists_the_table_of_a_stack_that_is_gone() {
    let stub = Stub::serve(|request| match request.action.as_str() {
        "GetCallerIdentity" => identity(request),
        "ListTables" => match request.json["ExclusiveStartTableName"].as_str() {
            None => Reply::json(&json!({
                "TableNames": ["orders"], "LastEvaluatedTableName": "orders"})),
            Some(_) => Reply::json(&json!({"TableNames": ["gone-StateTable-A"]})),
        },
        "DescribeTable" => described("ACTIVE"),
        "ListTagsOfResource" => Reply::json(&json!({"Tags": [
            {"Key": "aws:cloudformation:stack-id",
             "Value": "arn:aws:cloudformation:eu-west-1:123456789012:stack/gone/1"},
            {"Key": "aws:cloudformation:logical-id", "Value": "StateTable"},
        ]})),
        "DescribeStacks" if request.body.contains("StackName=") => {
            Reply::query_error(400, "ValidationError", "Stack with id gone does not exist")
        }
        "DescribeStacks" => Reply::query("DescribeStacks", "<Stacks></Stacks>"),
        action if action.starts_with("GET /") => Reply::xml(
            200,
            "<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>",
        ),
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap();
    let ended = run(&Project::of(&[]), &["gc", "--json"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let table = ended.stdout.lines().find(|line| line.contains("\"table\"")).unwrap_or_default();
    assert!(
        table.contains("gone-StateTable-A") && table.contains("\"items\":7"),
        "{}",
        ended.all()
    );
    assert_eq!(stub.count("DeleteTable"), 0);
}

#[test]
fn a_machine_without_an_alarm_is_verified_by_its_row() {
    let last: Mutex<Option<Status>> = Mutex::new(None);
    let stub = Stub::serve(move |request| {
        let mut last = last.lock().unwrap();
        match request.action.as_str() {
            "GetCallerIdentity" => identity(request),
            "DescribeStacks" => stacks(Some("shop-dev-state")),
            "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
            "StartExecution" => {
                let fails = request.json["input"].as_str().unwrap().contains("false");
                *last = Some(if fails { Status::Failed } else { Status::Succeeded });
                Reply::json(&json!({"executionArn": "arn:run", "startDate": 1_700_000_000.0}))
            }
            "DescribeExecution" => Reply::json(&json!({
                "executionArn": "arn:run", "stateMachineArn": "arn:m", "startDate": 1_700_000_000.0,
                "status": last.unwrap().as_str(),
            })),
            "Query" => {
                let runs = last.map(|status| execution("order", "x", status, 2, 1));
                Table::of([row("order", runs.into_iter().collect())]).query(request)
            }
            other => Reply::json_error(400, "UnknownOperationException", other),
        }
    })
    .unwrap();
    let words = ["verify", "--yes", "--machine", "order", "--pass", "{\"ok\":true}", "--fail"];
    let words = [&words[..], &["{\"ok\":false}", "--limit", "20"]].concat();
    let ended = run(&project(), &words, &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.contains("→ red") && ended.stdout.contains("→ green"), "{}", ended.all());
    assert!(ended.stdout.contains("proven"), "{}", ended.all());
    assert_eq!(stub.count("StartExecution"), 2);
}
