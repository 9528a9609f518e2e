//! What a run creates: names, configuration, definitions, templates, and the estimate of its cost.
//! Nothing here asks AWS.

use guardian_tests::project::Project;
use prices::Price;
use serde_json::{Value, json};

// The command line's own prices: xtask does not depend on the whole command line for a table.
#[allow(dead_code)]
#[path = "../../../cli/src/cost/prices.rs"]
mod prices;

/// What every name of a run begins with; the owner's role is limited to it.
pub const PREFIX: &str = "guardian-proof-";
/// The tag of everything that a run creates; its value is the run's name.
pub const TAG: &str = "guardian:proof";
/// A topic for the configuration that is written before the run has one.
pub const NO_TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:not-yet";
/// The memory that the update sets, in MB.
pub const UPDATED_MB: i32 = 512;

/// The names of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The run's own name, which all others begin with; the project of guardian.yaml.
    pub name: String,
    /// Name of the permissions boundary that every role gets; none without one.
    pub boundary: Option<String>,
}

/// The states of guardian.yaml that a run deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The first deploy.
    First,
    /// A setting of the function is another one.
    Updated,
    /// A machine is of another type. Its name is fixed, and CloudFormation refuses to replace what
    /// has a fixed name, during the update.
    Broken,
}

impl Plan {
    /// A run with a name of its own: the random part has `a-z` and `0-9`.
    pub fn new(random: &str) -> Self {
        Self { name: format!("{PREFIX}{random}"), boundary: None }
    }

    /// The run of this name.
    pub fn named(name: &str) -> Result<Self, String> {
        let random = name.strip_prefix(PREFIX).unwrap_or_default();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if random.len() == 6 && random.chars().all(fits) {
            return Ok(Self::new(random));
        }
        Err(format!(
            "`{name}` is no run's name: give one like {PREFIX}a1b2c3, as the run printed it"
        ))
    }

    /// Guardian's stack.
    pub fn stack(&self) -> String {
        format!("{}-dev", self.name)
    }

    /// The stack with what the checks need: queues, topic, alarms, table, role.
    pub fn ground(&self) -> String {
        format!("{}-ground", self.name)
    }

    /// The stack whose create fails.
    pub fn stuck(&self) -> String {
        format!("{}-stuck", self.name)
    }

    /// The key of a machine: `canary`, `map` or `spare`.
    pub fn key(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    /// The machine's name.
    pub fn machine(&self, what: &str) -> String {
        format!("{}-step-function", self.key(what))
    }

    /// An alarm of the ground.
    pub fn alarm(&self, what: &str) -> String {
        format!("{}-ground-{what}", self.name)
    }

    /// What the log groups of the run begin with.
    pub fn log_prefixes(&self) -> [String; 2] {
        [format!("/aws/vendedlogs/states/{}", self.name), format!("/aws/lambda/{}", self.name)]
    }

    /// guardian.yaml.
    pub fn configuration(&self, version: Version, topic: &str) -> String {
        let (canary, map, spare) = (self.key("canary"), self.key("map"), self.key("spare"));
        let name = &self.name;
        let kind = if version == Version::Broken { "EXPRESS" } else { "STANDARD" };
        let boundary = self.boundary.as_ref();
        let boundary = boundary.map(|b| format!("permissions_boundary: {b}\n")).unwrap_or_default();
        let memory = if version == Version::First { 256 } else { UPDATED_MB };
        format!(
            "project: {name}\n\
             machines:\n\
             \x20 managed:\n\
             \x20   - {canary}\n\
             \x20   - {{ name: {spare}, type: {kind}, definition: definitions/{spare}.json }}\n\
             \x20   - name: {map}\n\
             \x20     policy:\n\
             \x20       - Effect: Allow\n\
             \x20         Action: states:StartExecution\n\
             \x20         Resource: arn:*:states:*:*:stateMachine:{}\n\
             logging: {{ prefix: /aws/vendedlogs/states/ }}\n\
             alarms: {{ prefix: {name}-, express: ExecutionsFailed }}\n\
             function: {{ memory: {memory} }}\n\
             notifications: {{ topic: \"{topic}\" }}\n\
             tags: {{ \"{TAG}\": {name} }}\n\
             {boundary}",
            self.machine("map"),
        )
    }

    /// The definitions: paths in the project, and texts.
    pub fn definitions(&self) -> [(String, String); 3] {
        let file = |what: &str| format!("definitions/{}.json", self.key(what));
        // The failure is one that a redrive repeats from the state that failed, and which then ends
        // well: no choice matches as long as nothing was redriven.
        let how = |word: &str| json!({"Variable": "$.how", "StringEquals": word});
        let count = "$$.Execution.RedriveCount";
        let canary = json!({"StartAt": "How", "States": {
            "How": {"Type": "Choice", "Choices": [
                {"Next": "Good", "And": [how("pass")]},
                {"Next": "Long", "And": [how("go on")]},
                {"Next": "Good", "And": [
                    how("fail"),
                    {"Variable": count, "IsPresent": true},
                    {"Variable": count, "NumericGreaterThan": 0},
                ]},
            ]},
            "Long": {"Type": "Wait", "Seconds": 900, "Next": "Good"},
            "Good": {"Type": "Succeed"},
        }});
        let map = json!({"StartAt": "Each", "States": {"Each": {
            "Type": "Map", "ItemsPath": "$.items", "Label": "Items", "MaxConcurrency": 2, "End": true,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "One",
                "States": {"One": {"Type": "Pass", "End": true}},
            },
        }}});
        let spare = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
        [("canary", canary), ("map", map), ("spare", spare)]
            .map(|(what, definition)| (file(what), definition.to_string()))
    }

