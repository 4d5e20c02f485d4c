//! The record of a durable write: claimed beside the race, touched before each copy leaves, renewed while the call lasts, and
//! completed, freed or left when it ends.

use std::rc::Rc;

use super::Drive;
use crate::api::Operation;
use crate::durable::{Claim, Held, Journal, Note, RENEW_MS, Sent, StoreFailure, Trouble};
use crate::engine::{Departure, Event, Input, Landed, Orders};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::Recorded;
use crate::idempotency::CachedResponse;
use crate::platform::{LocalFuture, Response};
use crate::reading::{Good, Reading};
use crate::reply::Answer;
use crate::text::split;

/// How often a call looks whether somebody else has finished its write.
const BUSY_POLL_MS: u64 = 250;

/// The record of this call's write.
pub(super) enum Record {
    /// It has none: there is no store, or the store failed and may.
    None,
    /// Asked for; no request leaves before it is ours. Who resumes wants only what somebody left. As long as it is
    /// `elsewhere`, somebody may send.
    Claiming { note: Note, resumes: bool, elsewhere: bool },
    /// Ours, as long as it is renewed.
    Held { held: Held, note: Note, renew_at_ms: u64 },
    /// Ours, but the store has failed and may: copies leave without a word to it.
    Adrift { held: Held, note: Note },
}

impl Record {
    pub(super) fn of(journal: Option<&Journal>, operation: &Operation) -> Record {
        let note = journal.and_then(|_| Note::of(operation));
        let resumes = operation.recorded;
        note.map_or(Record::None, |note| Record::Claiming { note, resumes, elsewhere: false })
    }

    pub(super) fn is_awaited(&self) -> bool {
        matches!(self, Record::Claiming { .. })
    }

    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Record::Claiming { elsewhere: true, .. })
    }

    /// When the claim wants renewing.
    pub(super) fn renew_at_ms(&self) -> Option<u64> {
        match self {
            Record::Held { renew_at_ms, .. } => Some(*renew_at_ms),
            _ => None,
        }
    }
}

