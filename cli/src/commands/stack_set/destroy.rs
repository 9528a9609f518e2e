//! `guardian destroy` of a stack set: its stacks, then the set, then what only it used.

use super::SetContext;
use crate::approve::approve_by_name;
use crate::artifacts::Artifacts;
use crate::artifacts::objects::all_versions;
use crate::commands::destroy::Args;
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::owner::Owner;
use crate::project::Project;
use crate::receipt::{Kind, Receipt, Removed};
use crate::set_rollout::{RolloutEnd, SetRollout};
use crate::teardown::remove_objects;
use crate::text::count;
use crate::ui::Ui;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::stack_set::plan::emptied;
use guardian_deploy::stack_set::{Instance, StackSets, find};
use guardian_stack::app::StackSet;
use std::collections::BTreeSet;

/// Deletes the set with its stacks. Where it stopped half-way, the same again does what is left.
pub(crate) async fn run(args: &Args, context: &SetContext<'_>) -> Result<Exit, Failure> {
    let (ui, set) = (context.ui, context.set);
    if args.logs {
        return Err(Failure::say(Exit::Usage, "--logs is for a stack, not for a stack set")
            .help("the log groups are in the accounts of the stacks, and go with these"));
    }
    if args.export_incidents.is_some() {
        let refused = "--export-incidents is for a stack, not for a stack set";
        return Err(Failure::say(Exit::Usage, refused).help(
            "`guardian incidents --json` in the accounts of the stacks writes the same records",
        ));
    }
    context.session.announce(context.ui).await?;
    let env = Project::open(context.global)?.wanted()?.env;
    let rollout = SetRollout { sets: &context.sets, ui, set, env: &env };
    let found = find(&context.sets, &set.name).await?;
    let mut receipt = Receipt::default();
    let there = found.set.is_some();
    if let Some(is) = &found.set {
        if let Ok(resolved) = Project::open(context.global).and_then(|project| project.resolve()) {
            Owner::of_app(&resolved.app).check_template("stack set", &set.name, &is.template)?;
        }
        rollout.ready(false).await?;
        ui.say(&announcement(args, set, &found.instances));
        let question = format!("Type the name of the stack set to delete it ({}):", set.name);
        approve_by_name(ui, args.yes, &question, &set.name).await?;
        let all = emptied(is, &found.instances);
        match rollout.remove(&all, args.retain_stacks).await? {
            RolloutEnd::Detached(exit) => return Ok(exit),
            RolloutEnd::Done(failed) if failed > 0 => {
                return Err(Failure::say(
                    Exit::Stuck,
                    format!(
                        "{} of stack set `{}` could not be deleted",
                        count(failed, "stack"),
                        set.name
                    ),
                )
                .help(
                    "`guardian status` says why; run the same command again when it is fixed, or \
                     with --retain-stacks to keep the stacks",
                ));
            }
            RolloutEnd::Done(_) => {}
        }
        context.sets.delete_set(&set.name).await?;
        ui.say(&format!("Stack set {} is deleted", set.name));
        settle(args, set, &found.instances, &mut receipt);
    } else {
        ui.say(&format!("Stack set {} does not exist; nothing to do", set.name));
    }
    let well = after(args, context, &mut receipt).await?;
    Ok(report(set, there, well, &receipt, ui))
}

/// The question's text: the stacks to be deleted.
fn announcement(args: &Args, set: &StackSet, instances: &[Instance]) -> String {
    let accounts: BTreeSet<&str> = instances.iter().map(|i| i.account.as_str()).collect();
    let regions: BTreeSet<&str> = instances.iter().map(|i| i.region.as_str()).collect();
    let which = format!(
        "{} in {} and {}",
        count(instances.len(), "stack"),
        count(accounts.len(), "account"),
        count(regions.len(), "region")
    );
    let what = if instances.is_empty() {
        "It has no stacks.".to_owned()
    } else if args.retain_stacks {
        format!("{which} stay, without further updates.")
    } else {
        format!(
            "{which} go with it: the machines that they manage with the history of their runs, \
             functions, alarms, dashboards and logs."
        )
    };
    let then = if args.artifacts {
        "\nThen its packages and templates are removed from the artifact buckets"
    } else {
        ""
    };
    format!("Stack set {} in {} is deleted. {what}{then}", set.name, set.admin_region)
}

fn settle(args: &Args, set: &StackSet, instances: &[Instance], receipt: &mut Receipt) {
    for one in instances {
        let name = format!("{} {}", one.account, one.region);
        if args.retain_stacks {
            let id = one.stack_id.as_deref().unwrap_or("a stack without a name");
            receipt.keep(Kind::Stack, name, format!("{id}: --retain-stacks keeps it"));
        } else {
            receipt.removed.push(removed(Kind::Stack, name));
        }
    }
    receipt.removed.push(removed(Kind::StackSet, set.name.clone()));
}

fn removed(kind: Kind, name: String) -> Removed {
    Removed { kind, name, detail: String::new(), bytes: None }
}

/// Revokes the accounts' read access and removes the set's objects; whether all were removed. The
/// key of each object has the set's name, so the set need not exist.
async fn after(
    args: &Args,
    context: &SetContext<'_>,
    receipt: &mut Receipt,
) -> Result<bool, Failure> {
    let set = context.set;
    let account = context.session.account().await?;
    let mut well = true;
    let regions: BTreeSet<&String> = set.regions.iter().chain([&set.admin_region]).collect();
    for region in regions {
        let config = guardian_aws::in_region(&context.session.config, region);
        let artifacts = Artifacts::in_account(&config, account);
        artifacts.unshare(set).await?;
        if !args.artifacts {
            continue;
        }
        let prefix = guardian_stack::app::set_prefix(set);
        let versions = all_versions(&artifacts).await?;
        let keys: BTreeSet<String> =
            versions.into_iter().map(|v| v.key).filter(|key| key.starts_with(&prefix)).collect();
        if keys.is_empty() {
            continue;
        }
        let stacks = CloudFormation::new(&config);
        well &= remove_objects(&stacks, &artifacts, &artifacts.bucket, &keys, receipt).await?;
    }
    Ok(well)
}

/// Reports the receipt; the exit code.
fn report(set: &StackSet, deleted: bool, well: bool, receipt: &Receipt, ui: &Ui) -> Exit {
    let text = receipt.text(ui.style);
    if !text.is_empty() {
        ui.say(&text);
    }
    let (subject, receipt) = (Subject::StackSet(&set.name), receipt.fields());
    ui.emit(&Event::Destroyed { subject, deleted, receipt });
    if well { Exit::Done } else { Exit::Warnings }
}
