//! `guardian deploy`: package, change set, approval, progress, outputs; or exactly a plan.

use crate::approve::{Approval, approve};
use crate::artifacts::Artifacts;
use crate::definitions;
use crate::deployment::{Draft, PackageChoice, parameters, source, upload};
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::github;
use crate::global::Global;
use crate::lights::Effect;
use crate::package::Package;
use crate::plan_file::{Now, Plan, PlanFile};
use crate::report;
use crate::rollout::{Outcome, Prepared, Readiness, Rollout, refused_by_policy, stale};
use crate::session::Session;
use crate::sweep;
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::text::{count, plain};
use crate::ui::Ui;
use crate::view;
use crate::view::resources::{Machines, Resources};
use guardian_aws::clock::time;
use guardian_cfn::stack_policy::Policy;
use guardian_deploy::change::{Action, Change, Replacement, Tree};
use guardian_deploy::change_set::{self, ChangeSet};
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::plan::{self};
use guardian_deploy::protection;
use guardian_deploy::refusals::refusals;
use guardian_deploy::stack::{ChangeSetPage, ChangeSetRequest};
use guardian_deploy::{Stack, Stacks};
use guardian_stack::templates::parameters::PACKAGE_KEY;
use std::path::{Path, PathBuf};

/// Options of `deploy`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask before the change set is executed; the same as --approve never
    #[arg(short, long)]
    pub yes: bool,
    /// Changes that need approval [default: any; never with --plan]
    #[arg(long, value_name = "WHAT", conflicts_with = "yes")]
    pub approve: Option<Approval>,
    /// Execute exactly this saved plan, or refuse it as stale
    #[arg(long, value_name = "PATH", conflicts_with = "revert_drift")]
    pub plan: Option<PathBuf>,
    /// Also revert changes made outside of CloudFormation
    #[arg(long)]
    pub revert_drift: bool,
    /// Lift the stack policy for the changed resources while the deploy runs
    #[arg(long)]
    pub override_stack_policy: bool,
    /// Wait for the operation in progress
    #[arg(long)]
    pub wait: bool,
    /// Start no sweep after the deploy: new alarms stay INSUFFICIENT_DATA until the next one, and a
    /// changed heartbeat alarm may go to ALARM
    #[arg(long)]
    pub no_sweep: bool,
    /// With several regions: continue after one has failed
    #[arg(long)]
    pub keep_going: bool,
    /// Termination protection of the stack [default: unchanged]
    #[arg(long, value_name = "SWITCH")]
    pub termination_protection: Option<Switch>,
    /// Which package is deployed.
    #[command(flatten)]
    pub package: PackageChoice,
    /// Whether the account is read.
    #[command(flatten)]
    pub lock: LockArgs,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// On
    On,
    /// Off
    Off,
}

impl Args {
    /// The changes that need approval. A plan needs none: it was read before.
    pub(super) fn approval(&self) -> Approval {
        match self.approve {
            Some(approval) => approval,
            None if self.yes || self.plan.is_some() => Approval::Never,
            None => Approval::Any,
        }
    }
}

/// Deploys the stack.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let file = args.plan.as_deref().map(read_plan).transpose()?;
    let synthesis = synthesize(global, args.lock, ui).await?;
    synthesis.warn(ui);
    let session = Session::open(global, synthesis.app.region.as_deref()).await?;
    session.announce(ui).await?;
    let stacks = session.stacks();
    let deploying = Deploying {
        rollout: Rollout {
            stacks: &stacks,
            ui,
            name: &synthesis.app.stack_name,
            wait: args.wait,
            approval: args.approval(),
            project: Some(&synthesis),
        },
        synthesis: &synthesis,
        session: &session,
        args,
        ui,
    };
    let ended = match &file {
        Some(file) => deploying.planned(file).await,
        None => deploying.unplanned().await,
    };
    if let Err(failure) = &ended {
        ui.summarize(&github::failed(&report::record(failure.report.as_ref())));
    }
    ended
}

fn read_plan(path: &Path) -> Result<PlanFile, Failure> {
    let cannot = |why: String| Failure::invalid(format!("`{}`: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| {
        cannot("the plan cannot be read".to_owned())
            .because(error)
            .help("`guardian plan -o FILE` writes one")
    })?;
    PlanFile::parse(&text).map_err(|error| {
        cannot(error.to_string()).help("make a new one with `guardian plan -o FILE`")
    })
}

