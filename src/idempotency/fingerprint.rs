//! What a key stands for, in sixteen bytes: reuse for anything else is told apart.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::bound::{MaybeSend, MaybeSync};

/// The identity of a request: 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// A fingerprint that was computed elsewhere.
    pub const fn new(value: u128) -> Self {
        Self(value)
    }

    /// Its value.
    pub const fn value(self) -> u128 {
        self.0
    }
}

/// Thirty-two hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What is asked for: of an HTTP request its method, path and query.
///
/// ```
/// use shardd_wasm::idempotency::Operation;
/// assert_eq!(&*Operation::request("POST", "/charges?live=1"), "POST /charges?live=1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation(String);

impl Operation {
    /// The operation of an HTTP request: its method, and its path with the query.
    pub fn request(method: &str, target: &str) -> Self {
        Self([method, " ", target].concat())
    }
}

impl Deref for Operation {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Operation {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Operation {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// How a fingerprint is made of an operation and its body. Yours may leave out fields that change from try to try.
///
/// ```
/// use shardd_wasm::idempotency::Fingerprint;
/// use shardd_wasm::idempotency::fingerprint::{DefaultFingerprintStrategy, FingerprintStrategy};
///
/// /// Blanks do not matter.
/// struct Squeezed;
/// impl FingerprintStrategy for Squeezed {
///     fn compute(&self, operation: &str, body: &[u8]) -> Fingerprint {
///         let body: Vec<u8> = body.iter().copied().filter(|byte| *byte != b' ').collect();
///         DefaultFingerprintStrategy.compute(operation, &body)
///     }
/// }
/// assert_eq!(Squeezed.compute("POST /", b"{ }"), Squeezed.compute("POST /", b"{}"));
/// ```
pub trait FingerprintStrategy: MaybeSend + MaybeSync + 'static {
    /// The fingerprint of this request.
    fn compute(&self, operation: &str, body: &[u8]) -> Fingerprint;
}

/// xxHash3, 128 bits, over the operation, with its length before it, and the body. The `idempotent` library makes the
/// same. Quick, but somebody who may choose bodies can make two of them collide: `Sha256FingerprintStrategy` resists.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultFingerprintStrategy;

impl FingerprintStrategy for DefaultFingerprintStrategy {
    fn compute(&self, operation: &str, body: &[u8]) -> Fingerprint {
        // In one piece: the hash that takes pieces is a kilobyte more of wasm, and copying costs a tenth of hashing.
        Fingerprint(xxh3_128(&[&length(operation), operation.as_bytes(), body].concat()))
    }
}

/// The first 128 bits of SHA-256, over the same bytes as the default's.
#[cfg(feature = "sha256")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Sha256FingerprintStrategy;

#[cfg(feature = "sha256")]
impl FingerprintStrategy for Sha256FingerprintStrategy {
    fn compute(&self, operation: &str, body: &[u8]) -> Fingerprint {
        Fingerprint(sha256(&[&length(operation), operation.as_bytes(), body]))
    }
}

/// The first 128 bits of SHA-256 over these pieces, one after another.
#[cfg(feature = "sha256")]
// Once in a wasm, not in each that calls it.
#[inline(never)]
pub fn sha256(pieces: &[&[u8]]) -> u128 {
    use sha2::Digest as _;

    let mut hash = sha2::Sha256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte))
}

/// Without it, ("a", "bc") and ("ab", "c") would be one request.
fn length(operation: &str) -> [u8; 8] {
    (operation.len() as u64).to_le_bytes()
}

/// The bytes to fingerprint of a value that is no bytes yet: its `Hash`, so that the order of JSON fields does not matter.
///
/// The same on wasm32 and on 64-bit machines, and as the `idempotent` library has it on the latter.
///
/// ```
/// use shardd_wasm::idempotency::fingerprint;
///
/// #[derive(Hash)]
/// struct Charge { account: String, amount: u64 }
/// let once = fingerprint::body(&Charge { account: "alice".into(), amount: 5 });
/// assert_ne!(once, fingerprint::body(&Charge { account: "alice".into(), amount: 6 }));
/// ```
pub fn body<T: Hash + ?Sized>(value: &T) -> [u8; 16] {
    let mut hasher = Portable(Xxh3::new());
    value.hash(&mut hasher);
    hasher.0.digest128().to_le_bytes()
}

/// Writes numbers in one order and lengths in one width, whatever the machine's are.
struct Portable(Xxh3);

macro_rules! little_endian {
    ($($write:ident: $number:ty),*) => {
        $(fn $write(&mut self, number: $number) {
            self.0.update(&number.to_le_bytes());
        })*
    };
}

impl Hasher for Portable {
    fn finish(&self) -> u64 {
        self.0.digest()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    little_endian!(write_u16: u16, write_u32: u32, write_u64: u64, write_u128: u128);
    little_endian!(write_i16: i16, write_i32: i32, write_i64: i64, write_i128: i128);

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_i64(number as i64);
    }
}
