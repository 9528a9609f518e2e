//! The policies that `guardian ci` writes, compared with the requests of the built binary on an
//! emulated account, behind a recorder, through the life of a stack. Each role signs with its own
//! access key, so every request names its role.
#![allow(clippy::unwrap_used)]

use guardian_cfn::resources::handlers;
use guardian_contract::glob_matches;
use guardian_stack::ci::{NEVER, ONLY_WITH};
use guardian_tests::aws::REGION;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use guardian_tests::recorder::{Permission, Recorder};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const PLAN: &str = "PlanRole";
const PREPARE: &str = "PrepareRole";
const DEPLOY: &str = "DeployRole";

/// Permissions for calls of `guardian` itself that no run here can show it to use, and why.
const UNSEEN: &[(&str, &str, &str)] = &[
    (PLAN, "cloudformation:DescribeEvents", WHY_FAILED),
    (PREPARE, "cloudformation:DescribeEvents", WHY_FAILED),
    (DEPLOY, "cloudformation:DescribeEvents", WHY_FAILED),
    (PLAN, "cloudformation:ListStackResources", NESTED),
    (PREPARE, "cloudformation:ListStackResources", NESTED),
    (PLAN, "s3:GetObject", "CloudFormation fetches the templates with it, out of sight"),
    (PLAN, "cloudformation:DescribeStackEvents", WHO_WORKS),
    (PREPARE, "cloudformation:DescribeStackEvents", WHO_WORKS),
    (PREPARE, "s3:DeleteObjectVersion", PREVIEWS),
    (DEPLOY, "s3:DeleteObjectVersion", PREVIEWS),
];
const WHO_WORKS: &str = "needed to name the initiator of another operation; here is none";
const NESTED: &str = "taken for the stacks in a stack; none is here";
const PREVIEWS: &str =
    "a role that prepares or deploys may look, too; the role of pull requests does";
const WHY_FAILED: &str = "taken once CloudFormation cannot make a change set, which the emulator \
                          always can; the command line's tests do it on a fake account";

/// Two machines, with all that gives the stack another type of resource.
const SHOP: &str = "\
project: shop
region: us-east-1
permissions_boundary: ci/shop-dev-${AWS::Region}-boundary
machines:
  managed: [import, export]
stack_policy: { protect: [alarms] }
";
const DEFINITION: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

/// A statement of a role, its texts as they are in the emulated account.
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Map<String, Value>,
}

/// A text or a list of texts, intrinsic functions resolved.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(function) => function.get("Fn::Sub").map(texts).unwrap_or_default(),
        Value::String(text) => {
            let known = [("Partition", "aws"), ("Region", REGION), ("AccountId", "000000000000")];
            let put = |text: String, (name, value): (&str, &str)| {
                text.replace(&format!("${{AWS::{name}}}"), value)
            };
            vec![known.into_iter().fold(text.clone(), put)]
        }
        _ => Vec::new(),
    }
}

/// The statements of a role in the template of the CI kit.
fn statements(kit: &Value, role: &str) -> Vec<Statement> {
    let resources = &kit["Resources"];
    let policies = resources[role]["Properties"]["ManagedPolicyArns"].as_array().unwrap();
    let of = |policy: &Value| {
        let document = &resources[policy["Ref"].as_str().unwrap()]["Properties"]["PolicyDocument"];
        document["Statement"].as_array().unwrap().clone()
    };
    let statement = |s: Value| Statement {
        actions: texts(&s["Action"]),
        resources: texts(&s["Resource"]),
        conditions: s["Condition"].as_object().cloned().unwrap_or_default(),
    };
    policies.iter().flat_map(of).map(statement).collect()
}

impl Statement {
    /// Whether a call that a program makes itself can ever meet its conditions.
    fn is_for_programs(&self) -> bool {
        let keys = self.conditions.values().filter_map(Value::as_object).flat_map(Map::keys);
        !keys.into_iter().any(|key| key == "aws:CalledVia" || key == "iam:PassedToService")
    }

    fn allows(&self, taken: &Permission) -> bool {
        let on = taken.resource.as_deref();
        self.actions.contains(&taken.action)
            // A stack that is named may be any of this name.
            && self.resources.iter().any(|r| r == "*" || on.is_some_and(|on| glob_matches(r, on)))
            && self.conditions.iter().all(|(operator, keys)| holds(operator, keys, taken))
    }
}

