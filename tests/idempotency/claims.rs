//! Running something once, from the caller's side.

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    BoxError, CachedResponse, ClaimOutcome, ExecutionError, ExecutionOutcome, ExistingEntry, FencedOutcome,
    IdempotencyKey, IdempotencyStore, NotApplied, OnError, OwnedClaimOutcome, Recovery, Rejection,
    ReplayOutcome, Status,
};
use tokio::time::advance;

use crate::subjects::ByHand;

const LEASE: Duration = Duration::from_secs(30);
const REPLAY: Duration = Duration::from_secs(3600);
const OPERATION: &str = "POST /charges";

type Outcome = ExecutionOutcome<CachedResponse>;

fn key() -> &'static IdempotencyKey {
    static KEY: LazyLock<IdempotencyKey> = LazyLock::new(|| IdempotencyKey::new("order-9821").unwrap());
    &KEY
}

/// A claim of the same request, put together further by the test.
macro_rules! claim {
    ($store:expr) => {
        $store.claim(key(), LEASE).fingerprint(OPERATION, b"{}")
    };
}

async fn says(text: &str) -> Result<CachedResponse, BoxError> {
    Ok(CachedResponse::from(text))
}

async fn never() -> Result<CachedResponse, BoxError> {
    panic!("the effect ran again")
}

fn executed(text: &str) -> Outcome {
    ExecutionOutcome::Executed(text.into())
}

fn replayed(text: &str) -> Outcome {
    ExecutionOutcome::Replayed(text.into())
}

async fn status(store: &MemoryStore) -> Option<Status> {
    store.get(key()).await.unwrap().map(|found| found.status)
}

#[tokio::test(start_paused = true)]
async fn runs_once_and_replays() {
    let store = MemoryStore::new();
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| says("a")).await.unwrap(), executed("a"));
    advance(REPLAY - Duration::from_millis(1)).await;
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| never()).await.unwrap(), replayed("a"));
    advance(Duration::from_millis(1)).await;
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| says("b")).await.unwrap(), executed("b"));
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_in_flight_is_told_when_to_come_back() {
    let store = MemoryStore::new();
    let first = claim!(store).execute_or_replay(REPLAY, async |_| {
        advance(Duration::from_secs(10)).await;
        let second = claim!(store).execute_or_replay(REPLAY, |_| never()).await?;
        assert_eq!(second, ExecutionOutcome::InFlight { retry_after: Duration::from_secs(20) });
        says("a").await
    });
    assert_eq!(first.await.unwrap(), executed("a"));
}

#[tokio::test(start_paused = true)]
async fn another_request_is_told_so() {
    let store = MemoryStore::new();
    claim!(store).execute_or_replay(REPLAY, |_| says("a")).await.unwrap();
    let key = key();
    for (operation, body) in [(OPERATION, &b"{} "[..]), ("PUT /charges", b"{}")] {
        let other = store.claim(key, LEASE).fingerprint(operation, body);
        let outcome = other.execute_or_replay(REPLAY, |_| never()).await.unwrap();
        assert_eq!(outcome, ExecutionOutcome::FingerprintMismatch);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_holds_the_key_until_the_lease_ends() {
    let store = MemoryStore::new();
    let failed =
        claim!(store).execute_or_replay::<CachedResponse, _, _>(REPLAY, async |_| Err("boom".into()));
    assert!(matches!(failed.await, Err(ExecutionError::SideEffect(error)) if error.to_string() == "boom"));
    assert_eq!(status(&store).await, Some(Status::Processing));
    let retry = claim!(store).execute_or_replay(REPLAY, |_| never()).await.unwrap();
    assert_eq!(retry, ExecutionOutcome::InFlight { retry_after: LEASE });
    advance(LEASE).await;
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| says("a")).await.unwrap(), executed("a"));
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_did_nothing_frees_the_key() {
    let store = MemoryStore::new();
    let failed = claim!(store)
        .on_error(|_| OnError::Leave)
        .execute_or_replay::<CachedResponse, _, _>(REPLAY, async |_| {
            Err(NotApplied::because("no funds").into())
        });
    let error = failed.await.unwrap_err().into_side_effect_error::<NotApplied>().unwrap();
    assert_eq!(error.into_cause().unwrap().to_string(), "no funds");
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| says("a")).await.unwrap(), executed("a"));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_wraps_one_that_did_nothing_holds_the_key() {
    #[derive(Debug)]
    struct SecondStep(NotApplied);
    impl std::fmt::Display for SecondStep {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "the second step: {}", self.0)
        }
    }
    impl std::error::Error for SecondStep {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let store = MemoryStore::new();
    let failed = claim!(store).execute_or_replay::<CachedResponse, _, _>(REPLAY, async |_| {
        Err(SecondStep(NotApplied::new()).into())
    });
    assert!(failed.await.is_err());
    assert_eq!(status(&store).await, Some(Status::Processing));
}

