//! The JavaScript surface.
use wasm_bindgen::prelude::*;

/// Placeholder while the client grows.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Shardd;

#[wasm_bindgen]
impl Shardd {
    /// Makes a client.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Shardd {
        Shardd
    }
}
