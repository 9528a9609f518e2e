//! Guardian as a part of a template of one's own: its function, state table, event delivery, guards,
//! alarms and dashboard for state machines of the same template.

use crate::config::{Config, Files, Overrides};
use crate::lock::Lock;
use crate::problem::Problems;
use crate::templates::{TemplateError, part_of};
use guardian_cfn::resources::{cloudwatch, dynamodb, lambda, sns, stepfunctions::StateMachine};
use guardian_cfn::{Id, Template};
use serde_json::{Map, Value, json};
use thiserror::Error;

/// How messages of the configuration name it: it has no file.
const FILE: &str = "Monitoring";

/// Guardian for the state machines of a template.
///
/// The template gets the parameters `ArtifactBucket` and `PackageKey`, which say where the function's
/// package is, and `EndpointUrl` and `ConsoleDomain`, which have defaults.
///
/// ```
/// use guardian_cfn::{Template, stepfunctions};
/// use guardian_stack::monitoring::Monitoring;
///
/// let mut t = Template::new();
/// let machine = stepfunctions::StateMachine::new()
///     .state_machine_name("order-import")
///     .definition_string(r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#)
///     .role_arn("arn:aws:iam::123456789012:role/orders");
/// let machine = t.add("Orders", machine);
/// let added = Monitoring::new("shop").watch(&machine).email("oncall@example.com").add_to(&mut t)?;
/// assert_eq!(added.function.logical_id(), "MonitoringFunction");
/// assert!(t.synth().is_ok());
/// # Ok::<(), guardian_stack::monitoring::MonitoringError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Monitoring {
    settings: Map<String, Value>,
    prefix: String,
    email: Vec<String>,
    machines: Vec<(Id<StateMachine>, Option<String>)>,
}

/// The resources that were added to the template.
#[derive(Debug, Clone)]
pub struct Monitored {
    /// The function that reads the runs.
    pub function: Id<lambda::Function>,
    /// The state table; none under `semantics: original`.
    pub table: Option<Id<dynamodb::Table>>,
    /// The topic of the notifications, if the template has one.
    pub topic: Option<Id<sns::Topic>>,
    /// The alarms, of the machines and of Guardian itself.
    pub alarms: Vec<Id<cloudwatch::Alarm>>,
}

/// Why monitoring cannot be added.
#[derive(Debug, Error)]
pub enum MonitoringError {
    /// A machine that is not in the template.
    #[error("the template has no state machine `{0}`; add it before its monitoring")]
    NoMachine(String),
    /// The name of a machine is not known yet, and alarms and metrics are named after it.
    #[error(
        "the name of the state machine `{0}` is not known before deployment; give it a literal \
         state_machine_name, or say with `named` which name it will have"
    )]
    NoName(String),
    /// A machine has another name than `named` says.
    #[error("the state machine `{id}` has the name `{has}`, not `{said}`")]
    OtherName {
        /// Its logical id.
        id: String,
        /// Its name.
        has: String,
        /// The name that `named` gave.
        said: String,
    },
    /// The type of a machine is not known before deployment.
    #[error(
        "the type of the state machine `{0}` is not known before deployment; write STANDARD or EXPRESS"
    )]
    NoType(String),
    /// The settings are not valid.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// The settings give no template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It would take nested stacks, which have to be uploaded.
    #[error(
        "this monitoring takes the nested stacks {0}, and a part of a template has none; watch fewer \
         machines, and set no `fleet` and no `mute`"
    )]
    Nested(String),
    /// The function's environment is too small for the settings.
    #[error(
        "the settings do not fit into the function's environment; watch fewer machines in one stack"
    )]
    LargeSettings,
}

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Option<Result<String, String>> {
        None
    }
}

impl Monitoring {
    /// Guardian for a project, in the environment `dev`.
    #[must_use]
    pub fn new(project: impl Into<String>) -> Self {
        let settings = Map::from_iter([("project".to_owned(), json!(project.into()))]);
        let (email, machines) = (Vec::new(), Vec::new());
        Self { settings, prefix: "Monitoring".to_owned(), email, machines }
    }

