//! Which machines the function looks at.

use serde::{Deserialize, Serialize};

/// Names or globs (`*` any text, `?` one character) of machines to look at and to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Empty means every machine.
    pub include: Vec<String>,
    /// Wins over `include`.
    pub exclude: Vec<String>,
}

impl Scope {
    /// From the values of the two environment variables of [`crate::env`].
    pub fn from_lists(include: Option<&str>, exclude: Option<&str>) -> Self {
        let split = |list: Option<&str>| {
            list.unwrap_or_default()
                .split(',')
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self { include: split(include), exclude: split(exclude) }
    }

    /// Whether the machine with this name is looked at.
    pub fn covers(&self, name: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|p| glob_matches(p, name));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }
}

/// Whether the whole name matches the pattern: `*` is any text, `?` any one character, all else
/// itself. Linear in the product of the lengths: no pattern can make it slow.
pub fn glob_matches(pattern: &str, name: &str) -> bool {
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
        ] {
            assert_eq!(glob_matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn exclude_wins_and_an_empty_include_is_everything() {
        let scope = Scope::from_lists(None, Some("tmp-*, x"));
        assert!(scope.covers("a") && !scope.covers("tmp-1") && !scope.covers("x"));
        assert!(!Scope::from_lists(Some("b*"), None).covers("a"));
    }
}
