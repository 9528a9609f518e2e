//! Reads JSON. serde_json decides what is JSON; the places are jsonc-parser's.

use super::node::{Finding, Key, Kind, Node};
use super::number::Number;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// JSON and nothing more.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a document, with or without a byte order mark (RFC 8259, section 8.1).
pub(crate) fn read(text: &str) -> Result<Node, Finding> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - json.len();
    let moved = |Finding { span, message, help }: Finding| Finding {
        span: span.start + mark..span.end + mark,
        message,
        help,
    };
    if let Err(error) = serde_json::from_str::<Valid>(json) {
        return Err(moved(syntax_error(json, &error)));
    }
    let parsed = parse_to_ast(json, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        let message = format!("this is not JSON: {}", error.kind());
        moved(Finding::new(&(range.start..range.end), message, None))
    })?;
    let empty = || Finding::new(&(0..0), "this is not JSON: it is empty".to_owned(), None);
    parsed.value.map(|value| node(value, mark)).ok_or_else(empty)
}

/// Any value, of which nothing is kept. `IgnoredAny` would pass what serde_json refuses when it reads a
/// value: too many levels, half a surrogate pair, a number past its range.
struct Valid;

impl<'de> Deserialize<'de> for Valid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Valid)
    }
}

impl<'de> Visitor<'de> for Valid {
    type Value = Self;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self, A::Error> {
        while fields.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

fn syntax_error(text: &str, error: &serde_json::Error) -> Finding {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
    let at = offset(text, error.line().saturating_sub(1), error.column().saturating_sub(1));
    let help = match message {
        "trailing comma" => Some("remove the comma after the last value"),
        m if text.is_empty() || m.starts_with("EOF") => Some("a bracket or a quote is not closed"),
        _ => None,
    };
    Finding::new(&(at..at + 1), format!("this is not JSON: {message}"), help.map(str::to_owned))
}

/// The byte at a line and a column, both from 0, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    (start + column).min(end)
}

/// A value whose bytes are counted from behind the byte order mark.
fn node(value: ast::Value<'_>, mark: usize) -> Node {
    let range = value.range();
    let kind = match value {
        ast::Value::Object(object) => Kind::Object(
            object
                .properties
                .into_iter()
                .map(|property| {
                    let range = property.name.range();
                    let span = range.start + mark..range.end + mark;
                    (Key { span, name: property.name.into_string() }, node(property.value, mark))
                })
                .collect(),
        ),
        ast::Value::Array(array) => {
            Kind::Array(array.elements.into_iter().map(|value| node(value, mark)).collect())
        }
        ast::Value::StringLit(text) => Kind::Text(text.value.into_owned()),
        ast::Value::NumberLit(number) => Kind::Number(Number::of_json(number.value)),
        ast::Value::BooleanLit(boolean) => Kind::Bool(boolean.value),
        ast::Value::NullKeyword(_) => Kind::Null,
    };
    Node { span: range.start + mark..range.end + mark, kind }
}
