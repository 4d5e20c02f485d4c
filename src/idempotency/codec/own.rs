//! Layout 2, our own: the whole record, which outlives its lease.
//!
//! Version byte 2, state byte (0 in progress, 1 completed), fingerprint (16 bytes); `run_id`, `sequence`, `ttl_ms`,
//! `lease_until_ms`, `keep_ms`, `expires_at_ms` (8 bytes each, little-endian as the fingerprint); the memo with its length;
//! if completed, the response.

use super::bytes::{Reader, put_bytes};
use super::{CorruptRecord, response};
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::record::Record;
use crate::idempotency::token::FencingToken;

const VERSION: u8 = 2;

/// The bytes of a record.
pub fn encode(record: &Record) -> Vec<u8> {
    let mut out = Vec::with_capacity(80 + record.memo.len());
    out.push(VERSION);
    out.push(u8::from(record.response.is_some()));
    out.extend_from_slice(&record.fingerprint.value().to_le_bytes());
    for number in [
        record.token.run_id,
        record.token.sequence,
        record.ttl_ms,
        record.lease_until_ms,
        record.keep_ms,
        record.expires_at_ms,
    ] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    put_bytes(&mut out, &record.memo);
    if let Some(completed) = &record.response {
        response::put(&mut out, completed);
    }
    out
}

/// The record of these bytes.
///
/// ```
/// use shardd_wasm::idempotency::codec::{CorruptRecord, own};
/// assert_eq!(own::decode(b"somebody else's"), Err(CorruptRecord));
/// ```
///
/// # Errors
/// Bytes that [`encode`] did not write. (A changed number is not noticed: stores are trusted to keep what they are given.)
pub fn decode(bytes: &[u8]) -> Result<Record, CorruptRecord> {
    let mut reader = Reader(bytes);
    if reader.byte()? != VERSION {
        return Err(CorruptRecord);
    }
    let is_completed = match reader.byte()? {
        0 => false,
        1 => true,
        _ => return Err(CorruptRecord),
    };
    let record = Record {
        fingerprint: Fingerprint::new(u128::from_le_bytes(reader.fixed()?)),
        token: FencingToken::new(reader.number()?, reader.number()?),
        ttl_ms: reader.number()?,
        lease_until_ms: reader.number()?,
        keep_ms: reader.number()?,
        expires_at_ms: reader.number()?,
        memo: reader.bytes()?.to_vec(),
        response: if is_completed { Some(response::read(&mut reader)?) } else { None },
    };
    reader.end()?;
    Ok(record)
}

/// Whether these are the bytes of a finished attempt; for stores that must choose what to drop.
pub fn is_completed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&VERSION) && bytes.get(1) == Some(&1)
}
