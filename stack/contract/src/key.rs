//! Keys: the short names of machines that metrics, alarms and people use.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a managed machine's name has behind its key.
pub const MANAGED_SUFFIX: &str = "-step-function";

/// A machine's short name: 1 to 80 characters of `A-Z a-z 0-9 ! ' ( ) + - . = @ _`.
///
/// These are the ASCII characters that Step Functions takes in a name (StateMachineListItem), and
/// metrics, dimensions and alarms take them all: CloudWatch refuses only ASCII control characters,
/// and in a metric what is not ASCII (Dimension, PutMetricAlarm; Step Functions service quotas).
///
/// A machine's key is its name without [`MANAGED_SUFFIX`], for managed and watched machines
/// alike: the function derives it from the name alone and needs no list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MachineKey(String);

/// What a key may have beside ASCII letters and digits.
const PUNCTUATION: &str = "!'()+-.=@_";

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKey {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be a machine's name: {}", self.text.escape_debug(), self.reason)
    }
}
impl std::error::Error for InvalidKey {}

impl MachineKey {
    /// Checks a key.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidKey> {
        let text = text.into();
        let bad = text.chars().find(|c| !(c.is_ascii_alphanumeric() || PUNCTUATION.contains(*c)));
        let reason = if text.is_empty() {
            "it is empty".to_owned()
        } else if text.len() > 80 {
            format!("it has {} bytes; Step Functions allows 80", text.len())
        } else if let Some(c) = bad {
            let why = match c.is_ascii() {
                true => "is not allowed by Step Functions",
                false => "does not work in CloudWatch metric names",
            };
            format!("`{}` {why}; use A-Z a-z 0-9 ! ' ( ) + - . = @ _", c.escape_debug())
        } else {
            return Ok(Self(text));
        };
        Err(InvalidKey { text, reason })
    }

    /// The key of the machine with this name.
    pub fn of_machine(name: &str) -> Result<Self, InvalidKey> {
        Self::new(name.strip_suffix(MANAGED_SUFFIX).filter(|k| !k.is_empty()).unwrap_or(name))
    }

    /// Name of the managed machine with this key.
    pub fn managed_name(&self) -> String {
        format!("{}{MANAGED_SUFFIX}", self.0)
    }

    /// The key of a row whose key is yet to be read.
    pub(crate) fn nameless() -> Self {
        Self(String::new())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MachineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl TryFrom<String> for MachineKey {
    type Error = InvalidKey;
    fn try_from(text: String) -> Result<Self, InvalidKey> {
        Self::new(text)
    }
}
impl From<MachineKey> for String {
    fn from(key: MachineKey) -> String {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_managed_name_and_its_key_are_each_others_inverse() {
        let key = MachineKey::new("step1").unwrap();
        assert_eq!(key.managed_name(), "step1-step-function");
        assert_eq!(MachineKey::of_machine("step1-step-function").unwrap(), key);
        assert_eq!(MachineKey::of_machine("other").unwrap().as_str(), "other");
        assert_eq!(MachineKey::of_machine("-step-function").unwrap().as_str(), "-step-function");
    }

    #[test]
    fn every_ascii_character_that_step_functions_allows_is_part_of_a_key() {
        for name in ["pay@v2", "pay+x", "pay(old)", "pay=1", "pay'x", "pay!", "pay.ok", "a_-b"] {
            assert_eq!(MachineKey::new(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_break_metrics_are_refused_with_the_character() {
        assert!(MachineKey::new("café").unwrap_err().to_string().contains('é'));
        for c in " <>{}[]?*\"#%\\^|~`$&,;:/\u{7f}".chars() {
            assert!(MachineKey::new(format!("a{c}b")).is_err(), "{c:?}");
        }
        assert!(MachineKey::new("").is_err());
        assert!(MachineKey::new("x".repeat(81)).unwrap_err().to_string().contains("80"));
    }
}
