//! `guardian plan`: shows what a deploy would do. With `-o` it saves the plan, and `guardian deploy
//! --plan` executes exactly that. The change set of an existing stack is kept; nothing remains of a plan
//! for a new stack, or of one that is only shown.

use crate::approve::Approval;
use crate::cost::view::advice_for;
use crate::deployment::{
    Draft, NOT_ASKED, PackageChoice, Preview, parameters, source, tree, upload,
};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::plan_file::{Plan, PlanFile, SCHEMA};
use crate::preview::{self, Question};
use crate::rollout::{Prepared, Readiness, Rollout};
use crate::session::Session;
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::text::fold;
use crate::ui::Ui;
use crate::view;
use crate::view::resources::{Machines, Resources};
use crate::{definitions, files, github};
use guardian_aws::clock::now_ms;
use guardian_cfn::stack_policy::Policy;
use guardian_deploy::change::{Change, Tree, compare};
use guardian_deploy::change_set;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::protection::protecting;
use guardian_deploy::stack::{ChangeSetRequest, TemplateSource};
use guardian_deploy::state::{self, DeployAction};
use guardian_deploy::{Stack, Stacks};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Options of `plan`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// File to save the plan to, for `guardian deploy --plan`; `-`: standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Exit with 2 if there are changes
    #[arg(long)]
    pub exit_code: bool,
    /// Wait for the operation in progress
    #[arg(long)]
    pub wait: bool,
    /// Which package is deployed.
    #[command(flatten)]
    pub package: PackageChoice,
    /// Whether the account is read.
    #[command(flatten)]
    pub lock: LockArgs,
}

/// Makes a plan, shows it and writes it down.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let on_output = args.output.as_deref().is_some_and(|path| path.as_os_str() == "-");
    let (out, beside) = (ui, ui.beside_a_document());
    let ui = if on_output { &beside } else { ui };
    let synthesis = synthesize(global, args.lock, ui).await?;
    synthesis.warn(ui);
    let app = &synthesis.app;
    if let Some(advice) = advice_for(app) {
        ui.note(&fold(&format!("note: {advice}"), ui.style.width));
    }
    let session = Session::open(global, app.region.as_deref()).await?;
    let stacks = session.stacks();
    let found = stacks.stack(&app.stack_name).await?;
    let is_new =
        matches!(state::for_deploy(found.as_ref()), DeployAction::Create | DeployAction::Replace);
    if let Some(stack) = found.filter(|s| state::for_deploy(Some(s)) == DeployAction::Replace) {
        ui.note(&format!(
            "stack `{}` is {}: it was never up, and is deleted before it is created",
            stack.name, stack.status
        ));
    }
    definitions::check(&synthesis, &session.config, ui).await?;
    let package = args.package.obtain(&synthesis, ui).await?;
    let artifacts = session.artifacts().await?;
    let region = session.region();
    let endpoint = session.config.endpoint_url();
    let body = synthesis.templates.root.to_json_min();
    let parameters = parameters(&artifacts.bucket, &package.s3_key, &region, endpoint);
    let drawing = Drawing { synthesis: &synthesis, body: &body, parameters, ui };
    let drawn = if is_new {
        drawing.of_new_stack()
    } else {
        let rollout = Rollout {
            stacks: &stacks,
            ui,
            name: &app.stack_name,
            wait: args.wait,
            // A plan deletes nothing: a stack that would have to be replaced is drawn as new.
            approval: Approval::Any,
            project: Some(&synthesis),
        };
        if args.output.is_some() {
            // What the change set and later the function are read from has to be there.
            upload(&artifacts, &package, &synthesis, &body, ui).await?;
            let source = source(&body, &change_set::sha256(&body), &artifacts);
            drawing.kept(&rollout, source).await?
        } else {
            drawing.shown(&rollout, &session).await?
        }
    };
    let (plan, anything, asked) = match drawn {
        Drawn::Plan { plan, anything, asked } => (*plan, anything, asked),
        Drawn::Detached(exit) => return Ok(exit),
    };
    let machines = Machines::of(app);
    let end = if args.exit_code && anything { Exit::Differences } else { Exit::Done };
    let file = PlanFile {
        schema: SCHEMA,
        guardian: env!("CARGO_PKG_VERSION").to_owned(),
        made_ms: now_ms(),
        account: artifacts.account().to_owned(),
        region,
        environment: app.env.clone(),
        plan,
    };
    match args.output.as_deref() {
        Some(_) if on_output => out.raw(text(&file)?.as_bytes()),
        Some(path) => {
            show(ui, &file.plan, &machines, anything, asked);
            write(ui, path, &file)?;
        }
        None => {
            show(ui, &file.plan, &machines, anything, asked);
            if anything {
                ui.say(
                    "\nNothing of this stays. `guardian deploy` does it; `guardian plan -o FILE` \
                     keeps it for\n`guardian deploy --plan FILE`",
                );
            }
        }
    }
    Ok(end)
}

/// What a plan is drawn from.
struct Drawing<'a> {
    synthesis: &'a Synthesis,
    body: &'a str,
    parameters: BTreeMap<String, String>,
    ui: &'a Ui,
}

enum Drawn {
    Plan {
        plan: Box<Plan>,
        /// Whether there is anything to do.
        anything: bool,
        /// Whether CloudFormation was asked.
        asked: bool,
    },
    Detached(Exit),
}

