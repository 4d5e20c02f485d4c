//! The probes of a call: who is asked, and what an answer or its absence means for the phase.

use super::step::Step;
use super::{Action, Phase, Probe, Target};
use crate::engine::edge::{EdgeState, Health};
use crate::engine::policy::{RANKING_STALE_MS, Rule};
use crate::engine::{Edge, Event};

impl Step<'_> {
    pub(super) fn probe(&mut self, edge: usize) {
        if self.call.probes.iter().any(|probe| probe.edge == edge) {
            return;
        }
        let until_ms = self.now_ms.saturating_add(self.call.policy.probe_timeout_ms);
        self.call.probes.push(Probe { edge, sent_at_ms: self.now_ms, until_ms });
        self.shared.edges.record_probe_sent(edge, self.now_ms);
        self.orders.actions.push(Action::Probe(edge));
    }

    /// Probes beside the request to `serving` what is due, once that is on its way.
    pub(super) fn probe_beside(&mut self, serving: usize) {
        if self.call.beside_at_ms.is_none_or(|at_ms| self.now_ms < at_ms) {
            return;
        }
        self.call.beside_at_ms = None;
        // Another call may have been first.
        let due = self.shared.edges.due_probes(serving, &self.call.policy, self.now_ms);
        self.shared.edges.record_due(self.now_ms);
        for edge in due {
            self.probe(edge);
        }
    }

    /// Probes every edge that could take over, has not answered lately, is not being asked by another call, and was not asked
    /// in the last `pause_ms`.
    pub(super) fn probe_unheard(&mut self, pause_ms: u64) {
        let now_ms = self.now_ms;
        let unheard = |(_, edge): &(usize, &Edge)| {
            edge.state(now_ms) != EdgeState::Cooling
                && edge.answered_at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= RANKING_STALE_MS)
                && !edge.is_asked(now_ms)
                && edge.probed_at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= pause_ms)
        };
        let edges: Vec<usize> =
            self.shared.edges.iter().enumerate().filter(unheard).map(|(at, _)| at).collect();
        for edge in edges {
            self.probe(edge);
        }
    }

    pub(super) fn expire_probes(&mut self) {
        let now_ms = self.now_ms;
        while let Some(late) = self.call.probes.iter().find(|probe| now_ms >= probe.until_ms) {
            let edge = late.edge;
            self.orders.actions.push(Action::CutProbe(edge));
            self.probe_ended(edge, None);
        }
    }

    pub(super) fn probe_ended(&mut self, edge: usize, health: Option<Health>) {
        let Some(at) = self.call.probes.iter().position(|probe| probe.edge == edge) else { return };
        let rtt_ms = self.now_ms.saturating_sub(self.call.probes.swap_remove(at).sent_at_ms);
        let fit = health.is_some_and(|health| health.qualifies());
        match &health {
            Some(health) => {
                self.shared.edges.record_probe(edge, rtt_ms, health, &self.call.policy, self.now_ms);
            }
            None => self.shared.edges.record_probe_failed(edge),
        }
        let rtt_ms = health.map(|_| rtt_ms);
        self.orders.events.push(Event::Probe { edge, rtt_ms, fit });
        self.heed_probe(edge, health.is_some(), fit);
    }

    /// What a probe's end means for the phase.
    pub(super) fn heed_probe(&mut self, probed: usize, answered: bool, fit: bool) {
        let now_ms = self.now_ms;
        match &mut self.call.phase {
            Phase::Racing { field, .. } if fit && field.contains(&probed) => {
                self.shared.edges.end_race(Some(probed));
                // It may have been left before: a race among such edges is run when there are no others.
                if self.call.policy.keeps(Rule::Return) {
                    self.call.left.retain(|edge| *edge != probed);
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
            Phase::Sending { edge, watch: Some(watch), .. } if *edge == probed => {
                if answered {
                    watch.alive(now_ms);
                } else if watch.asked_at_ms().is_some() {
                    watch.unreachable();
                    self.shared.edges.record_silent(probed, now_ms);
                }
            }
            _ => {}
        }
    }
}
