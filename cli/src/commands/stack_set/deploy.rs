//! `guardian deploy` and `guardian diff` of a stack set.

use super::Place;
use crate::account::announce;
use crate::approve::{Approval, approve};
use crate::artifacts::{Artifacts, bucket_stem};
use crate::commands::{deploy as stack, diff as stack_diff};
use crate::cost::Cost;
use crate::deployment::{parameters, tree};
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::github;
use crate::lights;
use crate::owner::Owner;
use crate::package::Package;
use crate::plan_file::Plan;
use crate::report;
use crate::set_rollout::{SetRollout, Went};
use crate::synthesis::{LookArgs, Synthesis, synthesize};
use crate::text::{count, plain, wrap};
use crate::ui::Ui;
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
pub(crate) async fn deploy(args: &stack::Args, place: &Place<'_>) -> Result<Exit, Failure> {
    let ended = deployed(args, place).await;
    if let Err(failure) = &ended {
        place.ui.summarize(&github::failed(&report::record(failure.report.as_ref())));
    }
    ended
}

async fn deployed(args: &stack::Args, place: &Place<'_>) -> Result<Exit, Failure> {
    announce(&place.config, place.global, place.ui).await?;
    let (ui, set) = (place.ui, place.set);
    let synthesis = synthesis(place).await?;
    let rollout = rollout(place, &synthesis);
    // What cannot be deployed is told before a package is built for it.
    if let Some(exit) = rollout.ready(args.wait).await? {
        return Ok(exit);
    }
    let package = args.package.obtain(&synthesis, ui).await?;
    let home = Artifacts::of(&place.config).await?;
    let mut definition = definition(place, &synthesis, home.account());
    definition.parameters.insert(PACKAGE_KEY.to_owned(), key_of(set, &package));
    if !fits_inline(&definition.template) {
        definition.source = TemplateSource::Url(home.url(&template_key(&definition)));
    }
    let found = find(&place.sets, &set.name).await?;
    let draft = Draft::of(&definition, &found, &synthesis)?;
    let subject = Subject::StackSet(&set.name);
    if draft.steps.steps.is_empty() {
        // An account that joins a unit reads the package, and so does a stack that goes back.
        upload(place, &home, &definition, &package, &synthesis).await?;
        ui.emit(&Event::Deployed { subject, changed: false, outputs: None, failed: None });
        ui.summarize(&github::up_to_date(&set.name));
        return Ok(Exit::Done);
    }
    draft.show(ui);
    draft.approve(args.approval(), ui).await?;
    // What was approved is what runs, or nothing does.
    if find(&place.sets, &set.name).await? != found {
        return Err(Failure::say(
            Exit::NotApproved,
            format!(
                "stack set `{}` has changed while this was approved; nothing was done",
                set.name
            ),
        )
        .help("run the same command again: it shows what there is to do now"));
    }
    upload(place, &home, &definition, &package, &synthesis).await?;
    ui.say("");
    let failed = match rollout.apply(&definition, &draft.steps.steps).await? {
        Went::Detached(exit) => return Ok(exit),
        Went::Done(failed) => failed,
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
pub(crate) async fn diff(args: &stack_diff::Args, place: &Place<'_>) -> Result<Exit, Failure> {
    let (ui, set) = (place.ui, place.set);
    let synthesis = synthesis(place).await?;
    let found = find(&place.sets, &set.name).await?;
    let home = Artifacts::of(&place.config).await?;
    let mut definition = definition(place, &synthesis, home.account());
    let deployed = found.set.as_ref().and_then(|set| set.parameters.get(PACKAGE_KEY)).cloned();
    definition.parameters.insert(PACKAGE_KEY.to_owned(), deployed.unwrap_or_default());
    let draft = Draft::of(&definition, &found, &synthesis)?;
    let different = !draft.steps.steps.is_empty();
    if different {
        if draft.steps.differences().contains(&Difference::Template) {
            let (old, new) = (template(&found), root(&synthesis));
            ui.say(&format!("{}\n", stack_diff::difference(&old, &new, ui.look)));
        }
        draft.show(ui);
    }
    ui.emit(&Event::Diff { subject: Subject::StackSet(&set.name), different });
    Ok(if different && args.exit_code { Exit::Differences } else { Exit::Done })
}

fn rollout<'a>(
    place: &'a Place<'_>,
    synthesis: &'a Synthesis,
) -> SetRollout<'a, CloudFormationSets> {
    SetRollout { sets: &place.sets, ui: place.ui, set: place.set, env: &synthesis.app.env }
}

/// The templates from the lock as it is: the account that the set is kept in is none of those that
/// have the machines.
async fn synthesis(place: &Place<'_>) -> Result<Synthesis, Failure> {
    let synthesis = synthesize(place.global, LookArgs { locked: true }, place.ui).await?;
    synthesis.warn(place.ui);
    Ok(synthesis)
}

