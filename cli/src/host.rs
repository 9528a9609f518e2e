//! The terminal as the host of a deployer: events become lines and records, questions are asked on
//! the terminal, and a signal is a request to stop.

use crate::approve::approve;
use crate::event;
use crate::exit::Exit;
use crate::operation::operation_words;
use crate::signal::stop_signal;
use crate::text::{Paint, clip, duration, plain};
use crate::ui::{TextStyle, Ui};
use crate::view;
use guardian_aws::clock::now_ms;
use guardian_deploy::eta::{self, Expected};
use guardian_deploy::host::{Denied, Event, Host, Question, Signal};
use guardian_deploy::progress::Progress;

impl From<Signal> for Exit {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::Interrupted,
            Signal::Terminate => Self::Terminated,
        }
    }
}

impl Host for Ui {
    fn notify(&self, event: &Event<'_>) {
        clear(self);
        match *event {
            Event::Waiting { stack, operation } => self.note(&format!(
                "waiting: an operation on stack `{}` is in progress{}",
                plain(&stack.name),
                operation_words(stack, operation)
            )),
            Event::NeverCreated(stack) => self.say(&format!(
                "Stack {} is {}: it was never created successfully, and has to be deleted before \
                 it can be created. It holds nothing of value.",
                plain(&stack.name),
                stack.status
            )),
            // The progress block has it, unless it fails.
            Event::Stack { event, .. }
                if folds(self) && !event.is_of_stack_itself() && !event.is_failure() => {}
            Event::Stack { event, root, took_ms: duration_ms } => {
                self.emit(&event::Event::Event { event, duration_ms, root });
            }
            Event::PolicyUnreadable(error) => self.note(&format!(
                "note: {error}; if the stack has a policy, the changes that it refuses are not \
                 known"
            )),
            Event::PolicyLifted(name) => {
                self.emit(&event::Event::Protection { stack: name, on: false });
            }
            Event::PolicyRestored(name) => {
                self.emit(&event::Event::Protection { stack: name, on: true });
            }
            Event::PolicyStaysLifted(name) => self.note(&format!(
                "the protection of stack `{name}` stays off until `guardian attach`, `guardian \
                 recover` or the next deploy restores it"
            )),
            Event::PolicyNotRestored { error, .. } => self.note(&format!("warning: {error}")),
            Event::PolicyStaysOff { stack, error } => {
                self.note(&format!("warning: {}: {error}", policy_is_lifted(stack)));
            }
            Event::PolicySet { stack, protects } => {
                self.emit(&event::Event::StackPolicy { stack, protects });
            }
            Event::PolicyForeign(name) => self.note(&format!(
                "note: stack `{}` has a policy that guardian has not set and guardian.yaml does \
                 not ask for; it stays as it is",
                plain(name)
            )),
            Event::PolicyNotSet { stack, error } => {
                self.note(&format!(
                    "warning: stack `{}` is deployed, but its policy could not be set as in \
                     guardian.yaml: {error}",
                    plain(stack)
                ));
                self.emit(&event::Event::warning(&error.to_string()));
            }
        }
    }

    fn shows_progress(&self) -> bool {
        self.live
    }

    fn progress(&self, expected: &Expected, progress: &Progress) {
        if self.live {
            clear(self);
            let block = progress_block(expected, progress, now_ms(), self.style);
            // The cursor goes back to the first line, from where `clear` removes the block.
            let up = match block.len() {
                0 | 1 => "\r".to_owned(),
                lines => format!("\r\x1b[{}A", lines - 1),
            };
            self.raw(format!("{}{up}", block.join("\n")).as_bytes());
        }
    }

    fn progress_ended(&self) {
        clear(self);
    }

    fn interrupted(&self) -> impl Future<Output = Signal> {
        stop_signal()
    }

    async fn approve(&self, question: Question) -> Result<(), Denied> {
        let Question::DeleteNeverCreated = question;
        let denied = if self.can_ask { Denied::No } else { Denied::NoTerminal };
        approve(self, false, "Delete it?").await.map_err(|_| denied)
    }
}

/// Says that the policy of a stack is lifted, and how to restore it.
pub fn policy_is_lifted(stack: &str) -> String {
    format!(
        "the protection of stack `{}` is off: a deploy lifted its policy and did not finish. \
         `guardian recover --stack-name {0}` restores it, and so does the next deploy",
        plain(stack)
    )
}

/// Whether resources that end well are only counted in the progress block.
fn folds(ui: &Ui) -> bool {
    ui.live && !ui.verbose
}

/// Removes the progress block from a terminal, so that another line can be printed in its place.
pub(crate) fn clear(ui: &Ui) {
    if ui.live {
        ui.raw(b"\r\x1b[J");
    }
}

