//! Errors on their way out: `Error` objects with what is known as their members.

use js_sys::{Error, Reflect};
use wasm_bindgen::prelude::*;

use super::result::object;
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::text::decimal;

/// The JavaScript error of `error`.
pub(super) fn thrown(error: &ShardError, integers: Integers) -> JsValue {
    let made = Error::new(&error.message);
    made.set_name(name(error.code));
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
    if let Some(account) = error.account_json.as_ref().and_then(|json| object(json, integers).ok()) {
        set("account", account);
    }
    set_funds(&made, error, integers);
    made.into()
}

/// The figures of insufficient funds. One that no number holds is null, and the sentence has its digits.
fn set_funds(made: &Error, error: &ShardError, integers: Integers) {
    let Some(funds) = &error.funds else { return };
    let set = |key: &str, value: JsValue| drop(Reflect::set(made, &key.into(), &value));
    let mut beyond = String::new();
    for (key, credits) in [
        ("balance", funds.balance),
        ("availableBalance", funds.available_balance),
        ("projectedAvailableBalance", funds.projected_available_balance),
        ("limit", funds.limit),
    ] {
        set(
            key,
            match credits {
                None => JsValue::NULL,
                Some(credits) if integers == Integers::BigInt => js_sys::BigInt::from(credits).into(),
                Some(credits) if integers.holds(credits) => (credits as f64).into(),
                Some(credits) => {
                    let before = if beyond.is_empty() { " Beyond what a number holds: " } else { ", " };
                    beyond = [&beyond, before, key, " ", &decimal(credits)].concat();
                    JsValue::NULL
                }
            },
        );
    }
    if !beyond.is_empty() {
        made.set_message(&[&error.message, &*beyond, "."].concat());
    }
    set("holdBlocking", funds.hold_blocking.into());
    if let Some(hint) = &funds.hint {
        set("hint", hint.into());
    }
}

/// The error's name follows its code, as that of the npm package's classes does.
fn name(code: Code) -> &'static str {
    match code.as_str() {
        "invalid_input" => "InvalidInputError",
        "unauthorized" => "UnauthorizedError",
        "payment_required" => "PaymentRequiredError",
        "forbidden" => "ForbiddenError",
        "not_found" => "NotFoundError",
        "insufficient_funds" => "InsufficientFundsError",
        "conflict" => "ConflictError",
        "rate_limited" => "RateLimitedError",
        "service_unavailable" => "ServiceUnavailableError",
        "timeout" => "TimeoutError",
        "network" => "NetworkError",
        "decode" => "DecodeError",
        "aborted" => "AbortedError",
        "unsupported" => "UnsupportedError",
        _ => "InternalError",
    }
}
