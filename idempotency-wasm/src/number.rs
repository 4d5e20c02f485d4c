//! What crosses in numbers.

use shardd_wasm::idempotency::{FencingToken, Fingerprint, LONGEST_MS};

/// What a call asks for, as `pkg-template/idempotency/number.js` writes it.
pub(crate) struct Terms {
    pub lease_ms: u64,
    pub keep_ms: u64,
    pub ceiling_ms: u64,
    pub replay_ms: u64,
    pub wait_ms: u64,
    pub refuses_lapsed: bool,
    pub fingerprint: Fingerprint,
}

impl Terms {
    pub fn read(numbers: &[f64]) -> Self {
        let [lease_ms, keep_ms, ceiling_ms, replay_ms, wait_ms, refuses, a, b, c, d] = first(numbers);
        Self {
            lease_ms: span(lease_ms),
            keep_ms: span(keep_ms),
            ceiling_ms: span(ceiling_ms),
            replay_ms: span(replay_ms),
            wait_ms: span(wait_ms),
            refuses_lapsed: refuses != 0.0,
            fingerprint: Fingerprint::new(wide([a, b, c, d])),
        }
    }
}

/// The first numbers, and 0 for those that are missing.
pub(crate) fn first<const N: usize>(numbers: &[f64]) -> [f64; N] {
    let mut found = [0.0; N];
    for (place, number) in found.iter_mut().zip(numbers) {
        *place = *number;
    }
    found
}

/// So many milliseconds.
fn span(ms: f64) -> u64 {
    (ms as u64).min(LONGEST_MS)
}

/// 128 bits of four numbers.
pub(crate) fn wide(numbers: [f64; 4]) -> u128 {
    token(numbers).as_u128()
}

/// And back.
pub(crate) fn split(value: u128) -> [f64; 4] {
    let (high, low) = ((value >> 64) as u64, value as u64);
    [high >> 32, high & HALF, low >> 32, low & HALF].map(|part| part as f64)
}

const HALF: u64 = u32::MAX as u64;

pub(crate) fn token(numbers: [f64; 4]) -> FencingToken {
    let [a, b, c, d] = numbers.map(|part| part as u64);
    FencingToken::new(a << 32 | b, c << 32 | d)
}

/// A token that may be missing: no claim has the token of zeros.
pub(crate) fn token_or_none(numbers: [f64; 4]) -> Option<FencingToken> {
    Some(token(numbers)).filter(|token| *token != FencingToken::new(0, 0))
}

pub(crate) fn token_or_zero(token: Option<FencingToken>) -> u128 {
    token.map_or(0, FencingToken::as_u128)
}
