//! A deploy that fails leads back to the line of the project that made what failed.

use super::{Ended, HELLO, Project};
use guardian_tests::binaries;
use guardian_tests::stub::Stub;
use guardian_tests::stub::account::{Script, stack_is, step};
use serde_json::Value;

const SHOP: &str = "\
project: shop
machines:
  managed: [hello]
alarms:
  status:
    threshold: 4
function:
  memory: 10000
";

/// What early validation finds, in the shape of DescribeEvents' answer.
const VALIDATION: &str = "\
<member><EventId>1</EventId><StackId>arn:aws:cloudformation:us-east-1:1:stack/shop-dev/1</StackId>\
<OperationId>o-1</OperationId><OperationType>CREATE_CHANGESET</OperationType>\
<EventType>VALIDATION_ERROR</EventType><LogicalResourceId>HelloStatusAlarm</LogicalResourceId>\
<PhysicalResourceId></PhysicalResourceId><ResourceType>AWS::CloudWatch::Alarm</ResourceType>\
<Timestamp>2026-01-01T00:00:00Z</Timestamp><ValidationFailureMode>FAIL</ValidationFailureMode>\
<ValidationName>PROPERTY_VALIDATION</ValidationName><ValidationStatus>FAILED</ValidationStatus>\
<ValidationStatusReason>expected type: Number, found: String</ValidationStatusReason>\
<ValidationPath>/Resources/HelloStatusAlarm/Properties/Threshold</ValidationPath></member>";

fn project() -> Project {
    let project = Project::of(&[("guardian.yaml", SHOP), ("definitions/hello.json", HELLO)]);
    project.write("bootstrap", &binaries::smallest());
    project
}

fn run(project: &Project, arguments: &[&str], script: Script, more: &[(&str, &str)]) -> Ended {
    let stub = Stub::account(script).unwrap();
    let environment = stub.environment();
    let mut variables: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.extend([("GUARDIAN_BINARY", "bootstrap"), ("USER", "ann")]);
    variables.extend(more);
    project.run(arguments, &variables)
}

fn invalid() -> Script {
    let reason = "The following hook(s)/validation failed: [AWS::EarlyValidation::\
                  PropertyValidation]. To troubleshoot Early Validation errors, use the \
                  DescribeEvents API for detailed failure information.";
    Script { change_set_fails: Some(reason), validation: VALIDATION, ..Script::default() }
}

#[test]
fn what_early_validation_finds_is_told_with_the_line_that_made_it() {
    let project = project();
    let ended = run(&project, &["deploy", "--yes"], invalid(), &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    insta::assert_snapshot!("validation", ended.stderr);
    let ended = run(&project, &["deploy", "--yes", "--json"], invalid(), &[]);
    let error = ended.stdout.lines().find(|line| line.contains("\"error\"")).unwrap();
    let error: Value = serde_json::from_str(error).unwrap();
    assert_eq!(
        (&error["file"], &error["line"], &error["column"]),
        (&"guardian.yaml".into(), &6.into(), &16.into()),
        "{error}"
    );
    let actions = [("GITHUB_ACTIONS", "true")];
    let ended = run(&project, &["deploy", "--yes"], invalid(), &actions);
    assert!(ended.all().contains("::error file=guardian.yaml,line=6,col=16::"), "{}", ended.all());
}

#[test]
fn a_resource_that_fails_is_told_with_the_line_that_made_it() {
    let reason = "Resource handler returned message: \"1 validation error detected: Value \
                  '10000' at 'memorySize' failed to satisfy constraint: Member must have value \
                  less than or equal to 3008 (Service: Lambda, Status Code: 400, Request ID: \
                  1)\" (RequestToken: 2, HandlerErrorCode: InvalidRequest)";
    let steps = vec![
        stack_is("CREATE_IN_PROGRESS"),
        step("Function", "AWS::Lambda::Function", "CREATE_FAILED", reason),
        stack_is("ROLLBACK_IN_PROGRESS"),
        stack_is("DELETE_COMPLETE"),
    ];
    let script = Script { steps, ..Script::default() };
    let ended = run(&project(), &["deploy", "--yes"], script, &[]);
    assert_eq!(ended.code, Some(4), "{}", ended.all());
    insta::assert_snapshot!("failed", ended.stderr);
}
