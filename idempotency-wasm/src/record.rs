//! Plain objects for JavaScript, and the responses among them: `{ status, headers: [[name, value], …], body }`.

use js_sys::{Array, Object, Reflect, Uint8Array};
use shardd_wasm::idempotency::{CachedResponse, FencingToken, Metadata};
use wasm_bindgen::{JsCast, JsValue};

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

/// A response for JavaScript. Values are text there.
pub(crate) fn response(response: &CachedResponse) -> JsValue {
    let pair =
        |(name, value): (&str, &[u8])| Array::of2(&name.into(), &(*String::from_utf8_lossy(value)).into());
    Record::new()
        .with("status", response.status_code)
        .with("headers", response.metadata.iter().map(pair).collect::<Array>())
        .with("body", Uint8Array::from(response.body.as_slice()))
        .done()
}

/// A response from JavaScript.
pub(crate) fn cached(value: &JsValue) -> CachedResponse {
    let member = |name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    let headers = member("headers");
    let headers = if headers.is_object() { Array::from(&headers) } else { Array::new() };
    let pair = |pair: JsValue| {
        let pair = Array::from(&pair);
        (text(pair.get(0)), text(pair.get(1)).into_bytes())
    };
    let metadata: Metadata = headers.iter().map(pair).collect();
    let body = member("body").dyn_into::<Uint8Array>().map(|body| body.to_vec()).unwrap_or_default();
    CachedResponse::new(member("status").as_f64().unwrap_or(200.0) as u16, metadata, body)
}

/// Thirty-two hexadecimal digits: texts with the order of the tokens.
pub(crate) fn token(token: FencingToken) -> String {
    hex(token.as_u128())
}

/// Back from [`token`].
pub(crate) fn parsed(text: &str) -> FencingToken {
    FencingToken::from_u128(u128::from_str_radix(text, 16).unwrap_or(0))
}

/// Thirty-two hexadecimal digits.
pub(crate) fn hex(number: u128) -> String {
    (0..32).rev().filter_map(|place| char::from_digit((number >> (place * 4)) as u32 & 15, 16)).collect()
}
