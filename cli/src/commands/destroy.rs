//! `guardian destroy`: deletes the stack, and lists what remains.

use crate::approve::approve_by_name;
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::logs::{self, CloudWatchLogs, Writer};
use crate::lost_incidents::{LostIncidents, check_file};
use crate::operation::{busy, detached, failed};
use crate::owner::Owner;
use crate::project::Project;
use crate::receipt::{Kind, Receipt};
use crate::rollout::advice;
use crate::session::Session;
use crate::teardown::{
    Inventory, inventory, keep_bucket, not_deleted, remove_groups, remove_objects, resources,
};
use crate::text::{count, fold, plain};
use crate::ui::Ui;
use guardian_aws::identity::initiator;
use guardian_contract::Partition;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::{Watched, watch};
use guardian_deploy::follow::{End, Operation};
use guardian_deploy::stack::Deletion;
use guardian_deploy::{Stack, Stacks, state, token::operation_token};
use guardian_stack::app::App;
use guardian_stack::templates::parameters::ARTIFACT_BUCKET;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Options of `destroy`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask for the stack's name
    #[arg(short, long)]
    pub yes: bool,
    /// Also remove the stack's package and templates, if no other stack of the account uses them
    #[arg(long)]
    pub artifacts: bool,
    /// Also remove the log groups that remain
    #[arg(long)]
    pub logs: bool,
    /// File to write the incidents of the state table to, before anything is deleted
    #[arg(long, value_name = "FILE")]
    pub export_incidents: Option<PathBuf>,
    /// Keep the stacks of a stack set
    #[arg(long, conflicts_with = "artifacts")]
    pub retain_stacks: bool,
    /// With several regions: continue after one has failed
    #[arg(long)]
    pub keep_going: bool,
}

/// Deletes the stack, follows the delete to its end, and prints a receipt.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    if args.retain_stacks {
        return Err(Failure::say(Exit::Usage, "--retain-stacks is for a stack set")
            .help("leave it out, or name an environment with `stack_set`"));
    }
    if let Some(path) = &args.export_incidents {
        if global.one_of_several {
            let refused = Failure::say(Exit::Usage, "--export-incidents is for one region");
            let help = "give one --region after the other, each with a file of its own";
            return Err(refused.help(help));
        }
        check_file(path)?;
    }
    let (session, name) = Session::for_stack(global).await?;
    session.announce(ui).await?;
    let stacks = session.stacks();
    let found = stacks.stack(&name).await?.filter(|s| !state::is_deleted(&s.status));
    let Some(stack) = found else {
        let app = Project::open(global).and_then(|project| project.resolve()).ok();
        let app = app.map(|resolved| resolved.app);
        return without_stack(args, &name, app.as_ref(), &session, ui).await;
    };
    // A stack named on the command line needs no check of its owner.
    if let (Ok(project), None) = (Project::open(global), &global.stack_name)
        && let Ok(resolved) = project.resolve()
    {
        Owner::of_app(&resolved.app).check_stack(&stacks, &stack).await?;
    }
    refuse_protected(&stack)?;
    let in_progress = !state::is_at_rest(&stack.status);
    if in_progress && !state::is_deleting(&stack.status) {
        return Err(busy(&stacks, &stack, ui).await);
    }
    let has = inventory(&stacks, &stack).await?;
    ui.say(&fold(&announcement(args, &stack, &has), ui.style.width));
    let incidents = LostIncidents::of(&session.config, &stack).await;
    if let Some(incidents) = &incidents {
        let sentence = incidents.sentence(args.export_incidents.as_deref());
        ui.say(&fold(&sentence, ui.style.width));
    }
    let question = format!("Type the stack's name to delete it ({}):", stack.name);
    approve_by_name(ui, args.yes, &question, &stack.name).await?;

    match (&args.export_incidents, incidents) {
        (Some(path), Some(found)) => found.export(path, ui)?,
        (Some(_), None) => {
            ui.note("note: the stack has no state table, so no incidents were written")
        }
        (None, _) => {}
    }
    let token = operation_token("destroy", initiator().as_deref());
    let operation = Operation::beginning(&stacks, &stack.id, Some(token.clone())).await?;
    if !in_progress {
        stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
    }
    let watched = watch(&stacks, &operation, ui).await?;
    match &watched.end {
        End::Detached(signal) => Ok(detached(ui, *signal, &stack.name, &stack.id)),
        End::Over(last) if state::is_deleted(&last.status) => {
            ui.say(&format!("Stack {} is deleted", stack.name));
            let mut receipt = has.settled(watched.progress.events());
            let succeeded = after(args, &session, &stacks, &stack, &has, &mut receipt).await;
            keep_bucket(&stack, &mut receipt);
            Ok(report(&stack.name, true, succeeded, &receipt, ui))
        }
        End::Over(last) => Err(not_gone(&stacks, &stack, last, &watched).await?),
    }
}

