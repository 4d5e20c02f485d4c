//! Who holds a key: tokens that tell a late attempt from the one that took over.

use std::fmt;

/// Proof of one claim. A store refuses what comes with an older one; hand it to systems further on, so that they can too.
///
/// The later claim has the greater token: whoever takes over a record that outlived its lease has the next one, and a fresh
/// record's tokens are greater than those of a record begun in an earlier millisecond. (Tokens that `idempotent` workers drew
/// in a store shared with them only tell claims apart.)
///
/// ```
/// use shardd_wasm::idempotency::FencingToken;
/// let first = FencingToken::issue(1_795_000_000_000, 7);
/// assert!(first < first.next() && first.next() < FencingToken::issue(1_795_000_000_001, 0));
/// assert_eq!(FencingToken::from_u128(first.as_u128()), first);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FencingToken {
    /// The first claim of the record: 48 bits of Unix milliseconds, then 16 random bits.
    pub run_id: u64,
    /// The claims of the record so far.
    pub sequence: u64,
}

impl FencingToken {
    /// A token of known parts.
    pub const fn new(run_id: u64, sequence: u64) -> Self {
        Self { run_id, sequence }
    }

    /// The token of a fresh record: its time in Unix milliseconds, and what tells it from another of that millisecond.
    pub const fn issue(now_ms: u64, nonce: u16) -> Self {
        Self { run_id: now_ms << 16 | nonce as u64, sequence: 1 }
    }

    /// The token of whoever takes over the same record.
    pub const fn next(self) -> Self {
        Self { run_id: self.run_id, sequence: self.sequence.saturating_add(1) }
    }

    /// One number with the same order.
    pub const fn as_u128(self) -> u128 {
        (self.run_id as u128) << 64 | self.sequence as u128
    }

    /// Back from [`as_u128`](Self::as_u128).
    pub const fn from_u128(number: u128) -> Self {
        Self { run_id: (number >> 64) as u64, sequence: number as u64 }
    }
}

/// `run_id` in sixteen hexadecimal digits, a hyphen, `sequence`.
impl fmt::Display for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{}", self.run_id, self.sequence)
    }
}

/// What became of an operation that needed its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FencedOutcome {
    /// It was done.
    Applied,
    /// It changed nothing.
    Rejected(Rejection),
}

/// Why an operation changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Another attempt took the key over, whether it has finished or not.
    FencingMismatch,
    /// Nobody holds the key, or this claim was completed before.
    KeyExpired,
    /// The claim was for another request.
    FingerprintMismatch,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rejection::FencingMismatch => "another attempt holds the key",
            Rejection::KeyExpired => "this claim ended before",
            Rejection::FingerprintMismatch => "the claim was for another request",
        })
    }
}
