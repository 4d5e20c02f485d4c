//! The rounds of a call: nearly always one. Another begins where a key was refused that a function can renew, and where an account is
//! read until it shows an event.

use super::orders::Reason;
use super::request::Request;
use super::{Call, Step};
use crate::code::Code;
use crate::round::{Round, RoundEnd, RoundInput};

/// How long to wait before each look after the first at an account that does not show the event yet, and how many there are: each
/// costs its user a credit. Replication takes 58 to 150 ms, observed, and where it is slow up to 3 s.
const LOOK_AGAIN_MS: [u64; 5] = [100, 200, 500, 1_000, 2_000];

/// What the rounds before this one left behind.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) started_at_ms: u64,
    pub(super) attempts: u32,
    pub(super) in_doubt: bool,
    looks: usize,
}

impl Carried {
    pub(super) fn new(started_at_ms: u64, in_doubt: bool) -> Carried {
        Carried { started_at_ms, in_doubt, ..Carried::default() }
    }
}

impl Request {
    /// A round of this call. Its deadline is that of the first.
    pub(super) fn round(&self, started_at_ms: u64, awaits: bool, needs_permits: bool) -> Round {
        let mut round = Round::new(self.kind.clone(), self.only, self.policy, started_at_ms);
        round.needing_clock(self.needs_clock);
        round.probing(self.is_probe);
        round.awaiting_key(awaits);
        round.needing_permits(needs_permits);
        round
    }
}

impl Call {
    /// Whether the account does not show the event yet.
    fn is_behind(&self) -> bool {
        self.last.is_some_and(|last| last.is_behind)
    }
}

impl Step<'_, '_> {
    /// The first step of a round: whose the call is, where that is known already.
    pub(super) fn enter_round(&mut self) {
        match self.call.principal().cloned() {
            Some(principal) => self.run(RoundInput::Owner(&principal)),
            None => self.run(RoundInput::Tick),
        }
    }

    /// A round has ended. Another one begins, or the call ends.
    pub(super) fn round_ended(&mut self, end: RoundEnd) {
        let is_key_refused = self.call.round.code() == Some(Code::Unauthorized);
        match end {
            RoundEnd::Failed if is_key_refused && self.renew_key() => {}
            RoundEnd::Answered if self.call.is_behind() => self.look_again(),
            _ => {
                let reason = self.reason(end);
                self.conclude(reason);
            }
        }
    }

    /// The edge does not know the event yet: another look, where there is one left and time for it.
    fn look_again(&mut self) {
        let next_ms = LOOK_AGAIN_MS.get(self.call.carried.looks).map(|wait_ms| self.now_ms + wait_ms);
        match next_ms {
            Some(at_ms) if at_ms < self.call.round.deadline_ms() => {
                self.call.carried.looks += 1;
                self.begin_round_at(at_ms);
            }
            Some(_) => self.conclude(Reason::Behind),
            None => self.conclude(Reason::BehindTooOften),
        }
    }

    fn begin_round_at(&mut self, at_ms: u64) {
        self.replace_round(self.call.round.attempts(), false);
        self.call.round.wait_until(at_ms);
        self.enter_round();
    }

    pub(super) fn begin_round(&mut self, attempts: u32, awaits_key: bool) {
        self.replace_round(attempts, awaits_key);
        self.enter_round();
    }

    fn replace_round(&mut self, attempts: u32, awaits_key: bool) {
        let call = &mut *self.call;
        call.carried.attempts += attempts;
        call.carried.in_doubt |= call.round.in_doubt();
        let needs_permits = call.record.needs_permits();
        call.round = call.request.round(call.carried.started_at_ms, awaits_key, needs_permits);
    }

    fn reason(&mut self, end: RoundEnd) -> Reason {
        match end {
            RoundEnd::Answered => Reason::Answered,
            RoundEnd::Failed => Reason::Failed,
            RoundEnd::Deadline => Reason::Deadline,
            RoundEnd::Shared { ticket } => Reason::Shared { ticket },
            RoundEnd::Conflict => Reason::Conflict,
            RoundEnd::Aborted => self.call.given_up.take().unwrap_or(Reason::Aborted),
        }
    }

    /// Ends the call, though nobody gave it up.
    pub(super) fn give_up(&mut self, reason: Reason) {
        self.call.given_up = Some(reason);
        self.run(RoundInput::Abort);
    }

    /// The caller gives up. Also a call that never began looks at what the module knows of its nonce.
    pub(super) fn abort(&mut self) {
        if self.call.round.write_id().is_none()
            && let Some(principal) = &self.call.request.principal
        {
            self.call.round.belong_to(self.shared.ledger, principal);
        }
        self.run(RoundInput::Abort);
    }
}
