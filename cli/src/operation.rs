//! Shows an operation while it goes on: lines, records, and on a terminal a last line that says
//! what is being worked on. What is shown is made by `deploy::progress`.

use crate::deploy::cause::first_cause;
use crate::deploy::eta::{self, Expected};
use crate::deploy::follow::{End, Operation, follow, newest};
use crate::deploy::progress::{self, Progress};
use crate::deploy::suspect::Suspect;
use crate::deploy::{Stack, Stacks, token_owner};
use crate::exit::{Exit, Failure, Shown};
use crate::signal::{Signal, stop_signal};
use crate::synthesis::Synthesis;
use crate::text::{clip, duration, plain};
use crate::ui::Ui;
use guardian_aws::AwsError;
use serde_json::json;
use std::cell::RefCell;
use std::time::Duration;

/// How an operation that was watched ended.
#[derive(Debug)]
pub struct Watched {
    /// The stack at rest, or who let go.
    pub end: End,
    /// What happened.
    pub progress: Progress,
}

/// How often the last line is drawn anew.
const TICK: Duration = Duration::from_millis(500);

/// Watches an operation to its end, or until the process is told to stop.
pub async fn watch<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    ui: &Ui,
) -> Result<Watched, AwsError> {
    watch_expecting(stacks, operation, &Expected::default(), stop_signal(), ui).await
}

/// Watches an operation of which is known what it does and what that took before.
pub async fn watch_expecting<S: Stacks>(
    stacks: &S,
    operation: &Operation,
    expected: &Expected,
    let_go: impl Future<Output = Signal>,
    ui: &Ui,
) -> Result<Watched, AwsError> {
    let progress = RefCell::new(Progress::default());
    let shown = follow(stacks, operation, let_go, |event| {
        let took = progress.borrow_mut().take(event);
        clear(ui);
        ui.say(&progress::line(event, &operation.stack_id, took, ui.look));
        ui.record("event", progress::record(event, took));
    });
    let ticks = async {
        loop {
            tokio::time::sleep(TICK).await;
            clear(ui);
            draw(ui, expected, &progress.borrow());
        }
    };
    let end = tokio::select! {
        end = shown => end,
        end = ticks => end,
    };
    clear(ui);
    Ok(Watched { end: end?, progress: progress.into_inner() })
}

/// Takes the last line of a terminal away, so that another can stand there.
pub(crate) fn clear(ui: &Ui) {
    if ui.live {
        ui.raw(b"\r\x1b[2K");
    }
}

fn draw(ui: &Ui, expected: &Expected, progress: &Progress) {
    if !ui.live {
        return;
    }
    let line = last_line(expected, progress, guardian_aws::clock::now_ms());
    ui.raw(clip(&line, ui.look.width.saturating_sub(1)).as_bytes());
}

/// How far it is, how long it may take, and what is being worked on, longest first.
fn last_line(expected: &Expected, progress: &Progress, now: i64) -> String {
    let of = match expected.planned.len() {
        0 => String::new(),
        planned => format!(" of {}", planned.max(progress.done())),
    };
    let mut line = format!("{}{of} done", progress.done());
    if let Some(left) = eta::remaining(expected, progress, now) {
        line.push_str(&format!(", about {} left", duration(left)));
    }
    for row in progress.under_way() {
        line.push_str(&format!(", {} {}", plain(&row.logical_id), duration(now - row.began_ms)));
    }
    line
}

/// `guardian VERB` for the stack with this ARN, as it works in any terminal and any directory.
pub fn command(verb: &str, stack_id: &str, ui: &Ui) -> String {
    // arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID
    let place = match stack_id.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        [_, _, _, region, _, resource] => {
            let name = resource.split('/').nth(1).unwrap_or(resource);
            format!("{name} --region {region}")
        }
        _ => stack_id.to_owned(),
    };
    format!("guardian {verb} --stack-name {place}{}", ui.same_place)
}

/// What is told when somebody lets go of an operation on the stack with this name and ARN, and how
/// the program ends.
pub fn detached(ui: &Ui, signal: Signal, stack: &str, stack_id: &str) -> Exit {
    let (attach, cancel) = (command("attach", stack_id, ui), command("cancel", stack_id, ui));
    ui.note(&format!(
        "detached: CloudFormation goes on with stack `{stack}`.\n  {attach}   follows it again, \
         from any terminal\n  {cancel}   takes it back"
    ));
    let commands = json!({ "stack": stack, "attach": attach, "cancel": cancel });
    ui.record("detached", commands);
    match signal {
        Signal::Interrupt => Exit::Interrupted,
        Signal::Terminate => Exit::Terminated,
    }
}

/// The failure of an operation, its first cause first.
pub fn failed(
    exit: Exit,
    what: &str,
    stack: &Stack,
    progress: &Progress,
    way_out: &str,
) -> Failure {
    failed_at(exit, what, stack, progress, way_out, None)
}

