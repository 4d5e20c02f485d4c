//! The watch over a silent attempt. A health probe is free, so silence is answered with a question to every edge: an edge that
//! answers is slow, and the attempt goes on; one that does not while others do is left.

use super::edge::{Edge, Heard};

const SILENT_MIN_MS: u64 = 100;
const ANSWER_MIN_MS: u64 = 200;
/// Where nothing is known of an edge, a cold connection over a long distance must not look dead.
const UNKNOWN_MS: u64 = 1_000;

/// How long an edge that lives may take to answer a probe: `max(200 ms, 6 × rtt)`.
pub(super) fn answer_within_ms(edge: &Edge) -> u64 {
    // A request is there and back too: the way is no longer than that, even if the first probe of a cold process
    // took ten times as long.
    let rtt_ms = match (edge.rtt_ms(), edge.latency_ms) {
        (Some(rtt_ms), Some(latency_ms)) => Some(rtt_ms.min(latency_ms)),
        (rtt_ms, latency_ms) => rtt_ms.or(latency_ms),
    };
    rtt_ms.map_or(UNKNOWN_MS, |ms| ANSWER_MIN_MS.max(6 * ms))
}

/// The watch over one attempt. Times are the platform's monotonic milliseconds.
#[derive(Clone, Debug)]
pub struct Watch {
    sent_at_ms: u64,
    /// The last sign of life: an answer of the attempt's edge to what left after the attempt; before one, the departure.
    alive_at_ms: u64,
    /// How long a silence is suspect; doubled each time the edge proves alive.
    patience_ms: u64,
    /// When every edge was asked for a sign of life.
    asked_at_ms: Option<u64>,
    /// When another edge first answered that.
    other_at_ms: Option<u64>,
}

impl Watch {
    /// Watches an attempt sent to `edge`: suspect when silent for `max(100 ms, 4 × latency)`. Without a latency the RTT stands
    /// for it.
    pub fn new(edge: &Edge, sent_at_ms: u64) -> Self {
        let patience_ms = edge.expected_ms().map_or(UNKNOWN_MS, |ms| SILENT_MIN_MS.max(4 * ms));
        Watch { sent_at_ms, alive_at_ms: sent_at_ms, patience_ms, asked_at_ms: None, other_at_ms: None }
    }

    /// What the attempt's edge last answered: it is alive, only slow. Ask again later each time.
    pub fn hear(&mut self, heard: Option<Heard>) {
        let Some(heard) = heard.filter(|heard| heard.sent_at_ms >= self.sent_at_ms) else { return };
        if heard.at_ms > self.alive_at_ms {
            self.alive_at_ms = heard.at_ms;
            self.other_at_ms = None;
            if self.asked_at_ms.take().is_some() {
                self.patience_ms = self.patience_ms.saturating_mul(2);
            }
        }
    }

    /// Every edge was asked for a sign of life.
    pub fn ask(&mut self, asked_at_ms: u64) {
        self.asked_at_ms = Some(asked_at_ms);
    }

    /// When every edge was asked.
    pub fn asked_at_ms(&self) -> Option<u64> {
        self.asked_at_ms
    }

    /// Another edge answered the question at `other_at_ms`; of several answers the first counts, whatever is asked later.
    pub fn other_answered(&mut self, other_at_ms: Option<u64>) -> Option<u64> {
        self.other_at_ms = self.other_at_ms.or(other_at_ms);
        self.other_at_ms
    }

    /// The last sign of life.
    pub fn alive_at_ms(&self) -> u64 {
        self.alive_at_ms
    }

    /// When the silence becomes suspect.
    pub fn suspect_at_ms(&self) -> u64 {
        self.alive_at_ms.saturating_add(self.patience_ms)
    }

    /// How long the attempt has been silent.
    pub fn silent_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.alive_at_ms)
    }
}

/// When an attempt ends silent, if its edge has been silent since `silent_since_ms`, another edge answered at `other_at_ms` and
/// this one says nothing: it gets as long again as it was silent until then. TCP doubles its pauses, so what was lost while the
/// user's own line was down is sent again within that time.
pub(super) fn silent_at_ms(silent_since_ms: u64, other_at_ms: u64) -> u64 {
    other_at_ms.saturating_add(other_at_ms.saturating_sub(silent_since_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge_ids::EdgeIds;

    fn unknown() -> Edge {
        Edge::new(EdgeIds::new().of("https://a.example"))
    }

    #[test]
    fn the_suspect_gets_as_long_again_as_it_was_silent() {
        let watch = Watch::new(&unknown(), 100);
        assert_eq!(watch.suspect_at_ms(), 1_100);
        assert_eq!(silent_at_ms(watch.alive_at_ms(), 1_140), 2_180);
    }

    #[test]
    fn a_slow_edge_is_asked_again_at_growing_intervals() {
        let mut watch = Watch::new(&unknown(), 0);
        let mut asked = Vec::new();
        for now_ms in 1..20_000 {
            if now_ms >= watch.suspect_at_ms() {
                asked.push(now_ms);
                watch.ask(now_ms);
                watch.hear(Some(Heard { sent_at_ms: now_ms, at_ms: now_ms }));
            }
        }
        assert_eq!(asked, [1_000, 3_000, 7_000, 15_000]);
    }

    #[test]
    fn an_answer_to_what_left_before_the_attempt_is_no_sign_of_life() {
        let mut watch = Watch::new(&unknown(), 100);
        watch.hear(Some(Heard { sent_at_ms: 99, at_ms: 150 }));
        assert_eq!(watch.alive_at_ms(), 100);
    }
}
