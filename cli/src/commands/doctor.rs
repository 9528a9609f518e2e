//! `guardian doctor`: whether credentials, region, endpoints, quotas, tools and clock are such that
//! a deploy can succeed.

use crate::artifacts::bucket_name;
use crate::doctor::{self, Check, Verdict, judge, log_delivery, probe, probe_state};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::package::{Found, find, triple};
use crate::project::Project;
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::protection::is_lifted;
use guardian_stack::app::{Architecture, StackSet};
use guardian_stack::config;
use std::path::PathBuf;

/// Options of `doctor`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Ends with 0 if all is well, with 3 on warnings, with 1 \
                        on errors.")]
pub struct Args {
    /// A built `bootstrap` to check for a deploy
    #[arg(long, value_name = "PATH", env = "GUARDIAN_BINARY")]
    pub binary: Option<PathBuf>,
}

/// Runs all checks, even after a failure, and reports them.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let Configured { check, dir, region, architecture, set, stack, share, log_groups } =
        project(global);
    let mut checks = vec![check];
    let target = global.target(region.as_deref());
    checks.extend(account(&target, set.as_ref(), stack.as_deref(), share, &log_groups).await);
    let near = std::path::absolute(&dir).unwrap_or(dir);
    let found = find(args.binary.as_deref(), &near, architecture);
    // Tools that build the function matter where it is built.
    if matches!(found, Found::Source(_) | Found::Nowhere(_)) {
        checks.extend(judge::toolchain(&probe::tools().await, architecture, triple(architecture)));
    }
    checks.push(judge::binary(found));
    for check in &checks {
        ui.emit(&Event::Check(check.record()));
    }
    ui.say(&doctor::text(&checks, ui.style));
    Ok(doctor::exit(&checks))
}

/// The parts of the configuration that further checks need.
struct Configured {
    check: Check,
    dir: PathBuf,
    region: Option<String>,
    architecture: Architecture,
    set: Option<StackSet>,
    /// The stack, where it is not one of a set's.
    stack: Option<String>,
    /// Percentage of the quota that its ticks may use; none without a state table.
    share: Option<u32>,
    /// Log groups of its machines; none of a stack set, whose stacks are in other accounts.
    log_groups: Vec<String>,
}

/// The configuration's check, region and architecture. It need not exist yet.
fn project(global: &Global) -> Configured {
    let resolved = Project::open(global).and_then(|project| {
        let resolved = project.resolve()?;
        Ok((project, resolved))
    });
    match resolved {
        Ok((project, resolved)) => {
            let app = resolved.app;
            let file = project.dir.join(config::FILE);
            let found = match &app.stack_set {
                Some(set) => format!("{} for the stack set {}", file.display(), set.name),
                None => format!("{} for the stack {}", file.display(), app.stack_name),
            };
            let check = Check::new("configuration", Verdict::Ok, found);
            let architecture = app.function.architecture;
            let log_groups = match &app.stack_set {
                None => log_delivery::groups(&app),
                Some(_) => Vec::new(),
            };
            let (region, set) = (app.region, app.stack_set);
            let stack = set.is_none().then_some(app.stack_name);
            let share = app.memory.map(|memory| memory.quota_share);
            let dir = project.dir;
            Configured { check, dir, region, architecture, set, stack, share, log_groups }
        }
        Err(failure) => {
            let failed = judge::Failed::of(&failure);
            let mut check = Check::new("configuration", Verdict::Warning, failed.why);
            check.help =
                failed.help.or_else(|| Some("`guardian validate` has the details".to_owned()));
            let (dir, architecture) = (PathBuf::new(), Architecture::default());
            let (region, set, stack, share, log_groups) = (None, None, None, None, Vec::new());
            Configured { check, dir, region, architecture, set, stack, share, log_groups }
        }
    }
}

/// The checks of the account.
async fn account(
    target: &guardian_aws::Target,
    set: Option<&StackSet>,
    stack: Option<&str>,
    share: Option<u32>,
    log_groups: &[String],
) -> Vec<Check> {
    let endpoints = judge::endpoints(&probe::endpoints());
    let config = match guardian_aws::load(target).await {
        Ok(config) => config,
        Err(error) => {
            return vec![judge::region(Err(judge::Failed::of(&error.into()))), endpoints];
        }
    };
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let identity = probe::identity(&config).await;
    let account = identity.who.as_ref().ok().map(|(account, _)| account.clone());
    let mut checks = vec![
        judge::region(Ok(region.clone())),
        endpoints,
        judge::credentials(identity.who),
        judge::clock(identity.ahead),
    ];
    // Without credentials every other question would fail for the same reason.
    if let Some(account) = account {
        checks.extend(quotas(&config, &account, &region).await);
        if !log_groups.is_empty() {
            let policies = probe::log_policies(&config).await;
            checks.push(log_delivery::check(policies, log_groups, (&account, &region)));
        }
        if let Some(set) = set {
            checks.push(judge::stack_set(&set.name, probe::stack_set(&config, set).await));
        }
        if let (Some(stack), Some(share)) = (stack, share) {
            checks.extend(probe_state::checks(&config, stack, share).await);
        }
        // Only a lifted policy is reported: most stacks have none.
        if let Some(stack) = stack
            && let Ok(true) = is_lifted(&CloudFormation::new(&config), stack).await
        {
            let found = format!("the policy of stack {stack} is lifted");
            let help = format!("`guardian recover --stack-name {stack}` sets it again");
            checks.push(Check::new("protection", Verdict::Warning, found).help(help));
        }
    }
    checks
}

async fn quotas(config: &SdkConfig, account: &str, region: &str) -> [Check; 3] {
    let name = bucket_name(account, region);
    let (stacks, concurrency, bucket) = tokio::join!(
        probe::stack_limit(config),
        probe::concurrency(config),
        probe::bucket(config, &name, account)
    );
    [judge::stacks(stacks), judge::concurrency(concurrency), judge::bucket(&name, bucket)]
}
