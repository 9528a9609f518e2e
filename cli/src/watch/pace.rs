//! When the tables are read again.

/// The shortest interval: events reach the table within seconds.
pub const SHORTEST_MS: i64 = 5_000;
/// Machines that add a second to the interval, so that a watcher costs about the same at any size.
const MACHINES_A_SECOND: usize = 200;
/// The longest pause after errors.
const LONGEST_MS: i64 = 300_000;
/// The board ends after this time without a key: a forgotten terminal must not read forever.
pub const UNATTENDED_MS: i64 = 12 * 3_600_000;

/// Milliseconds between two readings: the interval of --interval, but not less than a board of this size needs.
pub fn interval_ms(asked_ms: i64, machines: usize) -> i64 {
    let own = i64::try_from(machines / MACHINES_A_SECOND).unwrap_or(i64::MAX).saturating_mul(1_000);
    asked_ms.max(own).max(SHORTEST_MS)
}

/// Milliseconds until the next reading. After failures it is doubled each time, up to five minutes, and
/// spread by a fifth either way, so that many watchers do not return at once. `chance` is from 0 to 1.
pub fn pause_ms(interval_ms: i64, failures: u32, chance: f64) -> i64 {
    if failures == 0 {
        return interval_ms;
    }
    let doubled = interval_ms.saturating_mul(1 << failures.min(10));
    let pause = doubled.min(LONGEST_MS.max(interval_ms));
    // Minutes at most; the fraction does not matter.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let spread = (pause as f64 * (0.8 + 0.4 * chance.clamp(0.0, 1.0))) as i64;
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_board_is_read_less_often() {
        assert_eq!(interval_ms(0, 8), 5_000);
        assert_eq!(interval_ms(30_000, 8), 30_000);
        assert_eq!(interval_ms(5_000, 10_000), 50_000);
    }

    #[test]
    fn errors_make_the_pause_longer_up_to_five_minutes_and_spread_it() {
        assert_eq!(pause_ms(5_000, 0, 0.9), 5_000);
        assert_eq!(pause_ms(5_000, 1, 0.5), 10_000);
        assert_eq!(pause_ms(5_000, 3, 0.5), 40_000);
        assert_eq!(pause_ms(5_000, 40, 0.5), 300_000);
        assert_eq!((pause_ms(5_000, 1, 0.0), pause_ms(5_000, 1, 1.0)), (8_000, 12_000));
    }
}