#[tokio::test(start_paused = true)]
async fn the_caller_judges_errors_and_responses() {
    let store = MemoryStore::new();
    let failed = claim!(store)
        .on_error(|error| if error.to_string() == "refused" { OnError::Release } else { OnError::Leave })
        .execute_or_replay::<CachedResponse, _, _>(REPLAY, async |_| Err("refused".into()));
    assert!(failed.await.is_err());
    assert_eq!(status(&store).await, None);

    let unstored = claim!(store)
        .retain(|response| response.body != b"unavailable")
        .execute_or_replay(REPLAY, |_| says("unavailable"));
    assert_eq!(unstored.await.unwrap(), executed("unavailable"), "the caller gets it");
    assert_eq!(status(&store).await, None, "nobody else does");
    let stored = claim!(store).retain(|response| response.body != b"unavailable");
    assert_eq!(stored.execute_or_replay(REPLAY, |_| says("a")).await.unwrap(), executed("a"));
    assert_eq!(status(&store).await, Some(Status::Completed));
}

#[tokio::test(start_paused = true)]
async fn whoever_lost_the_key_learns_it_and_the_winner_stays() {
    let store = MemoryStore::new();
    let outcome = claim!(store)
        .keep_alive(Duration::ZERO)
        .execute_or_replay(REPLAY, async |_| {
            advance(LEASE).await;
            assert_eq!(
                claim!(store).execute_or_replay(REPLAY, |_| says("winner")).await?,
                executed("winner")
            );
            says("loser").await
        })
        .await
        .unwrap();
    assert_eq!(
        outcome,
        ExecutionOutcome::Fenced { rejection: Rejection::FencingMismatch, response: "loser".into() }
    );
    assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| never()).await.unwrap(), replayed("winner"));
}

#[tokio::test(start_paused = true)]
async fn a_late_response_goes_in_if_nobody_took_over() {
    for store in [ByHand::default()] {
        let late = claim!(store).keep_alive(Duration::ZERO).execute_or_replay(REPLAY, async |_| {
            advance(LEASE * 2).await;
            says("late").await
        });
        assert_eq!(late.await.unwrap(), executed("late"));
        assert_eq!(claim!(store).execute_or_replay(REPLAY, |_| never()).await.unwrap(), replayed("late"));
    }
}

#[tokio::test(start_paused = true)]
async fn no_lease_at_all_is_fenced() {
    let store = MemoryStore::new();
    let outcome = store
        .claim(key(), Duration::ZERO)
        .fingerprint(OPERATION, b"{}")
        .execute_or_replay(REPLAY, |_| says("a"))
        .await
        .unwrap();
    assert_eq!(outcome, ExecutionOutcome::Fenced { rejection: Rejection::KeyExpired, response: "a".into() });
}

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

/// Lets spawned tasks run.
async fn settled() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_execution_holds_the_key() {
    let store = MemoryStore::new();
    let running = store
        .claim_owned(key().clone(), LEASE)
        .fingerprint(OPERATION, b"{}")
        .execute_or_replay(REPLAY, |_| std::future::pending::<Result<CachedResponse, BoxError>>());
    assert!(tokio::time::timeout(Duration::from_secs(1), running).await.is_err());
    settled().await;
    assert_eq!(status(&store).await, Some(Status::Processing), "the effect may have done its work");
}

#[tokio::test(start_paused = true)]
async fn values_of_ones_own() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Receipt {
        number: u64,
    }
    let store = MemoryStore::new();
    let receipt = |number| async move { Ok(Receipt { number }) };
    let first = claim!(store).json().execute_or_replay(REPLAY, |_| receipt(7)).await.unwrap();
    assert_eq!(first, ExecutionOutcome::Executed(Receipt { number: 7 }));
    let again =
        claim!(store).json().keep_alive(REPLAY).execute_or_replay(REPLAY, |_| receipt(8)).await.unwrap();
    assert_eq!(again, ExecutionOutcome::Replayed(Receipt { number: 7 }));
    let wrong = claim!(store).json().execute_or_replay(REPLAY, async |_| Ok(vec![1])).await;
    assert!(matches!(wrong, Err(ExecutionError::Payload(_))));
}

#[tokio::test(start_paused = true)]
async fn steps_have_keys_of_their_own() {
    let (store, charges, mails) = (MemoryStore::new(), Cell::new(0), Cell::new(0));
    for round in 0..2 {
        let order = claim!(store).execute_or_replay(REPLAY, async |attempt| {
            let charge = attempt.key.scoped("charge")?;
            let charged = store.claim(&charge, LEASE).fingerprint("charge", b"5");
            charged
                .execute_or_replay(REPLAY, async |_| {
                    charges.set(charges.get() + 1);
                    says("charged").await
                })
                .await?;
            mails.set(mails.get() + 1);
            if round == 0 { Err("the mail server is down".into()) } else { says("ordered").await }
        });
        assert_eq!(order.await.is_ok(), round == 1);
        advance(LEASE).await;
    }
    assert_eq!((charges.get(), mails.get()), (1, 2), "what was done stays done");
}
