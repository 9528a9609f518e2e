//! The project: `guardian.yaml` where it is found, the files next to it, its lock, and the
//! application that they make. What the account has is found in `discover`.

use crate::exit::{Exit, Failure, Shown};
use crate::global::Global;
use crate::ui::Ui;
use crate::{files, problems};
use guardian_deploy::failing_resource::FailingResource;
use guardian_stack::config::{self, Config, Files, Override, Overrides, Resolved, Setting, Target};
use guardian_stack::lock::{self, Lock, Locked, Wanted};
use guardian_stack::problem::{Problem, Problems, Reason, Warning};
use guardian_stack::sources::{Source, Sources};
use guardian_stack::templates::Templates;
use miette::NamedSource;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A project on disk.
#[derive(Debug, Clone)]
pub struct Project {
    /// Directory of the configuration, relative to where the program was started.
    pub dir: PathBuf,
    config: Config,
    overrides: Overrides,
    lock: Option<Lock>,
    /// The region, where it is one of several: each has an entry of its own in the lock.
    region: Option<String>,
}

impl Project {
    /// Finds and reads the configuration and the lock.
    ///
    /// Errors: there is none, it cannot be read, it is not valid.
    pub fn open(global: &Global) -> Result<Self, Failure> {
        let path = match &global.config {
            Some(path) if path.is_dir() => path.join(config::FILE),
            Some(path) => path.clone(),
            None => find()?,
        };
        let dir = path.parent().map(Path::to_owned).unwrap_or_default();
        let text = read(&path)?.ok_or_else(|| {
            Failure::invalid(format!("there is no `{}`", path.display()))
                .help("`guardian init` writes a configuration to start from")
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let config = Config::parse(&name, &text).map_err(|p| refused(&dir, p))?;
        let lock = match read(&dir.join(lock::FILE))? {
            Some(text) => Some(Lock::parse(lock::FILE, &text).map_err(|p| refused(&dir, p))?),
            None => None,
        };
        let overrides = overrides(global);
        // An entry that is there is used wherever its region is meant.
        let has_own = |region: &String| {
            let mut names = lock.iter().flat_map(|lock| lock.environments.keys());
            names.any(|name| name.ends_with(&entry("", region)))
        };
        let anywhere = Overrides { region: None, ..overrides.clone() };
        let target = config.target(&anywhere).unwrap_or_default();
        let several = target.regions.len() > 1;
        // A stack set has one entry: its machines are the same wherever it is.
        let region = overrides.region.as_ref().filter(|_| target.stack_set.is_none());
        let region = region.map(|given| given.value.clone());
        let region = region.filter(|region| several || global.one_of_several || has_own(region));
        Ok(Self { dir, config, overrides, lock, region })
    }

    /// Where the environment is.
    pub fn target(&self) -> Result<Target, Failure> {
        self.config.target(&self.overrides).map_err(|p| self.refused(p))
    }

    /// The project, or none where no configuration is named and there is none to be found.
    pub fn open_if_any(global: &Global) -> Result<Option<Self>, Failure> {
        if global.config.is_none() && found()?.is_none() {
            return Ok(None);
        }
        Self::open(global).map(Some)
    }

    /// What the environment asks for of the machines that exist.
    pub fn wanted(&self) -> Result<Wanted, Failure> {
        self.config.wanted(&self.overrides).map_err(|p| self.refused(p))
    }

    /// Every setting with where it comes from.
    pub fn settings(&self) -> Result<Vec<Setting>, Failure> {
        self.config.origins(&self.overrides).map_err(|p| self.refused(p))
    }

    /// The application of the environment.
    pub fn resolve(&self) -> Result<Resolved, Failure> {
        let lock = self.lock.as_ref().map(|lock| self.of_region(lock));
        self.config
            .resolve(&self.overrides, &ProjectFiles(&self.dir), lock.as_ref())
            .map_err(|p| self.refused(p))
    }

    /// The source location of a failing resource, as text and as a span; `None` if the templates
    /// have no such resource.
    pub fn source(
        &self,
        templates: &Templates,
        resource: &FailingResource,
    ) -> Option<(String, Option<Shown>)> {
        let files = ProjectFiles(&self.dir);
        let lock = files.read(lock::FILE).and_then(Result::ok);
        let property: Vec<&str> = resource.property.iter().map(String::as_str).collect();
        let lock = lock.as_deref();
        let sources = Sources::new(&self.config, &self.overrides, templates, lock, &files);
        let mut source = sources.of(&resource.logical_id, &property, &resource.reason)?;
        let shown = source.spot_mut().and_then(|spot| {
            let text = files.read(&spot.file)?.ok()?;
            spot.file = self.dir.join(&spot.file).display().to_string();
            let span = spot.offset..spot.offset + spot.len;
            Some(Shown { text: NamedSource::new(&spot.file, text), span })
        });
        Some((source.to_string(), shown))
    }

    /// A problem at the source location of a resource or of its property; without a line, if the
    /// application has no such resource.
    pub fn problem(
        &self,
        templates: &Templates,
        resource: &FailingResource,
        reason: Reason,
    ) -> Problem {
        let files = ProjectFiles(&self.dir);
        let property: Vec<&str> = resource.property.iter().map(String::as_str).collect();
        let sources = Sources::new(&self.config, &self.overrides, templates, None, &files);
        let source = sources.of(&resource.logical_id, &property, &resource.reason);
        match source.as_ref().and_then(Source::spot) {
            Some(spot) => {
                let (file, Reason { message, help }) = (spot.file.clone(), reason);
                let (line, column) = (spot.line, spot.column);
                Problem { file, line, column, offset: spot.offset, len: spot.len, message, help }
            }
            None => Problem::without_location(&resource.logical_id, reason),
        }
    }

    /// Problems in the files of this project, as an error.
    pub fn refused(&self, problems: Problems) -> Failure {
        refused(&self.dir, problems)
    }

    /// Reports warnings about the files of this project.
    pub fn warn(&self, ui: &Ui, warnings: &[Warning]) {
        problems::warn(ui, from_here(&self.dir, warnings.to_vec()), &ProjectFiles(Path::new("")));
    }

    /// What the lock has for an environment.
    pub fn locked(&self, env: &str) -> Option<&Locked> {
        let lock = self.lock.as_ref()?;
        let own = self.region.as_deref().map(|region| entry(env, region));
        own.and_then(|own| lock.environments.get(&own)).or_else(|| lock.environments.get(env))
    }

    /// The lock as it is for the region that is worked on.
    fn of_region(&self, lock: &Lock) -> Lock {
        let mut lock = lock.clone();
        if let Some(region) = &self.region {
            let end = entry("", region);
            let own: Vec<_> = lock
                .environments
                .iter()
                .filter_map(|(name, locked)| Some((name.strip_suffix(&end)?.to_owned(), locked)))
                .map(|(env, locked)| (env, locked.clone()))
                .collect();
            lock.environments.extend(own);
        }
        lock
    }

    /// Changes what the lock has for an environment; [`Project::write_lock`] makes it last.
    pub fn set_locked(&mut self, env: &str, locked: Locked) {
        if self.locked(env).is_none() && locked == Locked::default() {
            return;
        }
        let lock = self.lock.get_or_insert_with(Lock::default);
        let name = self.region.as_deref().map_or_else(|| env.to_owned(), |r| entry(env, r));
        lock.environments.insert(name, locked);
    }

    /// Writes the lock where it differs from the file.
    pub fn write_lock(&self) -> Result<(), Failure> {
        let Some(lock) = &self.lock else { return Ok(()) };
        let path = self.dir.join(lock::FILE);
        let text = lock.to_text().map_err(|error| {
            Failure::from(Failure::error("the lock cannot be written").because(error))
        })?;
        if read(&path)?.as_deref() == Some(&text) {
            return Ok(());
        }
        files::write(&path, text.as_bytes())
    }
}

/// Name of the lock's entry for an environment in one of several regions. No environment's name has
/// a dot.
fn entry(env: &str, region: &str) -> String {
    format!("{env}.{region}")
}

fn refused(dir: &Path, problems: Problems) -> Failure {
    problems::failure(Problems(from_here(dir, problems.0)), &ProjectFiles(Path::new("")))
}

/// Names the files of problems as they are found from where the program was started: editors and
/// CI systems open them by these names.
fn from_here(dir: &Path, mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in problems.iter_mut().filter(|problem| problem.line > 0) {
        problem.file = dir.join(&problem.file).display().to_string();
    }
    problems
}

/// The files next to a configuration.
#[derive(Debug, Clone, Copy)]
struct ProjectFiles<'a>(&'a Path);

impl Files for ProjectFiles<'_> {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        match std::fs::read(self.0.join(relative)) {
            Ok(bytes) => {
                Some(String::from_utf8(bytes).map_err(|error| not_text(error.utf8_error())))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => Some(Err(error.to_string())),
        }
    }
}

