//! The name of one attempt to do something once.

use std::fmt;
use std::str::FromStr;

use super::error::Error;

/// What joins a key and its scope.
const SCOPE: u8 = b'/';
/// What begins an escaped byte. No key of the `idempotent` library may hold it, so theirs are never changed.
const ESCAPE: u8 = b':';

/// The name under which something is done at most once: 1 to 255 bytes, any text.
///
/// The stored name ([`as_str`](Self::as_str)) is the key itself, except that `:`, `/` and ASCII control characters are
/// escaped as `:` and two hexadecimal digits: `/` joins keys and scopes, `:` joins prefixes and keys. Two different keys
/// never share a name, and every key that the `idempotent` library takes keeps the name that it has there.
///
/// ```
/// use shardd_wasm::idempotency::IdempotencyKey;
///
/// let key = IdempotencyKey::new("order-9821")?;
/// assert_eq!(key.as_str(), "order-9821");
/// assert_eq!(key.scoped("charge")?.as_str(), "order-9821/charge");
/// assert_eq!(IdempotencyKey::new("order:9821/charge")?.as_str(), "order:3A9821:2Fcharge");
/// assert!(IdempotencyKey::new("").is_err());
/// # Ok::<(), shardd_wasm::idempotency::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest key, its scopes included, in bytes before escaping.
    pub const MAX_BYTES: usize = 255;

    /// A key that you choose.
    ///
    /// # Errors
    /// An empty key, or one of more than 255 bytes.
    pub fn new(value: impl Into<String>) -> Result<Self, Error> {
        let value = value.into();
        if value.is_empty() {
            return Err(Error::EmptyKey);
        }
        escaped(Vec::with_capacity(value.len()), &value)?.checked()
    }

    /// A random key: a UUID of version 4.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] where the platform gives none.
    ///
    /// ```
    /// use shardd_wasm::idempotency::IdempotencyKey;
    /// assert_eq!(IdempotencyKey::random()?.as_str().len(), 36);
    /// # Ok::<(), shardd_wasm::idempotency::Error>(())
    /// ```
    #[cfg(feature = "uuid")]
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
        Ok(Self(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()))
    }

    /// The key of one step of the work under this key. The same step has the same key at every attempt.
    ///
    /// A key that a caller chose is scoped with the caller, by credentials that were checked: two callers may choose the same
    /// one, and must not get each other's answers.
    ///
    /// # Errors
    /// An empty scope, or a key that becomes longer than 255 bytes.
    pub fn scoped(&self, scope: impl AsRef<str>) -> Result<Self, Error> {
        self.clone().into_scoped(scope)
    }

    /// Like [`scoped`](Self::scoped), where the key itself is needed no longer.
    ///
    /// # Errors
    /// As for [`scoped`](Self::scoped).
    pub fn into_scoped(self, scope: impl AsRef<str>) -> Result<Self, Error> {
        let scope = scope.as_ref();
        if scope.is_empty() {
            return Err(Error::EmptyScope);
        }
        let mut name = self.0.into_bytes();
        name.push(SCOPE);
        escaped(name, scope)?.checked()
    }

    /// The name under which stores keep the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that is stored under a name, as a store lists it.
    ///
    /// ```
    /// use shardd_wasm::idempotency::IdempotencyKey;
    /// let key = IdempotencyKey::new("a/b")?.scoped("c")?;
    /// assert_eq!(IdempotencyKey::from_name(key.as_str())?, key);
    /// assert!(IdempotencyKey::from_name("no:escape").is_err());
    /// # Ok::<(), shardd_wasm::idempotency::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidName`] for what is no such name.
    pub fn from_name(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        if name.as_bytes().split(|byte| *byte == SCOPE).all(is_segment) {
            Self(name).checked()
        } else {
            Err(Error::InvalidName)
        }
    }

    /// An escape is three bytes for one.
    fn checked(self) -> Result<Self, Error> {
        let escapes = self.0.bytes().filter(|byte| *byte == ESCAPE).count();
        match self.0.len() - 2 * escapes {
            long if long > Self::MAX_BYTES => Err(Error::KeyTooLong(long)),
            _ => Ok(self),
        }
    }
}

// By bytes, not by letters: the package ships this, and what is escaped is ASCII.
const fn is_escaped(byte: u8) -> bool {
    byte == SCOPE || byte == ESCAPE || byte.is_ascii_control()
}

/// A name that is continued by a text.
fn escaped(mut name: Vec<u8>, text: &str) -> Result<IdempotencyKey, Error> {
    for byte in text.bytes() {
        if is_escaped(byte) {
            name.extend([ESCAPE, digit(byte >> 4), digit(byte & 15)]);
        } else {
            name.push(byte);
        }
    }
    String::from_utf8(name).map(IdempotencyKey).map_err(|_| Error::InvalidName)
}

const fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 }
}

/// The value of a digit that [`digit`] writes.
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Whether a piece between slashes is something that [`escaped`] writes.
fn is_segment(segment: &[u8]) -> bool {
    let mut bytes = segment.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == ESCAPE {
            let mut next = || bytes.next().and_then(value);
            let (Some(high), Some(low)) = (next(), next()) else { return false };
            if !is_escaped(high * 16 + low) {
                return false;
            }
        } else if is_escaped(byte) {
            return false;
        }
    }
    !segment.is_empty()
}

/// A random key.
///
/// # Panics
/// Where the platform gives no random numbers; [`IdempotencyKey::random`] returns an error there.
#[cfg(feature = "uuid")]
impl Default for IdempotencyKey {
    fn default() -> Self {
        match Self::random() {
            Ok(key) => key,
            Err(error) => panic!("{error}"),
        }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A key that you choose, as [`IdempotencyKey::new`] makes it.
impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> String {
        key.0
    }
}

/// From a stored name, as [`IdempotencyKey::from_name`] reads it.
impl TryFrom<String> for IdempotencyKey {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        Self::from_name(name)
    }
}
