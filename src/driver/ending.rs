//! The end of a call: an answer, or an error that says all that is known of the write.

use std::any::Any;
use std::rc::Rc;

use super::Drive;
use crate::api::Operation;
use crate::engine::End;
use crate::error::{Code, Outcome, ShardError};
use crate::reading::Good;
use crate::refusal::again;
use crate::reply::{Answer, deletion, is_deleted};

impl Drive<'_> {
    pub(super) fn conclude(&mut self, end: End) -> Result<Answer, ShardError> {
        if let Some(response) = self.replay.take() {
            return self.replayed(response);
        }
        if let End::Shared { ticket } = end {
            return self.shared(ticket);
        }
        let edge = self.call.edge().map(|edge| self.station.url(edge));
        let elapsed_ms = self.station.platform.now_ms().saturating_sub(self.call.started_at_ms());
        let attempts = self.past.attempts + self.call.attempts();
        // As long as a record that was found is not ours, somebody else may be at it.
        let in_doubt = self.past.in_doubt
            || self.call.in_doubt()
            || self.record.is_elsewhere()
            || (self.operation.recorded && self.record.is_awaited());
        let mut error = match (end, self.last.take()) {
            (End::Answered, Some(Ok(Good { status, json, read }))) => {
                let edge = edge.unwrap_or_default();
                let answer = Answer { json, read, status, edge, attempts, elapsed_ms };
                return Ok(answer.shaped_for(self.operation));
            }
            // An earlier attempt of this call deleted it, and only its answer was lost.
            (End::Failed, Some(Err(error))) if in_doubt && is_deleted(self.operation, &error) => {
                let json = deletion(self.operation.bucket.as_deref().unwrap_or(""));
                let (edge, status) = (edge.unwrap_or_default(), error.status.unwrap_or_default());
                let answer = Answer { json, read: None, status, edge, attempts, elapsed_ms };
                return Ok(answer.shaped_for(self.operation));
            }
            (End::Failed, Some(Err(error))) => error,
            (End::Conflict, _) => ShardError::new(
                Code::Conflict,
                "This idempotencyNonce belongs to another request: use a new one for a new request.",
            ),
            (End::Aborted, _) => self.given_up.take().unwrap_or_else(|| self.aborted()),
            (End::Deadline, last) => {
                let parts = ["The call did not end within its timeoutMs: ", again(self.operation)];
                let mut error = ShardError::of(Code::Timeout, &parts);
                // What the attempts before met with helps more than the bare fact.
                error.status = last.and_then(Result::err).and_then(|last| last.status);
                error
            }
            (End::Answered | End::Failed | End::Shared { .. }, _) => {
                ShardError::new(Code::Internal, "The call lost its answer.")
            }
        };
        error.outcome = match error.outcome {
            _ if self.operation.write.is_none() => Outcome::Rejected,
            Outcome::Applied => Outcome::Applied,
            _ if in_doubt => Outcome::Unknown,
            _ => Outcome::Rejected,
        };
        if error.code == Code::Timeout {
            error.account_json = self.past.read.take();
        }
        error.edge = edge;
        error.attempts = attempts;
        self.identify(&mut error);
        Err(error)
    }

    /// Says which write an error is of, so that it can be sent again.
    pub(super) fn identify(&self, error: &mut ShardError) {
        let write = self.operation.replayable();
        error.idempotency_nonce = write.map(|write| write.nonce.clone());
        error.request = write.map(|_| Rc::new(self.as_sent(error.outcome)) as Rc<dyn Any>);
    }

    fn aborted(&mut self) -> ShardError {
        let reason = self.reason.take();
        let closed = reason.is_none() && self.station.closing.is_closed();
        let message = if closed { "The client was closed: make a new one." } else { "The call was aborted." };
        let mut error = ShardError::new(Code::Aborted, message);
        error.cause = reason;
        error
    }

    /// The operation again; with the body that its copies had, where one of them may have landed.
    fn as_sent(&self, outcome: Outcome) -> Operation {
        let operation = self.operation.clone();
        match &self.body {
            _ if outcome == Outcome::Rejected => operation,
            Some(body) => operation.with_body(body.clone()),
            None => Operation { in_doubt: true, ..operation },
        }
    }
}
