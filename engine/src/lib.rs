//! What to do next: the policy of the client as pure state machines. Time and randomness come in as
//! arguments; nothing here waits, sends, reads a clock or knows JSON.
//!
//! # Invariants
//!
//! 1. **One copy.** A copy of a write leaves only after a look at [`Writes`], and is entered there in the same step: no two
//!    copies of one nonce are ever in flight, from whatever calls and clients of one module.
//! 2. **The next copy.** After a copy that may have landed ([`Doubt`]), the next leaves no earlier than
//!    `max(sent + settle, heard + settle / 2)`, and only to an edge that answers a final round of probes.
//! 3. **One deadline.** Every call ends by its deadline; a wait that would pass it is not begun.
//! 4. **Rest.** An edge in cooldown gets no request while another is awake, but for the next copy of a write in doubt, the
//!    half-open trial, the win of a race that was begun when all rested, a call that leaves a silent edge for one that
//!    answered, and calls bound to it.
//! 5. **One owner.** Nothing that the table knows of a write reaches the call of another owner or another ledger.
//! 6. **Marks, not futures.** What calls share is plain data with an age limit ([`Shared`]): a call that is
//!    never polled again blocks no other for longer than that.
//!
//! A call ([`Call`]) is told what happened ([`Input`]) and says what to do ([`Action`]); the driver does it. What each end of an
//! attempt means is one table, [`VERDICTS`], which `docs/verdicts.md` shows.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod backoff;
mod call;
mod code;
mod doubt;
mod edge;
mod edge_ids;
mod edge_set;
mod edges;
mod event;
mod lease;
mod ledger;
mod policy;
mod principal;
mod ranking;
mod retry_after;
mod round;
mod suspicion;
mod verdict;
mod watch;
mod writes;

pub use backoff::backoff_ms;
pub use call::{
    Action, Call, Claimed, Close, End, Ended, Input, KeyNeed, Left, Orders, Outcome, Reason, Recording,
    Request, Shared, StoreFailure, Touched,
};
pub use code::Code;
pub use doubt::Doubt;
pub use edge::{Edge, EdgeState, Health, Heard};
pub use edge_ids::{EdgeId, EdgeIds};
pub use edge_set::{EDGES_MAX, EdgeSet};
pub use edges::{Choice, EdgeTable};
pub use event::Event;
pub use lease::{LEASE_MS, LOOK_MS, LeaseWatch, PERMIT_MS, RENEW_MS, Version};
pub use ledger::Ledger;
pub use policy::{
    Policy, RACE_MARK_MS, RANKING_STALE_MS, Rule, SETTLE_MIN_MS, SWITCH_MS, SWITCH_PERCENT, SWITCH_PROBES,
    SYNC_GAP_MAX,
};
pub use principal::{Principal, Relation};
pub use retry_after::retry_after_ms;
pub use round::Kind;
pub use verdict::{Body, Ending, Landed, Next, Row, VERDICTS, When, judge};
pub use watch::Watch;
pub use writes::{Adopted, CopyEnd, Departure, Look, REMEMBERED_MS, Ticket, Waits, WriteId, Writes};
