//! The arguments of calls: texts as they are, whole numbers exactly.

use js_sys::{JsString, Number};
use wasm_bindgen::prelude::*;

use crate::error::ShardError;

/// A string as it is: the conversion would make one name of all that have half a surrogate pair.
pub(super) fn text(what: &str, value: &JsValue) -> Result<String, ShardError> {
    let is_whole = value.dyn_ref::<JsString>().is_some_and(JsString::is_valid_utf16);
    value.as_string().filter(|_| is_whole).ok_or_else(|| {
        let parts =
            ["The ", what, " is not a string, or contains half a surrogate pair: give a whole string."];
        ShardError::invalid_of(&parts)
    })
}

/// A whole number within 64 bits: a safe integer or a bigint.
pub(super) fn whole(what: &str, value: &JsValue) -> Result<i64, ShardError> {
    let number = match value.as_f64() {
        Some(number) => Number::is_safe_integer(value).then_some(number as i64),
        None => i64::try_from(value.clone()).ok().filter(|_| value.is_bigint()),
    };
    number.ok_or_else(|| {
        let advice =
            " is not a whole number that is held exactly: give a safe integer, or a bigint within ±(2^63−1).";
        ShardError::invalid_of(&["The ", what, advice])
    })
}

/// The same from 0 on.
pub(super) fn count(what: &str, value: &JsValue) -> Result<u64, ShardError> {
    u64::try_from(whole(what, value)?)
        .map_err(|_| ShardError::invalid_of(&["The ", what, " is negative: give a whole number from 0 on."]))
}
