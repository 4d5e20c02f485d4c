//! Stores that are wrong, each in one way, for the suite to find out.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use shardd_wasm::idempotency::entry::{Completed, IdempotencyEntry, Processing};
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::idempotency::{
    AtomicStore, FencedOutcome, FencingToken, IdempotencyKey, IdempotencyStore, InsertResult, Snapshot,
    Update,
};
use tokio::task::yield_now;
use tokio::time::Instant;

use crate::subjects::ByHand;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It keeps nothing under some names.
    Forgets,
    /// Others come between reading and writing.
    Interrupted,
    /// It thinks that it has lost a race, and asks again; in truth it had won.
    Unsure,
    /// One after another, but it makes room before it writes: who dies in between leaves nothing.
    TwoSteps,
}

/// A map, and what is wrong with it.
pub struct Careless {
    flaw: Flaw,
    origin: Instant,
    records: Mutex<HashMap<String, Vec<u8>>>,
    turn: tokio::sync::Mutex<()>,
}

impl Careless {
    pub fn new(flaw: Flaw) -> Careless {
        Careless {
            flaw,
            origin: Instant::now(),
            records: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl AtomicStore for Careless {
    type Error = Infallible;

    async fn update<R, F>(&self, name: &str, mut step: F) -> Result<R, Infallible>
    where
        R: Send + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + Send + 'static,
    {
        let _alone = match self.flaw {
            Flaw::Interrupted => None,
            _ => Some(self.turn.lock().await),
        };
        let now_ms = 1_795_000_000_000 + self.origin.elapsed().as_millis() as u64;
        let read = || self.records.lock().unwrap().get(name).cloned();
        let mut update = step(read().as_deref(), now_ms);
        if self.flaw == Flaw::Unsure
            && let Change::Put(bytes) = update.change
        {
            self.records.lock().unwrap().insert(name.to_owned(), bytes);
            update = step(read().as_deref(), now_ms + 1);
        }
        if self.flaw == Flaw::Interrupted {
            yield_now().await;
        }
        match update.change {
            Change::Keep => {}
            Change::Put(_) if self.flaw == Flaw::Forgets && name.ends_with("key 2") => {}
            Change::Put(bytes) => {
                if self.flaw == Flaw::TwoSteps && self.records.lock().unwrap().remove(name).is_some() {
                    yield_now().await;
                }
                self.records.lock().unwrap().insert(name.to_owned(), bytes);
            }
            Change::Delete => drop(self.records.lock().unwrap().remove(name)),
        }
        Ok(update.reply)
    }
}

/// It looks at no token: whoever asks holds the key.
#[derive(Default)]
pub struct Unfenced(ByHand);

impl Unfenced {
    async fn holder(&self, key: &IdempotencyKey, asks: FencingToken) -> Result<FencingToken, Infallible> {
        Ok(self.0.get(key).await?.map_or(asks, |found| found.fencing_token))
    }
}

impl IdempotencyStore for Unfenced {
    type Error = Infallible;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Infallible> {
        self.0.try_insert(key, entry).await
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        token: FencingToken,
    ) -> Result<FencedOutcome, Infallible> {
        self.0.complete(key, entry, self.holder(key, token).await?).await
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, Infallible> {
        self.0.touch(key, self.holder(key, token).await?, lease).await
    }

    async fn remove(&self, key: &IdempotencyKey, token: FencingToken) -> Result<FencedOutcome, Infallible> {
        self.0.remove(key, self.holder(key, token).await?).await
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), Infallible> {
        self.0.purge(key).await
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, Infallible> {
        self.0.get(key).await
    }
}
