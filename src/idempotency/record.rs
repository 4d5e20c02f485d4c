//! What is known of a key: plain data, in milliseconds of the store's clock.

use super::fingerprint::Fingerprint;
use super::response::CachedResponse;
use super::token::FencingToken;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The request that the key stands for.
    pub fingerprint: Fingerprint,
    /// The last claim.
    pub token: FencingToken,
    /// How long the state was meant to last: the lease, or how long the response is replayed.
    pub ttl_ms: u64,
    /// When the lease ends.
    pub lease_until_ms: u64,
    /// How long the record outlives its lease.
    pub keep_ms: u64,
    /// When the record is as good as gone.
    pub expires_at_ms: u64,
    /// What the holder noted for whoever takes over; the store does not look into it.
    pub memo: Vec<u8>,
    /// How the attempt ended, if it has.
    pub response: Option<CachedResponse>,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Status {
    /// An attempt holds it.
    Processing,
    /// The last attempt's lease ended, and nobody knows what it did.
    Lapsed,
    /// An attempt has ended.
    Completed,
}

impl Record {
    /// Whether there still is such a record.
    pub const fn is_live(&self, now_ms: u64) -> bool {
        now_ms < self.expires_at_ms
    }

    /// Where the key stands, as long as the record is live.
    pub const fn status(&self, now_ms: u64) -> Status {
        match self.response {
            Some(_) => Status::Completed,
            None if now_ms < self.lease_until_ms => Status::Processing,
            None => Status::Lapsed,
        }
    }

    /// How long until the lease ends, or until the response is forgotten.
    pub const fn remaining_ms(&self, now_ms: u64) -> u64 {
        let until_ms = if self.response.is_some() { self.expires_at_ms } else { self.lease_until_ms };
        until_ms.saturating_sub(now_ms)
    }
}
