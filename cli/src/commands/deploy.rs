//! `guardian deploy`: package, change set, approval, progress, outputs.

use crate::approve::approve;
use crate::args::Global;
use crate::artifacts::Artifacts;
use crate::aws::{self, Target};
use crate::deploy::change_set::{self, ChangeSet, ChangeSetError, fits_inline};
use crate::deploy::cloudformation::CloudFormation;
use crate::deploy::follow::{End, Operation, newest_event};
use crate::deploy::lights::Effect;
use crate::deploy::plan::{Plan, Tree};
use crate::deploy::stack::ChangeSetRequest;
use crate::deploy::state::{self, Can, Ended};
use crate::deploy::{Stack, Stacks, cause, operation_token, view};
use crate::deployment::{Draft, parameters, source, template_key};
use crate::exit::{Exit, Failure};
use crate::operation::{busy, detached, failed, watch, who};
use crate::package::{Package, PackageArgs, obtain, unpack};
use crate::sweep;
use crate::synthesis::{LookArgs, Synthesis, synthesize};
use crate::text::plain;
use crate::ui::Ui;
use aws_config::SdkConfig;
use serde_json::json;
use std::path::PathBuf;

/// Options of `deploy`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask before the change set runs
    #[arg(short, long)]
    pub yes: bool,
    /// Wait while somebody else is at work on the stack
    #[arg(long)]
    pub wait: bool,
    /// No sweep after a deploy that adds alarms: they stay INSUFFICIENT_DATA until the next one
    #[arg(long)]
    pub no_sweep: bool,
    /// Whether the stack can be deleted [default: as it is]
    #[arg(long, value_name = "SWITCH")]
    pub termination_protection: Option<Switch>,
    /// A zip that `guardian package` made, instead of building one
    #[arg(long = "package", value_name = "PATH", conflicts_with_all = ["binary", "source", "builder"])]
    pub package_file: Option<PathBuf>,
    /// How the account is looked at.
    #[command(flatten)]
    pub look: LookArgs,
    /// Where the binary comes from.
    #[command(flatten)]
    pub package: PackageArgs,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// On
    On,
    /// Off
    Off,
}

/// Deploys the stack.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let synthesis = synthesize(global, args.look, ui).await?;
    synthesis.warn(ui);
    let app = &synthesis.app;
    let config = aws::load(&Target::new(global, app.region.as_deref())).await?;
    let stacks = CloudFormation::new(&config);
    let existing = match ready(&stacks, &app.stack_name, args, ui).await? {
        Ready::Go(existing) => existing,
        Ready::Detached(exit) => return Ok(exit),
    };

    let package = package(args, &synthesis, ui).await?;
    let artifacts = Artifacts::of(&config).await?;
    let body = synthesis.templates.root.to_json_min();
    let sha256 = change_set::sha256(&body);
    upload(&artifacts, &package, &synthesis, &body, ui).await?;

    // `load` refuses a configuration without a region.
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let parameters = parameters(&artifacts.bucket, &package.s3_key, &region, config.endpoint_url());
    let request = change_set::request(
        &app.stack_name,
        existing.is_none(),
        source(&body, &sha256, &artifacts),
        &sha256,
        parameters.clone(),
        app.tags.clone(),
    );
    let old = match &existing {
        Some(stack) => change_set::deployed(&stacks, &stack.id).await?,
        None => Tree::default(),
    };
    let Some(change_set) = prepare(&stacks, &request).await? else {
        ui.say(&format!("Stack {} is up to date; nothing to do", app.stack_name));
        ui.record("deployed", json!({ "stack": app.stack_name, "changed": false }));
        if let Some(stack) = &existing {
            protect(&stacks, stack, args, ui).await?;
            tell_outputs(ui, stack);
        }
        return Ok(Exit::Done);
    };
    let plan = Draft {
        synthesis: &synthesis,
        body: &body,
        existing: existing.as_ref(),
        old: &old,
        parameters,
        change_set: Some(change_set.id.clone()),
        changes: change_set.changes.clone(),
    }
    .plan();
    ui.say(&view::plan(&plan, ui.look));
    view::records(&plan).into_iter().for_each(|(kind, record)| ui.record(kind, record));

    if let Err(failure) = approve(ui, args.yes, "\nDeploy this?").await {
        let created = change_set.create.then_some(change_set.stack_id.as_str());
        change_set::discard(&stacks, &change_set.id, created).await?;
        return Err(failure);
    }
    ui.say("");
    execute(&Deploying { stacks: &stacks, config: &config, args, ui }, &plan, &change_set).await
}

