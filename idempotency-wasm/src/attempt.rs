//! One run of an effect: JavaScript's function, and word to it when its lease is lost.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use js_sys::Reflect;
use shardd_wasm::idempotency::claim::Ended;
use shardd_wasm::idempotency::{Attempt, BoxError, Lost, OnError, Rejection};
use wasm_bindgen::prelude::*;

use crate::ending::Value;
use crate::record::{cached, token};
use crate::thrown::{Thrown, settled};

#[wasm_bindgen]
extern "C" {
    /// What JavaScript does in one call.
    pub type Calls;
    /// Runs the effect; resolves to how it ended.
    #[wasm_bindgen(method, structural, catch)]
    fn run(this: &Calls, token: &str, lapsed: Option<String>) -> Result<JsValue, JsValue>;
    /// The lease is lost.
    #[wasm_bindgen(method, structural, catch)]
    fn lost(this: &Calls, why: &str) -> Result<(), JsValue>;
}

/// Runs the effect.
pub(crate) async fn run(calls: &Calls, attempt: Attempt) -> Ended<Value, JsValue> {
    let lapsed = attempt.lapsed.map(token);
    let running = settled(calls.run(&token(attempt.fencing_token), lapsed));
    let told = told_when(running, attempt.lease.on_lost(), |lost| drop(calls.lost(why(lost)))).await;
    match told {
        Ok(said) => ended(&said),
        Err(Thrown::Js(error)) => Ended::Failed { error, then: OnError::Leave },
        Err(_) => Ended::Unknown,
    }
}

/// The first future's value; the second's, if it comes before, is told on the way.
async fn told_when<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
    tell: impl Fn(B),
) -> A {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let mut is_told = false;
    poll_fn(|context| {
        if let Poll::Ready(value) = first.as_mut().poll(context) {
            return Poll::Ready(value);
        }
        if !is_told && let Poll::Ready(value) = second.as_mut().poll(context) {
            is_told = true;
            tell(value);
        }
        Poll::Pending
    })
    .await
}

/// What the shell says: `{ ended, value, response, error }`.
fn ended(said: &JsValue) -> Ended<Value, JsValue> {
    let member = |name: &str| Reflect::get(said, &name.into()).unwrap_or_default();
    let value = || Value::Live(member("value"));
    let response = || cached(&member("response"));
    match member("ended").as_string().as_deref() {
        Some("returned") => Ended::Returned { value: value(), response: response() },
        Some("recovered") => Ended::Recovered { value: value(), response: response() },
        Some("unstored") => Ended::Unstored(value()),
        Some("unencodable") => Ended::Unencodable(BoxError::from("the value could not be written")),
        Some("unknown") => Ended::Unknown,
        Some("released") => Ended::Failed { error: member("error"), then: OnError::Release },
        _ => Ended::Failed { error: member("error"), then: OnError::Leave },
    }
}

fn why(lost: Lost) -> &'static str {
    match lost {
        Lost::Rejected(rejection) => rejected(rejection),
        Lost::Lapsed => "lapsed",
    }
}

/// A rejection's name in JavaScript.
pub(crate) const fn rejected(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::FencingMismatch => "fencing-mismatch",
        Rejection::KeyExpired => "key-expired",
        Rejection::FingerprintMismatch => "fingerprint-mismatch",
    }
}
