//! Answers on their way out. The reader has checked their text: a figure that no number holds never gets here in number mode.

use js_sys::{Array, BigInt, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::durable::Note;
use crate::error::{Code, ShardError};
use crate::json::{Integers, ObjectWriter};

/// Money and expiries, which the text of bigint mode has as digits in strings. (The structs of `crate::types` cannot tell these from
/// counters, which are numbers in every mode: both are `u64`.)
const FIGURES: [&str; 12] = [
    "amount",
    "holdAmount",
    "reservedAmount",
    "balance",
    "availableBalance",
    "projectedAvailableBalance",
    "totalBalance",
    "activeHoldTotal",
    "expiresAtUnixMs",
    "holdExpiresAtUnixMs",
    "nextExpiryUnixMs",
    "latestExpiryUnixMs",
];

/// The object of this text.
pub(super) fn object(json: &str, integers: Integers) -> Result<JsValue, ShardError> {
    let value = JSON::parse(json)
        .map_err(|_| ShardError::new(Code::Internal, "An answer that was read is no JSON: report this."))?;
    if integers == Integers::BigInt {
        revive(&value);
    }
    Ok(value)
}

/// Makes bigints of the figures in `value`.
fn revive(value: &JsValue) {
    if let Some(rows) = value.dyn_ref::<Array>() {
        rows.iter().for_each(|row| revive(&row));
        return;
    }
    let Some(object) = value.dyn_ref::<Object>() else { return };
    for name in Object::keys(object).iter() {
        let Ok(member) = Reflect::get(object, &name) else { continue };
        let is_figure = name.as_string().is_some_and(|name| FIGURES.contains(&&*name));
        match bigint(&member).filter(|_| is_figure) {
            Some(figure) => drop(Reflect::set(object, &name, &figure)),
            None => revive(&member),
        }
    }
}

/// The bigint of these digits.
pub(super) fn bigint(digits: &JsValue) -> Option<JsValue> {
    digits.as_string()?.parse::<i64>().ok().map(|figure| BigInt::from(figure).into())
}

/// A write that was not finished, as JSON.
pub(super) fn pending_write(note: &Note, integers: Integers) -> String {
    let mut write = ObjectWriter::new();
    write.text("idempotencyNonce", &note.nonce);
    write.text("bucket", &note.bucket);
    write.raw("account", note.member("account").unwrap_or("null"));
    let amount = note.member("amount").and_then(|amount| amount.parse().ok()).unwrap_or(0);
    write.credits("amount", amount, integers);
    write.raw("note", note.member("note").unwrap_or("null"));
    match &note.copy {
        Some(sent) => {
            write.text("edge", &sent.edge);
            write.whole("sentAtUnixMs", sent.at_unix_ms as i64);
        }
        None => {
            write.raw("edge", "null");
            write.raw("sentAtUnixMs", "null");
        }
    }
    write.finish()
}
