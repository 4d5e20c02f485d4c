//! From JavaScript values to Rust's, with every doubt spoken. Numbers are checked here: wasm-bindgen's own conversions
//! truncate and wrap in silence.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::error::ShardError;

const SAFE_MAX: f64 = 9_007_199_254_740_991.0;

/// A string without lone surrogates, which the conversion would replace unseen.
pub(super) fn text(what: &str, value: &JsValue) -> Result<String, ShardError> {
    let text = value
        .dyn_ref::<JsString>()
        .ok_or_else(|| ShardError::invalid_of(&["The ", what, " is not a string: give one."]))?;
    if !text.is_valid_utf16() {
        return Err(ShardError::invalid_of(&[
            "The ",
            what,
            " contains half a surrogate pair: repair the string.",
        ]));
    }
    Ok(String::from(text))
}

/// A whole number within i64: a safe integer or a bigint.
pub(super) fn whole(what: &str, value: &JsValue) -> Result<i64, ShardError> {
    if let Some(number) = value.as_f64() {
        // NaN fails the comparison too.
        if number.trunc() == number && number.abs() <= SAFE_MAX {
            return Ok(number as i64);
        }
        return Err(ShardError::invalid_of(&[
            "The ",
            what,
            " is not a safe whole number: give an integer, or a bigint beyond 2^53−1.",
        ]));
    }
    if value.is_bigint() {
        return i64::try_from(value.clone()).map_err(|_| {
            ShardError::invalid_of(&["The ", what, " is beyond ±(2^63−1): give a smaller one."])
        });
    }
    Err(ShardError::invalid_of(&["The ", what, " is not a number: give an integer or a bigint."]))
}

/// A whole number that is not negative.
pub(super) fn count(what: &str, value: &JsValue) -> Result<u64, ShardError> {
    u64::try_from(whole(what, value)?)
        .map_err(|_| ShardError::invalid_of(&["The ", what, " is negative: give a whole number from 0 on."]))
}

/// `true` or `false`, nothing that merely looks so.
pub(super) fn flag(what: &str, value: &JsValue) -> Result<bool, ShardError> {
    value.as_bool().ok_or_else(|| ShardError::invalid_of(&["The ", what, " is neither true nor false."]))
}