/// The inputs of a deploy.
struct Deploying<'a> {
    rollout: Rollout<'a, CloudFormation>,
    synthesis: &'a Synthesis,
    session: &'a Session,
    args: &'a Args,
    ui: &'a Ui,
}

impl Deploying<'_> {
    /// Makes a change set, shows it, has it approved, and runs it.
    async fn unplanned(&self) -> Result<Exit, Failure> {
        let Self { rollout, synthesis, args, ui, .. } = self;
        let (app, stacks) = (&synthesis.app, rollout.stacks);
        // A refusal comes before the package is built.
        if let Readiness::Detached(end) = rollout.ready().await? {
            return Ok(rollout.detached(&end));
        }
        definitions::check(synthesis, &self.session.config, ui).await?;
        let package = args.package.obtain(synthesis, ui).await?;
        let artifacts = self.session.artifacts().await?;
        let body = synthesis.templates.root.to_json_min();
        let sha256 = change_set::sha256(&body);
        upload(&artifacts, &package, synthesis, &body, ui).await?;
        let endpoint = self.session.config.endpoint_url();
        let parameters =
            parameters(&artifacts.bucket, &package.s3_key, &self.session.region(), endpoint);
        let request = |existing: Option<&Stack>| {
            let template = source(&body, &sha256, &artifacts);
            let (parameters, tags) = (parameters.clone(), app.tags.clone());
            let create = existing.is_none();
            ChangeSetRequest {
                revert_drift: args.revert_drift && !create,
                ..change_set::request(&app.stack_name, create, template, &sha256, parameters, tags)
            }
        };
        let (existing, change_set) = match rollout.prepare(request).await? {
            Prepared::Change(existing, change_set) => (existing, change_set),
            Prepared::UpToDate(existing) => return self.up_to_date(existing.as_ref()).await,
            Prepared::Detached(end) => return Ok(rollout.detached(&end)),
        };
        let old = match &existing {
            Some(stack) => change_set::deployed(stacks, &stack.id).await?,
            None => Tree::default(),
        };
        let policy = self.policy(existing.as_ref()).await;
        let plan = Draft {
            synthesis,
            body: &body,
            existing: existing.as_ref(),
            old: &old,
            parameters: parameters.clone(),
            change_set: Some(change_set.id.clone()),
            changes: change_set.changes.clone(),
            policy: policy.as_ref(),
        }
        .plan();
        self.show(&plan);
        if let Err(failure) = self.approve(&plan).await {
            let ChangeSet { id, stack_id, create, .. } = &change_set;
            change_set::discard(stacks, stack_id, id, *create).await?;
            return Err(failure);
        }
        self.execute(&plan, &change_set, policy.as_ref()).await
    }

    /// The policy that protects the stack. If an interrupted deploy left it lifted, it is restored
    /// first.
    async fn policy(&self, existing: Option<&Stack>) -> Option<Policy> {
        let Rollout { stacks, ui, .. } = self.rollout;
        if let Some(stack) = existing {
            protection::settle(stacks, stack, ui).await;
        }
        protection::protecting(stacks, existing, ui).await
    }

    /// Runs exactly the plan.
    async fn planned(&self, file: &PlanFile) -> Result<Exit, Failure> {
        let Self { rollout, synthesis, args, ui, .. } = self;
        let (app, stacks, plan) = (&synthesis.app, rollout.stacks, &file.plan);
        let existing = match rollout.ready().await? {
            Readiness::Ready(existing) => existing,
            Readiness::Detached(end) => return Ok(rollout.detached(&end)),
        };
        let artifacts = self.session.artifacts().await?;
        let body = synthesis.templates.root.to_json_min();
        let sha256 = change_set::sha256(&body);
        // An existing stack's plan has uploaded its package. A new stack's package is built again
        // and must be the same.
        let package = if plan.base.create || args.package.is_given() {
            Some(args.package.obtain(synthesis, ui).await?)
        } else {
            None
        };
        let key = package.as_ref().map(|package| package.s3_key.as_str()).unwrap_or_default();
        let endpoint = self.session.config.endpoint_url();
        let mut parameters = parameters(&artifacts.bucket, key, &self.session.region(), endpoint);
        if package.is_none() {
            parameters.remove(PACKAGE_KEY);
        }
        let page = match &plan.base.change_set {
            Some(id) => found(stacks, plan.base.stack_id.as_deref(), id).await?,
            None => None,
        };
        let why = file.stale(
            &Now {
                account: artifacts.account(),
                region: &self.session.region(),
                stack_name: &app.stack_name,
                stack: existing.as_ref(),
                template_sha256: &sha256,
                parameters: &parameters,
                tags: &app.tags,
                change_set: page.as_ref(),
            },
            time,
        );
        if !why.is_empty() {
            return Err(stale(&app.stack_name, &why));
        }
        if plan.base.change_set.is_some()
            && let Some(key) = &plan.package
            && !artifacts.has(key).await?
        {
            self.reupload(key, package.as_ref(), &artifacts, &body).await?;
        }
        let change_set = match (&plan.base.change_set, &plan.base.stack_id, package) {
            (Some(id), Some(stack_id), _) => ChangeSet {
                id: id.clone(),
                stack_id: stack_id.clone(),
                create: false,
                changes: plan.base.changes.clone(),
            },
            (_, _, Some(package)) if plan.base.create => {
                upload(&artifacts, &package, synthesis, &body, ui).await?;
                let request = |existing: Option<&Stack>| {
                    let template = source(&body, &sha256, &artifacts);
                    let (parameters, tags) = (plan.base.parameters.clone(), plan.base.tags.clone());
                    let create = existing.is_none();
                    change_set::request(
                        &app.stack_name,
                        create,
                        template,
                        &sha256,
                        parameters,
                        tags,
                    )
                };
                match rollout.prepare(request).await? {
                    Prepared::Change(None, change_set) => change_set,
                    Prepared::Change(Some(_), change_set) => {
                        let ChangeSet { id, stack_id, .. } = &change_set;
                        change_set::discard(stacks, stack_id, id, false).await?;
                        let why = "the stack did not exist, and was created in this moment";
                        return Err(stale(&app.stack_name, &[why.to_owned()]));
                    }
                    Prepared::UpToDate(existing) => {
                        return self.up_to_date(existing.as_ref()).await;
                    }
                    Prepared::Detached(end) => return Ok(rollout.detached(&end)),
                }
            }
            _ => return self.up_to_date(existing.as_ref()).await,
        };
        // The policy may have been set since the plan was made.
        let policy = self.policy(existing.as_ref()).await;
        let refused = policy.as_ref().map(|policy| refusals(policy, &plan.base.changes));
        let base = plan::Plan { refused: refused.unwrap_or_default(), ..plan.base.clone() };
        let plan = &Plan { base, ..plan.clone() };
        self.show(plan);
        self.approve(plan).await?;
        self.execute(plan, &change_set, policy.as_ref()).await
    }

    /// Uploads the package of a plan again, if a new build gives the same bytes.
    async fn reupload(
        &self,
        planned: &str,
        given: Option<&Package>,
        artifacts: &Artifacts,
        body: &str,
    ) -> Result<(), Failure> {
        let Self { rollout, synthesis, args, ui, .. } = self;
        ui.note(&format!(
            "note: the plan's package {planned} is not in {} any more; it is made again",
            artifacts.bucket
        ));
        let made;
        let package = match given {
            Some(given) => given,
            None => {
                made = args.package.obtain(synthesis, ui).await?;
                &made
            }
        };
        if package.s3_key != planned {
            let why = format!(
                "its package {planned} is no longer in the artifact bucket, and building it again \
                 gave a different one, {}",
                package.s3_key
            );
            return Err(stale(rollout.name, &[why]));
        }
        upload(artifacts, package, synthesis, body, ui).await
    }

    fn show(&self, plan: &Plan) {
        let machines = Machines::of(&self.synthesis.app);
        let resources = Resources::of(&machines, self.ui.verbose);
        self.ui.say(&view::plan::plan(plan, resources, self.ui.style));
        self.ui.summarize(&github::plan(plan));
        view::plan::emit(plan, self.ui);
    }

    /// Asks for approval of a plan, after that of the changes that the stack policy refuses.
    async fn approve(&self, plan: &Plan) -> Result<(), Failure> {
        let lifts = self.args.override_stack_policy && !plan.base.refused.is_empty();
        if !lifts && let Some(failure) = refused_by_policy(&plan.base.stack, &plan.base.refused) {
            return Err(failure);
        }
        let asks = |security: bool| self.rollout.approval.asks(security);
        if lifts {
            let question = "\nThe stack policy is lifted for these changes. Lift it?";
            approve(self.ui, !asks(true), question).await?;
        }
        let question = match self.rollout.approval {
            Approval::Security => "\nIt gives the permissions above. Deploy this?",
            _ => "\nDeploy this?",
        };
        approve(self.ui, !asks(!plan.base.permissions.is_empty()), question).await
    }

    async fn up_to_date(&self, existing: Option<&Stack>) -> Result<Exit, Failure> {
        let (ui, name) = (self.ui, self.rollout.name);
        let subject = Subject::Stack(name);
        ui.emit(&Event::Deployed { subject, changed: false, outputs: None, failed: None });
        ui.summarize(&github::up_to_date(name));
        if let Some(stack) = existing {
            protect(self.rollout.stacks, stack, self.args, ui).await?;
            protection::settle(self.rollout.stacks, stack, ui).await;
            let brought = self.bring_policy(stack).await;
            print_outputs(ui, stack);
            return Ok(if brought { Exit::Done } else { Exit::Warnings });
        }
        Ok(Exit::Done)
    }

    /// Sets the configured stack policy; false if it could not be set.
    async fn bring_policy(&self, stack: &Stack) -> bool {
        let wanted = self.synthesis.stack_policy.as_ref();
        protection::configure(self.rollout.stacks, stack, wanted, self.ui).await
    }

    async fn execute(
        &self,
        plan: &Plan,
        change_set: &ChangeSet,
        policy: Option<&Policy>,
    ) -> Result<Exit, Failure> {
        let Self { rollout, args, ui, .. } = self;
        ui.say("");
        let lifts = args.override_stack_policy && !plan.base.refused.is_empty();
        let outcome = match policy.filter(|_| lifts) {
            Some(policy) => rollout.execute_lifted(change_set, policy).await?,
            None => rollout.execute(change_set).await?,
        };
        let stack = match outcome {
            Outcome::Deployed(stack) => stack,
            Outcome::Detached(end) => return Ok(rollout.detached(&end)),
        };
        let (subject, outputs) = (Subject::Stack(&plan.base.stack), Some(&stack.outputs));
        ui.emit(&Event::Deployed { subject, changed: true, outputs, failed: None });
        ui.summarize(&github::deployed(&plan.base.stack, &stack.outputs));
        protect(rollout.stacks, &stack, args, ui).await?;
        let brought = self.bring_policy(&stack).await;
        let exit = if args.no_sweep || !wants_sweep(plan) {
            Exit::Done
        } else {
            self.sweep(&stack, plan).await
        };
        print_outputs(ui, &stack);
        Ok(if brought { exit } else { Exit::Warnings })
    }

    /// A sweep, so that no alarm waits for the schedule to know its light; a tick that fills a new
    /// table. Its failure does not fail the deploy.
    async fn sweep(&self, stack: &Stack, plan: &Plan) -> Exit {
        let Self { session, ui, .. } = self;
        let Some(function) = stack.outputs.get("FunctionName") else { return Exit::Done };
        if adds_table(plan) {
            ui.say("The state table is filled from Step Functions");
        }
        let failure = match sweep::invoke(&session.config, function, &sweep::request()).await {
            Ok(answer) if answer.failed => sweep::failure(function, &answer),
            Ok(answer) => {
                let what = match (answer.payload["tick"].is_object(), plan.base.create) {
                    (true, true) => "First tick",
                    (true, false) => "Tick",
                    (false, true) => "First sweep",
                    (false, false) => "Sweep",
                };
                let mut text = format!("{what}: {}", sweep::summary(&answer.payload));
                if let Some(unread) = sweep::filling(&answer.payload) {
                    let machines = count(usize::try_from(unread).unwrap_or(usize::MAX), "machine");
                    text.push_str(&format!(
                        "\nThe table is being filled: the next ticks, one a minute, read the lights of \
                         {machines} within `memory.quota_share`"
                    ));
                }
                ui.emit(&Event::Sweep { function, summary: &answer.payload, text });
                return Exit::Done;
            }
            Err(failure) => failure,
        };
        ui.note(&format!(
            "warning: the stack is deployed, but the sweep after it failed; alarms have no new data \
             until the next one.\n{}",
            crate::report::text(failure.report.as_ref(), ui.errors)
        ));
        ui.emit(&Event::warning(&failure.report.to_string()));
        Exit::Warnings
    }
}

