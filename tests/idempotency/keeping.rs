//! Leases that are renewed while effects run, and effects that learn when that failed.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    AtomicStore, CachedResponse, ExecutionError, ExecutionOutcome, IdempotencyKey, IdempotencyStore, Lost,
    Rejection, Status, StoreFailure, Update,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::{Instant, sleep};

const LEASE: Duration = Duration::from_secs(10);
const REPLAY: Duration = Duration::from_secs(3600);

fn key() -> &'static IdempotencyKey {
    static KEY: LazyLock<IdempotencyKey> = LazyLock::new(|| IdempotencyKey::new("k").unwrap());
    &KEY
}

macro_rules! claim {
    ($store:expr) => {
        $store.claim(key(), LEASE).fingerprint("POST /", b"")
    };
}

#[tokio::test(start_paused = true)]
async fn a_long_effect_keeps_its_key() {
    let store = MemoryStore::new();
    let outcome = claim!(store).execute_or_replay(REPLAY, async |attempt| {
        for _ in 0..60 {
            sleep(Duration::from_millis(997)).await;
            let found = store.get(key()).await?.expect("the key is held");
            assert_eq!(found.status, Status::Processing);
            assert!(found.remaining > LEASE / 2 - Duration::from_millis(10), "{:?}", found.remaining);
            assert_eq!(attempt.lease.lost(), None);
        }
        Ok(CachedResponse::from("a"))
    });
    assert_eq!(outcome.await.unwrap(), ExecutionOutcome::Executed("a".into()));
}

#[tokio::test(start_paused = true)]
async fn past_the_ceiling_the_effect_is_told() {
    let store = MemoryStore::new();
    let began = Instant::now();
    let outcome =
        claim!(store).keep_alive(Duration::from_secs(32)).execute_or_replay(REPLAY, async |attempt| {
            let lost = attempt.lease.on_lost().await;
            assert_eq!((lost, attempt.lease.lost()), (Lost::Lapsed, Some(Lost::Lapsed)));
            // Renewed at 5, 10, … 30; the last lease ends at 40.
            assert_eq!(began.elapsed(), Duration::from_secs(40));
            assert_eq!(store.get(key()).await?, None, "the key is free when the effect is told, not before");
            Ok(CachedResponse::from("late"))
        });
    assert_eq!(outcome.await.unwrap(), ExecutionOutcome::Executed("late".into()), "nobody took over");
}

#[tokio::test(start_paused = true)]
async fn an_effect_whose_key_was_taken_is_told() {
    let store = MemoryStore::new();
    let outcome = claim!(store).execute_or_replay(REPLAY, async |attempt| {
        store.purge(key()).await?;
        let other = claim!(store).execute_or_replay(REPLAY, async |_| Ok(CachedResponse::from("other")));
        assert_eq!(other.await?, ExecutionOutcome::Executed("other".into()));
        let lost = attempt.lease.on_lost().await;
        assert_eq!(lost, Lost::Rejected(Rejection::FencingMismatch));
        Ok(CachedResponse::from("mine"))
    });
    assert!(matches!(outcome.await.unwrap(), ExecutionOutcome::Fenced { .. }));
}

/// A store that is out of order at times: it fails, or says nothing at all.
#[derive(Clone)]
struct Moody {
    store: MemoryStore,
    fails: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
}

impl Moody {
    fn new() -> Moody {
        Moody { store: MemoryStore::new(), fails: Arc::default(), hangs: Arc::default() }
    }

    fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::Relaxed);
    }

    fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::Relaxed);
    }
}

impl AtomicStore for Moody {
    type Error = std::io::Error;

    async fn update<R, F>(&self, name: &str, step: F) -> Result<R, Self::Error>
    where
        R: Send + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + Send + 'static,
    {
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if self.fails.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("out of order"));
        }
        self.store.update(name, step).await.map_err(std::io::Error::other)
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_for_a_while_loses_nothing() {
    let store = Moody::new();
    let outcome = claim!(store).execute_or_replay(REPLAY, async |attempt| {
        store.fail(true);
        sleep(LEASE * 9 / 10).await;
        store.fail(false);
        sleep(LEASE * 3).await;
        assert_eq!(attempt.lease.lost(), None);
        Ok(CachedResponse::from("a"))
    });
    assert_eq!(outcome.await.unwrap(), ExecutionOutcome::Executed("a".into()));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_away_loses_the_lease_when_it_ends() {
    for hangs in [false, true] {
        let (store, began) = (Moody::new(), Instant::now());
        let told = RefCell::new(None);
        let outcome = claim!(store).execute_or_replay(REPLAY, async |attempt| {
            if hangs {
                store.hang(true)
            } else {
                store.fail(true)
            }
            told.replace(Some((attempt.lease.on_lost().await, began.elapsed())));
            store.hang(false);
            store.fail(false);
            Ok(CachedResponse::from("a"))
        });
        assert_eq!(outcome.await.unwrap(), ExecutionOutcome::Executed("a".into()));
        assert_eq!(told.into_inner(), Some((Lost::Lapsed, LEASE)), "hangs: {hangs}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_not_waited_for() {
    let store = Moody::new();
    let within = Duration::from_secs(2);
    store.hang(true);
    let began = Instant::now();
    let closed = claim!(store)
        .store_timeout(within)
        .execute_or_replay(REPLAY, async |_| -> Result<CachedResponse, _> {
            panic!("it ran without a claim")
        })
        .await;
    assert!(matches!(closed, Err(ExecutionError::Store(StoreFailure::TimedOut))));
    assert_eq!(began.elapsed(), within);

    store.hang(false);
    let lost = claim!(store).store_timeout(within).execute_or_replay(REPLAY, async |_| {
        store.hang(true);
        Ok(CachedResponse::from("done"))
    });
    match lost.await {
        Err(ExecutionError::Completion { source: StoreFailure::TimedOut, response }) => {
            assert_eq!(response.body, b"done", "the response is never lost");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_guard_can_be_kept_alive() {
    use shardd_wasm::idempotency::ClaimOutcome;
    let store = MemoryStore::new();
    let key = key();
    let claim = store.claim(key, LEASE).fingerprint("POST /", b"");
    let ClaimOutcome::Claimed(guard) = claim.try_insert().await.unwrap() else { panic!() };
    tokio::select! {
        _ = guard.keep_alive(LEASE, Duration::from_secs(600)) => unreachable!(),
        () = sleep(LEASE * 7) => {}
    }
    assert_eq!(store.get(key).await.unwrap().unwrap().status, Status::Processing);
}
