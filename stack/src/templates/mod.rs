//! From the application to its CloudFormation templates: the main one and, past what one template
//! holds, nested ones. Pure: the same application gives the same bytes.

mod alarms;
mod board;
mod bus;
mod dashboard;
mod error;
mod fleet;
mod function;
mod guard;
mod hints;
mod ids;
mod links;
mod machines;
mod nested;
mod origins;
mod packaged;
pub mod parameters;
mod policy;
mod table;
#[cfg(test)]
mod tests;
mod topic;

pub(crate) use alarms::logical_id as alarm_id;
pub use error::{FULL, TemplateError};
pub use function::SettingsFile;
pub(crate) use ids::short_hash;
pub use ids::stem;
pub use nested::ROOT;
pub(crate) use origins::Origin;

use crate::app::{App, Grant, StackSet};
use dashboard::Shown;
use guardian_cfn::resources::{cloudformation, cloudwatch};
use guardian_cfn::{Id, MAX_S3_BODY, Output, Param, Synth, Val};
use guardian_contract::MachineKey;
use ids::word;
use machines::Part;
use origins::{Origins, Template};
use parameters::Bucket;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Resources that one operation may create, update or delete, nested stacks included
/// [CloudFormation quotas].
pub const MAX_OPERATION: usize = 2_500;
/// Prefix of the keys of nested templates in the artifact bucket.
const TEMPLATE_KEYS: &str = "guardian/templates";
/// Layout of the templates' metadata under `Guardian`.
const METADATA_VERSION: u32 = 1;

/// All templates of one application.
#[derive(Debug, Clone, PartialEq)]
pub struct Templates {
    /// The template of the stack.
    pub root: Synth,
    /// Those of its nested stacks, to be uploaded before the stack is deployed.
    pub nested: Vec<Nested>,
    /// Where each machine lives: [`ROOT`] or the logical id of a nested stack. To be kept, and
    /// given to the next [`templates`].
    pub assignment: BTreeMap<MachineKey, String>,
    /// What the function's package must hold beside its binary, if the function's environment is
    /// too small for its settings.
    pub settings: Option<SettingsFile>,
    /// What a person should know before deploying.
    pub warnings: Vec<String>,
    /// The environment.
    pub(crate) env: String,
    /// What the resources of the main template were made from.
    origins: Origins,
}

impl Templates {
    /// Every template with the name of its file, the main one first.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Synth)> {
        let nested = self.nested.iter().map(|n| (n.file_name.as_str(), &n.synth));
        std::iter::once(("template", &self.root)).chain(nested)
    }

    /// What the resources of all templates were made from, by logical id; of two with the same one
    /// the later counts: the alarm over all machines has the id of its stack.
    pub(crate) fn origins(&self) -> impl DoubleEndedIterator<Item = &(String, Origin)> {
        self.origins.iter().chain(self.nested.iter().flat_map(|nested| &nested.origins))
    }

    /// How many resources there are in all templates.
    pub fn resource_count(&self) -> usize {
        self.files().map(|(_, synth)| synth.resource_count()).sum()
    }
}

/// The template of a nested stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// Logical id of the nested stack in the main template.
    pub logical_id: String,
    /// Name of its file, without the ending that its format gives it.
    pub file_name: String,
    /// Key in the artifact bucket under which the main template looks for it: the hash of what
    /// [`Synth::to_json_min`] gives, which is what must be uploaded.
    pub s3_key: String,
    /// The template.
    pub synth: Synth,
    /// What the nested stack was made from.
    origin: Origin,
    /// What its resources were made from.
    origins: Origins,
}

