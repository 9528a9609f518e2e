//! `cargo xtask aws-proof`: an acceptance run on a real AWS account, or on the emulator. It creates
//! everything under a name of its own, checks each claim of `claims`, removes everything, also after
//! Ctrl-C, and writes the report.

mod account;
mod checks;
mod claims;
mod facts;
mod guardian;
mod plan;
mod removal;
mod report;

use account::{Account, Error};
use checks::{Checks, Pace};
use claims::Ground;
use facts::Bucket;
use guardian::Guardian;
use guardian_tests::emulator::Emulator;
use guardian_tests::project::Project;
use plan::{NO_TOPIC, Plan, Version};
use std::path::PathBuf;
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Letters and digits of a run's name behind its prefix.
const RANDOM: usize = 6;

/// Options of the task.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Run on the account of the environment's credentials, which pays for it
    #[arg(long)]
    yes_this_costs_money: bool,
    /// Run on the embedded emulator
    #[arg(long, conflicts_with = "yes_this_costs_money")]
    emulator: bool,
    /// AWS region [default: AWS_REGION, then the profile's]
    #[arg(long, conflicts_with = "emulator")]
    region: Option<String>,
    /// The function's package [default: what `guardian deploy` finds or builds]
    #[arg(long, value_name = "ZIP", conflicts_with = "emulator")]
    package: Option<PathBuf>,
    /// Name of a permissions boundary of the account for every role that the run creates
    #[arg(long, value_name = "NAME", conflicts_with = "emulator")]
    boundary: Option<String>,
    /// Only remove what an earlier run of this name left behind; on AWS
    #[arg(long, value_name = "NAME", conflicts_with_all = ["emulator", "yes_this_costs_money", "package", "boundary"])]
    remove: Option<String>,
    /// File to write the report to
    #[arg(long, value_name = "FILE", default_value = "docs/aws-proof.md")]
    report: PathBuf,
}

/// Runs the task.
pub fn run(options: &Options) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    match &options.remove {
        Some(name) => runtime.block_on(remove(&Plan::named(name)?, options)),
        None => runtime.block_on(prove(options)),
    }
}

async fn remove(plan: &Plan, options: &Options) -> Result<(), Error> {
    let account = Account::load(options.region.clone(), None).await?;
    all_removed(plan, &removal::remove(&account, plan, None).await)
}

fn all_removed(plan: &Plan, left: &[String]) -> Result<(), Error> {
    if left.is_empty() {
        println!("removed: everything of {}; custom metrics expire by themselves", plan.name);
        return Ok(());
    }
    Err(format!(
        "these of {} could not be removed:\n  {}\nremove the causes, then: cargo xtask aws-proof \
         --remove {}",
        plan.name,
        left.join("\n  "),
        plan.name
    ))
}

