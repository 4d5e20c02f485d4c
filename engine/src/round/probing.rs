//! The probes of a call: who is asked, and what an answer or its absence means for the phase.

use super::step::Step;
use super::{Phase, Probe, RoundAction, Shared, Target};
use crate::Event;
use crate::edge::Health;
use crate::edge_set::EdgeSet;
use crate::policy::Rule;

/// An edge that was asked, and is not known to be asked any more, is asked again after a quarter of the time that the question is
/// old, within these bounds.
const ASK_AGAIN_MIN_MS: u64 = 100;
const ASK_AGAIN_MAX_MS: u64 = 500;

impl Step<'_, '_> {
    /// Probes `edge`, unless this call has a probe under way there.
    pub(super) fn probe(&mut self, edge: usize) {
        if !self.asks(edge, 0) {
            self.send_probe(edge);
        }
    }

    fn send_probe(&mut self, edge: usize) {
        let until_ms = self.now_ms.saturating_add(self.round.policy.probe_timeout_ms);
        self.round.probes_sent += 1;
        let number = self.round.probes_sent;
        self.round.probes.push(Probe { number, edge, sent_at_ms: self.now_ms, until_ms });
        self.shared.edges.record_probe_sent(edge, self.now_ms);
        self.actions.push(RoundAction::Probe { probe: number, edge });
    }

    fn asks(&self, edge: usize, since_ms: u64) -> bool {
        self.round.probes.iter().any(|probe| probe.edge == edge && probe.sent_at_ms >= since_ms)
    }

    /// Probes every edge, resting ones too, that has not answered since `since_ms` and has no probe under way that left since
    /// then. An older open probe does not stand in for a new one: its answer would prove nothing. The longer edges have been asked
    /// in vain, since `begun_at_ms`, the less often they are asked again.
    pub(super) fn ask_all(&mut self, since_ms: u64, begun_at_ms: u64) {
        let age_ms = self.now_ms.saturating_sub(begun_at_ms);
        let pause_ms = (age_ms / 4).clamp(ASK_AGAIN_MIN_MS, ASK_AGAIN_MAX_MS);
        for edge in 0..self.shared.edges.len() {
            let known = &self.shared.edges[edge];
            let is_due = known
                .probed_at_ms
                .is_none_or(|at_ms| at_ms < since_ms || self.now_ms.saturating_sub(at_ms) >= pause_ms);
            let is_asked = known.is_asked(since_ms, self.now_ms) || self.asks(edge, since_ms);
            if is_due && !is_asked && !known.is_heard_since(since_ms) {
                self.send_probe(edge);
            }
        }
    }

    /// Probes beside the request to `serving` what is due, once that is on its way.
    pub(super) fn probe_beside(&mut self, serving: usize) {
        if self.round.beside_at_ms.is_none_or(|at_ms| self.now_ms < at_ms) {
            return;
        }
        self.round.beside_at_ms = None;
        // Another call may have been first.
        let due = self.shared.edges.due_probes(serving, &self.round.policy, self.now_ms);
        self.shared.edges.record_due(self.now_ms);
        for edge in due {
            self.probe(edge);
        }
    }

    pub(super) fn expire_probes(&mut self) {
        let now_ms = self.now_ms;
        while let Some(late) = self.round.probes.iter().find(|probe| now_ms >= probe.until_ms) {
            let (number, edge, sent_at_ms) = (late.number, late.edge, late.sent_at_ms);
            self.shared.edges.record_unanswered(edge, sent_at_ms, now_ms);
            self.actions.push(RoundAction::CutProbe(number));
            self.probe_ended(number, None);
        }
    }

    pub(super) fn probe_ended(&mut self, number: u32, health: Option<Health>) {
        let Some(at) = self.round.probes.iter().position(|probe| probe.number == number) else { return };
        let Probe { edge, sent_at_ms, .. } = self.round.probes.swap_remove(at);
        let rtt_ms = self.now_ms.saturating_sub(sent_at_ms);
        let fit = health.is_some_and(|health| health.qualifies());
        match &health {
            Some(health) => {
                self.shared.edges.record_probe(edge, rtt_ms, health, &self.round.policy, self.now_ms);
                self.hear(edge, sent_at_ms);
            }
            None => self.shared.edges.record_probe_failed(edge, sent_at_ms),
        }
        let rtt_ms = health.map(|_| rtt_ms);
        self.events.push(Event::Probe { edge, rtt_ms, fit });
        self.heed_probe(edge, health.is_some(), fit);
    }

    /// An edge answered what left for it at `sent_at_ms`: the calls that ask for a sign of life learn of it, and the writes in
    /// doubt.
    pub(super) fn hear(&mut self, edge: usize, sent_at_ms: u64) {
        self.shared.edges.record_heard(edge, sent_at_ms, self.now_ms);
        let Shared { edges, writes, ledger } = &mut *self.shared;
        writes.hear(ledger, edges[edge].id, sent_at_ms, &self.round.policy, self.now_ms);
    }

    /// What a probe's end means for the phase.
    pub(super) fn heed_probe(&mut self, probed: usize, answered: bool, fit: bool) {
        let now_ms = self.now_ms;
        match &mut self.round.phase {
            Phase::Racing { field, .. } if fit && field.contains(probed) => {
                self.shared.edges.end_race(Some(probed));
                // It may have been left before: a race among such edges is run when there are no others.
                if self.round.policy.keeps(Rule::Return) {
                    self.round.left = self.round.left.without(EdgeSet::of(probed));
                }
                self.head(Target::Any, now_ms);
            }
            Phase::Heading { target: Target::IfAlive { edge, alive, .. }, .. }
                if *edge == probed && answered =>
            {
                *alive = true;
            }
            Phase::Heading { target: Target::IfAlive { edge, .. }, not_before_ms } if *edge == probed => {
                let not_before_ms = *not_before_ms;
                self.give_up_on(probed, not_before_ms);
            }
            _ => {}
        }
    }
}
