//! The calls: a method for each.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::abort::abort_of;
use super::argument::{count, text, whole};
use super::class::Shardd;
use super::error::thrown;
use super::options::{CallOptions, Said, after, of_call};
use super::result::object;
use crate::api::Operation;
use crate::argument::check_positive;
use crate::driver::Controls;
use crate::error::ShardError;
use crate::platform::executor::{promise, turn};

/// Gives a write its nonce.
type Nonce<'a> = &'a dyn Fn() -> Result<String, ShardError>;

/// Writes.
#[wasm_bindgen]
impl Shardd {
    /// Writes an event: a positive amount credits, a negative one debits.
    #[wasm_bindgen(js_name = createEvent)]
    pub fn create_event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("createEvent", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let amount = whole("amount", amount)?;
            Operation::create_event(bucket, account, amount, &said.data.event(), nonce)
        })
    }

    /// Debits a positive amount.
    pub fn charge(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("charge", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let amount = whole("amount", amount)?;
            Operation::create_event(bucket, account, -check_positive(amount)?, &said.data.event(), nonce)
        })
    }

    /// Credits a positive amount.
    pub fn credit(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("credit", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let amount = whole("amount", amount)?;
            Operation::create_event(bucket, account, check_positive(amount)?, &said.data.event(), nonce)
        })
    }

    /// Holds a positive amount for so many milliseconds.
    pub fn reserve(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        ttl_ms: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("reserve", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let amount = whole("amount", amount)?;
            let ttl_ms = count("ttlMs", ttl_ms)?;
            Operation::reserve(bucket, account, amount, ttl_ms, &said.data.event(), nonce)
        })
    }

    /// Debits from a reservation, which ends it.
    pub fn settle(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("settle", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let reservation_id = &text("reservationId", reservation_id)?;
            let amount = whole("amount", amount)?;
            Operation::settle(bucket, account, reservation_id, amount, &said.data.event(), nonce)
        })
    }

    /// Gives a reservation up.
    pub fn release(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("release", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let reservation_id = &text("reservationId", reservation_id)?;
            Operation::release(bucket, account, reservation_id, &said.data.event(), nonce)
        })
    }

    /// Writes an event to one of one's own buckets.
    #[wasm_bindgen(js_name = createMyBucketEvent)]
    pub fn create_my_bucket_event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run("createMyBucketEvent", options, None, |said, nonce| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let amount = whole("amount", amount)?;
            Operation::create_my_bucket_event(bucket, account, amount, &said.data.event(), nonce)
        })
    }
}

/// Reads, and what the owner of buckets asks.
#[wasm_bindgen]
impl Shardd {
    /// All events of a bucket, oldest first.
    #[wasm_bindgen(js_name = listEvents)]
    pub fn list_events(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run("listEvents", options, None, |_, _| {
            let bucket = &text("bucket", bucket)?;
            Operation::list_events(bucket)
        })
    }

    /// The balances of all accounts of a bucket.
    #[wasm_bindgen(js_name = getBalances)]
    pub fn get_balances(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run("getBalances", options, None, |_, _| {
            let bucket = &text("bucket", bucket)?;
            Operation::get_balances(bucket)
        })
    }

    /// One account.
    #[wasm_bindgen(js_name = getAccount)]
    pub fn get_account(&self, bucket: &JsValue, account: &JsValue, options: &JsValue) -> Promise {
        self.run("getAccount", options, None, |said, _| {
            let bucket = &text("bucket", bucket)?;
            let account = &text("account", account)?;
            let operation = Operation::get_account(bucket, account)?;
            Ok(match after(&said.object("after"))? {
                Some(event) => operation.after(event),
                None => operation,
            })
        })
    }

    /// The directory of the edges, as the pinned one sees it.
    pub fn edges(&self, options: &JsValue) -> Promise {
        self.run("edges", options, None, |_, _| Ok(Operation::edges()))
    }

    /// The health of the pinned edge, or of the one named.
    pub fn health(&self, base_url: &JsValue, options: &JsValue) -> Promise {
        self.run("health", options, Some(base_url), |_, _| Ok(Operation::health()))
    }

    /// One's own buckets, a page of them.
    #[wasm_bindgen(js_name = listMyBuckets)]
    pub fn list_my_buckets(&self, filter: &JsValue) -> Promise {
        self.run("listMyBuckets", filter, None, |said, _| {
            Ok(Operation::list_my_buckets(&said.data.my_buckets()))
        })
    }

    /// The buckets that were deleted.
    #[wasm_bindgen(js_name = listMyDeletedBuckets)]
    pub fn list_my_deleted_buckets(&self, options: &JsValue) -> Promise {
        self.run("listMyDeletedBuckets", options, None, |_, _| Ok(Operation::list_my_deleted_buckets()))
    }

    /// One of one's own buckets, with its accounts.
    #[wasm_bindgen(js_name = getMyBucket)]
    pub fn get_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run("getMyBucket", options, None, |_, _| {
            let bucket = &text("bucket", bucket)?;
            Operation::get_my_bucket(bucket)
        })
    }

    /// The events of one's own bucket, newest first, a page of them.
    #[wasm_bindgen(js_name = listMyBucketEvents)]
    pub fn list_my_bucket_events(&self, bucket: &JsValue, filter: &JsValue) -> Promise {
        self.run("listMyBucketEvents", filter, None, |said, _| {
            let bucket = &text("bucket", bucket)?;
            Operation::list_my_bucket_events(bucket, &said.data.my_bucket_events())
        })
    }

    /// The events of all one's own buckets, newest first, a part of them.
    #[wasm_bindgen(js_name = listMyEvents)]
    pub fn list_my_events(&self, filter: &JsValue) -> Promise {
        self.run("listMyEvents", filter, None, |said, _| {
            Ok(Operation::list_my_events(&said.data.my_events()))
        })
    }

    /// Deletes one's own bucket for good, and its name with it.
    #[wasm_bindgen(js_name = deleteMyBucket)]
    pub fn delete_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run("deleteMyBucket", options, None, |_, _| {
            let bucket = &text("bucket", bucket)?;
            Operation::delete_my_bucket(bucket)
        })
    }
}

impl Shardd {
    fn run(
        &self,
        name: &str,
        options: &JsValue,
        only: Option<&JsValue>,
        make: impl FnOnce(&Said<CallOptions>, Nonce<'_>) -> Result<Operation, ShardError>,
    ) -> Promise {
        let prepared = self.prepared(name, options, only, make);
        let (client, integers) = (self.client.clone(), self.integers);
        promise(async move {
            // A call that its caller gives up in the tick in which it began sends nothing.
            turn().await;
            let answered = async {
                let (operation, controls) = prepared?;
                object(&client.run(&operation, controls).await?.json, integers)
            };
            answered.await.map_err(|error| thrown(&error, integers))
        })
    }

    fn prepared(
        &self,
        name: &str,
        options: &JsValue,
        only: Option<&JsValue>,
        make: impl FnOnce(&Said<CallOptions>, Nonce<'_>) -> Result<Operation, ShardError>,
    ) -> Result<(Operation, Controls), ShardError> {
        let said = of_call(name, options)?;
        let only = only.filter(|url| !url.is_undefined() && !url.is_null());
        let only = only.map(|url| text("edge", url)).transpose()?;
        let operation = make(&said, &|| self.client.fresh_nonce())?;
        let abort = abort_of(said.signal()?.into_iter().chain(self.signal.clone()));
        let controls = said.data.controls(&self.client, only.as_deref())?;
        Ok((operation, Controls { abort, ..controls }))
    }
}
