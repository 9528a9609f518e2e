//! The resources of one machine: the machine itself, its role and its log group where the stack
//! creates it, and its alarms. They always live in one template together.

use super::alarms::{self, AlarmIds, Machine};
use super::error::TemplateError;
use super::ids::stem;
use super::ids::word;
use super::origins::{Origin, Template};
use super::policy::{bounded, machine_arn};
use crate::app::{Alarm, App, MachineType, Managed, Metric};
use guardian_cfn::resources::{iam, logs, stepfunctions};
use guardian_cfn::{Arn, DeletionPolicy, Id, Json, Policy, Statement, Val, pseudo};
use guardian_contract::MachineKey;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that the stack has for one machine.
pub(super) struct Part {
    pub key: MachineKey,
    /// Its resources, and nothing else.
    pub template: Template,
    /// Name and logical id of its alarms, in the order of the configuration.
    pub alarms: AlarmIds,
    /// Of these, the names of those that say that it is red, late or stuck.
    pub lights: Vec<String>,
    /// What the template's metadata says of it.
    pub metadata: Value,
    /// Bytes that resources and metadata take.
    pub bytes: usize,
}

/// Every machine of the application: the managed ones, then the watched ones.
pub(super) fn parts(app: &App) -> Result<Vec<Part>, TemplateError> {
    let mut alarms: BTreeMap<&MachineKey, Vec<&Alarm>> = BTreeMap::new();
    for alarm in &app.alarms {
        alarms.entry(&alarm.machine).or_default().push(alarm);
    }
    let mut parts = Vec::with_capacity(app.managed.len() + app.watched.len());
    for (index, managed) in app.managed.iter().enumerate() {
        let mut template = Template::default();
        let stem = stem(&managed.key);
        let item: Arc<str> = format!("machines.managed[{index}]").into();
        let origin = Origin::of([&*item, "machines.managed"]);
        let id = add(&mut template, app, managed, &stem, &item, &origin);
        let name = managed.key.managed_name();
        let machine = Machine { key: &managed.key, name, arn: id.reference(), stem, origin };
        let alarms = alarms.remove(&managed.key).unwrap_or_default();
        parts.push(part(app, template, &machine, managed.machine_type, true, &alarms));
    }
    for watched in &app.watched {
        let arn = machine_arn(&watched.name).into();
        let stem = stem(&watched.key);
        let mut origin =
            Origin::of(watched.setting.as_deref().into_iter().chain(["machines.watched"]));
        origin.in_lock = watched.setting.is_none().then(|| watched.name.clone());
        let machine = Machine { key: &watched.key, name: watched.name.clone(), arn, stem, origin };
        let alarms = alarms.remove(&watched.key).unwrap_or_default();
        parts.push(part(app, Template::default(), &machine, watched.machine_type, false, &alarms));
    }
    match alarms.into_values().flatten().next() {
        Some(alarm) => Err(TemplateError::UnknownMachine {
            alarm: alarm.name.clone(),
            machine: alarm.machine.clone(),
        }),
        None => Ok(parts),
    }
}

/// What says that a run takes too long: by a time, or by what runs usually take.
const STUCK: [Metric; 2] = [Metric::OldestRunningSeconds, Metric::OverrunSeconds];

