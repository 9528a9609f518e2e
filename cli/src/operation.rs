//! Messages about an operation on a stack: how to follow it again, its initiator, and
//! why it failed or was rolled back.

use crate::event::{Event, Subject};
use crate::exit::{ErrorId, Exit, Failure, Shown};
use crate::synthesis::Synthesis;
use crate::text::plain;
use crate::ui::Ui;
use crate::view::progress::{self, cause};
use guardian_aws::clock::time;
use guardian_deploy::cause::root_cause;
use guardian_deploy::events::Newest;
use guardian_deploy::failing_resource::FailingResource;
use guardian_deploy::follow::newest;
use guardian_deploy::host::Signal;
use guardian_deploy::progress::Progress;
use guardian_deploy::token::token_owner;
use guardian_deploy::{Stack, Stacks};

/// `guardian VERB` for the stack with this ARN, as it works in any terminal and any directory.
pub fn command(verb: &str, stack_id: &str, ui: &Ui) -> String {
    // arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID
    let target = match stack_id.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        [_, _, _, region, _, resource] => {
            let name = resource.split('/').nth(1).unwrap_or(resource);
            format!("{name} --region {region}")
        }
        _ => stack_id.to_owned(),
    };
    format!("guardian {verb} --stack-name {target}{}", ui.global_options)
}

/// Reports that the program stops following an operation on the stack with this name and ARN;
/// returns its exit code.
pub fn detached(ui: &Ui, signal: Signal, stack: &str, stack_id: &str) -> Exit {
    let (attach, cancel) = (command("attach", stack_id, ui), command("cancel", stack_id, ui));
    ui.note(&format!(
        "detached: CloudFormation continues with stack `{stack}`.\n  {attach}   follows it again, \
         from any terminal\n  {cancel}   cancels it"
    ));
    let subject = Subject::Stack(stack);
    ui.emit(&Event::Detached { subject, operation: None, attach: &attach, cancel: &cancel });
    signal.into()
}

/// The failure of an operation, its root cause first.
pub fn failed(exit: Exit, what: &str, stack: &Stack, progress: &Progress, fix: &str) -> Failure {
    failed_at(exit, what, stack, progress, fix, None)
}

/// As [`failed`], with the line of the project that declares the resource of the root cause.
pub fn failed_at(
    exit: Exit,
    what: &str,
    stack: &Stack,
    progress: &Progress,
    fix: &str,
    project: Option<&Synthesis>,
) -> Failure {
    let root = root_cause(progress.events());
    let failing = root.as_ref().and_then(|root| FailingResource::of_event(&root.event));
    let (source, shown) = declared_at(project, failing);
    let why = match &root {
        Some(root) => cause(root, source.as_deref()),
        None => plain(stack.reason.as_deref().unwrap_or("CloudFormation gives no reason")),
    };
    let mut help = root.and_then(|root| root.hint).unwrap_or_default();
    if !fix.is_empty() {
        if !help.is_empty() {
            help.push_str(". ");
        }
        help.push_str(fix);
    }
    let words = Failure::say(exit, format!("{what}\n{why}")).at(shown);
    if help.is_empty() { words.into() } else { words.help(help) }
}

/// Where the project declares the resource that a failure names, in words and as a place in a file.
pub fn declared_at(
    project: Option<&Synthesis>,
    failing: Option<FailingResource>,
) -> (Option<String>, Option<Shown>) {
    let source = project.zip(failing);
    let source = source.and_then(|(of, failing)| of.project.source(&of.templates, &failing));
    source.map_or((None, None), |(words, shown)| (Some(words), shown))
}

/// The failure of a command that finds another operation in progress.
pub async fn busy<S: Stacks>(stacks: &S, stack: &Stack, ui: &Ui) -> Failure {
    let operation = newest(stacks, &stack.id).await.ok().flatten();
    busy_with(stack, operation.as_ref(), ui)
}

/// As [`busy`], with the newest operation as the stack's events show it.
pub fn busy_with(stack: &Stack, operation: Option<&Newest>, ui: &Ui) -> Failure {
    Failure::error(format!(
        "an operation on stack `{}` is in progress{}",
        stack.name,
        operation_words(stack, operation)
    ))
    .help(format!(
        "wait until it is complete and run the same command again (`guardian deploy --wait` does \
         both); `{}` shows its progress",
        command("attach", &stack.id, ui)
    ))
    .with_id(ErrorId::OperationInProgress)
}

/// Who began an operation, its status and since when, as far as the stack's events show it.
pub fn operation_words(stack: &Stack, operation: Option<&Newest>) -> String {
    let since = operation.map(|operation| operation.began_ms);
    let since = since.unwrap_or(stack.updated_ms.unwrap_or(stack.created_ms));
    let who = begun_by(operation.and_then(|operation| operation.token.as_deref()));
    format!("{who}: {} since {}", progress::words(&stack.status), time(since))
}

/// Who began an operation, by the client request token on its events; CloudFormation itself does
/// not say.
fn begun_by(token: Option<&str>) -> String {
    match (token, token.and_then(token_owner)) {
        (_, Some((verb, who))) => format!(", begun by `guardian {verb}` of {who}"),
        (Some(token), _) if token.starts_with("Console-") => {
            format!(", begun in the AWS console (operation {})", plain(token))
        }
        (Some(token), None) => format!(" (operation {}, not guardian's)", plain(token)),
        (None, None) => " (its events do not say who began it; CloudTrail does)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_began_an_operation_is_shown_as_far_as_its_token_says() {
        assert_eq!(begun_by(Some("guardian-deploy-ann-x1")), ", begun by `guardian deploy` of ann");
        assert!(begun_by(Some("Console-UpdateStack-1")).contains("in the AWS console"));
        assert!(begun_by(Some("0f1e")).contains("(operation 0f1e, not guardian's)"));
        assert!(begun_by(None).contains("CloudTrail"));
    }

    #[test]
    fn on_detaching_commands_are_shown_that_find_the_stack_from_any_terminal() {
        let id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-prod/1-2";
        for (json, expected) in [
            (false, "--stack-name shop-prod --region eu-west-1 --env prod   cancels it"),
            (
                true,
                r#""cancel":"guardian cancel --stack-name shop-prod --region eu-west-1 --env prod""#,
            ),
        ] {
            let (mut ui, text) = Ui::into_text(json);
            ui.global_options = " --env prod".to_owned();
            assert_eq!(detached(&ui, Signal::Terminate, "shop-prod", id), Exit::Terminated);
            let text = text.lock().unwrap();
            assert!(text.contains(expected), "{text}");
        }
        let (ui, _) = Ui::into_text(false);
        assert_eq!(command("attach", "shop", &ui), "guardian attach --stack-name shop");
    }
}
