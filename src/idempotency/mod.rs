//! Doing something once, however often it is asked for: keys, fingerprints, claims with fencing tokens, stores.
//!
//! A *key* names what is to be done once, a *fingerprint* says for which request. Whoever *claims* the key holds it for a
//! *lease*, runs the *effect*, and stores its response, which every retry gets for as long as it is *replayed*. A *fencing
//! token* tells the attempt that lost its lease from the one that took over.
//!
//! The short way is [`execute_or_replay`](claim::Builder::execute_or_replay); step by step:
//!
//! ```ignore-wasm32
//! use shardd_wasm::idempotency::fingerprint::{DefaultFingerprintStrategy, FingerprintStrategy};
//! use shardd_wasm::idempotency::memory::MemoryStore;
//! use shardd_wasm::idempotency::{CachedResponse, IdempotencyEntry, IdempotencyKey, IdempotencyStore, InsertResult};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let key = IdempotencyKey::default();
//! let fingerprint = DefaultFingerprintStrategy.compute("POST /charges", b"{\"amount\":5}");
//! match store.try_insert(&key, IdempotencyEntry::new(fingerprint)).await? {
//!     InsertResult::Claimed { fencing_token, entry } => {
//!         let response = "charged"; // the effect
//!         let completed = entry.complete(CachedResponse::from(response));
//!         let _applied = store.complete(&key, completed, fencing_token).await?;
//!     }
//!     InsertResult::Exists(existing) => println!("{:?}", existing.replay(fingerprint)),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! No store makes an effect happen exactly once that is not in one transaction with it: between the effect and its
//! completion the process can die. Then the lease ends, and the next attempt runs again, refuses, or asks what happened, as
//! you say; an effect that hands the key or the token on to a system that knows them is safe in any case.
//!
//! The names are those of the `idempotent` library, from which users can come.

pub mod bound;
pub mod claim;
pub mod codec;
#[cfg(feature = "conformance")]
pub mod conformance;
mod duration;
pub mod entry;
mod error;
pub mod fingerprint;
mod key;
#[cfg(feature = "memory")]
pub mod memory;
mod nonce;
pub mod record;
pub mod response;
pub mod runtime;
pub mod step;
pub mod store;
pub mod token;
mod trace;
#[cfg(feature = "valkey")]
pub mod valkey;

pub use bound::{BoxError, BoxFuture};
#[cfg(feature = "json")]
pub use claim::JsonBuilder;
pub use claim::{
    Attempt, ClaimBuilder, ClaimGuard, ClaimOutcome, ExecutionError, ExecutionOutcome, Lease, Lost,
    NotApplied, OnError, OwnedClaimBuilder, OwnedClaimGuard, OwnedClaimOutcome, Recovery, StoreFailure,
};
pub use duration::LONGEST_MS;
pub use entry::{Completed, ExistingEntry, IdempotencyEntry, Lapsed, Processing, ReplayOutcome};
pub use error::Error;
#[cfg(feature = "sha256")]
pub use fingerprint::Sha256FingerprintStrategy;
pub use fingerprint::{DefaultFingerprintStrategy, Fingerprint, FingerprintStrategy, Operation};
pub use key::IdempotencyKey;
pub use record::{Record, Status};
#[cfg(feature = "json")]
pub use response::Json;
pub use response::{Cacheable, CachedResponse, Metadata};
pub use runtime::{DefaultRuntime, Runtime};
pub use store::{
    AnyIdempotencyStore, AtomicError, AtomicStore, BoxStore, IdempotencyStore, InsertResult, ListedStore,
    Snapshot, Update,
};
pub use token::{FencedOutcome, FencingToken, Rejection};
