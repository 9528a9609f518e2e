//! Source locations: from a resource or property of a template back to the line of `guardian.yaml`,
//! of a definition or of the lock that produced it, or to the key that would change a default.

use crate::config::{Config, Files, Overrides, Spot, Written};
use crate::definition;
use crate::lock;
use crate::templates::{Origin, Templates};
use std::fmt;

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

/// An environment's templates, with the files that their origins are paths into.
pub struct Sources<'a> {
    templates: &'a Templates,
    config: Written,
    lock: Option<Written>,
    /// Names that the environment may have in the lock, the most particular first.
    locked_as: Vec<String>,
    files: &'a dyn Files,
}

impl<'a> Sources<'a> {
    /// The sources of the templates that this configuration and lock make.
    pub fn new(
        config: &Config,
        overrides: &Overrides,
        templates: &'a Templates,
        lock: Option<&str>,
        files: &'a dyn Files,
    ) -> Self {
        let env = &templates.env;
        let region = overrides.region.as_ref().map(|region| format!("{env}.{}", region.value));
        Self {
            templates,
            config: config.written(overrides),
            lock: lock.and_then(|text| Written::read(lock::FILE, text)),
            locked_as: region.into_iter().chain([env.clone()]).collect(),
            files,
        }
    }

    /// What made the resource with this logical id, in whichever of the templates it is, or the
    /// property of it that these names lead to (`["Dimensions", "0", "Value"]`); `reason` is what
    /// AWS says of it, which may name a place in a definition. None for what is no resource of
    /// these templates.
    pub fn of(&self, logical_id: &str, property: &[&str], reason: &str) -> Option<Source> {
        let (_, origin) = self.templates.origins().rfind(|(id, _)| id == logical_id)?;
        if property.first().is_none_or(|property| *property == "DefinitionString")
            && let Some(file) = &origin.definition
            && let Some(source) = self.in_definition(file, property, reason)
        {
            return Some(source);
        }
        Some(self.choose(origin, property))
    }

    /// The first setting of the origin that is written.
    fn choose(&self, origin: &Origin, property: &[&str]) -> Source {
        let whole = property.is_empty();
        let given = origin.of_property(property);
        if let Some((given, names)) = &given
            && let Some((at, key)) = self.written(&given.settings, names)
        {
            return Source::Written { at, key };
        }
        let made_for = self.locked(origin).or_else(|| self.written(&origin.made_for, &[]));
        let key = given.and_then(|(given, _)| given.key.or(given.settings.into_iter().next()));
        match made_for {
            // A property without a key comes from the settings of its resource.
            Some((at, own)) if whole || key.is_none() => Source::Written { at, key: own },
            made_for => {
                let section = origin.made_for.first().filter(|_| whole);
                Source::BuiltIn { key: key.or(section.cloned()), made_for }
            }
        }
    }

    /// The first of the settings that is written, and in it as far as the names of a part of the
    /// property lead: of `policy` it may be `policy[1].Action`.
    fn written(&self, settings: &[String], names: &[&str]) -> Option<(Spot, String)> {
        settings.iter().find_map(|setting| {
            let mut found = (self.config.location(setting)?, setting.clone());
            for name in names {
                let steps = [format!("{}[{name}]", found.1), format!("{}.{name}", found.1)];
                let located = |path: String| Some((self.config.location(&path)?, path));
                let Some(part) = steps.into_iter().find_map(located) else { break };
                found = part;
            }
            Some(found)
        })
    }

    /// Where the lock has the machine that a resource is made for.
    fn locked(&self, origin: &Origin) -> Option<(Spot, String)> {
        let (lock, name) = (self.lock.as_ref()?, origin.in_lock.as_ref()?);
        self.locked_as.iter().find_map(|env| {
            let path = format!("environments.{env}.machines.{name}");
            Some((lock.location(&path)?, path))
        })
    }

    /// The place in a definition that AWS names; of the definition as a property its beginning.
    fn in_definition(&self, file: &str, property: &[&str], reason: &str) -> Option<Source> {
        let text = self.files.read(file)?.ok()?;
        let (span, key) = match definition::named_place(file, &text, reason) {
            Some(named) => named,
            None if property.is_empty() => return None,
            None => (0..1, "the definition".to_owned()),
        };
        Some(Source::Written { at: Spot::at(file, &text, &span), key })
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("templates", self.templates).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
