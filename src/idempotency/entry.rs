//! What a store keeps under a key, typed by its state: an entry is completed once, or the program does not compile.

use std::time::Duration;

use super::fingerprint::Fingerprint;
use super::response::CachedResponse;
use super::token::FencingToken;

/// An attempt, in one of its states.
///
/// ```
/// use shardd_wasm::idempotency::{CachedResponse, Fingerprint, IdempotencyEntry};
///
/// let entry = IdempotencyEntry::new(Fingerprint::new(1));
/// let completed = entry.complete(CachedResponse::from("done"));
/// assert_eq!(completed.response().body, b"done");
/// ```
///
/// Completing twice does not compile:
///
/// ```compile_fail,E0382
/// use shardd_wasm::idempotency::{CachedResponse, Fingerprint, IdempotencyEntry};
///
/// let entry = IdempotencyEntry::new(Fingerprint::new(1));
/// let completed = entry.complete(CachedResponse::from("done"));
/// let again = entry.complete(CachedResponse::from("done"));
/// ```
///
/// Nor does completing what is complete:
///
/// ```compile_fail,E0599
/// use shardd_wasm::idempotency::{CachedResponse, Fingerprint, IdempotencyEntry};
///
/// let completed = IdempotencyEntry::new(Fingerprint::new(1)).complete(CachedResponse::from("done"));
/// let again = completed.complete(CachedResponse::from("done"));
/// ```
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IdempotencyEntry<State: EntryState> {
    /// The request that the key stands for.
    pub fingerprint: Fingerprint,
    /// How long the state lasts: an attempt's lease, or how long a response is replayed.
    pub ttl: Duration,
    state: State,
}

/// The attempt holds its key.
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Processing {
    keep: Duration,
    refuses_lapsed: bool,
    remaining: Option<Duration>,
    lapsed: Option<FencingToken>,
}

/// The attempt has ended, and this is its response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Completed {
    response: CachedResponse,
}

/// The attempt's lease ended, and nobody knows what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lapsed {
    fencing_token: FencingToken,
}

/// The states of an entry; there are no others.
pub trait EntryState: sealed::Sealed {}

impl EntryState for Processing {}
impl EntryState for Completed {}
impl EntryState for Lapsed {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Processing {}
    impl Sealed for super::Completed {}
    impl Sealed for super::Lapsed {}
}

impl IdempotencyEntry<Processing> {
    /// How long an attempt holds its key unless it says otherwise or renews its lease: 30 seconds.
    pub const LEASE: Duration = Duration::from_secs(30);
    /// How long a response is replayed unless its attempt says otherwise: 24 hours.
    pub const REPLAY: Duration = Duration::from_secs(24 * 3600);

    /// An attempt at this request, with the usual lease.
    pub const fn new(fingerprint: Fingerprint) -> Self {
        let state = Processing { keep: Duration::ZERO, refuses_lapsed: false, remaining: None, lapsed: None };
        Self { fingerprint, ttl: Self::LEASE, state }
    }

    /// With another lease. If the attempt neither completes nor renews it in time, the key is free for others.
    #[must_use]
    pub const fn with_lease(mut self, lease: Duration) -> Self {
        self.ttl = lease;
        self
    }

    /// The record outlives its lease by this much. Then whoever comes next learns that an attempt was made, of what request,
    /// and draws the next token. (Stores that only know expiry forget it with the lease: see
    /// [`keeps_lapsed`](super::IdempotencyStore::keeps_lapsed).)
    #[must_use]
    pub const fn with_keep(mut self, keep: Duration) -> Self {
        self.state.keep = keep;
        self
    }

    /// Does not take the key over from an attempt whose lease lapsed: the claim finds [`ExistingEntry::Lapsed`] instead.
    #[must_use]
    pub const fn refusing_lapsed(mut self) -> Self {
        self.state.refuses_lapsed = true;
        self
    }

    /// Of an entry found in a store: how much of its lease is left.
    #[must_use]
    pub const fn with_remaining(mut self, remaining: Duration) -> Self {
        self.state.remaining = Some(remaining);
        self
    }

    /// Of a claim: it took over from the holder of this token, whose lease lapsed.
    #[must_use]
    pub const fn with_lapsed(mut self, lapsed: Option<FencingToken>) -> Self {
        self.state.lapsed = lapsed;
        self
    }

