//! Asks for approval on the terminal. Without a terminal only `--yes` approves.

use crate::exit::{Exit, Failure};
use crate::signal::stop_signal;
use crate::ui::Ui;
use std::io::{BufRead, Write};

/// The changes that need approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Approval {
    /// None: every change is deployed
    Never,
    /// Changes that add permissions
    Security,
    /// Every change
    Any,
}

impl Approval {
    /// Whether a change needs approval, given whether it adds permissions.
    pub fn asks(self, adds_permissions: bool) -> bool {
        match self {
            Approval::Never => false,
            Approval::Security => adds_permissions,
            Approval::Any => true,
        }
    }
}

/// Whether the answer approves.
fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Asks a question that is answered by yes or no.
pub async fn approve(ui: &Ui, yes: bool, question: &str) -> Result<(), Failure> {
    ask(ui, yes, &format!("{question} [y/N] "), is_yes).await
}

/// Asks for a name to be typed, for an irreversible change.
pub async fn approve_by_name(
    ui: &Ui,
    yes: bool,
    question: &str,
    name: &str,
) -> Result<(), Failure> {
    ask(ui, yes, &format!("{question} "), |answer| answer.trim() == name).await
}

async fn ask(
    ui: &Ui,
    yes: bool,
    question: &str,
    approves: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !ui.can_ask {
        return Err(Failure::say(
            Exit::NotApproved,
            "not approved: there is no terminal to ask on",
        )
        .help("run it with --yes to approve it here"));
    }
    {
        let mut err = std::io::stderr().lock();
        // A terminal that is gone answers nothing below.
        let _ = write!(err, "{question}");
        let _ = err.flush();
    }
    // A separate thread: a blocking read cannot be stopped, and must not keep the program alive.
    let (send, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().lock().read_line(&mut line);
        let _ = send.send(line);
    });
    let approved = tokio::select! {
        answer = answer => answer.is_ok_and(|line| approves(&line)),
        _ = stop_signal() => false,
    };
    if approved {
        return Ok(());
    }
    Err(Failure::say(Exit::NotApproved, "not approved; nothing was changed").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_asks_only_where_permissions_are_added() {
        let asks = |approval: Approval| [approval.asks(false), approval.asks(true)];
        assert_eq!(asks(Approval::Never), [false, false]);
        assert_eq!(asks(Approval::Security), [false, true]);
        assert_eq!(asks(Approval::Any), [true, true]);
    }

    #[test]
    fn only_yes_is_yes() {
        assert!(is_yes("y\n") && is_yes("YES"));
        assert!(!is_yes("") && !is_yes("yep") && !is_yes("n"));
    }

    #[tokio::test]
    async fn without_a_terminal_only_the_flag_approves() {
        let (ui, _) = Ui::into_text(false);
        assert!(approve(&ui, true, "?").await.is_ok());
        assert_eq!(approve(&ui, false, "?").await.unwrap_err().exit, Exit::NotApproved);
    }
}
