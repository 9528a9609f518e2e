//! What an alarm would have said of a recorded history of executions, against what was true:
//! histories and a simulator of them, models of what is published, CloudWatch's alarm rules, and
//! the comparison as numbers, text and a picture. Pure values; no AWS, no clock, no files.

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
