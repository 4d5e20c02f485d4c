//! The class for wasm-pack in Node: `wasm-pack test --node --test class_node --no-default-features --features js`.
#![cfg(all(target_arch = "wasm32", feature = "js"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod class;
