//! What a call wants done.

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundAction {
    /// Send a health probe.
    Probe {
        /// By this number the call is told how it ended.
        probe: u32,
        /// To this edge.
        edge: usize,
    },
    /// Cut the probe with this number.
    CutProbe(u32),
    /// Record that the request is about to leave for this edge, see [`needing_permits`](super::Round::needing_permits).
    Ask(usize),
    /// Send the request to this edge.
    Send(usize),
    /// Cut the attempt.
    CutAttempt,
    /// The call is over.
    End(RoundEnd),
}

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundEnd {
    /// With the answer of the last attempt.
    Answered,
    /// With the error of the last attempt.
    Failed,
    /// The deadline passed, or a wait would have passed it.
    Deadline,
    /// With the answer that another call of this write got, by its ticket.
    Shared {
        /// The ticket's number.
        ticket: u64,
    },
    /// The nonce belongs to another request; nothing was sent.
    Conflict,
    /// The caller gave up.
    Aborted,
}
