//! Claims, put together: `store.claim(&key, lease).fingerprint(operation, body)…`

use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::attempt::{Attempt, OnError, Recovery};
use super::execution::Execution;
use super::guard::Guard;
use super::holder::{Borrowed, Holder, Owned};
use super::outcome::{ExecutionError, ExecutionOutcome};
use super::policy::Policy;
use super::terms::Terms;
use crate::idempotency::bound::{BoxError, MaybeSend};
use crate::idempotency::entry::{ExistingEntry, IdempotencyEntry};
use crate::idempotency::fingerprint::{
    DefaultFingerprintStrategy, Fingerprint, FingerprintStrategy, Operation,
};
use crate::idempotency::response::{Cacheable, CachedResponse};
use crate::idempotency::runtime::{DefaultRuntime, Runtime};
use crate::idempotency::store::{IdempotencyStore, InsertResult};

/// A claim that does not know its request yet.
#[derive(Clone, Copy, Debug)]
pub struct NoFingerprint;

/// A claim that knows its request, and can be made.
#[derive(Clone, Copy, Debug)]
pub struct WithFingerprint;

/// A claim, put together: first [`fingerprint`](Self::fingerprint), last
/// [`execute_or_replay`](Self::execute_or_replay) or [`try_insert`](Self::try_insert).
#[must_use = "a claim is made by `execute_or_replay` or `try_insert`"]
pub struct Builder<H, State = NoFingerprint, R = DefaultRuntime> {
    holder: H,
    runtime: R,
    terms: Terms,
    policy: Policy,
    state: State,
}

/// A claim that borrows its store and key.
pub type ClaimBuilder<'store, S, State = NoFingerprint, R = DefaultRuntime> =
    Builder<Borrowed<'store, S>, State, R>;
/// A claim with a store and key of its own.
pub type OwnedClaimBuilder<S, State = NoFingerprint, R = DefaultRuntime> = Builder<Owned<S>, State, R>;

/// What came of trying once.
#[derive(Debug)]
pub enum Tried<H: Holder, R: Runtime = DefaultRuntime> {
    /// The key is ours.
    Claimed(Guard<H, R>),
    /// Somebody was here before.
    Exists {
        /// What there is.
        existing: ExistingEntry,
        /// The request that was asked for: `existing.replay(fingerprint)` answers it.
        fingerprint: Fingerprint,
    },
}

/// What came of trying once, with borrowed store and key.
pub type ClaimOutcome<'store, S, R = DefaultRuntime> = Tried<Borrowed<'store, S>, R>;
/// What came of trying once, with a store and key of its own.
pub type OwnedClaimOutcome<S, R = DefaultRuntime> = Tried<Owned<S>, R>;

impl<H> Builder<H> {
    pub(crate) fn new(holder: H, lease: Duration) -> Self {
        Self {
            holder,
            runtime: DefaultRuntime::default(),
            terms: Terms::new(Fingerprint::new(0), lease),
            policy: Policy::default(),
            state: NoFingerprint,
        }
    }
}

impl<H, R> Builder<H, NoFingerprint, R> {
    /// The request that the key stands for: what is asked for, and the bytes of its body.
    pub fn fingerprint(self, operation: impl Into<Operation>, body: &[u8]) -> Builder<H, WithFingerprint, R> {
        self.fingerprint_with(&DefaultFingerprintStrategy, operation, body)
    }

    /// The same, told apart by a strategy of your own.
    pub fn fingerprint_with(
        self,
        strategy: &dyn FingerprintStrategy,
        operation: impl Into<Operation>,
        body: &[u8],
    ) -> Builder<H, WithFingerprint, R> {
        let terms = Terms { fingerprint: strategy.compute(&operation.into(), body), ..self.terms };
        let Self { holder, runtime, policy, .. } = self;
        Builder { holder, runtime, terms, policy, state: WithFingerprint }
    }
}

impl<H, State, R> Builder<H, State, R> {
    /// Renews the lease while the effect runs, for at most this long; ten minutes, if not said otherwise. Past the ceiling
    /// the lease lapses, and the effect is told; a response that comes later is still stored if nobody took over.
    pub const fn keep_alive(mut self, ceiling: Duration) -> Self {
        self.terms.ceiling = ceiling;
        self
    }

    /// Waits for an attempt in flight, for at most this long. Whoever waited gets its response, or claims the key anew.
    pub const fn wait(mut self, wait: Duration) -> Self {
        self.terms.wait = wait;
        self
    }

    /// A record without an ending stays this much longer than its lease: the next attempt learns of it
    /// ([`Attempt::lapsed`]), and another request is still refused.
    pub const fn keep_lapsed(mut self, keep: Duration) -> Self {
        self.terms.keep = keep;
        self
    }

    /// Where an attempt lapsed, runs nothing and says [`ExecutionOutcome::Uncertain`], for as long as records are kept: a
    /// day, if [`keep_lapsed`](Self::keep_lapsed) does not say otherwise.
    pub fn refuse_lapsed(mut self) -> Self {
        self.terms.refuses_lapsed = true;
        self.see_lapsed()
    }

