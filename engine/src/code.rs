//! The taxonomy: every way a call can fail, in one place.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $Code:ident = $text:literal;)+) => {
        /// What kind of failure it was; one JavaScript class each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $Code,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: [Code; [$($text),+].len()] = [$(Code::$Code),+];

            /// The code as users see it.
            ///
            /// ```
            /// assert_eq!(shardd_engine::Code::InsufficientFunds.as_str(), "insufficient_funds");
            /// ```
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Code::$Code => $text,)+
                }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Code::$Code => concat!($($doc),+),)+
                }
            }
        }
    };
}

codes! {
    /// An argument or option was wrong, found here or by the server.
    InvalidInput = "invalid_input";
    /// 401: the key is missing, unknown, revoked or expired.
    Unauthorized = "unauthorized";
    /// 402: the API account has no credits left.
    PaymentRequired = "payment_required";
    /// 403: the key lacks the scope.
    Forbidden = "forbidden";
    /// 404: no such thing.
    NotFound = "not_found";
    /// 422: the account cannot cover the debit or hold.
    InsufficientFunds = "insufficient_funds";
    /// 409, or a nonce used for another write.
    Conflict = "conflict";
    /// 429: too many requests.
    RateLimited = "rate_limited";
    /// 5xx: the region cannot serve now.
    ServiceUnavailable = "service_unavailable";
    /// An attempt or the whole call ran out of time.
    Timeout = "timeout";
    /// The connection failed, or a redirect came back.
    Network = "network";
    /// An answer that is not what was promised.
    Decode = "decode";
    /// The caller's signal or `close()`.
    Aborted = "aborted";
    /// The runtime lacks what the client is made with, or forbids it.
    Unsupported = "unsupported";
    /// A bug in this package.
    Internal = "internal";
}
