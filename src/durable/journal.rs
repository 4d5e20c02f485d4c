//! The records of writes: claimed before the first copy leaves, touched before each, completed with the answer.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::note::Note;
use super::store::{Hold, Store, StoreError, update};
use crate::idempotency::codec::{CorruptRecord, own};
use crate::idempotency::step::{Change, Command, Reply};
use crate::idempotency::{
    CachedResponse, FencedOutcome, FencingToken, Fingerprint, Metadata, Record, Rejection, Update, step_bytes,
};
use crate::platform::{LocalFuture, Platform};

/// Names begin with this.
pub const PREFIX: &str = "shardd:";
/// How long a claim lasts.
const LEASE_MS: u64 = 5_000;
/// A claim is renewed so often.
pub(crate) const RENEW_MS: u64 = 2_000;
/// How long an unfinished write is remembered.
const KEEP_MS: u64 = 30 * 24 * 3_600_000;
/// How long an answer is replayed.
const REPLAY_MS: u64 = 24 * 3_600_000;

/// What to do when the store cannot be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreFailure {
    /// The write is not sent.
    #[default]
    Closed,
    /// It is sent without a record, and an event says so.
    Open,
}

/// The records of a client's writes.
#[derive(Clone)]
pub(crate) struct Journal {
    pub(crate) store: Rc<dyn Store>,
    pub(crate) failure: StoreFailure,
    pub(crate) timeout_ms: u64,
}

/// A claimed record.
pub(crate) struct Held {
    pub(crate) token: FencingToken,
    /// What an earlier attempt, now dead, left behind.
    pub(crate) left: Option<Note>,
    /// Proof that nobody else is at it, where the store has such a thing.
    hold: Hold,
}

