//! What a write finds of itself before its next copy leaves.

use crate::doubt::Doubt;
use crate::verdict::Landed;

/// What a write finds of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look {
    /// No copy of it is known, or none that may have landed.
    Free,
    /// A copy is in flight.
    InFlight {
        /// Its ticket's number.
        ticket: u64,
    },
    /// A copy may have landed.
    InDoubt {
        /// Which.
        doubt: Doubt,
        /// The longest distance between copies that any call of this write asked for.
        settle_ms: u64,
        /// Whether every call of this write lets it move.
        moves: bool,
    },
    /// A copy landed just now.
    Applied {
        /// When a replay may leave.
        until_ms: u64,
    },
    /// Its answer is known: the answer of the copy with this ticket.
    Answered {
        /// The ticket's number.
        ticket: u64,
        /// Whether the write is in the ledger.
        landed: Landed,
    },
    /// The nonce belongs to another request.
    Conflict,
}

impl Look {
    /// Of two things that stand in a copy's way the one that binds more.
    pub(super) fn or_more_binding(self, other: Look) -> Look {
        if other.weight() > self.weight() { other } else { self }
    }

    fn weight(&self) -> (u8, u64) {
        match self {
            Look::Free => (0, 0),
            Look::Applied { until_ms } => (1, *until_ms),
            Look::InDoubt { doubt, .. } => (2, doubt.sent_at_ms),
            Look::InFlight { ticket } => (3, *ticket),
            Look::Answered { .. } => (4, 0),
            Look::Conflict => (5, 0),
        }
    }
}
