//! The records of a client's writes: claimed before the first copy leaves, touched before each, completed with the answer.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::note::Note;
use super::record::{PREFIX, RecordedAnswer, Records, prefix};
use super::step::{Claim, Command, Reply};
use super::store::{Hold, Row, Store, StoreError, update};
use super::visit::{Visit, kept, written};
use crate::engine::{Ledger, StoreFailure, Version};
use crate::idempotency::codec::CorruptRecord;
use crate::platform::{LocalFuture, Platform};

/// The records of a client's writes.
#[derive(Clone)]
pub(crate) struct Journal {
    pub(crate) store: Rc<dyn Store>,
    pub(crate) ledger: Rc<Ledger>,
    pub(crate) failure: StoreFailure,
    pub(crate) timeout_ms: u64,
}

/// A claimed record.
pub(crate) struct Held {
    /// Under which it lies.
    pub(crate) name: Rc<str>,
    pub(crate) token: u64,
    /// Lets go of the record's lock when dropped, where the store has locks.
    _hold: Hold,
}

/// What claiming came to.
pub(crate) enum Claimed {
    /// The record is the caller's; with what an earlier holder left unfinished.
    Held(Held, Option<Note>),
    /// The store's word.
    Not(Reply),
}

/// Why a record could not be had.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The store failed, or took too long.
    Store {
        /// Why.
        error: StoreError,
        /// Whether the record may be there all the same, and be resumed.
        recorded: bool,
    },
    /// What is there is not ours to read.
    Corrupt,
}

type Recorded<T> = LocalFuture<Result<T, Trouble>>;

