//! `guardian deploy` and `guardian diff` of a stack set.

use super::SetContext;
use crate::approve::{Approval, approve};
use crate::artifacts::{Artifacts, bucket_stem};
use crate::commands::{deploy as stack, diff as stack_diff};
use crate::cost::Cost;
use crate::definitions;
use crate::deployment::{objects, upload_objects};
use crate::deployment::{parameters, tree};
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::github;
use crate::lights;
use crate::owner::Owner;
use crate::package::Package;
use crate::plan_file::Plan;
use crate::report;
use crate::set_rollout::{RolloutEnd, SetRollout};
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::text::{count, plain, wrap};
use crate::ui::Ui;
use crate::view::resources::{Machines, Resources};
use crate::view::{plan as plan_view, stack_set as set_view};
use guardian_deploy::change::{Tree, compare};
use guardian_deploy::change_set::{fits_inline, sha256};
use guardian_deploy::permissions;
use guardian_deploy::plan::{self as base};
use guardian_deploy::stack::TemplateSource;
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_deploy::stack_set::plan::{Difference, Steps, plan};
use guardian_deploy::stack_set::{Definition, Found, find};
use guardian_stack::app::{Grant, StackSet, set_prefix};
use guardian_stack::templates::parameters::PACKAGE_KEY;

/// Deploys the stack set.
pub(crate) async fn deploy(args: &stack::Args, context: &SetContext<'_>) -> Result<Exit, Failure> {
    let ended = deployed(args, context).await;
    if let Err(failure) = &ended {
        context.ui.summarize(&github::failed(&report::record(failure.report.as_ref())));
    }
    ended
}

async fn deployed(args: &stack::Args, context: &SetContext<'_>) -> Result<Exit, Failure> {
    context.session.announce(context.ui).await?;
    let (ui, set) = (context.ui, context.set);
    let synthesis = synthesis(context).await?;
    let rollout = rollout(context, &synthesis);
    // A refusal comes before the package is built.
    if let Some(exit) = rollout.ready(args.wait).await? {
        return Ok(exit);
    }
    definitions::check(&synthesis, &context.session.config, ui).await?;
    let package = args.package.obtain(&synthesis, ui).await?;
    let home = context.session.artifacts().await?;
    let mut definition = definition(context, &synthesis, home.account());
    definition.parameters.insert(PACKAGE_KEY.to_owned(), key_of(set, &package));
    if !fits_inline(&definition.template) {
        definition.source = TemplateSource::Url(home.url(&template_key(&definition)));
    }
    let found = find(&context.sets, &set.name).await?;
    let draft = Draft::of(&definition, &found, &synthesis)?;
    let subject = Subject::StackSet(&set.name);
    if draft.steps.steps.is_empty() {
        // An account that joins a unit reads the package, and so does a stack that goes back.
        upload(context, &home, &definition, &package, &synthesis).await?;
        ui.emit(&Event::Deployed { subject, changed: false, outputs: None, failed: None });
        ui.summarize(&github::up_to_date(&set.name));
        return Ok(Exit::Done);
    }
    draft.show(ui);
    draft.approve(args.approval(), ui).await?;
    // Only the approved change runs.
    if find(&context.sets, &set.name).await? != found {
        return Err(Failure::say(
            Exit::NotApproved,
            format!(
                "stack set `{}` has changed while this was approved; nothing was done",
                set.name
            ),
        )
        .help("run the same command again: it shows the current changes"));
    }
    upload(context, &home, &definition, &package, &synthesis).await?;
    ui.say("");
    let failed = match rollout.apply(&definition, &draft.steps.steps).await? {
        RolloutEnd::Detached(exit) => return Ok(exit),
        RolloutEnd::Done(failed) => failed,
    };
    ui.emit(&Event::Deployed { subject, changed: true, outputs: None, failed: Some(failed) });
    if failed > 0 {
        let text = format!(
            "the stack set is deployed, but {} failed: `failure_tolerance` allows as many. \
             `guardian deploy` tries again",
            count(failed, "stack")
        );
        ui.note(&format!("warning: {text}"));
        ui.emit(&Event::warning(&text));
        return Ok(Exit::Warnings);
    }
    ui.say("`guardian status` shows its stacks");
    ui.summarize(&format!("\n✅ Stack set {} is deployed\n", set.name));
    Ok(Exit::Done)
}

