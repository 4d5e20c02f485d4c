//! What writes come back with.

use super::LedgerEvent;
use super::table::answers;

answers! { WRITE_OBJECTS:
    /// How many nodes had an event before the answer.
    #[derive(Copy)]
    "acks" Acks {
        /// Nodes that said so in time.
        received: Count,
        /// Nodes that were asked for by `min_acks`.
        requested: Count,
        /// `ack_timeout_ms` was over before they had all answered.
        timeout: Flag,
    }

    /// How a call went.
    "meta" CallMeta {} and {
        /// The base URL of the edge that answered.
        edge: Text,
        /// Attempts made, over all edges.
        attempts: Count32,
        /// How long the call took, in milliseconds.
        elapsed_ms: Count,
        /// The HTTP status, as the edge sent it: 201 for a new write, 200 for a replay, 200 for a deletion.
        status: Count16,
    }

    /// What a write comes back with.
    "created" CreateEventResult {
        /// The event of this write; of a replay, the one that was written first.
        event: LedgerEvent,
        /// All events that were written with it, such as a hold; none on a replay.
        emitted_events: [LedgerEvent] or empty,
        /// The account's balance, in credits.
        balance: Money,
        /// The balance less holds, in credits.
        available_balance: Money,
        /// The ledger had this write already: nothing was charged again.
        deduplicated: Flag or status,
        /// The nodes that had the event before the answer.
        acks: Acks or null,
    } and {
        /// How the call went.
        meta: CallMeta,
    }

    /// What a reservation comes back with.
    "reservation" Reservation {} and {
        /// What to settle or release it by.
        reservation_id: Text,
        /// When it ends by itself, in Unix milliseconds by the clock of the edge.
        expires_at_unix_ms: Hold,
        /// The account's balance, in credits.
        balance: Money,
        /// The balance less holds, in credits.
        available_balance: Money,
        /// The ledger had this reservation already: no more is held than before.
        deduplicated: Flag,
        /// The event that made it.
        event: LedgerEvent,
        /// How the call went.
        meta: CallMeta,
    }
}
