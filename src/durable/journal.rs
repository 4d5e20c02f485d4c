//! The records of a client's writes: claimed before the first copy leaves, touched before each, completed with the answer.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::note::{Note, Sent, Written};
use super::record::{PREFIX, RecordedAnswer, Records, WriteRecord, prefix};
use super::step::{Claim, Command, Leaving, Reply};
use super::store::{Hold, Row, Store, StoreError, update};
use super::visit::{Visit, kept, written};
use crate::engine::{EdgeIds, Ledger, Left, StoreFailure, Version};
use crate::idempotency::Update;
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
    Held(Held, Option<Unfinished>),
    /// Another call is at it, or was until a moment ago.
    Busy(Version),
    /// The write was done before.
    Done(RecordedAnswer),
    /// The nonce belongs to another request.
    Conflict,
    /// There is nothing to resume any more.
    Gone,
}

/// What an earlier holder left unfinished.
pub(crate) struct Unfinished {
    /// The body of its copies, where one was about to leave.
    pub(crate) body: Option<Rc<str>>,
    edge: Option<Rc<str>>,
    token: u64,
    hears: bool,
}

impl Unfinished {
    fn of(left: Written<'_>) -> Unfinished {
        Unfinished {
            body: left.copy.map(|_| left.body.into()),
            edge: left.copy.map(|copy| copy.edge.into()),
            token: left.copy.map_or(0, |copy| copy.token),
            hears: left.hears,
        }
    }

    /// What the engine is told of it. `ids` are the module's.
    pub(crate) fn told(&self, ids: &mut EdgeIds) -> Left {
        Left { edge: self.edge.as_ref().map(|edge| ids.of(edge)), token: self.token, hears: self.hears }
    }
}

/// A copy that is about to leave.
pub(crate) struct Departing {
    pub(crate) body: Rc<str>,
    pub(crate) edge: Rc<str>,
    pub(crate) at_unix_ms: u64,
    pub(crate) hears: bool,
}

/// A row that a store has listed.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    bytes: Vec<u8>,
    ledger: Rc<Ledger>,
}

impl Found {
    /// The record of the client's ledger; `None` for what is no record of ours.
    pub(crate) fn record(&self) -> Option<WriteRecord<'_>> {
        Records::decode(&self.bytes, &self.ledger).ok()?.mine
    }
}

/// What is wanted of a record that the caller has.
enum Wish {
    Touch(Option<Departing>),
    Complete(RecordedAnswer),
    Free,
    Leave,
}

