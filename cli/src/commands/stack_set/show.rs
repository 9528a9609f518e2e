//! `guardian status`, `attach` and `cancel` of a stack set.

use super::SetContext;
use crate::approve::approve;
use crate::commands::{attach as stack_attach, cancel as stack_cancel, status as stack_status};
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::project::Project;
use crate::set_rollout::{RolloutEnd, SetRollout};
use crate::text::{count, plain};
use crate::view::stack_set as view;
use guardian_aws::clock::time;
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_deploy::stack_set::follow::End;
use guardian_deploy::stack_set::state::{InstanceStatus, OperationAction, Sign};
use guardian_deploy::stack_set::{Instance, Operation, StackSets, find, in_progress};
use guardian_stack::app::{Grant, StackSet};
use serde_json::json;
use std::collections::BTreeMap;

/// Statuses with a reason that are spelled out below the table.
const REASONS: usize = 20;
/// The status, in the table, of a stack that is not there yet.
const MISSING: &str = "MISSING";

/// Shows how each stack is against its set; or the lights, which are in the accounts of the stacks, where
/// a role can read them.
pub(crate) async fn status(
    args: &stack_status::Args,
    context: &SetContext<'_>,
) -> Result<Exit, Failure> {
    let (ui, set) = (context.ui, context.set);
    if args.read.reader_role.is_some() {
        return stack_status::run_for_stack_set(args, &context.place(), ui).await;
    }
    if args.history.is_some() {
        return Err(Failure::say(Exit::Usage, "--history takes --reader-role in a stack set")
            .help("the runs are in the accounts of the stacks, and so are the lights"));
    }
    let found = find(&context.sets, &set.name).await?;
    if found.set.is_none() {
        return Err(missing(set));
    }
    let mut cells: BTreeMap<(String, String), view::Cell> = found
        .instances
        .iter()
        .map(|i| ((i.account.clone(), i.region.clone()), view::Cell::from(&i.status)))
        .collect();
    for pair in not_made(set, &found.instances) {
        cells.insert(pair, view::Cell { word: MISSING.to_owned(), sign: Sign::Neutral });
    }
    let well = cells.values().filter(|cell| cell.sign == Sign::Good).count();
    ui.say(&format!(
        "Stack set {} in {}: {well} of {} up to date",
        set.name,
        set.admin_region,
        count(cells.len(), "stack")
    ));
    if !cells.is_empty() {
        ui.say(&view::table(&cells, ui.style));
    }
    let behind = found.instances.iter().filter(|i| i.status != InstanceStatus::Current);
    for one in behind.filter(|i| i.reason.is_some()).take(REASONS) {
        let reason = one.reason.as_deref().unwrap_or_default();
        ui.say(&plain(&format!("  {} {}: {reason}", one.account, one.region)));
    }
    if let Some(operation) = in_progress(&context.sets, &set.name).await? {
        ui.say(&format!(
            "{} is {} since {}: `guardian attach` follows it",
            operation.action,
            operation.status,
            time(operation.began_ms)
        ));
    } else if well < cells.len() {
        ui.say("`guardian deploy` creates the missing stacks and updates the outdated ones");
    }
    ui.say(
        "The lights are in the accounts: `guardian status --reader-role NAME` reads them \
         (docs/accounts.md)",
    );
    for one in &found.instances {
        ui.emit(&Event::Instance(view::instance_record(one)));
    }
    let fields = json!({ "stack_set": set.name, "stacks": cells.len(), "current": well });
    ui.emit(&Event::StackSet(fields));
    let bad = well < cells.len();
    Ok(if bad && args.exit_code { Exit::Differences } else { Exit::Done })
}

/// Accounts and regions that the configuration names and that have no stack.
fn not_made(set: &StackSet, instances: &[Instance]) -> Vec<(String, String)> {
    let Grant::Accounts { accounts, .. } = &set.grant else { return Vec::new() };
    let has = |account: &str, region: &str| {
        instances.iter().any(|i| (i.account.as_str(), i.region.as_str()) == (account, region))
    };
    let all = accounts.iter().flat_map(|a| set.regions.iter().map(move |r| (a, r)));
    all.filter(|(account, region)| !has(account, region))
        .map(|(account, region)| (account.clone(), region.clone()))
        .collect()
}

