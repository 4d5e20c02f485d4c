//! Full-jitter backoff.

const BASE_MS: u64 = 100;
const CAP_MS: u64 = 5_000;

/// A wait before retry number `retry` (0 is the first), somewhere from 0 to `100 ms × 2^retry`, at most 5 s.
/// Full jitter, not equal jitter: clients that failed together must not come back together.
///
/// `random` is any uniformly drawn number.
///
/// ```
/// use shardd_engine::backoff_ms;
/// assert!(backoff_ms(0, 12_345) <= 100);
/// assert!(backoff_ms(40, u64::MAX) <= 5_000);
/// ```
pub fn backoff_ms(retry: u32, random: u64) -> u64 {
    let ceiling = BASE_MS.saturating_mul(1 << retry.min(16)).min(CAP_MS);
    random % (ceiling + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_the_cap_and_covers_the_whole_range() {
        for (retry, ceiling) in [(0, 100), (1, 200), (3, 800), (6, 5_000), (63, 5_000)] {
            let waits: Vec<u64> = (0..20_000).map(|random| backoff_ms(retry, random)).collect();
            assert_eq!(waits.iter().max(), Some(&ceiling));
            assert_eq!(waits.iter().min(), Some(&0));
        }
    }
}
