//! What the client needs of the world: fetch, sleep, two clocks and randomness. Everything else is pure.

#[cfg(target_arch = "wasm32")]
pub mod executor;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(target_arch = "wasm32")]
pub mod web;

use std::any::Any;
use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A future of this thread.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Where all clients of one process or page keep what they share.
pub type Place = OnceCell<Rc<dyn Any>>;

thread_local! {
    static PLACE: Rc<Place> = Rc::default();
}

/// The world a client runs in. Dropping a future cancels what it does, though nothing relies on it.
pub trait Platform {
    /// Sends a request and resolves with its whole answer, body included.
    fn fetch(&self, request: Request) -> LocalFuture<Result<Response, FetchError>>;
    /// Resolves after `ms` milliseconds.
    fn sleep(&self, ms: u64) -> LocalFuture<()>;
    /// A clock that does not go back, in milliseconds from anywhere.
    fn now_ms(&self) -> u64;
    /// The device's idea of the time, in Unix milliseconds.
    fn unix_ms(&self) -> u64;
    /// Sixteen random bytes, where the platform gives any.
    fn random(&self) -> Option<[u8; 16]>;
    /// The SHA-256 digest of a text, where the platform makes one: a page without https does not. A store then needs an owner.
    fn sha256(&self, text: &str) -> LocalFuture<Option<[u8; 32]>> {
        let _undigested = text;
        Box::pin(std::future::ready(None))
    }
    /// Where all clients of this process or page keep what they share. A platform that plays several processes has a place for
    /// each.
    fn place(&self) -> Rc<Place> {
        PLACE.with(Rc::clone)
    }
    /// Work that a call leaves behind when it has its answer, and that ends by itself. Nobody waits for it: what a platform
    /// does not run, as this default, is lost without harm.
    fn afterwards(&self, work: LocalFuture<()>) {
        drop(work);
    }
}

/// An HTTP request. Probes carry neither body nor authorisation, so that browsers need no preflight.
#[derive(Clone)]
pub struct Request {
    /// The HTTP method.
    pub method: &'static str,
    /// The whole URL.
    pub url: String,
    /// The value of `Authorization`.
    pub authorization: Option<Rc<str>>,
    /// The JSON body.
    pub body: Option<Rc<str>>,
    /// A longer answer is [`FetchError::TooLarge`]; in bytes.
    pub max_body_bytes: u64,
    /// What the answer lists, where it may be a long one: a platform may read it itself, see [`Response::read`].
    pub lists: Option<&'static str>,
}

// The key must not get into a log by way of a derived Debug.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status; 0 for a redirect that the platform does not show.
    pub status: u16,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// In place of the body, the answer as the platform's users get it: checked, renamed and exact.
    pub read: Option<Rc<dyn Any>>,
}

/// Why there is no answer.
#[derive(Clone)]
pub enum FetchError {
    /// The connection failed or broke off, with what the platform threw.
    Network(Option<Rc<dyn Any>>),
    /// What the app's own `fetch` gave is no response; with what the platform says of it.
    NoResponse(Rc<dyn Any>),
    /// The body is longer than allowed; the status is known.
    TooLarge(u16),
}

impl fmt::Debug for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Network(_) => f.write_str("Network"),
            FetchError::NoResponse(_) => f.write_str("NoResponse"),
            FetchError::TooLarge(status) => write!(f, "TooLarge({status})"),
        }
    }
}
