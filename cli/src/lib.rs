//! The `guardian` command line: one file a subcommand under `commands`, AWS behind a few small
//! modules, and all that is decided or printed in pure functions between them.

pub mod aws;
pub mod exit;
pub mod ui;
