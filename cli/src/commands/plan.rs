//! `guardian plan`: what a deploy would do, written down so that `guardian deploy --plan` does
//! exactly that. Of a stack that exists its change set is kept, which is the plan; of one that does
//! not, nothing at all is made.

use crate::approve::Approval;
use crate::args::Global;
use crate::artifacts::Artifacts;
use crate::aws::{self, Target};
use crate::deploy::change_set;
use crate::deploy::cloudformation::CloudFormation;
use crate::deploy::plan::{Change, Plan, Tree};
use crate::deploy::plan_file::{PlanFile, SCHEMA};
use crate::deploy::stack::{ChangeSetRequest, TemplateSource};
use crate::deploy::state::{self, Can};
use crate::deploy::{Stack, Stacks, view};
use crate::deployment::{Draft, PackageChoice, parameters, source, tree, upload};
use crate::exit::{Exit, Failure};
use crate::operation::now_ms;
use crate::rollout::{Prepared, Rollout};
use crate::synthesis::{LookArgs, Synthesis, synthesize};
use crate::ui::Ui;
use crate::{files, github};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Options of `plan`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Where the plan is written; - for standard output
    #[arg(short, long, value_name = "PATH", default_value = "plan.json")]
    pub output: PathBuf,
    /// End with 2 if there is something to do
    #[arg(long)]
    pub exit_code: bool,
    /// Wait while somebody else is at work on the stack
    #[arg(long)]
    pub wait: bool,
    /// Which package is deployed.
    #[command(flatten)]
    pub package: PackageChoice,
    /// How the account is looked at.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Makes a plan, shows it and writes it down.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let synthesis = synthesize(global, args.look, ui).await?;
    synthesis.warn(ui);
    let app = &synthesis.app;
    let config = aws::load(&Target::new(global, app.region.as_deref())).await?;
    let stacks = CloudFormation::new(&config);
    let found = stacks.stack(&app.stack_name).await?;
    let is_new = matches!(state::for_deploy(found.as_ref()), Can::Create | Can::Replace);
    if let Some(stack) = found.filter(|s| state::for_deploy(Some(s)) == Can::Replace) {
        ui.note(&format!(
            "stack `{}` is {}: it was never up, and is deleted before it is created",
            stack.name, stack.status
        ));
    }
    let package = args.package.obtain(&synthesis, ui).await?;
    let artifacts = Artifacts::of(&config).await?;
    // `load` refuses a configuration without a region.
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let endpoint = config.endpoint_url();
    let body = synthesis.templates.root.to_json_min();
    let parameters = parameters(&artifacts.bucket, &package.s3_key, &region, endpoint);
    let drawing = Drawing { synthesis: &synthesis, body: &body, parameters, ui };
    let plan = if is_new {
        drawing.of_new_stack()
    } else {
        // What the change set and later the function are read from has to be there.
        upload(&artifacts, &package, &synthesis, &body, ui).await?;
        let source = source(&body, &change_set::sha256(&body), &artifacts);
        match drawing.of_stack(&stacks, args.wait, source).await? {
            Drawn::Plan(plan) => *plan,
            Drawn::Detached(exit) => return Ok(exit),
        }
    };
    let is_something = plan.create || plan.change_set.is_some();
    let file = PlanFile {
        schema: SCHEMA,
        guardian: env!("CARGO_PKG_VERSION").to_owned(),
        made_ms: now_ms(),
        account: artifacts.account().to_owned(),
        region,
        environment: app.env.clone(),
        plan,
    };
    tell(args, ui, &file)?;
    Ok(if args.exit_code && is_something { Exit::Differences } else { Exit::Done })
}

/// What a plan is drawn from.
struct Drawing<'a> {
    synthesis: &'a Synthesis,
    body: &'a str,
    parameters: BTreeMap<String, String>,
    ui: &'a Ui,
}

enum Drawn {
    Plan(Box<Plan>),
    Detached(Exit),
}

impl Drawing<'_> {
    /// Of a stack that does not exist: everything is made. A change set would leave a stack in
    /// review, so there is none.
    fn of_new_stack(&self) -> Plan {
        let changes = tree(&self.synthesis.templates).additions();
        self.draft(None, &Tree::default(), None, changes)
    }

    /// Of a stack that exists: its change set is kept, and takes the place of older plans.
    async fn of_stack(
        &self,
        stacks: &CloudFormation,
        wait: bool,
        source: TemplateSource,
    ) -> Result<Drawn, Failure> {
        let app = &self.synthesis.app;
        let rollout = Rollout {
            stacks,
            ui: self.ui,
            name: &app.stack_name,
            wait,
            // A plan deletes nothing: a stack that would have to be replaced is drawn as new.
            approval: Approval::Any,
            project: Some(self.synthesis),
        };
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
            Prepared::Change(None, _) | Prepared::UpToDate(None) => {
                return Err(Failure::error(format!(
                    "stack `{}` went away while it was planned",
                    app.stack_name
                ))
                .help("make the plan again"));
            }
            Prepared::Detached(exit) => return Ok(Drawn::Detached(exit)),
        };
        let old = change_set::deployed(stacks, &existing.id).await?;
        let kept = made.as_ref().map(|made| made.id.clone());
        if let Some(kept) = &kept {
            let gone = change_set::discard_superseded(stacks, &existing.name, kept).await?;
            for name in gone {
                self.ui.say(&format!("Removed the change set {name}, which this plan supersedes"));
                self.ui.record("superseded", json!({ "change_set": name }));
            }
        }
        let changes = made.map(|made| made.changes).unwrap_or_default();
        Ok(Drawn::Plan(Box::new(self.draft(Some(&existing), &old, kept, changes))))
    }

    fn draft(
        &self,
        existing: Option<&Stack>,
        old: &Tree,
        change_set: Option<String>,
        changes: Vec<Change>,
    ) -> Plan {
        let (synthesis, body) = (self.synthesis, self.body);
        let parameters = self.parameters.clone();
        Draft { synthesis, body, existing, old, parameters, change_set, changes }.plan()
    }
}

/// Shows the plan and writes it down.
fn tell(args: &Args, ui: &Ui, file: &PlanFile) -> Result<(), Failure> {
    let plan = &file.plan;
    let text = file.to_text().map_err(|error| {
        Failure::from(Failure::error("the plan cannot be written down").because(error))
    })?;
    if args.output.as_os_str() == "-" {
        ui.raw(text.as_bytes());
        return Ok(());
    }
    if plan.create || plan.change_set.is_some() {
        ui.say(&view::plan(plan, ui.look));
    } else {
        ui.say(&format!("Stack {} is up to date; nothing to do", plan.stack));
    }
    view::records(plan).into_iter().for_each(|(kind, record)| ui.record(kind, record));
    ui.summarize(&github::plan(plan));
    files::write(&args.output, text.as_bytes())?;
    let path = args.output.display().to_string();
    let kept = match &plan.change_set {
        Some(_) => "; its change set waits at the stack, and runs as it is or not at all",
        None => "; nothing was made for it",
    };
    ui.say(&format!("\nWrote {path}{kept}\n`guardian deploy --plan {path}` runs it"));
    ui.record("file", json!({ "path": path, "bytes": text.len() }));
    Ok(())
}
