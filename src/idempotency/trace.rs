//! What happens, for those who listen with `tracing`. Keys are hashed: they may be somebody's order numbers.

use std::future::Future;

use super::claim::Lost;
use super::key::IdempotencyKey;
use super::token::Rejection;

/// Something worth an event.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "only listeners read it"))]
pub(crate) enum Happened {
    /// A call ended with this outcome.
    Ended(&'static str),
    /// The effect ran, but its claim was lost.
    CompletionRejected(Rejection),
    /// The effect runs on without its lease.
    LeaseLost(Lost),
    /// The store gave no answer to this operation; the end of the lease makes up for it.
    StoreFailed(&'static str),
}

/// An operation of a store, or a whole call, in a span of its own.
#[cfg(feature = "tracing")]
pub(crate) fn within<F: Future>(
    operation: &'static str,
    key: &IdempotencyKey,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    use tracing::Instrument as _;

    work.instrument(tracing::debug_span!("idempotency", operation, key = %Hashed(key)))
}

/// Nobody listens.
#[cfg(not(feature = "tracing"))]
pub(crate) fn within<F: Future>(_operation: &'static str, _key: &IdempotencyKey, work: F) -> F {
    work
}

/// Tells whoever listens.
#[cfg(feature = "tracing")]
pub(crate) fn tell(key: &IdempotencyKey, happened: Happened) {
    let key = Hashed(key);
    match happened {
        Happened::Ended(outcome) => tracing::debug!(%key, outcome, "idempotent call ended"),
        Happened::CompletionRejected(rejection) => {
            tracing::warn!(%key, %rejection, "the response was refused: the claim was lost while the effect ran");
        }
        Happened::LeaseLost(lost) => tracing::warn!(%key, ?lost, "the lease was lost while the effect runs"),
        Happened::StoreFailed(operation) => tracing::warn!(%key, operation, "the store gave no answer"),
    }
}

/// Nobody listens.
#[cfg(not(feature = "tracing"))]
pub(crate) fn tell(_key: &IdempotencyKey, _happened: Happened) {}

/// The same for the same key, and no way back.
#[cfg(feature = "tracing")]
struct Hashed<'a>(&'a IdempotencyKey);

#[cfg(feature = "tracing")]
impl std::fmt::Display for Hashed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", xxhash_rust::xxh3::xxh3_64(self.0.as_str().as_bytes()))
    }
}
