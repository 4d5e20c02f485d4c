//! The JavaScript surface: thin classes over [`crate::Client`]. Nobody in the crate imports this module.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod abort;
mod error;
mod given;
mod network;
mod notice;
mod operation;
mod shardd;
mod store;
mod typings;

pub use shardd::Shardd;
