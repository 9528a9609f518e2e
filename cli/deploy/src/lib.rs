#![doc = include_str!("../README.md")]

pub mod cause;
pub mod change;
pub mod change_set;
pub mod cloudformation;
pub mod deployer;
pub mod drift;
pub mod error;
pub mod eta;
pub mod events;
pub mod failing_resource;
pub mod follow;
mod history;
pub mod host;
pub mod permissions;
pub mod plan;
mod poll;
pub mod progress;
pub mod protection;
pub mod recovery;
pub mod refusals;
pub mod stack;
pub mod stack_set;
pub mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod token;

pub use guardian_aws::pagination::Page;
pub use stack::{Stack, StackEvent, StackResource, Stacks};
