//! What an attempt brought home, read once: for the policy an ending, for the caller an answer or an error.

use std::any::Any;
use std::rc::Rc;

use crate::api::{Match, Operation};
use crate::engine::{Body, Ending, judge, retry_after_ms};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::Fetched;
use crate::json::{Integers, ReadError, member, transcode};
use crate::platform::{FetchError, Response};
use crate::protocol::{
    BEYOND_NUMBER, COUNTER_BEYOND_NUMBER, DISCONNECTED, FOREIGN, NOT_JSON, NOT_PROMISED, REDIRECTED,
    TOO_LONG, filled,
};
use crate::refusal::{Refusal, again};

/// What the caller gets if this attempt was the last.
pub(crate) type Given = Result<Good, ShardError>;

/// An answer as promised.
pub(crate) struct Good {
    pub(crate) status: u16,
    /// With the users' names; empty where the platform has read the answer.
    pub(crate) json: String,
    /// What the platform has read.
    pub(crate) read: Option<Rc<dyn Any>>,
}

/// An attempt's end, understood.
pub(crate) struct Reading {
    shape: Shape,
    /// The server's words, by which some verdicts go.
    text: String,
    pub(crate) retry_after_ms: Option<u64>,
    pub(crate) given: Given,
}

#[derive(Clone, Copy)]
enum Shape {
    Status(u16, Body),
    Redirect,
    Network,
    NoResponse,
}

impl Reading {
    pub(crate) fn of(fetched: Fetched, operation: &Operation, integers: Integers, unix_ms: u64) -> Reading {
        match fetched {
            Ok(response) if (200..300).contains(&response.status) => {
                Reading::success(&response, operation, integers)
            }
            Ok(response) if response.status == 0 => {
                Reading::new(Shape::Redirect, Err(ShardError::new(Code::Network, REDIRECTED)))
            }
            Ok(response) => Reading::refusal(&response, operation, unix_ms),
            // Of an answer that is an error anyway, the status says enough.
            Err(FetchError::TooLarge(status)) if !(200..300).contains(&status) => {
                Reading::refusal(&Response { status, ..Response::default() }, operation, unix_ms)
            }
            Err(FetchError::TooLarge(status)) => {
                let mut error = ShardError::new(Code::Decode, TOO_LONG);
                error.status = Some(status);
                Reading::new(Shape::Status(status, Body::TooLarge), Err(error))
            }
            Err(FetchError::Network(cause)) => Reading::lost(Shape::Network, cause, operation),
            Err(FetchError::NoResponse(cause)) => Reading::lost(Shape::NoResponse, Some(cause), operation),
        }
    }

    /// What the policy is told of an answer that came `after_ms` milliseconds after its request had left.
    pub(crate) fn ending(&self, after_ms: u64) -> Ending<'_> {
        match self.shape {
            Shape::Status(status, body) => Ending::Status { status, body, text: &self.text, after_ms },
            Shape::Redirect => Ending::Redirect,
            Shape::Network => Ending::Network,
            Shape::NoResponse => Ending::NoResponse,
        }
    }

    /// Whether the ledger had the write already.
    pub(crate) fn is_replay(&self) -> bool {
        self.given.as_ref().is_ok_and(|good| member(good.json.as_bytes(), "deduplicated") == Some("true"))
    }

    /// No answer came; `cause` says why, where the platform knows.
    fn lost(shape: Shape, cause: Option<Rc<dyn Any>>, operation: &Operation) -> Reading {
        let mut error = ShardError::new(Code::Network, filled(DISCONNECTED, &[again(operation)]));
        error.cause = cause;
        Reading::new(shape, Err(error))
    }

    fn new(shape: Shape, given: Given) -> Reading {
        Reading { shape, text: String::new(), retry_after_ms: None, given }
    }

    fn success(response: &Response, operation: &Operation, integers: Integers) -> Reading {
        let status = response.status;
        if let Some(read) = response.read.clone() {
            let good = Good { status, json: String::new(), read: Some(read) };
            return Reading::new(Shape::Status(status, Body::Promised), Ok(good));
        }
        let bucket = operation.bucket.as_deref().filter(|_| operation.write.is_some());
        let read = transcode(&response.body, operation.fields, integers, bucket);
        // Only of a write: a list of ten thousand rows is not searched for a word that it does not have.
        let is_replay = operation.write.is_some() && is_replay(response);
        let event = operation.compare(&response.body, is_replay);
        let body = match read {
            Ok(_) => Body::Promised,
            Err(ReadError::BeyondRange(_) | ReadError::CounterBeyondRange(_)) => Body::Unreadable,
            Err(ReadError::Shape(_)) if event == Match::Ours => Body::Unreadable,
            Err(_) => Body::Other,
        };
        // Only an answer that is right in shape can prove anything, also that it belongs to another request.
        if event == Match::OtherRequest && body != Body::Other {
            let mut error = ShardError::new(Code::Conflict, FOREIGN);
            error.status = Some(status);
            return Reading::new(Shape::Status(status, Body::Foreign), Err(error));
        }
        let given = match read {
            Ok(json) => {
                let json = if operation.write.is_some() { saying(json, is_replay) } else { json };
                Ok(Good { status, json, read: None })
            }
            Err(error) => Err(undecodable(error, status, body == Body::Unreadable)),
        };
        Reading::new(Shape::Status(status, body), given)
    }

    fn refusal(response: &Response, operation: &Operation, unix_ms: u64) -> Reading {
        let status = response.status;
        let mut refusal = Refusal::read(&response.body);
        let body = if refusal.funds.is_some() { Body::InsufficientFunds } else { Body::Other };
        let code = judge(Ending::Status { status, body, text: &refusal.text, after_ms: 0 })
            .code
            .unwrap_or(Code::Internal);
        let retry_after_ms =
            response.retry_after.as_deref().and_then(|header| retry_after_ms(header, unix_ms));
        let error = refusal.error(code, status, operation, retry_after_ms);
        Reading {
            text: refusal.text,
            retry_after_ms,
            ..Reading::new(Shape::Status(status, body), Err(error))
        }
    }
}

/// Whether the ledger had the write already. A server that does not say so tells it by the status.
fn is_replay(response: &Response) -> bool {
    match member(&response.body, "deduplicated") {
        None | Some("null") => response.status == 200,
        Some(flag) => flag == "true",
    }
}

/// The answer with the word whether the ledger had the write already, where the server left that word out or said null.
fn saying(mut json: String, is_replay: bool) -> String {
    let said = member(json.as_bytes(), "deduplicated").filter(|said| *said == "null");
    let place = said.map(|said| said.as_ptr() as usize - json.as_ptr() as usize);
    if let Some(place) = place {
        json.replace_range(place..place + "null".len(), if is_replay { "true" } else { "false" });
    }
    json
}

fn undecodable(error: ReadError, status: u16, is_applied: bool) -> ShardError {
    let (sentence, field) = match error {
        ReadError::Syntax => (NOT_JSON, ""),
        ReadError::Shape(field) => (NOT_PROMISED, field),
        ReadError::BeyondRange(field) => (BEYOND_NUMBER, field),
        ReadError::CounterBeyondRange(field) => (COUNTER_BEYOND_NUMBER, field),
    };
    let mut given = ShardError::new(Code::Decode, filled(sentence, &[field]));
    given.status = Some(status);
    if is_applied {
        given.outcome = Outcome::Applied;
    }
    given
}
