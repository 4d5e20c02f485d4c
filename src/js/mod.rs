//! The JavaScript surface: thin classes over [`crate::Client`]. Nobody imports this module.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod abort;
mod error;
mod notice;
mod options;
mod shardd;
mod typings;
mod value;
