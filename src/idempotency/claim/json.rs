//! Values of your own, stored as JSON.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::attempt::Attempt;
use super::builder::{Builder, WithFingerprint};
use super::holder::Holder;
use super::outcome::{ExecutionError, ExecutionOutcome};
use crate::idempotency::bound::BoxError;
use crate::idempotency::response::Json;
use crate::idempotency::runtime::{DefaultRuntime, Runtime};
use crate::idempotency::store::IdempotencyStore;

/// A claim whose effect returns a value of your own.
#[derive(Debug)]
#[must_use = "a claim is made by `execute_or_replay`"]
pub struct JsonBuilder<H, R = DefaultRuntime>(Builder<H, WithFingerprint, R>);

impl<H: Holder, R: Runtime> Builder<H, WithFingerprint, R> {
    /// The effect returns a value that is stored as JSON.
    pub const fn json(self) -> JsonBuilder<H, R> {
        JsonBuilder(self)
    }
}

impl<H: Holder, R: Runtime> JsonBuilder<H, R> {
    /// See [`Builder::keep_alive`].
    pub fn keep_alive(self, ceiling: Duration) -> Self {
        Self(self.0.keep_alive(ceiling))
    }

    /// See [`Builder::execute_or_replay`].
    ///
    /// # Errors
    /// See [`ExecutionError`].
    pub async fn execute_or_replay<T, F, Fut>(
        self,
        replay: Duration,
        effect: F,
    ) -> Result<ExecutionOutcome<T>, ExecutionError<<H::Store as IdempotencyStore>::Error>>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Result<T, BoxError>>,
    {
        let effect = |attempt| {
            let running = effect(attempt);
            async { running.await.map(Json) }
        };
        let outcome = self.0.execute_or_replay(replay, effect).await?;
        Ok(outcome.map(|Json(value)| value))
    }
}
