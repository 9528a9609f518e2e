//! A JSON or YAML document in which every value knows where it stands, and findings in it.

use serde_json::{Map, Number, Value};
use std::ops::Range;

/// Levels that a document may be nested; as deep as serde_json reads.
pub(super) const MAX_DEPTH: usize = 128;

/// A value and the bytes it takes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// What a node is. Keys may be there twice; that is for the checks to refuse.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Object(Vec<(Key, Node)>),
    Array(Vec<Node>),
    Text(String),
    Number(Number),
    Bool(bool),
    Null,
}

/// A key and the bytes it takes.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) span: Range<usize>,
    pub(super) name: String,
}

impl Node {
    /// The fields of an object.
    pub(super) fn fields(&self) -> Option<&[(Key, Node)]> {
        match &self.kind {
            Kind::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The items of an array.
    pub(super) fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A field of an object, with its key.
    pub(super) fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        self.fields()?.iter().find(|(key, _)| key.name == name).map(|(key, node)| (key, node))
    }

    /// A field of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|(_, node)| node)
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a number.
    pub(super) fn number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// What it is, in words.
    pub(super) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Object(_) => "an object",
            Kind::Array(_) => "an array",
            Kind::Text(_) => "a string",
            Kind::Number(_) => "a number",
            Kind::Bool(_) => "a boolean",
            Kind::Null => "null",
        }
    }

    /// The value without its places.
    pub(super) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, node)| (key.name.clone(), node.to_value()))
                    .collect::<Map<_, _>>(),
            ),
            Kind::Array(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Null => Value::Null,
        }
    }
}

/// Something found at a place.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Finding {
    pub(super) fn new(span: &Range<usize>, message: String, help: Option<String>) -> Self {
        Self { span: span.clone(), message, help }
    }
}
