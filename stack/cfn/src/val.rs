//! Values: a literal or an intrinsic function, typed by its result.

use crate::{CondId, Resource};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// An object of one key, as intrinsic functions are. Templates have thousands of them, so it has room
/// for one key, and the value is not copied as `json!` would do.
pub(crate) fn single(key: &str, value: impl Into<Value>) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value.into())]))
}

/// A literal `T`, or an intrinsic function that returns a `T`.
pub struct Val<T> {
    value: Value,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Val<T> {
    fn clone(&self) -> Self {
        Self::raw(self.value.clone())
    }
}

impl<T> PartialEq for Val<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> std::fmt::Debug for Val<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.value)
    }
}

impl<T> Val<T> {
    /// Takes any JSON as a `T`, for what the types cannot express.
    pub fn raw(value: Value) -> Self {
        Self { value, kind: PhantomData }
    }

    /// The JSON of the value, to put into a `json!`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.value.clone()
    }

    /// The JSON of the value.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.value
    }

    /// `Fn::If`: `yes` where the condition holds, else `no`.
    pub fn if_(condition: &CondId, yes: impl Into<Val<T>>, no: impl Into<Val<T>>) -> Self {
        let parts = [Value::from(condition.0.as_str()), yes.into().value, no.into().value];
        Self::raw(single("Fn::If", parts))
    }

    /// `Fn::Select`: one item of a list, counted from 0.
    pub fn select(index: usize, list: impl Into<Val<Vec<T>>>) -> Self {
        Self::raw(single("Fn::Select", [Value::from(index), list.into().value]))
    }

    /// `Fn::FindInMap`: a value of a mapping of this template.
    pub fn find_in_map(
        mapping: &str,
        first: impl Into<Val<String>>,
        second: impl Into<Val<String>>,
    ) -> Self {
        let parts = [Value::from(mapping), first.into().value, second.into().value];
        Self::raw(single("Fn::FindInMap", parts))
    }

    /// `Fn::ImportValue`: what another stack exports under this name.
    pub fn import_value(name: impl Into<Val<String>>) -> Self {
        Self::raw(single("Fn::ImportValue", name.into().value))
    }
}

impl Val<String> {
    /// `Fn::Sub`: a text with `${Name}` in it, then its own variables.
    pub fn sub<'a>(
        text: &str,
        variables: impl IntoIterator<Item = (&'a str, Val<String>)>,
    ) -> Self {
        let map: Map<String, Value> =
            variables.into_iter().map(|(k, v)| (k.to_owned(), v.value)).collect();
        if map.is_empty() {
            Self::raw(single("Fn::Sub", text))
        } else {
            Self::raw(single("Fn::Sub", [Value::from(text), map.into()]))
        }
    }

    /// A text, escaped so that `Fn::Sub` returns it unchanged: its `${` is not a variable.
    #[must_use]
    pub fn sub_literal(text: &str) -> String {
        text.replace("${", "${!")
    }

    /// `Fn::Join`: the parts, with the delimiter between them.
    pub fn join(delimiter: &str, parts: impl Into<Val<Vec<String>>>) -> Self {
        Self::raw(single("Fn::Join", [Value::from(delimiter), parts.into().value]))
    }

    /// `Fn::Base64` of a text.
    pub fn base64(text: impl Into<Val<String>>) -> Self {
        Self::raw(single("Fn::Base64", text.into().value))
    }
}

impl Val<Vec<String>> {
    /// `Fn::Split`: the parts of a text between the delimiters.
    pub fn split(delimiter: &str, text: impl Into<Val<String>>) -> Self {
        Self::raw(single("Fn::Split", [Value::from(delimiter), text.into().value]))
    }
}

/// An ARN, or a reference that returns one. It can be used wherever a text can; a text becomes an
/// ARN only through the functions here.
#[derive(Debug, Clone, PartialEq)]
pub struct Arn(Val<String>);

impl Arn {
    /// Takes a value as an ARN where the types do not know that it is one, such as `Ref` of a topic.
    pub fn of(value: impl Into<Val<String>>) -> Self {
        Self(value.into())
    }

    /// `*`: every resource.
    #[must_use]
    pub fn any() -> Self {
        Self::of("*")
    }

    /// The ARN of a resource in the stack's own partition, region and account. `${...}` in
    /// `resource` is a variable, as in `Fn::Sub`.
    #[must_use]
    pub fn here(service: &str, resource: &str) -> Self {
        const OWN: &str = "${AWS::Region}:${AWS::AccountId}";
        Self::of(Val::sub(&format!("arn:${{AWS::Partition}}:{service}:{OWN}:{resource}"), []))
    }

    /// The JSON of the value, to put into a `json!`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.0.to_json()
    }

    /// The JSON of the value.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0.value
    }
}

impl From<Arn> for Val<String> {
    fn from(arn: Arn) -> Self {
        arn.0
    }
}

impl From<Arn> for Val<Json> {
    fn from(arn: Arn) -> Self {
        Val::raw(arn.0.value)
    }
}

/// What an attribute of a resource may be.
#[allow(dead_code, reason = "without services there are no attributes")]
pub(crate) trait Attribute {
    fn raw(value: Value) -> Self;
}

