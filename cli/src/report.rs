//! Errors as output: as text with the line of the file for people, as one record with `--json`.

use crate::event::Event;
use crate::exit::{ErrorId, Exit, Failure};
use crate::github;
use crate::ui::{TextStyle, Ui};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, Severity, ThemeCharacters, ThemeStyles,
};
use serde_json::{Map, Value, json};
use textwrap::{WordSeparator, WordSplitter};

/// Prints the failure: text to standard error, or a record to standard output with `--json`.
pub fn failure(ui: &Ui, failure: &Failure) {
    let mut record = record(failure.report.as_ref());
    ui.annotate(&github::annotations(&record));
    if ui.json {
        record.insert("id".to_owned(), json!(failure.id.as_str()));
        record.insert("exit".to_owned(), json!(failure.exit as u8));
        ui.emit(&Event::Error(record));
    } else {
        ui.note(&text(failure.report.as_ref(), ui.errors));
    }
}

/// A diagnostic for people. Without colour the lines are drawn in ASCII: such output ends up in
/// logs that may know nothing else.
pub fn text(diagnostic: &dyn Diagnostic, style: TextStyle) -> String {
    let theme = GraphicalTheme {
        characters: if style.colour {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let mut text = String::new();
    let drawn = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        // A name, a path or an ARN broken in two could not be copied.
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .with_break_words(false)
        .render_report(&mut text, diagnostic);
    if drawn.is_err() {
        // A span outside of its file: the words matter more than the picture.
        text = format!("error: {diagnostic}");
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// A diagnostic as fields of a record: `message`, `help`, `file`, `line` and `column` (from 1)
/// where there is a place, `causes`, and `related` with the same fields where there are more.
pub fn record(diagnostic: &dyn Diagnostic) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("message".to_owned(), json!(diagnostic.to_string()));
    if let Some(help) = diagnostic.help() {
        fields.insert("help".to_owned(), json!(help.to_string()));
    }
    if let Some(place) = source_location(diagnostic) {
        fields.insert("file".to_owned(), json!(place.file));
        fields.insert("line".to_owned(), json!(place.line));
        fields.insert("column".to_owned(), json!(place.column));
    }
    let causes: Vec<String> = std::iter::successors(diagnostic.source(), |cause| cause.source())
        .map(ToString::to_string)
        .collect();
    if !causes.is_empty() {
        fields.insert("causes".to_owned(), json!(causes));
    }
    let related: Vec<Value> = diagnostic
        .related()
        .into_iter()
        .flatten()
        .map(|other| {
            let mut fields = record(other);
            if other.severity() == Some(Severity::Warning) {
                fields.insert("severity".to_owned(), json!("warning"));
            }
            Value::Object(fields)
        })
        .collect();
    if !related.is_empty() {
        fields.insert("related".to_owned(), json!(related));
    }
    fields
}

struct SourceLocation {
    file: Option<String>,
    line: usize,
    column: usize,
}

fn source_location(diagnostic: &dyn Diagnostic) -> Option<SourceLocation> {
    let label = diagnostic.labels()?.next()?;
    let contents = diagnostic.source_code()?.read_span(label.inner(), 0, 0).ok()?;
    Some(SourceLocation {
        file: contents.name().map(str::to_owned),
        line: contents.line() + 1,
        column: contents.column() + 1,
    })
}

/// A usage error as fields of a record, from what clap says.
pub fn usage_record(text: &str) -> Map<String, Value> {
    let mut parts = text.splitn(2, "\n\n");
    let message = parts.next().unwrap_or_default().trim().trim_start_matches("error: ");
    let help = parts.next().map(str::trim).filter(|h| !h.is_empty());
    Map::from_iter([
        ("message".to_owned(), json!(message)),
        ("help".to_owned(), json!(help)),
        ("id".to_owned(), json!(ErrorId::Usage.as_str())),
        ("exit".to_owned(), json!(Exit::Usage as u8)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report};

    const FILE: &str = "project: orders\nmachines:\n  managd: [step1]\n";

    fn unknown_key() -> Report {
        let at = FILE.find("managd").unwrap();
        let diagnostic = MietteDiagnostic::new("unknown key `managd`")
            .with_help("did you mean `managed`?")
            .with_labels([LabeledSpan::at(at..at + 6, "unknown key")]);
        Report::new(diagnostic).with_source_code(NamedSource::new("guardian.yaml", FILE))
    }

    #[test]
    fn an_error_shows_the_line_of_its_file() {
        let plain = text(unknown_key().as_ref(), TextStyle { width: 80, colour: false });
        assert!(plain.is_ascii());
        insta::assert_snapshot!(plain);
    }

    #[test]
    fn an_error_on_a_terminal_has_colours() {
        let coloured = text(unknown_key().as_ref(), TextStyle { width: 80, colour: true });
        insta::assert_snapshot!(coloured.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn a_record_names_file_line_and_column() {
        insta::assert_json_snapshot!(record(unknown_key().as_ref()));
    }

    #[test]
    fn a_record_has_the_whole_chain_of_causes() {
        let cause = std::io::Error::other("the disk is full");
        let failure = Failure::error("cannot write `out.yaml`").because(cause).help("make room");
        insta::assert_json_snapshot!(record(failure.report.as_ref()));
    }

    #[test]
    fn a_usage_error_is_split_into_message_and_help() {
        let words = ["guardian", "completions", "tcsh"];
        let error = crate::args::command().try_get_matches_from(words).unwrap_err();
        insta::assert_json_snapshot!(usage_record(&error.render().to_string()));
    }
}
