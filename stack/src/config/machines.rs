//! Reads the machines: managed, watched and excluded ones.

use super::alarms::{self, AlarmDefaults, AlarmSpec};
use super::keys;
use super::limits;
use super::reader::{Field, Reader, Section};
use super::statement;
use super::substitutions;
use super::tags::tags;
use crate::app::MachineType;
use crate::lock::Pattern;
use crate::problem::Reason;
use guardian_contract::{MANAGED_SUFFIX, MachineKey, glob_matches};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// Managed machines of a configuration that names none, as in the published recipe.
const DEFAULT_MANAGED: [&str; 3] = ["step1", "step2", "step3"];
/// Characters of a state machine's name.
const MAX_MACHINE_NAME: usize = 80;
/// Managed policies of a role (IAM's default quota is 10; 20 on request).
const MAX_MANAGED_POLICIES: usize = 20;

/// A machine that the stack creates, before its definition is read.
#[derive(Debug, Clone)]
pub(super) struct ManagedSpec {
    pub key: MachineKey,
    pub span: Range<usize>,
    pub machine_type: MachineType,
    /// The file that is named, and where.
    pub definition: Option<(String, Range<usize>)>,
    pub substitutions: BTreeMap<String, String>,
    pub log_level: String,
    pub log_execution_data: bool,
    pub log_retention_days: u32,
    pub statements: Vec<Value>,
    pub managed_policies: Vec<String>,
    pub tags: BTreeMap<String, String>,
    pub alarms: Vec<AlarmSpec>,
}

/// How a pattern is written.
const GLOB: &str = "`*` is any text, `?` one character, all else itself";
/// What Step Functions allows in no name (StateMachineListItem), without `*` and `?`.
const NOT_IN_NAMES: &str = "<>{}[]\"#%\\^|~`$&,;:/";

/// Machines that exist already: one by name, or those of a pattern.
#[derive(Debug, Clone)]
pub(super) struct WatchSpec {
    pub pattern: Pattern,
    pub span: Range<usize>,
    /// Its path in the configuration.
    pub path: String,
}

/// Reads `machines.managed`.
pub(super) fn managed(section: &Section<'_>, alarms: &AlarmDefaults) -> Vec<ManagedSpec> {
    let Some(field) = section.get("managed") else {
        // A configuration that only watches creates no machines.
        if section.get("watched").is_some() {
            return Vec::new();
        }
        section.note_default("managed", &DEFAULT_MANAGED);
        let default = |name: &str| {
            let key = MachineKey::new(name).ok()?;
            Some(ManagedSpec::new(key, section.span().clone()))
        };
        return DEFAULT_MANAGED.into_iter().filter_map(default).collect();
    };
    let specs: Vec<_> = field.items().iter().filter_map(|i| managed_machine(i, alarms)).collect();
    field.note(&specs.iter().map(|spec| spec.key.as_str()).collect::<Vec<_>>());
    specs
}

impl ManagedSpec {
    /// The recipe's machine.
    fn new(key: MachineKey, span: Range<usize>) -> Self {
        Self {
            key,
            span,
            machine_type: MachineType::Standard,
            definition: None,
            substitutions: BTreeMap::new(),
            log_level: "ALL".to_owned(),
            log_execution_data: true,
            log_retention_days: 90,
            statements: Vec::new(),
            managed_policies: Vec::new(),
            tags: BTreeMap::new(),
            alarms: Vec::new(),
        }
    }
}

