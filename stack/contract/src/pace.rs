//! How many calls of ListExecutions a tick of the reconciler makes: within the account's quota, and no
//! more than its rounds need, since each machine that a tick confirms is a write.

use crate::Quota;

/// Calls that a tick may make whatever the number of machines: the smaller default quota's at the
/// default share. Up to so many machines are confirmed every minute.
const ALWAYS: f64 = 60.0;
/// Ticks of a round, where the quota allows it.
const ROUND_TICKS: f64 = 15.0;
/// Percentage of the bucket that a tick may take at once, where its share of the refill covers that
/// within the minute: the others find the rest, and the refill.
const AT_ONCE: f64 = 60.0;

/// The calls of one tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Calls a second.
    pub rate: f64,
    /// Calls at most, those for unconfirmed machines included.
    pub whole: f64,
    /// Of these, calls that need not wait for the refill.
    pub burst: f64,
    /// Calls for the round.
    pub slice: f64,
}

impl Pace {
    /// The pace under `share` percent of the quota, for a round of so many calls. A hurried round, with
    /// rows that wait for their first list or after lost events, takes the whole share.
    pub fn new(quota: Quota, share: f64, calls: f64, hurried: bool) -> Self {
        let rate = quota.refill * share / 100.0;
        let whole = (rate * 60.0).floor().max(1.0);
        let burst = (f64::from(quota.burst) * share.max(AT_ONCE) / 100.0).floor();
        let needed = if hurried { whole } else { (calls / ROUND_TICKS).ceil().max(ALWAYS) };
        Self { rate, whole, burst: burst.clamp(1.0, whole), slice: needed.min(whole) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Quota = Quota { burst: 100, refill: 2.0 };
    const LARGE: Quota = Quota { burst: 200, refill: 5.0 };

    fn of(quota: Quota, share: f64, calls: f64) -> (f64, f64, f64) {
        let Pace { whole, burst, slice, .. } = Pace::new(quota, share, calls, false);
        (whole, burst, slice)
    }

    #[test]
    fn a_tick_of_the_smaller_quota_takes_its_minute_at_once() {
        for machines in [1.0, 60.0, 1_000.0, 10_000.0] {
            assert_eq!(of(SMALL, 50.0, machines), (60.0, 60.0, 60.0));
        }
        assert_eq!(of(SMALL, 5.0, 1_000.0), (6.0, 6.0, 6.0));
        assert_eq!(of(SMALL, 90.0, 10_000.0), (108.0, 90.0, 108.0));
    }

    #[test]
    fn a_larger_quota_is_used_where_the_round_would_take_more_than_a_quarter_of_an_hour() {
        assert_eq!(of(LARGE, 50.0, 900.0), (150.0, 120.0, 60.0));
        assert_eq!(of(LARGE, 50.0, 1_000.0), (150.0, 120.0, 67.0));
        assert_eq!(of(LARGE, 50.0, 10_000.0), (150.0, 120.0, 150.0));
    }

    #[test]
    fn a_hurried_round_takes_the_whole_share() {
        assert_eq!(Pace::new(LARGE, 50.0, 10.0, true).slice, 150.0);
        assert_eq!(Pace::new(SMALL, 5.0, 10.0, true).slice, 6.0);
    }

    #[test]
    fn no_quota_and_no_share_leave_one_call() {
        for (quota, share) in [(SMALL, 0.0), (Quota { burst: 0, refill: 0.0 }, 50.0)] {
            assert_eq!(of(quota, share, 1_000.0), (1.0, 1.0, 1.0));
        }
    }
}