fn holds(operator: &str, keys: &Value, taken: &Permission) -> bool {
    keys.as_object().unwrap().iter().all(|(key, expected)| {
        let Some(value) = taken.context.get(key) else { return false };
        texts(expected).iter().any(|expected| match operator {
            "StringEquals" => value == expected,
            "StringLike" | "ArnLike" => glob_matches(expected, value),
            other => panic!("this test does not know the operator {other}"),
        })
    })
}

/// The account, a project in it, and the permissions used so far.
struct Ci {
    emulator: Emulator,
    recorder: Recorder,
    project: Project,
    policies: BTreeMap<&'static str, Vec<Statement>>,
    kit: Value,
    used: BTreeSet<(String, String)>,
    wrong: BTreeSet<String>,
}

impl Ci {
    fn new() -> Self {
        let emulator = Emulator::start().unwrap();
        let recorder = Recorder::to(emulator.endpoint()).unwrap();
        let project = Project::new().unwrap().on(&emulator);
        project.write("guardian.yaml", SHOP).unwrap();
        project.write("definitions/import.json", DEFINITION).unwrap();
        // CloudFormation takes no template of this size from a request: it fetches it.
        let long =
            DEFINITION.replacen('{', &format!(r#"{{"Comment": "{}","#, "x".repeat(60_000)), 1);
        project.write("definitions/export.json", &long).unwrap();
        // The kit goes into the repository that the project lies in; this one lies in none but its
        // own.
        project.write(".git/HEAD", "").unwrap();
        let made = ["ci", "github", "--repository", "acme/shop", "--destroy", "-o", "."];
        project.guardian(made).with(0);
        let kit: Value = serde_yaml::from_str(&project.read("guardian-ci.yaml").unwrap()).unwrap();
        let policies = [PLAN, PREPARE, DEPLOY].map(|role| (role, statements(&kit, role))).into();
        let (used, wrong) = Default::default();
        Self { emulator, recorder, project, policies, kit, used, wrong }
    }

    /// Runs a command as a role. It must end with this code and use no permission that the role's
    /// policies do not allow.
    #[track_caller]
    fn run(&mut self, role: &'static str, arguments: &[&str], code: i32) {
        let mut command = self.project.command(arguments).unwrap();
        command.env("AWS_ENDPOINT_URL", self.recorder.endpoint()).env("AWS_ACCESS_KEY_ID", role);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(code), "guardian {arguments:?} said:\n{said}");
        // The function's own calls pass here, too, under the function's own key.
        for taken in self.recorder.take().into_iter().filter(|t| t.access_key == role) {
            // STS answers this call for every caller, whatever a policy says.
            if taken.action == "sts:GetCallerIdentity" {
                continue;
            }
            if !self.policies[role].iter().any(|statement| statement.allows(&taken)) {
                let on = taken.resource.as_deref().unwrap_or("no resource");
                self.wrong.insert(format!(
                    "`guardian {}` takes {} on {on} {:?}, and {role} is not allowed it",
                    arguments.join(" "),
                    taken.action,
                    taken.context
                ));
            }
            self.used.insert((role.to_owned(), taken.action));
        }
    }

    /// The numbers of change sets and of uploaded plan templates that exist.
    fn left(&self) -> (usize, usize) {
        let ask = "Action=ListChangeSets&Version=2010-05-15&StackName=shop-dev";
        let sets = self.emulator.aws().query("cloudformation", ask).unwrap();
        let endpoint = self.emulator.endpoint();
        let bucket = format!("guardian-artifacts-000000000000-{REGION}");
        let url = format!("{endpoint}/{bucket}?versions&prefix=guardian/");
        let objects = ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap();
        assert!(objects.contains("<Key>guardian/templates/"), "{objects}");
        (sets.matches("<ChangeSetId>").count(), objects.matches("<Key>guardian/plans/").count())
    }

    /// Permissions of a role for its own calls that nothing used.
    fn unused(&self, role: &'static str) -> BTreeSet<&str> {
        let own = self.policies[role].iter().filter(|statement| statement.is_for_programs());
        own.flat_map(|statement| &statement.actions)
            .filter(|action| !self.used.contains(&(role.to_owned(), (*action).clone())))
            .map(String::as_str)
            .collect()
    }
}

#[test]
fn each_called_action_is_allowed_to_its_role_and_no_allowed_action_is_unused() {
    let mut ci = Ci::new();
    let locked = |words: &[&'static str]| [words, &["--locked"]].concat();

    ci.run(PLAN, &["validate"], 0);
    ci.run(PLAN, &locked(&["plan", "--exit-code"]), 2);
    // What is not approved is deleted again, with the empty stack.
    ci.run(DEPLOY, &locked(&["deploy"]), 6);
    let deploy = locked(&["deploy", "--yes", "--json", "--termination-protection", "on"]);
    ci.run(DEPLOY, &deploy, 0);
    ci.run(DEPLOY, &["run"], 0);

    let changed = format!("{SHOP}dashboard: {{ title: Second }}\n");
    ci.project.write("guardian.yaml", &changed).unwrap();
    ci.run(PREPARE, &["package", "-o", "function.zip"], 0);
    let prepare = ["plan", "--exit-code", "--package", "function.zip", "-o", "plan.json"];
    ci.run(PREPARE, &locked(&prepare), 2);
    ci.run(PREPARE, &locked(&prepare), 2);
    let kept = ci.left();
    ci.run(PLAN, &locked(&["plan", "--json", "--exit-code"]), 2);
    ci.run(PLAN, &locked(&["diff", "--exit-code"]), 2);
    assert_eq!(ci.left(), kept, "a plan of a pull request leaves something");
    let planned = ["deploy", "--plan", "plan.json", "--package", "function.zip", "--json"];
    ci.run(DEPLOY, &locked(&planned), 0);
    assert_eq!(ci.left().1, 0);
    ci.run(PLAN, &locked(&["plan", "--exit-code"]), 0);
    ci.run(DEPLOY, &["attach"], 0);
    ci.run(DEPLOY, &locked(&["deploy", "--yes", "--termination-protection", "off"]), 0);
    ci.run(DEPLOY, &["destroy", "--yes", "--json"], 0);

    let mut wrong: Vec<String> = ci.wrong.iter().cloned().collect();
    for role in [PLAN, PREPARE, DEPLOY] {
        let unused = ci.unused(role);
        let listed: BTreeSet<&str> =
            UNSEEN.iter().filter(|(of, ..)| *of == role).map(|(_, action, _)| *action).collect();
        let problem = |action: &&str, what: &str| format!("{role}: {action} {what}");
        let extra = unused.difference(&listed);
        wrong.extend(extra.map(|a| problem(a, "is allowed, and nothing that CI does uses it")));
        let stale = listed.difference(&unused);
        wrong.extend(stale.map(|a| problem(a, "is listed as unseen, and is used or not allowed")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The resources of the stack's templates, by their types.
fn by_type(project: &Project) -> BTreeMap<String, Vec<Value>> {
    project.guardian(["synth", "-o", "out"]).with(0);
    let template: Value =
        serde_yaml::from_str(&project.read("out/template.yaml").unwrap()).unwrap();
    let mut types: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        let kind = resource["Type"].as_str().unwrap().to_owned();
        types.entry(kind).or_default().push(resource["Properties"].clone());
    }
    types
}

#[test]
fn what_cloudformation_calls_is_what_the_handlers_of_the_templates_types_call() {
    let ci = Ci::new();
    let types = by_type(&ci.project);
    let all = |kind: &String| {
        let of = handlers::of(kind).unwrap();
        (of.read, [of.create, of.read, of.update, of.delete].concat())
    };
    let mut wrong = Vec::new();
    for (role, reads_only) in [(PLAN, true), (PREPARE, true), (DEPLOY, false)] {
        let allowed = |programs: bool| -> BTreeSet<&str> {
            let statements = &ci.policies[role];
            let those = statements.iter().filter(|s| programs || !s.is_for_programs());
            those.flat_map(|s| &s.actions).map(String::as_str).collect()
        };
        let (through, any) = (allowed(false), allowed(true));
        let called: BTreeSet<&str> = types
            .keys()
            .flat_map(|kind| if reads_only { all(kind).0.to_vec() } else { all(kind).1 })
            .collect();
        for action in through.difference(&called) {
            wrong.push(format!("{role}: no handler of a type in the templates calls {action}"));
        }
        for (kind, resources) in &types {
            let (read, change) = all(kind);
            for action in if reads_only { read.to_vec() } else { change } {
                let never = NEVER.iter().any(|(k, a, _)| k == kind && *a == action);
                let needs: Vec<_> = ONLY_WITH
                    .iter()
                    .filter(|(k, actions, _)| k == kind && actions.contains(&action))
                    .flat_map(|(_, _, with)| *with)
                    .collect();
                let text = Value::from(resources.clone()).to_string();
                let needless = !needs.is_empty()
                    && needs.iter().all(|name| !text.contains(&format!("\"{name}\":")));
                if !never && !needless && !any.contains(action) {
                    wrong.push(format!("{role}: {kind} takes {action}, which is not allowed"));
                }
            }
        }
    }
    // An empty kit would pass all of this.
    assert!(types.len() > 5 && ci.kit["Resources"].as_object().unwrap().len() > 5);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
