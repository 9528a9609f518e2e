//! A project in a directory of its own, and `guardian` run on it.

use crate::emulator::Emulator;
use crate::running::{Ended, Running};
use crate::{Error, binaries, repository, workshop};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory with a `guardian.yaml`, and the environment that `guardian` is run in.
#[derive(Debug)]
pub struct Project {
    directory: PathBuf,
    /// Takes the directory away with the project.
    _temporary: Option<TempDir>,
    environment: Vec<(String, String)>,
}

impl Project {
    /// An empty project that sees no AWS at all.
    pub fn new() -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("project-")
            .tempdir_in(workshop()?)
            .map_err(|e| format!("cannot make a directory for a project: {e}"))?;
        let path = directory.path().to_path_buf();
        Ok(Self { directory: path, _temporary: Some(directory), environment: Vec::new() })
    }

    /// A project `shop` of one machine, `import`. Its function is never run, so the smallest binary
    /// will do for it.
    pub fn shop() -> Result<Self, Error> {
        let project = Self::new()?;
        project.write("guardian.yaml", "project: shop\nmachines:\n  managed: [import]\n")?;
        let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        project.write("definitions/import.json", definition)?;
        let path = project.path().join("bootstrap");
        fs::write(&path, binaries::smallest()).map_err(|e| format!("{}: {e}", path.display()))?;
        let binary = ("GUARDIAN_BINARY".to_owned(), path.display().to_string());
        Ok(project.with(vec![binary]))
    }

    /// A project in a directory that stays; what was in it is gone.
    pub fn staying(name: &str) -> Result<Self, Error> {
        let directory = workshop()?.join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        }
        fs::create_dir(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        Ok(Self { directory, _temporary: None, environment: Vec::new() })
    }

    /// The same project, with one of the repository's examples copied into it: `examples` or a
    /// directory in it.
    pub fn with_example(self, example: &str) -> Result<Self, Error> {
        let from = repository().join(example);
        copy(&from.join("guardian.yaml"), &self.path().join("guardian.yaml"))?;
        copy(&from.join("definitions"), &self.path().join("definitions"))?;
        Ok(self)
    }

    /// The same project, in the account of an emulator.
    #[must_use]
    pub fn on(mut self, emulator: &Emulator) -> Self {
        self.environment.extend(emulator.environment());
        self
    }

    /// The same project, with variables in its environment.
    #[must_use]
    pub fn with(mut self, variables: Vec<(String, String)>) -> Self {
        self.environment.extend(variables);
        self
    }

    /// Its directory.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.path().join(name);
        let parent = path.parent().unwrap_or(self.path());
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))
    }

    /// Reads a file of the project.
    pub fn read(&self, name: &str) -> Result<String, Error> {
        fs::read_to_string(self.path().join(name)).map_err(|e| format!("{name}: {e}"))
    }

    /// The command `guardian` with these arguments, in the project, with nothing of the user's
    /// environment but the path.
    pub fn command(&self, arguments: &[&str]) -> Result<Command, Error> {
        let mut command = Command::new(binaries::guardian()?);
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        if !self.environment.iter().any(|(name, _)| name == "GUARDIAN_BINARY") {
            command.env("GUARDIAN_BINARY", binaries::bootstrap()?);
        }
        Ok(command)
    }

    /// Runs `guardian` to its end.
    ///
    /// # Panics
    /// If it cannot be built or run.
    #[track_caller]
    pub fn guardian<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        let output =
            self.command(&arguments).and_then(|mut c| c.output().map_err(|e| e.to_string()));
        match output {
            Ok(output) => Ended {
                code: output.status.code(),
                stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            },
            Err(error) => panic!("guardian {arguments:?}: {error}"),
        }
    }

    /// Starts `guardian`, to be watched while it runs.
    pub fn begin<const N: usize>(&self, arguments: [&str; N]) -> Result<Running, Error> {
        Running::of(self.command(&arguments)?)
    }
}

/// Copies a file, or a directory with all in it.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |e: std::io::Error| format!("cannot copy {}: {e}", from.display());
    if !from.is_dir() {
        return fs::copy(from, to).map(drop).map_err(failed);
    }
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        copy(&from.join(AsRef::<OsStr>::as_ref(&name)), &to.join(&name))?;
    }
    Ok(())
}
