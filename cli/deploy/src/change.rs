//! The changes of a change set, and the changes between two sets of templates.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a change set does to one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is made.
    Add,
    /// It is changed.
    Modify,
    /// It goes: deleted, or left behind where its policy says so.
    Remove,
    /// It exists and becomes part of the stack.
    Import,
    /// What happens is known only when it happens: a stack in the stack.
    Dynamic,
}

/// Whether a changed resource is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replacement {
    /// It is changed in place.
    No,
    /// It is made anew, and the old one is deleted.
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
    /// Whether changing it makes the resource anew.
    pub replaces: Replacement,
    /// The value before, where CloudFormation tells it.
    pub before: Option<String>,
    /// The value after, where CloudFormation tells it.
    pub after: Option<String>,
    /// The parameter, resource or attribute that causes it.
    pub cause: Option<String>,
}

/// The change of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Logical ids of the stacks in the stack that it is in, from the outside.
    pub within: Vec<String>,
    /// Logical id.
    pub logical_id: String,
    /// Physical id, if it exists.
    pub physical_id: Option<String>,
    /// Type.
    pub resource_type: String,
    /// What happens.
    pub action: Action,
    /// Whether it is made anew.
    pub replacement: Replacement,
    /// What of it changes.
    pub details: Vec<Detail>,
    /// ARN of the change set of a stack in the stack.
    pub change_set: Option<String>,
}

impl Change {
    /// Logical id with the stacks that it is in: `Machines3/Step1Alarm`.
    pub fn path(&self) -> String {
        let mut path = self.within.join("/");
        if !path.is_empty() {
            path.push('/');
        }
        path + &self.logical_id
    }

    /// A resource that a new stack would have.
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

/// A template of a stack: the root's has an empty path.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// Templates, by the logical ids that lead to their stack.
    pub templates: BTreeMap<Vec<String>, Value>,
}

impl Tree {
    /// Every resource: the stacks it is in, its logical id, and its body.
    pub fn resources(&self) -> impl Iterator<Item = (&Vec<String>, &String, &Value)> {
        self.templates.iter().flat_map(|(path, template)| {
            let resources = template.get("Resources").and_then(Value::as_object);
            resources.into_iter().flatten().map(move |(id, body)| (path, id, body))
        })
    }

    /// The changes that creating this would be: everything is made.
    pub fn additions(&self) -> Vec<Change> {
        self.resources()
            .map(|(path, id, body)| Change::add(path, id, text(body, "Type").unwrap_or_default()))
            .collect()
    }
}

/// A text in a JSON object.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The changes between two trees as far as the templates tell: what CloudFormation makes of a
/// changed resource is not known.
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
    fn without_a_change_set_the_templates_tell_what_comes_goes_and_may_change() {
        let tree = |resources: Value| Tree {
            templates: [(Vec::new(), json!({ "Resources": resources }))].into(),
        };
        let old = tree(json!({"A": {"Type": "X"}, "B": {"Type": "X"}, "C": {"Type": "X"}}));
        let new = tree(json!({"A": {"Type": "X"}, "B": {"Type": "X", "P": 1}, "D": {"Type": "Y"}}));
        let changes = compare(&old, &new);
        let told: Vec<_> = changes.iter().map(|c| (c.path(), c.action)).collect();
        assert_eq!(
            told,
            [
                ("B".to_owned(), Action::Modify),
                ("D".to_owned(), Action::Add),
                ("C".to_owned(), Action::Remove),
            ]
        );
        assert_eq!(compare(&old, &old), []);
    }
}
