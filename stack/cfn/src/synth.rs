//! The template as it is sent: its bytes as JSON and YAML, and their number. All of them are ASCII:
//! CloudFormation returns a template with `?` for every other character.

use crate::{MAX_INLINE_BODY, MAX_S3_BODY};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// A template that passed its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Synth {
    pub(crate) value: Value,
    pub(crate) resources: usize,
}

impl Synth {
    /// The template as JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
    /// Indented JSON, with a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing a JSON value never fails.
        ascii(serde_json::to_string_pretty(&self.value).unwrap_or_default() + "\n")
    }
    /// Compact JSON.
    #[must_use]
    pub fn to_json_min(&self) -> String {
        ascii(serde_json::to_string(&self.value).unwrap_or_default())
    }
    /// YAML that a YAML 1.1 reader reads back as the same values.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        crate::yaml::write(&self.value)
    }
    /// How many resources there are.
    #[must_use]
    pub fn resource_count(&self) -> usize {
        self.resources
    }
    /// The bytes of the shortest body.
    #[must_use]
    pub fn body_size(&self) -> usize {
        json_size(&self.value)
    }
    /// Whether a request may carry the body itself (else it goes through S3).
    #[must_use]
    pub fn fits_inline(&self) -> bool {
        self.body_size() <= MAX_INLINE_BODY
    }
    /// Whether CloudFormation accepts the body.
    #[must_use]
    pub fn fits_s3(&self) -> bool {
        self.body_size() <= MAX_S3_BODY
    }
}

/// JSON with escapes (`\u00b7`) for all that is not ASCII. In JSON only strings can have such
/// characters, so the value stays the same.
#[must_use]
pub fn ascii(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// The bytes of a value's shortest JSON in ASCII, without writing it.
#[must_use]
pub fn json_size(value: &Value) -> usize {
    match value {
        Value::Object(map) => map_size(map),
        // Between brackets, a comma before all but the first.
        Value::Array(items) => {
            2 + items.len().saturating_sub(1) + items.iter().map(json_size).sum::<usize>()
        }
        Value::String(text) => text_size(text),
        other => other.to_string().len(),
    }
}

/// The same for an object.
pub(crate) fn map_size(map: &Map<String, Value>) -> usize {
    let fields = map.iter().map(|(key, value)| text_size(key) + 1 + json_size(value));
    2 + map.len().saturating_sub(1) + fields.sum::<usize>()
}

fn text_size(text: &str) -> usize {
    // Most texts have nothing to escape. Without a branch for each byte they are read many at once.
    let plain = |b: u8| (0x20..=0x7f).contains(&b) & (b != b'"') & (b != b'\\');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return 2 + text.len();
    }
    2 + text.bytes().map(byte_size).sum::<usize>()
}

/// What a byte of UTF-8 adds to a string of JSON in ASCII: the first byte of a character counts for
/// all of it.
fn byte_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        // `\u00XX`.
        0..=0x1f => 6,
        0x20..=0x7f => 1,
        0x80..=0xbf => 0,
        // `\uXXXX`, and two of them past U+FFFF.
        0xc0..=0xef => 6,
        0xf0.. => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn what_is_sent_is_ascii_and_says_the_same(
            text in "\\PC{0,20}[\\x00-\\x7f]{0,9}", quarters: i32, empty: bool,
        ) {
            let rest = if empty { json!([[], {}]) } else { json!([f64::from(quarters) / 4.0, -1, null, true]) };
            let value =
                json!({"Description": text.clone(), text: [1, "\u{b7}\u{1f600}"], "rest": rest});
            let synth = Synth { value: value.clone(), resources: 0 };
            prop_assert_eq!(synth.body_size(), synth.to_json_min().len());
            for json in [synth.to_json(), synth.to_json_min()] {
                prop_assert!(json.is_ascii());
                prop_assert_eq!(&serde_json::from_str::<Value>(&json).unwrap(), &value);
            }
            let yaml = synth.to_yaml();
            prop_assert!(yaml.is_ascii());
            prop_assert_eq!(&serde_yaml::from_str::<Value>(&yaml).unwrap(), &value);
        }
    }
}
