#![doc = include_str!("../README.md")]

pub mod alarm_rules;
pub mod app;
pub mod ci;
pub mod config;
pub mod definition;
mod document;
pub mod init;
pub mod lock;
pub mod monitoring;
pub mod problem;
pub mod sources;
pub mod stack_policy;
pub mod templates;