/// Columns of the progress bar.
const BAR: usize = 24;
/// Resources in progress that are shown.
const IN_PROGRESS_SHOWN: usize = 5;

/// How many resources are done, with a bar and the estimated time that remains, and the resources in
/// progress, longest first. Lines for the lower end of a terminal, none wider than it.
fn progress_block(
    expected: &Expected,
    progress: &Progress,
    now: i64,
    style: TextStyle,
) -> Vec<String> {
    let paint = Paint(style.colour);
    let done = progress.done();
    let all = match expected.planned.len() {
        0 => None,
        planned => Some(planned.max(done)),
    };
    let of = all.map(|all| format!(" of {all}")).unwrap_or_default();
    let mut head = all.map(|all| bar(done, all)).unwrap_or_default();
    head.push_str(&format!("{done}{of} done"));
    if let Some(left) = eta::remaining(expected, progress, now) {
        head.push_str(&format!(", about {} left", duration(left)));
    }
    let room = style.width.saturating_sub(1);
    let mut lines = vec![clip(&head, room)];
    let rows = progress.in_progress();
    for row in rows.iter().take(IN_PROGRESS_SHOWN) {
        let kind = row.resource_type.strip_prefix("AWS::").unwrap_or(&row.resource_type);
        let words = view::progress::words(&row.status);
        let line = format!(
            "  {:>12}  {} {} ({})",
            duration(now - row.began_ms),
            words.trim_end_matches(" in progress"),
            plain(&row.logical_id),
            plain(kind)
        );
        lines.push(paint.yellow(&clip(&line, room)));
    }
    if rows.len() > IN_PROGRESS_SHOWN {
        lines.push(clip(
            &format!("  and {} more in progress", rows.len() - IN_PROGRESS_SHOWN),
            room,
        ));
    }
    lines
}

/// A bar of ASCII, so that every terminal shows it.
fn bar(done: usize, all: usize) -> String {
    let full = (done * BAR).checked_div(all).unwrap_or(BAR).min(BAR);
    format!("[{}{}] ", "#".repeat(full), "-".repeat(BAR - full))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_deploy::testing::event;

    const STYLE: TextStyle = TextStyle { width: 60, colour: false };

    #[test]
    fn the_progress_block_has_a_bar_and_the_resources_in_progress_longest_first() {
        let mut progress = Progress::default();
        for event in [
            event(1, "A", "CREATE_IN_PROGRESS"),
            event(2, "B", "CREATE_IN_PROGRESS"),
            event(4, "B", "CREATE_COMPLETE"),
        ] {
            progress.take(&event);
        }
        let plain = progress_block(&Expected::default(), &progress, 9_000, STYLE);
        assert_eq!(plain[0], "1 done");
        let mut history =
            vec![event(1, "A", "CREATE_IN_PROGRESS"), event(31, "A", "CREATE_COMPLETE")];
        history.reverse();
        let planned = ["A", "B", "C"].map(str::to_owned).to_vec();
        let expected = Expected { planned, past: eta::Past::of(&history) };
        let block = progress_block(&expected, &progress, 9_000, STYLE);
        insta::assert_snapshot!(block.join("\n"));
    }

    #[test]
    fn the_progress_block_of_1000_machines_has_seven_lines_and_none_is_wider_than_the_terminal() {
        let mut progress = Progress::default();
        for n in 0..1_000 {
            let id = format!("Machine{n}WithANameThatIsAsLongAsNamesMayBecomeStatusAlarm");
            progress.take(&event(n, &id, "CREATE_IN_PROGRESS"));
        }
        let planned = (0..4_000).map(|n| n.to_string()).collect();
        let expected = Expected { planned, past: eta::Past::default() };
        let block = progress_block(&expected, &progress, 2_000_000, STYLE);
        assert!(block.iter().all(|line| line.chars().count() < 60), "{block:?}");
        insta::assert_snapshot!(block.join("\n"));
    }

    #[test]
    fn on_a_terminal_only_failures_and_the_stack_itself_have_lines_unless_all_are_wanted() {
        for (live, verbose, id, status, shown) in [
            (true, false, "Queue", "CREATE_COMPLETE", false),
            (true, false, "Queue", "CREATE_FAILED", true),
            (true, true, "Queue", "CREATE_COMPLETE", true),
            (false, false, "Queue", "CREATE_COMPLETE", true),
        ] {
            let (ui, text) = Ui::into_text(false);
            let ui = Ui { live, verbose, ..ui };
            let event = event(1, id, status);
            ui.notify(&Event::Stack { event: &event, root: "arn:root", took_ms: None });
            assert_eq!(text.lock().unwrap().contains(id), shown, "{live} {verbose} {status}");
        }
    }
}
