//! YAML and JSON documents in which every key and value knows the bytes that it takes: guardian.yaml,
//! the lock and definitions. One reader for each notation; the meaning of a value is not known here.

pub(crate) mod json;
mod node;
mod number;
mod path;
pub(crate) mod yaml;

pub(crate) use node::{Finding, Key, Kind, Node, repeated_keys};
pub(crate) use path::Document;
pub use path::SourceLocation;

#[cfg(test)]
mod tests;
