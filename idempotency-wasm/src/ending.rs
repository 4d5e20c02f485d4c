//! How a call ended, as plain objects.

use std::error::Error;
use std::time::Duration;

use shardd_wasm::idempotency::{CachedResponse, ExecutionError, ExecutionOutcome, Snapshot, Status};
use wasm_bindgen::JsValue;

use crate::attempt::rejected;
use crate::record::{Record, hex, response, token};
use crate::thrown;

/// A value on its way to the caller.
pub(crate) enum Value {
    /// What the effect returned.
    Live(JsValue),
    /// What was stored, to be read by JavaScript.
    Stored(CachedResponse),
}

impl Value {
    fn put(self, record: Record) -> JsValue {
        match self {
            Value::Live(value) => record.with("value", value),
            Value::Stored(stored) => record.with("stored", response(&stored)),
        }
        .done()
    }
}

/// `{ status, … }`
pub(crate) fn outcome(outcome: ExecutionOutcome<Value>) -> JsValue {
    let ended = |status: &str| Record::new().with("status", status);
    match outcome {
        ExecutionOutcome::Executed(value) => value.put(ended("executed")),
        ExecutionOutcome::Replayed(value) => value.put(ended("replayed")),
        ExecutionOutcome::Fenced { rejection, response } => {
            response.put(ended("fenced").with("rejection", rejected(rejection)))
        }
        ExecutionOutcome::InFlight { retry_after } => {
            ended("in-flight").with("retryAfterMs", ms(retry_after)).done()
        }
        ExecutionOutcome::FingerprintMismatch => ended("fingerprint-mismatch").done(),
        ExecutionOutcome::Uncertain { fencing_token } => {
            ended("uncertain").with("fencingToken", token(fencing_token)).done()
        }
    }
}

/// `{ failure, cause }`
pub(crate) fn failure<S: Error + 'static>(error: ExecutionError<S, JsValue>) -> JsValue {
    let failed = |failure: &str| Record::new().with("failure", failure);
    match error {
        ExecutionError::Store(source) => failed("store").with("cause", thrown::failure(&source)),
        ExecutionError::SideEffect(error) => failed("effect").with("cause", error),
        ExecutionError::Completion { source, .. } => {
            failed("completion").with("cause", thrown::failure(&source))
        }
        ExecutionError::Payload(_) => failed("payload"),
        ExecutionError::ForgetsLapsed => failed("forgets-lapsed"),
    }
    .done()
}

/// Where a key stands.
pub(crate) fn snapshot(snapshot: &Snapshot) -> JsValue {
    let status = match snapshot.status {
        Status::Processing => "in-flight",
        Status::Lapsed => "lapsed",
        Status::Completed => "completed",
    };
    let stored = snapshot.response.as_ref().map_or(JsValue::UNDEFINED, response);
    Record::new()
        .with("status", status)
        .with("fingerprint", hex(snapshot.fingerprint.value()))
        .with("fencingToken", token(snapshot.fencing_token))
        .with("remainingMs", ms(snapshot.remaining))
        .with("stored", stored)
        .done()
}

fn ms(duration: Duration) -> f64 {
    duration.as_millis() as f64
}
