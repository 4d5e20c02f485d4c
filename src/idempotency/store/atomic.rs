//! The one-method store: anything that can read some bytes and replace them, with nothing in between.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::{IdempotencyStore, InsertResult, Snapshot};
use crate::idempotency::bound::{MaybeSend, MaybeSync};
use crate::idempotency::codec::{CorruptRecord, own};
use crate::idempotency::duration::millis;
use crate::idempotency::entry::{Completed, ExistingEntry, IdempotencyEntry, Processing};
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::nonce;
use crate::idempotency::record::{Record, Status};
use crate::idempotency::step::{Change, Command, Reply, step};
use crate::idempotency::token::{FencedOutcome, FencingToken};
use crate::idempotency::trace;

/// A place that can replace a few bytes in one indivisible step: a locked map, a database transaction, a compare-and-set.
///
/// That is all a place of your own needs: every `AtomicStore` is an [`IdempotencyStore`].
///
/// ```
/// use std::collections::HashMap;
/// use std::convert::Infallible;
/// use std::sync::{Arc, Mutex};
/// use std::time::{SystemTime, UNIX_EPOCH};
/// use shardd_wasm::idempotency::step::Change;
/// use shardd_wasm::idempotency::{AtomicStore, Update};
///
/// #[derive(Clone, Default)]
/// struct Map(Arc<Mutex<HashMap<String, Vec<u8>>>>);
///
/// impl AtomicStore for Map {
///     type Error = Infallible;
///
///     async fn update<R, F>(&self, name: &str, mut step: F) -> Result<R, Infallible>
///     where
///         F: FnMut(Option<&[u8]>, u64) -> Update<R>,
///     {
///         let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
///         let mut map = self.0.lock().unwrap();
///         let update = step(map.get(name).map(Vec::as_slice), now.as_millis() as u64);
///         match update.change {
///             Change::Keep => {}
///             Change::Put(bytes) => { map.insert(name.to_owned(), bytes); }
///             Change::Delete => { map.remove(name); }
///         }
///         Ok(update.reply)
///     }
/// }
/// ```
pub trait AtomicStore: MaybeSend + MaybeSync + 'static {
    /// Why the place could not be asked.
    type Error: Error + MaybeSend + MaybeSync + 'static;

    /// Gives `step` the bytes under `name` and the time in Unix milliseconds, does what it says, and returns its reply.
    ///
    /// Between reading and writing nobody else may write; where that cannot be had, compare and set, and call `step` again
    /// after a lost race. `step` waits for nothing. Expired bytes may be given to it or not: it knows.
    ///
    /// # Errors
    /// The place could not be asked; the step may have been done all the same.
    fn update<R, F>(&self, name: &str, step: F) -> impl Future<Output = Result<R, Self::Error>> + MaybeSend
    where
        R: MaybeSend + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + MaybeSend + 'static;

    /// Bits that differ from claim to claim: they tell apart the tokens of two claims that were made at one moment, of a free key
    /// or of a lapsed one.
    fn nonce(&self) -> u64 {
        nonce::draw()
    }

    /// See [`IdempotencyStore::watch`].
    fn watch(&self, name: &str) -> impl Future<Output = ()> + MaybeSend {
        let _unwatched = name;
        std::future::pending()
    }
}

/// An [`AtomicStore`] that can say what it holds.
pub trait ListedStore: AtomicStore {
    /// The names that begin with `prefix`, and their bytes; expired ones may be among them.
    ///
    /// # Errors
    /// The place could not be asked.
    fn list(
        &self,
        prefix: &str,
    ) -> impl Future<Output = Result<Vec<(String, Vec<u8>)>, Self::Error>> + MaybeSend;
}

/// What a step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update<R> {
    /// For whoever asked.
    pub reply: R,
    /// For the place.
    pub change: Change<Vec<u8>>,
    /// When what is put is as good as gone, in Unix milliseconds; 0 where nothing is put.
    pub expires_at_ms: u64,
}

/// What can go wrong with an [`AtomicStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtomicError<E> {
    /// The place could not be asked.
    Store(E),
    /// What it holds is no record.
    Corrupt(CorruptRecord),
}

impl<E: fmt::Display> fmt::Display for AtomicError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtomicError::Store(error) => error.fmt(f),
            AtomicError::Corrupt(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for AtomicError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            AtomicError::Store(error) => error.source(),
            AtomicError::Corrupt(_) => None,
        }
    }
}

impl<A: AtomicStore> AtomicStore for Arc<A> {
    type Error = A::Error;

    fn update<R, F>(&self, name: &str, step: F) -> impl Future<Output = Result<R, A::Error>> + MaybeSend
    where
        R: MaybeSend + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + MaybeSend + 'static,
    {
        A::update(self, name, step)
    }

    fn nonce(&self) -> u64 {
        A::nonce(self)
    }

    fn watch(&self, name: &str) -> impl Future<Output = ()> + MaybeSend {
        A::watch(self, name)
    }
}

