//! The terminal as the host of a deployer: events become lines and records, questions are asked on
//! the terminal, and a signal is a request to stop.

use crate::approve::approve;
use crate::event;
use crate::exit::Exit;
use crate::operation::operation_words;
use crate::signal::stop_signal;
use crate::text::{clip, duration, plain};
use crate::ui::Ui;
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
            let line = progress_line(expected, progress, now_ms());
            self.raw(clip(&line, self.look.width.saturating_sub(1)).as_bytes());
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

/// Removes the progress line from a terminal, so that another line can be printed in its place.
pub(crate) fn clear(ui: &Ui) {
    if ui.live {
        ui.raw(b"\r\x1b[2K");
    }
}

/// How many resources are done, the estimated time that remains, and the resources in progress,
/// longest first.
fn progress_line(expected: &Expected, progress: &Progress, now: i64) -> String {
    let of = match expected.planned.len() {
        0 => String::new(),
        planned => format!(" of {}", planned.max(progress.done())),
    };
    let mut line = format!("{}{of} done", progress.done());
    if let Some(left) = eta::remaining(expected, progress, now) {
        line.push_str(&format!(", about {} left", duration(left)));
    }
    for row in progress.in_progress() {
        line.push_str(&format!(", {} {}", plain(&row.logical_id), duration(now - row.began_ms)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_deploy::testing::event;

    #[test]
    fn the_progress_line_shows_the_resources_done_and_the_longest_in_progress() {
        let mut progress = Progress::default();
        for event in [
            event(1, "A", "CREATE_IN_PROGRESS"),
            event(2, "B", "CREATE_IN_PROGRESS"),
            event(4, "B", "CREATE_COMPLETE"),
        ] {
            progress.take(&event);
        }
        assert_eq!(progress_line(&Expected::default(), &progress, 9_000), "1 done, A 8.0 s");
        let mut history =
            vec![event(1, "A", "CREATE_IN_PROGRESS"), event(31, "A", "CREATE_COMPLETE")];
        history.reverse();
        let planned = ["A", "B", "C"].map(str::to_owned).to_vec();
        let expected = Expected { planned, past: eta::Past::of(&history) };
        assert_eq!(
            progress_line(&expected, &progress, 9_000),
            "1 of 3 done, about 22 s left, A 8.0 s"
        );
    }
}
