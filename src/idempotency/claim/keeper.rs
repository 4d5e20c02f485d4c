//! Keeping a lease alive while its effect runs, and telling the effect when that failed.

use std::convert::Infallible;
use std::future::pending;

use super::execution::Execution;
use super::lease::{Lease, Lost};
use super::race::{Either, race};
use super::renewal::{Next, Renewal};
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
        let (lease_ms, ceiling_ms) = (millis(self.terms.lease), millis(self.terms.ceiling));
        let mut renewal = Renewal::new(claimed_at_ms, lease_ms, ceiling_ms);
        loop {
            match renewal.next(self.runtime.now_ms()) {
                Next::Lapse { after_ms } => {
                    if after_ms > 0 {
                        self.runtime.sleep(after_ms).await;
                    }
                    return Lost::Lapsed;
                }
                Next::Touch { after_ms } => self.runtime.sleep(after_ms).await,
            }
            let asked_at_ms = self.runtime.now_ms();
            let touch = self.store.touch(self.key, token, self.terms.lease);
            match race(touch, self.runtime.sleep(renewal.left_ms(asked_at_ms))).await {
                Either::First(Ok(FencedOutcome::Applied)) => renewal.applied(asked_at_ms),
                Either::First(Ok(FencedOutcome::Rejected(rejection))) => return Lost::Rejected(rejection),
                Either::First(Err(_)) => {
                    trace::tell(self.key, Happened::StoreFailed("touch"));
                    renewal.failed(asked_at_ms);
                }
                Either::Second(()) => return Lost::Lapsed,
            }
        }
    }
}
