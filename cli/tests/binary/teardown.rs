//! Teardown: `gc` and `destroy` on a scripted account, with refusals of S3 and CloudFormation.

use super::{Ended, Project, SHOP};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::json;
use std::sync::Mutex;

const BUCKET: &str = "guardian-artifacts-123456789012-eu-west-1";

fn package(n: u8) -> String {
    format!("guardian/packages/{}.zip", format!("{n:02x}").repeat(32))
}

fn identity(request: &Request) -> Reply {
    Reply::query(
        &request.action,
        "<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>ann</UserId>\
         <Account>123456789012</Account>",
    )
}

/// The stacks of the account as DescribeStacks returns them: name, status and package.
fn described(stacks: &[(&str, &str, &str)]) -> String {
    let member = |(name, status, package): &(&str, &str, &str)| {
        format!(
            "<member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/1\
             </StackId><StackName>{name}</StackName><CreationTime>2026-01-01T00:00:00Z\
             </CreationTime><StackStatus>{status}</StackStatus><Parameters><member>\
             <ParameterKey>ArtifactBucket</ParameterKey><ParameterValue>{BUCKET}</ParameterValue>\
             </member><member><ParameterKey>PackageKey</ParameterKey><ParameterValue>{package}\
             </ParameterValue></member></Parameters></member>"
        )
    };
    format!("<Stacks>{}</Stacks>", stacks.iter().map(member).collect::<String>())
}

/// A version of an object, from long ago.
fn version(key: &str, id: &str, latest: bool) -> String {
    format!(
        "<Version><Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>{latest}</IsLatest>\
         <LastModified>2020-01-01T00:00:00.000Z</LastModified><Size>2048</Size></Version>"
    )
}

/// A bucket in two pages: a package in use, one with a delete marker, and two unused ones.
fn listing(request: &Request) -> Reply {
    let (versions, next) = if request.path.contains("key-marker=") {
        (version(&package(3), "1", true) + &version(&package(4), "1", true), String::new())
    } else {
        let marker = format!(
            "<DeleteMarker><Key>{}</Key><VersionId>2</VersionId><IsLatest>true</IsLatest>\
             <LastModified>2020-01-02T00:00:00.000Z</LastModified></DeleteMarker>",
            package(2)
        );
        let first = version(&package(1), "1", true) + &marker + &version(&package(2), "1", false);
        let next = format!("<NextKeyMarker>{}</NextKeyMarker>", package(2));
        (first, next)
    };
    let more = !next.is_empty();
    Reply::xml(
        200,
        &format!(
            "<ListVersionsResult><IsTruncated>{more}</IsTruncated>{next}{versions}\
             </ListVersionsResult>"
        ),
    )
}

pub(crate) fn collecting(status: &'static str) -> Stub {
    with_plan(status, false)
}

/// The same; where it is planned, a change set waits that takes the second package.
fn with_plan(status: &'static str, planned: bool) -> Stub {
    Stub::serve(move |request| match request.action.as_str() {
        "GetCallerIdentity" => identity(request),
        "ListTables" => Reply::json(&json!({"TableNames": []})),
        "DescribeStacks" => {
            Reply::query("DescribeStacks", &described(&[("shop-prod", status, &package(1))]))
        }
        "GetTemplate" => Reply::query("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
        "ListChangeSets" if planned => Reply::query(
            "ListChangeSets",
            "<Summaries><member><ChangeSetId>arn:set</ChangeSetId><Status>CREATE_COMPLETE</Status>\
             </member></Summaries>",
        ),
        "ListChangeSets" => Reply::query("ListChangeSets", "<Summaries></Summaries>"),
        "DescribeChangeSet" => Reply::query(
            "DescribeChangeSet",
            &format!(
                "<Parameters><member><ParameterKey>PackageKey</ParameterKey><ParameterValue>{}\
                 </ParameterValue></member></Parameters>",
                package(2)
            ),
        ),
        action if action.starts_with("GET /") => listing(request),
        action if action.starts_with("POST /") => Reply::xml(
            200,
            &format!(
                "<DeleteResult><Error><Key>{}</Key><VersionId>1</VersionId>\
                 <Code>AccessDenied</Code><Message>Access Denied</Message></Error>\
                 </DeleteResult>",
                package(3)
            ),
        ),
        action => Reply::s3_error(400, "InvalidRequest", action),
    })
    .unwrap()
}

fn run(project: &Project, arguments: &[&str], stub: &Stub) -> Ended {
    let endpoint = stub.endpoint();
    let mut ended = project.run(
        arguments,
        &[
            ("AWS_ENDPOINT_URL", &endpoint),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "eu-west-1"),
            ("NO_PROXY", "127.0.0.1"),
            ("USER", "ann"),
        ],
    );
    ended.stderr = ended.stderr.replace(&endpoint, "[endpoint]");
    ended
}

