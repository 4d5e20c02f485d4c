//! What JavaScript threw.

use std::error::Error;
use std::fmt;

use js_sys::Promise;
use shardd_wasm::idempotency::codec::CorruptRecord;
use shardd_wasm::idempotency::valkey::ValkeyError;
use shardd_wasm::idempotency::{AtomicError, StoreFailure};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Why a place that JavaScript asked gave no answer.
#[derive(Debug)]
pub(crate) enum Thrown {
    /// What it threw, or rejected with.
    Js(JsValue),
    /// It resolved without having done its part.
    Undone(&'static str),
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Thrown::Undone(why) => why,
            Thrown::Js(_) => "the store failed",
        })
    }
}

impl Error for Thrown {}

/// The value of a promise, or of what is none.
pub(crate) async fn settled(value: Result<JsValue, JsValue>) -> Result<JsValue, Thrown> {
    let value = value.map_err(Thrown::Js)?;
    JsFuture::from(Promise::resolve(&value)).await.map_err(Thrown::Js)
}

/// What an error of a store comes from, for JavaScript: the very thing that was thrown, or a sentence.
pub(crate) fn cause(error: &(dyn Error + 'static)) -> JsValue {
    // The box around every store comes first.
    let inner = error.source().unwrap_or(error);
    let thrown = match inner.downcast_ref::<AtomicError<Thrown>>() {
        Some(AtomicError::Store(thrown)) => thrown,
        Some(AtomicError::Corrupt(corrupt)) => return sentence(corrupt),
        None => match inner.downcast_ref::<ValkeyError<Thrown>>() {
            Some(ValkeyError::Connection(thrown)) => thrown,
            Some(ValkeyError::Decode(corrupt)) => return sentence(corrupt),
            Some(ValkeyError::InvalidPrefix) | None => return JsValue::UNDEFINED,
        },
    };
    match thrown {
        Thrown::Js(value) => value.clone(),
        Thrown::Undone(why) => js_sys::Error::new(why).into(),
    }
}

/// The same where a store may also have been too slow.
pub(crate) fn failure<E: Error + 'static>(failure: &StoreFailure<E>) -> JsValue {
    match failure {
        StoreFailure::Failed(error) => cause(error),
        StoreFailure::TimedOut => {
            js_sys::Error::new("The store did not answer within storeTimeoutMs.").into()
        }
    }
}

fn sentence(corrupt: &CorruptRecord) -> JsValue {
    use std::string::ToString as _;
    js_sys::Error::new(&corrupt.to_string()).into()
}
