//! The loop that follows an operation on a stack or a stack set: it starts quickly, slows down while
//! nothing happens, waits out transient errors, and ends early when the program is asked to stop. The
//! short waits for a change set and for the detection of drift have their own pauses, and no end
//! before the call has one: they are in `change_set` and `drift`.

use guardian_aws::AwsError;
use std::time::Duration;

/// The pause while events arrive. The first pauses are shorter, for operations that end at once …
const ACTIVE: Duration = Duration::from_secs(2);
/// … and the later ones longer, while none arrive.
const IDLE: Duration = Duration::from_secs(10);
const FIRST: Duration = Duration::from_millis(250);
/// Transient errors in a row until polling gives up: with pauses of ten seconds, about ten minutes.
const PATIENCE: u32 = 60;

/// A request to stop following an operation. The operation itself continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C (SIGINT).
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// How following an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End<T> {
    /// The operation is over.
    Over(T),
    /// The program was asked to stop; the operation continues.
    Detached(Signal),
}

/// The result of one round.
#[derive(Debug)]
pub(crate) enum Round<T> {
    /// The operation is over.
    Over(T),
    /// Something happened.
    News,
    /// Nothing happened.
    Quiet,
    /// The operation is over, but its results are not complete: read them again after this pause.
    Incomplete(Duration),
}

/// Polls until a round is over. A round gets the number of rounds in a row without news.
pub(crate) async fn poll<T>(
    interrupted: impl Future<Output = Signal>,
    mut round: impl AsyncFnMut(u32) -> Result<Round<T>, AwsError>,
) -> Result<End<T>, AwsError> {
    let rounds = async {
        let (mut rounds, mut idle, mut failures) = (0, 0, 0);
        loop {
            match round(idle).await {
                Ok(Round::Over(value)) => return Ok(value),
                Ok(Round::Incomplete(after)) => {
                    failures = 0;
                    tokio::time::sleep(after).await;
                    continue;
                }
                Ok(Round::News) => (failures, idle) = (0, 0),
                Ok(Round::Quiet) => (failures, idle) = (0, idle + 1),
                Err(error) if error.is_transient() && failures < PATIENCE => {
                    failures += 1;
                    idle += 1;
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(jittered(pause(rounds, idle))).await;
            rounds += 1;
        }
    };
    tokio::select! {
        biased;
        signal = interrupted => Ok(End::Detached(signal)),
        value = rounds => Ok(End::Over(value?)),
    }
}

/// The pause after a round: `rounds` before it, `idle` of them in a row without news.
fn pause(rounds: u32, idle: u32) -> Duration {
    let opening = FIRST.saturating_mul(1 << rounds.min(10));
    let resting = ACTIVE.mul_f64(1.5_f64.powi(i32::try_from(idle.min(20)).unwrap_or(20)));
    opening.min(resting.min(IDLE))
}

/// A pause that differs a little each time, so that several pollers do not keep in step.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.8 + 0.4 * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polling_starts_quickly_stays_at_two_seconds_while_events_arrive_and_slows_to_ten() {
        let millis: Vec<u128> = (0..6).map(|n| pause(n, 0).as_millis()).collect();
        assert_eq!(millis, [250, 500, 1_000, 2_000, 2_000, 2_000]);
        assert_eq!(pause(20, 1), Duration::from_secs(3));
        assert_eq!(pause(20, 9), IDLE);
        assert_eq!(pause(u32::MAX, u32::MAX), IDLE);
    }
}
