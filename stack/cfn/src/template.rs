//! The template under construction, and its contents.

use crate::synth::map_size;
use crate::{Bound, Cond, CondId, Id, Json, Output, Param, Parameter, Resource, SynthError};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

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
    pub(crate) depends_on: Vec<String>,
}

impl Entry {
    fn set(&mut self, key: &str, value: Value) -> &mut Self {
        self.body.insert(key.to_owned(), value);
        self
    }
    /// `DependsOn`: created after the other resource, and deleted before it.
    pub fn depends_on<U: Resource>(&mut self, other: &Id<U>) -> &mut Self {
        self.depends_on.push(other.name.clone());
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
    pub(crate) metadata: Map<String, Value>,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) order: Vec<String>,
    /// Boxed: a node of the map has room for eleven.
    pub(crate) resources: BTreeMap<String, Box<Entry>>,
    pub(crate) outputs: Map<String, Value>,
    stray: Option<Entry>,
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

    fn section(&mut self, section: &'static str) -> &mut Map<String, Value> {
        match section {
            "Parameters" => &mut self.parameters,
            "Mappings" => &mut self.mappings,
            "Conditions" => &mut self.conditions,
            "Metadata" => &mut self.metadata,
            _ => &mut self.outputs,
        }
    }

    fn insert(&mut self, section: &'static str, name: &str, body: Value) {
        let double = self.section(section).insert(name.to_owned(), body).is_some()
            || section == "Parameters" && self.resources.contains_key(name);
        if double {
            self.errors.push(SynthError::Duplicate { section, id: name.to_owned() });
        }
    }

    fn place(&mut self, name: String, entry: Box<Entry>) {
        match self.resources.entry(name) {
            Place::Vacant(place) if !self.parameters.contains_key(place.key()) => {
                self.order.push(place.key().clone());
                place.insert(entry);
            }
            place => {
                let id = place.key().clone();
                self.errors.push(SynthError::Duplicate { section: "Resources", id });
            }
        }
    }

    /// Adds a resource. [`Template::synth`] reports a logical id that is already in use.
    pub fn add<T: Resource>(&mut self, name: impl Into<String>, resource: T) -> Id<T> {
        let name = name.into();
        let properties = resource.into_properties();
        let properties = (!properties.is_empty()).then(|| Value::Object(properties));
        let body = [("Type", Some(json!(T::TYPE))), ("Properties", properties)];
        let body =
            body.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        let entry =
            Entry { body, attributes: T::ATTRIBUTES, bounds: T::BOUNDS, depends_on: Vec::new() };
        self.place(name.clone(), Box::new(entry));
        Id::named(name)
    }

    /// The attributes of a resource that was added: `DependsOn`, policies, metadata.
    pub fn resource_mut<T: Resource>(&mut self, id: &Id<T>) -> &mut Entry {
        if let Some(entry) = self.resources.get_mut(&id.name) {
            return entry;
        }
        self.errors.push(SynthError::Dangling {
            from: "Template".to_owned(),
            function: "resource_mut".to_owned(),
            to: id.name.clone(),
        });
        self.stray.insert(Entry {
            body: Map::new(),
            attributes: &[],
            bounds: &[],
            depends_on: Vec::new(),
        })
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
        self.order.len()
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
        for (section, entries, shared) in [
            ("Metadata", other.metadata, false),
            ("Parameters", other.parameters, true),
            ("Mappings", other.mappings, true),
            ("Conditions", other.conditions, true),
            ("Outputs", other.outputs, false),
        ] {
            for (name, body) in entries {
                if !(shared && self.section(section).get(&name) == Some(&body)) {
                    self.insert(section, &name, body);
                }
            }
        }
        let mut resources = other.resources;
        for name in other.order {
            if let Some(entry) = resources.remove(&name) {
                self.place(name, entry);
            }
        }
    }

    /// Adds an entry to the template's `Metadata`.
    pub fn metadata(&mut self, name: &str, metadata: impl Into<Json>) {
        self.insert("Metadata", name, metadata.into().0);
    }
}
