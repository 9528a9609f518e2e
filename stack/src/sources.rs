//! From a place in a template back to what made it: the line of `guardian.yaml`, of a definition or
//! of the lock, or the key that would change what Guardian has chosen itself. Nothing here knows
//! why somebody asks.

mod traces;

use crate::app::App;
use crate::config::{Config, Files, KeyPath, Overrides, Spot, Written, definition_paths};
use crate::definition;
use crate::lock;
use crate::templates::{alarm_id, short_hash, stem};
use std::collections::BTreeMap;
use std::fmt;
use traces::{Inputs, Part, Traces};

/// What made a resource or a property of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A line of a file.
    Written {
        /// Where.
        at: Spot,
        /// The key that stands there, as in `function.memory`; in a definition the path, as in
        /// `/States/Pay/Resource`.
        key: String,
    },
    /// Guardian itself.
    BuiltIn {
        /// The key that would change it, if there is one.
        key: Option<String>,
        /// What it was made for, if that is written.
        made_for: Option<(Spot, String)>,
    },
}

impl Source {
    /// The line to look at.
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            Self::Written { at, .. } => Some(at),
            Self::BuiltIn { made_for, .. } => made_for.as_ref().map(|(at, _)| at),
        }
    }

    /// The line to look at, to name its file otherwise.
    pub fn spot_mut(&mut self) -> Option<&mut Spot> {
        match self {
            Self::Written { at, .. } => Some(at),
            Self::BuiltIn { made_for, .. } => made_for.as_mut().map(|(at, _)| at),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |at: &Spot| format!("{}:{}:{}", at.file, at.line, at.column);
        match self {
            Self::Written { at, key } => write!(f, "from {} ({key})", place(at)),
            Self::BuiltIn { key, made_for } => {
                if let Some((at, key)) = made_for {
                    write!(f, "made for {} ({key}); ", place(at))?;
                }
                match key {
                    Some(key) => write!(f, "a default of Guardian, which `{key}` would change"),
                    None => f.write_str("Guardian's own; no key changes it"),
                }
            }
        }
    }
}

/// The files that one environment is made from.
pub struct Sources<'a> {
    inputs: Inputs<'a>,
    files: &'a dyn Files,
    lock: Option<Written>,
    makers: BTreeMap<String, Maker>,
}

/// What a logical id belongs to, where that is not said by the id alone.
#[derive(Debug, Clone, Copy)]
enum Maker {
    /// A managed machine, by its place in the list, and which of its resources.
    Machine(usize, Part),
    /// An alarm, by its place in the list.
    Alarm(usize),
    /// A subscription, by its place in the list.
    Subscription(usize),
}

impl<'a> Sources<'a> {
    /// The sources of an application, which is what this configuration and lock make.
    pub fn new(
        config: &Config,
        overrides: &Overrides,
        app: &'a App,
        lock: Option<&str>,
        files: &'a dyn Files,
    ) -> Self {
        let region =
            overrides.region.as_ref().map(|region| format!("{}.{}", app.env, region.value));
        Self {
            inputs: Inputs {
                app,
                config: config.written(overrides),
                locked_as: region.into_iter().chain([app.env.clone()]).collect(),
            },
            files,
            lock: lock.and_then(|text| Written::read(lock::FILE, text)),
            makers: makers(app),
        }
    }

    /// What made the resource with this logical id, in whichever of the templates it is, or the
    /// property of it that these names lead to (`["Dimensions", "0", "Value"]`); `reason` is what
    /// AWS says of it, which may name a place in a definition. None for what is no resource of
    /// these templates.
    pub fn of(&self, logical_id: &str, property: &[&str], reason: &str) -> Option<Source> {
        let traces = match self.makers.get(logical_id) {
            Some(Maker::Machine(index, part)) => {
                let of_definition =
                    property.first().is_none_or(|property| *property == "DefinitionString");
                if *part == Part::Machine
                    && of_definition
                    && let Some(source) = self.in_definition(*index, property, reason)
                {
                    return Some(source);
                }
                self.inputs.of_machine(*index, *part, property)
            }
            Some(Maker::Alarm(index)) => {
                self.inputs.of_alarm(&self.inputs.app.alarms[*index], property)
            }
            Some(Maker::Subscription(index)) => Traces::default()
                .within(KeyPath::of("notifications.email").item(*index))
                .within("notifications"),
            None => self.inputs.of_fixed(logical_id, property)?,
        };
        Some(self.choose(traces, property.is_empty()))
    }

    /// The first of the traces that is written.
    fn choose(&self, traces: Traces, whole: bool) -> Source {
        let written = |paths: &[KeyPath]| {
            paths
                .iter()
                .find_map(|path| Some((self.inputs.config.location(path)?, path.to_string())))
        };
        let locked = |paths: &[KeyPath]| {
            let lock = self.lock.as_ref()?;
            paths.iter().find_map(|path| Some((lock.location(path)?, path.to_string())))
        };
        if let Some((at, key)) = written(&traces.sets) {
            return Source::Written { at, key };
        }
        let made_for = locked(&traces.locked).or_else(|| written(&traces.within));
        let key = traces.would.or_else(|| traces.sets.into_iter().next());
        match made_for {
            // What is made as a whole, or has no key of its own, comes from what it is made for.
            Some((at, own)) if whole || key.is_none() => Source::Written { at, key: own },
            made_for => {
                let section = traces.within.into_iter().next().filter(|_| whole);
                let key = key.or(section);
                Source::BuiltIn { key: key.map(|key| key.to_string()), made_for }
            }
        }
    }

    /// The file that a managed machine's definition is read from, with its text.
    fn definition(&self, index: usize) -> Option<(String, String)> {
        let named = self.inputs.config.text(&Inputs::managed(index).key("definition"));
        let paths = match named {
            Some(path) => vec![path.to_owned()],
            None => definition_paths(&self.inputs.app.managed.get(index)?.key),
        };
        paths.into_iter().find_map(|path| {
            let text = self.files.read(&path)?.ok()?;
            Some((path, text))
        })
    }

    /// The place in a definition that AWS names; of the definition as a property its beginning.
    fn in_definition(&self, index: usize, property: &[&str], reason: &str) -> Option<Source> {
        let (file, text) = self.definition(index)?;
        let (span, key) = match definition::named_place(&file, &text, reason) {
            Some(named) => named,
            None if property.is_empty() => return None,
            None => (0..1, "the definition".to_owned()),
        };
        Some(Source::Written { at: Spot::at(&file, &text, &span), key })
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("app", &self.inputs.app.stack_name).finish_non_exhaustive()
    }
}

/// The logical ids that depend on the application.
fn makers(app: &App) -> BTreeMap<String, Maker> {
    let mut makers = BTreeMap::new();
    for (index, managed) in app.managed.iter().enumerate() {
        let stem = stem(&managed.key);
        for (ending, part) in [
            ("Machine", Part::Machine),
            ("MachineRole", Part::Role),
            ("MachineLogGroup", Part::LogGroup),
        ] {
            makers.insert(format!("{stem}{ending}"), Maker::Machine(index, part));
        }
    }
    for (index, alarm) in app.alarms.iter().enumerate() {
        makers.insert(alarm_id(&stem(&alarm.machine), alarm), Maker::Alarm(index));
    }
    for (index, address) in app.notifications.email.iter().enumerate() {
        makers.insert(format!("Subscription{}", short_hash(address)), Maker::Subscription(index));
    }
    makers
}

#[cfg(test)]
mod tests;
