//! The options that all subcommands share.

use crate::text::{duration, plain};
use guardian_aws::session::region_is_set;
use guardian_aws::{AssumeRole, Target, Wait};
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// Options of every subcommand.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file [default: guardian.yaml here or in a directory above]
    #[arg(short = 'C', long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// Environment of guardian.yaml
    #[arg(short, long, global = true, value_name = "NAME", env = "GUARDIAN_ENV")]
    pub env: Option<String>,
    /// AWS region [default: AWS_REGION, then guardian.yaml, then the profile]; several, with commas
    /// or repeated, for deploy, diff, status and destroy
    #[arg(long = "region", global = true, value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// The region, if `--region` names exactly one.
    #[arg(skip)]
    pub region: Option<String>,
    /// Whether it is one of several regions of this run.
    #[arg(skip)]
    pub one_of_several: bool,
    /// The role that every call is made with, where the configuration names one.
    #[arg(skip)]
    pub assume_role: Option<AssumeRole>,
    /// AWS profile [default: AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Name of the CloudFormation stack
    #[arg(long, global = true, value_name = "NAME", env = "GUARDIAN_STACK_NAME")]
    pub stack_name: Option<String>,
    /// Print one JSON object per line instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// List each resource of a plan and of a deploy, not only groups of them
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Which of the options above came from an environment variable.
    #[arg(skip)]
    pub from_variables: FromVariables,
}

/// Which options were given by their environment variable, not on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FromVariables {
    /// `GUARDIAN_ENV`.
    pub env: bool,
    /// `GUARDIAN_STACK_NAME`.
    pub stack_name: bool,
}

impl Global {
    /// An empty value counts as none: CI systems set variables that have no value to "".
    pub(crate) fn drop_empty(&mut self) {
        for value in [&mut self.env, &mut self.profile, &mut self.stack_name] {
            if value.as_deref().is_some_and(|v| v.trim().is_empty()) {
                *value = None;
            }
        }
        let mut regions: Vec<String> = Vec::new();
        for region in self.regions.drain(..).map(|region| region.trim().to_owned()) {
            if !region.is_empty() && !regions.contains(&region) {
                regions.push(region);
            }
        }
        self.region = regions.first().filter(|_| regions.len() == 1).cloned();
        self.regions = regions;
    }
}

impl Global {
    /// Where to talk to AWS: --region, then AWS_REGION, then this region of the configuration, then
    /// the profile's.
    pub fn target(&self, configured: Option<&str>) -> Target {
        let configured = configured.filter(|_| !region_is_set()).map(str::to_owned);
        Target {
            region: self.region.clone().or(configured),
            profile: self.profile.clone(),
            assume_role: self.assume_role.clone(),
            ask_mfa_code: asks_on_a_terminal(self.json).then_some(mfa_code),
            waiting: Some(waiting),
        }
    }

    /// The options that say which project and which credentials, as another terminal needs them;
    /// each with a space before it. Name and region of a stack are no part of it: they are known
    /// better once the stack is found.
    pub fn global_options(&self) -> String {
        let config = self.config.as_ref().map(|path| {
            // The other terminal may be in another directory.
            std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
        });
        let options = [("config", &config), ("env", &self.env), ("profile", &self.profile)];
        let given = options.iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        given.map(|(name, value)| format!(" --{name} {}", quoted(value))).collect()
    }
}

/// Whether there is a terminal to ask on.
fn asks_on_a_terminal(json: bool) -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !json
}

/// Asks on the terminal for the code of an MFA device.
fn mfa_code(serial: &str) -> std::io::Result<String> {
    let mut err = std::io::stderr().lock();
    write!(err, "MFA code for {}: ", plain(serial))?;
    err.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    match line.trim() {
        "" => Err(std::io::Error::other("the answer is empty")),
        code => Ok(code.to_owned()),
    }
}

/// Prints on standard error which endpoint a call waits for, so that a long wait is not taken for a
/// hang.
fn waiting(wait: &Wait) {
    let last = wait.last.as_ref().map(|last| format!(" (the last: {last})")).unwrap_or_default();
    let tries = match wait.attempt {
        1 => String::new(),
        number => format!(", attempt {number}{last}"),
    };
    let mut err = std::io::stderr().lock();
    // A progress block may be on the terminal.
    let start = if err.is_terminal() { "\r\x1b[J" } else { "" };
    let took = duration(i64::try_from(wait.since.as_millis()).unwrap_or(i64::MAX));
    // A reader that is gone is no reason to fail.
    let _ = writeln!(err, "{start}waiting: {} has not answered for {took}{tries}", wait.endpoint);
}

/// A word, quoted for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
