//! Two copies of one write, accepted at two nodes before either knew the other.

use serde::Serialize;

/// A conflict that would start an endless void storm at the real server. A test that sees one must fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Storm {
    /// The nonce that both copies carry.
    pub nonce: String,
    /// Their bucket, by its internal name where keys are on.
    pub bucket: String,
    /// Their account.
    pub account: String,
    /// Their amount.
    pub amount: i64,
    /// The copy that counts: the oldest, then the lowest id.
    pub winner: Copy,
    /// The copy that a `void` cancels.
    pub loser: Copy,
    /// When a node first saw both.
    pub detected_at_unix_ms: u64,
}

/// One of the two copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// Its event.
    pub event_id: String,
    /// The node that accepted it.
    pub node_id: String,
    /// That node's region.
    pub region: usize,
    /// When, by that node's clock.
    pub created_at_unix_ms: u64,
}
