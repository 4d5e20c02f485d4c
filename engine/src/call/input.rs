//! What a call is told.

use crate::edge::Health;
use crate::edge_ids::EdgeId;
use crate::lease::Version;
use crate::principal::Principal;
use crate::verdict::Ending;

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The call begins.
    Begin,
    /// Time passed.
    Tick,
    /// The probe with this number ended; `None` when it failed.
    Probe(u32, Option<Health>),
    /// The attempt ended.
    Ended(Ended<'a>),
    /// What [`Action::AskKey`](super::Action::AskKey) asked for: whose the key is, or that nobody gave one.
    Key(Option<&'a Principal>),
    /// What became of [`Action::Claim`](super::Action::Claim).
    Claimed(Claimed),
    /// What became of [`Action::Touch`](super::Action::Touch).
    Touched(Touched),
    /// What [`Action::Close`](super::Action::Close) came to: whether it is written down.
    Closed(bool),
    /// The caller gave up.
    Abort,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// What the policy goes by.
    pub ending: Ending<'a>,
    /// Its `Retry-After` in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// It is an answer that does not show the event yet which the account is read after.
    pub is_behind: bool,
    /// The ledger had the write already.
    pub is_replay: bool,
    /// It refuses a deletion, since the bucket was deleted before.
    pub is_deleted: bool,
    /// How many bytes its answer has, where other calls of this write may be given it.
    pub shareable_bytes: Option<usize>,
}

/// What a claim came to.
#[derive(Clone, Copy, Debug)]
pub enum Claimed {
    /// The record is this call's, under `token`; with the last copy of what an earlier holder left unfinished.
    Held {
        /// Drawn for this claim.
        token: u64,
        /// What was left, where anything was.
        left: Option<Left>,
    },
    /// Another call is at it, or was until a moment ago.
    Busy(Version),
    /// The write was done before; the answer is in the record.
    Done,
    /// The nonce belongs to another request.
    Conflict,
    /// There is nothing to resume any more.
    Gone,
    /// The store failed, or took too long.
    Failed {
        /// Whether the record may be there all the same, and be resumed.
        may_be_written: bool,
    },
    /// What is there is not ours to read.
    Corrupt,
}

/// What an earlier holder left unfinished.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    /// The edge of its last copy; `None` where no copy was about to leave.
    pub edge: Option<EdgeId>,
    /// Under which the holder that sent that copy held the record.
    pub token: u64,
    /// Edges answered probes in that holder's process.
    pub hears: bool,
}

/// What a touch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The record is still this call's.
    Held,
    /// Somebody else has taken over.
    Lost,
    /// The store failed, or took too long.
    Failed,
    /// What is there is not ours to read.
    Corrupt,
}