    /// Writes both into a project.
    pub fn write(&self, project: &Project, version: Version, topic: &str) -> Result<(), String> {
        for (path, text) in self.definitions() {
            project.write(&path, &text)?;
        }
        project.write("guardian.yaml", &self.configuration(version, topic))
    }

    /// The template of the ground. `previews` is the statement of `guardian ci` for change sets that
    /// are only looked at.
    pub fn ground_template(&self, previews: &Value) -> Value {
        let name = |what: &str| format!("{}-{what}", self.name);
        let queue = |what: &str| {
            let properties = json!({"QueueName": name(what), "MessageRetentionPeriod": 86_400});
            json!({"Type": "AWS::SQS::Queue", "Properties": properties})
        };
        let policy = |queue: &str, service: &str, from: Value| {
            json!({"Type": "AWS::SQS::QueuePolicy", "Properties": {
                "Queues": [{"Ref": queue}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sqs:SendMessage",
                    "Resource": {"Fn::GetAtt": [queue, "Arn"]},
                    "Condition": {"ArnEquals": {"aws:SourceArn": from}},
                }]},
            }})
        };
        let alarm = |what: &str, missing: &str, actions: Value| {
            json!({"Type": "AWS::CloudWatch::Alarm", "Properties": {
                "AlarmName": self.alarm(what), "Namespace": self.name, "MetricName": what,
                "Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": missing, "AlarmActions": actions,
            }})
        };
        let machines = format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{}",
            self.name
        );
        let rule = json!({"Type": "AWS::Events::Rule", "Properties": {
            "Name": name("events"),
            "EventPattern": {
                "source": ["aws.states"],
                "detail-type": ["Step Functions Execution Status Change"],
                "detail": {"stateMachineArn": [{"prefix": {"Fn::Sub": machines}}]},
            },
            "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Events", "Arn"]}}],
        }});
        let mut caller = json!({"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
                "Action": "sts:AssumeRole",
            }]},
            "Policies": [{"PolicyName": "Previews", "PolicyDocument": {
                "Version": "2012-10-17", "Statement": [previews],
            }}],
        }});
        if let Some(boundary) = &self.boundary {
            let arn = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{boundary}");
            caller["Properties"]["PermissionsBoundary"] = json!({"Fn::Sub": arn});
        }
        json!({
            "Description": "What cargo xtask aws-proof looks through. It is deleted at the run's end.",
            "Resources": {
                "Events": queue("events"),
                "EventsPolicy":
                    policy("Events", "events.amazonaws.com", json!({"Fn::GetAtt": ["Rule", "Arn"]})),
                "Rule": rule,
                "Notices": queue("notices"),
                "NoticesPolicy": policy("Notices", "sns.amazonaws.com", json!({"Ref": "Topic"})),
                "Topic": {"Type": "AWS::SNS::Topic", "Properties": {
                    "TopicName": name("notices"),
                    "Subscription": [
                        {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Notices", "Arn"]}},
                    ],
                }},
                "Fresh": alarm("fresh", "missing", json!([])),
                "Recent": alarm("recent", "missing", json!([])),
                "Late": alarm("late", "missing", json!([])),
                "Held": alarm("held", "ignore", json!([{"Ref": "Topic"}])),
                "Control": alarm("control", "notBreaching", json!([])),
                "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
                    "TableName": name("expiring"), "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"},
                }},
                "Caller": caller,
            },
            "Outputs": {
                "Events": {"Value": {"Ref": "Events"}},
                "Notices": {"Value": {"Ref": "Notices"}},
                "Topic": {"Value": {"Ref": "Topic"}},
                "Caller": {"Value": {"Fn::GetAtt": ["Caller", "Arn"]}},
            },
        })
    }
}

