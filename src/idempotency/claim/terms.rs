//! What a claim asks for.

use std::time::Duration;

use crate::idempotency::entry::{IdempotencyEntry, Processing};
use crate::idempotency::fingerprint::Fingerprint;

/// What a claim asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The request that the key stands for.
    pub fingerprint: Fingerprint,
    /// How long the key is held at a time.
    pub lease: Duration,
    /// How much longer a record without an ending stays, so that a lapsed attempt is seen.
    pub keep: Duration,
    /// How long the lease is renewed while the effect runs; zero: never.
    pub ceiling: Duration,
    /// How long the response is replayed.
    pub replay: Duration,
    /// How long to wait for an attempt in flight; zero: not at all.
    pub wait: Duration,
    /// Leave an attempt that lapsed as it is, and say [`Uncertain`](super::ExecutionOutcome::Uncertain).
    pub refuses_lapsed: bool,
    /// Somebody must see lapsed attempts: a store that forgets them will not do.
    pub needs_lapsed: bool,
    /// How long a single operation of the store may take.
    pub store_timeout: Option<Duration>,
}

impl Terms {
    /// How long a lease is renewed unless said otherwise: ten minutes.
    pub const CEILING: Duration = Duration::from_secs(600);

    /// The usual terms: a lease as given, renewed for ten minutes, no waiting; responses are replayed for a day.
    pub const fn new(fingerprint: Fingerprint, lease: Duration) -> Self {
        Self {
            fingerprint,
            lease,
            keep: Duration::ZERO,
            ceiling: Self::CEILING,
            replay: IdempotencyEntry::REPLAY,
            wait: Duration::ZERO,
            refuses_lapsed: false,
            needs_lapsed: false,
            store_timeout: None,
        }
    }

    /// The entry of one attempt.
    pub(super) fn entry(&self) -> IdempotencyEntry<Processing> {
        let entry = IdempotencyEntry::new(self.fingerprint).with_lease(self.lease).with_keep(self.keep);
        if self.refuses_lapsed { entry.refusing_lapsed() } else { entry }
    }
}
