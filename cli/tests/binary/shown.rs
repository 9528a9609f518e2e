//! Everything that the commands print, on success and on their usual failures: at 80 and at 120
//! columns, with colour and without, and as records. A command without its cases fails the test, and
//! so does a line that is too long although it could have been broken.

use super::{Ended, HELLO, Project, SHOP, lights, table, teardown};
use guardian_tests::binaries;
use guardian_tests::request::Request;
use guardian_tests::stub::account::{Script, Step, stack_is, step};
use guardian_tests::stub::{Reply, Stub};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// One run of a command.
struct Case {
    /// The words after `guardian`.
    words: &'static str,
    project: fn() -> Project,
    account: fn() -> Stub,
    /// How many lines of its output are compared: the first ones of a document.
    lines: usize,
}

const ALL: usize = usize::MAX;

fn shop() -> Project {
    let project = Project::shop();
    project.write("bootstrap", &binaries::smallest());
    project
}

fn empty() -> Project {
    Project::of(&[])
}

fn misspelt() -> Project {
    let text = format!("{SHOP}shedule: rate(1 hour)\n");
    Project::of(&[("guardian.yaml", &text), ("definitions/hello.json", HELLO)])
}

fn no_binary() -> Project {
    let project = Project::shop();
    project.write("bootstrap", b"#!/bin/sh\nexit 0\n");
    project
}

/// An account that answers no call.
fn nothing() -> Stub {
    Stub::serve(|request| Reply::json_error(400, "UnknownOperationException", &request.action))
        .unwrap()
}

fn none() -> Stub {
    Stub::account(Script { steps: creates(), ..Script::default() }).unwrap()
}

fn creates() -> Vec<Step> {
    vec![
        stack_is("CREATE_IN_PROGRESS"),
        step("FunctionRole", "AWS::IAM::Role", "CREATE_IN_PROGRESS", ""),
        step("FunctionRole", "AWS::IAM::Role", "CREATE_COMPLETE", ""),
        step("Function", "AWS::Lambda::Function", "CREATE_COMPLETE", ""),
        stack_is("CREATE_COMPLETE"),
    ]
}

fn fails() -> Stub {
    let reason = "Resource handler returned message: User: arn:aws:iam::123456789012:user/ann is \
                  not authorized to perform: iam:CreateRole on resource: shop-dev-role";
    let steps = vec![
        stack_is("CREATE_IN_PROGRESS"),
        step("FunctionRole", "AWS::IAM::Role", "CREATE_FAILED", reason),
        step("Schedule", "AWS::Events::Rule", "CREATE_FAILED", "Resource creation cancelled"),
        stack_is("ROLLBACK_IN_PROGRESS"),
        stack_is("DELETE_COMPLETE"),
    ];
    Stub::account(Script { steps, ..Script::default() }).unwrap()
}

fn stack(status: &'static str) -> Stub {
    Stub::account(Script { stack: Some(status), ..Script::default() }).unwrap()
}

fn up() -> Stub {
    stack("CREATE_COMPLETE")
}

fn creating() -> Stub {
    stack("CREATE_IN_PROGRESS")
}

fn updating() -> Stub {
    stack("UPDATE_IN_PROGRESS")
}

fn never_up() -> Stub {
    stack("ROLLBACK_COMPLETE")
}

fn stuck() -> Stub {
    stack("UPDATE_ROLLBACK_FAILED")
}

/// A stack with one resource that was changed by hand.
fn drifted() -> Stub {
    let at_rest = "<Stacks><member><StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/\
                   shop-dev/1</StackId><StackName>shop-dev</StackName><CreationTime>2026-01-01T00:\
                   00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus></member></Stacks>";
    let drift = "<StackResourceDrifts><member><LogicalResourceId>Function</LogicalResourceId>\
                 <PhysicalResourceId>shop-dev-step-function-status-check</PhysicalResourceId>\
                 <ResourceType>AWS::Lambda::Function</ResourceType><StackResourceDriftStatus>MODIFIED\
                 </StackResourceDriftStatus><PropertyDifferences><member><PropertyPath>/MemorySize\
                 </PropertyPath><ExpectedValue>256</ExpectedValue><ActualValue>128</ActualValue>\
                 <DifferenceType>NOT_EQUAL</DifferenceType></member></PropertyDifferences></member>\
                 </StackResourceDrifts>";
    Stub::serve(move |request| {
        let action = request.action.as_str();
        Reply::query(
            action,
            match action {
                "DescribeStacks" => at_rest,
                "DetectStackDrift" => "<StackDriftDetectionId>1</StackDriftDetectionId>",
                "DescribeStackDriftDetectionStatus" => {
                    "<DetectionStatus>DETECTION_COMPLETE</DetectionStatus>"
                }
                "DescribeStackResourceDrifts" => drift,
                _ => "",
            },
        )
    })
    .unwrap()
}