/// A template whose create fails: nothing signals what it waits for.
pub fn stuck_template() -> Value {
    json!({"Resources": {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Never": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {
            "Handle": {"Ref": "Handle"}, "Timeout": "1", "Count": 1,
        }},
    }})
}

/// A template with a property that its type does not have.
pub fn invalid_template() -> Value {
    json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"NoSuchProperty": 1}}}})
}

/// Of the template that `guardian ci` writes, the statement for change sets that are only looked at.
pub fn previews(ci: &Value) -> Option<&Value> {
    match ci {
        Value::Object(map) => {
            let keyed = &ci["Condition"]["StringLike"]["cloudformation:ChangeSetName"];
            let creates = |of: &Value| {
                of.as_array()
                    .is_some_and(|all| all.contains(&json!("cloudformation:CreateChangeSet")))
            };
            if !keyed.is_null() && creates(&ci["Action"]) {
                return Some(ci);
            }
            map.values().find_map(previews)
        }
        Value::Array(items) => items.iter().find_map(previews),
        _ => None,
    }
}

/// Transitions of a STANDARD machine, which Guardian's own prices do not have.
const TRANSITION: Price = Price {
    of: "state transition",
    dollars: 0.025,
    units: 1_000.0,
    source: "from memory: Step Functions, us-east-1",
};
/// How long a run's resources are there at most, in hours; CloudWatch charges by the hour.
const HOURS: f64 = 1.0;
/// Hours of a month, as AWS's calculator counts them.
const MONTH_HOURS: f64 = 730.0;

/// A part of the estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// How many of what.
    pub text: String,
    /// Cents, at list price.
    pub cents: f64,
    /// Where the price is from.
    pub source: &'static str,
}

