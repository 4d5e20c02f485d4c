//! Durations in the whole milliseconds that stores count.

use std::time::Duration;

/// A hundred years: as good as for ever, and far from where a server's expiry overflows.
pub const LONGEST_MS: u64 = 100 * 365 * 24 * 3_600_000;

/// Rounded up: a lease is never shorter than was asked for.
pub(crate) fn millis(duration: Duration) -> u64 {
    let whole = duration.as_nanos().div_ceil(1_000_000);
    u64::try_from(whole).map_or(LONGEST_MS, |ms| ms.min(LONGEST_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up_and_ends_somewhere() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_millis(30)), 30);
        assert_eq!(millis(Duration::MAX), LONGEST_MS);
    }
}
