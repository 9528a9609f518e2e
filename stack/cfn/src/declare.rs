//! What a template declares besides resources: parameters, conditions and outputs.

use crate::val::single;
use crate::{Json, Val};
use serde_json::{Map, Value, json};
use std::marker::PhantomData;

/// A parameter's declaration; `T` is the type of its value.
pub struct Parameter<T> {
    pub(crate) body: Map<String, Value>,
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
    /// The description that the console shows.
    #[must_use]
    pub fn description(self, text: &str) -> Self {
        self.set("Description", json!(text))
    }
    /// The value if none is given.
    #[must_use]
    pub fn default(self, value: impl Into<Json>) -> Self {
        self.set("Default", value.into().0)
    }
    /// The values that it accepts.
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
    /// The message if a constraint is not met.
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
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), kind: PhantomData }
    }
    /// `Ref`: the parameter's value.
    #[must_use]
    pub fn reference(&self) -> Val<T> {
        Val::raw(single("Ref", self.name.as_str()))
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
pub struct Cond(pub(crate) Value);

impl Cond {
    /// `Fn::Equals`.
    pub fn equals(left: impl Into<Val<String>>, right: impl Into<Val<String>>) -> Self {
        Self(single("Fn::Equals", [left.into().into_json(), right.into().into_json()]))
    }
    /// `Fn::And`: of two to ten.
    pub fn and(all: impl IntoIterator<Item = Cond>) -> Self {
        Self(single("Fn::And", all.into_iter().map(|c| c.0).collect::<Value>()))
    }
    /// `Fn::Or`: of two to ten.
    pub fn or(any: impl IntoIterator<Item = Cond>) -> Self {
        Self(single("Fn::Or", any.into_iter().map(|c| c.0).collect::<Value>()))
    }
    /// `Fn::Not`.
    #[must_use]
    pub fn negate(self) -> Self {
        Self(single("Fn::Not", [self.0]))
    }
    /// Another condition of the template.
    #[must_use]
    pub fn of(id: &CondId) -> Self {
        Self(single("Condition", id.0.as_str()))
    }
}

/// An output's declaration.
#[derive(Debug, Clone)]
pub struct Output(pub(crate) Map<String, Value>);

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
        self.0.insert("Export".to_owned(), single("Name", name.into().into_json()));
        self
    }
    /// Creates the output only if the condition holds.
    #[must_use]
    pub fn condition(mut self, condition: &CondId) -> Self {
        self.0.insert("Condition".to_owned(), json!(condition.0));
        self
    }
}
