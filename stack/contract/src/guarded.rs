//! The keys that have an alarm, small enough for a function's environment.

use crate::MachineKey;
use std::collections::BTreeSet;

/// Which machines have an alarm: their keys, or hashes of them where the keys would not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guarded {
    /// The keys.
    Keys(BTreeSet<String>),
    /// 20 bits of each key's hash. A machine without an alarm passes for one that has it when
    /// their hashes meet: with 500 alarms, one such machine in two thousand.
    Hashes(BTreeSet<u32>),
}

/// What a text of hashes begins with; no key does.
const MARK: char = '#';
const DIGITS: usize = 5;

impl Guarded {
    /// The text for the environment, in at most `room` bytes: the keys separated by commas, or
    /// else their hashes. `None` if neither fits; then the function cannot tell who is unguarded.
    pub fn encode(keys: &BTreeSet<MachineKey>, room: usize) -> Option<String> {
        let names: Vec<&str> = keys.iter().map(MachineKey::as_str).collect();
        let names = names.join(",");
        if names.len() <= room {
            return Some(names);
        }
        let hashes: BTreeSet<u32> = keys.iter().map(|key| hash(key.as_str())).collect();
        let text: String = std::iter::once(MARK.to_string())
            .chain(hashes.iter().map(|hash| format!("{hash:0DIGITS$x}")))
            .collect();
        (text.len() <= room).then_some(text)
    }

    /// Reads the text; `None` if it is none.
    pub fn decode(text: &str) -> Option<Self> {
        let Some(digits) = text.strip_prefix(MARK) else {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            return Some(Self::Keys(names.map(str::to_owned).collect()));
        };
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) || digits.len() % DIGITS != 0 {
            return None;
        }
        let hashes = (0..digits.len())
            .step_by(DIGITS)
            .map(|at| u32::from_str_radix(&digits[at..at + DIGITS], 16).ok());
        Some(Self::Hashes(hashes.collect::<Option<_>>()?))
    }

    /// Whether this machine has an alarm.
    pub fn contains(&self, key: &MachineKey) -> bool {
        match self {
            Guarded::Keys(keys) => keys.contains(key.as_str()),
            Guarded::Hashes(hashes) => hashes.contains(&hash(key.as_str())),
        }
    }
}

/// 20 bits of FNV-1a, folded as its authors say. It is written here because the standard library's
/// hash may change between versions, and the stack and the function must agree on this one.
fn hash(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 20) ^ (hash & 0xf_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: usize) -> BTreeSet<MachineKey> {
        (0..count).map(|i| MachineKey::new(format!("machine-{i}")).unwrap()).collect()
    }

    #[test]
    fn keys_that_fit_are_told_as_they_are_and_more_of_them_as_hashes() {
        let few = Guarded::encode(&keys(3), 100).unwrap();
        assert_eq!(few, "machine-0,machine-1,machine-2");
        let many = Guarded::encode(&keys(500), 2_600).unwrap();
        assert!(many.len() <= 2_600, "{}", many.len());
        assert_eq!(Guarded::encode(&keys(500), 2_000), None);
        for text in [few, many] {
            let guarded = Guarded::decode(&text).unwrap();
            assert!(keys(3).iter().all(|key| guarded.contains(key)));
            assert!(!guarded.contains(&MachineKey::new("another").unwrap()));
        }
    }

    #[test]
    fn no_keys_guard_nothing_and_a_broken_text_is_refused() {
        let none = Guarded::decode(&Guarded::encode(&keys(0), 10).unwrap()).unwrap();
        assert!(keys(9).iter().all(|key| !none.contains(key)));
        assert_eq!(Guarded::decode("#12"), None);
        assert_eq!(Guarded::decode("#1234g"), None);
        assert_eq!(Guarded::decode("#caf\u{e9}12"), None);
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // FNV-1a of "a" in 32 bits is e40c292c.
        assert_eq!(hash("a"), 0xe40 ^ 0xc_292c);
    }
}
