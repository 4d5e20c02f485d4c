//! The record of a durable write: claimed beside the race, touched before each copy leaves, renewed while the call lasts, and
//! completed, freed or left when it ends.

use std::rc::Rc;

use super::Drive;
use crate::api::Operation;
use crate::durable::{
    Claimed, ENDED_MEANWHILE, Held, Journal, Note, RecordedAnswer, Reply, Sent, StoreFailure, Trouble,
    record_name,
};
use crate::engine::{Adopted, Event, Input, LOOK_MS, Landed, Orders, PERMIT_MS, RENEW_MS, Version};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::Recorded;
use crate::platform::{LocalFuture, Response};
use crate::reply::Answer;

const BELONGS_TO_ANOTHER: &str =
    "This idempotencyNonce belongs to another request: use a new one for a new request.";

/// The record of this call's write.
pub(super) enum Record {
    /// It has none: there is no store.
    None,
    /// Asked for; no request leaves before it is ours.
    Claiming(Claiming),
    /// Ours, as long as it is renewed. A copy may leave until `permitted_until_ms` without a word to the store.
    Held { held: Held, note: Note, renew_at_ms: u64, permitted_until_ms: u64 },
    /// Ours, but the store has failed and may: nothing is renewed any more.
    Adrift { held: Held },
    /// The store failed before it said that the record is ours. Where the record may be there all the same, somebody may resume
    /// it: only the first copy leaves, and only until `first_until_ms`.
    Unrecorded { first_until_ms: Option<u64> },
}

/// A record that is not ours yet.
pub(super) struct Claiming {
    note: Note,
    /// Who resumes wants only what somebody left.
    resumes: bool,
    /// Somebody else may be at it, and may send.
    is_elsewhere: bool,
    /// Under which the record lies, once it is known whose it is.
    name: Rc<str>,
    /// The version that was watched for a whole lease.
    watched: Option<Version>,
    asked_at_ms: u64,
    again_at_ms: Option<u64>,
}

impl Record {
    pub(super) fn of(journal: Option<&Journal>, operation: &Operation) -> Record {
        let Some(note) = journal.and_then(|_| Note::of(operation)) else { return Record::None };
        Record::Claiming(Claiming {
            note,
            resumes: operation.recorded,
            is_elsewhere: false,
            name: "".into(),
            watched: None,
            asked_at_ms: 0,
            again_at_ms: None,
        })
    }

    pub(super) fn is_awaited(&self) -> bool {
        matches!(self, Record::Claiming(_))
    }

    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Record::Claiming(Claiming { is_elsewhere: true, .. }))
    }

    /// Whether each copy needs a permit.
    pub(super) fn needs_permits(&self) -> bool {
        !matches!(self, Record::None | Record::Unrecorded { first_until_ms: None })
    }

    /// When the record wants the store to be asked.
    pub(super) fn wake_at_ms(&self) -> u64 {
        match self {
            Record::Held { renew_at_ms, .. } => *renew_at_ms,
            Record::Claiming(claiming) => claiming.again_at_ms.unwrap_or(u64::MAX),
            Record::None | Record::Adrift { .. } | Record::Unrecorded { .. } => u64::MAX,
        }
    }
}

