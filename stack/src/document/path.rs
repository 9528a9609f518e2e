//! Paths into a document, and the lines that they lead to.

use super::node::{Kind, Node};
use super::yaml;
use crate::problem::{Problem, Reason};
use std::fmt;

/// A step into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// A path into a document: `alarms.machines.step1[0].threshold`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyPath(Vec<Step>);

impl KeyPath {
    /// The path of keys with dots between them; none of the keys has a dot in it.
    pub fn of(keys: &str) -> Self {
        Self::default().keys(keys)
    }

    /// Further keys with dots between them.
    pub fn keys(&self, keys: &str) -> Self {
        keys.split('.').fold(self.clone(), |path, key| path.key(key))
    }

    /// One key more, whatever is in it.
    pub fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    /// An item of a list.
    pub fn item(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Item(index));
        Self(steps)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at > 0 => write!(f, ".{key}")?,
                Step::Key(key) => f.write_str(key)?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// File, line and column in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file, relative to the project.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes before it.
    pub offset: usize,
    /// Its bytes, up to the end of the line.
    pub len: usize,
}

impl SourceLocation {
    /// Of these bytes of a text.
    pub(crate) fn at(file: &str, text: &str, span: &std::ops::Range<usize>) -> Self {
        let Problem { file, line, column, offset, len, .. } =
            Problem::at(file, text, span, Reason::new(""));
        Self { file, line, column, offset, len }
    }
}

/// A document whose keys can be located.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    file: String,
    text: String,
    root: Node,
}

impl Document {
    pub fn new(file: &str, text: &str, root: Node) -> Self {
        Self { file: file.to_owned(), text: text.to_owned(), root }
    }

    /// Reads YAML; none if it is not.
    pub fn read(file: &str, text: &str) -> Option<Self> {
        yaml::read(text).ok().map(|root| Self::new(file, text, root))
    }

    /// The value at a path, with the bytes that stand for it: those of a text or a number itself,
    /// those of its key for a map or a list. A key without a value is not there.
    fn find(&self, path: &KeyPath) -> Option<(&Node, std::ops::Range<usize>)> {
        let mut found = (&self.root, self.root.span.clone());
        for step in &path.0 {
            let (node, key_span) = match step {
                Step::Key(key) => found.0.entry(key).map(|(key, node)| (node, &key.span))?,
                Step::Item(index) => {
                    let item = found.0.items()?.get(*index)?;
                    (item, &item.span)
                }
            };
            let span = match node.kind {
                Kind::Null => return None,
                Kind::Array(_) | Kind::Object(_) => key_span,
                _ => &node.span,
            };
            found = (node, span.clone());
        }
        Some(found)
    }

    /// Where a path leads to, if it is there.
    pub fn location(&self, path: &KeyPath) -> Option<SourceLocation> {
        let (_, span) = self.find(path)?;
        Some(SourceLocation::at(&self.file, &self.text, &span))
    }

    /// The text at a path.
    pub fn text(&self, path: &KeyPath) -> Option<&str> {
        self.find(path)?.0.text()
    }

    /// The keys of the object at a path.
    pub fn keys(&self, path: &KeyPath) -> Vec<&str> {
        let node = self.find(path).map(|(node, _)| node);
        node.map_or(&[][..], Node::entries).iter().map(|(key, _)| key.name.as_str()).collect()
    }

    /// The length of the list at a path.
    pub fn items(&self, path: &KeyPath) -> usize {
        self.find(path).and_then(|(node, _)| node.items()).map_or(0, <[_]>::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_located_at_its_bytes_and_a_section_at_its_key() {
        let document = Document::read("f", "a:\n  b: 7\nl:\n- x\n- {k: v}\nempty:\n").unwrap();
        let at = |path: &KeyPath| document.location(path).map(|p| (p.line, p.column, p.len));
        assert_eq!(at(&KeyPath::of("a")), Some((1, 1, 1)));
        assert_eq!(at(&KeyPath::of("a.b")), Some((2, 6, 1)));
        let list = KeyPath::of("l");
        assert_eq!(at(&list.item(1).key("k")), Some((5, 7, 1)));
        assert_eq!(document.items(&list), 2);
        assert_eq!(document.text(&list.item(0)), Some("x"));
        assert_eq!(document.keys(&list.item(1)), ["k"]);
        for away in ["empty", "a.c", "l.k"] {
            assert_eq!(at(&KeyPath::of(away)), None, "{away}");
        }
        assert_eq!(KeyPath::of("a.b").item(2).key("c.d").to_string(), "a.b[2].c.d");
    }
}
