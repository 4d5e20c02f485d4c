//! Reading and writing the pieces: little-endian numbers, and varints of seven bits per byte.

use super::CorruptRecord;

/// What is still to be read.
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], CorruptRecord> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CorruptRecord)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8, CorruptRecord> {
        let (first, rest) = self.0.split_first().ok_or(CorruptRecord)?;
        self.0 = rest;
        Ok(*first)
    }

    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CorruptRecord> {
        self.take(N)?.try_into().map_err(|_| CorruptRecord)
    }

    pub fn number(&mut self) -> Result<u64, CorruptRecord> {
        self.fixed().map(u64::from_le_bytes)
    }

    /// A varint of at most `bits` bits.
    pub fn varint(&mut self, bits: u32) -> Result<u64, CorruptRecord> {
        let mut value = 0;
        for shift in (0..bits).step_by(7) {
            let byte = self.byte()?;
            let piece = u64::from(byte & 0x7f);
            if bits - shift < 7 && piece >> (bits - shift) != 0 {
                return Err(CorruptRecord);
            }
            value |= piece << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CorruptRecord)
    }

    /// A length. It may lie: nothing is reserved for it.
    pub fn length(&mut self) -> Result<usize, CorruptRecord> {
        usize::try_from(self.varint(64)?).map_err(|_| CorruptRecord)
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], CorruptRecord> {
        let length = self.length()?;
        self.take(length)
    }

    pub fn text(&mut self) -> Result<&'a str, CorruptRecord> {
        std::str::from_utf8(self.bytes()?).map_err(|_| CorruptRecord)
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), CorruptRecord> {
        if self.0.is_empty() { Ok(()) } else { Err(CorruptRecord) }
    }
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
