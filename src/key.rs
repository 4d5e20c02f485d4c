//! The API key: a text, or a function that gives one when a call needs it.

use std::fmt;
use std::rc::Rc;

use crate::argument::check_key;
use crate::error::ShardError;
use crate::platform::LocalFuture;

/// Gives the key of one call. It is asked once per call, beside the race, and once more after a 401.
pub type KeySource = Rc<dyn Fn() -> LocalFuture<Result<String, ShardError>>>;

/// Where a client has its key from.
#[derive(Clone)]
pub enum ApiKey {
    /// A key for every call.
    Fixed(String),
    /// Asked for the key of each call.
    Asked(KeySource),
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        ApiKey::Fixed(key.into())
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        ApiKey::Fixed(key)
    }
}

// The key must not get into a log by way of a derived Debug.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ApiKey::Fixed(_) => "Fixed",
            ApiKey::Asked(_) => "Asked",
        })
    }
}

/// A checked key, ready for the header.
#[derive(Clone)]
pub(crate) enum Authorization {
    Fixed(Rc<str>),
    Asked(KeySource),
}

impl Authorization {
    pub(crate) fn new(key: ApiKey) -> Result<Authorization, ShardError> {
        Ok(match key {
            ApiKey::Fixed(key) => Authorization::Fixed(header(&key)?),
            ApiKey::Asked(source) => Authorization::Asked(source),
        })
    }
}

/// The value of `Authorization` for this key.
pub(crate) fn header(key: &str) -> Result<Rc<str>, ShardError> {
    check_key(key)?;
    Ok(["Bearer ", key.trim()].concat().into())
}