/// Shows what a deploy would do. The package is taken to be the deployed one.
pub(crate) async fn diff(
    args: &stack_diff::Args,
    context: &SetContext<'_>,
) -> Result<Exit, Failure> {
    let (ui, set) = (context.ui, context.set);
    let synthesis = synthesis(context).await?;
    definitions::check(&synthesis, &context.session.config, ui).await?;
    let found = find(&context.sets, &set.name).await?;
    let home = context.session.artifacts().await?;
    let mut definition = definition(context, &synthesis, home.account());
    let deployed = found.set.as_ref().and_then(|set| set.parameters.get(PACKAGE_KEY)).cloned();
    definition.parameters.insert(PACKAGE_KEY.to_owned(), deployed.unwrap_or_default());
    let draft = Draft::of(&definition, &found, &synthesis)?;
    let different = !draft.steps.steps.is_empty();
    if different {
        if draft.steps.differences().contains(&Difference::Template) {
            let (old, new) = (template(&found), root(&synthesis));
            ui.say(&format!("{}\n", stack_diff::difference(&old, &new, ui.style)));
        }
        draft.show(ui);
    }
    ui.emit(&Event::Diff { subject: Subject::StackSet(&set.name), different });
    Ok(if different && args.exit_code { Exit::Differences } else { Exit::Done })
}

fn rollout<'a>(
    context: &'a SetContext<'_>,
    synthesis: &'a Synthesis,
) -> SetRollout<'a, CloudFormationSets> {
    SetRollout { sets: &context.sets, ui: context.ui, set: context.set, env: &synthesis.app.env }
}

/// The templates from the lock as it is: the account that the set is kept in is none of those that
/// have the machines.
async fn synthesis(context: &SetContext<'_>) -> Result<Synthesis, Failure> {
    let synthesis = synthesize(context.global, LockArgs { locked: true }, context.ui).await?;
    synthesis.warn(context.ui);
    Ok(synthesis)
}

/// The configured set, with its template inline and without a package.
fn definition(context: &SetContext<'_>, synthesis: &Synthesis, account: &str) -> Definition {
    let template = synthesis.templates.root.to_json_min();
    let (stem, region) = (bucket_stem(account), &context.set.admin_region);
    Definition {
        set: context.set.clone(),
        source: TemplateSource::Body(template.clone()),
        template,
        parameters: parameters(&stem, "", region, context.session.config.endpoint_url()),
        tags: synthesis.app.tags.clone(),
    }
}

/// Key of the package among the set's objects.
fn key_of(set: &StackSet, package: &Package) -> String {
    let file = package.s3_key.rsplit('/').next().unwrap_or_default();
    format!("{}{file}", set_prefix(set))
}

/// Key of a main template that is too large for a request.
fn template_key(definition: &Definition) -> String {
    format!("{}{}.json", set_prefix(&definition.set), sha256(&definition.template))
}

/// Uploads the package and the templates into the bucket of each region, and grants the accounts
/// read access.
async fn upload(
    context: &SetContext<'_>,
    home: &Artifacts,
    definition: &Definition,
    package: &Package,
    synthesis: &Synthesis,
) -> Result<(), Failure> {
    let (ui, set) = (context.ui, context.set);
    let objects = objects(key_of(set, package), package, synthesis);
    for region in &set.regions {
        let config = guardian_aws::in_region(&context.session.config, region);
        let artifacts = Artifacts::in_account(&config, home.account());
        upload_objects(&artifacts, &objects, true, ui).await?;
        if artifacts.share(set).await? {
            ui.emit(&Event::Bucket { bucket: &artifacts.bucket, made: false, shared: true });
        }
    }
    if let TemplateSource::Url(_) = definition.source {
        let body = definition.template.clone().into_bytes();
        upload_objects(home, &[(template_key(definition), body, "application/json")], true, ui)
            .await?;
    }
    Ok(())
}

/// The deployed set's template; empty without a set.
fn template(found: &Found) -> Tree {
    let parsed = found.set.as_ref().and_then(|set| serde_json::from_str(&set.template).ok());
    Tree { templates: parsed.into_iter().map(|template| (Vec::new(), template)).collect() }
}

/// The main template alone.
fn root(synthesis: &Synthesis) -> Tree {
    Tree { templates: [(Vec::new(), synthesis.templates.root.value().clone())].into() }
}

/// What a deploy would do.
struct Draft<'a> {
    definition: &'a Definition,
    steps: Steps,
    /// What it means in one stack: in each that stays, or where none stays in each that is new.
    stack: Plan,
    /// Its machines.
    machines: Machines,
    /// What all stacks together cost.
    cost: Option<String>,
    /// Permissions that a new stack gives, where `stack` is about others.
    given_by_new: usize,
    /// Whether nested stacks were left out of the comparison.
    main_alone: bool,
}

