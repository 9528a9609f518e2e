//! Paths into a document, and the lines that they lead to.

use super::node::{Kind, Node};
use super::yaml;
use crate::problem::{Problem, Reason};
use std::ops::Range;

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
    pub(crate) fn at(file: &str, text: &str, span: &Range<usize>) -> Self {
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

    /// Where a path such as `alarms.machines.step1[0].threshold` leads to, if it is there: to a text
    /// or a number itself, to the key of a map or a list. A key without a value is not there.
    pub fn location(&self, path: &str) -> Option<SourceLocation> {
        let span = find(&self.root, &self.root.span, path)?;
        Some(SourceLocation::at(&self.file, &self.text, span))
    }
}

/// The bytes that stand for what a path leads to. A key may have a dot in it: of the ways to read
/// the path, the first one that exists counts.
fn find<'a>(node: &'a Node, key: &'a Range<usize>, path: &str) -> Option<&'a Range<usize>> {
    if path.is_empty() {
        return match node.kind {
            Kind::Null => None,
            Kind::Array(_) | Kind::Object(_) => Some(key),
            _ => Some(&node.span),
        };
    }
    if let Some((index, rest)) = path.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let item = node.items()?.get(index.parse::<usize>().ok()?)?;
        return find(item, &item.span, rest);
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    node.entries().iter().find_map(|(key, value)| {
        let rest = path.strip_prefix(&key.name)?;
        find(value, &key.span, rest).filter(|_| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_located_at_its_bytes_and_a_section_at_its_key() {
        let document =
            Document::read("f", "a:\n  b: 7\nl:\n- x\n- {k: v, k.d: w}\nempty:\n").unwrap();
        let at = |path: &str| document.location(path).map(|p| (p.line, p.column, p.len));
        assert_eq!(at("a"), Some((1, 1, 1)));
        assert_eq!(at("a.b"), Some((2, 6, 1)));
        assert_eq!(at("l[0]"), Some((4, 3, 1)));
        assert_eq!(at("l[1].k"), Some((5, 7, 1)));
        assert_eq!(at("l[1].k.d"), Some((5, 15, 1)));
        for away in ["empty", "a.c", "ab", "l.k", "l[2]", "l[x]", "e"] {
            assert_eq!(at(away), None, "{away}");
        }
    }
}