/// Removes what remains of a stack that does not exist.
async fn without_stack(
    args: &Args,
    stack: &str,
    app: Option<&App>,
    session: &Session,
    ui: &Ui,
) -> Result<Exit, Failure> {
    ui.say(&format!("Stack {stack} does not exist; there is nothing to delete"));
    if args.artifacts {
        ui.note(
            "note: the objects that the stack used are no longer known; `guardian gc` removes those \
             that no stack uses",
        );
    }
    let (mut receipt, mut succeeded) = (Receipt::default(), true);
    if args.logs {
        match app {
            Some(app) => {
                let (account, region) = (session.account().await?, session.region());
                let partition = Partition::of_region_or_aws(&region).name;
                let machines = format!("arn:{partition}:states:{region}:{account}:stateMachine:");
                let cloud = CloudWatchLogs::new(&session.config);
                let groups = logs::present(&cloud, logs::of_app(app, &machines)).await?;
                if !groups.is_empty() {
                    ui.say(&format!("Log groups that remain of it:{}", listed(&groups)));
                    let question = "Type the stack's name to remove them:";
                    approve_by_name(ui, args.yes, question, stack).await?;
                }
                succeeded = remove_groups(&cloud, &groups, &mut receipt).await;
            }
            None => ui.note(
                "note: the stack does not exist and there is no guardian.yaml here, so its log \
                 groups are not known",
            ),
        }
    }
    Ok(report(stack, false, succeeded, &receipt, ui))
}

/// Removes objects and log groups after the stack is deleted; true if all of that succeeded. An
/// error is a line of the receipt, since the stack itself is deleted.
async fn after(
    args: &Args,
    session: &Session,
    stacks: &CloudFormation,
    stack: &Stack,
    has: &Inventory,
    receipt: &mut Receipt,
) -> bool {
    let mut succeeded = true;
    if args.artifacts {
        succeeded = artifacts(session, stacks, stack, has, receipt).await.unwrap_or_else(|why| {
            has.keys.iter().for_each(|key| receipt.keep(Kind::Object, key, &why));
            false
        });
    }
    if args.logs {
        succeeded &=
            remove_groups(&CloudWatchLogs::new(&session.config), &has.groups(), receipt).await;
    }
    succeeded
}

async fn artifacts(
    session: &Session,
    stacks: &CloudFormation,
    stack: &Stack,
    has: &Inventory,
    receipt: &mut Receipt,
) -> Result<bool, String> {
    let artifacts = session.artifacts().await.map_err(|error| error.to_string())?;
    match stack.parameters.get(ARTIFACT_BUCKET) {
        Some(bucket) if *bucket != artifacts.bucket => {
            return Err(format!(
                "it is in {bucket}, which is not Guardian's bucket in this account"
            ));
        }
        _ => {}
    }
    remove_objects(stacks, &artifacts, &artifacts.bucket, &has.keys, receipt)
        .await
        .map_err(|error| error.to_string())
}

/// Prints the receipt; returns the exit code.
fn report(stack: &str, deleted: bool, succeeded: bool, receipt: &Receipt, ui: &Ui) -> Exit {
    let text = receipt.text(ui.style);
    if !text.is_empty() {
        ui.say(&text);
    }
    let (subject, receipt) = (Subject::Stack(stack), receipt.fields());
    ui.emit(&Event::Destroyed { subject, deleted, receipt });
    if succeeded { Exit::Done } else { Exit::Warnings }
}

/// The failure of a delete after which the stack still exists.
async fn not_gone(
    stacks: &CloudFormation,
    stack: &Stack,
    last: &Stack,
    watched: &Watched,
) -> Result<Failure, Failure> {
    let rows = not_deleted(&resources(stacks, &stack.id).await?);
    let mut what = format!("stack `{}` is {}; not deleted:", stack.name, last.status);
    for row in &rows {
        what.push_str(&format!("\n  {}", plain(row)));
    }
    let fix = advice(state::Recovery::DeleteAgain, &stack.name);
    Ok(failed(Exit::Stuck, &what, last, &watched.progress, &fix))
}

