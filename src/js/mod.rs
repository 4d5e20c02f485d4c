//! The JavaScript class for wasm-pack, over [`crate::Client`]. Nobody in the crate imports this module.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod abort;
mod argument;
mod call;
mod call_options;
mod class;
mod client_options;
mod error;
mod given;
mod mine;
mod notice;
mod pending;
mod reads;
mod result;
mod source;
mod store;
mod typings;
mod unfinished;
mod unknown;
mod writes;

pub use class::Shardd;
