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

/// Writes `value`; `inline` says that the cursor stands after a `- ` that it may go on from.
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
                let key = scalar(key);
                // A key of over 1024 characters must say that it is one.
                if key.len() > 1000 {
                    let _ = write!(out, "? {key}\n{}", " ".repeat(indent));
                } else {
                    out.push_str(&key);
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
        leaf => {
            begin(out);
            out.push_str(&plain(leaf));
            out.push('\n');
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
        out.push_str(&plain(value));
        out.push('\n');
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Object(_) => "{}".to_owned(),
        Value::Number(number) => float(&number.to_string()),
        Value::Array(_) => "[]".to_owned(),
        other => other.to_string(),
    }
}

/// A YAML 1.1 float needs a point, and a sign in its exponent.
fn float(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.to_owned() };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// A string, bare where no reader can take it for anything else, else in double quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ' '..='~' => out.push(c),
            c if u32::from(c) > 0xffff => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// Words that YAML 1.1 reads as a boolean or as nothing, in any case.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./: ".contains(c))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && text.len() < 1000
        && !WORDS.iter().any(|w| w.eq_ignore_ascii_case(text))
}
