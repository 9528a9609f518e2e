#![doc = include_str!("../README.md")]

use clap::{Parser, Subcommand};
use guardian_aws::{AwsError, SessionError, Target};
use guardian_cfn::{Synth, SynthErrors, Template};
use guardian_deploy::cause::root_cause;
use guardian_deploy::change::{Action, Change, Replacement};
use guardian_deploy::change_set::{self, ChangeSet, fits_inline, request, sha256};
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::{Deployer, Outcome, Prepared, watch};
use guardian_deploy::error::DeployError;
use guardian_deploy::failing_resource::described;
use guardian_deploy::follow::{End, Operation};
use guardian_deploy::host::{Denied, Event, Host, Question, Signal};
use guardian_deploy::progress::Progress;
use guardian_deploy::stack::{Deletion, TemplateSource};
use guardian_deploy::text::{count, plain};
use guardian_deploy::token::operation_token;
use guardian_deploy::{Stack, StackEvent, Stacks, state};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use thiserror::Error;
use tokio::signal::unix::{SignalKind, signal};

/// Deploys one CloudFormation stack
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Name of the stack, instead of the program's
    #[arg(long, global = true, value_name = "NAME")]
    stack: Option<String>,
    /// AWS region
    #[arg(long, global = true)]
    region: Option<String>,
    /// Profile of the AWS configuration
    #[arg(long, global = true)]
    profile: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the template
    Synth {
        /// JSON instead of YAML
        #[arg(long)]
        json: bool,
    },
    /// Show what a deploy would change; leaves nothing behind
    Diff {
        #[command(flatten)]
        template: Parameters,
        /// Exit with 2 if there are differences
        #[arg(long)]
        exit_code: bool,
    },
    /// Create or update the stack
    Deploy {
        #[command(flatten)]
        template: Parameters,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
    /// Delete the stack
    Destroy {
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Parameters {
    /// Value of a parameter of the template; one that is not given keeps its value
    #[arg(short, long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// Where the template was uploaded to, if it has more than 51,200 bytes: the output of `synth --json`
    #[arg(long, value_name = "URL")]
    template_url: Option<String>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// Why a command failed.
#[derive(Debug, Error)]
enum Failure {
    #[error("{0}")]
    Undefined(String),
    #[error(transparent)]
    Template(#[from] SynthErrors),
    #[error("{0}")]
    Parameter(String),
    #[error(
        "the template has {0} bytes, and CloudFormation takes 51,200 in a request: upload the output of \
         `synth --json` to a bucket and name it with --template-url"
    )]
    TooLarge(usize),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Deploy(#[from] DeployError),
    #[error("{0}; --yes answers without one")]
    Denied(#[from] Denied),
    #[error("stack `{0}` has termination protection: switch that off first")]
    Protected(String),
    #[error("the delete of stack `{}` failed: {}", .stack.name, .stack.status)]
    NotDeleted { stack: Box<Stack>, progress: Progress },
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
    #[error("detached; CloudFormation continues with {0}")]
    Detached(String, Signal),
}

impl Failure {
    /// The exit code: those of `guardian`.
    fn code(&self) -> u8 {
        match self {
            Self::Undefined(_) | Self::Template(_) | Self::Parameter(_) | Self::TooLarge(_) => 7,
            Self::Deploy(DeployError::RolledBack { .. }) => 4,
            Self::Deploy(DeployError::Stuck { .. } | DeployError::Blocked { .. }) => 5,
            Self::NotDeleted { .. } => 5,
            Self::Denied(_) | Self::Deploy(DeployError::Denied(_)) => 6,
            Self::Detached(_, Signal::Interrupt) => 130,
            Self::Detached(_, Signal::Terminate) => 143,
            _ => 1,
        }
    }

    /// What follows the first line: the root cause, and what there is to do.
    fn details(&self) -> Vec<String> {
        let progress = match self {
            Self::Deploy(
                DeployError::RolledBack { progress, .. } | DeployError::Stuck { progress, .. },
            )
            | Self::NotDeleted { progress, .. } => progress,
            Self::Deploy(DeployError::ChangeSet { invalid, .. }) => {
                return invalid.iter().map(|one| format!("  {}", described(one))).collect();
            }
            Self::Deploy(DeployError::Stale { reasons, .. }) => {
                return reasons.iter().map(|reason| format!("  {}", plain(reason))).collect();
            }
            _ => return Vec::new(),
        };
        let Some(cause) = root_cause(progress.events()) else { return Vec::new() };
        let mut lines = vec![format!("  root cause: {}", line(&cause.event))];
        lines.extend(cause.hint.map(|hint| format!("  help: {hint}")));
        lines
    }
}

/// Runs the program: reads the arguments, and does what they say with the stack `name` and the template
/// that `define` gives. The exit codes are those of `guardian`: 0 done, 1 an error, 2 differences, 4 rolled
/// back, 5 needs recovery, 6 not approved, 7 invalid input, 64 wrong command line, 130 and 143 detached.
pub fn run<E: Display>(name: &str, define: impl FnOnce() -> Result<Template, E>) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // To standard error, or as help to standard output; neither can be reported.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 64 } else { 0 });
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(command(&arguments, name, define)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("error: {}", plain(&failure.to_string()));
            failure.details().iter().for_each(|line| eprintln!("{line}"));
            ExitCode::from(failure.code())
        }
    }
}

async fn command<E: Display>(
    arguments: &Arguments,
    name: &str,
    define: impl FnOnce() -> Result<Template, E>,
) -> Result<u8, Failure> {
    let name = arguments.stack.as_deref().unwrap_or(name);
    let synth = || -> Result<Synth, Failure> {
        let template = define().map_err(|error| Failure::Undefined(error.to_string()))?;
        Ok(template.synth()?)
    };
    let target = Target {
        region: arguments.region.clone(),
        profile: arguments.profile.clone(),
        ..Target::default()
    };
    let (given, yes) = match &arguments.command {
        Command::Synth { json } => {
            let synth = synth()?;
            let text = if *json { synth.to_json() } else { synth.to_yaml() };
            io::stdout().write_all(text.as_bytes())?;
            return Ok(0);
        }
        Command::Destroy { yes } => {
            let stacks = CloudFormation::new(&guardian_aws::load(&target).await?);
            return destroy(&stacks, &Terminal { yes: *yes }, name).await;
        }
        Command::Diff { template, .. } => (template, false),
        Command::Deploy { template, yes } => (template, *yes),
    };
    let synth = synth()?;
    let body = synth.to_json_min();
    let source = match &given.template_url {
        Some(url) => TemplateSource::Url(url.clone()),
        None if fits_inline(&body) => TemplateSource::Body(body.clone()),
        None => return Err(Failure::TooLarge(body.len())),
    };
    let stacks = CloudFormation::new(&guardian_aws::load(&target).await?);
    let terminal = Terminal { yes };
    let deployer = Deployer::new(&stacks, &terminal, name);
    let existing = stacks.stack(name).await?.filter(|stack| state::is_created(&stack.status));
    let parameters = values(synth.value(), existing.as_ref(), &given.parameters)?;
    let prepared = deployer.prepare(|existing| {
        let (source, parameters) = (source.clone(), parameters.clone());
        request(name, existing.is_none(), source, &sha256(&body), parameters, BTreeMap::new())
    });
    let change_set = match prepared.await? {
        Prepared::Change(_, change_set) => change_set,
        Prepared::UpToDate(_) => {
            println!("stack {name} is up to date");
            return Ok(0);
        }
        Prepared::Detached(detached) => {
            return Err(Failure::Detached(detached.stack_id, detached.signal));
        }
    };
    show(name, &change_set);
    let approved = match &arguments.command {
        Command::Diff { exit_code, .. } => {
            discard(&stacks, &change_set).await?;
            return Ok(if *exit_code { 2 } else { 0 });
        }
        _ => terminal.ask("Deploy this?"),
    };
    if let Err(denied) = approved {
        discard(&stacks, &change_set).await?;
        return Err(denied.into());
    }
    match deployer.execute(&change_set).await? {
        Outcome::Deployed(stack) => {
            println!("stack {name} is {}", stack.status);
            for (output, value) in &stack.outputs {
                println!("  {}: {}", plain(output), plain(value));
            }
            Ok(0)
        }
        Outcome::Detached(detached) => Err(Failure::Detached(detached.stack_id, detached.signal)),
    }
}

async fn discard<S: Stacks>(stacks: &S, change_set: &ChangeSet) -> Result<(), AwsError> {
    change_set::discard(stacks, &change_set.stack_id, &change_set.id, change_set.create).await
}

/// The values of the template's parameters: those that were given, else those that the stack has.
fn values(
    template: &Value,
    existing: Option<&Stack>,
    given: &[(String, String)],
) -> Result<BTreeMap<String, String>, Failure> {
    let declared = template.get("Parameters").and_then(Value::as_object);
    let declared = |name: &str| declared.and_then(|all| all.get(name));
    if let Some((name, _)) = given.iter().find(|(name, _)| declared(name).is_none()) {
        return Err(Failure::Parameter(format!("the template has no parameter `{name}`")));
    }
    let mut values: BTreeMap<String, String> = given.iter().cloned().collect();
    for (name, value) in existing.into_iter().flat_map(|stack| &stack.parameters) {
        let Some(parameter) = declared(name).filter(|_| !values.contains_key(name)) else {
            continue;
        };
        let hidden = parameter.get("NoEcho").is_some_and(|no_echo| {
            no_echo.as_bool().unwrap_or(false) || no_echo.as_str() == Some("true")
        });
        if hidden {
            // CloudFormation returns asterisks.
            let text = format!("the value of the parameter `{name}` cannot be read: give it again");
            return Err(Failure::Parameter(text));
        }
        values.insert(name.clone(), value.clone());
    }
    Ok(values)
}

async fn destroy<S: Stacks>(stacks: &S, terminal: &Terminal, name: &str) -> Result<u8, Failure> {
    let found = stacks.stack(name).await?.filter(|stack| !state::is_deleted(&stack.status));
    let Some(stack) = found else {
        println!("there is no stack {name}");
        return Ok(0);
    };
    if stack.termination_protection {
        return Err(Failure::Protected(stack.name));
    }
    println!("{}", plain(&stack.id));
    terminal.ask("Delete this stack with all its resources?")?;
    let token = operation_token("destroy", None);
    let operation = Operation::beginning(stacks, &stack.id, Some(token.clone())).await?;
    stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
    let watched = watch(stacks, &operation, terminal).await?;
    match watched.end {
        End::Over(last) if state::is_deleted(&last.status) => {
            println!("stack {name} is deleted");
            Ok(0)
        }
        End::Over(stack) => Err(Failure::NotDeleted { stack, progress: watched.progress }),
        End::Detached(signal) => Err(Failure::Detached(stack.id, signal)),
    }
}

/// The changes of a change set, one line each.
fn show(name: &str, change_set: &ChangeSet) {
    let verb = if change_set.create { "creates" } else { "updates" };
    println!("{verb} stack {name}: {}", count(change_set.changes.len(), "change"));
    change_set.changes.iter().for_each(|change| println!("  {}", line_of(change)));
}

fn line_of(change: &Change) -> String {
    let (sign, verb) = match (change.action, change.replacement) {
        (Action::Add, _) => ('+', "add"),
        (Action::Remove, _) => ('-', "remove"),
        (Action::Import, _) => ('+', "import"),
        (_, Replacement::Yes) => ('!', "replace"),
        (_, Replacement::Maybe) => ('!', "may replace"),
        _ => ('~', "modify"),
    };
    let properties: Vec<&str> = change.details.iter().filter_map(|d| d.name.as_deref()).collect();
    let properties =
        if properties.is_empty() { String::new() } else { format!(": {}", properties.join(", ")) };
    plain(&format!("{sign} {verb} {} ({}){properties}", change.path(), change.resource_type))
}

/// A stack event in one line.
fn line(event: &StackEvent) -> String {
    let reason = event.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    plain(&format!("{} {} ({}){reason}", event.status, event.logical_id, event.resource_type))
}

/// The terminal that the program runs on.
struct Terminal {
    /// Whether questions are answered with yes.
    yes: bool,
}

impl Terminal {
    fn ask(&self, question: &str) -> Result<(), Denied> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Denied::NoTerminal);
        }
        eprint!("{question} [y/N] ");
        let mut answer = String::new();
        let _ = io::stdin().lock().read_line(&mut answer);
        let yes = ["y", "yes"].contains(&answer.trim().to_lowercase().as_str());
        if yes { Ok(()) } else { Err(Denied::No) }
    }
}

