//! The end of a call: what is known of the write, what its record is to say, and what the caller is told.

use super::input::{Claimed, Ended};
use super::orders::{Close, End, Outcome, Reason};
use super::record::{Asked, Record};
use super::{Action, Call, Last, Phase, Step};
use crate::event::Event;
use crate::round::RoundInput;
use crate::verdict::{Body, Landed};

impl Call {
    /// Whether some copy of the write may be in the ledger, or may get there by another call's hand. As long as a record that was
    /// found is not this call's, somebody else may be at it.
    fn in_doubt(&self) -> bool {
        let resumes = self.request.recording.is_some_and(|recording| recording.resumes);
        self.carried.in_doubt
            || self.round.in_doubt()
            || self.record.is_elsewhere()
            || (resumes && self.record.is_claiming())
    }

    fn outcome(&self, reason: Reason) -> Outcome {
        if !self.round.is_write() {
            return Outcome::Rejected;
        }
        let is_unreadable = self.last.is_some_and(|last| last.body == Some(Body::Unreadable));
        match reason {
            Reason::Answered | Reason::Deleted | Reason::Replayed => Outcome::Applied,
            Reason::Failed if is_unreadable => Outcome::Applied,
            Reason::Shared { .. } => match self.round.landed() {
                Landed::Yes => Outcome::Applied,
                Landed::No if !self.carried.in_doubt => Outcome::Rejected,
                Landed::No | Landed::Maybe => Outcome::Unknown,
            },
            _ if self.in_doubt() => Outcome::Unknown,
            _ => Outcome::Rejected,
        }
    }
}

impl Step<'_, '_> {
    /// The call has what it can have. What is not written down yet is written down first.
    pub(super) fn conclude(&mut self, reason: Reason) {
        let is_deleted = self.call.last.is_some_and(|last| last.is_deleted);
        let reason = match reason {
            // An earlier attempt of this call deleted it, and only its answer was lost.
            Reason::Failed if is_deleted && self.call.in_doubt() => Reason::Deleted,
            reason => reason,
        };
        if let Reason::Shared { ticket } = reason {
            self.call.has_answer |= self.call.round.landed() == Landed::Yes;
            if let Some(edge) = self.shared.writes.kept_edge(ticket)
                && let Some(edge) = self.shared.edges.at(edge)
            {
                self.orders.events.push(Event::Replay { edge });
            }
        }
        let end = End {
            reason,
            outcome: self.call.outcome(reason),
            edge: self.call.round.edge(),
            attempts: self.call.carried.attempts + self.call.round.attempts(),
            elapsed_ms: self.now_ms.saturating_sub(self.call.carried.started_at_ms),
        };
        self.call.phase = Phase::Concluding(end);
        // A call given up while it claims its record learns what came of that, so as to free it.
        if self.call.asked == Asked::Claim {
            return;
        }
        if end.outcome == Outcome::Rejected && self.call.record.is_unasked() {
            return self.look_before_refusing();
        }
        self.close();
    }

    /// A call that ends before it has asked the store looks there all the same: an earlier call may have left the write unfinished. It
    /// looks as one that resumes, which records nothing where there is nothing.
    fn look_before_refusing(&mut self) {
        let Some(recording) = self.call.request.recording else { return self.close() };
        self.call.asked = Asked::Look;
        let limit_ms = recording.timeout_ms;
        self.orders.actions.push(Action::Claim { watched: None, resumes: true, limit_ms });
    }

    /// What is known of the write once a claim has ended whose call has ended before.
    pub(super) fn claimed_late(&mut self, claimed: Claimed) {
        let asked = std::mem::replace(&mut self.call.asked, Asked::Nothing);
        let carried = &mut self.call.carried;
        match claimed {
            Claimed::Held { left, .. } => {
                // What somebody left unfinished stays so.
                carried.in_doubt |= left.is_some_and(|left| left.edge.is_some());
                self.call.record = Record::Held { renew_at_ms: u64::MAX, permitted_until_ms: 0 };
            }
            Claimed::Failed { may_be_written } => carried.in_doubt |= may_be_written,
            Claimed::Conflict | Claimed::Corrupt => {}
            Claimed::Gone if asked == Asked::Look => {}
            // Somebody else may be at it, or has done it.
            Claimed::Busy(_) | Claimed::Done | Claimed::Gone => carried.in_doubt = true,
        }
        self.close();
    }

    /// Writes down how the call ended. What is not written down cannot be called rejected: somebody would resume it.
    fn close(&mut self) {
        let Phase::Concluding(end) = &mut self.call.phase else { return };
        if end.outcome == Outcome::Rejected && self.call.carried.in_doubt && self.call.round.is_write() {
            end.outcome = Outcome::Unknown;
        }
        let is_refused = end.outcome == Outcome::Rejected;
        let close = match (&self.call.record, end.outcome) {
            // Nobody waits once more for a store that failed, but to take back what would be resumed.
            (Record::Held { .. } | Record::Adrift, _) if is_refused => Close::Free,
            (Record::Held { .. }, Outcome::Applied) if self.call.has_answer => Close::Complete {
                shared: if let Reason::Shared { ticket } = end.reason { Some(ticket) } else { None },
            },
            (Record::Held { .. }, _) => Close::Leave,
            _ => return self.end(),
        };
        self.orders.actions.push(Action::Close(close));
    }

    pub(super) fn closed(&mut self, is_written: bool) {
        if let Phase::Concluding(end) = &mut self.call.phase
            && end.outcome == Outcome::Rejected
            && !is_written
        {
            end.outcome = Outcome::Unknown;
        }
        self.end();
    }

    fn end(&mut self) {
        if let Phase::Concluding(end) = self.call.phase {
            self.call.phase = Phase::Over;
            self.orders.actions.push(Action::End(end));
        }
    }

    /// The attempt has ended.
    pub(super) fn attempt_ended(&mut self, ended: Ended<'_>) {
        let (ticket, edge) = (self.call.round.ticket(), self.call.round.edge());
        self.call.last = Some(Last::of(&ended));
        self.call.has_answer |= ended.ending.is_success() && matches!(self.call.record, Record::Held { .. });
        // The hands hold the answer for others before the call ends, and with it what the hands have of it.
        let place = self.orders.actions.len();
        self.run(RoundInput::Ended(ended.ending, ended.retry_after_ms));
        let Some(edge) = edge else { return };
        if let (Some(ticket), Some(bytes)) = (ticket, ended.shareable_bytes) {
            let id = self.shared.edges[edge].id;
            self.shared.writes.keep(ticket, id, bytes, &self.call.request.policy, self.now_ms);
            self.orders.actions.insert(place, Action::Keep(ticket));
        }
        if ended.is_replay {
            self.orders.events.push(Event::Replay { edge });
        }
    }
}
