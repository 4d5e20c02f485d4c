//! Doing things once, for JavaScript. Options, values and HTTP are JavaScript's (`pkg-template/idempotency`); here are the loop that
//! claims, waits, renews and settles, and the stores it runs over.

// wasm-bindgen's macros write the glue's unsafe code.
#![allow(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod attempt;
#[cfg(target_arch = "wasm32")]
mod clock;
#[cfg(all(feature = "conformance", target_arch = "wasm32"))]
mod conformance;
#[cfg(target_arch = "wasm32")]
mod ending;
#[cfg(target_arch = "wasm32")]
mod engine;
#[cfg(target_arch = "wasm32")]
mod name;
#[cfg(target_arch = "wasm32")]
mod record;
#[cfg(target_arch = "wasm32")]
mod server;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
mod thrown;

#[cfg(target_arch = "wasm32")]
pub use attempt::Calls;
#[cfg(all(feature = "conformance", target_arch = "wasm32"))]
pub use conformance::{Place, conformance};
#[cfg(target_arch = "wasm32")]
pub use engine::{Asked, Engine};
#[cfg(target_arch = "wasm32")]
pub use name::{caller_scope, fingerprint, key_name, name_key, random_key, scoped_name};
