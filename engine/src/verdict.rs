//! The verdict table: what an attempt's ending means, and where the call goes from there. One table, first
//! match wins; a new rule is a new row here and nowhere else.

use crate::Code;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending<'a> {
    /// An HTTP answer came, whole.
    Status {
        /// The status line's number.
        status: u16,
        /// What the body turned out to be.
        body: Body,
        /// The `error` text of the body, or the text itself.
        text: &'a str,
        /// How long after the request left the answer came.
        after_ms: u64,
    },
    /// A redirect, which is never followed: a followed 307 would deliver the charge to another origin.
    Redirect,
    /// The connection failed, or the body broke off.
    Network,
    /// What came is no response, as where an app's own `fetch` is wrong: another edge cannot mend that.
    NoResponse,
    /// The attempt's own limit passed.
    TimedOut,
    /// Nothing was heard, and the edge's health probe went unanswered while another edge's was answered.
    Silent,
}

impl Ending<'_> {
    /// Whether it is an answer that says that all went well, whatever its body is.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Ending::Status { status: 200..=299, .. })
    }
}

/// What the body of an answer turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// What the operation promises.
    Promised,
    /// The answer to this operation, but a figure does not fit the chosen integers, or is missing beside the event of a write.
    Unreadable,
    /// More bytes than `maxBodyBytes`.
    TooLarge,
    /// The replay of a nonce that was used for another request.
    Foreign,
    /// The JSON of `insufficient_funds`.
    InsufficientFunds,
    /// Anything else.
    Other,
}

/// Whether the attempt's write is in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// It is.
    Yes,
    /// It is proven not to be.
    No,
    /// Nobody can tell.
    Maybe,
}

impl Landed {
    /// What is known of a write after two copies of it.
    pub fn and(self, other: Landed) -> Landed {
        match (self, other) {
            (Landed::Yes, _) | (_, Landed::Yes) => Landed::Yes,
            (Landed::Maybe, _) | (_, Landed::Maybe) => Landed::Maybe,
            (Landed::No, Landed::No) => Landed::No,
        }
    }
}

/// Where the call goes from here, attempts and deadline permitting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Give the answer to the caller.
    Answer,
    /// Give the error to the caller.
    Surface,
    /// The same edge, after `Retry-After` or a backoff.
    SameLater,
    /// The same edge after a backoff, once; then surface.
    SameOnce,
    /// Another edge, at once.
    OtherNow,
    /// The next copy leaves by the rule of the copy in doubt, for the edge that the rule names.
    NextCopy,
}

