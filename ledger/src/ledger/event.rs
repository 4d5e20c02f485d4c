//! The event, the only thing a ledger stores.

use serde::{Serialize, Serializer};

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A credit, a debit or a plain zero.
    Standard,
    /// A hold on the available balance.
    ReservationCreate,
    /// The end of a hold.
    HoldRelease,
    /// The cancellation of a losing copy.
    Void,
    /// The end of a bucket.
    BucketDelete,
}

impl EventKind {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::ReservationCreate => "reservation_create",
            Self::HoldRelease => "hold_release",
            Self::Void => "void",
            Self::BucketDelete => "bucket_delete",
        }
    }
}

/// One entry of the append-only log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, a UUID.
    pub event_id: String,
    /// The node that accepted it.
    pub origin_node_id: String,
    /// That node's epoch in this bucket.
    pub origin_epoch: u32,
    /// Its number in that epoch.
    pub origin_seq: u64,
    /// When, by the clock of that node.
    pub created_at_unix_ms: u64,
    /// What it does (`type` on the wire).
    pub kind: EventKind,
    /// Its bucket, by the internal name where keys are on.
    pub bucket: String,
    /// Its account.
    pub account: String,
    /// What it adds to the balance.
    pub amount: i64,
    /// The caller's remark.
    pub note: Option<String>,
    /// The caller's nonce, or a companion's.
    pub idempotency_nonce: String,
    /// The event that a void or a release is about.
    pub void_ref: Option<String>,
    /// What it holds.
    pub hold_amount: u64,
    /// Until when.
    pub hold_expires_at_unix_ms: u64,
}

/// An event as the wire shows it, its bucket under the name that the reader may see.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    event_id: &'a str,
    origin_node_id: &'a str,
    origin_epoch: u32,
    origin_seq: u64,
    created_at_unix_ms: u64,
    r#type: EventKind,
    bucket: &'a str,
    account: &'a str,
    amount: i64,
    note: Option<&'a str>,
    idempotency_nonce: &'a str,
    void_ref: Option<&'a str>,
    hold_amount: u64,
    hold_expires_at_unix_ms: u64,
}

impl Event {
    /// The event with its bucket under another name.
    pub(crate) fn shown_as<'a>(&'a self, bucket: &'a str) -> Shown<'a> {
        Shown {
            event_id: &self.event_id,
            origin_node_id: &self.origin_node_id,
            origin_epoch: self.origin_epoch,
            origin_seq: self.origin_seq,
            created_at_unix_ms: self.created_at_unix_ms,
            r#type: self.kind,
            bucket,
            account: &self.account,
            amount: self.amount,
            note: self.note.as_deref(),
            idempotency_nonce: &self.idempotency_nonce,
            void_ref: self.void_ref.as_deref(),
            hold_amount: self.hold_amount,
            hold_expires_at_unix_ms: self.hold_expires_at_unix_ms,
        }
    }

    /// The order of `GET /events`.
    pub(crate) fn order(&self) -> (u64, &str, &str, u32, u64) {
        (self.created_at_unix_ms, &self.bucket, &self.origin_node_id, self.origin_epoch, self.origin_seq)
    }

    /// Whether the server added it to a write by itself.
    pub(crate) fn is_companion(&self) -> bool {
        match self.kind {
            EventKind::ReservationCreate => self.idempotency_nonce.starts_with("reserve:"),
            EventKind::HoldRelease => self.idempotency_nonce.starts_with("release:"),
            _ => false,
        }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown_as(&self.bucket).serialize(serializer)
    }
}
