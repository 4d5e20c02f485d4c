//! The Rust client in a browser: `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod boundary;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
