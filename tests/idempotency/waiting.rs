//! Waiting for somebody else's attempt: its response, or a claim of one's own.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    BoxError, CachedResponse, ExecutionOutcome, IdempotencyKey, IdempotencyStore, NotApplied,
};
use tokio::time::{Instant, sleep};

const LEASE: Duration = Duration::from_secs(30);
const REPLAY: Duration = Duration::from_secs(3600);

async fn run(
    store: &MemoryStore,
    wait: Duration,
    effect: impl AsyncFnOnce() -> Result<CachedResponse, BoxError>,
) -> Result<ExecutionOutcome, BoxError> {
    let key = IdempotencyKey::new("k")?;
    let claim = store.claim(&key, LEASE).fingerprint("POST /", b"").wait(wait);
    Ok(claim.execute_or_replay(REPLAY, async |_| effect().await).await?)
}

#[tokio::test(start_paused = true)]
async fn a_waiter_gets_the_response() {
    let (store, began) = (MemoryStore::new(), Instant::now());
    let first = run(&store, Duration::ZERO, async || {
        sleep(Duration::from_secs(4)).await;
        Ok("a".into())
    });
    let second = run(&store, Duration::from_secs(10), async || panic!("it ran twice"));
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap(), ExecutionOutcome::Executed("a".into()));
    assert_eq!(second.unwrap(), ExecutionOutcome::Replayed("a".into()));
    assert!(began.elapsed() <= Duration::from_secs(5), "it looks at least every second");
}

#[tokio::test(start_paused = true)]
async fn a_waiter_gives_up_in_time() {
    let (store, began) = (MemoryStore::new(), Instant::now());
    let first = run(&store, Duration::ZERO, async || {
        sleep(Duration::from_secs(20)).await;
        Ok("a".into())
    });
    let second = async {
        let told = run(&store, Duration::from_secs(7), async || panic!("it ran twice")).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_secs(7));
        told
    };
    let (_, second) = tokio::join!(first, second);
    // The lease was never renewed so far: half of it has not passed.
    assert_eq!(second, ExecutionOutcome::InFlight { retry_after: LEASE - Duration::from_secs(7) });
}

#[tokio::test(start_paused = true)]
async fn of_many_waiters_one_runs_when_the_first_did_nothing() {
    let (store, runs) = (MemoryStore::new(), Cell::new(0));
    let first = run(&store, Duration::ZERO, async || {
        sleep(Duration::from_secs(2)).await;
        Err(NotApplied::new().into())
    });
    let waiter = || {
        run(&store, Duration::from_secs(60), async || {
            runs.set(runs.get() + 1);
            sleep(Duration::from_secs(1)).await;
            Ok("waiter".into())
        })
    };
    let (first, one, two, three) = tokio::join!(first, waiter(), waiter(), waiter());
    assert!(first.is_err());
    assert_eq!(runs.get(), 1);
    let outcomes = [one.unwrap(), two.unwrap(), three.unwrap()];
    let executed = outcomes.iter().filter(|outcome| matches!(outcome, ExecutionOutcome::Executed(_))).count();
    let replayed = outcomes.iter().filter(|outcome| matches!(outcome, ExecutionOutcome::Replayed(_))).count();
    assert_eq!((executed, replayed), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_waiter_takes_over_from_whoever_died() {
    let (store, began) = (MemoryStore::new(), Instant::now());
    let died = run(&store, Duration::ZERO, async || std::future::pending().await);
    assert!(tokio::time::timeout(Duration::from_secs(1), died).await.is_err());
    let second = run(&store, Duration::from_secs(60), async || Ok("b".into())).await.unwrap();
    assert_eq!(second, ExecutionOutcome::Executed("b".into()));
    assert_eq!(began.elapsed(), LEASE, "at the very end of the lease, not at the next look");
}

/// A store that says when a key changed.
mod watched {
    use super::*;
    use shardd_wasm::idempotency::{AtomicStore, Update};
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[derive(Clone)]
    struct Watched(MemoryStore, Arc<Notify>);

    impl AtomicStore for Watched {
        type Error = <MemoryStore as AtomicStore>::Error;

        async fn update<R, F>(&self, name: &str, step: F) -> Result<R, Self::Error>
        where
            R: Send + 'static,
            F: FnMut(Option<&[u8]>, u64) -> Update<R> + Send + 'static,
        {
            let reply = self.0.update(name, step).await;
            self.1.notify_waiters();
            reply
        }

        async fn watch(&self, _name: &str) {
            self.1.notified().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn wakes_the_waiter_at_once() {
        let store = Watched(MemoryStore::new(), Arc::default());
        let key = IdempotencyKey::new("k").unwrap();
        let (began, woken) = (Instant::now(), RefCell::new(None));
        let claim = || store.claim(&key, LEASE).fingerprint("POST /", b"").wait(Duration::from_secs(60));
        let first = claim().execute_or_replay(REPLAY, async |_| {
            sleep(Duration::from_millis(3_210)).await;
            Ok(CachedResponse::from("a"))
        });
        let second = async {
            let told = claim().execute_or_replay(REPLAY, async |_| Ok(CachedResponse::from("b"))).await;
            woken.replace(Some(began.elapsed()));
            told
        };
        let (_, second) = tokio::join!(first, second);
        assert_eq!(second.unwrap(), ExecutionOutcome::Replayed("a".into()));
        assert_eq!(woken.into_inner(), Some(Duration::from_millis(3_210)));
    }
}
