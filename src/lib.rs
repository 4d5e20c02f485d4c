//! The shardd credit ledger's client for browsers and edge runtimes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod answer;
pub mod api;
pub mod argument;
mod client;
mod driver;
pub mod edge_url;
pub mod engine;
mod error;
mod flights;
#[cfg(feature = "idempotency")]
pub mod idempotency;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub mod js;
pub mod json;
mod observe;
pub mod platform;
mod reading;
mod refusal;
mod reply;
mod text;

pub use client::{Client, Config, EdgeRow};
pub use driver::Controls;
pub use error::{Code, Details, Funds, Outcome, ShardError};
pub use flights::Abort;
pub use observe::Observer;
pub use reply::Answer;
