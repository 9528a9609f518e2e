//! The changes of a change set, and the changes between two sets of templates.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a change set does to one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is created.
    Add,
    /// It is changed.
    Modify,
    /// It is deleted, or retained by its policy.
    Remove,
    /// It exists and becomes part of the stack.
    Import,
    /// The change is known only when it is executed: a nested stack.
    Dynamic,
}

/// Whether a changed resource is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replacement {
    /// It is changed in place.
    No,
    /// It is replaced: a new one is created, and the old one is deleted.
    Yes,
    /// It depends on values that are not known yet.
    Maybe,
}

/// One change of one property or attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// `Properties`, `Tags`, `Metadata`, …
    pub attribute: String,
    /// The property, for `Properties`.
    pub name: Option<String>,
    /// Whether the change replaces the resource.
    pub replaces: Replacement,
    /// The value before, if CloudFormation reports it.
    pub before: Option<String>,
    /// The value after, if CloudFormation reports it.
    pub after: Option<String>,
    /// The parameter, resource or attribute that causes it.
    pub cause: Option<String>,
}

/// The change of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Logical ids of the nested stacks that contain it, outermost first.
    pub within: Vec<String>,
    /// Logical id.
    pub logical_id: String,
    /// Physical id, if it exists.
    pub physical_id: Option<String>,
    /// Type.
    pub resource_type: String,
    /// What is done to it.
    pub action: Action,
    /// Whether it is replaced.
    pub replacement: Replacement,
    /// Its changed properties and attributes.
    pub details: Vec<Detail>,
    /// ARN of the change set of a nested stack.
    pub change_set: Option<String>,
}

impl Change {
    /// Logical id with the nested stacks that contain it: `Machines3/Step1Alarm`.
    pub fn path(&self) -> String {
        let mut path = self.within.join("/");
        if !path.is_empty() {
            path.push('/');
        }
        path + &self.logical_id
    }

    /// The creation of a resource.
    pub fn add(within: &[String], logical_id: &str, resource_type: &str) -> Self {
        Self {
            within: within.to_vec(),
            logical_id: logical_id.to_owned(),
            physical_id: None,
            resource_type: resource_type.to_owned(),
            action: Action::Add,
            replacement: Replacement::No,
            details: Vec::new(),
            change_set: None,
        }
    }
}

/// The templates of a stack and its nested stacks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// Templates by the logical ids of the nested stacks that contain them; the root's path is empty.
    pub templates: BTreeMap<Vec<String>, Value>,
}

impl Tree {
    /// Every resource: the path of its stack, its logical id, and its body.
    pub fn resources(&self) -> impl Iterator<Item = (&Vec<String>, &String, &Value)> {
        self.templates.iter().flat_map(|(path, template)| {
            let resources = template.get("Resources").and_then(Value::as_object);
            resources.into_iter().flatten().map(move |(id, body)| (path, id, body))
        })
    }

    /// The changes that create every resource.
    pub fn additions(&self) -> Vec<Change> {
        self.resources()
            .map(|(path, id, body)| Change::add(path, id, text(body, "Type").unwrap_or_default()))
            .collect()
    }
}

/// A string in a JSON object.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The changes between two trees, by their templates alone: whether CloudFormation replaces a changed
/// resource is not known.
pub fn compare(old: &Tree, new: &Tree) -> Vec<Change> {
    let bodies = |tree: &Tree| -> BTreeMap<(Vec<String>, String), Value> {
        tree.resources()
            .map(|(path, id, body)| ((path.clone(), id.clone()), body.clone()))
            .collect()
    };
    let (before, after) = (bodies(old), bodies(new));
    let mut changes = Vec::new();
    for ((path, id), body) in &after {
        let add = Change::add(path, id, text(body, "Type").unwrap_or_default());
        match before.get(&(path.clone(), id.clone())) {
            None => changes.push(add),
            Some(was) if was != body => changes.push(Change {
                action: Action::Modify,
                replacement: Replacement::Maybe,
                ..add
            }),
            Some(_) => {}
        }
    }
    for ((path, id), body) in &before {
        if !after.contains_key(&(path.clone(), id.clone())) {
            let kind = text(body, "Type").unwrap_or_default();
            changes.push(Change { action: Action::Remove, ..Change::add(path, id, kind) });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn without_a_change_set_the_templates_show_what_is_added_removed_and_may_change() {
        let tree = |resources: Value| Tree {
            templates: [(Vec::new(), json!({ "Resources": resources }))].into(),
        };
        let old = tree(json!({"A": {"Type": "X"}, "B": {"Type": "X"}, "C": {"Type": "X"}}));
        let new = tree(json!({"A": {"Type": "X"}, "B": {"Type": "X", "P": 1}, "D": {"Type": "Y"}}));
        let changes = compare(&old, &new);
        let found: Vec<_> = changes.iter().map(|c| (c.path(), c.action)).collect();
        assert_eq!(
            found,
            [
                ("B".to_owned(), Action::Modify),
                ("D".to_owned(), Action::Add),
                ("C".to_owned(), Action::Remove),
            ]
        );
        assert_eq!(compare(&old, &old), []);
    }
}
