//! Properties with a closed set of values: each gets an enum, so that a wrong value does not compile.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The largest set that becomes an enum. Lambda's runtimes, which change monthly, are more.
const MOST: usize = 40;

/// The enums of one resource type: by owner (the resource or a property type) and property.
#[derive(Default)]
pub struct Enums {
    names: BTreeMap<(String, String), String>,
    sets: BTreeMap<String, Vec<String>>,
}

/// A property with a closed set of values.
struct Found {
    owner: String,
    key: String,
    name: String,
    values: Vec<String>,
}

impl Enums {
    /// Finds the sets among the properties of each owner. `taken` are the names of property types.
    pub fn find<'a>(
        owners: impl IntoIterator<Item = (&'a str, Vec<(&'a str, &'a Value)>)>,
        taken: &BTreeSet<&str>,
    ) -> Self {
        let mut found = Vec::new();
        for (owner, properties) in owners {
            for (key, property) in properties {
                let Some((values, list)) = set(property) else { continue };
                let singular = key.strip_suffix('s').filter(|_| list).unwrap_or(key);
                let (owner, key, name) = (owner.to_owned(), key.to_owned(), singular.to_owned());
                found.push(Found { owner, key, name, values });
            }
        }
        let mut enums = Self::default();
        for f in &found {
            // Properties of the same name share an enum if they take the same values.
            let shared = found.iter().all(|other| other.name != f.name || other.values == f.values);
            let name = if shared && !taken.contains(f.name.as_str()) {
                f.name.clone()
            } else {
                format!("{}{}", f.owner, f.name)
            };
            enums.names.insert((f.owner.clone(), f.key.clone()), name.clone());
            enums.sets.insert(name, f.values.clone());
        }
        enums
    }

    /// The enum of a property.
    pub fn name(&self, owner: &str, key: &str) -> Option<&str> {
        self.names.get(&(owner.to_owned(), key.to_owned())).map(String::as_str)
    }

    /// The text of all enums.
    pub fn text(&self) -> String {
        self.sets.iter().map(|(name, values)| text(name, values)).collect()
    }
}

/// The values of a property, and whether it takes a list of them.
fn set(property: &Value) -> Option<(Vec<String>, bool)> {
    let (values, list) = match property["enum"].as_array() {
        Some(values) => (values, false),
        None => (property["items"]["enum"].as_array()?, true),
    };
    let mut names: Vec<String> =
        values.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    names.sort();
    let variants: BTreeSet<String> = names.iter().map(|name| variant(name)).collect();
    // Values that differ only in their case (`GLACIER`, `Glacier`) stay strings.
    (names.len() <= MOST && variants.len() == names.len()).then_some((names, list))
}

/// `DEEP_ARCHIVE` is `DeepArchive`, `notBreaching` `NotBreaching`, `x86_64` `X86_64`.
fn variant(value: &str) -> String {
    let mut out = String::new();
    for part in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()) {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits(out.chars().last()) && digits(part.chars().next()) {
            out.push('_');
        }
        let upper = !part.chars().any(|c| c.is_ascii_lowercase());
        for (i, c) in part.chars().enumerate() {
            out.push(match (i, upper) {
                (0, _) => c.to_ascii_uppercase(),
                (_, true) => c.to_ascii_lowercase(),
                (_, false) => c,
            });
        }
    }
    out
}

fn text(name: &str, values: &[String]) -> String {
    let mut out = format!(
        "/// The values of `{name}`.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         pub enum {name} {{\n"
    );
    for value in values {
        let _ = writeln!(out, "/// `{value}`.\n{},", variant(value));
    }
    let _ = write!(
        out,
        "}}\n\nimpl {name} {{\n\
         /// The value as CloudFormation spells it.\n#[must_use]\n\
         pub fn as_str(self) -> &'static str {{\nmatch self {{\n"
    );
    for value in values {
        let _ = writeln!(out, "Self::{} => {value:?},", variant(value));
    }
    let _ = write!(
        out,
        "}}\n}}\n}}\n\n\
         impl From<{name}> for crate::Val<{name}> {{\n\
         fn from(value: {name}) -> Self {{ crate::Val::raw(value.as_str().into()) }}\n}}\n\n\
         impl From<crate::Val<String>> for crate::Val<{name}> {{\n\
         /// A reference, whose value is known at deployment.\n\
         fn from(value: crate::Val<String>) -> Self {{ crate::Val::raw(value.into_json()) }}\n}}\n\n"
    );
    out
}