    /// How long the record outlives its lease.
    pub const fn keep(&self) -> Duration {
        self.state.keep
    }

    /// Whether the claim leaves a lapsed attempt alone.
    pub const fn refuses_lapsed(&self) -> bool {
        self.state.refuses_lapsed
    }

    /// How much of the lease is left, as far as the store said; else all of it.
    pub fn remaining(&self) -> Duration {
        self.state.remaining.unwrap_or(self.ttl)
    }

    /// Whom this claim took the key over from, if a lease had lapsed and the store remembers it.
    pub const fn lapsed(&self) -> Option<FencingToken> {
        self.state.lapsed
    }

    /// The same attempt, ended: its response is replayed for the usual time.
    pub fn complete(self, response: CachedResponse) -> IdempotencyEntry<Completed> {
        self.complete_for(response, Self::REPLAY)
    }

    /// The same attempt, ended: its response is replayed for `replay`.
    pub fn complete_for(self, response: CachedResponse, replay: Duration) -> IdempotencyEntry<Completed> {
        IdempotencyEntry { fingerprint: self.fingerprint, ttl: replay, state: Completed { response } }
    }

    /// The same attempt, lapsed.
    pub fn lapse(self, fencing_token: FencingToken) -> IdempotencyEntry<Lapsed> {
        IdempotencyEntry { fingerprint: self.fingerprint, ttl: self.ttl, state: Lapsed { fencing_token } }
    }
}

impl IdempotencyEntry<Completed> {
    /// The response.
    pub const fn response(&self) -> &CachedResponse {
        &self.state.response
    }

    /// The response alone.
    pub fn into_response(self) -> CachedResponse {
        self.state.response
    }
}

impl IdempotencyEntry<Lapsed> {
    /// The token of the attempt that lapsed.
    pub const fn fencing_token(&self) -> FencingToken {
        self.state.fencing_token
    }
}

impl<State: EntryState> IdempotencyEntry<State> {
    /// Whether the entry is of this request.
    pub fn fingerprint_matches(&self, fingerprint: Fingerprint) -> bool {
        self.fingerprint == fingerprint
    }
}

/// What a claim found under its key.
#[derive(Debug, PartialEq, Eq)]
pub enum ExistingEntry {
    /// An attempt in flight.
    Processing(IdempotencyEntry<Processing>),
    /// A finished attempt.
    Completed(IdempotencyEntry<Completed>),
    /// An attempt whose lease lapsed, and the claim was not to take over.
    Lapsed(IdempotencyEntry<Lapsed>),
}

/// What a retry is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayOutcome {
    /// The response of the same request.
    Replayed(CachedResponse),
    /// The same request is being worked on.
    InFlight {
        /// When its lease ends, unless it is renewed.
        retry_after: Duration,
    },
    /// The key stands for another request.
    FingerprintMismatch,
    /// The same request was begun, and nobody knows how it ended.
    Uncertain {
        /// The token of that attempt.
        fencing_token: FencingToken,
    },
}

impl ExistingEntry {
    /// The request that it stands for.
    pub const fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Processing(entry) => entry.fingerprint,
            Self::Completed(entry) => entry.fingerprint,
            Self::Lapsed(entry) => entry.fingerprint,
        }
    }

    /// The answer to a retry of the request with this fingerprint.
    ///
    /// ```
    /// use shardd_wasm::idempotency::{ExistingEntry, Fingerprint, IdempotencyEntry, ReplayOutcome};
    ///
    /// let entry = IdempotencyEntry::new(Fingerprint::new(1));
    /// let retry_after = entry.remaining();
    /// assert_eq!(
    ///     ExistingEntry::Processing(entry).replay(Fingerprint::new(1)),
    ///     ReplayOutcome::InFlight { retry_after },
    /// );
    /// ```
    pub fn replay(self, fingerprint: Fingerprint) -> ReplayOutcome {
        if self.fingerprint() != fingerprint {
            return ReplayOutcome::FingerprintMismatch;
        }
        match self {
            Self::Processing(entry) => ReplayOutcome::InFlight { retry_after: entry.remaining() },
            Self::Completed(entry) => ReplayOutcome::Replayed(entry.into_response()),
            Self::Lapsed(entry) => ReplayOutcome::Uncertain { fencing_token: entry.fencing_token() },
        }
    }
}
