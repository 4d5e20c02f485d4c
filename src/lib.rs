//! The shardd credit ledger's client for browsers and edge runtimes.
#![doc = include_str!("../docs/rust.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod api;
pub mod argument;
mod client;
mod closing;
mod directory;
mod driver;
pub mod durable;
pub mod edge_url;
mod error;
mod flights;
pub mod idempotency;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub mod js;
pub mod json;
#[cfg(all(target_arch = "wasm32", feature = "kernel"))]
pub mod kernel;
mod key;
mod module;
mod observe;
mod owner;
pub mod platform;
pub mod protocol;
mod reading;
mod refusal;
mod reply;
mod text;

#[cfg(feature = "serde")]
pub use client::Call;
pub use client::{AmbiguousWrites, Client, ClientBuilder, Config, EdgeRow};
pub use driver::Controls;
pub use error::{Code, Details, Outcome, ShardError};
pub use flights::Abort;
pub use key::{ApiKey, KeySource};
pub use observe::Observer;
pub use owner::Owner;
#[cfg(feature = "serde")]
pub use protocol::answer::*;
pub use protocol::{CreateEventOptions, Funds, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};
pub use reply::Answer;
/// What to do next, decided by pure state machines.
pub use shardd_engine as engine;
