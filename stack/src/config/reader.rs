//! Reads typed settings from a document: refuses unknown keys and wrong types at their line,
//! continues after each problem, and records the origin of every setting.

use super::origin::{Origin, Setting};
use crate::document::{Key, Kind, Node};
use crate::problem::{Problem, Reason, nearest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::ops::Range;

/// A file, and what was found while reading it.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// First byte of each line: a large file has a setting on each of them.
    lines: Vec<usize>,
    /// The sections of the environments, by name: the origin of the values in them.
    environments: Vec<(&'a str, Range<usize>)>,
    problems: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<Problem>>,
    settings: RefCell<Vec<Setting>>,
}

#[derive(Debug, Default)]
pub(super) struct Findings {
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub settings: Vec<Setting>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a str, text: &'a str, environments: &'a [(Key, Node)]) -> Self {
        let sections =
            environments.iter().map(|(key, node)| (key.name.as_str(), node.span.clone()));
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            file,
            text,
            lines: std::iter::once(0).chain(after_breaks).collect(),
            environments: sections.collect(),
            problems: RefCell::default(),
            warnings: RefCell::default(),
            settings: RefCell::default(),
        }
    }

    pub fn finish(self) -> Findings {
        Findings {
            problems: self.problems.into_inner(),
            warnings: self.warnings.into_inner(),
            settings: self.settings.into_inner(),
        }
    }

    pub fn problem(&self, span: &Range<usize>, reason: Reason) {
        self.problems.borrow_mut().push(Problem::at(self.file, self.text, span, reason));
    }

    pub fn problem_elsewhere(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub fn warn_elsewhere(&self, problem: Problem) {
        self.warnings.borrow_mut().push(problem);
    }

    pub fn warn(&self, span: &Range<usize>, reason: Reason) {
        self.warnings.borrow_mut().push(Problem::at(self.file, self.text, span, reason));
    }

    /// The line of a place, from 1.
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.lines.partition_point(|start| *start <= span.start)
    }

    pub fn note(&self, path: String, value: &impl Serialize, origin: Origin) {
        let value = match serde_json::to_value(value) {
            Ok(serde_json::Value::String(text)) => text,
            Ok(value) => value.to_string(),
            Err(error) => error.to_string(),
        };
        self.settings.borrow_mut().push(Setting { path, value, origin });
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        let within =
            |section: &Range<usize>| section.start <= span.start && span.end <= section.end;
        let section = self.environments.iter().find(|(_, section)| within(section));
        Origin::File {
            file: self.file.to_owned(),
            line: self.line(span),
            environment: section.map(|(name, _)| (*name).to_owned()),
        }
    }

    pub fn root(&'a self, node: &'a Node, keys: &'static [&'static str]) -> Section<'a> {
        let (path, key_span) = (String::new(), 0..1);
        Field { reader: self, path, key: "", key_span, node }.section(keys)
    }
}

/// A map with known keys.
#[derive(Debug, Clone)]
pub(super) struct Section<'a> {
    reader: &'a Reader<'a>,
    path: String,
    fields: Vec<Field<'a>>,
    span: Range<usize>,
}

/// A value at its path.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    reader: &'a Reader<'a>,
    pub path: String,
    /// The key; of an item of a list nothing.
    pub key: &'a str,
    pub key_span: Range<usize>,
    node: &'a Node,
}

impl<'a> Section<'a> {
    /// A key that has a value.
    pub fn get(&self, key: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The section under a key; an empty one if it is missing.
    pub fn child(&self, key: &str, keys: &'static [&'static str]) -> Section<'a> {
        match self.get(key) {
            Some(field) => field.section(keys),
            None => Section {
                reader: self.reader,
                path: join(&self.path, key),
                fields: Vec::new(),
                span: self.span.clone(),
            },
        }
    }

    /// An optional setting.
    pub fn optional<T: Serialize>(
        &self,
        key: &str,
        read: impl FnOnce(&Field<'a>) -> Result<T, Reason>,
    ) -> Option<T> {
        let field = self.get(key)?;
        match read(field) {
            Ok(value) => {
                field.note(&value);
                Some(value)
            }
            Err(reason) => {
                field.problem(reason);
                None
            }
        }
    }

    /// A setting with a default.
    pub fn setting<T: Serialize>(
        &self,
        key: &str,
        default: T,
        read: impl FnOnce(&Field<'a>) -> Result<T, Reason>,
    ) -> T {
        if self.get(key).is_some() {
            return self.optional(key, read).unwrap_or(default);
        }
        self.reader.note(join(&self.path, key), &default, Origin::Default);
        default
    }

    /// A problem with the value of a key, or with the section if the key is missing.
    pub fn problem_at(&self, key: &str, reason: Reason) {
        self.reader.problem(&self.span_of(key), reason);
    }

    /// Records a default that has no key of its own.
    pub fn note_default(&self, key: &str, value: &impl Serialize) {
        self.reader.note(join(&self.path, key), value, Origin::Default);
    }

    /// A problem with the section as a whole.
    pub fn problem(&self, reason: Reason) {
        self.reader.problem(&self.span, reason);
    }

    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// The place of a key, or of the section if the key is missing.
    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.get(key).map_or(&self.span, |f| &f.node.span).clone()
    }
}

impl<'a> Field<'a> {
    pub fn span(&self) -> &Range<usize> {
        &self.node.span
    }

    pub fn problem(&self, reason: Reason) {
        self.reader.problem(&self.node.span, reason);
    }

