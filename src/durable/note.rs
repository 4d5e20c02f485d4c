//! What the record of a write says, so that whoever finds it can finish the write: its bytes, and the copy that left last.

use std::rc::Rc;

use super::record::put_numbers;
use crate::api::{Expected, Identity, Operation};
#[cfg(all(target_arch = "wasm32", feature = "kernel"))]
use crate::engine::{EdgeIds, Left};
use crate::idempotency::codec::{CorruptRecord, Reader, put_bytes};
use crate::json::{Scalar, member, pick};
use crate::protocol::CREATE_EVENT;

/// What the record of a write says. Never a key: whoever resumes has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The path of the request.
    pub path: String,
    /// The bucket as the caller calls it.
    pub bucket: Rc<str>,
    /// The body of every copy.
    pub body: Rc<str>,
    /// What the nonce stands for.
    pub fingerprint: Rc<str>,
    /// The nonce.
    pub nonce: Rc<str>,
    /// How long a reservation holds, where it is one.
    pub hold_ttl_ms: Option<u64>,
    /// Whether the body says when the hold ends.
    pub stamped: bool,
    /// The last copy, where one was about to leave.
    pub copy: Option<LastCopy>,
}

/// A copy that left, or was about to, as users see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastCopy {
    /// Where to.
    pub edge: Rc<str>,
    /// When, in Unix milliseconds by the sender's clock: for people, since no wait goes by it.
    pub at_unix_ms: u64,
}

/// The same where it lies, in the bytes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// See [`Note::path`].
    pub path: &'a str,
    /// See [`Note::bucket`].
    pub bucket: &'a str,
    /// See [`Note::body`].
    pub body: &'a str,
    /// See [`Note::fingerprint`].
    pub fingerprint: &'a str,
    /// See [`Note::nonce`].
    pub nonce: &'a str,
    /// See [`Note::hold_ttl_ms`].
    pub hold_ttl_ms: Option<u64>,
    /// See [`Note::stamped`].
    pub stamped: bool,
    /// See [`Note::copy`].
    pub copy: Option<Sent<'a>>,
    /// Whether an edge had answered a probe in the process that recorded it: whoever adopts the write then waits for an answer,
    /// where silence would else look like a page that blocks probes.
    pub hears: bool,
}

/// A copy that left, or was about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent<'a> {
    /// Where to.
    pub edge: &'a str,
    /// When, in Unix milliseconds by the sender's clock.
    pub at_unix_ms: u64,
    /// The token of the call that sent it: a process tells its own copies from those of others by it.
    pub token: u64,
}

impl Note {
    /// The note of a write that nothing was sent of; `None` for what is no write with a nonce.
    pub fn of(operation: &Operation) -> Option<Note> {
        let write = operation.replayable()?;
        Some(Note {
            path: operation.path.clone(),
            bucket: operation.bucket.clone()?,
            body: operation.body.clone()?,
            fingerprint: write.fingerprint.clone(),
            nonce: write.nonce.clone(),
            hold_ttl_ms: operation.hold_ttl_ms,
            stamped: operation.stamped,
            copy: None,
        })
    }

    /// The write again, byte for byte.
    pub fn operation(&self) -> Operation {
        Operation {
            method: CREATE_EVENT.method.http(),
            path: self.path.clone(),
            body: Some(self.body.clone()),
            fields: CREATE_EVENT.fields,
            lists: None,
            write: Some(Identity {
                nonce: self.nonce.clone(),
                fingerprint: self.fingerprint.clone(),
                replayable: true,
            }),
            bucket: Some(self.bucket.clone()),
            authorized: true,
            expected: Some(expected(&self.body)),
            hold_ttl_ms: self.hold_ttl_ms,
            stamped: self.stamped,
            in_doubt: self.copy.is_some(),
            recorded: true,
            after: None,
        }
    }

    /// The member `name` of the body, as written there.
    pub fn member(&self, name: &str) -> Option<&str> {
        member(self.body.as_bytes(), name)
    }

    /// The note of a write of which no copy has left.
    pub(crate) fn written(&self) -> Written<'_> {
        Written {
            path: &self.path,
            bucket: &self.bucket,
            body: &self.body,
            fingerprint: &self.fingerprint,
            nonce: &self.nonce,
            hold_ttl_ms: self.hold_ttl_ms,
            stamped: self.stamped,
            copy: None,
            hears: false,
        }
    }
}

impl From<Written<'_>> for Note {
    fn from(written: Written<'_>) -> Note {
        let copied = |sent: Sent<'_>| LastCopy { edge: sent.edge.into(), at_unix_ms: sent.at_unix_ms };
        Note {
            path: written.path.into(),
            bucket: written.bucket.into(),
            body: written.body.into(),
            fingerprint: written.fingerprint.into(),
            nonce: written.nonce.into(),
            hold_ttl_ms: written.hold_ttl_ms,
            stamped: written.stamped,
            copy: written.copy.map(copied),
        }
    }
}

impl<'a> Written<'a> {
    /// What the engine is told of it, where an earlier holder left it unfinished. `ids` are the module's.
    #[cfg(all(target_arch = "wasm32", feature = "kernel"))]
    pub(crate) fn left(&self, ids: &mut EdgeIds) -> Left {
        Left {
            edge: self.copy.map(|copy| ids.of(copy.edge)),
            token: self.copy.map_or(0, |copy| copy.token),
            hears: self.hears,
        }
    }

    /// Appends the bytes of the note.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.stamped) | u8::from(self.hears) << 1);
        let Sent { edge, at_unix_ms, token } =
            self.copy.unwrap_or(Sent { edge: "", at_unix_ms: 0, token: 0 });
        put_numbers(out, &[self.hold_ttl_ms.unwrap_or(0), at_unix_ms, token]);
        for text in [edge, self.path, self.bucket, self.body, self.fingerprint, self.nonce] {
            put_bytes(out, text.as_bytes());
        }
    }

    /// The note that comes next.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Written<'a>, CorruptRecord> {
        let flags = reader.byte()?;
        let (ttl_ms, at_unix_ms, token) = (reader.number()?, reader.number()?, reader.number()?);
        let edge = reader.text()?;
        Ok(Written {
            path: reader.text()?,
            bucket: reader.text()?,
            body: reader.text()?,
            fingerprint: reader.text()?,
            nonce: reader.text()?,
            hold_ttl_ms: (ttl_ms > 0).then_some(ttl_ms),
            stamped: flags & 1 != 0,
            hears: flags & 2 != 0,
            copy: (!edge.is_empty()).then_some(Sent { edge, at_unix_ms, token }),
        })
    }
}

/// What the ledger makes of the write with this body, which this client wrote.
fn expected(body: &str) -> Expected {
    let (mut account, mut amount, mut hold, mut release) = (String::new(), 0, None, None);
    let _ = pick(body.as_bytes(), &mut |key, value| match (key, value) {
        ("account", Scalar::Text(text)) => account = text,
        ("amount", Scalar::Whole(figure)) => amount = figure,
        ("hold_amount", Scalar::Whole(figure)) => hold = u64::try_from(figure).ok(),
        ("release_reservation", Scalar::Text(id)) => release = Some(Rc::from(id)),
        _ => {}
    });
    Expected::of(&account, amount, hold, release)
}