/// What a run costs at most, from Guardian's templates (in any format) and the plan.
pub fn estimate(templates: &str) -> Vec<Part> {
    let count = |kind: &str| templates.matches(&format!("AWS::CloudWatch::{kind}")).count() as f64;
    let part = |number: f64, price: Price, share: f64| Part {
        text: format!("{number} x {}", price.of),
        cents: price.of(number) * share * 100.0,
        source: price.source,
    };
    let month = HOURS / MONTH_HOURS;
    let alarms = count("Alarm") + 5.0;
    // Each alarm is counted with a custom metric, and its overrun beside it.
    let metrics = 2.0 * alarms;
    // A tick a minute in each version of the function, and an event, a widget or a batch now and then.
    let calls = 60.0 * HOURS * 2.0;
    vec![
        part(alarms, prices::ALARM_METRIC, month),
        part(metrics, prices::CUSTOM_METRICS[0].1, month),
        part(count("Dashboard"), prices::DASHBOARD, month),
        part(calls * 2.0, prices::PUT_METRIC_DATA, 1.0),
        part(calls, prices::INVOCATION, 1.0),
        part(calls * 5.0 * 0.5, prices::X86_SECOND, 1.0),
        part(calls * 60.0, prices::QUEUE_REQUEST, 1.0),
        part(calls * 20.0, prices::WRITE_UNIT, 1.0),
        part(calls * 50.0, prices::READ_UNIT, 1.0),
        part(10e6, prices::LOGS, 1.0),
        part(100.0, TRANSITION, 1.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_run_begins_with_its_own() {
        let plan = Plan::new("a1b2c3");
        let names =
            [plan.stack(), plan.ground(), plan.stuck(), plan.machine("map"), plan.alarm("x")];
        assert!(names.iter().all(|name| name.starts_with("guardian-proof-a1b2c3-")), "{names:?}");
        let ground = plan.ground_template(&json!({}));
        for (id, resource) in ground["Resources"].as_object().expect("resources") {
            for key in ["QueueName", "TopicName", "TableName", "AlarmName", "Name"] {
                let name = resource["Properties"][key].as_str();
                assert!(name.is_none_or(|name| name.starts_with(&plan.name)), "{id}: {name:?}");
            }
        }
    }

    #[test]
    fn only_a_runs_name_names_a_run() {
        assert_eq!(
            Plan::named("guardian-proof-a1b2c3").expect("a name").name,
            "guardian-proof-a1b2c3"
        );
        for other in
            ["shop", "guardian-proof-", "guardian-proof-a1b2c", "guardian-proof-a1b2c3-dev"]
        {
            assert!(Plan::named(other).is_err(), "{other}");
        }
    }

    #[test]
    fn each_version_of_the_configuration_differs_in_its_setting() {
        let plan = Plan::new("a1b2c3");
        let text = |version| plan.configuration(version, "arn:aws:sns:us-east-1:123456789012:t");
        assert!(
            text(Version::First).contains("memory: 256")
                && !text(Version::First).contains("EXPRESS")
        );
        assert!(text(Version::Updated).contains("memory: 512"));
        assert!(text(Version::Broken).contains("EXPRESS"));
    }

    #[test]
    fn every_role_of_a_run_gets_the_boundary() {
        let plan = Plan { boundary: Some("ours".to_owned()), ..Plan::new("a1b2c3") };
        let text = plan.configuration(Version::First, "arn:aws:sns:us-east-1:123456789012:t");
        assert!(text.contains("\npermissions_boundary: ours\n"), "{text}");
        let ground = plan.ground_template(&json!({}));
        let roles = ground["Resources"].as_object().expect("resources").values();
        let roles: Vec<_> = roles.filter(|r| r["Type"] == "AWS::IAM::Role").collect();
        let bounded = |role: &&&Value| role["Properties"]["PermissionsBoundary"].is_object();
        assert!(!roles.is_empty() && roles.iter().all(|role| bounded(&role)), "{roles:?}");
    }

    #[test]
    fn the_statement_for_previews_is_found_wherever_it_stands() {
        let statement = json!({"Action": ["cloudformation:CreateChangeSet"], "Condition": {
            "StringLike": {"cloudformation:ChangeSetName": ["guardian-preview-*"]}}});
        let other = json!({"Action": ["cloudformation:CreateChangeSet"]});
        let ci = json!({"Resources": {"Role": {"Policies": [{"Statement": [other, statement]}]}}});
        assert_eq!(previews(&ci), Some(&statement));
        assert_eq!(previews(&json!({"Resources": {}})), None);
    }

    #[test]
    fn the_estimate_grows_with_the_templates_and_stays_within_cents() {
        let total = |templates: &str| estimate(templates).iter().map(|p| p.cents).sum::<f64>();
        let (none, twenty) = (total(""), total(&"AWS::CloudWatch::Alarm ".repeat(20)));
        // An hour of twenty alarms and forty custom metrics.
        assert!((twenty - none - 20.0 * (10.0 + 2.0 * 30.0) / 730.0).abs() < 1e-9);
        assert!(twenty > 0.0 && twenty < 25.0, "{twenty}");
    }
}
