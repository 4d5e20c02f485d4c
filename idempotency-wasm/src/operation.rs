//! One operation on the bytes of a record, and what operations answer.

use shardd_wasm::idempotency::codec::{CorruptRecord, own, response};
use shardd_wasm::idempotency::step::{self, Change, Command, Reply};
use shardd_wasm::idempotency::{
    CachedResponse, FencedOutcome, FencingToken, Fingerprint, Record, Rejection, Status,
};
use wasm_bindgen::prelude::*;

use crate::number::{Terms, first, split, token, token_or_zero};

pub(crate) const CLAIM: u32 = 0;
pub(crate) const COMPLETE: u32 = 1;
pub(crate) const TOUCH: u32 = 2;
pub(crate) const REMOVE: u32 = 3;
pub(crate) const PURGE: u32 = 4;
#[cfg(all(target_arch = "wasm32", feature = "conformance"))]
pub(crate) const GET: u32 = 5;

/// What an operation answers; the first four are what becomes of one with a token.
pub(crate) mod answer {
    pub(crate) const APPLIED: u32 = 0;
    pub(crate) const FENCING_MISMATCH: u32 = 1;
    pub(crate) const KEY_EXPIRED: u32 = 2;
    pub(crate) const FINGERPRINT_MISMATCH: u32 = 3;
    pub(crate) const CLAIMED: u32 = 4;
    pub(crate) const IN_FLIGHT: u32 = 5;
    pub(crate) const LAPSED: u32 = 6;
    pub(crate) const COMPLETED: u32 = 7;
    pub(crate) const MISMATCH: u32 = 8;
    pub(crate) const FREE: u32 = 9;
    pub(crate) const CORRUPT: u32 = 10;
}

/// An answer while it is put together: numbers, then bytes.
#[derive(Default)]
pub(crate) struct Said {
    /// What it is.
    pub kind: u32,
    /// How long until the lease ends, or until the response is forgotten.
    pub remaining_ms: u64,
    /// Of the last claim.
    pub token: u128,
    /// The fingerprint of what was found; of a new claim the token that lapsed.
    pub other: u128,
    /// What is to be written: 0 nothing, 1 the bytes, 2 nothing, and the key is forgotten.
    pub change: u8,
    /// When what is written is as good as gone.
    pub expires_at_ms: u64,
    /// The record that is to be written, the response that was found, or the sentence of an answer that is none.
    pub bytes: Vec<u8>,
}

impl Said {
    pub fn of(kind: u32) -> Self {
        Self { kind, ..Self::default() }
    }

    /// The bytes under the key are no record: with what is to be said of that.
    pub fn corrupt() -> Self {
        Self { bytes: CorruptRecord::SENTENCE.into(), ..Self::of(answer::CORRUPT) }
    }

    pub fn claimed(token: FencingToken, lapsed: Option<FencingToken>) -> Self {
        Self { token: token.as_u128(), other: token_or_zero(lapsed), ..Self::of(answer::CLAIMED) }
    }

    pub fn found(status: Status, fingerprint: Fingerprint, response: Option<&CachedResponse>) -> Self {
        let kind = match status {
            Status::Processing => answer::IN_FLIGHT,
            Status::Lapsed => answer::LAPSED,
            Status::Completed => answer::COMPLETED,
        };
        let mut bytes = Vec::new();
        if let Some(found) = response {
            response::put(&mut bytes, found);
        }
        Self { other: fingerprint.value(), bytes, ..Self::of(kind) }
    }

    pub fn fenced(outcome: FencedOutcome) -> Self {
        Self::of(match outcome {
            FencedOutcome::Applied => answer::APPLIED,
            FencedOutcome::Rejected(rejection) => rejected(rejection),
        })
    }

    pub fn packed(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(96 + self.bytes.len());
        let head = [
            f64::from(self.kind),
            self.remaining_ms as f64,
            f64::from(self.change),
            self.expires_at_ms as f64,
        ];
        for number in [head, split(self.token), split(self.other)].as_flattened() {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.bytes);
        out
    }
}

pub(crate) const fn rejected(rejection: Rejection) -> u32 {
    match rejection {
        Rejection::FencingMismatch => answer::FENCING_MISMATCH,
        Rejection::KeyExpired => answer::KEY_EXPIRED,
        Rejection::FingerprintMismatch => answer::FINGERPRINT_MISMATCH,
    }
}

/// Does an operation on the record of a key. `proof` is the claim's token, or for a claim 64 random bits; `response` that of a completion.
#[wasm_bindgen]
pub fn step(
    operation: u32,
    terms: &[f64],
    proof: &[f64],
    response: &[u8],
    record: Option<Vec<u8>>,
    now_ms: f64,
) -> Vec<u8> {
    // A purge reads nothing, and so gets rid of what cannot be read.
    let record = record.filter(|_| operation != PURGE);
    let done = stepped(operation, &Terms::read(terms), proof, response, record.as_deref(), now_ms as u64);
    done.unwrap_or_else(|CorruptRecord| Said::corrupt()).packed()
}

fn stepped(
    operation: u32,
    terms: &Terms,
    proof: &[f64],
    response: &[u8],
    record: Option<&[u8]>,
    now_ms: u64,
) -> Result<Said, CorruptRecord> {
    let record = record.map(own::decode).transpose()?;
    let (reply, change) = step::step(record, command(operation, terms, proof, response)?, now_ms);
    let mut said = match reply {
        Reply::Claimed { token, lapsed } => Said::claimed(token, lapsed.map(|record| record.token)),
        Reply::Exists(record) if record.fingerprint != terms.fingerprint => Said::of(answer::MISMATCH),
        Reply::Exists(record) | Reply::Found(Some(record)) => found(&record, now_ms),
        Reply::Fenced(outcome) => Said::fenced(outcome),
        Reply::Purged | Reply::Found(None) => Said::of(answer::FREE),
    };
    match change {
        Change::Keep => {}
        Change::Put(record) => {
            said.change = 1;
            said.expires_at_ms = record.expires_at_ms;
            said.bytes = own::encode(&record);
        }
        Change::Delete => said.change = 2,
    }
    Ok(said)
}

fn command(operation: u32, terms: &Terms, proof: &[f64], response: &[u8]) -> Result<Command, CorruptRecord> {
    let (fingerprint, lease_ms, token) = (terms.fingerprint, terms.lease_ms, token(first(proof)));
    Ok(match operation {
        CLAIM => Command::Claim {
            fingerprint,
            lease_ms,
            keep_ms: terms.keep_ms,
            nonce: token.sequence,
            refuses_lapsed: terms.refuses_lapsed,
            ignores_lease: false,
            memo: Vec::new(),
        },
        COMPLETE => {
            let response = response::decode(response)?;
            Command::Complete { token, fingerprint, response, replay_ms: terms.replay_ms }
        }
        TOUCH => Command::Touch { token, lease_ms, memo: None },
        REMOVE => Command::Release { token },
        PURGE => Command::Purge,
        _ => Command::Get,
    })
}

fn found(record: &Record, now_ms: u64) -> Said {
    let status = record.status(now_ms);
    let found = Said::found(status, record.fingerprint, record.response.as_ref());
    Said { token: record.token.as_u128(), remaining_ms: record.remaining_ms(now_ms), ..found }
}