fn part(
    app: &App,
    mut template: Template,
    machine: &Machine<'_>,
    machine_type: MachineType,
    managed: bool,
    alarms: &[&Alarm],
) -> Part {
    let marks = [
        ("late", &[Metric::OverdueSeconds][..]),
        ("stuck", &STUCK[..]),
        ("incomplete", &[Metric::IncompleteItems][..]),
    ];
    let marks: Map<String, Value> = marks
        .into_iter()
        .filter_map(|(mark, metrics)| {
            let alarm = alarms.iter().find(|alarm| metrics.contains(&alarm.metric))?;
            Some((mark.to_owned(), json!(alarm.name)))
        })
        .collect();
    // The status alarm comes first; that items failed is no light.
    let lights = alarms.iter().enumerate().filter(|(index, alarm)| {
        let metric = alarm.metric;
        *index == 0 || metric == Metric::OverdueSeconds || STUCK.contains(&metric)
    });
    let lights = lights.map(|(_, alarm)| alarm.name.clone()).collect();
    let alarms = alarms::add(&mut template, app, machine, alarms);
    let metadata = [
        ("name", json!(machine.name)),
        ("type", json!(word(&machine_type))),
        ("managed", json!(managed)),
        ("alarms", alarms.iter().map(|(name, _)| name.as_str()).collect()),
    ];
    let marks = (!marks.is_empty()).then(|| ("marks", Value::Object(marks)));
    // Not by `json!`, whose maps have spare capacity.
    let metadata = metadata.into_iter().chain(marks).map(|(key, value)| (key.to_owned(), value));
    let metadata = Value::Object(metadata.collect());
    // Besides the value: the key's quotes, the colon and the comma.
    let said = guardian_cfn::json_size(&metadata) + machine.key.as_str().len() + 4;
    let bytes = template.resources_size() + said;
    Part { key: machine.key.clone(), template, alarms, lights, metadata, bytes }
}

/// Adds a machine that the stack creates.
fn add(
    t: &mut Template,
    app: &App,
    managed: &Managed,
    stem: &str,
    item: &Arc<str>,
    origin: &Origin,
) -> Id<stepfunctions::StateMachine> {
    let name = managed.key.managed_name();
    let logged = managed.log_level != "OFF";
    // The group stays where logging is switched off: what it holds is kept to its end.
    let log = t.add(
        format!("{stem}MachineLogGroup"),
        logs::LogGroup::new()
            .log_group_name(format!("{}{name}", app.log_prefix))
            .retention_in_days(managed.log_retention_days),
        below(item, origin, |origin, own| {
            origin
                .property("RetentionInDays", [own("logging.retention_days")])
                .property("LogGroupName", ["logging.prefix"])
        }),
    );
    // Another prefix is another group; the logs in the old one stay.
    t.resource_mut(&log)
        .deletion_policy(DeletionPolicy::Delete)
        .update_replace_policy(DeletionPolicy::Retain);
    let role = t.add(
        format!("{stem}MachineRole"),
        bounded(role(managed, &name, logged), app),
        below(item, origin, move |origin, own| {
            // The policy for logs comes first.
            let configured = format!("Policies/{}", usize::from(logged));
            origin
                .property(&configured, [own("policy")])
                .property(&format!("{configured}/PolicyDocument/Statement"), [own("policy")])
                .property("ManagedPolicyArns", [own("managed_policies")])
                .property("PermissionsBoundary", ["permissions_boundary"])
        }),
    );
    let mut logging = stepfunctions::state_machine::LoggingConfiguration::new()
        .level(Val::<String>::from(&managed.log_level))
        .include_execution_data(logged && managed.log_execution_data);
    if logged {
        let group = stepfunctions::state_machine::CloudWatchLogsLogGroup::new();
        logging = logging.destinations([stepfunctions::state_machine::LogDestination::new()
            .cloud_watch_logs_log_group(group.log_group_arn(log_group_arn(&log)))]);
    }
    let mut machine = stepfunctions::StateMachine::new()
        .role_arn(role_arn(&role))
        .state_machine_name(name)
        .state_machine_type(match managed.machine_type {
            MachineType::Standard => stepfunctions::state_machine::StateMachineType::Standard,
            MachineType::Express => stepfunctions::state_machine::StateMachineType::Express,
        })
        .definition_string(definition(managed))
        .logging_configuration(logging);
    if !managed.substitutions.is_empty() {
        let values = managed.substitutions.iter().map(|(name, text)| {
            let value =
                if text.contains("${") { Val::sub(text, []).into_json() } else { json!(text) };
            (name.clone(), Json(value))
        });
        machine = machine.definition_substitutions(values.collect::<BTreeMap<_, _>>());
    }
    if !managed.tags.is_empty() {
        let tags = managed.tags.iter();
        machine = machine.tags(
            tags.map(|(k, v)| stepfunctions::state_machine::TagsEntry::new().key(k).value(v))
                .collect::<Vec<_>>(),
        );
    }
    let whole = item.clone();
    let mut origin = below(item, origin, move |origin, own| {
        origin
            .property("StateMachineName", [&own("name"), &*whole])
            .property("StateMachineType", [own("type")])
            .property("LoggingConfiguration", [&own("logging"), &*whole])
            .property("LoggingConfiguration/Level", [own("logging.level")])
            .property(
                "LoggingConfiguration/IncludeExecutionData",
                [own("logging.include_execution_data")],
            )
            .property("DefinitionSubstitutions", [own("substitutions")])
            .property("Tags", [own("tags")])
    });
    origin.definition = Some(managed.file.clone());
    t.add(format!("{stem}Machine"), machine, origin)
}

