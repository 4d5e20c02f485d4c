//! Records as bytes, written by hand: the client ships this, and derives would cost it more than the rest of the record.

mod bytes;
pub mod own;
pub mod response;
pub mod shared;

use std::fmt;

pub(crate) use bytes::{Reader, put_bytes, put_varint};

/// Bytes that are no record, or one of a version that this package does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorruptRecord;

impl CorruptRecord {
    /// What to do about it.
    pub const SENTENCE: &str = "what is stored under this key is no record that this version can read: see whether another program uses the key, else purge it";
}

impl fmt::Display for CorruptRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::SENTENCE)
    }
}

impl std::error::Error for CorruptRecord {}
