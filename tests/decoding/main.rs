//! What comes of the ledger's answers: of every recorded one, and of hostile ones.
//!
//! * `UPDATE_GOLDEN=1 cargo test --test decoding` writes `tests/golden/decoding.txt` anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod asked;
mod golden;
mod hostile;
mod money;
mod recorded;
mod show;
mod stage;
mod tree;
