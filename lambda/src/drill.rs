//! A drill of the notifications: a message and an event, marked as a drill, take the same routes as
//! real ones, and the caller sees what the services accepted. No light and no metric is involved.

use crate::Calls;
use crate::format;
use crate::notice::{self, Drill, Way};
use crate::retry::until;
use crate::watcher::{Ports, Watcher, deadlines};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;

/// The result of a drill on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The channel.
    pub way: Way,
    /// ARN of the topic; name or ARN of the bus.
    pub to: String,
    /// The id that the service gave it, if it took it.
    pub id: Option<String>,
    /// Why it did not.
    pub error: Option<String>,
}

impl<P: Ports> Watcher<P> {
    /// Sends a drill by every way that there is, within `remaining`.
    pub async fn drill(&self, drill: &Drill, remaining: Duration) -> Vec<Sent> {
        let (_, deadline) = deadlines(Instant::now(), remaining);
        let calls = Calls::default();
        let notice = notice::drill(drill, self.settings.deployment.as_deref());
        let mut all = Vec::new();
        for (way, to) in self.settings.ways() {
            let notice = &format::written(self.settings.format, &notice, self.clock.now_ms());
            let call = until(deadline, calls.of(way), None, || self.ports.notify(way, to, notice));
            let (id, error) = match call.await {
                Ok(id) => (Some(id), None),
                Err(failure) => (None, Some(failure.into_error().to_string())),
            };
            all.push(Sent { way, to: to.to_owned(), id, error });
        }
        all
    }
}