    /// The environment, such as `prod`: names of alarms, topic and function contain it.
    #[must_use]
    pub fn env(self, env: &str) -> Self {
        self.setting("env", env)
    }

    /// What the logical ids and outputs begin with, instead of `Monitoring`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Watches a state machine whose `StateMachineName` is a literal.
    #[must_use]
    pub fn watch(mut self, machine: &Id<StateMachine>) -> Self {
        self.machines.push((machine.clone(), None));
        self
    }

    /// Watches a state machine whose name is a parameter or another function, and will be `name`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, machine: &Id<StateMachine>) -> Self {
        self.machines.push((machine.clone(), Some(name.into())));
        self
    }

    /// Creates a topic for notifications, with this address subscribed to it.
    #[must_use]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.email.push(address.into());
        self
    }

    /// A section of `guardian.yaml`, such as `alarms` with `{"each": false}`. It replaces what was set
    /// under the key; docs/configuration.md has them all.
    #[must_use]
    pub fn setting(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.settings.insert(key.to_owned(), value.into());
        self
    }

    /// Adds it to the template that has the machines. After an error the template is as it was.
    pub fn add_to(mut self, template: &mut Template) -> Result<Monitored, MonitoringError> {
        let mut locked = Map::new();
        for (id, said) in &self.machines {
            let (name, machine_type) = read(template, id, said.as_deref())?;
            locked.insert(name.clone(), json!({"type": machine_type, "by": name}));
        }
        let names: Vec<&String> = locked.keys().collect();
        self.settings.insert("machines".to_owned(), json!({"watched": names}));
        if !self.email.is_empty() {
            let notifications = self.settings.entry("notifications").or_insert_with(|| json!({}));
            if let Value::Object(notifications) = notifications {
                if !notifications.contains_key("topic") {
                    notifications.insert("create".to_owned(), json!(true));
                }
                notifications.insert("email".to_owned(), json!(self.email));
            }
        }
        // JSON is YAML: the settings pass the checks of every configuration.
        let config = Config::parse(FILE, &json!(self.settings).to_string())?;
        let overrides = Overrides::default();
        let env = config.wanted(&overrides)?.env;
        let lock =
            json!({"version": crate::lock::VERSION, "environments": {env: {"machines": locked}}});
        let lock = Lock::parse(FILE, &lock.to_string())?;
        let app = config.resolve(&overrides, &NoFiles, Some(&lock))?.app;
        let part = part_of(&app)?;
        if !part.nested.is_empty() {
            return Err(MonitoringError::Nested(part.nested.join(", ")));
        }
        if part.has_settings_file {
            return Err(MonitoringError::LargeSettings);
        }
        let part = part.template.prefixed(&self.prefix);
        let monitored = Monitored {
            function: Id::named(format!("{}Function", self.prefix)),
            table: part.ids().into_iter().next(),
            topic: part.ids().into_iter().next(),
            alarms: part.ids(),
        };
        template.append(part);
        Ok(monitored)
    }
}