fn objects() -> Stub {
    teardown::collecting("UPDATE_COMPLETE")
}

/// An account whose machine has never run, and whose function answers.
fn machines() -> Stub {
    Stub::serve(of_machines).unwrap()
}

/// The same with a stack that has no state table.
fn no_table() -> Stub {
    Stub::serve(|request: &Request| match request.action.as_str() {
        "DescribeStacks" => table::stacks(None),
        _ => of_machines(request),
    })
    .unwrap()
}

fn of_machines(request: &Request) -> Reply {
    match request.action.as_str() {
        "GetCallerIdentity" => lights::caller(),
        "ListExecutions" => Reply::json(&json!({"executions": []})),
        "DescribeStateMachine" => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            Reply::json(&json!({
                "stateMachineArn": request.json["stateMachineArn"], "name": "hello",
                "definition": "{}", "roleArn": "", "type": "STANDARD", "creationDate": now,
            }))
        }
        "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
        action if action.ends_with("/invocations") => Reply::json(
            &json!({"machines": 3, "by_status": {"FAILED": 1, "SUCCEEDED": 2}, "failed": 0}),
        ),
        action => Reply::json_error(400, "UnknownOperationException", action),
    }
}

/// A table without rows.
fn no_incidents() -> Stub {
    table::account(table::Table::of([]))
}

const fn case(
    words: &'static str,
    project: fn() -> Project,
    account: fn() -> Stub,
    lines: usize,
) -> Case {
    Case { words, project, account, lines }
}

/// Every command's cases; the first word is the command.
const CASES: &[Case] = &[
    case("init", empty, nothing, ALL),
    case("init", shop, nothing, ALL),
    case("validate", shop, nothing, ALL),
    case("validate", misspelt, nothing, ALL),
    case("synth -o templates", shop, nothing, ALL),
    case("synth -o templates --check", shop, nothing, ALL),
    case("package --binary bootstrap -o bootstrap.zip", shop, nothing, ALL),
    case("package --binary bootstrap", no_binary, nothing, ALL),
    case("export --binary bootstrap -o exported", shop, nothing, ALL),
    case("cost", shop, nothing, ALL),
    case("cost --runs-an-hour many", shop, nothing, ALL),
    case("plan --binary bootstrap", shop, none, ALL),
    case("plan --binary bootstrap", shop, updating, ALL),
    case("deploy --yes --no-sweep --binary bootstrap", shop, none, ALL),
    case("deploy --yes --no-sweep --binary bootstrap", shop, fails, ALL),
    case("diff --exit-code", shop, none, ALL),
    case("diff", misspelt, none, ALL),
    case("status", shop, no_table, ALL),
    case("status", shop, nothing, ALL),
    case("status --from-api", shop, machines, ALL),
    case("board --html board.html --from-api", shop, machines, ALL),
    case("board --html board.html", shop, no_table, ALL),
    case("board --serve 192.0.2.1:80", shop, nothing, ALL),
    case("board", shop, nothing, ALL),
    case("ack import", shop, no_table, ALL),
    case("ack import --for soon", shop, nothing, ALL),
    case("incidents", shop, no_table, ALL),
    case("incidents --since soon", shop, nothing, ALL),
    case("report", shop, nothing, ALL),
    case("report", shop, no_incidents, ALL),
    case("run", shop, machines, ALL),
    case("run", shop, nothing, ALL),
    case("attach", shop, up, ALL),
    case("attach", shop, none, ALL),
    case("cancel --yes", shop, creating, ALL),
    case("cancel --yes", shop, up, ALL),
    case("recover --yes", shop, never_up, ALL),
    case("recover", shop, stuck, ALL),
    case("drift", shop, drifted, ALL),
    case("drift", shop, none, ALL),
    case("drill hello --yes", lights::project, lights::heard, ALL),
    case("drill hello", lights::project, lights::heard, ALL),
    case("verify", shop, nothing, ALL),
    case("destroy --yes", shop, up, ALL),
    case("destroy", shop, up, ALL),
    case("gc --dry-run --keep 0", shop, objects, ALL),
    case("gc --keep 0", shop, objects, ALL),
    case("config show --origin", shop, nothing, ALL),
    case("config show --env prod", shop, nothing, ALL),
    case("ci github --repository ann/shop -o kit", shop, nothing, ALL),
    case("ci github", shop, nothing, ALL),
    case("doctor", shop, machines, ALL),
    case("doctor", empty, nothing, ALL),
    case("man -o man", empty, nothing, ALL),
    case("man", empty, nothing, ALL),
    case("completions bash", empty, nothing, 3),
    case("completions", empty, nothing, ALL),
    case("replay --simulate --machines 4 --days 1", empty, nothing, ALL),
    case("replay --history nowhere.ndjson", empty, nothing, ALL),
];

