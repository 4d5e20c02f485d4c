//! The record of a durable write, and how it lies in a store: under the name of its owner and nonce, one for each ledger.

use std::rc::Rc;

use super::note::Written;
use crate::engine::{LEASE_MS, Ledger, Version};
use crate::idempotency::codec::{CorruptRecord, Reader, put_bytes, put_varint};

/// Records of other versions are left alone.
const VERSION: u8 = 3;
/// Names begin with this. Earlier versions began theirs with less, and are left alone.
pub const PREFIX: &str = "shardd:3:";

/// The record of a durable write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteRecord<'a> {
    /// The write.
    pub note: Written<'a>,
    /// What whoever watches it goes by.
    pub version: Version,
    /// When it was last touched, in Unix milliseconds by the store's clock: for people, since no lease goes by it.
    pub touched_at_unix_ms: u64,
    /// How far the write is.
    pub state: State<'a>,
}

/// How far a durable write is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// A call is at it.
    Claimed {
        /// The call holds a lock as long as it lives.
        is_locked: bool,
    },
    /// Its call ended by itself, and nobody knows whether the write landed.
    Left,
    /// It is in the ledger.
    Completed {
        /// What the ledger said.
        answer: Landed<'a>,
        /// In Unix milliseconds by the store's clock; after this the ledger itself is asked.
        expires_at_unix_ms: u64,
    },
}

/// An answer of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The base URL of the edge that gave it.
    pub edge: Rc<str>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The same where it lies, in the bytes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landed<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The base URL of the edge that gave it.
    pub edge: &'a str,
    /// Its body.
    pub body: &'a [u8],
}

impl RecordedAnswer {
    pub(crate) fn landed(&self) -> Landed<'_> {
        Landed { status: self.status, edge: &self.edge, body: &self.body }
    }
}

impl From<Landed<'_>> for RecordedAnswer {
    fn from(landed: Landed<'_>) -> RecordedAnswer {
        RecordedAnswer { status: landed.status, edge: landed.edge.into(), body: landed.body.to_vec() }
    }
}

/// The name under which the records of a nonce lie. A scope has no colon.
pub(crate) fn record_name(scope: &str, nonce: &str) -> String {
    [PREFIX, scope, ":", nonce].concat()
}

/// What the names of all records of an owner begin with.
pub(crate) fn prefix(scope: &str) -> String {
    [PREFIX, scope, ":"].concat()
}

/// The records of one owner and one nonce: one for each ledger. (Nearly always there is one; a part of the name could not stand
/// for the ledger, since two clients are of one ledger if they share but one edge.)
#[derive(Clone, Debug)]
pub struct Records<'a> {
    ledger: &'a Ledger,
    /// The record of `ledger`.
    pub mine: Option<WriteRecord<'a>>,
    /// The bytes of those of other ledgers.
    others: Vec<u8>,
    others_count: u64,
    others_expire_at_unix_ms: u64,
}

impl<'a> Records<'a> {
    /// No records yet, seen by a client of this ledger.
    pub fn new(ledger: &'a Ledger) -> Records<'a> {
        Records { ledger, mine: None, others: Vec::new(), others_count: 0, others_expire_at_unix_ms: 0 }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.mine.is_none() && self.others_count == 0
    }

    /// When the last of them expires, in Unix milliseconds; an unfinished write does not, whatever clock is set.
    pub fn expires_at_unix_ms(&self) -> u64 {
        let mine = self.mine.map_or(0, |record| record.expires_at_unix_ms());
        self.others_expire_at_unix_ms.max(mine)
    }

    /// The bytes. The second says whether all is done, for stores that must choose what to drop.
    pub fn encode(&self) -> Vec<u8> {
        let is_done = self.expires_at_unix_ms() != u64::MAX;
        let mut out = vec![VERSION, u8::from(is_done)];
        put_varint(&mut out, self.others_count + u64::from(self.mine.is_some()));
        out.extend_from_slice(&self.others);
        if let Some(record) = &self.mine {
            put_ledger(&mut out, self.ledger);
            record.put(&mut out);
        }
        out
    }

    /// The records of these bytes, seen by a client of `ledger`.
    ///
    /// # Errors
    /// Bytes that [`encode`](Records::encode) did not write.
    pub fn decode(bytes: &'a [u8], ledger: &'a Ledger) -> Result<Records<'a>, CorruptRecord> {
        let mut reader = Reader(bytes);
        if reader.byte()? != VERSION {
            return Err(CorruptRecord);
        }
        let _is_done = reader.byte()?;
        let mut records = Records::new(ledger);
        for _ in 0..reader.varint(16)? {
            let from = reader.0;
            let is_mine = read_ledger(&mut reader, ledger)?;
            let record = WriteRecord::read(&mut reader)?;
            if is_mine {
                records.mine = records.mine.or(Some(record));
                continue;
            }
            records.others.extend_from_slice(from.get(..from.len() - reader.0.len()).unwrap_or_default());
            records.others_count += 1;
            records.others_expire_at_unix_ms =
                records.others_expire_at_unix_ms.max(record.expires_at_unix_ms());
        }
        reader.end()?;
        Ok(records)
    }
}

