//! The function: it joins execution events to the rows of the state table, and once a minute
//! reconciles them with Step Functions; without a table it sweeps every machine, as the recipe does.
//!
//! AWS is behind ports, [`Fleet`] (what is read), [`Table`] (what is kept), [`Publisher`] (points),
//! [`Notifications`] (messages to others) and [`Delivery`] (how events come); all that decides
//! anything is tested without it. [`aws`] puts the SDK behind the ports, and `main.rs` puts the Lambda runtime in front of [`Handler`].

pub mod aws;
mod batch;
mod budget;
mod change;
mod delivery;
mod drill;
mod events;
mod fleet;
mod format;
mod handler;
mod history;
mod notice;
mod notify;
mod packaged;
mod publish;
mod reader;
mod retry;
mod roster;
mod settings;
mod summary;
mod sweep;
mod table;
mod tick;
mod watcher;

pub use batch::{Answered, Message};
pub use budget::Budget;
pub use delivery::{DeadLetter, Delivery};
pub use drill::Sent;
pub use fleet::{Ask, Execution, Fleet, Machine, Page};
pub use handler::{Answer, Event, Handler, HandlerError, Trigger};
pub use notice::{BusEvent, Drill, Notice, Notifications, Way};
pub use packaged::{Packaged, PackagedError};
pub use publish::{MAX_BATCH_BYTES, MAX_BATCH_METRICS, Point, Publisher, batches};
pub use retry::{CallError, Kind, backoff};
pub use settings::{InvalidSetting, Settings};
pub use summary::{Calls, Summary, Tick};
pub use sweep::SweepError;
pub use table::{Got, Item, Key, Table, Write, Written};
pub use watcher::{Clock, Ports, Watcher};
