//! What the policy decided and why, for `onEvent`. Edges are indices here; never a key, token or body.

/// One decision. Durations in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A health probe ended; `rtt_ms` is absent when nobody answered.
    Probe {
        /// The edge asked.
        edge: usize,
        /// How long the answer took.
        rtt_ms: Option<u64>,
        /// Whether the edge is fit to serve.
        fit: bool,
    },
    /// This edge serves from now on.
    Pin {
        /// The edge.
        edge: usize,
        /// Its smoothed probe RTT.
        rtt_ms: Option<u64>,
    },
    /// A request left.
    Attempt {
        /// Where to.
        edge: usize,
        /// The how-manieth of this call, from 1.
        attempt: u32,
    },
    /// An attempt has been silent for so long that its edge is asked whether it lives.
    Suspect {
        /// The edge.
        edge: usize,
        /// How long it has been silent.
        silent_ms: u64,
    },
    /// The call left one edge for another.
    Failover {
        /// The edge left.
        from: usize,
        /// The edge tried next.
        to: usize,
        /// Why the first was left.
        reason: &'static str,
    },
    /// The same edge is tried again after a wait.
    Retry {
        /// The edge.
        edge: usize,
        /// The wait.
        wait_ms: u64,
        /// Why.
        reason: &'static str,
    },
    /// An edge rests.
    Cooldown {
        /// The edge.
        edge: usize,
        /// For how long.
        cooldown_ms: u64,
        /// Why.
        reason: &'static str,
    },
    /// A copy of a write waits until the copy before it has settled.
    Settle {
        /// The wait; 0 when it is for a copy that is still in flight.
        wait_ms: u64,
    },
    /// The ledger had this write already, and answered with it.
    Replay {
        /// The edge that answered.
        edge: usize,
    },
}