fn not_text(error: std::str::Utf8Error) -> String {
    format!("it is not UTF-8 text: byte {} is wrong", error.valid_up_to() + 1)
}

/// The text of a file; none if there is no such file.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    let cannot = |why: String| {
        Failure::say(Exit::Invalid, format!("cannot read `{}`: {why}", path.display()))
    };
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| cannot(not_text(error.utf8_error())).help("save it as UTF-8")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot(error.to_string()).into()),
    }
}

/// The configuration in this directory or the nearest above, by a relative path.
fn find() -> Result<PathBuf, Failure> {
    found()?.ok_or_else(|| {
        Failure::invalid(format!("there is no {} here or in a directory above", config::FILE))
            .help("`guardian init` writes one; -C names one elsewhere")
    })
}

fn found() -> Result<Option<PathBuf>, Failure> {
    let here = std::env::current_dir().map_err(|error| {
        Failure::from(Failure::error("the current directory cannot be read").because(error))
    })?;
    let mut up = PathBuf::new();
    for dir in here.ancestors() {
        if dir.join(config::FILE).is_file() {
            return Ok(Some(up.join(config::FILE)));
        }
        up.push("..");
    }
    Ok(None)
}

/// What was given from outside the file, with what gave it.
fn overrides(global: &Global) -> Overrides {
    let given = |value: &Option<String>, variable: bool, flag: &str, name: &str| {
        let source = if variable { format!("env {name}") } else { format!("flag {flag}") };
        value.as_ref().map(|value| Override::new(value, source))
    };
    let region = global.region.as_ref().map(|region| Override::new(region, "flag --region"));
    let region = region.or_else(|| {
        ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
            Some(Override::new(value, format!("env {name}")))
        })
    });
    Overrides {
        env: given(&global.env, global.from_variables.env, "--env", "GUARDIAN_ENV"),
        region,
        stack_name: given(
            &global.stack_name,
            global.from_variables.stack_name,
            "--stack-name",
            "GUARDIAN_STACK_NAME",
        ),
        one_of_several: global.one_of_several,
    }
}