/// Which endings a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A status from the first to the second number, with this body and a text that begins so, where given.
    Status(u16, u16, Option<Body>, Option<&'static str>),
    /// A 503 whose text begins so, within so many milliseconds.
    Early(&'static str, u64),
    /// [`Ending::Redirect`].
    Redirect,
    /// [`Ending::Network`].
    Network,
    /// [`Ending::NoResponse`].
    NoResponse,
    /// [`Ending::TimedOut`].
    TimedOut,
    /// [`Ending::Silent`].
    Silent,
    /// Whatever no row above took.
    Else,
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The endings it is for.
    pub when: When,
    /// The error's code; `None` for an answer.
    pub code: Option<Code>,
    /// Whether a write of this attempt is in the ledger.
    pub landed: Landed,
    /// Where a read goes.
    pub read: Next,
    /// Where a write goes.
    pub write: Next,
    /// Why, in a few words; users see it in events.
    pub reason: &'static str,
}

const fn row(when: When, code: Code, landed: Landed, read: Next, write: Next, reason: &'static str) -> Row {
    Row { when, code: Some(code), landed, read, write, reason }
}

const fn surface(status: u16, code: Code, reason: &'static str) -> Row {
    row(When::Status(status, status, None, None), code, Landed::No, Next::Surface, Next::Surface, reason)
}

const fn ambiguous(when: When, code: Code, reason: &'static str) -> Row {
    row(when, code, Landed::Maybe, Next::OtherNow, Next::NextCopy, reason)
}

const fn unavailable(text: &'static str, next: Next, reason: &'static str) -> Row {
    let when = When::Status(503, 503, None, Some(text));
    row(when, Code::ServiceUnavailable, Landed::No, next, next, reason)
}

const ANSWER: Row = Row {
    when: When::Status(200, 299, Some(Body::Promised), None),
    code: None,
    landed: Landed::Yes,
    read: Next::Answer,
    write: Next::Answer,
    reason: "answered",
};

/// So long a gateway's word that its node is warming up proves that nothing was written.
const WARMING_UP_MS: u64 = 4_000;

const ELSE: Row = ambiguous(When::Else, Code::Decode, "not an HTTP answer of this protocol");

/// Every rule, in the order they are tried.
pub static VERDICTS: [Row; 28] = [
    ANSWER,
    row(
        When::Status(200, 299, Some(Body::Unreadable), None),
        Code::Decode,
        Landed::Yes,
        Next::Surface,
        Next::Surface,
        "a figure is missing or does not fit",
    ),
    row(
        When::Status(200, 299, Some(Body::TooLarge), None),
        Code::Decode,
        Landed::Maybe,
        Next::Surface,
        Next::Surface,
        "answer too large",
    ),
    row(
        When::Status(200, 299, Some(Body::Foreign), None),
        Code::Conflict,
        Landed::No,
        Next::Surface,
        Next::Surface,
        "nonce used for another request",
    ),
    ambiguous(When::Status(200, 299, None, None), Code::Decode, "answer not understood"),
    ambiguous(When::Status(300, 399, None, None), Code::Network, "redirected"),
    surface(401, Code::Unauthorized, "key refused"),
    surface(402, Code::PaymentRequired, "API credits used up"),
    surface(403, Code::Forbidden, "scope denied"),
    surface(404, Code::NotFound, "not found"),
    ambiguous(When::Status(408, 408, None, None), Code::Timeout, "edge timed out"),
    surface(409, Code::Conflict, "conflict"),
    row(
        When::Status(422, 422, Some(Body::InsufficientFunds), None),
        Code::InsufficientFunds,
        Landed::No,
        Next::Surface,
        Next::Surface,
        "insufficient funds",
    ),
    // A 429 says that the edge works: no cooldown, and no other edge to be flooded as well.
    row(
        When::Status(429, 429, None, None),
        Code::RateLimited,
        Landed::No,
        Next::SameLater,
        Next::SameLater,
        "rate limited",
    ),
    row(
        When::Status(400, 499, None, None),
        Code::InvalidInput,
        Landed::No,
        Next::Surface,
        Next::Surface,
        "refused as invalid",
    ),
    unavailable("dashboard auth is not configured", Next::Surface, "no dashboard at this edge"),
    unavailable("dashboard ", Next::SameOnce, "dashboard trouble"),
    // Authentication and node discovery come before the write: nothing was written.
    unavailable("no libp2p nodes discovered", Next::OtherNow, "no nodes behind the edge"),
    // A gateway waits five seconds for its node before it tries another one: what says so later may have written before.
    Row {
        when: When::Early("node warming up", WARMING_UP_MS),
        ..unavailable("", Next::OtherNow, "node warming up")
    },
    unavailable("error sending request for url (", Next::OtherNow, "dashboard unreachable"),
    ambiguous(When::Status(504, 504, None, None), Code::Timeout, "edge timed out"),
    ambiguous(When::Status(500, 599, None, None), Code::ServiceUnavailable, "edge failed"),
    ambiguous(When::Redirect, Code::Network, "redirected"),
    ambiguous(When::Network, Code::Network, "connection failed"),
    row(
        When::NoResponse,
        Code::Network,
        Landed::Maybe,
        Next::Surface,
        Next::Surface,
        "fetch gave no response",
    ),
    ambiguous(When::TimedOut, Code::Timeout, "attempt timed out"),
    row(
        When::Silent,
        Code::Timeout,
        Landed::Maybe,
        Next::OtherNow,
        Next::NextCopy,
        "silent, and its probe too",
    ),
    ELSE,
];

/// The rule for an ending.
///
/// ```
/// use shardd_engine::{Ending, Next, judge};
/// assert_eq!(judge(Ending::Network).read, Next::OtherNow);
/// assert_eq!(judge(Ending::Network).write, Next::NextCopy);
/// ```
pub fn judge(ending: Ending<'_>) -> &'static Row {
    VERDICTS.iter().find(|row| row.when.takes(ending)).unwrap_or(&ELSE)
}

impl When {
    fn takes(self, ending: Ending<'_>) -> bool {
        match (self, ending) {
            (When::Early(begin, within_ms), Ending::Status { status: 503, text, after_ms, .. }) => {
                after_ms <= within_ms && text.starts_with(begin)
            }
            (When::Status(from, to, kind, begin), Ending::Status { status, body, text, .. }) => {
                (from..=to).contains(&status)
                    && kind.is_none_or(|kind| kind == body)
                    && begin.is_none_or(|begin| text.starts_with(begin))
            }
            (When::Redirect, Ending::Redirect)
            | (When::Network, Ending::Network)
            | (When::NoResponse, Ending::NoResponse)
            | (When::TimedOut, Ending::TimedOut)
            | (When::Silent, Ending::Silent)
            | (When::Else, _) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_landed_is_never_moved_at_once() {
        for row in &VERDICTS {
            let moves_at_once = matches!(row.write, Next::OtherNow | Next::SameLater | Next::SameOnce);
            assert!(!(row.landed == Landed::Maybe && moves_at_once), "{row:?}");
        }
    }

    #[test]
    fn every_row_is_reached_by_the_ending_it_names() {
        for row in &VERDICTS {
            let ending = match row.when {
                When::Status(from, _, body, text) => Ending::Status {
                    status: if row.code == Some(Code::InvalidInput) { 400 } else { from },
                    body: body.unwrap_or(Body::Other),
                    text: text.unwrap_or(""),
                    after_ms: 0,
                },
                When::Early(text, _) => Ending::Status { status: 503, body: Body::Other, text, after_ms: 0 },
                When::Redirect => Ending::Redirect,
                When::Network => Ending::Network,
                When::NoResponse => Ending::NoResponse,
                When::TimedOut => Ending::TimedOut,
                When::Silent => Ending::Silent,
                When::Else => Ending::Status { status: 999, body: Body::Other, text: "", after_ms: 0 },
            };
            assert_eq!(judge(ending), row);
        }
    }
}
