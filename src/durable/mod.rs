//! Writes that outlive their process: recorded before they are sent, finished by whoever finds the record.

mod journal;
mod note;
mod record;
mod step;
mod store;

pub use crate::engine::StoreFailure;
pub use note::{Note, Sent};
pub use record::{PREFIX, RecordedAnswer, Records, State, WriteRecord};
pub use store::{ByteStep, Hold, Row, Store, StoreError};

pub(crate) use journal::{Claimed, Held, Journal, Trouble};
pub(crate) use record::record_name;
pub(crate) use step::Reply;
