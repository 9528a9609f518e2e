//! The template as it is sent: its bytes as JSON and YAML, and their number. All of them are ASCII:
//! CloudFormation returns a template with `?` for every other character.

use crate::{MAX_INLINE_BODY, MAX_S3_BODY};
use serde_json::Value;
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
        // A JSON value never fails to be written.
        ascii(serde_json::to_string_pretty(&self.value).unwrap_or_default() + "\n")
    }
    /// JSON without a space too many.
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

/// The bytes of a value's shortest JSON in ASCII, without keeping it.
#[must_use]
pub fn json_size(value: &impl serde::Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.iter().map(ascii_size).sum::<usize>();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Neither the counter nor a JSON value can fail.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

/// What a byte of UTF-8 adds to JSON in ASCII: the first byte of a character counts for all of it.
fn ascii_size(byte: &u8) -> usize {
    match byte {
        0..=0x7f => 1,
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
        fn what_is_sent_is_ascii_and_says_the_same(text in "\\PC{0,20}") {
            let value = json!({"Description": text.clone(), text: [1, "\u{b7}\u{1f600}"]});
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
