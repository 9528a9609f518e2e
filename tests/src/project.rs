//! A project in a directory of its own, on which tests run `guardian`.

use crate::emulator::Emulator;
use crate::running::{Ended, Running};
use crate::{Error, binaries, repository, work_directory};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory with a `guardian.yaml`, and the environment variables of `guardian`.
#[derive(Debug)]
pub struct Project {
    directory: PathBuf,
    /// Deletes the directory with the project.
    _temporary: Option<TempDir>,
    environment: Vec<(String, String)>,
}

impl Project {
    /// An empty project without an AWS account.
    pub fn new() -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("project-")
            .tempdir_in(work_directory()?)
            .map_err(|e| format!("cannot create a directory for a project: {e}"))?;
        let path = directory.path().to_path_buf();
        Ok(Self { directory: path, _temporary: Some(directory), environment: Vec::new() })
    }

    /// A project `shop` with one machine, `import`. Its function never runs, so its binary is the smallest
    /// valid one.
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

    /// A project in a directory that is kept. Its previous content is deleted.
    pub fn persistent(name: &str) -> Result<Self, Error> {
        let directory = work_directory()?.join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        }
        fs::create_dir(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        Ok(Self { directory, _temporary: None, environment: Vec::new() })
    }

    /// Copies an example into the project: `examples` or a directory in it.
    pub fn with_example(self, example: &str) -> Result<Self, Error> {
        let from = repository().join(example);
        copy(&from.join("guardian.yaml"), &self.path().join("guardian.yaml"))?;
        copy(&from.join("definitions"), &self.path().join("definitions"))?;
        Ok(self)
    }

    /// Uses the account of an emulator.
    #[must_use]
    pub fn on(mut self, emulator: &Emulator) -> Self {
        self.environment.extend(emulator.environment());
        self
    }

    /// Adds environment variables.
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

    /// The command `guardian` with these arguments, in the project, without the user's environment except
    /// the path.
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

    /// Runs `guardian` and waits for its end.
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

    /// Starts `guardian` in the background.
    pub fn start<const N: usize>(&self, arguments: [&str; N]) -> Result<Running, Error> {
        Running::start(self.command(&arguments)?)
    }
}

/// Copies a file or a directory.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
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
