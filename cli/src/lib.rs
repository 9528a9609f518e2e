//! The `guardian` command line: one file a subcommand under `commands`, AWS behind a few small
//! modules, and all that is decided or printed in pure functions between them.

pub mod args;
pub mod aws;
pub mod call;
pub mod commands;
pub mod deploy;
pub mod discover;
pub mod exit;
pub mod files;
pub mod package;
pub mod problems;
pub mod project;
pub mod report;
pub mod synthesis;
pub mod text;
pub mod ui;
