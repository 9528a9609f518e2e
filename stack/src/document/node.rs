//! The tree of a document, what can be found in it, and its JSON.

use super::number::Number;
use crate::problem::{Problem, Reason, line_and_column};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

/// Levels that a document may be nested; as deep as serde_json reads.
pub(super) const MAX_DEPTH: usize = 128;

/// A value and the bytes that it takes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Keys may be there twice; see [`repeated_keys`].
    Object(Vec<(Key, Node)>),
    Array(Vec<Node>),
    Text(String),
    Number(Number),
    Bool(bool),
    Null,
}

/// A key and the bytes that it takes.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) span: Range<usize>,
    pub(crate) name: String,
}

impl Node {
    /// The fields of an object.
    pub(crate) fn fields(&self) -> Option<&[(Key, Node)]> {
        match &self.kind {
            Kind::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields of an object; none of anything else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        self.fields().unwrap_or_default()
    }

    /// The items of an array.
    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A field of an object, with its key.
    pub(crate) fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(key, node)| (key, node))
    }

    /// A field of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|(_, node)| node)
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a number.
    pub(crate) fn number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// The name of its kind, in JSON's terms.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Object(_) => "an object",
            Kind::Array(_) => "an array",
            Kind::Text(_) => "a string",
            Kind::Number(_) => "a number",
            Kind::Bool(_) => "a boolean",
            Kind::Null => "null",
        }
    }

    /// As compact JSON, keys in the order of the document and numbers as they are written.
    pub(crate) fn to_json(&self) -> String {
        let mut json = String::new();
        self.write_json(&mut json);
        json.shrink_to_fit();
        json
    }

    fn write_json(&self, json: &mut String) {
        // Writing to a String cannot fail.
        match &self.kind {
            Kind::Object(fields) => {
                json.push('{');
                for (index, (key, node)) in fields.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    quote(json, &key.name);
                    json.push(':');
                    node.write_json(json);
                }
                json.push('}');
            }
            Kind::Array(items) => {
                json.push('[');
                for (index, node) in items.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    node.write_json(json);
                }
                json.push(']');
            }
            Kind::Text(text) => quote(json, text),
            Kind::Number(number) => _ = write!(json, "{number}"),
            Kind::Bool(value) => _ = write!(json, "{value}"),
            Kind::Null => json.push_str("null"),
        }
    }

    /// As a value; a number takes the nearest that serde_json has.
    pub(crate) fn to_value(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Object(fields) => {
                fields.iter().map(|(key, node)| (key.name.clone(), node.to_value())).collect()
            }
            Kind::Array(items) => items.iter().map(Node::to_value).collect(),
            Kind::Text(text) => text.as_str().into(),
            Kind::Number(number) => number.to_value(),
            Kind::Bool(value) => (*value).into(),
            Kind::Null => serde_json::Value::Null,
        }
    }

    /// This value with another laid over it: objects merge deeply, everything else is replaced, and
    /// a key without a value replaces nothing.
    pub(crate) fn overlaid(&self, over: &Node) -> Node {
        match (&self.kind, &over.kind) {
            (_, Kind::Null) => self.clone(),
            (Kind::Object(base), Kind::Object(above)) => {
                let mut fields = base.clone();
                for (key, value) in above {
                    match fields.iter_mut().find(|(below, _)| below.name == key.name) {
                        Some(below) => *below = (key.clone(), below.1.overlaid(value)),
                        None => fields.push((key.clone(), value.clone())),
                    }
                }
                Node { span: over.span.clone(), kind: Kind::Object(fields) }
            }
            _ => over.clone(),
        }
    }
}

/// Writes a string of JSON. Most have nothing to escape.
fn quote(json: &mut String, text: &str) {
    if text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
        json.push_str(&serde_json::Value::from(text).to_string());
    } else {
        json.extend(["\"", text, "\""]);
    }
}

/// What is wrong at a place of a document.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Finding {
    pub(crate) fn new(span: &Range<usize>, message: String, help: Option<String>) -> Self {
        Self { span: span.clone(), message, help }
    }

    pub(crate) fn into_problem(self, file: &str, text: &str) -> Problem {
        let Self { span, message, help } = self;
        Problem::at(file, text, &span, Reason { message, help })
    }
}

/// Every key that an object has twice, at its second place.
pub(crate) fn repeated_keys(root: &Node, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    collect_repeated(root, text, &mut found);
    found
}

fn collect_repeated(node: &Node, text: &str, found: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, child) in node.entries() {
        if let Some(first) = seen.get(key.name.as_str()) {
            let (line, _) = line_and_column(text, *first);
            let message =
                format!("the key `{}` is here twice; the first is in line {line}", key.name);
            found.push(Finding::new(&key.span, message, Some("remove or rename one".to_owned())));
        }
        seen.entry(&key.name).or_insert(key.span.start);
        collect_repeated(child, text, found);
    }
    for child in node.items().unwrap_or_default() {
        collect_repeated(child, text, found);
    }
}
