//! The state machine: what a command makes of a record. Pure: the record, the command and the time come in, a reply and a
//! change go out. Every store runs it where nothing can come between reading and writing.

use super::fingerprint::Fingerprint;
use super::record::{Record, Status};
use super::response::CachedResponse;
use super::token::{FencedOutcome, FencingToken, Rejection};

/// What is asked of a key. Durations in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hold the key, if nobody does.
    Claim {
        /// The request.
        fingerprint: Fingerprint,
        /// How long.
        lease_ms: u64,
        /// How much longer the record stays.
        keep_ms: u64,
        /// Random bits for the token.
        nonce: u64,
        /// Leave an attempt that lapsed as it is.
        refuses_lapsed: bool,
        /// Take over from a holder whose lease has not ended: it is known to be dead.
        ignores_lease: bool,
        /// A note for whoever takes over. A record that is taken over keeps its own until it is touched: what the dead holder
        /// did must not be forgotten before its successor has done anything.
        memo: Vec<u8>,
    },
    /// Store the response.
    Complete {
        /// The claim.
        token: FencingToken,
        /// The request.
        fingerprint: Fingerprint,
        /// What retries will get.
        response: CachedResponse,
        /// For how long.
        replay_ms: u64,
    },
    /// Hold the key this long from now.
    Touch {
        /// The claim.
        token: FencingToken,
        /// How long.
        lease_ms: u64,
        /// Another note, if it changes.
        memo: Option<Vec<u8>>,
    },
    /// Forget the claim, or the response that it stored.
    Release {
        /// The claim.
        token: FencingToken,
    },
    /// Forget the key, whoever holds it.
    Purge,
    /// Look.
    Get,
}

impl Command {
    /// The name of the store's operation, as spans have it.
    pub const fn name(&self) -> &'static str {
        match self {
            Command::Claim { .. } => "try_insert",
            Command::Complete { .. } => "complete",
            Command::Touch { .. } => "touch",
            Command::Release { .. } => "remove",
            Command::Purge => "purge",
            Command::Get => "get",
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The key is held by this token.
    Claimed {
        /// The new token.
        token: FencingToken,
        /// The record of the attempt that it was taken over from.
        lapsed: Option<Record>,
    },
    /// Somebody was here before.
    Exists(Record),
    /// What became of a command with a token.
    Fenced(FencedOutcome),
    /// The key is free.
    Purged,
    /// What there is.
    Found(Option<Record>),
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<R = Record> {
    /// Nothing.
    Keep,
    /// This, until [`Record::expires_at_ms`].
    Put(R),
    /// Forget the key.
    Delete,
}

/// What `command` makes of `record` at `now_ms`, in milliseconds of the store's clock.
///
/// ```
/// use shardd_wasm::idempotency::step::{Change, Command, Reply, step};
/// use shardd_wasm::idempotency::Fingerprint;
///
/// let claim = Command::Claim {
///     fingerprint: Fingerprint::new(1), lease_ms: 5_000, keep_ms: 0, nonce: 7, refuses_lapsed: false,
///     ignores_lease: false, memo: vec![],
/// };
/// let (Reply::Claimed { token, .. }, Change::Put(record)) = step(None, claim.clone(), 1_000) else { panic!() };
/// assert_eq!((record.token, record.lease_until_ms), (token, 6_000));
/// assert!(matches!(step(Some(record.clone()), claim.clone(), 5_999), (Reply::Exists(_), Change::Keep)));
/// assert!(matches!(step(Some(record), claim, 6_000), (Reply::Claimed { .. }, Change::Put(_))));
/// ```
// By value: copies of responses and notes would be a quarter of what the client ships of this.
pub fn step(record: Option<Record>, command: Command, now_ms: u64) -> (Reply, Change) {
    let live = record.filter(|record| record.is_live(now_ms));
    match command {
        Command::Claim { fingerprint, lease_ms, keep_ms, nonce, refuses_lapsed, ignores_lease, memo } => {
            let token = match &live {
                None => FencingToken::issue(now_ms, nonce),
                Some(record) => record.token.next(now_ms, nonce),
            };
            let lapsed = match live {
                Some(record)
                    if refuses_lapsed
                        || record.fingerprint != fingerprint
                        || match record.status(now_ms) {
                            Status::Lapsed => false,
                            Status::Processing => !ignores_lease,
                            Status::Completed => true,
                        } =>
                {
                    return (Reply::Exists(record), Change::Keep);
                }
                lapsed => lapsed,
            };
            let lease_until_ms = now_ms.saturating_add(lease_ms);
            let claimed = Record {
                fingerprint,
                token,
                ttl_ms: lease_ms,
                lease_until_ms,
                keep_ms,
                expires_at_ms: lease_until_ms.saturating_add(keep_ms),
                memo: lapsed.as_ref().map_or(memo, |record| record.memo.clone()),
                response: None,
            };
            (Reply::Claimed { token, lapsed }, Change::Put(claimed))
        }
        Command::Complete { token, fingerprint, response, replay_ms } => {
            let mut record = match unfinished(live, token) {
                Ok(record) => record,
                Err(rejection) => return rejected(rejection),
            };
            if record.fingerprint != fingerprint {
                return rejected(Rejection::FingerprintMismatch);
            }
            record.ttl_ms = replay_ms;
            record.expires_at_ms = now_ms.saturating_add(replay_ms);
            record.memo = Vec::new();
            record.response = Some(response);
            applied(Change::Put(record))
        }
        Command::Touch { token, lease_ms, memo } => {
            let mut record = match unfinished(live, token) {
                Ok(record) => record,
                Err(rejection) => return rejected(rejection),
            };
            record.lease_until_ms = now_ms.saturating_add(lease_ms);
            record.expires_at_ms = record.lease_until_ms.saturating_add(record.keep_ms);
            record.memo = memo.unwrap_or(record.memo);
            applied(Change::Put(record))
        }
        Command::Release { token } => match held(live, token) {
            Ok(_) => applied(Change::Delete),
            Err(rejection) => rejected(rejection),
        },
        Command::Purge => (Reply::Purged, Change::Delete),
        Command::Get => (Reply::Found(live), Change::Keep),
    }
}

/// The live record of this claim. A lease that lapsed takes nothing from its holder as long as nobody took over.
fn held(live: Option<Record>, token: FencingToken) -> Result<Record, Rejection> {
    match live {
        None => Err(Rejection::KeyExpired),
        Some(record) if record.token != token => Err(Rejection::FencingMismatch),
        Some(record) => Ok(record),
    }
}

/// The same, if it was not completed before.
fn unfinished(live: Option<Record>, token: FencingToken) -> Result<Record, Rejection> {
    let record = held(live, token)?;
    if record.response.is_some() { Err(Rejection::KeyExpired) } else { Ok(record) }
}

const fn applied(change: Change) -> (Reply, Change) {
    (Reply::Fenced(FencedOutcome::Applied), change)
}

const fn rejected(rejection: Rejection) -> (Reply, Change) {
    (Reply::Fenced(FencedOutcome::Rejected(rejection)), Change::Keep)
}
