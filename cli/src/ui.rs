//! Where output goes and how it looks: people on a terminal, plain text in a pipe, NDJSON with
//! `--json`. The texts come from pure functions of a value and a [`TextStyle`].

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use terminal_size::{Height, Width, terminal_size_of};

/// GitHub's limit for the summary of a step, in bytes: a larger one is not shown [GitHub docs,
/// workflow commands].
pub const MAX_SUMMARY: u64 = 1 << 20;

/// How text for people may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// Columns.
    pub width: usize,
    /// Whether colours may be used; never the only sign of anything.
    pub colour: bool,
}

/// The program's output.
#[derive(Debug, Clone)]
pub struct Ui {
    /// NDJSON instead of text.
    pub json: bool,
    /// Whether each resource is listed (`--verbose`), not only its group.
    pub verbose: bool,
    /// Whether standard output is a terminal, on which lines may be drawn over.
    pub live: bool,
    /// Whether a person can be asked (standard input and standard error are terminals).
    pub can_ask: bool,
    /// How text on standard output looks.
    pub style: TextStyle,
    /// How text on standard error looks.
    pub errors: TextStyle,
    /// Where it is written.
    pub to: Sink,
    /// What GitHub Actions asks of what runs in it.
    pub actions: Actions,
    /// Options with which a command in another terminal finds the same stack, beside its name and
    /// region; each with a space before it.
    pub global_options: String,
}

/// What GitHub Actions asks of what runs in it.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    /// Whether workflow commands are understood (GITHUB_ACTIONS).
    pub annotates: bool,
    /// The file that is shown as the step's summary (GITHUB_STEP_SUMMARY).
    pub summary: Option<PathBuf>,
}

/// Where output is written.
#[derive(Debug, Clone, Default)]
pub enum Sink {
    /// Standard output and standard error.
    #[default]
    Streams,
    /// Standard error alone: on standard output goes a document that another program reads.
    Errors,
    /// Into a text, both in one.
    Text(Arc<Mutex<String>>),
}

impl Ui {
    /// From the streams, NO_COLOR (no-color.org), CLICOLOR_FORCE and COLUMNS.
    pub fn new(json: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|t| t == "dumb");
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse::<usize>().ok());
        let style = |terminal: bool, size: Option<(Width, Height)>| TextStyle {
            width: columns.or(size.map(|(Width(w), _)| w.into())).map_or(80, |w| w.max(40)),
            colour: !set("NO_COLOR") && (set("CLICOLOR_FORCE") || (terminal && !dumb)),
        };
        let (out, err) = (std::io::stdout(), std::io::stderr());
        Self {
            json,
            verbose: false,
            live: out.is_terminal() && !dumb && !json && !set("CI"),
            can_ask: std::io::stdin().is_terminal() && err.is_terminal() && !json,
            style: style(out.is_terminal(), terminal_size_of(&out)),
            errors: style(err.is_terminal(), terminal_size_of(&err)),
            to: Sink::Streams,
            actions: Actions {
                annotates: std::env::var("GITHUB_ACTIONS").is_ok_and(|v| v == "true"),
                summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from),
            },
            global_options: String::new(),
        }
    }

    /// Into a string, without a terminal.
    pub fn into_text(json: bool) -> (Self, Arc<Mutex<String>>) {
        let (style, text) = (TextStyle { width: 80, colour: false }, Arc::default());
        let to = Sink::Text(Arc::clone(&text));
        (
            Self {
                json,
                verbose: false,
                live: false,
                can_ask: false,
                style,
                errors: style,
                to,
                actions: Actions::default(),
                global_options: String::new(),
            },
            text,
        )
    }

    /// The same output beside a document on standard output: text for people, on standard error.
    #[must_use]
    pub fn beside_a_document(&self) -> Self {
        let to = match &self.to {
            Sink::Streams => Sink::Errors,
            other => other.clone(),
        };
        Self { json: false, live: false, style: self.errors, to, ..self.clone() }
    }

    /// Text for people; nothing with `--json`.
    pub fn say(&self, text: &str) {
        if !self.json {
            self.print(text);
        }
    }

    /// A line of output, with `--json` too.
    pub(crate) fn line(&self, text: &str) {
        self.print(text);
    }

    /// Adds Markdown to the summary of the step, where GitHub Actions shows one.
    pub fn summarize(&self, markdown: &str) {
        let Some(path) = &self.actions.summary else { return };
        let size = std::fs::metadata(path).map_or(0, |file| file.len());
        if size + markdown.len() as u64 > MAX_SUMMARY {
            return self.note("note: the summary of this step is full; the log has the rest");
        }
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        if let Err(error) = file.and_then(|mut file| file.write_all(markdown.as_bytes())) {
            // The run itself is not the worse for it.
            self.note(&format!("note: `{}` cannot be written: {error}", path.display()));
        }
    }

    /// Prints workflow commands, where GitHub Actions understands them. They go to standard error,
    /// which has no records.
    pub fn annotate(&self, commands: &[String]) {
        if self.actions.annotates {
            commands.iter().for_each(|command| self.note(command));
        }
    }

    /// Bytes as they are, with `--json` too: scripts that another program reads.
    pub fn raw(&self, bytes: &[u8]) {
        if let Sink::Text(text) = &self.to {
            return append(text, &String::from_utf8_lossy(bytes));
        }
        write(bytes);
    }

    /// A remark for people on standard error, which a pipe does not carry on.
    pub fn note(&self, text: &str) {
        if let Sink::Text(sink) = &self.to {
            return append(sink, &format!("{}\n", text.trim_end_matches('\n')));
        }
        // A reader that went away is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end_matches('\n'));
    }

    /// Prints a line.
    fn print(&self, text: &str) {
        if let Sink::Text(sink) = &self.to {
            return append(sink, &format!("{}\n", text.trim_end_matches('\n')));
        }
        if matches!(self.to, Sink::Errors) {
            return self.note(text);
        }
        write(format!("{}\n", text.trim_end_matches('\n')).as_bytes());
    }
}

/// Why standard output could not be written to, if it was not only closed.
static FAILED: OnceLock<String> = OnceLock::new();

/// Writes to standard output. A reader that went away (`guardian … | head`) is no error, and ends no
/// operation half-way; what cannot be written for another reason is kept for [`write_failure`].
fn write(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    keep_failure(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Keeps why standard output could not be written to.
pub fn keep_failure(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        FAILED.get_or_init(|| error.to_string());
    }
}

/// Why something is missing on standard output, a full disk for instance; none if nothing is.
pub fn write_failure() -> Option<&'static str> {
    FAILED.get().map(String::as_str)
}

fn append(to: &Mutex<String>, text: &str) {
    to.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_added_to_what_is_there_and_only_where_there_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.md");
        let (mut ui, text) = Ui::into_text(false);
        ui.summarize("lost\n");
        ui.annotate(&["::error::lost".to_owned()]);
        ui.actions = Actions { annotates: true, summary: Some(path.clone()) };
        ui.summarize("one\n");
        ui.summarize("two\n");
        ui.annotate(&["::error::told".to_owned()]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert_eq!(*text.lock().unwrap(), "::error::told\n");
        ui.actions.summary = Some(dir.path().to_owned());
        ui.summarize("three\n");
        assert!(text.lock().unwrap().contains("cannot be written"));
    }
}
