//! Properties with a closed set of values: each gets an enum, so that a wrong value does not compile.

use super::names::type_name;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
                let (owner, key, name) = (owner.to_owned(), key.to_owned(), type_name(singular));
                found.push(Found { owner, key, name, values });
            }
        }
        let mut enums = Self::default();
        for f in &found {
            // Properties of the same name share an enum if they take the same values.
            let shared = found.iter().all(|other| other.name != f.name || other.values == f.values);
            let mut name = if shared && !taken.contains(f.name.as_str()) {
                f.name.clone()
            } else {
                format!("{}{}", f.owner, f.name)
            };
            while taken.contains(name.as_str()) {
                name += "Value";
            }
            enums.names.insert((f.owner.clone(), f.key.clone()), name.clone());
            enums.sets.insert(name, f.values.clone());
        }
        enums
    }

    /// The enum of a property.
    pub fn name(&self, owner: &str, key: &str) -> Option<&str> {
        self.names.get(&(owner.to_owned(), key.to_owned())).map(String::as_str)
    }

    /// The names of all enums.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
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
    let named = variants.len() == names.len() && !variants.contains("");
    (names.len() <= MOST && !names.is_empty() && named).then_some((names, list))
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
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, 'N');
    }
    if out == "Self" { "Self_".to_owned() } else { out }
}

/// A row of the table: `Name { Variant = "VALUE" }`, on one line if it fits.
fn text(name: &str, values: &[String]) -> String {
    let pairs = values.iter().map(|value| format!("{} = {value:?}", variant(value)));
    let one = pairs.clone().collect::<Vec<_>>().join(", ");
    let line = format!("    closed! {{ {name} {{ {one} }} }}\n");
    if line.len() <= super::WIDTH {
        return line;
    }
    let list = super::wrapped(pairs.map(|pair| pair + ","), " ", 8);
    format!("    closed! {{ {name} {{\n{list}    }} }}\n")
}
