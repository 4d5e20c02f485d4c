//! A response, the same in both layouts: its status (varint), the number of its headers (varint), their names and values and its body, each
//! with its length (varint) before it.

use super::CorruptRecord;
use super::bytes::{Reader, put_bytes, put_varint};
use crate::idempotency::response::{CachedResponse, Metadata};

/// Appends a response.
pub fn put(out: &mut Vec<u8>, response: &CachedResponse) {
    put_varint(out, u64::from(response.status_code));
    put_varint(out, response.metadata.len() as u64);
    for (name, value) in response.metadata.iter() {
        put_bytes(out, name.as_bytes());
        put_bytes(out, value);
    }
    put_bytes(out, &response.body);
}

/// The response that these bytes are, all of them.
///
/// # Errors
/// Bytes that [`put`] did not write.
pub fn decode(bytes: &[u8]) -> Result<CachedResponse, CorruptRecord> {
    let mut reader = Reader(bytes);
    let response = read(&mut reader)?;
    reader.end()?;
    Ok(response)
}

pub(super) fn read(reader: &mut Reader<'_>) -> Result<CachedResponse, CorruptRecord> {
    let status_code = reader.varint(16)? as u16;
    let mut metadata = Metadata::new();
    for _ in 0..reader.length()? {
        let name = reader.text()?;
        metadata.append(name, reader.bytes()?);
    }
    Ok(CachedResponse::new(status_code, metadata, reader.bytes()?.to_vec()))
}
