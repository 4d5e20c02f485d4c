//! The random part of a token.

use std::sync::atomic::{AtomicU16, Ordering};

/// Sixteen bits. Without randomness they are counted: still different within a process.
pub(crate) fn draw() -> u16 {
    static COUNTED: AtomicU16 = AtomicU16::new(0);

    let mut bytes = [0; 2];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u16::from_le_bytes(bytes),
        Err(_) => COUNTED.fetch_add(1, Ordering::Relaxed),
    }
}
