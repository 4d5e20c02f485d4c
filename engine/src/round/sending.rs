//! An attempt, and where the call goes from its end.

use super::step::Step;
use super::{Phase, RoundAction, RoundEnd, Target};
use crate::Code;
use crate::edge_set::EdgeSet;
use crate::policy::Rule;
use crate::verdict::{Ending, Landed, Next, judge};
use crate::{CopyEnd, Event, backoff_ms};

/// Of an attempt that ended silent: when its edge was asked for a sign of life, and when another edge answered that.
pub(super) type Silence = Option<(u64, Option<u64>)>;

impl Step<'_, '_> {
    pub(super) fn cut_and_judge(&mut self, ending: Ending<'_>, silent: Silence) {
        self.actions.push(RoundAction::CutAttempt);
        self.attempt_ended(ending, None, silent);
    }

    /// Cuts the attempt without a verdict: nobody will hear of it, so it may have landed.
    pub(super) fn cut_attempt(&mut self) {
        if let Phase::Sending { edge, .. } = self.round.phase {
            self.actions.push(RoundAction::CutAttempt);
            self.close_copy(CopyEnd { landed: Landed::Maybe, silent: None, is_last: true });
            self.round.last = Some((edge, judge(Ending::TimedOut)));
        }
    }

    fn close_copy(&mut self, end: CopyEnd) {
        let (Some(id), Some(ticket)) = (&self.round.id, self.round.ticket.take()) else { return };
        self.round.own = self.round.own.and(end.landed);
        self.round.others = self.shared.writes.ended(id, &ticket, end, &self.round.policy, self.now_ms);
    }

    pub(super) fn attempt_ended(&mut self, ending: Ending<'_>, retry_after_ms: Option<u64>, silent: Silence) {
        let Phase::Sending { edge, sent_at_ms, .. } = self.round.phase else { return };
        let row = judge(ending);
        let next = if self.round.is_write() { row.write } else { row.read };
        let before = self.round.own;
        let spent = self.round.is_spent(before);
        let is_last = spent || matches!(next, Next::Answer | Next::Surface);
        // Who has a function for its key asks it for another one.
        let is_last = is_last && row.code != Some(Code::Unauthorized);
        let landed = if self.round.policy.keeps(Rule::Proof) { row.landed } else { proofless(row.landed) };
        self.close_copy(CopyEnd { landed, silent, is_last });
        self.round.last = Some((edge, row));
        if matches!(ending, Ending::Status { .. } | Ending::Redirect) {
            self.hear(edge, sent_at_ms);
            if matches!(next, Next::Answer | Next::Surface | Next::SameLater | Next::SameOnce) {
                self.shared.edges.record_answer(edge, sent_at_ms, self.now_ms);
            }
        }
        let moves_on = next == Next::OtherNow && self.round.can_move();
        if moves_on || (next == Next::NextCopy && silent.is_some()) {
            self.leave(edge, row.reason);
        }
        match next {
            Next::Answer => self.end(RoundEnd::Answered),
            Next::Surface => self.end(RoundEnd::Failed),
            _ if spent => self.end(RoundEnd::Failed),
            Next::SameOnce if self.round.retried_same.contains(edge) => self.end(RoundEnd::Failed),
            Next::SameOnce => {
                self.round.retried_same.insert(edge);
                self.retry_same(edge, retry_after_ms, row.reason);
            }
            Next::OtherNow if moves_on => self.move_on(edge, silent),
            Next::SameLater | Next::OtherNow => self.retry_same(edge, retry_after_ms, row.reason),
            Next::NextCopy => self.send_again(edge, retry_after_ms),
        }
    }

    pub(super) fn retry_same(&mut self, edge: usize, retry_after_ms: Option<u64>, reason: &'static str) {
        let wait_ms = retry_after_ms.unwrap_or_else(|| self.backoff_ms());
        self.wait(Target::Fixed(edge), wait_ms, Some((edge, reason)));
    }

    /// A read, or a write that provably did nothing: to another edge.
    fn move_on(&mut self, edge: usize, silent: Silence) {
        self.round.put_last.insert(edge);
        // The edges that answered while this one was silent are known to live, resting and unfit ones too.
        let edges = &self.shared.edges;
        let others = |since_ms: u64| edges.heard(since_ms).without(EdgeSet::of(edge));
        let alive = silent.and_then(|(asked_at_ms, _)| edges.best(others(asked_at_ms), self.now_ms));
        if let Some(alive) = alive {
            return self.wait(Target::Resort(alive), 0, None);
        }
        // Once every edge has been left, the next round is not begun in a hurry.
        let wait_ms = if self.round.left.len() >= self.shared.edges.len() { self.backoff_ms() } else { 0 };
        self.wait(Target::Any, wait_ms, None);
    }

    /// A write that may have landed: its next copy leaves by the rule of the copy in doubt.
    fn send_again(&mut self, edge: usize, retry_after_ms: Option<u64>) {
        // An edge that asks for more patience than the rule has comes last.
        let wait_ms = retry_after_ms.filter(|wait_ms| *wait_ms <= self.round.policy.settle_ms).unwrap_or(0);
        if retry_after_ms.is_some_and(|wait_ms| wait_ms > self.round.policy.settle_ms) {
            self.round.put_last.insert(edge);
        }
        self.wait(Target::Any, wait_ms, None);
    }

    pub(super) fn wait(&mut self, target: Target, wait_ms: u64, retry: Option<(usize, &'static str)>) {
        let not_before_ms = self.now_ms.saturating_add(wait_ms);
        if not_before_ms >= self.round.deadline_ms {
            return self.end(RoundEnd::Failed);
        }
        if let Some((edge, reason)) = retry {
            self.events.push(Event::Retry { edge, wait_ms, reason });
        }
        self.head(target, not_before_ms);
    }

    pub(super) fn backoff_ms(&mut self) -> u64 {
        self.round.retries += 1;
        backoff_ms(self.round.retries - 1, (self.random)())
    }

    pub(super) fn leave(&mut self, edge: usize, reason: &'static str) {
        self.round.left.insert(edge);
        self.shared.edges.cool(edge, &self.round.policy, self.now_ms);
        let cooldown_ms = self.round.policy.cooldown_ms;
        self.events.push(Event::Cooldown { edge, cooldown_ms, reason });
    }
}

fn proofless(landed: Landed) -> Landed {
    if landed == Landed::Maybe { Landed::No } else { landed }
}
