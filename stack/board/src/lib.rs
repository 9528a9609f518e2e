#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod board;
pub mod cluster;
pub mod describe;
pub mod evaluated;
pub mod group;
pub mod html;
pub mod json;
pub mod machine;
pub mod metrics;
pub mod query;
#[doc(hidden)]
pub mod sample;
pub mod settings;
pub mod state;
pub mod target;
pub mod terminal;
pub mod text;

pub use acknowledgement::Acknowledgement;
pub use board::{Banner, Board, Counts, Scale, Shown, Source};
pub use evaluated::Evaluator;
pub use machine::{Alarm, Machine, Mark, Weight};
pub use query::{Problem, Query};
pub use settings::{Grouping, Mute, Settings};
pub use state::{Rank, State};
pub use target::{Audience, Target};
