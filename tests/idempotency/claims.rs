//! Running something once, from the caller's side.

use std::cell::Cell;
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    BoxError, CachedResponse, ExecutionError, ExecutionOutcome, IdempotencyStore, NotApplied, OnError,
    Rejection, Status,
};
use tokio::time::advance;

use crate::subjects::ByHand;
use crate::words::{LEASE, OPERATION, REPLAY, claim, executed, key, never, replayed, says, settled, status};

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
