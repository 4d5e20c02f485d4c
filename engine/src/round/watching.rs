//! The watch over the silence of an attempt in flight. What one call of a client finds out, it finds out for all.

use super::Phase;
use super::step::Step;
use crate::policy::Rule;
use crate::watch::silent_at_ms;
use crate::{Ending, Event};

/// A call that awaits an answer to its question looks what came of it an eighth of the silence apart: another call may hear it.
const LOOK_MIN_MS: u64 = 4;
const LOOK_MAX_MS: u64 = 100;
/// Linux sends lost bytes again after a round trip and this, at the least.
const FIRST_RESEND_MS: u64 = 200;

impl Step<'_, '_> {
    /// One look at the attempt in flight: `None` when it was left, else when to look again.
    pub(super) fn watch(&mut self) -> Option<u64> {
        let now_ms = self.now_ms;
        let Phase::Sending { edge, until_ms, watch, .. } = &mut self.round.phase else { return None };
        let (edge, until_ms) = (*edge, *until_ms);
        // A last attempt has nowhere to go.
        let Some(watch) = watch.as_mut().filter(|_| self.round.attempts < self.round.policy.max_attempts)
        else {
            return Some(until_ms);
        };
        watch.hear(self.shared.edges[edge].heard);
        if now_ms < watch.suspect_at_ms() {
            return Some(until_ms.min(watch.suspect_at_ms()));
        }
        if now_ms < self.round.excused_until_ms {
            return Some(until_ms.min(self.round.excused_until_ms));
        }
        let (alive_at_ms, silent_ms) = (watch.alive_at_ms(), watch.silent_ms(now_ms));
        let asked_at_ms = watch.asked_at_ms().unwrap_or_else(|| {
            let asked_at_ms = self.shared.edges.suspect(edge, alive_at_ms, now_ms);
            watch.ask(asked_at_ms);
            self.events.push(Event::Suspect { edge, silent_ms });
            asked_at_ms
        });
        let other_at_ms = self.shared.edges.other_answered_at_ms(edge, asked_at_ms, &self.round.policy);
        let Some(other_at_ms) = watch.other_answered(other_at_ms) else {
            // Where no other edge answers, the line is the user's own: waiting is all that is left.
            self.ask_all(asked_at_ms, asked_at_ms);
            let look_at_ms = now_ms + (silent_ms / 8).clamp(LOOK_MIN_MS, LOOK_MAX_MS);
            return Some(until_ms.min(look_at_ms));
        };
        let is_patient = self.round.policy.keeps(Rule::AsLongAgain);
        let silent_since_ms = self.shared.edges.silent_since_ms(edge).unwrap_or(alive_at_ms).min(alive_at_ms);
        let silent_at_ms = if is_patient { silent_at_ms(silent_since_ms, other_at_ms) } else { other_at_ms };
        let silent_at_ms = silent_at_ms + self.resend_ms(edge);
        if now_ms < silent_at_ms {
            return Some(until_ms.min(silent_at_ms));
        }
        self.cut_and_judge(Ending::Silent, Some((asked_at_ms, Some(other_at_ms))));
        None
    }

    /// A write gives lost bytes TCP's first pause on top: they are sent again no later than twice that time and this pause. It
    /// costs nothing where the edge is dead, since the next copy has to wait for longer.
    fn resend_ms(&self, edge: usize) -> u64 {
        if !self.round.is_write() || !self.round.policy.keeps(Rule::AsLongAgain) {
            return 0;
        }
        FIRST_RESEND_MS + self.shared.edges[edge].rtt_ms().unwrap_or(0)
    }
}
