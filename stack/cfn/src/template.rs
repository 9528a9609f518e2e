//! The template: what is in it, and the checks that it passes before it is written.

use crate::{Id, Json, Resource, Val};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// The most resources that CloudFormation takes in one template.
pub const MAX_RESOURCES: usize = 500;
/// The most parameters that CloudFormation takes in one template.
pub const MAX_PARAMETERS: usize = 200;
/// The most outputs that CloudFormation takes in one template.
pub const MAX_OUTPUTS: usize = 200;
/// The longest description, in bytes.
pub const MAX_DESCRIPTION: usize = 1024;
/// The longest body that a request may carry itself, in bytes.
pub const MAX_INLINE_BODY: usize = 51_200;
/// The longest body that CloudFormation reads from S3, in bytes.
pub const MAX_S3_BODY: usize = 1_000_000;

/// What keeps a template from being written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynthError {
    /// A reference to something that the template does not have.
    #[error(
        "{from}: {function} names `{to}`, which is not in the template; add it or correct the name"
    )]
    Dangling {
        /// Where the reference stands.
        from: String,
        /// The function that refers.
        function: String,
        /// What it refers to.
        to: String,
    },
    /// An attribute that the resource's type does not have.
    #[error("{from}: `{resource}` ({kind}) has no attribute `{attribute}`")]
    NoAttribute {
        /// Where the reference stands.
        from: String,
        /// The resource it names.
        resource: String,
        /// The resource's type.
        kind: String,
        /// The attribute it names.
        attribute: String,
    },
    /// A logical id that is used twice.
    #[error("{section}: `{id}` is there twice; give one of them another logical id")]
    Duplicate {
        /// The section of the template.
        section: &'static str,
        /// The logical id.
        id: String,
    },
    /// A logical id with a character other than A-Z, a-z, 0-9, or of no or over 255 characters.
    #[error("{section}: `{id}` is not a logical id: 1 to 255 letters and digits of ASCII")]
    BadId {
        /// The section of the template.
        section: &'static str,
        /// The logical id.
        id: String,
    },
    /// More entries than CloudFormation takes.
    #[error(
        "{section}: {count} is past the limit of {limit}; split the template into nested stacks"
    )]
    TooMany {
        /// The section of the template.
        section: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A description that is too long.
    #[error("Description: {0} bytes is past the limit of 1024; shorten it")]
    LongDescription(usize),
    /// Resources that wait for each other.
    #[error("Resources: {} depend on each other in a circle; take one reference out", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// No resource at all.
    #[error("Resources: a template needs at least one resource")]
    Empty,
}

/// Everything that keeps a template from being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynthErrors(pub Vec<SynthError>);

impl std::fmt::Display for SynthErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for SynthErrors {}

/// What becomes of a resource that leaves the stack or is replaced.
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
    body: Map<String, Value>,
    attributes: &'static [&'static str],
    depends_on: Vec<String>,
}

