//! What the caller decides: of lapsed attempts, of errors, of responses.

use std::future::Future;

use super::attempt::{Attempt, NotApplied, OnError, Recovery};
use super::execution::Ended;
use crate::idempotency::bound::{BoxError, BoxFuture};
use crate::idempotency::response::{Cacheable, CachedResponse};

#[cfg(not(target_arch = "wasm32"))]
mod boxed {
    use super::*;
    pub(super) type Recover =
        Box<dyn FnOnce(Attempt) -> BoxFuture<'static, Result<Recovery, BoxError>> + Send>;
    pub(super) type Judge = Box<dyn FnOnce(&BoxError) -> OnError + Send>;
    pub(super) type Retain = Box<dyn FnOnce(&CachedResponse) -> bool + Send>;
}

#[cfg(target_arch = "wasm32")]
mod boxed {
    use super::*;
    pub(super) type Recover = Box<dyn FnOnce(Attempt) -> BoxFuture<'static, Result<Recovery, BoxError>>>;
    pub(super) type Judge = Box<dyn FnOnce(&BoxError) -> OnError>;
    pub(super) type Retain = Box<dyn FnOnce(&CachedResponse) -> bool>;
}

/// What the caller decides; without a word of theirs, as the documentation of [`NotApplied`] says.
#[derive(Default)]
pub(super) struct Policy {
    pub recover: Option<boxed::Recover>,
    pub on_error: Option<boxed::Judge>,
    pub retain: Option<boxed::Retain>,
}

impl Policy {
    /// Runs the effect, unless looking after a lapsed attempt makes that needless.
    pub async fn run<T, F, Fut>(self, effect: F, attempt: Attempt) -> Ended<T, BoxError>
    where
        T: Cacheable,
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Result<T, BoxError>>,
    {
        if let (Some(_), Some(recover)) = (attempt.lapsed, self.recover) {
            match recover(attempt.clone()).await {
                Ok(Recovery::Rerun) => {}
                Ok(Recovery::Unknown) => return Ended::Unknown,
                Ok(Recovery::Completed(response)) => {
                    return match T::from_response(response.clone()) {
                        Ok(value) => Ended::Recovered { value, response },
                        Err(error) => Ended::Unencodable(error.into()),
                    };
                }
                Err(error) => return Ended::Failed { error, then: OnError::Leave },
            }
        }
        let value = match effect(attempt).await {
            Ok(value) => value,
            Err(error) => {
                let then = match self.on_error {
                    _ if error.is::<NotApplied>() => OnError::Release,
                    Some(judge) => judge(&error),
                    None => OnError::Leave,
                };
                return Ended::Failed { error, then };
            }
        };
        match value.to_response() {
            Err(error) => Ended::Unencodable(error.into()),
            Ok(response) if self.retain.is_none_or(|retain| retain(&response)) => {
                Ended::Returned { value, response }
            }
            Ok(_) => Ended::Unstored(value),
        }
    }
}