/// The origin of a resource of the machine that stands at `item`, with the properties that keys below
/// it give: `own` makes the path of one.
fn below(
    item: &Arc<str>,
    origin: &Origin,
    record: impl Fn(Origin, &dyn Fn(&str) -> String) -> Origin + Send + Sync + 'static,
) -> Origin {
    let item = item.clone();
    origin.clone().later(move |origin| record(origin, &|key| format!("{item}.{key}")))
}

// Both ARNs could be attributes. But ministack (1.5.33) forgets the attributes of what an update of
// a nested stack leaves alone, and then fails the update; with their names it knows what to do.

/// Ours have no path, so a role's name is all that is wanting.
fn role_arn(role: &Id<iam::Role>) -> Val<String> {
    let text =
        format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{{}}}", role.logical_id());
    Val::sub(&text, [])
}

/// With the `:*` that Step Functions wants behind it.
fn log_group_arn(log: &Id<logs::LogGroup>) -> Val<String> {
    const PREFIX: &str = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:";
    Val::sub(&format!("{PREFIX}${{{}}}:*", log.logical_id()), [])
}

/// The definition as text: in an object CloudFormation would read functions of its own. A `${` can
/// only stand in a string of the JSON, where `\u0024{` is the same; so only what the configuration
/// has a value for is taken for a variable.
fn definition(managed: &Managed) -> String {
    let text = guardian_cfn::ascii(managed.definition.clone()).replace("${", "\\u0024{");
    managed.substitutions.keys().fold(text, |text, name| {
        text.replace(&format!("\\u0024{{{name}}}"), &format!("${{{name}}}"))
    })
}

/// Log deliveries belong to no resource, hence the `*` [Step Functions guide, cw-logs]. That page's
/// policy also has CreateLogStream and PutLogEvents, which the delivery service does with rights
/// of its own: the AWS CDK leaves them out, too.
pub(super) const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

fn role(managed: &Managed, name: &str, logged: bool) -> iam::Role {
    // The form that Step Functions documents: machines of this account and region, Map Runs among
    // them [Step Functions guide, confused deputy].
    let trust = Statement::trust("states.amazonaws.com")
        .when("StringEquals", "aws:SourceAccount", pseudo::account_id())
        .when("ArnLike", "aws:SourceArn", machine_arn("*"));
    let mut role = iam::Role::new()
        .assume_role_policy_document(Policy::new([trust]))
        .description(format!("Runs the state machine {name}"));
    let mut policies = Vec::new();
    if logged {
        let statement = Statement::allow(LOG_DELIVERY, [Arn::any()]).sid("DeliverLog");
        policies.push(
            iam::role::Policy::new()
                .policy_document(Policy::new([statement]))
                .policy_name("DeliverLog"),
        );
    }
    if !managed.statements.is_empty() {
        let configured = json!({"Version": "2012-10-17", "Statement": managed.statements});
        policies
            .push(iam::role::Policy::new().policy_document(configured).policy_name("Configured"));
    }
    if !policies.is_empty() {
        role = role.policies(policies);
    }
    if !managed.managed_policies.is_empty() {
        role = role.managed_policy_arns(managed.managed_policies.iter().collect::<Vec<_>>());
    }
    role
}
