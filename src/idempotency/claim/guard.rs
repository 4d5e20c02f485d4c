//! A claim in hand, for those who go step by step.

use std::convert::Infallible;
use std::time::Duration;

use super::execution::Execution;
use super::holder::{Borrowed, Holder, Owned};
use super::lease::Lease;
use super::terms::Terms;
use crate::idempotency::entry::{IdempotencyEntry, Processing};
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::runtime::{DefaultRuntime, Runtime};
use crate::idempotency::store::IdempotencyStore;
use crate::idempotency::token::{FencedOutcome, FencingToken};

/// A claim in hand. [`complete`](Self::complete) it; or [`leave`](Self::leave) it to its lease, or
/// [`release`](Self::release) it.
///
/// A guard that owns its store gives the key back when it is dropped: drop it only if nothing was done. A guard that borrows
/// its store is left to its lease.
#[derive(Debug)]
#[must_use = "a claim that nobody completes holds its key until the lease ends"]
pub struct Guard<H: Holder, R: Runtime = DefaultRuntime> {
    holder: H,
    runtime: R,
    fencing_token: FencingToken,
    fingerprint: Fingerprint,
    lapsed: Option<FencingToken>,
    gives_back: bool,
}

/// A claim in hand whose store and key are borrowed.
pub type ClaimGuard<'store, S, R = DefaultRuntime> = Guard<Borrowed<'store, S>, R>;
/// A claim in hand with a store and key of its own.
pub type OwnedClaimGuard<S, R = DefaultRuntime> = Guard<Owned<S>, R>;

/// What operations on a holder's store fail with.
type StoreError<H> = <<H as Holder>::Store as IdempotencyStore>::Error;

impl<H: Holder, R: Runtime> Guard<H, R> {
    pub(super) fn new(
        holder: H,
        runtime: R,
        fencing_token: FencingToken,
        entry: &IdempotencyEntry<Processing>,
    ) -> Self {
        let (fingerprint, lapsed) = (entry.fingerprint, entry.lapsed());
        Self { holder, runtime, fencing_token, fingerprint, lapsed, gives_back: true }
    }

    /// The token of this claim.
    pub const fn fencing_token(&self) -> FencingToken {
        self.fencing_token
    }

    /// Whom this claim took the key over from, if a lease had lapsed and the store remembers it.
    pub const fn lapsed(&self) -> Option<FencingToken> {
        self.lapsed
    }

    /// Holds the key for `lease` from now.
    ///
    /// # Errors
    /// The store gave no answer.
    pub async fn touch(&self, lease: Duration) -> Result<FencedOutcome, StoreError<H>> {
        self.holder.store().touch(self.holder.key(), self.fencing_token, lease).await
    }

    /// Stores the response for `replay`. If this is dropped or fails on its way, the claim is left to its lease: it may have
    /// been stored.
    ///
    /// # Errors
    /// The store gave no answer.
    pub async fn complete(
        mut self,
        response: CachedResponse,
        replay: Duration,
    ) -> Result<FencedOutcome, StoreError<H>> {
        self.gives_back = false;
        let entry = IdempotencyEntry::new(self.fingerprint).complete_for(response, replay);
        self.holder.store().complete(self.holder.key(), entry, self.fencing_token).await
    }

    /// Gives the key back: nothing was done.
    ///
    /// # Errors
    /// The store gave no answer; the end of the lease frees the key.
    pub async fn release(mut self) -> Result<FencedOutcome, StoreError<H>> {
        self.gives_back = false;
        self.holder.store().remove(self.holder.key(), self.fencing_token).await
    }

    /// Holds the key until its lease ends: something may have been done.
    pub fn leave(mut self) {
        self.gives_back = false;
    }

    /// Renews a lease of this length at every half of it, for at most `ceiling`. Never ends: race it with the work. For work
    /// that wants to know when the lease is lost, use
    /// [`execute_or_replay`](super::Builder::execute_or_replay).
    pub async fn keep_alive(&self, lease: Duration, ceiling: Duration) -> Infallible {
        let terms = Terms { ceiling, ..Terms::new(self.fingerprint, lease) };
        let (store, key, runtime) = (self.holder.store(), self.holder.key(), &self.runtime);
        let execution = Execution { store, key, runtime, terms: &terms };
        execution.keep(self.fencing_token, runtime.now_ms(), &Lease::default()).await
    }
}

impl<H: Holder, R: Runtime> Drop for Guard<H, R> {
    fn drop(&mut self) {
        if self.gives_back {
            self.holder.abandon(self.fencing_token, &self.runtime);
        }
    }
}
