//! The function: sweeps every machine and answers hints about single ones, and publishes each
//! one's status.
//!
//! AWS is behind ports, [`Fleet`] (what is read), [`Publisher`] (points), [`Confirmations`]
//! (messages to itself) and [`Notifications`] (messages to others); all that decides anything is tested
//! without it. [`aws`] puts the SDK behind the ports, and `main.rs` puts the Lambda runtime in front of [`Handler`].

pub mod aws;
mod batch;
mod budget;
mod change;
pub mod confirm;
mod drill;
mod duration_limit;
mod expected;
mod fleet;
mod handler;
mod hints;
mod history;
mod notice;
mod notify;
mod packaged;
mod publish;
mod reader;
mod recent;
mod retry;
mod settings;
mod state_change;
mod summary;
mod sweep;
mod watcher;

pub use batch::{Answered, Message};
pub use budget::Budget;
pub use confirm::{Confirmations, Delayed};
pub use drill::Sent;
pub use fleet::{Ask, Execution, Fleet, Machine, Page};
pub use handler::{Answer, Event, Handler, HandlerError, Trigger};
pub use notice::{BusEvent, Drill, Notice, Notifications, Way};
pub use packaged::{Packaged, PackagedError};
pub use publish::{MAX_BATCH_BYTES, MAX_BATCH_METRICS, Point, Publisher, batches};
pub use retry::{CallError, Kind, backoff};
pub use settings::{InvalidSetting, Settings};
pub use summary::{Calls, Summary};
pub use sweep::SweepError;
pub use watcher::{Clock, Watcher};
