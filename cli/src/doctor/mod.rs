//! Checks of Guardian's environment: credentials, region, endpoints, quotas, tools and the clock.
//! This file defines a check and its text; `probe` collects the findings, and `judge` evaluates
//! them.

pub mod judge;
pub mod log_delivery;
pub mod probe;
pub mod probe_state;
pub mod state;

use crate::exit::Exit;
use crate::text::{Paint, plain, wrap};
use crate::ui::TextStyle;
use serde_json::{Value, json};

/// The verdict of a check, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// Something may fail, or could not be checked.
    Warning,
    /// Something will fail.
    Problem,
}

/// A check with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The name of the check, which is stable.
    pub name: &'static str,
    /// Its verdict.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl Check {
    /// A check that found this; its help is added by [`Check::help`].
    pub fn new(name: &'static str, verdict: Verdict, found: impl Into<String>) -> Self {
        Self { name, verdict, found: found.into(), help: None }
    }

    /// Says how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The fields of its record.
    pub fn record(&self) -> Value {
        json!({
            "name": self.name,
            "verdict": self.verdict.word(),
            "found": self.found,
            "help": self.help,
        })
    }
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }

    /// Never the colour alone.
    fn shape(self) -> char {
        match self {
            Self::Ok => '●',
            Self::Warning => '▲',
            Self::Problem => '■',
        }
    }
}

/// How the program ends after these checks.
pub fn exit(checks: &[Check]) -> Exit {
    match checks.iter().map(|check| check.verdict).max() {
        None | Some(Verdict::Ok) => Exit::Done,
        Some(Verdict::Warning) => Exit::Warnings,
        Some(Verdict::Problem) => Exit::Error,
    }
}

/// The checks for people, and a last line that sums them up.
pub fn text(checks: &[Check], style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let names = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    // Shape, word and name with the spaces behind them.
    let indent = 2 + 9 + names + 2;
    let width = style.width.saturating_sub(indent).max(20);
    let mut lines = Vec::new();
    for check in checks {
        let sign = format!("{} {:8}", check.verdict.shape(), check.verdict.word());
        let sign = match check.verdict {
            Verdict::Ok => paint.green(&sign),
            Verdict::Warning => paint.yellow(&sign),
            Verdict::Problem => paint.red(&sign),
        };
        let mut found = wrap(&plain(&check.found), width).into_iter();
        let first = found.next().unwrap_or_default();
        lines.push(format!("{sign} {:names$}  {first}", check.name));
        lines.extend(found.map(|line| format!("{:indent$}{line}", "")));
        if let Some(help) = &check.help {
            let help = wrap(&plain(&format!("help: {help}")), width);
            lines.extend(help.iter().map(|line| format!("{:indent$}{}", "", paint.dim(line))));
        }
    }
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    lines.push(format!(
        "\n{} ok, {} to look at, {} to fix",
        count(Verdict::Ok),
        count(Verdict::Warning),
        count(Verdict::Problem)
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Vec<Check> {
        vec![
            Check::new("region", Verdict::Ok, "eu-west-1"),
            judge::clock(Some(421)),
            judge::concurrency(Ok(10)),
            judge::endpoints(&[("AWS_ENDPOINT_URL".into(), "http://localhost:4566".into())]),
        ]
    }

    #[test]
    fn each_check_has_a_shape_a_word_and_its_help() {
        let style = |width, colour| text(&checks(), TextStyle { width, colour });
        insta::assert_snapshot!([style(80, false), style(120, false)].join("\n-----\n"));
        assert!(style(80, true).contains("\u{1b}["));
        let records: Vec<String> = checks().iter().map(|c| c.record().to_string()).collect();
        insta::assert_snapshot!(records.join("\n"));
    }

    #[test]
    fn the_worst_check_says_how_it_ends() {
        assert_eq!(exit(&checks()), Exit::Error);
        assert_eq!(exit(&checks()[2..]), Exit::Warnings);
        assert_eq!(exit(&checks()[..1]), Exit::Done);
    }

    #[test]
    fn what_came_from_elsewhere_cannot_move_the_cursor() {
        let check = Check::new("credentials", Verdict::Problem, "\u{1b}[2J").help("\u{7}");
        let shown = text(&[check], TextStyle { width: 80, colour: false });
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}'));
    }
}
