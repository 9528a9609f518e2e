//! The resource types, a module per service, and the IAM actions of their handlers.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub mod cloudformation;
pub mod cloudwatch;
pub mod dynamodb;
pub mod events;
pub mod handlers;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod scheduler;
pub mod sns;
pub mod sqs;
pub mod stepfunctions;