impl<'a> Draft<'a> {
    fn of(
        definition: &'a Definition,
        found: &Found,
        synthesis: &Synthesis,
    ) -> Result<Self, Failure> {
        let set = &definition.set;
        if let Some(is) = &found.set {
            Owner::of_app(&synthesis.app).check_template("stack set", &set.name, &is.template)?;
        }
        let steps = plan(definition, found).map_err(|other| {
            Failure::invalid(format!("stack set `{}`: {other}", set.name)).help(
                "CloudFormation changes them of a set without stacks only: `guardian destroy` with \
                 the configuration as it was, or give the set another `name`",
            )
        })?;
        let nothing = Tree::default();
        let (was, whole) = (template(found), tree(&synthesis.templates));
        let changes = steps.differences().contains(&Difference::Template) && steps.kept > 0;
        let comes = !steps.added.is_empty() || steps.repaired.iter().any(|i| i.stack_id.is_none());
        let (old, new) = match (changes, comes) {
            (true, _) => (&was, root(synthesis)),
            (false, true) => (&nothing, whole.clone()),
            (false, false) => (&whole, whole.clone()),
        };
        let given = permissions::widened(&nothing, &whole).len();
        let stack = Plan {
            base: base::Plan {
                stack: set.name.clone(),
                stack_id: found.set.as_ref().map(|set| set.id.clone()),
                stack_changed_ms: None,
                change_set: None,
                create: found.set.is_none(),
                template_sha256: sha256(&definition.template),
                parameters: definition.parameters.clone(),
                tags: definition.tags.clone(),
                changes: if old.templates.is_empty() {
                    new.additions()
                } else {
                    compare(old, &new)
                },
                permissions: permissions::widened(old, &new),
                // Its stacks have no policies: a stack set gives them none.
                refused: Vec::new(),
            },
            package: definition.parameters.get(PACKAGE_KEY).cloned(),
            lights: lights::notes(old, &new, &[]),
            cost: Cost::of(old, &new),
        };
        let all = Cost::of(&was, &new);
        Ok(Self {
            definition,
            cost: set_view::cost(&all, &steps, definition),
            given_by_new: if changes && comes { given } else { 0 },
            machines: Machines::of(&synthesis.app),
            main_alone: changes && whole.templates.len() > 1,
            steps,
            stack,
        })
    }

    fn show(&self, ui: &Ui) {
        ui.say(&set_view::plan(self.definition, &self.steps, ui.style));
        if !self.stack.base.is_empty() {
            let which = if self.given_by_new > 0 { "each that stays" } else { "each" };
            ui.say(&format!(
                "\nIn {which} of its stacks\n{}",
                plan_view::contents(
                    &self.stack,
                    Resources::of(&self.machines, ui.verbose),
                    ui.style
                )
            ));
        }
        if self.main_alone {
            ui.say("(main template only: nested stacks are not compared)");
        }
        if let Some(text) = self.added_permissions() {
            ui.say(&format!("\n{text}"));
        }
        if let Some(cost) = &self.cost {
            ui.say(&format!("\n{}", wrap(cost, ui.style.width).join("\n")));
        }
        ui.summarize(&github::plan(&self.stack));
        plan_view::emit(&self.stack, ui);
        ui.emit(&Event::StackSet(set_view::record(self.definition, &self.steps)));
    }

    /// The permissions that the change adds, with their accounts.
    fn added_permissions(&self) -> Option<String> {
        let who = match &self.definition.set.grant {
            Grant::Accounts { accounts, .. } => count(accounts.len(), "account"),
            Grant::Units { units, .. } => {
                format!("every account of {}", plain(&units.join(", ")))
            }
        };
        match (self.stack.base.permissions.len(), self.given_by_new) {
            (0, 0) => None,
            (0, new) => {
                Some(format!("New stacks give {}, each in its account", count(new, "permission")))
            }
            (_, 0) => Some(format!("The permissions above are given in {who}")),
            (_, new) => Some(format!(
                "The permissions above are given in {who}; new stacks give all {new} of the template"
            )),
        }
    }

    async fn approve(&self, approval: Approval, ui: &Ui) -> Result<(), Failure> {
        let adds = self.added_permissions().is_some();
        let question = match approval {
            Approval::Security => "\nIt gives the permissions above. Deploy this?",
            _ => "\nDeploy this?",
        };
        approve(ui, !approval.asks(adds), question).await
    }
}