#[test]
fn gc_removes_all_versions_of_what_no_stack_uses_and_tells_what_was_refused() {
    let (project, stub) = (Project::of(&[]), collecting("UPDATE_COMPLETE"));
    let ended = run(&project, &["gc", "--yes", "--keep", "1"], &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    insta::assert_snapshot!("collected", ended.all());
    let deletes: Vec<Request> =
        stub.calls().into_iter().filter(|call| call.action.starts_with("POST /")).collect();
    assert_eq!(deletes.len(), 1);
    let body = &deletes[0].body;
    assert_eq!(body.matches("<Object>").count(), 3, "{body}");
    assert_eq!(body.matches(&package(2)).count(), 2, "the delete marker goes, too: {body}");
    assert!(!body.contains(&package(1)), "{body}");
    let records = run(&project, &["gc", "--yes", "--keep", "1", "--json"], &stub);
    insta::assert_snapshot!("collected_json", records.stdout);
}

#[test]
fn gc_keeps_the_package_of_a_plan_that_waits_to_be_run() {
    let (project, stub) = (Project::of(&[]), with_plan("UPDATE_COMPLETE", true));
    run(&project, &["gc", "--yes", "--keep", "0"], &stub);
    let calls = stub.calls();
    let delete = calls.iter().find(|call| call.action.starts_with("POST /")).unwrap();
    for (number, goes) in [(1, false), (2, false), (3, true), (4, true)] {
        assert_eq!(delete.body.contains(&package(number)), goes, "{}", delete.body);
    }
}

#[test]
fn gc_removes_nothing_on_a_dry_run_without_a_yes_or_while_a_stack_may_go_back() {
    let (project, stub) = (Project::of(&[]), collecting("UPDATE_COMPLETE"));
    assert_eq!(run(&project, &["gc", "--dry-run"], &stub).code, Some(0));
    assert_eq!(run(&project, &["gc", "--keep", "0"], &stub).code, Some(6));
    let busy = collecting("UPDATE_ROLLBACK_IN_PROGRESS");
    let ended = run(&project, &["gc", "--yes", "--keep", "0"], &busy);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("may_go_back", ended.stderr);
    for stub in [stub, busy] {
        assert!(!stub.calls().iter().any(|call| call.action.starts_with("POST /")));
    }
}

/// An account with one stack, whose delete ends in this status.
fn deleting(protected: bool, ends: &'static str) -> Stub {
    let asked = Mutex::new(false);
    Stub::serve(move |request| {
        let mut asked = asked.lock().unwrap();
        let status = if *asked { ends } else { "CREATE_COMPLETE" };
        match request.action.as_str() {
            "GetCallerIdentity" => identity(request),
            "DescribeStacks" => {
                let stacks = described(&[("shop-dev", status, &package(1))]);
                let protection = format!(
                    "<EnableTerminationProtection>{protected}</EnableTerminationProtection>\
                     </member></Stacks>"
                );
                Reply::query("DescribeStacks", &stacks.replace("</member></Stacks>", &protection))
            }
            "DescribeStackEvents" => Reply::query("DescribeStackEvents", ""),
            "GetTemplate" => Reply::query("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
            "DeleteStack" => {
                *asked = true;
                Reply::query("DeleteStack", "")
            }
            "ListStackResources" => {
                let failed = if *asked { "DELETE_FAILED" } else { "CREATE_COMPLETE" };
                Reply::query(
                    "ListStackResources",
                    &format!(
                        "<StackResourceSummaries><member><LogicalResourceId>HintQueue\
                         </LogicalResourceId><PhysicalResourceId>q</PhysicalResourceId>\
                         <ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>{failed}\
                         </ResourceStatus><ResourceStatusReason>sqs:DeleteQueue is denied\
                         </ResourceStatusReason></member></StackResourceSummaries>"
                    ),
                )
            }
            action => Reply::json_error(400, "AccessDeniedException", action),
        }
    })
    .unwrap()
}

#[test]
fn a_delete_that_fails_lists_what_is_left_and_removes_nothing_else() {
    let project = Project::shop();
    let stub = deleting(false, "DELETE_FAILED");
    let ended = run(&project, &["destroy", "--yes", "--artifacts", "--logs"], &stub);
    assert_eq!(ended.code, Some(5), "{}", ended.all());
    insta::assert_snapshot!("delete_failed", ended.stderr);
    assert!(!stub.calls().iter().any(|call| call.service == "s3" || call.service == "logs"));
}

#[test]
fn a_protected_stack_is_not_deleted() {
    let project = Project::of(&[("guardian.yaml", SHOP)]);
    let stub = deleting(true, "DELETE_COMPLETE");
    let arguments = ["destroy", "--yes", "--stack-name", "shop-dev"];
    let ended = run(&project, &arguments, &stub);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    assert!(ended.stderr.contains("termination protection"), "{}", ended.stderr);
    assert_eq!(stub.count("DeleteStack"), 0);
}

#[test]
fn what_cannot_be_removed_once_the_stack_is_gone_is_on_the_receipt() {
    let project = Project::shop();
    let stub = deleting(false, "DELETE_COMPLETE");
    let ended = run(&project, &["destroy", "--yes", "--artifacts", "--logs"], &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    insta::assert_snapshot!("receipt", ended.stdout);
}
