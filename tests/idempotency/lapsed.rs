//! Attempts whose leases ended without an ending: refused, asked about, or run again.

use std::cell::Cell;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{ClaimOutcome, ExecutionError, ExecutionOutcome, IdempotencyStore, Recovery};
use tokio::time::advance;

use crate::subjects::ByHand;
use crate::words::{LEASE, REPLAY, claim, executed, key, never, replayed, says};

#[tokio::test(start_paused = true)]
async fn a_lapsed_attempt_can_be_refused() {
    let store = MemoryStore::new();
    let lost = Cell::new(None);
    let crashed = claim!(store).refuse_lapsed().execute_or_replay(REPLAY, async |attempt| {
        lost.set(Some(attempt.fencing_token));
        std::future::pending::<()>().await;
        says("never seen").await
    });
    assert!(tokio::time::timeout(Duration::from_secs(5), crashed).await.is_err());
    advance(LEASE).await;
    let retry = || claim!(store).refuse_lapsed().execute_or_replay(REPLAY, |_| never());
    let uncertain = ExecutionOutcome::Uncertain { fencing_token: lost.get().unwrap() };
    assert_eq!(retry().await.unwrap(), uncertain);
    advance(Duration::from_secs(3600)).await;
    assert_eq!(retry().await.unwrap(), uncertain);
    store.purge(key()).await.unwrap();
    assert_eq!(
        claim!(store).refuse_lapsed().execute_or_replay(REPLAY, |_| says("a")).await.unwrap(),
        executed("a")
    );
}

/// Leaves a lapsed attempt behind.
async fn lapse(store: &MemoryStore) {
    let ClaimOutcome::Claimed(_guard) = claim!(store).keep_lapsed(REPLAY).try_insert().await.unwrap() else {
        panic!("the key was free")
    };
    advance(LEASE).await;
}

#[tokio::test(start_paused = true)]
async fn a_lapsed_attempt_can_be_asked_about() {
    let store = MemoryStore::new();
    let recover = |recovery: Recovery| {
        let recovery = recovery.clone();
        claim!(store).recover(async move |attempt: shardd_wasm::idempotency::Attempt| {
            assert!(attempt.lapsed.unwrap() < attempt.fencing_token);
            Ok(recovery)
        })
    };
    lapse(&store).await;
    let lapsed = store.get(key()).await.unwrap().unwrap().fencing_token;
    let unknown = recover(Recovery::Unknown).execute_or_replay(REPLAY, |_| never()).await.unwrap();
    assert_eq!(unknown, ExecutionOutcome::Uncertain { fencing_token: lapsed });
    let held = recover(Recovery::Unknown).execute_or_replay(REPLAY, |_| never()).await.unwrap();
    assert_eq!(held, ExecutionOutcome::InFlight { retry_after: LEASE });
    advance(LEASE).await;
    let done = recover(Recovery::Completed("found".into())).execute_or_replay(REPLAY, |_| never());
    assert_eq!(done.await.unwrap(), replayed("found"));
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| never()).await.unwrap(), replayed("found"));

    store.purge(key()).await.unwrap();
    lapse(&store).await;
    let rerun = recover(Recovery::Rerun).execute_or_replay(REPLAY, |_| says("a"));
    assert_eq!(rerun.await.unwrap(), executed("a"));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_forgets_cannot_be_asked_about_lapsed_attempts() {
    let store = ByHand::default();
    let refused = claim!(store).refuse_lapsed().execute_or_replay(REPLAY, |_| never()).await;
    assert!(matches!(refused, Err(ExecutionError::ForgetsLapsed)));
    assert_eq!(store.get(key()).await.unwrap(), None);
}
