//! Reads the lights and writes acknowledgements on a thread of its own, so that keys are answered while
//! thousands of rows arrive.

use super::id::Id;
use super::update::Event;
use crate::acknowledge;
use crate::board::source::{Kept, Reader, readings, sources};
use crate::board::targets::Targets;
use guardian_aws::clock::{now_ms, time};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A task for the worker.
#[derive(Debug)]
pub enum Order {
    /// Read the lights.
    Read,
    /// Acknowledge a fault of this machine for this many seconds, with this reason.
    Acknowledge(Id, u32, String),
}

/// Starts the worker. It ends with the sender.
pub fn start(targets: Targets, events: UnboundedSender<Event>) -> UnboundedSender<Order> {
    let (sender, orders) = unbounded_channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(work(targets, orders, &events)),
            // The other end is gone only when the program ends.
            Err(error) => drop(events.send(Event::Failed(error.to_string()))),
        }
    });
    sender
}

async fn work(
    targets: Targets,
    mut orders: UnboundedReceiver<Order>,
    events: &UnboundedSender<Event>,
) {
    let mut kept = Kept::default();
    while let Some(order) = orders.recv().await {
        let event = match order {
            Order::Read => read(&targets, &mut kept).await,
            Order::Acknowledge(id, seconds, why) => {
                Event::Acknowledged(acknowledged(&targets.readers, &kept, &id, seconds, &why).await)
            }
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

async fn read(targets: &Targets, kept: &mut Kept) -> Event {
    let mut read = readings(&targets.readers).await;
    let now_ms = now_ms();
    if read.iter().all(Result::is_err) {
        // Nothing is new: the rows stay, and are dimmed.
        let first = read.into_iter().find_map(Result::err);
        let why = first.map_or_else(String::new, |failure| failure.report.to_string());
        return Event::Failed(why);
    }
    // A target that cannot be read keeps its machines, and says how old they are.
    let old = |at_ms, why: &str| format!("its machines are as of {}: {why}", time(at_ms));
    let sources = sources(&targets.readers, &mut read);
    Event::Read(kept.board(sources, &targets.settings, now_ms, old))
}

async fn acknowledged(
    readers: &[Arc<Reader>],
    kept: &Kept,
    id: &Id,
    seconds: u32,
    why: &str,
) -> Result<String, String> {
    let of_target = |(at, reader): (usize, &Arc<Reader>)| {
        let known = kept.targets().nth(at);
        (known == Some(&*id.target) || *reader.target() == *id.target).then(|| Arc::clone(reader))
    };
    let Some(reader) = readers.iter().enumerate().find_map(of_target) else {
        return Err("its account and region are not read".to_owned());
    };
    match reader.acknowledge(&id.key, seconds, why).await {
        Ok(ack) => Ok(acknowledge::line(&ack, true)),
        Err(failure) => Err(match failure.report.help() {
            Some(help) => format!("{}; {help}", failure.report),
            None => failure.report.to_string(),
        }),
    }
}
