//! Who owns the store and the key of a claim.

use std::fmt;

use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::runtime::Runtime;
use crate::idempotency::store::IdempotencyStore;
use crate::idempotency::token::FencingToken;

/// A store and a key, borrowed or owned. There are no others.
pub trait Holder: sealed::Sealed {
    /// The kind of store.
    type Store: IdempotencyStore;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// The key.
    fn key(&self) -> &IdempotencyKey;

    /// What becomes of a claim that is dropped.
    #[doc(hidden)]
    fn abandon<R: Runtime>(&self, token: FencingToken, runtime: &R);
}

mod sealed {
    pub trait Sealed {}
    impl<S> Sealed for super::Borrowed<'_, S> {}
    impl<S> Sealed for super::Owned<S> {}
}

/// A borrowed store and key. A dropped claim is left to its lease.
pub struct Borrowed<'a, S> {
    store: &'a S,
    key: &'a IdempotencyKey,
}

/// A store and a key of one's own. A dropped claim is given back.
pub struct Owned<S> {
    store: S,
    key: IdempotencyKey,
}

impl<'a, S> Borrowed<'a, S> {
    pub(crate) const fn new(store: &'a S, key: &'a IdempotencyKey) -> Self {
        Self { store, key }
    }
}

impl<S> Owned<S> {
    pub(crate) const fn new(store: S, key: IdempotencyKey) -> Self {
        Self { store, key }
    }
}

impl<S: IdempotencyStore> Holder for Borrowed<'_, S> {
    type Store = S;

    fn store(&self) -> &S {
        self.store
    }

    fn key(&self) -> &IdempotencyKey {
        self.key
    }

    fn abandon<R: Runtime>(&self, _token: FencingToken, _runtime: &R) {}
}

impl<S: IdempotencyStore + Clone> Holder for Owned<S> {
    type Store = S;

    fn store(&self) -> &S {
        &self.store
    }

    fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    fn abandon<R: Runtime>(&self, token: FencingToken, runtime: &R) {
        let (store, key) = (self.store.clone(), self.key.clone());
        runtime.spawn(async move {
            // If it cannot be given back, the end of the lease does it.
            let _given_back = store.remove(&key, token).await;
        });
    }
}

impl<S> fmt::Debug for Borrowed<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Borrowed").finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Owned<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owned").finish_non_exhaustive()
    }
}
