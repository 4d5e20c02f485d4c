//! The numbers of the policy, in milliseconds unless the name says otherwise.

/// Smallest allowed distance between copies of a write: replication takes up to 150 ms, observed.
pub const SETTLE_MIN_MS: u64 = 500;
/// A race mark older than this belongs to a call that may be dead: start an own race.
pub const RACE_MARK_MS: u64 = 300;
/// A ranking is stale this long after its last round started.
pub const RANKING_STALE_MS: u64 = 5 * 60_000;
/// Behind by more events than this, an edge does not win a race.
pub const SYNC_GAP_MAX: u64 = 100;
/// How much faster a challenger must be to take the pin, over [`SWITCH_PROBES`] probes.
pub const SWITCH_MS: u64 = 10;
/// The same as a share of the pinned edge's RTT, in per cent.
pub const SWITCH_PERCENT: u64 = 20;
/// Probes in a row that a challenger must win.
pub const SWITCH_PROBES: u8 = 2;

/// What a client's options say about the policy. Durations in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Deadline of a whole call.
    pub timeout_ms: u64,
    /// Limit of one attempt, body included.
    pub attempt_timeout_ms: u64,
    /// Limit of one health probe, body included.
    pub probe_timeout_ms: u64,
    /// How long an edge that was left stays unavailable.
    pub cooldown_ms: u64,
    /// Distance between copies of a write.
    pub settle_ms: u64,
    /// Attempts per call over all edges.
    pub max_attempts: u32,
    /// Whether a write that may have landed may move to another edge.
    pub ambiguous_writes_move: bool,
    /// The rule that a test breaks on purpose, to see its checker bite.
    #[cfg(feature = "sim")]
    pub broken: Option<Rule>,
}

/// A rule that the simulation's checkers watch over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Copies of a write keep their distance.
    Settle,
    /// One copy of a write at a time.
    OneCopy,
    /// `rejected` is only said where it is proven.
    Outcome,
    /// Calls end by their deadline.
    Deadline,
    /// An edge that was left rests.
    Cooldown,
    /// The pin goes to the fastest edge.
    Pin,
}

impl Policy {
    /// Whether `rule` holds: always, outside of the simulation's own tests.
    #[cfg(not(feature = "sim"))]
    pub(super) const fn keeps(&self, _rule: Rule) -> bool {
        true
    }

    /// Whether `rule` holds.
    #[cfg(feature = "sim")]
    pub(super) fn keeps(&self, rule: Rule) -> bool {
        self.broken != Some(rule)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            timeout_ms: 30_000,
            attempt_timeout_ms: 10_000,
            probe_timeout_ms: 2_000,
            cooldown_ms: 60_000,
            settle_ms: 1_000,
            max_attempts: 3,
            ambiguous_writes_move: true,
            #[cfg(feature = "sim")]
            broken: None,
        }
    }
}