impl Entry {
    fn set(&mut self, key: &str, value: Value) -> &mut Self {
        self.body.insert(key.to_owned(), value);
        self
    }
    /// `DependsOn`: made after, and deleted before, the other resource.
    pub fn depends_on<U: Resource>(&mut self, other: &Id<U>) -> &mut Self {
        self.depends_on.push(other.name.clone());
        let all = json!(self.depends_on);
        self.set("DependsOn", all)
    }
    /// `Condition`: made only where the condition holds.
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

/// A parameter's declaration; `T` is the type of its value.
pub struct Parameter<T> {
    body: Map<String, Value>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Parameter<T> {
    /// A parameter of any CloudFormation type, such as `AWS::SSM::Parameter::Value<String>`.
    #[must_use]
    pub fn of_type(kind: &str) -> Self {
        let mut body = Map::new();
        body.insert("Type".to_owned(), json!(kind));
        Self { body, kind: PhantomData }
    }
    fn set(mut self, key: &str, value: Value) -> Self {
        self.body.insert(key.to_owned(), value);
        self
    }
    /// What the console says of it.
    #[must_use]
    pub fn description(self, text: &str) -> Self {
        self.set("Description", json!(text))
    }
    /// The value where none is given.
    #[must_use]
    pub fn default(self, value: impl Into<Json>) -> Self {
        self.set("Default", value.into().0)
    }
    /// The only values it takes.
    #[must_use]
    pub fn allowed_values<V: Into<Json>>(self, values: impl IntoIterator<Item = V>) -> Self {
        let all = values.into_iter().map(|v| v.into().0).collect();
        self.set("AllowedValues", Value::Array(all))
    }
    /// The regular expression it must match.
    #[must_use]
    pub fn allowed_pattern(self, pattern: &str) -> Self {
        self.set("AllowedPattern", json!(pattern))
    }
    /// What is said when a constraint is not met.
    #[must_use]
    pub fn constraint_description(self, text: &str) -> Self {
        self.set("ConstraintDescription", json!(text))
    }
    /// The value is never shown.
    #[must_use]
    pub fn no_echo(self) -> Self {
        self.set("NoEcho", json!(true))
    }
}

impl Parameter<String> {
    /// A parameter of type `String`.
    #[must_use]
    pub fn string() -> Self {
        Self::of_type("String")
    }
}

impl Parameter<i64> {
    /// A parameter of type `Number`.
    #[must_use]
    pub fn number() -> Self {
        Self::of_type("Number")
    }
}

impl Parameter<Vec<String>> {
    /// A parameter of type `CommaDelimitedList`.
    #[must_use]
    pub fn list() -> Self {
        Self::of_type("CommaDelimitedList")
    }
}

/// A parameter of the template, by name.
#[derive(Debug)]
pub struct Param<T> {
    name: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Param<T> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), kind: PhantomData }
    }
}

impl<T> Param<T> {
    /// `Ref`: the parameter's value.
    #[must_use]
    pub fn reference(&self) -> Val<T> {
        Val::raw(json!({"Ref": self.name}))
    }
    /// The parameter's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A condition of the template, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondId(pub(crate) String);

/// The expression of a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Cond(Value);

impl Cond {
    /// `Fn::Equals`.
    pub fn equals(left: impl Into<Val<String>>, right: impl Into<Val<String>>) -> Self {
        Self(json!({"Fn::Equals": [left.into().into_json(), right.into().into_json()]}))
    }
    /// `Fn::And`: of two to ten.
    pub fn and(all: impl IntoIterator<Item = Cond>) -> Self {
        Self(json!({"Fn::And": all.into_iter().map(|c| c.0).collect::<Vec<_>>()}))
    }
    /// `Fn::Or`: of two to ten.
    pub fn or(any: impl IntoIterator<Item = Cond>) -> Self {
        Self(json!({"Fn::Or": any.into_iter().map(|c| c.0).collect::<Vec<_>>()}))
    }
    /// `Fn::Not`.
    #[must_use]
    pub fn negate(self) -> Self {
        Self(json!({"Fn::Not": [self.0]}))
    }
    /// Another condition of the template.
    #[must_use]
    pub fn of(id: &CondId) -> Self {
        Self(json!({"Condition": id.0}))
    }
}

/// An output's declaration.
#[derive(Debug, Clone)]
pub struct Output(Map<String, Value>);

impl Output {
    /// An output with this value.
    pub fn new(value: impl Into<Val<String>>) -> Self {
        let mut body = Map::new();
        body.insert("Value".to_owned(), value.into().into_json());
        Self(body)
    }
    /// What the output is.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.0.insert("Description".to_owned(), json!(text));
        self
    }
    /// Exports it under a name of the region, for `Fn::ImportValue`.
    #[must_use]
    pub fn export(mut self, name: impl Into<Val<String>>) -> Self {
        self.0.insert("Export".to_owned(), json!({"Name": name.into().into_json()}));
        self
    }
    /// There only where the condition holds.
    #[must_use]
    pub fn condition(mut self, condition: &CondId) -> Self {
        self.0.insert("Condition".to_owned(), json!(condition.0));
        self
    }
}

