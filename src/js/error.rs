//! Errors on their way out: the package's JavaScript makes them instances of its classes.

use std::cell::RefCell;

use js_sys::{BigInt, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::ShardError;

thread_local! {
    static MAKE_ERROR: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Hands over the function that turns a record into an instance of the right `Error` subclass. (An import
/// would tie the wasm to one module layout; wasm-bindgen's snippets do not work for Node's target.)
#[wasm_bindgen(js_name = installErrors, skip_typescript)]
pub fn install_errors(make_error: Function) {
    MAKE_ERROR.with(|place| *place.borrow_mut() = Some(make_error));
}

/// The JavaScript error of `error`.
pub(super) fn to_js(error: &ShardError) -> JsValue {
    let record = record(error);
    let make_error = MAKE_ERROR.with(|place| place.borrow().clone());
    make_error.and_then(|make| make.call1(&JsValue::UNDEFINED, &record).ok()).unwrap_or_else(|| {
        let plain = js_sys::Error::new(&error.message);
        drop(Object::assign(&plain, &record));
        plain.into()
    })
}

fn record(error: &ShardError) -> Object {
    let record = Object::new();
    let set = |key: &str, value: JsValue| drop(Reflect::set(&record, &key.into(), &value));
    set("code", error.code.as_str().into());
    set("message", error.message.as_str().into());
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
    if let Some(funds) = &error.funds {
        set("balance", figure(funds.balance));
        set("availableBalance", figure(funds.available_balance));
        set("projectedAvailableBalance", figure(funds.projected_available_balance));
        set("limit", figure(funds.limit));
        set("holdBlocking", funds.hold_blocking.into());
        if let Some(hint) = &funds.hint {
            set("hint", hint.as_str().into());
        }
    }
    record
}

/// A figure that is never rounded: beyond ±(2^53−1) it is a bigint.
fn figure(credits: i64) -> JsValue {
    if credits.unsigned_abs() < 1 << 53 { (credits as f64).into() } else { BigInt::from(credits).into() }
}
