//! Plain objects for JavaScript.

use js_sys::{Array, BigInt, Object, Reflect};
use wasm_bindgen::JsValue;

/// An object while it is filled.
pub(crate) struct Record(Object);

impl Record {
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    pub(crate) fn with(self, key: &str, value: impl Into<JsValue>) -> Self {
        // Only a frozen object or a proxy refuses, and this is neither.
        drop(Reflect::set(&self.0, &key.into(), &value.into()));
        self
    }

    pub(crate) fn done(self) -> JsValue {
        self.0.into()
    }
}

/// Never rounded: beyond ±(2^53−1) it is a bigint.
pub(crate) fn exact(credits: i64) -> JsValue {
    if credits.unsigned_abs() < 1 << 53 { (credits as f64).into() } else { BigInt::from(credits).into() }
}

/// The same for what is never negative.
pub(crate) fn exact_unsigned(credits: u64) -> JsValue {
    if credits < 1 << 53 { (credits as f64).into() } else { BigInt::from(credits).into() }
}

/// A text, or null for absent.
pub(crate) fn text(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from)
}

/// Header fields, name and value in turn.
pub(crate) fn flat(headers: &[(String, String)]) -> Array {
    headers.iter().flat_map(|(name, value)| [name, value]).map(JsValue::from).collect()
}
