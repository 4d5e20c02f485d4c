//! The local shardd's core for JavaScript. Delays, faults, `fetch` and sockets are JavaScript's (`pkg-template/testing`);
//! here are only the calls through which it reaches the core.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod judge;
#[cfg(target_arch = "wasm32")]
mod ledger;
#[cfg(target_arch = "wasm32")]
mod record;

#[cfg(target_arch = "wasm32")]
pub use ledger::Ledger;
