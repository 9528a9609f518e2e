//! A Python virtual environment under the target directory, with ministack and cfn-lint. All packages
//! are pinned by hash. Concurrent tests create it once.

use crate::{Error, repository, work_directory};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The oldest Python that has all packages of `requirements.txt`.
const OLDEST: (u32, u32) = (3, 11);

/// A complete virtual environment.
#[derive(Debug, Clone)]
pub struct Python {
    directory: PathBuf,
}

impl Python {
    /// The virtual environment; it is created if it is missing or has other requirements.
    pub fn ready() -> Result<&'static Self, Error> {
        static READY: OnceLock<Result<Python, Error>> = OnceLock::new();
        let create = || create(&work_directory()?, "python", "tests/requirements.txt");
        READY.get_or_init(create).as_ref().map_err(Clone::clone)
    }

    /// Another virtual environment, in the directory `name` beside it, with the packages of a file in
    /// the repository.
    pub fn with(name: &str, requirements: &str) -> Result<Self, Error> {
        create(&work_directory()?, name, requirements)
    }

    /// The directory of its programs.
    pub fn programs(&self) -> PathBuf {
        self.directory.join("bin")
    }

    /// A program of the environment.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join("bin").join(name));
        // The user's Python settings do not belong to this environment.
        for variable in ["PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP"] {
            command.env_remove(variable);
        }
        command
    }

    /// The interpreter with a script from the repository's `tests` directory.
    pub fn script(&self, name: &str) -> Command {
        let mut command = self.program("python");
        command.arg(repository().join("tests").join(name));
        command
    }
}

fn create(work_directory: &Path, name: &str, requirements: &str) -> Result<Python, Error> {
    let file = repository().join(requirements);
    let wanted = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let directory = work_directory.join(name);
    let stamp = directory.join("complete");
    let complete = || fs::read_to_string(&stamp).is_ok_and(|found| found == wanted);
    // Other tests may do the same at the same time; the first one creates it.
    let lock = work_directory.join(format!("{name}.lock"));
    let lock = File::create(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    lock.lock().map_err(|e| format!("cannot lock the virtual environment: {e}"))?;
    if !complete() {
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        }
        let python = interpreter()?;
        run(Command::new(&python).args(["-m", "venv"]).arg(&directory)).map_err(|e| {
            format!("{e}\nvirtual environments need Python's venv module (Debian: python3-venv)")
        })?;
        let mut install = Command::new(directory.join("bin/python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        run(install.args(["--require-hashes", "--no-deps", "-r"]).arg(&file))?;
        fs::write(&stamp, &wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    Ok(Python { directory })
}

/// A new enough Python: GUARDIAN_PYTHON, or `python3`.
fn interpreter() -> Result<String, Error> {
    let python = std::env::var("GUARDIAN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ask = "import sys; print(sys.version_info[0], sys.version_info[1])";
    let said = run(Command::new(&python).args(["-c", ask]));
    let version = said.as_ref().ok().and_then(|text| {
        let (major, minor) = text.trim().split_once(' ')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    match version {
        Some(version) if version >= OLDEST => Ok(python),
        Some((major, minor)) => Err(format!(
            "`{python}` is Python {major}.{minor}; the emulator needs {}.{} or later: install one \
             and name it in GUARDIAN_PYTHON",
            OLDEST.0, OLDEST.1
        )),
        None => Err(format!(
            "the emulator needs Python {}.{} or later, and `{python}` does not run: {}",
            OLDEST.0,
            OLDEST.1,
            said.err().unwrap_or_default()
        )),
    }
}

/// Runs a command and returns its standard output, or an error with its standard error.
fn run(command: &mut Command) -> Result<String, Error> {
    let output = command.output().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{command:?} failed ({}):\n{said}", output.status))
}
