//! Whose the writes of a client are: so that two people behind one store or in one process never meet.

use std::fmt;
use std::rc::Rc;

use crate::error::ShardError;
use crate::key::KeySource;
use crate::protocol::{BAD_OWNER, OWNER_MAX_BYTES};
use crate::text::{hex_digit, percent_encode};

/// Whose the writes of a client are.
#[derive(Clone)]
pub enum Owner {
    /// The same for all calls.
    Fixed(String),
    /// Asked with the key of each call.
    Asked(KeySource),
}

impl From<&str> for Owner {
    fn from(owner: &str) -> Self {
        Owner::Fixed(owner.into())
    }
}

impl From<String> for Owner {
    fn from(owner: String) -> Self {
        Owner::Fixed(owner)
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Owner::Fixed(_) => "Fixed",
            Owner::Asked(_) => "Asked",
        })
    }
}

/// An owner that can stand in the name of a record.
pub(crate) fn check_owner(owner: &str) -> Result<Rc<str>, ShardError> {
    if owner.trim().is_empty() || owner.len() > OWNER_MAX_BYTES || owner.bytes().any(|byte| byte == 0) {
        return Err(ShardError::invalid(BAD_OWNER));
    }
    Ok(owner.into())
}

/// The part of a record's name that says whose it is: a colon in the owner's name would end it.
pub(crate) fn scope_of_owner(owner: &str) -> Rc<str> {
    let mut scope = String::from("o");
    percent_encode(&mut scope, owner);
    scope.into()
}

/// The same for a client whose owner is its key: only the digest of the key gets into a store.
pub(crate) fn scope_of_digest(digest: &[u8; 32]) -> Rc<str> {
    let mut scope = String::from("k");
    for byte in digest {
        scope.extend([hex_digit(byte >> 4), hex_digit(byte & 15)]);
    }
    scope.into()
}

/// What is digested of a key: with a text of our own before it, so that the digest is nobody else's digest of the key.
pub(crate) fn digestible(key: &str) -> String {
    ["shardd-wasm owner\n", key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_ends_where_the_nonce_begins() {
        assert_eq!(&*scope_of_owner("a:b%"), "oa%3Ab%25");
        assert!(check_owner(" ").is_err() && check_owner(&"x".repeat(257)).is_err());
    }

    #[test]
    fn a_digest_is_hexadecimal() {
        assert_eq!(scope_of_digest(&[0xa1; 32]).len(), 65);
        assert!(scope_of_digest(&[0xa1; 32]).starts_with("ka1a1"));
    }
}
