//! The built `guardian`, run as a person runs it: what it prints, how it ends, what it leaves
//! behind. Commands that deploy are tested against an emulator elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod ack;
mod bad_input;
mod board;
mod browser;
mod credentials;
mod definitions;
mod doctor;
mod lights;
mod lost_answer;
mod online;
mod origins;
mod output;
mod regions;
mod schedules;
mod shown;
mod stack_set;
mod state;
mod table;
mod teardown;
mod watch;
mod written;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A definition that is sound.
const HELLO: &str = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "End": true}}}"#;
/// A configuration of one machine.
const SHOP: &str = "project: shop\nmachines:\n  managed: [hello]\n";

/// A directory with these files.
struct Project(TempDir);

/// How a run ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Project {
    fn of(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = Self(dir);
        for (name, text) in files {
            project.write(name, text.as_bytes());
        }
        project
    }

    fn shop() -> Self {
        Self::of(&[("guardian.yaml", SHOP), ("definitions/hello.json", HELLO)])
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Every file, by its path in the project.
    fn files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let mut left = vec![self.path().to_owned()];
        while let Some(dir) = left.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    left.push(path);
                } else {
                    let name = path.strip_prefix(self.path()).unwrap();
                    files.insert(name.to_str().unwrap().to_owned());
                }
            }
        }
        files
    }

    /// Runs it with nothing of the user's environment but the path.
    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        self.run_in("", arguments, variables)
    }

    fn run_in(&self, dir: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_guardian"))
            .args(arguments)
            .current_dir(self.path().join(dir))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("panicked"), "{text}");
            text.replace(self.path().to_str().unwrap(), "[project]")
        };
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ended {
    /// All of it, for a snapshot.
    fn all(&self) -> String {
        let mut all = format!("exit {}", self.code.map_or("by a signal".into(), |c| c.to_string()));
        for (name, text) in [("standard output", &self.stdout), ("standard error", &self.stderr)] {
            if !text.is_empty() {
                all.push_str(&format!("\n--- {name}\n{text}"));
            }
        }
        all
    }
}
