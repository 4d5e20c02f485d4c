//! Claims in hand, step by step, and what becomes of them when they are dropped.

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    ClaimOutcome, ExistingEntry, FencedOutcome, IdempotencyStore, OwnedClaimOutcome, ReplayOutcome, Status,
};
use tokio::time::advance;

use crate::words::{LEASE, OPERATION, REPLAY, claim, key, settled, status};

#[tokio::test(start_paused = true)]
async fn step_by_step() {
    let store = MemoryStore::new();
    let ClaimOutcome::Claimed(guard) = claim!(store).try_insert().await.unwrap() else { panic!() };
    assert_eq!(guard.touch(LEASE * 2).await.unwrap(), FencedOutcome::Applied);
    let ClaimOutcome::Exists { existing, fingerprint } = claim!(store).try_insert().await.unwrap() else {
        panic!()
    };
    assert_eq!(existing.replay(fingerprint), ReplayOutcome::InFlight { retry_after: LEASE * 2 });
    assert_eq!(guard.complete("a".into(), REPLAY).await.unwrap(), FencedOutcome::Applied);
    let ClaimOutcome::Exists { existing, .. } = claim!(store).try_insert().await.unwrap() else { panic!() };
    assert!(matches!(existing, ExistingEntry::Completed(entry) if entry.response().body == b"a"));
}

#[tokio::test(start_paused = true)]
async fn dropped_guards() {
    let store = MemoryStore::new();
    drop(claim!(store).try_insert().await.unwrap());
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Processing), "a borrowed claim is left to its lease");
    store.purge(key()).await.unwrap();

    let owned = async || match store
        .claim_owned(key().clone(), LEASE)
        .fingerprint(OPERATION, b"{}")
        .try_insert()
        .await
        .unwrap()
    {
        OwnedClaimOutcome::Claimed(guard) => guard,
        OwnedClaimOutcome::Exists { .. } => panic!("the key was free"),
    };
    drop(owned().await);
    settled().await;
    assert_eq!(status(&store).await, None, "an owned claim is given back");
    owned().await.leave();
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Processing), "unless it is left");
    store.purge(key()).await.unwrap();
    assert_eq!(owned().await.release().await.unwrap(), FencedOutcome::Applied);
    assert_eq!(status(&store).await, None);

    // Somebody else's claim is not given back.
    let late = owned().await;
    advance(LEASE).await;
    owned().await.leave();
    drop(late);
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Processing));
}

#[tokio::test(start_paused = true)]
async fn a_completed_guard_gives_nothing_back() {
    let store = MemoryStore::new();
    let owned = async || match store
        .claim_owned(key().clone(), LEASE)
        .fingerprint(OPERATION, b"{}")
        .try_insert()
        .await
        .unwrap()
    {
        OwnedClaimOutcome::Claimed(guard) => guard,
        OwnedClaimOutcome::Exists { .. } => panic!("the key was free"),
    };
    assert_eq!(owned().await.complete("a".into(), REPLAY).await.unwrap(), FencedOutcome::Applied);
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Completed));

    store.purge(key()).await.unwrap();
    let never_sent = owned().await.complete("a".into(), REPLAY);
    drop(never_sent);
    settled().await;
    assert_eq!(status(&store).await, None, "a completion that never began is no completion");
    let mut begun = Box::pin(owned().await.complete("a".into(), REPLAY));
    std::future::poll_fn(|context| std::task::Poll::Ready(begun.as_mut().poll(context).is_ready())).await;
    drop(begun);
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Completed), "one that began may have been stored");
}
