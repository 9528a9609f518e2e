//! Problems of configuration, definitions and the lock: message, place and fix. Nothing here prints.

use std::fmt;
use std::ops::Range;

/// A problem, or a warning, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, relative to the project; or the flag or variable that carries the value.
    pub file: String,
    /// Line, from 1; 0 when the place is no line of a file (a flag, a file that does not exist).
    pub line: usize,
    /// Column in characters, from 1; 0 with line 0.
    pub column: usize,
    /// Bytes before the place.
    pub offset: usize,
    /// Bytes of the place.
    pub len: usize,
    /// One line, without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

/// About what is allowed and probably a mistake.
pub type Warning = Problem;

impl Problem {
    /// A problem that has no place in a text.
    pub fn without_location(file: &str, reason: Reason) -> Self {
        let Reason { message, help } = reason;
        Self { file: file.to_owned(), line: 0, column: 0, offset: 0, len: 0, message, help }
    }

    /// A problem at these bytes of a text. A position past the text or within a character is moved
    /// back; a span ends with its first line.
    pub fn at(file: &str, text: &str, span: &Range<usize>, reason: Reason) -> Self {
        let boundary = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let offset = boundary(span.start);
        let (line, column) = line_and_column(text, offset);
        let of_line = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
        let len = boundary(span.end.min(of_line)).saturating_sub(offset);
        let Reason { message, help } = reason;
        Self { file: file.to_owned(), line, column, offset, len, message, help }
    }
}

/// Line and column, from 1 and in characters, of a byte that starts a character.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, help, .. } = self;
        if *line == 0 {
            write!(f, "{file}: {message}")?;
        } else {
            write!(f, "{file}:{line}:{column}: {message}")?;
        }
        match help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// All problems, in the order of the file; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Message and fix of a problem whose place is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Reason {
    /// One line, without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl Reason {
    /// A message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Adds the fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The candidate nearest to a mistyped word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters_and_ends_with_its_line() {
        let text = "a: é\nbé: x\ny";
        let problem = Problem::at("f", text, &(9..100), Reason::new("m").help("h"));
        assert_eq!((problem.line, problem.column, problem.offset, problem.len), (2, 3, 9, 3));
        assert_eq!(problem.to_string(), "f:2:3: m\n  help: h");
        let within_a_character = Problem::at("f", text, &(4..5), Reason::new("m"));
        assert_eq!((within_a_character.offset, within_a_character.len), (3, 2));
    }

    #[test]
    fn a_place_past_the_text_is_its_end_and_no_place_is_only_the_name() {
        assert_eq!(Problem::at("f", "", &(5..9), Reason::new("m")).to_string(), "f:1:1: m");
        let flag = Problem::without_location("--env", Reason::new("m"));
        assert_eq!(Problems(vec![flag.clone(), flag]).to_string(), "--env: m\n--env: m");
    }

    #[test]
    fn a_slip_has_a_nearest_word_and_a_stranger_has_none() {
        assert_eq!(nearest("shedule", ["schedule", "stack_name"]), Some("schedule"));
        assert_eq!(nearest("zzz", ["schedule", "stack_name"]), None);
    }
}
