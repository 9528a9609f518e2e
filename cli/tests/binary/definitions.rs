//! Definitions that Step Functions checks before a deploy: its findings lead to lines, a refusal changes
//! nothing, and the output says so if the check cannot be made.

use super::online::run;
use super::{HELLO, Project};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};

const CONFIGURATION: &str = "project: shop\nregion: eu-west-1\nmachines:\n  managed: [hello]\n";
const YAML: &str =
    "StartAt: Hello\nStates:\n  Hello:\n    Type: Pass\n    End: true\n    Result: $.a\n";

/// An account without stacks, where Step Functions answers like this.
fn account(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Stub {
    Stub::serve(move |request| match request.action.as_str() {
        "ValidateStateMachineDefinition" => answer(request),
        "GetCallerIdentity" => Reply::query(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
        ),
        "DescribeStacks" => {
            Reply::query_error(400, "ValidationError", "Stack with id shop-dev does not exist")
        }
        other => Reply::json_error(400, "UnknownOperationException", other),
    })
    .unwrap()
}

fn finding(severity: &str, code: &str, message: &str, location: &str) -> Value {
    json!({ "severity": severity, "code": code, "message": message, "location": location })
}

fn found(result: &str, findings: &[Value], truncated: bool) -> Reply {
    Reply::json(&json!({ "result": result, "diagnostics": findings, "truncated": truncated }))
}

fn shop() -> Project {
    Project::of(&[("guardian.yaml", CONFIGURATION), ("definitions/hello.yaml", YAML)])
}

fn refusing() -> Stub {
    account(|_| {
        let schema = "SCHEMA_VALIDATION_FAILED";
        let findings = [
            finding("ERROR", schema, "The field is not supported.", "/States/Hello/Result"),
            finding(
                "WARNING",
                "NO_DOLLAR",
                "No `.$` at /States/Hello/Result",
                "/States/Hello/Result",
            ),
        ];
        found("FAIL", &findings, true)
    })
}

#[test]
fn a_definition_that_step_functions_refuses_is_refused_at_its_line_before_anything_is_made() {
    let stub = refusing();
    let ended = run(&shop(), &["validate", "--online"], &stub.endpoint());
    assert_eq!(ended.code, Some(7), "{}", ended.all());
    insta::assert_snapshot!("refused_definition", ended.all());
    let call = stub.calls().into_iter().find(|c| c.service == "states").unwrap();
    assert_eq!(call.json["severity"], "WARNING");
    assert_eq!(call.json["type"], "STANDARD");
    for command in [&["diff", "--locked"][..], &["plan"], &["deploy", "--yes"]] {
        let stub = refusing();
        let ended = run(&shop(), command, &stub.endpoint());
        assert_eq!(ended.code, Some(7), "{command:?}: {}", ended.all());
        assert!(ended.stderr.contains("hello.yaml:6:13"), "{}", ended.stderr);
        assert_eq!(stub.count("ValidateStateMachineDefinition"), 1);
        assert_eq!(stub.count("CreateChangeSet"), 0);
        assert!(!stub.calls().iter().any(|call| call.action.starts_with("PUT /")));
    }
}

#[test]
fn what_step_functions_doubts_is_a_warning_at_its_line() {
    let stub = account(|_| {
        let doubt = finding("WARNING", "NO_PATH", "It looks like a path.", "/States/Hello/Result");
        found("OK", &[doubt], false)
    });
    let ended = run(&shop(), &["validate", "--online"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    insta::assert_snapshot!("doubted_definition", ended.all());
    let ended = run(&shop(), &["validate", "--online", "--json"], &stub.endpoint());
    let warning: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
    assert_eq!((&warning["line"], &warning["column"]), (&json!(6), &json!(13)), "{warning}");
}

#[test]
fn a_check_that_is_denied_or_unknown_is_a_note_and_asked_for_once() {
    let two = "project: shop\nregion: eu-west-1\nmachines:\n  managed: [hello, there]\n";
    let files = [
        ("guardian.yaml", two),
        ("definitions/hello.json", HELLO),
        ("definitions/there.json", HELLO),
    ];
    for code in ["AccessDeniedException", "UnknownOperationException"] {
        let stub = account(move |_| Reply::json_error(400, code, "no"));
        let ended = run(&Project::of(&files), &["validate", "--online"], &stub.endpoint());
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        let note = "note: the definitions are checked by Guardian only: cannot";
        assert!(ended.stderr.starts_with(note) && ended.stderr.contains(code), "{}", ended.stderr);
        assert_eq!(stub.count("ValidateStateMachineDefinition"), 1);
    }
}

#[test]
fn substitutions_are_filled_in_for_the_check() {
    let configuration = "project: shop
region: eu-west-1
machines:
  managed:
  - name: hello
    substitutions: { Pay: { function: pay } }
  - name: there
    substitutions: { Id: \"${AWS::StackId}\" }
";
    let definition =
        |name: &str| HELLO.replace("\"End\"", &format!("\"Result\": \"${{{name}}}\", \"End\""));
    let project = Project::of(&[
        ("guardian.yaml", configuration),
        ("definitions/hello.json", &definition("Pay")),
        ("definitions/there.json", &definition("Id")),
    ]);
    let stub = account(|_| found("OK", &[], false));
    let ended = run(&project, &["validate", "--online"], &stub.endpoint());
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stderr.contains("the definition of `there` is checked by Guardian only"));
    let calls = stub.calls();
    let sent: Vec<_> = calls.iter().filter_map(|c| c.json["definition"].as_str()).collect();
    let [sent] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(sent.contains("arn:aws:lambda:eu-west-1:123456789012:function:pay"), "{sent}");
}
