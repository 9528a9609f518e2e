//! Logical ids of machines: readable, and a function of the key alone, so that a machine keeps
//! its resources whatever else is in the stack.

use guardian_contract::MachineKey;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The first part of the logical ids of a machine's resources.
///
/// `order-import` becomes `OrderImport`. Only for keys of lower-case words (each of which begins
/// with a letter, save the first) can the key be read back from that; all others get eight
/// digits of their hash, so that `step-1`, `step1` and `Step1` stay three machines.
pub fn stem(key: &MachineKey) -> String {
    let text = key.as_str();
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let mut stem: String = words().map(capitalized).collect();
    if !is_words(text) {
        stem.push_str(&short_hash(text));
    }
    stem
}

/// Eight hexadecimal digits of a text's SHA-256.
pub(crate) fn short_hash(text: &str) -> String {
    hash(text.as_bytes())[..8].to_owned()
}

/// SHA-256 in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn is_words(text: &str) -> bool {
    text.split('-').enumerate().all(|(i, word)| {
        let first = word.chars().next();
        first.is_some_and(|c| c.is_ascii_lowercase() || i == 0 && c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The word that a closed set has for a value, as CloudFormation and the configuration spell it.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        // Only enums without fields come here.
        other => other.map(|v| v.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(key: &str) -> String {
        stem(&MachineKey::new(key).unwrap())
    }

    #[test]
    fn ids_are_readable_and_a_hash_tells_apart_what_would_be_alike() {
        assert_eq!(of("step1"), "Step1");
        assert_eq!(of("order-import"), "OrderImport");
        assert_eq!(of("2nd-run"), "2ndRun");
        for key in ["step-1", "Step1", "step_1", "step.1", "step1-", "--", "STEP1", "orderImport"] {
            let id = of(key);
            assert!(
                id.ends_with(&short_hash(key)) && id.chars().all(|c| c.is_ascii_alphanumeric())
            );
        }
    }

    proptest! {
        #[test]
        fn two_keys_never_share_an_id(a in "[a-cA-C0-1._-]{1,5}", b in "[a-cA-C0-1._-]{1,5}") {
            prop_assume!(a != b);
            prop_assert_ne!(of(&a), of(&b));
        }
    }
}
