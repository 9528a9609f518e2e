//! The wall clock, and times as text.

/// Milliseconds since the epoch.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A time for people, in UTC.
pub fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms - ms.rem_euclid(1_000))
        .map_or_else(|_| ms.to_string(), |t| t.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_to_the_second() {
        assert_eq!(time(1_700_000_000_123), "2023-11-14T22:13:20Z");
    }
}
