//! The end of a call, in words: an answer, or an error that says all that is known of the write.

use std::any::Any;
use std::rc::Rc;

use super::Drive;
use crate::api::Operation;
use crate::durable::RecordedAnswer;
use crate::engine::{End, Reason};
use crate::error::{Code, Outcome, ShardError};
use crate::platform::{FetchError, Response};
use crate::protocol::{
    ABORTED, BEHIND, BEHIND_TOO_OFTEN, CLOSED, CONFLICT, CORRUPT, DEADLINE, ENDED_MEANWHILE, LOST_ANSWER,
    STORE_FAILED, TAKEN_OVER, filled,
};
use crate::reading::{Good, Reading};
use crate::refusal::again;
use crate::reply::{Answer, deletion};
use crate::text::split;

impl Drive<'_> {
    pub(super) fn conclude(&mut self, end: End) -> Result<Answer, ShardError> {
        let edge = end.edge.map(|edge| self.station.url(edge));
        let End { attempts, elapsed_ms, .. } = end;
        let answer = match (end.reason, self.last.take()) {
            (Reason::Answered, Some(Ok(Good { status, json, read }))) => {
                Answer { json, read, status, edge: edge.unwrap_or_default(), attempts, elapsed_ms }
            }
            (Reason::Deleted, Some(Err(error))) => {
                let json = deletion(self.operation.bucket.as_deref().unwrap_or(""));
                let (edge, status) = (edge.unwrap_or_default(), error.status.unwrap_or_default());
                Answer { json, read: None, status, edge, attempts, elapsed_ms }
            }
            (Reason::Shared { ticket }, _) => {
                let Some(shared) = self.station.module.answer(ticket) else {
                    let message = "The call lost the answer that it shares.";
                    return Err(self.identified(ShardError::new(Code::Internal, message), end));
                };
                return self.reread(&shared.response, shared.edge.clone(), end);
            }
            (Reason::Replayed, last) => {
                let Some(RecordedAnswer { status, edge, body }) = self.replay.take() else {
                    self.last = last;
                    return Err(self.error(end));
                };
                let response = Response { status, body, ..Response::default() };
                return self.reread(&response, edge, end);
            }
            (_, last) => {
                self.last = last;
                let mut error = self.error(end);
                error.edge = edge;
                error.attempts = attempts;
                return Err(self.identified(error, end));
            }
        };
        Ok(answer.shaped_for(self.operation))
    }

    /// An answer that another call got, as this call's own: nothing was sent for it.
    fn reread(&self, response: &Response, edge: Rc<str>, end: End) -> Result<Answer, ShardError> {
        let is_too_large = response.body.len() as u64 > self.station.max_body_bytes;
        let fetched =
            if is_too_large { Err(FetchError::TooLarge(response.status)) } else { Ok(response.clone()) };
        let unix_ms = self.station.platform.unix_ms();
        match Reading::of(fetched, self.operation, self.station.integers, unix_ms).given {
            Ok(Good { json, status, .. }) => {
                let json = match split(&json, "\"deduplicated\":false") {
                    Some((before, after)) => [before, "\"deduplicated\":true", after].concat(),
                    None => json,
                };
                let elapsed_ms = end.elapsed_ms;
                let answer = Answer { json, read: None, status, edge, attempts: 0, elapsed_ms };
                Ok(answer.shaped_for(self.operation))
            }
            Err(mut error) => {
                error.edge = Some(edge);
                Err(self.identified(error, end))
            }
        }
    }

    fn error(&mut self, end: End) -> ShardError {
        let last = self.last.take();
        let mut error = match end.reason {
            Reason::Failed => match last {
                Some(Err(error)) => error,
                _ => ShardError::new(Code::Internal, LOST_ANSWER),
            },
            Reason::Deadline => {
                let mut error = ShardError::new(Code::Timeout, filled(DEADLINE, &[again(self.operation)]));
                // What the attempts before met with helps more than the bare fact.
                error.status = last.and_then(Result::err).and_then(|last| last.status);
                error
            }
            Reason::Aborted => self.aborted(),
            Reason::Keyless => self
                .key_error
                .take()
                .unwrap_or_else(|| ShardError::new(Code::Internal, "The call lost its key.")),
            Reason::StoreFailed => {
                let mut error = told(end.reason);
                error.reason = Some("store");
                error.cause = self.store_error.take().and_then(|failed| failed.cause);
                error
            }
            reason => told(reason),
        };
        if error.code == Code::Timeout {
            error.account_json = self.read.take();
        }
        error
    }

    /// Says which write an error is of, and what is known of it, so that it can be sent again.
    fn identified(&self, mut error: ShardError, end: End) -> ShardError {
        error.outcome = end.outcome;
        let write = self.operation.replayable();
        error.idempotency_nonce = write.map(|write| write.nonce.clone());
        error.request = write.map(|_| Rc::new(self.as_sent(error.outcome)) as Rc<dyn Any>);
        error
    }

    fn aborted(&mut self) -> ShardError {
        let reason = self.reason.take();
        let closed = reason.is_none() && self.station.closing.is_closed();
        let message = if closed { CLOSED } else { ABORTED };
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

/// What is said of an end that has no words but these.
fn told(reason: Reason) -> ShardError {
    let (code, message) = match reason {
        Reason::Conflict => (Code::Conflict, CONFLICT),
        Reason::TakenOver => (Code::Conflict, TAKEN_OVER),
        Reason::EndedMeanwhile => (Code::Conflict, ENDED_MEANWHILE),
        Reason::Corrupt => (Code::Conflict, CORRUPT),
        Reason::StoreFailed => (Code::ServiceUnavailable, STORE_FAILED),
        Reason::Behind => (Code::Timeout, BEHIND),
        Reason::BehindTooOften => (Code::Timeout, BEHIND_TOO_OFTEN),
        _ => (Code::Internal, LOST_ANSWER),
    };
    ShardError::new(code, message)
}
