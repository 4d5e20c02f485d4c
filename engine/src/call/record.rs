//! The record of a durable write: claimed beside the race, touched before each copy leaves, and renewed while the call lasts.

use super::input::{Claimed, Left, Touched};
use super::orders::Reason;
use super::request::{Recording, StoreFailure};
use super::{Action, Call, Step};
use crate::event::Event;
use crate::lease::{LOOK_MS, PERMIT_MS, RENEW_MS, Version};
use crate::round::RoundInput;
use crate::writes::Adopted;

/// The record of a call's write.
#[derive(Debug)]
pub(super) enum Record {
    /// It has none: there is no store.
    None,
    /// Not this call's yet; no request leaves before it is.
    Claiming(Claiming),
    /// This call's, as long as it is renewed. A copy may leave until `permitted_until_ms` without a word to the store.
    Held { renew_at_ms: u64, permitted_until_ms: u64 },
    /// This call's, but the store has failed and may: nothing is renewed any more.
    Adrift,
    /// The store failed before it said that the record is this call's. Where the record may be there all the same, somebody may
    /// resume it: only the first copy leaves, and only until `first_until_ms`.
    Unrecorded { first_until_ms: Option<u64> },
}

/// A record that is not this call's yet.
#[derive(Debug, Default)]
pub(super) struct Claiming {
    /// Somebody else may be at it, and may send.
    pub(super) is_elsewhere: bool,
    /// The version that was watched for a whole lease.
    watched: Option<Version>,
    /// When the store was last asked.
    asked_at_ms: Option<u64>,
    again_at_ms: Option<u64>,
}

/// What the store was asked and has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    Claim,
    /// The same, only to see what is there: the call has ended.
    Look,
    /// Before a copy leaves for this edge, or to renew the lease.
    Touch {
        edge: Option<usize>,
        at_ms: u64,
    },
}

impl Record {
    pub(super) fn of(recording: Option<&Recording>) -> Record {
        recording.map_or(Record::None, |_| Record::Claiming(Claiming::default()))
    }

    pub(super) fn is_claiming(&self) -> bool {
        matches!(self, Record::Claiming(_))
    }

    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Record::Claiming(Claiming { is_elsewhere: true, .. }))
    }

    /// Whether the store was never asked for it.
    pub(super) fn is_unasked(&self) -> bool {
        matches!(self, Record::Claiming(Claiming { asked_at_ms: None, .. }))
    }

    /// Whether each copy needs a permit.
    pub(super) fn needs_permits(&self) -> bool {
        !matches!(self, Record::None | Record::Unrecorded { first_until_ms: None })
    }

    /// When the record wants the store to be asked.
    fn wake_at_ms(&self) -> u64 {
        match self {
            Record::Held { renew_at_ms, .. } => *renew_at_ms,
            Record::Claiming(claiming) => claiming.again_at_ms.unwrap_or(u64::MAX),
            Record::None | Record::Adrift | Record::Unrecorded { .. } => u64::MAX,
        }
    }
}

impl Call {
    /// When the record wants the store to be asked, once the store has answered.
    pub(super) fn record_wake_at_ms(&self) -> u64 {
        if self.asked == Asked::Nothing { self.record.wake_at_ms() } else { u64::MAX }
    }

    fn is_open(&self) -> bool {
        self.request.recording.is_some_and(|recording| recording.failure == StoreFailure::Open)
    }
}

impl Step<'_, '_> {
    /// Asks the store for the record of this write, once it is known whose the write is.
    pub(super) fn claim(&mut self) {
        let is_known = self.call.principal().is_some();
        let call = &mut *self.call;
        let (true, Some(recording), Record::Claiming(claiming)) =
            (is_known, call.request.recording, &mut call.record)
        else {
            return;
        };
        claiming.asked_at_ms = Some(self.now_ms);
        claiming.again_at_ms = None;
        // Where the write may leave unrecorded, it must leave before anybody else could have taken the record.
        let limit_ms = match recording.failure {
            StoreFailure::Closed => recording.timeout_ms,
            StoreFailure::Open => recording.timeout_ms.min(RENEW_MS),
        };
        let watched = claiming.watched;
        call.asked = Asked::Claim;
        self.orders.actions.push(Action::Claim { watched, resumes: recording.resumes, limit_ms });
    }

    pub(super) fn claimed(&mut self, claimed: Claimed) {
        match claimed {
            Claimed::Held { token, left } => self.hold(token, left),
            Claimed::Busy(version) => {
                if let (Record::Claiming(claiming), Some(id)) =
                    (&mut self.call.record, self.call.round.write_id())
                {
                    claiming.is_elsewhere = true;
                    claiming.watched = self.shared.writes.watch(id, version, self.now_ms);
                    claiming.again_at_ms = Some(self.now_ms + LOOK_MS);
                }
            }
            Claimed::Done => self.give_up(Reason::Replayed),
            Claimed::Conflict => self.give_up(Reason::Conflict),
            Claimed::Gone => {
                self.call.carried.in_doubt = true;
                self.give_up(Reason::EndedMeanwhile);
            }
            Claimed::Failed { may_be_written } => self.unclaimed(may_be_written),
            Claimed::Corrupt => self.give_up(Reason::Corrupt),
        }
    }