/// What a deploy under way works with.
struct Deploying<'a> {
    stacks: &'a CloudFormation,
    config: &'a SdkConfig,
    args: &'a Args,
    ui: &'a Ui,
}

async fn execute(
    deploying: &Deploying<'_>,
    plan: &Plan,
    change_set: &ChangeSet,
) -> Result<Exit, Failure> {
    let Deploying { stacks, args, ui, .. } = *deploying;
    let operation = Operation {
        stack_id: change_set.stack_id.clone(),
        token: operation_token("deploy", who().as_deref()),
        last_event: newest_event(stacks, &change_set.stack_id).await?,
        deletes_on_failure: change_set.create,
    };
    // By its ARN: what was approved is what runs. Where the stack has changed meanwhile,
    // CloudFormation has made the change set obsolete and refuses it.
    stacks.execute(&change_set.id, &operation.token).await?;
    let watched = watch(stacks, &operation, ui).await?;
    let stack = match watched.end {
        End::Detached(signal) => return Ok(detached(ui, signal, &plan.stack)),
        End::AtRest(stack) => stack,
    };
    let (exit, how, way_out) = match state::after_deploy(&stack.status) {
        Ended::Well => {
            ui.say(&format!("\nStack {} is deployed", plan.stack));
            let outputs = json!(stack.outputs);
            ui.record(
                "deployed",
                json!({ "stack": plan.stack, "changed": true, "outputs": outputs }),
            );
            protect(stacks, &stack, args, ui).await?;
            let exit = if args.no_sweep || !wants_sweep(plan) {
                Exit::Done
            } else {
                first_sweep(deploying, &stack).await
            };
            tell_outputs(ui, &stack);
            return Ok(exit);
        }
        Ended::RolledBack if change_set.create => {
            (Exit::RolledBack, "and was taken back; nothing of it is left", String::new())
        }
        Ended::RolledBack => (Exit::RolledBack, "and was rolled back", String::new()),
        Ended::Stuck => {
            let recovery = match state::for_deploy(Some(&stack)) {
                Can::Stuck(recovery) => recovery.advice(&plan.stack),
                _ => String::new(),
            };
            (Exit::Stuck, "and the stack needs recovery", recovery)
        }
    };
    let what = format!("the deploy of stack `{}` failed {how}", plan.stack);
    Err(failed(exit, &what, &stack, &watched.progress, &way_out))
}

/// Whether there are alarms that know nothing yet.
fn wants_sweep(plan: &Plan) -> bool {
    let unknowing = [Effect::Watched, Effect::Forgets, Effect::MetricChanged];
    plan.create || plan.lights.iter().any(|note| unknowing.contains(&note.effect))
}

/// A sweep, so that no alarm waits for the schedule to know its light. The deploy is done, whatever
/// becomes of it.
async fn first_sweep(deploying: &Deploying<'_>, stack: &Stack) -> Exit {
    let Deploying { config, ui, .. } = *deploying;
    let Some(function) = stack.outputs.get("FunctionName") else { return Exit::Done };
    let failure = match sweep::invoke(config, function).await {
        Ok(answer) if answer.failed => sweep::failure(function, &answer),
        Ok(answer) => {
            ui.say(&format!("First sweep: {}", sweep::summary(&answer.payload)));
            ui.record("sweep", json!({ "function": function, "summary": answer.payload }));
            return Exit::Done;
        }
        Err(failure) => failure,
    };
    ui.note(&format!(
        "warning: the stack is deployed, but its first sweep failed; alarms know nothing until \
         the next one.\n{}",
        crate::report::text(failure.report.as_ref(), ui.errors)
    ));
    ui.record("warning", json!({ "message": failure.report.to_string() }));
    Exit::Warnings
}

fn tell_outputs(ui: &Ui, stack: &Stack) {
    for (name, word) in [("FunctionName", "Function"), ("DashboardUrl", "Dashboard")] {
        if let Some(value) = stack.outputs.get(name) {
            ui.say(&format!("{word:10} {}", plain(value)));
        }
    }
    ui.say("`guardian status` shows the lights");
}

async fn protect(
    stacks: &CloudFormation,
    stack: &Stack,
    args: &Args,
    ui: &Ui,
) -> Result<(), Failure> {
    let Some(switch) = args.termination_protection else { return Ok(()) };
    let on = switch == Switch::On;
    if stack.termination_protection != on {
        stacks.protect(&stack.id, on).await?;
        ui.say(&format!("Termination protection is {}", if on { "on" } else { "off" }));
    }
    Ok(())
}

