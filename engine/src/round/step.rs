//! One step of a call: takes what happened, then does everything that is due.

use super::{Kind, Phase, Round, RoundAction, RoundEnd, RoundInput, Shared, Target};
use crate::Event;
use crate::verdict::Ending;

/// A timer that is later than this shows that the process stood still.
const LATE_MS: u64 = 50;
/// The network then has as long again before anything is judged, but no longer than this. (With this time whatever the delay, the
/// last of 64 calls that leave one edge lost it: the work of the first ones holds up their timers.)
const EXCUSE_MAX_MS: u64 = 100;

/// One step of a call, with all it needs at hand.
pub(super) struct Step<'a, 'b> {
    pub(super) round: &'a mut Round,
    pub(super) shared: &'a mut Shared<'b>,
    pub(super) now_ms: u64,
    pub(super) random: &'a dyn Fn() -> u64,
    pub(super) actions: &'a mut Vec<RoundAction>,
    pub(super) events: &'a mut Vec<Event>,
}

impl Step<'_, '_> {
    pub(super) fn take(&mut self, input: RoundInput<'_>) {
        match input {
            RoundInput::Tick => {}
            RoundInput::Owner(principal) => self.round.belong_to(self.shared.ledger, principal),
            RoundInput::Key => self.round.awaits_key = false,
            RoundInput::Permit(edge) => self.permitted(edge),
            RoundInput::Probe(probe, health) => self.probe_ended(probe, health),
            RoundInput::Ended(ending, retry_after_ms) => self.attempt_ended(ending, retry_after_ms, None),
            RoundInput::Abort => {
                self.cut_attempt();
                self.end(RoundEnd::Aborted);
            }
        }
    }

    /// The delay may be ours: after a pause, timers run before network events. Only one late timer in a row is excused;
    /// otherwise a slow event loop would never fail over.
    pub(super) fn excuse_late_timer(&mut self, input: &RoundInput<'_>) {
        let late_ms = self.now_ms.saturating_sub(self.round.wake_at_ms);
        let is_late = matches!(input, RoundInput::Tick) && late_ms > LATE_MS;
        if is_late && !self.round.is_excused {
            self.round.excused_until_ms = self.now_ms + late_ms.min(EXCUSE_MAX_MS);
        }
        self.round.is_excused = is_late;
    }

    /// Does everything that is due, until only time or an input can help.
    pub(super) fn advance(&mut self) {
        self.expire_probes();
        while !matches!(self.round.phase, Phase::Done) {
            if self.now_ms >= self.round.deadline_ms {
                self.cut_attempt();
                self.end(RoundEnd::Deadline);
                return;
            }
            if let Some(wake_at_ms) = self.phase() {
                let probes = self.round.probes.iter().map(|probe| probe.until_ms).min();
                self.round.wake_at_ms =
                    wake_at_ms.min(self.round.deadline_ms).min(probes.unwrap_or(u64::MAX)).max(self.now_ms);
                return;
            }
        }
    }

    /// One look at the phase: `None` when it changed, else when to look again.
    pub(super) fn phase(&mut self) -> Option<u64> {
        match &mut self.round.phase {
            Phase::Heading { target, not_before_ms } => {
                let (target, not_before_ms) = (*target, *not_before_ms);
                self.head_for(target, not_before_ms)
            }
            Phase::Racing { field, since_ms, until_ms } => {
                let (since_ms, until_ms) = (*since_ms, *until_ms);
                let pending = self.round.probes.iter().any(|probe| field.contains(probe.edge));
                if pending && self.now_ms < until_ms {
                    return Some(until_ms);
                }
                // The field may have changed since: another call may have left some of it.
                let field = self.shared.edges.field(self.round.left, self.now_ms);
                let resort = self.shared.edges.last_resort(field, since_ms);
                self.shared.edges.end_race(None);
                let target = resort.map_or(Target::Any, Target::Resort);
                self.head(target, self.now_ms);
                None
            }
            Phase::Sending { until_ms, .. } if self.now_ms >= *until_ms => {
                if self.now_ms < self.round.excused_until_ms {
                    return Some(self.round.excused_until_ms);
                }
                self.cut_and_judge(Ending::TimedOut, None);
                None
            }
            Phase::Sending { edge, .. } => {
                let edge = *edge;
                self.probe_beside(edge);
                let beside_at_ms = self.round.beside_at_ms.unwrap_or(u64::MAX);
                self.watch().map(|wake_at_ms| wake_at_ms.min(beside_at_ms))
            }
            Phase::Done => Some(u64::MAX),
        }
    }

    pub(super) fn end(&mut self, end: RoundEnd) {
        if self.round.attempts == 0 && matches!(end, RoundEnd::Aborted | RoundEnd::Deadline) {
            self.learn_standing();
        }
        for probe in std::mem::take(&mut self.round.probes) {
            self.actions.push(RoundAction::CutProbe(probe.number));
            let elapsed_ms = self.now_ms.saturating_sub(probe.sent_at_ms);
            self.shared.edges.record_probe_cut(probe.edge, elapsed_ms, self.now_ms);
        }
        self.round.phase = Phase::Done;
        self.actions.push(RoundAction::End(end));
    }

    /// A call that ends before it has sent anything asks the table all the same: another call's copy may be in doubt, and then
    /// the end of this one proves nothing.
    fn learn_standing(&mut self) {
        let Kind::Write { nonce, .. } = &self.round.kind else { return };
        let write = (&**self.shared.ledger, &**nonce);
        let known =
            self.shared.writes.standing(write, self.round.id.as_ref(), &self.round.policy, self.now_ms);
        self.round.others = self.round.others.and(known);
    }
}
