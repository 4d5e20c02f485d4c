//! The arguments of calls: texts as they are, whole numbers exactly.

use js_sys::{JsString, Number};
use wasm_bindgen::prelude::*;

use crate::error::ShardError;
use crate::protocol::{BEYOND, HALF_PAIR, NEGATIVE, NOT_NUMBER, NOT_SAFE, NOT_TEXT, filled};

/// Refuses the value called `what`.
pub(super) fn refused<T>(sentence: &str, what: &str) -> Result<T, ShardError> {
    Err(ShardError::invalid(&filled(sentence, &[what])))
}

/// A string as it is: the conversion would make one name of all that have half a surrogate pair.
pub(super) fn text(what: &str, value: &JsValue) -> Result<String, ShardError> {
    let Some(text) = value.dyn_ref::<JsString>() else { return refused(NOT_TEXT, what) };
    if text.is_valid_utf16() { Ok(text.into()) } else { refused(HALF_PAIR, what) }
}

/// The bucket and the account of a call.
pub(super) fn names(bucket: &JsValue, account: &JsValue) -> Result<(String, String), ShardError> {
    Ok((text("bucket", bucket)?, text("account", account)?))
}

/// A whole number within 64 bits: a safe integer or a bigint.
pub(super) fn whole(what: &str, value: &JsValue) -> Result<i64, ShardError> {
    if value.is_bigint() {
        return i64::try_from(value.clone()).or_else(|_| refused(BEYOND, what));
    }
    match value.as_f64() {
        Some(number) if Number::is_safe_integer(value) => Ok(number as i64),
        Some(_) => refused(NOT_SAFE, what),
        None => refused(NOT_NUMBER, what),
    }
}

/// The same from 0 on.
pub(super) fn count(what: &str, value: &JsValue) -> Result<u64, ShardError> {
    u64::try_from(whole(what, value)?).or_else(|_| refused(NEGATIVE, what))
}