/// A change set as it is now; none if it is gone.
async fn found(
    stacks: &CloudFormation,
    stack: Option<&str>,
    id: &str,
) -> Result<Option<ChangeSetPage>, Failure> {
    match stacks.change_set(stack, id, None).await {
        Ok(page) => Ok(Some(page)),
        // With its stack a change set is forgotten.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Logical id of the alarm on the function's heartbeat.
const HEARTBEAT_ALARM: &str = "HeartbeatGuard";

/// Type of the state table. Its logical id is another one in no version.
const TABLE_TYPE: &str = "AWS::DynamoDB::Table";

/// Whether there is a table from now on, or another one: it is empty.
fn adds_table(plan: &Plan) -> bool {
    let is_new =
        |change: &Change| change.action == Action::Add || change.replacement == Replacement::Yes;
    plan.base.changes.iter().any(|c| c.resource_type == TABLE_TYPE && is_new(c))
}

/// Whether there is an empty table, or alarms without data, or the heartbeat may be late by its new
/// rule: after a change from every three hours to every five minutes the last heartbeat is outside
/// of the alarm's evaluation range, and its warm-up is over.
fn wants_sweep(plan: &Plan) -> bool {
    let late =
        [Effect::Watched, Effect::AlarmReplaced, Effect::MetricChanged, Effect::ScheduleChanged];
    let heartbeat = plan
        .base
        .changes
        .iter()
        .any(|change| change.logical_id == HEARTBEAT_ALARM && change.action != Action::Remove);
    plan.base.create
        || adds_table(plan)
        || heartbeat
        || plan.lights.iter().any(|note| late.contains(&note.effect))
}

fn print_outputs(ui: &Ui, stack: &Stack) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Cost;
    use crate::lights::LightNote;

    /// An update with these changes and effects.
    fn update(changes: Vec<Change>, effects: &[Effect]) -> Plan {
        let note = |effect: &Effect| LightNote { effect: *effect, names: vec![], detail: None };
        Plan {
            base: plan::Plan {
                stack: "orders-dev".into(),
                stack_id: None,
                stack_changed_ms: None,
                change_set: None,
                create: false,
                template_sha256: String::new(),
                parameters: [].into(),
                tags: [].into(),
                changes,
                permissions: vec![],
                refused: vec![],
            },
            package: None,
            lights: effects.iter().map(note).collect(),
            cost: Cost::of(&Tree::default(), &Tree::default()),
        }
    }

    #[test]
    fn a_deploy_sweeps_where_an_alarm_has_no_data_or_the_heartbeat_has_a_new_rule() {
        let alarm =
            |id: &str, action| Change { action, ..Change::add(&[], id, "AWS::CloudWatch::Alarm") };
        assert!(wants_sweep(&update(vec![], &[Effect::Watched])));
        assert!(wants_sweep(&update(vec![], &[Effect::ScheduleChanged])));
        let table = Change::add(&[], "StateTable", TABLE_TYPE);
        assert!(wants_sweep(&update(vec![table.clone()], &[])));
        let changed = Change { action: Action::Modify, ..table.clone() };
        assert!(!wants_sweep(&update(vec![changed.clone()], &[])));
        let replaced = Change { replacement: Replacement::Yes, ..changed };
        assert!(adds_table(&update(vec![replaced], &[])));
        assert!(wants_sweep(&update(vec![alarm(HEARTBEAT_ALARM, Action::Modify)], &[])));
        assert!(!wants_sweep(&update(vec![alarm(HEARTBEAT_ALARM, Action::Remove)], &[])));
        assert!(!wants_sweep(&update(vec![alarm("ErrorsGuard", Action::Modify)], &[])));
        assert!(!wants_sweep(&update(vec![], &[Effect::ActionsChanged])));
    }

    #[test]
    fn the_template_has_the_alarm_on_the_heartbeat() {
        let template = include_str!("../../../cfn-templates/shop/template.yaml");
        assert!(template.contains(&format!("\n  {HEARTBEAT_ALARM}:\n")));
    }
}
