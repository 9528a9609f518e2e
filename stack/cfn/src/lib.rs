#![doc = include_str!("../README.md")]

mod check;
mod declare;
mod error;
#[macro_use]
#[allow(dead_code, unused_macros, reason = "a service may have no closed set or no property type")]
mod table;
mod policy;
mod prefix;
pub mod resources;
pub mod stack_policy;
pub mod stack_set;
mod synth;
mod template;
mod val;
mod wiring;
pub mod yaml;

pub use declare::{Cond, CondId, Output, Param, Parameter};
pub use error::{
    MAX_DESCRIPTION, MAX_INLINE_BODY, MAX_MAPPINGS, MAX_OUTPUTS, MAX_PARAMETERS, MAX_RESOURCES,
    MAX_S3_BODY, SynthError, SynthErrors,
};
pub use policy::{Policy, Statement};
pub use resources::*;
pub use synth::{Synth, ascii, json_size};
pub use table::Set;
pub use template::{DeletionPolicy, Entry, Template};
pub use val::{Arn, Id, Json, Keyed, Val, pseudo};
#[cfg(all(feature = "cloudwatch", feature = "lambda"))]
pub use wiring::Measure;

/// A limit of the schema for a property's literal value. `Template::synth` checks it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Smallest and largest number of characters of a text.
    Characters(u64, u64),
    /// Smallest and largest number of items of a list.
    Items(u64, u64),
    /// Smallest and largest number.
    Number(f64, f64),
    /// The allowed numbers.
    OneOf(&'static [i64]),
}

/// IAM actions that CloudFormation calls to handle a resource of a type, for all its properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handlers {
    /// Actions for creating a resource.
    pub create: &'static [&'static str],
    /// Actions for reading a resource.
    pub read: &'static [&'static str],
    /// Actions for updating a resource.
    pub update: &'static [&'static str],
    /// Actions for deleting a resource.
    pub delete: &'static [&'static str],
}

/// A resource type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a complete resource",
    label = "each `missing::NAME` in this type is a required property: call its setter",
    note = "a property is set with the method of its name, in any order"
)]
pub trait Resource {
    /// Its name in CloudFormation, such as `AWS::IAM::Role`.
    const TYPE: &'static str;
    /// The attributes that `Fn::GetAtt` takes.
    const ATTRIBUTES: &'static [&'static str];
    /// The bounds of literal values of its properties.
    const BOUNDS: &'static [(&'static str, Bound)];
    /// The properties as they are written in the template.
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value>;
}
