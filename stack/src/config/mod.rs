//! Turns the text of `guardian.yaml` into the application. Every problem is collected with its file,
//! line and column. The section of an environment is merged over the file before anything is read, so
//! each setting has the line that it comes from. Files come in through [`Files`], existing machines
//! through the lock; nothing here does I/O.

mod alarms;
mod cover;
mod declared;
mod files;
pub(crate) mod keys;
pub(crate) mod limits;
mod machines;
mod notifications;
mod origin;
mod placeholders;
mod protected;
mod protection;
mod reader;
mod resolve;
mod settings;
mod stack_set;
mod state;
mod statement;
mod substitutions;
mod tags;
mod target;
mod times;
mod verify;
mod watch;

pub(crate) use crate::document::Document as Written;
pub use crate::document::SourceLocation as Spot;
pub use files::Files;
pub use keys::FILE;
pub use origin::{Origin, Override, Overrides, Setting};
pub use resolve::Resolved;
pub use target::{AssumeRole, Target};
pub use times::duration;
pub use verify::Verify;

use crate::document::{self, Finding, Key, Kind, Node};
use crate::lock::{Lock, Wanted};
use crate::problem::{Problem, Problems, Reason, line_and_column, nearest};
use reader::{Findings, Reader};
use settings::{Environment, Settings, target_of};
use std::borrow::Cow;

/// Environment of a file that names none.
const DEFAULT_ENV: &str = "dev";

