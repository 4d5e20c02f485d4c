//! The loop, written once for every store, runtime and language: get in or be told why not, run, settle.

use std::future::Future;
use std::time::Duration;

use super::attempt::{Attempt, OnError};
use super::lease::Lease;
use super::looks::Looks;
use super::outcome::{ExecutionError, ExecutionOutcome, StoreFailure};
use super::race::{Either, race};
use super::terms::Terms;
use crate::idempotency::bound::BoxError;
use crate::idempotency::duration::millis;
use crate::idempotency::entry::{IdempotencyEntry, Processing, ReplayOutcome};
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::runtime::Runtime;
use crate::idempotency::store::{IdempotencyStore, InsertResult};
use crate::idempotency::token::{FencedOutcome, FencingToken, Rejection};
use crate::idempotency::trace::{self, Happened};

/// One call: a key in a store, and the terms it is claimed on.
#[derive(Debug)]
pub struct Execution<'a, S, R> {
    /// Where the key lives.
    pub store: &'a S,
    /// The key.
    pub key: &'a IdempotencyKey,
    /// The clock and the timers.
    pub runtime: &'a R,
    /// What is asked for.
    pub terms: &'a Terms,
}

/// What came of asking to be let in.
#[derive(Debug)]
pub enum Admission {
    /// The key is ours.
    Claimed(Held),
    /// It was done before.
    Replayed(CachedResponse),
    /// Somebody else is at it.
    InFlight {
        /// When the other's lease ends, unless it is renewed.
        retry_after: Duration,
    },
    /// The key stands for another request.
    FingerprintMismatch,
    /// An attempt lapsed, and the terms say to leave it alone.
    Uncertain {
        /// Its token.
        fencing_token: FencingToken,
    },
}

/// A key that is ours.
#[derive(Debug)]
pub struct Held {
    /// Our token.
    pub fencing_token: FencingToken,
    /// The attempt, to be completed.
    pub entry: IdempotencyEntry<Processing>,
    /// When the claim was asked for: its lease ends no earlier than this and its length.
    pub claimed_at_ms: u64,
}

/// How an effect ended.
#[derive(Debug)]
pub enum Ended<T, E> {
    /// With a value, and a response to store.
    Returned {
        /// For the caller.
        value: T,
        /// For retries.
        response: CachedResponse,
    },
    /// It need not run: a lapsed attempt had done its work.
    Recovered {
        /// For the caller.
        value: T,
        /// For retries.
        response: CachedResponse,
    },
    /// With a value that is not to be stored: the key is free again.
    Unstored(T),
    /// With a value that cannot be stored, or a response that cannot be read. The key is held until the lease ends.
    Unencodable(BoxError),
    /// With an error.
    Failed {
        /// For the caller.
        error: E,
        /// What becomes of the key.
        then: OnError,
    },
    /// It did not run: nobody knows what a lapsed attempt did.
    Unknown,
}