fn refuse_protected(stack: &Stack) -> Result<(), Failure> {
    if !stack.termination_protection {
        return Ok(());
    }
    Err(Failure::error(format!("stack `{}` has termination protection", stack.name)).help(format!(
        "to delete it, first run `guardian deploy --termination-protection off`, or \
         `aws cloudformation update-termination-protection --no-enable-termination-protection \
         --stack-name {}`",
        stack.name
    )))
}

/// What will be deleted, and what remains.
fn announcement(args: &Args, stack: &Stack, has: &Inventory) -> String {
    let mut text = format!(
        "Stack {} with {} will be deleted: the machines that it manages with their run \
         history, the function, alarms, dashboard and logs.",
        stack.name,
        count(has.resources.len(), "resource")
    );
    if args.artifacts {
        text.push_str(
            "\nThen its objects in the artifact bucket are removed, if no other stack uses them",
        );
    }
    if args.logs {
        text.push_str("\nThen these log groups are removed, if they still exist:");
        text.push_str(&listed(&has.groups()));
    }
    let group = |path: &str| {
        let owned = has.resources.iter().find(|o| o.path() == path);
        owned.and_then(|o| o.resource.physical_id.clone())
    };
    let goes: BTreeMap<String, Writer> = if args.logs { has.groups() } else { BTreeMap::new() };
    for (path, kind) in has.retained() {
        if !group(&path).is_some_and(|id| goes.contains_key(&id)) {
            text.push_str(&format!("\nRetained: {} ({})", plain(&path), plain(&kind)));
        }
    }
    if let Some(bucket) = stack.parameters.get(ARTIFACT_BUCKET) {
        text.push_str(&format!(
            "\nRetained: the artifact bucket {}, which other stacks of the account use",
            plain(bucket)
        ));
    }
    text
}

/// Names of log groups, one a line, shortened to the first ones.
fn listed(groups: &BTreeMap<String, Writer>) -> String {
    const SHOWN: usize = 10;
    let mut names: String =
        groups.keys().take(SHOWN).map(|name| format!("\n  {}", plain(name))).collect();
    if groups.len() > SHOWN {
        names.push_str(&format!("\n  and {} more", groups.len() - SHOWN));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teardown::Owned;
    use guardian_deploy::StackResource;
    use guardian_deploy::change::Tree;
    use serde_json::json;

    #[test]
    fn the_announcement_lists_what_is_deleted_and_what_is_retained() {
        let template = json!({"Resources": {
            "Log": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain"},
            "Queue": {"Type": "AWS::SQS::Queue"},
        }});
        let tree = Tree { templates: [(Vec::new(), template)].into() };
        let stack = Stack {
            name: "orders-dev".into(),
            parameters: [("ArtifactBucket".to_owned(), "guardian-artifacts-1-x".to_owned())].into(),
            ..Stack::default()
        };
        let owned = |id: &str, physical: &str, kind: &str| Owned {
            within: vec![],
            resource: StackResource {
                logical_id: id.into(),
                physical_id: Some(physical.into()),
                resource_type: kind.into(),
                status: "CREATE_COMPLETE".into(),
                reason: None,
            },
        };
        let log = owned("Log", "/aws/lambda/check", "AWS::Logs::LogGroup");
        let queue = owned("Queue", "q", "AWS::SQS::Queue");
        let has = Inventory { resources: vec![log, queue], tree, keys: [].into() };
        let plain = Args {
            yes: false,
            artifacts: false,
            logs: false,
            export_incidents: None,
            retain_stacks: false,
            keep_going: false,
        };
        insta::assert_snapshot!(announcement(&plain, &stack, &has));
        let all = Args { artifacts: true, logs: true, ..plain };
        insta::assert_snapshot!("with_all", announcement(&all, &stack, &has));
    }

    #[test]
    fn a_protected_stack_is_refused_with_the_command_that_unprotects_it() {
        let stack = Stack { termination_protection: true, ..Stack::default() };
        let failure = refuse_protected(&stack).unwrap_err();
        assert!(failure.report.help().is_some_and(|h| h.to_string().contains("protection off")));
        assert!(refuse_protected(&Stack::default()).is_ok());
    }
}
