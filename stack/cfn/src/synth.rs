//! The template as it is sent: its bytes as JSON and YAML, and their number.

use crate::{MAX_INLINE_BODY, MAX_S3_BODY};
use serde_json::Value;

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
        format!("{:#}\n", self.value)
    }
    /// JSON without a space too many.
    #[must_use]
    pub fn to_json_min(&self) -> String {
        self.value.to_string()
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
    /// Whether CloudFormation takes the body at all.
    #[must_use]
    pub fn fits_s3(&self) -> bool {
        self.body_size() <= MAX_S3_BODY
    }
}

/// The bytes of a value's shortest JSON, without keeping it.
pub(crate) fn json_size(value: &impl serde::Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
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
