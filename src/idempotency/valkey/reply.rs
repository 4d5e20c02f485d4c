//! What servers answer, and what it means.

use std::time::Duration;

use crate::idempotency::codec::CorruptRecord;
use crate::idempotency::codec::shared::{self, Stored};
use crate::idempotency::entry::{ExistingEntry, IdempotencyEntry, Processing};
use crate::idempotency::record::Status;
use crate::idempotency::store::{InsertResult, Snapshot};
use crate::idempotency::token::{FencedOutcome, FencingToken, Rejection};

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing.
    Nil,
    /// A whole number.
    Integer(i64),
    /// Bytes, or a status such as `OK`.
    Bytes(Vec<u8>),
    /// Several.
    Array(Vec<Reply>),
}

pub(super) fn fenced(reply: &Reply) -> Result<FencedOutcome, CorruptRecord> {
    match reply {
        Reply::Integer(0) => Ok(FencedOutcome::Applied),
        Reply::Integer(1) => Ok(FencedOutcome::Rejected(Rejection::FencingMismatch)),
        Reply::Integer(2) => Ok(FencedOutcome::Rejected(Rejection::KeyExpired)),
        Reply::Integer(3) => Ok(FencedOutcome::Rejected(Rejection::FingerprintMismatch)),
        _ => Err(CorruptRecord),
    }
}

/// What the claim script says of a key that is held or completed.
struct Found {
    state: Vec<u8>,
    token: FencingToken,
    stored: Stored,
    remaining: Duration,
}

pub(super) fn inserted(
    reply: Reply,
    entry: IdempotencyEntry<Processing>,
) -> Result<InsertResult, CorruptRecord> {
    let words = words(reply)?;
    match words.as_slice() {
        [Reply::Bytes(state), run_id, sequence, _] if state == b"created" => {
            Ok(InsertResult::Claimed { fencing_token: token(run_id, sequence)?, entry })
        }
        [Reply::Bytes(state), run_id, sequence, before] if state == b"taken" => {
            let lapsed = Some(token(run_id, before)?);
            Ok(InsertResult::Claimed {
                fencing_token: token(run_id, sequence)?,
                entry: entry.with_lapsed(lapsed),
            })
        }
        words => {
            let found = found(words)?;
            Ok(InsertResult::Exists(match (found.stored, found.state.as_slice()) {
                (Stored::Completed(entry), b"complete") => ExistingEntry::Completed(entry),
                (Stored::Processing(entry), b"lapsed") => ExistingEntry::Lapsed(entry.lapse(found.token)),
                (Stored::Processing(entry), b"in_progress") => {
                    ExistingEntry::Processing(entry.with_remaining(found.remaining))
                }
                _ => return Err(CorruptRecord),
            }))
        }
    }
}

pub(super) fn snapshot(reply: Reply) -> Result<Option<Snapshot>, CorruptRecord> {
    let words = words(reply)?;
    if words.as_slice() == [Reply::Bytes(b"none".to_vec())] {
        return Ok(None);
    }
    let found = found(&words)?;
    let (fingerprint, response, status) = match (found.stored, found.state.as_slice()) {
        (Stored::Completed(entry), b"complete") => {
            (entry.fingerprint, Some(entry.into_response()), Status::Completed)
        }
        (Stored::Processing(entry), b"lapsed") => (entry.fingerprint, None, Status::Lapsed),
        (Stored::Processing(entry), b"in_progress") => (entry.fingerprint, None, Status::Processing),
        _ => return Err(CorruptRecord),
    };
    let (fencing_token, remaining) = (found.token, found.remaining);
    Ok(Some(Snapshot { status, fingerprint, fencing_token, remaining, response }))
}

fn words(reply: Reply) -> Result<Vec<Reply>, CorruptRecord> {
    match reply {
        Reply::Array(words) => Ok(words),
        _ => Err(CorruptRecord),
    }
}

fn found(words: &[Reply]) -> Result<Found, CorruptRecord> {
    let [Reply::Bytes(state), run_id, sequence, Reply::Bytes(data), Reply::Integer(left_ms), _] = words
    else {
        return Err(CorruptRecord);
    };
    Ok(Found {
        state: state.clone(),
        token: token(run_id, sequence)?,
        stored: shared::decode(data)?,
        // -1: the key has no expiry, which nobody of us leaves behind.
        remaining: Duration::from_millis(u64::try_from(*left_ms).unwrap_or(0)),
    })
}

fn token(run_id: &Reply, sequence: &Reply) -> Result<FencingToken, CorruptRecord> {
    let text = |reply: &Reply| match reply {
        Reply::Bytes(bytes) => String::from_utf8(bytes.clone()).map_err(|_| CorruptRecord),
        _ => Err(CorruptRecord),
    };
    let run_id = u64::from_str_radix(&text(run_id)?, 16).map_err(|_| CorruptRecord)?;
    let sequence = text(sequence)?.parse().map_err(|_| CorruptRecord)?;
    Ok(FencingToken::new(run_id, sequence))
}
