//! A copy of a write that may have landed, and when the next copy may leave.
//!
//! Closing a socket takes back none of the bytes in it: a network that stalls delivers later what was cut meanwhile. So the
//! end of an attempt proves nothing; only an edge that answers after it shows that bytes move again.

use crate::edge_ids::EdgeId;

/// How long before the copy leaves every edge is probed once more.
pub(super) const FINAL_ROUND_MS: u64 = 200;

/// A copy that may have landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The edge that the copy went to.
    pub edge: EdgeId,
    /// When the copy left; of a copy that a dead process left behind, when its record was adopted.
    pub sent_at_ms: u64,
    /// When the doubt began: when the edge was asked for a sign of life, else when the attempt ended.
    pub since_ms: u64,
    /// Whether the attempt ended because its edge was silent.
    pub is_silent: bool,
    /// When the copy's own edge first answered what left after the doubt began.
    pub own_heard_at_ms: Option<u64>,
    /// When another edge first did.
    pub other_heard_at_ms: Option<u64>,
}

impl Doubt {
    /// The doubt about a copy whose end nobody saw, and since which no edge was heard.
    pub(super) fn new(edge: EdgeId, sent_at_ms: u64, since_ms: u64) -> Doubt {
        Doubt { edge, sent_at_ms, since_ms, is_silent: false, own_heard_at_ms: None, other_heard_at_ms: None }
    }

    /// An edge answered at `now_ms` what left for it at `sent_at_ms`. An answer that was only *received* since the doubt began
    /// shows the way in, where the way out may still be closed.
    pub(super) fn hear(&mut self, edge: EdgeId, sent_at_ms: u64, now_ms: u64) {
        if sent_at_ms < self.since_ms {
            return;
        }
        let place = if self.edge == edge { &mut self.own_heard_at_ms } else { &mut self.other_heard_at_ms };
        place.get_or_insert(now_ms);
    }

    /// When the next copy may leave, once an edge was heard: bytes under way get `settle_ms` from the moment that they left, and
    /// what was held up gets half of that, three times what replication takes, from the moment that bytes move again.
    /// `own_only`: no other edge counts.
    pub(super) fn due_ms(&self, settle_ms: u64, own_only: bool) -> Option<u64> {
        let heard_ms = self.own_heard_at_ms.or(self.other_heard_at_ms.filter(|_| !own_only))?;
        Some((self.sent_at_ms + settle_ms).max(heard_ms + settle_ms / 2))
    }

    /// When the next copy may leave where no edge has ever answered a probe, so that none can be heard.
    pub(super) fn unheard_due_ms(&self, settle_ms: u64) -> u64 {
        self.since_ms + 2 * settle_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge_ids::EdgeIds;

    fn edge(url: &str) -> EdgeId {
        let mut ids = EdgeIds::new();
        ids.of("own");
        ids.of(url)
    }

    fn doubt() -> Doubt {
        Doubt { is_silent: true, ..Doubt::new(edge("own"), 100, 200) }
    }

    #[test]
    fn what_left_before_the_doubt_proves_nothing() {
        let mut doubt = doubt();
        doubt.hear(edge("other"), 199, 500);
        assert_eq!(doubt.due_ms(1_000, false), None);
        doubt.hear(edge("other"), 200, 500);
        assert_eq!(doubt.due_ms(1_000, false), Some(1_100));
    }

    #[test]
    fn the_first_answer_counts_and_the_own_edge_comes_first() {
        let mut doubt = doubt();
        doubt.hear(edge("other"), 200, 3_000);
        doubt.hear(edge("other"), 4_000, 4_010);
        assert_eq!(doubt.due_ms(1_000, false), Some(3_500));
        assert_eq!(doubt.due_ms(1_000, true), None);
        doubt.hear(edge("own"), 250, 3_400);
        assert_eq!(doubt.due_ms(1_000, false), Some(3_900));
    }
}
