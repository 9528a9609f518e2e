//! Runs the jobs of a GitHub Actions workflow on this machine, as far as they need no network: shell
//! steps as GitHub runs them, and the actions that a job of Guardian's uses.

use crate::Error;
use crate::project::copy;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository with its variables, on a runner.
#[derive(Debug)]
pub struct Runner {
    /// Directory for the jobs, the artifacts and what the steps leave.
    pub directory: PathBuf,
    /// The repository's files, which a checkout copies.
    pub repository: PathBuf,
    /// The repository's variables.
    pub variables: BTreeMap<String, String>,
    /// The runner's environment, credentials included.
    pub environment: Vec<(String, String)>,
    /// Which job is next.
    pub jobs: usize,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whether all steps succeeded.
    pub succeeded: bool,
    /// Outputs of its steps, as `step.output`.
    pub outputs: BTreeMap<String, String>,
    /// What the steps wrote.
    pub log: String,
}

impl Runner {
    /// Runs one job of the workflow, and ignores its conditions.
    pub fn job(&mut self, workflow: &Value, name: &str) -> Result<Job, Error> {
        self.jobs += 1;
        let job = &workflow["jobs"][name];
        let steps = job["steps"].as_array().ok_or(format!("there is no job `{name}`"))?;
        let home = self.directory.join(format!("job-{}", self.jobs));
        let (work, temporary) = (home.join("work"), home.join("temp"));
        for directory in [&work, &temporary, &self.directory.join("artifacts")] {
            fs::create_dir_all(directory).map_err(|e| e.to_string())?;
        }
        let mut ended = Job { succeeded: true, outputs: BTreeMap::new(), log: String::new() };
        let mut environment = self.environment.clone();
        environment.extend(self.of(&workflow["env"], &[])?);
        environment.extend(self.of(&job["env"], &environment)?);
        for step in steps {
            if !ended.succeeded && step["if"] != "always()" {
                continue;
            }
            match step["uses"].as_str() {
                Some(action) => self.action(action, &step["with"], &work)?,
                None => self.shell(step, &work, &temporary, &mut environment, &mut ended)?,
            }
        }
        Ok(ended)
    }

    /// An action: the checkout, the credentials, which the runner has, and artifacts.
    fn action(&self, action: &str, with: &Value, work: &Path) -> Result<(), Error> {
        let artifact = || {
            let name = with["name"].as_str().unwrap_or_default();
            self.directory.join("artifacts").join(name)
        };
        match action.split('@').next().unwrap_or_default() {
            "actions/checkout" => copy(&self.repository, work),
            "aws-actions/configure-aws-credentials" => Ok(()),
            "actions/upload-artifact" => {
                let kept = artifact();
                fs::create_dir_all(&kept).map_err(|e| e.to_string())?;
                for path in with["path"].as_str().unwrap_or_default().split_whitespace() {
                    if with["if-no-files-found"] == "ignore" && !work.join(path).exists() {
                        continue;
                    }
                    fs::copy(work.join(path), kept.join(path))
                        .map_err(|e| format!("{path}: {e}"))?;
                }
                Ok(())
            }
            "actions/download-artifact" => copy(&artifact(), work),
            other => Err(format!("this runner does not know the action `{other}`")),
        }
    }

    fn shell(
        &self,
        step: &Value,
        work: &Path,
        temporary: &Path,
        environment: &mut Vec<(String, String)>,
        ended: &mut Job,
    ) -> Result<(), Error> {
        let script = self.filled(step["run"].as_str().ok_or("a step without a command")?, &[])?;
        let (path_file, output_file) = (temporary.join("path"), temporary.join("output"));
        for file in [&path_file, &output_file] {
            fs::write(file, "").map_err(|e| e.to_string())?;
        }
        let file = temporary.join("step.sh");
        fs::write(&file, script).map_err(|e| e.to_string())?;
        // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax: `shell:
        // bash`.
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&file)
            .current_dir(work)
            .env_clear()
            .envs(environment.iter().cloned())
            .envs(self.of(&step["env"], environment)?)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_PATH", &path_file)
            .env("GITHUB_OUTPUT", &output_file)
            .env("RUNNER_TEMP", temporary)
            .output()
            .map_err(|e| format!("bash: {e}"))?;
        ended.succeeded &= output.status.success();
        ended.log += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
        let read = |file: &Path| fs::read_to_string(file).map_err(|e| e.to_string());
        for line in read(&path_file)?.lines() {
            let path = environment.iter().rev().find(|(name, _)| name == "PATH");
            let path = path.map(|(_, path)| path.clone()).unwrap_or_default();
            environment.push(("PATH".to_owned(), format!("{line}:{path}")));
        }
        if let Some(id) = step["id"].as_str() {
            let text = read(&output_file)?;
            let pairs = text.lines().filter_map(|line| line.split_once('='));
            ended.outputs.extend(pairs.map(|(name, value)| (format!("{id}.{name}"), value.into())));
        }
        Ok(())
    }

    /// Environment variables, with their expressions filled in.
    fn of(
        &self,
        values: &Value,
        environment: &[(String, String)],
    ) -> Result<Vec<(String, String)>, Error> {
        let none = Map::new();
        let values = values.as_object().unwrap_or(&none).iter();
        values
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Ok((name.clone(), self.filled(&text, environment)?))
            })
            .collect()
    }

    /// A text with its `${{ vars.NAME }}` and `${{ env.NAME }}` filled in; another expression is an
    /// error.
    fn filled(&self, text: &str, environment: &[(String, String)]) -> Result<String, Error> {
        let mut parts = text.split("${{ ");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once(" }}").ok_or("an expression has no end")?;
            let env = |name: &str| environment.iter().rev().find(|(n, _)| n == name);
            let value = match expression.split_once('.') {
                Some(("vars", name)) => self.variables.get(name),
                Some(("env", name)) => env(name).map(|(_, value)| value),
                _ => None,
            };
            filled += value.ok_or(format!("`{expression}` has no value"))?;
            filled += rest;
        }
        Ok(filled)
    }
}
