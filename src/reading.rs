//! What an attempt brought home, read once: for the policy an ending, for the caller an answer or an error.

use crate::api::Operation;
use crate::engine::{Body, Ending, judge, retry_after_ms};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::Fetched;
use crate::json::{Integers, ReadError, transcode};
use crate::platform::{FetchError, Response};
use crate::refusal::Refusal;
use crate::text::find;

/// What the caller gets if this attempt was the last: status and JSON, or the error.
pub(crate) type Given = Result<(u16, String), ShardError>;

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
}

impl Reading {
    pub(crate) fn of(fetched: Fetched, operation: &Operation, integers: Integers, unix_ms: u64) -> Reading {
        match fetched {
            Ok(response) if (200..300).contains(&response.status) => {
                Reading::success(&response, operation, integers)
            }
            Ok(response) if response.status == 0 => {
                let message = "The edge answered with a redirect, which is never followed: check edges.";
                Reading::new(Shape::Redirect, Err(ShardError::new(Code::Network, message)))
            }
            Ok(response) => Reading::refusal(&response, operation.bucket.as_deref(), unix_ms),
            Err(FetchError::TooLarge(status)) => {
                let message = "The answer is larger than maxBodyBytes: raise the limit if you expect it.";
                let mut error = ShardError::new(Code::Decode, message);
                error.status = Some(status);
                Reading::new(Shape::Status(status, Body::TooLarge), Err(error))
            }
            Err(FetchError::Network(cause)) => {
                let message = "The connection to the edge failed: retry with the same idempotencyNonce.";
                let mut error = ShardError::new(Code::Network, message);
                error.cause = cause;
                Reading::new(Shape::Network, Err(error))
            }
        }
    }

    /// What the policy is told.
    pub(crate) fn ending(&self) -> Ending<'_> {
        match self.shape {
            Shape::Status(status, body) => Ending::Status { status, body, text: &self.text },
            Shape::Redirect => Ending::Redirect,
            Shape::Network => Ending::Network,
        }
    }

    /// Whether the ledger had the write already.
    pub(crate) fn is_replay(&self) -> bool {
        // Inside a JSON string these quotes would be escaped.
        self.given.as_ref().is_ok_and(|(_, json)| find(json, "\"deduplicated\":true").is_some())
    }

    fn new(shape: Shape, given: Given) -> Reading {
        Reading { shape, text: String::new(), retry_after_ms: None, given }
    }

    fn success(response: &Response, operation: &Operation, integers: Integers) -> Reading {
        let status = response.status;
        if operation.expected.as_ref().is_some_and(|expected| !expected.fits(&response.body)) {
            let message = "The ledger knows this idempotencyNonce from another request: use a new one for a new request.";
            let mut error = ShardError::new(Code::Conflict, message);
            error.status = Some(status);
            return Reading::new(Shape::Status(status, Body::Foreign), Err(error));
        }
        let read = transcode(&response.body, operation.fields, integers);
        let body = match read {
            Ok(_) => Body::Promised,
            Err(ReadError::BeyondRange(_)) => Body::BeyondRange,
            Err(_) => Body::Other,
        };
        let given = read.map(|json| (status, json)).map_err(|error| undecodable(error, status));
        Reading::new(Shape::Status(status, body), given)
    }

    fn refusal(response: &Response, bucket: Option<&str>, unix_ms: u64) -> Reading {
        let Refusal { text, funds } = Refusal::read(&response.body);
        let body = if funds.is_some() { Body::InsufficientFunds } else { Body::Other };
        let ending = Ending::Status { status: response.status, body, text: &text };
        let code = judge(ending).code.unwrap_or(Code::Internal);
        let mut error = Refusal { text: text.clone(), funds }.into_error(code, response.status, bucket);
        error.retry_after_ms =
            response.retry_after.as_deref().and_then(|header| retry_after_ms(header, unix_ms));
        let retry_after_ms = error.retry_after_ms;
        Reading { text, retry_after_ms, ..Reading::new(Shape::Status(response.status, body), Err(error)) }
    }
}

fn undecodable(error: ReadError, status: u16) -> ShardError {
    let parts: &[&str] = match error {
        ReadError::Syntax => &["The answer is not the JSON that the ledger promises: check edges."],
        ReadError::Shape(field) => {
            &["The answer's field ", field, " is not what the ledger promises: check edges."]
        }
        ReadError::BeyondRange(field) => &[
            "The answer's field ",
            field,
            " does not fit a number without rounding: use integers: \"bigint\".",
        ],
    };
    let mut error_given = ShardError::of(Code::Decode, parts);
    error_given.status = Some(status);
    if matches!(error, ReadError::BeyondRange(_)) {
        error_given.outcome = Outcome::Applied;
    }
    error_given
}
