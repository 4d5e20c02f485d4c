//! Keys as the names under which stores keep them, and fingerprints.

use sha2::Digest as _;
use shardd_wasm::idempotency::{
    DefaultFingerprintStrategy, Error, FingerprintStrategy, IdempotencyKey, Sha256FingerprintStrategy,
};
use wasm_bindgen::prelude::*;

use crate::record::hex;

/// The name of a key.
///
/// # Errors
/// A sentence: the key is empty or too long.
#[wasm_bindgen(js_name = keyName)]
pub fn key_name(key: &str) -> Result<String, String> {
    named(IdempotencyKey::new(key))
}

/// The name of a random key.
///
/// # Errors
/// A sentence: the platform has no randomness.
#[wasm_bindgen(js_name = randomKey)]
pub fn random_key() -> Result<String, String> {
    named(IdempotencyKey::random())
}

/// The name of a key below another.
///
/// # Errors
/// A sentence: the scope is empty, or both together are too long.
#[wasm_bindgen(js_name = scopedName)]
pub fn scoped_name(name: &str, scope: &str) -> Result<String, String> {
    named(IdempotencyKey::from_name(name).and_then(|key| key.into_scoped(scope)))
}

/// A name as it was given to [`key_name`] and [`scoped_name`], for those who read it.
///
/// # Errors
/// A sentence: it is no such name.
#[wasm_bindgen(js_name = nameKey)]
pub fn name_key(name: &str) -> Result<String, String> {
    named(IdempotencyKey::from_name(name))
}

/// What stands before the keys of one caller: the first 128 bits of SHA-256, so that no caller can choose another's.
#[wasm_bindgen(js_name = callerScope)]
pub fn caller_scope(caller: &str) -> String {
    hex(sha2::Sha256::digest(caller).iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte)))
}

/// Thirty-two hexadecimal digits for an operation and its body.
#[wasm_bindgen]
pub fn fingerprint(operation: &str, body: &[u8], sha256: bool) -> String {
    let fingerprint = if sha256 {
        Sha256FingerprintStrategy.compute(operation, body)
    } else {
        DefaultFingerprintStrategy.compute(operation, body)
    };
    hex(fingerprint.value())
}

fn named(key: Result<IdempotencyKey, Error>) -> Result<String, String> {
    key.map(String::from).map_err(|error| {
        use std::string::ToString as _;
        error.to_string()
    })
}
