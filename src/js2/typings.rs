//! The public typings. They live in a file of their own so that editors and `tsc` read them as what they are.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPINGS: &str = include_str!("shardd.d.ts");