/// What claiming came to.
pub(crate) enum Claim {
    /// It is ours.
    Held(Held),
    /// Somebody else is at it, or was until a moment ago.
    Busy,
    /// It was done before.
    Done(CachedResponse),
    /// The nonce belongs to another request.
    Conflict,
    /// There is nothing to resume any more.
    Gone,
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

impl Held {
    /// Whether it is proven that whoever held it before is dead.
    pub(crate) fn is_proof(&self) -> bool {
        matches!(self.hold, Hold::Mine(_))
    }
}

impl Journal {
    /// Claims the record of a write; who `resumes` makes none where there is none.
    pub(crate) fn claim(&self, platform: &Rc<dyn Platform>, note: &Note, resumes: bool) -> Recorded<Claim> {
        let (store, name) = (self.store.clone(), name(&note.nonce));
        let fingerprint = fingerprint(&note.fingerprint);
        let random = platform
            .random()
            .map_or(0, |[a, b, c, d, e, f, g, h, ..]| u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        let memo = note.encode();
        self.bounded(platform, move |changes| async move {
            let unheld = |error| Trouble::Store { error, recorded: false };
            let hold = store.hold(&name).await.map_err(unheld)?;
            if matches!(hold, Hold::Others) {
                // Alive, or done: only a look tells.
                let Reply::Found(found) = run(&*store, &name, changes, Command::Get).await? else {
                    return Ok(Claim::Busy);
                };
                let none = if resumes { Claim::Gone } else { Claim::Busy };
                return Ok(found.map_or(none, |record| existing(record, fingerprint)));
            }
            let command = Command::Claim {
                fingerprint,
                lease_ms: LEASE_MS,
                keep_ms: KEEP_MS,
                nonce: random,
                refuses_lapsed: false,
                ignores_lease: matches!(hold, Hold::Mine(_)),
                memo,
            };
            match claim(&*store, &name, changes, command, resumes).await? {
                Reply::Found(_) => Ok(Claim::Gone),
                Reply::Claimed { token, lapsed } => {
                    let left = lapsed.map(|record| Note::decode(&record.memo)).transpose();
                    Ok(Claim::Held(Held {
                        token,
                        left: left.map_err(|CorruptRecord| Trouble::Corrupt)?,
                        hold,
                    }))
                }
                Reply::Exists(record) => Ok(existing(record, fingerprint)),
                _ => Err(Trouble::Corrupt),
            }
        })
    }

    /// Renews the claim, with another note where it changes. `false` where somebody has taken over.
    pub(crate) fn touch(
        &self,
        platform: &Rc<dyn Platform>,
        nonce: &str,
        token: FencingToken,
        note: Option<&Note>,
    ) -> Recorded<bool> {
        let command = Command::Touch { token, lease_ms: LEASE_MS, memo: note.map(Note::encode) };
        self.fenced(platform, nonce, command)
    }

    /// Stores the answer.
    pub(crate) fn complete(
        &self,
        platform: &Rc<dyn Platform>,
        note: &Note,
        token: FencingToken,
        edge: &str,
        (status, body): (u16, Vec<u8>),
    ) -> Recorded<bool> {
        let metadata = Metadata::from_iter([("edge", edge.as_bytes())]);
        let response = CachedResponse::new(status, metadata, body);
        let fingerprint = fingerprint(&note.fingerprint);
        let command = Command::Complete { token, fingerprint, response, replay_ms: REPLAY_MS };
        self.fenced(platform, &note.nonce, command)
    }

    /// Forgets a write that was proven not to have happened.
    pub(crate) fn release(
        &self,
        platform: &Rc<dyn Platform>,
        nonce: &str,
        token: FencingToken,
    ) -> Recorded<bool> {
        self.fenced(platform, nonce, Command::Release { token })
    }

    /// Leaves a write of which nobody knows whether it happened to whoever resumes it, at once.
    pub(crate) fn leave(
        &self,
        platform: &Rc<dyn Platform>,
        nonce: &str,
        token: FencingToken,
    ) -> Recorded<bool> {
        self.fenced(platform, nonce, Command::Touch { token, lease_ms: 0, memo: None })
    }

    fn fenced(&self, platform: &Rc<dyn Platform>, nonce: &str, command: Command) -> Recorded<bool> {
        let (store, name) = (self.store.clone(), name(nonce));
        self.bounded(platform, move |changes| async move {
            let reply = run(&*store, &name, changes, command).await?;
            Ok(reply == Reply::Fenced(FencedOutcome::Applied))
        })
    }

    /// No store is waited for longer than its time. What it was told to write by then it may still write.
    fn bounded<T: 'static, F: Future<Output = Result<T, Trouble>> + 'static>(
        &self,
        platform: &Rc<dyn Platform>,
        work: impl FnOnce(Rc<Cell<bool>>) -> F,
    ) -> Recorded<T> {
        let changes: Rc<Cell<bool>> = Rc::default();
        let mut work: Recorded<T> = Box::pin(work(changes.clone()));
        let mut late = platform.sleep(self.timeout_ms);
        Box::pin(poll_fn(move |context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            let recorded = changes.get();
            late.as_mut()
                .poll(context)
                .map(|()| Err(Trouble::Store { error: StoreError::default(), recorded }))
        }))
    }
}

/// The name of a write's record.
pub(crate) fn name(nonce: &str) -> String {
    [PREFIX, nonce].concat()
}

async fn run(
    store: &dyn Store,
    name: &str,
    changes: Rc<Cell<bool>>,
    command: Command,
) -> Result<Reply, Trouble> {
    let ends = matches!(command, Command::Complete { .. } | Command::Release { .. });
    let mut said_applied = false;
    let step = move |bytes: Option<&[u8]>, now_ms| {
        let mut update = step_bytes(bytes, &command, now_ms);
        let Ok((Reply::Fenced(outcome), _)) = &mut update.reply else { return update };
        match outcome {
            FencedOutcome::Applied => said_applied = true,
            // Called again after all that was written: it did end the claim.
            FencedOutcome::Rejected(Rejection::KeyExpired) if ends && said_applied => {
                *outcome = FencedOutcome::Applied;
            }
            FencedOutcome::Rejected(_) => {}
        }
        update
    };
    replied(update(store, name, changes.clone(), step).await, &changes)
}

/// Who `resumes` is told where there is nothing any more. A store that thinks that it lost a race, and calls again, may have won
/// it: the claim that is there then is known by its token.
async fn claim(
    store: &dyn Store,
    name: &str,
    changes: Rc<Cell<bool>>,
    command: Command,
    resumes: bool,
) -> Result<Reply, Trouble> {
    let mut claimed: Option<(FencingToken, Option<Record>)> = None;
    let step = move |bytes: Option<&[u8]>, now_ms| {
        let left = bytes.and_then(|bytes| own::decode(bytes).ok()).filter(|record| record.is_live(now_ms));
        match (left, &claimed) {
            (Some(left), Some((token, lapsed))) if left.token == *token => {
                let reply = Reply::Claimed { token: *token, lapsed: lapsed.clone() };
                let change = Change::Put(own::encode(&left));
                return Update { reply: Ok((reply, now_ms)), change, expires_at_ms: left.expires_at_ms };
            }
            (None, _) if resumes => {
                let reply = Ok((Reply::Found(None), now_ms));
                return Update { reply, change: Change::Keep, expires_at_ms: 0 };
            }
            _ => {}
        }
        let update = step_bytes(bytes, &command, now_ms);
        if let Ok((Reply::Claimed { token, lapsed }, _)) = &update.reply {
            claimed = Some((*token, lapsed.clone()));
        }
        update
    };
    replied(update(store, name, changes.clone(), step).await, &changes)
}

fn replied(
    updated: Result<Result<(Reply, u64), CorruptRecord>, StoreError>,
    changes: &Cell<bool>,
) -> Result<Reply, Trouble> {
    let reply = updated.map_err(|error| {
        let recorded = changes.get() && !error.is_unwritten;
        Trouble::Store { error, recorded }
    })?;
    reply.map(|(reply, _)| reply).map_err(|CorruptRecord| Trouble::Corrupt)
}

fn existing(record: Record, asked: Fingerprint) -> Claim {
    match record.response {
        _ if record.fingerprint != asked => Claim::Conflict,
        Some(response) => Claim::Done(response),
        None => Claim::Busy,
    }
}

/// FNV-1a: the record is this client's own, and nobody gains by a collision of his own requests. (The idempotency part's
/// xxh3 would be two kilobytes more in every page.)
fn fingerprint(of: &str) -> Fingerprint {
    let basis = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let prime = 0x0000_0000_0100_0000_0000_0000_0000_013b_u128;
    let hash = of.bytes().fold(basis, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(prime));
    Fingerprint::new(hash)
}
