//! Where a key of the configuration, or of the lock, stands in its file. What the value means is the
//! reader's business.

use super::tree::{self, Kind, Node};
use crate::problem::{Problem, Wrong};
use serde_yaml::Value;
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

/// A place in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the project.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes before the place.
    pub offset: usize,
    /// Bytes of the place, up to the end of its line.
    pub len: usize,
}

impl Place {
    /// The place of these bytes of a text.
    pub(crate) fn at(file: &str, text: &str, span: &std::ops::Range<usize>) -> Self {
        let Problem { file, line, column, offset, len, .. } =
            Problem::at(file, text, span, Wrong::new(""));
        Self { file, line, column, offset, len }
    }
}

/// A document whose keys can be found.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    file: String,
    text: String,
    root: Node,
}

impl Written {
    pub(super) fn new(file: &str, text: &str, root: Node) -> Self {
        Self { file: file.to_owned(), text: text.to_owned(), root }
    }

    /// Reads a document; none if it is no YAML.
    pub fn read(file: &str, text: &str) -> Option<Self> {
        tree::read(file, text).ok().map(|root| Self::new(file, text, root))
    }

    /// The value at a path, with the bytes that stand for it: those of a text or a number itself,
    /// those of its key for a map or a list. A key without a value is not there.
    fn find(&self, path: &KeyPath) -> Option<(&Node, std::ops::Range<usize>)> {
        let mut found = (&self.root, self.root.span.clone());
        for step in &path.0 {
            let (node, key_span) = match (step, &found.0.kind) {
                (Step::Key(key), Kind::Map(entries)) => {
                    let entry = entries.iter().find(|entry| entry.key == *key)?;
                    (&entry.value, &entry.key_span)
                }
                (Step::Item(index), Kind::List(items)) => {
                    let item = items.get(*index)?;
                    (item, &item.span)
                }
                _ => return None,
            };
            let span = match node.kind {
                Kind::Null => return None,
                Kind::Scalar(_) => &node.span,
                Kind::List(_) | Kind::Map(_) => key_span,
            };
            found = (node, span.clone());
        }
        Some(found)
    }

    /// Where a path leads to, if it is written.
    pub fn place(&self, path: &KeyPath) -> Option<Place> {
        let (_, span) = self.find(path)?;
        Some(Place::at(&self.file, &self.text, &span))
    }

    /// The text at a path.
    pub fn text(&self, path: &KeyPath) -> Option<&str> {
        match &self.find(path)?.0.kind {
            Kind::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The keys of the map at a path.
    pub fn keys(&self, path: &KeyPath) -> Vec<&str> {
        let node = self.find(path).map(|(node, _)| node);
        node.map_or(&[][..], Node::entries).iter().map(|entry| entry.key.as_str()).collect()
    }

    /// How many items the list at a path has.
    pub fn items(&self, path: &KeyPath) -> usize {
        match self.find(path).map(|(node, _)| &node.kind) {
            Some(Kind::List(items)) => items.len(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_at_its_bytes_and_a_section_at_its_key() {
        let written = Written::read("f", "a:\n  b: 7\nl:\n- x\n- {k: v}\nempty:\n").unwrap();
        let at = |path: &KeyPath| written.place(path).map(|p| (p.line, p.column, p.len));
        assert_eq!(at(&KeyPath::of("a")), Some((1, 1, 1)));
        assert_eq!(at(&KeyPath::of("a.b")), Some((2, 6, 1)));
        let list = KeyPath::of("l");
        assert_eq!(at(&list.item(1).key("k")), Some((5, 7, 1)));
        assert_eq!(written.items(&list), 2);
        assert_eq!(written.text(&list.item(0)), Some("x"));
        assert_eq!(written.keys(&list.item(1)), ["k"]);
        for away in ["empty", "a.c", "l.k"] {
            assert_eq!(at(&KeyPath::of(away)), None, "{away}");
        }
        assert_eq!(KeyPath::of("a.b").item(2).key("c.d").to_string(), "a.b[2].c.d");
    }
}
