//! What calls resolve to, for Rust: one struct per answer, in the names of the JavaScript results when serialized.
//! What the ledger may say is decided by the tables that every answer is checked against; these only give it types.
//! Amounts are `i64` credits, holds and counters `u64`, times Unix milliseconds; `None` is what the ledger left out.

mod account;
mod edge;
mod event;
mod mine;
mod write;

pub use account::{Account, AccountBalance, AccountStatus, Balances, OriginHead, ReservedByOrigin};
pub use edge::{EdgeDirectory, EdgeListing, Health};
pub use event::{EventKind, EventList, LedgerEvent};
pub use mine::{
    BucketDeletion, DeletedBucket, DeletedBuckets, MyBucket, MyBucketAccount, MyBucketEvents,
    MyBucketSummary, MyBuckets, MyEvents,
};
pub use write::{Acks, CallMeta, CreateEventResult, Reservation};