impl Host for Terminal {
    fn notify(&self, event: &Event<'_>) {
        match event {
            Event::Stack { event, took_ms, .. } => {
                let took = took_ms.map(|ms| format!(" {:.1} s", ms as f64 / 1_000.0));
                println!("  {}{}", line(event), took.unwrap_or_default());
            }
            Event::Waiting { stack, .. } => {
                println!(
                    "waiting for the operation in progress: {} is {}",
                    stack.name, stack.status
                );
            }
            Event::NeverCreated(stack) => {
                println!("stack {} was never created: it is deleted first", stack.name);
            }
            // A stack policy is not touched here.
            _ => {}
        }
    }

    fn interrupted(&self) -> impl Future<Output = Signal> {
        let caught = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        async move {
            let (Ok(mut interrupt), Ok(mut terminate)) = caught else {
                return std::future::pending().await;
            };
            tokio::select! {
                _ = interrupt.recv() => Signal::Interrupt,
                _ = terminate.recv() => Signal::Terminate,
            }
        }
    }

    async fn approve(&self, _: Question) -> Result<(), Denied> {
        self.ask("Delete it?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stack(parameters: &[(&str, &str)]) -> Stack {
        let parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Stack { parameters: parameters.collect(), ..Stack::default() }
    }

    #[test]
    fn a_parameter_that_is_not_given_keeps_its_value() {
        let template = json!({"Parameters": {"A": {}, "B": {}, "C": {"NoEcho": true}}});
        let given = [("A".to_owned(), "new".to_owned())];
        let found =
            values(&template, Some(&stack(&[("A", "old"), ("B", "b"), ("Gone", "x")])), &given);
        let expected = [("A", "new"), ("B", "b")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(found.unwrap(), expected.into());
        let unknown = values(&template, None, &[("D".to_owned(), String::new())]).unwrap_err();
        assert!(unknown.to_string().contains("no parameter `D`") && unknown.code() == 7);
        let hidden = values(&template, Some(&stack(&[("C", "****")])), &[]).unwrap_err();
        assert!(hidden.to_string().contains("`C` cannot be read"), "{hidden}");
    }

    #[test]
    fn a_change_shows_what_becomes_of_the_resource() {
        let mut change = Change::add(&[], "Queue", "AWS::SQS::Queue");
        assert_eq!(line_of(&change), "+ add Queue (AWS::SQS::Queue)");
        change.action = Action::Modify;
        change.replacement = Replacement::Yes;
        assert_eq!(line_of(&change), "! replace Queue (AWS::SQS::Queue)");
        change.logical_id = "a\u{1b}[31m".to_owned();
        change.replacement = Replacement::No;
        assert_eq!(line_of(&change), "~ modify a\\u{1b}[31m (AWS::SQS::Queue)");
    }

    #[test]
    fn a_rollback_names_its_root_cause_and_what_helps() {
        let event = |logical_id: &str, status: &str, reason: &str, time_ms| StackEvent {
            id: format!("{logical_id}{time_ms}"),
            stack_id: "arn:stack".to_owned(),
            stack_name: "own".to_owned(),
            logical_id: logical_id.to_owned(),
            physical_id: String::new(),
            resource_type: "AWS::S3::Bucket".to_owned(),
            status: status.to_owned(),
            reason: Some(reason.to_owned()),
            time_ms,
            token: None,
        };
        let mut progress = Progress::default();
        progress.take(&event("Files", "CREATE_FAILED", "files already exists", 1));
        progress.take(&event("Names", "CREATE_FAILED", "Resource creation cancelled", 2));
        let stack = Box::new(Stack { name: "own".to_owned(), ..Stack::default() });
        let failure = Failure::Deploy(DeployError::RolledBack { stack, create: true, progress });
        assert_eq!(failure.code(), 4);
        let details = failure.details();
        let cause = "  root cause: CREATE_FAILED Files (AWS::S3::Bucket): files already exists";
        assert_eq!(details[0], cause);
        assert!(details[1].starts_with("  help: "), "{details:?}");
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
