//! The JavaScript class for wasm-pack, over [`crate::Client`]. Nobody in the crate imports this module.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod abort;
mod argument;
mod calls;
mod class;
mod error;
mod notice;
mod options;
mod result;
mod source;
mod store;
mod typings;
mod unfinished;

pub use class::Shardd;