/// Makes the templates. `previous` is the assignment of the last ones, empty if there are none:
/// a machine that is in it stays where it is.
pub fn templates(
    app: &App,
    previous: &BTreeMap<MachineKey, String>,
) -> Result<Templates, TemplateError> {
    let Assembled { root, nested, assignment, settings, idle } = assemble(app, previous)?;
    let (main, origins) = synth(ROOT, root)?;
    fits(ROOT, main.body_size())?;
    refuse_nested(app, &nested)?;
    let mut templates = Templates {
        root: main,
        nested,
        assignment,
        settings,
        warnings: Vec::new(),
        env: app.env.clone(),
        origins,
    };
    templates.warnings = warnings(app, &templates);
    // Where the counts cover machines without alarms, those of a window may be among them.
    let idle = idle.into_iter().filter(|_| app.memory.is_none() || app.each.is_none());
    templates.warnings.extend(idle.map(|window| {
        format!(
            "the mute window `{window}` matches no machine with alarms of its own; it mutes \
                 nothing"
        )
    }));
    Ok(templates)
}

/// The main template as a part of another one.
pub(crate) struct PartOf {
    pub template: guardian_cfn::Template,
    /// Logical ids of its nested stacks.
    pub nested: Vec<String>,
    /// Whether the package must hold settings.
    pub has_settings_file: bool,
}

/// Makes the main template for a template that it becomes a part of.
pub(crate) fn part_of(app: &App) -> Result<PartOf, TemplateError> {
    let Assembled { root, nested, settings, .. } = assemble(app, &BTreeMap::new())?;
    Ok(PartOf {
        template: root.into_inner(),
        nested: nested.into_iter().map(|stack| stack.logical_id).collect(),
        has_settings_file: settings.is_some(),
    })
}

/// The main template before it is checked, with what belongs to it.
struct Assembled {
    root: Template,
    nested: Vec<Nested>,
    assignment: BTreeMap<MachineKey, String>,
    settings: Option<SettingsFile>,
    /// Mute windows that match no machine with alarms.
    idle: Vec<String>,
}

fn assemble(
    app: &App,
    previous: &BTreeMap<MachineKey, String>,
) -> Result<Assembled, TemplateError> {
    let parts = machines::parts(app)?;
    let mut root = Template::new(format!(
        "Guardian: the status of Step Functions state machines ({} {})",
        app.project, app.env
    ));
    let bucket = parameters::bucket(&mut root, app.stack_set.is_some());
    let console = parameters::console(&mut root);
    let (guard, settings) = function::add(&mut root, app, &bucket.name);
    let over_all: Vec<&(String, String)> =
        guard.iter().filter(|(_, id)| guard::LIGHTS.contains(&id.as_str())).collect();
    let fleet = app.fleet.as_ref().and_then(|fleet| {
        let names = over_all.iter().map(|(name, _)| name.clone());
        fleet::fleet(app, fleet, &parts, names)
    });
    let (mutes, windows, idle) = fleet::mutes(app, &parts);
    let over = usize::from(fleet.is_some()) + usize::from(mutes.is_some());
    let base = root.resource_count() + usize::from(app.dashboard.is_some()) + over;
    let assignment = nested::place(&parts, base, previous)?;

    let mut nested = Vec::new();
    let pages = add_dashboards(&mut root, &mut nested, app, &parts, &assignment, &guard)?;
    let mut root_machines = Map::new();
    let mut by_stack: BTreeMap<usize, (Template, Map<String, Value>)> = BTreeMap::new();
    let mut before: Vec<String> = over_all.iter().map(|(_, id)| id.clone()).collect();
    for part in parts {
        // `place` has given every machine with resources a place that it can read.
        let Some(stack) = assignment.get(&part.key) else { continue };
        let number = nested::number(stack).unwrap_or(0);
        if number == 0 {
            root_machines.insert(part.key.to_string(), part.metadata);
            before.extend(part.alarms.iter().map(|(_, id)| id.clone()));
            root.append(part.template);
        } else {
            let (template, machines) = by_stack
                .entry(number)
                .or_insert_with(|| (machines_template(app, number), Map::new()));
            machines.insert(part.key.to_string(), part.metadata);
            template.append(part.template);
        }
    }
    for (number, (mut template, machines)) in by_stack {
        template.metadata("Guardian", metadata(app, machines));
        let origin = Origin::of(["machines.managed", "machines"]);
        let stack = stack(app, &nested::id(number), template, origin)?;
        before.push(stack.logical_id.clone());
        nested.push(stack);
    }
    for stack in &nested {
        add_nested(&mut root, stack, &bucket, &console);
    }
    let has_fleet = fleet.is_some();
    let over = [
        (fleet::FLEET, fleet, Origin::of(fleet::SETTINGS)),
        (fleet::MUTES, mutes, Origin::of(["mute"])),
    ];
    for (id, template, origin) in over {
        let Some(template) = template else { continue };
        let stack = stack(app, id, template, origin)?;
        let made = add_nested(&mut root, &stack, &bucket, &console);
        for alarm in &before {
            // The type does not matter here: the dependencies are alarms and nested stacks.
            root.resource_mut(&made).depends_on(&Id::<cloudwatch::Alarm>::named(alarm));
        }
        nested.push(stack);
    }
    let mut metadata = metadata(app, root_machines);
    metadata["events"] = json!(app.events);
    metadata["guard"] = guard.iter().map(|(name, _)| name.as_str()).collect();
    if has_fleet {
        metadata["fleet"] = json!(fleet::name(app));
    }
    if !app.mute.is_empty() {
        metadata["mutes"] = windows;
    }
    metadata["dashboards"] = dashboard::names(app, pages);
    root.metadata("Guardian", metadata);
    Ok(Assembled { root, nested, assignment, settings, idle })
}

