//! Keys as the names under which stores keep them, and fingerprints.

use shardd_wasm::idempotency::fingerprint::sha256;
use shardd_wasm::idempotency::{
    DefaultFingerprintStrategy, Error, FingerprintStrategy, IdempotencyKey, Sha256FingerprintStrategy,
};
use wasm_bindgen::prelude::*;

/// What stands before the sentence that says why there is no name. Names hold no control characters.
const REFUSED: char = '\0';

/// The name of a key; or why it has none.
#[wasm_bindgen(js_name = keyName)]
pub fn key_name(key: &str) -> String {
    named(IdempotencyKey::new(key))
}

/// The name of a key below another; or why there is none.
#[wasm_bindgen(js_name = scopedName)]
pub fn scoped_name(name: &str, scope: &str) -> String {
    named(IdempotencyKey::from_name(name).and_then(|key| key.into_scoped(scope)))
}

/// A name as it was given to [`key_name`] and [`scoped_name`], for those who read it; or why it is none.
#[wasm_bindgen(js_name = nameKey)]
pub fn name_key(name: &str) -> String {
    named(IdempotencyKey::from_name(name))
}

/// What stands before the keys of one caller: the first 128 bits of SHA-256, so that no caller can choose another's.
#[wasm_bindgen(js_name = callerScope)]
pub fn caller_scope(caller: &str) -> Vec<u8> {
    sha256(&[caller.as_bytes()]).to_be_bytes().into()
}

/// Sixteen bytes for an operation and its body.
#[wasm_bindgen]
pub fn fingerprint(operation: &str, body: &[u8], is_sha256: bool) -> Vec<u8> {
    let fingerprint = if is_sha256 {
        Sha256FingerprintStrategy.compute(operation, body)
    } else {
        DefaultFingerprintStrategy.compute(operation, body)
    };
    fingerprint.value().to_be_bytes().into()
}

fn named(key: Result<IdempotencyKey, Error>) -> String {
    key.map_or_else(|error| [REFUSED.encode_utf8(&mut [0; 4]), error.sentence()].concat(), String::from)
}