/// Reads something of an environment.
type Read<T> = fn(&Reader<'_>, &Node, &Environment, &Overrides) -> T;

/// A configuration whose every environment is valid by itself.
#[derive(Debug, Clone)]
pub struct Config {
    file: String,
    text: String,
    root: Node,
}

impl Config {
    /// Reads a configuration and checks each of its environments.
    ///
    /// Errors: every problem of the text, in its order.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let problem = |finding: Finding| finding.into_problem(file, text);
        let root =
            document::yaml::read(text).map_err(|finding| Problems(vec![problem(finding)]))?;
        let repeated = document::repeated_keys(&root, text);
        if !repeated.is_empty() {
            return Err(Problems(repeated.into_iter().map(problem).collect()));
        }
        if matches!(root.kind, Kind::Null) {
            let reason = Reason::new("the file is empty")
                .help("`guardian init` writes one to start from; the least is `project: shop`");
            return Err(Problems(vec![Problem::at(file, text, &(0..0), reason)]));
        }
        if root.fields().is_none() {
            let what = reader::kind_name(&root);
            let reason = Reason::new(format!("the file is {what}, not a map of settings"))
                .help("begin it with `project: shop`");
            return Err(Problems(vec![Problem::at(file, text, &root.span, reason)]));
        }
        let config = Self { file: file.to_owned(), text: text.to_owned(), root };
        let none = Overrides::default();
        let mut problems = config.environment_problems();
        // A refused name would be refused again in everything that is derived from it.
        let named = |name: &String| limits::short_name("an environment", name).is_ok();
        let names = config.sections().iter().map(|section| section.0.name.clone());
        for name in std::iter::once(config.own_env()).chain(names).filter(named) {
            let chosen = Environment { name, origin: Origin::Default };
            problems.extend(config.read(&chosen, &none, Settings::read).1.problems);
        }
        if problems.is_empty() { Ok(config) } else { Err(in_order(problems)) }
    }

    /// Names of the environments that have a section.
    pub fn environments(&self) -> Vec<&str> {
        self.sections().iter().map(|(key, _)| key.name.as_str()).collect()
    }

    /// The existing machines that an environment needs.
    pub fn wanted(&self, overrides: &Overrides) -> Result<Wanted, Problems> {
        let (settings, _) = self.settings(overrides)?;
        Ok(resolve::wanted(&settings))
    }

    /// The accounts and regions of an environment.
    pub fn target(&self, overrides: &Overrides) -> Result<Target, Problems> {
        self.checked(overrides, target_of).map(|(target, _)| target)
    }

    /// Every setting of an environment with its origin.
    pub fn origins(&self, overrides: &Overrides) -> Result<Vec<Setting>, Problems> {
        self.settings(overrides).map(|(_, findings)| findings.settings)
    }

    /// The document of an environment; the file's own if the environment cannot be chosen.
    pub(crate) fn written(&self, overrides: &Overrides) -> Written {
        let section = self
            .choose(overrides)
            .ok()
            .and_then(|chosen| self.sections().iter().find(|(key, _)| key.name == chosen.name));
        let root = match section {
            Some((_, section)) => self.root.overlaid(section),
            None => self.root.clone(),
        };
        Written::new(&self.file, &self.text, root)
    }

    /// The application of an environment.
    ///
    /// Errors: definitions that are missing or broken, machines that are not in the lock yet,
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

    /// The settings of the chosen environment.
    fn settings(&self, overrides: &Overrides) -> Result<(Settings, Findings), Problems> {
        self.checked(overrides, Settings::read)
    }

    /// What is read of the chosen environment.
    fn checked<T>(&self, overrides: &Overrides, read: Read<T>) -> Result<(T, Findings), Problems> {
        let chosen = self.choose(overrides).map_err(|problem| Problems(vec![problem]))?;
        let (value, findings) = self.read(&chosen, overrides, read);
        if findings.problems.is_empty() {
            Ok((value, findings))
        } else {
            Err(in_order(findings.problems))
        }
    }

    fn sections(&self) -> &[(Key, Node)] {
        self.root.get("environments").map_or(&[], Node::entries)
    }

    /// The file's default environment.
    fn own_env(&self) -> String {
        self.root.get("env").and_then(Node::text).unwrap_or(DEFAULT_ENV).to_owned()
    }

    fn choose(&self, overrides: &Overrides) -> Result<Environment, Problem> {
        let own = self.own_env();
        let Some(given) = &overrides.env else {
            let origin = match self.root.get("env") {
                Some(node) => {
                    let (line, _) = line_and_column(&self.text, node.span.start);
                    Origin::File { file: self.file.clone(), line, environment: None }
                }
                None => Origin::Default,
            };
            return Ok(Environment { name: own, origin });
        };
        let refuse = |reason| Err(Problem::without_location(&given.source, reason));
        let name = match limits::short_name("an environment", &given.value) {
            Ok(name) => name,
            Err(reason) => return refuse(reason),
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
            return refuse(Reason::new(message).help(help));
        }
        Ok(Environment { name, origin: Origin::Override(given.source.clone()) })
    }

    /// Reads an environment: its section, if there is one, merged over the file.
    fn read<T>(&self, chosen: &Environment, overrides: &Overrides, read: Read<T>) -> (T, Findings) {
        let section = self.sections().iter().find(|(key, _)| key.name == chosen.name);
        let root = match section {
            Some((_, section)) => Cow::Owned(self.root.overlaid(section)),
            None => Cow::Borrowed(&self.root),
        };
        let reader = Reader::new(&self.file, &self.text, self.sections());
        let value = read(&reader, &root, chosen, overrides);
        (value, reader.finish())
    }

    /// Problems with the names of environments and the keys of their sections.
    fn environment_problems(&self) -> Vec<Problem> {
        let reader = Reader::new(&self.file, &self.text, &[]);
        let root = reader.root(&self.root, keys::ROOT);
        root.optional("env", |field| limits::short_name("an environment", field.text()?));
        if let Some(environments) = root.get("environments") {
            for environment in environments.fields() {
                if let Err(reason) = limits::short_name("an environment", environment.key) {
                    reader.problem(&environment.key_span, reason);
                }
                environment.section(keys::ENVIRONMENT);
            }
        }
        reader.finish().problems
    }
}

/// Problems in the order of their lines, each once: a line that environments share is read for each.
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