/// A CloudFormation template under construction.
#[derive(Debug, Clone, Default)]
pub struct Template {
    description: Option<String>,
    metadata: Map<String, Value>,
    parameters: Map<String, Value>,
    mappings: Map<String, Value>,
    conditions: Map<String, Value>,
    order: Vec<String>,
    resources: BTreeMap<String, Entry>,
    outputs: Map<String, Value>,
    stray: Option<Entry>,
    errors: Vec<SynthError>,
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

    fn place(&mut self, name: String, entry: Entry) {
        if self.parameters.contains_key(&name) || self.resources.contains_key(&name) {
            self.errors.push(SynthError::Duplicate { section: "Resources", id: name });
        } else {
            self.order.push(name.clone());
            self.resources.insert(name, entry);
        }
    }

    /// Adds a resource. A logical id that is there already is reported by [`Template::synth`].
    pub fn add<T: Resource>(&mut self, name: impl Into<String>, resource: T) -> Id<T> {
        let name = name.into();
        let mut body = Map::new();
        body.insert("Type".to_owned(), json!(T::TYPE));
        let properties = resource.into_properties();
        if !properties.is_empty() {
            body.insert("Properties".to_owned(), Value::Object(properties));
        }
        let entry = Entry { body, attributes: T::ATTRIBUTES, depends_on: Vec::new() };
        self.place(name.clone(), entry);
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
        self.stray.insert(Entry { body: Map::new(), attributes: &[], depends_on: Vec::new() })
    }

    /// Adds a parameter.
    pub fn parameter<T>(&mut self, name: &str, parameter: Parameter<T>) -> Param<T> {
        self.insert("Parameters", name, Value::Object(parameter.body));
        Param { name: name.to_owned(), kind: PhantomData }
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
        self.resources.iter().map(|(id, e)| id.len() + 4 + json_size(&e.body)).sum()
    }

    /// Takes over all that another template has, behind what is here already. Ids and parameters
    /// of the other one stay valid. A name that both have is an error, except for a parameter, a
    /// mapping or a condition that says the same in both.
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

    /// Checks the template and gives it as it will be sent.
    pub fn synth(&self) -> Result<Synth, SynthErrors> {
        let mut check =
            Check { template: self, errors: self.errors.clone(), edges: BTreeMap::new() };
        check.all();
        if !check.errors.is_empty() {
            return Err(SynthErrors(check.errors));
        }
        let mut root = Map::new();
        root.insert("AWSTemplateFormatVersion".to_owned(), json!("2010-09-09"));
        if let Some(text) = &self.description {
            root.insert("Description".to_owned(), json!(text));
        }
        let mut resources = Map::new();
        for name in &self.order {
            resources.insert(name.clone(), Value::Object(self.resources[name].body.clone()));
        }
        for (section, map) in [
            ("Metadata", &self.metadata),
            ("Parameters", &self.parameters),
            ("Mappings", &self.mappings),
            ("Conditions", &self.conditions),
            ("Resources", &resources),
            ("Outputs", &self.outputs),
        ] {
            if !map.is_empty() {
                root.insert(section.to_owned(), Value::Object(map.clone()));
            }
        }
        Ok(Synth { value: Value::Object(root), resources: self.order.len() })
    }
}

