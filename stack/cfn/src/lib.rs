#![doc = include_str!("../README.md")]

pub mod resources;
mod template;
mod val;
pub mod yaml;

pub use template::{
    Cond, CondId, DeletionPolicy, Entry, MAX_DESCRIPTION, MAX_INLINE_BODY, MAX_OUTPUTS,
    MAX_PARAMETERS, MAX_RESOURCES, MAX_S3_BODY, Output, Param, Parameter, Synth, SynthError,
    SynthErrors, Template,
};
pub use val::{Id, Json, Val, pseudo};

/// A resource type.
pub trait Resource {
    /// The name that CloudFormation has for it, such as `AWS::IAM::Role`.
    const TYPE: &'static str;
    /// The attributes that `Fn::GetAtt` takes.
    const ATTRIBUTES: &'static [&'static str];
    /// The properties as they stand in the template.
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value>;
}
