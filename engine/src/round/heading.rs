//! Towards an attempt: past the copies before it, to the edge that is best, by way of a race where no edge is known to be fit.

use super::step::Step;
use super::{Kind, Permit, Phase, RoundAction, RoundEnd, Target};
use crate::Event;
use crate::edge::EdgeState;
use crate::edges::Choice;
use crate::lease::PERMIT_MS;
use crate::policy::Rule;
use crate::verdict::Landed;
use crate::watch::{Watch, answer_within_ms};
use crate::writes::{Departure, Look, Waits};

/// How often a call looks whether another call's copy of its nonce has ended.
const COPY_POLL_MS: u64 = 20;
/// The first look at another call's race; later looks are a quarter of the time spent apart.
const RACE_POLL_MIN_MS: u64 = 4;
const RACE_POLL_MAX_MS: u64 = 25;
/// How far the request is ahead of the probes beside it. They took a seventh of its time where they left at once; and who
/// answers sooner than that cannot be beaten by the ten milliseconds that a switch is worth.
const BESIDE_MS: u64 = 4;

impl Step<'_, '_> {
    pub(super) fn head(&mut self, target: Target, not_before_ms: u64) {
        self.round.phase = Phase::Heading { target, not_before_ms };
    }

    pub(super) fn head_for(&mut self, target: Target, not_before_ms: u64) -> Option<u64> {
        if self.now_ms < not_before_ms {
            return Some(not_before_ms);
        }
        match self.pass_others(target) {
            Ok(target) => self.go(target),
            Err(wake_at_ms) => {
                // After a wait, which edge is best is a new question.
                if let Phase::Heading { target: target @ Target::Resort(_), .. } = &mut self.round.phase {
                    *target = Target::Any;
                }
                wake_at_ms
            }
        }
    }

    fn go(&mut self, target: Target) -> Option<u64> {
        let is_nobodys = self.round.is_write() && self.round.id.is_none();
        if (self.round.awaits_key || is_nobodys) && self.is_decided(target) {
            return Some(self.round.deadline_ms);
        }
        match target {
            Target::Fixed(edge) | Target::Resort(edge) => return self.send_with_clock(edge),
            Target::IfAlive { edge, alive: true, .. } => return self.send_with_clock(edge),
            Target::IfAlive { edge, asked_at_ms, .. } => return self.await_sign_of_life(edge, asked_at_ms),
            Target::Any => match self.shared.edges.choose(self.round.left, &self.round.policy, self.now_ms) {
                Choice::Send(edge) => return self.send_with_clock(edge),
                Choice::Race => self.race(),
                Choice::WaitForRace => return Some(self.race_poll_at_ms()),
            },
        }
        None
    }

    /// Whether nothing but the key is missing. (A choice among edges is not made before it can be followed: it marks the chosen.)
    fn is_decided(&self, target: Target) -> bool {
        match target {
            Target::Any => {
                self.shared.edges.len() == 1
                    || self.shared.edges.pinned().is_some_and(|edge| !self.rests(edge))
                    || self.shared.edges.has_fit(self.round.left, &self.round.policy, self.now_ms)
            }
            Target::IfAlive { alive, .. } => alive,
            Target::Fixed(_) | Target::Resort(_) => true,
        }
    }