fn managed_machine(item: &Field<'_>, alarms: &AlarmDefaults) -> Option<ManagedSpec> {
    if !item.is_map() {
        let key = item.text().and_then(managed_key);
        return match key {
            Ok(key) => Some(ManagedSpec::new(key, item.span().clone())),
            Err(reason) => {
                item.problem(reason);
                None
            }
        };
    }
    let section = item.section(keys::MANAGED);
    let Some(name) = section.get("name") else {
        item.problem(Reason::new("this machine has no `name`").help("add `name: …`"));
        return None;
    };
    let key = section.optional("name", |f| managed_key(f.text()?))?;
    let mut spec = ManagedSpec::new(key, name.span().clone());
    if let Some(machine_type) = section.optional("type", |f| f.word(&["STANDARD", "EXPRESS"])) {
        spec.machine_type = machine_type;
    }
    let definition = section.optional("definition", |f| f.text().map(str::to_owned));
    spec.definition = definition.map(|path| (path, section.span_of("definition")));
    spec.substitutions = section.get("substitutions").map(substitutions::read).unwrap_or_default();
    let logging = section.child("logging", keys::LOGGING);
    let levels = ["ALL", "ERROR", "FATAL", "OFF"];
    if let Some(level) = logging.optional("level", |f| f.word(&levels)) {
        spec.log_level = level;
    }
    if let Some(data) = logging.optional("include_execution_data", Field::boolean) {
        spec.log_execution_data = data;
    }
    let retention = logging.optional("retention_days", |f| limits::retention(f.whole()?));
    if let Some(days) = retention {
        spec.log_retention_days = days;
    }
    if let Some(field) = section.get("policy") {
        spec.statements = field.items().iter().filter_map(statement::read).collect();
        field.note(&spec.statements);
    }
    if let Some(field) = section.get("managed_policies") {
        spec.managed_policies = field.list(|item| limits::arn(item.text()?));
        if spec.managed_policies.len() > MAX_MANAGED_POLICIES {
            let reason = Reason::new("a role takes 20 managed policies at most");
            field.problem(reason.help("write the rest as statements under `policy`"));
        }
    }
    spec.tags = section.get("tags").map(tags).unwrap_or_default();
    spec.alarms = section.get("alarms").map(|f| alarms::list(f, alarms)).unwrap_or_default();
    Some(spec)
}

fn managed_key(text: &str) -> Result<MachineKey, Reason> {
    // Its log group has its name, and CloudWatch Logs allows fewer characters than Step Functions.
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "._-".contains(*c))) {
        let message = format!(
            "`{}` cannot be a managed machine's name: `{}` does not work in its log group's name",
            text.escape_debug(),
            c.escape_debug()
        );
        return Err(Reason::new(message).help("use A-Z a-z 0-9 . _ -"));
    }
    let key = MachineKey::new(text).map_err(|error| Reason::new(error.to_string()))?;
    let length = key.managed_name().len();
    if length > MAX_MACHINE_NAME {
        let message = format!(
            "with `{MANAGED_SUFFIX}` behind it, `{text}` has {length} characters; Step Functions \
             allows {MAX_MACHINE_NAME}"
        );
        let longest = MAX_MACHINE_NAME - MANAGED_SUFFIX.len();
        return Err(Reason::new(message).help(format!("{longest} characters at most")));
    }
    Ok(key)
}

/// Reads `machines.watched`.
pub(super) fn watched(section: &Section<'_>) -> Vec<WatchSpec> {
    let Some(field) = section.get("watched") else { return Vec::new() };
    let mut specs = Vec::new();
    for item in field.items() {
        match pattern(&item) {
            Ok(pattern) => specs.push(WatchSpec {
                pattern,
                span: item.span().clone(),
                path: item.path.clone(),
            }),
            Err(reason) => item.problem(reason),
        }
    }
    field.note(&specs.iter().map(|spec| spec.pattern.to_string()).collect::<Vec<_>>());
    specs
}

pub(super) fn pattern(item: &Field<'_>) -> Result<Pattern, Reason> {
    if !item.is_map() {
        return name_or_glob(item.text()?);
    }
    let section = item.section(keys::WATCHED);
    match (section.get("name"), section.get("glob"), section.get("tag")) {
        (Some(name), None, None) => machine_name(name.text()?).map(Pattern::Name),
        (None, Some(glob), None) => glob_text(glob.text()?).map(Pattern::Glob),
        (None, None, Some(tag)) => super::tags::wanted(tag).map(Pattern::Tags),
        _ => Err(Reason::new("a watched machine is given by one of `name`, `glob` and `tag`")
            .help("write one entry of the list for each")),
    }
}

fn name_or_glob(text: &str) -> Result<Pattern, Reason> {
    if text.contains(['*', '?', '[']) {
        glob_text(text).map(Pattern::Glob)
    } else {
        machine_name(text).map(Pattern::Name)
    }
}

