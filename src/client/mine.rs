//! What the owner of buckets asks.

use super::{Call, Client};
use crate::api::Operation;
use crate::protocol::{
    BucketDeletion, CreateEventOptions, CreateEventResult, DeletedBuckets, MyBucket, MyBucketEvents,
    MyBucketEventsFilter, MyBuckets, MyBucketsFilter, MyEvents, MyEventsFilter,
};

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

    /// Deletes one's own bucket for good, and its name with it. It never moves to another edge.
    ///
    /// # Errors
    ///
    /// `invalid_input` with the reason `bucket_deleted` where the bucket was deleted before, by whomever.
    pub fn delete_my_bucket(&self, bucket: &str) -> Call<BucketDeletion> {
        self.call(Operation::delete_my_bucket(bucket))
    }
}