impl Drive<'_> {
    /// Asks the store for the record of this write, once it is known whose it is.
    pub(super) fn claim_record(&mut self) {
        let scope = self.key.at_hand().and_then(|credentials| credentials.scope.clone());
        let (Some(journal), Some(scope), Record::Claiming(claiming)) =
            (&self.station.journal, scope, &mut self.record)
        else {
            return;
        };
        claiming.asked_at_ms = self.station.platform.now_ms();
        claiming.again_at_ms = None;
        claiming.name = record_name(&scope, &claiming.note.nonce).into();
        // Where the write may leave unrecorded, it must leave before anybody else could have taken the record.
        let limit_ms = match journal.failure {
            StoreFailure::Closed => journal.timeout_ms,
            StoreFailure::Open => journal.timeout_ms.min(RENEW_MS),
        };
        let (watched, resumes) = (claiming.watched, claiming.resumes);
        let platform = &self.station.platform;
        let claimed = journal.claim(platform, &claiming.name, &claiming.note, watched, resumes, limit_ms);
        self.flights.record(Box::pin(async move { Recorded::Claimed(claimed.await) }));
    }

    pub(super) fn record_landed(&mut self, recorded: Recorded) -> Orders {
        match recorded {
            Recorded::Claimed(Ok(Claimed::Held(held, left))) => self.claimed(held, left),
            Recorded::Claimed(Ok(Claimed::Not(reply))) => self.not_claimed(reply),
            Recorded::Claimed(Err(trouble)) => self.unclaimed(trouble),
            Recorded::Touched(Some(edge), Ok(true)) => {
                if let Record::Held { permitted_until_ms, .. } = &mut self.record {
                    *permitted_until_ms = self.touched_at_ms + PERMIT_MS;
                }
                self.step(Input::Permit(edge))
            }
            Recorded::Touched(Some(_), Ok(false)) => {
                self.past.in_doubt = true;
                self.give_up(
                    Code::Conflict,
                    "Another tab or worker has taken this write over: see pending().",
                )
            }
            Recorded::Touched(Some(edge), Err(trouble)) => self.untouched(edge, trouble),
            // A renewal that failed is tried again; without it the next copy is not permitted.
            Recorded::Touched(None, _) => Orders::default(),
        }
    }

    fn not_claimed(&mut self, reply: Reply) -> Orders {
        match reply {
            Reply::Busy(version) => {
                let now_ms = self.station.platform.now_ms();
                if let Record::Claiming(claiming) = &mut self.record {
                    claiming.is_elsewhere = true;
                    claiming.watched = self.station.module.watch(&claiming.name, version, now_ms);
                    claiming.again_at_ms = Some(now_ms + LOOK_MS);
                }
                Orders::default()
            }
            Reply::Done(answer) => {
                self.replay = Some(answer);
                self.step(Input::Abort)
            }
            Reply::Conflict => self.give_up(Code::Conflict, BELONGS_TO_ANOTHER),
            _ => {
                self.past.in_doubt = true;
                self.give_up(Code::Conflict, ENDED_MEANWHILE)
            }
        }
    }

    fn claimed(&mut self, held: Held, left: Option<Note>) -> Orders {
        let Record::Claiming(claiming) = std::mem::replace(&mut self.record, Record::None) else {
            return Orders::default();
        };
        if let Some(left) = &left {
            self.adopt(left);
        }
        self.call.hold(held.token);
        let note = left.unwrap_or(claiming.note);
        let renew_at_ms = self.station.platform.now_ms() + RENEW_MS;
        let permitted_until_ms = claiming.asked_at_ms + PERMIT_MS;
        self.record = Record::Held { held, note, renew_at_ms, permitted_until_ms };
        self.unless_awaited()
    }

    /// What another call left: the same bytes go on, and its last copy is in doubt. The caller did not see how that copy ended,
    /// and no time in the record shortens a wait.
    fn adopt(&mut self, left: &Note) {
        let Some(Sent { edge, token, .. }) = &left.copy else { return };
        self.past.in_doubt = true;
        self.body = Some(left.body.clone());
        let Some(id) = self.call.write_id() else { return };
        let now_ms = self.station.platform.now_ms();
        let adopted = Adopted { edge: edge.clone(), token: *token, hears: left.hears };
        self.station.module.writes.borrow_mut().adopt(id, adopted, &self.plan.policy, now_ms);
    }

    /// Records that a copy is about to leave for `edge`.
    pub(super) fn ask_for_permit(&mut self, edge: usize) {
        let body = self.body(edge);
        let url = self.station.url(edge);
        let now_ms = self.station.platform.now_ms();
        let is_permitted = match &mut self.record {
            Record::Held { held, note, renew_at_ms, .. } => {
                let Some(journal) = &self.station.journal else { return };
                note.body = body.unwrap_or_default();
                note.stamped = true;
                note.hears |= self.station.hears();
                let at_unix_ms = self.station.platform.unix_ms();
                note.copy = Some(Sent { edge: url, at_unix_ms, token: held.token });
                *renew_at_ms = now_ms + RENEW_MS;
                self.touched_at_ms = now_ms;
                let touched = journal.touch(&self.station.platform, held, Some(note));
                self.flights.record(Box::pin(async move { Recorded::Touched(Some(edge), touched.await) }));
                return;
            }
            Record::Unrecorded { first_until_ms: Some(until_ms) } => {
                self.call.attempts() == 0 && now_ms < *until_ms
            }
            Record::Adrift { .. } => false,
            Record::None | Record::Claiming(_) | Record::Unrecorded { first_until_ms: None } => true,
        };
        let permit = if is_permitted {
            Ok(true)
        } else {
            Err(Trouble::Store { error: Default::default(), recorded: true })
        };
        self.flights.record(Box::pin(std::future::ready(Recorded::Touched(Some(edge), permit))));
    }

    /// Does what is due at the record: renews a held one, looks at one that is not ours yet.
    pub(super) fn tend_record(&mut self) {
        let now_ms = self.station.platform.now_ms();
        if now_ms < self.record.wake_at_ms() || self.flights.is_recording() {
            return;
        }
        match &mut self.record {
            Record::Claiming(_) => self.claim_record(),
            Record::Held { held, renew_at_ms, .. } => {
                *renew_at_ms = now_ms + RENEW_MS;
                let Some(journal) = &self.station.journal else { return };
                let touched = journal.touch(&self.station.platform, held, None);
                self.flights.record(Box::pin(async move { Recorded::Touched(None, touched.await) }));
            }
            Record::None | Record::Adrift { .. } | Record::Unrecorded { .. } => {}
        }
    }

    fn is_open(&self) -> bool {
        self.station.journal.as_ref().is_some_and(|journal| journal.failure == StoreFailure::Open)
    }

    /// The store did not say that the record is ours. Nothing was sent yet.
    fn unclaimed(&mut self, trouble: Trouble) -> Orders {
        let Trouble::Store { recorded, .. } = trouble else { return self.corrupt() };
        // What may be recorded may be resumed: no refusal proves any more that nothing will be written.
        self.past.in_doubt |= recorded;
        if !self.is_open() {
            return self.store_failed(trouble);
        }
        let asked_at_ms = match &self.record {
            Record::Claiming(claiming) => claiming.asked_at_ms,
            _ => 0,
        };
        self.station.observe(&Event::StoreFailed);
        self.record = Record::Unrecorded { first_until_ms: recorded.then_some(asked_at_ms + PERMIT_MS) };
        self.unless_awaited()
    }

    /// The store did not record that a copy is about to leave. The first copy may leave all the same, as long as nobody can have
    /// taken the record over; a further one would be a second copy beside whoever has.
    fn untouched(&mut self, edge: usize, trouble: Trouble) -> Orders {
        if matches!(trouble, Trouble::Corrupt) {
            return self.corrupt();
        }
        let now_ms = self.station.platform.now_ms();
        let is_first = self.is_open() && self.call.attempts() == 0;
        match std::mem::replace(&mut self.record, Record::None) {
            Record::Held { held, permitted_until_ms, .. } if is_first && now_ms < permitted_until_ms => {
                self.station.observe(&Event::StoreFailed);
                self.record = Record::Adrift { held };
                self.step(Input::Permit(edge))
            }
            record => {
                self.record = record;
                self.store_failed(trouble)
            }
        }
    }

    fn corrupt(&mut self) -> Orders {
        self.give_up(
            Code::Conflict,
            "The store holds something else under the name of this write: give it a store of its own.",
        )
    }

    fn store_failed(&mut self, trouble: Trouble) -> Orders {
        let orders = self.give_up(
            Code::ServiceUnavailable,
            "The store did not record the write in time, so it was not sent: see the cause, or set storeFailure.",
        );
        if let (Some(given_up), Trouble::Store { error, .. }) = (&mut self.given_up, trouble) {
            given_up.reason = Some("store");
            given_up.cause = error.cause;
        }
        orders
    }

    /// Writes down how the call ended. What is not written down cannot be called rejected: somebody would resume it.
    pub(super) async fn close_record(&mut self, result: &mut Result<Answer, ShardError>) {
        self.await_claim().await;
        if matches!(result, Err(error) if error.outcome == Outcome::Rejected) {
            self.look_before_refusing().await;
        }
        if let Err(error) = &mut *result
            && error.outcome == Outcome::Rejected
            && self.past.in_doubt
        {
            error.outcome = Outcome::Unknown;
        }
        let (Some(journal), Record::Held { held, .. } | Record::Adrift { held }) =
            (&self.station.journal, &self.record)
        else {
            return;
        };
        let is_refused = matches!(result, Err(error) if error.outcome == Outcome::Rejected);
        // Nobody waits once more for a store that failed, but to take back what would be resumed.
        if matches!(self.record, Record::Adrift { .. }) && !is_refused {
            return;
        }
        let platform = &self.station.platform;
        let edge = match &*result {
            Ok(answer) => Some(answer.edge.clone()),
            Err(error) if error.outcome == Outcome::Applied => error.edge.clone(),
            Err(_) => None,
        };
        let done: LocalFuture<Result<bool, Trouble>> = match (edge, self.landed.take()) {
            (Some(edge), Some((status, body))) => {
                journal.complete(platform, held, RecordedAnswer { status, edge, body })
            }
            _ if is_refused => journal.free(platform, held),
            _ => journal.leave(platform, held),
        };
        let written = matches!(done.await, Ok(true));
        if let Err(error) = result
            && error.outcome == Outcome::Rejected
            && !written
        {
            error.outcome = Outcome::Unknown;
        }
    }

    /// A call that ends before it has asked the store looks there all the same: an earlier call may have left the write unfinished.
    async fn look_before_refusing(&mut self) {
        if !matches!(&self.record, Record::Claiming(claiming) if claiming.name.is_empty()) {
            return;
        }
        let Some(scope) = self.station.scope_unasked().await else { return };
        let (Some(journal), Record::Claiming(claiming)) = (&self.station.journal, &self.record) else {
            return;
        };
        let name = record_name(&scope, &claiming.note.nonce).into();
        let limit_ms = journal.timeout_ms;
        // As who resumes does: nothing is recorded where there is nothing.
        let claim = journal.claim(&self.station.platform, &name, &claiming.note, None, true, limit_ms);
        let claimed = claim.await;
        if !matches!(claimed, Ok(Claimed::Not(Reply::Gone))) {
            self.claim_settled(claimed);
        }
    }

    /// A call given up while it claims its record learns what came of that, so as to free it.
    async fn await_claim(&mut self) {
        if !self.record.is_awaited() {
            return;
        }
        if let Some(recording) = self.flights.take_record()
            && let Recorded::Claimed(claimed) = recording.await
        {
            self.claim_settled(claimed);
        }
    }

    /// What is known of the write once a claim has ended that is made for that alone.
    fn claim_settled(&mut self, claimed: Result<Claimed, Trouble>) {
        match (claimed, std::mem::replace(&mut self.record, Record::None)) {
            (Ok(Claimed::Held(held, left)), Record::Claiming(claiming)) => {
                // What somebody left unfinished stays so.
                self.past.in_doubt |= left.as_ref().is_some_and(|left| left.copy.is_some());
                let note = left.unwrap_or(claiming.note);
                self.record = Record::Held { held, note, renew_at_ms: u64::MAX, permitted_until_ms: 0 };
            }
            // Somebody else may be at it, or has done it.
            (Ok(Claimed::Not(reply)), _) => self.past.in_doubt |= reply != Reply::Conflict,
            (Err(Trouble::Store { recorded, .. }), _) => self.past.in_doubt |= recorded,
            _ => {}
        }
    }

    /// The answer that an earlier call got.
    pub(super) fn replayed(&self, answer: RecordedAnswer) -> Result<Answer, ShardError> {
        let response = Response { status: answer.status, body: answer.body, ..Response::default() };
        self.reread(&response, answer.edge, Landed::Yes)
    }
}
