//! Upgrade and rollback: a stack of the version before the state table, updated in place, rolled back to
//! its old template and package, and updated again. tests/previous/README.md says where its template
//! comes from.
#![allow(clippy::unwrap_used)]

use guardian_contract::{
    DEPLOYMENT_DIMENSION, DROPPED_METRIC, MachineKey, NAMESPACE, status_metric,
};
use guardian_tests::aws::{Aws, REGION, elements};
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::{binaries, repository, wait};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::env::var_os;
use std::fs;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(120);
const STACK: &str = "shop-dev";
const FUNCTION: &str = "shop-dev-step-function-status-check";
const ARTIFACTS: &str = "artifacts";
/// A binary of the previous version's function. Without one its function is deployed and cannot run, and
/// the test publishes what it would have.
const PREVIOUS_FUNCTION: &str = "GUARDIAN_PREVIOUS_FUNCTION";

/// Resources of the previous version that this one has no use for: what the function needed for messages
/// to itself is in other resources' properties.
const REMOVED: [&str; 0] = [];

/// Properties that name a resource or its metric, and those whose change would replace it.
const FROZEN: [&str; 16] = [
    "AlarmName",
    "DashboardName",
    "Dimensions",
    "EventSourceArn",
    "FifoQueue",
    "FunctionName",
    "LogGroupName",
    "MetricName",
    "Name",
    "Namespace",
    "Path",
    "QueueName",
    "RoleName",
    "StateMachineName",
    "StateMachineType",
    "TopicName",
];

