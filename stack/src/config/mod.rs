//! `guardian.yaml`: from its text to the application. Every problem is collected with its file,
//! line and column; the values of an environment are laid over those of the file before anything
//! is read, so each setting knows the line it comes from. Files come in through [`Files`], machines
//! that exist through the lock; nothing here reads, asks or prints.

mod alarms;
mod declared;
mod keys;
pub mod limits;
mod machines;
mod origin;
mod place;
mod protection;
mod reader;
mod resolve;
mod settings;
mod stack_set;
mod statement;
mod substitutions;
mod telling;
mod times;
mod tree;
mod verify;
mod watch;
mod written;

pub(crate) use alarms::DEFAULT_PREFIX;
pub use origin::{Given, Origin, Overrides, Setting};
pub use place::{AssumeRole, Place};
pub use resolve::Resolved;
pub(crate) use resolve::definition_paths;
pub use times::duration;
pub use verify::Verify;
pub use written::Place as Spot;
pub(crate) use written::{KeyPath, Written};

use crate::lock::{Lock, Wanted};
use crate::problem::{Problem, Problems, Wrong, nearest};
use reader::{Findings, Reader};
use settings::{Chosen, Settings};
use tree::{Entry, Kind, Node};

/// Name of the file.
pub const FILE: &str = "guardian.yaml";
/// Environment of a file that names none.
pub const DEFAULT_ENV: &str = "dev";

/// The files beside `guardian.yaml`.
pub trait Files {
    /// The text of a file, by its path relative to `guardian.yaml`; none if there is no such file;
    /// an error, in words, if it is there and cannot be read.
    fn read(&self, relative: &str) -> Option<Result<String, String>>;
}

/// A configuration whose every environment is sound in itself.
#[derive(Debug, Clone)]
pub struct Config {
    file: String,
    text: String,
    root: Node,
}

