//! Doing something once: the pure core by properties and vectors, the stores by one table, the loop in virtual time.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod call;
mod careless;
mod claims;
mod codec;
mod crashes;
mod fingerprints;
mod guards;
mod keeping;
mod keys;
mod lapsed;
mod listeners;
mod machine;
mod memory;
mod purity;
mod quick_example;
mod seeds;
mod server;
mod stores;
mod subjects;
mod types;
mod valkey;
mod waiting;
mod words;
