//! Writes that outlive their process: recorded before they are sent, finished by whoever finds the record.

mod journal;
mod note;
mod record;
mod step;
mod store;
mod visit;

pub use crate::engine::StoreFailure;
pub use note::{LastCopy, Note, Sent, Written};
pub use record::{Landed, PREFIX, RecordedAnswer, Records, State, WriteRecord};
pub use store::{ByteStep, Hold, Row, Store, StoreError};

pub(crate) use journal::{Claimed, Departing, Found, Held, Journal, Trouble};
pub(crate) use record::record_name;
#[cfg(all(target_arch = "wasm32", feature = "kernel"))]
pub(crate) use step::{Claim, Command, Leaving, Reply};
#[cfg(all(target_arch = "wasm32", feature = "kernel"))]
pub(crate) use visit::{Visit, kept, written};