fn machine_name(text: &str) -> Result<String, Reason> {
    match MachineKey::new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Reason::new(error.to_string())),
    }
}

/// A pattern of machines that have a light: `*` and `?` stand for what a key can have.
pub(super) fn glob_text(text: &str) -> Result<String, Reason> {
    let plain = text.replace(['*', '?'], "x");
    match MachineKey::new(plain.as_str()) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) if text.is_empty() => Err(Reason::new("a pattern is empty").help(GLOB)),
        Err(error) => Err(Reason::new(format!(
            "`{}` cannot be a pattern: {}",
            text.escape_debug(),
            error.reason
        ))
        .help(GLOB)),
    }
}

/// A pattern of machines to exclude: of any name that Step Functions allows, also one that
/// cannot have a light. White space and `,` are in no name, and separate patterns in the function.
fn exclude_text(text: &str) -> Result<String, Reason> {
    let refused = |c: char| c.is_whitespace() || c.is_control() || NOT_IN_NAMES.contains(c);
    match text.chars().find(|c| refused(*c)) {
        _ if text.is_empty() => Err(Reason::new("a pattern is empty").help(GLOB)),
        Some(c) => {
            let message = format!("no machine's name has `{}` in it", c.escape_debug());
            Err(Reason::new(message).help(GLOB))
        }
        None => Ok(text.to_owned()),
    }
}

/// Reads `machines.exclude`.
pub(super) fn exclude(section: &Section<'_>) -> Vec<(String, Range<usize>)> {
    let Some(field) = section.get("exclude") else { return Vec::new() };
    let mut patterns = Vec::new();
    for item in field.items() {
        match item.text().and_then(exclude_text) {
            Ok(glob) => patterns.push((glob, item.span().clone())),
            Err(reason) => item.problem(reason),
        }
    }
    field.note(&patterns.iter().map(|(glob, _)| glob).collect::<Vec<_>>());
    patterns
}

/// Refuses a machine that is listed twice, by its key.
pub(super) fn refuse_duplicates(
    reader: &Reader<'_>,
    managed: &[ManagedSpec],
    watched: &[WatchSpec],
) {
    let managed = managed.iter().map(|spec| (spec.key.clone(), "managed", &spec.span));
    let watched = watched.iter().filter_map(|spec| match &spec.pattern {
        Pattern::Name(name) => Some((MachineKey::of_machine(name).ok()?, "watched", &spec.span)),
        _ => None,
    });
    let mut seen: BTreeMap<MachineKey, (&str, &Range<usize>)> = BTreeMap::new();
    for (key, how, span) in managed.chain(watched) {
        let Some((first_how, first)) = seen.get(&key) else {
            seen.insert(key, (how, span));
            continue;
        };
        let line = reader.line(first);
        let message = match (*first_how, how) {
            ("managed", "managed") => {
                format!("the machine `{key}` is managed twice; also line {line}")
            }
            ("watched", "watched") => {
                format!("the machine `{key}` is watched twice; also line {line}")
            }
            _ => format!("the machine `{key}` is watched here and managed in line {line}"),
        };
        let help = match how == *first_how {
            true => "remove one of the two",
            false => "a managed machine has its light already; remove it from `watched`",
        };
        reader.problem(span, Reason::new(message).help(help));
    }
}

/// Refuses a machine that is both listed by name and excluded.
pub(super) fn refuse_excluded(
    reader: &Reader<'_>,
    managed: &[ManagedSpec],
    watched: &[WatchSpec],
    exclude: &[(String, Range<usize>)],
) {
    let managed = managed.iter().map(|spec| (spec.key.managed_name(), &spec.span));
    let watched = watched.iter().filter_map(|spec| match &spec.pattern {
        Pattern::Name(name) => Some((name.clone(), &spec.span)),
        _ => None,
    });
    for (name, span) in managed.chain(watched) {
        if let Some((glob, at)) = exclude.iter().find(|(glob, _)| glob_matches(glob, &name)) {
            let line = reader.line(at);
            let message = format!(
                "the machine `{name}` is listed here and excluded by `{glob}` in line {line}"
            );
            reader.problem(span, Reason::new(message).help("remove one of the two"));
        }
    }
}
