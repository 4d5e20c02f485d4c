//! The operations, one short method each. What they resolve to is in [`crate::types`].
//!
//! Every one is refused with `invalid_input` before anything is sent where an argument is wrong.

use super::{Call, Client};
use crate::api::{CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter, Operation};
use crate::argument::check_positive;
use crate::error::ShardError;
use crate::types::{
    Account, Balances, BucketDeletion, CreateEventResult, DeletedBuckets, EdgeDirectory, EventList, Health,
    MyBucket, MyBucketEvents, MyBuckets, MyEvents, Reservation,
};

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

/// Reads.
impl Client {
    /// All events of a bucket, oldest first; a new one appears about 100 ms after its write.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// for event in client.list_events("my-app").await?.events {
    ///     println!("{} {}: {}", event.event_type.as_str(), event.account, event.amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_events(&self, bucket: &str) -> Call<EventList> {
        self.call(Operation::list_events(bucket))
    }

    /// The balances of all accounts of a bucket.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// for row in client.get_balances("my-app").await?.accounts {
    ///     println!("{} = {}", row.account, row.balance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_balances(&self, bucket: &str) -> Call<Balances> {
        self.call(Operation::get_balances(bucket))
    }

    /// One account's balance, holds and replication. One that was never written to has zeros and status `Unknown`.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let available = client.get_account("my-app", "user:alice").await?.available_balance;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_account(&self, bucket: &str, account: &str) -> Call<Account> {
        self.call(Operation::get_account(bucket, account))
    }

    /// The directory of the edges, as the pinned one sees it. (What this client knows of its own edges:
    /// [`Client::edge_table`].)
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let reachable = client.edges().await?.edges.iter().filter(|edge| edge.reachable).count();
    /// # Ok(())
    /// # }
    /// ```
    pub fn edges(&self) -> Call<EdgeDirectory> {
        self.call(Ok(Operation::edges()))
    }

    /// The health of one of the client's edges, or of the pinned one.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let pinned = client.health(None).await?;
    /// let use1 = client.health(Some("https://use1.api.shardd.xyz")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn health(&self, base_url: Option<&str>) -> Call<Health> {
        let call = self.call(Ok(Operation::health()));
        match base_url {
            Some(base_url) => call.edge(base_url),
            None => call,
        }
    }
}

/// One's own buckets; none of these is billed. They want a key with the control scope.
impl Client {
    /// One's own buckets, a page of them.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// use shardd_wasm::MyBucketsFilter;
    ///
    /// let filter = MyBucketsFilter { q: Some("app".into()), ..Default::default() };
    /// println!("{} buckets", client.list_my_buckets(filter).await?.total);
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_my_buckets(&self, filter: MyBucketsFilter) -> Call<MyBuckets> {
        self.call(Ok(Operation::list_my_buckets(&filter)))
    }

    /// The buckets that were deleted.
    pub fn list_my_deleted_buckets(&self) -> Call<DeletedBuckets> {
        self.call(Ok(Operation::list_my_deleted_buckets()))
    }

    /// One of one's own buckets, with its accounts; `not_found` where there is none of that name.
    pub fn get_my_bucket(&self, bucket: &str) -> Call<MyBucket> {
        self.call(Operation::get_my_bucket(bucket))
    }

    /// The events of one's own bucket, newest first, a page of them.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// use shardd_wasm::MyBucketEventsFilter;
    ///
    /// let filter = MyBucketEventsFilter { account: Some("user:alice".into()), ..Default::default() };
    /// let page = client.list_my_bucket_events("my-app", filter).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_my_bucket_events(&self, bucket: &str, filter: MyBucketEventsFilter) -> Call<MyBucketEvents> {
        self.call(Operation::list_my_bucket_events(bucket, &filter))
    }

    /// Writes an event to one's own bucket, as [`Client::create_event`] does.
    pub fn create_my_bucket_event(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: CreateEventOptions,
    ) -> Call<CreateEventResult> {
        let nonce = &|| self.fresh_nonce();
        self.call(Operation::create_my_bucket_event(bucket, account, amount, &options, nonce))
    }

    /// The events of all one's own buckets, newest first, a part of them.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// use shardd_wasm::MyEventsFilter;
    ///
    /// let filter = MyEventsFilter { event_type: Some("void".into()), ..Default::default() };
    /// println!("{} voids", client.list_my_events(filter).await?.total);
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_my_events(&self, filter: MyEventsFilter) -> Call<MyEvents> {
        self.call(Ok(Operation::list_my_events(&filter)))
    }

    /// Deletes one's own bucket for good, and its name with it.
    pub fn delete_my_bucket(&self, bucket: &str) -> Call<BucketDeletion> {
        self.call(Operation::delete_my_bucket(bucket))
    }

    fn call<T>(&self, operation: Result<Operation, ShardError>) -> Call<T> {
        Call::new(self, operation)
    }
}
