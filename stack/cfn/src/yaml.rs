//! YAML that YAML 1.1 and 1.2 readers read alike: what could be misread is quoted.

use serde_json::Value;
use std::fmt::Write as _;

/// Writes a value as block YAML.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    node(&mut out, value, 0, false);
    out
}

/// Writes `value`; with `inline` the cursor is after a `- `, and the value may begin on that line.
fn node(out: &mut String, value: &Value, indent: usize, inline: bool) {
    let mut first = inline;
    let mut begin = |out: &mut String| {
        if !std::mem::take(&mut first) {
            out.extend(std::iter::repeat_n(' ', indent));
        }
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                begin(out);
                let start = out.len();
                string(out, key);
                // A key of more than 1024 characters must be marked with `?`.
                if out.len() - start > 1000 {
                    out.insert_str(start, "? ");
                    let _ = write!(out, "\n{}", " ".repeat(indent));
                }
                out.push(':');
                child(out, item, indent + 2);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                begin(out);
                out.push('-');
                if nested(item) {
                    out.push(' ');
                    node(out, item, indent + 2, true);
                } else {
                    child(out, item, indent + 2);
                }
            }
        }
        value => {
            begin(out);
            leaf(out, value);
        }
    }
}

fn nested(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn child(out: &mut String, value: &Value, indent: usize) {
    if nested(value) {
        out.push('\n');
        node(out, value, indent, false);
    } else {
        out.push(' ');
        leaf(out, value);
    }
}

/// A value without children, and the end of its line.
fn leaf(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => string(out, text),
        Value::Object(_) => out.push_str("{}"),
        Value::Number(number) => out.push_str(&float(&number.to_string())),
        Value::Array(_) => out.push_str("[]"),
        // Writing to a String cannot fail.
        other => _ = write!(out, "{other}"),
    }
    out.push('\n');
}

/// A YAML 1.1 float needs a point, and a sign in its exponent.
fn float(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.to_owned() };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// A string: bare if no reader can take it for anything else, otherwise in double quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    let mut out = String::new();
    string(&mut out, text);
    out
}

fn string(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    let mut rest = text;
    // Here a byte that is not ASCII is the first byte of its character.
    let escaped = |b: u8| !matches!(b, b' '..=b'~') || matches!(b, b'"' | b'\\');
    while let Some(at) = rest.bytes().position(escaped) {
        out.push_str(&rest[..at]);
        let mut chars = rest[at..].chars();
        // Writing to a String cannot fail.
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\t') => out.push_str("\\t"),
            Some('\r') => out.push_str("\\r"),
            Some(c) if u32::from(c) > 0xffff => _ = write!(out, "\\U{:08x}", u32::from(c)),
            Some(c) => _ = write!(out, "\\u{:04x}", u32::from(c)),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Words that YAML 1.1 reads as a boolean or as nothing, in any case.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b':' | b' ')
        })
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && text.len() < 1000
        && !WORDS.iter().any(|w| w.eq_ignore_ascii_case(text))
}
