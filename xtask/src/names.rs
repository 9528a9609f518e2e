//! Rust names for those of the schemas.

use std::collections::{BTreeMap, BTreeSet};

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "bool", "box", "break", "char", "const", "continue", "crate", "dyn",
    "else", "enum", "extern", "f64", "false", "fn", "for", "gen", "i64", "if", "impl", "in", "let",
    "loop", "match", "mod", "move", "mut", "new", "pub", "ref", "return", "self", "static", "str",
    "struct", "super", "trait", "true", "try", "type", "u64", "unsafe", "use", "where", "while",
    "yield", "abstract", "become", "do", "final", "macro", "override", "priv", "typeof", "unsized",
    "virtual",
];

/// Types that the tables and their macros name themselves.
const TYPES: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "From",
    "Hash",
    "Into",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Err",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
    "Box",
];

/// The Rust names of a schema's property types.
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Names for these definitions, each of them unique.
    pub fn of<'a>(definitions: impl Iterator<Item = &'a str>) -> Self {
        let mut taken = BTreeSet::new();
        let mut names = BTreeMap::new();
        for definition in definitions {
            let mut name = type_name(definition);
            while !taken.insert(name.clone()) {
                name += "Type";
            }
            names.insert(definition.to_owned(), name);
        }
        Self(names)
    }

    /// The name of a definition.
    pub fn rust(&self, definition: &str) -> String {
        self.0.get(definition).cloned().unwrap_or_else(|| type_name(definition))
    }

    /// All names.
    pub fn taken(&self) -> BTreeSet<&str> {
        self.0.values().map(String::as_str).collect()
    }
}

/// A type's name: letters and digits, with a capital first; `String` is `StringType`.
pub fn type_name(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()) {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, 'N');
    }
    if TYPES.contains(&out.as_str()) { out + "Type" } else { out }
}

/// The name of a property's setter, or of a module: `Type` is `type_`.
pub fn ident(key: &str) -> String {
    let name = snake(key);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("n{name}");
    }
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// `S3Bucket` is `s3_bucket`, `OKActions` `ok_actions`, `NotificationARNs` `notification_arns`.
pub fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            let before = chars[i - 1];
            let plural = chars.get(i + 1) == Some(&'s')
                && chars.get(i + 2).is_none_or(|c| c.is_ascii_uppercase());
            let starts_word = chars.get(i + 1).is_some_and(char::is_ascii_lowercase) && !plural;
            if !before.is_ascii_uppercase() || starts_word {
                out.push('_');
            }
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
