//! What the resources and properties of a template were made from: paths of settings, such as
//! `machines.managed[0].type`, recorded as each resource is added and in no template's body.

use guardian_cfn::{Id, Resource, Synth, SynthErrors};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A template that keeps the origins of its resources.
#[derive(Debug, Default)]
pub(super) struct Template {
    template: guardian_cfn::Template,
    origins: Origins,
}

/// Origins with the logical ids of their resources.
pub(super) type Origins = Vec<(String, Origin)>;

/// What a resource was made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Origin {
    /// Settings that the resource is there for; the first that is written counts.
    pub made_for: Arc<[String]>,
    /// The name of the machine that it is there for, where the lock has it.
    pub in_lock: Option<String>,
    /// The file that `DefinitionString` was read from.
    pub definition: Option<String>,
    properties: Properties,
    /// Those of a machine's resources: a thousand machines have more of them than of anything else,
    /// and hardly one is asked for.
    later: Option<Later>,
}

/// By the names that lead to the property, as in `LoggingConfiguration/Level`.
type Properties = BTreeMap<String, Given>;

/// Properties that are recorded when one of them is asked for.
#[derive(Clone)]
struct Later(Arc<dyn Fn(Origin) -> Origin + Send + Sync>);

impl Later {
    fn properties(&self) -> Properties {
        self.0(Origin::default()).properties
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.properties() == other.properties()
    }
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.properties().fmt(f)
    }
}

/// What a property was made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Given {
    /// Settings that give its value; the first that is written counts.
    pub settings: Vec<String>,
    /// The key to write if none of them is; by default the first of them.
    pub key: Option<String>,
}

impl Template {
    pub fn new(description: impl Into<String>) -> Self {
        let template = guardian_cfn::Template::new().description(description);
        Self { template, origins: Vec::new() }
    }

    /// Adds a resource with its origin.
    pub fn add<T: Resource>(
        &mut self,
        name: impl Into<String>,
        resource: T,
        origin: Origin,
    ) -> Id<T> {
        let id = self.template.add(name, resource);
        self.origins.push((id.logical_id().to_owned(), origin));
        id
    }

    /// The template as it is sent, and the origins of its resources.
    pub fn synth(self) -> (Result<Synth, SynthErrors>, Origins) {
        (self.template.synth(), self.origins)
    }

    /// The template without the origins.
    pub fn into_inner(self) -> guardian_cfn::Template {
        self.template
    }

    /// Takes over all that another template has.
    pub fn append(&mut self, other: Self) {
        self.template.append(other.template);
        self.origins.extend(other.origins);
    }
}

impl Deref for Template {
    type Target = guardian_cfn::Template;
    fn deref(&self) -> &Self::Target {
        &self.template
    }
}

impl DerefMut for Template {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.template
    }
}

impl Origin {
    /// That of a resource which is there for the first of these settings that is written; without
    /// any, Guardian always makes it.
    pub fn of<S: Into<String>>(made_for: impl IntoIterator<Item = S>) -> Self {
        Self { made_for: made_for.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Has properties recorded when one of them is asked for.
    pub fn later(self, record: impl Fn(Origin) -> Origin + Send + Sync + 'static) -> Self {
        Self { later: Some(Later(Arc::new(record))), ..self }
    }

    /// Records the settings that give a property its value.
    pub fn property<S: Into<String>>(
        mut self,
        property: &str,
        settings: impl IntoIterator<Item = S>,
    ) -> Self {
        let settings = settings.into_iter().map(Into::into).collect();
        self.properties.insert(property.to_owned(), Given { settings, key: None });
        self
    }

    /// Records a property that has its default because there is no such setting.
    pub fn unset(mut self, property: &str, key: &str) -> Self {
        let given = Given { settings: Vec::new(), key: Some(key.to_owned()) };
        self.properties.insert(property.to_owned(), given);
        self
    }

    /// Records the actions of an alarm: those of the first of these sections that has any, or else
    /// the topic of the notifications.
    pub fn actions(self, sections: &[&str]) -> Self {
        let states = [
            ("AlarmActions", "alarm"),
            ("OKActions", "ok"),
            ("InsufficientDataActions", "insufficient_data"),
        ];
        states.into_iter().fold(self, |origin, (property, state)| {
            let lists = sections.iter().map(|section| format!("{section}.actions.{state}"));
            let topic = ["notifications.topic", "notifications.create"].map(str::to_owned);
            origin.property(property, lists.chain(topic))
        })
    }

    /// What the property that these names lead to was made from, or the one that it is part of,
    /// with the names that lead on from there.
    pub fn of_property<'p>(&self, names: &'p [&'p str]) -> Option<(Given, &'p [&'p str])> {
        let mut properties = self.properties.clone();
        properties.extend(self.later.iter().flat_map(Later::properties));
        (1..=names.len()).rev().find_map(|count| {
            let given = properties.remove(&names[..count].join("/"))?;
            Some((given, &names[count..]))
        })
    }
}
