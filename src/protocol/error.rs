//! The errors: which of them a retry may mend, and what the documentation says of each beside what [`Code`] says.

use crate::engine::{Code, Outcome};

/// Whether the same request may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It will fail again.
    Never,
    /// It may.
    Later,
    /// It may, where nobody knows what became of the write.
    WhileUnknown,
}

/// An error of the taxonomy.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRow {
    /// Its code, by which it is told apart.
    pub code: Code,
    /// Whether a retry may mend it.
    pub retry: Retry,
    /// What else the documentation says of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub more: &'static str,
    /// What it carries beside what every error does: the name, its type in TypeScript, its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub members: &'static [(&'static str, &'static str, &'static str)],
    /// The reasons that it may carry beside those of [`REASONS`](super::REASONS).
    #[cfg(not(target_arch = "wasm32"))]
    pub reasons: &'static [&'static str],
}

/// What is known of a write behind an error, by number.
pub const OUTCOMES: [Outcome; 3] = [Outcome::Rejected, Outcome::Unknown, Outcome::Applied];

/// Reasons that no retry mends, whatever the code says: an edge that knows no dashboard learns of none by being asked again.
pub const FINAL_REASONS: [&str; 1] = ["no_dashboard"];

macro_rules! errors {
    ($($Code:ident $Retry:ident $more:literal [$($reason:literal)*] $({ $($member:ident $type:literal $told:literal)+ })?)+) => {
        /// The row of a code.
        pub const fn error_row(code: Code) -> ErrorRow {
            match code {
                $(Code::$Code => ErrorRow {
                    code,
                    retry: Retry::$Retry,
                    #[cfg(not(target_arch = "wasm32"))]
                    more: $more,
                    #[cfg(not(target_arch = "wasm32"))]
                    members: const { &[$($((super::name::camel!(stringify!($member)), $type, $told)),+)?] },
                    #[cfg(not(target_arch = "wasm32"))]
                    reasons: &[$($reason),*],
                },)+
            }
        }
    };
}

errors! {
    InvalidInput Never "" []
    Unauthorized Never "also where the function that gives it failed" []
    PaymentRequired Never "" []
    Forbidden Never "" []
    NotFound Never "" []
    InsufficientFunds Never "a figure is null where the server leaves it out, or no number holds it" []
    Conflict Never "" []
    RateLimited Later "" [] { retry_after_ms "number" "How long to wait, where the server says it." }
    ServiceUnavailable Later "no retry mends `no_dashboard`" ["store"]
    Timeout Later "" [] {
        account "Account<I>" "Where `getAccount` was given `after`: the account as it was read last, which does not show that write."
    }
    Network Later "where the option `fetch` is to blame, the sentence says so" ["no_fetch"]
    Decode WhileUnknown "" []
    Aborted Never "" []
    Unsupported Never "thrown by the constructor; in Jest's jsdom: `@jest-environment node`, or jest-fixed-jsdom" ["csp" "no_webassembly" "no_text_decoder" "no_random"]
    Internal Never "also where no memory is left: please report it; calls under way end with it, and the next one starts the wasm anew" []
}

/// Whether a retry may mend an error of this code and reason.
pub fn retry(code: Code, reason: Option<&str>) -> Retry {
    match reason {
        Some(reason) if FINAL_REASONS.contains(&reason) => Retry::Never,
        _ => error_row(code).retry,
    }
}