impl<T> Attribute for Val<T> {
    fn raw(value: Value) -> Self {
        Self::raw(value)
    }
}

impl Attribute for Arn {
    fn raw(value: Value) -> Self {
        Self(Val::raw(value))
    }
}

/// Values by key.
pub type Keyed<T> = BTreeMap<String, T>;

/// Free JSON: policy documents, event patterns and other things without a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(pub Value);

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

macro_rules! literals {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl From<$from> for Val<$to> {
            fn from(value: $from) -> Self { Val::raw(value.into()) }
        }
    )*};
}
literals! {
    &str => String, String => String, bool => bool,
    i32 => i64, i64 => i64, u16 => i64, u32 => i64, u64 => i64, usize => i64,
    i32 => f64, i64 => f64, u32 => f64,
    Value => Json, &str => Json, String => Json, bool => Json, i32 => Json, i64 => Json,
}

impl From<&String> for Val<String> {
    fn from(value: &String) -> Self {
        value.as_str().into()
    }
}

impl From<f64> for Val<f64> {
    /// A whole number is written without a point, as people write thresholds.
    fn from(value: f64) -> Self {
        // Below 2^53 every whole number is itself as an f64 and as an i64.
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            Val::raw((value as i64).into())
        } else {
            Val::raw(value.into())
        }
    }
}

impl From<Json> for Val<Json> {
    fn from(value: Json) -> Self {
        Val::raw(value.0)
    }
}

impl From<Val<String>> for Val<Json> {
    fn from(value: Val<String>) -> Self {
        Val::raw(value.value)
    }
}

impl<T> From<&Val<T>> for Val<T> {
    fn from(value: &Val<T>) -> Self {
        value.clone()
    }
}

impl<T, V: Into<Val<T>>> From<Vec<V>> for Val<Vec<T>> {
    fn from(items: Vec<V>) -> Self {
        let mut items: Vec<Value> = items.into_iter().map(|v| v.into().value).collect();
        items.shrink_to_fit();
        Val::raw(Value::Array(items))
    }
}

impl<T, V: Into<Val<T>>, const N: usize> From<[V; N]> for Val<Vec<T>> {
    fn from(items: [V; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<K: Into<String>, T, V: Into<Val<T>>> From<BTreeMap<K, V>> for Val<BTreeMap<String, T>> {
    fn from(items: BTreeMap<K, V>) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}

impl<K: Into<String>, T, V: Into<Val<T>>> From<Vec<(K, V)>> for Val<BTreeMap<String, T>> {
    fn from(items: Vec<(K, V)>) -> Self {
        let map = items.into_iter().map(|(k, v)| (k.into(), v.into().value)).collect();
        Val::raw(Value::Object(map))
    }
}

impl<K: Into<String>, T, V: Into<Val<T>>, const N: usize> From<[(K, V); N]>
    for Val<BTreeMap<String, T>>
{
    fn from(items: [(K, V); N]) -> Self {
        Vec::from(items).into()
    }
}

/// The logical id of a resource of type `T`.
pub struct Id<T> {
    pub(crate) name: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), kind: PhantomData }
    }
}

impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl<T: Resource> Id<T> {
    /// The id of a resource that is added elsewhere; synth refuses it if it never is.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: PhantomData }
    }

    /// The logical id.
    #[must_use]
    pub fn logical_id(&self) -> &str {
        &self.name
    }

    /// `Ref`: the physical id, which is a name, an ARN or a URL, depending on the type.
    #[must_use]
    pub fn reference(&self) -> Val<String> {
        Val::raw(single("Ref", self.name.as_str()))
    }

    #[allow(dead_code, reason = "without services there are no attributes")]
    pub(crate) fn attribute<A: Attribute>(&self, name: &str) -> A {
        A::raw(single("Fn::GetAtt", [self.name.as_str(), name]))
    }
}

#[cfg(feature = "cloudformation")]
impl Id<crate::resources::cloudformation::Stack> {
    /// An output of the nested stack.
    #[must_use]
    pub fn output(&self, name: &str) -> Val<String> {
        self.attribute(&format!("Outputs.{name}"))
    }
}

/// The parameters that CloudFormation itself fills in.
pub mod pseudo {
    use super::{Val, single};

    fn named<T>(name: &str) -> Val<T> {
        Val::raw(single("Ref", format!("AWS::{name}")))
    }
    /// The region of the stack.
    #[must_use]
    pub fn region() -> Val<String> {
        named("Region")
    }
    /// The account of the stack.
    #[must_use]
    pub fn account_id() -> Val<String> {
        named("AccountId")
    }
    /// `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition() -> Val<String> {
        named("Partition")
    }
    /// The name of the stack.
    #[must_use]
    pub fn stack_name() -> Val<String> {
        named("StackName")
    }
    /// The ARN of the stack.
    #[must_use]
    pub fn stack_id() -> Val<String> {
        named("StackId")
    }
    /// `amazonaws.com`, or the partition's equivalent.
    #[must_use]
    pub fn url_suffix() -> Val<String> {
        named("URLSuffix")
    }
    /// In a branch of [`Val::if_`]: the property is absent.
    #[must_use]
    pub fn no_value<T>() -> Val<T> {
        named("NoValue")
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self(value.into())
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}