/// What the set is to be, with its template inline and without a package.
fn definition(place: &Place<'_>, synthesis: &Synthesis, account: &str) -> Definition {
    let template = synthesis.templates.root.to_json_min();
    let (stem, region) = (bucket_stem(account), &place.set.admin_region);
    Definition {
        set: place.set.clone(),
        source: TemplateSource::Body(template.clone()),
        template,
        parameters: parameters(&stem, "", region, place.config.endpoint_url()),
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

/// Uploads what CloudFormation and the functions are read from into the bucket of each region, and
/// lets the accounts read it.
async fn upload(
    place: &Place<'_>,
    home: &Artifacts,
    definition: &Definition,
    package: &Package,
    synthesis: &Synthesis,
) -> Result<(), Failure> {
    let (ui, set) = (place.ui, place.set);
    let mut objects = vec![(key_of(set, package), package.bytes.clone(), "application/zip")];
    for nested in &synthesis.templates.nested {
        let body = nested.synth.to_json_min().into_bytes();
        objects.push((nested.s3_key.clone(), body, "application/json"));
    }
    for region in &set.regions {
        let config = guardian_aws::in_region(&place.config, region);
        let artifacts = Artifacts::in_account(&config, home.account());
        put(&artifacts, &objects, ui).await?;
        if artifacts.share(set).await? {
            ui.emit(&Event::Bucket { bucket: &artifacts.bucket, made: false, shared: true });
        }
    }
    if let TemplateSource::Url(_) = definition.source {
        let body = definition.template.clone().into_bytes();
        put(home, &[(template_key(definition), body, "application/json")], ui).await?;
    }
    Ok(())
}

async fn put(
    artifacts: &Artifacts,
    objects: &[(String, Vec<u8>, &str)],
    ui: &Ui,
) -> Result<(), Failure> {
    if artifacts.ensure().await? {
        ui.emit(&Event::Bucket { bucket: &artifacts.bucket, made: true, shared: false });
    }
    for (key, bytes, content_type) in objects {
        let length = bytes.len();
        if artifacts.upload(key, bytes.clone(), content_type).await? {
            let bucket = Some(artifacts.bucket.as_str());
            ui.emit(&Event::Upload { key, bytes: length, bucket });
        }
    }
    Ok(())
}

/// The template of the set that is there; none if there is none.
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
    /// What all stacks together cost.
    cost: Option<String>,
    /// Permissions that a new stack gives, where `stack` is about others.
    given_anew: usize,
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
            given_anew: if changes && comes { given } else { 0 },
            main_alone: changes && whole.templates.len() > 1,
            steps,
            stack,
        })
    }

    fn show(&self, ui: &Ui) {
        ui.say(&set_view::plan(self.definition, &self.steps, ui.look));
        if !self.stack.base.is_empty() {
            let which = if self.given_anew > 0 { "each that stays" } else { "each" };
            ui.say(&format!(
                "\nIn {which} of its stacks\n{}",
                plan_view::contents(&self.stack, ui.look)
            ));
        }
        if self.main_alone {
            ui.say("(of the main template: what is in its nested stacks is not compared)");
        }
        if let Some(text) = self.widening() {
            ui.say(&format!("\n{text}"));
        }
        if let Some(cost) = &self.cost {
            ui.say(&format!("\n{}", wrap(cost, ui.look.width).join("\n")));
        }
        ui.summarize(&github::plan(&self.stack));
        plan_view::emit(&self.stack, ui);
        ui.emit(&Event::StackSet(set_view::record(self.definition, &self.steps)));
    }

    /// In how many accounts permissions are given.
    fn widening(&self) -> Option<String> {
        let who = match &self.definition.set.grant {
            Grant::Accounts { accounts, .. } => count(accounts.len(), "account"),
            Grant::Units { units, .. } => {
                format!("every account of {}", plain(&units.join(", ")))
            }
        };
        match (self.stack.base.permissions.len(), self.given_anew) {
            (0, 0) => None,
            (0, anew) => {
                Some(format!("New stacks give {}, each in its account", count(anew, "permission")))
            }
            (_, 0) => Some(format!("The permissions above are given in {who}")),
            (_, anew) => Some(format!(
                "The permissions above are given in {who}; new stacks give all {anew} of the template"
            )),
        }
    }

    async fn approve(&self, approval: Approval, ui: &Ui) -> Result<(), Failure> {
        let widens = self.widening().is_some();
        let question = match approval {
            Approval::Security => "\nIt gives the permissions above. Deploy this?",
            _ => "\nDeploy this?",
        };
        approve(ui, !approval.asks(widens), question).await
    }
}
