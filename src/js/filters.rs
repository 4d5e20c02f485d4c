//! The filters of the paged lists; each also takes the options of a call.

use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::options::{Options, call_controls};
use super::value::{count, flag, text};
use crate::api::{MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};
use crate::client::Client;
use crate::driver::Controls;
use crate::error::ShardError;

type Filtered<T> = Result<(T, Controls), ShardError>;

pub(super) fn my_buckets(
    value: &JsValue,
    client: &Client,
    signal: Option<&AbortSignal>,
) -> Filtered<MyBucketsFilter> {
    let options = Options::new(value, &["signal", "timeoutMs", "edge", "q", "page", "limit"])?;
    let filter = MyBucketsFilter {
        q: options.read("q", text)?,
        page: options.read("page", count)?,
        limit: options.read("limit", count)?,
    };
    Ok((filter, call_controls(&options, client, signal)?))
}

pub(super) fn my_bucket_events(
    value: &JsValue,
    client: &Client,
    signal: Option<&AbortSignal>,
) -> Filtered<MyBucketEventsFilter> {
    let options = Options::new(value, &["signal", "timeoutMs", "edge", "q", "account", "page", "limit"])?;
    let filter = MyBucketEventsFilter {
        q: options.read("q", text)?,
        account: options.read("account", text)?,
        page: options.read("page", count)?,
        limit: options.read("limit", count)?,
    };
    Ok((filter, call_controls(&options, client, signal)?))
}

const MY_EVENTS: [&str; 13] = [
    "signal",
    "timeoutMs",
    "edge",
    "bucket",
    "account",
    "origin",
    "eventType",
    "sinceMs",
    "untilMs",
    "search",
    "limit",
    "offset",
    "replication",
];

pub(super) fn my_events(
    value: &JsValue,
    client: &Client,
    signal: Option<&AbortSignal>,
) -> Filtered<MyEventsFilter> {
    let options = Options::new(value, &MY_EVENTS)?;
    let filter = MyEventsFilter {
        bucket: options.read("bucket", text)?,
        account: options.read("account", text)?,
        origin: options.read("origin", text)?,
        event_type: options.read("eventType", text)?,
        since_ms: options.read("sinceMs", count)?,
        until_ms: options.read("untilMs", count)?,
        search: options.read("search", text)?,
        limit: options.read("limit", count)?,
        offset: options.read("offset", count)?,
        replication: options.read("replication", flag)?,
    };
    Ok((filter, call_controls(&options, client, signal)?))
}
