//! Errors on their way out: `Error` objects with what is known as their members.

use js_sys::{Error, Reflect};
use wasm_bindgen::prelude::*;

use super::result::{Figure, object, read};
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::protocol::{Account, BEYOND_FIGURES, filled};
use crate::text::decimal;

/// The JavaScript error of `error`.
pub(super) fn thrown(error: &ShardError, integers: Integers) -> JsValue {
    let made = Error::new(&error.message);
    made.set_name(&name(error.code));
    let set = |key: &str, value: JsValue| drop(Reflect::set(&made, &key.into(), &value));
    set("code", error.code.as_str().into());
    set("retryable", error.is_retryable().into());
    set("attempts", error.attempts.into());
    set("outcome", error.outcome.as_str().into());
    for (key, text) in [
        ("reason", error.reason),
        ("edge", error.edge.as_deref()),
        ("idempotencyNonce", error.idempotency_nonce.as_deref()),
    ] {
        if let Some(text) = text {
            set(key, text.into());
        }
    }
    if let Some(status) = error.status {
        set("status", status.into());
    }
    if let Some(wait_ms) = error.retry_after_ms {
        set("retryAfterMs", (wait_ms as f64).into());
    }
    if let Some(cause) = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<JsValue>()) {
        set("cause", cause.clone());
    }
    if let Some(account) =
        error.account_json.as_ref().and_then(|json| read(json, Account::FIELDS, integers).ok())
    {
        set("account", account);
    }
    set_funds(&made, error, integers);
    made.into()
}

/// The figures of insufficient funds. One that no number holds is null, and the sentence has its digits.
fn set_funds(made: &Error, error: &ShardError, integers: Integers) {
    let Some(funds) = &error.funds else { return };
    let set = |key: &str, value: JsValue| drop(Reflect::set(made, &key.into(), &value));
    let mut beyond = Vec::new();
    for (key, credits) in [
        ("balance", funds.balance),
        ("availableBalance", funds.available_balance),
        ("projectedAvailableBalance", funds.projected_available_balance),
        ("limit", funds.limit),
    ] {
        let figure = credits.filter(|credits| integers.holds(*credits));
        set(key, object(&figure.map(|credits| Figure { credits, integers })).unwrap_or(JsValue::NULL));
        if let Some(credits) = credits.filter(|_| figure.is_none()) {
            beyond.push([key, " ", &decimal(credits)].concat());
        }
    }
    if !beyond.is_empty() {
        let beyond = filled(BEYOND_FIGURES, &[&beyond.join(", ")]);
        made.set_message(&[&*error.message, &*beyond].concat());
    }
    set("holdBlocking", funds.hold_blocking.into());
    if let Some(hint) = &funds.hint {
        set("hint", hint.into());
    }
}

/// The error's name follows its code, as that of the npm package's classes does: `invalid_input` is an `InvalidInputError`.
fn name(code: Code) -> String {
    let words = code.as_str().split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        [&*first.to_ascii_uppercase(), rest].concat()
    });
    words.chain(["Error".into()]).collect()
}
