//! Writes that outlive their process: recorded before they are sent, finished by whoever finds the record.

mod journal;
mod note;
mod store;

pub use journal::{PREFIX, StoreFailure};
pub use note::{Note, Sent};
pub use store::{ByteStep, Hold, Row, Store, StoreError};

pub(crate) use journal::{Claim, Held, Journal, RENEW_MS, Trouble};