impl<S: IdempotencyStore, R: Runtime> Execution<'_, S, R> {
    /// Runs `effect` once, or says what came of it before; `read` makes a value of a stored response.
    ///
    /// # Errors
    /// See [`ExecutionError`].
    pub async fn execute<T, E, F, Fut>(
        &self,
        read: impl FnOnce(CachedResponse) -> Result<T, BoxError>,
        effect: F,
    ) -> Result<ExecutionOutcome<T>, ExecutionError<S::Error, E>>
    where
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Ended<T, E>>,
    {
        trace::within("execute", self.key, self.admit_and_run(read, effect)).await
    }

    async fn admit_and_run<T, E, F, Fut>(
        &self,
        read: impl FnOnce(CachedResponse) -> Result<T, BoxError>,
        effect: F,
    ) -> Result<ExecutionOutcome<T>, ExecutionError<S::Error, E>>
    where
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Ended<T, E>>,
    {
        if self.terms.needs_lapsed && !self.store.keeps_lapsed() {
            return Err(ExecutionError::ForgetsLapsed);
        }
        let outcome = match self.admit().await.map_err(ExecutionError::Store)? {
            Admission::Claimed(held) => self.run(held, effect).await?,
            Admission::Replayed(response) => {
                ExecutionOutcome::Replayed(read(response).map_err(ExecutionError::Payload)?)
            }
            Admission::InFlight { retry_after } => ExecutionOutcome::InFlight { retry_after },
            Admission::FingerprintMismatch => ExecutionOutcome::FingerprintMismatch,
            Admission::Uncertain { fencing_token } => ExecutionOutcome::Uncertain { fencing_token },
        };
        trace::tell(self.key, Happened::Ended(outcome.name()));
        Ok(outcome)
    }

    /// Claims the key. If somebody else is at it, waits as long as the terms say; whoever waited claims anew, and never runs
    /// on what it saw before.
    ///
    /// # Errors
    /// The store gave no answer. It may hold the key for us all the same, until the lease ends.
    pub async fn admit(&self) -> Result<Admission, StoreFailure<S::Error>> {
        let mut looks = Looks::new(self.runtime.now_ms());
        loop {
            let claimed_at_ms = self.runtime.now_ms();
            let existing = match self.ask(self.store.try_insert(self.key, self.terms.entry())).await? {
                InsertResult::Claimed { fencing_token, entry } => {
                    return Ok(Admission::Claimed(Held { fencing_token, entry, claimed_at_ms }));
                }
                InsertResult::Exists(existing) => existing,
            };
            let retry_after = match existing.replay(self.terms.fingerprint) {
                ReplayOutcome::InFlight { retry_after } => retry_after,
                ReplayOutcome::Replayed(response) => return Ok(Admission::Replayed(response)),
                ReplayOutcome::FingerprintMismatch => return Ok(Admission::FingerprintMismatch),
                ReplayOutcome::Uncertain { fencing_token } => {
                    return Ok(Admission::Uncertain { fencing_token });
                }
            };
            let (now_ms, wait_ms) = (self.runtime.now_ms(), millis(self.terms.wait));
            let Some(pause_ms) = looks.pause_ms(now_ms, wait_ms, millis(retry_after)) else {
                return Ok(Admission::InFlight { retry_after });
            };
            race(self.runtime.sleep(pause_ms), self.store.watch(self.key)).await;
        }
    }

    /// Runs `effect` under a claim, keeps the lease alive meanwhile, and settles what comes of it.
    ///
    /// # Errors
    /// See [`ExecutionError`].
    pub async fn run<T, E, F, Fut>(
        &self,
        held: Held,
        effect: F,
    ) -> Result<ExecutionOutcome<T>, ExecutionError<S::Error, E>>
    where
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Ended<T, E>>,
    {
        let (token, lease) = (held.fencing_token, Lease::default());
        let lapsed = held.entry.lapsed();
        let attempt = Attempt { key: self.key.clone(), fencing_token: token, lapsed, lease: lease.clone() };
        let ended = match race(effect(attempt), self.keep(token, held.claimed_at_ms, &lease)).await {
            Either::First(ended) => ended,
            Either::Second(never) => match never {},
        };
        match ended {
            Ended::Returned { value, response } => match self.settle(held, &response).await {
                Ok(None) => Ok(ExecutionOutcome::Executed(value)),
                Ok(Some(rejection)) => Ok(ExecutionOutcome::Fenced { rejection, response: value }),
                Err(source) => Err(ExecutionError::Completion { source, response }),
            },
            Ended::Recovered { value, response } => match self.settle(held, &response).await {
                Ok(None) => Ok(ExecutionOutcome::Replayed(value)),
                Ok(Some(rejection)) => Ok(ExecutionOutcome::Fenced { rejection, response: value }),
                Err(source) => Err(ExecutionError::Completion { source, response }),
            },
            Ended::Unstored(value) => {
                self.release(token).await;
                Ok(ExecutionOutcome::Executed(value))
            }
            Ended::Unencodable(error) => Err(ExecutionError::Payload(error)),
            Ended::Failed { error, then } => {
                if then == OnError::Release {
                    self.release(token).await;
                }
                Err(ExecutionError::SideEffect(error))
            }
            Ended::Unknown => Ok(ExecutionOutcome::Uncertain { fencing_token: lapsed.unwrap_or(token) }),
        }
    }

    /// Stores the response; says why, if it could not. A claim that was lost is made again: if the key is free, nobody else
    /// ran, and the response goes in after all.
    async fn settle(
        &self,
        held: Held,
        response: &CachedResponse,
    ) -> Result<Option<Rejection>, StoreFailure<S::Error>> {
        let Some(rejection) = self.complete(held.entry, held.fencing_token, response).await? else {
            return Ok(None);
        };
        trace::tell(self.key, Happened::CompletionRejected(rejection));
        match self.ask(self.store.try_insert(self.key, self.terms.entry())).await? {
            InsertResult::Claimed { fencing_token, entry } => {
                self.complete(entry, fencing_token, response).await
            }
            InsertResult::Exists(_) => Ok(Some(rejection)),
        }
    }

    async fn complete(
        &self,
        entry: IdempotencyEntry<Processing>,
        token: FencingToken,
        response: &CachedResponse,
    ) -> Result<Option<Rejection>, StoreFailure<S::Error>> {
        let entry = entry.complete_for(response.clone(), self.terms.replay);
        match self.ask(self.store.complete(self.key, entry, token)).await? {
            FencedOutcome::Applied => Ok(None),
            FencedOutcome::Rejected(rejection) => Ok(Some(rejection)),
        }
    }

    /// Frees the key. Where the store cannot be asked, the end of the lease does it.
    async fn release(&self, token: FencingToken) {
        if self.ask(self.store.remove(self.key, token)).await.is_err() {
            trace::tell(self.key, Happened::StoreFailed("remove"));
        }
    }

    /// An operation of the store, for as long as the terms let it take.
    ///
    /// # Errors
    /// The store gave no answer; it may have been done all the same.
    pub async fn ask<T>(
        &self,
        operation: impl Future<Output = Result<T, S::Error>>,
    ) -> Result<T, StoreFailure<S::Error>> {
        let Some(limit) = self.terms.store_timeout else {
            return operation.await.map_err(StoreFailure::Failed);
        };
        match race(operation, self.runtime.sleep(millis(limit))).await {
            Either::First(answer) => answer.map_err(StoreFailure::Failed),
            Either::Second(()) => Err(StoreFailure::TimedOut),
        }
    }
}
