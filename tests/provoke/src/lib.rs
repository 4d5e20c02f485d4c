//! The client's wasm, and an export that panics. A crate of its own, so that the wasm that users get cannot hold it by mistake.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod provoked {
    // Its exports are this wasm's.
    extern crate shardd_wasm as _;

    use wasm_bindgen::prelude::*;

    /// Panics.
    #[wasm_bindgen(js_name = provokePanic)]
    pub fn provoke_panic() {
        panic!("provoked");
    }
}
