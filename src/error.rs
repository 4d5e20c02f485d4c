//! Why a call failed, and what is known of the write behind it.

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

pub use crate::engine::{Code, Outcome};
pub use crate::protocol::Funds;
use crate::protocol::{Retry, retry};

/// Why a call failed, and what is known of the write behind it. Its fields are those of [`Details`].
#[derive(Clone)]
pub struct ShardError(Box<Details>);

/// All that is known of a failure.
#[derive(Clone)]
pub struct Details {
    /// The kind of failure.
    pub code: Code,
    /// One plain sentence; never a key, token or body.
    pub message: String,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// A known cause, such as `reservation_expired`.
    pub reason: Option<&'static str>,
    /// The edge of the last attempt.
    pub edge: Option<Rc<str>>,
    /// Attempts made, over all edges.
    pub attempts: u32,
    /// The nonce of the write: retry with it, and nothing is charged twice.
    pub idempotency_nonce: Option<Rc<str>>,
    /// What is known of the write.
    pub outcome: Outcome,
    /// How long the server asked to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// The figures of `insufficient_funds`.
    pub funds: Option<Box<Funds>>,
    /// Where [`Code::Timeout`] ended a read after an event: the account as it was read last, which does not show the event; as JSON,
    /// in the names of the JavaScript result. `ShardError::account` gives it its type.
    pub account_json: Option<Rc<str>>,
    /// The write, ready to be sent again byte for byte: [`Client::run`](crate::Client::run) does.
    pub request: Option<Rc<dyn Any>>,
    /// What the platform threw, for its own eyes (in JavaScript: the value itself).
    pub cause: Option<Rc<dyn Any>>,
}

impl ShardError {
    /// An error with nothing but its code and sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        ShardError(Box::new(Details {
            code,
            message: message.into(),
            status: None,
            reason: None,
            edge: None,
            attempts: 0,
            idempotency_nonce: None,
            outcome: Outcome::Rejected,
            retry_after_ms: None,
            funds: None,
            account_json: None,
            request: None,
            cause: None,
        }))
    }

    /// A wrong argument, found before anything was sent.
    pub fn invalid(message: &str) -> Self {
        ShardError::new(Code::InvalidInput, message)
    }

    /// Whether the same request may succeed later.
    ///
    /// ```
    /// use shardd_wasm::{Code, ShardError};
    /// assert!(ShardError::new(Code::Timeout, "slow").is_retryable());
    /// assert!(!ShardError::invalid("no").is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        match retry(self.code, self.reason) {
            Retry::Never => false,
            Retry::Later => true,
            Retry::WhileUnknown => self.outcome == Outcome::Unknown,
        }
    }
}

// Boxed, so that every `Result` on the way is a word wide; the box is nobody's business.
impl Deref for ShardError {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for ShardError {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `cause` is left out: the platform's value may hold what must not be logged.
        f.debug_struct("ShardError")
            .field("code", &self.code.as_str())
            .field("message", &self.message)
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("edge", &self.edge)
            .field("attempts", &self.attempts)
            .field("idempotency_nonce", &self.idempotency_nonce)
            .field("outcome", &self.outcome.as_str())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ShardError {}
