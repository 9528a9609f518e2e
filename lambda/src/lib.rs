//! The sweep: reads the newest executions of every machine and publishes each one's status.
//!
//! AWS is behind two ports, [`Fleet`] (what is read) and [`Publisher`] (what is written); all
//! that decides anything is tested without it. [`aws`] puts the SDK behind the ports, and
//! `main.rs` puts the Lambda runtime in front of [`Handler`].

pub mod aws;
mod budget;
mod handler;
mod publish;
mod retry;
mod settings;
mod summary;
mod sweep;

pub use budget::Budget;
pub use handler::{Event, Handler, HandlerError, Trigger};
pub use publish::{MAX_BATCH_BYTES, MAX_BATCH_METRICS, Point, Publisher, batches};
pub use retry::{CallError, Kind, backoff};
pub use settings::{InvalidSetting, Settings};
pub use summary::{Calls, Summary};
pub use sweep::{Ask, Execution, Fleet, Machine, Page, SweepError, Sweeper};
