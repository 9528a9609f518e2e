//! The built `guardian`, run in the run's project.

use super::account::Error;
use guardian_tests::project::Project;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

/// The program in its project.
#[derive(Debug)]
pub struct Guardian {
    /// The project.
    pub project: Project,
    /// The function's package for a deploy; none: the program finds or builds it.
    pub package: Option<String>,
    /// Whether the project's environment names the function's binary; else no variable may.
    pub has_binary: bool,
    uploads: RefCell<BTreeSet<String>>,
}

/// How it ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: Option<i32>,
    /// The records of standard output.
    pub records: Vec<Value>,
    /// Standard error.
    pub stderr: String,
    command: String,
}

impl Guardian {
    /// The program in this project.
    pub fn new(project: Project, package: Option<String>, has_binary: bool) -> Self {
        Self { project, package, has_binary, uploads: RefCell::default() }
    }

    /// Whether the project is written.
    pub fn is_ready(&self) -> bool {
        self.project.path().join("guardian.yaml").is_file()
    }

    /// Keys of the objects that it uploaded.
    pub fn uploads(&self) -> BTreeSet<String> {
        self.uploads.borrow().clone()
    }

    /// Deploys.
    pub async fn deploy(&self) -> Result<Ended, Error> {
        let mut arguments = vec!["deploy", "--yes"];
        if let Some(package) = &self.package {
            arguments.extend(["--package", package]);
        }
        self.run(&arguments).await
    }

    /// Runs it with `--json` and reads its records as they come. If the future is dropped, the
    /// program is killed; CloudFormation goes on with what it does.
    pub async fn run(&self, arguments: &[&str]) -> Result<Ended, Error> {
        let line = format!("guardian {}", arguments.join(" "));
        println!("  $ {line}");
        let mut command = self.project.command(arguments)?;
        if !self.has_binary {
            command.env_remove("GUARDIAN_BINARY");
        }
        command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut command = tokio::process::Command::from(command);
        // A group of its own: Ctrl-C reaches only this program, which then removes everything.
        let mut child = command
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("cannot run {line}: {error}"))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let records = async {
            let mut records = Vec::new();
            if let Some(stdout) = stdout {
                let mut lines = BufReader::new(stdout).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let record: Value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                    if let ("upload", Some(key)) =
                        (record["type"].as_str().unwrap_or_default(), record["key"].as_str())
                    {
                        self.uploads.borrow_mut().insert(key.to_owned());
                    }
                    records.push(record);
                }
            }
            records
        };
        let errors = async {
            let mut text = String::new();
            if let Some(mut stderr) = stderr {
                let _ = stderr.read_to_string(&mut text).await;
            }
            text
        };
        let (records, stderr, status) = tokio::join!(records, errors, child.wait());
        let status = status.map_err(|error| format!("{line}: {error}"))?;
        Ok(Ended { code: status.code(), records, stderr, command: line })
    }
}

impl Ended {
    /// The records of a type.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.records.iter().filter(move |record| record["type"] == kind)
    }

    /// The error that it ended with.
    pub fn error(&self) -> String {
        let errors: Vec<String> = self.of("error").map(Value::to_string).collect();
        if errors.is_empty() { self.stderr.clone() } else { errors.join("\n") }
    }

    /// The exit code in words.
    pub fn exit(&self) -> String {
        self.code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"))
    }

    /// The command with its exit code and its error.
    pub fn summary(&self) -> String {
        format!("{} ended with {}: {}", self.command, self.exit(), self.error())
    }
}
