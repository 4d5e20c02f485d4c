//! What an effect is given, and how it can say what it did not do.

use std::error::Error;
use std::fmt;

use super::lease::Lease;
use crate::idempotency::bound::BoxError;
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::token::FencingToken;

/// One run of an effect.
///
/// Its steps can have keys of their own, `attempt.key.scoped("charge")`: what is done stays done when the effect runs again.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The key.
    pub key: IdempotencyKey,
    /// Greater than those of all attempts before: systems further on can refuse what comes with an older one.
    pub fencing_token: FencingToken,
    /// The token of the attempt before, if its lease lapsed and the store remembers it: it may have done its work.
    pub lapsed: Option<FencingToken>,
    /// Tells whether the key is still held.
    pub lease: Lease,
}

/// The error of an effect that certainly did nothing: the key is free again at once.
///
/// Any other error means that nobody knows: the key is held until the lease ends. Only the error itself counts, not what it
/// wraps: an effect of several steps whose last did nothing has done something.
///
/// ```
/// use shardd_wasm::idempotency::{BoxError, CachedResponse, NotApplied};
///
/// async fn charge(amount: u64) -> Result<CachedResponse, BoxError> {
///     if amount == 0 {
///         return Err(NotApplied::because("nothing to charge").into());
///     }
///     Ok(CachedResponse::from("charged"))
/// }
/// # let _future = charge(1);
/// ```
#[derive(Debug, Default)]
pub struct NotApplied {
    cause: Option<BoxError>,
}

impl NotApplied {
    /// Nothing was done.
    pub const fn new() -> Self {
        Self { cause: None }
    }

    /// Nothing was done, and this is why.
    pub fn because(cause: impl Into<BoxError>) -> Self {
        Self { cause: Some(cause.into()) }
    }

    /// Why nothing was done.
    pub fn into_cause(self) -> Option<BoxError> {
        self.cause
    }
}

impl fmt::Display for NotApplied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "nothing was done: {cause}"),
            None => f.write_str("nothing was done"),
        }
    }
}

impl Error for NotApplied {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn Error + 'static))
    }
}

/// What an error does to the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Held until the lease ends: the effect may have done its work.
    Leave,
    /// Free at once: the effect did nothing.
    Release,
}

/// What is known of an attempt that lapsed, after looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It did its work, and this is the response: it is stored and replayed.
    Completed(CachedResponse),
    /// It did nothing: run the effect.
    Rerun,
    /// Nobody can say yet. The key is held until the lease ends; then the next attempt asks again.
    Unknown,
}
