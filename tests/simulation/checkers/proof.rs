//! What an answer proves of a write.

/// A gateway says that a node warms up of the second node that it tries too: after the 5 s that it gave the first, which
/// may have taken the write. So it is proof only well before that.
const WARMING_UP_MS: u64 = 4_000;

/// Whether nothing was written, for certain.
pub fn is_proof(status: u16, text: &str, after_ms: u64) -> bool {
    let says = |begin: &str| text.starts_with(&format!(r#"{{"error":"{begin}"#));
    match status {
        400..=499 => status != 408,
        503 => {
            ["no libp2p nodes discovered", "dashboard ", "error sending request for url ("]
                .into_iter()
                .any(says)
                || says("node warming up") && after_ms <= WARMING_UP_MS
        }
        _ => false,
    }
}

/// Whether it is what was promised: of those the platform keeps no text.
pub fn is_success(status: u16, text: &str) -> bool {
    status < 300 && text.is_empty()
}
