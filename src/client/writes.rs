//! Writes, one short method each. Each is refused with `invalid_input` before anything is sent where an argument is wrong.

use super::{Call, Client};
use crate::api::Operation;
use crate::argument::check_positive;
use crate::error::ShardError;
use crate::protocol::{CreateEventOptions, CreateEventResult, Reservation};

/// Writes. Amounts are credits; the server's refusals are `insufficient_funds`, `conflict` where the nonce belongs to
/// another request, and those of the key.
impl Client {
    /// Writes an event: a positive amount credits, a negative one debits.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let result = client.create_event("my-app", "user:alice", 500, Default::default()).await?;
    /// println!("event {}, balance {}", result.event.event_id, result.balance);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_event(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        self.call(Operation::create_event(bucket, account, amount, &options, &|| self.fresh_nonce()))
    }

    /// Debits a positive `amount`.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// use shardd_wasm::{Code, CreateEventOptions};
    ///
    /// let options = CreateEventOptions { note: Some("order #9821".into()), ..Default::default() };
    /// match client.charge("my-app", "user:alice", 1000, options).await {
    ///     Ok(result) => println!("{} left", result.available_balance),
    ///     Err(error) if error.code == Code::InsufficientFunds => println!("not enough: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn charge(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        match check_positive(amount) {
            Ok(amount) => self.create_event(bucket, account, -amount, options),
            Err(error) => self.call(Err(error)),
        }
    }

    /// Credits a positive `amount`.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let balance = client.credit("my-app", "user:alice", 500, Default::default()).await?.balance;
    /// # Ok(())
    /// # }
    /// ```
    pub fn credit(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        match check_positive(amount) {
            Ok(amount) => self.create_event(bucket, account, amount, options),
            Err(error) => self.call(Err(error)),
        }
    }

    /// Holds a positive `amount` for `ttl_ms` milliseconds, at least 5000, by the clock of the edge.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let hold = client.reserve("my-app", "user:alice", 100, 60_000, Default::default()).await?;
    /// client.settle("my-app", "user:alice", &hold.reservation_id, 60, Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reserve(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        ttl_ms: u64,
        options: CreateEventOptions,
    ) -> Call<Reservation> {
        self.call(Operation::reserve(bucket, account, amount, ttl_ms, &options, &|| self.fresh_nonce()))
    }

    /// Debits a positive `amount`, at most what is held, from a reservation, which ends it. See [`Client::reserve`].
    pub fn settle(
        &self,
        bucket: &str,
        account: &str,
        reservation_id: &str,
        amount: i64,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        let nonce = &|| self.fresh_nonce();
        self.call(Operation::settle(bucket, account, reservation_id, amount, &options, nonce))
    }

    /// Gives a reservation up.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client, id: &str) -> Result<(), shardd_wasm::ShardError> {
    /// client.release("my-app", "user:alice", id, Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn release(
        &self,
        bucket: &str,
        account: &str,
        reservation_id: &str,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        let nonce = &|| self.fresh_nonce();
        self.call(Operation::release(bucket, account, reservation_id, &options, nonce))
    }

    /// Sends the write behind `error` again: the same bytes under the same nonce, under the settle rule, so that nothing
    /// is charged twice. An error that knows no such write comes back as it is.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let result = match client.charge("my-app", "user:alice", 100, Default::default()).await {
    ///     Err(error) if error.is_retryable() => client.retry(&error).await?,
    ///     ended => ended?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(&self, error: &ShardError) -> Call<CreateEventResult> {
        self.again(error, false)
    }

    /// The same for a [`Client::reserve`] that failed.
    pub fn retry_reserve(&self, error: &ShardError) -> Call<Reservation> {
        self.again(error, true)
    }

    fn again<T>(&self, error: &ShardError, reserves: bool) -> Call<T> {
        let operation = error.request.as_ref().and_then(|request| request.downcast_ref::<Operation>());
        self.call(operation.cloned().ok_or(error).map_err(Clone::clone).and_then(|operation| {
            if operation.hold_ttl_ms.is_some() == reserves {
                return Ok(operation);
            }
            Err(ShardError::invalid(
                "This error is of another kind of write: retry_reserve is for reserve, retry for all others.",
            ))
        }))
    }
}
