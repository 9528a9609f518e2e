//! Plans, progress, drift and stack sets as text for a terminal and as records. Pure.

pub mod drift;
pub mod permissions;
pub mod plan;
pub mod progress;
pub mod resources;
pub mod stack_set;
