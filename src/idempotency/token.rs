//! Who holds a key: tokens that tell a late attempt from the one that took over.

use std::fmt;

/// Proof of one claim. A store refuses what comes with an older one; hand it to systems further on, so that they can too.
///
/// The later claim has the greater token: whoever takes over a record that outlived its lease has a greater one, whatever the
/// clock says, and a fresh record's tokens are greater than those of all claims of an earlier millisecond. No two claims have
/// the same one, not even two that take over at the same moment, one of which will find that it has lost the race. (Tokens
/// that `idempotent` workers drew in a store shared with them only tell claims apart.)
///
/// ```
/// use shardd_wasm::idempotency::FencingToken;
/// let first = FencingToken::issue(1_795_000_000_000, 7);
/// assert!(first < FencingToken::issue(1_795_000_000_001, 0));
/// let (taken, also) = (first.next(1_795_000_060_000, 1), first.next(1_795_000_060_000, 2));
/// assert!(first < taken && first < also && taken != also);
/// assert!(taken < taken.next(0, 0), "also where the clock has jumped back");
/// assert_eq!(FencingToken::from_u128(first.as_u128()), first);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FencingToken {
    /// When it was claimed: 48 bits of Unix milliseconds, then 16 random bits.
    pub run_id: u64,
    /// How many claims the record has seen, in 16 bits, then 48 random bits.
    pub sequence: u64,
}

/// Of a sequence, and of a nonce, whose others are the last of the `run_id`.
const RANDOM_BITS: u32 = 48;
const RANDOM: u64 = (1 << RANDOM_BITS) - 1;

impl FencingToken {
    /// A token of known parts.
    pub const fn new(run_id: u64, sequence: u64) -> Self {
        Self { run_id, sequence }
    }

    /// The token of a fresh record: its time in Unix milliseconds, and what tells it from another of that millisecond.
    pub const fn issue(now_ms: u64, nonce: u64) -> Self {
        Self { run_id: now_ms << 16 | nonce >> RANDOM_BITS, sequence: 1 << RANDOM_BITS | nonce & RANDOM }
    }

    /// The token of whoever takes over the same record. Tokens that only counted on would be the same for all who try at once.
    pub const fn next(self, now_ms: u64, nonce: u64) -> Self {
        let fresh = Self::issue(now_ms, nonce);
        // Later by its time, or where the clock stands still or jumps back, by its count.
        let run_id = if fresh.run_id > self.run_id { fresh.run_id } else { self.run_id };
        let claims = (self.sequence >> RANDOM_BITS).saturating_add(1);
        Self { run_id, sequence: claims << RANDOM_BITS | nonce & RANDOM }
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
