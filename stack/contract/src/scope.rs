//! The machines that the function watches.

use std::collections::HashSet;
use std::ops::Deref;

/// Names or globs (`*` any text, `?` one character) of watched and of excluded machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Empty means every machine.
    pub include: Patterns,
    /// Wins over `include`.
    pub exclude: Patterns,
}

impl Scope {
    /// From the values of the two environment variables of [`crate::env`].
    pub fn from_lists(include: Option<&str>, exclude: Option<&str>) -> Self {
        let split = |list: Option<&str>| {
            let all = list.unwrap_or_default().split(',').map(str::trim);
            all.filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>().into()
        };
        Self { include: split(include), exclude: split(exclude) }
    }

    /// Whether the machine with this name is watched.
    pub fn covers(&self, name: &str) -> bool {
        (self.include.is_empty() || self.include.matches(name)) && !self.exclude.matches(name)
    }
}

/// Names or globs, in their order. A plain name is looked up, not tried: of ten thousand, each is
/// asked about each of ten thousand machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    all: Vec<String>,
    names: HashSet<String>,
    globs: Vec<String>,
}

impl Patterns {
    /// Whether one of them is this very name, and not a glob.
    pub fn names(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether one of them means this name.
    pub fn matches(&self, name: &str) -> bool {
        self.names.contains(name) || self.globs.iter().any(|glob| glob_matches(glob, name))
    }
}

impl From<Vec<String>> for Patterns {
    fn from(all: Vec<String>) -> Self {
        let (globs, names): (Vec<_>, Vec<_>) =
            all.iter().cloned().partition(|pattern| pattern.contains(['*', '?']));
        Self { all, names: names.into_iter().collect(), globs }
    }
}

impl Deref for Patterns {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.all
    }
}

/// Whether the whole name matches the pattern: `*` is any text, `?` any one character, all else
/// itself. Linear in the product of the lengths: no pattern can make it slow.
pub fn glob_matches(pattern: &str, name: &str) -> bool {
    // Most names differ from most patterns before the first of these.
    let (literal, pattern) = pattern.split_at(pattern.find(['*', '?']).unwrap_or(pattern.len()));
    let Some(name) = name.strip_prefix(literal) else { return false };
    let name: Vec<char> = name.chars().collect();
    let mut reach = vec![false; name.len() + 1];
    reach[0] = true;
    for p in pattern.chars() {
        if p == '*' {
            let first = reach.iter().position(|&r| r).unwrap_or(name.len() + 1);
            (first..reach.len()).for_each(|i| reach[i] = true);
        } else {
            for i in (0..name.len()).rev() {
                reach[i + 1] = reach[i] && (p == '?' || p == name[i]);
            }
            reach[0] = false;
        }
    }
    reach[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_names() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("step?", "step1", true),
            ("step?", "step", false),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcdef", false),
            ("**", "x", true),
            ("abc", "abcd", false),
            ("abc", "ab", false),
            ("abc", "abc", true),
            ("äö?*", "äöü", true),
            ("äö?*", "äö", false),
            ("äö?*", "äx", false),
        ] {
            assert_eq!(glob_matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn exclude_wins_and_an_empty_include_is_everything() {
        let scope = Scope::from_lists(None, Some("tmp-*, x"));
        assert!(scope.covers("a") && !scope.covers("tmp-1") && !scope.covers("x"));
        assert!(!Scope::from_lists(Some("b*"), None).covers("a"));
        let both = Scope::from_lists(Some("b*, a,,c?"), None);
        assert!(both.covers("a") && both.covers("b1") && both.covers("c1") && !both.covers("d"));
        assert_eq!(*both.include, ["b*", "a", "c?"]);
        assert!(both.include.names("a") && !both.include.names("b1") && !both.include.names("b*"));
    }
}