impl Journal {
    /// Claims the record of a write under its `name`, waiting for the store no longer than `limit_ms`; see [`Claim`].
    pub(crate) fn claim(
        &self,
        platform: &Rc<dyn Platform>,
        name: &Rc<str>,
        note: &Note,
        watched: Option<Version>,
        resumes: bool,
        limit_ms: u64,
    ) -> Recorded<Claimed> {
        let (store, ledger) = (self.store.clone(), self.ledger.clone());
        let name = name.clone();
        let token = platform
            .random()
            .map_or(0, |[a, b, c, d, e, f, g, h, ..]| u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        let note = note.clone();
        bounded(platform, limit_ms, move |changes| async move {
            let hold = store.hold(&name).await.map_err(unrecorded)?;
            let is_locked = matches!(hold, Hold::Mine(_));
            let claim = Claim { note, token, watched, is_locked, resumes };
            match run(&*store, &name, ledger, changes, Command::Claim(claim)).await? {
                Reply::Claimed(left) => Ok(Claimed::Held(Held { name, token, _hold: hold }, left)),
                reply => Ok(Claimed::Not(reply)),
            }
        })
    }

    /// The record is still the caller's; with another note where it changes. `false` where somebody has taken over.
    pub(crate) fn touch(
        &self,
        platform: &Rc<dyn Platform>,
        held: &Held,
        note: Option<&Note>,
    ) -> Recorded<bool> {
        self.fenced(platform, held, Command::Touch { token: held.token, note: note.cloned() })
    }

    /// Stores the answer.
    pub(crate) fn complete(
        &self,
        platform: &Rc<dyn Platform>,
        held: &Held,
        answer: RecordedAnswer,
    ) -> Recorded<bool> {
        self.fenced(platform, held, Command::Complete { token: held.token, answer })
    }

    /// Forgets a write that was proven not to have happened.
    pub(crate) fn free(&self, platform: &Rc<dyn Platform>, held: &Held) -> Recorded<bool> {
        self.fenced(platform, held, Command::Free { token: held.token })
    }

    /// Leaves a write of which nobody knows whether it happened to whoever resumes it, at once: its call has ended.
    pub(crate) fn leave(&self, platform: &Rc<dyn Platform>, held: &Held) -> Recorded<bool> {
        self.fenced(platform, held, Command::Leave { token: held.token })
    }

    fn fenced(&self, platform: &Rc<dyn Platform>, held: &Held, command: Command) -> Recorded<bool> {
        let (store, name, ledger) = (self.store.clone(), held.name.clone(), self.ledger.clone());
        bounded(platform, self.timeout_ms, move |changes| async move {
            Ok(run(&*store, &name, ledger, changes, command).await? == Reply::Applied)
        })
    }

    /// The names and records of an owner's writes for this ledger.
    pub(crate) fn list(
        &self,
        platform: &Rc<dyn Platform>,
        scope: &str,
    ) -> Recorded<Vec<(String, super::WriteRecord)>> {
        let (store, ledger, prefix) = (self.store.clone(), self.ledger.clone(), prefix(scope));
        bounded(platform, self.timeout_ms, move |_| async move {
            let rows = store.list(&prefix).await.map_err(unrecorded)?;
            // What is no record of ours is left alone, like any other program's.
            let record = |(name, bytes): Row| {
                let records = Records::decode(&bytes).ok().filter(|_| name.starts_with(PREFIX))?;
                Some((name, records.of(&ledger)?.clone()))
            };
            Ok(rows.into_iter().filter_map(record).collect())
        })
    }

    /// Whether another call holds the record's lock; `None` where the store has no locks, or does not say.
    pub(crate) async fn is_locked(&self, platform: &Rc<dyn Platform>, name: &str) -> Option<bool> {
        let (store, name) = (self.store.clone(), name.to_owned());
        let held = bounded(platform, self.timeout_ms, move |_| async move {
            store.hold(&name).await.map_err(unrecorded)
        });
        match held.await.ok()? {
            Hold::Mine(_) => Some(false),
            Hold::Others => Some(true),
            Hold::Unknown => None,
        }
    }

    /// Takes the record of this ledger away, if `condition` holds of it.
    pub(crate) fn remove(
        &self,
        platform: &Rc<dyn Platform>,
        name: &str,
        condition: impl Fn(&super::WriteRecord) -> bool + 'static,
    ) -> Recorded<bool> {
        let (store, ledger, name) = (self.store.clone(), self.ledger.clone(), name.to_owned());
        bounded(platform, self.timeout_ms, move |changes| async move {
            let step = move |bytes: Option<&[u8]>, _| {
                let mut records = bytes.and_then(|bytes| Records::decode(bytes).ok()).unwrap_or_default();
                if !records.of(&ledger).is_some_and(&condition) {
                    return kept(false);
                }
                records.replace(&ledger, None);
                written(&records, true)
            };
            let done = update(&*store, &name, changes.clone(), step).await;
            done.map_err(|error| Trouble::Store { error, recorded: changes.get() })
        })
    }
}

/// The store failed at a question that changes nothing.
fn unrecorded(error: StoreError) -> Trouble {
    Trouble::Store { error, recorded: false }
}

/// No store is waited for longer than its time. What it was told to write by then it may still write.
fn bounded<T: 'static, F: Future<Output = Result<T, Trouble>> + 'static>(
    platform: &Rc<dyn Platform>,
    limit_ms: u64,
    work: impl FnOnce(Rc<Cell<bool>>) -> F,
) -> Recorded<T> {
    let changes: Rc<Cell<bool>> = Rc::default();
    let mut work: Recorded<T> = Box::pin(work(changes.clone()));
    let mut late = platform.sleep(limit_ms);
    Box::pin(poll_fn(move |context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let recorded = changes.get();
        late.as_mut().poll(context).map(|()| Err(Trouble::Store { error: StoreError::default(), recorded }))
    }))
}

/// Takes one step at the record of `ledger`.
async fn run(
    store: &dyn Store,
    name: &str,
    ledger: Rc<Ledger>,
    changes: Rc<Cell<bool>>,
    command: Command,
) -> Result<Reply, Trouble> {
    let mut visit = Visit::new(ledger, command);
    let take = move |bytes: Option<&[u8]>, now_unix_ms| visit.step(bytes, now_unix_ms);
    let reply = update(store, name, changes.clone(), take).await.map_err(|error| {
        let recorded = changes.get() && !error.is_unwritten;
        Trouble::Store { error, recorded }
    })?;
    reply.map_err(|CorruptRecord| Trouble::Corrupt)
}
