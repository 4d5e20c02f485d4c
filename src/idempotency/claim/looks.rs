//! How often those who wait for an attempt in flight look again.

/// This soon at first, then at doubling distances.
const FIRST_MS: u64 = 25;
/// And at least this often.
const RAREST_MS: u64 = 1_000;

/// The looks of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// When the call began.
    pub began_ms: u64,
    /// How long until the next look, unless the wait or the other's lease ends before.
    pub next_ms: u64,
}

impl Looks {
    /// Those of a call that begins now.
    pub const fn new(now_ms: u64) -> Self {
        Self { began_ms: now_ms, next_ms: FIRST_MS }
    }

    /// How long until the next look; `None` once the call has waited for `wait_ms`.
    ///
    /// ```
    /// use shardd_wasm::idempotency::claim::Looks;
    /// let mut looks = Looks::new(1_000);
    /// assert_eq!(looks.pause_ms(1_000, 100, 30_000), Some(25));
    /// assert_eq!(looks.pause_ms(1_025, 100, 30_000), Some(50));
    /// assert_eq!(looks.pause_ms(1_075, 100, 30_000), Some(25), "the wait ends then");
    /// assert_eq!(looks.pause_ms(1_100, 100, 30_000), None);
    /// ```
    pub fn pause_ms(&mut self, now_ms: u64, wait_ms: u64, retry_after_ms: u64) -> Option<u64> {
        let left_ms = wait_ms.saturating_sub(now_ms.saturating_sub(self.began_ms));
        if left_ms == 0 {
            return None;
        }
        let pause_ms = self.next_ms.min(left_ms).min(retry_after_ms.max(1));
        self.next_ms = (self.next_ms * 2).min(RAREST_MS);
        Some(pause_ms)
    }
}
