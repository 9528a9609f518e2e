//! The token bucket that keeps a sweep under the account's ListExecutions quota.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A token bucket. Each call takes a token and waits for one when there is none; those that wait
/// are served in the order they came.
///
/// The account's bucket is shared with every other caller, so ours is only a guess: a throttle
/// says that the real one is empty, and then ours is emptied too ([`Budget::throttled`]).
#[derive(Debug)]
pub struct Budget {
    burst: f64,
    refill: f64,
    state: Mutex<State>,
    // Held by the one who waits for the next token; the others queue here, first come first.
    queue: tokio::sync::Mutex<()>,
    throttles: AtomicU64,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    counted_at: Instant,
    drained_at: Option<Instant>,
}

impl Budget {
    /// A full bucket of `burst` tokens that gets `refill` tokens a second.
    pub fn new(burst: u32, refill: f64) -> Self {
        let burst = f64::from(burst.max(1));
        let state = State { tokens: burst, counted_at: Instant::now(), drained_at: None };
        Self {
            burst,
            refill: refill.max(0.01),
            state: Mutex::new(state),
            queue: tokio::sync::Mutex::new(()),
            throttles: AtomicU64::new(0),
        }
    }

    /// How many calls were throttled.
    pub fn throttles(&self) -> u64 {
        self.throttles.load(Ordering::Relaxed)
    }

    /// Takes a token, waiting for it if need be; says when it was taken.
    pub async fn take(&self) -> Instant {
        let _turn = self.queue.lock().await;
        loop {
            match self.try_take() {
                Ok(at) => return at,
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// A call was throttled that had its token from `taken`: the bucket is empty in truth.
    /// Calls that started before the bucket was last emptied were throttled for the same reason: they
    /// do not empty it again.
    pub fn throttled(&self, taken: Instant) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
        self.with_state(|state, now| {
            if state.drained_at.is_none_or(|drained| taken >= drained) {
                state.tokens = state.tokens.min(0.0);
                state.drained_at = Some(now);
            }
        });
    }

    fn try_take(&self) -> Result<Instant, Duration> {
        self.with_state(|state, now| {
            // The tolerance is for the rounding of a sum of many small refills.
            if state.tokens >= 1.0 - 1e-6 {
                state.tokens -= 1.0;
                Ok(now)
            } else {
                let wait = (1.0 - state.tokens) / self.refill;
                Err(Duration::from_secs_f64(wait.max(0.001)))
            }
        })
    }

    fn with_state<T>(&self, act: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let gained = now.duration_since(state.counted_at).as_secs_f64() * self.refill;
        state.tokens = (state.tokens + gained).min(self.burst);
        state.counted_at = now;
        act(&mut state, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_burst_is_free_and_the_rest_comes_at_the_refill_rate() {
        let budget = Budget::new(10, 5.0);
        let start = Instant::now();
        for _ in 0..10 {
            budget.take().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..10 {
            budget.take().await;
        }
        let waited = start.elapsed().as_secs_f64();
        assert!((1.9..2.2).contains(&waited), "{waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_empties_the_bucket_once_for_all_calls_under_way() {
        let budget = Budget::new(10, 1.0);
        let first = budget.take().await;
        tokio::time::advance(Duration::from_millis(10)).await;
        budget.throttled(first);
        let start = Instant::now();
        budget.take().await;
        assert!(start.elapsed() >= Duration::from_millis(900));
        tokio::time::advance(Duration::from_secs(3)).await;
        // A late answer to a call from before the emptying changes nothing.
        budget.throttled(first);
        let start = Instant::now();
        budget.take().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn an_abandoned_wait_takes_no_token() {
        let budget = Budget::new(1, 1.0);
        budget.take().await;
        let abandoned = tokio::time::timeout(Duration::from_millis(500), budget.take()).await;
        assert!(abandoned.is_err());
        let start = Instant::now();
        budget.take().await;
        assert!(start.elapsed() <= Duration::from_millis(600), "{:?}", start.elapsed());
    }
}
