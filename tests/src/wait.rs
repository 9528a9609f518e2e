//! Awaiting a condition, with a limit.

use std::thread;
use std::time::{Duration, Instant};

/// Calls `ask` every 100 ms until it returns a value; `None` after the limit.
pub fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(Duration::from_millis(100));
    }
}
