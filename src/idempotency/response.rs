//! What is stored of a finished attempt, and what can be stored.

use std::convert::Infallible;

use super::bound::BoxError;

/// Names and values that belong to a response, such as headers: in order, and a name may come twice.
///
/// ```
/// use shardd_wasm::idempotency::Metadata;
/// let mut metadata = Metadata::new();
/// metadata.append("location", "/charges/7");
/// assert_eq!(metadata.get("location"), Some(&b"/charges/7"[..]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Metadata(Vec<(String, Vec<u8>)>);

impl Metadata {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a value, after others of that name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// The first value of a name, spelled just so.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// How many values there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The stored result of an attempt, replayed to every retry byte by byte.
///
/// ```
/// use shardd_wasm::idempotency::{CachedResponse, Metadata};
/// let response = CachedResponse::new(201, Metadata::new(), b"{}".to_vec());
/// assert_eq!(response.status_code, 201);
/// assert_eq!(CachedResponse::from("done").body, b"done");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CachedResponse {
    /// The status; 200 where there is no such thing.
    pub status_code: u16,
    /// Headers and the like.
    pub metadata: Metadata,
    /// The body.
    pub body: Vec<u8>,
}

impl CachedResponse {
    /// A response of these parts.
    pub const fn new(status_code: u16, metadata: Metadata, body: Vec<u8>) -> Self {
        Self { status_code, metadata, body }
    }
}

impl From<Vec<u8>> for CachedResponse {
    fn from(body: Vec<u8>) -> Self {
        Self::new(200, Metadata::new(), body)
    }
}

impl From<&[u8]> for CachedResponse {
    fn from(body: &[u8]) -> Self {
        body.to_vec().into()
    }
}

impl<const N: usize> From<&[u8; N]> for CachedResponse {
    fn from(body: &[u8; N]) -> Self {
        body.to_vec().into()
    }
}

impl From<String> for CachedResponse {
    fn from(body: String) -> Self {
        body.into_bytes().into()
    }
}

impl From<&str> for CachedResponse {
    fn from(body: &str) -> Self {
        body.to_owned().into()
    }
}

/// What an effect may return: something that can be stored as a response and read back.
pub trait Cacheable: Sized {
    /// Why it cannot.
    type Error: Into<BoxError>;

    /// The response to store.
    ///
    /// # Errors
    /// A value that cannot be written.
    fn to_response(&self) -> Result<CachedResponse, Self::Error>;

    /// The value of a stored response.
    ///
    /// # Errors
    /// A response that is no such value.
    fn from_response(response: CachedResponse) -> Result<Self, Self::Error>;
}

impl Cacheable for CachedResponse {
    type Error = Infallible;

    fn to_response(&self) -> Result<Self, Infallible> {
        Ok(self.clone())
    }

    fn from_response(response: Self) -> Result<Self, Infallible> {
        Ok(response)
    }
}

/// A value stored as JSON in the body.
///
/// ```
/// use shardd_wasm::idempotency::{Cacheable, Json};
/// let stored = Json(vec![1, 2]).to_response()?;
/// assert_eq!(stored.body, b"[1,2]");
/// assert_eq!(Json::<Vec<u32>>::from_response(stored)?.0, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[cfg(feature = "json")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

#[cfg(feature = "json")]
impl<T: serde::Serialize + serde::de::DeserializeOwned> Cacheable for Json<T> {
    type Error = serde_json::Error;

    fn to_response(&self) -> Result<CachedResponse, serde_json::Error> {
        serde_json::to_vec(&self.0).map(CachedResponse::from)
    }

    fn from_response(response: CachedResponse) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(&response.body).map(Json)
    }
}
