//! The JavaScript surface: thin classes over [`crate::Client`]. Nobody in the crate imports this module.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod abort;
mod error;
mod notice;
mod operation;
mod options;
mod shardd;
mod store;
mod typings;
mod value;

pub use error::install_errors;
pub use shardd::Shardd;
