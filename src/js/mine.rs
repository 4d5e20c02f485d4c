//! The calls on one's own buckets, a method for each.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::argument::{names, text, whole};
use super::class::Shardd;
use crate::api::Operation;
use crate::protocol::{
    CREATE_MY_BUCKET_EVENT, DELETE_MY_BUCKET, GET_MY_BUCKET, LIST_MY_BUCKET_EVENTS, LIST_MY_BUCKETS,
    LIST_MY_DELETED_BUCKETS, LIST_MY_EVENTS,
};

#[wasm_bindgen]
impl Shardd {
    /// One's own buckets, a page of them.
    #[wasm_bindgen(js_name = listMyBuckets)]
    pub fn list_my_buckets(&self, filter: &JsValue) -> Promise {
        self.run(&LIST_MY_BUCKETS, filter, |given, _| Ok(Operation::list_my_buckets(&given.read()?)))
    }

    /// The buckets that were deleted.
    #[wasm_bindgen(js_name = listMyDeletedBuckets)]
    pub fn list_my_deleted_buckets(&self, options: &JsValue) -> Promise {
        self.run(&LIST_MY_DELETED_BUCKETS, options, |_, _| Ok(Operation::list_my_deleted_buckets()))
    }

    /// One of one's own buckets, with its accounts.
    #[wasm_bindgen(js_name = getMyBucket)]
    pub fn get_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run(&GET_MY_BUCKET, options, |_, _| Operation::get_my_bucket(&text("bucket", bucket)?))
    }

    /// The events of one's own bucket, newest first, a page of them.
    #[wasm_bindgen(js_name = listMyBucketEvents)]
    pub fn list_my_bucket_events(&self, bucket: &JsValue, filter: &JsValue) -> Promise {
        self.run(&LIST_MY_BUCKET_EVENTS, filter, |given, _| {
            Operation::list_my_bucket_events(&text("bucket", bucket)?, &given.read()?)
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
        self.run(&CREATE_MY_BUCKET_EVENT, options, |given, nonce| {
            let (bucket, account) = names(bucket, account)?;
            let amount = whole("amount", amount)?;
            Operation::create_my_bucket_event(&bucket, &account, amount, &given.read()?, nonce)
        })
    }

    /// The events of all one's own buckets, newest first, a part of them.
    #[wasm_bindgen(js_name = listMyEvents)]
    pub fn list_my_events(&self, filter: &JsValue) -> Promise {
        self.run(&LIST_MY_EVENTS, filter, |given, _| Ok(Operation::list_my_events(&given.read()?)))
    }

    /// Deletes one's own bucket for good, and its name with it.
    #[wasm_bindgen(js_name = deleteMyBucket)]
    pub fn delete_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run(&DELETE_MY_BUCKET, options, |_, _| Operation::delete_my_bucket(&text("bucket", bucket)?))
    }
}
