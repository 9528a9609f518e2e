//! A stack of one's own: a bucket, a queue, a state machine that sends the names of new files to the queue,
//! and the machine's monitoring. `cargo run -p own-stack -- synth|diff|deploy|destroy`; docs/own-stack.md.

use guardian_cfn::{Output, Statement, Template, Val, iam, s3, sqs, stepfunctions};
use guardian_stack::monitoring::{Monitoring, MonitoringError};
use serde_json::json;
use std::process::ExitCode;

fn main() -> ExitCode {
    guardian_app::run("own-stack", stack)
}

fn stack() -> Result<Template, MonitoringError> {
    let mut t = Template::new().description("Files in a bucket, their names in a queue");
    let bucket = t.add("Files", s3::Bucket::new());
    let (queue, _) = t.queue_with_dead_letters("Names", sqs::Queue::new(), 3);

    let role = t.add("ListerRole", iam::Role::of_service("states.amazonaws.com"));
    let policy = t.grant(
        "ListerPolicy",
        &role,
        [
            Statement::allow(["s3:ListBucket"], [bucket.arn()]),
            Statement::allow(["sqs:SendMessage"], [queue.arn()]),
        ],
    );
    let definition = json!({
        "StartAt": "List",
        "States": {
            "List": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
                "Parameters": { "Bucket": "${Files}" },
                "Next": "Send"
            },
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": { "QueueUrl": "${Names}", "MessageBody.$": "$.Contents[*].Key" },
                "End": true
            }
        }
    });
    let lister = t.add(
        "Lister",
        stepfunctions::StateMachine::new()
            .state_machine_name("own-stack-lister")
            .definition_string(Val::sub(&definition.to_string(), []))
            .role_arn(role.arn()),
    );
    t.resource_mut(&lister).depends_on(&policy);

    let monitoring = Monitoring::new("own-stack").watch(&lister).add_to(&mut t)?;
    t.output("Alarms", Output::new(monitoring.alarms.len().to_string()));
    t.output("ListerArn", Output::new(lister.reference()));
    Ok(t)
}
