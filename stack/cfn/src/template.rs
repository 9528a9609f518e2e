//! The template under construction, and its contents.

use crate::synth::map_size;
use crate::{Bound, Cond, CondId, Id, Json, Output, Param, Parameter, Resource, SynthError};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What happens to a resource that leaves the stack or is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays, outside of any stack.
    Retain,
    /// It stays, unless its own creation failed.
    RetainExceptOnCreate,
    /// A snapshot is taken first, where the type has snapshots.
    Snapshot,
}

impl DeletionPolicy {
    fn word(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }
}

/// A resource in the template, with the attributes that every type has.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) body: Map<String, Value>,
    pub(crate) attributes: &'static [&'static str],
    pub(crate) bounds: &'static [(&'static str, Bound)],
}

impl Entry {
    fn set(&mut self, key: &str, value: Value) -> &mut Self {
        // Without the spare capacity that an insertion makes.
        let body = std::mem::take(&mut self.body);
        self.body = body.into_iter().chain([(key.to_owned(), value)]).collect();
        self
    }
    /// `DependsOn`: created after the other resource, and deleted before it.
    pub fn depends_on<U: Resource>(&mut self, other: &Id<U>) -> &mut Self {
        let all = self.body.entry("DependsOn").or_insert_with(|| json!([]));
        if let Value::Array(all) = all {
            all.push(json!(other.name));
        }
        self
    }
    /// `Condition`: created only if the condition holds.
    pub fn condition(&mut self, condition: &CondId) -> &mut Self {
        self.set("Condition", json!(condition.0))
    }
    /// `DeletionPolicy`.
    pub fn deletion_policy(&mut self, policy: DeletionPolicy) -> &mut Self {
        self.set("DeletionPolicy", json!(policy.word()))
    }
    /// `UpdateReplacePolicy`.
    pub fn update_replace_policy(&mut self, policy: DeletionPolicy) -> &mut Self {
        self.set("UpdateReplacePolicy", json!(policy.word()))
    }
    /// `UpdatePolicy`.
    pub fn update_policy(&mut self, policy: impl Into<Json>) -> &mut Self {
        self.set("UpdatePolicy", policy.into().0)
    }
    /// `Metadata` of the resource.
    pub fn metadata(&mut self, metadata: impl Into<Json>) -> &mut Self {
        self.set("Metadata", metadata.into().0)
    }
}

/// A CloudFormation template under construction.
#[derive(Debug, Clone, Default)]
pub struct Template {
    pub(crate) description: Option<String>,
    /// All others by name; none of them is empty.
    pub(crate) sections: BTreeMap<&'static str, Map<String, Value>>,
    /// In the order in which they were added.
    pub(crate) resources: Vec<(String, Entry)>,
    stray: Option<Box<Entry>>,
    pub(crate) errors: Vec<SynthError>,
}

impl Template {
    /// An empty template.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `Description`.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// What a section has, other than that of the resources.
    pub(crate) fn section(&self, section: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.sections.get(section).into_iter().flatten()
    }

    /// Whether a section has an entry of this name.
    pub(crate) fn has(&self, section: &str, name: &str) -> bool {
        self.sections.get(section).is_some_and(|entries| entries.contains_key(name))
    }

    fn insert(&mut self, section: &'static str, name: &str, body: Value) {
        let entries = self.sections.entry(section).or_default();
        let double = entries.insert(name.to_owned(), body).is_some()
            || section == "Parameters" && self.resources.iter().any(|(id, _)| id == name);
        if double {
            self.errors.push(SynthError::Duplicate { section, id: name.to_owned() });
        }
    }

    fn place(&mut self, id: String, entry: Entry) {
        if self.has("Parameters", &id) {
            self.errors.push(SynthError::Duplicate { section: "Resources", id: id.clone() });
        }
        self.resources.push((id, entry));
    }

    /// Adds a resource. [`Template::synth`] reports a logical id that is already in use.
    pub fn add<T: Resource>(&mut self, name: impl Into<String>, resource: T) -> Id<T> {
        let name = name.into();
        let properties = resource.into_properties();
        let properties = (!properties.is_empty()).then(|| Value::Object(properties));
        let properties = properties.map(|properties| ("Properties".to_owned(), properties));
        let body = std::iter::once(("Type".to_owned(), json!(T::TYPE))).chain(properties).collect();
        let entry = Entry { body, attributes: T::ATTRIBUTES, bounds: T::BOUNDS };
        self.place(name.clone(), entry);
        Id::named(name)
    }

    /// The attributes of a resource that was added: `DependsOn`, policies, metadata.
    pub fn resource_mut<T: Resource>(&mut self, id: &Id<T>) -> &mut Entry {
        // Most are asked for as soon as they are added.
        if let Some(index) = self.resources.iter().rposition(|(name, _)| *name == id.name) {
            return &mut self.resources[index].1;
        }
        self.errors.push(SynthError::Dangling {
            from: "Template".to_owned(),
            function: "resource_mut".to_owned(),
            to: id.name.clone(),
        });
        self.stray.insert(Box::new(Entry { body: Map::new(), attributes: &[], bounds: &[] }))
    }

    /// Adds a parameter.
    pub fn parameter<T>(&mut self, name: &str, parameter: Parameter<T>) -> Param<T> {
        self.insert("Parameters", name, Value::Object(parameter.body));
        Param::named(name)
    }

    /// Adds a condition.
    pub fn condition(&mut self, name: &str, expression: Cond) -> CondId {
        self.insert("Conditions", name, expression.0);
        CondId(name.to_owned())
    }

    /// Adds a mapping: two levels of keys, then the value.
    pub fn mapping(&mut self, name: &str, mapping: impl Into<Json>) {
        self.insert("Mappings", name, mapping.into().0);
    }

    /// Adds an output.
    pub fn output(&mut self, name: &str, output: Output) {
        self.insert("Outputs", name, Value::Object(output.0));
    }

    /// How many resources were added.
    #[must_use]
    pub fn resource_count(&self) -> usize {
        self.resources.len()
    }

    /// The bytes that the resources take in the shortest body.
    #[must_use]
    pub fn resources_size(&self) -> usize {
        // Besides the body: the id's quotes, the colon and the comma.
        self.resources.iter().map(|(id, e)| id.len() + 4 + map_size(&e.body)).sum()
    }

    /// Appends everything that is in another template. Ids and parameters of the other one stay
    /// valid. A name that both have is an error, unless it is a parameter, a mapping or a condition
    /// that is the same in both.
    pub fn append(&mut self, other: Template) {
        if self.description.is_none() {
            self.description = other.description;
        }
        self.errors.extend(other.errors);
        for (section, entries) in other.sections {
            let shared = !matches!(section, "Metadata" | "Outputs");
            for (name, body) in entries {
                let own = self.sections.get(section).and_then(|entries| entries.get(&name));
                if !(shared && own == Some(&body)) {
                    self.insert(section, &name, body);
                }
            }
        }
        self.resources.reserve(other.resources.len());
        other.resources.into_iter().for_each(|(id, entry)| self.place(id, entry));
    }

    /// Adds an entry to the template's `Metadata`.
    pub fn metadata(&mut self, name: &str, metadata: impl Into<Json>) {
        self.insert("Metadata", name, metadata.into().0);
    }
}
