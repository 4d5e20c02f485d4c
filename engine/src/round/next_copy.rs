//! The rule of the next copy: when a copy of a write in doubt may leave, and for which edge.
//!
//! Two copies in flight at two nodes make the ledger void both for ever, and the same edge is not the same node either. The rule
//! was tried in a model over some fifty worlds, with each part taken out.

use super::Kind;
use super::step::Step;
use crate::doubt::{Doubt, FINAL_ROUND_MS};
use crate::edge_ids::EdgeId;
use crate::edge_set::EdgeSet;
use crate::policy::Rule;
use crate::suspicion::ROUND_SHARED_MS;

/// How often a call looks whether an edge was heard.
const HEAR_POLL_MS: u64 = 50;

impl Step<'_, '_> {
    /// The edge that the next copy leaves for now. `Err` says when to look again, or `Err(None)` that the phase changed.
    pub(super) fn next_copy(
        &mut self,
        doubt: &Doubt,
        settle_ms: u64,
        moves: bool,
    ) -> Result<usize, Option<u64>> {
        let own = self.shared.edges.at(doubt.edge);
        let is_bound = !moves || matches!(self.round.kind, Kind::Write { moves: false, .. });
        if !self.shared.has_heard() {
            return self.unheard_copy(doubt, settle_ms, own);
        }
        let Some(due_ms) = doubt.due_ms(settle_ms, is_bound) else {
            self.announce_settle(0);
            self.tell_of_answers(doubt.since_ms);
            self.ask_all(doubt.since_ms, doubt.since_ms);
            return Err(Some(self.now_ms + HEAR_POLL_MS));
        };
        if due_ms >= self.round.deadline_ms {
            return Err(self.wait_to_settle(due_ms));
        }
        if self.now_ms < due_ms {
            self.announce_settle(due_ms - self.now_ms);
        }
        let round_at_ms = due_ms.saturating_sub(FINAL_ROUND_MS);
        if self.now_ms < round_at_ms {
            return Err(Some(round_at_ms));
        }
        let round_at_ms = self.begin_final_round(round_at_ms, doubt.since_ms);
        if self.round.awaits_key {
            return Err(Some(self.round.deadline_ms));
        }
        if self.now_ms < due_ms {
            return Err(Some(due_ms));
        }
        self.pick(doubt, own, is_bound, round_at_ms)
    }

    /// What this client's edges have answered since the doubt began, the doubt may not know yet: of the same millisecond.
    fn tell_of_answers(&mut self, since_ms: u64) {
        for edge in 0..self.shared.edges.len() {
            let heard = self.shared.edges[edge].heard;
            if let Some(heard) = heard.filter(|heard| heard.sent_at_ms >= since_ms) {
                self.hear(edge, heard.sent_at_ms);
            }
        }
    }

    /// Where no edge has ever answered a probe (a blocker, a proxy), none can be heard: the copy goes to its own edge.
    fn unheard_copy(
        &mut self,
        doubt: &Doubt,
        settle_ms: u64,
        own: Option<usize>,
    ) -> Result<usize, Option<u64>> {
        let due_ms = doubt.unheard_due_ms(settle_ms);
        if self.now_ms < due_ms {
            self.announce_settle(due_ms - self.now_ms);
            // Nobody may have asked yet: an answer brings the copy forward.
            self.ask_all(doubt.since_ms, doubt.since_ms);
            return Err(Some(due_ms.min(self.now_ms + HEAR_POLL_MS)));
        }
        if self.round.awaits_key {
            return Err(Some(self.round.deadline_ms));
        }
        Ok(self.round.only.or(own).unwrap_or(0))
    }

    /// How long the answers of a final round count: as long as a probe may take, and longer than the copy's own edge is waited for.
    fn round_valid_ms(&self) -> u64 {
        self.round.policy.probe_timeout_ms.max(2 * FINAL_ROUND_MS)
    }

    /// Every edge is probed once more before the copy leaves. Says when that began.
    fn begin_final_round(&mut self, from_ms: u64, doubt_since_ms: u64) -> u64 {
        let valid_ms = self.round_valid_ms();
        let is_valid = |at_ms: u64| self.now_ms.saturating_sub(at_ms) < valid_ms;
        let is_early = |at_ms: u64| at_ms + ROUND_SHARED_MS <= from_ms;
        if self.round.round_at_ms.is_none_or(|at_ms| is_early(at_ms) || !is_valid(at_ms)) {
            self.round.round_at_ms = Some(self.shared.edges.final_round(from_ms, self.now_ms));
        }
        let round_at_ms = self.round.round_at_ms.unwrap_or(self.now_ms);
        self.ask_all(round_at_ms, doubt_since_ms);
        round_at_ms
    }

    /// Among the edges that answered the final round: the copy's own edge, whose nodes know the write first, else the best of the
    /// others that is not far behind. An edge that had two copies already, or refused the last one, comes last.
    fn pick(
        &mut self,
        doubt: &Doubt,
        own: Option<usize>,
        is_bound: bool,
        round_at_ms: u64,
    ) -> Result<usize, Option<u64>> {
        let edges = &self.shared.edges;
        let policy = &self.round.policy;
        let own_set = own.map_or(EdgeSet::EMPTY, EdgeSet::of);
        let unbound = if is_bound { EdgeSet::EMPTY } else { edges.those(&|_, edge| !edge.is_behind) };
        let candidates = match self.round.only {
            Some(only) if is_bound => own_set.and(EdgeSet::of(only)),
            Some(only) => EdgeSet::of(only),
            None => own_set.union(unbound),
        };
        let had_two = |edge: EdgeId| {
            let id = self.round.id.as_ref();
            id.is_some_and(|id| self.shared.writes.had_two(id, edge, policy))
        };
        let last = self.round.put_last.union(edges.those(&|_, edge| had_two(edge.id)));
        let heard = if policy.keeps(Rule::FinalRound) { edges.heard(round_at_ms) } else { edges.all() };
        let answered = candidates.and(heard);
        let preferred = answered.without(last).or(answered);
        let first = if policy.keeps(Rule::OwnEdgeFirst) { own_set } else { EdgeSet::EMPTY };
        let Some(best) = edges.best(preferred.and(first).or(preferred), self.now_ms) else {
            self.ask_all(round_at_ms, doubt.since_ms);
            return Err(Some(self.now_ms + HEAR_POLL_MS));
        };
        let awaited = candidates.without(last).and(first).first().filter(|own| *own != best);
        if let Some(own) = awaited {
            // An edge that was silent before may be dead: it gets no longer than the round.
            let is_silent = doubt.is_silent && doubt.own_heard_at_ms.is_none();
            let rtt_ms = self.shared.edges[own].rtt_ms().filter(|_| !is_silent);
            // A wait that outlived the round would begin another round and another wait, to the call's deadline.
            let wait_ms = (4 * rtt_ms.unwrap_or(0)).clamp(FINAL_ROUND_MS, self.round_valid_ms() / 2);
            let own_due_ms = round_at_ms + wait_ms;
            if self.now_ms < own_due_ms {
                return Err(Some(own_due_ms.min(self.now_ms + HEAR_POLL_MS)));
            }
        }
        Ok(best)
    }
}