impl<'a> WriteRecord<'a> {
    /// Whether the write is not known to be in the ledger.
    pub fn is_unfinished(&self) -> bool {
        !matches!(self.state, State::Completed { .. })
    }

    /// Whether a call is likely to be at the write: a guess by the clocks of two devices, which no write depends on. A lock that can be
    /// taken proves that the call which had it is gone; one that cannot proves nothing beyond the lease, since a tab may be suspended.
    pub fn is_likely_alive(&self, is_locked: Option<bool>, unix_ms: u64) -> bool {
        let is_claimed = matches!(self.state, State::Claimed { .. });
        is_claimed
            && match is_locked {
                Some(true) => unix_ms.saturating_sub(self.touched_at_unix_ms) < LEASE_MS,
                Some(false) => false,
                None => unix_ms.abs_diff(self.touched_at_unix_ms) < LEASE_MS,
            }
    }

    fn expires_at_unix_ms(&self) -> u64 {
        match self.state {
            State::Completed { expires_at_unix_ms, .. } => expires_at_unix_ms,
            State::Claimed { .. } | State::Left => u64::MAX,
        }
    }

    fn put(&self, out: &mut Vec<u8>) {
        let state = match &self.state {
            State::Claimed { is_locked } => u8::from(*is_locked),
            State::Left => 2,
            State::Completed { .. } => 3,
        };
        out.push(state);
        put_numbers(out, &[self.version.token, self.version.touches, self.touched_at_unix_ms]);
        self.note.put(out);
        if let State::Completed { answer, expires_at_unix_ms } = &self.state {
            put_numbers(out, &[*expires_at_unix_ms]);
            put_varint(out, answer.status.into());
            put_bytes(out, answer.edge.as_bytes());
            put_bytes(out, answer.body);
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<WriteRecord<'a>, CorruptRecord> {
        let state = reader.byte()?;
        let version = Version { token: reader.number()?, touches: reader.number()? };
        let touched_at_unix_ms = reader.number()?;
        let note = Written::read(reader)?;
        let state = match state {
            0 | 1 => State::Claimed { is_locked: state == 1 },
            2 => State::Left,
            3 => {
                let expires_at_unix_ms = reader.number()?;
                let status = u16::try_from(reader.varint(16)?).map_err(|_| CorruptRecord)?;
                let answer = Landed { status, edge: reader.text()?, body: reader.bytes()? };
                State::Completed { answer, expires_at_unix_ms }
            }
            _ => return Err(CorruptRecord),
        };
        Ok(WriteRecord { note, version, touched_at_unix_ms, state })
    }
}

fn put_ledger(out: &mut Vec<u8>, ledger: &Ledger) {
    out.push(u8::from(ledger.name.is_some()));
    put_bytes(out, ledger.name.as_deref().unwrap_or("").as_bytes());
    put_varint(out, ledger.origins.len() as u64);
    for origin in &ledger.origins {
        put_bytes(out, origin.as_bytes());
    }
}

/// Whether the ledger that comes next is `mine`.
fn read_ledger(reader: &mut Reader<'_>, mine: &Ledger) -> Result<bool, CorruptRecord> {
    let is_named = reader.byte()? != 0;
    let name = reader.text()?;
    let mut shares_origin = false;
    for _ in 0..reader.varint(16)? {
        shares_origin |= mine.has_origin(reader.text()?);
    }
    Ok(if is_named { mine.name.as_deref() == Some(name) } else { mine.name.is_none() && shares_origin })
}

/// Appends numbers, little-endian.
pub(super) fn put_numbers(out: &mut Vec<u8>, numbers: &[u64]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}
