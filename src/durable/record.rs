//! The record of a durable write, and how it lies in a store: under the name of its owner and nonce, one for each ledger.

use std::rc::Rc;

use super::note::Note;
use crate::engine::{LEASE_MS, Ledger, Version};
use crate::idempotency::codec::{CorruptRecord, Reader, put_bytes, put_varint};

/// Records of other versions are left alone.
const VERSION: u8 = 3;
/// Names begin with this. Earlier versions began theirs with less, and are left alone.
pub const PREFIX: &str = "shardd:3:";

/// The record of a durable write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteRecord {
    /// The write.
    pub note: Note,
    /// What whoever watches it goes by.
    pub version: Version,
    /// When it was last touched, in Unix milliseconds by the store's clock: for people, since no lease goes by it.
    pub touched_at_unix_ms: u64,
    /// How far the write is.
    pub state: State,
}

/// How far a durable write is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
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
        answer: RecordedAnswer,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records(Vec<(Ledger, WriteRecord)>);

impl Records {
    /// The record of `ledger`.
    pub fn of(&self, ledger: &Ledger) -> Option<&WriteRecord> {
        self.0.iter().find(|(known, _)| known.is_same(ledger)).map(|(_, record)| record)
    }

    /// Puts the record of `ledger` in the place of the one that is there, or takes it away.
    pub fn replace(&mut self, ledger: &Ledger, record: Option<WriteRecord>) {
        self.0.retain(|(known, _)| !known.is_same(ledger));
        self.0.extend(record.map(|record| (ledger.clone(), record)));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the last of them expires, in Unix milliseconds; an unfinished write does not, whatever clock is set.
    pub fn expires_at_unix_ms(&self) -> u64 {
        let expiry = |(_, record): &(Ledger, WriteRecord)| match record.state {
            State::Completed { expires_at_unix_ms, .. } => expires_at_unix_ms,
            State::Claimed { .. } | State::Left => u64::MAX,
        };
        self.0.iter().map(expiry).max().unwrap_or(0)
    }

    /// The bytes. The second says whether all is done, for stores that must choose what to drop.
    pub fn encode(&self) -> Vec<u8> {
        let is_done = self.expires_at_unix_ms() != u64::MAX;
        let mut out = vec![VERSION, u8::from(is_done)];
        put_varint(&mut out, self.0.len() as u64);
        for (ledger, record) in &self.0 {
            put_ledger(&mut out, ledger);
            record.put(&mut out);
        }
        out
    }

    /// The records of these bytes.
    ///
    /// # Errors
    /// Bytes that [`encode`](Records::encode) did not write.
    pub fn decode(bytes: &[u8]) -> Result<Records, CorruptRecord> {
        let mut reader = Reader(bytes);
        if reader.byte()? != VERSION {
            return Err(CorruptRecord);
        }
        let _is_done = reader.byte()?;
        let mut records = Records::default();
        for _ in 0..reader.varint(16)? {
            records.0.push((read_ledger(&mut reader)?, WriteRecord::read(&mut reader)?));
        }
        reader.end()?;
        Ok(records)
    }
}

impl WriteRecord {
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

    fn put(&self, out: &mut Vec<u8>) {
        let state = match &self.state {
            State::Claimed { is_locked } => u8::from(*is_locked),
            State::Left => 2,
            State::Completed { .. } => 3,
        };
        out.push(state);
        for number in [self.version.token, self.version.touches, self.touched_at_unix_ms] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        self.note.put(out);
        if let State::Completed { answer, expires_at_unix_ms } = &self.state {
            out.extend_from_slice(&expires_at_unix_ms.to_le_bytes());
            put_varint(out, answer.status.into());
            put_bytes(out, answer.edge.as_bytes());
            put_bytes(out, &answer.body);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<WriteRecord, CorruptRecord> {
        let state = reader.byte()?;
        let version = Version { token: reader.number()?, touches: reader.number()? };
        let touched_at_unix_ms = reader.number()?;
        let note = Note::read(reader)?;
        let state = match state {
            0 | 1 => State::Claimed { is_locked: state == 1 },
            2 => State::Left,
            3 => {
                let expires_at_unix_ms = reader.number()?;
                let status = u16::try_from(reader.varint(16)?).map_err(|_| CorruptRecord)?;
                let answer =
                    RecordedAnswer { status, edge: reader.text()?.into(), body: reader.bytes()?.to_vec() };
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

fn read_ledger(reader: &mut Reader<'_>) -> Result<Ledger, CorruptRecord> {
    let is_named = reader.byte()? != 0;
    let name: Rc<str> = reader.text()?.into();
    let mut origins = Vec::new();
    for _ in 0..reader.varint(16)? {
        origins.push(reader.text()?.into());
    }
    Ok(Ledger { name: is_named.then_some(name), origins })
}