fn missing(set: &StackSet) -> Failure {
    Failure::error(format!("there is no stack set `{}` in {}", set.name, set.admin_region))
        .help("`guardian deploy` makes it; --env and --profile say which it is and whose")
}

fn rollout<'a>(context: &'a SetContext<'_>, env: &'a str) -> SetRollout<'a, CloudFormationSets> {
    SetRollout { sets: &context.sets, ui: context.ui, set: context.set, env }
}

/// Follows the operation in progress to its end.
pub(crate) async fn attach(
    args: &stack_attach::Args,
    context: &SetContext<'_>,
) -> Result<Exit, Failure> {
    let (ui, set) = (context.ui, context.set);
    let env = Project::open(context.global)?.wanted()?.env;
    if context.sets.set(&set.name).await?.is_none() {
        return Err(missing(set));
    }
    let operation = match &args.operation {
        Some(id) => Some(context.sets.operation(&set.name, id).await?.ok_or_else(|| {
            Failure::error(format!("stack set `{}` has no operation `{}`", set.name, plain(id)))
                .help("leave --operation out to follow the one in progress")
        })?),
        None => in_progress(&context.sets, &set.name).await?,
    };
    let Some(operation) = operation else {
        let (subject, operation) = (Subject::StackSet(&set.name), None);
        ui.emit(&Event::Ended { subject, operation, status: None, followed: false });
        return Ok(Exit::Done);
    };
    let rollout = rollout(context, &env);
    let (ended, outcome) = match rollout.watch(&operation.id).await? {
        End::Detached(signal) => return Ok(rollout.detached(signal, &operation.id)),
        End::Over((ended, outcome)) => (ended, outcome),
    };
    ui.emit(&over(set, &ended));
    let end = rollout.finished(&ended, &outcome, ended.action == OperationAction::Delete)?;
    Ok(match end {
        RolloutEnd::Done(0) => Exit::Done,
        RolloutEnd::Done(_) => Exit::Warnings,
        RolloutEnd::Detached(exit) => exit,
    })
}

/// The end of an operation that was followed.
fn over<'a>(set: &'a StackSet, ended: &'a Operation) -> Event<'a> {
    Event::Ended {
        subject: Subject::StackSet(&set.name),
        operation: Some(&ended.id),
        status: Some(ended.status.as_str()),
        followed: true,
    }
}

/// Stops the operation in progress.
pub(crate) async fn cancel(
    args: &stack_cancel::Args,
    context: &SetContext<'_>,
) -> Result<Exit, Failure> {
    context.session.announce(context.ui).await?;
    let (ui, set) = (context.ui, context.set);
    let env = Project::open(context.global)?.wanted()?.env;
    if context.sets.set(&set.name).await?.is_none() {
        return Err(missing(set));
    }
    let Some(operation) = in_progress(&context.sets, &set.name).await? else {
        return Err(Failure::error(format!(
            "stack set `{}` has no operation in progress",
            set.name
        ))
        .help("there is nothing to stop"));
    };
    let question = "Stop it? Stacks in progress finish, the others do not start.";
    approve(ui, args.yes, question).await?;
    context.sets.stop(&set.name, &operation.id).await?;
    let rollout = rollout(context, &env);
    match rollout.watch(&operation.id).await? {
        End::Detached(signal) => Ok(rollout.detached(signal, &operation.id)),
        End::Over((ended, outcome)) => {
            ui.say(&view::results(&outcome, ui.style));
            ui.say(&format!(
                "The operation is {}; `guardian deploy` updates the remaining stacks",
                ended.status
            ));
            ui.emit(&over(set, &ended));
            Ok(Exit::Done)
        }
    }
}
