//! Many at once: of those who want the same thing, one gets it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::{Failure, Subject, failed, key};
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
/// More than the store's answers take, in ticks.
const LEASE: u64 = 60;

/// Runs all races; says how many.
pub(super) async fn check<S: Subject>(subject: &S) -> Result<usize, Failure> {
    let store = subject.store();
    for round in 0..ROUNDS {
        let key = key(subject, &format!("race {round}"))?;
        let race = Race { store, key: &key, lease: Duration::from_millis(LEASE * subject.tick_ms()) };
        let token = race.claims().await?;
        race.once("completions", together(|number| race.complete(token, number)).await)?;
        race.once("removals", together(|_| race.remove(token)).await)?;
        let late = race.claims().await?;
        subject.pass(LEASE * subject.tick_ms()).await;
        let token = race.comes_back_or_is_replaced(late).await?;
        race.once("touches and removals", together(|number| race.leave(token, number)).await)?;
    }
    Ok(5 * ROUNDS)
}

/// A key that many want.
struct Race<'a, S> {
    store: &'a S,
    key: &'a IdempotencyKey,
    lease: Duration,
}

/// What one of the crowd got.
enum Got {
    Claim(FencingToken),
    Completion,
    Nothing,
}

impl<S: IdempotencyStore> Race<'_, S> {
    /// One claim of many succeeds, and the others find it.
    async fn claims(&self) -> Result<FencingToken, Failure> {
        let mut winners = Vec::new();
        for got in together(|_| self.claim()).await {
            if let Got::Claim(token) = got? {
                winners.push(token);
            }
        }
        match winners.as_slice() {
            [winner] => Ok(*winner),
            winners => Err(Failure(format!("{} of {CROWD} claims at once were granted", winners.len()))),
        }
    }

    /// A holder whose lease has lapsed finishes, or one of those who wait takes over; not both. Leaves a key that the
    /// returned token may remove.
    async fn comes_back_or_is_replaced(&self, late: FencingToken) -> Result<FencingToken, Failure> {
        let ends = together(|number| async move {
            if number % 2 == 1 {
                return self.claim().await;
            }
            match self.complete(late, number).await {
                Ok(FencedOutcome::Applied) => Ok(Got::Completion),
                Ok(FencedOutcome::Rejected(_)) => Ok(Got::Nothing),
                Err(error) => Err(failed(error)),
            }
        });
        let (mut winners, mut finished) = (Vec::new(), 0);
        for got in ends.await {
            match got? {
                Got::Claim(token) => winners.push(token),
                Got::Completion => finished += 1,
                Got::Nothing => {}
            }
        }
        match (winners.as_slice(), finished) {
            ([winner], 0) if *winner != late => Ok(*winner),
            ([], 1) => Ok(late),
            (winners, finished) => Err(Failure(format!(
                "a lapsed claim was completed {finished} times, and {} of {CROWD} took it over at once",
                winners.len()
            ))),
        }
    }

    async fn claim(&self) -> Result<Got, Failure> {
        let entry =
            IdempotencyEntry::new(Fingerprint::new(1)).with_lease(self.lease).with_keep(self.lease * 60);
        match self.store.try_insert(self.key, entry).await.map_err(failed)? {
            InsertResult::Claimed { fencing_token, .. } => Ok(Got::Claim(fencing_token)),
            InsertResult::Exists(_) => Ok(Got::Nothing),
        }
    }

    async fn complete(&self, token: FencingToken, number: usize) -> Result<FencedOutcome, S::Error> {
        let response = CachedResponse::from(number.to_string());
        let entry = IdempotencyEntry::new(Fingerprint::new(1)).complete(response);
        self.store.complete(self.key, entry, token).await
    }

    async fn remove(&self, token: FencingToken) -> Result<FencedOutcome, S::Error> {
        self.store.remove(self.key, token).await
    }

    /// Half of them renew what the others give up: whoever comes after the first of those gets nothing.
    async fn leave(&self, token: FencingToken, number: usize) -> Result<FencedOutcome, S::Error> {
        if number % 2 == 1 {
            return self.remove(token).await;
        }
        match self.store.touch(self.key, token, self.lease).await? {
            FencedOutcome::Applied => Ok(FencedOutcome::Rejected(crate::idempotency::Rejection::KeyExpired)),
            rejected => Ok(rejected),
        }
    }

    fn once<E: std::error::Error>(
        &self,
        name: &str,
        outcomes: Vec<Result<FencedOutcome, E>>,
    ) -> Result<(), Failure> {
        let mut applied = 0;
        for outcome in outcomes {
            applied += usize::from(outcome.map_err(failed)? == FencedOutcome::Applied);
        }
        match applied {
            1 => Ok(()),
            _ => Err(Failure(format!("{applied} of {CROWD} {name} at once were applied"))),
        }
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