impl Wish {
    fn command(&self, token: u64) -> Command<'_> {
        match self {
            Wish::Touch(departing) => {
                let leaving = departing.as_ref().map(|copy| Leaving {
                    body: &copy.body,
                    sent: Sent { edge: &copy.edge, at_unix_ms: copy.at_unix_ms, token },
                    hears: copy.hears,
                });
                Command::Touch { token, leaving }
            }
            Wish::Complete(answer) => Command::Complete { token, answer: answer.landed() },
            Wish::Free => Command::Free { token },
            Wish::Leave => Command::Leave { token },
        }
    }
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
            let mut visit = Visit::default();
            let claimed = take(&*store, &name, changes, move |bytes, now_unix_ms| {
                let claim = Claim { note: note.written(), token, watched, is_locked, resumes };
                let said = visit.step(&ledger, &Command::Claim(claim), bytes, now_unix_ms);
                owned(said, |reply| match reply {
                    Reply::Claimed(left) => Answered::Held(left.map(Unfinished::of)),
                    Reply::Busy(version) => Answered::Not(Claimed::Busy(version)),
                    Reply::Done(answer) => Answered::Not(Claimed::Done(answer.into())),
                    Reply::Conflict => Answered::Not(Claimed::Conflict),
                    Reply::Gone | Reply::Applied | Reply::Lost => Answered::Not(Claimed::Gone),
                })
            });
            Ok(match claimed.await? {
                Answered::Held(left) => Claimed::Held(Held { name, token, _hold: hold }, left),
                Answered::Not(claimed) => claimed,
            })
        })
    }

    /// The record is still the caller's; and a copy is about to leave, where one is given. `false` where somebody has taken over.
    pub(crate) fn touch(
        &self,
        platform: &Rc<dyn Platform>,
        held: &Held,
        departing: Option<Departing>,
    ) -> Recorded<bool> {
        self.fenced(platform, held, Wish::Touch(departing))
    }

    /// Stores the answer.
    pub(crate) fn complete(
        &self,
        platform: &Rc<dyn Platform>,
        held: &Held,
        answer: RecordedAnswer,
    ) -> Recorded<bool> {
        self.fenced(platform, held, Wish::Complete(answer))
    }

    /// Forgets a write that was proven not to have happened.
    pub(crate) fn free(&self, platform: &Rc<dyn Platform>, held: &Held) -> Recorded<bool> {
        self.fenced(platform, held, Wish::Free)
    }

    /// Leaves a write of which nobody knows whether it happened to whoever resumes it, at once: its call has ended.
    pub(crate) fn leave(&self, platform: &Rc<dyn Platform>, held: &Held) -> Recorded<bool> {
        self.fenced(platform, held, Wish::Leave)
    }

    fn fenced(&self, platform: &Rc<dyn Platform>, held: &Held, wish: Wish) -> Recorded<bool> {
        let (store, name, ledger) = (self.store.clone(), held.name.clone(), self.ledger.clone());
        let token = held.token;
        bounded(platform, self.timeout_ms, move |changes| async move {
            let mut visit = Visit::default();
            take(&*store, &name, changes, move |bytes, now_unix_ms| {
                let said = visit.step(&ledger, &wish.command(token), bytes, now_unix_ms);
                owned(said, |reply| matches!(reply, Reply::Applied))
            })
            .await
        })
    }

    /// An owner's writes for this ledger.
    pub(crate) fn list(&self, platform: &Rc<dyn Platform>, scope: &str) -> Recorded<Vec<Found>> {
        let (store, ledger, prefix) = (self.store.clone(), self.ledger.clone(), prefix(scope));
        bounded(platform, self.timeout_ms, move |_| async move {
            let rows = store.list(&prefix).await.map_err(unrecorded)?;
            let found = |(name, bytes): Row| Found { name, bytes, ledger: ledger.clone() };
            // What is no record of ours is left alone, like any other program's.
            let is_ours = |found: &Found| found.name.starts_with(PREFIX) && found.record().is_some();
            Ok(rows.into_iter().map(found).filter(is_ours).collect())
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
        condition: impl Fn(&WriteRecord<'_>) -> bool + 'static,
    ) -> Recorded<bool> {
        let (store, ledger, name) = (self.store.clone(), self.ledger.clone(), name.to_owned());
        bounded(platform, self.timeout_ms, move |changes| async move {
            let step = move |bytes: Option<&[u8]>, _| {
                let decoded = bytes.and_then(|bytes| Records::decode(bytes, &ledger).ok());
                let Some(mut records) =
                    decoded.filter(|records| records.mine.as_ref().is_some_and(&condition))
                else {
                    return kept(false);
                };
                records.mine = None;
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

/// What a claim is answered, before the holder is told of its lock.
enum Answered {
    Held(Option<Unfinished>),
    Not(Claimed),
}

/// A step's reply, as what outlives the bytes that it was read from.
fn owned<R>(
    said: Update<Result<Reply<'_>, CorruptRecord>>,
    own: impl FnOnce(Reply<'_>) -> R,
) -> Update<Result<R, CorruptRecord>> {
    Update { reply: said.reply.map(own), change: said.change, expires_at_ms: said.expires_at_ms }
}

/// Takes one step at a record.
async fn take<R: 'static>(
    store: &dyn Store,
    name: &str,
    changes: Rc<Cell<bool>>,
    step: impl FnMut(Option<&[u8]>, u64) -> Update<Result<R, CorruptRecord>> + 'static,
) -> Result<R, Trouble> {
    let reply = update(store, name, changes.clone(), step).await.map_err(|error| {
        let recorded = changes.get() && !error.is_unwritten;
        Trouble::Store { error, recorded }
    })?;
    reply.map_err(|CorruptRecord| Trouble::Corrupt)
}
