//! The random part of a token.

use std::sync::atomic::{AtomicU64, Ordering};

/// Sixty-four bits. Without randomness they are counted: still different within a process.
pub(crate) fn draw() -> u64 {
    static COUNTED: AtomicU64 = AtomicU64::new(0);

    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => COUNTED.fetch_add(1, Ordering::Relaxed),
    }
}
