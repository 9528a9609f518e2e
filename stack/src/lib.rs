//! From configuration to CloudFormation templates. Pure: no clock, no network, no SDK; files come
//! in as text.

pub mod app;
pub mod definition;
pub mod templates;