/// The bytes of a value's shortest JSON, without keeping it.
fn json_size(value: &impl serde::Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Neither the counter nor a JSON value can fail.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

struct Check<'a> {
    template: &'a Template,
    errors: Vec<SynthError>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Check<'_> {
    fn all(&mut self) {
        let t = self.template;
        if t.order.is_empty() {
            self.errors.push(SynthError::Empty);
        }
        if let Some(text) = t.description.as_ref().filter(|d| d.len() > MAX_DESCRIPTION) {
            self.errors.push(SynthError::LongDescription(text.len()));
        }
        for (section, count, limit) in [
            ("Resources", t.order.len(), MAX_RESOURCES),
            ("Parameters", t.parameters.len(), MAX_PARAMETERS),
            ("Outputs", t.outputs.len(), MAX_OUTPUTS),
        ] {
            if count > limit {
                self.errors.push(SynthError::TooMany { section, count, limit });
            }
        }
        let names = |m: &Map<String, Value>| m.keys().cloned().collect::<Vec<_>>();
        for (section, ids) in [
            ("Resources", t.order.clone()),
            ("Parameters", names(&t.parameters)),
            ("Mappings", names(&t.mappings)),
            ("Conditions", names(&t.conditions)),
            ("Outputs", names(&t.outputs)),
        ] {
            for id in ids {
                if id.is_empty() || id.len() > 255 || !id.chars().all(|c| c.is_ascii_alphanumeric())
                {
                    self.errors.push(SynthError::BadId { section, id });
                }
            }
        }
        for (name, expression) in &t.conditions {
            self.walk(&format!("Conditions.{name}"), None, expression);
        }
        for name in &t.order {
            let entry = &t.resources[name];
            let from = format!("Resources.{name}");
            for (key, value) in &entry.body {
                match key.as_str() {
                    "DependsOn" => {
                        for other in &entry.depends_on {
                            if t.resources.contains_key(other) {
                                self.edge(Some(name), other);
                            } else {
                                self.dangling(&from, "DependsOn", other);
                            }
                        }
                    }
                    "Condition" => self.condition(&from, value),
                    _ => self.walk(&format!("{from}.{key}"), Some(name), value),
                }
            }
        }
        for (name, output) in &t.outputs {
            let from = format!("Outputs.{name}");
            if let Some(condition) = output.get("Condition") {
                self.condition(&from, condition);
            }
            self.walk(&from, None, output);
        }
        self.cycles();
    }

    fn dangling(&mut self, from: &str, function: &str, to: &str) {
        self.errors.push(SynthError::Dangling {
            from: from.to_owned(),
            function: function.to_owned(),
            to: to.to_owned(),
        });
    }

    fn condition(&mut self, from: &str, name: &Value) {
        let name = name.as_str().unwrap_or_default();
        if !self.template.conditions.contains_key(name) {
            self.dangling(from, "Condition", name);
        }
    }

    fn edge(&mut self, from: Option<&str>, to: &str) {
        if let Some(from) = from {
            self.edges.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }

    fn reference(&mut self, from: &str, owner: Option<&str>, function: &str, to: &str) {
        if self.template.resources.contains_key(to) {
            self.edge(owner, to);
        } else if !self.template.parameters.contains_key(to) && !to.starts_with("AWS::") {
            self.dangling(from, function, to);
        }
    }

    fn attribute(&mut self, from: &str, owner: Option<&str>, function: &str, to: &str, name: &str) {
        let Some(entry) = self.template.resources.get(to) else {
            return self.dangling(from, function, to);
        };
        self.edge(owner, to);
        if !entry.attributes.contains(&name) && !name.starts_with("Outputs.") {
            self.errors.push(SynthError::NoAttribute {
                from: from.to_owned(),
                resource: to.to_owned(),
                kind: entry.body["Type"].as_str().unwrap_or_default().to_owned(),
                attribute: name.to_owned(),
            });
        }
    }

    fn walk(&mut self, from: &str, owner: Option<&str>, value: &Value) {
        match value {
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.walk(&format!("{from}[{i}]"), owner, item);
                }
            }
            Value::Object(map) => {
                if let (1, Some((key, argument))) = (map.len(), map.iter().next()) {
                    self.function(from, owner, key, argument);
                }
                for (key, item) in map {
                    let path = if key.starts_with("Fn::") {
                        from.to_owned()
                    } else {
                        format!("{from}.{key}")
                    };
                    self.walk(&path, owner, item);
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, from: &str, owner: Option<&str>, key: &str, argument: &Value) {
        match (key, argument) {
            ("Ref", Value::String(to)) => self.reference(from, owner, "Ref", to),
            ("Condition", Value::String(_)) if from.starts_with("Conditions.") => {
                self.condition(from, argument);
            }
            ("Fn::If", Value::Array(parts)) => {
                if let Some(name) = parts.first() {
                    self.condition(from, name);
                }
            }
            ("Fn::FindInMap", Value::Array(parts)) => {
                if let Some(Value::String(name)) = parts.first()
                    && !self.template.mappings.contains_key(name)
                {
                    self.dangling(from, "Fn::FindInMap", name);
                }
            }
            ("Fn::GetAtt", Value::String(path)) => {
                let (to, name) = path.split_once('.').unwrap_or((path, ""));
                self.attribute(from, owner, "Fn::GetAtt", to, name);
            }
            ("Fn::GetAtt", Value::Array(parts)) => {
                if let [Value::String(to), Value::String(name)] = &parts[..] {
                    self.attribute(from, owner, "Fn::GetAtt", to, name);
                }
            }
            ("Fn::Sub", Value::String(text)) => self.sub(from, owner, text, &Map::new()),
            ("Fn::Sub", Value::Array(parts)) => {
                if let [Value::String(text), Value::Object(own)] = &parts[..] {
                    self.sub(from, owner, text, own);
                }
            }
            _ => {}
        }
    }

    fn sub(&mut self, from: &str, owner: Option<&str>, text: &str, own: &Map<String, Value>) {
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            rest = &rest[start + 2..];
            let Some(end) = rest.find('}') else { break };
            let name = rest[..end].trim();
            rest = &rest[end + 1..];
            if name.starts_with('!') || own.contains_key(name) {
                continue;
            }
            match name.split_once('.') {
                Some((to, attribute)) => self.attribute(from, owner, "Fn::Sub", to, attribute),
                None => self.reference(from, owner, "Fn::Sub", name),
            }
        }
    }

    /// Takes away what waits for nothing until nothing changes; what stays is in a circle.
    fn cycles(&mut self) {
        let mut left = self.edges.clone();
        loop {
            let waiting: BTreeSet<String> = left.keys().cloned().collect();
            let before: usize = left.values().map(BTreeSet::len).sum();
            for to in left.values_mut() {
                to.retain(|id| waiting.contains(id));
            }
            left.retain(|_, to| !to.is_empty());
            if left.values().map(BTreeSet::len).sum::<usize>() == before {
                break;
            }
        }
        let Some(mut at) = left.keys().next().cloned() else { return };
        let mut path = Vec::new();
        while !path.contains(&at) {
            path.push(at.clone());
            let Some(next) = left.get(&at).and_then(|to| to.first()) else { return };
            at = next.clone();
        }
        let start = path.iter().position(|p| *p == at).unwrap_or_default();
        let mut circle = path.split_off(start);
        circle.push(at);
        self.errors.push(SynthError::Cycle(circle));
    }
}

/// A template that passed its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Synth {
    value: Value,
    resources: usize,
}

impl Synth {
    /// The template as JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
    /// Indented JSON, with a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.value)
    }
    /// JSON without a space too many.
    #[must_use]
    pub fn to_json_min(&self) -> String {
        self.value.to_string()
    }
    /// YAML that a YAML 1.1 reader reads back as the same values.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        crate::yaml::write(&self.value)
    }
    /// How many resources there are.
    #[must_use]
    pub fn resource_count(&self) -> usize {
        self.resources
    }
    /// The bytes of the shortest body.
    #[must_use]
    pub fn body_size(&self) -> usize {
        json_size(&self.value)
    }
    /// Whether a request may carry the body itself (else it goes through S3).
    #[must_use]
    pub fn fits_inline(&self) -> bool {
        self.body_size() <= MAX_INLINE_BODY
    }
    /// Whether CloudFormation takes the body at all.
    #[must_use]
    pub fn fits_s3(&self) -> bool {
        self.body_size() <= MAX_S3_BODY
    }
}
