//! How a call ends.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::idempotency::bound::BoxError;
use crate::idempotency::response::CachedResponse;
use crate::idempotency::token::{FencingToken, Rejection};

/// How a call ended that was to run its effect once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionOutcome<R = CachedResponse> {
    /// The effect ran, and its response is stored.
    Executed(R),
    /// The effect ran before: this is its response.
    Replayed(R),
    /// The effect ran, but meanwhile somebody else took the key over: the response is not stored.
    Fenced {
        /// Why the store refused it.
        rejection: Rejection,
        /// What the effect returned.
        response: R,
    },
    /// Somebody else is at it, and did not finish while this call waited.
    InFlight {
        /// When the other's lease ends, unless it is renewed.
        retry_after: Duration,
    },
    /// The key stands for another request.
    FingerprintMismatch,
    /// An attempt was begun, its lease lapsed, and nobody knows whether it did its work; nothing ran now.
    Uncertain {
        /// The token of that attempt.
        fencing_token: FencingToken,
    },
}

impl<R> ExecutionOutcome<R> {
    /// The same, with another response.
    pub fn map<T>(self, change: impl FnOnce(R) -> T) -> ExecutionOutcome<T> {
        match self {
            Self::Executed(response) => ExecutionOutcome::Executed(change(response)),
            Self::Replayed(response) => ExecutionOutcome::Replayed(change(response)),
            Self::Fenced { rejection, response } => {
                ExecutionOutcome::Fenced { rejection, response: change(response) }
            }
            Self::InFlight { retry_after } => ExecutionOutcome::InFlight { retry_after },
            Self::FingerprintMismatch => ExecutionOutcome::FingerprintMismatch,
            Self::Uncertain { fencing_token } => ExecutionOutcome::Uncertain { fencing_token },
        }
    }

    /// The name of the outcome, as events and spans have it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Executed(_) => "executed",
            Self::Replayed(_) => "replayed",
            Self::Fenced { .. } => "fenced",
            Self::InFlight { .. } => "in_flight",
            Self::FingerprintMismatch => "fingerprint_mismatch",
            Self::Uncertain { .. } => "uncertain",
        }
    }
}

/// Why a store gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFailure<E> {
    /// It failed.
    Failed(E),
    /// It took longer than allowed. What it was asked may have been done.
    TimedOut,
}

impl<E: fmt::Display> fmt::Display for StoreFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreFailure::Failed(error) => error.fmt(f),
            StoreFailure::TimedOut => f.write_str("the store did not answer in time"),
        }
    }
}

impl<E: Error + 'static> Error for StoreFailure<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            StoreFailure::Failed(error) => error.source(),
            StoreFailure::TimedOut => None,
        }
    }
}

/// Why a call has no outcome.
#[derive(Debug)]
pub enum ExecutionError<StoreError, EffectError = BoxError> {
    /// The store gave no answer before the effect ran. The effect did not run.
    Store(StoreFailure<StoreError>),
    /// The effect failed.
    SideEffect(EffectError),
    /// The effect ran, but the store gave no answer when its response was to be stored.
    Completion {
        /// What the store said.
        source: StoreFailure<StoreError>,
        /// What the effect returned, as it was to be stored.
        response: CachedResponse,
    },
    /// The value could not be written or read. If it is the value of an effect that ran, its key is held until the lease ends.
    Payload(BoxError),
    /// Lapsed attempts were to be refused or recovered, but this store forgets them. The effect did not run.
    ForgetsLapsed,
}

impl<StoreError> ExecutionError<StoreError> {
    /// The effect's own error, if it is a `T`.
    ///
    /// # Errors
    /// This error, if it is another.
    pub fn into_side_effect_error<T: Error + 'static>(self) -> Result<T, Self> {
        match self {
            Self::SideEffect(error) => match error.downcast() {
                Ok(error) => Ok(*error),
                Err(error) => Err(Self::SideEffect(error)),
            },
            other => Err(other),
        }
    }
}

impl<S, E> fmt::Display for ExecutionError<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store(_) => "the store gave no answer, and nothing was run: try again",
            Self::SideEffect(_) => "the effect failed",
            Self::Completion { .. } => {
                "the effect ran, but the store gave no answer: its response is in this error only"
            }
            Self::Payload(_) => "the value could not be written as a response, or read from one",
            Self::ForgetsLapsed => {
                "this store forgets attempts with their leases: use one that keeps them, or let lapsed attempts run again"
            }
        })
    }
}

impl<S: Error + 'static> Error for ExecutionError<S> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(source) | Self::Completion { source, .. } => Some(source),
            Self::SideEffect(error) | Self::Payload(error) => Some(&**error),
            Self::ForgetsLapsed => None,
        }
    }
}
