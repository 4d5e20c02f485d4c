//! Stores as users write them, and their time.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shardd_wasm::idempotency::conformance::Subject;
use shardd_wasm::idempotency::entry::{Completed, ExistingEntry, IdempotencyEntry, Processing};
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::idempotency::{
    AtomicStore, FencedOutcome, FencingToken, IdempotencyKey, IdempotencyStore, InsertResult, Rejection,
    Snapshot, Status, Update,
};
use tokio::task::yield_now;
use tokio::time::Instant;

/// A store whose time is tokio's, which the test has stopped.
pub struct Stopped<S>(pub S);

impl<S: IdempotencyStore> Subject for Stopped<S> {
    type Store = S;

    fn store(&self) -> &S {
        &self.0
    }

    fn tick_ms(&self) -> u64 {
        1_000
    }

    async fn pass(&self, ms: u64) {
        tokio::time::advance(Duration::from_millis(ms)).await;
    }
}

/// Bytes, and how often they were written.
type Versions = HashMap<String, (u64, Vec<u8>)>;

/// The one-method store: a map with version numbers, whose every second write loses a race.
#[derive(Clone)]
pub struct Toy {
    origin: Instant,
    versions: Arc<Mutex<Versions>>,
    writes: Arc<Mutex<u64>>,
}

impl Toy {
    pub fn new() -> Toy {
        Toy { origin: Instant::now(), versions: Arc::default(), writes: Arc::default() }
    }

    fn read(&self, name: &str) -> (u64, Option<Vec<u8>>) {
        let versions = self.versions.lock().unwrap();
        versions.get(name).map_or((0, None), |(version, bytes)| (*version, Some(bytes.clone())))
    }

    /// Compare and set: only if nobody wrote since.
    fn write(&self, name: &str, version: u64, bytes: Option<Vec<u8>>) -> bool {
        let mut writes = self.writes.lock().unwrap();
        *writes += 1;
        let mut versions = self.versions.lock().unwrap();
        let known = versions.get(name).map_or(0, |(version, _)| *version);
        if known != version || writes.is_multiple_of(2) {
            return false;
        }
        match bytes {
            Some(bytes) => versions.insert(name.to_owned(), (version + 1, bytes)),
            None => versions.remove(name),
        };
        true
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        self.versions.lock().unwrap().insert(name.to_owned(), (1, bytes.to_vec()));
    }
}

impl AtomicStore for Toy {
    type Error = Infallible;

    async fn update<R, F>(&self, name: &str, mut step: F) -> Result<R, Infallible>
    where
        R: Send + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + Send + 'static,
    {
        loop {
            let now_ms = 1_795_000_000_000 + self.origin.elapsed().as_millis() as u64;
            let (version, bytes) = self.read(name);
            let update = step(bytes.as_deref(), now_ms);
            // Others come in between, and win.
            yield_now().await;
            let written = match update.change {
                Change::Keep => true,
                Change::Put(bytes) => self.write(name, version, Some(bytes)),
                Change::Delete => self.write(name, version, None),
            };
            if written {
                return Ok(update.reply);
            }
        }
    }
}

/// All methods by hand, as for a service with its own idea of claims: it forgets with the lease.
#[derive(Default)]
pub struct ByHand(Mutex<(u64, HashMap<String, Row>)>);

struct Row {
    token: FencingToken,
    expires_at: Instant,
    entry: Result<IdempotencyEntry<Completed>, IdempotencyEntry<Processing>>,
}

fn again(entry: &IdempotencyEntry<Completed>) -> IdempotencyEntry<Completed> {
    IdempotencyEntry::new(entry.fingerprint).complete_for(entry.response().clone(), entry.ttl)
}

impl ByHand {
    /// The live row, if the token is its own.
    fn with<T>(
        &self,
        key: &IdempotencyKey,
        token: FencingToken,
        act: impl FnOnce(&mut Row) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        let mut inner = self.0.lock().unwrap();
        match inner.1.get_mut(key.as_str()).filter(|row| row.expires_at > Instant::now()) {
            None => Err(Rejection::KeyExpired),
            Some(row) if row.token != token => Err(Rejection::FencingMismatch),
            Some(row) => act(row),
        }
    }
}

fn outcome(result: Result<(), Rejection>) -> Result<FencedOutcome, Infallible> {
    Ok(result.map_or_else(FencedOutcome::Rejected, |()| FencedOutcome::Applied))
}

impl IdempotencyStore for ByHand {
    type Error = Infallible;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Infallible> {
        let mut inner = self.0.lock().unwrap();
        let (count, rows) = &mut *inner;
        let now = Instant::now();
        if let Some(row) = rows.get(key.as_str()).filter(|row| row.expires_at > now) {
            return Ok(InsertResult::Exists(match &row.entry {
                Ok(completed) => ExistingEntry::Completed(again(completed)),
                Err(held) => ExistingEntry::Processing(
                    IdempotencyEntry::new(held.fingerprint).with_remaining(row.expires_at - now),
                ),
            }));
        }
        *count += 1;
        let token = FencingToken::new(7, *count);
        let copy = IdempotencyEntry::new(entry.fingerprint).with_lease(entry.ttl);
        rows.insert(key.as_str().to_owned(), Row { token, expires_at: now + entry.ttl, entry: Err(copy) });
        Ok(InsertResult::Claimed { fencing_token: token, entry })
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        token: FencingToken,
    ) -> Result<FencedOutcome, Infallible> {
        outcome(self.with(key, token, |row| match &row.entry {
            Ok(_) => Err(Rejection::KeyExpired),
            Err(held) if held.fingerprint != entry.fingerprint => Err(Rejection::FingerprintMismatch),
            Err(_) => {
                row.expires_at = Instant::now() + entry.ttl;
                row.entry = Ok(entry);
                Ok(())
            }
        }))
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, Infallible> {
        outcome(self.with(key, token, |row| match row.entry {
            Ok(_) => Err(Rejection::KeyExpired),
            Err(_) => {
                row.expires_at = Instant::now() + lease;
                Ok(())
            }
        }))
    }

    async fn remove(&self, key: &IdempotencyKey, token: FencingToken) -> Result<FencedOutcome, Infallible> {
        let removed = self.with(key, token, |_| Ok(()));
        if removed.is_ok() {
            self.0.lock().unwrap().1.remove(key.as_str());
        }
        outcome(removed)
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), Infallible> {
        self.0.lock().unwrap().1.remove(key.as_str());
        Ok(())
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, Infallible> {
        let inner = self.0.lock().unwrap();
        let live = inner.1.get(key.as_str()).filter(|row| row.expires_at > Instant::now());
        Ok(live.map(|row| {
            let (status, fingerprint, response) = match &row.entry {
                Ok(entry) => (Status::Completed, entry.fingerprint, Some(entry.response().clone())),
                Err(entry) => (Status::Processing, entry.fingerprint, None),
            };
            let remaining = row.expires_at - Instant::now();
            Snapshot { status, fingerprint, fencing_token: row.token, remaining, response }
        }))
    }
}
