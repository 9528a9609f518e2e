//! Text from other sources, escaped for a terminal.

pub use guardian_contract::text::{count, plain};
