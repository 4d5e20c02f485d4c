//! Errors on their way out: the package's JavaScript makes them instances of its classes.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::api::Operation;
use crate::error::{Funds, ShardError};
use crate::json::{Integers, ObjectWriter};
use crate::text::decimal;

/// Makes the errors of one client. Copies of the package share a wasm, and each has classes of its own.
#[derive(Clone, Debug)]
pub(super) struct Errors {
    pub(super) integers: Integers,
    /// Turns a record in JSON, its cause and the body that was sent into an instance of the right `Error` subclass. (An import
    /// would tie the wasm to one module layout; wasm-bindgen's snippets do not work for Node's target.)
    pub(super) make: Function,
}

impl Errors {
    /// The JavaScript error of `error`.
    pub(super) fn of(&self, error: &ShardError) -> JsValue {
        let record = JsValue::from_str(&record(error, self.integers));
        let cause = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<JsValue>()).cloned();
        // What was proven not to have landed is made anew, as is what was never finished.
        let request = error.request.as_ref().and_then(|request| request.downcast_ref::<Operation>());
        let request = request.filter(|request| request.in_doubt && request.unstamped_ttl_ms().is_none());
        let body = request.and_then(|request| request.body.as_deref()).map(JsValue::from_str);
        let (cause, body) = (cause.unwrap_or_default(), body.unwrap_or_default());
        let made = self.make.call3(&JsValue::UNDEFINED, &record, &cause, &body);
        made.unwrap_or_else(|_| js_sys::Error::new(&error.message).into())
    }
}

/// The digits of what no number holds, for the sentence: the figure itself is null then.
fn beyond(error: &ShardError, integers: Integers) -> String {
    let mut sentence = String::new();
    for (name, credits) in error.funds.iter().flat_map(|funds| figures(funds)) {
        if let Some(credits) = credits.filter(|credits| !integers.holds(*credits)) {
            let before = if sentence.is_empty() { " Beyond what a number holds: " } else { ", " };
            sentence = [&sentence, before, name, " ", &decimal(credits)].concat();
        }
    }
    sentence.push_str(if sentence.is_empty() { "" } else { "." });
    sentence
}

/// What is known, as JSON: one crossing instead of one for each field.
fn record(error: &ShardError, integers: Integers) -> String {
    let mut record = ObjectWriter::new();
    record.text("code", error.code.as_str());
    record.text("message", &[&*error.message, &beyond(error, integers)].concat());
    record.flag("retryable", error.is_retryable());
    record.whole("attempts", error.attempts.into());
    record.text("outcome", error.outcome.as_str());
    for (key, text) in [
        ("reason", error.reason),
        ("edge", error.edge.as_deref()),
        ("idempotencyNonce", error.idempotency_nonce.as_deref()),
    ] {
        if let Some(text) = text {
            record.text(key, text);
        }
    }
    if let Some(status) = error.status {
        record.whole("status", status.into());
    }
    if let Some(wait_ms) = error.retry_after_ms {
        record.whole("retryAfterMs", wait_ms as i64);
    }
    if let Some(account) = &error.account_json {
        record.raw("account", account);
    }
    if let Some(funds) = &error.funds {
        for (key, credits) in figures(funds) {
            match credits.filter(|credits| integers.holds(*credits)) {
                Some(credits) => record.credits(key, credits, integers),
                None => record.raw(key, "null"),
            }
        }
        record.flag("holdBlocking", funds.hold_blocking);
        if let Some(hint) = &funds.hint {
            record.text("hint", hint);
        }
    }
    record.finish()
}

/// The figures of insufficient funds, by the names that users see.
fn figures(funds: &Funds) -> [(&'static str, Option<i64>); 4] {
    [
        ("balance", funds.balance),
        ("availableBalance", funds.available_balance),
        ("projectedAvailableBalance", funds.projected_available_balance),
        ("limit", funds.limit),
    ]
}