impl Drawing<'_> {
    /// Of a stack that does not exist: everything is made. A change set would leave a stack in
    /// review, so there is none.
    fn of_new_stack(&self) -> Drawn {
        let changes = tree(&self.synthesis.templates).additions();
        let plan = self.draft(None, &Tree::default(), None, changes, None);
        Drawn::Plan { plan, anything: true, asked: true }
    }

    /// Of a stack that exists, only to be shown.
    async fn shown(
        &self,
        rollout: &Rollout<'_, CloudFormation>,
        session: &Session,
    ) -> Result<Drawn, Failure> {
        let stacks = rollout.stacks;
        let existing = match rollout.ready().await? {
            Readiness::Ready(existing) => existing.ok_or_else(|| self.gone())?,
            Readiness::Detached(end) => return Ok(Drawn::Detached(rollout.detached(&end))),
        };
        let old = change_set::deployed(stacks, &existing.id).await?;
        let (synthesis, body, parameters) = (self.synthesis, self.body, &self.parameters);
        let question = Question { synthesis, stack: &existing, old: &old, body, parameters };
        let answer = preview::ask(stacks, session, &question, self.ui).await?;
        let asked = answer.is_some();
        let answer = answer.unwrap_or_else(|| {
            let changes = compare(&old, &tree(&synthesis.templates));
            let anything = !changes.is_empty() || existing.parameters != *parameters;
            Preview { anything, changes }
        });
        let policy = protecting(stacks, Some(&existing), self.ui).await;
        let plan = self.draft(Some(&existing), &old, None, answer.changes, policy.as_ref());
        Ok(Drawn::Plan { plan, anything: answer.anything, asked })
    }

    /// Of a stack that exists: its change set is kept, and takes the place of older plans.
    async fn kept(
        &self,
        rollout: &Rollout<'_, CloudFormation>,
        source: TemplateSource,
    ) -> Result<Drawn, Failure> {
        let (app, stacks) = (&self.synthesis.app, rollout.stacks);
        let sha256 = change_set::sha256(self.body);
        let request = |existing: Option<&Stack>| {
            let stack = existing.map_or(&app.stack_name, |stack| &stack.id);
            let (parameters, tags) = (self.parameters.clone(), app.tags.clone());
            ChangeSetRequest {
                name: change_set::plan_name(&sha256),
                ..change_set::request(stack, false, source.clone(), &sha256, parameters, tags)
            }
        };
        let (existing, made) = match rollout.prepare(request).await? {
            Prepared::Change(Some(existing), made) => (existing, Some(made)),
            Prepared::UpToDate(Some(existing)) => (existing, None),
            Prepared::Change(None, _) | Prepared::UpToDate(None) => return Err(self.gone()),
            Prepared::Detached(end) => return Ok(Drawn::Detached(rollout.detached(&end))),
        };
        let old = change_set::deployed(stacks, &existing.id).await?;
        let kept = made.as_ref().map(|made| made.id.clone());
        if let Some(kept) = &kept {
            let gone = change_set::discard_superseded(stacks, &existing.name, kept).await?;
            for name in gone {
                self.ui.emit(&Event::Superseded { change_set: &name });
            }
        }
        let anything = made.is_some();
        let changes = made.map(|made| made.changes).unwrap_or_default();
        let policy = protecting(stacks, Some(&existing), self.ui).await;
        let plan = self.draft(Some(&existing), &old, kept, changes, policy.as_ref());
        Ok(Drawn::Plan { plan, anything, asked: true })
    }

    /// The failure of a plan whose stack no longer exists.
    fn gone(&self) -> Failure {
        let name = &self.synthesis.app.stack_name;
        Failure::error(format!("stack `{name}` was deleted during planning"))
            .help("make the plan again")
    }

    fn draft(
        &self,
        existing: Option<&Stack>,
        old: &Tree,
        change_set: Option<String>,
        changes: Vec<Change>,
        policy: Option<&Policy>,
    ) -> Box<Plan> {
        let (synthesis, body) = (self.synthesis, self.body);
        let parameters = self.parameters.clone();
        let draft =
            Draft { synthesis, body, existing, old, parameters, change_set, changes, policy };
        Box::new(draft.plan())
    }
}

fn show(ui: &Ui, plan: &Plan, machines: &Machines, anything: bool, asked: bool) {
    if anything {
        let resources = Resources::of(machines, ui.verbose);
        ui.say(&view::plan::plan(plan, resources, ui.style));
    } else {
        ui.say(&format!("Stack {} is up to date; nothing to do", plan.base.stack));
    }
    if !asked {
        ui.say(NOT_ASKED);
    }
    view::plan::emit(plan, ui);
    ui.summarize(&github::plan(plan));
}

fn text(file: &PlanFile) -> Result<String, Failure> {
    file.to_text()
        .map_err(|error| Failure::from(Failure::error("the plan cannot be written").because(error)))
}

fn write(ui: &Ui, path: &Path, file: &PlanFile) -> Result<(), Failure> {
    let text = text(file)?;
    files::write(path, text.as_bytes())?;
    ui.emit(&Event::File { path, resources: None, bytes: text.len() });
    let path = path.display();
    let kept = match &file.plan.base.change_set {
        Some(_) => "; its change set is kept, and is executed unchanged or not at all",
        None => "; nothing was created for it",
    };
    ui.say(&format!("`guardian deploy --plan {path}` executes it{kept}"));
    Ok(())
}