async fn prepare(
    stacks: &CloudFormation,
    request: &ChangeSetRequest,
) -> Result<Option<ChangeSet>, Failure> {
    change_set::prepare(stacks, request).await.map_err(|error| match error {
        ChangeSetError::Call(error) => error.into(),
        ChangeSetError::Failed { ref reason, .. } => {
            let words = Failure::error(plain(&error.to_string()));
            match cause::hint(reason) {
                Some(hint) => words.help(hint),
                None => words.into(),
            }
        }
    })
}

/// Whether the deploy can go on.
enum Ready {
    /// With this stack, or with none.
    Go(Option<Stack>),
    /// It was let go of while it waited.
    Detached(Exit),
}

/// Brings the stack into a state that can be deployed, or says why that cannot be.
async fn ready(
    stacks: &CloudFormation,
    name: &str,
    args: &Args,
    ui: &Ui,
) -> Result<Ready, Failure> {
    loop {
        let stack = stacks.stack(name).await?;
        match (state::for_deploy(stack.as_ref()), stack) {
            (Can::Create, _) | (_, None) => return Ok(Ready::Go(None)),
            (Can::Update, stack) => return Ok(Ready::Go(stack)),
            (Can::Wait, Some(stack)) => {
                if !args.wait {
                    return Err(busy(stacks, &stack).await);
                }
                ui.note(&format!("waiting: stack `{name}` is {}", stack.status));
                if let Some(exit) = wait(stacks, &stack, "", ui).await? {
                    return Ok(Ready::Detached(exit));
                }
            }
            (Can::Replace, Some(stack)) => {
                ui.say(&format!(
                    "Stack {name} is {}: it was never up, and has to be deleted before it can be \
                     created. Nothing of value is in it.",
                    stack.status
                ));
                approve(ui, args.yes, "Delete it?").await?;
                let token = operation_token("replace", who().as_deref());
                stacks.delete_stack(&stack.id, &token).await?;
                if let Some(exit) = wait(stacks, &stack, &token, ui).await? {
                    return Ok(Ready::Detached(exit));
                }
            }
            (Can::Stuck(recovery), Some(stack)) => {
                let reason = stack.reason.as_deref().map(|r| format!(": {}", plain(r)));
                return Err(Failure::say(
                    Exit::Stuck,
                    format!(
                        "stack `{name}` is {} and cannot be deployed{}",
                        stack.status,
                        reason.unwrap_or_default()
                    ),
                )
                .help(recovery.advice(name)));
            }
        }
    }
}

/// Watches what goes on in a stack until nothing does; how the program ends, if it was let go of.
async fn wait(
    stacks: &CloudFormation,
    stack: &Stack,
    token: &str,
    ui: &Ui,
) -> Result<Option<Exit>, Failure> {
    let operation = Operation {
        stack_id: stack.id.clone(),
        token: token.to_owned(),
        last_event: newest_event(stacks, &stack.id).await?,
        deletes_on_failure: false,
    };
    match watch(stacks, &operation, ui).await?.end {
        End::Detached(signal) => Ok(Some(detached(ui, signal, &stack.name))),
        End::AtRest(_) => Ok(None),
    }
}

async fn package(args: &Args, synthesis: &Synthesis, ui: &Ui) -> Result<Package, Failure> {
    let architecture = synthesis.app.function.architecture;
    if let Some(path) = &args.package_file {
        return unpack(path, architecture);
    }
    let dir = &synthesis.project.dir;
    let near = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
    obtain(architecture, &near, &args.package, ui).await
}

async fn upload(
    artifacts: &Artifacts,
    package: &Package,
    synthesis: &Synthesis,
    body: &str,
    ui: &Ui,
) -> Result<(), Failure> {
    if artifacts.ensure().await? {
        ui.say(&format!("Made the artifact bucket {}", artifacts.bucket));
        ui.record("bucket", json!({ "bucket": artifacts.bucket, "made": true }));
    }
    let mut objects = vec![(package.s3_key.clone(), package.bytes.clone(), "application/zip")];
    for nested in &synthesis.templates.nested {
        let body = nested.synth.to_json_min().into_bytes();
        objects.push((nested.s3_key.clone(), body, "application/json"));
    }
    if !fits_inline(body) {
        let key = template_key(&change_set::sha256(body));
        objects.push((key, body.as_bytes().to_vec(), "application/json"));
    }
    for (key, bytes, content_type) in objects {
        let size = bytes.len();
        if artifacts.upload(&key, bytes, content_type).await? {
            ui.say(&format!("Uploaded {key} ({size} bytes)"));
            ui.record("upload", json!({ "key": key, "bytes": size }));
        }
    }
    Ok(())
}