/// The roles that AWS makes for a stack set with service-managed permissions make no nested stacks
/// [StackSets: custom execution role]; self-managed roles do.
fn refuse_nested(app: &App, nested: &[Nested]) -> Result<(), TemplateError> {
    let service = |set: &StackSet| matches!(set.grant, Grant::Units { .. });
    if nested.is_empty() || !app.stack_set.as_ref().is_some_and(service) {
        return Ok(());
    }
    let nested = nested.iter().map(|n| n.logical_id.as_str()).collect::<Vec<_>>().join(", ");
    Err(TemplateError::NestedInSet { nested })
}

/// Adds the dashboard; further ones, if there must be more than one, get a nested stack each.
/// Gives how many there are.
fn add_dashboards(
    root: &mut Template,
    nested: &mut Vec<Nested>,
    app: &App,
    parts: &[Part],
    assignment: &BTreeMap<MachineKey, String>,
    guard: &[(String, String)],
) -> Result<usize, TemplateError> {
    let Some(dashboard) = &app.dashboard else { return Ok(0) };
    let shown = parts.iter().flat_map(|part| {
        let in_root = assignment.get(&part.key).is_some_and(|s| s == ROOT);
        // The status alarm is the first of its machine, whatever prefix its name has.
        part.alarms.iter().enumerate().map(move |(index, (name, id))| Shown {
            name,
            here: in_root.then_some(id.as_str()),
            status: index == 0,
        })
    });
    let of_guard = guard.iter().map(|(name, id)| Shown { name, here: Some(id), status: false });
    let mut pages = dashboard::pages(shown.chain(of_guard).collect());
    let count = pages.len();
    for (number, alarms) in pages.iter_mut().enumerate() {
        if number == 0 {
            dashboard::add(root, app, dashboard, number, count, alarms);
            continue;
        }
        alarms.iter_mut().for_each(|alarm| alarm.here = None);
        let mut t = Template::new("Guardian: more of the dashboard");
        parameters::console(&mut t);
        dashboard::add(&mut t, app, dashboard, number, count, alarms);
        let id = format!("Dashboards{}", number + 1);
        nested.push(stack(app, &id, t, Origin::of(["dashboard"]))?);
    }
    root.output(
        "DashboardName",
        Output::new(dashboard::page_value(dashboard, 0)).description("The dashboard."),
    );
    root.output(
        "DashboardUrl",
        Output::new(Val::sub(&links::dashboard(&dashboard::page_name(dashboard, 0)), []))
            .description("The dashboard in the console."),
    );
    Ok(count)
}

