//! Every place where a call can be cut off or a store can fail: what ran is known, or known to be unknown.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    AtomicStore, BoxError, CachedResponse, ExecutionOutcome, IdempotencyKey, IdempotencyStore, Recovery,
    Update,
};
use tokio::task::yield_now;

const LEASE: Duration = Duration::from_secs(30);
const REPLAY: Duration = Duration::from_secs(3600);

/// What one operation of the store does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// It fails, and nothing is done.
    Before,
    /// It is done, and fails.
    After,
}

#[derive(Clone)]
struct Faulty {
    store: MemoryStore,
    /// Which operation, counted down, and what.
    plan: Arc<Mutex<Option<(usize, Fault)>>>,
}

impl Faulty {
    fn due(&self) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap();
        let (left, fault) = (*plan)?;
        *plan = left.checked_sub(1).map(|left| (left, fault));
        (left == 0).then_some(fault)
    }
}

impl AtomicStore for Faulty {
    type Error = std::io::Error;

    async fn update<R, F>(&self, name: &str, step: F) -> Result<R, Self::Error>
    where
        R: Send + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + Send + 'static,
    {
        let broken = || std::io::Error::other("the connection broke");
        let fault = self.due();
        yield_now().await;
        if fault == Some(Fault::Before) {
            return Err(broken());
        }
        let reply = self.store.update(name, step).await.map_err(std::io::Error::other);
        yield_now().await;
        if fault == Some(Fault::After) { Err(broken()) } else { reply }
    }
}

/// What the caller says of lapsed attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lapsed {
    Rerun,
    Refuse,
    Recover,
}

/// What ran, as the world outside sees it.
#[derive(Clone, Default)]
struct World {
    runs: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn runs(&self) -> usize {
        self.runs.lock().unwrap().len()
    }

    async fn effect(self) -> Result<CachedResponse, BoxError> {
        yield_now().await;
        let body = {
            let mut runs = self.runs.lock().unwrap();
            let body = format!("run {}", runs.len());
            runs.push(body.clone());
            body
        };
        yield_now().await;
        Ok(CachedResponse::from(body))
    }

    async fn attempt(&self, store: &Faulty, lapsed: Lapsed) -> Result<ExecutionOutcome, BoxError> {
        let key = IdempotencyKey::new("k")?;
        let claim = store.claim(&key, LEASE).fingerprint("POST /", b"");
        let claim = match lapsed {
            Lapsed::Rerun => claim,
            Lapsed::Refuse => claim.refuse_lapsed(),
            Lapsed::Recover => {
                let runs = self.runs.clone();
                claim.recover(async move |_| {
                    let last = runs.lock().unwrap().last().cloned();
                    Ok(last.map_or(Recovery::Rerun, |body| Recovery::Completed(body.into())))
                })
            }
        };
        let world = self.clone();
        Ok(claim.execute_or_replay(REPLAY, |_| world.effect()).await?)
    }
}

/// Polls a future so often, then drops it as a process drops everything when it dies.
async fn cut_off<T>(after: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, polls) = (pin!(future), Cell::new(0));
    poll_fn(|context| {
        if polls.replace(polls.get() + 1) >= after {
            return Poll::Ready(None);
        }
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn story(lapsed: Lapsed, fault: Option<(usize, Fault)>, cut_after: usize) -> bool {
    let told = format!("{lapsed:?}, {fault:?}, cut after {cut_after} polls");
    let store = Faulty { store: MemoryStore::new(), plan: Arc::new(Mutex::new(fault)) };
    let world = World::default();
    let first = cut_off(cut_after, world.attempt(&store, lapsed)).await;
    *store.plan.lock().unwrap() = None;

    let soon = world.attempt(&store, lapsed).await.unwrap();
    assert!(world.runs() <= 1, "{told}: it ran twice within a lease: {soon:?}");

    tokio::time::advance(LEASE).await;
    let later = world.attempt(&store, lapsed).await.unwrap();
    let last = world.attempt(&store, lapsed).await.unwrap();
    let runs = world.runs.lock().unwrap().clone();
    match lapsed {
        Lapsed::Rerun => assert!(runs.len() <= 2, "{told}: {runs:?}"),
        Lapsed::Refuse | Lapsed::Recover => assert!(runs.len() <= 1, "{told}: {runs:?}"),
    }
    match &last {
        ExecutionOutcome::Replayed(response) => {
            assert!(runs.contains(&String::from_utf8_lossy(&response.body).into_owned()), "{told}");
        }
        ExecutionOutcome::Uncertain { .. } => assert_eq!((lapsed, &later), (Lapsed::Refuse, &last), "{told}"),
        other => panic!("{told}: the key does not come to rest: {other:?}"),
    }
    if let Some(Ok(ExecutionOutcome::Executed(response))) = &first {
        assert_eq!(
            last,
            ExecutionOutcome::Replayed(response.clone()),
            "{told}: what was promised is replayed"
        );
    }
    first.is_some()
}

#[tokio::test(start_paused = true)]
async fn at_every_place() {
    let mut stories = 0;
    for lapsed in [Lapsed::Rerun, Lapsed::Refuse, Lapsed::Recover] {
        for cut_after in 0.. {
            stories += 1;
            if story(lapsed, None, cut_after).await {
                break;
            }
        }
        for operation in 0..5 {
            for fault in [Fault::Before, Fault::After] {
                stories += 1;
                story(lapsed, Some((operation, fault)), usize::MAX).await;
            }
        }
    }
    println!("{stories} stories");
    assert!(stories > 45, "there are places to be cut off at: {stories}");
}
