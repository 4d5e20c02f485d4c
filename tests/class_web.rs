//! The class for wasm-pack in a browser: `wasm-pack test --headless --chrome --test class_web --no-default-features --features js`.
#![cfg(all(target_arch = "wasm32", feature = "js"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod class;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