/// The template of the nested stack with this number, without its machines.
fn machines_template(app: &App, number: usize) -> Template {
    let mut t = Template::new(format!(
        "Guardian: state machines and alarms of {} {}, {}",
        app.project,
        app.env,
        nested::id(number)
    ));
    parameters::console(&mut t);
    t
}

fn stack(app: &App, id: &str, template: Template, origin: Origin) -> Result<Nested, TemplateError> {
    let (synth, origins) = synth(id, template)?;
    let body = synth.to_json_min();
    fits(id, body.len())?;
    let hash = ids::hash(body.as_bytes());
    Ok(Nested {
        logical_id: id.to_owned(),
        file_name: id.to_lowercase(),
        s3_key: match &app.stack_set {
            Some(set) => format!("{}{hash}.json", crate::app::set_prefix(set)),
            None => format!("{TEMPLATE_KEYS}/{hash}.json"),
        },
        synth,
        origin,
        origins,
    })
}

fn add_nested(
    root: &mut Template,
    nested: &Nested,
    bucket: &Bucket,
    console: &Param<String>,
) -> Id<cloudformation::Stack> {
    // With the bucket in the path: CloudFormation reads both forms, and emulators know no bucket
    // by its host name.
    let url = format!(
        "https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{}/{}",
        bucket.text, nested.s3_key
    );
    let mut stack = cloudformation::Stack::new().template_url(Val::sub(&url, []));
    if nested.synth.value()["Parameters"][console.name()].is_object() {
        stack = stack.parameters([(console.name(), console.reference())]);
    }
    root.add(nested.logical_id.as_str(), stack, nested.origin.clone())
}

/// What a template's metadata says: enough to speak of lights where two templates differ.
fn metadata(app: &App, machines: Map<String, Value>) -> Value {
    let mut metadata = json!({
        "version": METADATA_VERSION,
        "project": app.project,
        "env": app.env,
        "semantics": word(&app.semantics),
    });
    // Not within `json!`, which would copy them all.
    metadata["machines"] = Value::Object(machines);
    metadata
}

fn synth(stack: &str, template: Template) -> Result<(Synth, Origins), TemplateError> {
    let (synth, origins) = template.synth();
    let synth = synth.map_err(|errors| TemplateError::Synth { stack: stack.to_owned(), errors })?;
    Ok((synth, origins))
}

/// Refuses a template that CloudFormation does not take.
fn fits(stack: &str, bytes: usize) -> Result<(), TemplateError> {
    if bytes > MAX_S3_BODY {
        return Err(TemplateError::TooLarge { stack: stack.to_owned(), bytes });
    }
    Ok(())
}

fn warnings(app: &App, templates: &Templates) -> Vec<String> {
    let mut warnings = Vec::new();
    let resources = templates.resource_count();
    if resources > MAX_OPERATION {
        warnings.push(format!(
            "{resources} resources in all: CloudFormation creates, updates or deletes at most \
             {MAX_OPERATION} in one operation, nested stacks included. Add the machines in steps \
             of {MAX_OPERATION} resources"
        ));
    }
    if app.guard.is_some() && guard::heartbeat(app).is_none() {
        warnings.push(format!(
            "with the schedule {} a sweep comes too rarely for an alarm on its heartbeat: \
             CloudWatch evaluates at most 7 days. No alarm reports that Guardian stopped; sweep at \
             least once a day",
            app.schedule
        ));
    }
    // A group's ARN takes about 100 of the policy's 5,120 characters, the frame about 300.
    let logged = app.managed.iter().filter(|m| m.log_level != "OFF").count();
    if logged > 45 && !app.log_prefix.starts_with("/aws/vendedlogs/") {
        warnings.push(format!(
            "{logged} machines log to groups under {}: Step Functions lists each group in one log \
             delivery policy of the account, which holds 5,120 characters, about 45 groups. AWS \
             refuses the machines beyond that; `logging.prefix: {}` takes one entry for all",
            app.log_prefix,
            crate::app::VENDED_LOGS
        ));
    }
    warnings
}
