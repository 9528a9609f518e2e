//! The `guardian` command line: one file a subcommand under `commands`, AWS behind a few small
//! modules, and all that is decided or printed in pure functions between them.

pub mod alarm;
pub mod approve;
pub mod args;
pub mod artifacts;
pub mod aws;
pub mod board;
pub mod call;
pub mod clock;
pub mod commands;
pub mod deploy;
pub mod deployment;
pub mod discover;
pub mod doctor;
pub mod drill;
pub mod exit;
pub mod files;
pub mod github;
pub mod logs;
pub mod operation;
pub mod package;
pub mod problems;
pub mod project;
pub mod protection;
pub mod receipt;
pub mod regions;
pub mod report;
pub mod rollout;
pub mod set_rollout;
pub mod signal;
pub mod sweep;
pub mod synthesis;
pub mod teardown;
pub mod text;
pub mod ui;
pub mod verify;
