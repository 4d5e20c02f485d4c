//! When a lease is renewed while its effect runs, and when it is lost.

/// The lease of a running effect, by the clock of whoever runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// How long the key is held at a time.
    pub lease_ms: u64,
    /// When the ceiling is reached: from then on nothing is renewed.
    pub stops_at_ms: u64,
    /// Counted from when it was asked for: the store's lease ends no earlier.
    pub held_until_ms: u64,
    /// How long until the next touch.
    pub pause_ms: u64,
}

/// What comes next for a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is renewed after this long.
    Touch {
        /// How long.
        after_ms: u64,
    },
    /// It ends after this long, and is not renewed.
    Lapse {
        /// How long; 0 once it has ended.
        after_ms: u64,
    },
}

impl Renewal {
    /// Of a claim that was asked for at `claimed_at_ms`, renewed for `ceiling_ms`.
    pub fn new(claimed_at_ms: u64, lease_ms: u64, ceiling_ms: u64) -> Self {
        Self {
            lease_ms,
            stops_at_ms: claimed_at_ms.saturating_add(ceiling_ms),
            held_until_ms: claimed_at_ms.saturating_add(lease_ms),
            pause_ms: half(lease_ms),
        }
    }

    /// How long the key is still held.
    pub const fn left_ms(&self, now_ms: u64) -> u64 {
        self.held_until_ms.saturating_sub(now_ms)
    }

    /// What comes next: a touch at every half of the lease, up to the ceiling.
    ///
    /// ```
    /// use shardd_wasm::idempotency::claim::{Next, Renewal};
    /// let mut renewal = Renewal::new(1_000, 400, 700);
    /// assert_eq!(renewal.next(1_010), Next::Touch { after_ms: 200 });
    /// renewal.applied(1_210);
    /// assert_eq!(renewal.next(1_220), Next::Touch { after_ms: 200 });
    /// renewal.failed(1_420);
    /// assert_eq!(renewal.next(1_430), Next::Touch { after_ms: 50 }, "the store failed: sooner");
    /// renewal.applied(1_480);
    /// assert_eq!(renewal.next(1_500), Next::Lapse { after_ms: 380 }, "the next touch would come after the ceiling");
    /// ```
    pub fn next(&self, now_ms: u64) -> Next {
        let left_ms = self.left_ms(now_ms);
        if left_ms == 0 || now_ms.saturating_add(self.pause_ms) >= self.stops_at_ms {
            Next::Lapse { after_ms: left_ms }
        } else {
            Next::Touch { after_ms: self.pause_ms.min(left_ms) }
        }
    }

    /// A touch that was asked for then was applied.
    pub fn applied(&mut self, asked_at_ms: u64) {
        self.held_until_ms = asked_at_ms.saturating_add(self.lease_ms);
        self.pause_ms = half(self.lease_ms);
    }

    /// The store gave no answer to a touch that was asked for then: no reason to stop as long as the lease runs. Sooner, and ever
    /// sooner: a store that comes back before the end is not missed.
    pub fn failed(&mut self, asked_at_ms: u64) {
        self.pause_ms = (self.lease_ms / 8).min(self.left_ms(asked_at_ms) / 2).max(1);
    }
}

fn half(lease_ms: u64) -> u64 {
    (lease_ms / 2).max(1)
}
