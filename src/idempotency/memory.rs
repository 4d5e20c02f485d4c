//! A store in memory, for one process or isolate: bounded, and it never drops what is being worked on.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bound::MaybeSend;
use super::codec::own::is_completed;
use super::runtime::{DefaultRuntime, Runtime};
use super::step::Change;
use super::store::{AtomicStore, ListedStore, Update};

/// A store in memory. Clones share it.
///
/// It holds at most [`MAX_ENTRIES`](Self::MAX_ENTRIES) keys, or as many as [`builder`](Self::builder) was told. When it is
/// full, the response that would be forgotten first makes room, and a retry of that key runs again; attempts without an
/// ending are never dropped before their time. If there are only such, new keys are refused.
///
/// ```ignore-wasm32
/// use shardd_wasm::idempotency::{
///     CachedResponse, Fingerprint, IdempotencyEntry, IdempotencyKey, IdempotencyStore, InsertResult,
///     memory::MemoryStore,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (store, key) = (MemoryStore::new(), IdempotencyKey::new("order-9821")?);
/// let entry = IdempotencyEntry::new(Fingerprint::new(1));
/// let InsertResult::Claimed { fencing_token, entry } = store.try_insert(&key, entry).await? else { panic!() };
/// let _applied = store.complete(&key, entry.complete(CachedResponse::from("done")), fencing_token).await?;
/// assert_eq!(store.len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore<R = DefaultRuntime> {
    shelf: Arc<Mutex<Shelf>>,
    runtime: R,
    max_entries: usize,
}

/// A [`MemoryStore`], put together.
#[derive(Clone, Debug)]
pub struct MemoryStoreBuilder<R = DefaultRuntime> {
    runtime: R,
    max_entries: usize,
}

/// What a [`MemoryStore`] cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryStoreError {
    /// Every place is taken by an attempt without an ending.
    Full,
    /// A store without places.
    NoRoom,
}

impl fmt::Display for MemoryStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MemoryStoreError::Full => {
                "the memory store is full of attempts without an ending: raise max_entries, or try again later"
            }
            MemoryStoreError::NoRoom => "max_entries must be at least 1",
        })
    }
}

impl Error for MemoryStoreError {}

impl MemoryStore {
    /// How many keys it holds unless told otherwise.
    pub const MAX_ENTRIES: usize = 100_000;

    /// An empty store.
    pub fn new() -> Self {
        Self::with(DefaultRuntime::default(), Self::MAX_ENTRIES)
    }

    /// A store of another size or with another clock.
    pub fn builder() -> MemoryStoreBuilder {
        MemoryStoreBuilder { runtime: DefaultRuntime::default(), max_entries: Self::MAX_ENTRIES }
    }
}

impl<R> MemoryStoreBuilder<R> {
    /// How many keys it holds at most.
    #[must_use]
    pub const fn max_entries(mut self, max_entries: usize) -> Self {
        self.max_entries = max_entries;
        self
    }

    /// With a clock of your own.
    pub fn runtime<Other: Runtime>(self, runtime: Other) -> MemoryStoreBuilder<Other> {
        MemoryStoreBuilder { runtime, max_entries: self.max_entries }
    }
}

impl<R: Runtime> MemoryStoreBuilder<R> {
    /// The store.
    ///
    /// # Errors
    /// [`MemoryStoreError::NoRoom`] for no entries at all.
    pub fn try_build(self) -> Result<MemoryStore<R>, MemoryStoreError> {
        match self.max_entries {
            0 => Err(MemoryStoreError::NoRoom),
            max_entries => Ok(MemoryStore::with(self.runtime, max_entries)),
        }
    }
}

impl<R> MemoryStore<R> {
    fn with(runtime: R, max_entries: usize) -> Self {
        Self { shelf: Arc::default(), runtime, max_entries }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // A step that panicked has changed nothing.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Runtime> MemoryStore<R> {
    /// How many keys it holds now.
    pub fn len(&self) -> usize {
        let mut shelf = self.shelf();
        shelf.sweep(self.runtime.now_ms());
        shelf.records.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Clone> Clone for MemoryStore<R> {
    fn clone(&self) -> Self {
        Self { shelf: self.shelf.clone(), runtime: self.runtime.clone(), max_entries: self.max_entries }
    }
}

impl<R> fmt::Debug for MemoryStore<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("max_entries", &self.max_entries).finish_non_exhaustive()
    }
}

impl<R: Runtime> AtomicStore for MemoryStore<R> {
    type Error = MemoryStoreError;

    async fn update<T, F>(&self, name: &str, mut step: F) -> Result<T, MemoryStoreError>
    where
        T: MaybeSend + 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<T> + MaybeSend + 'static,
    {
        let mut shelf = self.shelf();
        let now_ms = self.runtime.now_ms();
        shelf.sweep(now_ms);
        let update = step(shelf.records.get(name).map(|record| record.bytes.as_slice()), now_ms);
        match update.change {
            Change::Keep => {}
            Change::Delete => shelf.remove(name),
            Change::Put(bytes) => {
                shelf.make_room(name, self.max_entries)?;
                shelf.put(name, bytes, update.expires_at_ms);
            }
        }
        Ok(update.reply)
    }
}

impl<R: Runtime> ListedStore for MemoryStore<R> {
    async fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, MemoryStoreError> {
        let mut shelf = self.shelf();
        shelf.sweep(self.runtime.now_ms());
        let listed = shelf.records.iter().filter(|(name, _)| name.starts_with(prefix));
        Ok(listed.map(|(name, record)| (name.to_string(), record.bytes.clone())).collect())
    }
}

/// The records, and in which order they go: attempts apart from responses, since only the latter make room.
#[derive(Default)]
struct Shelf {
    records: HashMap<Arc<str>, Kept>,
    attempts: BTreeSet<(u64, Arc<str>)>,
    responses: BTreeSet<(u64, Arc<str>)>,
}

struct Kept {
    bytes: Vec<u8>,
    expires_at_ms: u64,
}

impl Shelf {
    fn put(&mut self, name: &str, bytes: Vec<u8>, expires_at_ms: u64) {
        self.remove(name);
        let name: Arc<str> = name.into();
        self.order(&bytes).insert((expires_at_ms, name.clone()));
        self.records.insert(name, Kept { bytes, expires_at_ms });
    }

    fn remove(&mut self, name: &str) {
        if let Some((name, kept)) = self.records.remove_entry(name) {
            self.order(&kept.bytes).remove(&(kept.expires_at_ms, name));
        }
    }

    /// Forgets what has expired.
    fn sweep(&mut self, now_ms: u64) {
        for order in [&mut self.attempts, &mut self.responses] {
            while order.first().is_some_and(|(expires_at_ms, _)| *expires_at_ms <= now_ms) {
                if let Some((_, name)) = order.pop_first() {
                    self.records.remove(&name);
                }
            }
        }
    }

    fn make_room(&mut self, name: &str, max_entries: usize) -> Result<(), MemoryStoreError> {
        if self.records.len() < max_entries || self.records.contains_key(name) {
            return Ok(());
        }
        let (_, first) = self.responses.pop_first().ok_or(MemoryStoreError::Full)?;
        self.records.remove(&first);
        Ok(())
    }

    fn order(&mut self, bytes: &[u8]) -> &mut BTreeSet<(u64, Arc<str>)> {
        if is_completed(bytes) { &mut self.responses } else { &mut self.attempts }
    }
}
