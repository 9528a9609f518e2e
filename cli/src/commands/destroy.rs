//! `guardian destroy`: deletes the stack, and says what stays.

use crate::approve::approve_by_name;
use crate::args::Global;
use crate::aws::{self, Target};
use crate::deploy::cloudformation::CloudFormation;
use crate::deploy::follow::{End, Operation, newest_event};
use crate::deploy::plan::{Tree, text};
use crate::deploy::stack::{Deletion, all_resources};
use crate::deploy::{Stack, Stacks, change_set, operation_token, state};
use crate::deployment::place;
use crate::exit::{Exit, Failure};
use crate::operation::{busy, detached, failed, watch, who};
use crate::text::plain;
use crate::ui::Ui;
use serde_json::json;

/// Options of `destroy`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Do not ask for the stack's name
    #[arg(short, long)]
    pub yes: bool,
}

/// Deletes the stack and follows it to its end.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let (name, region) = place(global)?;
    let config = aws::load(&Target::new(global, region.as_deref())).await?;
    let stacks = CloudFormation::new(&config);
    let found = stacks.stack(&name).await?.filter(|s| s.status != "DELETE_COMPLETE");
    let Some(stack) = found else {
        ui.say(&format!("Stack {name} is not there; nothing to do"));
        ui.record("destroyed", json!({ "stack": name, "deleted": false }));
        return Ok(Exit::Done);
    };
    refuse_protected(&stack)?;
    let at_work = !state::is_at_rest(&stack.status);
    if at_work && stack.status != "DELETE_IN_PROGRESS" {
        return Err(busy(&stacks, &stack).await);
    }
    let tree = change_set::deployed(&stacks, &stack.id).await.unwrap_or_default();
    let count = all_resources(&stacks, &stack.id).await?.len();
    ui.say(&announcement(&stack, count, &tree));
    let question = format!("Type the stack's name to delete it ({}):", stack.name);
    approve_by_name(ui, args.yes, &question, &stack.name).await?;

    let token = operation_token("destroy", who().as_deref());
    let operation = Operation {
        last_event: newest_event(&stacks, &stack.id).await?,
        stack_id: stack.id.clone(),
        token: Some(token.clone()),
        deletes_on_failure: false,
    };
    if !at_work {
        stacks.delete_stack(&stack.id, &Deletion::Standard, &token).await?;
    }
    let watched = watch(&stacks, &operation, ui).await?;
    match watched.end {
        End::Detached(signal) => Ok(detached(ui, signal, &stack.name)),
        End::AtRest(last) if last.status == "DELETE_COMPLETE" => {
            ui.say(&format!("Stack {} is deleted", stack.name));
            ui.record("destroyed", json!({ "stack": stack.name, "deleted": true }));
            Ok(Exit::Done)
        }
        End::AtRest(last) => {
            let what = format!("stack `{}` is {}", stack.name, last.status);
            let mut left = String::new();
            for resource in all_resources(&stacks, &stack.id).await? {
                if resource.status == "DELETE_FAILED" {
                    left.push_str(&format!("\n  {}", plain(&resource.logical_id)));
                }
            }
            let what = format!("{what}; not deleted:{left}");
            let way_out = state::Recovery::DeleteAgain.advice(&stack.name);
            Err(failed(Exit::Stuck, &what, &last, &watched.progress, &way_out))
        }
    }
}

fn refuse_protected(stack: &Stack) -> Result<(), Failure> {
    if !stack.termination_protection {
        return Ok(());
    }
    Err(Failure::error(format!("stack `{}` has termination protection", stack.name)).help(format!(
        "if it is really to be deleted, run `guardian deploy --termination-protection off`, or \
         `aws cloudformation update-termination-protection --no-enable-termination-protection \
         --stack-name {}`",
        stack.name
    )))
}

/// What is about to be deleted, and what stays.
fn announcement(stack: &Stack, resources: usize, tree: &Tree) -> String {
    let mut said = format!(
        "Stack {} with {resources} resources is deleted: the machines that it manages with the \
         history of their runs, the function, alarms, dashboard and logs.",
        stack.name
    );
    for (path, id, body) in tree.resources() {
        if matches!(text(body, "DeletionPolicy"), Some("Retain" | "RetainExceptOnCreate")) {
            let kind = text(body, "Type").unwrap_or("unknown type");
            let within = if path.is_empty() { String::new() } else { path.join("/") + "/" };
            said.push_str(&format!("\nIt stays: {within}{id} ({kind})"));
        }
    }
    let bucket = stack.parameters.get(guardian_stack::templates::parameters::ARTIFACT_BUCKET);
    if let Some(bucket) = bucket {
        said.push_str(&format!(
            "\nIt stays: the artifact bucket {}, which other stacks of the account use",
            plain(bucket)
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_stays_is_said_before() {
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
        insta::assert_snapshot!(announcement(&stack, 2, &tree));
    }

    #[test]
    fn a_protected_stack_is_refused_with_the_way_to_unprotect_it() {
        let stack = Stack { termination_protection: true, ..Stack::default() };
        let failure = refuse_protected(&stack).unwrap_err();
        assert!(failure.report.help().is_some_and(|h| h.to_string().contains("protection off")));
        assert!(refuse_protected(&Stack::default()).is_ok());
    }
}