    /// A problem with some bytes of a text; with all of it if it is written with escapes.
    pub fn problem_within(&self, text: &str, part: &Range<usize>, reason: Reason) {
        let span = &self.node.span;
        let written = self.reader.text.get(span.clone()).unwrap_or_default();
        let start = if written.starts_with(text) {
            span.start
        } else if written.get(1..).is_some_and(|inner| inner.starts_with(text)) {
            span.start + 1
        } else {
            return self.problem(reason);
        };
        self.reader.problem(&(start + part.start..start + part.end), reason);
    }

    pub fn warn(&self, reason: Reason) {
        self.reader.warn(&self.node.span, reason);
    }

    pub fn note(&self, value: &impl Serialize) {
        let origin = self.reader.origin(&self.node.span);
        self.reader.note(self.path.clone(), value, origin);
    }

    /// Whether the value is in the section of an environment.
    pub fn in_environment(&self) -> bool {
        let origin = self.reader.origin(&self.node.span);
        matches!(origin, Origin::File { environment: Some(_), .. })
    }

    fn expected(&self, what: &str) -> Reason {
        let taker =
            if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path) };
        Reason::new(format!("{taker} takes {what}, not {}", kind_name(self.node)))
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self.node.kind, Kind::Null)
    }

    pub fn is_map(&self) -> bool {
        self.node.fields().is_some()
    }

    /// The value as a map whose keys must be among these.
    pub fn section(&self, keys: &'static [&'static str]) -> Section<'a> {
        let fields = self.fields();
        let known = |field: &Field<'a>| keys.contains(&field.key);
        for field in fields.iter().filter(|f| !known(f)) {
            let key = field.key;
            let within =
                if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
            let reason = Reason::new(format!("unknown key `{key}`{within}"));
            let help = match nearest(key, keys.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", keys.join(", ")),
            };
            self.reader.problem(&field.key_span, reason.help(help));
        }
        let written = |field: &Field<'a>| !matches!(field.node.kind, Kind::Null);
        Section {
            reader: self.reader,
            path: self.path.clone(),
            fields: fields.into_iter().filter(|f| known(f) && written(f)).collect(),
            span: self.key_span.clone(),
        }
    }

    /// The value as a map with any keys; a problem and none if it is something else.
    pub fn fields(&self) -> Vec<Field<'a>> {
        match &self.node.kind {
            Kind::Object(fields) => fields
                .iter()
                .map(|(key, node)| Field {
                    reader: self.reader,
                    path: join(&self.path, &key.name),
                    key: &key.name,
                    key_span: key.span.clone(),
                    node,
                })
                .collect(),
            Kind::Null => Vec::new(),
            _ => {
                self.problem(self.expected("a map"));
                Vec::new()
            }
        }
    }

    /// The value as a list; a problem and none if it is something else.
    pub fn items(&self) -> Vec<Field<'a>> {
        match &self.node.kind {
            Kind::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, node)| Field {
                    reader: self.reader,
                    path: format!("{}[{index}]", self.path),
                    key: "",
                    key_span: node.span.clone(),
                    node,
                })
                .collect(),
            Kind::Null => Vec::new(),
            _ => {
                self.problem(self.expected("a list"));
                Vec::new()
            }
        }
    }

    pub fn text(&self) -> Result<&'a str, Reason> {
        match &self.node.kind {
            Kind::Text(text) => Ok(text),
            Kind::Number(_) | Kind::Bool(_) => {
                Err(self.expected("a text").help("put it in quotes"))
            }
            _ => Err(self.expected("a text")),
        }
    }

    /// A whole number of 0 or more.
    pub fn whole(&self) -> Result<u32, Reason> {
        let Kind::Number(number) = &self.node.kind else {
            return Err(self.expected("a whole number"));
        };
        number.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| {
            Reason::new(format!(
                "`{}` takes a whole number, not a negative or a huge one",
                self.path
            ))
        })
    }

    pub fn number(&self) -> Result<f64, Reason> {
        self.node.number().ok_or_else(|| self.expected("a number"))
    }

    pub fn boolean(&self) -> Result<bool, Reason> {
        match self.node.kind {
            Kind::Bool(value) => Ok(value),
            _ => Err(self.expected("true or false")),
        }
    }

    /// The items of a list, each checked; those that are refused are left out.
    pub fn list<T: Serialize>(&self, check: impl Fn(&Field<'a>) -> Result<T, Reason>) -> Vec<T> {
        let mut values = Vec::new();
        for item in self.items() {
            match check(&item) {
                Ok(value) => values.push(value),
                Err(reason) => item.problem(reason),
            }
        }
        self.note(&values);
        values
    }

    /// One of a closed list of words.
    pub fn word<T: DeserializeOwned>(&self, words: &[&str]) -> Result<T, Reason> {
        let text = self.text()?;
        let word = words.contains(&text).then(|| text.to_owned());
        word.and_then(|w| serde_json::from_value(w.into()).ok()).ok_or_else(|| {
            let reason = Reason::new(format!("`{}` cannot be `{text}`", self.path));
            let all = words.join(", ");
            match nearest(text, words.iter().copied()) {
                Some(near) => reason.help(format!("did you mean `{near}`? It takes one of: {all}")),
                None => reason.help(format!("it takes one of: {all}")),
            }
        })
    }

    /// The value as JSON, with the digits that are written.
    pub fn json_text(&self) -> String {
        self.node.to_json()
    }

    /// The value as it is.
    pub fn json(&self) -> serde_json::Value {
        self.node.to_value()
    }
}

/// The name of a node's kind, in YAML's terms.
pub(super) fn kind_name(node: &Node) -> &'static str {
    match node.kind {
        Kind::Object(_) => "a map",
        Kind::Array(_) => "a list",
        Kind::Text(_) => "a text",
        Kind::Number(_) => "a number",
        Kind::Bool(_) => "true or false",
        Kind::Null => "nothing",
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
