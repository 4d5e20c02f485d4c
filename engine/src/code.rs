//! The taxonomy: every way a call can fail, in one place. The JavaScript classes and the README's table are
//! checked against [`Code::ALL`].

/// What kind of failure it was; one JavaScript class each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// An argument or option was wrong, found here or by the server.
    InvalidInput,
    /// 401: the key is missing, unknown, revoked or expired.
    Unauthorized,
    /// 402: the API account has no credits left.
    PaymentRequired,
    /// 403: the key lacks the scope.
    Forbidden,
    /// 404: no such thing.
    NotFound,
    /// 422: the account cannot cover the debit or hold.
    InsufficientFunds,
    /// 409, or a nonce used for another write.
    Conflict,
    /// 429: too many requests.
    RateLimited,
    /// 5xx: the region cannot serve now.
    ServiceUnavailable,
    /// An attempt or the whole call ran out of time.
    Timeout,
    /// The connection failed, or a redirect came back.
    Network,
    /// An answer that is not what was promised.
    Decode,
    /// The caller's signal or `close()`.
    Aborted,
    /// The runtime lacks what the client is made with, or forbids it.
    Unsupported,
    /// A bug in this package.
    Internal,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Code; 15] = [
        Code::InvalidInput,
        Code::Unauthorized,
        Code::PaymentRequired,
        Code::Forbidden,
        Code::NotFound,
        Code::InsufficientFunds,
        Code::Conflict,
        Code::RateLimited,
        Code::ServiceUnavailable,
        Code::Timeout,
        Code::Network,
        Code::Decode,
        Code::Aborted,
        Code::Unsupported,
        Code::Internal,
    ];

    /// The code as users see it.
    ///
    /// ```
    /// assert_eq!(shardd_engine::Code::InsufficientFunds.as_str(), "insufficient_funds");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::InvalidInput => "invalid_input",
            Code::Unauthorized => "unauthorized",
            Code::PaymentRequired => "payment_required",
            Code::Forbidden => "forbidden",
            Code::NotFound => "not_found",
            Code::InsufficientFunds => "insufficient_funds",
            Code::Conflict => "conflict",
            Code::RateLimited => "rate_limited",
            Code::ServiceUnavailable => "service_unavailable",
            Code::Timeout => "timeout",
            Code::Network => "network",
            Code::Decode => "decode",
            Code::Aborted => "aborted",
            Code::Unsupported => "unsupported",
            Code::Internal => "internal",
        }
    }
}