    /// Where an attempt lapsed, asks this function before it runs anything. It holds the key meanwhile.
    pub fn recover<F, Fut>(mut self, recover: F) -> Self
    where
        F: FnOnce(Attempt) -> Fut + MaybeSend + 'static,
        Fut: Future<Output = Result<Recovery, BoxError>> + MaybeSend + 'static,
    {
        self.policy.recover = Some(Box::new(move |attempt| Box::pin(recover(attempt))));
        self.see_lapsed()
    }

    fn see_lapsed(mut self) -> Self {
        self.terms.needs_lapsed = true;
        if self.terms.keep.is_zero() {
            self.terms.keep = IdempotencyEntry::REPLAY;
        }
        self
    }

    /// Says what an error of the effect means for the key. Without it: [`OnError::Leave`].
    /// [`NotApplied`](super::NotApplied) frees the key in any case.
    pub fn on_error(mut self, judge: impl FnOnce(&BoxError) -> OnError + MaybeSend + 'static) -> Self {
        self.policy.on_error = Some(Box::new(judge));
        self
    }

    /// Says whether a response is to be stored. One that is not goes to the caller, and the key is free again.
    pub fn retain(mut self, retain: impl FnOnce(&CachedResponse) -> bool + MaybeSend + 'static) -> Self {
        self.policy.retain = Some(Box::new(retain));
        self
    }

    /// How long a single operation of the store may take.
    pub const fn store_timeout(mut self, timeout: Duration) -> Self {
        self.terms.store_timeout = Some(timeout);
        self
    }

    /// With a clock and timers of your own.
    pub fn runtime<Other: Runtime>(self, runtime: Other) -> Builder<H, State, Other> {
        let Self { holder, terms, policy, state, .. } = self;
        Builder { holder, runtime, terms, policy, state }
    }
}

impl<H: Holder, R: Runtime> Builder<H, WithFingerprint, R> {
    /// Claims the key once, without waiting.
    ///
    /// # Errors
    /// The store gave no answer.
    pub async fn try_insert(self) -> Result<Tried<H, R>, <H::Store as IdempotencyStore>::Error> {
        let fingerprint = self.terms.fingerprint;
        let inserted = self.holder.store().try_insert(self.holder.key(), self.terms.entry()).await?;
        Ok(match inserted {
            InsertResult::Claimed { fencing_token, entry } => {
                Tried::Claimed(Guard::new(self.holder, self.runtime, fencing_token, &entry))
            }
            InsertResult::Exists(existing) => Tried::Exists { existing, fingerprint },
        })
    }

    /// Runs `effect` once. Its response is stored for `replay` and given to every retry; while it runs, the lease is renewed.
    ///
    /// An effect that fails with [`NotApplied`](super::NotApplied) did nothing, and the key is free. Any other error means
    /// that nobody knows: the key is held until the lease ends. So it is if this future is dropped while the effect runs.
    ///
    /// ```ignore-wasm32
    /// use std::time::Duration;
    /// use shardd_wasm::idempotency::memory::MemoryStore;
    /// use shardd_wasm::idempotency::{CachedResponse, ExecutionOutcome, IdempotencyKey, IdempotencyStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = MemoryStore::new();
    /// let key = IdempotencyKey::new("order-9821")?;
    /// for round in 0..2 {
    ///     let outcome = store
    ///         .claim(&key, Duration::from_secs(30))
    ///         .fingerprint("POST /charges", b"{\"amount\":5}")
    ///         .execute_or_replay(Duration::from_secs(86_400), async |attempt| {
    ///             // Hand `attempt.fencing_token` on; race long work with `attempt.lease.on_lost()`.
    ///             let _token = attempt.fencing_token;
    ///             Ok(CachedResponse::from("charged"))
    ///         })
    ///         .await?;
    ///     match outcome {
    ///         ExecutionOutcome::Executed(response) => assert_eq!((round, response.body), (0, b"charged".to_vec())),
    ///         ExecutionOutcome::Replayed(response) => assert_eq!((round, response.body), (1, b"charged".to_vec())),
    ///         other => panic!("{other:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`ExecutionError`].
    pub async fn execute_or_replay<T, F, Fut>(
        self,
        replay: Duration,
        effect: F,
    ) -> Result<ExecutionOutcome<T>, ExecutionError<<H::Store as IdempotencyStore>::Error>>
    where
        T: Cacheable,
        F: FnOnce(Attempt) -> Fut,
        Fut: Future<Output = Result<T, BoxError>>,
    {
        let Self { holder, runtime, terms, policy, .. } = self;
        let terms = Terms { replay, ..terms };
        let (store, key) = (holder.store(), holder.key());
        let execution = Execution { store, key, runtime: &runtime, terms: &terms };
        let read = |response| T::from_response(response).map_err(Into::into);
        execution.execute(read, |attempt| policy.run(effect, attempt)).await
    }
}

impl<H, State, R> fmt::Debug for Builder<H, State, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("terms", &self.terms).finish_non_exhaustive()
    }
}