impl Drive<'_> {
    /// Asks the store for the record of this write, after a while.
    pub(super) fn claim_record(&mut self, wait_ms: u64) {
        let (Some(journal), Record::Claiming { note, resumes, .. }) = (&self.station.journal, &self.record)
        else {
            return;
        };
        let (journal, note, resumes) = (journal.clone(), note.clone(), *resumes);
        let platform = self.station.platform.clone();
        self.flights.record(Box::pin(async move {
            if wait_ms > 0 {
                platform.sleep(wait_ms).await;
            }
            Recorded::Claimed(journal.claim(&platform, &note, resumes).await)
        }));
    }

    pub(super) fn record_landed(&mut self, recorded: Recorded) -> Orders {
        match recorded {
            Recorded::Claimed(Ok(Claim::Held(held))) => self.claimed(held),
            Recorded::Claimed(Ok(Claim::Busy)) => {
                if let Record::Claiming { elsewhere, .. } = &mut self.record {
                    *elsewhere = true;
                }
                self.claim_record(BUSY_POLL_MS);
                Orders::default()
            }
            Recorded::Claimed(Ok(Claim::Done(response))) => {
                self.replay = Some(response);
                self.step(Input::Abort)
            }
            Recorded::Claimed(Ok(Claim::Gone)) => {
                // Refused there, most likely; but a replay that is forgotten looks the same.
                self.past.in_doubt = true;
                self.give_up(
                    Code::Conflict,
                    "Another tab or worker has ended this write meanwhile: its caller was told how.",
                )
            }
            Recorded::Claimed(Ok(Claim::Conflict)) => self.give_up(
                Code::Conflict,
                "This idempotencyNonce belongs to another request: use a new one for a new request.",
            ),
            Recorded::Claimed(Err(trouble)) => self.in_trouble(trouble, None),
            Recorded::Touched(Some(edge), Ok(true)) => self.step(Input::Permit(edge)),
            Recorded::Touched(Some(_), Ok(false)) => {
                self.past.in_doubt = true;
                self.give_up(
                    Code::Conflict,
                    "Another tab or worker has taken this write over: see pending().",
                )
            }
            Recorded::Touched(Some(edge), Err(trouble)) => self.in_trouble(trouble, Some(edge)),
            // A renewal that failed is tried again; without it the next copy is not permitted.
            Recorded::Touched(None, _) => Orders::default(),
        }
    }

    fn claimed(&mut self, mut held: Held) -> Orders {
        let Record::Claiming { note, .. } = std::mem::replace(&mut self.record, Record::None) else {
            return Orders::default();
        };
        let note = match held.left.take() {
            Some(left) => {
                self.adopt(&left, held.is_proof());
                left
            }
            None => note,
        };
        let renew_at_ms = self.station.platform.now_ms() + RENEW_MS;
        self.record = Record::Held { held, note, renew_at_ms };
        self.unless_awaited()
    }

    /// What a dead process left: the same bytes go on, and its last copy counts under the settle rule as one of ours.
    fn adopt(&mut self, left: &Note, is_dead: bool) {
        let Some(Sent { edge, at_unix_ms, until_unix_ms }) = &left.copy else { return };
        self.past.in_doubt = true;
        self.body = Some(left.body.clone());
        let (now_ms, unix_ms) = (self.station.platform.now_ms(), self.station.platform.unix_ms());
        let ahead_ms = until_unix_ms.saturating_sub(unix_ms).min(self.plan.policy.attempt_timeout_ms);
        let departure = Departure {
            edge: self.station.edge_at(edge).unwrap_or(0),
            sent_at_ms: now_ms.saturating_sub(unix_ms.saturating_sub(*at_unix_ms)),
            deadline_ms: if is_dead { now_ms } else { now_ms + ahead_ms },
            standing: Landed::Maybe,
        };
        let mut shared = self.station.shared.borrow_mut();
        // This process may know better what became of it.
        if shared.copies.last_edge(&left.nonce).is_none() {
            shared.copies.sent(&left.nonce, &left.fingerprint, departure, &self.plan.policy);
        }
    }

    /// Records that a copy is about to leave for `edge`.
    pub(super) fn ask_for_permit(&mut self, edge: usize) {
        let body = self.body(edge);
        let url = self.station.url(edge);
        let (at_unix_ms, platform) = (self.station.platform.unix_ms(), self.station.platform.clone());
        let until_unix_ms = at_unix_ms + self.plan.policy.attempt_timeout_ms;
        let (Some(journal), Record::Held { held, note, renew_at_ms }) =
            (&self.station.journal, &mut self.record)
        else {
            self.flights.record(Box::pin(std::future::ready(Recorded::Touched(Some(edge), Ok(true)))));
            return;
        };
        note.body = body.unwrap_or_default();
        note.stamped = true;
        note.copy = Some(Sent { edge: url, at_unix_ms, until_unix_ms });
        *renew_at_ms = platform.now_ms() + RENEW_MS;
        let touched = journal.touch(&platform, &note.nonce, held.token, Some(note));
        self.flights.record(Box::pin(async move { Recorded::Touched(Some(edge), touched.await) }));
    }

    /// Renews the claim, if it is time and nothing else is being recorded.
    pub(super) fn renew_record(&mut self) {
        let now_ms = self.station.platform.now_ms();
        let (Some(journal), Record::Held { held, note, renew_at_ms }) =
            (&self.station.journal, &mut self.record)
        else {
            return;
        };
        if now_ms < *renew_at_ms {
            return;
        }
        *renew_at_ms = now_ms + RENEW_MS;
        if !self.flights.is_recording() {
            let touched = journal.touch(&self.station.platform, &note.nonce, held.token, None);
            self.flights.record(Box::pin(async move { Recorded::Touched(None, touched.await) }));
        }
    }

    /// The store cannot be asked. Nothing was sent yet, or nothing more is.
    fn in_trouble(&mut self, trouble: Trouble, asked: Option<usize>) -> Orders {
        let Trouble::Store { error, recorded } = trouble else {
            return self.give_up(
                Code::Conflict,
                "The store holds something else under the name of this write: give it a store of its own.",
            );
        };
        // What may be recorded may be resumed: no refusal proves any more that nothing will be written.
        self.past.in_doubt |= recorded && asked.is_none();
        if self.station.journal.as_ref().is_some_and(|journal| journal.failure == StoreFailure::Open) {
            self.station.observe(&Event::StoreFailed);
            self.record = match std::mem::replace(&mut self.record, Record::None) {
                Record::Held { held, note, .. } => Record::Adrift { held, note },
                Record::Adrift { .. } | Record::Claiming { .. } | Record::None => Record::None,
            };
            return match asked {
                Some(edge) => self.step(Input::Permit(edge)),
                None => self.unless_awaited(),
            };
        }
        let orders = self.give_up(
            Code::ServiceUnavailable,
            "The store did not record the write in time, so it was not sent: see the cause, or set storeFailure.",
        );
        if let Some(error_given) = &mut self.given_up {
            error_given.reason = Some("store");
            error_given.cause = error.cause;
        }
        orders
    }

    /// Writes down how the call ended. What is not written down cannot be called rejected: somebody would resume it.
    pub(super) async fn close_record(&mut self, result: &mut Result<Answer, ShardError>) {
        self.await_claim().await;
        if let Err(error) = &mut *result
            && error.outcome == Outcome::Rejected
            && self.past.in_doubt
        {
            error.outcome = Outcome::Unknown;
        }
        let (Some(journal), Record::Held { held, note, .. } | Record::Adrift { held, note }) =
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
        let done: LocalFuture<Result<bool, Trouble>> = match (&*result, self.landed.take()) {
            (Ok(answer), Some(landed)) => journal.complete(platform, note, held.token, &answer.edge, landed),
            (Err(error), Some(landed)) if error.outcome == Outcome::Applied => {
                let edge = error.edge.clone().unwrap_or_default();
                journal.complete(platform, note, held.token, &edge, landed)
            }
            (Err(error), _) if error.outcome == Outcome::Rejected => {
                journal.release(platform, &note.nonce, held.token)
            }
            _ => journal.leave(platform, &note.nonce, held.token),
        };
        let written = matches!(done.await, Ok(true));
        if let Err(error) = result
            && error.outcome == Outcome::Rejected
            && !written
        {
            error.outcome = Outcome::Unknown;
        }
    }

    /// A call given up while it claims its record learns what came of that, so as to free it.
    async fn await_claim(&mut self) {
        if !self.record.is_awaited() {
            return;
        }
        let Some(recording) = self.flights.take_record() else { return };
        match (recording.await, std::mem::replace(&mut self.record, Record::None)) {
            (Recorded::Claimed(Ok(Claim::Held(held))), Record::Claiming { note, .. }) => {
                // What somebody left unfinished stays so.
                self.past.in_doubt |= held.left.as_ref().is_some_and(|left| left.copy.is_some());
                self.record = Record::Held { held, note, renew_at_ms: u64::MAX };
            }
            (Recorded::Claimed(Err(Trouble::Store { recorded, .. })), _) => self.past.in_doubt |= recorded,
            _ => {}
        }
    }

    /// The answer that an earlier call got.
    pub(super) fn replayed(&self, response: CachedResponse) -> Result<Answer, ShardError> {
        let edge =
            response.metadata.get("edge").and_then(|edge| std::str::from_utf8(edge).ok()).unwrap_or("");
        let edge: Rc<str> = edge.into();
        let elapsed_ms = self.station.platform.now_ms().saturating_sub(self.past.started_at_ms);
        let answer = Response { status: response.status_code, body: response.body, ..Response::default() };
        let reading = Reading::of(Ok(answer), self.operation, self.station.integers, 0);
        match reading.given {
            Ok(Good { json, .. }) => {
                let json = match split(&json, "\"deduplicated\":false") {
                    Some((before, after)) => [before, "\"deduplicated\":true", after].concat(),
                    None => json,
                };
                let answer = Answer { json, read: None, status: 200, edge, attempts: 0, elapsed_ms };
                Ok(answer.shaped_for(self.operation))
            }
            Err(mut error) => {
                error.outcome = Outcome::Applied;
                Err(error)
            }
        }
    }
}
