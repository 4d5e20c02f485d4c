//! A response, the same in both layouts.

use super::CorruptRecord;
use super::bytes::{Reader, put_bytes, put_varint};
use crate::idempotency::response::{CachedResponse, Metadata};

pub(super) fn put(out: &mut Vec<u8>, response: &CachedResponse) {
    put_varint(out, u64::from(response.status_code));
    put_varint(out, response.metadata.len() as u64);
    for (name, value) in response.metadata.iter() {
        put_bytes(out, name.as_bytes());
        put_bytes(out, value);
    }
    put_bytes(out, &response.body);
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
