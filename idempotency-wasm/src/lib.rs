//! Doing things once, for JavaScript: what is decided, as functions over numbers and bytes. Promises, timers, stores, options, values and HTTP
//! are JavaScript's (`pkg-template/idempotency`).
//!
//! Nothing is kept between two calls of a function. Where a call of the user stands is an array that JavaScript holds, so that a trap takes along
//! only the call amid which it happens.

#![cfg(target_arch = "wasm32")]
// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

mod call;
#[cfg(feature = "conformance")]
mod conformance;
mod name;
mod number;
mod operation;
mod renewal;
mod server;

/// The standard library's takes 1.7 KB of brotli more.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub use call::told;
#[cfg(feature = "conformance")]
pub use conformance::{Place, conformance};
pub use name::{caller_scope, fingerprint, key_name, name_key, scoped_name};
pub use operation::step;
pub use renewal::renewed;
pub use server::{server_entry, server_found, server_script};
