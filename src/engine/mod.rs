//! What to do next: the policy of the client as pure state machines. Time and randomness come in as
//! arguments; nothing here waits, sends, reads a clock or knows JSON.
//!
//! # Invariants
//!
//! 1. **One copy.** A copy of a write leaves only through an open [`Gate`], and is entered in [`Copies`] in the same
//!    step: no two copies of one nonce are ever in flight, from whatever calls of one client.
//! 2. **Settled copies.** After a copy that landed or may have landed, the next leaves no earlier than
//!    `max(sent + settle, ended + settle / 2)`, wherever it goes.
//! 3. **One deadline.** Every call ends by its deadline; a wait that would pass it is not begun.
//! 4. **Rest.** An edge in cooldown gets no request while another is awake, but for the one retry at the same
//!    edge, the half-open trial, the win of a race that was begun when all rested, and calls bound to it.
//! 5. **Marks, not futures.** What calls share is plain data with an age limit ([`Shared`]): a call that is
//!    never polled again blocks no other for longer than that.
//!
//! A call ([`Call`]) is told what happened ([`Input`]) and says what to do ([`Action`]); the driver does it.

#![doc = include_str!("../../docs/verdicts.md")]

mod backoff;
mod call;
mod copies;
mod edge;
mod edges;
mod event;
mod policy;
mod ranking;
mod retry_after;
mod suspicion;
mod verdict;
mod watch;

pub use backoff::backoff_ms;
pub use call::{Action, Call, End, Input, Kind, Orders, Shared};
pub use copies::{Copies, Departure, Gate, Ticket};
pub use edge::{Edge, EdgeState, Health};
pub use edges::{Choice, EdgeTable};
pub use event::Event;
pub use policy::{
    Policy, RACE_MARK_MS, RANKING_STALE_MS, Rule, SETTLE_MIN_MS, SWITCH_MS, SWITCH_PERCENT, SWITCH_PROBES,
    SYNC_GAP_MAX,
};
pub use retry_after::retry_after_ms;
pub use verdict::{Body, Ending, Landed, Next, Row, VERDICTS, When, judge};
pub use watch::{Alarm, Watch};
