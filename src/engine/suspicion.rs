//! What calls tell each other of a silent edge. One of them asks it for a sign of life, the others look what came of
//! that: it is data with an age, since the call that asked may be dead.

use super::edge::Edge;
use super::edges::EdgeTable;
use super::policy::RACE_MARK_MS;

impl EdgeTable {
    /// A call finds `edge` silent. Whether it is to ask: no other has done so just now, and after `since_ms`.
    pub(super) fn suspect(&mut self, edge: usize, since_ms: u64, now_ms: u64) -> bool {
        let Some(known) = self.edges.get_mut(edge) else { return false };
        let asked = known.suspected_at_ms.is_some_and(|at_ms| at_ms > since_ms && is_fresh(at_ms, now_ms));
        if !asked {
            known.suspected_at_ms = Some(now_ms);
        }
        !asked
    }

    /// A call asked `edge` and heard nothing.
    pub(super) fn record_silent(&mut self, edge: usize, now_ms: u64) {
        if let Some(known) = self.edges.get_mut(edge) {
            known.suspected_at_ms = None;
            known.silent_at_ms = Some(now_ms);
        }
    }
}

impl Edge {
    /// What any call has learned since then: that it lives, or that it does not.
    pub(super) fn lives_since(&self, since_ms: u64) -> Option<bool> {
        let since = |at_ms: Option<u64>| at_ms.is_some_and(|at_ms| at_ms >= since_ms);
        since(self.answered_at_ms).then_some(true).or(since(self.silent_at_ms).then_some(false))
    }

    /// Whether a probe that some call has just sent may still be answered.
    pub(super) fn is_asked(&self, now_ms: u64) -> bool {
        self.asked_at_ms.is_some_and(|at_ms| is_fresh(at_ms, now_ms))
    }

    /// A probe of it has ended, or was cut.
    pub(super) fn no_longer_asked(&mut self) {
        self.asked_at_ms = None;
        self.suspected_at_ms = None;
    }
}

fn is_fresh(at_ms: u64, now_ms: u64) -> bool {
    now_ms.saturating_sub(at_ms) < RACE_MARK_MS
}
