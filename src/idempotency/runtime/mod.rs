//! What waiting needs of the world: a clock, a timer, a place for work that nobody waits for.

#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
mod on_tokio;
#[cfg(not(target_arch = "wasm32"))]
mod threads;
#[cfg(target_arch = "wasm32")]
mod web;

use std::future::Future;

use super::bound::{MaybeSend, MaybeSync};

#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
pub use on_tokio::TokioRuntime;
#[cfg(not(target_arch = "wasm32"))]
pub use threads::StdRuntime;
#[cfg(target_arch = "wasm32")]
pub use web::WebRuntime;

/// A clock, a timer and a spawner.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell the time nor wait",
    note = "there are `TokioRuntime` (feature `tokio`), `StdRuntime` and, on wasm, `WebRuntime`"
)]
pub trait Runtime: Clone + MaybeSend + MaybeSync + 'static {
    /// Unix milliseconds that never go back: the wall clock at some moment, and what passed since.
    fn now_ms(&self) -> u64;

    /// Resolves after `ms` milliseconds.
    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + MaybeSend;

    /// Runs a future that nobody waits for; where that is not possible, drops it.
    fn spawn(&self, future: impl Future<Output = ()> + MaybeSend + 'static);
}

/// The runtime of this platform: tokio natively, the browser's or the worker's on wasm.
#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
pub type DefaultRuntime = TokioRuntime;
/// The runtime of this platform: tokio natively, the browser's or the worker's on wasm.
#[cfg(target_arch = "wasm32")]
pub type DefaultRuntime = WebRuntime;
/// The runtime of this platform: threads that sleep, without the feature `tokio`.
#[cfg(all(not(feature = "tokio"), not(target_arch = "wasm32")))]
pub type DefaultRuntime = StdRuntime;
