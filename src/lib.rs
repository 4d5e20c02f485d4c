//! The shardd credit ledger's client for browsers and edge runtimes.
#[cfg(all(target_arch = "wasm32", feature = "js"))]
mod js;