    fn hold(&mut self, token: u64, left: Option<Left>) {
        let Record::Claiming(Claiming { asked_at_ms, .. }) = self.call.record else { return };
        if let Some(left) = left {
            self.adopt(left);
        }
        self.call.round.hold(token);
        self.call.record = Record::Held {
            renew_at_ms: self.now_ms + RENEW_MS,
            permitted_until_ms: asked_at_ms.unwrap_or(self.now_ms) + PERMIT_MS,
        };
        self.unless_awaiting();
    }

    /// What another call left: its last copy is in doubt. The caller did not see how that copy ended, and no time in the record
    /// shortens a wait.
    fn adopt(&mut self, left: Left) {
        let Left { edge: Some(edge), token, hears } = left else { return };
        self.call.carried.in_doubt = true;
        let Some(id) = self.call.round.write_id() else { return };
        let adopted = Adopted { edge, token, hears };
        self.shared.writes.adopt(id, adopted, &self.call.request.policy, self.now_ms);
    }

    /// The store did not say that the record is this call's. Nothing was sent yet.
    fn unclaimed(&mut self, may_be_written: bool) {
        // What may be recorded may be resumed: no refusal proves any more that nothing will be written.
        self.call.carried.in_doubt |= may_be_written;
        if !self.call.is_open() {
            return self.give_up(Reason::StoreFailed);
        }
        let asked_at_ms = match &self.call.record {
            Record::Claiming(claiming) => claiming.asked_at_ms.unwrap_or(self.now_ms),
            _ => self.now_ms,
        };
        self.orders.events.push(Event::StoreFailed);
        self.call.record =
            Record::Unrecorded { first_until_ms: may_be_written.then_some(asked_at_ms + PERMIT_MS) };
        self.unless_awaiting();
    }

    /// A copy is about to leave for `edge`: the record says so before.
    pub(super) fn ask_permit(&mut self, edge: usize) {
        let is_first = self.call.round.attempts() == 0;
        match &mut self.call.record {
            Record::Held { renew_at_ms, .. } => {
                *renew_at_ms = self.now_ms + RENEW_MS;
                self.touch(Some(edge));
            }
            Record::Unrecorded { first_until_ms: Some(until_ms) }
                if !is_first || self.now_ms >= *until_ms =>
            {
                self.give_up(Reason::StoreFailed);
            }
            Record::Adrift => self.give_up(Reason::StoreFailed),
            Record::None | Record::Claiming(_) | Record::Unrecorded { .. } => {
                self.run(RoundInput::Permit(edge));
            }
        }
    }

    fn touch(&mut self, edge: Option<usize>) {
        let hears = self.shared.has_heard();
        self.call.asked = Asked::Touch { edge, at_ms: self.now_ms };
        self.orders.actions.push(Action::Touch { edge, hears });
    }

    pub(super) fn touched(&mut self, edge: Option<usize>, asked_at_ms: u64, touched: Touched) {
        // A renewal that failed is tried again; without it the next copy is not permitted.
        let Some(edge) = edge else { return };
        match touched {
            Touched::Held => {
                if let Record::Held { permitted_until_ms, .. } = &mut self.call.record {
                    *permitted_until_ms = asked_at_ms + PERMIT_MS;
                }
                self.run(RoundInput::Permit(edge));
            }
            Touched::Lost => {
                self.call.carried.in_doubt = true;
                self.give_up(Reason::TakenOver);
            }
            Touched::Failed => self.untouched(edge),
            Touched::Corrupt => self.give_up(Reason::Corrupt),
        }
    }

    /// The store did not record that a copy is about to leave. The first copy may leave all the same, as long as nobody can have
    /// taken the record over; a further one would be a second copy beside whoever has.
    fn untouched(&mut self, edge: usize) {
        let is_first = self.call.is_open() && self.call.round.attempts() == 0;
        match self.call.record {
            Record::Held { permitted_until_ms, .. } if is_first && self.now_ms < permitted_until_ms => {
                self.orders.events.push(Event::StoreFailed);
                self.call.record = Record::Adrift;
                self.run(RoundInput::Permit(edge));
            }
            _ => self.give_up(Reason::StoreFailed),
        }
    }

    /// Does what is due at the record: renews a held one, looks at one that is not this call's yet.
    pub(super) fn tend_record(&mut self) {
        if self.now_ms < self.call.record_wake_at_ms() {
            return;
        }
        match &mut self.call.record {
            Record::Claiming(_) => self.claim(),
            Record::Held { renew_at_ms, .. } => {
                *renew_at_ms = self.now_ms + RENEW_MS;
                self.touch(None);
            }
            Record::None | Record::Adrift | Record::Unrecorded { .. } => {}
        }
    }
}