    /// Past the other copies of the write. `Err` says when to look again, or `Err(None)` that the phase changed.
    fn pass_others(&mut self, target: Target) -> Result<Target, Option<u64>> {
        if !self.round.is_write() {
            return Ok(target);
        }
        // Before its owner is known, a write may only find out which edge is best.
        let Some(id) = &self.round.id else { return Ok(target) };
        let policy = &self.round.policy;
        let waits = Waits { since_ms: self.round.started_at_ms, ticket: self.round.waited_for };
        let look = self.shared.writes.look(id, waits, policy, self.now_ms);
        let is_first = self.round.attempts == 0;
        match look {
            Look::Conflict => {
                self.end(RoundEnd::Conflict);
                Err(None)
            }
            Look::Answered { ticket, landed } if !self.round.lacks_nonce() => {
                self.round.others = landed;
                self.end(RoundEnd::Shared { ticket });
                Err(None)
            }
            Look::InFlight { ticket } => {
                self.round.others = Landed::Maybe;
                self.round.waited_for = Some(ticket);
                self.announce_settle(0);
                Err(Some(self.now_ms + COPY_POLL_MS))
            }
            Look::Applied { .. } | Look::InDoubt { .. } if !policy.keeps(Rule::Settle) => Ok(target),
            Look::InDoubt { .. } if is_first && !policy.keeps(Rule::NonceDoubt) => Ok(target),
            Look::InDoubt { doubt, settle_ms, moves } => {
                self.round.others = Landed::Maybe;
                self.next_copy(&doubt, settle_ms, moves).map(Target::Fixed)
            }
            // A success is not in doubt: a replay has only to leave replication its time, and may go anywhere.
            Look::Applied { until_ms } => {
                self.round.others = Landed::Yes;
                Err(self.wait_to_settle(until_ms))
            }
            Look::Answered { .. } => {
                self.round.others = Landed::Yes;
                Err(Some(self.now_ms + COPY_POLL_MS))
            }
            Look::Free => {
                // What was in the ledger stays there, though the table forgets it when its replay may leave.
                if self.round.others != Landed::Yes {
                    self.round.others = Landed::No;
                }
                Ok(target)
            }
        }
    }

    /// Waits until `until_ms`, or ends the call: a wait that would end after the deadline is not begun.
    pub(super) fn wait_to_settle(&mut self, until_ms: u64) -> Option<u64> {
        if until_ms >= self.round.deadline_ms {
            self.end(if self.round.last.is_some() { RoundEnd::Failed } else { RoundEnd::Deadline });
            return None;
        }
        self.announce_settle(until_ms.saturating_sub(self.now_ms));
        Some(until_ms)
    }

    pub(super) fn rests(&self, edge: usize) -> bool {
        self.shared.edges[edge].state(self.now_ms) == EdgeState::Cooling
    }

    pub(super) fn await_sign_of_life(&mut self, edge: usize, asked_at_ms: Option<u64>) -> Option<u64> {
        let Some(asked_at_ms) = asked_at_ms else {
            self.probe(edge);
            self.head(Target::IfAlive { edge, asked_at_ms: Some(self.now_ms), alive: false }, self.now_ms);
            return None;
        };
        let until_ms = asked_at_ms + answer_within_ms(&self.shared.edges[edge]);
        if self.now_ms < until_ms {
            return Some(until_ms);
        }
        self.give_up_on(edge, self.now_ms);
        None
    }

    /// An edge gave no sign of life: on to another, unless the call is bound to this one.
    pub(super) fn give_up_on(&mut self, edge: usize, not_before_ms: u64) {
        if self.round.can_move() {
            self.leave(edge, "no sign of life");
            self.head(Target::Any, not_before_ms);
        } else {
            self.head(Target::Fixed(edge), not_before_ms);
        }
    }

    pub(super) fn race(&mut self) {
        let field = self.shared.edges.field(self.round.left, self.now_ms);
        for edge in field {
            self.probe(edge);
        }
        let until_ms = self.now_ms + self.round.policy.probe_timeout_ms;
        self.round.phase = Phase::Racing { field, since_ms: self.now_ms, until_ms };
    }

    pub(super) fn race_poll_at_ms(&mut self) -> u64 {
        let since_ms = *self.round.waiting_since_ms.get_or_insert(self.now_ms);
        let waited_ms = self.now_ms.saturating_sub(since_ms);
        self.now_ms + (waited_ms / 4).clamp(RACE_POLL_MIN_MS, RACE_POLL_MAX_MS)
    }

