//! The entries of the ledger.

use serde::{Deserialize, Serialize};

/// An entry of the ledger; entries are never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEvent {
    /// Its UUID.
    pub event_id: String,
    /// The node that wrote it.
    pub origin_node_id: String,
    /// That node's epoch.
    pub origin_epoch: u64,
    /// Its place among the events of that node and epoch.
    pub origin_seq: u64,
    /// When it was written, in Unix milliseconds.
    pub created_at_unix_ms: u64,
    /// What it stands for.
    #[serde(rename = "type")]
    pub event_type: EventKind,
    /// The bucket.
    pub bucket: String,
    /// The account.
    pub account: String,
    /// In credits: positive is a credit, negative a debit.
    pub amount: i64,
    /// The remark that came with it.
    pub note: Option<String>,
    /// The nonce that it was written under.
    pub idempotency_nonce: String,
    /// The event that it undoes or releases.
    pub void_ref: Option<String>,
    /// The credits that it holds.
    pub hold_amount: Option<u64>,
    /// When that hold ends, in Unix milliseconds.
    pub hold_expires_at_unix_ms: Option<u64>,
}

/// What an event stands for.
///
/// ```
/// use shardd_wasm::EventKind;
/// assert_eq!(EventKind::HoldRelease.as_str(), "hold_release");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A credit or debit.
    Standard,
    /// Credits are held.
    ReservationCreate,
    /// A hold is given back.
    HoldRelease,
    /// Another event is undone.
    Void,
    /// The bucket is gone.
    BucketDelete,
    /// A kind that this version does not know.
    #[serde(untagged)]
    Other(String),
}

impl EventKind {
    /// The kind as the ledger writes it.
    pub fn as_str(&self) -> &str {
        match self {
            EventKind::Standard => "standard",
            EventKind::ReservationCreate => "reservation_create",
            EventKind::HoldRelease => "hold_release",
            EventKind::Void => "void",
            EventKind::BucketDelete => "bucket_delete",
            EventKind::Other(kind) => kind,
        }
    }
}

/// All events of a bucket, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventList {
    /// The events.
    pub events: Vec<LedgerEvent>,
}
