//! One table for all stores.

use shardd_wasm::idempotency::conformance::{Checked, Subject, check};
use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    AtomicError, BoxStore, CachedResponse, FencedOutcome, Fingerprint, IdempotencyEntry, IdempotencyKey,
    IdempotencyStore, InsertResult, ReplayOutcome,
};
use std::sync::Arc;

use crate::careless::{Careless, Flaw, Unfenced};
use crate::subjects::{ByHand, Stopped, Toy};

async fn holds<S: Subject>(subject: S) -> Checked {
    let checked = check(&subject).await.unwrap_or_else(|failure| panic!("{failure}"));
    println!("{checked:?}");
    assert!(checked.cases + checked.skipped == 28 && checked.races == 40 && checked.crashes >= 10);
    checked
}

#[tokio::test(start_paused = true)]
async fn the_memory_store() {
    assert_eq!(holds(Stopped(MemoryStore::new())).await.skipped, 0);
}

#[tokio::test(start_paused = true)]
async fn a_store_of_one_method() {
    assert_eq!(holds(Stopped(Toy::new())).await.skipped, 0);
    holds(Stopped(Arc::new(Toy::new()))).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_written_by_hand() {
    assert_eq!(holds(Stopped(ByHand::default())).await.skipped, 8, "it forgets lapsed attempts");
}

#[tokio::test(start_paused = true)]
async fn a_store_chosen_at_run_time() {
    assert_eq!(holds(Stopped(BoxStore::new(MemoryStore::new()))).await.skipped, 0);
    assert_eq!(holds(Stopped(BoxStore::new(ByHand::default()))).await.skipped, 8);
}

/// A suite that lets a wrong store pass is worth nothing. (Others, in JavaScript: tests/npm/conformance/broken.js.)
#[tokio::test(start_paused = true)]
async fn wrong_stores_are_found_out() {
    let found = [
        (Flaw::Forgets, "keys do not see each other"),
        (Flaw::Interrupted, "claims at once were granted"),
        (Flaw::TwoSteps, "a Complete that was cut off after 1 turns"),
    ];
    for (flaw, said) in found {
        let failure = check(&Stopped(Careless::new(flaw))).await.unwrap_err().to_string();
        assert!(failure.contains(said), "{flaw:?}: {failure}");
    }
    let failure = check(&Stopped(Unfenced::default())).await.unwrap_err().to_string();
    assert!(failure.contains("keys do not see each other") && failure.contains("got applied"), "{failure}");
}

#[tokio::test]
async fn a_race_that_was_won_unnoticed_is_won() {
    let (store, key) = (Careless::new(Flaw::Unsure), IdempotencyKey::new("k").unwrap());
    let claim = || store.try_insert(&key, IdempotencyEntry::new(Fingerprint::new(1)));
    let Ok(InsertResult::Claimed { fencing_token, entry }) = claim().await else { panic!("it has lost") };
    assert!(matches!(claim().await, Ok(InsertResult::Exists(_))));
    let lease = std::time::Duration::from_secs(60);
    assert_eq!(store.touch(&key, fencing_token, lease).await.unwrap(), FencedOutcome::Applied);
    let entry = entry.complete(CachedResponse::from("done"));
    assert_eq!(store.complete(&key, entry, fencing_token).await.unwrap(), FencedOutcome::Applied);
    let InsertResult::Exists(existing) = claim().await.unwrap() else { panic!("it is forgotten") };
    assert_eq!(existing.replay(Fingerprint::new(1)), ReplayOutcome::Replayed(CachedResponse::from("done")));
}

#[tokio::test]
async fn foreign_bytes_are_an_error_until_purged() {
    let (store, key) = (Toy::new(), IdempotencyKey::new("k").unwrap());
    store.put("k", b"somebody else's");
    let claim = || store.try_insert(&key, IdempotencyEntry::new(Fingerprint::new(1)));
    let error = claim().await.unwrap_err();
    assert!(matches!(error, AtomicError::Corrupt(_)));
    assert!(error.to_string().contains("purge it"), "{error}");
    assert!(store.get(&key).await.is_err());
    store.purge(&key).await.unwrap();
    assert!(matches!(claim().await, Ok(InsertResult::Claimed { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_threads_one_claims() {
    for round in 0..200 {
        let (store, key) = (MemoryStore::new(), IdempotencyKey::new(round.to_string()).unwrap());
        let claims: Vec<_> = (0..8)
            .map(|_| {
                let (store, key) = (store.clone(), key.clone());
                tokio::spawn(async move {
                    store.try_insert(&key, IdempotencyEntry::new(Fingerprint::new(1))).await
                })
            })
            .collect();
        let mut granted = 0;
        for claim in claims {
            granted += usize::from(matches!(claim.await.unwrap(), Ok(InsertResult::Claimed { .. })));
        }
        assert_eq!(granted, 1);
    }
}
