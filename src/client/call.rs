//! A call in the making: how it is made is said before it is awaited.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use serde::de::DeserializeOwned;

use super::{Client, check_policy};
use crate::api::{After, Operation};
use crate::driver::Controls;
use crate::engine::Policy;
use crate::error::{Code, Outcome, ShardError};
use crate::platform::LocalFuture;
use crate::protocol::{Account, LedgerEvent};
use crate::reply::Answer;
use crate::text::decimal;

/// One call: a future that sends nothing before it is first polled. It owns what it needs, so that it can be spawned,
/// joined or kept; dropping it cancels its fetches and timers. (A write whose call was dropped may have landed all the
/// same: make it again with the same nonce.)
///
/// ```no_run
/// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
/// let call = client.charge("my-app", "user:alice", 100, Default::default()).timeout_ms(2_000);
/// println!("about to send {:?}", call.idempotency_nonce());
/// let result = call.await?;
/// println!("{} left, after {} ms", result.available_balance, result.meta.elapsed_ms);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T>(Stage<T>);

enum Stage<T> {
    Prepared(Box<Prepared>),
    /// A wrong argument: there is nothing to send.
    Refused(ShardError),
    Running(LocalFuture<Result<T, ShardError>>),
    Over,
}

struct Prepared {
    client: Client,
    operation: Operation,
    controls: Controls,
}

impl Client {
    pub(super) fn call<T>(&self, operation: Result<Operation, ShardError>) -> Call<T> {
        Call::new(self, operation)
    }
}

impl<T> Call<T> {
    pub(super) fn new(client: &Client, operation: Result<Operation, ShardError>) -> Self {
        let (client, controls) = (client.clone(), Controls::default());
        Call(match operation {
            Ok(operation) => Stage::Prepared(Box::new(Prepared { client, operation, controls })),
            Err(error) => Stage::Refused(error),
        })
    }

    /// The deadline of this call instead of the client's, in milliseconds.
    pub fn timeout_ms(self, timeout_ms: u64) -> Self {
        self.with(|_, controls| {
            check_policy(&Policy { timeout_ms, ..Policy::default() })?;
            controls.timeout_ms = Some(timeout_ms);
            Ok(())
        })
    }

    /// The one edge to use, by its base URL; no failover then.
    pub fn edge(self, base_url: &str) -> Self {
        self.with(|client, controls| {
            controls.only = Some(client.edge_index(base_url)?);
            Ok(())
        })
    }

    /// Gives up when `enough` resolves. The error is then `aborted` and says what is known of the write, which dropping
    /// the call does not.
    pub fn abort_when(self, enough: impl Future<Output = ()> + 'static) -> Self {
        self.with(|_, controls| {
            controls.abort = Some(Box::pin(async move {
                enough.await;
                None
            }));
            Ok(())
        })
    }

    /// The nonce that this write will carry, to be noted down before it is sent: whoever makes the same write again with
    /// it charges nobody twice. `None` for reads, and once the call is under way.
    pub fn idempotency_nonce(&self) -> Option<&str> {
        let Stage::Prepared(prepared) = &self.0 else { return None };
        nonce(&prepared.operation).map(|nonce| &**nonce)
    }

    fn with(mut self, set: impl FnOnce(&Client, &mut Controls) -> Result<(), ShardError>) -> Self {
        if let Stage::Prepared(prepared) = &mut self.0
            && let Err(error) = set(&prepared.client, &mut prepared.controls)
        {
            self.0 = Stage::Refused(error);
        }
        self
    }
}

impl Call<Account> {
    /// Reads again, within the deadline, until the account shows this event of a write that was made before: also after
    /// a failover, the balance is never older than that. At most five times, 100 ms to 2 s apart, since each read costs its user a
    /// credit.
    ///
    /// # Errors
    ///
    /// `timeout` where the account did not show the event by then; [`ShardError::account`] is what was read last.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let charged = client.charge("my-app", "user:alice", 100, Default::default()).await?;
    /// let account = client.get_account("my-app", "user:alice").after(&charged.event).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, event: &LedgerEvent) -> Self {
        if let Stage::Prepared(prepared) = &mut self.0 {
            let epoch = decimal(i64::try_from(event.origin_epoch).unwrap_or(i64::MAX));
            let origin = [&*event.origin_node_id, ":", &epoch].concat();
            prepared.operation.after = Some(After { origin, seq: event.origin_seq });
        }
        self
    }
}

impl ShardError {
    /// The account as it was read last, where [`Call::after`] timed out: it does not show the event.
    pub fn account(&self) -> Option<Account> {
        serde_json::from_str(self.account_json.as_deref()?).ok()
    }
}

impl<T: DeserializeOwned + 'static> Future for Call<T> {
    type Output = Result<T, ShardError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let stage = &mut self.get_mut().0;
        let mut run = match std::mem::replace(stage, Stage::Over) {
            Stage::Prepared(prepared) => Box::pin(prepared.run()),
            Stage::Running(run) => run,
            Stage::Refused(error) => return Poll::Ready(Err(error)),
            Stage::Over => return Poll::Pending,
        };
        let polled = run.as_mut().poll(context);
        if polled.is_pending() {
            *stage = Stage::Running(run);
        }
        polled
    }
}

impl Prepared {
    async fn run<T: DeserializeOwned>(self: Box<Self>) -> Result<T, ShardError> {
        let Prepared { client, operation, controls } = *self;
        let answer = client.run(&operation, controls).await?;
        // Serde's own words stay out of the error: they quote the answer.
        serde_json::from_str(&answer.json).map_err(|_| untyped(&operation, &answer))
    }
}

/// The nonce that the wire carries.
fn nonce(operation: &Operation) -> Option<&Rc<str>> {
    operation.replayable().map(|write| &write.nonce)
}

/// The error of an answer that passed its table and yet does not fill its type.
fn untyped(operation: &Operation, answer: &Answer) -> ShardError {
    let message = "The answer lacks something that the ledger promises: check edges.";
    let mut error = ShardError::new(Code::Decode, message);
    error.status = Some(answer.status);
    error.edge = Some(answer.edge.clone());
    error.attempts = answer.attempts;
    error.idempotency_nonce = nonce(operation).cloned();
    error.outcome = if operation.write.is_some() { Outcome::Applied } else { Outcome::Rejected };
    error
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Stage::Prepared(_) => "Call(prepared)",
            Stage::Refused(_) => "Call(refused)",
            Stage::Running(_) => "Call(running)",
            Stage::Over => "Call(over)",
        })
    }
}
