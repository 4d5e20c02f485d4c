//! What writes come back with.

use serde::{Deserialize, Serialize};

use super::LedgerEvent;

/// What a write comes back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateEventResult {
    /// The event of this write; of a replay, the one that was written first.
    pub event: LedgerEvent,
    /// All events that were written with it, such as a hold; none on a replay.
    pub emitted_events: Vec<LedgerEvent>,
    /// The account's balance, in credits.
    pub balance: i64,
    /// The balance less holds, in credits.
    pub available_balance: i64,
    /// The ledger had this write already: nothing was charged again.
    pub deduplicated: bool,
    /// The nodes that had the event before the answer.
    pub acks: Option<Acks>,
    /// How the call went.
    pub meta: CallMeta,
}

/// How many nodes had an event before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acks {
    /// Nodes that said so in time.
    pub received: u64,
    /// Nodes that were asked for by `min_acks`.
    pub requested: u64,
    /// `ack_timeout_ms` was over before they had all answered.
    pub timeout: bool,
}

/// What a reservation comes back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// What to settle or release it by.
    pub reservation_id: String,
    /// When it ends by itself, in Unix milliseconds by the clock of the edge.
    pub expires_at_unix_ms: u64,
    /// The account's balance, in credits.
    pub balance: i64,
    /// The balance less holds, in credits.
    pub available_balance: i64,
    /// The ledger had this reservation already: no more is held than before.
    pub deduplicated: bool,
    /// The event that made it.
    pub event: LedgerEvent,
    /// How the call went.
    pub meta: CallMeta,
}

/// How a call went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallMeta {
    /// The base URL of the edge that answered.
    pub edge: String,
    /// Attempts made, over all edges.
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// The HTTP status, as the edge sent it: 201 for a new write, 200 for a replay, 200 for a deletion.
    pub status: u16,
}
