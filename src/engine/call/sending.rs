//! An attempt, and where the call goes from its end.

use super::step::Step;
use super::{Action, End, Kind, Phase, Target};
use crate::engine::verdict::{Ending, Landed, Next, judge};
use crate::engine::{Event, backoff_ms};

impl Step<'_> {
    pub(super) fn cut_and_judge(&mut self, ending: Ending<'_>) {
        self.orders.actions.push(Action::CutAttempt);
        self.attempt_ended(ending, None);
    }

    /// Cuts the attempt without a verdict: nobody will hear of it, so it may have landed.
    pub(super) fn cut_attempt(&mut self) {
        if let Phase::Sending { edge, .. } = self.call.phase {
            self.orders.actions.push(Action::CutAttempt);
            self.close_copy(Landed::Maybe);
            self.call.last = Some((edge, judge(Ending::TimedOut)));
        }
    }

    pub(super) fn close_copy(&mut self, landed: Landed) {
        let Kind::Write { nonce, fingerprint, .. } = &self.call.kind else { return };
        let Some(ticket) = self.call.ticket.take() else { return };
        let copies = &mut self.shared.copies;
        self.call.own = self.call.own.and(landed);
        self.call.others = copies.ended(nonce, fingerprint, ticket, landed, &self.call.policy, self.now_ms);
    }

    pub(super) fn attempt_ended(&mut self, ending: Ending<'_>, retry_after_ms: Option<u64>) {
        let Phase::Sending { edge, sent_at_ms, .. } = self.call.phase else { return };
        let row = judge(ending);
        let next = if self.call.is_write() { row.write } else { row.read };
        let before = self.call.own;
        self.close_copy(row.landed);
        self.call.last = Some((edge, row));
        if matches!(next, Next::Answer | Next::Surface | Next::SameLater | Next::SameOnce) {
            self.shared.edges.record_answer(edge, sent_at_ms, self.now_ms);
        }
        let spent = self.call.is_spent(before);
        match next {
            Next::Answer => self.end(End::Answered),
            Next::Surface => self.end(End::Failed),
            Next::SameOnce if self.call.retried_same.contains(&edge) => self.end(End::Failed),
            Next::SameLater | Next::SameOnce if spent => self.end(End::Failed),
            Next::SameLater => self.retry_same(edge, retry_after_ms, row.reason),
            Next::SameOnce => {
                self.call.retried_same.push(edge);
                self.retry_same(edge, retry_after_ms, row.reason);
            }
            Next::OtherNow | Next::SettleSame | Next::SettleOther => {
                self.move_on(edge, next, spent, retry_after_ms, row.reason);
            }
        }
    }

    pub(super) fn retry_same(&mut self, edge: usize, retry_after_ms: Option<u64>, reason: &'static str) {
        let wait_ms = retry_after_ms.unwrap_or_else(|| self.backoff_ms());
        self.wait(Target::Fixed(edge), wait_ms, Some((edge, reason)));
    }

    pub(super) fn move_on(
        &mut self,
        edge: usize,
        next: Next,
        spent: bool,
        retry_after_ms: Option<u64>,
        reason: &'static str,
    ) {
        if !self.call.can_move() {
            if spent {
                return self.end(End::Failed);
            }
            return self.retry_same(self.call.only.unwrap_or(edge), retry_after_ms, reason);
        }
        // An edge that asks for more patience than the settle rule has is better left.
        let patient = retry_after_ms.is_none_or(|wait_ms| wait_ms <= self.call.policy.settle_ms);
        let same_first = next == Next::SettleSame && patient && !self.call.retried_same.contains(&edge);
        if same_first && !spent && self.shared.edges.len() > 1 {
            self.call.retried_same.push(edge);
            let target = Target::IfAlive { edge, asked_at_ms: None, alive: false };
            return self.wait(target, retry_after_ms.unwrap_or(0), Some((edge, reason)));
        }
        self.leave(edge, reason);
        if spent {
            return self.end(End::Failed);
        }
        // Once every edge has been left, the next round is not begun in a hurry.
        let wait_ms = if self.call.left.len() >= self.shared.edges.len() { self.backoff_ms() } else { 0 };
        self.wait(Target::Any, wait_ms, None);
    }

    pub(super) fn wait(&mut self, target: Target, wait_ms: u64, retry: Option<(usize, &'static str)>) {
        let not_before_ms = self.now_ms.saturating_add(wait_ms);
        if not_before_ms >= self.call.deadline_ms {
            return self.end(End::Failed);
        }
        if let Some((edge, reason)) = retry {
            self.orders.events.push(Event::Retry { edge, wait_ms, reason });
        }
        self.head(target, not_before_ms);
    }

    pub(super) fn backoff_ms(&mut self) -> u64 {
        self.call.retries += 1;
        backoff_ms(self.call.retries - 1, (self.random)())
    }

    pub(super) fn leave(&mut self, edge: usize, reason: &'static str) {
        if !self.call.left.contains(&edge) {
            self.call.left.push(edge);
        }
        self.shared.edges.cool(edge, &self.call.policy, self.now_ms);
        let cooldown_ms = self.call.policy.cooldown_ms;
        self.orders.events.push(Event::Cooldown { edge, cooldown_ms, reason });
    }
}
