//! A store whose kind is chosen at run time.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{IdempotencyStore, InsertResult, Snapshot};
use crate::idempotency::bound::{BoxError, BoxFuture, MaybeSend, MaybeSync};
use crate::idempotency::entry::{Completed, IdempotencyEntry, Processing};
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::token::{FencedOutcome, FencingToken};

/// An [`IdempotencyStore`] that can be a trait object; every store is one.
pub trait AnyIdempotencyStore: MaybeSend + MaybeSync + 'static {
    /// See [`IdempotencyStore::try_insert`].
    fn try_insert_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> BoxFuture<'a, Result<InsertResult, BoxError>>;

    /// See [`IdempotencyStore::complete`].
    fn complete_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>>;

    /// See [`IdempotencyStore::touch`].
    fn touch_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>>;

    /// See [`IdempotencyStore::remove`].
    fn remove_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        fencing_token: FencingToken,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>>;

    /// See [`IdempotencyStore::purge`].
    fn purge_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, Result<(), BoxError>>;

    /// See [`IdempotencyStore::get`].
    fn get_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, Result<Option<Snapshot>, BoxError>>;

    /// See [`IdempotencyStore::keeps_lapsed`].
    fn keeps_lapsed_any(&self) -> bool;

    /// See [`IdempotencyStore::watch`].
    fn watch_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, ()>;
}

impl<S: IdempotencyStore> AnyIdempotencyStore for S {
    fn try_insert_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> BoxFuture<'a, Result<InsertResult, BoxError>> {
        Box::pin(async move { Ok(self.try_insert(key, entry).await?) })
    }

    fn complete_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>> {
        Box::pin(async move { Ok(self.complete(key, entry, fencing_token).await?) })
    }

    fn touch_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>> {
        Box::pin(async move { Ok(self.touch(key, fencing_token, lease).await?) })
    }

    fn remove_any<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        fencing_token: FencingToken,
    ) -> BoxFuture<'a, Result<FencedOutcome, BoxError>> {
        Box::pin(async move { Ok(self.remove(key, fencing_token).await?) })
    }

    fn purge_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move { Ok(self.purge(key).await?) })
    }

    fn get_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, Result<Option<Snapshot>, BoxError>> {
        Box::pin(async move { Ok(self.get(key).await?) })
    }

    fn keeps_lapsed_any(&self) -> bool {
        self.keeps_lapsed()
    }

    fn watch_any<'a>(&'a self, key: &'a IdempotencyKey) -> BoxFuture<'a, ()> {
        Box::pin(self.watch(key))
    }
}

/// Any store, behind one pointer; clones share it.
///
/// ```
/// use shardd_wasm::idempotency::{BoxStore, memory::MemoryStore};
///
/// fn choose(_url: Option<&str>) -> BoxStore {
///     BoxStore::new(MemoryStore::new())
/// }
/// # let _store = choose(None);
/// ```
#[derive(Clone)]
pub struct BoxStore(Arc<dyn AnyIdempotencyStore>);

impl BoxStore {
    /// Hides what kind of store it is.
    pub fn new(store: impl IdempotencyStore) -> Self {
        Self(Arc::new(store))
    }
}

impl fmt::Debug for BoxStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxStore")
    }
}

/// What went wrong in a [`BoxStore`].
#[derive(Debug)]
pub struct BoxStoreError(BoxError);

impl fmt::Display for BoxStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for BoxStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl IdempotencyStore for BoxStore {
    type Error = BoxStoreError;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, BoxStoreError> {
        self.0.try_insert_any(key, entry).await.map_err(BoxStoreError)
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, BoxStoreError> {
        self.0.complete_any(key, entry, fencing_token).await.map_err(BoxStoreError)
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, BoxStoreError> {
        self.0.touch_any(key, fencing_token, lease).await.map_err(BoxStoreError)
    }

    async fn remove(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, BoxStoreError> {
        self.0.remove_any(key, fencing_token).await.map_err(BoxStoreError)
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), BoxStoreError> {
        self.0.purge_any(key).await.map_err(BoxStoreError)
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, BoxStoreError> {
        self.0.get_any(key).await.map_err(BoxStoreError)
    }

    fn keeps_lapsed(&self) -> bool {
        self.0.keeps_lapsed_any()
    }

    async fn watch(&self, key: &IdempotencyKey) {
        self.0.watch_any(key).await;
    }
}
