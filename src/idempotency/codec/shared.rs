//! Layout 1, shared with `idempotent` workers: postcard of the entry, written by hand. The token and the expiry are no part
//! of it; a server keeps them beside it.
//!
//! Version byte 1, state (0 completed, 1 in progress), fingerprint (varint), time to live (seconds and nanoseconds as
//! varints), 0 or 1 and the response.

use std::time::Duration;

use super::bytes::{Reader, put_varint};
use super::{CorruptRecord, response};
use crate::idempotency::entry::{Completed, IdempotencyEntry, Processing};
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::response::CachedResponse;

const VERSION: u8 = 1;
const COMPLETED: u8 = 0;
const PROCESSING: u8 = 1;

/// An entry as it was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Stored {
    /// An attempt in flight.
    Processing(IdempotencyEntry<Processing>),
    /// A finished attempt.
    Completed(IdempotencyEntry<Completed>),
}

/// The bytes of an attempt in flight.
pub fn encode_processing(entry: &IdempotencyEntry<Processing>) -> Vec<u8> {
    encode(entry.fingerprint, entry.ttl, None)
}

/// The bytes of a finished attempt.
pub fn encode_completed(entry: &IdempotencyEntry<Completed>) -> Vec<u8> {
    encode(entry.fingerprint, entry.ttl, Some(entry.response()))
}

fn encode(fingerprint: Fingerprint, ttl: Duration, completed: Option<&CachedResponse>) -> Vec<u8> {
    let mut out = vec![VERSION, if completed.is_some() { COMPLETED } else { PROCESSING }];
    put_wide(&mut out, fingerprint.value());
    put_varint(&mut out, ttl.as_secs());
    put_varint(&mut out, u64::from(ttl.subsec_nanos()));
    out.push(u8::from(completed.is_some()));
    if let Some(completed) = completed {
        response::put(&mut out, completed);
    }
    out
}

/// The entry of these bytes.
///
/// # Errors
/// Bytes of another layout, damaged ones, and a state that contradicts itself.
pub fn decode(bytes: &[u8]) -> Result<Stored, CorruptRecord> {
    let mut reader = Reader(bytes);
    if reader.byte()? != VERSION {
        return Err(CorruptRecord);
    }
    let state = reader.byte()?;
    let fingerprint = Fingerprint::new(wide(&mut reader)?);
    let (seconds, nanos) = (reader.varint(64)?, reader.varint(32)? as u32);
    if nanos >= 1_000_000_000 {
        return Err(CorruptRecord);
    }
    let ttl = Duration::new(seconds, nanos);
    let entry = IdempotencyEntry::new(fingerprint).with_lease(ttl);
    let stored = match (state, reader.byte()?) {
        (PROCESSING, 0) => Stored::Processing(entry),
        (COMPLETED, 1) => Stored::Completed(entry.complete_for(response::read(&mut reader)?, ttl)),
        _ => return Err(CorruptRecord),
    };
    reader.end()?;
    Ok(stored)
}

/// A varint of 128 bits. Apart from the narrow one, which the client ships: wide numbers cost it bytes.
fn wide(reader: &mut Reader<'_>) -> Result<u128, CorruptRecord> {
    let mut value = 0;
    for shift in (0..128).step_by(7) {
        let byte = reader.byte()?;
        let piece = u128::from(byte & 0x7f);
        if shift == 126 && piece > 3 {
            return Err(CorruptRecord);
        }
        value |= piece << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(CorruptRecord)
}

fn put_wide(out: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
