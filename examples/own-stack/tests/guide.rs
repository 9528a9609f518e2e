//! The Rust of docs/own-stack.md, compiled; each block of the page stands here or in the program.
#![allow(clippy::unwrap_used)]

use guardian_cfn::cloudwatch::ComparisonOperator::GreaterThanThreshold;
use guardian_cfn::{
    DeletionPolicy, Id, Output, Parameter, Statement, Template, events, iam, lambda, s3, sqs,
    stepfunctions,
};
use guardian_stack::monitoring::{Monitoring, MonitoringError};

fn job(t: &mut Template) -> Id<lambda::Function> {
    let code = lambda::Code::new().s3_bucket("artifacts").s3_key("job.zip");
    let role = "arn:aws:iam::123456789012:role/job";
    t.add("Job", lambda::Function::new().code(code).role(role))
}

fn machine(t: &mut Template) -> Id<stepfunctions::StateMachine> {
    let machine = stepfunctions::StateMachine::new()
        .state_machine_name("lister")
        .definition_string(r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#)
        .role_arn("arn:aws:iam::123456789012:role/lister");
    t.add("Lister", machine)
}

#[rustfmt::skip] // As the page has it.
fn guide(t: &mut Template) -> Result<(), MonitoringError> {
let files = t.add("Files", s3::Bucket::new());
t.resource_mut(&files).deletion_policy(DeletionPolicy::Retain);
let (names, _letters) = t.queue_with_dead_letters("Names", sqs::Queue::new(), 3);

let role = t.add("ListerRole", iam::Role::of_service("states.amazonaws.com"));
t.grant("ListerPolicy", &role, [
    Statement::allow(["s3:ListBucket"], [files.arn()]),
    Statement::allow(["sqs:SendMessage"], [names.arn()]),
]);

let job = job(t);
let every_3_hours = events::Rule::new().schedule_expression("rate(3 hours)");
t.rule_to_function("Schedule", every_3_hours, &job, |target| target);
t.add("Errors", job.metric("Errors").alarm(GreaterThanThreshold, 0.0));

let level = t.parameter("Level", Parameter::string().default("INFO"));
t.output("NamesUrl", Output::new(names.queue_url()));
t.output("Level", Output::new(level.reference()));

let lister = machine(t);
let monitoring = Monitoring::new("own-stack")
    .env("prod")
    .watch(&lister)
    .email("oncall@example.com")
    .setting("watch", serde_json::json!({"defaults": {"expect_every": "1d"}}))
    .add_to(t)?;
assert_eq!(monitoring.function.logical_id(), "MonitoringFunction");
Ok(())
}

#[test]
fn the_guide_makes_a_valid_template() {
    let mut t = Template::new();
    guide(&mut t).unwrap();
    let json = t.synth().unwrap().to_json();
    for id in ["NamesDeadLetters", "SchedulePermission", "Errors", "MonitoringFunction"] {
        assert!(json.contains(&format!("\"{id}\": {{")), "{id}");
    }
}

#[test]
fn every_block_of_the_guide_is_compiled() {
    let compiled = [include_str!("guide.rs"), include_str!("../src/main.rs")].concat();
    let page = include_str!("../../../docs/own-stack.md");
    let blocks: Vec<&str> =
        page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5, "{}", blocks.len());
    for block in blocks {
        // A `use` stands at the top of the file.
        let mut lines: Vec<&str> = Vec::new();
        for line in block.lines() {
            match line.strip_prefix("use ") {
                Some(import) => {
                    let name = import.trim_end_matches(';').rsplit("::").next().unwrap();
                    assert!(compiled.contains(name), "{import}");
                }
                None => lines.push(line),
            }
        }
        let block = lines.join("\n");
        assert!(compiled.contains(block.trim()), "not compiled:\n{block}");
    }
}
