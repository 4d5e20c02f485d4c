//! Many at once: of those who want the same thing, one gets it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::Failure;
use crate::idempotency::entry::IdempotencyEntry;
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::store::{IdempotencyStore, InsertResult};
use crate::idempotency::token::{FencedOutcome, FencingToken};

/// How many are at it at once.
const CROWD: usize = 16;
/// How often.
const ROUNDS: usize = 8;

/// Runs all races; says how many.
pub(super) async fn check<S: IdempotencyStore>(store: &S) -> Result<usize, Failure> {
    for round in 0..ROUNDS {
        let key = IdempotencyKey::new(format!("race {round}")).map_err(|error| Failure(error.to_string()))?;
        let token = claims(store, &key).await?;
        once("complete", together(|number| complete(store, &key, token, number)).await)?;
        once("remove", together(|_| remove(store, &key, token)).await)?;
    }
    Ok(3 * ROUNDS)
}

/// One claim of many succeeds, and the others find it.
async fn claims<S: IdempotencyStore>(store: &S, key: &IdempotencyKey) -> Result<FencingToken, Failure> {
    let entry = || IdempotencyEntry::new(Fingerprint::new(1)).with_lease(Duration::from_secs(3600));
    let mut winners = Vec::new();
    for inserted in together(|_| store.try_insert(key, entry())).await {
        if let InsertResult::Claimed { fencing_token, .. } =
            inserted.map_err(|error| Failure(error.to_string()))?
        {
            winners.push(fencing_token);
        }
    }
    match winners.as_slice() {
        [winner] => Ok(*winner),
        winners => Err(Failure(format!("{} of {CROWD} claims at once were granted", winners.len()))),
    }
}

async fn complete<S: IdempotencyStore>(
    store: &S,
    key: &IdempotencyKey,
    token: FencingToken,
    number: usize,
) -> Result<FencedOutcome, S::Error> {
    let response = CachedResponse::from(number.to_string());
    store.complete(key, IdempotencyEntry::new(Fingerprint::new(1)).complete(response), token).await
}

async fn remove<S: IdempotencyStore>(
    store: &S,
    key: &IdempotencyKey,
    token: FencingToken,
) -> Result<FencedOutcome, S::Error> {
    store.remove(key, token).await
}

fn once<E: std::error::Error>(name: &str, outcomes: Vec<Result<FencedOutcome, E>>) -> Result<(), Failure> {
    let mut applied = 0;
    for outcome in outcomes {
        applied +=
            usize::from(outcome.map_err(|error| Failure(error.to_string()))? == FencedOutcome::Applied);
    }
    match applied {
        1 => Ok(()),
        _ => Err(Failure(format!("{applied} of {CROWD} calls of {name} at once were applied"))),
    }
}

/// A crowd of futures, polled in turn until all are done.
async fn together<F: Future>(make: impl Fn(usize) -> F) -> Vec<F::Output> {
    let mut futures: Vec<Pin<Box<F>>> = (0..CROWD).map(|number| Box::pin(make(number))).collect();
    let mut outputs = Vec::new();
    poll_fn(|context| {
        futures.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            Poll::Pending => true,
        });
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs
}
