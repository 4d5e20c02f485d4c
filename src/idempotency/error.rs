//! What can be wrong with a key.

use std::fmt;

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The key is empty.
    EmptyKey,
    /// The scope is empty.
    EmptyScope,
    /// The key, its scopes included, is longer than 255 bytes: so many it has.
    KeyTooLong(usize),
    /// Not a name under which a key is stored.
    InvalidName,
    /// The platform gave no random numbers.
    NoRandomness,
}

impl Error {
    /// What is wrong, and what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Error::EmptyKey => "an idempotency key needs at least one byte",
            Error::EmptyScope => "the scope of an idempotency key needs at least one byte",
            Error::KeyTooLong(_) => {
                "an idempotency key has at most 255 bytes, its scopes included: hash a longer one"
            }
            Error::InvalidName => {
                "this is not a name under which a key is stored: make keys with IdempotencyKey::new"
            }
            Error::NoRandomness => {
                "the platform gave no random numbers: make the key yourself with IdempotencyKey::new"
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl std::error::Error for Error {}