fn previous() -> Value {
    let path = repository().join("tests/previous/template.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The template of this version for the same configuration.
fn present(project: &Project) -> Value {
    project.guardian(["export", "--out", "exported"]).with(0);
    serde_json::from_str(&project.read("exported/template.json").unwrap()).unwrap()
}

#[test]
fn every_resource_of_the_previous_version_keeps_its_id_type_and_name() {
    let project = Project::new().unwrap().with_example("tests/previous").unwrap();
    let (before, after) = (previous(), present(&project));
    let (before, after) = (before["Resources"].as_object(), after["Resources"].as_object());
    let (before, after) = (before.unwrap(), after.unwrap());
    let removed = before.keys().filter(|id| !after.contains_key(*id));
    assert_eq!(removed.collect::<Vec<_>>(), REMOVED);
    assert!(!before.contains_key("StateTable") && after.contains_key("StateTable"));
    let mut compared = 0;
    for (id, old) in before {
        let new = &after[id];
        assert_eq!(new["Type"], old["Type"], "{id}");
        for property in FROZEN {
            let (old, new) = (&old["Properties"][property], &new["Properties"][property]);
            assert_eq!(new, old, "{property} of {id}");
            compared += usize::from(!old.is_null());
        }
    }
    assert!(compared > 30, "{compared} properties are compared");
}

/// A deployed stack of the previous version.
struct Shop {
    emulator: Emulator,
    aws: Aws,
    project: Project,
    /// URL of a queue that is subscribed to the stack's topic.
    subscribed: String,
    /// Whether its function runs.
    runs: bool,
    /// Alarms, by name, and resources, by logical id, before any update.
    alarms: BTreeMap<String, (String, String)>,
    resources: BTreeMap<String, (String, String)>,
}

impl Shop {
    /// The previous version's stack, in which `import` is red and `export` green.
    fn of_the_previous_version() -> Self {
        let emulator = Emulator::start().unwrap();
        let aws = emulator.aws();
        let project = Project::new().unwrap().with_example("tests/previous").unwrap();
        let project = project.on(&emulator);
        aws.create_bucket(ARTIFACTS).unwrap();
        let function = project.path().join("previous");
        let runs = match var_os(PREVIOUS_FUNCTION) {
            Some(binary) => fs::copy(binary, &function).map(|_| true).unwrap(),
            None => fs::write(&function, binaries::smallest()).map(|()| false).unwrap(),
        };
        project.guardian(["package", "--binary", "previous", "--out", "previous.zip"]).with(0);
        let package = fs::read(project.path().join("previous.zip")).unwrap();
        aws.put_object(ARTIFACTS, "previous.zip", &package).unwrap();
        let mut shop = Self {
            emulator,
            aws,
            project,
            subscribed: String::new(),
            runs,
            alarms: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        shop.deploy_previous("CreateStack", "CREATE_COMPLETE");
        let (url, arn) = shop.aws.create_queue("subscribed").unwrap();
        shop.aws.subscribe("shop-dev-guardian", &arn).unwrap();
        shop.subscribed = url;
        shop.while_the_function_is_away(|shop| {
            shop.run("import", "fail", "FAILED");
            shop.run("export", "well", "SUCCEEDED");
        });
        shop.publish("import", 3.0);
        shop.publish("export", 2.0);
        shop.await_alarm("import", "ALARM");
        shop.await_alarm("export", "OK");
        shop.subjects();
        shop.alarms = shop.aws.alarm_states().unwrap();
        shop.resources = shop.aws.resources(STACK).unwrap();
        shop
    }

    /// Gives the stack its old template and package: what the previous version's `guardian deploy` does.
    #[track_caller]
    fn deploy_previous(&self, action: &str, ends: &str) {
        self.put_stack(action, &previous(), ends);
    }

    /// Calls this action with a template and the old package, and waits for the status that it ends with.
    #[track_caller]
    fn put_stack(&self, action: &str, template: &Value, ends: &str) {
        let body = template.to_string();
        let parameters = [
            ("StackName", STACK),
            ("TemplateBody", &body),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ("Parameters.member.1.ParameterKey", "ArtifactBucket"),
            ("Parameters.member.1.ParameterValue", ARTIFACTS),
            ("Parameters.member.2.ParameterKey", "PackageKey"),
            ("Parameters.member.2.ParameterValue", "previous.zip"),
            ("Parameters.member.3.ParameterKey", "EndpointUrl"),
            ("Parameters.member.3.ParameterValue", self.emulator.endpoint()),
        ];
        self.aws.cloudformation(action, &parameters).unwrap();
        let there = wait::until(LIMIT, || (self.status() == ends).then_some(()));
        assert!(there.is_some(), "the stack is {}: {}", self.status(), self.events());
    }

    fn status(&self) -> String {
        let stacks = self.aws.stacks().unwrap();
        stacks.into_iter().find(|(name, _)| name == STACK).map(|(_, s)| s).unwrap_or_default()
    }

    fn events(&self) -> String {
        let events = self.aws.cloudformation("DescribeStackEvents", &[("StackName", STACK)]);
        elements(&events.unwrap(), "ResourceStatusReason").join("\n")
    }

    /// Without the previous version's function its events go nowhere, as if it had taken them.
    fn while_the_function_is_away(&self, act: impl Fn(&Self)) {
        let rule = self.aws.resources(STACK).unwrap()["HintRule"].1.clone();
        let rule = json!({"Name": rule.rsplit('|').next().unwrap()});
        if !self.runs {
            self.aws.json("events", "AWSEvents.DisableRule", &rule).unwrap();
        }
        act(self);
        if !self.runs {
            self.aws.json("events", "AWSEvents.EnableRule", &rule).unwrap();
        }
    }

    /// A run of a machine to its end.
    #[track_caller]
    fn run(&self, key: &str, how: &str, ends: &str) {
        let run = self.aws.start(&format!("{key}-step-function"), &json!({"how": how})).unwrap();
        let there = wait::until(LIMIT, || self.aws.status(&run).ok().filter(|s| s == ends));
        assert!(there.is_some(), "{run} is {:?}, not {ends}", self.aws.status(&run));
    }

    /// Publishes a status in place of the previous version's function, unless that runs.
    fn publish(&self, key: &str, code: f64) {
        let metric = status_metric(&MachineKey::new(key).unwrap());
        let put = format!(
            "Action=PutMetricData&Version=2010-08-01&Namespace={NAMESPACE}\
             &MetricData.member.1.MetricName={metric}&MetricData.member.1.Value={code}"
        );
        if !self.runs {
            self.aws.query("monitoring", &put).unwrap();
        }
    }

    #[track_caller]
    fn await_alarm(&self, key: &str, state: &str) {
        let name = format!("StepFunctionStatusAlarm-{key}");
        let is = || self.aws.alarm_states().unwrap()[&name].0.clone();
        let there = wait::until(LIMIT, || (is() == state).then_some(()));
        assert!(there.is_some(), "the alarm of {key} is {}, not {state}", is());
    }

    /// Subjects of all that came to the topic since the last call.
    fn subjects(&self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let bodies = self.aws.receive(&self.subscribed).unwrap();
            if bodies.is_empty() {
                return all;
            }
            all.extend(bodies.iter().map(|body| {
                let body: Value = serde_json::from_str(body).unwrap();
                body["Subject"].as_str().unwrap().to_owned()
            }));
        }
    }

    /// Subjects that are about a machine: its light, or an alarm of its own.
    fn about_machines(&self) -> Vec<String> {
        let about = |subject: &String| subject.contains("import") || subject.contains("export");
        self.subjects().into_iter().filter(about).collect()
    }

    /// Waits for the next notification about a machine, and asserts that it is alone.
    #[track_caller]
    fn one_notification(&self, subject: &str) {
        let mut found = Vec::new();
        wait::until(LIMIT, || {
            found.extend(self.about_machines());
            found.iter().any(|one: &String| one == subject).then_some(())
        });
        self.ticks();
        found.extend(self.about_machines());
        let lights: Vec<&String> = found.iter().filter(|one| !one.starts_with("ALARM")).collect();
        assert_eq!(lights, [subject], "{found:?}");
    }

    /// The light of each machine.
    fn lights(&self) -> BTreeMap<String, String> {
        let said = self.project.guardian(["status", "--json"]).with(0).stdout;
        let records = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let lights = records.filter(|record| record["type"] == "light");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        lights.map(|light| (text(&light["key"]), text(&light["light"]))).collect()
    }

    /// Three ticks: more than the first fill takes.
    #[track_caller]
    fn ticks(&self) {
        for _ in 0..3 {
            self.project.guardian(["run"]).with(0);
        }
    }

    /// This version's deploy, and its first ticks.
    #[track_caller]
    fn update(&self) {
        self.project.guardian(["deploy", "--yes"]).with(0);
        assert_eq!(self.status(), "UPDATE_COMPLETE");
        self.ticks();
    }

    /// Every resource of the previous version is the same as before.
    #[track_caller]
    fn keeps_its_resources(&self) {
        let now = self.aws.resources(STACK).unwrap();
        for (id, before) in &self.resources {
            assert_eq!(now.get(id), Some(before), "{id}");
        }
    }

    /// The status alarms have the states that are given, since when they had them.
    #[track_caller]
    fn keeps_its_alarms(&self, but: &[&str]) {
        let now = self.aws.alarm_states().unwrap();
        for key in ["import", "export"].iter().filter(|key| !but.contains(*key)) {
            let name = format!("StepFunctionStatusAlarm-{key}");
            assert_eq!(now[&name], self.alarms[&name], "{name}");
        }
    }

    /// Sums of the metric of dropped messages.
    fn dropped(&self) -> Vec<f64> {
        let ask = format!(
            "Action=GetMetricStatistics&Version=2010-08-01&Namespace={NAMESPACE}\
             &MetricName={DROPPED_METRIC}&Dimensions.member.1.Name={DEPLOYMENT_DIMENSION}\
             &Dimensions.member.1.Value=shop-dev&Period=86400&Statistics.member.1=Sum\
             &StartTime=2000-01-01T00%3A00%3A00Z&EndTime=2100-01-01T00%3A00%3A00Z"
        );
        let xml = self.aws.query("monitoring", &ask).unwrap();
        elements(&xml, "Sum").iter().map(|sum| sum.parse().unwrap()).collect()
    }

    fn tables(&self) -> Vec<String> {
        let found = self.aws.inventory().unwrap();
        found.into_iter().find(|(kind, _)| *kind == "tables").unwrap().1
    }
}

fn lights(import: &str, export: &str) -> BTreeMap<String, String> {
    [("import", import), ("export", export)].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

#[test]
fn an_update_a_rollback_and_a_second_update_keep_lights_and_alarms_and_notify_nothing_old() {
    let mut shop = Shop::of_the_previous_version();

    shop.update();
    shop.keeps_its_resources();
    shop.keeps_its_alarms(&[]);
    assert_eq!(shop.lights(), lights("red", "green"));
    assert_eq!(shop.about_machines(), Vec::<String>::new());
    assert_eq!(shop.tables().len(), 1);
    // What happens from now on is news, once.
    shop.run("export", "fail", "FAILED");
    shop.one_notification("RED export: FAILED in Bad");
    shop.await_alarm("export", "ALARM");
    shop.keeps_its_alarms(&["export"]);
    shop.subjects();
    shop.alarms = shop.aws.alarm_states().unwrap();

    shop.deploy_previous("UpdateStack", "UPDATE_COMPLETE");
    shop.keeps_its_resources();
    shop.keeps_its_alarms(&[]);
    assert_eq!(shop.tables(), Vec::<String>::new());
    // Both versions can read this: without a table the program asks Step Functions.
    assert_eq!(shop.lights(), lights("red", "red"));
    if shop.runs {
        shop.ticks();
    }
    assert_eq!(shop.about_machines(), Vec::<String>::new());

    shop.update();
    shop.keeps_its_resources();
    shop.keeps_its_alarms(&[]);
    assert_eq!(shop.lights(), lights("red", "red"));
    assert_eq!(shop.about_machines(), Vec::<String>::new());
    shop.run("import", "well", "SUCCEEDED");
    shop.one_notification("GREEN import: recovered");
    shop.await_alarm("import", "OK");
    shop.keeps_its_alarms(&["import"]);
}

/// The message that the previous version's function sends itself, to read a machine again.
fn message_to_itself() -> Value {
    let machine = format!("arn:aws:states:{REGION}:000000000000:stateMachine:import-step-function");
    json!({
        "guardian": "confirm", "v": 1, "hop": 0, "machine_arn": machine, "settling": false,
        "runs": [{"arn": machine.replace("stateMachine", "execution") + ":1", "name": "1",
            "status": "FAILED", "start_ms": 1, "end_ms": 2, "redrive": 0}],
    })
}

#[test]
fn a_message_of_the_previous_version_is_passed_over_without_a_sweep_or_an_alarm() {
    let shop = Shop::of_the_previous_version();
    shop.update();
    let refused = shop.aws.invoke(FUNCTION, &message_to_itself()).unwrap_err();
    assert!(refused.contains("does not know the payload"), "{refused}");

    let resources = shop.aws.resources(STACK).unwrap();
    let (queue, failures) = (&resources["HintQueue"].1, &resources["HintFailureQueue"].1);
    let message = json!({"QueueUrl": queue, "MessageBody": message_to_itself().to_string()});
    shop.aws.json("sqs", "AmazonSQS.SendMessage", &message).unwrap();
    let taken = wait::until(LIMIT, || (shop.aws.waiting(queue) == Ok(0)).then_some(()));
    assert!(taken.is_some(), "the message stays in the queue");
    // The next event is behind it.
    shop.run("export", "fail", "FAILED");
    shop.one_notification("RED export: FAILED in Bad");
    assert_eq!(shop.aws.waiting(failures), Ok(0));
    // It counts as neither dropped, which is an alarm, nor as an event of the machine that it names.
    assert_eq!(shop.dropped(), Vec::<f64>::new());
    assert_eq!(shop.lights(), lights("red", "red"));
}

#[test]
fn an_update_whose_table_cannot_be_created_rolls_back_to_the_previous_version() {
    let shop = Shop::of_the_previous_version();
    let mut template = present(&shop.project);
    // The emulator checks little of a table: this it cannot read, and its creation fails.
    template["Resources"]["StateTable"]["Properties"]["KeySchema"] = json!(["pk"]);
    shop.put_stack("UpdateStack", &template, "UPDATE_ROLLBACK_COMPLETE");
    shop.keeps_its_resources();
    shop.keeps_its_alarms(&[]);
    assert_eq!(shop.tables(), Vec::<String>::new());
    let recovered = shop.project.guardian(["recover", "--yes"]).with(0);
    assert!(recovered.stdout.contains("UPDATE_ROLLBACK_COMPLETE"), "{}", recovered.output());
    shop.update();
    shop.keeps_its_resources();
    assert_eq!(shop.lights(), lights("red", "green"));
    assert_eq!(shop.about_machines(), Vec::<String>::new());
}