impl Config {
    /// Reads a configuration and checks each of its environments.
    ///
    /// Errors: all that is wrong with the text, in its order.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let root = tree::read(file, text).map_err(Problems)?;
        if matches!(root.kind, Kind::Null) {
            let wrong = Wrong::new("the file is empty")
                .help("`guardian init` writes one to start from; the least is `project: shop`");
            return Err(Problems(vec![Problem::at(file, text, &(0..0), wrong)]));
        }
        if !matches!(root.kind, Kind::Map(_)) {
            let wrong = Wrong::new(format!("the file is {}, not a map of settings", root.what()))
                .help("begin it with `project: shop`");
            return Err(Problems(vec![Problem::at(file, text, &root.span, wrong)]));
        }
        let config = Self { file: file.to_owned(), text: text.to_owned(), root };
        let none = Overrides::default();
        let mut problems = config.environment_problems();
        // A name that is refused would only be refused again in all that is made from it.
        let named = |name: &String| limits::short_name("an environment", name).is_ok();
        let names = config.sections().iter().map(|section| section.key.clone());
        for name in std::iter::once(config.own_env()).chain(names).filter(named) {
            let chosen = Chosen { name, origin: Origin::Default };
            problems.extend(config.read(&chosen, &none).1.problems);
        }
        if problems.is_empty() { Ok(config) } else { Err(in_order(problems)) }
    }

    /// Names of the environments that have a section.
    pub fn environments(&self) -> Vec<&str> {
        self.sections().iter().map(|section| section.key.as_str()).collect()
    }

    /// What an environment asks for of the machines that exist.
    pub fn wanted(&self, overrides: &Overrides) -> Result<Wanted, Problems> {
        let (settings, _) = self.settings(overrides)?;
        Ok(resolve::wanted(&settings))
    }

    /// Where an environment is.
    pub fn place(&self, overrides: &Overrides) -> Result<Place, Problems> {
        self.settings(overrides).map(|(settings, _)| settings.place)
    }

    /// Every setting of an environment with where it comes from.
    pub fn origins(&self, overrides: &Overrides) -> Result<Vec<Setting>, Problems> {
        self.settings(overrides).map(|(_, findings)| findings.settings)
    }

    /// What an environment says, with where each key stands; of one that cannot be chosen, what the
    /// file says.
    pub(crate) fn written(&self, overrides: &Overrides) -> Written {
        let section = self
            .choose(overrides)
            .ok()
            .and_then(|chosen| self.sections().iter().find(|section| section.key == chosen.name));
        let root = match section {
            Some(section) => self.root.overlaid(&section.value),
            None => self.root.clone(),
        };
        Written::new(&self.file, &self.text, root)
    }

    /// The application of an environment.
    ///
    /// Errors: definitions that are missing or broken, machines that nobody has looked for yet,
    /// an environment that is not there, names that come out too long.
    pub fn resolve(
        &self,
        overrides: &Overrides,
        files: &dyn Files,
        lock: Option<&Lock>,
    ) -> Result<Resolved, Problems> {
        let (settings, findings) = self.settings(overrides)?;
        resolve::resolve(&self.file, &self.text, settings, findings, files, lock).map_err(in_order)
    }

    /// The settings of the environment that is asked for.
    fn settings(&self, overrides: &Overrides) -> Result<(Settings, Findings), Problems> {
        let chosen = self.choose(overrides).map_err(|problem| Problems(vec![problem]))?;
        let (settings, findings) = self.read(&chosen, overrides);
        if findings.problems.is_empty() {
            Ok((settings, findings))
        } else {
            Err(in_order(findings.problems))
        }
    }

    fn sections(&self) -> &[Entry] {
        self.root.get("environments").map_or(&[], Node::entries)
    }

    /// The environment that the file is for when nobody asks for another.
    fn own_env(&self) -> String {
        match self.root.get("env").map(|node| &node.kind) {
            Some(Kind::Scalar(serde_yaml::Value::String(name))) => name.clone(),
            _ => DEFAULT_ENV.to_owned(),
        }
    }

    fn choose(&self, overrides: &Overrides) -> Result<Chosen, Problem> {
        let own = self.own_env();
        let Some(given) = &overrides.env else {
            let origin = match self.root.get("env") {
                Some(node) => {
                    let place = Problem::at(&self.file, &self.text, &node.span, Wrong::new(""));
                    Origin::File { file: self.file.clone(), line: place.line, environment: None }
                }
                None => Origin::Default,
            };
            return Ok(Chosen { name: own, origin });
        };
        let refuse = |wrong| Err(Problem::without_place(&given.source, wrong));
        let name = match limits::short_name("an environment", &given.value) {
            Ok(name) => name,
            Err(wrong) => return refuse(wrong),
        };
        let mut known = self.environments();
        if !known.is_empty() && name != own && !known.contains(&name.as_str()) {
            known.push(&own);
            known.sort_unstable();
            known.dedup();
            let message = format!("{} has no environment `{name}`", self.file);
            let near = nearest(&name, known.iter().copied());
            let hint = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            let help = format!("{hint}There are: {}", known.join(", "));
            return refuse(Wrong::new(message).help(help));
        }
        Ok(Chosen { name, origin: Origin::Given(given.source.clone()) })
    }

    /// Reads an environment: its section, if it has one, laid over the file.
    fn read(&self, chosen: &Chosen, overrides: &Overrides) -> (Settings, Findings) {
        let section = self.sections().iter().find(|section| section.key == chosen.name);
        let root = match section {
            Some(section) => self.root.overlaid(&section.value),
            None => self.root.clone(),
        };
        let reader = Reader::new(&self.file, &self.text, self.sections());
        let settings = Settings::read(&reader, &root, chosen, overrides);
        (settings, reader.finish())
    }

    /// What is wrong with the names of environments and the keys of their sections.
    fn environment_problems(&self) -> Vec<Problem> {
        let reader = Reader::new(&self.file, &self.text, &[]);
        let root = reader.root(&self.root, keys::ROOT);
        root.optional("env", |field| limits::short_name("an environment", field.text()?));
        if let Some(environments) = root.get("environments") {
            for environment in environments.fields() {
                if let Err(wrong) = limits::short_name("an environment", environment.key) {
                    reader.problem(&environment.key_span, wrong);
                }
                environment.section(keys::ENVIRONMENT);
            }
        }
        reader.finish().problems
    }
}

/// Problems in the order of their places, each once: a line that two environments share is read
/// for both.
fn in_order(mut problems: Vec<Problem>) -> Problems {
    problems.sort_by(|a, b| {
        let key = |p: &Problem| (p.file.clone(), p.offset, p.message.clone());
        key(a).cmp(&key(b))
    });
    problems.dedup();
    Problems(problems)
}

#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tests;
