//! Idempotency compiled to wasm, in Node: `cargo test --target wasm32-unknown-unknown --test idempotency_node`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::cell::Cell;
use std::future::{Future, ready};
use std::rc::Rc;
use std::time::Duration;

use shardd_wasm::idempotency::conformance::{Subject, check};
use shardd_wasm::idempotency::fingerprint::{DefaultFingerprintStrategy, FingerprintStrategy, body};
use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    CachedResponse, DefaultRuntime, ExecutionOutcome, Fingerprint, IdempotencyKey, IdempotencyStore, Lost,
    NotApplied, Runtime,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// A clock that the test moves. Nothing of it may cross threads: nothing has to.
#[derive(Clone, Default)]
struct Moved(Rc<Cell<u64>>);

impl Runtime for Moved {
    fn now_ms(&self) -> u64 {
        self.0.get()
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> {
        self.0.set(self.0.get() + ms);
        ready(())
    }

    fn spawn(&self, _future: impl Future<Output = ()> + 'static) {}
}

struct Memory(MemoryStore<Moved>, Moved);

impl Subject for Memory {
    type Store = MemoryStore<Moved>;

    fn store(&self) -> &MemoryStore<Moved> {
        &self.0
    }

    fn tick_ms(&self) -> u64 {
        1_000
    }

    async fn pass(&self, ms: u64) {
        self.1.sleep(ms).await;
    }
}

#[wasm_bindgen_test]
async fn the_memory_store_holds_the_table() {
    let clock = Moved::default();
    let store = MemoryStore::builder().runtime(clock.clone()).try_build().unwrap();
    let checked = check(&Memory(store, clock)).await.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(checked.skipped, 0);
}

#[wasm_bindgen_test]
fn fingerprints_are_those_of_servers() {
    let fingerprint = DefaultFingerprintStrategy.compute("POST /charges", b"{}");
    assert_eq!(fingerprint, Fingerprint::new(299_732_346_916_009_152_855_928_605_633_619_747_208));
    // As computed on x86-64: the lengths inside are of eight bytes there.
    let digest = body(&("alice".to_owned(), vec![1_u16, 2], 5_usize));
    assert_eq!(u128::from_le_bytes(digest), 228_225_536_389_338_572_732_578_205_956_649_424_624);
}

#[wasm_bindgen_test]
async fn runs_once_by_the_clock_of_the_page() {
    let (store, key) = (MemoryStore::new(), IdempotencyKey::default());
    let year_2020_ms = 1_577_836_800_000;
    assert!(DefaultRuntime::default().now_ms() > year_2020_ms);
    let lease = Duration::from_millis(40);
    let claim = || store.claim(&key, lease).fingerprint("POST /", b"");
    let failed = claim()
        .execute_or_replay(lease, async |_| -> Result<CachedResponse, _> { Err(NotApplied::new().into()) });
    assert!(failed.await.is_err());
    let outcome =
        claim().keep_alive(Duration::ZERO).execute_or_replay(Duration::from_secs(60), async |attempt| {
            assert_eq!(attempt.lease.on_lost().await, Lost::Lapsed);
            Ok(CachedResponse::from("late"))
        });
    assert_eq!(outcome.await.unwrap(), ExecutionOutcome::Executed("late".into()));
    let again = claim().execute_or_replay(lease, async |_| Ok(CachedResponse::from("again"))).await.unwrap();
    assert_eq!(again, ExecutionOutcome::Replayed("late".into()));
}
