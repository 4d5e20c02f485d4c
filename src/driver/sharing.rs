//! One answer for all calls of one write: what the first one got, the calls that waited for it read anew.

use std::rc::Rc;

use super::Drive;
use crate::engine::{Event, Landed};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::Fetched;
use crate::platform::{FetchError, Response};
use crate::reading::{Good, Reading};
use crate::reply::Answer;
use crate::text::split;

/// What a call is about to give the others: the ticket of its copy, and the answer.
pub(super) type Kept = Option<(u64, Response)>;

impl Drive<'_> {
    /// The answer to this attempt, for the other calls of its write.
    pub(super) fn answer_to_share(&self, fetched: &Fetched) -> Kept {
        self.operation.replayable()?;
        let response = fetched.as_ref().ok().filter(|response| response.read.is_none())?;
        Some((self.call.ticket()?, response.clone()))
    }

    pub(super) fn share(&mut self, kept: Kept) {
        let (Some((ticket, response)), Some(edge)) = (kept, self.call.edge()) else { return };
        let (module, now_ms) = (&self.station.module, self.station.platform.now_ms());
        module.writes.borrow_mut().keep(ticket, response.body.len(), &self.plan.policy, now_ms);
        module.keep(ticket, self.station.url(edge), response);
    }

    /// The answer that another call of this write got, by this call's own options.
    pub(super) fn shared(&mut self, ticket: u64) -> Result<Answer, ShardError> {
        let Some(shared) = self.station.module.answer(ticket) else {
            return Err(ShardError::new(Code::Internal, "The call lost the answer that it shares."));
        };
        let landed = self.call.landed();
        if landed == Landed::Yes && (200..300).contains(&shared.response.status) {
            // For a record that this call may hold: the write is finished.
            self.landed = Some((shared.response.status, shared.response.body.clone()));
        }
        if let Some(edge) = self.station.edge_at(&shared.edge) {
            self.station.observe(&Event::Replay { edge });
        }
        self.reread(&shared.response, shared.edge.clone(), landed)
    }

    /// An answer that another call got, as this call's own: nothing was sent for it.
    pub(super) fn reread(
        &self,
        response: &Response,
        edge: Rc<str>,
        landed: Landed,
    ) -> Result<Answer, ShardError> {
        let elapsed_ms = self.station.platform.now_ms().saturating_sub(self.past.started_at_ms);
        let status = response.status;
        let is_too_large = response.body.len() as u64 > self.station.max_body_bytes;
        let fetched = if is_too_large { Err(FetchError::TooLarge(status)) } else { Ok(response.clone()) };
        let unix_ms = self.station.platform.unix_ms();
        let reading = Reading::of(fetched, self.operation, self.station.integers, unix_ms);
        match reading.given {
            Ok(Good { json, status, .. }) => {
                let json = match split(&json, "\"deduplicated\":false") {
                    Some((before, after)) => [before, "\"deduplicated\":true", after].concat(),
                    None => json,
                };
                let answer = Answer { json, read: None, status, edge, attempts: 0, elapsed_ms };
                Ok(answer.shaped_for(self.operation))
            }
            Err(mut error) => {
                error.outcome = match landed {
                    Landed::Yes => Outcome::Applied,
                    Landed::No if !self.past.in_doubt => Outcome::Rejected,
                    Landed::No | Landed::Maybe => Outcome::Unknown,
                };
                error.edge = Some(edge);
                self.identify(&mut error);
                Err(error)
            }
        }
    }
}
