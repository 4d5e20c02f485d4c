//! The watch over the silence of an attempt in flight. What one call of a client finds out, it finds out for all.

use super::Phase;
use super::step::Step;
use crate::engine::watch::Alarm;
use crate::engine::{Ending, Event};

/// A call that leaves a question to another looks what came of it an eighth of the silence apart.
const LOOK_MIN_MS: u64 = 4;
const LOOK_MAX_MS: u64 = 100;
/// A call that has nowhere to go asks the others again, but not as fast as they refuse.
const UNHEARD_PAUSE_MS: u64 = 500;

impl Step<'_> {
    /// One look at the attempt in flight: `None` when it was left, else when to look again.
    pub(super) fn watch(&mut self) -> Option<u64> {
        self.hear_of_edge();
        let Phase::Sending { edge, until_ms, watch, .. } = &mut self.call.phase else { return None };
        let (edge, until_ms) = (*edge, *until_ms);
        let Some(watch) = watch else { return Some(until_ms) };
        let (asked_at_ms, was_waiting) = (watch.asked_at_ms(), watch.is_waiting());
        match watch.tick(self.now_ms) {
            Alarm::None => {}
            Alarm::Suspect => {
                let silent_ms = watch.silent_ms(self.now_ms);
                self.orders.events.push(Event::Suspect { edge, silent_ms });
                self.ask(edge, 0);
                self.probe_unheard(0);
            }
            // Whoever it left the question to has not come back with an answer.
            Alarm::Dead if was_waiting && !self.asks(edge) => self.ask(edge, asked_at_ms.unwrap_or(0)),
            Alarm::Dead => {
                if was_waiting {
                    self.shared.edges.record_silent(edge, self.now_ms);
                }
                let mut left = self.call.left.clone();
                left.push(edge);
                if self.shared.edges.has_fit(&left, &self.call.policy, self.now_ms) {
                    self.cut_and_judge(Ending::Silent);
                    return None;
                }
                // With nowhere better to go, waiting is all that is left.
                self.probe_unheard(UNHEARD_PAUSE_MS);
            }
        }
        Some(self.look_again_at_ms().min(until_ms))
    }

    /// What other calls have learned of the edge since this one suspects it.
    fn hear_of_edge(&mut self) {
        let Phase::Sending { edge, watch: Some(watch), .. } = &mut self.call.phase else { return };
        let Some(asked_at_ms) = watch.asked_at_ms() else { return };
        match self.shared.edges.get(*edge).and_then(|known| known.lives_since(asked_at_ms)) {
            Some(true) => watch.alive(self.now_ms),
            Some(false) => watch.unreachable(),
            None => {}
        }
    }

    /// Asks the edge for a sign of life, unless another call has just done so, after `since_ms`.
    fn ask(&mut self, edge: usize, since_ms: u64) {
        let now_ms = self.now_ms;
        if let Phase::Sending { watch: Some(watch), .. } = &mut self.call.phase {
            watch.ask(now_ms);
        }
        if self.shared.edges.suspect(edge, since_ms, now_ms) {
            self.probe(edge);
        }
    }

    fn asks(&self, edge: usize) -> bool {
        self.call.probes.iter().any(|probe| probe.edge == edge)
    }

    fn look_again_at_ms(&self) -> u64 {
        let Phase::Sending { edge, watch: Some(watch), .. } = &self.call.phase else { return u64::MAX };
        let due_at_ms = watch.wake_at_ms().unwrap_or(u64::MAX);
        // It is told how its own probe ends.
        if watch.asked_at_ms().is_none() || watch.is_waiting() && self.asks(*edge) {
            return due_at_ms;
        }
        let pause_ms = (watch.silent_ms(self.now_ms) / 8).clamp(LOOK_MIN_MS, LOOK_MAX_MS);
        due_at_ms.min(self.now_ms + pause_ms)
    }
}
