//! Keeping a lease alive while its effect runs, and telling the effect when that failed.

use std::convert::Infallible;
use std::future::pending;

use super::execution::Execution;
use super::lease::{Lease, Lost};
use super::race::{Either, race};
use crate::idempotency::duration::millis;
use crate::idempotency::runtime::Runtime;
use crate::idempotency::store::IdempotencyStore;
use crate::idempotency::token::{FencedOutcome, FencingToken};
use crate::idempotency::trace::{self, Happened};

impl<S: IdempotencyStore, R: Runtime> Execution<'_, S, R> {
    /// Renews the lease at every half of it, up to the ceiling; an error of the store is no reason to stop, as long as the
    /// lease runs. Once it is lost, `lease` says so. Never ends.
    pub(super) async fn keep(&self, token: FencingToken, claimed_at_ms: u64, lease: &Lease) -> Infallible {
        let lost = self.keep_until_lost(token, claimed_at_ms).await;
        trace::tell(self.key, Happened::LeaseLost(lost));
        lease.lose(lost);
        pending().await
    }

    async fn keep_until_lost(&self, token: FencingToken, claimed_at_ms: u64) -> Lost {
        let lease_ms = millis(self.terms.lease);
        let stops_at_ms = claimed_at_ms.saturating_add(millis(self.terms.ceiling));
        // By our clock, and counted from when it was asked for: the store's lease ends no earlier.
        let mut held_until_ms = claimed_at_ms.saturating_add(lease_ms);
        let mut pause_ms = (lease_ms / 2).max(1);
        loop {
            let now_ms = self.runtime.now_ms();
            let left_ms = held_until_ms.saturating_sub(now_ms);
            if left_ms == 0 {
                return Lost::Lapsed;
            }
            if now_ms.saturating_add(pause_ms) >= stops_at_ms {
                self.runtime.sleep_aside(left_ms).await;
                return Lost::Lapsed;
            }
            self.runtime.sleep_aside(pause_ms.min(left_ms)).await;
            let asked_at_ms = self.runtime.now_ms();
            let left_ms = held_until_ms.saturating_sub(asked_at_ms);
            let touch = self.store.touch(self.key, token, self.terms.lease);
            match race(touch, self.runtime.sleep(left_ms)).await {
                Either::First(Ok(FencedOutcome::Applied)) => {
                    held_until_ms = asked_at_ms.saturating_add(lease_ms);
                    pause_ms = (lease_ms / 2).max(1);
                }
                Either::First(Ok(FencedOutcome::Rejected(rejection))) => return Lost::Rejected(rejection),
                Either::First(Err(_)) => {
                    trace::tell(self.key, Happened::StoreFailed("touch"));
                    // Sooner, and ever sooner: a store that comes back before the end is not missed.
                    pause_ms = (lease_ms / 8).min(left_ms / 2).max(1);
                }
                Either::Second(()) => return Lost::Lapsed,
            }
        }
    }
}
