//! What comes of the ledger's answers: of every recorded one, of hostile ones, and of ones made up by chance with serde_json
//! as the judge.
//!
//! * `UPDATE_GOLDEN=1 cargo test --test decoding` writes `tests/golden/decoding.txt` anew.
//! * `FUZZ_SECONDS=600 cargo test --release --test decoding chance` looks for ten minutes; `FUZZ_SEED=n` begins at that seed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod asked;
mod chance;
mod corpus;
mod golden;
mod hostile;
mod model;
mod money;
mod mutation;
mod oracle;
mod recorded;
mod show;
mod stage;
mod tree;
