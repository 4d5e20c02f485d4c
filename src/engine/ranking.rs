//! What probes do to the edge table: who is how far away, and who is worth the pin.

use super::edge::{Edge, EdgeState, Health};
use super::edges::EdgeTable;
use super::policy::{Policy, Rule, SWITCH_PROBES};

impl EdgeTable {
    /// A probe of `edge` leaves.
    pub fn record_probe_sent(&mut self, edge: usize, now_ms: u64) {
        if let Some(edge) = self.edges.get_mut(edge) {
            edge.probed_at_ms = Some(now_ms);
        }
    }

    /// A probe was answered after `rtt_ms`; this may move the pin.
    pub fn record_probe(&mut self, edge: usize, rtt_ms: u64, health: &Health, policy: &Policy, now_ms: u64) {
        let rival_ms =
            self.pinned.filter(|pinned| *pinned != edge).and_then(|pinned| self.get(pinned)?.rtt_ms());
        let Some(known) = self.edges.get_mut(edge) else { return };
        known.record_rtt(rtt_ms, now_ms);
        known.answered_at_ms = Some(now_ms);
        known.suspected_at_ms = None;
        known.qualified = Some(health.qualifies());
        // What is no health answer has no clock.
        if health.observed_at_unix_ms > 0 {
            known.clock = Some((health.observed_at_unix_ms, now_ms));
        }
        let wins = health.qualifies() && rival_ms.is_some_and(|rival_ms| Edge::beats(rtt_ms, rival_ms));
        known.wins = if wins { known.wins.saturating_add(1) } else { 0 };
        let admitted = match known.state(now_ms) {
            EdgeState::Up => true,
            EdgeState::HalfOpen => known.is_readmitted(),
            EdgeState::Cooling => false,
        };
        if known.wins >= SWITCH_PROBES && admitted && policy.keeps(Rule::Pin) {
            known.wins = 0;
            self.pinned = Some(edge);
        }
        if self.pinned == Some(edge) {
            self.credit_rivals(edge, now_ms);
        }
    }

    /// The pinned edge has a new figure: rivals that answered before it, in the same round, may have won by it.
    fn credit_rivals(&mut self, pinned: usize, now_ms: u64) {
        let Some(pinned_ms) = self.get(pinned).and_then(Edge::rtt_ms) else { return };
        for (at, rival) in self.edges.iter_mut().enumerate() {
            let faster = rival.rtt_ms().is_some_and(|rtt_ms| Edge::beats(rtt_ms, pinned_ms));
            if at != pinned && faster && rival.wins == 0 && rival.is_known_good(now_ms) {
                rival.wins = 1;
            }
        }
    }

    /// A probe failed or timed out. It only re-ranks: a lost probe is not a lost request.
    pub fn record_probe_failed(&mut self, edge: usize) {
        if let Some(edge) = self.edges.get_mut(edge) {
            edge.qualified = Some(false);
            edge.suspected_at_ms = None;
            edge.wins = 0;
        }
    }

    /// A probe was cut short after `elapsed_ms`, since its call ended.
    pub fn record_probe_cut(&mut self, edge: usize, elapsed_ms: u64, now_ms: u64) {
        if let Some(edge) = self.edges.get_mut(edge) {
            edge.record_cut(elapsed_ms, now_ms);
            // Whoever asked will not tell what came of it.
            edge.suspected_at_ms = None;
        }
        if self.pinned == Some(edge) {
            self.credit_rivals(edge, now_ms);
        }
    }
}
