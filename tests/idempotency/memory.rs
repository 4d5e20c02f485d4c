//! The memory store is bounded, and never drops what is being worked on.

use std::time::Duration;

use shardd_wasm::idempotency::memory::{MemoryStore, MemoryStoreError};
use shardd_wasm::idempotency::{
    AtomicError, CachedResponse, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey,
    IdempotencyStore, InsertResult, ListedStore, Status, codec::own,
};
use std::collections::HashMap;

use crate::seeds::for_seeds;

fn key(name: impl ToString) -> IdempotencyKey {
    IdempotencyKey::new(name.to_string()).unwrap()
}

fn entry(lease: u64) -> IdempotencyEntry<shardd_wasm::idempotency::Processing> {
    IdempotencyEntry::new(Fingerprint::new(1)).with_lease(Duration::from_secs(lease))
}

async fn claim(
    store: &MemoryStore,
    name: u64,
) -> Result<Option<FencingToken>, AtomicError<MemoryStoreError>> {
    Ok(match store.try_insert(&key(name), entry(60)).await? {
        InsertResult::Claimed { fencing_token, .. } => Some(fencing_token),
        InsertResult::Exists(_) => None,
    })
}

async fn complete(store: &MemoryStore, name: u64, token: FencingToken, replay: u64) {
    let entry = entry(60).complete_for(CachedResponse::from("x"), Duration::from_secs(replay));
    let _applied = store.complete(&key(name), entry, token).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn responses_make_room_and_claims_do_not() {
    let store = MemoryStore::builder().max_entries(3).try_build().unwrap();
    let tokens = [claim(&store, 0).await, claim(&store, 1).await, claim(&store, 2).await];
    assert_eq!(claim(&store, 3).await, Err(AtomicError::Store(MemoryStoreError::Full)));
    complete(&store, 0, tokens[0].unwrap().unwrap(), 500).await;
    complete(&store, 1, tokens[1].unwrap().unwrap(), 400).await;
    assert!(claim(&store, 3).await.unwrap().is_some(), "the response that goes first makes room");
    assert_eq!(store.len(), 3);
    assert_eq!(store.get(&key(1)).await.unwrap(), None);
    assert_eq!(store.get(&key(0)).await.unwrap().unwrap().status, Status::Completed);
    assert_eq!(store.get(&key(2)).await.unwrap().unwrap().status, Status::Processing);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(store.len(), 1, "claims end");
    assert_eq!(MemoryStore::builder().max_entries(0).try_build().unwrap_err(), MemoryStoreError::NoRoom);
}

#[test]
fn whatever_happens_it_is_bounded_and_claims_stay() {
    for_seeds(300, |_, random| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let store = MemoryStore::builder().max_entries(4).try_build().unwrap();
            let mut held: HashMap<u64, (FencingToken, tokio::time::Instant)> = HashMap::new();
            for _ in 0..60 {
                let name = random.between(0, 7);
                held.retain(|_, (_, until)| *until > tokio::time::Instant::now());
                match random.between(0, 3) {
                    0 | 1 => {
                        if let Ok(Some(token)) = claim(&store, name).await {
                            assert!(!held.contains_key(&name), "a live claim was dropped");
                            held.insert(name, (token, tokio::time::Instant::now() + Duration::from_secs(60)));
                        }
                    }
                    2 => {
                        if let Some((token, _)) = held.remove(&name) {
                            complete(&store, name, token, random.between(0, 100)).await;
                        }
                    }
                    _ => tokio::time::advance(Duration::from_secs(random.between(0, 40))).await,
                }
                assert!(store.len() <= 4);
                let live = held.iter().filter(|(_, (_, until))| *until > tokio::time::Instant::now());
                for (name, (token, _)) in live {
                    let found = store.get(&key(name)).await.unwrap().expect("a live claim stays");
                    assert_eq!((found.status, found.fencing_token), (Status::Processing, *token));
                }
            }
        });
    });
}

#[tokio::test]
async fn lists_its_records() {
    let store = MemoryStore::new();
    for name in ["a:1", "a:2", "b"] {
        store.try_insert(&key(name), entry(60)).await.unwrap();
    }
    let mut listed = store.list("a").await.unwrap();
    listed.sort();
    let names: Vec<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a:3A1", "a:3A2"]);
    assert!(listed.iter().all(|(_, bytes)| own::decode(bytes).is_ok()));
}