/// Name and type of a machine.
fn read(
    template: &Template,
    id: &Id<StateMachine>,
    said: Option<&str>,
) -> Result<(String, String), MonitoringError> {
    let logical_id = || id.logical_id().to_owned();
    if !template.ids::<StateMachine>().iter().any(|other| other.logical_id() == id.logical_id()) {
        return Err(MonitoringError::NoMachine(logical_id()));
    }
    let name = match (template.property(id, "StateMachineName"), said) {
        (Some(Value::String(has)), Some(said)) if has != said => {
            let (has, said) = (has.clone(), said.to_owned());
            return Err(MonitoringError::OtherName { id: logical_id(), has, said });
        }
        (Some(Value::String(has)), _) => has.clone(),
        (Some(_), Some(said)) => said.to_owned(),
        // Without a name CloudFormation makes one up.
        _ => return Err(MonitoringError::NoName(logical_id())),
    };
    match template.property(id, "StateMachineType") {
        None => Ok((name, "STANDARD".to_owned())),
        Some(Value::String(machine_type)) => Ok((name, machine_type.clone())),
        Some(_) => Err(MonitoringError::NoType(logical_id())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_cfn::{Parameter, Val};

    const DEFINITION: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;

    fn add(t: &mut Template, name: impl Into<Val<String>>) -> Id<StateMachine> {
        let machine = StateMachine::new()
            .role_arn("arn:aws:iam::123456789012:role/orders")
            .definition_string(DEFINITION)
            .state_machine_name(name);
        t.add("Function", machine)
    }

    #[test]
    fn a_template_gets_guardian_under_ids_of_its_own() {
        let mut t = Template::new().description("Orders");
        let id = add(&mut t, "order-import");
        let added = Monitoring::new("shop")
            .env("prod")
            .watch(&id)
            .email("oncall@example.com")
            .add_to(&mut t)
            .unwrap();
        assert_eq!(added.table.unwrap().logical_id(), "MonitoringStateTable");
        assert_eq!(added.topic.unwrap().logical_id(), "MonitoringTopic");
        let ids: Vec<&str> = added.alarms.iter().map(|id| id.logical_id()).collect();
        assert!(ids.contains(&"MonitoringHeartbeatGuard"), "{ids:?}");
        let synth = t.synth().unwrap();
        let template = synth.value();
        assert_eq!(template["Description"], "Orders");
        assert_eq!(template["Resources"]["Function"]["Type"], "AWS::StepFunctions::StateMachine");
        let function = &template["Resources"][added.function.logical_id()];
        assert_eq!(function["Type"], "AWS::Lambda::Function");
        let include = &function["Properties"]["Environment"]["Variables"]["GUARDIAN_INCLUDE"];
        assert_eq!(include, "order-import");
        for name in ["ArtifactBucket", "PackageKey"] {
            assert!(template["Parameters"][name].is_object(), "{name}");
        }
    }

    #[test]
    fn settings_are_checked_like_those_of_a_file() {
        let mut t = Template::new();
        let id = add(&mut t, "order-import");
        let error =
            Monitoring::new("shop").watch(&id).setting("semantic", "original").add_to(&mut t);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("semantic") && error.contains("did you mean"), "{error}");
        assert_eq!(t.resource_count(), 1);
    }

    #[test]
    fn a_name_must_be_known_before_deployment() {
        let mut t = Template::new();
        let name = t.parameter("Name", Parameter::string());
        let id = add(&mut t, name.reference());
        let error = Monitoring::new("shop").watch(&id).add_to(&mut t).unwrap_err();
        assert!(matches!(&error, MonitoringError::NoName(id) if id == "Function"), "{error}");
        Monitoring::new("shop").named("orders", &id).add_to(&mut t).unwrap();
        assert!(t.synth().is_ok());

        let mut t = Template::new();
        let id = add(&mut t, "orders");
        let error = Monitoring::new("shop").named("order", &id).add_to(&mut t).unwrap_err();
        assert!(matches!(error, MonitoringError::OtherName { .. }), "{error}");
        let error = Monitoring::new("shop").watch(&Id::named("Far")).add_to(&mut t).unwrap_err();
        assert!(matches!(error, MonitoringError::NoMachine(_)), "{error}");
    }

    #[test]
    fn what_takes_nested_stacks_is_refused() {
        let mut t = Template::new();
        let id = add(&mut t, "orders");
        let fleet = Monitoring::new("shop").watch(&id).setting("fleet", json!({"enabled": true}));
        let error = fleet.add_to(&mut t).unwrap_err();
        assert!(matches!(error, MonitoringError::Nested(_)), "{error}");
    }
}
