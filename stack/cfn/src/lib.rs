#![doc = include_str!("../README.md")]

mod check;
mod declare;
mod error;
pub mod resources;
pub mod stack_policy;
pub mod stack_set;
mod synth;
mod template;
mod val;
pub mod yaml;

pub use declare::{Cond, CondId, Output, Param, Parameter};
pub use error::{
    MAX_DESCRIPTION, MAX_INLINE_BODY, MAX_MAPPINGS, MAX_OUTPUTS, MAX_PARAMETERS, MAX_RESOURCES,
    MAX_S3_BODY, SynthError, SynthErrors,
};
pub use synth::{Synth, ascii, json_size};
pub use template::{DeletionPolicy, Entry, Template};
pub use val::{Id, Json, Val, pseudo};

/// What the schema says of a property's literal value; `Template::synth` holds it against that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Fewest and most characters of a text.
    Characters(u64, u64),
    /// Fewest and most items of a list.
    Items(u64, u64),
    /// Smallest and largest number.
    Number(f64, f64),
    /// The only numbers.
    OneOf(&'static [i64]),
}

/// A resource type.
pub trait Resource {
    /// The name that CloudFormation has for it, such as `AWS::IAM::Role`.
    const TYPE: &'static str;
    /// The attributes that `Fn::GetAtt` takes.
    const ATTRIBUTES: &'static [&'static str];
    /// What literal values of its properties must keep to; none for a type that was generated
    /// before there were any, so that codegen still builds.
    const BOUNDS: &'static [(&'static str, Bound)] = &[];
    /// The properties as they stand in the template.
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value>;
}
