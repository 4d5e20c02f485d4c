//! Balances.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The accounts of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// A row for each.
    pub accounts: Vec<AccountBalance>,
    /// The sum of their balances, in credits.
    pub total_balance: i64,
}

/// One account's row in [`Balances`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountBalance {
    /// The bucket.
    pub bucket: String,
    /// The account.
    pub account: String,
    /// In credits.
    pub balance: i64,
    /// The balance less holds, in credits.
    pub available_balance: i64,
    /// All holds together, in credits.
    pub active_hold_total: i64,
    /// The holds, by node id.
    pub reserved_by_origin: Option<BTreeMap<String, ReservedByOrigin>>,
    /// How many events the account has.
    pub event_count: u64,
}

/// The holds that one node has on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReservedByOrigin {
    /// In credits.
    pub reserved_amount: u64,
    /// How many there are.
    pub reservation_count: u64,
    /// When the first of them ends, in Unix milliseconds.
    pub next_expiry_unix_ms: Option<u64>,
    /// When the last of them ends, in Unix milliseconds.
    pub latest_expiry_unix_ms: Option<u64>,
}

/// One account: balance, holds and how far each node's events are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// In credits.
    pub balance: i64,
    /// The balance less holds, in credits.
    pub available_balance: i64,
    /// Whether the node that answered knows of events that it does not have yet.
    pub status: AccountStatus,
    /// The holds, by node id.
    pub reserved_by_origin: Option<BTreeMap<String, ReservedByOrigin>>,
    /// What the balance is made of, by `"<node>:<epoch>"`.
    pub contributing_origins: Option<BTreeMap<String, OriginHead>>,
}

/// How sure a balance is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Every event that the node knows of is in it.
    LocallyConfirmed,
    /// Some events are known of, but not here yet.
    Provisional,
    /// The node has never heard of the account.
    Unknown,
    /// A status that this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// How far the events of one node and epoch are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginHead {
    /// The last sequence number up to which none is missing.
    pub head: u64,
    /// The last that was heard of.
    pub max_known: u64,
}
