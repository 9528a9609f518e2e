//! What the methods for resources that belong together add, and under which logical ids.

use guardian_cfn::cloudwatch::{ComparisonOperator, Statistic};
use guardian_cfn::{Arn, Id, Statement, Template, events, iam, lambda, sqs};
use serde_json::{Value, json};

/// The properties of the resources by logical id, in the template's order.
fn properties(t: &Template) -> Vec<(String, Value)> {
    let synth = t.clone().synth().expect("the template is complete");
    let all = synth.value()["Resources"].as_object().into_iter().flatten();
    all.map(|(id, body)| (id.clone(), body["Properties"].clone())).collect()
}

fn ids(t: &Template) -> Vec<String> {
    properties(t).into_iter().map(|(id, _)| id).collect()
}

fn function(t: &mut Template) -> Id<lambda::Function> {
    let code = lambda::Code::new().s3_bucket("b").s3_key("k");
    t.add("Job", lambda::Function::new().code(code).role("arn:aws:iam::1:role/r"))
}

#[test]
fn a_rule_may_invoke_its_function() {
    let mut t = Template::new();
    let job = function(&mut t);
    let rule = events::Rule::new().schedule_expression("rate(1 hour)");
    t.rule_to_function("Tick", rule, &job, |target| target.input("{}"));
    assert_eq!(ids(&t), ["Job", "Tick", "TickPermission"]);
    let all = properties(&t);
    let target = json!({"Arn": {"Fn::GetAtt": ["Job", "Arn"]}, "Id": "Job", "Input": "{}"});
    assert_eq!(all[1].1["Targets"], json!([target]));
    assert_eq!(
        all[2].1,
        json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "Job"},
            "Principal": "events.amazonaws.com",
            "SourceArn": {"Fn::GetAtt": ["Tick", "Arn"]},
        })
    );
}

#[test]
fn a_rule_may_send_to_its_queue_and_nothing_without_tls() {
    let mut t = Template::new();
    let queue = t.add("Queue", sqs::Queue::new());
    let rule = events::Rule::new().event_pattern(json!({"source": ["aws.states"]}));
    t.rule_to_queue("Events", rule, &queue, |target| target);
    assert_eq!(ids(&t), ["Queue", "Events", "EventsPolicy"]);
    let arn = json!({"Fn::GetAtt": ["Queue", "Arn"]});
    assert_eq!(
        properties(&t)[2].1,
        json!({
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {
                    "Sid": "EventBridge", "Effect": "Allow", "Action": "sqs:SendMessage",
                    "Resource": arn, "Principal": {"Service": "events.amazonaws.com"},
                    "Condition": {"ArnEquals": {
                        "aws:SourceArn": {"Fn::GetAtt": ["Events", "Arn"]},
                    }},
                },
                {
                    "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
                    "Resource": arn, "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ]},
            "Queues": [{"Ref": "Queue"}],
        })
    );
}

#[test]
fn a_queue_has_its_dead_letters_beside_it() {
    let mut t = Template::new();
    let (jobs, letters) = t.queue_with_dead_letters("Jobs", sqs::Queue::new(), 5);
    assert_eq!((jobs.logical_id(), letters.logical_id()), ("Jobs", "JobsDeadLetters"));
    let all = properties(&t);
    assert_eq!(all[0].1, json!({"MessageRetentionPeriod": 1_209_600}));
    assert_eq!(
        all[1].1["RedrivePolicy"],
        json!({
            "deadLetterTargetArn": {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]},
            "maxReceiveCount": 5,
        })
    );
}

#[test]
fn a_role_is_assumed_by_its_service_and_may_do_what_it_is_granted() {
    let mut t = Template::new();
    let role = t.add("Role", iam::Role::of_service("lambda.amazonaws.com"));
    let start =
        Statement::allow(["states:StartExecution"], [Arn::here("states", "stateMachine:shop")]);
    t.grant("Starts", &role, [start]);
    let all = properties(&t);
    let trust = &all[0].1["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({"Service": "lambda.amazonaws.com"}));
    assert_eq!(trust["Action"], "sts:AssumeRole");
    assert_eq!(all[1].0, "Starts");
    assert_eq!(all[1].1["Roles"], json!([{"Ref": "Role"}]));
    let arn = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:shop";
    let statement = &all[1].1["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Resource"], json!({"Fn::Sub": arn}));
}

#[test]
fn an_alarm_reads_a_metric_of_its_function() {
    let mut t = Template::new();
    let job = function(&mut t);
    let slow = job.metric("Duration").period(300).statistic(Statistic::Maximum);
    t.add("Slow", slow.alarm(ComparisonOperator::GreaterThanThreshold, 20_000.0));
    assert_eq!(
        properties(&t)[1].1,
        json!({
            "Namespace": "AWS/Lambda", "MetricName": "Duration",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "Job"}}],
            "Statistic": "Maximum", "Period": 300,
            "ComparisonOperator": "GreaterThanThreshold", "Threshold": 20_000,
            "EvaluationPeriods": 1,
        })
    );
}