/// As [`failed`], with the line of the project that made what the first cause is about.
pub fn failed_at(
    exit: Exit,
    what: &str,
    stack: &Stack,
    progress: &Progress,
    way_out: &str,
    project: Option<&Synthesis>,
) -> Failure {
    let cause = first_cause(progress.events());
    let suspect = cause.as_ref().and_then(|cause| Suspect::of_event(&cause.event));
    let (source, shown) = made_by(project, suspect);
    let why = match &cause {
        Some(cause) => progress::cause(cause, source.as_deref()),
        None => plain(stack.reason.as_deref().unwrap_or("CloudFormation gives no reason")),
    };
    let mut help = cause.and_then(|c| c.hint).unwrap_or_default();
    if !way_out.is_empty() {
        if !help.is_empty() {
            help.push_str(". ");
        }
        help.push_str(way_out);
    }
    let words = Failure::say(exit, format!("{what}\n{why}")).at(shown);
    if help.is_empty() { words.into() } else { words.help(help) }
}

/// What made what a failure accuses, in words and as a place to be shown.
pub fn made_by(
    project: Option<&Synthesis>,
    suspect: Option<Suspect>,
) -> (Option<String>, Option<Shown>) {
    let source = project.zip(suspect);
    let source = source.and_then(|(of, suspect)| of.project.source(&of.app, &suspect));
    source.map_or((None, None), |(words, shown)| (Some(words), shown))
}

/// The failure of a deploy or destroy that finds somebody else at work.
pub async fn busy<S: Stacks>(stacks: &S, stack: &Stack, ui: &Ui) -> Failure {
    let at_work = at_work(stacks, stack).await;
    Failure::error(format!("stack `{}` is being worked on{at_work}", stack.name)).help(format!(
        "wait until it is done and run the same command again (`guardian deploy --wait` does \
         both); `{}` shows how far it is",
        command("attach", &stack.id, ui)
    ))
}

/// Who is at work on a stack, at what and since when, as far as its events tell: behind "is being
/// worked on".
pub async fn at_work<S: Stacks>(stacks: &S, stack: &Stack) -> String {
    let newest = newest(stacks, &stack.id).await.ok().flatten();
    let since = newest.as_ref().map(|operation| operation.began_ms);
    let since = since.unwrap_or(stack.updated_ms.unwrap_or(stack.created_ms));
    let who = owner(newest.and_then(|operation| operation.token).as_deref());
    format!("{who}: {} since {}", progress::words(&stack.status), guardian_aws::clock::time(since))
}

/// Who began an operation, by the token on its events. CloudFormation itself tells nobody.
fn owner(token: Option<&str>) -> String {
    match (token, token.and_then(token_owner)) {
        (_, Some((verb, who))) => format!(" by `guardian {verb}` of {who}"),
        (Some(token), _) if token.starts_with("Console-") => {
            format!(" from the AWS console (operation {})", plain(token))
        }
        (Some(token), None) => format!(" (operation {}, not guardian's)", plain(token)),
        (None, None) => " (by whom is in none of its events; CloudTrail knows)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_tells_how_far_it_is_and_what_takes_longest() {
        use crate::deploy::events::tests::event;
        let mut progress = Progress::default();
        for event in [
            event(1, "A", "CREATE_IN_PROGRESS"),
            event(2, "B", "CREATE_IN_PROGRESS"),
            event(4, "B", "CREATE_COMPLETE"),
        ] {
            progress.take(&event);
        }
        assert_eq!(last_line(&Expected::default(), &progress, 9_000), "1 done, A 8.0 s");
        let mut history =
            vec![event(1, "A", "CREATE_IN_PROGRESS"), event(31, "A", "CREATE_COMPLETE")];
        history.reverse();
        let planned = ["A", "B", "C"].map(str::to_owned).to_vec();
        let expected = Expected { planned, past: eta::Past::of(&history) };
        assert_eq!(last_line(&expected, &progress, 9_000), "1 of 3 done, about 22 s left, A 8.0 s");
    }

    #[test]
    fn who_is_at_work_is_told_as_far_as_the_token_says() {
        let told = |token| owner(token);
        assert_eq!(told(Some("guardian-deploy-ann-x1")), " by `guardian deploy` of ann");
        assert!(told(Some("Console-UpdateStack-1")).contains("from the AWS console"));
        assert!(told(Some("0f1e")).contains("(operation 0f1e, not guardian's)"));
        assert!(told(None).contains("CloudTrail"));
    }

    #[test]
    fn whoever_lets_go_is_told_commands_that_find_the_stack_from_any_terminal() {
        let id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-prod/1-2";
        for (json, expected) in [
            (false, "--stack-name shop-prod --region eu-west-1 --env prod   takes it back"),
            (
                true,
                r#""cancel":"guardian cancel --stack-name shop-prod --region eu-west-1 --env prod""#,
            ),
        ] {
            let (mut ui, text) = Ui::into_text(json);
            ui.same_place = " --env prod".to_owned();
            assert_eq!(detached(&ui, Signal::Terminate, "shop-prod", id), Exit::Terminated);
            let text = text.lock().unwrap();
            assert!(text.contains(expected), "{text}");
        }
        let (ui, _) = Ui::into_text(false);
        assert_eq!(command("attach", "shop", &ui), "guardian attach --stack-name shop");
    }
}
