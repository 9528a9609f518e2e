//! Problems of the project's files as diagnostics, each at its line.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::github;
use crate::report;
use crate::ui::Ui;
use guardian_stack::config::Files;
use guardian_stack::problem::{Problem, Problems, Warning};
use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};
use std::collections::BTreeMap;
use std::fmt::Display;
use thiserror::Error;

/// A problem with the text of its file.
#[derive(Debug, Error)]
#[error("{message}")]
struct Placed {
    message: String,
    help: Option<String>,
    severity: Severity,
    source_text: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
}

impl Placed {
    fn new(problem: Problem, text: Option<&String>, severity: Severity) -> Self {
        let Problem { file, line, offset, len, message, help, .. } = problem;
        match text.filter(|text| line > 0 && offset + len <= text.len()) {
            Some(text) => Self {
                message,
                help,
                severity,
                source_text: Some(NamedSource::new(file, text.clone())),
                label: Some(LabeledSpan::new_with_span(None, (offset, len))),
            },
            None => {
                let place = if line > 0 { format!("{file}:{line}") } else { file };
                let message = format!("{place}: {message}");
                Self { message, help, severity, source_text: None, label: None }
            }
        }
    }
}

impl Diagnostic for Placed {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source_text.as_ref().map(|text| text as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.clone().map(|label| Box::new(std::iter::once(label)) as Box<_>)
    }
}

/// All problems at once, so that one run shows everything to fix.
#[derive(Debug, Error)]
#[error("{} problems in the configuration", .0.len())]
struct Several(Vec<Placed>);

impl Diagnostic for Several {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.0.iter().map(|placed| placed as &dyn Diagnostic)))
    }
}

/// The failure that these problems are; the texts come from the files that they are in.
pub fn failure(problems: Problems, files: &dyn Files) -> Failure {
    let mut placed = place(problems.0, files, Severity::Error);
    match (placed.pop(), placed.is_empty()) {
        (Some(only), true) => Failure::new(Exit::Invalid, only),
        (last, _) => {
            placed.extend(last);
            Failure::new(Exit::Invalid, Several(placed))
        }
    }
}

/// Reports warnings: text on standard error, or one record each with `--json`.
pub fn warn(ui: &Ui, warnings: Vec<Warning>, files: &dyn Files) {
    for warning in place(warnings, files, Severity::Warning) {
        let record = report::record(&warning);
        ui.annotate(&github::warnings(&record));
        if ui.json {
            ui.emit(&Event::Warning(record));
        } else {
            ui.note(&report::text(&warning, ui.errors));
        }
    }
}

fn place(problems: Vec<Problem>, files: &dyn Files, severity: Severity) -> Vec<Placed> {
    let mut texts: BTreeMap<String, Option<String>> = BTreeMap::new();
    problems
        .into_iter()
        .map(|problem| {
            let text = texts
                .entry(problem.file.clone())
                .or_insert_with(|| files.read(&problem.file).and_then(Result::ok));
            Placed::new(problem, text.as_ref(), severity)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::TextStyle;
    use guardian_stack::problem::Reason;

    const TEXT: &str = "project: orders\nmachines:\n  managd: [step1]\nschedule: often\n";

    struct One;
    impl Files for One {
        fn read(&self, relative: &str) -> Option<Result<String, String>> {
            (relative == "guardian.yaml").then(|| Ok(TEXT.to_owned()))
        }
    }

    fn found() -> Vec<Problem> {
        let at = |word: &str, reason| {
            let start = TEXT.find(word).unwrap();
            Problem::at("guardian.yaml", TEXT, &(start..start + word.len()), reason)
        };
        vec![
            at("managd", Reason::new("unknown key `managd`").help("did you mean `managed`?")),
            at("often", Reason::new("`often` is no schedule")),
            Problem::without_location("--env", Reason::new("there is no environment `prod`")),
        ]
    }

    #[test]
    fn one_problem_is_shown_by_itself_and_several_together() {
        let style = TextStyle { width: 80, colour: false };
        let one = failure(Problems(found().split_off(2)), &One);
        assert_eq!(one.exit, Exit::Invalid);
        let several = failure(Problems(found()), &One);
        let text = [&one, &several].map(|f| report::text(f.report.as_ref(), style));
        insta::assert_snapshot!(text.join("\n\n"));
        insta::assert_json_snapshot!(report::record(several.report.as_ref()));
    }
}
