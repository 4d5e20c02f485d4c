//! The core decides and never acts: no waiting, no clocks, no chance, no input or output, no machinery that costs bytes.

use std::fs;
use std::path::Path;

const CORE: [&str; 12] = [
    "claim/call.rs",
    "claim/looks.rs",
    "claim/renewal.rs",
    "codec/bytes.rs",
    "codec/mod.rs",
    "codec/own.rs",
    "codec/response.rs",
    "codec/shared.rs",
    "entry.rs",
    "record.rs",
    "step.rs",
    "token.rs",
];

const IMPURE: [&str; 14] = [
    "async ",
    ".await",
    "Future",
    "Instant",
    "SystemTime",
    "getrandom",
    "tokio",
    "std::thread",
    "std::net",
    "std::fs",
    "format!",
    "serde_json",
    "postcard",
    "HashMap",
];

#[test]
fn the_core_is_pure() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/idempotency");
    for file in CORE {
        let text = fs::read_to_string(src.join(file)).unwrap();
        let code: String = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
        for word in IMPURE {
            assert!(!code.contains(word), "{file} names {word}");
        }
    }
}
