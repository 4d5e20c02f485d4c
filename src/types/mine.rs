//! One's own buckets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CallMeta, LedgerEvent};

/// A page of one's buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyBuckets {
    /// A row for each, by name.
    pub buckets: Vec<MyBucketSummary>,
    /// How many there are on all pages.
    pub total: u64,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page.
    pub limit: u64,
}

/// One bucket in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyBucketSummary {
    /// Its name.
    pub bucket: String,
    /// The sum of its balances, in credits.
    pub total_balance: i64,
    /// The same less holds, in credits.
    pub available_balance: i64,
    /// All holds together, in credits.
    pub active_hold_total: i64,
    /// How many accounts it has.
    pub account_count: u64,
    /// How many events it has.
    pub event_count: u64,
    /// When the last was written, in Unix milliseconds.
    pub last_event_at_unix_ms: Option<u64>,
}

/// One of one's buckets with its accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyBucket {
    /// The bucket in short.
    pub summary: MyBucketSummary,
    /// Its accounts, the richest first.
    pub accounts: Vec<MyBucketAccount>,
}

/// One account of [`MyBucket`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyBucketAccount {
    /// Its name.
    pub account: String,
    /// In credits.
    pub balance: i64,
    /// The balance less holds, in credits.
    pub available_balance: i64,
    /// All holds together, in credits.
    pub active_hold_total: i64,
    /// How many events it has.
    pub event_count: u64,
    /// When the last was written, in Unix milliseconds.
    pub last_event_at_unix_ms: Option<u64>,
}

/// A page of the events of one of one's buckets, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyBucketEvents {
    /// The events.
    pub events: Vec<LedgerEvent>,
    /// How many there are on all pages.
    pub total: u64,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page.
    pub limit: u64,
}

/// A part of the events of all one's buckets, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyEvents {
    /// The events.
    pub events: Vec<LedgerEvent>,
    /// How many there are in all.
    pub total: u64,
    /// Rows asked for.
    pub limit: u64,
    /// Rows passed over.
    pub offset: u64,
    /// How far each node has written, by `"<bucket>\t<node>:<epoch>"`.
    pub heads: Option<BTreeMap<String, u64>>,
    /// How far each node is known to have written, by the same.
    pub max_known_seqs: Option<BTreeMap<String, u64>>,
}

/// The buckets that were deleted; their names cannot be used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedBuckets {
    /// A row for each, in no order.
    pub buckets: Vec<DeletedBucket>,
}

/// A bucket that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedBucket {
    /// Its name.
    pub name: String,
    /// When, in Unix milliseconds.
    pub deleted_at_unix_ms: u64,
}

/// What the deletion of a bucket comes back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BucketDeletion {
    /// The bucket's name.
    pub bucket: String,
    /// The event that ended it. `None` where its answer was lost and the edge then said that the bucket was deleted already;
    /// `meta.status` is 400 then.
    pub event_id: Option<String>,
    /// How the call went.
    pub meta: CallMeta,
}