async fn prove(options: &Options) -> Result<(), Error> {
    // From here on neither signal ends this program: it removes what it created first.
    let mut signals = Signals::new()?;
    let plan = Plan { boundary: options.boundary.clone(), ..Plan::new(&random()) };
    let estimate = plan::estimate(&synthesised(&plan)?);
    println!("Estimate of the cost, {}:", report::total(&estimate));
    for part in &estimate {
        println!("  {:7.3} cents  {} ({})", part.cents, part.text, part.source);
    }
    if !options.emulator && !options.yes_this_costs_money {
        return Err("refused: this creates resources in an AWS account, which pays for them; give \
                    --yes-this-costs-money, or --emulator to try it without an account. Nothing was \
                    created"
            .to_owned());
    }
    let emulator = options.emulator.then(Emulator::start).transpose()?;
    let account = Account::load(options.region.clone(), emulator.as_ref()).await?;
    let guardian =
        in_project(Project::persistent("aws-proof")?, options, emulator.as_ref(), &account);
    let (ground, pace) = match emulator {
        Some(_) => (Ground::Emulator, Pace::EMULATOR),
        None => (Ground::Aws, Pace::AWS),
    };
    let before = emulator.as_ref().map(|emulator| emulator.aws().inventory()).transpose()?;
    let bucket = facts::bucket(&account.bucket(), account.head_bucket().await)?;
    println!(
        "\nThe run is {} in {} of account {}\n",
        plan.name,
        account.region,
        report::masked(&account.id)
    );
    let began = Instant::now();
    let mut checks = Checks::new(&account, &plan, &guardian, pace);
    let made = match bucket {
        // Not interrupted between creating and tagging: the tag is what the removal goes by.
        Bucket::Missing => account.create_bucket(&plan).await,
        Bucket::Existing => Ok(()),
    };
    let ended = match made {
        Ok(()) => tokio::select! {
            ended = checks.run() => ended,
            signal = signals.next() => Err(format!("interrupted by {signal}")),
        },
        failed => failed,
    };
    let findings = std::mem::take(&mut checks.findings);
    if let Err(error) = &ended {
        println!("\nThe run ended early: {error}");
    }
    println!("\nRemoving everything of {}; further interrupts are ignored", plan.name);
    let mut left = removal::remove(&account, &plan, Some(&guardian)).await;
    if let (Some(emulator), Some(before)) = (&emulator, before) {
        left.extend(beyond(&before, &emulator.aws().inventory()?));
        left.extend(emulator.aws().objects()?.iter().map(|object| format!("object {object}")));
    }
    let mut problems: Vec<String> = ended.err().into_iter().collect();
    problems.extend(claims::problems(ground, &findings));
    let date = jiff::Timestamp::now().to_string().chars().take(10).collect();
    let run = report::Run {
        ground,
        date,
        account: account.id.clone(),
        region: account.region.clone(),
        seconds: began.elapsed().as_secs(),
        estimate,
        findings,
        problems,
    };
    let removed = all_removed(&plan, &left);
    if signals.came {
        // What an interrupted run saw is no result.
        removed?;
        return Err("interrupted; everything was removed, no report was written".to_owned());
    }
    let path = guardian_tests::repository().join(&options.report);
    std::fs::write(&path, report::render(&run)).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("The report: {}", path.display());
    removed?;
    match run.problems.as_slice() {
        [] => {
            println!("passed");
            Ok(())
        }
        problems => Err(format!("{} problems:\n  {}", problems.len(), problems.join("\n  "))),
    }
}

/// The templates, without network.
fn synthesised(plan: &Plan) -> Result<String, Error> {
    // No function is built for them.
    let project = Project::new()?.with(vec![("GUARDIAN_BINARY".to_owned(), String::new())]);
    plan.write(&project, Version::First, NO_TOPIC)?;
    let mut command = project.command(&["synth", "--format", "json"])?;
    let output = command.output().map_err(|error| format!("guardian synth: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("guardian synth: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The program in the project, with the emulator's account or that of the environment.
fn in_project(
    project: Project,
    options: &Options,
    emulator: Option<&Emulator>,
    account: &Account,
) -> Guardian {
    if let Some(emulator) = emulator {
        return Guardian::new(project.on(emulator), None, true);
    }
    let passes = |name: &str| {
        name.starts_with("AWS_")
            || name.to_ascii_lowercase().ends_with("_proxy")
            || ["HOME", "GUARDIAN_BINARY", "CARGO_HOME", "RUSTUP_HOME"].contains(&name)
    };
    let mut variables: Vec<(String, String)> =
        std::env::vars().filter(|(n, _)| passes(n)).collect();
    variables.push(("AWS_REGION".to_owned(), account.region.clone()));
    let has_binary = variables.iter().any(|(name, _)| name == "GUARDIAN_BINARY");
    if !has_binary {
        // Else the project builds the tests' binary, which Lambda's system may not be able to run.
        variables.push(("GUARDIAN_BINARY".to_owned(), String::new()));
    }
    let package = options.package.as_ref().map(|path| {
        std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
    });
    Guardian::new(project.with(variables), package, has_binary)
}

/// What is there now and was not before.
fn beyond(
    before: &[(&'static str, Vec<String>)],
    after: &[(&'static str, Vec<String>)],
) -> Vec<String> {
    let pairs = before.iter().zip(after);
    pairs
        .flat_map(|((kind, before), (_, after))| {
            let new = after.iter().filter(|name| !before.contains(name));
            new.map(move |name| format!("{kind}: {name}"))
        })
        .collect()
}

fn random() -> String {
    let letter = |_| if fastrand::bool() { fastrand::lowercase() } else { fastrand::digit(10) };
    (0..RANDOM).map(letter).collect()
}

/// Ctrl-C and SIGTERM, which a cancelled workflow sends.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    came: bool,
}

impl Signals {
    fn new() -> Result<Self, Error> {
        let listen =
            |kind| signal(kind).map_err(|error| format!("cannot listen to signals: {error}"));
        let interrupt = listen(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: listen(SignalKind::terminate())?, came: false })
    }

    async fn next(&mut self) -> &'static str {
        let name = tokio::select! {
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "SIGTERM",
        };
        self.came = true;
        name
    }
}