    /// Tells of a wait once: of one whose end is not known yet with a wait of 0, and again when it is.
    pub(super) fn announce_settle(&mut self, wait_ms: u64) {
        if self.round.settle_told.is_none_or(|told_ms| told_ms == 0 && wait_ms > 0) {
            self.round.settle_told = Some(wait_ms);
            self.events.push(Event::Settle { wait_ms });
        }
    }

    /// Sends, or asks the edge for its time first. All copies are the same bytes: only the first needs it, and an
    /// edge that will not tell is not asked twice.
    fn send_with_clock(&mut self, edge: usize) -> Option<u64> {
        let known = self.shared.edges[edge].unix_ms(self.now_ms);
        let unasked = self.round.clock_asked != Some(edge);
        if self.round.needs_clock && self.round.attempts == 0 && known.is_none() && unasked {
            self.round.clock_asked = Some(edge);
            self.head(Target::IfAlive { edge, asked_at_ms: None, alive: false }, self.now_ms);
            return None;
        }
        self.send_with_permit(edge)
    }

    /// Sends, or asks for the permit first and waits for it.
    fn send_with_permit(&mut self, edge: usize) -> Option<u64> {
        match self.round.permit {
            Permit::Needless => {}
            Permit::Granted { edge: granted, until_ms } if granted == edge && self.now_ms < until_ms => {
                self.round.permit = Permit::Wanted;
            }
            Permit::Asked { edge: asked, .. } if asked == edge => return Some(self.round.deadline_ms),
            _ => {
                self.round.permit = Permit::Asked { edge, at_ms: self.now_ms };
                self.actions.push(RoundAction::Ask(edge));
                return Some(self.round.deadline_ms);
            }
        }
        self.send(edge);
        None
    }

    pub(super) fn permitted(&mut self, edge: usize) {
        if let Permit::Asked { edge: asked, at_ms } = self.round.permit
            && asked == edge
        {
            // From the question on: the answer may have been long on its way.
            self.round.permit = Permit::Granted { edge, until_ms: at_ms + PERMIT_MS };
        }
    }

    fn send(&mut self, edge: usize) {
        let policy = self.round.policy;
        // An edge that was left for another one rests.
        if let Some((from, row)) =
            self.round.last.filter(|(from, _)| *from != edge && !self.round.left.contains(*from))
        {
            self.leave(from, row.reason);
        }
        let until_ms = self.now_ms.saturating_add(policy.attempt_timeout_ms).min(self.round.deadline_ms);
        self.enter_copy(edge, until_ms);
        let round = &mut *self.round;
        round.attempts += 1;
        round.waiting_since_ms = None;
        round.settle_told = None;
        round.round_at_ms = None;
        if let Some((from, row)) = round.last.filter(|(from, _)| *from != edge) {
            self.events.push(Event::Failover { from, to: edge, reason: row.reason });
        }
        self.events.push(Event::Attempt { edge, attempt: round.attempts });
        self.actions.push(RoundAction::Send(edge));
        let watched = round.can_move() && self.shared.edges.len() > 1;
        let watch = watched.then(|| Watch::new(&self.shared.edges[edge], self.now_ms));
        round.phase = Phase::Sending { edge, sent_at_ms: self.now_ms, until_ms, watch };
        let due =
            !self.round.is_probe && !self.shared.edges.due_probes(edge, &policy, self.now_ms).is_empty();
        self.round.beside_at_ms = due.then(|| self.now_ms + BESIDE_MS);
    }

    /// Enters the copy in the table, in the same step as it leaves.
    fn enter_copy(&mut self, edge: usize, deadline_ms: u64) {
        let standing = self.round.standing();
        let (Kind::Write { moves, .. }, Some(id)) = (&self.round.kind, &self.round.id) else { return };
        let (moves, token) = (*moves, self.round.token);
        let departure = Departure {
            edge: self.shared.edges[edge].id,
            sent_at_ms: self.now_ms,
            deadline_ms,
            moves,
            standing,
            token,
        };
        self.round.ticket = Some(self.shared.writes.sent(id, departure, &self.round.policy));
    }
}