/// One command over bytes: read the record, step, write the record. A purge needs to read nothing, and so gets rid of what
/// cannot be read.
fn step_bytes(bytes: Option<&[u8]>, command: &Command, now_ms: u64) -> Update<Told> {
    let bytes = bytes.filter(|_| *command != Command::Purge);
    let record = match bytes.map(own::decode).transpose() {
        Ok(record) => record,
        Err(corrupt) => return Update { reply: Err(corrupt), change: Change::Keep, expires_at_ms: 0 },
    };
    let (reply, change) = step(record, command.clone(), now_ms);
    let mut expires_at_ms = 0;
    let change = match change {
        Change::Keep => Change::Keep,
        Change::Delete => Change::Delete,
        Change::Put(record) => {
            expires_at_ms = record.expires_at_ms;
            Change::Put(own::encode(&record))
        }
    };
    Update { reply: Ok((reply, now_ms)), change, expires_at_ms }
}

/// What a step over bytes replies: an answer and the store's time, or that the bytes are no record.
type Told = Result<(Reply, u64), CorruptRecord>;

/// Runs one command; also says what time the store had.
async fn run<A: AtomicStore>(
    store: &A,
    key: &IdempotencyKey,
    command: Command,
) -> Result<(Reply, u64), AtomicError<A::Error>> {
    let operation = command.name();
    let mut written: Option<(Vec<u8>, Told)> = None;
    let step = move |bytes: Option<&[u8]>, now_ms| {
        // A place that thinks that it lost a race, and asks again, may have won it. (Of a record that is gone nobody can tell.)
        if let Some((put, reply)) = &written
            && bytes == Some(put.as_slice())
        {
            return Update { reply: reply.clone(), change: Change::Keep, expires_at_ms: 0 };
        }
        let update = step_bytes(bytes, &command, now_ms);
        if let Change::Put(put) = &update.change {
            written = Some((put.clone(), update.reply.clone()));
        }
        update
    };
    let updated = trace::within(operation, key, store.update(key.as_str(), step)).await;
    updated.map_err(AtomicError::Store)?.map_err(AtomicError::Corrupt)
}

async fn fenced<A: AtomicStore>(
    store: &A,
    key: &IdempotencyKey,
    command: Command,
) -> Result<FencedOutcome, AtomicError<A::Error>> {
    match run(store, key, command).await? {
        (Reply::Fenced(outcome), _) => Ok(outcome),
        // A store that answers another question than was asked.
        _ => Err(AtomicError::Corrupt(CorruptRecord)),
    }
}

impl<A: AtomicStore> IdempotencyStore for A {
    type Error = AtomicError<A::Error>;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Self::Error> {
        let claim = Command::Claim {
            fingerprint: entry.fingerprint,
            lease_ms: millis(entry.ttl),
            keep_ms: millis(entry.keep()),
            nonce: self.nonce(),
            refuses_lapsed: entry.refuses_lapsed(),
            ignores_lease: false,
            memo: Vec::new(),
        };
        match run(self, key, claim).await? {
            (Reply::Claimed { token, lapsed }, _) => {
                let entry = entry.with_lapsed(lapsed.map(|record| record.token));
                Ok(InsertResult::Claimed { fencing_token: token, entry })
            }
            (Reply::Exists(record), now_ms) => Ok(InsertResult::Exists(existing(record, now_ms))),
            _ => Err(AtomicError::Corrupt(CorruptRecord)),
        }
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Self::Error> {
        let (fingerprint, replay_ms) = (entry.fingerprint, millis(entry.ttl));
        let response = entry.into_response();
        fenced(self, key, Command::Complete { token: fencing_token, fingerprint, response, replay_ms }).await
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, Self::Error> {
        fenced(self, key, Command::Touch { token: fencing_token, lease_ms: millis(lease), memo: None }).await
    }

    async fn remove(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Self::Error> {
        fenced(self, key, Command::Release { token: fencing_token }).await
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), Self::Error> {
        run(self, key, Command::Purge).await.map(|_| ())
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, Self::Error> {
        match run(self, key, Command::Get).await? {
            (Reply::Found(record), now_ms) => Ok(record.map(|record| snapshot(record, now_ms))),
            _ => Err(AtomicError::Corrupt(CorruptRecord)),
        }
    }

    fn keeps_lapsed(&self) -> bool {
        true
    }

    fn watch(&self, key: &IdempotencyKey) -> impl Future<Output = ()> + MaybeSend {
        AtomicStore::watch(self, key.as_str())
    }
}

fn existing(record: Record, now_ms: u64) -> ExistingEntry {
    let status = record.status(now_ms);
    let remaining = Duration::from_millis(record.remaining_ms(now_ms));
    let ttl = Duration::from_millis(record.ttl_ms);
    let entry = IdempotencyEntry::new(record.fingerprint).with_lease(ttl).with_remaining(remaining);
    match record.response {
        Some(response) => ExistingEntry::Completed(entry.complete_for(response, ttl)),
        None if status == Status::Lapsed => ExistingEntry::Lapsed(entry.lapse(record.token)),
        None => ExistingEntry::Processing(entry),
    }
}

fn snapshot(record: Record, now_ms: u64) -> Snapshot {
    Snapshot {
        status: record.status(now_ms),
        fingerprint: record.fingerprint,
        fencing_token: record.token,
        remaining: Duration::from_millis(record.remaining_ms(now_ms)),
        response: record.response,
    }
}
