//! A faithful local shardd: several regions of the credit ledger in one process.
//!
//! The core is pure: [`Cluster::handle`] turns a request and a time into an answer, replication is a queue of
//! messages that [`Cluster::advance`] delivers. It has no clock, no randomness and no I/O of its own, so the same
//! seed and the same calls always give the same bytes. Around it stand three shells: an HTTP server (feature
//! `http`), a `fetch` compiled to wasm, and the simulated network of the tests.

mod auth;
mod cluster;
mod config;
mod exchange;
mod gateway;
mod ledger;
mod network;
mod seeded;
mod storm;

#[cfg(feature = "http")]
pub mod http;

pub use auth::{Auth, BucketRule, Key, KeyState, Scope};
pub use cluster::{Cluster, Reach};
pub use config::Config;
pub use exchange::{Request, Response};
pub use ledger::{Event, EventKind};
pub use storm::{Copy as StormCopy, Storm};
