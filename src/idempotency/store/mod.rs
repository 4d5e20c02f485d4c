//! Where keys live. [`IdempotencyStore`] is what claims need; [`AtomicStore`], one method, is the short way to it.

mod atomic;
mod boxed;

use std::error::Error;
use std::future::Future;
use std::time::Duration;

pub use atomic::{AtomicError, AtomicStore, ListedStore, Update};
pub use boxed::{AnyIdempotencyStore, BoxStore};

use super::bound::{MaybeSend, MaybeSync};
use super::claim::{Borrowed, ClaimBuilder, NoFingerprint, Owned, OwnedClaimBuilder};
use super::entry::{Completed, ExistingEntry, IdempotencyEntry, Processing};
use super::fingerprint::Fingerprint;
use super::key::IdempotencyKey;
use super::record::Status;
use super::response::CachedResponse;
use super::token::{FencedOutcome, FencingToken};

/// A place where keys are held, completed and looked up, each in one indivisible step.
///
/// For a place of your own there are two ways: implement [`AtomicStore`], whose one method reads and writes a few bytes, and
/// have this trait for nothing; or implement the six methods here.
pub trait IdempotencyStore: MaybeSend + MaybeSync + 'static {
    /// Why the place could not be asked.
    type Error: Error + MaybeSend + MaybeSync + 'static;

    /// Holds the key for `entry`, if nobody does.
    ///
    /// # Errors
    /// The place could not be asked; it may have been done all the same.
    fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> impl Future<Output = Result<InsertResult, Self::Error>> + MaybeSend;

    /// Stores the response for the entry's `ttl`. Refused, in this order: if nobody holds the key, if another token does, if
    /// this claim was completed before, if it was for another request.
    ///
    /// # Errors
    /// As for [`try_insert`](Self::try_insert).
    fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> impl Future<Output = Result<FencedOutcome, Self::Error>> + MaybeSend;

    /// Holds the key for `lease` from now. Refused as [`complete`](Self::complete) is.
    ///
    /// # Errors
    /// As for [`try_insert`](Self::try_insert).
    fn touch(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> impl Future<Output = Result<FencedOutcome, Self::Error>> + MaybeSend;

    /// Forgets the claim, or the response that it stored. Refused if nobody or another token holds the key.
    ///
    /// # Errors
    /// As for [`try_insert`](Self::try_insert).
    fn remove(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
    ) -> impl Future<Output = Result<FencedOutcome, Self::Error>> + MaybeSend;

    /// Forgets the key, whoever holds it: the next attempt runs again.
    ///
    /// # Errors
    /// As for [`try_insert`](Self::try_insert).
    fn purge(&self, key: &IdempotencyKey) -> impl Future<Output = Result<(), Self::Error>> + MaybeSend;

    /// Where the key stands; `None` if it is free. Nothing changes.
    ///
    /// # Errors
    /// The place could not be asked.
    fn get(
        &self,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Result<Option<Snapshot>, Self::Error>> + MaybeSend;

    /// Whether a record can outlive its lease here, so that a lapsed attempt is seen. Without that, claims that refuse or
    /// recover lapsed attempts are refused before anything runs.
    fn keeps_lapsed(&self) -> bool {
        false
    }

    /// Resolves when the key may have changed: those who wait for it look again. A store that cannot tell never resolves, and
    /// they look from time to time.
    fn watch(&self, key: &IdempotencyKey) -> impl Future<Output = ()> + MaybeSend {
        let _unwatched = key;
        std::future::pending()
    }

    /// A claim that borrows store and key, held for `lease` at a time.
    fn claim<'store>(
        &'store self,
        key: &'store IdempotencyKey,
        lease: Duration,
    ) -> ClaimBuilder<'store, Self, NoFingerprint>
    where
        Self: Sized,
    {
        ClaimBuilder::new(Borrowed::new(self, key), lease)
    }

    /// A claim that owns clones of store and key: it can live in a struct and move into a spawned task.
    fn claim_owned(&self, key: IdempotencyKey, lease: Duration) -> OwnedClaimBuilder<Self, NoFingerprint>
    where
        Self: Sized + Clone,
    {
        OwnedClaimBuilder::new(Owned::new(self.clone(), key), lease)
    }
}

/// What came of a claim.
#[derive(Debug)]
pub enum InsertResult {
    /// The key is ours.
    Claimed {
        /// Needed for all that follows.
        fencing_token: FencingToken,
        /// The attempt, to be completed.
        entry: IdempotencyEntry<Processing>,
    },
    /// Somebody was here before.
    Exists(ExistingEntry),
}

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Held, lapsed or completed.
    pub status: Status,
    /// The request that it stands for.
    pub fingerprint: Fingerprint,
    /// The last claim.
    pub fencing_token: FencingToken,
    /// How long until the lease ends, or until the response is forgotten.
    pub remaining: Duration,
    /// The response of a completed attempt.
    pub response: Option<CachedResponse>,
}