/// How a command is run for a snapshot: its name, the variables, and more words.
type Way = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const WAYS: [Way; 4] = [
    ("80 columns", &[("COLUMNS", "80")], &[]),
    ("120 columns", &[("COLUMNS", "120")], &[]),
    ("80 columns with colour", &[("COLUMNS", "80"), ("CLICOLOR_FORCE", "1")], &[]),
    ("records", &[], &["--json"]),
];

fn run(case: &Case, variables: &[(&str, &str)], more: &[&str]) -> Ended {
    let (project, stub) = ((case.project)(), (case.account)());
    let environment = stub.environment();
    let mut all: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // No tool of this computer is found or reported.
    all.extend([("NO_PROXY", "127.0.0.1"), ("USER", "ann"), ("PATH", "/nowhere")]);
    all.extend_from_slice(variables);
    let words: Vec<&str> = case.words.split(' ').chain(more.iter().copied()).collect();
    let mut ended = project.run(&words, &all);
    for text in [&mut ended.stdout, &mut ended.stderr] {
        *text = fixed(&text.replace(&stub.endpoint(), "[endpoint]"));
        *text = text.lines().take(case.lines).map(|line| format!("{line}\n")).collect();
    }
    ended
}

/// The text with everything that differs between runs replaced by words: hashes and names with them,
/// times, durations, and numbers of bytes or milliseconds in records.
fn fixed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let word_ends = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let word = &rest[..word_ends];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let is_hex = word.chars().all(|c| c.is_ascii_hexdigit());
        if digits > 0 && out.ends_with("\"bytes\":") {
            // The size of documents that every new option makes longer.
            out.push_str("[bytes]");
            rest = &rest[digits..];
        } else if is_time(rest) {
            let ends = rest.find('Z').map_or(rest.len(), |at| at + 1);
            out.push_str("[time]");
            rest = &rest[ends..];
        } else if digits > 0 && rest[digits..].starts_with('.') && is_seconds(&rest[digits..]) {
            out.push_str("[time] s");
            rest = &rest[digits + 4..];
        } else if out.ends_with("-ann-") {
            out.push_str("[token]");
            rest = &rest[word_ends..];
        } else if digits == word_ends && (digits >= 13 || digits > 0 && out.ends_with("_ms\":")) {
            out.push_str("[ms]");
            rest = &rest[word_ends..];
        } else if word.len() >= 12 && is_hex && digits < word_ends {
            out.push_str("[hash]");
            rest = &rest[word_ends..];
        } else if word_ends > 0 {
            out.push_str(word);
            rest = &rest[word_ends..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Whether a text begins with a time such as `2026-01-01T00:00:00Z`.
fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00";
    text.len() > form.len()
        && form.chars().zip(text.chars()).all(|(f, c)| match f {
            '0' => c.is_ascii_digit(),
            other => c == other,
        })
}

/// Whether a text begins with the rest of seconds: `.4 s`.
fn is_seconds(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next();
    chars.next().is_some_and(|c| c.is_ascii_digit()) && chars.as_str().starts_with(" s")
}

/// A line as it is seen: without what sets colours.
fn seen(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Lines that are longer than they need be: a space before the width could have broken them.
fn too_long(text: &str, width: usize) -> Vec<String> {
    let lines = text.lines().map(seen).filter(|line| line.chars().count() > width);
    lines
        .filter(|line| {
            // A path, an ARN or a command that is longer than half a line is not broken.
            let longest = line.split(' ').map(|word| word.chars().count()).max();
            longest.is_none_or(|longest| longest <= width / 2)
                && !line.contains('`')
                && !line.trim_start().starts_with("aws ")
        })
        .collect()
}

#[test]
fn every_command_has_its_output_shown() {
    let mut left: BTreeSet<String> = guardian_cli::args::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let mut names: Vec<&str> =
        CASES.iter().map(|case| case.words.split(' ').next().unwrap()).collect();
    names.dedup();
    let mut long = Vec::new();
    for name in names {
        left.remove(name);
        let mut text = String::new();
        for case in CASES.iter().filter(|case| case.words.split(' ').next() == Some(name)) {
            for (way, variables, more) in WAYS {
                let ended = run(case, variables, more);
                if let Some(width) = way.split(' ').next().and_then(|w| w.parse().ok()) {
                    for stream in [&ended.stdout, &ended.stderr] {
                        let found = too_long(stream, width).into_iter();
                        long.extend(found.map(|line| format!("{} at {width}: {line}", case.words)));
                    }
                }
                let shown = ended.all().replace('\u{1b}', "ESC");
                text.push_str(&format!("\n===== guardian {} ({way})\n{shown}\n", case.words));
            }
        }
        insta::with_settings!({snapshot_path => "shown", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name, text);
        });
    }
    assert!(left.is_empty(), "without a case: {left:?}");
    assert!(long.is_empty(), "longer than the width:\n{}", long.join("\n"));
}
