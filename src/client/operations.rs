//! The operations, one short method each.

use super::Client;
use crate::api::{CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter, Operation};
use crate::argument::check_positive;
use crate::driver::Controls;
use crate::error::ShardError;
use crate::reply::Answer;

impl Client {
    /// Writes an event: a positive amount credits, a negative one debits.
    pub async fn create_event(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        let nonce = &|| self.fresh_nonce();
        self.now(Operation::create_event(bucket, account, amount, options, nonce)).await
    }

    /// Debits a positive `amount`.
    pub async fn charge(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        self.create_event(bucket, account, -check_positive(amount)?, options).await
    }

    /// Credits a positive `amount`.
    pub async fn credit(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        self.create_event(bucket, account, check_positive(amount)?, options).await
    }

    /// The balances of all accounts of a bucket.
    pub async fn get_balances(&self, bucket: &str) -> Result<Answer, ShardError> {
        self.now(Operation::get_balances(bucket)).await
    }

    /// The health of the pinned edge.
    pub async fn health(&self) -> Result<Answer, ShardError> {
        self.now(Ok(Operation::health())).await
    }

    /// Reserves a positive `amount` for `ttl_ms`, by the clock of the edge.
    pub async fn reserve(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        ttl_ms: u64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        let nonce = &|| self.fresh_nonce();
        self.now(Operation::reserve(bucket, account, amount, ttl_ms, options, nonce)).await
    }

    /// Debits a positive `amount` from a reservation, which ends it.
    pub async fn settle(
        &self,
        bucket: &str,
        account: &str,
        reservation_id: &str,
        amount: i64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        let nonce = &|| self.fresh_nonce();
        self.now(Operation::settle(bucket, account, reservation_id, amount, options, nonce)).await
    }

    /// Gives a reservation up.
    pub async fn release(
        &self,
        bucket: &str,
        account: &str,
        reservation_id: &str,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        let nonce = &|| self.fresh_nonce();
        self.now(Operation::release(bucket, account, reservation_id, options, nonce)).await
    }

    /// All events of a bucket, oldest first.
    pub async fn list_events(&self, bucket: &str) -> Result<Answer, ShardError> {
        self.now(Operation::list_events(bucket)).await
    }

    /// One account's balance, holds and replication.
    pub async fn get_account(&self, bucket: &str, account: &str) -> Result<Answer, ShardError> {
        self.now(Operation::get_account(bucket, account)).await
    }

    /// The directory of the edges, by the pinned one.
    pub async fn edges(&self) -> Result<Answer, ShardError> {
        self.now(Ok(Operation::edges())).await
    }

    /// One's own buckets, a page of them.
    pub async fn list_my_buckets(&self, filter: &MyBucketsFilter) -> Result<Answer, ShardError> {
        self.now(Ok(Operation::list_my_buckets(filter))).await
    }

    /// The buckets that were deleted.
    pub async fn list_my_deleted_buckets(&self) -> Result<Answer, ShardError> {
        self.now(Ok(Operation::list_my_deleted_buckets())).await
    }

    /// One of one's own buckets, with its accounts.
    pub async fn get_my_bucket(&self, bucket: &str) -> Result<Answer, ShardError> {
        self.now(Operation::get_my_bucket(bucket)).await
    }

    /// The events of one's own bucket, newest first, a page of them.
    pub async fn list_my_bucket_events(
        &self,
        bucket: &str,
        filter: &MyBucketEventsFilter,
    ) -> Result<Answer, ShardError> {
        self.now(Operation::list_my_bucket_events(bucket, filter)).await
    }

    /// Writes an event to one's own bucket, unbilled.
    pub async fn create_my_bucket_event(
        &self,
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
    ) -> Result<Answer, ShardError> {
        let nonce = &|| self.fresh_nonce();
        self.now(Operation::create_my_bucket_event(bucket, account, amount, options, nonce)).await
    }

    /// The events of all one's own buckets, newest first, a part of them.
    pub async fn list_my_events(&self, filter: &MyEventsFilter) -> Result<Answer, ShardError> {
        self.now(Ok(Operation::list_my_events(filter))).await
    }

    /// Deletes one's own bucket for good, and its name with it.
    pub async fn delete_my_bucket(&self, bucket: &str) -> Result<Answer, ShardError> {
        self.now(Operation::delete_my_bucket(bucket)).await
    }

    async fn now(&self, operation: Result<Operation, ShardError>) -> Result<Answer, ShardError> {
        self.run(&operation?, Controls::default()).await
    }
}
