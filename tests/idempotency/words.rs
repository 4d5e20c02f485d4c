//! What the tests of claims say again and again.

use std::sync::LazyLock;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    BoxError, CachedResponse, ExecutionOutcome, IdempotencyKey, IdempotencyStore, Status,
};

pub const LEASE: Duration = Duration::from_secs(30);
pub const REPLAY: Duration = Duration::from_secs(3600);
pub const OPERATION: &str = "POST /charges";

pub type Outcome = ExecutionOutcome<CachedResponse>;

pub fn key() -> &'static IdempotencyKey {
    static KEY: LazyLock<IdempotencyKey> = LazyLock::new(|| IdempotencyKey::new("order-9821").unwrap());
    &KEY
}

/// A claim of the same request, put together further by the test.
macro_rules! claim {
    ($store:expr) => {
        $store.claim($crate::words::key(), $crate::words::LEASE).fingerprint($crate::words::OPERATION, b"{}")
    };
}
pub(crate) use claim;

pub async fn says(text: &str) -> Result<CachedResponse, BoxError> {
    Ok(CachedResponse::from(text))
}

pub async fn never() -> Result<CachedResponse, BoxError> {
    panic!("the effect ran again")
}

pub fn executed(text: &str) -> Outcome {
    ExecutionOutcome::Executed(text.into())
}

pub fn replayed(text: &str) -> Outcome {
    ExecutionOutcome::Replayed(text.into())
}

pub async fn status(store: &MemoryStore) -> Option<Status> {
    store.get(key()).await.unwrap().map(|found| found.status)
}

/// Lets spawned tasks run.
pub async fn settled() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}
