#![doc = include_str!("../README.md")]

pub mod alarm;
pub mod conditions;
pub mod function;
pub mod history;
pub mod publisher;
pub mod report;
pub mod simulate;
pub mod svg;
pub mod text;
pub mod timeline;
pub mod truth;

pub use alarm::{Alarm, Point, State};
pub use history::{History, HistoryError};
pub use publisher::{Conditions, Recipe};
pub use report::{Replay, replay};
pub use simulate::{Plan, simulate};
pub use timeline::Timeline;
