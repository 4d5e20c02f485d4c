//! Calls that are cut off at any moment, as by the death of whoever made them: done or not done, never half.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::{Failure, Subject, failed, key};
use crate::idempotency::entry::{ExistingEntry, IdempotencyEntry};
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::store::{IdempotencyStore, InsertResult};
use crate::idempotency::token::{FencedOutcome, FencingToken};

/// No call takes more moments than this in any store worth having; one that does is cut off so often all the same.
const LONGEST: usize = 24;
/// More than the store's answers take, in ticks.
const LEASE: u64 = 60;

/// What is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Claim,
    Complete,
    Touch,
    Remove,
    Purge,
}

/// Cuts every operation off after 0, 1, 2, … moments, until it is done by then; says at how many.
pub(super) async fn check<S: Subject>(subject: &S) -> Result<usize, Failure> {
    let mut crashes = 0;
    for operation in
        [Operation::Claim, Operation::Complete, Operation::Touch, Operation::Remove, Operation::Purge]
    {
        for turns in 0..LONGEST {
            let key = key(subject, &format!("crash {operation:?} {turns}"))?;
            let story = Story { subject, key, operation };
            crashes += 1;
            let is_done = story.told(turns).await.map_err(|Failure(why)| {
                Failure(format!("a {operation:?} that was cut off after {turns} turns: {why}"))
            })?;
            if is_done {
                break;
            }
        }
    }
    Ok(crashes)
}

struct Story<'a, S> {
    subject: &'a S,
    key: IdempotencyKey,
    operation: Operation,
}

/// What somebody else finds.
enum Found {
    Free(FencingToken),
    Held,
    Done(Vec<u8>),
}

impl<S: Subject> Story<'_, S> {
    /// Whether the operation was done before it could be cut off.
    async fn told(&self, turns: usize) -> Result<bool, Failure> {
        let first = match self.operation {
            Operation::Claim => None,
            _ => Some(self.claim().await?),
        };
        let token = match first {
            Some(Found::Free(token)) => token,
            Some(_) => return Err(Failure("the key was not free".into())),
            None => FencingToken::new(0, 0),
        };
        let is_done = self.cut(turns, token).await?;
        let next = self.claim().await?;
        match (&next, self.operation) {
            (Found::Held, Operation::Remove | Operation::Purge) if is_done => {
                return Err(Failure("it freed nothing".into()));
            }
            (Found::Free(_), Operation::Claim) if is_done => return Err(Failure("it held nothing".into())),
            (Found::Held, Operation::Complete) if is_done => return Err(Failure("it kept nothing".into())),
            (Found::Held, _) => {}
            (Found::Free(_), Operation::Claim | Operation::Remove | Operation::Purge) => {}
            (Found::Done(body), Operation::Complete) if body == b"first" => {}
            _ => return Err(Failure("the next one finds what nobody left".into())),
        }
        self.comes_to_rest(next, token).await?;
        Ok(is_done)
    }

    /// Whatever was left, the key is of use once leases have ended: to one, and not to the dead.
    async fn comes_to_rest(&self, next: Found, dead: FencingToken) -> Result<(), Failure> {
        let next = match next {
            Found::Held => {
                self.subject.pass(2 * LEASE * self.subject.tick_ms()).await;
                self.claim().await?
            }
            other => other,
        };
        let token = match next {
            Found::Free(token) => token,
            Found::Done(body) if self.operation == Operation::Complete && body == b"first" => return Ok(()),
            Found::Done(_) => return Err(Failure("it is done, and nobody did it".into())),
            Found::Held => return Err(Failure("the key is held for ever".into())),
        };
        // By now the dead one's call would have come through, had it not been cut off.
        for _ in 0..LONGEST {
            self.subject.turn().await;
        }
        if self.complete(dead, "dead").await? == FencedOutcome::Applied {
            return Err(Failure("the dead one's token still completes".into()));
        }
        if self.complete(token, "second").await? != FencedOutcome::Applied {
            return Err(Failure("whoever came after it has lost the key".into()));
        }
        match self.claim().await? {
            Found::Done(body) if body == b"second" => Ok(()),
            _ => Err(Failure("what was completed after it is not replayed".into())),
        }
    }

    /// Begins the operation and drops it after so many turns.
    async fn cut(&self, turns: usize, token: FencingToken) -> Result<bool, Failure> {
        let store = self.subject.store();
        Ok(match self.operation {
            Operation::Claim => self.within(turns, self.claim()).await.transpose()?.is_some(),
            Operation::Complete => {
                self.within(turns, self.complete(token, "first")).await.transpose()?.is_some()
            }
            Operation::Touch => self
                .within(turns, store.touch(&self.key, token, self.lease()))
                .await
                .transpose()
                .map_err(failed)?
                .is_some(),
            Operation::Remove => self
                .within(turns, store.remove(&self.key, token))
                .await
                .transpose()
                .map_err(failed)?
                .is_some(),
            Operation::Purge => {
                self.within(turns, store.purge(&self.key)).await.transpose().map_err(failed)?.is_some()
            }
        })
    }

    /// A future's value, if it comes when it is asked so many times, with a turn in between; else it is dropped.
    async fn within<F: Future>(&self, times: usize, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        for asked in 0..times {
            if asked > 0 {
                self.subject.turn().await;
            }
            if let Some(value) = once(future.as_mut()).await {
                return Some(value);
            }
        }
        None
    }

    async fn claim(&self) -> Result<Found, Failure> {
        let entry = IdempotencyEntry::new(Fingerprint::new(1)).with_lease(self.lease());
        match self.subject.store().try_insert(&self.key, entry).await.map_err(failed)? {
            InsertResult::Claimed { fencing_token, .. } => Ok(Found::Free(fencing_token)),
            InsertResult::Exists(ExistingEntry::Completed(entry)) => {
                Ok(Found::Done(entry.into_response().body))
            }
            InsertResult::Exists(_) => Ok(Found::Held),
        }
    }

    async fn complete(&self, token: FencingToken, body: &str) -> Result<FencedOutcome, Failure> {
        let entry = IdempotencyEntry::new(Fingerprint::new(1)).complete(CachedResponse::from(body));
        self.subject.store().complete(&self.key, entry, token).await.map_err(failed)
    }

    fn lease(&self) -> Duration {
        Duration::from_millis(LEASE * self.subject.tick_ms())
    }
}

/// Polls a future once.
async fn once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
